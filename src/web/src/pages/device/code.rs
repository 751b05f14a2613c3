use flui_identity::Error;
use leptos::prelude::*;

use crate::{
    PageContext, PageStatus,
    parts::{Head, Place, frame},
    ui::{Field, Tone, field, notice},
};

/// The form for the code, with what was wrong with the last one and the status to answer with.
pub(super) fn load(page: &PageContext, typed: String, problem: Option<(String, u16)>) -> Result<AnyView, Error> {
    page.caller.signed_in()?;
    let failed = problem.is_some();
    if let (Some((_, code)), Some(status)) = (&problem, use_context::<PageStatus>()) {
        status.set(*code);
    }
    let problem = problem.map(|(problem, _)| problem);
    let code = Field {
        id: "code",
        label: "Code",
        hint: "Eight letters, like BCDF-GHJK. They stand in the terminal in front of you.",
        error: problem.clone(),
    };
    let (invalid, described) = (code.invalid(), code.described_by());
    let summary = problem.map(|problem| {
        let content = view! {
            <h2>"Nothing was approved"</h2>
            <ul><li><a href="#code">{problem}</a></li></ul>
        };
        notice(Tone::Danger, content)
    });
    let warning = notice(
        Tone::Warn,
        "Type only a code that flui shows in your own terminal, just now. Nobody who helps you needs it: whoever sends you \
         one wants to act in your name.",
    );
    let body = view! {
        {summary}
        {warning}
        <form method="post" action="/device" class="form" novalidate=true>
            {field(code, view! {
                <input id="code" name="code" type="text" value=typed class="code-input" autocomplete="off"
                    autocapitalize="characters" spellcheck="false" maxlength="40"
                    aria-invalid=invalid aria-describedby=described/>
            })}
            <div class="form-acts">
                <button class="button button-primary">"Continue"</button>
            </div>
        </form>
    };
    let head = Head {
        failed,
        ..Head::new(
            Place::SignIns,
            "Device login",
            "Sign in the command line of a machine that has no browser.",
        )
    };
    Ok(frame(page, head, body))
}
