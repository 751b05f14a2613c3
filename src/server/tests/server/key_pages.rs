//! The page of a key, and the forms that change it.

use std::time::Duration;

use flui_testkit::{TestApp, see_other};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    audit,
    key_life::{key, text},
    me,
};

const KEYS: &str = "/api/v1/auth/api-keys";

#[tokio::test]
async fn a_keys_page_shows_its_uses_places_scopes_and_story() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let made = key(
        &app,
        &browser,
        &json!({ "name": "deploy", "scopes": ["keys:look", "apps:look"] }),
    )
    .await;
    let path = format!("/keys/{}", text(&made, "id"));
    let before = browser.get(&path).await.text().await.unwrap();
    assert!(before.contains("No request came with this key") && before.contains("Nothing has used this key"));
    assert!(!before.contains(text(&made, "key")));
    for _ in 0..3 {
        let request = app.api_as(text(&made, "key"), Method::GET, KEYS);
        assert_eq!(
            request
                .header("user-agent", "pipeline/7")
                .send()
                .await
                .unwrap()
                .status(),
            200
        );
    }
    app.flush().await;
    app.clock.advance(Duration::from_hours(24));
    app.idp.control().advance_clock(24 * 3600);
    browser.sign_in("grace").await;
    assert_eq!(me(&app, text(&made, "key")).await.status(), 200);
    app.flush().await;
    let page = browser.get(&path).await.text().await.unwrap();
    for part in [
        "<h1>deploy</h1>",
        "4 requests in all",
        "at most 3 a day",
        "pipeline/7",
        "127.0.0.1",
        "<code>apps:look</code>",
        "Not seen",
        "Key created",
        "The same as a table",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(
        page.matches("Not seen").count(),
        1,
        "keys:look was used, apps:look was not"
    );
    assert_eq!(page.matches("<rect").count(), 3, "two days, and the mark");
    assert!(
        browser
            .get("/keys")
            .await
            .text()
            .await
            .unwrap()
            .contains(&format!("href=\"{path}\""))
    );
}

#[tokio::test]
async fn a1_the_page_and_forms_of_a_foreign_key_are_not_found() {
    let app = TestApp::start().await;
    let (grace, linus, ada) = (app.browser(), app.browser(), app.browser());
    for (browser, login) in [(&grace, "grace"), (&linus, "linus"), (&ada, "ada")] {
        browser.sign_in(login).await;
    }
    let made = key(&app, &grace, &json!({ "name": "deploy", "unscoped": true })).await;
    let absent = "01930000-0000-7000-8000-000000000001";
    for id in [text(&made, "id"), absent, "x"] {
        for verb in ["", "/rename", "/extend", "/rotate", "/revoke"] {
            assert_eq!(
                linus.get(&format!("/keys/{id}{verb}")).await.status(),
                404,
                "{id}{verb}"
            );
        }
    }
    let path = format!("/keys/{}", text(&made, "id"));
    let fields = [("name", "mine"), ("expires", "2027-12-31"), ("overlap", "0")];
    for verb in ["rename", "extend", "rotate"] {
        for browser in [&linus, &ada] {
            let answer = browser.post(&format!("{path}/{verb}"), &fields).await;
            assert!(matches!(answer.status().as_u16(), 403 | 404), "{verb}");
        }
        assert_eq!(
            ada.get(&format!("{path}/{verb}")).await.status(),
            404,
            "an admin looks and revokes alone"
        );
    }
    let seen = ada.get(&path).await.text().await.unwrap();
    assert!(seen.contains("Grace Hopper") && seen.contains("/revoke\"") && !seen.contains("/rotate\""));
    assert_eq!(me(&app, text(&made, "key")).await.status(), 200);
    assert!(grace.get(&path).await.text().await.unwrap().contains("<h1>deploy</h1>"));
}

