//! What stands in `docs/promises.toml`.

use serde::Deserialize;

/// All promises, group by group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    /// The groups, in the order of the page.
    #[serde(rename = "group")]
    pub(crate) groups: Vec<Group>,
}

/// Promises about one thing; their numbers begin with the same letter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    /// The heading.
    pub(crate) title: String,
    /// The promises, in the order of the page.
    #[serde(rename = "promise")]
    pub(crate) promises: Vec<Promise>,
}

/// One promise.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Promise {
    /// A letter and a number, such as `C11`.
    pub(crate) number: String,
    /// One sentence.
    pub(crate) text: String,
    /// The clause of the standard behind it.
    pub(crate) clause: Option<String>,
    /// Whether no release may be without it.
    #[serde(default)]
    pub(crate) p0: bool,
    /// What is not done or not tested yet.
    pub(crate) lacks: Option<String>,
    /// Tests that hold it though their names do not say so.
    #[serde(default)]
    pub(crate) also: Vec<String>,
}

impl Table {
    /// All promises, in the order of the page.
    pub(crate) fn promises(&self) -> impl Iterator<Item = &Promise> {
        self.groups.iter().flat_map(|group| &group.promises)
    }
}
