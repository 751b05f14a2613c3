use std::time::Duration;

use flui_identity::{Error, contexts::Context};
use flui_model::{Area, Depth, FieldError, Kind, Scope};
use leptos::prelude::*;

use super::{created::created, networks::networks_field, scope_matrix::scope_matrix};
use crate::{
    FormAnswer, KeyFormFields, PageContext, PageStatus,
    parts::{Head, Place, form_errors, frame, page},
    ui::{Field, Tone, choice, field, notice, raw_query},
};

/// The form as it stands, and what was wrong with it.
struct Form {
    typed: KeyFormFields,
    errors: Vec<FieldError>,
    problem: Option<String>,
}

/// `/keys/new`: the form, or what became of it when this page answers its POST.
pub(crate) fn new() -> AnyView {
    let form = match use_context::<FormAnswer>() {
        Some(FormAnswer::KeyCreated(key)) => return created(&PageContext::get(), &key),
        Some(FormAnswer::KeyForm { typed, errors, problem }) => Form { typed, errors, problem },
        _ => Form {
            typed: KeyFormFields::from_query(&raw_query()),
            errors: Vec::new(),
            problem: None,
        },
    };
    page(move |page| load(page, form))
}

async fn load(page: PageContext, form: Form) -> Result<AnyView, Error> {
    let signed_in = page.caller.signed_in()?;
    signed_in.require(Scope::new(Area::Keys, Depth::Change))?;
    let contexts = page.identity.list_contexts(&page.caller).await?;
    let fresh = signed_in.is_fresh(page.now(), page.identity.policy());
    let failed = form.problem.is_some() || !form.errors.is_empty();
    if failed && let Some(status) = use_context::<PageStatus>() {
        status.set(400);
    }
    let body = view! {
        {failed.then(|| summary(&form))}
        {(!fresh).then(stale)}
        {fields(&page, &form, &contexts)}
    };
    let head = Head {
        above: &[("Keys", "/keys")],
        failed,
        ..Head::new(
            Place::Keys,
            "Create key",
            "For a pipeline or a service. The key is shown once, on the next page.",
        )
    };
    Ok(frame(&page, head, body))
}

/// A new key asks for a recent proof of who the person is. The button belongs to the form: what was typed goes along.
fn stale() -> AnyView {
    notice(
        Tone::Warn,
        view! {
            <p>
                "Creating a key needs a recent sign-in, and yours has grown old. The provider asks for your password once \
                 more, and you come back to this form as it is."
            </p>
            <button form="key-form" name=KeyFormFields::SIGN_IN_AGAIN value="1" class="button button-primary">
                "Sign in again"
            </button>
        },
    )
}

fn summary(form: &Form) -> AnyView {
    form_errors(
        "The key was not created",
        form.problem.as_deref(),
        &form.errors,
        |field| control_of(field, &form.typed),
    )
}

/// The id of the control that a field of the form, or of the rules, is filled in by.
fn control_of(field: &str, typed: &KeyFormFields) -> &'static str {
    match field {
        "kind" => "kind",
        "context" => "context",
        "scope" | "scopes" => "scopes",
        "networks" => "networks",
        "expires" if typed.expires != "date" => "expires",
        "expires" | "expires_date" => "expires-date",
        _ => "name",
    }
}

