use std::time::Duration;

use flui_model::{Kind, Timestamp};

use crate::sign_ins::Found;

const DAY: Duration = Duration::from_hours(24);

/// What is risky about a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// A CI or service key that may do all that its owner may. Sessions and workstations stand for the person; keys of
    /// pipelines should not.
    Unscoped,
    /// It ends later than [`Risk::LONG_LIFE`] from now.
    LongLived,
    /// It was not used for [`Risk::LONG_UNUSED`], or never since it was made so long ago.
    Unused,
    /// Its owner's access was removed here: it is refused until that is taken back.
    OwnerDisabled,
    /// A CI or service key whose owner the provider no longer knows. It works on: to whom it belongs is for an
    /// administrator to say, who transfers or revokes it.
    NeedsOwner,
    /// Its owner did not sign in for [`Risk::LONG_AWAY`], nor did the provider stand for them meanwhile. Perhaps it no
    /// longer knows them.
    OwnerAway,
}

impl Risk {
    /// Every risk, in the order of the filter.
    pub const ALL: [Self; 6] = [
        Self::Unscoped,
        Self::LongLived,
        Self::Unused,
        Self::OwnerDisabled,
        Self::NeedsOwner,
        Self::OwnerAway,
    ];
    /// More life than this is long.
    pub const LONG_LIFE: Duration = DAY.saturating_mul(180);
    /// Unused for this is long.
    pub const LONG_UNUSED: Duration = DAY.saturating_mul(60);
    /// Not signed in for this is long.
    pub const LONG_AWAY: Duration = DAY.saturating_mul(90);

    /// The word in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unscoped => "unscoped",
            Self::LongLived => "long-lived",
            Self::Unused => "unused",
            Self::OwnerDisabled => "owner-disabled",
            Self::NeedsOwner => "needs-owner",
            Self::OwnerAway => "owner-away",
        }
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unscoped => "May do everything",
            Self::LongLived => "Ends in over 180 days",
            Self::Unused => "Unused for 60 days",
            Self::OwnerDisabled => "Owner disabled",
            Self::NeedsOwner => "Needs an owner",
            Self::OwnerAway => "Owner away for 90 days",
        }
    }

    /// The risk with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|risk| risk.as_str() == word)
    }

    /// All that is risky about a credential at `now`.
    pub fn of(found: &Found, now: Timestamp) -> Vec<Self> {
        Self::ALL.into_iter().filter(|risk| risk.is_of(found, now)).collect()
    }

    /// The store's filter says the same in SQL; a test holds the two together.
    fn is_of(self, found: &Found, now: Timestamp) -> bool {
        let (sign_in, person) = (&found.sign_in, &found.person);
        match self {
            Self::Unscoped => matches!(sign_in.kind, Kind::Ci | Kind::Service) && sign_in.grant.is_unscoped(),
            Self::LongLived => sign_in.expires_at > now + Self::LONG_LIFE,
            Self::Unused => {
                let last = sign_in.last_used.as_ref().map_or(sign_in.created_at, |used| used.at);
                last < now - Self::LONG_UNUSED
            }
            Self::OwnerDisabled => person.disabled_at.is_some(),
            Self::NeedsOwner => matches!(sign_in.kind, Kind::Ci | Kind::Service) && person.gone_at.is_some(),
            Self::OwnerAway => {
                let last = person.confirmed_at.unwrap_or(person.last_seen_at);
                last.max(person.last_seen_at) < now - Self::LONG_AWAY
            }
        }
    }
}
