//! `flui keys create`: a key for a pipeline or a service, shown this once.

use std::time::Duration;

use flui_model::{ErrorCode, Scope, Timestamp, api_keys::CreateApiKey};

use crate::{
    args::{CreateKey, Expiry},
    exit::Fault,
    setup::{self, Setup},
    system, words,
};

/// Makes the key. It alone goes to stdout, so that it can go on into a file or another program.
pub(crate) async fn run(setup: &Setup, args: CreateKey) -> Result<(), Fault> {
    let printer = setup.printer;
    let now = system::now();
    let wanted = CreateApiKey {
        name: args.name,
        kind: Some(args.kind.into()),
        expires_at: args.expires.map(|expires| moment(expires, now)),
        scopes: texts(&args.grant.scope),
        groups: texts(&args.grant.group),
        unscoped: args.grant.unscoped.then_some(true),
        context: args.bind_context.map(|name| name.as_str().to_owned()),
        machine: None,
        networks: (!args.network.is_empty()).then_some(args.network),
    };
    let profile = setup.profile()?;
    let created = setup::api(&profile)?
        .create_key(&wanted)
        .await
        .map_err(Fault::from)
        .map_err(|fault| {
            if wanted.context.is_none() && fault.code.as_deref() == Some(ErrorCode::ScopeTooWide.as_str()) {
                fault.note("A key that is bound to a context makes keys for that one alone: --bind-context NAME")
            } else {
                fault
            }
        })?;
    if printer.is_json() {
        return printer.json(&created);
    }
    printer.words(format_args!(
        "The key \"{}\" ({}) is made. It allows {} and ends {}. Keep it now: it is shown this once.",
        words::printable(&created.name),
        created.kind.label(),
        words::rights(created.unscoped, created.scopes),
        words::end(created.expires_at, now)
    ));
    printer.data(words::printable(&created.key))
}

fn moment(expires: Expiry, now: Timestamp) -> Timestamp {
    match expires {
        Expiry::Days(days) => now + Duration::from_secs(u64::from(days) * 86_400),
        Expiry::At(at) => at,
    }
}

fn texts(scopes: &[Scope]) -> Option<Vec<String>> {
    (!scopes.is_empty()).then(|| scopes.iter().map(Scope::to_string).collect())
}
