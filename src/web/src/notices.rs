/// What the page says about the act that led to it. It travels as a fixed word in the query of a redirect: text out of a
/// URL is never shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The person signed out.
    SignedOut,
    /// The session ended by time, from elsewhere or at the provider.
    SessionEnded,
    /// The page that was asked for needs a sign-in.
    SignInFirst,
    /// A key was revoked.
    KeyRevoked,
    /// Several keys were revoked.
    KeysRevoked,
    /// A key has another name.
    KeyRenamed,
    /// A key lives longer.
    KeyExtended,
    /// One or more other browsers were signed out.
    SessionsEnded,
}

impl Notice {
    /// Every notice.
    pub const ALL: [Self; 8] = [
        Self::SignedOut,
        Self::SessionEnded,
        Self::SignInFirst,
        Self::KeyRevoked,
        Self::KeysRevoked,
        Self::KeyRenamed,
        Self::KeyExtended,
        Self::SessionsEnded,
    ];

    /// The word, as the value of `notice` in a query.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignedOut => "signed-out",
            Self::SessionEnded => "session-ended",
            Self::SignInFirst => "sign-in-first",
            Self::KeyRevoked => "key-revoked",
            Self::KeysRevoked => "keys-revoked",
            Self::KeyRenamed => "key-renamed",
            Self::KeyExtended => "key-extended",
            Self::SessionsEnded => "sessions-ended",
        }
    }

    /// The notice with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.word() == word)
    }
}
