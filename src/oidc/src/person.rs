//! What claims say of a person.

use flui_identity::{people::ProvenPerson, sign_ins::Proof};
use serde_json::{Map, Value};

use crate::{TokenError, jwt::Claims, roles};

const MAX_CHARACTERS: usize = 200;
const MAX_METHODS: usize = 20;

/// Whether userinfo could still tell something that the pages or the rules want.
pub(crate) fn is_incomplete(claims: &Claims, roles_claim: &str) -> bool {
    let claims = claims.members();
    text(claims, "name").is_none() || text(claims, "email").is_none() || roles::find(claims, roles_claim).is_none()
}

/// The person of a token, with what userinfo adds. Where both speak, the token counts: it is signed. An address and
/// whether it is verified are always taken from the same place.
pub(crate) fn proven_person(
    issuer: &str,
    token: &Claims,
    userinfo: Option<&Claims>,
    roles_claim: &str,
) -> Result<ProvenPerson, TokenError> {
    let sources = || [Some(token), userinfo].into_iter().flatten().map(Claims::members);
    let name = sources().find_map(|claims| text(claims, "name"));
    let name = name.or_else(|| sources().find_map(|claims| text(claims, "preferred_username")));
    let email = sources().find_map(|claims| {
        let verified = claims.get("email_verified") == Some(&Value::Bool(true));
        text(claims, "email").map(|email| (email, verified))
    });
    let groups = sources()
        .find_map(|claims| roles::find(claims, roles_claim))
        .map(roles::values);
    Ok(ProvenPerson {
        issuer: issuer.to_owned(),
        subject: token.subject()?.to_owned(),
        name,
        email_verified: email.as_ref().is_some_and(|(_, verified)| *verified),
        email: email.map(|(email, _)| email),
        groups,
    })
}

/// How and when the provider proved the person. Methods and class that cannot be read are left out, which can only make
/// the proof weaker.
pub(crate) fn proof(token: &Claims) -> Result<Proof, TokenError> {
    let claims = token.members();
    let methods = claims.get("amr").and_then(Value::as_array);
    Ok(Proof {
        auth_time: token.moment("auth_time")?,
        amr: methods
            .into_iter()
            .flatten()
            .filter_map(|method| method.as_str().and_then(clean))
            .take(MAX_METHODS)
            .collect(),
        acr: text(claims, "acr"),
        provider_sid: token.session()?.map(str::to_owned),
    })
}

fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    claims.get(name)?.as_str().and_then(clean)
}

/// The text without control characters and without those that turn the direction of what stands around them, cut to 200
/// characters; nothing when nothing is left.
fn clean(text: &str) -> Option<String> {
    let harmless = |c: &char| {
        !c.is_control() && !matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    let text: String = text.chars().filter(harmless).take(MAX_CHARACTERS).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn person(token: Value, userinfo: Option<Value>) -> ProvenPerson {
        let claims = |value| match value {
            Value::Object(members) => Claims::new(members),
            _ => panic!("an object"),
        };
        proven_person("https://op", &claims(token), userinfo.map(claims).as_ref(), "groups").unwrap()
    }

    #[test]
    fn c25_an_address_is_verified_only_by_json_true() {
        let verified = |value: Value| {
            person(
                json!({"sub": "1", "email": "a@example.org", "email_verified": value}),
                None,
            )
            .email_verified
        };
        assert!(verified(json!(true)));
        for value in [
            json!("true"),
            json!("false"),
            json!(1),
            json!(0),
            json!(null),
            json!(false),
            json!([true]),
            json!({}),
        ] {
            assert!(!verified(value.clone()), "{value}");
        }
        assert!(!person(json!({"sub": "1", "email": "a@example.org"}), None).email_verified);
        assert!(!person(json!({"sub": "1", "email_verified": true}), None).email_verified);
    }

    #[test]
    fn c25_an_address_never_borrows_the_verification_of_another_source() {
        let mixed = person(
            json!({"sub": "1", "email_verified": true}),
            Some(json!({"sub": "1", "email": "a@example.org", "email_verified": false})),
        );
        assert_eq!(
            (mixed.email.as_deref(), mixed.email_verified),
            (Some("a@example.org"), false)
        );
    }

    #[test]
    fn names_come_from_the_best_source_and_are_cleaned() {
        let name = |token, userinfo| person(token, userinfo).name;
        assert_eq!(
            name(json!({"sub": "1", "name": " A\u{202E}d\na "}), None).as_deref(),
            Some("Ada")
        );
        assert_eq!(
            name(json!({"sub": "1", "preferred_username": "ada"}), None).as_deref(),
            Some("ada")
        );
        let better = Some(json!({"name": "Ada Lovelace"}));
        assert_eq!(
            name(json!({"sub": "1", "preferred_username": "ada"}), better).as_deref(),
            Some("Ada Lovelace")
        );
        assert_eq!(
            name(json!({"sub": "1", "name": "é".repeat(300)}), None),
            Some("é".repeat(200))
        );
        assert_eq!(name(json!({"sub": "1", "name": "\u{0}"}), None), None);
        assert_eq!(name(json!({"sub": "1", "name": ["Ada"]}), None), None);
    }

    #[test]
    fn a6_userinfo_adds_roles_only_where_the_token_has_none() {
        let groups = |token| {
            person(token, Some(json!({"groups": ["from-userinfo"]})))
                .groups
                .unwrap()
        };
        assert_eq!(groups(json!({"sub": "1"})), ["from-userinfo"]);
        assert_eq!(groups(json!({"sub": "1", "groups": []})), Vec::<String>::new());
    }
}
