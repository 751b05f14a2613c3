use flui_identity::{
    StoreError,
    sign_ins::{EndReason, NewSignIn, Which},
};
use flui_model::{PersonId, SignInId};
use rstest::rstest;

use super::support::{Backend, Db, ISSUER, at, began, browser, end, event, key, person_id, sign_in_id, workstation};

/// Ends, and answers the ids of what ended.
async fn end_now(db: &Db, which: &Which, reason: EndReason) -> Vec<SignInId> {
    let ended = db
        .store()
        .end_sign_ins(which, &end(50, reason), &event())
        .await
        .unwrap();
    let mut ids: Vec<SignInId> = ended.iter().map(|sign_in| sign_in.id).collect();
    ids.sort_unstable();
    ids
}

/// Which of these are live.
async fn live(db: &Db, of: &[&NewSignIn]) -> Vec<bool> {
    let mut live = Vec::new();
    for new in of {
        let found = db
            .store()
            .find_by_secret(&new.sign_in.secret_hash)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            Some(&*found),
            db.store().find_sign_in(new.sign_in.id).await.unwrap().as_ref()
        );
        live.push(found.sign_in.ended.is_none());
    }
    live
}

#[rstest]
#[tokio::test]
async fn an_ended_sign_in_says_when_by_whom_and_why_with_one_event(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let session = browser("alice");
    let alice = db.insert(&session).await.person.id;
    let ci = key(alice, "ci");
    db.insert(&ci).await;
    assert!(
        db.store()
            .find_by_secret(&ci.sign_in.secret_hash)
            .await
            .unwrap()
            .unwrap()
            .sign_in
            .ended
            .is_none()
    );

    let mut told = end(9, EndReason::Revoked);
    told.by = Some(alice);
    let mut by_alice = event();
    by_alice.actor = Some(alice);
    by_alice.sign_in = Some(session.sign_in.id);
    let which = Which::Ids(vec![ci.sign_in.id]);
    let ended = db.store().end_sign_ins(&which, &told, &by_alice).await.unwrap();
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0].ended, Some(told.clone()));
    let found = db
        .store()
        .find_by_secret(&ci.sign_in.secret_hash)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.sign_in, ended[0]);
    assert_eq!(live(&db, &[&session, &ci]).await, [true, false]);

    let events = db.events().await;
    let written = events.last().unwrap();
    assert_eq!(events.len(), 3);
    assert_eq!(written.action, "key.revoked");
    assert_eq!(written.reason.as_deref(), Some("revoked"));
    assert_eq!(written.object, Some(ci.sign_in.id.to_string()));
    assert_eq!(written.object_name.as_deref(), Some("ci"));
    assert_eq!(
        (written.actor, written.sign_in),
        (Some(alice), Some(session.sign_in.id))
    );

    // What is ended stays as it ended.
    let again = db
        .store()
        .end_sign_ins(&which, &end(10, EndReason::Replaced), &by_alice)
        .await
        .unwrap();
    assert_eq!(again, []);
    assert_eq!(db.events().await.len(), 3);
    assert_eq!(
        db.store()
            .find_sign_in(ci.sign_in.id)
            .await
            .unwrap()
            .unwrap()
            .sign_in
            .ended,
        Some(told)
    );
}

#[rstest]
#[tokio::test]
async fn k6_nothing_is_ended_by_ids_and_secrets_that_do_not_exist(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let (a, b, c) = (browser("alice"), browser("bob"), browser("carol"));
    for new in [&a, &b, &c] {
        db.insert(new).await;
    }
    let reason = EndReason::SignedOut;
    assert_eq!(end_now(&db, &Which::Ids(Vec::new()), reason).await, []);
    assert_eq!(end_now(&db, &Which::Ids(vec![sign_in_id()]), reason).await, []);
    assert_eq!(end_now(&db, &Which::Secret(super::support::secret()), reason).await, []);
    assert_eq!(live(&db, &[&a, &b, &c]).await, [true, true, true]);

    assert_eq!(
        end_now(&db, &Which::Secret(a.sign_in.secret_hash), reason).await,
        [a.sign_in.id]
    );
    // A repeated id ends once; many ids need more than one statement.
    let mut ids: Vec<SignInId> = (0..2_100).map(|_| sign_in_id()).collect();
    ids.extend([c.sign_in.id, a.sign_in.id, b.sign_in.id, b.sign_in.id]);
    assert_eq!(
        end_now(&db, &Which::Ids(ids), reason).await,
        [b.sign_in.id, c.sign_in.id]
    );
    assert_eq!(live(&db, &[&a, &b, &c]).await, [false, false, false]);
    assert_eq!(db.events().await.len(), 6);
}

