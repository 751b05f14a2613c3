use flui_devidp::AccessTokens;
use flui_identity::SecretHash;
use flui_oidc::{BearerError, ProviderError, Unavailable};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::support::{
    CLI, CLIENT, SECRET,
    browser::{Browser, provider},
    crafted::{Answer, Crafted, INTROSPECT, USERINFO, unsigned, with},
    relying_party, settings,
};

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap()
}

async fn refusal(op: &Crafted, token: &str) -> Option<BearerError> {
    let outcome = op.rp.verify_bearer(token).await;
    op.rp
        .verify_bearer(&op.signed(&op.claims(CLI)))
        .await
        .expect("the good twin");
    outcome.err()
}

#[tokio::test]
async fn e1_id_and_access_tokens_of_the_command_line_are_accepted() {
    let idp = provider(|_| {}).await;
    let (rp, _) = relying_party(settings(idp.issuer()));
    let tokens = Browser::new(&rp).tokens_of(&idp, CLI, "ada").await;
    for name in ["id_token", "access_token"] {
        let bearer = rp.verify_bearer(text(&tokens, name)).await.unwrap();
        assert_eq!(bearer.person.issuer, idp.issuer());
        assert_eq!(bearer.person.name.as_deref(), Some("Ada Lovelace"));
        assert_eq!(bearer.person.groups.unwrap(), ["flui-admins", "operators"]);
        assert!(bearer.proof.auth_time.is_some());
        assert!(bearer.proof.is_mfa());
        assert_eq!(bearer.hash, SecretHash::of(text(&tokens, name)));
    }
}

#[tokio::test]
async fn e1_opaque_tokens_are_read_by_the_provider() {
    let idp = provider(|options| options.access_tokens = AccessTokens::Opaque).await;
    let (rp, _) = relying_party(settings(idp.issuer()));
    let tokens = Browser::new(&rp).tokens_of(&idp, CLI, "grace").await;
    let bearer = rp.verify_bearer(text(&tokens, "access_token")).await.unwrap();
    assert_eq!(bearer.person.name.as_deref(), Some("Grace Hopper"));
    assert_eq!(bearer.person.groups.unwrap(), ["operators"]);

    let unknown = rp.verify_bearer("an-opaque-token-of-nobody").await;
    assert_eq!(unknown.unwrap_err(), BearerError::Refused("inactive"));
    let of_dashboard = Browser::new(&rp).tokens_of(&idp, CLIENT, "grace").await;
    let foreign = rp.verify_bearer(text(&of_dashboard, "access_token")).await;
    assert_eq!(foreign.unwrap_err(), BearerError::Refused("client_id"));
    idp.control().disable_person("grace").unwrap();
    let disabled = rp.verify_bearer(text(&tokens, "access_token")).await;
    assert_eq!(disabled.unwrap_err(), BearerError::Refused("inactive"));
}

#[tokio::test]
async fn e1_tokens_of_another_application_are_refused() {
    let op = Crafted::start_with(|settings| settings.audiences = vec!["api".to_owned()]).await;
    let id_token = op.signed(&op.claims("other"));
    assert_eq!(refusal(&op, &id_token).await, Some(BearerError::Refused("aud")));
    let access = |audience: Value, client_id: Value| {
        let claims = with(with(op.claims(CLI), "aud", audience), "client_id", client_id);
        op.key.sign(&with(op.key.header(), "typ", json!("at+jwt")), &claims)
    };
    assert_eq!(refusal(&op, &access(json!("api"), json!(CLI))).await, None);
    assert_eq!(refusal(&op, &access(json!(["x", CLI]), json!(CLI))).await, None);
    assert_eq!(
        refusal(&op, &access(json!("api"), json!("other"))).await,
        Some(BearerError::Refused("client_id"))
    );
    assert_eq!(
        refusal(&op, &access(json!("api"), json!(null))).await,
        Some(BearerError::Refused("client_id"))
    );
    assert_eq!(
        refusal(&op, &access(json!("x"), json!(CLI))).await,
        Some(BearerError::Refused("aud"))
    );
    // An audience of ours does not make a token ours while another client holds it.
    let azp = with(with(op.claims("api"), "client_id", json!(CLI)), "azp", json!("other"));
    assert_eq!(
        refusal(&op, &op.signed(&azp)).await,
        Some(BearerError::Refused("client_id"))
    );
    let untyped = with(op.claims("api"), "azp", json!(CLI));
    assert_eq!(refusal(&op, &op.signed(&untyped)).await, None);
}

