//! The API to read: one page made from its OpenAPI document.
//!
//! It stands beside the pages of `App` because it asks nobody who they are and needs no rule. It is free of script and
//! loads nothing but the style sheet.

mod operation;
mod schema;
mod words;

use leptos::prelude::*;
use serde_json::Value;

use self::{
    operation::{Operation, operation},
    schema::shape,
    words::{id_of, prose, text},
};
use crate::{
    PageSettings, Theme,
    document::document,
    parts::{brand::brand, icons},
};

/// The whole document for the API that an OpenAPI document describes.
pub fn api_page(settings: &PageSettings, theme: Theme, api: &Value) -> String {
    let operations = Operation::all(api);
    let groups: Vec<(String, String, Vec<&Operation<'_>>)> = api["tags"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|tag| {
            let name = text(&tag["name"]);
            let of_tag = operations.iter().filter(|operation| operation.tag == name).collect();
            (name.to_owned(), text(&tag["description"]).to_owned(), of_tag)
        })
        .collect();
    let schemas = members(&api["components"]["schemas"]);
    let contents = contents(&groups);
    let again = self::contents(&groups);
    let sections = groups
        .iter()
        .map(|(name, about, operations)| {
            let operations = operations
                .iter()
                .map(|of_tag| operation(&settings.public_url, api, of_tag))
                .collect_view();
            view! {
                <section aria-labelledby=id_of(name)>
                    <h2 id=id_of(name)>{name.clone()}</h2>
                    <p class="lead">{about.clone()}</p>
                    {operations}
                </section>
            }
        })
        .collect_view();
    let shapes = schemas.map(|(name, schema)| shape(name, schema)).collect_view();
    let version = format!("Version {}", text(&api["info"]["version"]));
    document(
        theme,
        settings.css_path.clone(),
        view! { <title>"HTTP API · Flui"</title> },
        view! {
            <a class="skip" href="#main">"Skip to the content"</a>
            <div class="layout">
                <header class="rail">
                    {brand()}
                    <nav class="nav nav-wide api-nav" aria-label="Operations" tabindex="0">{contents}</nav>
                    <details class="menu nav-narrow">
                        <summary>{icons::menu()}<span class="visually-hidden">"Operations"</span></summary>
                        <nav class="menu-sheet nav api-nav" aria-label="Operations">{again}</nav>
                    </details>
                </header>
                <main id="main" tabindex="-1">
                    <div class="page-head">
                        <div>
                            <h1>"HTTP API"</h1>
                            <p class="lead">{version}</p>
                        </div>
                        <a class="button" href="/api/openapi.json">"OpenAPI document"</a>
                    </div>
                    {prose(text(&api["info"]["description"]))}
                    <section aria-labelledby="credentials">
                        <h2 id="credentials">"Credentials"</h2>
                        <dl class="facts">{credentials(api)}</dl>
                    </section>
                    {sections}
                    <section aria-labelledby="shapes">
                        <h2 id="shapes">"Shapes"</h2>
                        <p class="lead">"The bodies of requests and answers."</p>
                        {shapes}
                    </section>
                </main>
            </div>
        },
    )
    .to_html()
}

fn contents(groups: &[(String, String, Vec<&Operation<'_>>)]) -> impl IntoView + use<> {
    groups
        .iter()
        .map(|(name, _, operations)| {
            let entries = operations
                .iter()
                .map(|operation| {
                    view! { <li><a href=format!("#{}", operation.id)>{operation.name()}</a></li> }
                })
                .collect_view();
            view! {
                <p class="api-group">{name.clone()}</p>
                <ul>{entries}</ul>
            }
        })
        .collect_view()
}

fn credentials(api: &Value) -> impl IntoView + use<> {
    members(&api["components"]["securitySchemes"])
        .map(|(name, scheme)| {
            view! {
                <dt id=format!("credential-{name}")>{name.to_owned()}</dt>
                <dd>{prose(text(&scheme["description"]))}</dd>
            }
        })
        .collect_view()
}

/// The members of an object; none of anything else.
fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, member)| (name.as_str(), member))
}
