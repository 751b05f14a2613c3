use flui_model::{
    Page, SignInId,
    api_keys::{ApiKeyView, CreateApiKey, CreatedApiKey, ListApiKeys, RotateApiKey},
};

use crate::{
    Client, Error,
    client::{read, refusal, send_again_if_lost},
};

const KEYS: &str = "/api/v1/auth/api-keys";

impl Client {
    /// `POST /api/v1/auth/api-keys` with the provider's ID token: a workstation key. It is bound to the context that is
    /// wanted if the dashboard knows one of that name. Only its answer can tell: before the exchange there is no key to
    /// ask for the contexts with, and a refusal leaves the token as good as it was.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn exchange(&self, id_token: &str, wanted: &CreateApiKey) -> Result<CreatedApiKey, Error> {
        let send = async |wanted: &CreateApiKey| {
            send_again_if_lost(self.http.post(self.base.at(KEYS)).bearer_auth(id_token).json(wanted))
                .await
                .and_then(|answer| read(&answer))
        };
        match send(wanted).await {
            Err(error) if wanted.context.is_some() && is_only_context_unknown(&error) => {
                let unbound = CreateApiKey {
                    context: None,
                    ..wanted.clone()
                };
                send(&unbound).await
            }
            answer => answer,
        }
    }

    /// `GET /api/v1/auth/api-keys`, page after page: own keys, or everybody's.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn keys(&self, everybody: bool) -> Result<Vec<ApiKeyView>, Error> {
        let mut wanted = ListApiKeys {
            person: everybody.then(|| "all".to_owned()),
            cursor: None,
            limit: Some(200),
        };
        let mut keys = Vec::new();
        loop {
            let page: Page<ApiKeyView> = self.call(self.http.get(self.base.at(KEYS)).query(&wanted)).await?;
            let is_empty = page.items.is_empty();
            keys.extend(page.items);
            match page.next_cursor {
                // A list that goes on without rows would never end.
                Some(cursor) if !is_empty => wanted.cursor = Some(cursor),
                _ => return Ok(keys),
            }
        }
    }

    /// `POST /api/v1/auth/api-keys`: a key made by hand.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create_key(&self, wanted: &CreateApiKey) -> Result<CreatedApiKey, Error> {
        let request = self.http.post(self.base.at(KEYS)).json(wanted);
        read(&self.send_again_if_lost(request).await?)
    }

    /// `POST /api/v1/auth/api-keys/{id}/rotate`: a new secret.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn rotate_key(&self, id: SignInId, wanted: &RotateApiKey) -> Result<CreatedApiKey, Error> {
        let address = self.base.at(&format!("{KEYS}/{id}/rotate"));
        self.call(self.http.post(address).json(wanted)).await
    }

    /// `DELETE /api/v1/auth/api-keys/{id}`: ends a key.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn revoke_key(&self, id: SignInId) -> Result<(), Error> {
        let request = self.http.delete(self.base.at(&format!("{KEYS}/{id}")));
        let answer = self.send(request).await?;
        if answer.status.is_success() {
            Ok(())
        } else {
            Err(refusal(&answer))
        }
    }
}

/// Whether the dashboard would make the key, if only it knew the context.
fn is_only_context_unknown(error: &Error) -> bool {
    let Error::Refused(refusal) = error else { return false };
    matches!(refusal.problem.errors.as_slice(), [error] if error.field == "context")
}