#[rstest]
#[tokio::test]
async fn s8_ending_the_other_sessions_leaves_this_one_keys_and_other_people(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let (this, one, two, bob) = (browser("alice"), browser("alice"), browser("alice"), browser("bob"));
    let alice = db.insert(&this).await.person.id;
    let ci = key(alice, "ci");
    let mut long_gone = browser("alice");
    long_gone.sign_in.expires_at = super::support::at(1);
    for new in [&one, &two, &bob, &ci, &long_gone] {
        db.insert(new).await;
    }
    let which = Which::OtherSessions {
        person: alice,
        except: this.sign_in.id,
    };
    let told = end(2 * 3600, EndReason::SignedOutElsewhere);
    let ended = db.store().end_sign_ins(&which, &told, &event()).await.unwrap();
    let ids: Vec<SignInId> = ended.iter().map(|sign_in| sign_in.id).collect();
    assert_eq!(ids, [one.sign_in.id, two.sign_in.id]);
    assert_eq!(
        live(&db, &[&this, &one, &two, &bob, &ci, &long_gone]).await,
        [true, false, false, true, true, true]
    );
    let nobody = Which::OtherSessions {
        person: person_id(),
        except: this.sign_in.id,
    };
    assert_eq!(end_now(&db, &nobody, EndReason::SignedOutElsewhere).await, []);
}

#[rstest]
#[tokio::test]
async fn a_workstation_key_replaces_older_ones_of_its_person_machine_and_contexts(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let older = workstation("alice", "laptop");
    let mut newer = workstation("alice", "laptop");
    newer.sign_in.created_at = at(10);
    let mut later = workstation("alice", "laptop");
    later.sign_in.created_at = at(20);
    let mut bound = workstation("alice", "laptop");
    bound.sign_in.contexts = vec!["prod".to_owned()];
    let desk = workstation("alice", "desktop");
    let bob = workstation("bob", "laptop");
    let session = browser("alice");
    let mut nameless = workstation("alice", "laptop");
    nameless.sign_in.machine = None;
    let all = [&older, &newer, &later, &bound, &desk, &bob, &session, &nameless];
    for new in all {
        db.insert(new).await;
    }
    let replaced = async |by: &NewSignIn| end_now(&db, &Which::ReplacedBy(by.sign_in.id), EndReason::Replaced).await;
    for without_rivals in [&older, &bound, &desk, &bob, &session, &nameless] {
        assert_eq!(replaced(without_rivals).await, []);
    }
    assert_eq!(replaced(&newer).await, [older.sign_in.id]);
    assert_eq!(replaced(&newer).await, []);
    assert_eq!(live(&db, &all).await, [false, true, true, true, true, true, true, true]);
    assert_eq!(replaced(&later).await, [newer.sign_in.id]);
}

fn of_provider(subject: Option<&str>, sid: Option<&str>) -> Which {
    Which::ProviderSession {
        issuer: ISSUER.to_owned(),
        subject: subject.map(str::to_owned),
        sid: sid.map(str::to_owned),
    }
}

fn with_sid(mut new: NewSignIn, sid: &str) -> NewSignIn {
    new.sign_in.proof.provider_sid = Some(sid.to_owned());
    new
}

#[rstest]
#[tokio::test]
async fn l9_subject_and_session_must_both_match(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let alice = with_sid(browser("alice"), "a");
    let bob = with_sid(browser("bob"), "b");
    db.insert(&alice).await;
    db.insert(&bob).await;
    let ended = async |subject, sid| end_now(&db, &of_provider(subject, sid), EndReason::ProviderLogout).await;
    assert_eq!(ended(None, None).await, []);
    assert_eq!(ended(Some("bob"), Some("a")).await, []);
    assert_eq!(ended(Some("alice"), Some("b")).await, []);
    assert_eq!(ended(None, Some("c")).await, []);
    assert_eq!(live(&db, &[&alice, &bob]).await, [true, true]);
    assert_eq!(ended(Some("alice"), Some("a")).await, [alice.sign_in.id]);
    assert_eq!(live(&db, &[&alice, &bob]).await, [false, true]);
}

