//! The chain over the audit log, and what it shows of those who write to the database by hand.

use std::sync::Arc;

use flui_identity::{
    Store,
    audit::{
        Action, Event,
        chain::{Anchor, ChainedEvent, Checker, Sound},
    },
    sign_ins::{EndReason, KeyChange, Which},
};
use flui_store::{AuditLog, OpenError, open};
use rstest::rstest;

use super::support::{Backend, Db, at, began, browser, client, end, event, key};

/// Walks the log as `flui-dashboard audit verify` does.
async fn check(db: &Db, anchors: &[Anchor]) -> Result<Sound, String> {
    let mut log = AuditLog::open(&db.database).await.unwrap();
    let mut checker = Checker::new(anchors);
    loop {
        let rows = log
            .rows_after(checker.last())
            .await
            .map_err(|error| error.to_string())?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            checker.take(row).map_err(|fault| fault.to_string())?;
        }
    }
    let (head, _) = log.head().await.map_err(|error| error.to_string())?;
    checker.finish(Some(&head)).map_err(|fault| fault.to_string())
}

async fn rows(db: &Db) -> Vec<ChainedEvent> {
    AuditLog::open(&db.database).await.unwrap().rows_after(0).await.unwrap()
}

/// A log of six rows by different acts.
async fn six_rows(on: Backend) -> Db {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await;
    let key = db.insert(&key(alice.person.id, "deploy")).await.sign_in;
    let renamed = Event::new(at(1), Action::KeyRenamed, Some(&client())).about(&key);
    let change = KeyChange::Name("deploy \0 2".to_owned());
    db.store().change_key(key.id, &change, &renamed).await.unwrap();
    let told = Event::new(at(2), Action::LogoutReceived, None).refused("nul \0 and \r\n");
    db.store().append_event(&told).await.unwrap();
    let both = Which::Ids(vec![key.id, alice.sign_in.id]);
    let ended = db
        .store()
        .end_sign_ins(&both, &end(3, EndReason::Revoked), &event())
        .await
        .unwrap();
    assert_eq!(ended.len(), 2);
    db
}

/// Takes the guards of the log away, as somebody could who owns the database.
async fn disarm(db: &Db, on: Backend) {
    let guards = match on {
        Backend::Sqlite => [
            "drop trigger audit_events_stay",
            "drop trigger audit_events_remain",
            "drop trigger audit_events_are_chained",
        ],
        Backend::Postgres => [
            "drop trigger audit_events_remain on audit_events",
            "alter table audit_events drop constraint audit_events_are_chained",
            "select 1",
        ],
    };
    for guard in guards {
        db.sql(guard).await.unwrap();
    }
}

#[rstest]
#[case::edit(
    "update audit_events set reason = 'x' where seq = 3",
    "row 3 is not what was written there"
)]
#[case::edit_of_the_last("update audit_events set at = at + 1 where seq = 6", "row 6 is not what")]
#[case::delete("delete from audit_events where seq = 3", "rows are missing from 3 to 3")]
#[case::delete_the_first("delete from audit_events where seq < 3", "rows are missing from 1 to 2")]
#[case::reorder(
    "update audit_events set seq = -3 where seq = 3; update audit_events set seq = 3 where seq = 4; \
     update audit_events set seq = 4 where seq = -3",
    "row 3 is not what was written there"
)]
#[case::close_the_gap(
    "delete from audit_events where seq = 3; update audit_events set seq = 3 where seq = 4; \
     update audit_events set seq = 4 where seq = 5; update audit_events set seq = 5 where seq = 6; \
     update audit_head set seq = 5",
    "row 3 is not what was written there"
)]
#[case::cut_off(
    "delete from audit_events where seq > 4",
    "the log ends with row 4 and should go to row 6"
)]
#[case::all_gone("delete from audit_events", "the log ends with row 0 and should go to row 6")]
#[case::without_a_hash("update audit_events set hash = null where seq = 6", "row 6 has no hash")]
#[case::other_hash(
    "update audit_head set hash = (select hash from audit_events where seq = 5)",
    "row 6, the last"
)]
#[case::no_head("delete from audit_head", "the head of the log is gone")]
#[case::unreadable(
    "update audit_events set hash = (select substr(hash, 2) from audit_events where seq = 2) where seq = 5",
    "a row after row 4 cannot be read"
)]
#[tokio::test]
async fn u3_what_a_hand_did_to_the_log_shows_at_its_row(
    #[case] by_hand: &str,
    #[case] told: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = six_rows(on).await;
    disarm(&db, on).await;
    // The twin: without a touch it is sound, guards or not.
    assert_eq!(check(&db, &[]).await.map(|sound| sound.rows), Ok(6));
    for statement in by_hand.split("; ") {
        db.sql(statement).await.unwrap();
    }
    let found = check(&db, &[]).await.unwrap_err();
    assert!(found.contains(told), "{found}");
}

