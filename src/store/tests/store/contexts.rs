use flui_identity::{
    StoreError,
    audit::{Action, Event},
    contexts::Context,
};
use rstest::rstest;

use super::support::{Backend, Db, at};

fn context(name: &str) -> Context {
    Context {
        name: name.to_owned(),
        api_url: "https://api.example".to_owned(),
        issuer: "https://id.example".to_owned(),
        description: "Straße 7".to_owned(),
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
    assert!(!db.store().delete_context("other", &deleted).await.unwrap());
    assert!(db.store().delete_context("PROD", &deleted).await.unwrap());
    assert!(!db.store().delete_context("prod", &deleted).await.unwrap());
    assert_eq!(db.store().list_contexts().await.unwrap(), []);
    let actions: Vec<String> = db.events().await.into_iter().map(|event| event.action).collect();
    assert_eq!(actions, ["context.created", "context.deleted"]);
    db.store().insert_context(&context("PROD"), &created()).await.unwrap();
}
