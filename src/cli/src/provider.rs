//! The OpenID provider, as a public native client meets it: discovery, authorization code, PKCE (RFC 8252, RFC 7636).

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use flui_client::{is_confidential, send};
use flui_model::auth_config::AuthConfig;
use reqwest::Client;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use url::Url;

use crate::{
    args::Prompt,
    exit::{Exit, Fault},
    id_token::{self, Agreed},
    system,
    words::printable,
};

/// How long the provider may take for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The secrets of one attempt to sign in.
pub(crate) struct Attempt {
    /// Binds the callback to this attempt.
    pub(crate) state: String,
    nonce: String,
    verifier: String,
}

impl Attempt {
    /// Fresh secrets, 256 bits each.
    pub(crate) fn new() -> Self {
        Self {
            state: system::random_token(),
            nonce: system::random_token(),
            verifier: system::random_token(),
        }
    }

    fn challenge(&self) -> String {
        challenge(&self.verifier)
    }
}

/// The PKCE challenge of method S256 for a verifier (RFC 7636, 4.2).
pub(crate) fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// The provider that a dashboard trusts, and what this program is called there.
pub(crate) struct Provider {
    /// The issuer, byte for byte.
    pub(crate) issuer: String,
    /// Whether callbacks carry `iss` (RFC 9207).
    pub(crate) announces_iss: bool,
    authorization_endpoint: Url,
    token_endpoint: Url,
    client_id: String,
    scopes: String,
}

/// The part of the discovery document that is needed here (OpenID Connect Discovery, 3).
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// The token endpoint's answer: a token, or an error (RFC 6749, 5.1 and 5.2).
#[derive(Deserialize)]
struct TokenAnswer {
    id_token: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

impl Provider {
    /// Reads the provider's discovery document.
    pub(crate) async fn discover(client: &Client, config: &AuthConfig) -> Result<Self, Fault> {
        let issuer = &config.issuer;
        // A slash at the end of the issuer is not doubled (OpenID Connect Discovery, 4.1).
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let url = Url::parse(&address).ok().filter(is_confidential).ok_or_else(|| {
            Fault::network(format!(
                "The dashboard names an unusable provider: {}.",
                printable(issuer)
            ))
        })?;
        let answer = send(client.get(url).timeout(PATIENCE)).await?;
        let host = &answer.host;
        let document: Discovery = answer.json().filter(|_| answer.status.is_success()).ok_or_else(|| {
            let status = answer.status.as_u16();
            Fault::network(format!(
                "The provider {host} serves no discovery document (status {status})."
            ))
        })?;
        if document.issuer != *issuer {
            return Err(Fault::network(format!(
                "The provider calls itself {}, but the dashboard trusts {}.",
                printable(&document.issuer),
                printable(issuer)
            )));
        }
        let endpoints = [&document.authorization_endpoint, &document.token_endpoint];
        if !endpoints.into_iter().all(is_confidential) {
            return Err(Fault::network(format!(
                "The provider {host} names an address that is not https."
            )));
        }
        Ok(Self {
            issuer: document.issuer,
            announces_iss: document.authorization_response_iss_parameter_supported,
            authorization_endpoint: document.authorization_endpoint,
            token_endpoint: document.token_endpoint,
            client_id: config.cli_client_id.clone(),
            scopes: config.scopes.join(" "),
        })
    }

    /// The address that the browser opens (OpenID Connect Core, 3.1.2.1).
    pub(crate) fn authorization_url(&self, attempt: &Attempt, redirect_uri: &str, prompt: Option<Prompt>) -> Url {
        let mut url = self.authorization_endpoint.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", &self.scopes)
            .append_pair("state", &attempt.state)
            .append_pair("nonce", &attempt.nonce)
            .append_pair("code_challenge", &attempt.challenge())
            .append_pair("code_challenge_method", "S256");
        if let Some(prompt) = prompt {
            query.append_pair("prompt", prompt.as_str());
        }
        drop(query);
        url
    }

