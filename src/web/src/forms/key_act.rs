use serde::Deserialize;

/// The forms that change a key, as text: each reads the field that it has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct KeyActFields {
    /// `name`: the new name.
    pub name: String,
    /// `expires`: the last day of the key, like `2027-01-31`.
    pub expires: String,
    /// `overlap`: for so many seconds the old secret stays good.
    pub overlap: String,
}

impl Default for KeyActFields {
    fn default() -> Self {
        Self {
            name: String::new(),
            expires: String::new(),
            overlap: "86400".to_owned(),
        }
    }
}
