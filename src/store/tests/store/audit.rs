use flui_identity::audit::{Action, Event, EventFilter};
use flui_model::{PersonId, Timestamp};
use rstest::rstest;

use super::support::{Backend, Db, at, browser, client, person_id, sign_in_id};

fn event(seconds: u64, action: Action, actor: Option<PersonId>, owner: Option<PersonId>) -> Event {
    let mut event = Event::new(at(seconds), action, Some(&client()));
    event.actor = actor;
    event.owner = owner;
    event
}

#[rstest]
#[tokio::test]
async fn an_event_is_read_as_it_was_written(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person;
    let sign_in = sign_in_id();
    let mut written = event(9, Action::KeyCreated, Some(alice.id), Some(alice.id)).refused("scope_too_wide");
    written.sign_in = Some(sign_in);
    written.object = Some("an id".to_owned());
    written.object_name = Some("line\r\nbreak \u{1b}[31m".to_owned());
    db.store().append_event(&written).await.unwrap();
    db.store()
        .append_event(&Event::new(at(10), Action::LogoutReceived, None))
        .await
        .unwrap();

    let events = db.events().await;
    let read = &events[1];
    assert_eq!(read.at, at(9));
    assert_eq!(
        (read.action.as_str(), read.outcome.as_str()),
        ("key.created", "refused")
    );
    assert_eq!(read.reason.as_deref(), Some("scope_too_wide"));
    assert_eq!(read.actor, Some(alice.id));
    assert_eq!(read.actor_name.as_deref(), Some("Name of alice"));
    assert_eq!(read.sign_in, Some(sign_in));
    assert_eq!(read.object, written.object);
    assert_eq!(read.object_name, written.object_name);
    assert_eq!(read.address, Some(client().address));
    assert_eq!(read.user_agent, Some(client().user_agent));
    assert_eq!(read.request_id, Some(client().request_id));
    let bare = &events[2];
    assert!(bare.seq > read.seq);
    assert_eq!((bare.actor, bare.address, bare.user_agent.as_ref()), (None, None, None));
}

#[rstest]
#[tokio::test]
async fn events_are_filtered_and_paged_newest_first(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let (alice, bob) = (person_id(), person_id());
    for written in [
        event(1, Action::KeyCreated, Some(alice), Some(alice)),
        event(2, Action::KeyCreated, Some(bob), Some(bob)),
        event(3, Action::KeyRevoked, Some(bob), Some(alice)),
        event(4, Action::KeyRevoked, Some(bob), Some(bob)).refused("forbidden"),
    ] {
        db.store().append_event(&written).await.unwrap();
    }
    let list = async |filter: EventFilter| {
        let events = db.store().list_events(&filter, None, 10).await.unwrap();
        events.iter().map(|event| event.at).collect::<Vec<Timestamp>>()
    };
    let all = EventFilter::default();
    assert_eq!(list(all.clone()).await, [at(4), at(3), at(2), at(1)]);
    let of_alice = EventFilter {
        person: Some(alice),
        ..all.clone()
    };
    assert_eq!(list(of_alice).await, [at(3), at(1)]);
    let revoked = EventFilter {
        action: Some("key.revoked".to_owned()),
        ..all.clone()
    };
    assert_eq!(list(revoked).await, [at(4), at(3)]);
    let refused = EventFilter {
        outcome: Some("refused".to_owned()),
        ..all.clone()
    };
    assert_eq!(list(refused).await, [at(4)]);
    let recent = EventFilter {
        since: Some(at(3)),
        person: Some(bob),
        ..all.clone()
    };
    assert_eq!(list(recent).await, [at(4), at(3)]);

    let first = db.store().list_events(&all, None, 3).await.unwrap();
    assert_eq!(first.len(), 3);
    let rest = db.store().list_events(&all, Some(first[2].seq), 3).await.unwrap();
    assert_eq!(rest.iter().map(|event| event.at).collect::<Vec<_>>(), [at(1)]);
}

#[rstest]
#[tokio::test]
async fn the_audit_log_is_append_only(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let alice = db.insert(&browser("alice")).await.person;
    let before = db.events().await;
    assert_eq!(before.len(), 1);
    let changes = ["update audit_events set reason = 'x'", "delete from audit_events"];
    for change in changes
        .into_iter()
        .chain((on == Backend::Postgres).then_some("truncate audit_events"))
    {
        let refused = db.sql(change).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{change}: {refused}");
    }
    assert_eq!(db.events().await, before);
    // The twin: the same hand may alter and delete elsewhere, and the store still appends.
    assert_eq!(db.sql("update people set name = 'x'").await.unwrap(), 1);
    assert_eq!(db.sql("delete from sign_ins").await.unwrap(), 1);
    db.store()
        .append_event(&event(2, Action::KeyCreated, Some(alice.id), None))
        .await
        .unwrap();
    assert_eq!(db.events().await.len(), 2);
}
