//! Keys that are paused or change hands, people who are gone, and the refresh tokens that tell.

use flui_identity::{
    SecretHash,
    audit::{Action, Event},
    owners::RefreshToken,
    people::ProvenPerson,
    sign_ins::{EndReason, Filter, NewOwner, NewSecret, Pause, Proof, Which},
};
use flui_model::{PersonId, SignInId, api_keys::KeyState};
use rstest::rstest;

use super::support::{Backend, Db, at, browser, client, end, event, ids, key, of, proven, secret, workstation};

fn told(seconds: u64, action: Action) -> Event {
    Event::new(at(seconds), action, Some(&client()))
}

async fn actions(db: &Db, of: SignInId) -> Vec<String> {
    let about = |event: &flui_identity::audit::RecordedEvent| event.object == Some(of.to_string());
    db.events()
        .await
        .into_iter()
        .filter(about)
        .map(|event| event.action)
        .collect()
}

#[rstest]
#[tokio::test]
async fn a_pause_shows_at_once_and_is_told_once(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let session = db.insert(&browser("alice")).await;
    let alice = session.person.id;
    let (one, two) = (db.insert(&key(alice, "one")).await, db.insert(&key(alice, "two")).await);
    let over = db.insert(&key(alice, "over")).await;
    let revoke = Which::Ids(vec![over.sign_in.id]);
    db.store()
        .end_sign_ins(&revoke, &end(1, EndReason::Revoked), &event())
        .await
        .unwrap();
    let paused = async |hash: &SecretHash| {
        let found = db.store().find_by_secret(hash).await.unwrap().unwrap();
        found.sign_in.paused
    };
    assert_eq!(paused(&one.sign_in.secret_hash).await, None);

    let pause = Pause { at: at(5), by: alice };
    let all = [session.sign_in.id, one.sign_in.id, two.sign_in.id, over.sign_in.id];
    let set = async |ids: &[SignInId], pause: Option<&Pause>, action: Action| {
        db.store().set_keys_paused(ids, pause, &told(5, action)).await.unwrap()
    };
    let changed = set(&all, Some(&pause), Action::KeyPaused).await;
    assert_eq!(
        changed,
        [one.sign_in.id, two.sign_in.id],
        "no session, nothing that is over"
    );
    assert_eq!(paused(&one.sign_in.secret_hash).await, Some(pause));
    assert_eq!(paused(&session.sign_in.secret_hash).await, None);
    assert_eq!(set(&all, Some(&pause), Action::KeyPaused).await, []);

    // What is paused is not over: it is listed with what lives, and ends with it.
    let listed = async |state: KeyState| {
        let filter = Filter {
            state: Some(state),
            ..of(alice)
        };
        ids(&db.store().list_sign_ins(&filter, at(6), None, 10).await.unwrap())
    };
    assert_eq!(listed(KeyState::Paused).await, [two.sign_in.id, one.sign_in.id]);
    assert_eq!(listed(KeyState::Live).await.len(), 3);

    assert_eq!(set(&[one.sign_in.id], None, Action::KeyResumed).await, [one.sign_in.id]);
    assert_eq!(paused(&one.sign_in.secret_hash).await, None);
    assert_eq!(set(&[one.sign_in.id], None, Action::KeyResumed).await, []);
    assert_eq!(listed(KeyState::Paused).await, [two.sign_in.id]);
    assert_eq!(actions(&db, one.sign_in.id).await[1..], ["key.paused", "key.resumed"]);
    let everything = Which::Person(alice);
    let ended = db
        .store()
        .end_sign_ins(&everything, &end(7, EndReason::Revoked), &event())
        .await;
    assert_eq!(ended.unwrap().len(), 3);
}

fn to(from: PersonId, to: PersonId, hash: SecretHash) -> NewOwner {
    NewOwner {
        from,
        to,
        secret: NewSecret {
            secret_hash: hash,
            prefix: "flui_ci_Xy".to_owned(),
            last_four: "9876".to_owned(),
            old_until: None,
        },
        proof: Proof {
            auth_time: Some(at(4)),
            ..Proof::default()
        },
    }
}

