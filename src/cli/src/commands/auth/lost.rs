//! `flui auth lost`: ends all that a lost machine holds.

use flui_model::{
    Kind, SignInId,
    api_keys::ApiKeyView,
    machines::{Machine, machines},
    sessions::SessionView,
    sign_ins::EndSignIns,
};
use serde_json::json;

use crate::{
    args::Lost,
    exit::Fault,
    setup::{self, Setup},
    words,
};

/// Finds what the machine holds, asks, and ends all of it in one act.
pub(crate) async fn run(setup: &Setup, args: Lost) -> Result<(), Fault> {
    let printer = setup.printer;
    if !args.yes && !printer.can_ask() {
        return Err(Fault::usage("Nobody is here to confirm.").note("Say --yes to end it all without being asked."));
    }
    let api = setup::api(&setup.profile()?)?;
    let keys = api.keys(false).await?;
    let sessions = api.sessions().await?;
    let name = words::printable(&args.machine);
    let held = held(&args.machine, keys, sessions)?;
    let mut ids = Vec::new();
    let mut spared = false;
    for sign_in in &held {
        if sign_in.current {
            spared = true;
            continue;
        }
        printer.words(format_args!("  {}", sign_in.label));
        ids.push(sign_in.id);
    }
    if spared {
        printer.warn("the key in use is on that machine and is left out: end it with flui auth logout");
    }
    if ids.is_empty() {
        return Err(Fault::failure(format!(
            "{name} holds nothing but the key in use. Nothing was ended."
        )));
    }
    let question = format!("End these {} sign-ins of {name}? It cannot be undone.", ids.len());
    if !args.yes && !printer.ask(question).await? {
        return Err(Fault::failure("Nothing was ended."));
    }
    let wanted = EndSignIns {
        ids: Some(ids),
        person: None,
    };
    let done = api.end_sign_ins(&wanted).await?;
    if printer.is_json() {
        return printer.json(&json!({
            "machine": args.machine,
            "ended": done.ended,
            "endedAt": done.ended_at,
        }));
    }
    printer.words(format_args!(
        "{} sign-ins ended at {}. Every call with them is refused now.",
        done.ended.len(),
        done.ended_at.to_second()
    ));
    printer.words("End the machine's session at the provider too, and look at the keys made from it on the Keys page.");
    Ok(())
}

/// A sign-in of the machine.
struct Held {
    id: SignInId,
    label: String,
    current: bool,
}

/// The machine's workstation keys, and the browsers that share its address or system, see
/// [`flui_model::machines::Likeness`].
fn held(name: &str, keys: Vec<ApiKeyView>, sessions: Vec<SessionView>) -> Result<Vec<Held>, Fault> {
    let workstations = keys
        .into_iter()
        .filter(|key| key.kind == Kind::Workstation && !key.state.is_over())
        .collect();
    let machines = machines(workstations, Vec::new());
    let Some(machine) = machines.iter().find(|machine| machine.name.as_deref() == Some(name)) else {
        let known: Vec<String> = machines.iter().map(Machine::label).collect();
        let known = if known.is_empty() {
            "No machine holds a key of yours.".to_owned()
        } else {
            format!("Machines that do: {}", words::printable(&known.join(", ")))
        };
        let sentence = format!(
            "No live key of yours is on a machine named \"{}\".",
            words::printable(name)
        );
        return Err(Fault::not_found(sentence).note(known));
    };
    let keys = machine.keys.iter().map(|key| Held {
        id: key.id,
        label: words::printable(&format!("key \"{}\" ({}…)", key.name, key.prefix)),
        current: key.current,
    });
    let browsers = sessions
        .into_iter()
        .filter(|session| machine.likeness(session).is_suspect())
        .map(|session| {
            let place = session.last_used_from.as_ref().unwrap_or(&session.address);
            Held {
                id: session.id,
                label: words::printable(&format!("browser {} at {place}", session.name)),
                current: session.current,
            }
        });
    Ok(keys.chain(browsers).collect())
}
