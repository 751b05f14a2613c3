use std::time::Duration;

use flui_identity::{
    Error,
    contexts::{Answered, ContextReachability, Reachability},
};
use flui_model::Timestamp;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    FormAnswer, PageContext,
    parts::{Head, Place, frame, fresh_notice, moment, page},
    ui::{Tone, badge, cell, table, wide_cell},
};

/// From so many days before its end on a certificate should have been renewed.
const RENEW: Duration = Duration::from_hours(14 * 24);
/// Clocks that differ by more than so many seconds begin to refuse each other's tokens.
const CLOCKS_APART: i64 = 30;

/// `/contexts/{name}/check`: what its addresses answered, when this page answers the POST; otherwise the button alone.
pub(crate) fn check() -> AnyView {
    let name = use_params_map().get_untracked().get("name").unwrap_or_default();
    let reached = match use_context::<FormAnswer>() {
        Some(FormAnswer::ContextChecked(reached)) => reached,
        _ => None,
    };
    page(move |page| load(page, name, reached))
}

async fn load(page: PageContext, name: String, reached: Option<ContextReachability>) -> Result<AnyView, Error> {
    if !page.caller.signed_in()?.is_admin() {
        return Err(Error::Forbidden(
            "Only an administrator may check whether a context can be reached.",
        ));
    }
    let context = page.identity.find_context(&page.caller, &name).await?;
    let path = format!("/contexts/{}", context.name);
    let now = page.now();
    let found = reached.map(|reached| {
        let rows = vec![row("API", &reached.api, now), row("Provider", &reached.issuer, now)];
        let headers = ["Address", "Answer", "Took", "Certificate ends", "Clock"];
        table("What the addresses answered", &headers, rows)
    });
    let body = view! {
        {fresh_notice(&page, "Checking a context", &format!("{path}/check"))}
        {found}
        <p class="muted">
            "This server calls the two addresses of the context, without any key. Nothing of the answer is kept."
        </p>
        <div class="form-acts">
            {check_form(&context.name)}
            <a class="button" href=path.clone()>"Back to the context"</a>
        </div>
    };
    let head = Head {
        above: &[("Contexts", "/contexts")],
        ..Head::new(Place::Contexts, format!("Reachability of {}", context.name), "")
    };
    Ok(frame(&page, head, body))
}

/// The button that asks.
pub(super) fn check_form(name: &str) -> impl IntoView + use<> {
    view! {
        <form method="post" action=format!("/contexts/{name}/check")>
            <button class="button">"Check reachability"</button>
        </form>
    }
}

fn row(what: &'static str, reached: &Reachability, now: Timestamp) -> AnyView {
    let name = view! {
        <th scope="row"><span class="name">{what}</span><span class="sub">{reached.address.clone()}</span></th>
    };
    match &reached.answer {
        Ok(answered) => view! {
            <tr>
                {name}
                {cell("Answer", status(answered.status))}
                <td class="number" data-label="Took">{format!("{} ms", answered.took.as_millis())}</td>
                {cell("Certificate ends", certificate(answered, now))}
                {cell("Clock", clock(answered))}
            </tr>
        }
        .into_any(),
        Err(why) => view! {
            <tr>
                {name}
                {wide_cell("Answer", view! { {badge(Tone::Danger, "No answer")}<span class="sub">{why.clone()}</span> })}
                <td class="number" data-label="Took">"–"</td>
                {cell("Certificate ends", "–")}
                {cell("Clock", "–")}
            </tr>
        }
        .into_any(),
    }
}

fn status(status: u16) -> AnyView {
    let words = format!("HTTP {status}");
    if status == 200 {
        view! { {badge(Tone::Ok, "Reached")}<span class="sub">{words}</span> }.into_any()
    } else {
        view! { {badge(Tone::Warn, "Answers otherwise")}<span class="sub">{words}</span> }.into_any()
    }
}

fn certificate(answered: &Answered, now: Timestamp) -> AnyView {
    let Some(end) = answered.certificate_ends else {
        return view! { <span class="muted">"No TLS"</span> }.into_any();
    };
    let left = end.since(now);
    let days = match left.as_secs() / 86_400 {
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    };
    let days = if left < RENEW {
        badge(Tone::Warn, &days).into_any()
    } else {
        days.into_any()
    };
    view! { {days}<span class="sub">{moment(end, now)}</span> }.into_any()
}

fn clock(answered: &Answered) -> AnyView {
    let Some((there, here)) = answered.clocks else {
        return view! { <span class="muted">"Not told"</span> }.into_any();
    };
    let apart = there.as_seconds() - here.as_seconds();
    let words = match apart {
        -1..=1 => "As here".to_owned(),
        ahead @ 2.. => format!("{ahead} s ahead"),
        behind => format!("{} s behind", behind.unsigned_abs()),
    };
    if apart.abs() > CLOCKS_APART {
        badge(Tone::Warn, &words).into_any()
    } else {
        words.into_any()
    }
}
