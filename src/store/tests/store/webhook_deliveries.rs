//! What is written down for the webhook, who takes it, and what becomes of it.

use std::collections::BTreeSet;

use flui_identity::{
    audit::{Action, Event},
    contexts::Context,
    sign_ins::{EndReason, KeyChange, NewSignIn, Which},
    webhook_deliveries::{Settled, WebhookDelivery},
};
use flui_model::{
    Timestamp,
    contexts::Colour,
    webhooks::{WebhookMessage, WebhookType},
};
use flui_store::open_with_webhook;
use rstest::rstest;

use super::support::{Backend, Db, at, browser, client, end, event, key, workstation};

const DAY: u64 = 86_400;

/// Takes all that is due, and leaves it taken for a minute.
async fn take(db: &Db, seconds: u64) -> Vec<WebhookDelivery> {
    let store = db.store();
    store
        .take_webhook_deliveries(at(seconds), at(seconds + 60), 100)
        .await
        .unwrap()
}

/// Takes all that is due, and delivers it.
async fn deliver(db: &Db, seconds: u64) -> Vec<WebhookDelivery> {
    let taken = take(db, seconds).await;
    for delivery in &taken {
        let settled = Settled::Delivered(at(seconds));
        db.store().settle_webhook_delivery(delivery, &settled).await.unwrap();
    }
    taken
}

fn message(delivery: &WebhookDelivery) -> WebhookMessage {
    let message: WebhookMessage = serde_json::from_str(&delivery.body).unwrap();
    assert_eq!((&message.id, message.key.id), (&delivery.id, delivery.key));
    assert!(!message.id.contains('.'), "a dot divides what is signed");
    message
}

/// What is told of which key, and why.
fn told(deliveries: &[WebhookDelivery]) -> BTreeSet<(String, String)> {
    let words = deliveries.iter().map(message).map(|message| {
        let word = match message.what {
            WebhookType::KeyEnded => message.reason.unwrap(),
            WebhookType::KeyRestored => "restored".to_owned(),
            WebhookType::KeyExpiring => format!("{} days", message.days_left.unwrap()),
        };
        (message.key.name, word)
    });
    words.collect()
}

fn expected(of: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    of.iter()
        .map(|(name, word)| ((*name).to_owned(), (*word).to_owned()))
        .collect()
}

async fn end_now(db: &Db, which: Which, reason: EndReason) {
    let ended = db.store().end_sign_ins(&which, &end(50, reason), &event()).await;
    assert!(!ended.unwrap().is_empty());
}

/// A key that ends so many days into the test.
fn lasting(new: NewSignIn, days: u64) -> NewSignIn {
    let mut new = new;
    new.sign_in.expires_at = at(days * DAY);
    new
}

#[rstest]
#[tokio::test]
async fn every_end_of_a_key_is_written_with_its_act(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::with_webhook(on).await;
    let session = browser("alice");
    let alice = db.insert(&session).await.person;
    let (revoked, bound) = (key(alice.id, "revoked"), key(alice.id, "bound"));
    let mut bound = bound;
    bound.sign_in.contexts = vec!["prod".to_owned()];
    for new in [&revoked, &bound, &key(alice.id, "rest")] {
        db.insert(new).await;
    }
    assert_eq!(take(&db, 100).await, [], "nothing ended yet");

    let mut by_alice = end(50, EndReason::Revoked);
    by_alice.by = Some(alice.id);
    let both = Which::Ids(vec![revoked.sign_in.id, session.sign_in.id]);
    db.store().end_sign_ins(&both, &by_alice, &event()).await.unwrap();
    let deliveries = take(&db, 100).await;
    assert_eq!(
        told(&deliveries),
        expected(&[("revoked", "revoked")]),
        "not the session"
    );
    let first = message(&deliveries[0]);
    assert_eq!((first.at, first.key.kind), (at(50), revoked.sign_in.kind));
    assert_eq!(first.key.owner.name, "Name of alice");
    assert_eq!(first.key.owner.email.as_deref(), Some("alice@example.org"));
    assert_eq!(first.ended_by.unwrap().id, alice.id);
    assert!(!deliveries[0].body.contains(&revoked.sign_in.last_four));

    let context = Context {
        name: "prod".to_owned(),
        api_url: "https://api.example.org".to_owned(),
        issuer: String::new(),
        description: String::new(),
        colour: Colour::default(),
        created_at: at(0),
    };
    let event_of_context = Event::new(at(0), Action::ContextCreated, Some(&client())).about_context("prod");
    db.store().insert_context(&context, &event_of_context).await.unwrap();
    let deleted = end(50, EndReason::ContextDeleted);
    db.store().delete_context("prod", &deleted, &event()).await.unwrap();
    let (old, mut new) = (workstation("alice", "laptop"), workstation("alice", "laptop"));
    new.sign_in.created_at = at(1);
    db.insert(&old).await;
    db.insert(&new).await;
    end_now(&db, Which::ReplacedBy(new.sign_in.id), EndReason::Replaced).await;
    end_now(&db, Which::Person(alice.id), EndReason::Lost).await;
    let name = old.sign_in.name.as_str();
    assert_eq!(
        told(&deliver(&db, 100).await),
        expected(&[
            ("bound", "context_deleted"),
            (name, "replaced"),
            (name, "lost"),
            ("rest", "lost")
        ])
    );
}

