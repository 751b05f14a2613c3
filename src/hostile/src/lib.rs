//! A hostile `OpenID` provider and its browsers, let loose on an installation.
//!
//! Each [`Case`] is one lie of the provider, or one trick of a client, and what the installation must answer: the status
//! and code, no session, no new row, no further call to the provider, and one audit row with the reason. After each
//! refusal the same way is walked with nothing spoiled, so that an installation which refuses everything fails too.
//!
//! The installation is asked over HTTP alone; [`Installation`] says how one is started. Two start them: the tests of the
//! server, from its binary, and `flui-dashboard check --hostile`, from an operator's own configuration.

mod answer;
mod case;
mod cases;
mod installation;
mod refusal;
mod run;
mod scene;
mod scripts;
mod visitor;

pub use case::Case;
pub use cases::all as cases;
pub use installation::Installation;
pub use run::{Finding, run};

/// What an installation did that it must not, or why it could not be asked.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Fault(String);

impl Fault {
    /// A fault in one sentence.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl From<reqwest::Error> for Fault {
    fn from(error: reqwest::Error) -> Self {
        let causes = std::iter::successors(std::error::Error::source(&error), |cause| cause.source());
        Self(causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}")))
    }
}

impl From<flui_devidp::Error> for Fault {
    fn from(error: flui_devidp::Error) -> Self {
        Self(error.to_string())
    }
}

/// An error with these words unless `holds`.
fn expect(holds: bool, words: impl FnOnce() -> String) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(Fault(words())) }
}
