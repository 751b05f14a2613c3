//! A provider that answers exactly what a test puts there, and counts who asks.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flui_identity::Clock as _;
use flui_oidc::{Ask, CallbackAnswer, CompletedLogin, LoginError, RelyingParty, Settings};
use jsonwebtoken::{Algorithm, EncodingKey, jwk::Jwk};
use p256::{elliptic_curve::rand_core::OsRng, pkcs8::EncodePrivateKey as _};
use serde_json::{Value, json};

use super::{CLIENT, TestClock, query, relying_party, settings};

pub(crate) const DISCOVERY: &str = "/.well-known/openid-configuration";
pub(crate) const KEYS: &str = "/keys";
pub(crate) const TOKEN: &str = "/token";
pub(crate) const USERINFO: &str = "/userinfo";
pub(crate) const INTROSPECT: &str = "/introspect";
pub(crate) const ACCESS_TOKEN: &str = "an-access-token";

/// A key pair on P-256.
pub(crate) struct Key {
    pub(crate) kid: String,
    private: EncodingKey,
    pub(crate) public: Value,
}

impl Key {
    pub(crate) fn new(kid: &str) -> Self {
        let der = p256::SecretKey::random(&mut OsRng).to_pkcs8_der().unwrap();
        let private = EncodingKey::from_ec_der(der.as_bytes());
        let mut public = serde_json::to_value(Jwk::from_encoding_key(&private, Algorithm::ES256).unwrap()).unwrap();
        public["kid"] = json!(kid);
        public["use"] = json!("sig");
        Self {
            kid: kid.to_owned(),
            private,
            public,
        }
    }

    pub(crate) fn header(&self) -> Value {
        json!({"alg": "ES256", "kid": self.kid, "typ": "JWT"})
    }

    /// A compact JWS over exactly this.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = unsigned(header, claims);
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.private, Algorithm::ES256).unwrap();
        format!("{message}.{signature}")
    }
}

/// Header and claims without a signature part.
pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// `value` with a member set, or removed by `null`.
pub(crate) fn with(mut value: Value, name: &str, member: Value) -> Value {
    let members = value.as_object_mut().unwrap();
    if member.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), member);
    }
    value
}

#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
        }
    }

    pub(crate) fn json(value: &Value) -> Self {
        Self::new(200, "application/json", value.to_string())
    }

    pub(crate) fn redirect(status: u16, to: &str) -> Self {
        Self {
            status,
            headers: vec![("location", to.to_owned())],
            body: Vec::new(),
        }
    }
}

#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) headers: HeaderMap,
    pub(crate) form: HashMap<String, String>,
}

#[derive(Default)]
struct Shared {
    answers: HashMap<String, Answer>,
    requests: HashMap<String, Vec<Request>>,
}

pub(crate) struct Crafted {
    pub(crate) issuer: String,
    pub(crate) key: Key,
    pub(crate) rp: Arc<RelyingParty>,
    pub(crate) clock: Arc<TestClock>,
    shared: Arc<Mutex<Shared>>,
}

impl Crafted {
    /// A good provider, and the relying party that trusts it.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Mutex::new(Shared::default()));
        let router = Router::new().fallback(answer).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let mut settings = settings(&issuer);
        change(&mut settings);
        let (rp, clock) = relying_party(settings);
        let crafted = Self {
            key: Key::new("key-1"),
            rp: Arc::new(rp),
            clock,
            shared,
            issuer,
        };
        crafted.answer_json(DISCOVERY, &crafted.discovery());
        crafted.answer_json(KEYS, &json!({"keys": [crafted.key.public]}));
        crafted
    }

    pub(crate) fn discovery(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.issuer);
        json!({
            "issuer": self.issuer,
            "authorization_endpoint": at("/authorize"),
            "token_endpoint": at(TOKEN),
            "jwks_uri": at(KEYS),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        })
    }

    /// Changes a member of the discovery document; `null` removes it.
    pub(crate) fn discover(&self, members: &[(&str, Value)]) {
        let document = members.iter().fold(self.discovery(), |document, (name, value)| {
            with(document, name, value.clone())
        });
        self.answer_json(DISCOVERY, &document);
    }

    pub(crate) fn answer(&self, path: &str, answer: Answer) {
        self.shared.lock().unwrap().answers.insert(path.to_owned(), answer);
    }

    pub(crate) fn answer_json(&self, path: &str, value: &Value) {
        self.answer(path, Answer::json(value));
    }

    pub(crate) fn requests(&self, path: &str) -> Vec<Request> {
        self.shared
            .lock()
            .unwrap()
            .requests
            .get(path)
            .cloned()
            .unwrap_or_default()
    }

    pub(crate) fn calls(&self, path: &str) -> usize {
        self.requests(path).len()
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now().as_seconds()
    }

    /// Claims of a good ID token for this audience.
    pub(crate) fn claims(&self, audience: &str) -> Value {
        json!({
            "iss": self.issuer,
            "sub": "person-1",
            "aud": audience,
            "iat": self.now(),
            "exp": self.now() + 300,
            "name": "Ada Lovelace",
            "email": "ada@example.org",
            "email_verified": true,
            "groups": ["operators"],
        })
    }

    pub(crate) fn signed(&self, claims: &Value) -> String {
        self.key.sign(&self.key.header(), claims)
    }

    /// A whole sign-in whose ID token is what `craft` makes of good claims.
    pub(crate) async fn login(&self, craft: impl FnOnce(Value) -> String) -> Result<CompletedLogin, LoginError> {
        self.login_asking(Ask::default(), craft).await
    }

    pub(crate) async fn login_asking(
        &self,
        ask: Ask,
        craft: impl FnOnce(Value) -> String,
    ) -> Result<CompletedLogin, LoginError> {
        let secret = self.rp.new_browser_secret();
        let (attempt, url) = self.rp.begin_login(&secret, "/", ask).await?;
        let id_token = craft(with(self.claims(CLIENT), "nonce", json!(query(&url, "nonce"))));
        let tokens = json!({"access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": id_token});
        self.answer_json(TOKEN, &tokens);
        let answer = CallbackAnswer {
            code: "the-code".to_owned(),
            iss: None,
        };
        self.rp
            .complete_login(&attempt, &secret, &query(&url, "state"), answer)
            .await
    }

    /// A sign-in whose ID token has one claim changed; `null` removes it.
    pub(crate) async fn login_with(&self, name: &str, claim: Value) -> Result<CompletedLogin, LoginError> {
        self.login(|claims| self.signed(&with(claims, name, claim))).await
    }

    /// Asserts that a good sign-in goes through: the twin of every refusal.
    pub(crate) async fn assert_good_login(&self) {
        let completed = self.login(|claims| self.signed(&claims)).await.unwrap();
        assert_eq!(completed.person.subject, "person-1");
    }
}

async fn answer(State(shared): State<Arc<Mutex<Shared>>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let form = url::form_urlencoded::parse(&body).into_owned().collect();
    let mut shared = shared.lock().unwrap();
    shared
        .requests
        .entry(uri.path().to_owned())
        .or_default()
        .push(Request { headers, form });
    let answer = shared
        .answers
        .get(uri.path())
        .cloned()
        .unwrap_or_else(|| Answer::new(404, "text/plain", "nothing here"));
    let mut response = Response::builder().status(StatusCode::from_u16(answer.status).unwrap());
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.body)).unwrap()
}
