//! Keys that change hands, are paused, or lose their owner.

use std::time::Duration;

use flui_devidp::Options;
use flui_testkit::{Browser, TestApp, postgres_database, see_other};
use reqwest::Method;
use serde_json::{Value, json};

const DAY: u64 = 86_400;
const SEALING_KEYS: (&str, &str) = ("FLUI_SEALING_KEYS", "2026:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=");

async fn signed_in(app: &TestApp, login: &str) -> Browser {
    let browser = app.browser();
    browser.sign_in(login).await;
    browser
}

async fn make_key(app: &TestApp, browser: &Browser, body: Value) -> (String, String) {
    let request = browser.request(Method::POST, "/api/v1/auth/api-keys");
    let answer = request.header("origin", &app.url).json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let key: Value = answer.json().await.unwrap();
    let text = |name: &str| key[name].as_str().unwrap().to_owned();
    (text("id"), text("key"))
}

async fn person_id(admin: &Browser, name: &str) -> String {
    let list = admin.get(&format!("/people?text={name}")).await.text().await.unwrap();
    let id = list.split("href=\"/people/").nth(1).unwrap();
    id.split('"').next().unwrap().to_owned()
}

async fn text(browser: &Browser, path: &str) -> String {
    browser.get(path).await.text().await.unwrap()
}

/// The new secret that a page shows.
fn secret_of(page: &str) -> String {
    let from = page.split("data-testid=\"secret\"").nth(1).expect("a secret");
    let from = from.split('>').nth(1).unwrap();
    from.split('<').next().unwrap().to_owned()
}

fn done(events: &[Value], action: &str) -> usize {
    let fits = |event: &&Value| event["action"] == action && event["outcome"] == "done";
    events.iter().filter(fits).count()
}

fn later(app: &TestApp, seconds: u64) {
    app.clock.advance(Duration::from_secs(seconds));
    app.idp.control().advance_clock(i64::try_from(seconds).unwrap());
}

#[tokio::test]
async fn a_paused_key_is_refused_with_its_own_reason_and_lives_again_when_resumed() {
    let app = TestApp::start().await;
    let (ada, grace) = (signed_in(&app, "ada").await, signed_in(&app, "grace").await);
    let (id, key) = make_key(
        &app,
        &grace,
        json!({ "name": "deploy", "scopes": ["apps:look", "keys:look"] }),
    )
    .await;
    let (other, _) = make_key(&app, &grace, json!({ "name": "other", "scopes": ["apps:look"] })).await;
    assert_eq!(crate::me(&app, &key).await.status(), 200);

    let ask = text(&ada, &format!("/estate/pause?id={id}&id=x")).await;
    assert!(ask.contains("“deploy” of Grace Hopper is refused at once"), "{ask}");
    let fields = [("id", id.as_str())];
    assert_eq!(
        see_other(&ada.post("/estate/pause", &fields).await),
        "/estate?notice=estate-paused"
    );
    let refused: Value = crate::me(&app, &key).await.json().await.unwrap();
    assert_eq!(
        (refused["status"].as_i64(), refused["code"].as_str()),
        (Some(403), Some("key_paused"))
    );
    assert_eq!(refused["keyId"], id.as_str());
    assert!(refused["since"].is_string());

    // Its owner sees it and who did it, and cannot take it back.
    let shown = text(&grace, &format!("/keys/{id}")).await;
    assert!(
        shown.contains("This key was paused by") && shown.contains("Ada Lovelace"),
        "{shown}"
    );
    assert!(!shown.contains("/estate/resume"));
    assert!(text(&grace, "/keys").await.contains(">Paused</span>"));
    let list: Value = grace.get("/api/v1/auth/api-keys").await.json().await.unwrap();
    let states: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| &key["state"])
        .collect();
    assert_eq!(states, ["live", "paused"]);
    assert!(list["items"][1]["pausedAt"].is_string());
    let paused = text(&grace, "/keys?state=paused").await;
    assert!(paused.contains(&id) && !paused.contains(&other));
    assert_eq!(grace.post("/estate/resume", &fields).await.status(), 404);
    assert_eq!(crate::me(&app, &key).await.status(), 403);

    // In the estate it is shown, and found.
    assert!(text(&ada, "/estate").await.contains(">Paused</span>"));
    let found = text(&ada, "/estate?state=paused").await;
    assert!(found.contains(&id) && !found.contains(&other));
    assert_eq!(
        ada.post("/estate/pause", &fields).await.status(),
        404,
        "it is paused already"
    );

    assert_eq!(
        see_other(&ada.post("/estate/resume", &fields).await),
        "/estate?notice=estate-resumed"
    );
    assert_eq!(crate::me(&app, &key).await.status(), 200);
    assert_eq!(ada.post("/estate/resume", &fields).await.status(), 404);
    let events = crate::audit(&app).await;
    assert_eq!((done(&events, "key.paused"), done(&events, "key.resumed")), (1, 1));
    let refused = events.iter().filter(|event| event["reason"] == "key_paused").count();
    assert_eq!(refused, 1, "told once an hour");
}