#[tokio::test]
async fn a_key_is_renamed_and_a_bad_name_comes_back_as_typed() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let made = key(&app, &browser, &json!({ "name": "deploy", "unscoped": true })).await;
    let path = format!("/keys/{}", text(&made, "id"));
    let form = browser.get(&format!("{path}/rename")).await.text().await.unwrap();
    assert!(form.contains("value=\"deploy\""));
    let bad = browser
        .post(&format!("{path}/rename"), &[("name", "<b>\u{202e}x")])
        .await;
    assert_eq!(bad.status(), 400);
    let page = bad.text().await.unwrap();
    assert!(
        page.contains("value=\"&lt;b&gt;\u{202e}x\"") && page.contains("invisible"),
        "{page}"
    );
    let good = browser
        .post(&format!("{path}/rename"), &[("name", " deploy-prod ")])
        .await;
    assert_eq!(see_other(&good), format!("{path}?notice=key-renamed"));
    let page = browser
        .get(&format!("{path}?notice=key-renamed"))
        .await
        .text()
        .await
        .unwrap();
    assert!(page.contains("<h1>deploy-prod</h1>") && page.contains("has its new name"));
    assert_eq!(me(&app, text(&made, "key")).await.status(), 200);
    let who: Value = me(&app, text(&made, "key")).await.json().await.unwrap();
    assert_eq!(who["signIn"]["name"], "deploy-prod", "from the very next request");
    let rows = audit(&app).await;
    assert!(
        rows.iter()
            .any(|row| row["action"] == "key.renamed" && row["objectName"] == "deploy-prod")
    );
}

#[tokio::test]
async fn e11_a_key_is_extended_within_the_policy_and_not_past_it() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let now = flui_identity::Clock::now(&*app.clock);
    let day = |days: u64| (now + Duration::from_hours(24 * days)).to_date();
    let made = key(&app, &browser, &json!({ "name": "deploy", "unscoped": true })).await;
    let path = format!("/keys/{}/extend", text(&made, "id"));
    for (date, words) in [
        (day(30), "Choose a time after"),
        (day(367), "at most"),
        ("soon".to_owned(), "Enter a date"),
        (String::new(), "Enter a date"),
    ] {
        let answer = browser.post(&path, &[("expires", &date)]).await;
        assert_eq!(answer.status(), 400, "{date}");
        let page = answer.text().await.unwrap();
        assert!(
            page.contains(words) && page.contains(&format!("value=\"{date}\"")),
            "{date}: {page}"
        );
    }
    let answer = browser.post(&path, &[("expires", &day(300))]).await;
    assert!(see_other(&answer).ends_with("?notice=key-extended"));
    let who: Value = me(&app, text(&made, "key")).await.json().await.unwrap();
    assert_eq!(who["signIn"]["expiresAt"], format!("{}T23:59:59Z", day(300)));

    app.clock.advance(Duration::from_hours(24 * 302));
    app.idp.control().advance_clock(302 * 24 * 3600);
    browser.sign_in("grace").await;
    let late = browser.post(&path, &[("expires", &day(350))]).await;
    assert_eq!(late.status(), 404, "what is over stays over");
}

#[tokio::test]
async fn a_key_is_rotated_by_forms_alone_and_the_page_says_what_is_still_used() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let made = key(&app, &browser, &json!({ "name": "deploy", "unscoped": true })).await;
    let (path, old) = (format!("/keys/{}", text(&made, "id")), text(&made, "key"));
    let form = browser.get(&format!("{path}/rotate")).await.text().await.unwrap();
    assert!(form.contains("<option value=\"86400\" selected"));
    let bad = browser.post(&format!("{path}/rotate"), &[("overlap", "soon")]).await;
    assert_eq!(bad.status(), 400);
    let answer = browser.post(&format!("{path}/rotate"), &[("overlap", "3600")]).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(!answer.headers().contains_key("content-encoding"));
    let page = answer.text().await.unwrap();
    let start = page.find("flui_ci_").expect("the page shows the key");
    let new = &page[start..start + "flui_ci_".len() + 49];
    assert!(page.contains("<h1>Key rotated</h1>") && new != old);
    let page = browser.get(&path).await.text().await.unwrap();
    assert!(page.contains("Two secrets of this key are good") && page.contains("It was not used since the rotation."));
    assert!(!page.contains(new) && !page.contains(old));
    assert_eq!(me(&app, old).await.status(), 200);
    app.flush().await;
    let page = browser.get(&path).await.text().await.unwrap();
    assert!(page.contains("Something still uses it"), "{page}");
    assert_eq!(me(&app, new).await.status(), 200);
    assert_eq!(me(&app, old).await.status(), 401);
    let page = browser.get(&path).await.text().await.unwrap();
    assert!(!page.contains("Two secrets of this key are good"));
}