#[rstest]
#[tokio::test]
async fn l12_a_subject_means_all_its_sessions_and_a_session_that_one(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let (a, b, c) = (
        with_sid(browser("alice"), "1"),
        with_sid(browser("alice"), "2"),
        browser("alice"),
    );
    let machine = with_sid(workstation("alice", "laptop"), "1");
    let bob = with_sid(browser("bob"), "3");
    let mut elsewhere = with_sid(browser("alice"), "1");
    elsewhere.seen.as_mut().unwrap().issuer = "https://other.example".to_owned();
    let all = [&a, &b, &c, &machine, &bob, &elsewhere];
    for new in all {
        db.insert(new).await;
    }
    let ended = async |subject, sid| end_now(&db, &of_provider(subject, sid), EndReason::ProviderLogout).await;
    assert_eq!(ended(None, Some("1")).await, [a.sign_in.id]);
    assert_eq!(live(&db, &all).await, [false, true, true, true, true, true]);
    assert_eq!(ended(Some("alice"), None).await, [b.sign_in.id, c.sign_in.id]);
    assert_eq!(live(&db, &all).await, [false, false, false, true, true, true]);
    let events = db.events().await;
    let last = events.last().unwrap();
    assert_eq!(
        (last.action.as_str(), last.reason.as_deref()),
        ("sign_in.ended", Some("provider_logout"))
    );
    let owner: PersonId = db
        .store()
        .find_person_by_subject(ISSUER, "alice")
        .await
        .unwrap()
        .unwrap()
        .id;
    let own = flui_identity::audit::EventFilter {
        person: Some(owner),
        action: Some("sign_in.ended".to_owned()),
        ..Default::default()
    };
    assert_eq!(db.store().list_events(&own, None, 9).await.unwrap().len(), 3);
}

#[rstest]
#[tokio::test]
async fn k10_everything_of_a_person_ends_in_one_transaction(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let (session, bob) = (browser("alice"), browser("bob"));
    let alice = db.insert(&session).await.person.id;
    let (ci, laptop) = (key(alice, "ci"), workstation("alice", "laptop"));
    for new in [&bob, &ci, &laptop] {
        db.insert(new).await;
    }
    let mut expected = vec![session.sign_in.id, ci.sign_in.id, laptop.sign_in.id];
    expected.sort_unstable();
    assert_eq!(end_now(&db, &Which::Person(person_id()), EndReason::Revoked).await, []);
    assert_eq!(end_now(&db, &Which::Person(alice), EndReason::Revoked).await, expected);
    assert_eq!(
        live(&db, &[&session, &bob, &ci, &laptop]).await,
        [false, true, false, false]
    );
    let events = db.events().await;
    assert_eq!(
        events
            .iter()
            .filter(|event| event.reason.as_deref() == Some("revoked"))
            .count(),
        3
    );
}

#[rstest]
#[tokio::test]
async fn no_key_is_made_with_a_sign_in_that_has_ended(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let session = browser("alice");
    let alice = db.insert(&session).await.person.id;
    let mut good = key(alice, "good");
    good.sign_in.made_by = Some(session.sign_in.id);
    db.insert(&good).await;
    end_now(&db, &Which::Ids(vec![session.sign_in.id]), EndReason::Lost).await;
    let mut late = key(alice, "late");
    late.sign_in.made_by = Some(session.sign_in.id);
    let rows = db.count("audit_events").await;
    let refused = db.store().insert_sign_in(&late, &began(&late)).await.unwrap_err();
    assert!(matches!(refused, StoreError::MakerEnded), "{refused:?}");
    assert_eq!(db.store().find_sign_in(late.sign_in.id).await.unwrap(), None);
    assert_eq!(db.count("audit_events").await, rows);
    assert_eq!(live(&db, &[&session, &good]).await, [false, true]);
}
