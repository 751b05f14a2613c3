use flui_identity::{
    StoreError,
    audit::Action,
    sign_ins::{EndReason, Grant, LastUse, SpentBearer},
};
use flui_model::{Area, Depth, Kind, Scope, ScopeSet, api_keys::Machine};
use rstest::rstest;

use super::{
    logins::logout,
    support::{Backend, Db, ISSUER, at, began, browser, end, key, secret, workstation},
};

#[rstest]
#[tokio::test]
async fn a_sign_in_is_read_as_it_was_written(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let session = db.insert(&browser("alice")).await;
    let mut full = key(session.person.id, "deploy \u{2764}");
    full.sign_in.kind = Kind::Service;
    full.sign_in.grant = Grant::Scopes(ScopeSet::of_group(Scope::new(Area::Apps, Depth::Change)));
    full.sign_in.contexts = vec!["prod".to_owned(), "test".to_owned()];
    full.sign_in.proof.acr = Some("gold".to_owned());
    full.sign_in.proof.provider_sid = Some("sid-1".to_owned());
    full.sign_in.machine = Some(Machine {
        name: "box".to_owned(),
        os: "linux".to_owned(),
    });
    full.sign_in.made_by = Some(session.sign_in.id);
    full.sign_in.last_used = Some(LastUse {
        at: at(1),
        address: "192.0.2.1".to_owned(),
    });
    full.sign_in.ended = Some(end(2, EndReason::Revoked));
    full.sign_in.ended.as_mut().unwrap().by = Some(session.person.id);
    let written = db.insert(&full).await;
    assert_eq!(written.sign_in, full.sign_in);
    assert_eq!(written.person, session.person);

    let empty = key(session.person.id, "bare");
    for new in [&full, &empty] {
        if new.sign_in.id == empty.sign_in.id {
            db.insert(new).await;
        }
        let by_id = db.store().find_sign_in(new.sign_in.id).await.unwrap().unwrap();
        assert_eq!(by_id.sign_in, new.sign_in);
        assert_eq!(by_id.person, session.person);
        let by_secret = db
            .store()
            .find_by_secret(&new.sign_in.secret_hash)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(*by_secret, by_id);
    }
    assert_eq!(db.store().find_by_secret(&secret()).await.unwrap(), None);
    assert_eq!(db.store().find_sign_in(browser("x").sign_in.id).await.unwrap(), None);
}

