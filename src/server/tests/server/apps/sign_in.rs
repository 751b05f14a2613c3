use std::time::Duration;

use flui_testkit::{TestApp, client, location, see_other};
use url::Url;

use super::{GIT, SESSION, START, WIKI, at_app, begin, open, path_at, send, start, with_cookie};

#[tokio::test]
async fn one_sign_in_opens_two_apps_and_each_has_its_own_cookie() {
    let app = start().await;
    let browser = app.browser();
    let (secret, address) = begin(&app, WIKI, "/a%20b?x=1&y=*").await;
    // A stranger to the dashboard signs in there first, and comes back by itself.
    let login = see_other(&browser.get(&address).await);
    assert!(login.starts_with("/auth/login?return_to=%2Fauth%2Fapp"), "{login}");
    let back = browser.sign_in_by(&login, "grace").await;
    let callback = path_at(&see_other(&browser.get(&back).await), WIKI);
    assert!(callback.starts_with("/.flui/callback?code="));
    let answer = at_app(&app, WIKI, &callback, &format!("{START}={secret}")).await;
    assert_eq!(see_other(&answer), format!("https://{WIKI}/a%20b?x=1&y=*"));
    let cookies: Vec<_> = answer
        .headers()
        .get_all("set-cookie")
        .iter()
        .map(|c| c.to_str().unwrap())
        .collect();
    let session = cookies
        .iter()
        .find(|cookie| cookie.starts_with("__Host-flui-app="))
        .unwrap();
    for attribute in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(session.contains(attribute), "{session}");
    }
    assert!(!session.contains("Domain") && !session.contains("Max-Age") && !session.contains("Expires"));
    assert!(
        cookies
            .iter()
            .any(|cookie| cookie.starts_with("__Host-flui-app-start=;") && cookie.contains("Max-Age=0"))
    );

    let (git, _) = open(&app, &browser, GIT, "/").await;
    let wiki = super::set_cookie(&answer, SESSION).unwrap();
    assert_eq!(with_cookie(&app, WIKI, "/", &wiki).await.status(), 200);
    assert_eq!(with_cookie(&app, GIT, "/", &git).await.status(), 200);
    assert_eq!(
        with_cookie(&app, GIT, "/", &wiki).await.status(),
        401,
        "good for its host alone"
    );
    assert_eq!(with_cookie(&app, WIKI, "/", &git).await.status(), 401);
    let rows = crate::audit(&app).await;
    let opened: Vec<_> = rows.iter().filter(|row| row["action"] == "app.opened").collect();
    assert_eq!(opened.len(), 2);
    assert!(
        opened
            .iter()
            .all(|row| row["actorName"] == "Grace Hopper" && row["outcome"] == "done")
    );
}

#[tokio::test]
async fn a_code_is_good_once_for_its_browser_and_host_and_half_a_minute() {
    let app = start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let code = async || {
        let (secret, address) = begin(&app, WIKI, "/").await;
        let callback = path_at(&see_other(&browser.get(&address).await), WIKI);
        (format!("{START}={secret}"), callback)
    };
    let (cookie, callback) = code().await;
    let (others, _) = begin(&app, WIKI, "/").await;
    for (host, sent) in [
        (WIKI, String::new()),
        (WIKI, format!("{START}={others}")),
        (WIKI, format!("{cookie}; {START}={others}")),
        (GIT, cookie.clone()),
    ] {
        let answer = at_app(&app, host, &callback, &sent).await;
        assert_eq!(answer.status(), 400, "{host} {sent}");
        assert!(super::set_cookie(&answer, SESSION).is_none());
    }
    assert_eq!(
        at_app(&app, WIKI, &callback, &cookie).await.status(),
        303,
        "strangers spoilt nothing"
    );
    let again = at_app(&app, WIKI, &callback, &cookie).await;
    assert_eq!(again.status(), 400);
    let page = again.text().await.unwrap();
    assert!(
        page.contains("Open the app again") && page.contains("/.flui/pkg/"),
        "{page}"
    );

    let (cookie, callback) = code().await;
    app.clock.advance(Duration::from_secs(31));
    assert_eq!(at_app(&app, WIKI, &callback, &cookie).await.status(), 400);
    let (cookie, callback) = code().await;
    app.clock.advance(Duration::from_secs(29));
    assert_eq!(at_app(&app, WIKI, &callback, &cookie).await.status(), 303);
    for unknown in ["/.flui/callback?code=x", "/.flui/callback?code=", "/.flui/callback"] {
        assert_eq!(at_app(&app, WIKI, unknown, &cookie).await.status(), 400, "{unknown}");
    }
    let rows = crate::audit(&app).await;
    assert!(
        rows.iter()
            .any(|row| row["action"] == "app.opened" && row["reason"] == "code_unknown" && row["objectName"] == "Wiki")
    );
}

