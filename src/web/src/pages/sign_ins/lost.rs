use flui_identity::{
    Error,
    audit::{EventFilter, RecordedEvent},
};
use flui_model::{
    SignInId,
    api_keys::ApiKeyView,
    machines::{Likeness, Machine},
    sessions::SessionView,
};
use leptos::prelude::*;

use super::lost_proof::proof;
use crate::{
    FormAnswer, LostFormFields, PageContext, PageStatus,
    parts::{Head, Place, action_words, frame, last_use, moment, page},
    ui::{Tone, badge, empty, isolated, notice, raw_query},
};

/// How far back the last acts are looked for.
const EVENTS: u32 = 200;
/// Last acts that are told of each sign-in.
const ACTS: usize = 2;

/// `/sign-ins/lost`: pick the machine, see what holds access there, end it; or the proof when this page answers its POST.
pub(crate) fn lost() -> AnyView {
    let (typed, problem) = match use_context::<FormAnswer>() {
        Some(FormAnswer::Lost { machine, ended, left }) => {
            return proof(&PageContext::get(), &machine, &ended, &left);
        }
        Some(FormAnswer::LostForm { typed, problem }) => (typed, Some(problem)),
        _ => (LostFormFields::from_query(&raw_query()), None),
    };
    page(move |page| load(page, typed, problem))
}

async fn load(page: PageContext, typed: LostFormFields, problem: Option<String>) -> Result<AnyView, Error> {
    let machines = page.identity.list_machines(&page.caller).await?;
    if typed.machine.is_empty() {
        return Ok(picker(&page, &machines));
    }
    let Some(machine) = machines.iter().find(|machine| machine.id() == typed.machine) else {
        return Ok(nothing_there(&page));
    };
    let others: Vec<&SessionView> = machines
        .iter()
        .filter(|other| other.id() != machine.id())
        .flat_map(|other| &other.sessions)
        .collect();
    let made = page.identity.list_keys_made_from(&page.caller, machine).await?;
    let own = EventFilter {
        person: Some(page.caller.signed_in()?.person().id),
        ..EventFilter::default()
    };
    let events = page.identity.list_events(&page.caller, own, None, EVENTS).await?;
    let fresh = page.caller.signed_in()?.is_fresh(page.now(), page.identity.policy());
    let failed = problem.is_some();
    if failed && let Some(status) = use_context::<PageStatus>() {
        status.set(400);
    }
    let form = Form {
        page: &page,
        machine,
        typed: &typed,
        events: &events,
    };
    let body = view! {
        {problem.map(|problem| notice(Tone::Danger, view! { <h2>"Nothing was ended"</h2><p>{problem}</p> }))}
        {(!fresh).then(|| stale(&typed))}
        {form.view(&others, &made)}
    };
    let head = Head {
        above: ABOVE,
        failed,
        ..Head::new(
            Place::SignIns,
            format!("Report {} lost", isolated(&machine.label())),
            "Whoever holds it can use what is ticked. Ended is ended: every call is refused from that moment on.",
        )
    };
    Ok(frame(&page, head, body))
}

/// The pages above this one.
pub(super) const ABOVE: &[(&str, &str)] = &[("Sign-ins", "/sign-ins")];

fn picker(page: &PageContext, machines: &[Machine]) -> AnyView {
    let now = page.now();
    let rows = machines
        .iter()
        .map(|machine| {
            let (at, from) = machine.last_use().map_or((None, None), |(at, from)| (Some(at), from));
            let this = machine.is_current().then(|| badge(Tone::Ok, "You are here"));
            view! {
                <li>
                    <a href=LostFormFields::link(&machine.id()) class="name">{machine.label()}</a>
                    {this}
                    <span class="sub">{holds(machine)}</span>
                    <span class="sub">"Last used "{last_use(at, from.map(str::to_owned), now)}</span>
                </li>
            }
        })
        .collect_view();
    let body = view! {
        <section aria-labelledby="which">
            <h2 id="which">"Which machine is it?"</h2>
            <ul class="choices">{rows}</ul>
            <p class="muted">
                "Machines without a command line are told apart by their system. The next page shows what would end."
            </p>
        </section>
    };
    let head = Head {
        above: ABOVE,
        ..Head::new(
            Place::SignIns,
            "Report lost",
            "For a machine that was lost, stolen or given away: end all that it holds, at once.",
        )
    };
    frame(page, head, body)
}

/// `1 workstation key, 2 browsers`.
fn holds(machine: &Machine) -> String {
    let count = |number: usize, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{number} {many}")),
    };
    let keys = count(machine.keys.len(), "workstation key", "workstation keys");
    let browsers = count(machine.sessions.len(), "browser", "browsers");
    [keys, browsers].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn nothing_there(page: &PageContext) -> AnyView {
    let step = view! { <a class="button" href="/sign-ins/lost">"Pick another machine"</a> };
    let body = empty(
        "Nothing of that machine is live",
        "All that it held is over already, or it was never here. Every call from it is refused.",
        step,
    );
    let head = Head {
        above: ABOVE,
        ..Head::new(Place::SignIns, "Report lost", "")
    };
    frame(page, head, body)
}

