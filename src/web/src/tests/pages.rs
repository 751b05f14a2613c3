//! Every page, and those that fit no other file.

use std::time::Duration;

use super::{DAY, Dashboard, NOW, assert_whole, client, id, person, scopes, settings, sign_in};
use crate::{ErrorPage, Notice, Theme, error_page};
use flui_identity::{
    SecretHash,
    audit::{Action, Event},
    contexts::Context,
    device_logins::DeviceLogin,
    sign_ins::{End, EndReason, SignIn},
};
use flui_model::{ErrorCode, Kind, api_keys::Machine};

fn event(action: Action) -> Event {
    Event {
        actor: Some(id(1)),
        sign_in: Some(id(2)),
        object_name: Some("deploy-prod".to_owned()),
        owner: Some(person().id),
        ..Event::new(NOW - DAY, action, Some(&client()))
    }
}

/// Every page with something on it.
pub(super) fn full() -> Dashboard {
    let ci = SignIn {
        grant: scopes(&["apps:look", "apps:change", "observability:look"]),
        contexts: vec!["prod".to_owned()],
        expires_at: NOW + DAY * 5,
        ..sign_in(11, Kind::Ci, "deploy-prod")
    };
    let unused = SignIn {
        last_used: None,
        created_at: NOW - DAY * 40,
        ..sign_in(12, Kind::Service, "gateway")
    };
    let ended = SignIn {
        ended: Some(End {
            at: NOW - DAY,
            by: Some(id(1)),
            reason: EndReason::Revoked,
        }),
        grant: scopes(&["backups:look"]),
        ..sign_in(10, Kind::Ci, "nightly-backup")
    };
    let laptop = sign_in(13, Kind::Workstation, "ada-laptop");
    let phone = SignIn {
        proof: flui_identity::sign_ins::Proof {
            amr: vec!["pwd".to_owned()],
            ..sign_in(3, Kind::Browser, "").proof
        },
        ..sign_in(3, Kind::Browser, "Safari on iOS")
    };
    let mut dashboard = Dashboard::with(vec![ci, unused, ended, laptop, phone]);
    dashboard.store.contexts.push(Context {
        name: "prod".to_owned(),
        api_url: "https://flui.example.org".to_owned(),
        issuer: "https://id.example.org".to_owned(),
        description: "The cluster in Falkenstein".to_owned(),
        colour: flui_model::contexts::Colour::Red,
        created_at: NOW - DAY * 200,
    });
    dashboard.store.device_logins.push(DeviceLogin {
        id: id(30),
        device_code: SecretHash::of("device"),
        user_code: SecretHash::of("user"),
        challenge: SecretHash::of("challenge"),
        key_name: "db-server".to_owned(),
        machine: Machine {
            name: "db-server".to_owned(),
            os: "linux".to_owned(),
        },
        client: client(),
        created_at: NOW - Duration::from_mins(1),
        expires_at: NOW + Duration::from_mins(9),
        decision: None,
    });
    let refused = event(Action::KeyCreated).refused("scope_too_wide");
    dashboard.store.events = vec![
        event(Action::KeyRevoked),
        event(Action::KeyCreated),
        refused,
        event(Action::KeyExchanged),
        event(Action::SignInStarted),
    ];
    dashboard
}

