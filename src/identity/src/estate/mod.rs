//! The estate: every credential of everybody that opens something right now, with what is risky about it. Admins only.

use flui_model::{FieldError, Kind, Page, PersonId, SignInId};

use crate::{Caller, Error, Identity, people::admin_only, sign_ins::Found};

mod revoke;
mod risk;

pub use risk::Risk;

/// Which part of the estate to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EstateFilter {
    /// Only what this person holds.
    pub person: Option<PersonId>,
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only where the name of the sign-in, or the owner's name, mail address or subject, contains this, without regard
    /// to case.
    pub text: Option<String>,
    /// Only what is risky in this way.
    pub risk: Option<Risk>,
    /// Only what is paused.
    pub paused: bool,
}

/// A credential, and what is risky about it.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The sign-in and its owner.
    pub found: Found,
    /// What is risky about it.
    pub risks: Vec<Risk>,
    /// Whether it is the sign-in that the caller came with.
    pub current: bool,
}

impl Identity {
    /// How many live CI and service keys need an owner. For admins; to others there is no such page.
    pub async fn count_keys_needing_owner(&self, caller: &Caller) -> Result<u64, Error> {
        admin_only(caller.signed_in()?, "page")?;
        Ok(self.store.count_keys_needing_owner(self.now()).await?)
    }

    /// Everybody's credentials that open something now, newest first. For admins; to others there is no such page.
    pub async fn list_estate(
        &self,
        caller: &Caller,
        filter: &EstateFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<Credential>, Error> {
        let signed_in = caller.signed_in()?;
        admin_only(signed_in, "page")?;
        let before = match cursor {
            None => None,
            Some(text) => Some(text.parse::<SignInId>().map_err(|_| {
                let fault = FieldError::new("cursor", "Hand back the nextCursor of the page before, or none.");
                Error::Invalid(vec![fault])
            })?),
        };
        let now = self.now();
        let idle_limit = now - self.policy.session_idle;
        // One more than asked for tells whether there is another page.
        let mut rows = self
            .store
            .list_estate(filter, now, idle_limit, before, limit + 1)
            .await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next_cursor = rows.last().filter(|_| more).map(|row| row.sign_in.id.to_string());
        let current = signed_in.sign_in().id;
        let credential = |found: Found| Credential {
            risks: Risk::of(&found, now),
            current: found.sign_in.id == current,
            found,
        };
        Ok(Page {
            items: rows.into_iter().map(credential).collect(),
            next_cursor,
        })
    }
}
