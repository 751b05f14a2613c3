use flui_identity::device_logins::Decided;
use leptos::prelude::*;

use crate::{
    PageContext,
    parts::{Head, Place, frame, moment},
    ui::{Tone, notice},
};

/// What was decided, and where to go on.
pub(super) fn show(page: &PageContext, decided: &Decided) -> AnyView {
    let (title, said, next) = if decided.approved {
        (
            "Approved",
            "Approved. Go back to the terminal: it goes on by itself within a few seconds. You can close this page.",
            "The key of the machine stands under Sign-ins once the terminal has fetched it. There it can be ended too.",
        )
    } else {
        (
            "Turned away",
            "Turned away and written down: that terminal gets no key. You can close this page.",
            "If somebody asked you to type the code, tell whoever runs this: they wanted to act in your name.",
        )
    };
    let body = view! {
        {notice(Tone::Ok, said)}
        <dl class="facts">
            <dt>"Machine"</dt>
            <dd>{decided.machine.clone()}</dd>
            <dt>"Decided"</dt>
            <dd>{moment(decided.at, page.now())}</dd>
        </dl>
        <p>{next}</p>
        <p class="form-acts"><a class="button" href="/sign-ins">"Go to Sign-ins"</a></p>
    };
    let head = Head {
        above: &[("Device login", "/device")],
        ..Head::new(Place::SignIns, title, "")
    };
    frame(page, head, body)
}
