//! What the pages share that change a key.

use std::future::Future;

use flui_identity::{Error, sign_ins::KeyLife};
use flui_model::FieldError;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    FormAnswer, KeyActFields, PageContext, PageStatus,
    parts::{Head, Place, frame, page},
    ui::{Tone, notice},
};

/// The form of an act as it stands, and what was wrong with it.
#[derive(Default)]
pub(super) struct ActForm {
    /// What was filled in; nothing on the first visit.
    pub(super) typed: Option<KeyActFields>,
    errors: Vec<FieldError>,
    problem: Option<String>,
}

impl ActForm {
    /// What became of the form whose POST this page answers.
    fn from_answer() -> Self {
        match use_context::<FormAnswer>() {
            Some(FormAnswer::KeyAct { typed, errors, problem }) => Self {
                typed: Some(typed),
                errors,
                problem,
            },
            _ => Self::default(),
        }
    }

    /// What is wrong with its one field.
    pub(super) fn error(&self) -> Option<String> {
        self.errors.first().map(|error| error.message.clone())
    }

    fn failed(&self) -> bool {
        self.problem.is_some() || !self.errors.is_empty()
    }
}

/// A page that changes one of the caller's own live keys: `verb` leads its heading, `control` is the id of its field.
pub(super) fn act_page<Body>(
    verb: &'static str,
    control: &'static str,
    needs_fresh: bool,
    body: impl FnOnce(PageContext, KeyLife, ActForm) -> Body + Send + 'static,
) -> AnyView
where
    Body: Future<Output = AnyView> + Send + 'static,
{
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    let form = ActForm::from_answer();
    page(move |page| async move {
        let id = id.parse().map_err(|_| Error::NotFound("key"))?;
        let life = page.identity.find_key_life(&page.caller, id).await?;
        if !life.is_own || life.key.state.is_over() {
            return Err(Error::NotFound("key"));
        }
        let failed = form.failed();
        if failed && let Some(status) = use_context::<PageStatus>() {
            status.set(400);
        }
        let summary = failed.then(|| summary(&form, control));
        let stale = (needs_fresh && !is_fresh(&page)).then(|| stale(&format!("/keys/{id}/{}", verb.to_lowercase())));
        let title = format!("{verb} {}", life.key.name);
        let body = body(page.clone(), life, form).await;
        let head = Head {
            above: &[("Keys", "/keys")],
            failed,
            ..Head::new(Place::Keys, title, "")
        };
        Ok(frame(&page, head, view! { {summary}{stale}{body} }))
    })
}

fn is_fresh(page: &PageContext) -> bool {
    page.caller
        .signed_in()
        .is_ok_and(|caller| caller.is_fresh(page.now(), page.identity.policy()))
}

fn stale(path: &str) -> AnyView {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("fresh", "1")
        .append_pair("return_to", path)
        .finish();
    let content = view! {
        "This needs a recent sign-in, and yours has grown old. "
        <a href=format!("/auth/login?{query}")>"Sign in again"</a>
        " and come back to this page."
    };
    notice(Tone::Warn, content)
}

fn summary(form: &ActForm, control: &'static str) -> AnyView {
    let links = form
        .errors
        .iter()
        .map(|error| view! { <li><a href=format!("#{control}")>{error.message.clone()}</a></li> })
        .collect_view();
    let content = view! {
        <h2>"Nothing was changed"</h2>
        {form.problem.clone().map(|problem| view! { <p>{problem}</p> })}
        <ul>{links}</ul>
    };
    notice(Tone::Danger, content)
}

/// The buttons at the end of such a form.
pub(super) fn act_buttons(life: &KeyLife, label: &'static str) -> AnyView {
    view! {
        <div class="form-acts">
            <button class="button button-primary">{label}</button>
            <a class="button" href=format!("/keys/{}", life.key.id)>"Cancel"</a>
        </div>
    }
    .into_any()
}
