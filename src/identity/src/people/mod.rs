//! People: what the provider said of them when they last signed in. Credentials are never kept here.

use flui_model::{PersonId, Timestamp, me::PersonView};
use serde::{Deserialize, Serialize};

mod disable;
mod end_all;
mod list;

pub(crate) use list::admin_only;
pub use list::{ListPeople, PeopleCursor, PeopleFilter, SeenPerson};

/// A person, known by `(issuer, subject)` and by nothing else: names and mail addresses change hands
/// (OpenID Connect Core 1.0, section 5.7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// This installation's id.
    pub id: PersonId,
    /// The provider, byte for byte.
    pub issuer: String,
    /// The provider's id of the person.
    pub subject: String,
    /// The name claimed last.
    pub name: Option<String>,
    /// The mail address claimed last, for show only.
    pub email: Option<String>,
    /// Whether the provider said that the address is the person's.
    pub email_verified: bool,
    /// The values of the roles claim, as claimed last.
    pub groups: Vec<String>,
    /// When the person first signed in here.
    pub first_seen_at: Timestamp,
    /// When the person last signed in here.
    pub last_seen_at: Timestamp,
    /// When an admin removed the person's access here.
    pub disabled_at: Option<Timestamp>,
    /// Since when the provider no longer stands for the person, as far as the nightly check found; their next sign-in
    /// clears it.
    pub gone_at: Option<Timestamp>,
    /// When the nightly check last heard from the provider that it still stands for the person.
    pub confirmed_at: Option<Timestamp>,
}

impl Person {
    /// The name to show.
    pub fn display_name(&self) -> &str {
        self.name.as_deref().or(self.email.as_deref()).unwrap_or(&self.subject)
    }

    /// The person as others see them.
    pub fn view(&self) -> PersonView {
        PersonView {
            id: self.id,
            issuer: self.issuer.clone(),
            subject: self.subject.clone(),
            name: self.display_name().to_owned(),
            email: self.email.clone(),
        }
    }
}

/// A person as the provider proved them just now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvenPerson {
    /// The provider, byte for byte.
    pub issuer: String,
    /// The provider's id of the person, 1 to 255 characters.
    pub subject: String,
    /// The name claimed.
    pub name: Option<String>,
    /// The mail address claimed.
    pub email: Option<String>,
    /// Whether the provider said, as JSON `true`, that the address is the person's.
    pub email_verified: bool,
    /// The values of the roles claim. `None` when the proof says nothing of them, as some bearers do; then those that a
    /// sign-in claimed last stay.
    pub groups: Option<Vec<String>>,
}
