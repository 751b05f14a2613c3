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
    /// One or more other browsers were signed out.
    SessionsEnded,
    /// The calendar address was removed.
    CalendarRemoved,
}

impl Notice {
    /// Every notice.
    pub const ALL: [Self; 6] = [
        Self::SignedOut,
        Self::SessionEnded,
        Self::SignInFirst,
        Self::KeyRevoked,
        Self::SessionsEnded,
        Self::CalendarRemoved,
    ];

    /// The word, as the value of `notice` in a query.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignedOut => "signed-out",
            Self::SessionEnded => "session-ended",
            Self::SignInFirst => "sign-in-first",
            Self::KeyRevoked => "key-revoked",
            Self::SessionsEnded => "sessions-ended",
            Self::CalendarRemoved => "calendar-removed",
        }
    }

    /// The notice with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.word() == word)
    }
}
