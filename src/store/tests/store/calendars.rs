use flui_identity::audit::{Action, Event};
use rstest::rstest;

use super::support::{Backend, Db, at, browser, client, secret};

fn event(action: Action) -> Event {
    Event::new(at(0), action, Some(&client()))
}

#[rstest]
#[tokio::test]
async fn a_calendar_address_is_found_by_its_hash_until_it_is_renewed_or_removed(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let store = db.store();
    let alice = db.insert(&browser("alice")).await.person;
    let bob = db.insert(&browser("bob")).await.person;
    let (first, second, bobs) = (secret(), secret(), secret());
    assert_eq!(store.find_calendar(alice.id).await.unwrap(), None);
    assert_eq!(store.find_calendar_owner(&first).await.unwrap(), None);

    let created = event(Action::CalendarCreated);
    store.put_calendar(alice.id, &first, at(1), &created).await.unwrap();
    store.put_calendar(bob.id, &bobs, at(1), &created).await.unwrap();
    assert_eq!(store.find_calendar_owner(&first).await.unwrap(), Some(alice.clone()));

    store.put_calendar(alice.id, &second, at(2), &created).await.unwrap();
    assert_eq!(store.find_calendar(alice.id).await.unwrap(), Some(at(2)));
    assert_eq!(store.find_calendar_owner(&first).await.unwrap(), None);
    assert_eq!(store.find_calendar_owner(&second).await.unwrap(), Some(alice.clone()));
    assert_eq!(db.count("calendars").await, 2);

    let removed = event(Action::CalendarRemoved);
    assert!(store.delete_calendar(alice.id, &removed).await.unwrap());
    assert!(!store.delete_calendar(alice.id, &removed).await.unwrap());
    assert_eq!(store.find_calendar_owner(&second).await.unwrap(), None);
    assert_eq!(store.find_calendar_owner(&bobs).await.unwrap(), Some(bob));
    let actions: Vec<_> = db.events().await.into_iter().map(|event| event.action).collect();
    assert_eq!(
        actions[2..],
        [
            "calendar.created",
            "calendar.created",
            "calendar.created",
            "calendar.removed"
        ],
        "an act that changes nothing leaves no event"
    );
}
