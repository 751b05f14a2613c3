//! The people who can sign in, read from TOML.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use crate::error::Error;

/// Everybody the provider knows, in the order of the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    /// The `[[person]]` tables.
    #[serde(rename = "person")]
    persons: Vec<Person>,
}

/// One person.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What is typed into `Login name`; also the `preferred_username` claim.
    pub login: String,
    /// The `sub` claim: stable and without meaning, at most 255 characters (Core, section 2).
    pub sub: String,
    /// The full name.
    pub name: String,
    /// The mail address.
    pub email: String,
    /// Whether the address counts as verified; `true` unless the file says otherwise.
    #[serde(default = "verified")]
    pub email_verified: bool,
    /// The groups, in the order of the file.
    #[serde(default)]
    pub groups: Vec<String>,
    /// What is typed into `Password`.
    pub password: String,
    /// Whether a second factor counts as given: `amr` is then `["pwd","otp","mfa"]`, else `["pwd"]` (RFC 8176).
    #[serde(default)]
    pub mfa: bool,
    /// Set by the control alone: such a person gets no new token and no old one works.
    #[serde(skip)]
    pub(crate) disabled: bool,
}

fn verified() -> bool {
    true
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("login", &self.login)
            .field("sub", &self.sub)
            .field("groups", &self.groups)
            .field("disabled", &self.disabled)
            .finish_non_exhaustive()
    }
}

impl Person {
    /// Authentication methods of this person's sign-in, by the names of RFC 8176.
    pub fn amr(&self) -> &'static [&'static str] {
        if self.mfa { &["pwd", "otp", "mfa"] } else { &["pwd"] }
    }

    /// The authentication context class of this person's sign-in: one of [`ACR_VALUES`].
    pub(crate) fn acr(&self) -> &'static str {
        if self.mfa { ACR_VALUES[1] } else { ACR_VALUES[0] }
    }

    pub(crate) fn has_password(&self, typed: &str) -> bool {
        self.password.as_bytes().ct_eq(typed.as_bytes()).into()
    }
}

/// The context classes this provider knows: a password alone, and a password with a second factor.
pub(crate) const ACR_VALUES: [&str; 2] = ["urn:flui:devidp:password", "urn:flui:devidp:mfa"];

impl People {
    /// `ada` (administrator, with a second factor), `grace` (operator) and `linus` (viewer).
    ///
    /// # Panics
    /// Never: the file is part of this crate, and a test reads it.
    pub fn built_in() -> Self {
        include_str!("../people.toml")
            .parse()
            .expect("the file is part of this crate, and a test reads it")
    }

    /// Everybody, in the order of the file.
    pub fn persons(&self) -> &[Person] {
        &self.persons
    }

    /// The person with this login name.
    pub fn find(&self, login: &str) -> Option<&Person> {
        self.persons.iter().find(|person| person.login == login)
    }

    pub(crate) fn find_mut(&mut self, login: &str) -> Result<&mut Person, Error> {
        self.persons
            .iter_mut()
            .find(|person| person.login == login)
            .ok_or_else(|| Error::UnknownPerson(login.to_owned()))
    }

    /// The person with this login name, unless disabled.
    pub(crate) fn enabled(&self, login: &str) -> Option<&Person> {
        self.find(login).filter(|person| !person.disabled)
    }
}

impl FromStr for People {
    type Err = Error;

    /// Reads `[[person]]` tables. Refused: unknown fields, nobody at all, an empty or repeated `login` or `sub`, an empty
    /// password.
    fn from_str(text: &str) -> Result<Self, Error> {
        let people: Self = toml::from_str(text).map_err(|error| Error::People(error.to_string()))?;
        if people.persons.is_empty() {
            return Err(Error::People("there is no [[person]]".to_owned()));
        }
        let mut logins = HashSet::new();
        let mut subjects = HashSet::new();
        for person in &people.persons {
            if person.login.is_empty() || person.password.is_empty() {
                return Err(Error::People("`login` and `password` must not be empty".to_owned()));
            }
            if person.sub.is_empty() || person.sub.len() > 255 {
                return Err(Error::People(format!(
                    "`sub` of {:?} must have 1 to 255 characters",
                    person.login
                )));
            }
            if !logins.insert(&person.login) || !subjects.insert(&person.sub) {
                return Err(Error::People(format!(
                    "`login` or `sub` of {:?} is there twice",
                    person.login
                )));
            }
        }
        Ok(people)
    }
}