#[rstest]
#[tokio::test]
async fn a_transferred_key_has_one_owner_and_one_secret(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    let bob = db.insert(&browser("bob")).await.person.id;
    let old = db.insert(&key(alice, "deploy")).await.sign_in;
    let find = async |hash: &SecretHash| db.store().find_by_secret(hash).await.unwrap().unwrap();
    assert_eq!(find(&old.secret_hash).await.person.id, alice);

    let fresh = secret();
    let events = [told(5, Action::KeyTransferred), told(5, Action::KeyTransferred)];
    let given = async |from: PersonId, hash: SecretHash| {
        db.store()
            .transfer_key(old.id, &to(from, bob, hash), &events)
            .await
            .unwrap()
    };
    let before = db.events().await.len();
    assert!(given(bob, secret()).await.is_none(), "it is not his to give");
    assert_eq!(db.events().await.len(), before);
    let found = given(alice, fresh).await.unwrap();
    assert_eq!((found.person.id, found.sign_in.id), (bob, old.id));
    assert_eq!(found.sign_in.proof.auth_time, Some(at(4)));
    assert_eq!(db.events().await.len(), before + 2);
    // Whoever asks by the old secret finds what became of it.
    let by_old = find(&old.secret_hash).await;
    assert_eq!((by_old.person.id, by_old.sign_in.secret_hash), (bob, fresh));
    assert_eq!(by_old.sign_in.overlap, None);
    assert_eq!(find(&fresh).await.person.id, bob);
    assert!(given(alice, secret()).await.is_none(), "somebody was quicker");
    assert!(ids(&db.store().list_sign_ins(&of(bob), at(6), None, 10).await.unwrap()).contains(&old.id));
}

fn token(person: PersonId, sealed: &str) -> RefreshToken {
    RefreshToken {
        person_id: person,
        sealed: sealed.to_owned(),
        given_at: at(2),
        doubtful_at: None,
    }
}

#[rstest]
#[tokio::test]
async fn one_refresh_token_of_each_owner_of_keys_is_kept_while_anything_lives(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let session = db.insert(&browser("alice")).await;
    let alice = session.person.id;
    let put = async |sealed: &str| db.store().put_refresh_token(&token(alice, sealed)).await.unwrap();
    let asked = async || {
        let owners = db.store().list_owners_to_ask(at(3), None, 10).await.unwrap();
        owners.into_iter().map(|owner| owner.token).collect::<Vec<_>>()
    };
    put("a").await;
    assert_eq!(asked().await, [], "she owns no key");
    let deploy = db.insert(&key(alice, "deploy")).await;
    assert_eq!(asked().await, [token(alice, "a")]);
    put("b").await;
    assert_eq!(asked().await, [token(alice, "b")]);
    assert_eq!(db.count("refresh_tokens").await, 1);
    db.store().set_refresh_token_doubt(alice, Some(at(3))).await.unwrap();
    assert_eq!(asked().await[0].doubtful_at, Some(at(3)));
    put("c").await;
    assert_eq!(asked().await, [token(alice, "c")], "a new one is beyond doubt");
    assert!(!db.store().delete_refresh_token(alice, "b").await.unwrap());
    assert_eq!(db.store().list_owners_to_ask(at(3), Some(alice), 10).await.unwrap(), []);

    // Disabled: gone at once, and none comes back.
    let disabled = told(3, Action::PersonDisabled);
    db.store()
        .set_person_disabled(alice, Some(at(3)), &disabled)
        .await
        .unwrap();
    assert_eq!(db.count("refresh_tokens").await, 0);
    put("d").await;
    assert_eq!(db.count("refresh_tokens").await, 0);
    db.store().set_person_disabled(alice, None, &disabled).await.unwrap();
    put("e").await;

    let revoke = async |id: SignInId| {
        let which = Which::Ids(vec![id]);
        db.store()
            .end_sign_ins(&which, &end(4, EndReason::Revoked), &event())
            .await
            .unwrap();
    };
    revoke(session.sign_in.id).await;
    assert_eq!(db.count("refresh_tokens").await, 1);
    revoke(deploy.sign_in.id).await;
    assert_eq!(db.count("refresh_tokens").await, 0, "the last of hers has ended");
    put("f").await;
    assert_eq!(db.count("refresh_tokens").await, 0);

    // What expires by itself takes its token along.
    let bob = db.insert(&browser("bob")).await.person.id;
    db.store().put_refresh_token(&token(bob, "g")).await.unwrap();
    db.store().sweep(at(5)).await.unwrap();
    assert_eq!(db.count("refresh_tokens").await, 1);
    db.store().sweep(at(12 * 3_600)).await.unwrap();
    assert_eq!(db.count("refresh_tokens").await, 0);
}