fn stale(typed: &LostFormFields) -> AnyView {
    let link = typed.sign_in_link();
    notice(
        Tone::Warn,
        view! {
            "Ending sign-ins needs a recent proof that you are you, and yours has grown old. "
            <a href=link>"Sign in again"</a>
            " and come back to this page as it is."
        },
    )
}

/// What the form shows, and how it was ticked.
struct Form<'a> {
    page: &'a PageContext,
    machine: &'a Machine,
    typed: &'a LostFormFields,
    events: &'a [RecordedEvent],
}

impl Form<'_> {
    fn view(&self, others: &[&SessionView], made: &[ApiKeyView]) -> AnyView {
        let keys = self
            .machine
            .keys
            .iter()
            .map(|key| self.key(key, !key.current))
            .collect();
        let near = |session: &SessionView| self.machine.likeness(session);
        let here = self
            .machine
            .sessions
            .iter()
            .map(|session| self.session(session, near(session), true));
        let elsewhere = others.iter().map(|session| {
            let likeness = near(session);
            self.session(session, likeness, likeness.is_suspect())
        });
        let made = made.iter().map(|key| self.key(key, false)).collect();
        view! {
            <form method="post" action="/sign-ins/lost" class="form form-wide">
                <input type="hidden" name="machine" value=self.machine.id()/>
                <input type="hidden" name="ticked" value="1"/>
                {group("Workstation keys", "What the command line on it holds.", keys)}
                {group(
                    "Browsers",
                    "Ticked are those that came from the same address or run on the same system. Untick what you have in \
                     your hands.",
                    here.chain(elsewhere).collect(),
                )}
                {group(
                    "Keys that were made from it",
                    "Whoever held the machine may have seen them. Tick those that pipelines can do without until you have \
                     made new ones; the others are listed again afterwards.",
                    made,
                )}
                <div class="form-acts">
                    <button class="button button-danger">"End all of them"</button>
                    <a class="button" href="/sign-ins">"Cancel"</a>
                </div>
            </form>
        }
        .into_any()
    }

    fn key(&self, key: &ApiKeyView, tick: bool) -> AnyView {
        let kind = format!("{} key", key.kind.label());
        let about = view! {
            <code class="hint-code">{format!("{}…{}", key.prefix, key.last_four)}</code>
            <span class="sub">"Last used "{last_use(key.last_used_at, key.last_used_from.clone(), self.page.now())}</span>
        };
        self.tick(key.id, key.name.clone(), kind, key.current, tick, about)
    }

    fn session(&self, session: &SessionView, likeness: Likeness, tick: bool) -> AnyView {
        let place = session.last_used_from.as_deref().unwrap_or(&session.address).to_owned();
        let at = session.last_used_at.or(Some(session.created_at));
        let why = match (likeness.same_address, likeness.same_system) {
            (true, true) => Some("Same address and system"),
            (true, false) => Some("Same address"),
            (false, true) => Some("Same system"),
            (false, false) => None,
        };
        let about = view! {
            <span class="sub">"Last used "{last_use(at, Some(place), self.page.now())}</span>
            {why.filter(|_| !session.current).map(|why| view! { <span class="sub">{why}</span> })}
        };
        // Whoever reports a loss should not lock themselves out by it.
        self.tick(
            session.id,
            session.name.clone(),
            "Browser".to_owned(),
            session.current,
            tick && !session.current,
            about,
        )
    }

    fn tick(
        &self,
        id: SignInId,
        name: String,
        kind: String,
        current: bool,
        tick: bool,
        about: impl IntoView + 'static,
    ) -> AnyView {
        let checked = if self.typed.ticked {
            self.typed.ids.iter().any(|ticked| *ticked == id.to_string())
        } else {
            tick
        };
        let this = current.then(|| badge(Tone::Ok, "This one"));
        view! {
            <li>
                <label class="tick">
                    <input type="checkbox" name="id" value=id.to_string() checked=checked
                        aria-labelledby=format!("name-{id}") aria-describedby=format!("about-{id}")/>
                    <span id=format!("name-{id}")><span class="name">{name}</span>" "<span class="muted">{kind}</span></span>
                    {this}
                    <span class="tick-about" id=format!("about-{id}")>{about}{self.last_acts(id)}</span>
                </label>
            </li>
        }
        .into_any()
    }

    /// The last acts with this sign-in, so that people see what its holder did.
    fn last_acts(&self, id: SignInId) -> AnyView {
        let acts = self.events.iter().filter(|event| event.sign_in == Some(id)).take(ACTS);
        acts.map(|event| {
            let what = action_words(&event.action).to_owned();
            let which = event.object_name.as_ref().map(|name| format!(" “{}”", isolated(name)));
            view! { <span class="sub">{what}{which}", "{moment(event.at, self.page.now())}</span> }
        })
        .collect_view()
        .into_any()
    }
}

fn group(legend: &'static str, hint: &'static str, ticks: Vec<AnyView>) -> AnyView {
    if ticks.is_empty() {
        return ().into_any();
    }
    view! {
        <fieldset class="field">
            <legend>{legend}</legend>
            <p class="hint">{hint}</p>
            <ul class="choices">{ticks}</ul>
        </fieldset>
    }
    .into_any()
}
