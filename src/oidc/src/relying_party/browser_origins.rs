use super::RelyingParty;

impl RelyingParty {
    /// The origins that sign-in and sign-out send browsers to, each once: what a page's `form-action` must allow, since
    /// browsers also judge where a form's answer redirects to. The issuer's own origin until the provider was reached.
    pub fn browser_origins(&self) -> Vec<String> {
        let metadata = self.metadata.peek();
        let endpoints = metadata.iter().flat_map(|metadata| {
            std::iter::once(&metadata.authorization_endpoint).chain(&metadata.end_session_endpoint)
        });
        let mut origins: Vec<String> = endpoints.map(|url| url.origin().ascii_serialization()).collect();
        if origins.is_empty() {
            origins.extend(
                self.settings
                    .issuer_url()
                    .ok()
                    .map(|url| url.origin().ascii_serialization()),
            );
        }
        origins.dedup();
        origins
    }
}
