use std::time::Duration;

use flui_identity::{
    audit::{Action, Event},
    estate::{EstateFilter, Risk},
    people::{PeopleCursor, PeopleFilter},
    sign_ins::{EndReason, Found, Grant, LastUse, Which},
};
use flui_model::{Kind, PersonId, SignInId, Timestamp};
use rstest::rstest;

use super::support::{Backend, Db, at, browser, client, end, event, ids, key, person_id, workstation};

const DAY: u64 = 86_400;
/// Far from the beginning, so that things can be old.
const NOW: u64 = 200 * DAY;

/// Alice signed in just now; Bob long ago; Carol was disabled; Dora is gone; Erin was away, and the provider stood for her.
struct Scene {
    db: Db,
    alice: PersonId,
    carol: PersonId,
}

async fn scene(on: Backend) -> Scene {
    let db = Db::new(on).await;
    let sign_in = async |login: &str, seconds: u64| {
        let mut new = browser(login);
        new.sign_in.created_at = at(seconds);
        new.sign_in.expires_at = at(seconds + 12 * 3_600);
        db.insert(&new).await.person.id
    };
    let alice = sign_in("alice", NOW - 60).await;
    let bob = sign_in("bob", 100 * DAY).await;
    let carol = sign_in("carol", NOW - DAY).await;
    let add = async |person: PersonId, name: &str, created: u64, life: u64, used: Option<u64>, unscoped: bool| {
        let mut new = key(person, name);
        new.sign_in.created_at = at(created);
        new.sign_in.expires_at = at(created + life);
        new.sign_in.last_used = used.map(|used| LastUse {
            at: at(used),
            address: "10.1.2.3".to_owned(),
        });
        if !unscoped {
            new.sign_in.grant = Grant::Scopes(["apps:look".parse().unwrap()].into_iter().collect());
        }
        db.insert(&new).await;
    };
    add(alice, "calm", NOW - 90 * DAY, 100 * DAY, Some(NOW - DAY), false).await;
    add(alice, "wide", NOW - DAY, 30 * DAY, None, true).await;
    add(alice, "long", NOW - DAY, 300 * DAY, None, false).await;
    add(alice, "old", NOW - 70 * DAY, 90 * DAY, None, false).await;
    add(alice, "stale", NOW - 100 * DAY, 190 * DAY, Some(NOW - 61 * DAY), false).await;
    add(bob, "bobs", NOW - 100 * DAY, 190 * DAY, Some(NOW - DAY), false).await;
    add(carol, "carols", NOW - DAY, 30 * DAY, None, false).await;
    // Dora is gone; Erin was long away, but the provider stood for her the other day.
    let dora = sign_in("dora", NOW - DAY).await;
    let erin = sign_in("erin", 100 * DAY).await;
    add(dora, "doras", NOW - DAY, 30 * DAY, None, false).await;
    add(erin, "erins", NOW - DAY, 30 * DAY, None, false).await;
    let moment = at(NOW - DAY).as_micros();
    for (column, subject) in [("gone_at", "dora"), ("confirmed_at", "erin")] {
        let text = format!("update people set {column} = {moment} where subject = '{subject}'");
        db.sql(&text).await.unwrap();
    }
    add(alice, "over", NOW - 30 * DAY, 20 * DAY, None, true).await;
    let mut laptop = workstation("alice", "laptop");
    laptop.sign_in.created_at = at(NOW - 60);
    laptop.sign_in.expires_at = at(NOW + 90 * DAY);
    "laptop".clone_into(&mut laptop.sign_in.name);
    db.insert(&laptop).await;
    let disabled = Event::new(at(NOW), Action::PersonDisabled, Some(&client()));
    db.store()
        .set_person_disabled(carol, Some(at(NOW)), &disabled)
        .await
        .unwrap();
    Scene { db, alice, carol }
}

