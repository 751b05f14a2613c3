//! Exit codes, and the one error that every command ends with.

use std::process::ExitCode;

/// Why the program ends without having done what was asked. Part of the contract with scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It did not work, for a reason that has no code of its own.
    Failure = 1,
    /// The command line, the environment or a missing context: nothing was tried.
    Usage = 2,
    /// No key, or one that is no longer accepted.
    NotSignedIn = 3,
    /// The dashboard or the provider said no.
    Refused = 4,
    /// What was named does not exist.
    NotFound = 5,
    /// The network, the dashboard or the provider failed, or nobody answered in time.
    Network = 6,
    /// Ctrl-C.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What went wrong, in words for the person at the terminal.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The exit code.
    pub(crate) exit: Exit,
    /// One sentence: what happened and why.
    pub(crate) sentence: String,
    /// Further lines: what to do next, and what stands still undone.
    pub(crate) notes: Vec<String>,
    /// The stable code of the dashboard's answer, when it was the dashboard that said no.
    pub(crate) code: Option<String>,
}

impl Fault {
    /// A fault with the given exit code.
    pub(crate) fn new(exit: Exit, sentence: impl Into<String>) -> Self {
        Self {
            exit,
            sentence: sentence.into(),
            notes: Vec::new(),
            code: None,
        }
    }

    /// Exit code 1.
    pub(crate) fn failure(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Failure, sentence)
    }

    /// Exit code 2.
    pub(crate) fn usage(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Usage, sentence)
    }

    /// Exit code 5.
    pub(crate) fn not_found(sentence: impl Into<String>) -> Self {
        Self::new(Exit::NotFound, sentence)
    }

    /// Exit code 6.
    pub(crate) fn network(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Network, sentence)
    }

    /// Exit code 130.
    pub(crate) fn interrupted() -> Self {
        Self::new(Exit::Interrupted, "Interrupted.")
    }

    /// Adds a line that says what to do next.
    #[must_use]
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}
