use std::time::Duration;

use flui_testkit::{Browser, TestApp, see_other};
use reqwest::Method;
use serde_json::json;

async fn signed_in(app: &TestApp, login: &str) -> Browser {
    let browser = app.browser();
    browser.sign_in(login).await;
    browser
}

/// The address of a person's page, as the list of people links to it.
async fn page_of(admin: &Browser, name: &str) -> String {
    let list = admin.get(&format!("/people?text={name}")).await.text().await.unwrap();
    let id = list.split("href=\"/people/").nth(1).unwrap().split('"').next().unwrap();
    format!("/people/{id}")
}

#[tokio::test]
async fn e12_a_disabled_persons_keys_sessions_and_sign_ins_are_refused_at_once() {
    let app = TestApp::start().await;
    let (ada, grace) = (signed_in(&app, "ada").await, signed_in(&app, "grace").await);
    let key = app.workstation_key("grace", "laptop").await.key;
    let bearer = app.bearer("grace").await;
    assert_eq!(crate::me(&app, &key).await.status(), 200);
    let page = page_of(&ada, "grace").await;
    let confirm = ada.get(&format!("{page}/disable")).await.text().await.unwrap();
    assert!(confirm.contains("Disable Grace Hopper") && confirm.contains("laptop"));
    let answer = ada.post(&format!("{page}/disable"), &[]).await;
    assert_eq!(see_other(&answer), format!("{page}?notice=person-disabled"));

    let refused = (403, "person_disabled".to_owned());
    assert_eq!(crate::refusal(crate::me(&app, &key).await).await, refused);
    assert_eq!(crate::refusal(grace.get("/api/v1/auth/me").await).await, refused);
    assert_eq!(grace.get("/keys").await.status(), 403);
    let body = json!({ "name": "other", "unscoped": true });
    let exchange = app.api_as(&bearer, Method::POST, "/api/v1/auth/api-keys").json(&body);
    assert_eq!(crate::refusal(exchange.send().await.unwrap()).await, refused);
    let again = app.browser();
    let provider = see_other(&again.get("/auth/login").await);
    let callback = again.prove(&provider, "grace").await;
    assert_eq!(again.get(&callback).await.status(), 403);

    // Done twice, nothing changes; taken back, the same key works again.
    assert_eq!(ada.post(&format!("{page}/disable"), &[]).await.status(), 303);
    let shown = ada.get(&page).await.text().await.unwrap();
    assert!(shown.contains("Disabled") && shown.contains(">Enable</button>"));
    let answer = ada.post(&format!("{page}/enable"), &[]).await;
    assert_eq!(see_other(&answer), format!("{page}?notice=person-enabled"));
    assert_eq!(crate::me(&app, &key).await.status(), 200);
    assert_eq!(grace.get("/keys").await.status(), 200);
    let events = crate::audit(&app).await;
    let done = |action: &str| {
        let fits = |event: &&serde_json::Value| event["action"] == action && event["outcome"] == "done";
        events.iter().filter(fits).count()
    };
    assert_eq!((done("person.disabled"), done("person.enabled")), (1, 1));
}

#[tokio::test]
async fn nobody_removes_their_own_access() {
    let app = TestApp::start().await;
    let ada = signed_in(&app, "ada").await;
    let page = page_of(&ada, "ada").await;
    assert!(!ada.get(&page).await.text().await.unwrap().contains("Disable here"));
    assert_eq!(ada.post(&format!("{page}/disable"), &[]).await.status(), 403);
    assert_eq!(ada.get("/keys").await.status(), 200);
}