/// Whoever cuts the end off and corrects the head as well is found by a head that was kept elsewhere, and by that alone.
#[rstest]
#[tokio::test]
async fn u3_a_truncated_log_is_found_by_a_head_that_was_kept(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = six_rows(on).await;
    let head = check(&db, &[]).await.unwrap().head;
    let kept = [Anchor {
        seq: Some(head.seq),
        hash: head.hash,
    }];
    assert_eq!(check(&db, &kept).await.map(|sound| sound.rows), Ok(6));
    db.store().append_event(&event()).await.unwrap();
    assert_eq!(check(&db, &kept).await.map(|sound| sound.rows), Ok(7));
    disarm(&db, on).await;
    for statement in [
        "delete from audit_events where seq > 4",
        "update audit_head set seq = 4, hash = (select hash from audit_events where seq = 4)",
    ] {
        db.sql(statement).await.unwrap();
    }
    assert_eq!(check(&db, &[]).await.map(|sound| sound.rows), Ok(4));
    let found = check(&db, &kept).await.unwrap_err();
    assert!(
        found.contains("the log ends with row 4 and should go to row 6"),
        "{found}"
    );
}

#[rstest]
#[tokio::test]
async fn u3_rows_that_are_not_chained_cannot_be_added(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = six_rows(on).await;
    let bare = "insert into audit_events (at, action, outcome) values (1, 'x', 'done')";
    assert!(db.sql(bare).await.is_err());
    let numbered = "insert into audit_events (seq, at, action, outcome) values (7, 1, 'x', 'done')";
    assert!(db.sql(numbered).await.is_err());
    // A forged row with a hash: the log goes on beyond its head, and no act passes over it in silence.
    let forged = "insert into audit_events (seq, at, action, outcome, hash) \
                  select 7, 1, 'x', 'done', hash from audit_events where seq = 6";
    assert_eq!(db.sql(forged).await.unwrap(), 1);
    assert!(check(&db, &[]).await.unwrap_err().contains("row 7"));
    assert!(db.store().append_event(&event()).await.is_err());
}

/// A database of the last version, with rows in its log: they are sealed at the first start, and covered from then on.
#[rstest]
#[tokio::test]
async fn u3_rows_from_before_the_chain_are_covered_by_its_first_hash(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
    #[values(false, true)] spoil: bool,
) {
    let mut db = six_rows(on).await;
    db.close();
    disarm(&db, on).await;
    for statement in [
        "alter table audit_events drop column hash",
        "drop table audit_head",
        // What came later, so that it comes again.
        "drop table app_sessions",
        "drop table app_codes",
        "drop table app_clients",
        "drop table named_requests",
        "drop table unused_keys",
        "drop index sign_ins_by_end",
        "drop index device_logins_in_order",
        "drop index login_attempts_in_order",
        "alter table sign_ins drop column expiry_noted",
        "delete from _sqlx_migrations where version >= 8",
    ] {
        db.sql(statement).await.unwrap();
    }
    // The numbers of that version had gaps.
    db.sql("update audit_events set seq = 9 where seq = 6").await.unwrap();
    if on == Backend::Postgres {
        let numbered = "alter table audit_events alter column seq add generated always as identity";
        db.sql(numbered).await.unwrap();
    }
    assert!(matches!(AuditLog::open(&db.database).await, Err(OpenError::Older)));
    db.open().await;
    assert_eq!(
        check(&db, &[]).await.map(|sound| (sound.rows, sound.head.seq)),
        Ok((6, 9))
    );
    db.store().append_event(&event()).await.unwrap();
    let chained: Vec<_> = rows(&db).await.iter().map(|row| row.hash.is_some()).collect();
    assert_eq!(chained, [false, false, false, false, false, false, true]);
    if spoil {
        if on == Backend::Postgres {
            let guard = "alter table audit_events drop constraint audit_events_are_chained";
            db.sql(guard).await.unwrap();
        }
        db.sql("update audit_events set reason = 'x' where seq = 2")
            .await
            .unwrap();
        let found = check(&db, &[]).await.unwrap_err();
        assert!(found.starts_with("row 10 does not fit the rows before it"), "{found}");
    } else {
        assert_eq!(check(&db, &[]).await.map(|sound| sound.head.seq), Ok(10));
    }
}

