//! What a key may do: areas of an installation, each to a depth.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::Role;

/// A part of an installation that a key can be let into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Area {
    /// Deployed applications.
    Apps,
    /// Logs, metrics and traces.
    Observability,
    /// Backups and restores.
    Backups,
    /// Moves between clusters.
    Migrations,
    /// Mail domains and boxes.
    Mail,
    /// People and what they may reach.
    Access,
    /// Clusters, nodes and networks.
    Infrastructure,
    /// The keys of the key's own person.
    Keys,
}

impl Area {
    /// Every area, in the order of the catalogue.
    pub const ALL: [Self; 8] = [
        Self::Apps,
        Self::Observability,
        Self::Backups,
        Self::Migrations,
        Self::Mail,
        Self::Access,
        Self::Infrastructure,
        Self::Keys,
    ];

    /// The word used in a scope.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Apps => "apps",
            Self::Observability => "observability",
            Self::Backups => "backups",
            Self::Migrations => "migrations",
            Self::Mail => "mail",
            Self::Access => "access",
            Self::Infrastructure => "infrastructure",
            Self::Keys => "keys",
        }
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Apps => "Apps",
            Self::Observability => "Observability",
            Self::Backups => "Backups",
            Self::Migrations => "Migrations",
            Self::Mail => "Mail",
            Self::Access => "Access",
            Self::Infrastructure => "Infrastructure",
            Self::Keys => "Keys",
        }
    }

    const fn nouns(self) -> &'static str {
        match self {
            Self::Apps => "applications, their settings and releases",
            Self::Observability => "logs, metrics, traces and alerts",
            Self::Backups => "backups and their schedules",
            Self::Migrations => "moves between clusters",
            Self::Mail => "mail domains, boxes and aliases",
            Self::Access => "people's roles and the access of applications",
            Self::Infrastructure => "clusters, nodes, networks and storage",
            Self::Keys => "the keys of the person that this key belongs to",
        }
    }
}

/// How far a key may go inside an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Depth {
    /// Read.
    Look,
    /// Create and alter.
    Change,
    /// Delete and everything that cannot be taken back.
    Destroy,
}

impl Depth {
    /// Every depth, shallow first.
    pub const ALL: [Self; 3] = [Self::Look, Self::Change, Self::Destroy];

    /// The word used in a scope.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Change => "change",
            Self::Destroy => "destroy",
        }
    }

    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Look => "Look",
            Self::Change => "Change",
            Self::Destroy => "Destroy",
        }
    }
}

/// The words of the wire, by area and depth: an answer can list the whole catalogue, and to write a word piece by piece costs
/// more than the word.
const WORDS: [[&str; 3]; 8] = {
    macro_rules! depths {
        ($area:literal) => {
            [
                concat!($area, ":look"),
                concat!($area, ":change"),
                concat!($area, ":destroy"),
            ]
        };
    }
    [
        depths!("apps"),
        depths!("observability"),
        depths!("backups"),
        depths!("migrations"),
        depths!("mail"),
        depths!("access"),
        depths!("infrastructure"),
        depths!("keys"),
    ]
};

/// One right: an area at exactly one depth, written `apps:look`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// Where.
    pub area: Area,
    /// How far.
    pub depth: Depth,
}

impl Scope {
    /// Makes a scope.
    pub const fn new(area: Area, depth: Depth) -> Self {
        Self { area, depth }
    }

    /// Its place in a [`ScopeSet`].
    const fn bit(self) -> u32 {
        1 << (self.area as u32 * (Depth::Destroy as u32 + 1) + self.depth as u32)
    }