#[tokio::test]
async fn e2_the_rules_of_id_tokens_hold_but_for_the_nonce() {
    let op = Crafted::start().await;
    let now = op.now();
    let none = format!("{}.", unsigned(&json!({"alg": "none"}), &op.claims(CLI)));
    assert_eq!(refusal(&op, &none).await, Some(BearerError::Refused("algorithm")));
    for (reason, claim, value) in [
        ("iss", "iss", json!(format!("{}/", op.issuer))),
        ("iss", "iss", json!(null)),
        ("aud", "aud", json!(["stranger"])),
        // Several audiences are allowed only when the token says that it was handed to this client.
        ("client_id", "aud", json!([CLI, "stranger"])),
        ("client_id", "azp", json!("other")),
        ("exp", "exp", json!(now - 70)),
        ("exp", "exp", json!(null)),
        ("iat", "iat", json!(now + 70)),
        ("iat", "iat", json!(null)),
        ("nbf", "nbf", json!(now + 70)),
        ("sub", "sub", json!(null)),
        ("sub", "sub", json!("a".repeat(256))),
        ("events", "events", json!({})),
        ("auth_time", "auth_time", json!(now + 70)),
    ] {
        let token = op.signed(&with(op.claims(CLI), claim, value.clone()));
        assert_eq!(
            refusal(&op, &token).await,
            Some(BearerError::Refused(reason)),
            "{claim}: {value}"
        );
    }
    for typ in ["logout+jwt", "secevent+jwt"] {
        let token = op.key.sign(&with(op.key.header(), "typ", json!(typ)), &op.claims(CLI));
        assert_eq!(refusal(&op, &token).await, Some(BearerError::Refused("typ")));
    }
    for token in ["", "a b", "a.b.c", "ü", &"a".repeat(20_000)] {
        assert_eq!(
            refusal(&op, token).await,
            Some(BearerError::Refused("malformed")),
            "{token}"
        );
    }
    // A bearer may be older than an ID token at login: `exp` decides.
    let old = with(op.claims(CLI), "iat", json!(now - 3000));
    assert_eq!(refusal(&op, &op.signed(&old)).await, None);
}

#[tokio::test]
async fn e3_tokens_of_the_dashboard_are_no_good_at_the_exchange() {
    let idp = provider(|_| {}).await;
    let (rp, _) = relying_party(settings(idp.issuer()));
    let browser = Browser::new(&rp);
    let of_dashboard = browser.tokens_of(&idp, CLIENT, "ada").await;
    for name in ["id_token", "access_token"] {
        let refused = rp.verify_bearer(text(&of_dashboard, name)).await;
        assert_eq!(refused.unwrap_err(), BearerError::Refused("aud"), "{name}");
    }
    let of_cli = browser.tokens_of(&idp, CLI, "ada").await;
    rp.verify_bearer(text(&of_cli, "id_token")).await.unwrap();
}

#[tokio::test]
async fn e4_tokens_without_a_person_are_refused() {
    let op = Crafted::start().await;
    for subject in [CLI, CLIENT, "machine"] {
        let claims = with(with(op.claims(CLI), "sub", json!(subject)), "client_id", json!(CLI));
        let token = op.key.sign(&with(op.key.header(), "typ", json!("at+jwt")), &claims);
        let expected = (subject != "machine").then_some(BearerError::Refused("no_person"));
        assert_eq!(refusal(&op, &token).await, expected, "{subject}");
    }

    // A real one, of a client that speaks for itself.
    let idp = provider(|_| {}).await;
    let (rp, _) = relying_party(settings(idp.issuer()));
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
    ];
    let tokens = Browser::new(&rp).post_token(&idp, &form).await;
    assert!(matches!(
        rp.verify_bearer(text(&tokens, "access_token")).await,
        Err(BearerError::Refused(_))
    ));
}

#[tokio::test]
async fn e13_a_token_bound_to_a_key_is_no_bearer() {
    let op = Crafted::start().await;
    for cnf in [json!({"jkt": "thumbprint"}), json!({"x5t#S256": "thumbprint"})] {
        let token = op.signed(&with(op.claims(CLI), "cnf", cnf));
        assert_eq!(refusal(&op, &token).await, Some(BearerError::Refused("cnf")));
    }
}

