//! What tokens say and how long they live.

use flui_devidp::{AccessTokens, Algorithm};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Ask, Browser, assert_error, provider, text};

fn offline() -> Ask {
    Ask::app().with("scope", "openid profile email offline_access")
}

#[tokio::test]
async fn userinfo_tells_what_the_scopes_allow() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let tokens = browser.tokens(&Ask::app(), "ada").await;
    let full: Value = browser
        .userinfo(text(&tokens, "access_token"))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(full["name"], "Ada Lovelace");
    assert_eq!(full["email"], "ada@example.org");
    assert_eq!(full["groups"], json!(["flui-admins", "operators"]));

    let tokens = browser
        .tokens(
            &Ask::app().with("scope", "openid unheard-of").with("prompt", "login"),
            "ada",
        )
        .await;
    assert_eq!(tokens["scope"], "openid");
    let bare: Value = browser
        .userinfo(text(&tokens, "access_token"))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(bare["sub"], full["sub"]);
    assert!(bare.get("name").is_none() && bare.get("email").is_none());
}

#[tokio::test]
async fn userinfo_refuses_what_is_no_live_token_of_a_person() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let tokens = browser.tokens(&Ask::app(), "ada").await;
    let access_token = text(&tokens, "access_token");
    assert_eq!(browser.userinfo(access_token).await.status(), StatusCode::OK);
    // Well signed, but never issued.
    let mut claims = browser.verified(access_token).await.unwrap();
    claims["jti"] = json!("made-up");
    let header = json!({ "alg": "ES256", "kid": idp.control().current_kid(), "typ": "at+jwt" });
    let forged = idp.control().sign(header, claims);
    for token in ["", "nonsense", text(&tokens, "id_token"), &forged] {
        let answer = browser.userinfo(token).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert!(
            answer.headers()["www-authenticate"]
                .to_str()
                .unwrap()
                .starts_with("Bearer")
        );
    }
    let machine: Value = browser
        .app_token(&[("grant_type", "client_credentials")])
        .await
        .json()
        .await
        .unwrap();
    let answer = browser.userinfo(text(&machine, "access_token")).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);

    idp.control().advance_clock(301);
    assert_eq!(browser.userinfo(access_token).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn introspection_tells_of_live_tokens_only() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let tokens = browser.tokens(&Ask::app(), "ada").await;
    let access_token = text(&tokens, "access_token");
    let told = browser.introspect(access_token).await;
    assert_eq!(told["active"], true);
    assert_eq!(told["client_id"], "app");
    assert_eq!(told["aud"], json!(["app"]));
    assert_eq!(told["username"], "ada");
    assert_eq!(told["iss"], idp.issuer());
    assert_eq!(told["scope"], "openid profile email");

    let inactive = json!({ "active": false });
    assert_eq!(browser.introspect("nonsense").await, inactive);
    idp.control().disable_person("ada").unwrap();
    assert_eq!(browser.introspect(access_token).await, inactive);
    idp.control().enable_person("ada").unwrap();
    idp.control().advance_clock(301);
    assert_eq!(browser.introspect(access_token).await, inactive);
}

#[tokio::test]
async fn introspection_is_for_clients_with_a_secret() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    for fields in [
        vec![("token", "x"), ("client_id", "tool")],
        vec![("token", "x"), ("client_id", "app"), ("client_secret", "wrong")],
    ] {
        let answer = browser
            .http
            .post(browser.url("/oauth/v2/introspect"))
            .form(&fields)
            .send()
            .await
            .unwrap();
        assert_error(answer, StatusCode::UNAUTHORIZED, "invalid_client").await;
    }
}

