use url::Url;

use super::RelyingParty;

impl RelyingParty {
    /// Where to send a browser so that the provider ends its own session too (`OpenID` Connect RP-Initiated Logout 1.0,
    /// section 2). `None` when the provider offers no such page or was never reached.
    pub fn end_session_url(&self, id_token_hint: Option<&str>, state: &str) -> Option<Url> {
        let mut url = self.metadata.peek()?.end_session_endpoint.clone()?;
        let mut query = url.query_pairs_mut();
        if let Some(hint) = id_token_hint {
            query.append_pair("id_token_hint", hint);
        }
        query
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("post_logout_redirect_uri", &self.settings.post_logout_redirect_uri())
            .append_pair("state", state);
        drop(query);
        Some(url)
    }
}