/// A provider with opaque tokens, whose answers are good.
async fn with_introspection() -> Crafted {
    let op = Crafted::start().await;
    let at = |path: &str| json!(format!("{}{path}", op.issuer));
    op.discover(&[
        ("introspection_endpoint", at(INTROSPECT)),
        ("userinfo_endpoint", at(USERINFO)),
    ]);
    op.answer_json(INTROSPECT, &introspection(&op));
    op.answer_json(
        USERINFO,
        &json!({"sub": "person-1", "name": "Ada", "groups": ["operators"]}),
    );
    op
}

fn introspection(op: &Crafted) -> Value {
    json!({"active": true, "client_id": CLI, "sub": "person-1", "exp": op.now() + 300, "iss": op.issuer})
}

#[tokio::test]
async fn e1_introspection_answers_are_checked() {
    let op = with_introspection().await;
    let bearer = op.rp.verify_bearer("opaque").await.unwrap();
    assert_eq!(bearer.person.groups.unwrap(), ["operators"]);
    let asked = &op.requests(INTROSPECT)[0];
    assert_eq!(asked.form["token"], "opaque");
    assert!(asked.headers["authorization"].to_str().unwrap().starts_with("Basic "));

    for (reason, name, value) in [
        ("inactive", "active", json!(false)),
        ("inactive", "active", json!("true")),
        ("inactive", "active", json!(null)),
        ("client_id", "client_id", json!("other")),
        ("aud", "client_id", json!(null)),
        ("iss", "iss", json!("http://localhost:1")),
        ("exp", "exp", json!(null)),
        ("exp", "exp", json!(op.now() - 70)),
        ("sub", "sub", json!(null)),
        ("no_person", "sub", json!(CLI)),
        ("userinfo_sub", "sub", json!("person-2")),
        ("cnf", "cnf", json!({"jkt": "thumbprint"})),
        ("auth_time", "auth_time", json!(op.now() + 70)),
    ] {
        op.answer_json(INTROSPECT, &with(introspection(&op), name, value.clone()));
        let outcome = op.rp.verify_bearer("opaque").await;
        assert_eq!(outcome.err(), Some(BearerError::Refused(reason)), "{name}: {value}");
    }
    op.answer_json(
        INTROSPECT,
        &with(with(introspection(&op), "client_id", json!(null)), "aud", json!([CLI])),
    );
    op.rp.verify_bearer("opaque").await.unwrap();
}

#[tokio::test]
async fn e1_without_introspection_an_opaque_token_is_refused() {
    let op = Crafted::start().await;
    assert_eq!(refusal(&op, "opaque").await, Some(BearerError::Refused("opaque")));
    let op = with_introspection().await;
    op.answer(INTROSPECT, Answer::new(503, "text/plain", "later"));
    let down = op.rp.verify_bearer("opaque").await;
    assert_eq!(
        down.unwrap_err(),
        BearerError::Provider(ProviderError::Unavailable(Unavailable::Status(503)))
    );
}

#[tokio::test]
async fn e1_userinfo_completes_an_access_token_of_the_same_person() {
    let op = with_introspection().await;
    let claims = with(with(op.claims(CLI), "client_id", json!(CLI)), "groups", json!(null));
    let token = op.key.sign(&with(op.key.header(), "typ", json!("at+jwt")), &claims);
    op.answer_json(USERINFO, &json!({"sub": "person-1", "groups": ["from-userinfo"]}));
    assert_eq!(
        op.rp.verify_bearer(&token).await.unwrap().person.groups.unwrap(),
        ["from-userinfo"]
    );
    op.answer_json(USERINFO, &json!({"sub": "person-2", "groups": ["from-userinfo"]}));
    assert_eq!(
        op.rp.verify_bearer(&token).await.unwrap_err(),
        BearerError::Refused("userinfo_sub")
    );
    op.answer(USERINFO, Answer::new(401, "text/plain", "revoked"));
    assert_eq!(
        op.rp.verify_bearer(&token).await.unwrap_err(),
        BearerError::Refused("userinfo")
    );
}

#[tokio::test]
async fn z1_no_token_stands_in_what_is_shown() {
    let op = Crafted::start().await;
    let token = op.signed(&op.claims(CLI));
    let bearer = op.rp.verify_bearer(&token).await.unwrap();
    let completed = op.login(|claims| op.signed(&claims)).await.unwrap();
    let shown = format!("{bearer:?} {completed:?} {:?}", settings("https://op.example.org"));
    assert!(!shown.contains(token.rsplit('.').next().unwrap()));
    assert!(!shown.contains(completed.id_token.expose_secret().rsplit('.').next().unwrap()));
    assert!(!shown.contains(SECRET));
}
