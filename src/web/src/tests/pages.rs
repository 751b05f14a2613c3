use std::time::Duration;

use super::{DAY, Dashboard, NOW, assert_whole, client, id, key_view, scopes, settings, sign_in};
use crate::{ErrorPage, FormAnswer, KeyFormFields, Notice, RenderedPage, Theme, error_page};
use flui_identity::{
    SecretHash,
    audit::RecordedEvent,
    contexts::Context,
    device_logins::DeviceLogin,
    sign_ins::{End, EndReason, SignIn},
};
use flui_model::{
    ErrorCode, FieldError, Kind, ScopeSet,
    api_keys::{CreatedApiKey, Machine},
    sign_ins::{EndedSignIn, EndedSignIns},
};

const SECRET: &str = "flui_ci_SECRETSECRETSECRET";

fn event(seq: i64, action: &str) -> RecordedEvent {
    RecordedEvent {
        seq,
        at: NOW - DAY,
        action: action.to_owned(),
        outcome: "done".to_owned(),
        reason: None,
        actor: Some(id(1)),
        actor_name: Some("Ada Lovelace".to_owned()),
        sign_in: Some(id(2)),
        object: None,
        object_name: Some("deploy-prod".to_owned()),
        address: Some("10.1.2.3".parse().unwrap()),
        user_agent: None,
        request_id: None,
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
    let mut refused = event(5, "key.created");
    "refused".clone_into(&mut refused.outcome);
    refused.reason = Some("scope_too_wide".to_owned());
    dashboard.store.events = vec![
        event(7, "key.revoked"),
        event(6, "key.created"),
        refused,
        event(4, "key.exchanged"),
        event(3, "sign_in.started"),
    ];
    dashboard
}

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
    assert!(page.html.contains("Key revoked"));
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
async fn keys_can_be_filtered_and_paged() {
    let all = full().get("/keys").await;
    for name in ["deploy-prod", "gateway", "nightly-backup", "ada-laptop"] {
        assert!(all.html.contains(name), "{name}");
    }
    // Three live keys can be revoked, the ended one cannot.
    assert_eq!(all.html.matches(">Revoke</button>").count(), 3);
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
async fn sign_ins_mark_this_one_and_end_each() {
    let page = full().get("/sign-ins").await;
    assert_eq!(page.html.matches("This one").count(), 1);
    assert!(
        page.html
            .contains(r#"action="/sign-ins/01930000-0000-7000-8000-000000000003/end""#)
    );
    assert!(page.html.contains(r#"action="/sign-ins/end-others""#));
    assert!(page.html.contains("One factor") && page.html.contains("MFA"));
    assert!(
        page.html.contains("ada-laptop<!> <span class=\"muted\">Linux</span>"),
        "{}",
        page.html
    );
    let alone = Dashboard::with(Vec::new()).get("/sign-ins").await;
    assert!(!alone.html.contains("end-others"), "there is nowhere else to sign out");
}

#[tokio::test]
async fn a_device_login_is_shown_with_who_asks_and_needs_a_fresh_proof() {
    let url = "/device?request=01930000-0000-7000-8000-000000000030";
    let page = full().get(url).await;
    for part in [
        "db-server",
        "linux",
        "10.1.2.3",
        "1 minute ago",
        "role: User",
        ">Approve</button>",
        ">This was not me</button>",
    ] {
        assert!(page.html.contains(part), "{part}");
    }
    let mut stale = full();
    stale.store.sign_ins[0].proof.auth_time = Some(NOW - DAY);
    let page = stale.get(url).await;
    assert!(!page.html.contains(">Approve</button>") && page.html.contains(">This was not me</button>"));
    assert!(
        page.html
            .contains("/auth/login?fresh=1&amp;return_to=%2Fdevice%3Frequest%3D01930000")
    );
    for absent in ["x", "01930000-0000-7000-8000-000000000031"] {
        assert_eq!(full().get(&format!("/device?request={absent}")).await.status, 404);
    }
    let answer = FormAnswer::DeviceCode {
        typed: "BCDF\"><b>".to_owned(),
        problem: "Too many wrong codes.".to_owned(),
        status: 429,
    };
    let page = full().answer("/device", answer).await;
    assert_eq!(page.status, 429);
    assert!(page.html.contains("aria-invalid=\"true\"") && !page.html.contains("<b>"));
}

/// Whether the box of this sign-in is ticked.
fn is_ticked(page: &RenderedPage, number: u32) -> bool {
    let id = id::<flui_model::SignInId>(number);
    let box_of = page
        .html
        .split(&format!("value=\"{id}\""))
        .nth(1)
        .expect("the sign-in is listed");
    box_of.split('>').next().unwrap().contains("checked")
}

#[tokio::test]
async fn reporting_a_machine_lost_ticks_its_keys_and_suspect_browsers_but_never_this_one() {
    let url = "/sign-ins/lost?machine=name:ada-laptop";
    let mut dashboard = full();
    // Made with the laptop's key, by way of another one.
    dashboard.store.sign_ins.iter_mut().for_each(|sign_in| {
        if sign_in.name == "deploy-prod" {
            sign_in.made_by = Some(id(12));
        } else if sign_in.name == "gateway" {
            sign_in.made_by = Some(id(13));
        }
    });
    let page = dashboard.get(url).await;
    assert!(
        is_ticked(&page, 13) && is_ticked(&page, 3),
        "its key, and a browser at its address"
    );
    assert!(!is_ticked(&page, 2), "this browser");
    assert!(
        !is_ticked(&page, 11) && !is_ticked(&page, 12),
        "keys that were made from it"
    );
    assert_eq!(page.html.matches("This one").count(), 1);
    assert!(page.html.contains(">End all of them</button>"));

    let chosen = full()
        .get(&format!("{url}&ticked=1&id=01930000-0000-7000-8000-000000000013"))
        .await;
    assert!(is_ticked(&chosen, 13) && !is_ticked(&chosen, 3));
    let gone = full().get("/sign-ins/lost?machine=name:nowhere").await;
    assert!(gone.html.contains("Nothing of that machine is live"));
}

#[tokio::test]
async fn the_proof_says_what_ended_when_and_what_is_left() {
    let answer = FormAnswer::Lost {
        machine: "ada-laptop".to_owned(),
        ended: EndedSignIns {
            ended: vec![EndedSignIn {
                id: id(13),
                name: "ada-laptop".to_owned(),
                kind: Kind::Workstation,
            }],
            ended_at: NOW,
        },
        left: vec![key_view("deploy-prod", NOW)],
    };
    let page = full().answer("/sign-ins/lost", answer).await;
    for part in [
        "ada-laptop is locked out",
        "1 sign-in ended",
        "2025-11-24 16:00:00 UTC",
        "deploy-prod",
        "id.example.org",
    ] {
        assert!(page.html.contains(part), "{part}");
    }
    assert!(!page.html.contains("This browser was among them"));
}

#[tokio::test]
async fn the_audit_log_filters_by_known_words_alone() {
    let page = full().get("/audit?action=key.created&outcome=x&before=7").await;
    assert!(page.html.contains("scope too wide"));
    assert!(!page.html.contains(">Key revoked</th>"));
    assert!(page.html.contains("Back to the first"));
    let all = full().get("/audit?action=nothing").await;
    assert!(all.html.contains(">Key revoked</th>"));
}

#[tokio::test]
async fn what_a_broken_store_says_stays_in_the_log() {
    let mut dashboard = full();
    dashboard.store.broken = true;
    let page = dashboard.get("/keys").await;
    assert_eq!(page.status, 500);
    assert!(!page.html.contains("row 7"));
    assert!(page.html.contains("request-1"));
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

#[tokio::test]
async fn the_calendar_address_can_be_made_once_and_then_renewed_or_removed() {
    let none = full().get("/keys/calendar").await.html;
    assert!(none.contains("Create address") && !none.contains("Renew address") && !none.contains("Remove"));
    let mut dashboard = full();
    dashboard.store.calendar = Some(NOW - DAY);
    let made = dashboard.get("/keys/calendar").await.html;
    assert!(!made.contains("Create address") && made.contains("Renew address") && made.contains(">Remove<"));
}
