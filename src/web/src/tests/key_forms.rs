//! The list of keys, and the forms that make and end them.

use super::{DAY, Dashboard, NOW, id, pages::full, sign_in};
use crate::{FormAnswer, KeyFormFields};
use flui_model::{FieldError, Kind, ScopeSet, api_keys::CreatedApiKey};

const SECRET: &str = "flui_ci_SECRETSECRETSECRET";

fn created() -> FormAnswer {
    FormAnswer::KeyCreated(CreatedApiKey {
        id: id(20),
        name: "deploy-prod".to_owned(),
        key: SECRET.to_owned(),
        kind: Kind::Ci,
        prefix: "flui_ci_SECR".to_owned(),
        scopes: ScopeSet::all(),
        unscoped: false,
        contexts: Vec::new(),
        networks: Vec::new(),
        expires_at: NOW + DAY * 90,
        created_at: NOW,
        old_secret_until: None,
    })
}

#[tokio::test]
async fn keys_can_be_filtered_and_paged() {
    let all = full().get("/keys").await;
    for name in ["deploy-prod", "gateway", "nightly-backup", "ada-laptop"] {
        assert!(all.html.contains(name), "{name}");
    }
    // Three live keys can be revoked, the ended one cannot.
    assert_eq!(all.html.matches(">Revoke</a>").count(), 3);
    let services = full().get("/keys?kind=service").await;
    assert!(services.html.contains("gateway") && !services.html.contains("ada-laptop"));
    let none = full().get("/keys?text=zzz").await;
    assert!(none.html.contains("No key fits"));
    let many = (0..60).map(|number| sign_in(100 + number, Kind::Ci, "many")).collect();
    let page = Dashboard::with(many).get("/keys?kind=ci").await;
    assert!(
        page.html.contains("href=\"/keys?kind=ci&amp;cursor=0."),
        "no way to older keys"
    );
}

#[tokio::test]
async fn a_bad_cursor_is_refused_with_a_way_on() {
    let page = full().get("/keys?cursor=x").await;
    assert_eq!(page.status, 400);
    assert!(page.html.contains("request-1"));
}

#[tokio::test]
async fn a_link_fills_the_key_form_in() {
    let page = full()
        .get("/keys/new?name=nightly&scopes=backups:look&expires=30&context=prod")
        .await;
    assert!(page.html.contains(r#"value="nightly""#));
    assert!(page.html.contains(r#"value="backups:look" checked"#));
    assert!(page.html.contains(r#"<option value="30" selected"#));
    assert!(page.html.contains(r#"<option value="prod" selected"#));
    let untouched = full().get("/keys/new").await;
    assert!(!untouched.html.contains(r#"value="backups:look" checked"#));
    assert!(untouched.html.contains(r#"<option value="90" selected"#));
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed_and_says_what_is_wrong_twice() {
    let typed = KeyFormFields {
        name: "  ".to_owned(),
        scopes: vec!["mail:look".to_owned()],
        ..KeyFormFields::default()
    };
    let answer = FormAnswer::KeyForm {
        typed,
        errors: vec![FieldError::new("name", "Enter a name.")],
        problem: None,
    };
    let page = full().answer("/keys/new", answer).await;
    assert_eq!(page.status, 400);
    assert!(page.html.contains("<title>Error: Create key · Flui</title>"));
    assert!(page.html.contains(r##"<a href="#name">Enter a name.</a>"##));
    assert!(
        page.html
            .contains(r#"<p id="name-error" class="field-error">Enter a name.</p>"#)
    );
    assert!(
        page.html
            .contains(r#"aria-invalid="true" aria-describedby="name-error name-hint""#)
    );
    assert!(page.html.contains(r#"value="mail:look" checked"#));
}

#[tokio::test]
async fn a_stale_sign_in_is_sent_through_the_provider_and_back_to_the_form() {
    let mut dashboard = Dashboard::with(Vec::new());
    dashboard.store.sign_ins[0].proof.auth_time = Some(NOW - DAY);
    let page = dashboard.get("/keys/new?name=deploy").await;
    assert!(page.html.contains(r#"form="key-form" name="sign_in_again""#));
    assert!(page.html.contains(r#"<form id="key-form""#));
    let fresh = Dashboard::with(Vec::new()).get("/keys/new?name=deploy").await;
    assert!(!fresh.html.contains("sign_in_again"));
}

#[tokio::test]
async fn read_only_people_are_told_that_they_cannot_make_keys() {
    let mut dashboard = Dashboard::with(Vec::new());
    dashboard.store.person.groups = vec!["viewers".to_owned()];
    let page = dashboard.get("/keys").await;
    assert!(page.html.contains("Your role is read only") && !page.html.contains("/keys/new"));
    let mut dashboard = Dashboard::with(Vec::new());
    dashboard.store.person.groups = vec!["viewers".to_owned()];
    assert_eq!(dashboard.get("/keys/new").await.status, 403);
}

#[tokio::test]
async fn a_new_secret_stands_once_in_the_answer() {
    let page = full().answer("/keys/new", created()).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.html.matches(SECRET).count(), 1);
    assert!(
        page.html
            .contains(&format!(r#"data-testid="secret" class="secret">{SECRET}</output>"#))
    );
    assert!(page.html.contains("I have saved it"));
    for place in ["GitHub Actions", "GitLab CI", "Woodpecker", "curl", "Shell"] {
        assert!(page.html.contains(place), "{place}");
    }
}

#[tokio::test]
async fn revoking_asks_once_and_says_what_stops() {
    let page = full().get("/keys/01930000-0000-7000-8000-000000000011/revoke").await;
    assert!(
        page.html
            .contains("CI key “deploy-prod” was used 3 minutes ago from 10.1.2.3")
    );
    assert!(page.html.contains(">Revoke key</button>"));
    let over = full().get("/keys/01930000-0000-7000-8000-000000000010/revoke").await;
    assert!(over.html.contains("over already") && !over.html.contains(">Revoke key</button>"));
}

#[tokio::test]
async fn absent_keys_and_ids_of_the_wrong_shape_are_not_found_alike() {
    for id in [
        "01930000-0000-7000-8000-000000000099",
        "x",
        "01930000-0000-7000-8000-000000000002",
    ] {
        let page = full().get(&format!("/keys/{id}/revoke")).await;
        assert_eq!(page.status, 404, "{id}");
        assert!(page.html.contains("There is no such key, or it is not yours."), "{id}");
    }
    assert_eq!(full().get("/nowhere").await.status, 404);
}

#[tokio::test]
async fn the_calendar_address_can_be_made_once_and_then_renewed_or_removed() {
    let none = full().get("/keys/calendar").await.html;
    assert!(none.contains("Create address") && !none.contains("Renew address") && !none.contains("Remove"));
    let mut dashboard = full();
    dashboard.store.calendar = Some(NOW - DAY);
    let made = dashboard.get("/keys/calendar").await.html;
    assert!(!made.contains("Create address") && made.contains("Renew address") && made.contains(">Remove<"));
}
