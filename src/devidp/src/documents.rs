//! Every document that leaves the provider, built as a JSON value in one place, right before it is signed or sent.
//!
//! Nothing behind these functions adds or drops a field: whoever wants to spoil one by name does it to what they return.

mod discovery;

pub(crate) use discovery::discovery;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256, Sha512};

use crate::grants::{AccessToken, Proof};
use crate::keys::{Algorithm, KeyRing};
use crate::people::Person;
use crate::provider::{Provider, State};
use crate::random;
use crate::sessions::Session;
use crate::tokens::{Issued, has_scope};

/// The claim of Zitadel that holds roles: a member per role, in it a member per organisation.
const ROLE_MAP: &str = "urn:zitadel:iam:org:project:roles";
/// The organisation all people belong to, by id and domain, as the role map wants it.
const ORGANISATION: (&str, &str) = ("269110741522350080", "devidp.localhost");

/// The JWK set (RFC 7517, section 5).
pub(crate) fn jwks(keys: &KeyRing) -> Value {
    json!({ "keys": keys.public().collect::<Vec<_>>() })
}

/// A JOSE header for the key that signs now.
pub(crate) fn header(keys: &KeyRing, typ: &str) -> Value {
    json!({ "alg": keys.algorithm().name(), "kid": keys.current_kid(), "typ": typ })
}

/// What the scopes let a client know of a person (Core, section 5.4). Groups go out always: clients that decide by them
/// must not depend on a scope that many providers do not have.
fn person_claims(provider: &Provider, person: &Person, scope: &str) -> Map<String, Value> {
    let mut claims = Map::new();
    if has_scope(scope, "profile") {
        claims.insert("name".to_owned(), json!(person.name));
        claims.insert("preferred_username".to_owned(), json!(person.login));
    }
    if has_scope(scope, "email") {
        claims.insert("email".to_owned(), json!(person.email));
        claims.insert("email_verified".to_owned(), json!(person.email_verified));
    }
    claims.insert("groups".to_owned(), json!(person.groups));
    if provider.role_map {
        let (id, domain) = ORGANISATION;
        let roles: Map<String, Value> = person
            .groups
            .iter()
            .map(|group| (group.clone(), json!({ id: domain })))
            .collect();
        claims.insert(ROLE_MAP.to_owned(), Value::Object(roles));
    }
    claims
}

fn merged(claims: Value, more: Map<String, Value>) -> Value {
    let Value::Object(mut claims) = claims else {
        return claims;
    };
    claims.extend(more);
    Value::Object(claims)
}

/// The sign-in an ID token tells of.
pub(crate) struct SignedIn<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) proof: &'a Proof,
    pub(crate) person: &'a Person,
    pub(crate) scope: &'a str,
    pub(crate) nonce: Option<&'a str>,
    pub(crate) access_token: &'a str,
}

/// Header and claims of an ID token (Core, section 2), with the control's overrides merged in.
pub(crate) fn id_token(provider: &Provider, state: &State, signed_in: &SignedIn<'_>) -> (Value, Value) {
    let now = state.now();
    let claims = json!({
        "iss": provider.issuer,
        "sub": signed_in.person.sub,
        "aud": signed_in.client_id,
        "azp": signed_in.client_id,
        "iat": now,
        "exp": now.saturating_add(provider.token_lifetime),
        "auth_time": signed_in.proof.auth_time,
        "amr": signed_in.person.amr(),
        "acr": signed_in.person.acr(),
        "sid": signed_in.proof.sid,
        "at_hash": at_hash(state.keys.algorithm(), signed_in.access_token),
    });
    let mut more = person_claims(provider, signed_in.person, signed_in.scope);
    if let Some(nonce) = signed_in.nonce {
        more.insert("nonce".to_owned(), json!(nonce));
    }
    let mut claims = merged(claims, more);
    if let (Some(overrides), Value::Object(claims)) = (&state.id_token_override, &mut claims) {
        for (name, value) in overrides {
            if value.is_null() {
                claims.remove(name);
            } else {
                claims.insert(name.clone(), value.clone());
            }
        }
    }
    (header(&state.keys, "JWT"), claims)
}