#[tokio::test]
async fn opaque_access_tokens_are_read_by_introspection() {
    let idp = provider(|options| options.access_tokens = AccessTokens::Opaque).await;
    let browser = Browser::new(&idp);
    let tokens = browser.tokens(&Ask::app(), "linus").await;
    let access_token = text(&tokens, "access_token");
    assert!(!access_token.contains('.'));
    let told = browser.introspect(access_token).await;
    assert_eq!(told["groups"], json!(["flui-viewers"]));
    assert_eq!(browser.userinfo(access_token).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_refresh_reads_groups_anew_and_keeps_auth_time() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let first = browser.tokens(&offline(), "ada").await;
    let before = browser.verified(text(&first, "id_token")).await.unwrap();
    idp.control().drop_group("ada", "flui-admins").unwrap();
    idp.control().advance_clock(1000);

    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", text(&first, "refresh_token")),
    ];
    let second: Value = browser.app_token(&refresh).await.json().await.unwrap();
    let after = browser.verified(text(&second, "id_token")).await.unwrap();
    assert_eq!(after["groups"], json!(["operators"]));
    for name in ["iss", "sub", "aud", "auth_time", "sid"] {
        assert_eq!(after[name], before[name], "{name}");
    }
    assert!(after.get("nonce").is_none());
    assert_eq!(
        browser.userinfo(text(&second, "access_token")).await.status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_refresh_token_used_twice_revokes_the_grant() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let first = browser.tokens(&offline(), "ada").await;
    let refresh = async |token: &str, scope: &str| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("scope", scope),
        ];
        browser.app_token(&fields).await
    };
    let answer = refresh(text(&first, "refresh_token"), "openid offline_access").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let second: Value = answer.json().await.unwrap();
    assert_eq!(second["scope"], "openid offline_access");
    assert_eq!(
        browser.userinfo(text(&second, "access_token")).await.status(),
        StatusCode::OK
    );

    let bad = StatusCode::BAD_REQUEST;
    assert_error(refresh(text(&first, "refresh_token"), "").await, bad, "invalid_grant").await;
    assert_error(refresh(text(&second, "refresh_token"), "").await, bad, "invalid_grant").await;
    assert_eq!(
        browser.userinfo(text(&second, "access_token")).await.status(),
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_refresh_is_refused_to_the_disabled_and_for_a_wider_scope() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let bad = StatusCode::BAD_REQUEST;
    let fields = |token: &str| {
        vec![
            ("grant_type", "refresh_token".to_owned()),
            ("refresh_token", token.to_owned()),
        ]
    };
    let send = async |fields: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.app_token(&fields).await
    };
    let tokens = browser.tokens(&offline(), "grace").await;
    let mut wider = fields(text(&tokens, "refresh_token"));
    wider.push(("scope", "openid groups".to_owned()));
    assert_error(send(wider).await, bad, "invalid_scope").await;

    let tokens = browser.tokens(&offline().with("prompt", "login"), "grace").await;
    idp.control().disable_person("grace").unwrap();
    assert_error(send(fields(text(&tokens, "refresh_token"))).await, bad, "invalid_grant").await;
}

#[tokio::test]
async fn a_client_acts_for_itself_without_a_person() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let tokens: Value = browser
        .app_token(&[
            ("grant_type", "client_credentials"),
            ("scope", "openid urn:zitadel:iam:org:project:id:4711:aud"),
        ])
        .await
        .json()
        .await
        .unwrap();
    assert!(tokens.get("id_token").is_none() && tokens.get("refresh_token").is_none());
    let claims = browser.verified(text(&tokens, "access_token")).await.unwrap();
    assert_eq!(claims["sub"], "app");
    assert_eq!(claims["aud"], json!(["app", "4711"]));
    assert!(claims.get("groups").is_none());
}

#[tokio::test]
async fn a_client_revokes_its_own_tokens_only() {
    let idp = provider(|_| {}).await;
    let browser = Browser::new(&idp);
    let tokens = browser.tokens(&offline(), "ada").await;
    let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    let revoke = async |fields: &[(&str, &str)]| {
        browser
            .http
            .post(browser.url("/oauth/v2/revoke"))
            .form(fields)
            .send()
            .await
            .unwrap()
    };
    let app = [("client_id", "app"), ("client_secret", "app-secret")];
    let foreign = revoke(&[("client_id", "tool"), ("token", refresh)]).await;
    assert_error(foreign, StatusCode::BAD_REQUEST, "unauthorized_client").await;
    assert_eq!(
        revoke(&[app[0], app[1], ("token", "unknown")]).await.status(),
        StatusCode::OK
    );
    assert_eq!(browser.userinfo(access).await.status(), StatusCode::OK);

    // A refresh token takes the access tokens of its grant along.
    assert_eq!(
        revoke(&[app[0], app[1], ("token", refresh)]).await.status(),
        StatusCode::OK
    );
    assert_eq!(browser.userinfo(access).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_role_map_comes_by_switch() {
    let name = "urn:zitadel:iam:org:project:roles";
    let idp = provider(|options| options.role_map = true).await;
    let browser = Browser::new(&idp);
    let tokens = browser.tokens(&Ask::app(), "linus").await;
    let claims = browser.verified(text(&tokens, "id_token")).await.unwrap();
    assert!(claims[name]["flui-viewers"].is_object());

    let plain = provider(|_| {}).await;
    let browser = Browser::new(&plain);
    let tokens = browser.tokens(&Ask::app(), "linus").await;
    let claims = browser.verified(text(&tokens, "id_token")).await.unwrap();
    assert!(claims.get(name).is_none());
}

#[tokio::test]
async fn every_algorithm_signs_what_its_published_key_verifies() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256] {
        let idp = provider(|options| options.algorithm = algorithm).await;
        let browser = Browser::new(&idp);
        let tokens = browser.tokens(&Ask::app(), "ada").await;
        let id_token = text(&tokens, "id_token");
        let claims = browser.verified(id_token).await.expect("the signature fits");
        let half = if algorithm == Algorithm::EdDsa { 43 } else { 22 };
        assert_eq!(text(&claims, "at_hash").len(), half);
        let (signed, _) = id_token.rsplit_once('.').unwrap();
        let (_, other) = text(&tokens, "access_token").rsplit_once('.').unwrap();
        assert!(browser.verified(&format!("{signed}.{other}")).await.is_none());
        let keys = browser.get_json("/oauth/v2/keys").await;
        assert_eq!(keys["keys"][0]["alg"], algorithm.name());
        assert!(keys["keys"][0].get("d").is_none());
    }
}