    /// Swaps the code for an ID token and checks that the token is this attempt's.
    pub(crate) async fn id_token(
        &self,
        client: &Client,
        attempt: &Attempt,
        redirect_uri: &str,
        code: &str,
    ) -> Result<String, Fault> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("client_id", &self.client_id),
            ("code_verifier", &attempt.verifier),
        ];
        let request = client.post(self.token_endpoint.clone()).timeout(PATIENCE).form(&form);
        let answer = send(request).await?;
        let host = &answer.host;
        let tokens: Option<TokenAnswer> = answer.json();
        if let Some(error) = tokens.as_ref().and_then(|tokens| tokens.error.as_deref()) {
            let description = tokens.as_ref().and_then(|tokens| tokens.error_description.as_deref());
            return Err(refusal(error, description));
        }
        let token = tokens
            .filter(|_| answer.status.is_success())
            .and_then(|tokens| tokens.id_token)
            .ok_or_else(|| {
                let status = answer.status.as_u16();
                Fault::network(format!("The provider {host} sent no ID token (status {status})."))
            })?;
        let agreed = Agreed {
            issuer: &self.issuer,
            client_id: &self.client_id,
            nonce: &attempt.nonce,
        };
        match id_token::check(&token, &agreed, system::now()) {
            Ok(()) => Ok(token),
            Err(reason) => Err(Fault::new(Exit::Refused, format!("The provider's ID token {reason}."))),
        }
    }
}

/// The provider's no, from the callback or the token endpoint (RFC 6749, 4.1.2.1 and 5.2).
pub(crate) fn refusal(error: &str, description: Option<&str>) -> Fault {
    let sentence = match error {
        "access_denied" => "The provider refused the sign-in: it was cancelled there, or you may not use this client.",
        "login_required" | "interaction_required" | "consent_required" | "account_selection_required" => {
            "The provider wants to ask you something first: sign in again."
        }
        "invalid_client" | "unauthorized_client" => {
            "The provider does not know flui as a client: the dashboard's operator must register it there."
        }
        "invalid_grant" => "The provider no longer accepts this sign-in: sign in again.",
        "server_error" | "temporarily_unavailable" => {
            let fault = Fault::network("The provider has trouble of its own: try again in a while.");
            return fault.note(spoken(error, description));
        }
        _ => "The provider refused the sign-in.",
    };
    Fault::new(Exit::Refused, sentence).note(spoken(error, description))
}

fn spoken(error: &str, description: Option<&str>) -> String {
    match description {
        Some(description) => format!("It said: {} ({})", printable(description), printable(error)),
        None => format!("It said: {}", printable(error)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn provider() -> Provider {
        Provider {
            issuer: "https://id.example".to_owned(),
            announces_iss: false,
            authorization_endpoint: Url::parse("https://id.example/authorize?tenant=a").unwrap(),
            token_endpoint: Url::parse("https://id.example/token").unwrap(),
            client_id: "cli".to_owned(),
            scopes: "openid profile".to_owned(),
        }
    }

    #[test]
    fn c1_the_challenge_is_s256_of_the_verifier() {
        // The example of RFC 7636, appendix B.
        let attempt = Attempt {
            state: "s".to_owned(),
            nonce: "n".to_owned(),
            verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned(),
        };
        assert_eq!(attempt.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn c1_the_address_carries_all_that_binds_the_attempt() {
        let attempt = Attempt::new();
        let redirect = "http://localhost:8899/callback";
        let url = provider().authorization_url(&attempt, redirect, Some(Prompt::SelectAccount));
        let pairs: HashMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!(pairs["tenant"], "a");
        assert_eq!(pairs["response_type"], "code");
        assert_eq!(pairs["state"], attempt.state);
        assert_eq!(pairs["nonce"], attempt.nonce);
        assert_eq!(pairs["code_challenge"], attempt.challenge());
        assert_eq!(pairs["code_challenge_method"], "S256");
        assert_eq!(pairs["redirect_uri"], redirect);
        assert_eq!(pairs["prompt"], "select_account");
        assert!(!url.as_str().contains(&attempt.verifier));
    }

    #[test]
    fn c8_the_providers_words_reach_the_terminal_harmless() {
        let fault = refusal("access_denied", Some("no\u{1b}[2J\r\nway"));
        assert_eq!(fault.exit, Exit::Refused);
        assert_eq!(fault.notes, ["It said: no[2J  way (access_denied)"]);
        assert_eq!(refusal("server_error", None).exit, Exit::Network);
    }
}