impl Scene {
    async fn list(&self, filter: &EstateFilter, before: Option<SignInId>, limit: u32) -> Vec<Found> {
        let idle_limit = at(NOW - 1_800);
        let listed = self.db.store().list_estate(filter, at(NOW), idle_limit, before, limit);
        listed.await.unwrap()
    }
}

fn names(found: &[Found]) -> Vec<&str> {
    found.iter().map(|found| found.sign_in.name.as_str()).collect()
}

#[rstest]
#[tokio::test]
async fn the_estate_is_everybodys_live_credentials_newest_first(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let scene = scene(on).await;
    let all = scene.list(&EstateFilter::default(), None, 100).await;
    let wanted = [
        "laptop",
        "erins",
        "doras",
        "carols",
        "bobs",
        "stale",
        "old",
        "long",
        "wide",
        "calm",
        "Firefox on Linux",
    ];
    assert_eq!(names(&all), wanted, "ended, expired and idle ones are not in it");
    let mut paged = Vec::new();
    let mut before = None;
    loop {
        let page = scene.list(&EstateFilter::default(), before, 4).await;
        before = page.last().map(|last| last.sign_in.id);
        paged.extend(ids(&page));
        if page.len() < 4 {
            break;
        }
    }
    assert_eq!(paged, ids(&all));

    let filtered = async |filter: EstateFilter| {
        let found = scene.list(&filter, None, 100).await;
        names(&found).iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()
    };
    let default = EstateFilter::default;
    let of_carol = EstateFilter {
        person: Some(scene.carol),
        ..default()
    };
    assert_eq!(filtered(of_carol).await, ["carols"]);
    let workstations = EstateFilter {
        kind: Some(Kind::Workstation),
        ..default()
    };
    assert_eq!(filtered(workstations).await, ["laptop"]);
    let by_name = EstateFilter {
        text: Some(" STALE ".to_owned()),
        ..default()
    };
    assert_eq!(filtered(by_name).await, ["stale"]);
    let by_owner = EstateFilter {
        text: Some("Name of Bob".to_owned()),
        ..default()
    };
    assert_eq!(filtered(by_owner).await, ["bobs"]);
}

/// The rule and the store's SQL say the same of every credential.
#[rstest]
#[tokio::test]
async fn each_risk_finds_what_the_rule_says_and_nothing_else(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let scene = scene(on).await;
    let all = scene.list(&EstateFilter::default(), None, 100).await;
    let wanted = [
        (Risk::Unscoped, vec!["wide"]),
        (Risk::LongLived, vec!["long"]),
        (Risk::Unused, vec!["stale", "old"]),
        (Risk::OwnerDisabled, vec!["carols"]),
        (Risk::NeedsOwner, vec!["doras"]),
        (Risk::OwnerAway, vec!["bobs"]),
    ];
    assert_eq!(wanted.len(), Risk::ALL.len());
    for (risk, wanted) in wanted {
        let filter = EstateFilter {
            risk: Some(risk),
            ..EstateFilter::default()
        };
        let found = scene.list(&filter, None, 100).await;
        assert_eq!(names(&found), wanted, "{risk:?}");
        let by_rule: Vec<_> = all
            .iter()
            .filter(|found| Risk::of(found, at(NOW)).contains(&risk))
            .map(|found| found.sign_in.id)
            .collect();
        assert_eq!(ids(&found), by_rule, "{risk:?}");
    }
}

#[rstest]
#[tokio::test]
async fn everything_of_a_person_ends_and_nothing_of_another(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let scene = scene(on).await;
    let revoked = end(NOW, EndReason::Revoked);
    let which = Which::Person(scene.alice);
    let ended = scene.db.store().end_sign_ins(&which, &revoked, &event()).await.unwrap();
    assert_eq!(
        ended.len(),
        7,
        "six keys and a session; what expired long ago is no news"
    );
    let left = scene.list(&EstateFilter::default(), None, 100).await;
    assert_eq!(names(&left), ["erins", "doras", "carols", "bobs"]);
    let again = scene.db.store().end_sign_ins(&which, &revoked, &event()).await.unwrap();
    assert_eq!(again, []);
}

