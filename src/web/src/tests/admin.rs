//! Pages that only administrators see, and what they see on the others.

use super::{Dashboard, pages::full};
use crate::{ContextFormFields, FormAnswer};
use flui_model::FieldError;

const ADA: &str = "01930000-0000-7000-8000-000000000001";

/// The same dashboard, looked at by an administrator.
fn as_admin(mut dashboard: Dashboard) -> Dashboard {
    dashboard.store.person.groups = vec!["admins".to_owned()];
    dashboard
}

#[tokio::test]
async fn every_page_is_whole_for_admins_and_closed_to_others() {
    let person = |act: &str| format!("/people/{ADA}{act}");
    for (url, heading, closed) in [
        ("/contexts/new".to_owned(), "Create context", 403),
        ("/contexts/prod/edit".to_owned(), "Edit prod", 403),
        ("/contexts/prod/delete".to_owned(), "Delete prod", 403),
        ("/people".to_owned(), "People", 404),
        (person(""), "Ada Lovelace", 404),
        (person("/disable"), "Disable Ada Lovelace", 404),
        (person("/end"), "End everything of Ada Lovelace", 404),
        ("/estate".to_owned(), "Estate", 404),
        ("/estate/revoke".to_owned(), "Revoke selected", 404),
        ("/estate/pause".to_owned(), "Pause selected", 404),
        ("/estate/resume".to_owned(), "Resume selected", 404),
    ] {
        let page = as_admin(full()).get(&url).await;
        assert_eq!(page.status, 200, "{url}");
        assert_eq!(page.html.matches("<h1").count(), 1, "{url}");
        assert!(page.html.contains(&format!("<h1>{heading}</h1>")), "{url}");
        assert!(page.html.contains(&format!("<title>{heading} · Flui</title>")), "{url}");
        assert!(
            !page.html.contains("style=\"") && !page.html.contains(" onclick="),
            "{url}"
        );
        assert!(page.html.contains("href=\"/estate\""), "{url}: the navigation");
        let other = full().get(&url).await;
        assert_eq!(other.status, closed, "{url}");
        assert!(!other.html.contains("href=\"/estate\""), "{url}: the navigation");
    }
}

#[tokio::test]
async fn the_estate_ticks_everything_but_ones_own_session_and_names_risks() {
    let page = as_admin(full()).get("/estate").await;
    assert_eq!(page.html.matches("type=\"checkbox\"").count(), 4);
    assert!(page.html.contains("Select deploy-prod"));
    assert!(page.html.contains("May do everything"));
    let none = as_admin(full()).get("/estate?risk=owner-disabled").await;
    assert!(none.html.contains("Nothing fits"));
    let chosen = "/estate/revoke?id=01930000-0000-7000-8000-000000000011&id=01930000-0000-7000-8000-000000000010";
    let chosen = as_admin(full()).get(chosen).await;
    assert!(
        chosen.html.contains("“deploy-prod” of Ada Lovelace ends for good"),
        "the other one is over"
    );
    assert_eq!(chosen.html.matches("name=\"id\"").count(), 1);
}

#[tokio::test]
async fn paused_keys_and_keys_without_an_owner_stand_out() {
    const DEPLOY: &str = "01930000-0000-7000-8000-000000000011";
    let scene = || {
        let mut scene = as_admin(full());
        let at = scene.store.person.last_seen_at;
        let by = scene.store.person.id;
        let deploy = scene
            .store
            .sign_ins
            .iter_mut()
            .find(|sign_in| sign_in.id.to_string() == DEPLOY);
        deploy.unwrap().paused = Some(flui_identity::sign_ins::Pause { at, by });
        scene.store.person.gone_at = Some(at);
        scene
    };
    let look = async |url: &str| scene().render(url, Some("grace"), None).await;

    let page = look("/estate").await.html;
    assert!(page.contains(">Paused</span>") && page.contains("Needs an owner"));
    assert!(page.contains(&format!("href=\"/keys/{DEPLOY}/transfer\"")));
    assert!(page.contains("formaction=\"/estate/pause\"") && page.contains("formaction=\"/estate/resume\""));
    let page = look("/estate?state=paused").await.html;
    assert_eq!(page.matches("type=\"checkbox\"").count(), 1);
    let page = look("/").await.html;
    assert!(page.contains("needs an owner") || page.contains("keys need an owner"));
    let page = look(&format!("/keys/{DEPLOY}")).await.html;
    for part in [
        "This key was paused by",
        "Ada Lovelace",
        ">Resume</a>",
        ">Transfer</a>",
        "Only an administrator can resume it",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains(">Pause</a>"));
    let page = look(&format!("/estate/resume?id={DEPLOY}")).await.html;
    assert!(page.contains("“deploy-prod” of Ada Lovelace works again at once"));
    let page = look(&format!("/keys/{DEPLOY}/transfer")).await;
    assert_eq!(page.status, 200);
    assert!(page.html.contains("<h1>Transfer deploy-prod</h1>") && page.html.contains("owns the key already"));
    assert!(page.html.contains("type=\"radio\"") && page.html.contains("disabled"));
    let page = look(&format!("/people/{ADA}")).await.html;
    assert!(page.contains("Gone at the provider") && page.contains("no longer stands for this person"));

    let calm = || as_admin(full());
    assert!(!calm().get("/").await.html.contains("an owner"));
    let page = calm().get(&format!("/keys/{DEPLOY}")).await.html;
    assert!(page.contains(">Pause</a>") && !page.contains("This key was paused by"));
    let page = full().get(&format!("/keys/{DEPLOY}")).await.html;
    assert!(!page.contains(">Pause</a>") && !page.contains(">Transfer</a>"));
}

#[tokio::test]
async fn a_context_shows_its_command_its_colour_and_its_keys() {
    let page = full().get("/contexts/prod").await;
    for part in [
        "flui context create prod --api-url https://flui.example.org --switch &amp;&amp; flui auth login",
        "swatch swatch-red",
        "deploy-prod",
    ] {
        assert!(page.html.contains(part), "{part}");
    }
    assert!(!page.html.contains("ada-laptop"), "bound to no context");
    assert!(!page.html.contains("/contexts/prod/edit"));
    assert!(
        as_admin(full())
            .get("/contexts/prod")
            .await
            .html
            .contains("/contexts/prod/edit")
    );
    assert_eq!(full().get("/contexts/nowhere").await.status, 404);
}

#[tokio::test]
async fn a_refused_context_form_keeps_what_was_typed() {
    let answer = FormAnswer::ContextForm {
        typed: ContextFormFields {
            name: "prod".to_owned(),
            api_url: "ftp://x".to_owned(),
            ..ContextFormFields::default()
        },
        errors: vec![FieldError::new("apiUrl", "The address begins with https://.")],
        problem: None,
    };
    let page = as_admin(full()).answer("/contexts/new", answer).await;
    assert_eq!(page.status, 400);
    assert!(page.html.contains("<title>Error: Create context · Flui</title>"));
    assert!(
        page.html
            .contains(r##"<a href="#api-url">The address begins with https://.</a>"##)
    );
    assert!(
        page.html.contains("value=\"ftp://x\"")
            && page.html.contains("aria-describedby=\"api-url-error api-url-hint\"")
    );
    let empty = as_admin(full()).get("/contexts/new").await;
    assert!(
        empty.html.contains("value=\"https://id.example.org\""),
        "the usual provider is filled in"
    );
}
