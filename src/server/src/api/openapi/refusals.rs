//! The answers that say no, from their codes.

use std::collections::{BTreeMap, BTreeSet};

use flui_model::ErrorCode;
use serde_json::{Value, json};

/// Under which a handler names the codes that it alone refuses with.
const OWN_CODES: &str = "x-codes";

/// Puts the refusals of an operation beside its other answers.
pub(super) fn describe(method: &str, operation: &mut Value) {
    let own = operation.as_object_mut().and_then(|members| members.remove(OWN_CODES));
    let own: BTreeSet<&str> = own
        .iter()
        .flat_map(|codes| codes.as_array().into_iter().flatten())
        .filter_map(Value::as_str)
        .collect();
    let common = common(method, operation);
    let mut by_status: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
    for code in ErrorCode::ALL {
        if common.contains(code) || own.contains(code.as_str()) {
            by_status.entry(code.status()).or_default().push(*code);
        }
    }
    for answer in super::members(&mut operation["responses"]) {
        answer["headers"] = headers(None);
    }
    for (status, codes) in by_status {
        let refusal = refusal(status, &codes);
        let answer = &mut operation["responses"][status.to_string()];
        if answer.is_null() {
            *answer = refusal;
        } else {
            // The device login refuses in the shape of its standard; what refuses before it does so in ours.
            answer["content"]["application/problem+json"] = refusal["content"]["application/problem+json"].clone();
        }
    }
}

/// What middleware and extractors refuse an operation with.
fn common(method: &str, operation: &Value) -> Vec<ErrorCode> {
    let mut codes = vec![
        ErrorCode::TwoCredentials,
        // A bearer is judged wherever it comes.
        ErrorCode::InvalidToken,
        ErrorCode::KeyRevoked,
        ErrorCode::KeyExpired,
        ErrorCode::KeyRotated,
        ErrorCode::KeyPaused,
        ErrorCode::PersonDisabled,
        ErrorCode::NetworkRefused,
        ErrorCode::WrongHost,
        // Whoever guesses at credentials hears it everywhere.
        ErrorCode::TooManyRequests,
        ErrorCode::Internal,
        ErrorCode::StoreUnavailable,
        ErrorCode::TimedOut,
    ];
    if operation["security"] != json!([{}]) {
        codes.push(ErrorCode::NotSignedIn);
    }
    if method != "get" {
        codes.push(ErrorCode::OriginRefused);
    }
    let parameters = operation["parameters"].as_array();
    if parameters
        .into_iter()
        .flatten()
        .any(|parameter| parameter["in"] == "query")
    {
        codes.push(ErrorCode::BadRequest);
    }
    let body = &operation["requestBody"]["content"];
    if !body.is_null() {
        codes.push(ErrorCode::TooLarge);
    }
    if !body["application/json"].is_null() {
        codes.extend([
            ErrorCode::BadRequest,
            ErrorCode::UnsupportedMediaType,
            ErrorCode::UnknownField,
        ]);
    }
    codes
}

fn refusal(status: u16, codes: &[ErrorCode]) -> Value {
    let words: Vec<_> = codes
        .iter()
        .map(|code| format!("`{code}`: {}.", code.title()))
        .collect();
    json!({
        "description": words.join(" "),
        "headers": headers(Some(status)),
        "content": { "application/problem+json": { "schema": { "allOf": [
            { "$ref": "#/components/schemas/Problem" },
            { "properties": { "status": { "const": status }, "code": { "enum": codes } } },
        ] } } },
    })
}

fn headers(status: Option<u16>) -> Value {
    let mut names = vec!["x-request-id", "flui-key-expires"];
    names.extend(match status {
        Some(401) => Some("www-authenticate"),
        Some(429 | 503) => Some("retry-after"),
        _ => None,
    });
    let reference = |name| (name, json!({ "$ref": format!("#/components/headers/{name}") }));
    names.into_iter().map(reference).collect()
}

/// Writes refusals that several operations share once, named by their status and codes, and the headers.
pub(super) fn share(document: &mut Value) {
    let mut shared = serde_json::Map::new();
    for item in super::members(&mut document["paths"]) {
        for operation in super::members(item) {
            for (status, answer) in operation["responses"].as_object_mut().into_iter().flatten() {
                let schema = answer.pointer("/content/application~1problem+json/schema/allOf/1/properties/code/enum");
                let codes = schema
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str);
                let name = codes.fold(status.clone(), |name, code| name + "." + code);
                let is_whole = answer["content"].as_object().is_some_and(|content| content.len() == 1);
                if name != *status && is_whole {
                    let reference = json!({ "$ref": format!("#/components/responses/{name}") });
                    shared.insert(name, std::mem::replace(answer, reference));
                }
            }
        }
    }
    document["components"]["responses"] = shared.into();
    let header = |description: &str, required: bool| json!({ "description": description, "required": required, "schema": { "type": "string" } });
    document["components"]["headers"] = json!({
        "x-request-id": header("By which logs and the audit log name the request.", true),
        "flui-key-expires": header("When the key that came ends, from 14 days before.", false),
        "www-authenticate": header("How to authenticate (RFC 6750).", true),
        "retry-after": header("Seconds to wait, where waiting helps.", false),
    });
}
