use flui_model::ErrorCode;

use crate::{scene::Make, scripts::Script};

/// One thing that an installation must refuse, or must go on accepting.
#[derive(Clone, Debug)]
pub struct Case {
    /// The number of the promise, as `docs/promises.md` has it.
    pub promise: &'static str,
    /// The module of the `OpenID` conformance suite, or a name of our own. Another word after a space says where the same
    /// lie is told.
    pub module: String,
    pub(crate) what: What,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    /// A lie of the provider on a way that everybody walks.
    Lie(Lie),
    /// A trick of its own.
    Trick(Script),
}

/// The ways that people and programs walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    SignIn,
    Exchange,
    Logout,
}

impl Way {
    /// What the audit log calls it.
    pub(crate) fn action(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in.started",
            Self::Exchange => "key.exchanged",
            Self::Logout => "logout.received",
        }
    }
}

/// A lie, and what must follow.
#[derive(Clone, Debug)]
pub(crate) struct Lie {
    pub(crate) way: Way,
    pub(crate) make: Make,
    pub(crate) switches: Vec<&'static str>,
    /// Whether it concerns a document that the installation keeps, so that it needs an installation of its own.
    pub(crate) own: bool,
    pub(crate) answer: Expected,
    /// What the provider must not be asked any more.
    pub(crate) untouched: &'static [&'static str],
}

/// What must follow.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expected {
    /// No lie at all, or one that is harmless.
    Good,
    /// Refused with this code, and this reason in the audit log.
    Refused(ErrorCode, &'static str),
    /// Refused before anything began, so that there is nothing to write down.
    NotBegun(ErrorCode),
}

impl Case {
    /// Whether the installation starts while the lie is told already.
    pub(crate) fn is_own(&self) -> bool {
        match &self.what {
            What::Lie(lie) => lie.own,
            What::Trick(script) => script.is_own(),
        }
    }

    /// Cases with the same value may share provider and installation.
    pub(crate) fn group(&self) -> (Make, Way) {
        match &self.what {
            What::Lie(lie) => (lie.make, lie.way),
            What::Trick(script) => (Make::Es256, script.way()),
        }
    }
}