#[tokio::test]
async fn strangers_see_the_provider_and_one_button_and_no_script() {
    let mut dashboard = Dashboard::with(Vec::new());
    dashboard.notice = Some(Notice::SessionEnded);
    let page = dashboard
        .get_as_stranger("/?notice=session-ended&return_to=/keys")
        .await;
    assert_eq!(page.status, 200);
    assert!(page.html.contains("id.example.org"));
    assert!(page.html.contains(r#"<form method="get" action="/auth/login">"#));
    assert!(page.html.contains(r#"name="return_to" value="/keys""#));
    assert!(page.html.contains("Your session has ended"));
    assert!(!page.html.contains("<script") && !page.html.contains(".wasm"));
    assert_eq!(page.html.matches("<button").count(), 1);
}

#[tokio::test]
async fn strangers_see_nothing_of_other_pages() {
    for url in [
        "/keys",
        "/keys/new",
        "/sign-ins",
        "/sign-ins/lost",
        "/contexts",
        "/contexts/prod",
        "/audit",
        "/estate",
        "/people",
    ] {
        let page = full().get_as_stranger(url).await;
        assert_eq!(page.status, 401, "{url}");
        assert!(
            !page.html.contains("deploy-prod") && !page.html.contains("<script"),
            "{url}"
        );
    }
}

#[tokio::test]
async fn every_page_is_whole_with_one_heading_and_its_title() {
    for (url, heading) in [
        ("/", "Overview"),
        ("/keys", "Keys"),
        ("/keys/new", "Create key"),
        ("/keys/calendar", "Calendar"),
        (
            "/keys/01930000-0000-7000-8000-000000000011/revoke",
            "Revoke deploy-prod",
        ),
        ("/sign-ins", "Sign-ins"),
        ("/sign-ins/lost", "Report lost"),
        ("/sign-ins/lost?machine=name:ada-laptop", "Report ada-laptop lost"),
        ("/device", "Device login"),
        (
            "/device?request=01930000-0000-7000-8000-000000000030",
            "Sign in db-server?",
        ),
        ("/contexts", "Contexts"),
        ("/contexts/PROD", "prod"),
        ("/audit", "Audit log"),
    ] {
        assert_whole(url, heading, &full().get(url).await);
    }
}

#[tokio::test]
async fn the_overview_says_what_needs_attention() {
    let page = full().get("/").await;
    assert!(page.html.contains("Expires in 5 days"));
    assert!(page.html.contains("Never used · May do all that you may"));
    // The dialog has no row here to read the last use from.
    assert!(page.html.contains(" key was never used.\"") && !page.html.contains("data-confirm=\"\""));
    assert!(page.html.contains("Key revoked"));
}

#[tokio::test]
async fn the_overview_speaks_of_keys_that_were_found_in_public() {
    assert!(!full().get("/").await.html.contains("found in public"));
    let found = || {
        let mut dashboard = full();
        for place in [Some("https://pastes.example/<b>7</b>"), None] {
            dashboard.store.events.push(Event {
                object: Some(id::<flui_model::SignInId>(10).to_string()),
                object_name: place.map(str::to_owned),
                actor: None,
                ..event(Action::KeyLeaked)
            });
        }
        dashboard
    };
    let page = found().get("/").await;
    assert_eq!(page.html.matches("was found in public").count(), 2);
    assert!(page.html.contains("nightly-backup</a>") && page.html.contains("<strong>pastes.example</strong>"));
    let audit = found().get("/audit").await;
    assert!(audit.html.contains("Key found in public") && audit.html.contains("A report of a leak"));
    assert!(!audit.html.contains("<b>7</b>"));
}

#[tokio::test]
async fn the_overview_of_a_newcomer_walks_through_the_first_minutes() {
    let page = Dashboard::with(Vec::new()).get("/").await;
    assert!(
        page.html
            .contains("flui context create main --api-url https://flui.example.org --switch")
    );
    assert!(page.html.contains("flui auth login"));
    assert!(!page.html.contains("Needs attention"));
}

#[tokio::test]
async fn a_name_is_text_wherever_it_stands() {
    let name = r#"</title><script>alert("x")</script>"#;
    let key = sign_in(11, Kind::Ci, name);
    for url in [
        "/",
        "/keys",
        "/keys/01930000-0000-7000-8000-000000000011",
        "/keys/01930000-0000-7000-8000-000000000011/revoke",
        "/keys/01930000-0000-7000-8000-000000000011/rename",
        "/keys/revoke?id=01930000-0000-7000-8000-000000000011",
    ] {
        let page = Dashboard::with(vec![key.clone()]).get(url).await;
        assert!(page.html.contains("&lt;script&gt;alert("), "{url}");
        assert!(!page.html.contains("<script>alert"), "{url}");
        assert_eq!(page.html.matches("</title>").count(), 1, "{url}");
    }
}

#[tokio::test]
async fn the_audit_log_filters_by_known_words_alone() {
    let page = full().get("/audit?action=key.created&outcome=x&before=1000").await;
    assert!(page.html.contains("scope too wide"));
    assert!(!page.html.contains(">Key revoked</th>"));
    assert!(page.html.contains("Back to the first"));
    let all = full().get("/audit?action=nothing").await;
    assert!(all.html.contains(">Key revoked</th>"));
}

#[tokio::test]
async fn the_chosen_theme_is_on_the_root_and_survives_its_own_form() {
    let mut dashboard = full();
    dashboard.theme = Theme::Dark;
    let page = dashboard.get("/audit?action=key.created").await;
    assert!(page.html.contains(r#"<html lang="en" data-theme="dark">"#));
    assert!(
        page.html
            .contains(r#"name="return_to" value="/audit?action=key.created""#)
    );
    assert!(page.html.contains(r#"value="dark" aria-pressed="true""#));
    let auto = full().get("/audit").await;
    assert!(auto.html.contains(r#"<html lang="en">"#));
}

#[test]
fn an_error_page_has_a_way_on_and_no_script() {
    let page = ErrorPage {
        code: ErrorCode::ProviderUnavailable,
        detail: "Try again <soon>.".to_owned(),
        request_id: Some("request-2".to_owned()),
        theme: Theme::Light,
        on_app: false,
    };
    let html = error_page(&settings(), page);
    assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\" data-theme=\"light\">"));
    assert!(html.contains(r#"href="/pkg/flui.css""#));
    assert!(html.contains("Try again &lt;soon&gt;."));
    assert!(html.contains("<h1>The provider cannot be reached</h1>"));
    assert!(html.contains("Try again</a>") && html.contains("request-2"));
    assert!(!html.contains("<script"));
}