fn fields(page: &PageContext, form: &Form, contexts: &[Context]) -> AnyView {
    let typed = &form.typed;
    let error = |control: &str| {
        form.errors
            .iter()
            .find(|error| control_of(&error.field, typed) == control)
            .map(|error| error.message.clone())
    };
    let part = |id: &'static str, label: &'static str, hint: &'static str| Field {
        id,
        label,
        hint,
        error: error(id),
    };
    let name = part(
        "name",
        "Name",
        "What uses the key, so that you know it again: deploy-prod.",
    );
    let kind = part(
        "kind",
        "Kind",
        "CI for a pipeline or script. Service for a Flui service that checks the keys of others.",
    );
    let context = part("context", "Context", "The installation or cluster that the key opens.");
    let grantable = page
        .caller
        .signed_in()
        .map(flui_identity::SignedIn::scopes)
        .unwrap_or_default();
    view! {
        <form id="key-form" method="post" action="/keys/new" class="form" novalidate=true>
            // Enter presses the first button of a form. That must not be a preset.
            <button class="visually-hidden" tabindex="-1" aria-hidden="true">"Create key"</button>
            {
                let (invalid, described) = (name.invalid(), name.described_by());
                field(name, view! {
                    <input id="name" name="name" type="text" value=typed.name.clone() autocomplete="off"
                        spellcheck="false" aria-invalid=invalid aria-describedby=described/>
                })
            }
            <div class="field-row">
                {
                    let (invalid, described) = (kind.invalid(), kind.described_by());
                    let kinds = [Kind::Ci, Kind::Service].map(|kind| choice(kind.as_str(), kind.label(), &typed.kind));
                    field(kind, view! {
                        <select id="kind" name="kind" aria-invalid=invalid aria-describedby=described>
                            {kinds.into_iter().collect_view()}
                        </select>
                    })
                }
                {
                    let (invalid, described) = (context.invalid(), context.described_by());
                    let contexts = contexts
                        .iter()
                        .map(|context| choice(&context.name, &context.name, &typed.context))
                        .collect_view();
                    field(context, view! {
                        <select id="context" name="context" aria-invalid=invalid aria-describedby=described>
                            {choice("", "Every context", &typed.context)}
                            {contexts}
                        </select>
                    })
                }
            </div>
            {scope_matrix(typed, grantable, error("scopes"))}
            {expiry(page, typed, error("expires"), error("expires-date"))}
            {networks_field(&typed.networks, error("networks"))}
            <div class="form-acts">
                <button class="button button-primary">"Create key"</button>
                <a class="button" href="/keys">"Cancel"</a>
            </div>
        </form>
    }
    .into_any()
}

fn expiry(page: &PageContext, typed: &KeyFormFields, error: Option<String>, date_error: Option<String>) -> AnyView {
    const USUAL: [u32; 3] = [30, 90, 365];
    let most = page.settings.keys_max_days;
    let mut days: Vec<u32> = USUAL.into_iter().filter(|days| *days <= most).collect();
    if most < USUAL[2] && !days.contains(&most) {
        days.push(most);
    }
    // The usual choice may be more than the operator allows.
    let known = typed.expires == "date" || days.iter().any(|days| days.to_string() == typed.expires);
    let chosen = if known { typed.expires.clone() } else { most.to_string() };
    let options = days
        .iter()
        .map(|days| choice(&days.to_string(), &format!("{days} days"), &chosen))
        .collect_view();
    let expires = Field {
        id: "expires",
        label: "Expires",
        hint: "The key ends by itself then. Short lives are kinder when a key leaks.",
        error,
    };
    let date = Field {
        id: "expires-date",
        label: "Date",
        hint: "Counts when a date is chosen beside it. The key ends with that day, UTC.",
        error: date_error,
    };
    let now = page.now();
    // The last whole day within the operator's limit.
    let latest = (now + Duration::from_hours(24 * u64::from(most.saturating_sub(1)))).to_date();
    let (invalid, described) = (expires.invalid(), expires.described_by());
    let (date_invalid, date_described) = (date.invalid(), date.described_by());
    view! {
        <div class="field-row">
            {field(expires, view! {
                <select id="expires" name="expires" aria-invalid=invalid aria-describedby=described>
                    {options}
                    {choice("date", "On a date", &chosen)}
                </select>
            })}
            {field(date, view! {
                <input id="expires-date" name="expires_date" type="date" value=typed.expires_date.clone() min=now.to_date()
                    max=latest aria-invalid=date_invalid aria-describedby=date_described/>
            })}
        </div>
    }
    .into_any()
}