#[rstest]
#[tokio::test]
async fn u2_the_event_is_written_with_the_sign_in_and_names_the_true_person(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let first = db.insert(&browser("alice")).await;
    let again = browser("alice");
    db.insert(&again).await;
    let events = db.events().await;
    assert_eq!(events.len(), 2);
    for (event, id) in events.iter().zip([first.sign_in.id, again.sign_in.id]) {
        assert_eq!(event.actor, Some(first.person.id));
        assert_eq!(event.sign_in, Some(id));
        assert_eq!(event.object, Some(id.to_string()));
    }
    let filter = flui_identity::audit::EventFilter {
        person: Some(first.person.id),
        ..Default::default()
    };
    assert_eq!(db.store().list_events(&filter, None, 9).await.unwrap().len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_secret_or_id_in_use_is_refused_and_nothing_is_written(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let first = browser("alice");
    db.insert(&first).await;
    let mut same_secret = browser("bob");
    same_secret.sign_in.secret_hash = first.sign_in.secret_hash;
    let mut same_id = browser("bob");
    same_id.sign_in.id = first.sign_in.id;
    for new in [&same_secret, &same_id] {
        let refused = db.store().insert_sign_in(new, &began(new)).await;
        assert!(matches!(refused, Err(StoreError::Taken)), "{refused:?}");
    }
    assert_eq!((db.count("people").await, db.count("sign_ins").await), (1, 1));
    assert_eq!(db.events().await.len(), 1);
    same_secret.sign_in.secret_hash = secret();
    db.insert(&same_secret).await;
    assert_eq!((db.count("people").await, db.count("sign_ins").await), (2, 2));
}

#[rstest]
#[tokio::test]
async fn a_key_of_an_unknown_person_is_not_written(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let orphan = key(super::support::person_id(), "orphan");
    let refused = db.store().insert_sign_in(&orphan, &began(&orphan)).await;
    assert!(matches!(refused, Err(StoreError::Corrupt(_))), "{refused:?}");
    assert_eq!((db.count("sign_ins").await, db.events().await.len()), (0, 0));
}

#[rstest]
#[tokio::test]
async fn e6_a_bearer_buys_one_key(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let bearer = SpentBearer {
        hash: secret(),
        expires_at: at(300),
    };
    let buy = |subject: &str, bearer: &SpentBearer| {
        let mut new = workstation(subject, "laptop");
        new.spent_bearer = Some(bearer.clone());
        new
    };
    db.insert(&buy("alice", &bearer)).await;
    for subject in ["alice", "bob"] {
        let again = buy(subject, &bearer);
        let refused = db.store().insert_sign_in(&again, &began(&again)).await;
        assert!(matches!(refused, Err(StoreError::BearerSpent)), "{refused:?}");
    }
    assert_eq!((db.count("people").await, db.count("sign_ins").await), (1, 1));
    assert_eq!(db.events().await.len(), 1);
    let other = SpentBearer {
        hash: secret(),
        ..bearer
    };
    db.insert(&buy("alice", &other)).await;
    assert_eq!(db.count("sign_ins").await, 2);
}

#[rstest]
#[tokio::test]
async fn l15_a_session_that_the_provider_ended_meanwhile_does_not_begin(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    db.store()
        .remember_logout_token(&logout("1", None, Some("gone")))
        .await
        .unwrap();
    db.store()
        .remember_logout_token(&logout("2", Some("mallory"), Some("kept")))
        .await
        .unwrap();
    db.store()
        .remember_logout_token(&logout("3", Some("alice"), Some("both")))
        .await
        .unwrap();
    let with_sid = |sid: &str| {
        let mut new = browser("alice");
        new.sign_in.proof.provider_sid = Some(sid.to_owned());
        new
    };
    for sid in ["gone", "both"] {
        let new = with_sid(sid);
        let refused = db.store().insert_sign_in(&new, &began(&new)).await;
        assert!(matches!(refused, Err(StoreError::SignedOutMeanwhile)), "{refused:?}");
    }
    assert_eq!((db.count("people").await, db.count("sign_ins").await), (0, 0));
    assert_eq!(db.events().await.len(), 0);

    // The session lives that no token names, and the one that a token names for another person.
    db.insert(&with_sid("other")).await;
    db.insert(&with_sid("kept")).await;
    // Another provider's session of the same name lives, and so does a key, which has a life of its own.
    let mut elsewhere = with_sid("gone");
    elsewhere.seen.as_mut().unwrap().issuer = format!("{ISSUER}/b");
    db.insert(&elsewhere).await;
    let mut machine = workstation("alice", "laptop");
    machine.sign_in.proof.provider_sid = Some("gone".to_owned());
    db.insert(&machine).await;
    assert_eq!(db.count("sign_ins").await, 4);
}

#[rstest]
#[tokio::test]
async fn s14_the_twenty_first_session_ends_the_oldest(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let begin = async |subject: &str, seconds: u64| {
        let mut new = browser(subject);
        new.sign_in.created_at = at(seconds);
        new.keep_at_most = Some(20);
        db.insert(&new).await
    };
    let alice = begin("alice", 0).await;
    let second = begin("alice", 1).await;
    begin("bob", 0).await;
    db.insert(&key(alice.person.id, "ci")).await;
    for n in 2..20 {
        begin("alice", n).await;
    }
    let ended = async || {
        let mut ended = Vec::new();
        for event in db.events().await {
            if event.action == Action::SignInEnded.as_str() {
                ended.push((event.object.unwrap(), event.reason.unwrap(), event.actor, event.sign_in));
            }
        }
        ended
    };
    assert_eq!(ended().await, []);
    let newest = begin("alice", 20).await;
    let replaced = (
        alice.sign_in.id.to_string(),
        "replaced".to_owned(),
        Some(alice.person.id),
        Some(newest.sign_in.id),
    );
    assert_eq!(ended().await, [replaced]);
    let gone = db
        .store()
        .find_by_secret(&alice.sign_in.secret_hash)
        .await
        .unwrap()
        .unwrap();
    let end = gone.sign_in.ended.as_ref().unwrap();
    assert_eq!(
        (end.at, end.by, end.reason),
        (at(20), Some(alice.person.id), EndReason::Replaced)
    );
    let kept = db
        .store()
        .find_by_secret(&second.sign_in.secret_hash)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.sign_in.ended, None);
    // Sessions that are over take no place.
    db.sql("update sign_ins set expires_at = 0 where kind = 'browser'")
        .await
        .unwrap();
    begin("alice", 21).await;
    assert_eq!(ended().await.len(), 1);
}
