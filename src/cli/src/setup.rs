//! What every command works with: the folder, the printer and the selected context.

use flui_client::{Client, Key};

use crate::{
    args::{Global, Output},
    context_name::ContextName,
    exit::{Exit, Fault},
    expiry_hint, files,
    home::Home,
    http,
    printer::Printer,
    profile::Profile,
};

/// The surroundings of a command.
pub(crate) struct Setup {
    /// The folder of contexts.
    pub(crate) home: Home,
    /// The way to the terminal.
    pub(crate) printer: Printer,
    chosen: Option<ContextName>,
}

impl Setup {
    /// Reads flags and environment.
    pub(crate) fn new(global: Global) -> Result<Self, Fault> {
        let chosen = match (global.context, env("FLUI_PROFILE")?) {
            (Some(name), _) => Some(name),
            (None, Some(name)) => Some(
                name.parse()
                    .map_err(|reason: String| Fault::usage(format!("FLUI_PROFILE is not right: {reason}.")))?,
            ),
            (None, None) => None,
        };
        let home = Home::find()?;
        let quiet = global.quiet;
        let mut setup = Self {
            home,
            printer: Printer::new(Output::default(), quiet),
            chosen,
        };
        let output = global.output.unwrap_or_else(|| setup.saved_output());
        setup.printer = Printer::new(output, quiet);
        Ok(setup)
    }

    /// The output setting of the selected context. What is wrong with its file is told by the command that needs it.
    fn saved_output(&self) -> Output {
        self.selected()
            .and_then(|name| self.home.profile(&name))
            .ok()
            .filter(|profile| {
                profile
                    .setting(crate::profile::Setting::Output)
                    .is_ok_and(|output| output == Some("json"))
            })
            .map_or(Output::Text, |_| Output::Json)
    }

    /// The selected context: `--context`, else `FLUI_PROFILE`, else the active one.
    pub(crate) fn selected(&self) -> Result<ContextName, Fault> {
        if let Some(name) = &self.chosen {
            return self.home.find_context(name);
        }
        match self.home.active()? {
            Some(name) => self.home.find_context(&name),
            None if self.home.contexts()?.is_empty() => Err(Fault::usage("There is no context yet.")
                .note("Create one: flui context create NAME --api-url https://…")),
            None => Err(Fault::usage("No context is active.").note("Choose one with: flui context use NAME")),
        }
    }

    /// The selected context's profile.
    pub(crate) fn profile(&self) -> Result<Profile, Fault> {
        let profile = self.home.profile(&self.selected()?)?;
        if files::is_open_to_others(profile.path()) && profile.key()?.is_some() {
            let path = profile.path().display();
            self.printer.warn(format_args!(
                "{path} holds a key and others may read it: chmod 600 {path}"
            ));
        }
        Ok(profile)
    }
}

/// A client for the context's dashboard that presents `FLUI_API_KEY`, else the saved key.
pub(crate) fn api(profile: &Profile) -> Result<Client, Fault> {
    let key = match env_key()? {
        Some(key) => key,
        None => profile.key()?.ok_or_else(|| {
            Fault::new(Exit::NotSignedIn, format!("Not signed in to {}.", profile.name()))
                .note("Sign in with: flui auth login")
        })?,
    };
    Ok(client(profile)?.with_key(key))
}

/// A client for the context's dashboard that presents no key yet.
pub(crate) fn client(profile: &Profile) -> Result<Client, Fault> {
    let client = Client::new(http::client()?, profile.api_url()?);
    Ok(client.on_key_expires(expiry_hint::note))
}

/// The key in `FLUI_API_KEY`.
pub(crate) fn env_key() -> Result<Option<Key>, Fault> {
    env("FLUI_API_KEY")?
        .map(|text| {
            text.parse()
                .map_err(|reason: &str| Fault::usage(format!("FLUI_API_KEY {reason}.")))
        })
        .transpose()
}

/// A variable of the environment. Empty is as good as absent.
pub(crate) fn env(name: &str) -> Result<Option<String>, Fault> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Fault::usage(format!("The variable {name} is not UTF-8."))),
    }
}
