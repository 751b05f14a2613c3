use std::sync::Arc;

use flui_model::{
    Area, Depth, Kind, Page, PersonId, Scope, SignInId, Timestamp,
    api_keys::{ApiKeyView, KeyState},
    sessions::SessionView,
};

use super::Found;
use crate::{Caller, Error, Identity};

/// Which sign-ins to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Whose; everybody's if none is given.
    pub person: Option<PersonId>,
    /// Of these kinds.
    pub kinds: Vec<Kind>,
    /// Only in this state.
    pub state: Option<KeyState>,
    /// Only those whose name contains this, without regard to case.
    pub text: Option<String>,
    /// Only those that are bound to the context of exactly this name.
    pub context: Option<String>,
}

/// Where a page of sign-ins ended. Live ones come first, so the place has two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Whether the last row was one that is over.
    pub over: bool,
    /// The id of the last row.
    pub id: SignInId,
}

impl Cursor {
    /// The cursor as clients hand it back.
    fn write(self) -> String {
        format!("{}.{}", u8::from(self.over), self.id)
    }

    /// Reads what a client handed back.
    fn read(text: &str) -> Option<Self> {
        let (over, id) = text.split_once('.')?;
        let over = match over {
            "0" => false,
            "1" => true,
            _ => return None,
        };
        Some(Self {
            over,
            id: id.parse().ok()?,
        })
    }
}

/// Which keys to list.
#[derive(Clone, Debug, Default)]
pub struct ListKeys {
    /// Everybody's, which only an admin may see.
    pub everybody: bool,
    /// Of these kinds; all kinds of key if empty.
    pub kinds: Vec<Kind>,
    /// Only in this state.
    pub state: Option<KeyState>,
    /// Only those whose name contains this.
    pub text: Option<String>,
    /// Only those that are bound to the context of exactly this name.
    pub context: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// Rows wanted.
    pub limit: u32,
}

impl Identity {
    /// One's own keys, or everybody's for an admin.
    pub async fn list_keys(&self, caller: &Caller, wanted: &ListKeys) -> Result<Page<ApiKeyView>, Error> {
        let signed_in = caller.signed_in()?;
        signed_in.require(Scope::new(Area::Keys, Depth::Look))?;
        if wanted.everybody && !signed_in.is_admin() {
            return Err(Error::Forbidden("Only an administrator may see everybody's keys."));
        }
        let cursor = match wanted.cursor.as_deref() {
            None => None,
            Some(text) => Some(Cursor::read(text).ok_or_else(|| {
                Error::Invalid(vec![flui_model::FieldError::new(
                    "cursor",
                    "Hand back the nextCursor of the page before, or none.",
                )])
            })?),
        };
        let kinds = if wanted.kinds.is_empty() {
            Kind::KEYS.to_vec()
        } else {
            wanted.kinds.clone()
        };
        let filter = Filter {
            person: (!wanted.everybody).then(|| signed_in.person().id),
            kinds,
            state: wanted.state,
            text: wanted.text.clone().filter(|text| !text.trim().is_empty()),
            context: wanted.context.clone(),
        };
        let now = self.now();
        // One more than asked for tells whether there is another page.
        let mut rows = self.store.list_sign_ins(&filter, now, cursor, wanted.limit + 1).await?;
        let more = rows.len() > wanted.limit as usize;
        rows.truncate(wanted.limit as usize);
        let next_cursor = rows.last().filter(|_| more).map(|row| cursor_after(row, now).write());
        let current = signed_in.sign_in().id;
        let view = |row: &Arc<Found>| row.key_view(self.policy.roles.role_of(&row.person.groups), current, now);
        Ok(Page {
            items: rows.iter().map(view).collect(),
            next_cursor,
        })
    }

    /// One key that is one's own, or anybody's for an admin.
    pub async fn find_key(&self, caller: &Caller, id: SignInId) -> Result<ApiKeyView, Error> {
        let signed_in = caller.signed_in()?;
        signed_in.require(Scope::new(Area::Keys, Depth::Look))?;
        let found = self.store.find_sign_in(id).await?;
        found
            .filter(|found| found.sign_in.kind.is_key())
            .filter(|found| found.sign_in.person_id == signed_in.person().id || signed_in.is_admin())
            .map(|found| {
                let role = self.policy.roles.role_of(&found.person.groups);
                found.key_view(role, signed_in.sign_in().id, self.now())
            })
            .ok_or(Error::NotFound("key"))
    }

    /// One's own live browser sessions, newest first.
    pub async fn list_sessions(&self, caller: &Caller) -> Result<Vec<SessionView>, Error> {
        let signed_in = caller.signed_in()?;
        let now = self.now();
        let filter = Filter {
            person: Some(signed_in.person().id),
            kinds: vec![Kind::Browser],
            state: Some(KeyState::Live),
            ..Filter::default()
        };
        let rows = self
            .store
            .list_sign_ins(&filter, now, None, crate::Policy::MAX_SESSIONS)
            .await?;
        let idle_limit = now - self.policy.session_idle;
        let current = signed_in.sign_in().id;
        Ok(rows
            .iter()
            .filter(|row| {
                let sign_in = &row.sign_in;
                sign_in.id == current
                    || sign_in.last_used.as_ref().map_or(sign_in.created_at, |used| used.at) > idle_limit
            })
            .map(|row| row.session_view(current))
            .collect())
    }
}

fn cursor_after(row: &Found, now: Timestamp) -> Cursor {
    Cursor {
        over: row.sign_in.state(now) != KeyState::Live,
        id: row.sign_in.id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_read_as_written_and_nothing_else() {
        let id = "01930000-0000-7000-8000-000000000001".parse().unwrap();
        let cursor = Cursor { over: true, id };
        assert_eq!(Cursor::read(&cursor.write()), Some(cursor));
        for bad in ["", "1", "2.01930000-0000-7000-8000-000000000001", "1.x", "true.1"] {
            assert_eq!(Cursor::read(bad), None, "{bad}");
        }
    }
}