#[tokio::test]
async fn a_code_dies_with_the_sign_in_that_it_speaks_for() {
    let app = start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let (secret, address) = begin(&app, WIKI, "/").await;
    let callback = path_at(&see_other(&browser.get(&address).await), WIKI);
    browser.post("/auth/logout", &[]).await;
    let answer = at_app(&app, WIKI, &callback, &format!("{START}={secret}")).await;
    assert_eq!(answer.status(), 400);
}

#[tokio::test]
async fn who_may_not_open_an_app_is_told_what_it_takes() {
    let app = start().await;
    let browser = app.browser();
    browser.sign_in("linus").await;
    let (_, address) = begin(&app, GIT, "/").await;
    let answer = browser.get(&address).await;
    assert_eq!(answer.status(), 403);
    let page = answer.text().await.unwrap();
    assert!(
        page.contains("Git is not open to you. It takes the role User."),
        "{page}"
    );
    let (_, address) = begin(&app, "a.previews.example.net", "/").await;
    assert!(
        browser
            .get(&address)
            .await
            .text()
            .await
            .unwrap()
            .contains("No rule opens this address")
    );
    let (_, address) = begin(&app, WIKI, "/").await;
    assert_eq!(browser.get(&address).await.status(), 303, "the twin");
    let rows = crate::audit(&app).await;
    let refused = rows
        .iter()
        .filter(|row| row["action"] == "app.opened" && row["outcome"] == "refused");
    assert_eq!(refused.count(), 2);
}

#[tokio::test]
async fn r2_nobody_is_sent_to_a_host_that_is_no_app() {
    let app = start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let (_, good) = begin(&app, WIKI, "/").await;
    assert!(see_other(&browser.get(&good).await).starts_with("https://wiki.example.net/.flui/callback"));
    let changed = |name: &str, value: &str| {
        let url = Url::parse(&good).unwrap();
        let pairs = url.query_pairs().into_owned();
        let pairs: Vec<_> = pairs
            .map(|(key, kept)| {
                if key == name {
                    (key, value.to_owned())
                } else {
                    (key, kept)
                }
            })
            .collect();
        let mut url = url.clone();
        url.query_pairs_mut().clear().extend_pairs(pairs);
        url.to_string()
    };
    for host in [
        "evil.example",
        "wiki.example.net.evil",
        "evilwiki.example.net",
        "a.wiki.example.net",
        "WIKI.example.net",
        "wiki.example.net.",
        "wiki.example.net:443",
        "wiki.example.net:8443",
        "user@wiki.example.net",
        "wiki.example.net/evil",
        "wiki.example.net#",
        "wiki.example.net?",
        "https://wiki.example.net",
        "previews.example.net",
        "",
    ] {
        assert_eq!(browser.get(&changed("host", host)).await.status(), 400, "{host}");
    }
    for target in [
        "//evil",
        "https://evil",
        "",
        "/\\evil",
        "@evil",
        ".evil",
        "/a/../b",
        "/.flui/start",
    ] {
        assert_eq!(browser.get(&changed("return", target)).await.status(), 400, "{target}");
    }
    for challenge in ["", "x", "AAAA"] {
        assert_eq!(
            browser.get(&changed("challenge", challenge)).await.status(),
            400,
            "{challenge}"
        );
    }
    // On the app's own host such a target becomes the root.
    let (_, odd) = begin(&app, WIKI, "//evil.example").await;
    let (_, root) = odd.split_once("return=").unwrap();
    assert_eq!(root, "%2F");
}

