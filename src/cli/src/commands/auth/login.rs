//! `flui auth login`: the browser proves who the person is, and the proof is swapped for a key of this machine. Where no
//! browser can be, [`super::device`] asks for one elsewhere.

use std::{convert::Infallible, time::Duration};

use flui_client::{Client, Error, Key};
use flui_model::{
    api_keys::{CreateApiKey, CreatedApiKey},
    auth_config::AuthConfig,
    me::Me,
};
use indicatif::ProgressBar;
use serde_json::json;
use tokio::{sync::oneshot, time::timeout};
use url::Url;

use super::device;
use crate::{
    args::Login,
    callback::{Expected, Outcome},
    display,
    exit::{Exit, Fault},
    loopback::{Callback, Loopback, Waiting},
    machine,
    page::Page,
    profile::Profile,
    provider::{self, Attempt, Provider},
    setup::{self, Setup},
    system, words,
};

/// How long the browser may take, in seconds.
const PATIENCE: u64 = 120;

/// Signs in and saves the key.
pub(crate) async fn run(setup: &Setup, args: Login) -> Result<(), Fault> {
    let profile = setup.profile()?;
    let machine = machine::this_machine();
    let name = match (args.key_name, profile.key_name()?) {
        (Some(name), _) => name,
        (None, Some(name)) => name.to_owned(),
        (None, None) => machine.name.clone(),
    };
    let wanted = CreateApiKey {
        name,
        unscoped: Some(true),
        machine: Some(machine),
        context: Some(profile.name().as_str().to_owned()),
        ..CreateApiKey::default()
    };

    let api = setup::client(&profile)?;
    let config = api.auth_config().await?;
    if args.headless || (config.device_login && !args.no_browser && !display::can_open_browser()?) {
        if args.prompt.is_some() {
            setup
                .printer
                .warn("--prompt is for a browser on this machine and has no effect");
        }
        return headless(setup, &profile, api, &config, &wanted, args.timeout).await;
    }
    let loopback = match Loopback::bind(&config.loopback_ports).await {
        Ok(loopback) => loopback,
        Err(fault) if config.device_login => {
            setup
                .printer
                .warn(format_args!("{} Another machine's browser will do.", fault.sentence));
            return headless(setup, &profile, api, &config, &wanted, args.timeout).await;
        }
        Err(fault) => return Err(fault),
    };
    let provider = Provider::discover(api.http(), &config).await?;
    let attempt = Attempt::new();
    let redirect_uri = loopback.redirect_uri();
    let waiting = loopback.wait(Expected {
        state: attempt.state.clone(),
        issuer: provider.issuer.clone(),
        iss_required: provider.announces_iss,
    });
    let url = provider.authorization_url(&attempt, &redirect_uri, args.prompt);
    setup
        .printer
        .needed(format_args!("Open this address to sign in: {url}"));
    let opening = (!args.no_browser).then(|| open_browser(url));
    let Callback { outcome, browser } = wait(setup, waiting, opening, args.timeout.unwrap_or(PATIENCE)).await?;

    let finish = async {
        let code = match outcome {
            Outcome::Code(code) => code,
            Outcome::Refused { error, description } => {
                return Err(provider::refusal(&error, description.as_deref()));
            }
        };
        let id_token = provider.id_token(api.http(), &attempt, &redirect_uri, &code).await?;
        let created = api.exchange(&id_token, &wanted).await.map_err(not_believed)?;
        let me = keep(setup, &profile, api, &created).await?;
        Ok((created, me))
    };
    match finish.await {
        Ok((created, me)) => {
            browser.show(&welcome(&profile, &created, &me)).await;
            tell(setup, &profile, &created, &me)
        }
        Err(fault) => {
            browser.show(&Page::failed(&fault.sentence)).await;
            Err(fault)
        }
    }
}

/// Signs in by a browser elsewhere and saves the key.
async fn headless(
    setup: &Setup,
    profile: &Profile,
    api: Client,
    config: &AuthConfig,
    wanted: &CreateApiKey,
    timeout: Option<u64>,
) -> Result<(), Fault> {
    let created = device::key(setup, &api, config, wanted, timeout).await?;
    let me = keep(setup, profile, api, &created).await?;
    tell(setup, profile, &created, &me)
}

/// Why there is no key. None could be missing yet: where the dashboard asks for a sign-in, it does not take the provider's
/// word.
fn not_believed(error: Error) -> Fault {
    let mut fault = Fault::from(error);
    if fault.exit == Exit::NotSignedIn {
        fault.exit = Exit::Refused;
    }
    fault
}

