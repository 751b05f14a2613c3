use flui_identity::{
    Error,
    sign_ins::{ListKeys, Proof},
};
use flui_model::{
    Kind, Timestamp,
    api_keys::{ApiKeyView, KeyState},
    sessions::SessionView,
};
use leptos::prelude::*;

use crate::{
    PageContext,
    islands::ConfirmRevoke,
    parts::{Head, Place, context_words, frame, key_name, last_use, moment, page, revoke_form},
    ui::{Tone, badge, cell, empty, table, wide_cell},
};

/// One page holds all: a person has few machines.
const MOST: u32 = 200;

/// `/sign-ins`: this browser, the others, and the workstations.
pub(crate) fn list() -> AnyView {
    page(load)
}

async fn load(page: PageContext) -> Result<AnyView, Error> {
    let now = page.now();
    let sessions = page.identity.list_sessions(&page.caller).await?;
    let wanted = ListKeys {
        kinds: vec![Kind::Workstation],
        state: Some(KeyState::Live),
        limit: MOST,
        ..ListKeys::default()
    };
    let keys = page.identity.list_keys(&page.caller, &wanted).await?.items;
    let others = sessions.iter().any(|session| !session.current);
    let end_others = others.then(|| {
        view! {
            <form method="post" action="/sign-ins/end-others">
                <button class="button">"Sign out everywhere else"</button>
            </form>
        }
        .into_any()
    });
    let browsers = sessions.iter().map(|session| session_row(session, now)).collect();
    let workstations = if keys.is_empty() {
        empty(
            "No workstation is signed in",
            "A machine appears here when somebody signs in on its command line as you.",
            view! { <p><code>"flui auth login"</code></p> },
        )
    } else {
        let rows = keys.iter().map(|key| key_row(key, now)).collect();
        table(
            "Workstations",
            &["Key", "Machine", "Context", "Since", "Last used", "Expires", ""],
            rows,
        )
    };
    let body = view! {
        <section aria-labelledby="browsers">
            <h2 id="browsers">"Browsers"</h2>
            {table("Browsers", &["Browser", "Place", "Since", "Last used", "Proven", ""], browsers)}
        </section>
        <section aria-labelledby="workstations">
            <h2 id="workstations">"Workstations"</h2>
            {workstations}
        </section>
        <ConfirmRevoke/>
    };
    let head = Head {
        act: end_others,
        ..Head::new(
            Place::SignIns,
            "Sign-ins",
            "Browsers and machines that act as you right now.",
        )
    };
    Ok(frame(&page, head, body))
}

fn session_row(session: &SessionView, now: Timestamp) -> AnyView {
    let id = format!("session-{}", session.id);
    let (action, this) = if session.current {
        // Signs out at the provider too.
        ("/auth/logout".to_owned(), Some(badge(Tone::Ok, "This one")))
    } else {
        (format!("/sign-ins/{}/end", session.id), None)
    };
    let place = session
        .last_used_from
        .clone()
        .unwrap_or_else(|| session.address.clone());
    view! {
        <tr>
            <th scope="row">
                <span class="name" id=id.clone() title=session.user_agent.clone()>{session.name.clone()}</span>
                {this}
            </th>
            {cell("Place", place)}
            {cell("Since", moment(session.created_at, now))}
            {cell("Last used", last_use(session.last_used_at, None, now))}
            {cell("Proven", proven(session, now))}
            <td class="acts">
                <form method="post" action=action>
                    <button class="button button-small" aria-describedby=id>"Sign out"</button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}

/// How the person proved who they are at the provider, as far as it says so.
fn proven(session: &SessionView, now: Timestamp) -> AnyView {
    let proof = Proof {
        amr: session.amr.clone(),
        ..Proof::default()
    };
    let how = if proof.is_mfa() {
        badge(Tone::Ok, "MFA").into_any()
    } else if session.amr.is_empty() {
        view! { <span class="muted">"The provider did not say how"</span> }.into_any()
    } else {
        badge(Tone::Warn, "One factor").into_any()
    };
    let when = session
        .auth_time
        .map(|at| view! { <span class="sub">{moment(at, now)}</span> });
    view! { {how}{when} }.into_any()
}

fn key_row(key: &ApiKeyView, now: Timestamp) -> AnyView {
    let machine = key.machine.as_ref().map_or_else(
        || "Unknown".to_owned(),
        |machine| format!("{} ({})", machine.name, machine.os),
    );
    view! {
        <tr>
            <th scope="row">{key_name(key)}</th>
            {cell("Machine", machine)}
            {wide_cell("Context", context_words(&key.contexts))}
            {cell("Since", moment(key.created_at, now))}
            {cell("Last used", last_use(key.last_used_at, key.last_used_from.clone(), now))}
            {cell("Expires", moment(key.expires_at, now))}
            <td class="acts">{revoke_form(key, now)}</td>
        </tr>
    }
    .into_any()
}
