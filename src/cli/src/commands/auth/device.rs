//! The headless half of `flui auth login`: a person approves this machine in a browser elsewhere (RFC 8628).

use std::time::Duration;

use flui_client::{Client, Error, is_confidential};
use flui_model::{
    api_keys::{CreateApiKey, CreatedApiKey},
    auth_config::AuthConfig,
    device_logins::{BeginDeviceLogin, DEVICE_GRANT, DeviceAuthorization, DeviceErrorCode, RedeemDeviceLogin},
};
use tokio::time::{sleep, timeout};
use url::Url;

use crate::{
    exit::{Exit, Fault},
    machine,
    provider::challenge,
    setup::Setup,
    system,
    words::printable,
};

/// What being asked to slow down adds to the pause (RFC 8628, section 3.5).
const SLOW_DOWN: Duration = Duration::from_secs(5);
/// The shortest and longest pause, whatever the dashboard says.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_mins(1);

/// Asks for a key, tells the person what to type where, and waits for their word.
pub(super) async fn key(
    setup: &Setup,
    api: &Client,
    config: &AuthConfig,
    wanted: &CreateApiKey,
    seconds: Option<u64>,
) -> Result<CreatedApiKey, Fault> {
    if !config.device_login {
        return Err(Fault::failure("This dashboard serves no headless login.")
            .note("Sign in with flui auth login --no-browser, and open the address in a browser of this machine."));
    }
    // The proof key: a device code that somebody overhears buys nothing without it.
    let verifier = system::random_token();
    let machine = wanted.machine.clone().unwrap_or_else(machine::this_machine);
    let begun = api
        .begin_device_login(&BeginDeviceLogin {
            client_id: config.cli_client_id.clone(),
            code_challenge: challenge(&verifier),
            machine_name: machine.name,
            machine_os: machine.os,
            key_name: wanted.name.clone(),
        })
        .await?;
    let address = Url::parse(&begun.verification_uri)
        .ok()
        .filter(is_confidential)
        .ok_or_else(|| Fault::network("The dashboard names an unusable address for the code."))?;
    setup.printer.needed(format_args!(
        "Open this address in a browser of any machine, and type the code there:\n  {address}\n  Code: {}",
        printable(&begun.user_code)
    ));
    let seconds = seconds.unwrap_or(begun.expires_in);
    let spinner = setup.printer.spinner("Waiting for somebody to approve it…");
    let outcome = timeout(Duration::from_secs(seconds), ask(api, &begun, verifier)).await;
    spinner.finish_and_clear();
    outcome.unwrap_or_else(|_| Err(too_late()))
}

/// Asks until there is an answer. A dashboard that cannot be reached for a while is asked again, ever more slowly.
async fn ask(api: &Client, begun: &DeviceAuthorization, verifier: String) -> Result<CreatedApiKey, Fault> {
    let question = RedeemDeviceLogin {
        grant_type: DEVICE_GRANT.to_owned(),
        device_code: begun.device_code.clone(),
        code_verifier: verifier,
    };
    let mut pause = Duration::from_secs(begun.interval).clamp(SHORTEST, LONGEST);
    loop {
        sleep(pause).await;
        let no = match api.redeem_device_login(&question).await {
            Ok(created) => return Ok(created),
            Err(Error::DeviceLogin(no)) => no,
            Err(error) => {
                let fault = Fault::from(error);
                if fault.exit != Exit::Network {
                    return Err(fault);
                }
                pause = (pause * 2).min(LONGEST);
                continue;
            }
        };
        match no.error {
            DeviceErrorCode::AuthorizationPending => {}
            DeviceErrorCode::SlowDown => pause = (pause + SLOW_DOWN).min(LONGEST),
            DeviceErrorCode::ExpiredToken => return Err(too_late()),
            DeviceErrorCode::AccessDenied => {
                return Err(Fault::new(Exit::Refused, "The login was turned away on the dashboard.")
                    .note("Nothing was saved. Begin anew with flui auth login."));
            }
            _ => return Err(Fault::new(Exit::Refused, printable(&no.error_description))),
        }
    }
}

fn too_late() -> Fault {
    Fault::network("Nobody approved the login in time.").note("Begin anew with flui auth login.")
}
