use flui_model::{Area, Depth, Kind, Scope, ScopeSet};
use url::form_urlencoded;

use super::networks_in;

/// How much of a text field an address carries, in characters: somewhat more than a good name may have.
const MOST_TEXT: usize = 80;

/// The form for a new key, as text. Read from the body of its POST, and from the query of a link that fills it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFormFields {
    /// `name`.
    pub name: String,
    /// `kind`: `ci` or `service`.
    pub kind: String,
    /// `context`: the name of one, or empty for every context.
    pub context: String,
    /// `scope`, once for each ticked box; `scopes` takes several with commas between them.
    pub scopes: Vec<String>,
    /// `networks`: networks and addresses that the key may be used from, with spaces, commas or line breaks between them.
    pub networks: String,
    /// `access`: `unscoped` for all that the person may do; anything else means the ticked boxes.
    pub access: String,
    /// `expires`: so many days, or `date`.
    pub expires: String,
    /// `expires_date`, like `2027-01-31`; counts when `expires` is `date`.
    pub expires_date: String,
}

impl Default for KeyFormFields {
    fn default() -> Self {
        Self {
            name: String::new(),
            kind: Kind::Ci.as_str().to_owned(),
            context: String::new(),
            scopes: Vec::new(),
            networks: String::new(),
            access: "scopes".to_owned(),
            expires: "90".to_owned(),
            expires_date: String::new(),
        }
    }
}

/// A choice of scopes that people often want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preset {
    ReadOnly,
    Deploy,
    Full,
}

impl Preset {
    pub(crate) const ALL: [Self; 3] = [Self::ReadOnly, Self::Deploy, Self::Full];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only",
            Self::Deploy => "deploy",
            Self::Full => "full",
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::ReadOnly => "Read only",
            Self::Deploy => "Deploy",
            Self::Full => "Full access",
        }
    }

    pub(crate) fn scopes(self) -> ScopeSet {
        let all = ScopeSet::all();
        let deploy = [
            Scope::new(Area::Apps, Depth::Look),
            Scope::new(Area::Apps, Depth::Change),
            Scope::new(Area::Observability, Depth::Look),
        ];
        match self {
            Self::ReadOnly => all.iter().filter(|scope| scope.depth == Depth::Look).collect(),
            Self::Deploy => deploy.into_iter().collect(),
            Self::Full => all,
        }
    }
}

impl KeyFormFields {
    /// The name of the button that asks for a new sign-in instead of a key.
    pub const SIGN_IN_AGAIN: &str = "sign_in_again";