#[rstest]
#[tokio::test]
async fn without_a_webhook_nothing_is_written(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    db.insert(&key(alice, "ci")).await;
    end_now(&db, Which::Person(alice), EndReason::Revoked).await;
    assert_eq!(db.count("webhook_deliveries").await, 0);
}

#[rstest]
#[tokio::test]
async fn keys_are_told_of_when_their_owners_access_goes_and_comes_back(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::with_webhook(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    let (live, over) = (key(alice, "live"), key(alice, "over"));
    db.insert(&live).await;
    db.insert(&over).await;
    let bob = db.insert(&browser("bob")).await.person.id;
    db.insert(&key(bob, "bobs")).await;
    end_now(&db, Which::Ids(vec![over.sign_in.id]), EndReason::Revoked).await;
    deliver(&db, 100).await;
    for (seconds, disabled) in [(200, true), (201, true), (300, false)] {
        let mut event = event();
        event.at = at(seconds);
        event.actor = Some(bob);
        let disabled_at = disabled.then_some(at(seconds));
        db.store()
            .set_person_disabled(alice, disabled_at, &event)
            .await
            .unwrap();
    }
    let deliveries = take(&db, 400).await;
    assert_eq!(deliveries.len(), 2, "what changes nothing is not told");
    assert_eq!(
        told(&deliveries),
        expected(&[("live", "person_disabled"), ("live", "restored")])
    );
    let enders = deliveries.iter().filter_map(|told| message(told).ended_by);
    assert_eq!(enders.map(|person| person.id).collect::<Vec<_>>(), [bob]);
}

#[rstest]
#[tokio::test]
async fn a_key_is_warned_of_once_at_each_of_14_7_and_1_days(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::with_webhook(on).await;
    let mut session = lasting(browser("alice"), 30);
    session.sign_in.name = "session".to_owned();
    let alice = db.insert(&session).await.person.id;
    let long = lasting(key(alice, "long"), 30);
    let ended = lasting(key(alice, "ended"), 30);
    for new in [
        &long,
        &ended,
        &lasting(key(alice, "five"), 5),
        &lasting(key(alice, "later"), 60),
    ] {
        db.insert(new).await;
    }
    let bob = lasting(workstation("bob", "laptop"), 30);
    let bob = db.insert(&bob).await.person.id;
    db.store()
        .set_person_disabled(bob, Some(at(0)), &event())
        .await
        .unwrap();
    end_now(&db, Which::Ids(vec![ended.sign_in.id]), EndReason::Revoked).await;
    deliver(&db, 100).await;

    let mut told_by_day = Vec::new();
    for half_day in 0..62 {
        let seconds = half_day * DAY / 2 + 1;
        for _ in 0..2 {
            db.store().insert_key_warnings(at(seconds)).await.unwrap();
        }
        for delivery in deliver(&db, seconds).await {
            let message = message(&delivery);
            assert_eq!((message.what, message.at), (WebhookType::KeyExpiring, at(seconds)));
            told_by_day.push((message.key.name, half_day, message.days_left.unwrap()));
        }
        db.store().sweep(at(seconds)).await.unwrap();
    }
    let told = |name: &str, half_day, left| (name.to_owned(), half_day, left);
    assert_eq!(
        told_by_day,
        [
            // Made for five days, it was never further away than seven.
            told("five", 8, 1),
            told("long", 32, 14),
            told("long", 46, 7),
            told("long", 58, 1),
        ]
    );
}

#[rstest]
#[tokio::test]
async fn a_key_that_was_extended_is_warned_of_again_and_one_that_was_missed_once(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::with_webhook(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    let ci = lasting(key(alice, "ci"), 30);
    db.insert(&ci).await;
    let warned = async |seconds| {
        db.store().insert_key_warnings(at(seconds)).await.unwrap();
        told(&deliver(&db, seconds).await)
    };
    // The server was away while the key came within fourteen days.
    assert_eq!(warned(25 * DAY).await, expected(&[("ci", "5 days")]));
    let change = KeyChange::ExpiresAt(at(40 * DAY));
    let mut extended = event();
    extended.at = at(25 * DAY);
    assert!(
        db.store()
            .change_key(ci.sign_in.id, &change, &extended)
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(warned(25 * DAY + 90).await, expected(&[]));
    assert_eq!(warned(27 * DAY).await, expected(&[("ci", "13 days")]));
    assert_eq!(warned(27 * DAY).await, expected(&[]));
}

#[rstest]
#[tokio::test]
async fn a_delivery_is_taken_by_one_until_its_lease_is_over(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::with_webhook(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    db.insert(&key(alice, "ci")).await;
    end_now(&db, Which::Person(alice), EndReason::Revoked).await;
    assert_eq!(take(&db, 49).await, [], "not before it happened");
    let first = take(&db, 100).await;
    assert_eq!((first.len(), first[0].attempts), (1, 1));
    assert_eq!(take(&db, 159).await, []);
    // Whoever took it was killed.
    let second = take(&db, 160).await;
    assert_eq!((&second[0].id, &second[0].body), (&first[0].id, &first[0].body));
    assert_eq!(second[0].attempts, 2);

    let settle = async |delivery: &WebhookDelivery, settled| {
        let store = db.store();
        store.settle_webhook_delivery(delivery, &settled).await.unwrap();
    };
    settle(&first[0], Settled::Delivered(at(161))).await;
    settle(&second[0], Settled::Again(at(500))).await;
    assert_eq!(take(&db, 499).await, []);
    let third = take(&db, 500).await;
    assert_eq!(third[0].attempts, 3, "the first had nothing to say any more");

    let failed = Event::new(at(501), Action::WebhookFailed, None).refused("http_500");
    let events = db.events().await.len();
    settle(&second[0], Settled::GivenUp(failed.clone())).await;
    assert_eq!(db.events().await.len(), events, "nor had the second");
    settle(&third[0], Settled::GivenUp(failed)).await;
    assert_eq!(take(&db, 900 * DAY).await, []);
    let written = db.events().await;
    let last = written.last().unwrap();
    assert_eq!((written.len(), last.action.as_str()), (events + 1, "webhook.failed"));
    assert_eq!(last.reason.as_deref(), Some("http_500"));
}

#[tokio::test]
async fn two_replicas_never_take_the_same_delivery() {
    let db = Db::with_webhook(Backend::Postgres).await;
    let other = open_with_webhook(&db.database).await.unwrap();
    let alice = db.insert(&browser("alice")).await.person.id;
    for n in 0..40 {
        db.insert(&key(alice, &format!("ci{n}"))).await;
    }
    end_now(&db, Which::Person(alice), EndReason::Revoked).await;
    let mut taken = Vec::new();
    loop {
        let (a, b) = tokio::join!(
            db.store().take_webhook_deliveries(at(100), at(160), 7),
            other.take_webhook_deliveries(at(100), at(160), 7)
        );
        let both = [a.unwrap(), b.unwrap()].concat();
        if both.is_empty() {
            break;
        }
        taken.extend(both);
    }
    let ids: BTreeSet<_> = taken.iter().map(|delivery| &delivery.id).collect();
    assert_eq!((taken.len(), ids.len()), (40, 40));

    // Both look for warnings at once.
    let long = lasting(key(alice, "long"), 30);
    db.insert(&long).await;
    let (a, b) = tokio::join!(
        db.store().insert_key_warnings(at(17 * DAY)),
        other.insert_key_warnings(at(17 * DAY))
    );
    assert!(a.is_ok() && b.is_ok());
    let warnings = other
        .take_webhook_deliveries(at(17 * DAY), at(18 * DAY), 100)
        .await
        .unwrap();
    assert_eq!(told(&warnings).iter().filter(|(name, _)| name == "long").count(), 1);
}

#[rstest]
#[tokio::test]
async fn deliveries_outlive_a_restart_and_go_eight_days_after_they_are_over(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let mut db = Db::with_webhook(on).await;
    let alice = db.insert(&browser("alice")).await.person.id;
    for name in ["a", "b"] {
        db.insert(&key(alice, name)).await;
    }
    end_now(&db, Which::Person(alice), EndReason::Revoked).await;
    let long_after: Timestamp = at(50 + 30 * DAY);
    db.store().sweep(long_after).await.unwrap();
    assert_eq!(db.count("webhook_deliveries").await, 2, "still to be delivered");
    let one = db.store().take_webhook_deliveries(at(60), at(120), 1).await.unwrap();
    let done = Settled::Delivered(at(60));
    db.store().settle_webhook_delivery(&one[0], &done).await.unwrap();
    db.store().sweep(at(59 + 8 * DAY)).await.unwrap();
    assert_eq!(db.count("webhook_deliveries").await, 2);
    db.store().sweep(at(60 + 8 * DAY)).await.unwrap();
    assert_eq!(db.count("webhook_deliveries").await, 1);

    // Opened without a webhook, nobody will deliver what is left.
    db.close();
    db.open().await;
    db.store().sweep(at(49 + 8 * DAY)).await.unwrap();
    assert_eq!(db.count("webhook_deliveries").await, 1);
    db.store().sweep(at(50 + 8 * DAY)).await.unwrap();
    assert_eq!(db.count("webhook_deliveries").await, 0);
}