#[tokio::test]
async fn several_keys_are_paused_in_one_act_and_browsers_are_left_out() {
    let app = TestApp::start().await;
    let (ada, grace) = (signed_in(&app, "ada").await, signed_in(&app, "grace").await);
    let one = make_key(&app, &grace, json!({ "name": "one", "scopes": ["apps:look"] })).await;
    let two = app.workstation_key("grace", "laptop").await;
    let me: Value = grace.get("/api/v1/auth/me").await.json().await.unwrap();
    let session = me["signIn"]["id"].as_str().unwrap();
    let query = format!("/estate/pause?id={}&id={}&id={session}", one.0, two.id);
    let ask = text(&ada, &query).await;
    assert!(ask.contains("2 keys are refused at once"), "{ask}");
    let two_id = two.id.to_string();
    let fields = [("id", one.0.as_str()), ("id", two_id.as_str()), ("id", session)];
    assert_eq!(ada.post("/estate/pause", &fields).await.status(), 303);
    for key in [&one.1, &two.key] {
        let refused = crate::refusal(crate::me(&app, key).await).await;
        assert_eq!(refused, (403, "key_paused".to_owned()));
    }
    assert_eq!(
        grace.get("/keys").await.status(),
        200,
        "a browser session cannot be paused"
    );
    // What is reported lost while it is paused ends: it would live again otherwise.
    let page = text(&grace, "/sign-ins").await;
    assert!(page.contains("laptop"));
    let body = json!({ "ids": [two.id] });
    let end = grace.request(Method::POST, "/api/v1/auth/sign-ins/end");
    let answer = end.header("origin", &app.url).json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(
        ada.post("/estate/resume", &[("id", two_id.as_str())]).await.status(),
        404
    );
}

