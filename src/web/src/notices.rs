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
    /// A key has other networks.
    KeyNetworksChanged,
    /// A key has other networks, and whoever changed it is in none of them.
    KeyNotGoodHere,
    /// One or more other browsers were signed out.
    SessionsEnded,
    /// A context was made.
    ContextCreated,
    /// A context was changed.
    ContextChanged,
    /// A context was deleted, and what was bound to it ended.
    ContextDeleted,
    /// A person's access was removed here.
    PersonDisabled,
    /// A person's access was given back.
    PersonEnabled,
    /// Everything of a person was ended.
    PersonEnded,
    /// What was selected in the estate was ended.
    EstateRevoked,
    /// What was selected in the estate was paused.
    EstatePaused,
    /// What was selected in the estate was resumed.
    EstateResumed,
    /// A device login was approved.
    DeviceApproved,
    /// A device login was turned away.
    DeviceDenied,
    /// The calendar address was removed.
    CalendarRemoved,
    /// An app client was changed.
    AppClientChanged,
    /// An app client was deleted.
    AppClientDeleted,
}

impl Notice {
    /// Every notice.
    pub const ALL: [Self; 24] = [
        Self::SignedOut,
        Self::SessionEnded,
        Self::SignInFirst,
        Self::KeyRevoked,
        Self::KeysRevoked,
        Self::KeyRenamed,
        Self::KeyExtended,
        Self::KeyNetworksChanged,
        Self::KeyNotGoodHere,
        Self::SessionsEnded,
        Self::ContextCreated,
        Self::ContextChanged,
        Self::ContextDeleted,
        Self::PersonDisabled,
        Self::PersonEnabled,
        Self::PersonEnded,
        Self::EstateRevoked,
        Self::EstatePaused,
        Self::EstateResumed,
        Self::DeviceApproved,
        Self::DeviceDenied,
        Self::CalendarRemoved,
        Self::AppClientChanged,
        Self::AppClientDeleted,
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
            Self::KeyNetworksChanged => "key-networks-changed",
            Self::KeyNotGoodHere => "key-not-good-here",
            Self::SessionsEnded => "sessions-ended",
            Self::ContextCreated => "context-created",
            Self::ContextChanged => "context-changed",
            Self::ContextDeleted => "context-deleted",
            Self::PersonDisabled => "person-disabled",
            Self::PersonEnabled => "person-enabled",
            Self::PersonEnded => "person-ended",
            Self::EstateRevoked => "estate-revoked",
            Self::EstatePaused => "estate-paused",
            Self::EstateResumed => "estate-resumed",
            Self::DeviceApproved => "device-approved",
            Self::DeviceDenied => "device-denied",
            Self::CalendarRemoved => "calendar-removed",
            Self::AppClientChanged => "app-client-changed",
            Self::AppClientDeleted => "app-client-deleted",
        }
    }

    /// The notice with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.word() == word)
    }
}