#[tokio::test]
async fn people_and_the_estate_are_not_there_for_anybody_but_admins() {
    let app = TestApp::start().await;
    let ada = signed_in(&app, "ada").await;
    let grace = signed_in(&app, "grace").await;
    let own = page_of(&ada, "grace").await;
    let pages = [
        "/people".to_owned(),
        own.clone(),
        format!("{own}/disable"),
        format!("{own}/end"),
        "/estate".to_owned(),
        "/estate/revoke".to_owned(),
    ];
    let acts = ["disable", "enable", "end"].map(|act| format!("{own}/{act}"));
    let acts: Vec<_> = acts.into_iter().chain(["/estate/revoke".to_owned()]).collect();
    for page in &pages {
        assert_eq!(ada.get(page).await.status(), 200, "{page}");
    }
    let linus = signed_in(&app, "linus").await;
    for (browser, login) in [(&grace, "grace"), (&linus, "linus")] {
        for page in &pages {
            assert_eq!(browser.get(page).await.status(), 404, "{login} {page}");
        }
        for act in &acts {
            let typed = [("name", "Grace Hopper")];
            assert_eq!(browser.post(act, &typed).await.status(), 404, "{login} {act}");
        }
        let front = browser.get("/").await.text().await.unwrap();
        assert!(
            !front.contains("href=\"/estate\"") && !front.contains("href=\"/people\""),
            "{login}"
        );
    }
    let stranger = app.browser();
    for page in &pages {
        assert!(
            see_other(&stranger.get(page).await).starts_with("/?notice=sign-in-first"),
            "{page}"
        );
    }
    for act in &acts {
        assert_eq!(stranger.post(act, &[]).await.status(), 401, "{act}");
    }
    let front = ada.get("/").await.text().await.unwrap();
    assert!(front.contains("href=\"/estate\"") && front.contains("href=\"/people\""));
    // Absent people and ids of the wrong shape are not there alike.
    for id in ["01930000-0000-7000-8000-000000000001", "x"] {
        assert_eq!(ada.get(&format!("/people/{id}")).await.status(), 404);
        assert_eq!(ada.post(&format!("/people/{id}/disable"), &[]).await.status(), 404);
    }
    let refused = crate::audit(&app).await;
    let refused = refused
        .iter()
        .filter(|event| event["outcome"] == "refused" && event["reason"] == "not_found");
    assert!(refused.count() >= 2 * acts.len());
}

#[tokio::test]
async fn everything_of_a_person_ends_when_their_name_was_typed() {
    let app = TestApp::start().await;
    let (ada, grace) = (signed_in(&app, "ada").await, signed_in(&app, "grace").await);
    let key = app.workstation_key("grace", "laptop").await.key;
    let own = app.workstation_key("ada", "laptop").await.key;
    let page = page_of(&ada, "grace").await;
    let path = format!("{page}/end");
    for name in ["", "Grace", "grace hopper"] {
        let answer = ada.post(&path, &[("name", name)]).await;
        assert_eq!(answer.status(), 400, "{name}");
        let text = answer.text().await.unwrap();
        assert!(text.contains("Type the name as it stands here: Grace Hopper") && text.contains("laptop"));
    }
    assert_eq!(crate::me(&app, &key).await.status(), 200);

    app.clock.advance(Duration::from_mins(16));
    app.idp.control().advance_clock(16 * 60);
    let stale = ada.post(&path, &[("name", "Grace Hopper")]).await;
    assert_eq!(stale.status(), 403);
    assert!(
        ada.get(&path)
            .await
            .text()
            .await
            .unwrap()
            .contains("fresh=1&amp;return_to=%2Fpeople%2F")
    );
    ada.sign_in_by("/auth/login?fresh=1", "ada").await;
    let answer = ada.post(&path, &[("name", " Grace  Hopper ")]).await;
    assert_eq!(see_other(&answer), format!("{page}?notice=person-ended"));
    assert_eq!(crate::me(&app, &key).await.status(), 401);
    assert_eq!(grace.get("/api/v1/auth/me").await.status(), 401);
    assert_eq!(crate::me(&app, &own).await.status(), 200, "nothing of another ends");
    assert!(
        ada.get(&page)
            .await
            .text()
            .await
            .unwrap()
            .contains("Nothing of theirs is live.")
    );
}
