use flui_testkit::{TestApp, see_other};

#[tokio::test]
async fn a_key_is_made_shown_once_and_revoked_by_forms_alone() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let fields = [
        ("name", "deploy-prod"),
        ("kind", "ci"),
        ("context", ""),
        ("access", "scopes"),
        ("scope", "apps:look"),
        ("scope", "apps:change"),
        ("expires", "90"),
        ("expires_date", ""),
    ];
    let answer = browser.post("/keys/new", &fields).await;
    assert_eq!(answer.status(), 201);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(!answer.headers().contains_key("content-encoding"));
    let page = answer.text().await.unwrap();
    let start = page.find("flui_ci_").expect("the page shows the key");
    let key = &page[start..start + "flui_ci_".len() + 49];
    assert_eq!(crate::me(&app, key).await.status(), 200);
    let list = browser.get("/keys").await.text().await.unwrap();
    assert!(list.contains("deploy-prod") && !list.contains(key), "k4: shown once");

    let (before, _) = list.split_once("/revoke\"").expect("a row leads to its question");
    let id = before.rsplit('/').next().unwrap();
    let path = format!("/keys/{id}/revoke");
    let confirm = browser.get(&path).await.text().await.unwrap();
    assert!(confirm.contains("Revoke key") && confirm.contains("deploy-prod"));
    assert_eq!(see_other(&browser.post(&path, &[]).await), "/keys?notice=key-revoked");
    assert_eq!(crate::me(&app, key).await.status(), 401);
    assert_eq!(
        browser.post(&path, &[]).await.status(),
        404,
        "revoked by somebody meanwhile"
    );
}

#[tokio::test]
async fn a_form_with_faults_comes_back_as_it_was_typed() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let fields = [
        ("name", "bad\u{202e}name"),
        ("kind", "service"),
        ("access", "scopes"),
        ("scope", "mail:look"),
        ("expires", "date"),
        ("expires_date", "soon"),
    ];
    let answer = browser.post("/keys/new", &fields).await;
    assert_eq!(answer.status(), 400);
    let page = answer.text().await.unwrap();
    for part in ["bad\u{202e}name", "soon", "Enter a date like 2027-01-31.", "invisible"] {
        assert!(page.contains(part), "{part}");
    }
    let checked = page.split("value=\"mail:look\"").nth(1).unwrap();
    assert!(
        checked.split('>').next().unwrap().contains("checked"),
        "the box is still ticked"
    );
}

#[tokio::test]
async fn a_foreign_keys_page_is_not_found() {
    let app = TestApp::start().await;
    let key = app.workstation_key("ada", "laptop").await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let path = format!("/keys/{}/revoke", key.id);
    assert_eq!(browser.get(&path).await.status(), 404);
    assert_eq!(browser.post(&path, &[]).await.status(), 404);
    assert_eq!(crate::me(&app, &key.key).await.status(), 200);
}

#[tokio::test]
async fn strangers_are_sent_to_the_front_page_and_back() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let front = see_other(&browser.get("/keys?state=live").await);
    assert_eq!(front, "/?notice=sign-in-first&return_to=%2Fkeys%3Fstate%3Dlive");
    let page = browser.get(&front).await.text().await.unwrap();
    assert!(page.contains("value=\"/keys?state=live\""), "{page}");
    assert_eq!(
        browser
            .sign_in_by("/auth/login?return_to=/keys?state=live", "ada")
            .await,
        "/keys?state=live"
    );
}

#[tokio::test]
async fn sign_ins_show_browsers_and_workstations_and_end_them() {
    let app = TestApp::start().await;
    let (one, two) = (app.browser(), app.browser());
    one.sign_in("ada").await;
    two.sign_in("ada").await;
    app.workstation_key("ada", "lovelace-laptop").await;
    let page = one.get("/sign-ins").await.text().await.unwrap();
    for part in ["lovelace-laptop", "Sign out everywhere else", "This one"] {
        assert!(page.contains(part), "{part}");
    }
    assert_eq!(
        see_other(&one.post("/sign-ins/end-others", &[]).await),
        "/sign-ins?notice=sessions-ended"
    );
    assert_eq!(two.get("/api/v1/auth/me").await.status(), 401);
    assert_eq!(one.get("/api/v1/auth/me").await.status(), 200);
}

#[tokio::test]
async fn the_theme_is_remembered_without_script() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let answer = browser
        .post("/theme", &[("theme", "dark"), ("return_to", "/keys")])
        .await;
    assert_eq!(see_other(&answer), "/keys");
    assert!(
        browser
            .get("/")
            .await
            .text()
            .await
            .unwrap()
            .contains("data-theme=\"dark\"")
    );
    let junk = browser.post("/theme", &[("theme", "<x>")]).await;
    assert!(junk.status().is_client_error());
}

#[tokio::test]
async fn a_filter_means_what_was_typed_whatever_signs_are_in_it() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.sign_in("ada").await;
    let typed = ["50%", "%25", "a+b", "x&y", "🔑", "%zz", "50%2525"];
    for name in typed {
        let fields = [
            ("name", name),
            ("kind", "ci"),
            ("access", "unscoped"),
            ("expires", "90"),
        ];
        assert_eq!(browser.post("/keys/new", &fields).await.status(), 201, "{name}");
    }
    let escaped = |text: &str| text.replace('&', "&amp;");
    for name in typed {
        for page in ["/keys", "/estate", "/people"] {
            let request = browser.request_get(page).query(&[("text", name)]);
            let shown = request.send().await.unwrap().text().await.unwrap();
            let field = format!("name=\"text\" value=\"{}\"", escaped(name));
            assert!(shown.contains(&field), "{page} {name}");
            let found = |name: &str| shown.contains(&format!(">{}</", escaped(name)));
            // A list of sign-ins that fit holds the key of that name, and one that does not fit is not in it.
            assert_eq!(found(name), page != "/people", "{page} {name}");
            assert!(!found("a+b") || name == "a+b", "{page} {name}");
        }
    }
}
