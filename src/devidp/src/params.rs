//! Parameters of OAuth requests.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, RawForm, Request};
use axum::response::{IntoResponse as _, Response};

use crate::oauth_error::OAuthError;

/// Parameters from the query of a GET or the form of a POST. A parameter sent twice refuses the request; an empty one
/// counts as absent (RFC 6749, sections 3.1 and 3.2).
#[derive(Debug)]
pub(crate) struct Params(BTreeMap<String, String>);

impl Params {
    fn parse(text: &[u8]) -> Result<Self, OAuthError> {
        let mut params = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(text) {
            if params.insert(name.clone().into_owned(), value.into_owned()).is_some() {
                return Err(OAuthError::invalid_request(format!(
                    "the parameter {name:?} is there twice"
                )));
            }
        }
        Ok(Self(params))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(crate) fn require(&self, name: &str) -> Result<&str, OAuthError> {
        self.get(name)
            .ok_or_else(|| OAuthError::invalid_request(format!("the parameter {name:?} is missing")))
    }
}

impl<S: Send + Sync> FromRequest<S> for Params {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let RawForm(text) = RawForm::from_request(request, state)
            .await
            .map_err(axum::response::IntoResponse::into_response)?;
        Self::parse(&text).map_err(OAuthError::into_response)
    }
}
