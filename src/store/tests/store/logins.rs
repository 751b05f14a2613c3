use flui_identity::{
    SecretHash,
    logins::{LoginAttempt, LogoutToken},
    sign_ins::SpentBearer,
};
use rstest::rstest;

use super::support::{Backend, Db, ISSUER, at, browser, secret};

pub fn attempt(state: &str, browser: &str, seconds: u64) -> LoginAttempt {
    LoginAttempt {
        state_hash: SecretHash::of(state),
        browser_hash: SecretHash::of(browser),
        return_to: "/keys?x=\u{e9}".to_owned(),
        max_age: Some(300),
        created_at: at(seconds),
        expires_at: at(seconds + 600),
    }
}

pub fn logout(jti: &str, subject: Option<&str>, sid: Option<&str>) -> LogoutToken {
    LogoutToken {
        issuer: ISSUER.to_owned(),
        jti: jti.to_owned(),
        subject: subject.map(str::to_owned),
        sid: sid.map(str::to_owned),
        expires_at: at(900),
    }
}

#[rstest]
#[tokio::test]
async fn c3_a_login_attempt_is_taken_once(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let kept = attempt("s", "b", 0);
    let plain = LoginAttempt {
        max_age: None,
        ..attempt("s2", "b", 0)
    };
    db.store().insert_login_attempt(&kept, 5).await.unwrap();
    db.store().insert_login_attempt(&plain, 5).await.unwrap();
    let take = async |state: &LoginAttempt| {
        db.store()
            .take_login_attempt(&state.state_hash, &state.browser_hash)
            .await
            .unwrap()
    };
    assert_eq!(take(&kept).await, Some(kept.clone()));
    assert_eq!(take(&kept).await, None);
    assert_eq!(take(&plain).await, Some(plain));
}

#[rstest]
#[tokio::test]
async fn c4_another_browsers_attempt_is_left_alone(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let kept = attempt("s", "b", 0);
    db.store().insert_login_attempt(&kept, 5).await.unwrap();
    let store = db.store();
    assert_eq!(
        store
            .take_login_attempt(&kept.state_hash, &SecretHash::of("thief"))
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        store
            .take_login_attempt(&SecretHash::of("guess"), &kept.browser_hash)
            .await
            .unwrap(),
        None
    );
    assert!(
        store
            .take_login_attempt(&kept.state_hash, &kept.browser_hash)
            .await
            .unwrap()
            .is_some()
    );
}

#[rstest]
#[tokio::test]
async fn c6_a_browser_has_five_open_attempts_and_the_oldest_go(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    db.store()
        .insert_login_attempt(&attempt("other", "other browser", 0), 5)
        .await
        .unwrap();
    for n in 0..7 {
        db.store()
            .insert_login_attempt(&attempt(&format!("s{n}"), "b", n), 5)
            .await
            .unwrap();
    }
    assert_eq!(db.count("login_attempts").await, 6);
    let mut open = Vec::new();
    for n in 0..7 {
        let kept = attempt(&format!("s{n}"), "b", n);
        if db
            .store()
            .take_login_attempt(&kept.state_hash, &kept.browser_hash)
            .await
            .unwrap()
            .is_some()
        {
            open.push(n);
        }
    }
    assert_eq!(open, [2, 3, 4, 5, 6]);
    // One that is new by insertion stays even if the clock went back.
    db.store()
        .insert_login_attempt(&attempt("late", "b", 9), 1)
        .await
        .unwrap();
    db.store()
        .insert_login_attempt(&attempt("early", "b", 1), 1)
        .await
        .unwrap();
    let early = attempt("early", "b", 1);
    assert!(
        db.store()
            .take_login_attempt(&early.state_hash, &early.browser_hash)
            .await
            .unwrap()
            .is_some()
    );
}

#[rstest]
#[tokio::test]
async fn l11_a_logout_token_is_remembered_across_a_restart(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let mut db = Db::new(on).await;
    assert!(
        db.store()
            .remember_logout_token(&logout("a", Some("alice"), None))
            .await
            .unwrap()
    );
    assert!(
        !db.store()
            .remember_logout_token(&logout("a", Some("alice"), None))
            .await
            .unwrap()
    );
    db.close();
    db.open().await;
    assert!(
        !db.store()
            .remember_logout_token(&logout("a", None, Some("sid")))
            .await
            .unwrap()
    );
    assert!(
        db.store()
            .remember_logout_token(&logout("b", None, Some("sid")))
            .await
            .unwrap()
    );
    let elsewhere = LogoutToken {
        issuer: "https://other.example".to_owned(),
        ..logout("a", None, Some("sid"))
    };
    assert!(db.store().remember_logout_token(&elsewhere).await.unwrap());
}

#[rstest]
#[tokio::test]
async fn the_sweep_takes_what_expired_and_leaves_the_rest(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    // More than one batch.
    let fill = match on {
        Backend::Sqlite => {
            "insert into login_attempts with recursive n(x) as (select 1 union all select x + 1 from n where x < 2500) \
             select cast(printf('%032d', x) as blob), x'00', '/', null, 0, 1 from n"
        }
        Backend::Postgres => {
            "insert into login_attempts select decode(lpad(x::text, 64, '0'), 'hex'), '\\x00', '/', null, 0, 1 \
             from generate_series(1, 2500) x"
        }
    };
    assert_eq!(db.sql(fill).await.unwrap(), 2500);
    let store = db.store();
    store.insert_login_attempt(&attempt("old", "b", 0), 5).await.unwrap();
    store.insert_login_attempt(&attempt("new", "b", 300), 5).await.unwrap();
    for (jti, expires_at) in [("old", at(600)), ("new", at(601))] {
        let token = LogoutToken {
            expires_at,
            ..logout(jti, None, Some("s"))
        };
        assert!(store.remember_logout_token(&token).await.unwrap());
        let mut new = browser("alice");
        new.spent_bearer = Some(SpentBearer {
            hash: secret(),
            expires_at,
        });
        db.insert(&new).await;
    }
    store.sweep(at(600)).await.unwrap();
    for table in ["login_attempts", "logout_tokens", "spent_bearers"] {
        assert_eq!(db.count(table).await, 1, "{table}");
    }
    assert_eq!(db.count("sign_ins").await, 2);
    let new = attempt("new", "b", 300);
    assert!(
        store
            .take_login_attempt(&new.state_hash, &new.browser_hash)
            .await
            .unwrap()
            .is_some()
    );
    assert!(!store.remember_logout_token(&logout("new", None, None)).await.unwrap());
    store.sweep(at(5_000)).await.unwrap();
    assert!(store.remember_logout_token(&logout("new", None, None)).await.unwrap());
}
