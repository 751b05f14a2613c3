//! Authorization requests: reading them, refusing them, answering them.

use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::{Value, json};
use url::Url;

use crate::grants::{Grant, Proof};
use crate::pages;
use crate::params::Params;
use crate::provider::{Provider, State};
use crate::random;
use crate::spoil::{Document, Facts};

/// The scopes that mean something here, besides Zitadel's own. Others are ignored (Core, section 3.1.2.1).
pub(crate) const SCOPES: [&str; 5] = ["openid", "profile", "email", "groups", "offline_access"];

/// A request that may be answered.
#[derive(Debug, Clone)]
pub(crate) struct AuthorizationRequest {
    pub(crate) client_id: String,
    redirect_uri: Url,
    /// `redirect_uri` as it was sent: the token endpoint compares strings.
    redirect_uri_text: String,
    state: Option<String>,
    nonce: Option<String>,
    scope: String,
    challenge: String,
    pub(crate) prompt: Prompt,
    /// How old the sign-in may be, in seconds.
    pub(crate) max_age: Option<i64>,
    pub(crate) login_hint: Option<String>,
    /// The `sub` of a valid `id_token_hint`.
    pub(crate) expected_subject: Option<String>,
}

/// What the client wants to happen on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prompt {
    /// The login page only when it is needed.
    WhenNeeded,
    /// No page at all.
    Never,
    /// The login page in any case (`login`, `consent`, `select_account`: it asks for all three).
    Always,
}

/// An error sent back to the client by redirect.
struct Fault {
    code: &'static str,
    description: String,
}

fn invalid(description: impl Into<String>) -> Fault {
    Fault {
        code: "invalid_request",
        description: description.into(),
    }
}

impl AuthorizationRequest {
    /// Reads a request. What is refused comes back as the answer to send: a page when the client or its redirect URI is
    /// not known (nobody is to be redirected there), a redirect with an error otherwise (RFC 6749, section 4.1.2.1).
    pub(crate) fn read(provider: &Provider, state: &State, params: &Params) -> Result<Self, Box<Response>> {
        let refuse = |words: &str| Box::new(pages::refused(words));
        let client = params
            .get("client_id")
            .and_then(|id| provider.client(id))
            .ok_or_else(|| refuse("The application that sent you here is not known."))?;
        let redirect_uri_text = params
            .get("redirect_uri")
            .filter(|uri| client.may_be_answered_at(uri))
            .ok_or_else(|| refuse("The application asked to be answered at an address it has not registered."))?;
        let redirect_uri = Url::parse(redirect_uri_text)
            .map_err(|_| refuse("The application asked to be answered at something that is no address."))?;
        let asked = Self {
            client_id: client.id.clone(),
            redirect_uri,
            redirect_uri_text: redirect_uri_text.to_owned(),
            state: params.get("state").map(str::to_owned),
            nonce: params.get("nonce").map(str::to_owned),
            scope: String::new(),
            challenge: String::new(),
            prompt: Prompt::WhenNeeded,
            max_age: None,
            login_hint: params.get("login_hint").map(str::to_owned),
            expected_subject: None,
        };
        asked
            .clone()
            .filled(provider, state, params)
            .map_err(|fault| Box::new(asked.error(provider, fault.code, &fault.description)))
    }

