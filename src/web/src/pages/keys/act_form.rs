//! What the pages share that change a key.

use std::future::Future;

use flui_identity::{Error, sign_ins::KeyLife};
use flui_model::FieldError;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    FormAnswer, KeyActFields, PageContext, PageStatus,
    parts::{Head, Place, form_errors, frame, fresh_sign_in, page},
    ui::{Tone, isolated, notice, raw_query},
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
    /// What became of the form whose POST this page answers, or what the address fills in.
    fn take() -> Self {
        match use_context::<FormAnswer>() {
            Some(FormAnswer::KeyAct { typed, errors, problem }) => Self {
                typed: Some(typed),
                errors,
                problem,
            },
            _ => Self {
                typed: KeyActFields::from_query(&raw_query()),
                ..Self::default()
            },
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

/// A page that changes a key.
#[derive(Clone, Copy)]
pub(super) struct Act {
    /// The last part of its address.
    pub(super) path: &'static str,
    /// What its heading says before the name of the key.
    pub(super) verb: &'static str,
    /// The id of its one field.
    pub(super) control: &'static str,
    /// Whether it asks for a recent sign-in.
    pub(super) needs_fresh: bool,
}

/// A page that changes one of the caller's own live keys.
pub(super) fn act_page<Body>(
    act: Act,
    body: impl FnOnce(PageContext, KeyLife, ActForm) -> Body + Send + 'static,
) -> AnyView
where
    Body: Future<Output = AnyView> + Send + 'static,
{
    let id = use_params_map().get_untracked().get("id").unwrap_or_default();
    let form = ActForm::take();
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
        let summary = failed.then(|| summary(&form, act.control));
        let stale = (act.needs_fresh && !is_fresh(&page)).then(|| {
            let path = format!("/keys/{id}/{}", act.path);
            stale(
                &form
                    .typed
                    .as_ref()
                    .map_or_else(|| path.clone(), |typed| typed.address(&path)),
            )
        });
        let title = format!("{} {}", act.verb, isolated(&life.key.name));
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
    let content = view! {
        "This needs a recent sign-in, and yours has grown old. "
        <a href=fresh_sign_in(path)>"Sign in again"</a>
        " and come back to this page."
    };
    notice(Tone::Warn, content)
}

fn summary(form: &ActForm, control: &'static str) -> AnyView {
    form_errors("Nothing was changed", form.problem.as_deref(), &form.errors, |_| {
        control
    })
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