#[tokio::test]
async fn transferring_and_pausing_are_for_admins_with_a_fresh_sign_in_alone() {
    let app = TestApp::start().await;
    let (ada, grace) = (signed_in(&app, "ada").await, signed_in(&app, "grace").await);
    let linus = signed_in(&app, "linus").await;
    let (id, key) = make_key(&app, &grace, json!({ "name": "deploy", "scopes": ["apps:look"] })).await;
    let to = person_id(&ada, "lovelace").await;
    let pages = [
        format!("/keys/{id}/transfer"),
        format!("/estate/pause?id={id}"),
        format!("/estate/resume?id={id}"),
    ];
    let acts = [
        format!("/keys/{id}/transfer"),
        "/estate/pause".to_owned(),
        "/estate/resume".to_owned(),
    ];
    let fields = [("id", id.as_str()), ("person", to.as_str())];
    for page in &pages {
        assert_eq!(ada.get(page).await.status(), 200, "{page}");
    }
    for (browser, login) in [(&grace, "grace"), (&linus, "linus")] {
        for page in &pages {
            assert_eq!(browser.get(page).await.status(), 404, "{login} {page}");
        }
        for act in &acts {
            assert_eq!(browser.post(act, &fields).await.status(), 404, "{login} {act}");
        }
    }
    let stranger = app.browser();
    for page in &pages {
        assert!(
            see_other(&stranger.get(page).await).starts_with("/?notice=sign-in-first"),
            "{page}"
        );
    }
    for act in &acts {
        assert_eq!(stranger.post(act, &fields).await.status(), 401, "{act}");
    }
    for absent in ["01930000-0000-7000-8000-000000000001", "x"] {
        assert_eq!(ada.get(&format!("/keys/{absent}/transfer")).await.status(), 404);
        assert_eq!(
            ada.post(&format!("/keys/{absent}/transfer"), &fields).await.status(),
            404
        );
        assert_eq!(ada.post("/estate/pause", &[("id", absent)]).await.status(), 404);
    }

    later(&app, 16 * 60);
    for act in &acts {
        assert_eq!(
            ada.post(act, &fields).await.status(),
            403,
            "{act} needs a fresh sign-in"
        );
        assert_eq!(crate::me(&app, &key).await.status(), 200, "{act}");
    }
    assert!(text(&ada, &pages[0]).await.contains("fresh=1&amp;return_to=%2Fkeys%2F"));
    ada.sign_in_by("/auth/login?fresh=1", "ada").await;
    assert_eq!(ada.post("/estate/pause", &fields).await.status(), 303);
    let events = crate::audit(&app).await;
    let refused = |code: &str| {
        let fits = |event: &&Value| {
            let action = event["action"].as_str().unwrap();
            matches!(action, "key.transferred" | "key.paused" | "key.resumed")
                && event["outcome"] == "refused"
                && event["reason"] == code
        };
        events.iter().filter(fits).count()
    };
    assert_eq!(refused("fresh_sign_in_needed"), 3);
    assert!(refused("not_found") >= 2 * acts.len());
}

