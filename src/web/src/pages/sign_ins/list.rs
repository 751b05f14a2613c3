use flui_identity::{Error, sign_ins::Proof};
use flui_model::{Timestamp, api_keys::ApiKeyView, machines::Machine, sessions::SessionView};
use leptos::prelude::*;

use crate::{
    LostFormFields, PageContext,
    islands::ConfirmRevoke,
    parts::{Head, Place, frame, key_name, last_use, moment, page, revoke_link},
    ui::{Tone, badge, cell, empty, table},
};

const HEADERS: [&str; 7] = ["Sign-in", "Kind", "Place", "Since", "Last used", "Proven", ""];

/// `/sign-ins`: the browsers and workstations that act as the person, by machine.
pub(crate) fn list() -> AnyView {
    page(load)
}

async fn load(page: PageContext) -> Result<AnyView, Error> {
    let now = page.now();
    let machines = page.identity.list_machines(&page.caller).await?;
    let others = machines
        .iter()
        .flat_map(|machine| &machine.sessions)
        .any(|session| !session.current);
    let end_others = others.then(|| {
        view! {
            <form method="post" action="/sign-ins/end-others">
                <button class="button">"Sign out everywhere else"</button>
            </form>
        }
    });
    let acts = view! {
        <div class="form-acts">
            {end_others}
            <a class="button" href="/sign-ins/lost">"Report lost"</a>
        </div>
    };
    let no_workstation = machines.iter().all(|machine| machine.keys.is_empty()).then(|| {
        empty(
            "No workstation is signed in",
            "A machine appears here when somebody signs in on its command line as you.",
            view! { <p><code>"flui auth login"</code></p> },
        )
    });
    let groups = machines
        .iter()
        .enumerate()
        .map(|(place, machine)| group(place, machine, now))
        .collect_view();
    let body = view! {
        {groups}
        {no_workstation}
        <ConfirmRevoke/>
    };
    let head = Head {
        act: Some(acts.into_any()),
        ..Head::new(
            Place::SignIns,
            "Sign-ins",
            "Browsers and machines that act as you right now.",
        )
    };
    Ok(frame(&page, head, body))
}

fn group(place: usize, machine: &Machine, now: Timestamp) -> AnyView {
    let id = format!("machine-{place}");
    let system = machine.system.filter(|_| machine.name.is_some());
    let rows = machine
        .keys
        .iter()
        .map(|key| key_row(key, now))
        .chain(machine.sessions.iter().map(|session| session_row(session, now)));
    let (heading, described) = (id.clone(), id.clone());
    view! {
        <section aria-labelledby=id>
            <div class="section-head">
                <h2 id=heading>
                    {machine.label()}
                    {system.map(|system| view! { " "<span class="muted">{system}</span> })}
                </h2>
                <a class="button button-small" href=LostFormFields::link(&machine.id()) aria-describedby=described>
                    "Report lost"
                </a>
            </div>
            {table(machine.label(), &HEADERS, rows)}
        </section>
    }
    .into_any()
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
            {cell("Kind", "Browser")}
            {cell("Place", place)}
            {cell("Since", moment(session.created_at, now))}
            {cell("Last used", last_use(session.last_used_at, None, now))}
            {cell("Proven", proven(&session.amr, session.auth_time, now))}
            <td class="acts">
                <form method="post" action=action>
                    <button class="button button-small" aria-describedby=id>"Sign out"</button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}

fn key_row(key: &ApiKeyView, now: Timestamp) -> AnyView {
    let place = key.last_used_from.clone().unwrap_or_else(|| "–".to_owned());
    view! {
        <tr>
            <th scope="row">{key_name(key)}</th>
            {cell("Kind", key.kind.label())}
            {cell("Place", place)}
            {cell("Since", view! {
                {moment(key.created_at, now)}
                <span class="sub">"expires "{moment(key.expires_at, now)}</span>
            })}
            {cell("Last used", last_use(key.last_used_at, None, now))}
            {cell("Proven", proven(&key.amr, key.auth_time, now))}
            <td class="acts">{revoke_link(key, String::new())}</td>
        </tr>
    }
    .into_any()
}

/// How and when the person proved who they are at the provider, as far as it says so.
fn proven(amr: &[String], at: Option<Timestamp>, now: Timestamp) -> AnyView {
    let proof = Proof {
        amr: amr.to_vec(),
        ..Proof::default()
    };
    let how = if proof.is_mfa() {
        badge(Tone::Ok, "MFA").into_any()
    } else if amr.is_empty() {
        view! { <span class="muted">"The provider did not say how"</span> }.into_any()
    } else {
        badge(Tone::Warn, "One factor").into_any()
    };
    let when = at.map(|at| view! { <span class="sub">{moment(at, now)}</span> });
    view! { {how}{when} }.into_any()
}