#[rstest]
#[tokio::test]
async fn whoever_is_gone_holds_nothing_in_person_and_their_keys_need_an_owner(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let session = db.insert(&browser("alice")).await;
    let alice = session.person.id;
    let laptop = db.insert(&workstation("alice", "laptop")).await;
    let deploy = db.insert(&key(alice, "deploy")).await;
    let others = db.insert(&browser("bob")).await;
    let kept = token(alice, "a");
    db.store().put_refresh_token(&kept).await.unwrap();
    let gone = async |token: &RefreshToken, asked_at: u64| {
        let event = told(9, Action::PersonGone);
        let end = end(9, EndReason::OwnerGone);
        db.store()
            .set_person_gone(token, at(asked_at), &end, &event)
            .await
            .unwrap()
    };
    let find = async |hash: &SecretHash| db.store().find_by_secret(hash).await.unwrap().unwrap();
    let before = db.events().await.len();
    assert!(find(&laptop.sign_in.secret_hash).await.sign_in.ended.is_none());
    assert!(!gone(&token(alice, "b"), 5).await, "another token came meanwhile");
    db.sql("update people set last_seen_at = last_seen_at + 6000000")
        .await
        .unwrap();
    assert!(!gone(&kept, 5).await, "she was seen meanwhile");
    assert_eq!(db.events().await.len(), before);
    assert!(find(&laptop.sign_in.secret_hash).await.person.gone_at.is_none());

    assert!(gone(&kept, 7).await);
    for ended in [&session, &laptop] {
        let found = find(&ended.sign_in.secret_hash).await;
        assert_eq!(found.sign_in.ended, Some(end(9, EndReason::OwnerGone)));
        assert_eq!(found.person.gone_at, Some(at(9)));
    }
    let found = find(&deploy.sign_in.secret_hash).await;
    assert_eq!((found.sign_in.ended.clone(), found.person.gone_at), (None, Some(at(9))));
    assert_eq!(find(&others.sign_in.secret_hash).await.person.gone_at, None);
    assert_eq!(db.events().await.len(), before + 3);
    assert_eq!(db.count("refresh_tokens").await, 0);
    assert_eq!(db.store().count_keys_needing_owner(at(10)).await.unwrap(), 1);
    assert!(!gone(&kept, 7).await, "once");
    assert_eq!(db.store().list_owners_to_ask(at(10), None, 10).await.unwrap(), []);

    db.insert(&browser("alice")).await;
    assert_eq!(
        find(&deploy.sign_in.secret_hash).await.person.gone_at,
        None,
        "she is back"
    );
    assert_eq!(db.store().count_keys_needing_owner(at(10)).await.unwrap(), 0);
}

#[rstest]
#[tokio::test]
async fn what_the_provider_says_of_an_owner_counts_at_once_and_is_no_sign_in(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let session = db.insert(&browser("alice")).await;
    let alice = session.person.clone();
    let person = async || {
        let found = db.store().find_by_secret(&session.sign_in.secret_hash).await.unwrap();
        found.unwrap().person.clone()
    };
    assert_eq!(person().await, alice);
    let before = db.events().await.len();
    db.store().confirm_person(alice.id, None, at(5), None).await.unwrap();
    let confirmed = person().await;
    assert_eq!(confirmed.confirmed_at, Some(at(5)));
    assert_eq!(
        (confirmed.last_seen_at, &confirmed.groups),
        (alice.last_seen_at, &alice.groups)
    );
    let changed = ProvenPerson {
        name: Some("Alice Liddell".to_owned()),
        email: None,
        groups: Some(Vec::new()),
        ..proven("alice")
    };
    let event = told(6, Action::PersonRolesChanged);
    db.store()
        .confirm_person(alice.id, Some(&changed), at(6), Some(&event))
        .await
        .unwrap();
    let now = person().await;
    assert_eq!(
        (now.name.as_deref(), now.email, now.groups.len()),
        (Some("Alice Liddell"), alice.email, 0)
    );
    assert_eq!((now.last_seen_at, now.confirmed_at), (alice.last_seen_at, Some(at(6))));
    assert_eq!(db.events().await.len(), before + 1);
}

#[rstest]
#[tokio::test]
async fn a_job_is_done_by_one_at_a_time_when_its_time_has_come(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let take = async |now: u64, next: u64| db.store().take_turn("owners", at(now), at(next)).await.unwrap();
    assert!(!take(0, 100).await, "the first call sets the time");
    assert!(!take(99, 200).await);
    let store = db.store();
    let rivals = (0..8).map(|_| store.take_turn("owners", at(100), at(200)));
    let turns = futures_join(rivals).await;
    assert_eq!(turns.into_iter().filter(|turn| *turn).count(), 1);
    assert!(!take(199, 300).await);
    assert!(
        take(5_000, 6_000).await,
        "a night that was slept through is made up for once"
    );
    assert!(!store.take_turn("other", at(5_000), at(6_000)).await.unwrap());
}

async fn futures_join<F>(futures: impl Iterator<Item = F>) -> Vec<bool>
where
    F: Future<Output = Result<bool, flui_identity::StoreError>>,
{
    // All begin before any is awaited to its end.
    let mut pending: Vec<_> = futures.map(Box::pin).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|context| {
        pending.retain_mut(|future| match future.as_mut().poll(context) {
            std::task::Poll::Ready(turn) => {
                done.push(turn.unwrap());
                false
            }
            std::task::Poll::Pending => true,
        });
        if pending.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done
}
