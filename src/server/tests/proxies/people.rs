//! People in browsers.

use rstest::rstest;

use super::{
    guides::Proxy,
    scene::{Asked, Scene, navigate},
};

#[rstest]
#[tokio::test]
async fn a_person_signs_in_on_the_way_and_signing_out_closes_the_app(
    #[values(Proxy::Nginx, Proxy::Caddy, Proxy::Traefik)] proxy: Proxy,
) {
    let scene = Scene::set(proxy).await;
    let browser = scene.browser();
    let target = "/pages/a%20b?x=1&y=%2F..%2F*";
    let asked = scene.open(&browser, target, "grace").await;
    assert_eq!(asked.uri(), target, "they end up where they wanted to go");
    assert_eq!(asked.header("remote-name"), "Grace Hopper");
    assert_eq!(asked.header("x-flui-kind"), "browser");
    assert_eq!(asked.header("x-flui-role"), "user");
    assert!(!asked.everything().contains("flui-app"), "v12: {}", asked.everything());

    // A page of the app calls back home.
    let call = || {
        let request = browser.request_get(&format!("{}/api/pages", scene.url));
        request
            .header("sec-fetch-mode", "cors")
            .header("sec-fetch-dest", "empty")
    };
    Asked::read(call().send().await.unwrap()).await;
    browser.post("/auth/logout", &[]).await;
    assert_eq!(call().send().await.unwrap().status(), 401);
    let again = navigate(&browser, &format!("{}/", scene.url)).await;
    assert_eq!(again.status(), 302);
}

#[rstest]
#[tokio::test]
async fn v12_the_apps_own_cookies_reach_it_and_ours_do_not(
    #[values(Proxy::Nginx, Proxy::Caddy, Proxy::Traefik)] proxy: Proxy,
) {
    let scene = Scene::set(proxy).await;
    for (sent, kept) in [
        ("a=1; __Host-flui-app=x; b=2", ["a=1", "b=2"]),
        ("__Host-flui-app=x; a=1; b=2", ["a=1", "b=2"]),
        ("a=1; b=2; __Host-flui-app=x", ["a=1", "b=2"]),
        ("a=1; __Host-flui-app-start=y; __Host-flui-app=x; b=2", ["a=1", "b=2"]),
        ("a=1; b=2", ["a=1", "b=2"]),
        ("x__Host-flui-application=1; c=3", ["x__Host-flui-application=1", "c=3"]),
    ] {
        let asked = Asked::read(scene.get("/health").header("cookie", sent).send().await.unwrap()).await;
        let cookies: Vec<_> = asked
            .header("cookie")
            .split(';')
            .map(str::trim)
            .filter(|cookie| !cookie.is_empty())
            .collect();
        assert_eq!(cookies, kept, "{sent}");
    }
}

#[rstest]
#[tokio::test]
async fn v12_the_apps_own_authorization_reaches_it(#[values(Proxy::Nginx, Proxy::Caddy, Proxy::Traefik)] proxy: Proxy) {
    let scene = Scene::set(proxy).await;
    let basic = scene.get("/health").basic_auth("grace", Some("x"));
    let asked = Asked::read(basic.send().await.unwrap()).await;
    assert!(asked.header("authorization").starts_with("Basic "));
    let keyed = scene.get("/health").bearer_auth("flui_ci_x").send().await.unwrap();
    assert_eq!(Asked::read(keyed).await.header("authorization"), "");
}

#[rstest]
#[tokio::test]
async fn who_may_not_open_the_app_is_told_so_by_the_dashboard(
    #[values(Proxy::Nginx, Proxy::Caddy, Proxy::Traefik)] proxy: Proxy,
) {
    let scene = Scene::set(proxy).await;
    let browser = scene.browser();
    browser.sign_in("linus").await;
    let first = flui_testkit::location(&navigate(&browser, &format!("{}/", scene.url)).await);
    let second = flui_testkit::location(&navigate(&browser, &first).await);
    let page = navigate(&browser, &second).await;
    assert_eq!(page.status(), 403);
    assert!(
        page.text()
            .await
            .unwrap()
            .contains("Wiki is not open to you. It takes the role User.")
    );
}