#[tokio::test]
async fn a_transferred_key_belongs_to_another_person_and_only_its_new_secret_opens_anything() {
    let app = TestApp::start().await;
    let (ada, grace) = (signed_in(&app, "ada").await, signed_in(&app, "grace").await);
    let (id, old) = make_key(&app, &grace, json!({ "name": "deploy", "scopes": ["apps:change"] })).await;
    assert_eq!(crate::me(&app, &old).await.status(), 200);
    // A rotation under way: both of its secrets die.
    let rotated = grace.post(&format!("/keys/{id}/rotate"), &[("overlap", "86400")]).await;
    let rotated = secret_of(&rotated.text().await.unwrap());

    let path = format!("/keys/{id}/transfer");
    let preview = text(&ada, &path).await;
    for part in [
        "Transfer deploy",
        "the old one is refused at once",
        "Grace Hopper",
        "owns the key already",
    ] {
        assert!(preview.contains(part), "{part}: {preview}");
    }
    let to = person_id(&ada, "lovelace").await;
    let answer = ada.post(&path, &[("person", to.as_str())]).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(!answer.headers().contains_key("content-encoding"));
    let shown = answer.text().await.unwrap();
    assert!(shown.contains("The key belongs to Ada Lovelace now"));
    let new = secret_of(&shown);

    let me: Value = crate::me(&app, &new).await.json().await.unwrap();
    assert_eq!(me["person"]["name"], "Ada Lovelace");
    assert_eq!(me["signIn"]["id"], id.as_str(), "the id stays");
    assert_eq!(me["signIn"]["scopes"], json!(["apps:change"]));
    for dead in [&old, &rotated] {
        let refused = crate::refusal(crate::me(&app, dead).await).await;
        assert_eq!(refused, (401, "key_rotated".to_owned()));
    }
    assert_eq!(grace.get(&format!("/keys/{id}")).await.status(), 404);
    assert!(text(&ada, &format!("/keys/{id}")).await.contains("Key transferred"));
    assert!(text(&ada, "/keys").await.contains("deploy"));

    // Both people find it in their own log.
    let own = |events: Value| {
        let of = |event: &&Value| event["action"] == "key.transferred" && event["object"] == id.as_str();
        let reason = |event: &Value| event["reason"].as_str().unwrap().to_owned();
        events["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(of)
            .map(reason)
            .collect::<Vec<_>>()
    };
    let graces = grace.get("/api/v1/audit/events").await.json().await.unwrap();
    assert_eq!(own(graces), ["given_away"]);
    let adas = format!("/api/v1/audit/events?user={to}");
    let adas = ada.get(&adas).await.json().await.unwrap();
    assert_eq!(
        own(adas),
        ["received", "given_away"],
        "she received it, and she did both"
    );
    // Done twice: she owns it now.
    let again = ada.post(&path, &[("person", to.as_str())]).await;
    assert_eq!(again.status(), 400);
    assert!(
        again
            .text()
            .await
            .unwrap()
            .contains("Ada Lovelace owns the key already.")
    );
    assert_eq!(crate::me(&app, &new).await.status(), 200);
}

#[tokio::test]
async fn a_key_is_never_given_to_somebody_who_may_do_less_or_more_with_it() {
    let app = TestApp::start().await;
    let (ada, grace) = (signed_in(&app, "ada").await, signed_in(&app, "grace").await);
    signed_in(&app, "linus").await;
    let linus = person_id(&ada, "linus").await;
    let adas = person_id(&ada, "lovelace").await;
    let (change, key) = make_key(&app, &grace, json!({ "name": "deploy", "scopes": ["apps:change"] })).await;
    let (wide, wide_key) = make_key(&app, &grace, json!({ "name": "wide", "unscoped": true })).await;
    let (look, _) = make_key(&app, &grace, json!({ "name": "watch", "scopes": ["apps:look"] })).await;
    for (id, to, said) in [
        (&change, linus.as_str(), "may do less than the key"),
        (&wide, linus.as_str(), "has another role than the key"),
        (&wide, adas.as_str(), "has another role than the key"),
        (&change, "", "Choose who the key shall belong to."),
        (
            &change,
            "01930000-0000-7000-8000-000000000001",
            "Choose who the key shall belong to.",
        ),
    ] {
        let path = format!("/keys/{id}/transfer");
        let answer = ada.post(&path, &[("person", to)]).await;
        assert_eq!(answer.status(), 400, "{said}");
        let page = answer.text().await.unwrap();
        assert!(
            page.contains(said) && page.contains("Nothing was changed"),
            "{said}: {page}"
        );
    }
    for key in [&key, &wide_key] {
        assert_eq!(crate::me(&app, key).await.status(), 200);
    }
    // The passing twin: a key that only looks.
    let answer = ada
        .post(&format!("/keys/{look}/transfer"), &[("person", linus.as_str())])
        .await;
    let secret = secret_of(&answer.text().await.unwrap());
    let me: Value = crate::me(&app, &secret).await.json().await.unwrap();
    assert_eq!(me["signIn"]["scopes"], json!(["apps:look"]));

    let laptop = app.workstation_key("grace", "laptop").await;
    let path = format!("/keys/{}/transfer", laptop.id);
    assert_eq!(ada.get(&path).await.status(), 403);
    let answer = ada.post(&path, &[("person", adas.as_str())]).await;
    assert_eq!(answer.status(), 403, "a workstation key cannot be given away");
    assert_eq!(crate::me(&app, &laptop.key).await.status(), 200);

    // Nor does anybody get one whose own access was removed.
    assert_eq!(ada.post(&format!("/people/{linus}/disable"), &[]).await.status(), 303);
    let (other, _) = make_key(&app, &grace, json!({ "name": "other", "scopes": ["apps:look"] })).await;
    let answer = ada
        .post(&format!("/keys/{other}/transfer"), &[("person", linus.as_str())])
        .await;
    assert_eq!(answer.status(), 400);
    assert!(answer.text().await.unwrap().contains("has no access here any more"));
}

#[tokio::test]
async fn a_disabled_owners_key_works_again_once_it_is_somebody_elses() {
    let app = TestApp::start().await;
    let (ada, grace) = (signed_in(&app, "ada").await, signed_in(&app, "grace").await);
    let (id, old) = make_key(&app, &grace, json!({ "name": "deploy", "scopes": ["apps:look"] })).await;
    let graces = person_id(&ada, "hopper").await;
    ada.post(&format!("/people/{graces}/disable"), &[]).await;
    assert_eq!(
        crate::refusal(crate::me(&app, &old).await).await,
        (403, "person_disabled".to_owned())
    );
    let to = person_id(&ada, "lovelace").await;
    let answer = ada
        .post(&format!("/keys/{id}/transfer"), &[("person", to.as_str())])
        .await;
    let secret = secret_of(&answer.text().await.unwrap());
    assert_eq!(crate::me(&app, &secret).await.status(), 200);
}

/// An installation that keeps refresh tokens, on either database.
async fn asking(postgres: bool) -> TestApp {
    let url;
    let mut settings = vec![SEALING_KEYS];
    if postgres {
        url = postgres_database().await;
        settings.push(("FLUI_DATABASE_URL", &url));
    }
    TestApp::start_with(&settings, Options::default()).await
}

fn token_calls(app: &TestApp) -> u64 {
    app.idp
        .control()
        .calls()
        .get("/oauth/v2/token")
        .copied()
        .unwrap_or_default()
}

#[tokio::test]
async fn what_a_person_leaves_behind_at_the_provider_is_found_at_night() {
    for postgres in [false, true] {
        let app = asking(postgres).await;
        let (ada, grace) = (signed_in(&app, "ada").await, signed_in(&app, "grace").await);
        let (id, deploy) = make_key(&app, &grace, json!({ "name": "deploy", "scopes": ["apps:look"] })).await;
        let laptop = app.workstation_key("grace", "laptop").await.key;
        let own = app.workstation_key("ada", "laptop").await.key;
        assert!(!text(&ada, "/").await.contains("needs an owner"));

        // Two nights on which all is well: the token is rotated each time.
        for _ in 0..2 {
            later(&app, 10 * 60);
            app.check_owners().await;
            assert_eq!(crate::me(&app, &laptop).await.status(), 200);
        }
        let graces = person_id(&ada, "hopper").await;
        assert!(
            text(&ada, &format!("/people/{graces}"))
                .await
                .contains("the provider stood for them")
        );

        app.idp.control().disable_person("grace").unwrap();
        app.check_owners().await;
        let refused = crate::refusal(crate::me(&app, &laptop).await).await;
        assert_eq!(refused, (401, "key_revoked".to_owned()));
        assert_eq!(grace.get("/api/v1/auth/me").await.status(), 401, "her browser is out");
        assert_eq!(crate::me(&app, &deploy).await.status(), 200, "the pipeline works on");
        assert_eq!(crate::me(&app, &own).await.status(), 200, "nothing of another ends");

        ada.sign_in_by("/auth/login?fresh=1", "ada").await;
        assert!(text(&ada, "/").await.contains("1 key needs an owner"));
        let needy = text(&ada, "/estate?risk=needs-owner").await;
        assert!(needy.contains("deploy") && needy.contains("Needs an owner"), "{needy}");
        assert!(needy.contains(&format!("/keys/{id}/transfer")) && !needy.contains("laptop"));
        let shown = text(&ada, &format!("/people/{graces}")).await;
        assert!(shown.contains("Gone at the provider"), "{shown}");
        assert_eq!(done(&crate::audit(&app).await, "person.gone"), 1);
        app.check_owners().await;
        assert_eq!(done(&crate::audit(&app).await, "person.gone"), 1, "once");

        // Nobody gives a key to somebody who is gone; a transfer gives this one an owner.
        let (spare, _) = make_key(&app, &ada, json!({ "name": "spare", "scopes": ["apps:look"] })).await;
        let answer = ada
            .post(&format!("/keys/{spare}/transfer"), &[("person", graces.as_str())])
            .await;
        assert_eq!(answer.status(), 400);
        assert!(
            answer
                .text()
                .await
                .unwrap()
                .contains("is no longer known to the provider")
        );
        let to = person_id(&ada, "lovelace").await;
        let answer = ada
            .post(&format!("/keys/{id}/transfer"), &[("person", to.as_str())])
            .await;
        assert_eq!(answer.status(), 200);
        assert!(!text(&ada, "/").await.contains("needs an owner"));
    }
}

#[tokio::test]
async fn the_next_sign_in_takes_it_back() {
    let app = asking(false).await;
    let (ada, grace) = (signed_in(&app, "ada").await, signed_in(&app, "grace").await);
    make_key(&app, &grace, json!({ "name": "deploy", "scopes": ["apps:look"] })).await;
    app.idp.control().disable_person("grace").unwrap();
    app.check_owners().await;
    assert!(text(&ada, "/").await.contains("1 key needs an owner"));
    app.idp.control().enable_person("grace").unwrap();
    signed_in(&app, "grace").await;
    assert!(!text(&ada, "/").await.contains("needs an owner"));
}

#[tokio::test]
async fn a4_roles_that_the_provider_changed_count_after_the_night() {
    let app = asking(false).await;
    let ada = signed_in(&app, "ada").await;
    let key = app.workstation_key("ada", "laptop").await.key;
    let everybodys = async || {
        app.api_as(&key, Method::GET, "/api/v1/auth/api-keys?person=all")
            .send()
            .await
            .unwrap()
            .status()
    };
    assert_eq!(everybodys().await, 200);
    app.check_owners().await;
    assert_eq!(everybodys().await, 200, "nothing changed");
    app.idp.control().drop_group("ada", "flui-admins").unwrap();
    app.check_owners().await;
    assert_eq!(everybodys().await, 403);
    assert_eq!(ada.get("/estate").await.status(), 404);
    assert_eq!(ada.get("/keys").await.status(), 200, "she is still somebody");
    app.idp.control().add_group("ada", "flui-admins").unwrap();
    app.check_owners().await;
    assert_eq!(everybodys().await, 200);
    assert_eq!(done(&crate::audit(&app).await, "person.roles_changed"), 2);
}

#[tokio::test]
async fn a_provider_that_is_away_changes_nothing() {
    let app = asking(false).await;
    let grace = signed_in(&app, "grace").await;
    make_key(&app, &grace, json!({ "name": "deploy", "scopes": ["apps:look"] })).await;
    let laptop = app.workstation_key("grace", "laptop").await.key;
    app.idp.control().pause();
    app.check_owners().await;
    app.idp.control().resume();
    assert_eq!(crate::me(&app, &laptop).await.status(), 200);
    // The token was not used up: the next night asks again, and believes the answer.
    app.idp.control().disable_person("grace").unwrap();
    app.check_owners().await;
    assert_eq!(crate::me(&app, &laptop).await.status(), 401);
}

#[tokio::test]
async fn a_provider_that_refuses_nearly_everybody_at_once_is_not_believed() {
    let people = ["a", "b", "c", "d"].map(|login| {
        format!(
            "[[person]]\nlogin = \"{login}\"\nsub = \"sub-{login}\"\nname = \"{login}\"\n\
             email = \"{login}@example.org\"\npassword = \"{login}-password\"\n"
        )
    });
    for (people, believed) in [(&people[..], false), (&people[..3], true)] {
        let options = Options {
            people: people.join("\n").parse().unwrap(),
            ..Options::default()
        };
        let app = TestApp::start_with(&[SEALING_KEYS], options).await;
        let mut keys = Vec::new();
        for login in ["a", "b", "c", "d"].iter().take(people.len()) {
            signed_in(&app, login).await;
            keys.push(app.workstation_key(login, "laptop").await.key);
        }
        app.idp.control().forget_grants();
        app.check_owners().await;
        let status = if believed { 401 } else { 200 };
        for key in &keys {
            assert_eq!(crate::me(&app, key).await.status(), status, "{} people", keys.len());
        }
    }
}

#[tokio::test]
async fn a_refusal_of_a_token_that_may_have_died_otherwise_says_nothing() {
    // Signed out at the provider, and unused for a week.
    for sign_out in [true, false] {
        let app = asking(false).await;
        let grace = signed_in(&app, "grace").await;
        make_key(&app, &grace, json!({ "name": "deploy", "scopes": ["apps:look"] })).await;
        let laptop = app.workstation_key("grace", "laptop").await.key;
        if sign_out {
            grace.post("/auth/logout", &[]).await;
        } else {
            later(&app, 7 * DAY);
        }
        app.idp.control().disable_person("grace").unwrap();
        app.check_owners().await;
        assert_eq!(crate::me(&app, &laptop).await.status(), 200);
        let calls = token_calls(&app);
        app.check_owners().await;
        assert_eq!(token_calls(&app), calls, "the token is dropped and not tried again");
    }
}

#[tokio::test]
async fn nobody_is_asked_about_without_a_key_or_without_sealing_keys() {
    let app = asking(false).await;
    let ada = signed_in(&app, "ada").await;
    let calls = token_calls(&app);
    app.check_owners().await;
    assert_eq!(token_calls(&app), calls, "she holds no key");
    let (id, _) = make_key(&app, &ada, json!({ "name": "deploy", "scopes": ["apps:look"] })).await;
    app.check_owners().await;
    assert_eq!(token_calls(&app), calls + 1);
    ada.post(&format!("/keys/{id}/revoke"), &[]).await;
    app.check_owners().await;
    assert_eq!(token_calls(&app), calls + 1);

    let app = TestApp::start().await;
    let stranger = app.browser();
    let asked = see_other(&stranger.get("/auth/login").await);
    assert!(!asked.contains("offline_access"), "{asked}");
    let app = asking(false).await;
    let asked = see_other(&app.browser().get("/auth/login").await);
    assert!(asked.contains("offline_access"), "{asked}");
}

#[tokio::test]
async fn z2_a_refresh_token_never_stands_in_clear_in_the_database() {
    let app = asking(false).await;
    let grace = signed_in(&app, "grace").await;
    make_key(&app, &grace, json!({ "name": "deploy", "scopes": ["apps:look"] })).await;
    app.check_owners().await;
    let tokens = app.idp.control().refresh_tokens();
    assert!(!tokens.is_empty(), "the provider gave some");
    let mut sealed = 0;
    for name in ["flui.db", "flui.db-wal"] {
        let bytes = std::fs::read(app.folder.path().join(name)).unwrap();
        let holds = |needle: &str| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
        for token in &tokens {
            assert!(!holds(token), "{name} holds a refresh token in clear");
        }
        sealed += usize::from(holds("2026."));
    }
    assert!(sealed > 0, "it is kept, sealed");
}

#[tokio::test]
async fn z2_the_sealing_key_can_be_followed_by_another() {
    let mut app = asking(false).await;
    let grace = signed_in(&app, "grace").await;
    make_key(&app, &grace, json!({ "name": "deploy", "scopes": ["apps:look"] })).await;
    let laptop = app.workstation_key("grace", "laptop").await.key;
    let next = "2027:AgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICE=";
    app.restart_with(SEALING_KEYS.0, &format!("{next},{}", SEALING_KEYS.1))
        .await;
    app.check_owners().await;
    // What was sealed by the old key was opened, and is sealed by the new one alone.
    app.restart_with(SEALING_KEYS.0, next).await;
    app.idp.control().disable_person("grace").unwrap();
    app.check_owners().await;
    assert_eq!(crate::me(&app, &laptop).await.status(), 401);
}
