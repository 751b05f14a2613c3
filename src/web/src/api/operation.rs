use leptos::prelude::*;
use serde_json::{Value, json};

use super::{
    members,
    schema::{answer_row, content, row},
    words::{prose, text},
};
use crate::ui::table;

/// What can be asked for at a path.
pub(super) struct Operation<'api> {
    method: &'api str,
    path: &'api str,
    /// Its name, and the id of its part of the page.
    pub(super) id: &'api str,
    /// The group that it belongs to.
    pub(super) tag: &'api str,
    told: &'api Value,
}

impl<'api> Operation<'api> {
    /// All of the document, by path.
    pub(super) fn all(api: &'api Value) -> Vec<Self> {
        members(&api["paths"])
            .flat_map(|(path, item)| {
                members(item).map(move |(method, told)| Self {
                    method,
                    path,
                    id: text(&told["operationId"]),
                    tag: text(&told["tags"][0]),
                    told,
                })
            })
            .collect()
    }

    /// Its first sentence, without the full stop.
    pub(super) fn name(&self) -> String {
        text(&self.told["summary"]).trim_end_matches('.').to_owned()
    }
}

/// An operation: what it is for, what it takes, what it answers, and how to call it with curl.
pub(super) fn operation(base: &str, api: &Value, operation: &Operation<'_>) -> impl IntoView + use<> {
    let told = operation.told;
    let parameters = parameters(&told["parameters"]);
    let body = &told["requestBody"]["content"];
    let body = body.is_object().then(|| view! { <h4>"Body"</h4>{content(body)} });
    let answers = |refusals: bool| {
        members(&told["responses"])
            .filter(|(status, _)| status.starts_with('2') != refusals)
            .map(|(status, answer)| answer_row(status, resolved(api, answer)))
            .collect::<Vec<_>>()
    };
    let answer = table("Answers", &["Status", "Meaning", "Body"], answers(false));
    let refusals = table("Refusals", &["Status", "Codes", "Body"], answers(true));
    let label = format!("curl: {}", operation.name());
    view! {
        <article class="operation" id=operation.id.to_owned()>
            <h3>{operation.name()}</h3>
            <p class="request">
                <span class=format!("badge {}", tone(operation.method))>{operation.method.to_uppercase()}</span>
                <code>{operation.path.to_owned()}</code>
            </p>
            {prose(text(&told["description"]))}
            <p class="hint">{callers(api, told)}</p>
            {parameters}
            {body}
            <h4>"Answer"</h4>
            {answer}
            <details>
                <summary>"Refusals"</summary>
                {refusals}
            </details>
            <figure class="code">
                <figcaption>"curl"</figcaption>
                <pre tabindex="0" role="group" aria-label=label><code>{curl(base, api, operation)}</code></pre>
            </figure>
        </article>
    }
}

const fn tone(method: &str) -> &'static str {
    match method.as_bytes() {
        b"get" => "tone-ok",
        b"delete" => "tone-danger",
        _ => "tone-warn",
    }
}

fn parameters(parameters: &Value) -> Option<AnyView> {
    let rows: Vec<_> = parameters
        .as_array()
        .into_iter()
        .flatten()
        .map(|parameter| {
            let required = parameter["required"] == true;
            row(
                text(&parameter["name"]),
                required,
                &parameter["schema"],
                text(&parameter["description"]),
            )
        })
        .collect();
    let shown = view! { <h4>"Parameters"</h4>{table("Parameters", &["Name", "Type", "Meaning"], rows)} };
    parameters.is_array().then(|| shown.into_any())
}

/// Which credentials are taken.
fn callers(api: &Value, told: &Value) -> AnyView {
    let taken = told["security"].as_array().or(api["security"].as_array());
    let names: Vec<&str> = taken
        .into_iter()
        .flatten()
        .flat_map(members)
        .map(|(name, _)| name)
        .collect();
    if names.is_empty() {
        return "Needs no credential.".into_any();
    }
    let links = names
        .into_iter()
        .enumerate()
        .map(|(number, name)| {
            let href = format!("#credential-{name}");
            view! { {(number > 0).then_some(" or ")}<a href=href>{name.to_owned()}</a> }
        })
        .collect_view();
    view! { "Credential: "{links} }.into_any()
}

/// What a reference stands for, and anything else itself.
fn resolved<'api>(api: &'api Value, value: &'api Value) -> &'api Value {
    let target = text(&value["$ref"]).strip_prefix('#').and_then(|to| api.pointer(to));
    target.unwrap_or(value)
}

/// Lines that call the operation with a key, if it takes one.
fn curl(base: &str, api: &Value, operation: &Operation<'_>) -> String {
    let mut lines = vec![format!("curl --fail-with-body {base}{}", shell_path(operation.path))];
    if operation.method != "get" && operation.told["requestBody"].is_null() {
        lines.push(format!("-X {}", operation.method.to_uppercase()));
    } else if operation.method == "put" {
        lines.push("-X PUT".to_owned());
    }
    if operation.told["security"] != json!([{}]) {
        lines.push("-H \"Authorization: Bearer $FLUI_API_KEY\"".to_owned());
    }
    let body = &operation.told["requestBody"]["content"];
    if let Some(media) = body.get("application/json") {
        lines.push("-H \"Content-Type: application/json\"".to_owned());
        lines.push(format!("-d '{}'", example(api, &media["schema"])));
    } else if let Some(media) = body.get("application/x-www-form-urlencoded") {
        for (name, _) in members(&resolved(api, &media["schema"])["properties"]) {
            lines.push(format!("--data-urlencode {name}=…"));
        }
    }
    lines.join(" \\\n  ")
}

/// `{id}` is a variable of the shell.
fn shell_path(path: &str) -> String {
    path.replace('{', "${")
}

/// A small body: the fields that must be there, or all of them where none must.
fn example(api: &Value, schema: &Value) -> Value {
    let schema = resolved(api, schema);
    if let Some(example) = schema.get("example") {
        return example.clone();
    }
    if let Some(words) = schema["enum"].as_array() {
        return words.first().cloned().unwrap_or_default();
    }
    let required = schema["required"].as_array();
    let fields: serde_json::Map<_, _> = members(&schema["properties"])
        .filter(|(name, _)| required.is_some_and(|names| names.iter().any(|known| known == name)))
        .map(|(name, of_field)| (name.to_owned(), example(api, of_field)))
        .collect();
    match text(&schema["type"]) {
        "object" => fields.into(),
        "array" => json!([example(api, &schema["items"])]),
        "boolean" => json!(true),
        "integer" => json!(1),
        _ => json!("…"),
    }
}
