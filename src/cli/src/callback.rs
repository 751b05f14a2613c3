//! Reads what a browser brings to the callback address, and decides whether it belongs to this sign-in.

use url::form_urlencoded;

/// The path of the redirect address that is registered at the provider.
pub(crate) const PATH: &str = "/callback";

/// What a callback of this sign-in must carry.
pub(crate) struct Expected {
    /// The state of the attempt.
    pub(crate) state: String,
    /// The provider's issuer.
    pub(crate) issuer: String,
    /// Whether `iss` must be there because the provider announced it (RFC 9207, 2.4).
    pub(crate) iss_required: bool,
}

/// How the provider ended the sign-in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A code to swap for tokens.
    Code(String),
    /// The provider or the person said no.
    Refused {
        /// The error code.
        error: String,
        /// The provider's own words.
        description: Option<String>,
    },
}

impl Expected {
    /// Reads the query of a callback. The error says why it is not this sign-in's; then waiting goes on, because
    /// anybody can send a browser here (RFC 9700, 4.7).
    pub(crate) fn read(&self, query: &str) -> Result<Outcome, &'static str> {
        let field = |name: &str| {
            let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
            match (values.next(), values.next()) {
                (value, None) => Ok(value.map(|(_, value)| value.into_owned())),
                (_, Some(_)) => Err("A parameter of the address stands there twice."),
            }
        };
        if field("state")?.as_deref() != Some(&self.state) {
            return Err("This answer belongs to another sign-in, or to none.");
        }
        match field("iss")? {
            Some(issuer) if issuer != self.issuer => return Err("This answer comes from another provider."),
            None if self.iss_required => return Err("This answer does not say which provider it comes from."),
            _ => {}
        }
        match (field("error")?, field("code")?) {
            (Some(error), _) => Ok(Outcome::Refused {
                error,
                description: field("error_description")?,
            }),
            (None, Some(code)) => Ok(Outcome::Code(code)),
            (None, None) => Err("This answer holds neither a code nor an error."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str, iss_required: bool) -> Result<Outcome, &'static str> {
        let expected = Expected {
            state: "s".to_owned(),
            issuer: "https://id.example".to_owned(),
            iss_required,
        };
        expected.read(query)
    }

    #[test]
    fn a_code_with_the_right_state_is_taken() {
        assert_eq!(read("code=a%2Bb&state=s", false), Ok(Outcome::Code("a+b".to_owned())));
    }

    #[test]
    fn c2_a_wrong_missing_or_repeated_state_is_not_ours() {
        for query in [
            "",
            "code=a",
            "code=a&state=",
            "code=a&state=x",
            "code=a&state=s&state=s",
        ] {
            assert!(read(query, false).is_err(), "{query}");
        }
        assert!(read("code=a&code=b&state=s", false).is_err());
        assert!(read("state=s", false).is_err());
    }

    #[test]
    fn c7_the_issuer_is_compared_and_missed_when_announced() {
        let right = "code=a&state=s&iss=https%3A%2F%2Fid.example";
        let wrong = "code=a&state=s&iss=https%3A%2F%2Fid.example%2F";
        assert!(read(right, true).is_ok());
        assert!(read(right, false).is_ok());
        assert!(read(wrong, false).is_err());
        assert!(read("code=a&state=s", true).is_err());
        assert!(read("code=a&state=s", false).is_ok());
    }

    #[test]
    fn c8_an_error_counts_only_with_the_right_state() {
        let refused = Outcome::Refused {
            error: "access_denied".to_owned(),
            description: Some("no way".to_owned()),
        };
        let query = "error=access_denied&error_description=no+way&state=";
        assert_eq!(read(&format!("{query}s"), false), Ok(refused));
        assert!(read(&format!("{query}x"), false).is_err());
    }
}