    /// The words of the wire, such as `apps:look`.
    pub const fn as_str(self) -> &'static str {
        WORDS[self.area as usize][self.depth as usize]
    }

    /// One sentence for people who decide whether to grant it.
    pub fn sentence(self) -> String {
        let verb = match self.depth {
            Depth::Look => "See",
            Depth::Change => "Create and change",
            Depth::Destroy => "Delete",
        };
        format!("{verb} {}.", self.area.nouns())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no scope of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a scope is written area:depth, like apps:look")]
pub struct ParseScopeError;

impl FromStr for Scope {
    type Err = ParseScopeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (area, depth) = text.split_once(':').ok_or(ParseScopeError)?;
        let area = Area::ALL.into_iter().find(|known| known.as_str() == area);
        let depth = Depth::ALL.into_iter().find(|known| known.as_str() == depth);
        area.zip(depth)
            .map(|(area, depth)| Self { area, depth })
            .ok_or(ParseScopeError)
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for Scope {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let words = ScopeSet::all()
            .iter()
            .map(|scope| scope.to_string())
            .collect::<Vec<_>>();
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .description(Some("One right: an area at exactly one depth."))
            .enum_values(Some(words))
            .into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for Scope {}

/// A set of scopes, in the order of the catalogue. A bit for each, so that comparing and cutting a grant on every request
/// costs nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScopeSet(u32);

impl ScopeSet {
    /// The whole catalogue.
    pub fn all() -> Self {
        Area::ALL
            .into_iter()
            .flat_map(|area| Depth::ALL.into_iter().map(move |depth| Scope { area, depth }))
            .collect()
    }

    /// The most that a role may ever do: read-only people look.
    pub fn of_role(role: Role) -> Self {
        match role {
            Role::ReadOnly => Area::ALL
                .into_iter()
                .map(|area| Scope {
                    area,
                    depth: Depth::Look,
                })
                .collect(),
            Role::User | Role::Admin => Self::all(),
        }
    }

    /// What the group `area:depth` stands for: that depth and all that are shallower.
    pub fn of_group(group: Scope) -> Self {
        Depth::ALL
            .into_iter()
            .filter(|depth| *depth <= group.depth)
            .map(|depth| Scope {
                area: group.area,
                depth,
            })
            .collect()
    }

    /// Whether the scope is in the set.
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether nothing is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many scopes are in the set.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether every scope of this set is in the other.
    pub const fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// What both sets hold.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The scopes, in the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Area::ALL
            .into_iter()
            .flat_map(|area| Depth::ALL.into_iter().map(move |depth| Scope { area, depth }))
            .filter(move |scope| self.contains(*scope))
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

/// As a list of words.
impl Serialize for ScopeSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for ScopeSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Scope>::deserialize(deserializer).map(Self::from_iter)
    }
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for ScopeSet {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ArrayBuilder::new()
            .items(utoipa::openapi::Ref::from_schema_name("Scope"))
            .unique_items(true)
            .description(Some("A set of scopes, in the order of the catalogue."))
            .into()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for ScopeSet {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_survives_its_text() {
        for scope in ScopeSet::all().iter() {
            assert_eq!(scope.to_string().parse(), Ok(scope));
            assert_eq!(
                scope.as_str(),
                format!("{}:{}", scope.area.as_str(), scope.depth.as_str())
            );
        }
        assert_eq!(ScopeSet::all().len(), 24);
    }

    #[test]
    fn foreign_text_is_no_scope() {
        for text in [
            "",
            "apps",
            "apps:",
            ":look",
            "Apps:look",
            "apps:look ",
            "apps:own",
            "a:b:c",
        ] {
            assert_eq!(text.parse::<Scope>(), Err(ParseScopeError), "{text}");
        }
    }

    #[test]
    fn a_group_holds_the_shallower_depths() {
        let group = ScopeSet::of_group(Scope::new(Area::Apps, Depth::Change));
        assert_eq!(group.len(), 2);
        assert!(!group.contains(Scope::new(Area::Apps, Depth::Destroy)));
    }

    #[test]
    fn read_only_people_only_look() {
        assert!(
            ScopeSet::of_role(Role::ReadOnly)
                .iter()
                .all(|scope| scope.depth == Depth::Look)
        );
    }
}
