use leptos::prelude::*;
use serde_json::Value;

use super::{
    members,
    words::{inline, prose, text},
};
use crate::ui::{cell, table, wide_cell};

/// A named schema: its fields, or the words that it may be.
pub(super) fn shape(name: &str, schema: &Value) -> impl IntoView + use<> {
    let about = prose(text(&schema["description"]));
    let body = if schema["properties"].is_object() {
        fields(name, schema)
    } else {
        view! { <p>{kind(schema)}</p> }.into_any()
    };
    view! {
        <article class="operation" id=format!("shape-{name}")>
            <h3>{title(name)}</h3>
            {about}
            {body}
        </article>
    }
}

/// The table of an object's fields.
fn fields(name: &str, schema: &Value) -> AnyView {
    let required = |field: &str| {
        let names = schema["required"].as_array();
        names.into_iter().flatten().any(|name| name == field)
    };
    let rows =
        members(&schema["properties"]).map(|(field, of_field)| row(field, required(field), of_field, about(of_field)));
    table(
        format!("Fields of {}", title(name)),
        &["Field", "Type", "Meaning"],
        rows,
    )
}

/// What a field means. Where it may be null, the words stand one step further in.
fn about(field: &Value) -> &str {
    [
        &field["description"],
        &field["oneOf"][0]["description"],
        &field["oneOf"][1]["description"],
    ]
    .into_iter()
    .find_map(Value::as_str)
    .unwrap_or_default()
}

/// A row of a field or parameter.
pub(super) fn row(name: &str, required: bool, schema: &Value, about: &str) -> AnyView {
    view! {
        <tr>
            <th scope="row">
                <code>{name.to_owned()}</code>
                {(!required).then(|| view! { <span class="hint-code">"may be absent"</span> })}
            </th>
            {wide_cell("Type", kind(schema))}
            {wide_cell("Meaning", inline(about))}
        </tr>
    }
    .into_any()
}

/// What a value is, in a few words, with links to the schemas that it is made of.
pub(super) fn kind(schema: &Value) -> AnyView {
    if let Some(name) = text(&schema["$ref"]).strip_prefix("#/components/schemas/") {
        return view! { <a href=format!("#shape-{name}")>{title(name)}</a> }.into_any();
    }
    if let Some(any) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        return either(any.iter());
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<_> = words.iter().map(|word| format!("`{}`", text(word))).collect();
        return inline(&words.join(", "));
    }
    match &schema["type"] {
        Value::Array(kinds) => {
            let kinds: Vec<_> = kinds
                .iter()
                .map(|one| {
                    let mut schema = schema.clone();
                    schema["type"] = one.clone();
                    schema
                })
                .collect();
            either(kinds.iter())
        }
        one if one == "array" => view! { "list of "{kind(&schema["items"])} }.into_any(),
        one => {
            let format = match text(&schema["format"]) {
                "" | "int32" | "int64" => text(one),
                "date-time" => "time",
                "uuid" => "id",
                format => format,
            };
            format!("{format}{}", limits(schema)).into_any()
        }
    }
}

fn either<'schema>(schemas: impl Iterator<Item = &'schema Value>) -> AnyView {
    // `null` is how a field says that it has no value.
    let (null, kinds): (Vec<_>, Vec<_>) = schemas.partition(|schema| schema["type"] == "null");
    let kinds = kinds
        .into_iter()
        .enumerate()
        .map(|(number, schema)| view! { {(number > 0).then_some(" or ")}{kind(schema)} })
        .collect_view();
    view! { {kinds}{(!null.is_empty()).then_some(", or null")} }.into_any()
}

fn limits(schema: &Value) -> String {
    let limit = |name: &str, words: &str| {
        let limit = &schema[name];
        (limit.is_number() && *limit != 0).then(|| format!(", {words} {limit}"))
    };
    [
        limit("minLength", "at least"),
        limit("maxLength", "at most"),
        limit("minimum", "from"),
        limit("maximum", "to"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The name of a schema for people: `Page_ApiKeyView` is a page of `ApiKeyView`.
pub(super) fn title(name: &str) -> String {
    match name.split_once('_') {
        Some((outer, inner)) => format!("{outer} of {inner}"),
        None => name.to_owned(),
    }
}

/// What a body holds, for each media type.
pub(super) fn content(content: &Value) -> AnyView {
    members(content)
        .filter(|(media_type, _)| *media_type != "application/problem+json")
        .map(|(media_type, of_type)| {
            view! {
                <p>{kind(&of_type["schema"])}" as "<code>{media_type.to_owned()}</code></p>
            }
        })
        .collect_view()
        .into_any()
}

/// A row of an answer.
pub(super) fn answer_row(status: &str, answer: &Value) -> AnyView {
    view! {
        <tr>
            <th scope="row"><code>{status.to_owned()}</code></th>
            {wide_cell("Meaning", inline(text(&answer["description"])))}
            {cell("Body", content(&answer["content"]))}
        </tr>
    }
    .into_any()
}