#[rstest]
#[tokio::test]
async fn u3_a_log_that_lost_its_head_is_not_sealed_anew(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let mut db = six_rows(on).await;
    db.close();
    db.sql("delete from audit_head").await.unwrap();
    assert!(matches!(open(&db.database).await, Err(OpenError::Audit(_))));
    // The twin: an empty database without a head is a new one.
    let mut empty = Db::unopened(on).await;
    empty.open().await;
    assert_eq!(check(&empty, &[]).await.map(|sound| sound.rows), Ok(0));
}

/// Two replicas, fifty acts of all kinds at once: none waits for another that waits for it, and all make one chain.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn u3_fifty_acts_at_once_make_one_chain(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let replicas = match on {
        Backend::Sqlite => [Arc::clone(db.store()), Arc::clone(db.store())],
        Backend::Postgres => [Arc::clone(db.store()), open(&db.database).await.unwrap()],
    };
    let mut sessions = Vec::new();
    for _ in 0..20 {
        sessions.push(db.insert(&browser("alice")).await.sign_in);
    }
    let alice = sessions[0].person_id;
    let named = db.insert(&key(alice, "deploy")).await.sign_in;
    for round in 0..4_u64 {
        let running: Vec<_> = (0..50_usize)
            .map(|n| {
                let store = Arc::clone(&replicas[n % 2]);
                let (sessions, named) = (sessions.clone(), named.clone());
                tokio::spawn(async move { act(&*store, round, n, &sessions, &named).await })
            })
            .collect();
        for one in running {
            one.await.unwrap();
        }
    }
    let sound = check(&db, &[]).await.unwrap();
    assert_eq!(sound.rows, u64::try_from(db.count("audit_events").await).unwrap());
    assert_eq!(db.count("audit_events where action = 'logout.received'").await, 40);
    // Each sign-in has the row of its beginning and, if it is over, of its end.
    let ended = db.count("sign_ins where ended_at is not null").await;
    assert!(ended >= 20);
    assert_eq!(
        db.count("audit_events where action in ('sign_in.ended', 'key.revoked')")
            .await,
        ended
    );
    assert_eq!(
        db.count("audit_events where action = 'sign_in.started'").await,
        db.count("sign_ins").await
    );
}

async fn act(
    store: &dyn Store,
    round: u64,
    n: usize,
    sessions: &[flui_identity::sign_ins::SignIn],
    named: &flui_identity::sign_ins::SignIn,
) {
    let told = end(round + 1, EndReason::SignedOutElsewhere);
    match n % 5 {
        0 => {
            let mut new = browser("alice");
            new.keep_at_most = Some(10);
            store.insert_sign_in(&new, &began(&new)).await.unwrap();
        }
        1 => {
            let which = Which::OtherSessions {
                person: named.person_id,
                except: sessions[n % 20].id,
            };
            store.end_sign_ins(&which, &told, &event()).await.unwrap();
        }
        2 => {
            let ids = sessions.iter().rev().skip(n % 7).map(|sign_in| sign_in.id).collect();
            store.end_sign_ins(&Which::Ids(ids), &told, &event()).await.unwrap();
        }
        3 => {
            let renamed = Event::new(at(round), Action::KeyRenamed, Some(&client())).about(named);
            let change = KeyChange::Name(format!("deploy {n}"));
            store.change_key(named.id, &change, &renamed).await.unwrap();
        }
        _ => {
            let refused = Event::new(at(round), Action::LogoutReceived, None).refused("iss");
            store.append_event(&refused).await.unwrap();
        }
    }
}
