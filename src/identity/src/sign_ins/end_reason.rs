/// Why a sign-in was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// Its person signed out in it.
    SignedOut,
    /// Its person ended it from another sign-in.
    SignedOutElsewhere,
    /// The key was revoked.
    Revoked,
    /// The provider ended the session (OpenID Connect Back-Channel Logout 1.0).
    ProviderLogout,
    /// A newer one took its place.
    Replaced,
    /// The context that it was bound to was deleted.
    ContextDeleted,
    /// Its person reported the machine lost that it lives on.
    Lost,
    /// Somebody who holds the key ended it by the key alone (RFC 7009).
    RevokedByHolder,
    /// The key was found in public.
    Leaked,
    /// The provider no longer stands for its person.
    OwnerGone,
    /// It was sent off and never used.
    NeverUsed,
}

impl EndReason {
    /// Every reason.
    pub const ALL: [Self; 11] = [
        Self::SignedOut,
        Self::SignedOutElsewhere,
        Self::Revoked,
        Self::ProviderLogout,
        Self::Replaced,
        Self::ContextDeleted,
        Self::Lost,
        Self::RevokedByHolder,
        Self::Leaked,
        Self::OwnerGone,
        Self::NeverUsed,
    ];

    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::SignedOutElsewhere => "signed_out_elsewhere",
            Self::Revoked => "revoked",
            Self::ProviderLogout => "provider_logout",
            Self::Replaced => "replaced",
            Self::ContextDeleted => "context_deleted",
            Self::Lost => "lost",
            Self::RevokedByHolder => "revoked_by_holder",
            Self::Leaked => "leaked",
            Self::OwnerGone => "owner_gone",
            Self::NeverUsed => "never_used",
        }
    }

    /// The reason with this stable word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Self::SignedOut => "signed out",
            Self::SignedOutElsewhere => "signed out from another sign-in",
            Self::Revoked => "revoked",
            Self::ProviderLogout => "ended by the provider",
            Self::Replaced => "replaced by a newer one",
            Self::ContextDeleted => "ended with its context",
            Self::Lost => "reported lost",
            Self::RevokedByHolder => "revoked by whoever held it",
            Self::Leaked => "ended because it was found in public",
            Self::OwnerGone => "ended because the provider no longer stands for its owner",
            Self::NeverUsed => "ended because nobody used it after it was made",
        }
    }
}