#[rstest]
#[tokio::test]
async fn people_are_listed_seen_last_first_with_what_they_hold(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let scene = scene(on).await;
    let list = async |filter: PeopleFilter, cursor: Option<PeopleCursor>, limit: u32| {
        scene
            .db
            .store()
            .list_people(&filter, at(NOW), cursor, limit)
            .await
            .unwrap()
    };
    let all = list(PeopleFilter::default(), None, 10).await;
    let facts: Vec<_> = all
        .iter()
        .map(|seen| (seen.person.subject.as_str(), seen.live_sign_ins, seen.is_mfa()))
        .collect();
    assert_eq!(
        facts,
        [
            ("alice", 7, Some(true)),
            ("dora", 1, Some(true)),
            ("carol", 1, Some(true)),
            ("erin", 1, Some(true)),
            ("bob", 1, Some(true))
        ]
    );
    let first = list(PeopleFilter::default(), None, 1).await;
    let cursor = PeopleCursor {
        last_seen_at: first[0].person.last_seen_at,
        id: first[0].person.id,
    };
    assert_eq!(list(PeopleFilter::default(), Some(cursor), 10).await, all[1..]);

    let subjects = async |filter: PeopleFilter| {
        let found = list(filter, None, 10).await;
        found.into_iter().map(|seen| seen.person.subject).collect::<Vec<_>>()
    };
    let text = |text: &str| PeopleFilter {
        text: Some(text.to_owned()),
        ..PeopleFilter::default()
    };
    assert_eq!(subjects(text("name of a")).await, ["alice"]);
    assert_eq!(subjects(text("bob@example")).await, ["bob"]);
    assert!(subjects(text("%")).await.is_empty());
    let disabled = |disabled| PeopleFilter {
        disabled: Some(disabled),
        ..PeopleFilter::default()
    };
    assert_eq!(subjects(disabled(true)).await, ["carol"]);
    assert_eq!(subjects(disabled(false)).await, ["alice", "dora", "erin", "bob"]);
}

#[rstest]
#[tokio::test]
async fn e12_disabling_a_person_shows_at_once_with_every_sign_in_and_is_told_once(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let session = db.insert(&browser("alice")).await;
    let alice = session.person.id;
    let key = db.insert(&key(alice, "deploy")).await;
    let disabled_at = async |found: &Found| {
        let found = db.store().find_by_secret(&found.sign_in.secret_hash).await.unwrap();
        found.unwrap().person.disabled_at
    };
    assert_eq!((disabled_at(&session).await, disabled_at(&key).await), (None, None));

    let before = db.events().await.len();
    let set = async |person: PersonId, moment: Option<Timestamp>, action: Action| {
        let event = Event::new(at(9), action, Some(&client()));
        let person = db.store().set_person_disabled(person, moment, &event).await.unwrap();
        person.map(|person| person.disabled_at)
    };
    assert_eq!(set(alice, Some(at(9)), Action::PersonDisabled).await, Some(Some(at(9))));
    assert_eq!(
        (disabled_at(&session).await, disabled_at(&key).await),
        (Some(at(9)), Some(at(9)))
    );
    // Again, later: the first moment stands, and there is no second event.
    let later = at(9) + Duration::from_secs(5);
    assert_eq!(set(alice, Some(later), Action::PersonDisabled).await, Some(Some(at(9))));
    assert_eq!(set(alice, None, Action::PersonEnabled).await, Some(None));
    assert_eq!(set(alice, None, Action::PersonEnabled).await, Some(None));
    assert_eq!((disabled_at(&session).await, disabled_at(&key).await), (None, None));
    assert_eq!(set(person_id(), Some(at(9)), Action::PersonDisabled).await, None);
    let actions: Vec<String> = db
        .events()
        .await
        .split_off(before)
        .into_iter()
        .map(|e| e.action)
        .collect();
    assert_eq!(actions, ["person.disabled", "person.enabled"]);
}
