//! `flui auth status`: who is signed in, with which key, for how long.

use flui_model::{Role, me::Me};
use serde_json::Value;

use crate::{
    exit::Fault,
    profile::Profile,
    setup::{self, Setup},
    system, words,
};

/// Asks the dashboard, so that the answer is true now.
pub(crate) async fn run(setup: &Setup) -> Result<(), Fault> {
    let profile = setup.profile()?;
    let me = setup::api(&profile)?.me().await?;
    if setup.printer.is_json() {
        setup.printer.json(&to_json(&profile, &me)?)
    } else {
        setup.printer.pairs(&to_pairs(&profile, &me)?)
    }
}

/// The dashboard's own answer with `context` and `apiUrl` beside it.
fn to_json(profile: &Profile, me: &Me) -> Result<Value, Fault> {
    let mut value = serde_json::to_value(me)
        .map_err(|error| Fault::failure(format!("Cannot write the answer as JSON: {error}.")))?;
    value["context"] = profile.name().as_str().into();
    value["apiUrl"] = profile.api_url()?.as_str().into();
    Ok(value)
}

fn to_pairs(profile: &Profile, me: &Me) -> Result<Vec<(&'static str, String)>, Fault> {
    let key = &me.sign_in;
    let mut pairs = vec![("Person", me.person.name.clone())];
    if let Some(email) = &me.person.email {
        pairs.push(("Email", email.clone()));
    }
    let roles: Vec<_> = me.roles.iter().copied().map(Role::label).collect();
    pairs.push(("Role", roles.join(", ")));
    pairs.push(("Context", format!("{} ({})", profile.name(), profile.api_url()?)));
    pairs.push(("Key", key.name.clone()));
    pairs.push(("Kind", key.kind.label().to_owned()));
    pairs.push(("Allows", words::rights(key.unscoped, key.scopes)));
    pairs.push(("Expires", words::end(key.expires_at, system::now())));
    Ok(pairs)
}
