use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering},
};

use flui_identity::{Caller, Client, Identity, apps::Apps};
use flui_model::Timestamp;
use leptos::prelude::expect_context;

use crate::Notice;

/// What the server hands to a page, through Leptos' context.
#[derive(Clone)]
pub struct PageContext {
    /// The rules.
    pub identity: Arc<Identity>,
    /// Who is asking.
    pub caller: Caller,
    /// Where the request came from.
    pub client: Client,
    /// What is the same for all requests.
    pub settings: Arc<PageSettings>,
    /// The theme that the person chose.
    pub theme: Theme,
    /// The id that logs name the request by.
    pub request_id: String,
    /// What to say about the act that led here.
    pub notice: Option<Notice>,
}

impl PageContext {
    /// The context of the page that is being rendered. The server provides it before every render.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.identity.now()
    }
}

/// What pages know about the installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageSettings {
    /// The host of the OpenID provider, for people.
    pub provider_host: String,
    /// The provider's own page for password, MFA and profile.
    pub account_url: Option<String>,
    /// The address of this installation, without a slash at its end.
    pub public_url: String,
    /// The path of the style sheet.
    pub css_path: String,
    /// The apps that proxies protect.
    pub apps: Apps,
    /// Whether a token is configured with which apps are registered at the provider.
    pub registers_apps: bool,
    /// Whether keys are configured that seal secrets in the database.
    pub seals: bool,
    /// The most days that a key may live.
    pub keys_max_days: u32,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Every theme, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The word in the form and the cookie.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == word)
    }

    /// The attribute of the document's root; none leaves the choice to the system.
    pub(crate) fn attribute(self) -> Option<&'static str> {
        (self != Self::Auto).then_some(self.as_str())
    }
}

/// The HTTP status that a page wants to be answered with. The server provides a new one to each render and reads it
/// afterwards.
#[derive(Clone, Debug)]
pub struct PageStatus(Arc<AtomicU16>);

impl Default for PageStatus {
    fn default() -> Self {
        Self(Arc::new(AtomicU16::new(200)))
    }
}

impl PageStatus {
    /// The status, 200 unless a page said otherwise.
    pub fn get(&self) -> u16 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, status: u16) {
        self.0.store(status, Ordering::Relaxed);
    }
}