/// Opens the browser on a thread of its own: one that runs in the terminal keeps it until it is closed.
fn open_browser(url: Url) -> oneshot::Receiver<Option<String>> {
    let (sender, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        let failure = webbrowser::open(url.as_str()).err().map(|error| error.to_string());
        // Nobody listens any more once the sign-in is over.
        let _ = sender.send(failure);
    });
    receiver
}

/// Waits for the callback of this sign-in, and tells when the browser could not be opened.
async fn wait(
    setup: &Setup,
    mut waiting: Waiting,
    opening: Option<oneshot::Receiver<Option<String>>>,
    seconds: u64,
) -> Result<Callback, Fault> {
    let spinner = setup.printer.spinner("Waiting for the browser…");
    let callback = tokio::select! {
        callback = timeout(Duration::from_secs(seconds), waiting.callback()) => callback,
        never = watch_browser(setup, &spinner, opening) => match never {},
    };
    spinner.finish_and_clear();
    callback.unwrap_or_else(|_| {
        Err(
            Fault::network(format!("No answer came from the browser within {seconds} seconds."))
                .note("Try again with flui auth login, and open the printed address yourself if no browser does."),
        )
    })
}

/// Tells when the browser could not be opened. It never ends by itself, so that it ends no wait.
async fn watch_browser(
    setup: &Setup,
    spinner: &ProgressBar,
    opening: Option<oneshot::Receiver<Option<String>>>,
) -> Infallible {
    if let Some(opening) = opening
        && let Ok(Some(failure)) = opening.await
    {
        let reason = words::printable(&failure);
        spinner.suspend(|| {
            setup.printer.warn(format_args!(
                "no browser could be opened ({reason}): open the address above yourself"
            ));
        });
    }
    std::future::pending().await
}

/// Saves the key, then uses it once: that proves it, and ends the older key of this machine.
async fn keep(setup: &Setup, profile: &Profile, api: Client, created: &CreatedApiKey) -> Result<Me, Fault> {
    let key: Key = created
        .key
        .parse()
        .map_err(|reason: &str| Fault::network(format!("The dashboard sent a key that {reason}.")))?;
    let api = api.with_key(key);
    // Read again: the file may have changed while the browser was open.
    let saved = setup.home.profile(profile.name()).and_then(|mut profile| {
        if profile.api_url()? != *api.base() {
            // The key would be presented to another dashboard than the one that made it.
            return Err(Fault::failure("The context's address was changed during the sign-in."));
        }
        profile.hold_key(created);
        setup.home.save(&profile)?;
        Ok(profile)
    });
    let mut profile = match saved {
        Ok(profile) => profile,
        Err(fault) => return Err(give_back(&api, created, fault).await),
    };
    let me = api.me().await.map_err(|error| {
        Fault::from(error).note(format!(
            "The key \"{}\" is saved in context {} but was not used yet: try flui auth status",
            words::printable(&created.name),
            profile.name()
        ))
    })?;
    profile.hold_person(&me.person);
    setup.home.save(&profile)?;
    Ok(me)
}

/// Ends a key that could not be saved: nobody will ever use it.
async fn give_back(api: &Client, created: &CreatedApiKey, fault: Fault) -> Fault {
    let name = words::printable(&created.name);
    match api.revoke_key(created.id).await {
        Ok(()) => fault.note(format!(
            "The new key \"{name}\" could not be saved and was revoked again."
        )),
        Err(_) => fault.note(format!(
            "The new key \"{name}\" could not be saved and is live until {}: revoke it at {}",
            created.expires_at.to_date(),
            api.base().at("/keys")
        )),
    }
}

fn welcome(profile: &Profile, created: &CreatedApiKey, me: &Me) -> Page {
    Page::done(
        format!("Signed in as {}", me.person.name),
        vec![
            format!("The key \"{}\" is saved in context {}.", created.name, profile.name()),
            "You can close this window and go on in the terminal.".to_owned(),
        ],
    )
}

fn tell(setup: &Setup, profile: &Profile, created: &CreatedApiKey, me: &Me) -> Result<(), Fault> {
    let printer = setup.printer;
    if setup::env_key()?.is_some() {
        printer.warn("FLUI_API_KEY is set and goes before the saved key");
    }
    if printer.is_json() {
        return printer.json(&json!({
            "context": profile.name().as_str(),
            "apiUrl": profile.api_url()?.as_str(),
            "person": me.person,
            "keyId": created.id,
            "keyName": created.name,
            "expiresAt": created.expires_at,
        }));
    }
    printer.words(format_args!(
        "Signed in as {}. The key \"{}\" is saved in context {}; it ends {}.",
        words::printable(&me.person.name),
        words::printable(&created.name),
        profile.name(),
        words::end(created.expires_at, system::now())
    ));
    printer.words("See it with flui auth status, and make keys for pipelines with flui keys create.");
    Ok(())
}
