use flui_model::{FieldError, Page, PersonId, Timestamp};

use super::Person;
use crate::{Caller, Error, Identity, SignedIn, sign_ins::Proof};

/// A person as admins see them in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenPerson {
    /// The person.
    pub person: Person,
    /// By which methods they proved themselves at the provider when they last signed in (RFC 8176); none when they
    /// never did, empty when the provider did not say.
    pub amr: Option<Vec<String>>,
    /// How many of their sign-ins are neither ended nor expired.
    pub live_sign_ins: i64,
}

impl SeenPerson {
    /// Whether the last sign-in was proven by more than one factor; `None` when nobody knows.
    pub fn is_mfa(&self) -> Option<bool> {
        let amr = self.amr.as_ref().filter(|amr| !amr.is_empty())?;
        let proof = Proof {
            amr: amr.clone(),
            ..Proof::default()
        };
        Some(proof.is_mfa())
    }
}

/// Which people to list.
#[derive(Clone, Debug, Default)]
pub struct ListPeople {
    /// Only those whose name, mail address or subject contains this, without regard to case.
    pub text: Option<String>,
    /// Only those whose access was removed here, or only the others.
    pub disabled: Option<bool>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// Rows wanted.
    pub limit: u32,
}

/// Which people the store is to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleFilter {
    /// Only those whose name, mail address or subject contains this, in lower case.
    pub text: Option<String>,
    /// Only those whose access was removed here, or only the others.
    pub disabled: Option<bool>,
}

/// Where a page of people ended: they come with the one seen last first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeopleCursor {
    /// When the last row's person last signed in.
    pub last_seen_at: Timestamp,
    /// The last row's person.
    pub id: PersonId,
}

impl PeopleCursor {
    fn write(self) -> String {
        format!("{}.{}", self.last_seen_at.as_micros(), self.id)
    }

    fn read(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        Some(Self {
            last_seen_at: Timestamp::from_micros(at.parse().ok()?),
            id: id.parse().ok()?,
        })
    }
}

impl Identity {
    /// Everybody who ever signed in here, seen last first. For admins; to others there is no such page.
    pub async fn list_people(&self, caller: &Caller, wanted: &ListPeople) -> Result<Page<SeenPerson>, Error> {
        admin_only(caller.signed_in()?, "page")?;
        let cursor = match wanted.cursor.as_deref() {
            None => None,
            Some(text) => Some(PeopleCursor::read(text).ok_or_else(|| {
                let fault = FieldError::new("cursor", "Hand back the nextCursor of the page before, or none.");
                Error::Invalid(vec![fault])
            })?),
        };
        let text = wanted.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let filter = PeopleFilter {
            text: text.map(str::to_lowercase),
            disabled: wanted.disabled,
        };
        // One more than asked for tells whether there is another page.
        let mut items = self
            .store
            .list_people(&filter, self.now(), cursor, wanted.limit + 1)
            .await?;
        let more = items.len() > wanted.limit as usize;
        items.truncate(wanted.limit as usize);
        let next_cursor = items.last().filter(|_| more).map(|last| {
            let cursor = PeopleCursor {
                last_seen_at: last.person.last_seen_at,
                id: last.person.id,
            };
            cursor.write()
        });
        Ok(Page { items, next_cursor })
    }

    /// One person. For admins; to others there is no such person.
    pub async fn find_person(&self, caller: &Caller, id: PersonId) -> Result<Person, Error> {
        admin_only(caller.signed_in()?, "person")?;
        self.store.find_person(id).await?.ok_or(Error::NotFound("person"))
    }
}

/// What only admins see is absent to everybody else.
pub(crate) fn admin_only(signed_in: &SignedIn, what: &'static str) -> Result<(), Error> {
    if signed_in.is_admin() {
        Ok(())
    } else {
        Err(Error::NotFound(what))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_read_as_written_and_nothing_else() {
        let cursor = PeopleCursor {
            last_seen_at: Timestamp::from_seconds(1_764_000_000),
            id: "01930000-0000-7000-8000-000000000001".parse().unwrap(),
        };
        assert_eq!(PeopleCursor::read(&cursor.write()), Some(cursor));
        for bad in ["", "1", "x.01930000-0000-7000-8000-000000000001", "1.x"] {
            assert_eq!(PeopleCursor::read(bad), None, "{bad}");
        }
    }
}
