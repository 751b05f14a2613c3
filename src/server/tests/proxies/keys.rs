//! Programs with keys, and whoever would like to have one.

use reqwest::Method;
use rstest::rstest;

use super::{
    guides::Proxy,
    scene::{Asked, Scene},
};

const IDENTITY: [&str; 7] = [
    "remote-user",
    "remote-name",
    "remote-email",
    "remote-groups",
    "x-flui-role",
    "x-flui-kind",
    "x-flui-sign-in",
];

#[rstest]
#[tokio::test]
async fn k7_a_key_passes_until_it_is_revoked_and_the_app_never_sees_it(
    #[values(Proxy::Nginx, Proxy::Caddy, Proxy::Traefik)] proxy: Proxy,
) {
    let scene = Scene::set(proxy).await;
    let created = scene.app.workstation_key("grace", "laptop").await;
    let asked = Asked::read(
        scene
            .get("/api/pages?x=%2F")
            .bearer_auth(&created.key)
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(asked.uri(), "/api/pages?x=%2F");
    assert_eq!(asked.header("remote-name"), "Grace Hopper");
    assert_eq!(asked.header("remote-email"), "grace@example.org");
    assert_eq!(asked.header("x-flui-kind"), "workstation");
    assert_eq!(asked.header("x-flui-sign-in"), created.id.to_string());
    assert!(!asked.everything().contains(&created.key), "v12");

    let revoke = format!("/api/v1/auth/api-keys/{}", created.id);
    let revoked = scene
        .app
        .api_as(&created.key, Method::DELETE, &revoke)
        .send()
        .await
        .unwrap();
    assert!(revoked.status().is_success());
    let refused = scene.get("/api/pages").bearer_auth(&created.key).send().await.unwrap();
    assert_eq!(refused.status(), 401);
}

#[rstest]
#[tokio::test]
async fn v8_headers_from_outside_are_overwritten(#[values(Proxy::Nginx, Proxy::Caddy, Proxy::Traefik)] proxy: Proxy) {
    let scene = Scene::set(proxy).await;
    let key = scene.app.workstation_key("grace", "laptop").await.key;
    let spoofed = |path: &str| {
        IDENTITY
            .iter()
            .fold(scene.get(path), |request, name| request.header(*name, "admin"))
    };
    let asked = Asked::read(spoofed("/").bearer_auth(&key).send().await.unwrap()).await;
    for name in IDENTITY {
        assert!(!asked.header(name).contains("admin"), "{name}: {}", asked.header(name));
    }
    assert_eq!(asked.header("x-flui-role"), "user");
    // Nobody is asked for on a public path, and so nobody is named.
    let asked = Asked::read(spoofed("/health").send().await.unwrap()).await;
    for name in IDENTITY {
        assert_eq!(asked.header(name), "", "{name}");
    }
}

#[rstest]
#[tokio::test]
async fn v7_a_copy_with_underscores_never_reaches_the_app(
    #[values(Proxy::Nginx, Proxy::Caddy, Proxy::Traefik)] proxy: Proxy,
) {
    let scene = Scene::set(proxy).await;
    let answer = scene
        .get("/health")
        .header("remote_user", "admin")
        .send()
        .await
        .unwrap();
    if answer.status() == 200 {
        assert!(Asked::read(answer).await.names().iter().all(|name| !name.contains('_')));
    } else {
        assert_eq!(answer.status(), 400);
    }
    Asked::read(scene.get("/health").send().await.unwrap()).await;
}

#[rstest]
#[tokio::test]
async fn v6_v15_what_a_client_says_of_its_request_opens_nothing(
    #[values(Proxy::Nginx, Proxy::Caddy, Proxy::Traefik)] proxy: Proxy,
) {
    let scene = Scene::set(proxy).await;
    Asked::read(scene.get("/health").send().await.unwrap()).await;
    for (name, value) in [
        ("x-forwarded-uri", "/health"),
        ("x-forwarded-host", "elsewhere.example.org"),
        ("x-forwarded-method", "OPTIONS"),
        ("x-original-url", "/health"),
        ("x-rewrite-url", "/health"),
        ("connection", "close, X-Forwarded-Uri"),
        ("connection", "close, X-Forwarded-Host"),
    ] {
        let answer = scene.get("/").header(name, value).send().await.unwrap();
        let status = answer.status().as_u16();
        assert!([400, 401, 403, 500].contains(&status), "{name}: {value} gets {status}");
    }
    for path in ["/health/%2e%2e/admin", "/health%2f..%2fadmin", "/health;x", "//health"] {
        let answer = scene.get(path).send().await.unwrap();
        match answer.status().as_u16() {
            // A proxy may tidy an address, for the app as for the dashboard.
            200 => assert_eq!(Asked::read(answer).await.uri(), "/health", "{path}"),
            status => assert!([400, 401, 403].contains(&status), "{path} gets {status}"),
        }
    }
}

#[rstest]
#[tokio::test]
async fn v14_programs_and_websockets_get_401(#[values(Proxy::Nginx, Proxy::Caddy, Proxy::Traefik)] proxy: Proxy) {
    let scene = Scene::set(proxy).await;
    let plain = scene
        .get("/")
        .header("sec-fetch-mode", "cors")
        .header("sec-fetch-dest", "empty");
    assert_eq!(plain.send().await.unwrap().status(), 401);
    let socket = || {
        let request = scene.get("/socket").header("connection", "upgrade");
        request
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
            .header("sec-fetch-mode", "websocket")
    };
    assert_eq!(socket().send().await.unwrap().status(), 401);
    let key = scene.app.workstation_key("grace", "laptop").await.key;
    Asked::read(socket().bearer_auth(&key).send().await.unwrap()).await;
    let json = scene
        .get("/")
        .header("accept", "application/json")
        .send()
        .await
        .unwrap();
    assert_eq!(json.status(), 401);
}

#[rstest]
#[tokio::test]
async fn v5_without_the_dashboard_nobody_passes(#[values(Proxy::Nginx, Proxy::Caddy, Proxy::Traefik)] proxy: Proxy) {
    let mut scene = Scene::set(proxy).await;
    let key = scene.app.workstation_key("grace", "laptop").await.key;
    let status = async |scene: &Scene| scene.get("/").bearer_auth(&key).send().await.unwrap().status().as_u16();
    assert_eq!(status(&scene).await, 200);
    scene.app.stop().await;
    assert!([500, 502, 503].contains(&status(&scene).await));
}