    /// Reads a form body or a query, both `application/x-www-form-urlencoded`. Unknown fields are passed over, so that
    /// the query may also hold a notice.
    pub fn from_query(query: &str) -> Self {
        let mut fields = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "name" => fields.name = value.into_owned(),
                "kind" => fields.kind = value.into_owned(),
                "context" => fields.context = value.into_owned(),
                "scope" | "scopes" => fields.scopes.extend(
                    value
                        .split(',')
                        .map(str::trim)
                        .filter(|scope| !scope.is_empty())
                        .map(str::to_owned),
                ),
                "preset" => {
                    if let Some(preset) = Preset::ALL.into_iter().find(|preset| preset.as_str() == value) {
                        fields.scopes = preset.scopes().iter().map(|scope| scope.to_string()).collect();
                        "scopes".clone_into(&mut fields.access);
                    }
                }
                "networks" => fields.networks = value.into_owned(),
                "access" => fields.access = value.into_owned(),
                // A link may name the date itself.
                "expires" if value.contains('-') => {
                    "date".clone_into(&mut fields.expires);
                    fields.expires_date = value.into_owned();
                }
                "expires" => fields.expires = value.into_owned(),
                "expires_date" if !value.is_empty() => fields.expires_date = value.into_owned(),
                _ => {}
            }
        }
        fields
    }

    /// The address of the form, filled in like this: where a sign-in that comes between leads back to. It holds only
    /// characters that an address to return to may hold. A key's secret is not among the fields.
    pub fn address(&self) -> String {
        if *self == Self::default() {
            return "/keys/new".to_owned();
        }
        let mut fields = self.clone();
        // A text that is far too long is cut, so that the rest of the form still fits into an address.
        for text in [&mut fields.name, &mut fields.context] {
            *text = text.chars().take(MOST_TEXT).collect();
        }
        // The one sign that a form's encoding leaves alone and an address to return to may not hold.
        format!("/keys/new?{}", fields.to_query().replace('*', "%2A"))
    }

    /// The query of a link that fills the form in like this.
    fn to_query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let pairs = [
            ("name", &self.name),
            ("kind", &self.kind),
            ("context", &self.context),
            ("access", &self.access),
            ("expires", &self.expires),
            ("expires_date", &self.expires_date),
            ("networks", &self.networks),
        ];
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        if !self.scopes.is_empty() {
            query.append_pair("scopes", &self.scopes.join(","));
        }
        query.finish()
    }

    /// The networks, one by one.
    pub fn network_list(&self) -> Vec<String> {
        networks_in(&self.networks)
    }

    /// Whether the key shall have no limit of its own.
    pub(crate) fn is_unscoped(&self) -> bool {
        self.access == "unscoped"
    }

    /// Where [`Self::SIGN_IN_AGAIN`] leads: through the provider, which asks for the password anew, and back to the filled-in form.
    pub fn sign_in_link(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("fresh", "1")
            .append_pair("return_to", &self.address());
        format!("/auth/login?{}", query.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_fills_the_form_in() {
        let fields = KeyFormFields::from_query("name=deploy+prod&scopes=apps:look,apps%3Achange&expires=30&notice=x");
        assert_eq!(fields.name, "deploy prod");
        assert_eq!(fields.scopes, ["apps:look", "apps:change"]);
        assert_eq!(fields.expires, "30");
        assert_eq!(fields.kind, "ci");
        let dated = KeyFormFields::from_query("expires=2027-01-31");
        assert_eq!(
            (dated.expires.as_str(), dated.expires_date.as_str()),
            ("date", "2027-01-31")
        );
        assert_eq!(KeyFormFields::from_query(""), KeyFormFields::default());
    }

    #[test]
    fn a_filled_form_survives_its_query() {
        let fields = KeyFormFields {
            name: "a&b=<c> ü*'\"(1) 50%+\u{202e}".to_owned(),
            kind: "service".to_owned(),
            context: "prod".to_owned(),
            scopes: vec!["apps:look".to_owned(), "mail:destroy".to_owned()],
            networks: "10.0.0.0/8\r\n2001:db8::/32".to_owned(),
            access: "unscoped".to_owned(),
            expires: "date".to_owned(),
            expires_date: "2027-01-31".to_owned(),
        };
        assert_eq!(fields.network_list(), ["10.0.0.0/8", "2001:db8::/32"]);
        let address = fields.address();
        assert_eq!(
            KeyFormFields::from_query(address.strip_prefix("/keys/new?").unwrap()),
            fields
        );
        assert!(!address.contains('*'), "{address}");
        assert_eq!(KeyFormFields::default().address(), "/keys/new");
    }

    #[test]
    fn an_endless_name_does_not_take_the_rest_of_the_form_with_it() {
        let fields = KeyFormFields {
            name: "🔑".repeat(50_000),
            scopes: ScopeSet::all().iter().map(|scope| scope.to_string()).collect(),
            ..KeyFormFields::default()
        };
        let address = fields.address();
        assert!(address.len() < 4_000, "{}", address.len());
        let back = KeyFormFields::from_query(address.strip_prefix("/keys/new?").unwrap());
        assert_eq!((back.scopes, back.name), (fields.scopes, "🔑".repeat(MOST_TEXT)));
    }

    #[test]
    fn a_preset_takes_the_place_of_ticked_boxes_and_keeps_the_rest() {
        let fields = KeyFormFields::from_query("name=x&access=unscoped&scope=mail:destroy&preset=deploy");
        assert_eq!(fields.name, "x");
        assert_eq!(fields.scopes, ["apps:look", "apps:change", "observability:look"]);
        assert!(!fields.is_unscoped());
    }

    #[test]
    fn the_way_through_a_sign_in_leads_back_to_the_filled_form() {
        assert_eq!(
            KeyFormFields::default().sign_in_link(),
            "/auth/login?fresh=1&return_to=%2Fkeys%2Fnew"
        );
        let link = KeyFormFields::from_query("name=a%26b").sign_in_link();
        let (_, query) = link.split_once('?').unwrap();
        let back = form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "return_to")
            .unwrap()
            .1;
        assert_eq!(KeyFormFields::from_query(back.split_once('?').unwrap().1).name, "a&b");
    }
}