/// The left half of the hash that belongs to the signature (Core, section 3.1.3.6); Ed25519 hashes with SHA-512.
fn at_hash(algorithm: Algorithm, access_token: &str) -> String {
    match algorithm {
        Algorithm::Es256 | Algorithm::Rs256 => URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token)[..16]),
        Algorithm::EdDsa => URL_SAFE_NO_PAD.encode(&Sha512::digest(access_token)[..32]),
    }
}

/// Header and claims of a JWT access token (RFC 9068, section 2). `sub` is the client itself where no person is.
pub(crate) fn access_token(
    provider: &Provider,
    keys: &KeyRing,
    token: &AccessToken,
    person: Option<&Person>,
) -> (Value, Value) {
    (header(keys, "at+jwt"), token_claims(provider, token, person))
}

/// What a JWT access token and an introspection answer say alike.
fn token_claims(provider: &Provider, token: &AccessToken, person: Option<&Person>) -> Value {
    let grant = &token.grant;
    let claims = json!({
        "iss": provider.issuer,
        "sub": person.map_or(&grant.client_id, |person| &person.sub),
        "aud": audience(&grant.client_id, &token.scope),
        "client_id": grant.client_id,
        "scope": token.scope,
        "jti": token.jti,
        "iat": token.issued,
        "exp": token.expires,
    });
    match (person, &grant.proof) {
        (Some(person), Some(proof)) => {
            let mut more = person_claims(provider, person, &token.scope);
            more.insert("auth_time".to_owned(), json!(proof.auth_time));
            more.insert("amr".to_owned(), json!(person.amr()));
            more.insert("acr".to_owned(), json!(person.acr()));
            merged(claims, more)
        }
        _ => claims,
    }
}

/// The client, and each audience asked for in Zitadel's way, by the scope `urn:zitadel:iam:org:project:id:<id>:aud`.
fn audience<'a>(client_id: &'a str, scope: &'a str) -> Vec<&'a str> {
    let asked = scope.split(' ').filter_map(|name| {
        name.strip_prefix("urn:zitadel:iam:org:project:id:")?
            .strip_suffix(":aud")
    });
    std::iter::once(client_id).chain(asked).collect()
}

/// The answer of the token endpoint (RFC 6749, section 5.1; Core, section 3.1.3.3).
pub(crate) fn token_response(issued: Issued) -> Value {
    let mut answer = json!({
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        "scope": issued.scope,
    });
    if let Some(id_token) = issued.id_token {
        answer["id_token"] = json!(id_token);
    }
    if let Some(refresh_token) = issued.refresh_token {
        answer["refresh_token"] = json!(refresh_token);
    }
    answer
}

/// The answer of the userinfo endpoint (Core, section 5.3.2).
pub(crate) fn userinfo(provider: &Provider, person: &Person, scope: &str) -> Value {
    merged(json!({ "sub": person.sub }), person_claims(provider, person, scope))
}

/// The answer about a live access token (RFC 7662, section 2.2).
pub(crate) fn introspection(provider: &Provider, token: &AccessToken, person: Option<&Person>) -> Value {
    let mut more = Map::new();
    more.insert("active".to_owned(), json!(true));
    more.insert("token_type".to_owned(), json!("Bearer"));
    if let Some(person) = person {
        more.insert("username".to_owned(), json!(person.login));
    }
    merged(token_claims(provider, token, person), more)
}

/// The answer about anything else, always the same (RFC 7662, section 2.2).
pub(crate) fn inactive() -> Value {
    json!({ "active": false })
}

/// Header and claims of a logout token (Back-Channel Logout, section 2.4), good for two minutes.
pub(crate) fn logout_token(provider: &Provider, state: &State, session: &Session, client_id: &str) -> (Value, Value) {
    let now = state.now();
    let sub = state.people.find(&session.login).map(|person| &person.sub);
    let claims = json!({
        "iss": provider.issuer,
        "sub": sub,
        "aud": client_id,
        "iat": now,
        "exp": now + 120,
        "jti": random::name(),
        "sid": session.sid,
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    (header(&state.keys, "logout+jwt"), claims)
}
