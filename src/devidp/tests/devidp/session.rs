//! The provider's own session: when the login page shows, and what it says.

use reqwest::StatusCode;

use crate::support::{Ask, Browser, callback, provider, query, text};

#[tokio::test]
async fn the_login_page_has_its_names_and_says_who_asks() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let (_, page) = browser.login_page(&Ask::app().with("login_hint", "gr\"ace")).await;
    for part in [
        "<strong>app</strong>",
        "<label for=\"login\">Login name</label>",
        "<label for=\"password\">Password</label>",
        ">Sign in</button>",
        ">Cancel</button>",
        "value=\"gr&quot;ace\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("<script"));
    let style = browser.http.get(browser.url("/style.css")).send().await.unwrap();
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
}

#[tokio::test]
async fn a_wrong_password_shows_the_page_again_and_the_right_one_goes_on() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let (request, _) = browser.login_page(&Ask::app()).await;
    for (login, password) in [("ada", "wrong"), ("nobody", "ada-password"), ("", "")] {
        let answer = browser.submit(&request, login, password, "sign-in").await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        assert!(
            answer
                .text()
                .await
                .unwrap()
                .contains("Login name or password is wrong.")
        );
    }
    let location = callback(&browser.submit(&request, "ada", "ada-password", "sign-in").await);
    assert!(query(&location, "code").is_some());

    // The form is spent.
    let again = browser.submit(&request, "ada", "ada-password", "sign-in").await;
    assert_eq!(again.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn cancel_tells_the_client_access_denied() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let (request, _) = browser.login_page(&Ask::app()).await;
    let location = callback(&browser.submit(&request, "", "", "cancel").await);
    assert_eq!(query(&location, "error").as_deref(), Some("access_denied"));
    assert_eq!(query(&location, "state").as_deref(), Some("the-state"));
    assert!(query(&location, "code").is_none());
}

#[tokio::test]
async fn prompt_none_answers_login_required_until_somebody_has_signed_in() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let silent = Ask::app().with("prompt", "none");
    let location = callback(&browser.ask(&silent).await);
    assert_eq!(query(&location, "error").as_deref(), Some("login_required"));
    assert_eq!(query(&location, "iss").as_deref(), Some(idp.issuer()));

    browser.sign_in(&Ask::app(), "ada").await;
    assert!(query(&callback(&browser.ask(&silent).await), "code").is_some());
    // Another browser is another matter.
    let stranger = Browser::new(&idp);
    assert!(query(&callback(&stranger.ask(&silent).await), "error").is_some());
}

#[tokio::test]
async fn a_second_sign_in_is_silent_unless_the_client_wants_the_page() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    browser.sign_in(&Ask::app(), "ada").await;
    assert!(query(&callback(&browser.ask(&Ask::app()).await), "code").is_some());
    for prompt in ["login", "select_account", "consent"] {
        browser.login_page(&Ask::app().with("prompt", prompt)).await;
    }
}

#[tokio::test]
async fn max_age_zero_asks_for_the_password_again_and_moves_auth_time() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let first = browser.tokens(&Ask::app(), "ada").await;
    let first = browser.verified(text(&first, "id_token")).await.unwrap();

    idp.control().advance_clock(100);
    let silent: serde_json::Value = browser
        .exchange(&callback(&browser.ask(&Ask::app()).await))
        .await
        .json()
        .await
        .unwrap();
    let silent = browser.verified(text(&silent, "id_token")).await.unwrap();
    assert_eq!(silent["auth_time"], first["auth_time"]);

    let again = browser.tokens(&Ask::app().with("max_age", "0"), "ada").await;
    let again = browser.verified(text(&again, "id_token")).await.unwrap();
    assert!(again["auth_time"].as_i64().unwrap() >= first["auth_time"].as_i64().unwrap() + 100);
    assert_eq!(again["sid"], first["sid"]);
}

#[tokio::test]
async fn max_age_asks_for_the_password_only_when_the_sign_in_is_older() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    browser.sign_in(&Ask::app(), "ada").await;
    let ask = Ask::app().with("max_age", "600");
    idp.control().advance_clock(590);
    assert!(query(&callback(&browser.ask(&ask).await), "code").is_some());
    idp.control().advance_clock(20);
    browser.login_page(&ask).await;
}

#[tokio::test]
async fn a_session_ends_by_itself_after_twelve_hours() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    browser.sign_in(&Ask::app(), "ada").await;
    idp.control().advance_clock(12 * 3600 - 60);
    assert!(query(&callback(&browser.ask(&Ask::app()).await), "code").is_some());
    idp.control().advance_clock(120);
    browser.login_page(&Ask::app()).await;
}

#[tokio::test]
async fn a_disabled_person_cannot_sign_in_until_enabled() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    browser.sign_in(&Ask::app(), "ada").await;
    idp.control().disable_person("ada").unwrap();
    let (request, _) = browser.login_page(&Ask::app()).await;
    let answer = browser.submit(&request, "ada", "ada-password", "sign-in").await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert!(answer.text().await.unwrap().contains("This account is disabled."));

    idp.control().enable_person("ada").unwrap();
    callback(&browser.submit(&request, "ada", "ada-password", "sign-in").await);
}

#[tokio::test]
async fn an_id_token_hint_of_somebody_else_does_not_use_the_session() {
    let idp = provider(|_| {}).await;
    let grace = Browser::new(&idp);
    let graces = grace.tokens(&Ask::app(), "grace").await;
    let ada = Browser::new(&idp);
    let adas = ada.tokens(&Ask::app(), "ada").await;

    let silent = Ask::app().with("prompt", "none");
    let own = silent.clone().with("id_token_hint", text(&adas, "id_token"));
    assert!(query(&callback(&ada.ask(&own).await), "code").is_some());
    let foreign = silent.with("id_token_hint", text(&graces, "id_token"));
    let location = callback(&ada.ask(&foreign).await);
    assert_eq!(query(&location, "error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach_of_scripts_and_foreign_posts() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let (request, _) = browser.login_page(&Ask::app()).await;
    let answer = browser.submit(&request, "ada", "ada-password", "sign-in").await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("devidp="));
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
}