#[tokio::test]
async fn x5_an_apps_sign_in_begins_in_a_page_of_its_own() {
    let app = start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let (_, address) = begin(&app, WIKI, "/").await;
    for (dest, status) in [("iframe", 403), ("image", 403), ("empty", 403), ("document", 303)] {
        let request = browser.request_get(&address).header("sec-fetch-dest", dest);
        assert_eq!(send(request).await.status(), status, "{dest}");
        let started = client()
            .get(format!("{}/.flui/start?return=/", app.url))
            .header("host", WIKI);
        assert_eq!(
            send(started.header("sec-fetch-dest", dest)).await.status(),
            status,
            "{dest}"
        );
    }
}

#[tokio::test]
async fn a_key_opens_no_session_at_an_app() {
    let app = start().await;
    let key = app.workstation_key("grace", "laptop").await.key;
    let (_, address) = begin(&app, WIKI, "/").await;
    let answer = send(client().get(&address).bearer_auth(&key)).await;
    assert_eq!(answer.status(), 403);
}

#[tokio::test]
async fn the_host_of_an_app_shows_nothing_of_the_dashboard() {
    let app = start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let status = async |host: &str, path: &str| at_app(&app, host, path, "").await.status();
    for path in ["/", "/keys", "/auth/login", "/api/v1/auth/me", "/.fluid"] {
        assert_eq!(status(WIKI, path).await, 421, "{path}");
    }
    assert_eq!(status(WIKI, "/.flui/other").await, 404);
    assert_eq!(
        status("evil.example", "/.flui/start").await,
        421,
        "a host that nobody configured"
    );
    let own = app.url.strip_prefix("http://").unwrap();
    assert_eq!(status(own, "/.flui/start").await, 421);
    assert_eq!(status("local.localhost:8080", "/.flui/start").await, 303);
    let wiki = at_app(
        &app,
        WIKI,
        "/.flui/start?return=/x",
        "__Host-flui=0123456789012345678901",
    )
    .await;
    assert_eq!(wiki.status(), 303, "whatever other cookies come along");
    let keyed = client().get(format!("{}/.flui/start", app.url)).header("host", WIKI);
    assert_eq!(send(keyed.header("authorization", "Basic YTpi")).await.status(), 303);
}

#[tokio::test]
async fn c6_tabs_that_open_an_app_at_once_share_the_browsers_secret() {
    let app = start().await;
    let (secret, _) = begin(&app, WIKI, "/").await;
    let again = at_app(&app, WIKI, "/.flui/start?return=/b", &format!("{START}={secret}")).await;
    assert_eq!(super::set_cookie(&again, START), Some(secret));
    let planted = at_app(&app, WIKI, "/.flui/start?return=/b", &format!("{START}=short")).await;
    assert_ne!(super::set_cookie(&planted, START).unwrap(), "short");
}

#[tokio::test]
async fn s3_s11_a_planted_cookie_opens_no_app() {
    let app = start().await;
    let browser = app.browser();
    browser.sign_in("grace").await;
    let (good, _) = open(&app, &browser, WIKI, "/").await;
    for planted in ["", "x", &"A".repeat(43), &"A".repeat(8_000)] {
        assert_eq!(with_cookie(&app, WIKI, "/", planted).await.status(), 401);
    }
    let twice = format!("{good}; {SESSION}={good}");
    assert_eq!(with_cookie(&app, WIKI, "/", &twice).await.status(), 401);
    assert_eq!(with_cookie(&app, WIKI, "/", &good).await.status(), 200);
    assert!(!dump(&app).contains(&good), "s10: the database holds a hash");
}

/// Everything in the database file and its log.
fn dump(app: &TestApp) -> String {
    let files = ["flui.db", "flui.db-wal"].map(|name| std::fs::read(app.folder.path().join(name)).unwrap_or_default());
    files
        .iter()
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .collect()
}

#[tokio::test]
async fn the_launcher_shows_what_one_may_open() {
    let app = start().await;
    let browser = app.browser();
    assert_eq!(
        location(&browser.get("/apps").await),
        "/?notice=sign-in-first&return_to=%2Fapps"
    );
    browser.sign_in("linus").await;
    let page = browser.get("/apps").await.text().await.unwrap();
    assert!(page.contains("href=\"https://wiki.example.net/\"") && page.contains("Everyone signed in"));
    assert!(!page.contains("git.example.net"), "not for readers");
}