#[tokio::test]
async fn several_keys_are_revoked_together_or_not_at_all() {
    let app = TestApp::start().await;
    let (grace, ada) = (app.browser(), app.browser());
    grace.sign_in("grace").await;
    ada.sign_in("ada").await;
    let mut keys = Vec::new();
    for name in ["one", "two", "three"] {
        keys.push(key(&app, &grace, &json!({ "name": name, "unscoped": true })).await);
    }
    let foreign = app.workstation_key("ada", "laptop").await;
    let ids: Vec<&str> = keys.iter().map(|key| text(key, "id")).collect();
    let list = grace.get("/keys").await.text().await.unwrap();
    assert!(list.contains("Revoke selected") && list.contains(&format!("name=\"id\" value=\"{}\"", ids[0])));
    let query = format!("/keys/revoke?id={}&id={}", ids[0], ids[1]);
    let confirm = grace.get(&query).await.text().await.unwrap();
    assert!(confirm.contains("“one”") && confirm.contains("“two”") && !confirm.contains("“three”"));
    assert!(confirm.contains("Revoke 2 keys</button>"));

    let foreign_id = foreign.id.to_string();
    for other in [foreign_id.as_str(), "01930000-0000-7000-8000-000000000001", "x"] {
        let answer = grace.post("/keys/revoke", &[("id", ids[0]), ("id", other)]).await;
        assert_eq!(answer.status(), 404, "{other}");
    }
    assert_eq!(grace.post("/keys/revoke", &[]).await.status(), 400);
    assert_eq!(me(&app, text(&keys[0], "key")).await.status(), 200, "nothing ended");
    assert_eq!(me(&app, &foreign.key).await.status(), 200);

    // One of them ends meanwhile: the others end all the same, and nothing ends twice.
    grace.post(&format!("/keys/{}/revoke", ids[1]), &[]).await;
    let answer = grace.post("/keys/revoke", &[("id", ids[0]), ("id", ids[1])]).await;
    assert_eq!(see_other(&answer), "/keys?notice=keys-revoked");
    assert_eq!(me(&app, text(&keys[0], "key")).await.status(), 401);
    assert_eq!(me(&app, text(&keys[2], "key")).await.status(), 200);
    assert_eq!(
        grace
            .post("/keys/revoke", &[("id", ids[0]), ("id", ids[1])])
            .await
            .status(),
        404
    );
    let rows = audit(&app).await;
    let ended = |id: &str| {
        let of_key = |row: &&Value| row["action"] == "key.revoked" && row["outcome"] == "done" && row["object"] == id;
        rows.iter().filter(of_key).count()
    };
    assert_eq!((ended(ids[0]), ended(ids[1]), ended(ids[2])), (1, 1, 0));
    let none = grace.get("/keys/revoke").await.text().await.unwrap();
    assert!(none.contains("No live key is selected"));
}

#[tokio::test]
async fn networks_in_the_form_are_kept_when_they_are_wrong() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let fields = |networks: &'static str| {
        [
            ("name", "deploy"),
            ("kind", "ci"),
            ("access", "unscoped"),
            ("expires", "90"),
            ("networks", networks),
        ]
    };
    let bad = browser.post("/keys/new", &fields("10.0.0.0/8\r\nexample.org")).await;
    assert_eq!(bad.status(), 400);
    let page = bad.text().await.unwrap();
    assert!(
        page.contains("“example.org” is no network") && page.contains("10.0.0.0/8\r\nexample.org</textarea>"),
        "{page}"
    );
    let good = browser.post("/keys/new", &fields("127.0.0.0/8, ::1")).await;
    assert_eq!(good.status(), 201);
    let list: Value = browser.get(KEYS).await.json().await.unwrap();
    assert_eq!(list["items"][0]["networks"], json!(["127.0.0.0/8", "::1/128"]));
}
