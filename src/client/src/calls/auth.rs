use flui_model::{auth_config::AuthConfig, me::Me};

use crate::{Client, Error};

impl Client {
    /// `GET /api/v1/auth/config`: how to sign in.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn auth_config(&self) -> Result<AuthConfig, Error> {
        self.call(self.http.get(self.base.at("/api/v1/auth/config"))).await
    }

    /// `GET /api/v1/auth/me`: who is calling.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn me(&self) -> Result<Me, Error> {
        self.call(self.http.get(self.base.at("/api/v1/auth/me"))).await
    }
}
