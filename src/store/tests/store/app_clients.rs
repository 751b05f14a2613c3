use flui_identity::{
    StoreError,
    app_clients::{AppClient, AppClientFields, Management},
    audit::{Action, Event},
};
use flui_model::{AppClientId, PersonId, app_clients::AppClientKind};
use rstest::rstest;

use super::support::{Backend, Db, at, browser, client, person_id};

fn app_client(name: &str, by: PersonId) -> AppClient {
    AppClient {
        id: AppClientId::from_uuid(*person_id().as_uuid()),
        client_id: format!("client-of-{name}"),
        fields: AppClientFields {
            name: name.to_owned(),
            kind: AppClientKind::SinglePage,
            redirect_uris: vec![
                "https://a.example.org/cb".to_owned(),
                "https://b.example.org/cb".to_owned(),
            ],
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            scopes: vec!["openid".to_owned(), "email".to_owned()],
        },
        management: Some(Management {
            uri: "https://id.example/register/1".to_owned(),
            sealed_token: "2026.sealed".to_owned(),
        }),
        created_by: by,
        created_at: at(1),
    }
}

fn event(action: Action) -> Event {
    Event::new(at(0), action, Some(&client()))
}

#[rstest]
#[tokio::test]
async fn app_clients_are_kept_changed_and_removed_with_their_events(
    #[values(Backend::Sqlite, Backend::Postgres)] on: Backend,
) {
    let db = Db::new(on).await;
    let store = db.store();
    let person = db.insert(&browser("alice")).await.person.id;
    let before = db.events().await.len();
    let (mut wiki, blog) = (app_client("wiki", person), app_client("Blog", person));
    for new in [&wiki, &blog] {
        store
            .insert_app_client(new, &event(Action::AppClientRegistered))
            .await
            .unwrap();
    }
    assert_eq!(store.list_app_clients().await.unwrap(), [blog.clone(), wiki.clone()]);
    let twin = AppClient {
        id: AppClientId::from_uuid(*person_id().as_uuid()),
        ..wiki.clone()
    };
    let taken = store
        .insert_app_client(&twin, &event(Action::AppClientRegistered))
        .await;
    assert!(matches!(taken, Err(StoreError::Taken)), "{taken:?}");

    wiki.fields.name = "Wiki two".to_owned();
    wiki.fields.redirect_uris = vec!["https://c.example.org/cb".to_owned()];
    wiki.fields.backchannel_logout_uri = Some("https://c.example.org/out".to_owned());
    wiki.management.as_mut().unwrap().sealed_token = "2027.sealed".to_owned();
    let changed = event(Action::AppClientChanged);
    assert!(store.update_app_client(&wiki, Some(&changed)).await.unwrap());
    assert_eq!(store.find_app_client(wiki.id).await.unwrap(), Some(wiki.clone()));
    assert_eq!(
        store.find_app_client(blog.id).await.unwrap(),
        Some(blog.clone()),
        "the other one stays"
    );
    wiki.management = None;
    assert!(store.update_app_client(&wiki, None).await.unwrap());
    assert_eq!(store.find_app_client(wiki.id).await.unwrap(), Some(wiki.clone()));

    let deleted = event(Action::AppClientDeleted);
    assert!(store.delete_app_client(wiki.id, &deleted).await.unwrap());
    assert!(!store.delete_app_client(wiki.id, &deleted).await.unwrap());
    assert!(!store.update_app_client(&wiki, Some(&changed)).await.unwrap());
    assert_eq!(store.find_app_client(wiki.id).await.unwrap(), None);
    assert_eq!(store.list_app_clients().await.unwrap(), [blog]);
    let actions: Vec<String> = db.events().await.into_iter().map(|event| event.action).collect();
    assert_eq!(
        actions[before..],
        [
            "app_client.registered",
            "app_client.registered",
            "app_client.changed",
            "app_client.deleted"
        ],
        "an act that changes nothing leaves no event"
    );
}
