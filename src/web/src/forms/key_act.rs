use serde::Deserialize;
use url::form_urlencoded;

use super::networks_in;

/// The forms that change a key, as text: each reads the field that it has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct KeyActFields {
    /// `name`: the new name.
    pub name: String,
    /// `expires`: the last day of the key, like `2027-01-31`.
    pub expires: String,
    /// `networks`: where the key may be used from, with spaces, commas or line breaks between them.
    pub networks: String,
    /// `overlap`: for so many seconds the old secret stays good.
    pub overlap: String,
}

impl Default for KeyActFields {
    fn default() -> Self {
        Self {
            name: String::new(),
            expires: String::new(),
            networks: String::new(),
            overlap: "86400".to_owned(),
        }
    }
}

impl KeyActFields {
    /// The fields with the one that the query fills in; none if it fills in none.
    pub(crate) fn from_query(query: &str) -> Option<Self> {
        let mut fields = None;
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place: fn(&mut Self) -> &mut String = match &*name {
                "name" => |fields| &mut fields.name,
                "expires" => |fields| &mut fields.expires,
                "networks" => |fields| &mut fields.networks,
                "overlap" => |fields| &mut fields.overlap,
                _ => continue,
            };
            *place(fields.get_or_insert_default()) = value.into_owned();
        }
        fields
    }

    /// The address of the form at this path, filled in like this: where a sign-in that comes between leads back to. It
    /// holds only characters that an address to return to may hold. A field that was emptied stays empty.
    pub fn address(&self, path: &str) -> String {
        let (name, value) = match path.rsplit('/').next() {
            Some("rename") => ("name", &self.name),
            Some("extend") => ("expires", &self.expires),
            Some("networks") => ("networks", &self.networks),
            _ => ("overlap", &self.overlap),
        };
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair(name, value)
            .finish();
        // The one sign that a form's encoding leaves alone and an address to return to may not hold.
        format!("{path}?{}", query.replace('*', "%2A"))
    }

    /// The networks, one by one.
    pub fn network_list(&self) -> Vec<String> {
        networks_in(&self.networks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filled_form_survives_its_address() {
        let fields = KeyActFields {
            name: "50% *+&".to_owned(),
            networks: "10.0.0.0/8\r\n::1".to_owned(),
            ..KeyActFields::default()
        };
        let back = |path: &str| {
            let address = fields.address(path);
            assert!(!address.contains('*'), "{address}");
            KeyActFields::from_query(address.strip_prefix(path).unwrap().trim_start_matches('?')).unwrap()
        };
        assert_eq!(back("/keys/1/rename").name, fields.name);
        assert_eq!(back("/keys/1/networks").network_list(), ["10.0.0.0/8", "::1"]);
        assert_eq!(back("/keys/1/extend").expires, "", "what was emptied stays empty");
        assert_eq!(KeyActFields::from_query("notice=x"), None);
    }
}
