use flui_identity::{
    Error,
    sign_ins::{Found, TransferTarget},
};
use flui_model::Timestamp;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::created::transferred;
use crate::{
    FormAnswer, PageContext, PageStatus,
    parts::{Head, Place, frame, fresh_notice, last_use, page, scope_words},
    ui::{Query, Tone, isolated, notice},
};

/// `/keys/{id}/transfer?text=…`: who shall own the key, and what stops; or the new secret, when this page answers its
/// POST. For admins.
pub(crate) fn transfer() -> AnyView {
    if let Some(FormAnswer::KeyTransferred { key, owner }) = use_context::<FormAnswer>() {
        return transferred(&PageContext::get(), &key, &owner);
    }
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    let text = Query::of_page().get("text").to_owned();
    let form = match use_context::<FormAnswer>() {
        Some(FormAnswer::KeyTransfer { chosen, problem }) => Form {
            chosen,
            problem: Some(problem),
        },
        _ => Form::default(),
    };
    page(move |page| load(page, id, text, form))
}

/// The form as it stands, and what was wrong with it.
#[derive(Default)]
struct Form {
    chosen: String,
    problem: Option<String>,
}

async fn load(page: PageContext, id: String, text: String, form: Form) -> Result<AnyView, Error> {
    let id = id.parse().map_err(|_| Error::NotFound("key"))?;
    let (key, targets) = page
        .identity
        .find_transfer(&page.caller, id, Some(text.clone()))
        .await?;
    let failed = form.problem.is_some();
    if failed && let Some(status) = use_context::<PageStatus>() {
        status.set(400);
    }
    let path = format!("/keys/{id}/transfer");
    let problem = form.problem.map(|problem| {
        let content = view! {
            <h2>"Nothing was changed"</h2>
            <p><a href="#people">{problem}</a></p>
        };
        notice(Tone::Danger, content)
    });
    let name = key.sign_in.name.clone();
    let body = view! {
        {problem}
        {impact(&key, page.now())}
        <form method="get" action=path.clone() class="filters" role="search" aria-label="Find a person">
            <label>
                <span>"Name, mail address or subject"</span>
                <input type="search" name="text" value=text autocomplete="off"/>
            </label>
            <button class="button">"Find"</button>
        </form>
        {fresh_notice(&page, "Transferring a key", &path)}
        {people(&path, &targets, &form.chosen)}
    };
    let head = Head {
        above: &[("Estate", "/estate")],
        failed,
        ..Head::new(Place::Estate, format!("Transfer {}", isolated(&name)), "")
    };
    Ok(frame(&page, head, body))
}

/// What a transfer does to whatever uses the key.
fn impact(key: &Found, now: Timestamp) -> AnyView {
    let sign_in = &key.sign_in;
    let used = sign_in.last_used.as_ref();
    let scopes = if sign_in.grant.is_unscoped() {
        "All that its owner may do".to_owned()
    } else {
        scope_words(false, sign_in.grant.scopes(flui_model::Role::Admin))
    };
    let warning = "The key gets a new secret, which is shown once in the answer, and the old one is refused at once: its owner \
                   may hold it. Whatever uses the key stops working until it has the new secret. Its name, scopes, end and \
                   history stay.";
    let paused = sign_in
        .paused
        .map(|_| view! { <p>"The key is paused and stays so."</p> });
    view! {
        {notice(Tone::Warn, view! { <p>{warning}</p>{paused} })}
        <dl class="facts">
            <dt>"Owner"</dt>
            <dd><a href=format!("/people/{}", key.person.id)>{key.person.display_name().to_owned()}</a></dd>
            <dt>"Kind"</dt>
            <dd>{sign_in.kind.label()}</dd>
            <dt>"Scopes"</dt>
            <dd>{scopes}</dd>
            <dt>"Last used"</dt>
            <dd>{last_use(used.map(|used| used.at), used.map(|used| used.address.clone()), now)}</dd>
        </dl>
    }
    .into_any()
}

fn people(path: &str, targets: &[TransferTarget], chosen: &str) -> AnyView {
    if targets.is_empty() {
        return notice(
            Tone::Plain,
            "Nobody who ever signed in here is called so. Whoever shall own the key signs in once first.",
        );
    }
    let choices = targets
        .iter()
        .map(|target| {
            let person = &target.person;
            let id = person.id.to_string();
            let checked = chosen == id;
            let about = match (target.unfit, &person.email) {
                (Some(unfit), _) => Some(format!("{} {}.", isolated(person.display_name()), unfit.words())),
                (None, email) => email.clone(),
            };
            view! {
                <li>
                    <label class="tick">
                        <input type="radio" name="person" value=id checked=checked disabled=target.unfit.is_some()/>
                        <span class="name">{person.display_name().to_owned()}</span>
                        {about.map(|about| view! { <span class="tick-about muted">{about}</span> })}
                    </label>
                </li>
            }
        })
        .collect_view();
    view! {
        <form method="post" action=path.to_owned() class="form">
            <fieldset id="people" tabindex="-1" class="field">
                <legend>"New owner"</legend>
                <ul class="choices">{choices}</ul>
                <p class="hint">"People seen last come first, at most 20. Search for others."</p>
            </fieldset>
            <div class="form-acts">
                <button class="button button-danger">"Transfer key"</button>
                <a class="button" href="/estate">"Cancel"</a>
            </div>
        </form>
    }
    .into_any()
}
