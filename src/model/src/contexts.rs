//! `/api/v1/contexts`: the installations and clusters that keys may be bound to.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A context as the server keeps it. It never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ContextView {
    /// Letters, digits, `-` and `_`; unique without regard to case.
    pub name: String,
    /// Where the API of the installation answers, without a slash at its end.
    pub api_url: String,
    /// The provider that it trusts, byte for byte.
    pub issuer: String,
    /// A sentence for people.
    pub description: String,
    /// By which people tell it apart at a glance.
    pub colour: Colour,
    /// When it was made.
    pub created_at: Timestamp,
}

/// `POST /api/v1/contexts`: the context that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({"name": "prod", "apiUrl": "https://app.example.org", "issuer": "https://login.example.org"})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateContext {
    /// 1 to 64 letters, digits, `-` and `_`.
    #[cfg_attr(
        feature = "schema",
        schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-]+$")
    )]
    pub name: String,
    /// Where the API of the installation answers: https, or http on loopback.
    pub api_url: String,
    /// The provider that it trusts.
    pub issuer: String,
    /// A sentence for people, at most 200 characters.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(max_length = 200))]
    pub description: String,
    /// Grey when absent.
    #[serde(default)]
    pub colour: Colour,
}

/// `PUT /api/v1/contexts/{name}`: all that a context says but its name, which keys are bound to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({"apiUrl": "https://app.example.org", "issuer": "https://login.example.org", "colour": "red"})))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeContext {
    /// Where the API of the installation answers: https, or http on loopback.
    pub api_url: String,
    /// The provider that it trusts.
    pub issuer: String,
    /// A sentence for people, at most 200 characters.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(max_length = 200))]
    pub description: String,
    /// Grey when absent.
    #[serde(default)]
    pub colour: Colour,
}

/// A colour of the small set that contexts are marked with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// For what needs no mark.
    #[default]
    Grey,
    /// Blue.
    Blue,
    /// Green.
    Green,
    /// Yellow.
    Yellow,
    /// Red.
    Red,
    /// Purple.
    Purple,
}

impl Colour {
    /// Every colour, in the order of the form.
    pub const ALL: [Self; 6] = [
        Self::Grey,
        Self::Blue,
        Self::Green,
        Self::Yellow,
        Self::Red,
        Self::Purple,
    ];

    /// The word on the wire and in databases.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grey => "grey",
            Self::Blue => "blue",
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
            Self::Purple => "purple",
        }
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Grey => "Grey",
            Self::Blue => "Blue",
            Self::Green => "Green",
            Self::Yellow => "Yellow",
            Self::Red => "Red",
            Self::Purple => "Purple",
        }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no colour of the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the colour is one of grey, blue, green, yellow, red and purple")]
pub struct ParseColourError;

impl FromStr for Colour {
    type Err = ParseColourError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|colour| colour.as_str() == text)
            .ok_or(ParseColourError)
    }
}