    /// Reads everything whose faults are told to the client.
    fn filled(mut self, provider: &Provider, state: &State, params: &Params) -> Result<Self, Fault> {
        if params.get("request").is_some() {
            return Err(Fault {
                code: "request_not_supported",
                description: "request objects are not read".to_owned(),
            });
        }
        if params.get("request_uri").is_some() {
            return Err(Fault {
                code: "request_uri_not_supported",
                description: "request objects are not fetched".to_owned(),
            });
        }
        match params.get("response_type") {
            Some("code") => {}
            Some(other) => {
                return Err(Fault {
                    code: "unsupported_response_type",
                    description: format!("only `code` is answered, not {other:?}"),
                });
            }
            None => return Err(invalid("`response_type` is missing")),
        }
        if params.get("response_mode").is_some_and(|mode| mode != "query") {
            return Err(invalid("only the response mode `query` is answered"));
        }
        // PKCE is required of every client, and the method `plain` is refused (RFC 9700, section 2.1.1).
        let challenge = params
            .get("code_challenge")
            .ok_or_else(|| invalid("`code_challenge` is missing: PKCE is required"))?;
        if params.get("code_challenge_method") != Some("S256") {
            return Err(invalid("`code_challenge_method` must be S256"));
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if challenge.len() != 43 || !challenge.bytes().all(fits) {
            return Err(invalid("`code_challenge` is not the base64url form of a SHA-256 hash"));
        }
        self.challenge = String::from(challenge);
        self.scope = granted_scope(params.get("scope").unwrap_or_default());
        if !self.scope.split(' ').any(|name| name == "openid") {
            return Err(Fault {
                code: "invalid_scope",
                description: "the scope `openid` is missing".to_owned(),
            });
        }
        self.prompt = prompt(params.get("prompt").unwrap_or_default())?;
        self.max_age = match params.get("max_age") {
            None => None,
            Some(text) => Some(
                text.parse::<u32>()
                    .map(i64::from)
                    .map_err(|_| invalid("`max_age` is not a number of seconds"))?,
            ),
        };
        if let Some(hint) = params.get("id_token_hint") {
            let claims = state
                .keys
                .read_own_id_token(&provider.issuer, hint)
                .ok_or_else(|| invalid("`id_token_hint` is not an ID token of this provider"))?;
            self.expected_subject = claims.get("sub").and_then(Value::as_str).map(str::to_owned);
        }
        Ok(self)
    }

    /// The redirect that tells the client of an error.
    pub(crate) fn error(&self, provider: &Provider, code: &str, description: &str) -> Response {
        let answer = json!({ "error": code, "error_description": description });
        self.redirect(&self.answer(provider, answer))
    }

    /// The redirect with a code for the browser's session. Nothing when the session has just ended.
    pub(crate) fn code(&self, provider: &Provider, state: &mut State, session_secret: &str) -> Option<Response> {
        let now = state.now();
        let session = state.sessions.find_mut(session_secret)?;
        session.clients.insert(self.client_id.clone());
        let grant = Grant {
            id: random::name(),
            client_id: self.client_id.clone(),
            scope: self.scope.clone(),
            proof: Some(Proof {
                login: session.login.clone(),
                sid: session.sid.clone(),
                auth_time: session.auth_time,
                nonce: self.nonce.clone(),
            }),
        };
        let code = state
            .grants
            .add_code(grant, self.redirect_uri_text.clone(), self.challenge.clone(), now);
        let mut answer = self.answer(provider, json!({ "code": code }));
        let facts = Facts {
            issuer: &provider.issuer,
            client_id: &self.client_id,
            now,
        };
        state.spoils.apply(Document::Callback, &mut answer, &facts);
        Some(self.redirect(&answer))
    }

    /// Every answer carries `state` as it came and `iss` (RFC 9207).
    fn answer(&self, provider: &Provider, mut answer: Value) -> Value {
        answer["iss"] = json!(provider.issuer);
        if let Some(asked) = &self.state {
            answer["state"] = json!(asked);
        }
        answer
    }

    fn redirect(&self, answer: &Value) -> Response {
        let mut target = self.redirect_uri.clone();
        let members = answer.as_object().into_iter().flatten();
        let texts = members.map(|(name, value)| match value {
            Value::String(text) => (name, text.clone()),
            other => (name, other.to_string()),
        });
        target.query_pairs_mut().extend_pairs(texts);
        Redirect::to(target.as_str()).into_response()
    }
}

/// The scopes asked for that mean something here, each once, in the order asked.
pub(crate) fn granted_scope(asked: &str) -> String {
    let mut granted: Vec<&str> = Vec::new();
    for name in asked.split(' ') {
        if (SCOPES.contains(&name) || name.starts_with("urn:zitadel:iam:")) && !granted.contains(&name) {
            granted.push(name);
        }
    }
    granted.join(" ")
}

fn prompt(text: &str) -> Result<Prompt, Fault> {
    let mut found = Prompt::WhenNeeded;
    for name in text.split(' ').filter(|name| !name.is_empty()) {
        let meant = match name {
            "none" => Prompt::Never,
            "login" | "consent" | "select_account" => Prompt::Always,
            other => return Err(invalid(format!("`prompt` {other:?} is not known"))),
        };
        if found != Prompt::WhenNeeded && found != meant {
            return Err(invalid("`prompt` none stands alone"));
        }
        found = meant;
    }
    Ok(found)
}
