use flui_identity::{
    StoreError,
    audit::{Action, Event},
    contexts::Context,
    sign_ins::{EndReason, Filter},
};
use flui_model::contexts::Colour;
use rstest::rstest;

use super::support::{Backend, Db, at, browser, end, ids, key, of};

fn context(name: &str) -> Context {
    Context {
        name: name.to_owned(),
        api_url: "https://api.example".to_owned(),
        issuer: "https://id.example".to_owned(),
        description: "Straße 7".to_owned(),
        colour: Colour::Purple,
        created_at: at(5),
    }
}

fn created() -> Event {
    Event::new(at(5), Action::ContextCreated, None)
}

#[rstest]
#[tokio::test]
async fn contexts_are_found_in_any_case_and_listed_by_name(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    for name in ["prod", "Alpha", "b_1", "b-1"] {
        db.store().insert_context(&context(name), &created()).await.unwrap();
    }
    let names: Vec<String> = db
        .store()
        .list_contexts()
        .await
        .unwrap()
        .into_iter()
        .map(|c| c.name)
        .collect();
    assert_eq!(names, ["Alpha", "b-1", "b_1", "prod"]);
    assert_eq!(db.store().find_context("PROD").await.unwrap(), Some(context("prod")));
    assert_eq!(db.store().find_context("alpha").await.unwrap(), Some(context("Alpha")));
    assert_eq!(db.store().find_context("pro").await.unwrap(), None);
    assert_eq!(db.store().find_context("pr\0d").await.unwrap(), None);
    assert_eq!(db.events().await.len(), 4);
}

#[rstest]
#[tokio::test]
async fn a_context_name_in_use_is_refused_in_any_case_and_nothing_is_written(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    db.store().insert_context(&context("prod"), &created()).await.unwrap();
    for name in ["prod", "Prod"] {
        let refused = db.store().insert_context(&context(name), &created()).await;
        assert!(matches!(refused, Err(StoreError::Taken)), "{refused:?}");
    }
    assert_eq!(db.events().await.len(), 1);
    db.store().insert_context(&context("prod2"), &created()).await.unwrap();
    assert_eq!(db.events().await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_context_is_deleted_once(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    db.store().insert_context(&context("prod"), &created()).await.unwrap();
    let deleted = Event::new(at(6), Action::ContextDeleted, None);
    let end = end(6, EndReason::ContextDeleted);
    assert_eq!(db.store().delete_context("other", &end, &deleted).await.unwrap(), None);
    let ended = db.store().delete_context("PROD", &end, &deleted).await.unwrap();
    assert_eq!(ended, Some(Vec::new()));
    assert_eq!(db.store().delete_context("prod", &end, &deleted).await.unwrap(), None);
    assert_eq!(db.store().list_contexts().await.unwrap(), []);
    let actions: Vec<String> = db.events().await.into_iter().map(|event| event.action).collect();
    assert_eq!(actions, ["context.created", "context.deleted"]);
    db.store().insert_context(&context("PROD"), &created()).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn what_a_context_says_can_be_changed_but_not_its_name(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    db.store().insert_context(&context("prod"), &created()).await.unwrap();
    let other = Context {
        api_url: "https://api2.example".to_owned(),
        issuer: "https://id2.example/".to_owned(),
        description: String::new(),
        colour: Colour::Grey,
        ..context("prod")
    };
    let changed = Event::new(at(6), Action::ContextChanged, None);
    assert!(db.store().update_context(&other, &changed).await.unwrap());
    assert_eq!(db.store().find_context("prod").await.unwrap(), Some(other));
    assert!(!db.store().update_context(&context("prod2"), &changed).await.unwrap());
    let actions: Vec<String> = db.events().await.into_iter().map(|event| event.action).collect();
    assert_eq!(actions, ["context.created", "context.changed"]);
}

/// A key that is bound elsewhere, or nowhere, lives on; so does one whose context has a longer name.
#[rstest]
#[tokio::test]
async fn deleting_a_context_ends_what_is_bound_to_it_and_nothing_else(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let person = db.insert(&browser("alice")).await.person.id;
    for name in ["prod", "prod-2"] {
        db.store().insert_context(&context(name), &created()).await.unwrap();
    }
    let mut bound = Vec::new();
    for contexts in [&["prod"][..], &["prod-2"], &[], &["prod-2", "prod"]] {
        let mut new = key(person, "deploy");
        new.sign_in.contexts = contexts.iter().map(|name| (*name).to_owned()).collect();
        bound.push(db.insert(&new).await.sign_in);
    }
    let listed = Filter {
        context: Some("prod".to_owned()),
        ..of(person)
    };
    let listed = db.store().list_sign_ins(&listed, at(6), None, 10).await.unwrap();
    assert_eq!(ids(&listed), [bound[3].id, bound[0].id]);

    // The index in memory knows them before, and their ends after.
    for sign_in in &bound {
        db.store().find_by_secret(&sign_in.secret_hash).await.unwrap();
    }
    let before = db.events().await.len();
    let deleted = Event::new(at(6), Action::ContextDeleted, None);
    let end = end(6, EndReason::ContextDeleted);
    let ended = db
        .store()
        .delete_context("Prod", &end, &deleted)
        .await
        .unwrap()
        .unwrap();
    let ended: Vec<_> = ended.iter().map(|sign_in| sign_in.id).collect();
    assert_eq!(ended, [bound[0].id, bound[3].id]);
    for (sign_in, is_over) in bound.iter().zip([true, false, false, true]) {
        let found = db.store().find_by_secret(&sign_in.secret_hash).await.unwrap().unwrap();
        assert_eq!(found.sign_in.ended.is_some(), is_over);
    }
    let events = db.events().await.split_off(before);
    let words: Vec<_> = events
        .iter()
        .map(|event| (event.action.as_str(), event.reason.as_deref()))
        .collect();
    let revoked = ("key.revoked", Some("context_deleted"));
    assert_eq!(words, [("context.deleted", None), revoked, revoked]);
}
