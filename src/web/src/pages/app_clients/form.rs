use flui_model::{FieldError, app_clients::AppClientKind};
use leptos::prelude::*;

use crate::{
    AppClientFormFields, FormAnswer, PageStatus,
    parts::form_errors,
    ui::{Field, area_text, choice, field},
};

/// The form as it stands, and what was wrong with it.
pub(super) struct Form {
    pub(super) typed: AppClientFormFields,
    errors: Vec<FieldError>,
    problem: Option<String>,
}

impl Form {
    /// What the answer to a POST hands back; what `fresh` fills in otherwise.
    pub(super) fn take(fresh: impl FnOnce() -> AppClientFormFields) -> Self {
        match use_context::<FormAnswer>() {
            Some(FormAnswer::AppClientForm { typed, errors, problem }) => Self { typed, errors, problem },
            _ => Self {
                typed: fresh(),
                errors: Vec::new(),
                problem: None,
            },
        }
    }

    /// Whether the POST was refused.
    pub(super) fn failed(&self) -> bool {
        self.problem.is_some() || !self.errors.is_empty()
    }

    /// What was wrong, with links to the fields. Sets the status of the page.
    pub(super) fn summary(&self, title: &'static str) -> Option<AnyView> {
        if !self.failed() {
            return None;
        }
        if let Some(status) = use_context::<PageStatus>() {
            status.set(400);
        }
        Some(form_errors(title, self.problem.as_deref(), &self.errors, control_of))
    }

    /// The fields and buttons. `new`: kind and scopes may be chosen.
    pub(super) fn view(&self, action: String, button: &'static str, cancel: String, new: bool) -> AnyView {
        let typed = &self.typed;
        let name = self.line("name", "name", "Name", "What people call the app.", &typed.name);
        let kind = new.then(|| self.kind());
        let hosts = self.area(
            "hosts",
            "hosts",
            "Host names",
            "One on a line, like wiki.example.org. Each stands for https://HOST/oauth2/callback, or https://HOST/callback for \
             a single-page app.",
            &typed.hosts,
        );
        let redirect_uris = self.area(
            "redirect-uris",
            "redirect_uris",
            "Redirect addresses",
            "Where the app wants its answers, one full address on a line, if it is not the usual one of a host.",
            &typed.redirect_uris,
        );
        let post_logout = self.area(
            "post-logout",
            "post_logout_redirect_uris",
            "Addresses after logout",
            "Where people may come back to after they signed out. Empty means the front page of each host.",
            &typed.post_logout_redirect_uris,
        );
        let backchannel = self.line(
            "backchannel",
            "backchannel_logout_uri",
            "Back-channel logout address",
            "Where the app on its server receives logout tokens. Empty if it does not.",
            &typed.backchannel_logout_uri,
        );
        let scopes = new.then(|| {
            let hint =
                "Words with spaces between them. offline_access lets the app renew its tokens without the person.";
            self.line("scopes", "scopes", "Scopes", hint, &typed.scopes)
        });
        view! {
            <form method="post" action=action class="form" novalidate=true>
                {name}
                {kind}
                {hosts}
                {redirect_uris}
                {post_logout}
                {backchannel}
                {scopes}
                <div class="form-acts">
                    <button class="button button-primary">{button}</button>
                    <a class="button" href=cancel>"Cancel"</a>
                </div>
            </form>
        }
        .into_any()
    }

    fn kind(&self) -> AnyView {
        let part = self.field(
            "kind",
            "Kind",
            "An app on a web server gets a secret. One in the browser or on people's machines cannot keep any.",
        );
        let (invalid, described) = (part.invalid(), part.described_by());
        let kinds = AppClientKind::ALL.map(|kind| choice(kind.as_str(), kind.label(), &self.typed.kind));
        field(
            part,
            view! {
                <select id="kind" name="kind" aria-invalid=invalid aria-describedby=described>
                    {kinds.into_iter().collect_view()}
                </select>
            },
        )
    }

    fn line(
        &self,
        id: &'static str,
        name: &'static str,
        label: &'static str,
        hint: &'static str,
        value: &str,
    ) -> AnyView {
        let part = self.field(id, label, hint);
        let (invalid, described) = (part.invalid(), part.described_by());
        field(
            part,
            view! {
                <input id=id name=name type="text" value=value.to_owned() autocomplete="off" spellcheck="false"
                    aria-invalid=invalid aria-describedby=described/>
            },
        )
    }

    fn area(
        &self,
        id: &'static str,
        name: &'static str,
        label: &'static str,
        hint: &'static str,
        value: &str,
    ) -> AnyView {
        let part = self.field(id, label, hint);
        let (invalid, described) = (part.invalid(), part.described_by());
        field(
            part,
            view! {
                <textarea id=id name=name rows="2" autocomplete="off" spellcheck="false"
                    aria-invalid=invalid aria-describedby=described>
                    {area_text(value)}
                </textarea>
            },
        )
    }

    fn field(&self, id: &'static str, label: &'static str, hint: &'static str) -> Field {
        let errors = self.errors.iter().filter(|error| control_of(&error.field) == id);
        let errors: Vec<&str> = errors.map(|error| error.message.as_str()).collect();
        Field {
            id,
            label,
            hint,
            error: (!errors.is_empty()).then(|| errors.join(" ")),
        }
    }
}

/// The id of the control that a field of the rules is filled in by.
fn control_of(field: &str) -> &'static str {
    match field {
        "kind" => "kind",
        "hosts" => "hosts",
        "redirectUris" => "redirect-uris",
        "postLogoutRedirectUris" => "post-logout",
        "backchannelLogoutUri" => "backchannel",
        "scopes" => "scopes",
        _ => "name",
    }
}
