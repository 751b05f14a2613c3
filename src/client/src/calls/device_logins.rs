use flui_model::{
    api_keys::CreatedApiKey,
    device_logins::{BeginDeviceLogin, DeviceAuthorization, DeviceLoginError, RedeemDeviceLogin},
};
use reqwest::RequestBuilder;
use serde::de::DeserializeOwned;

use crate::{Client, Error, client::read, http};

impl Client {
    /// `POST /api/v1/auth/device`: begins a login by a browser elsewhere (RFC 8628, section 3.1).
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn begin_device_login(&self, wanted: &BeginDeviceLogin) -> Result<DeviceAuthorization, Error> {
        ask(self.http.post(self.base.at("/api/v1/auth/device")).form(wanted)).await
    }

    /// `POST /api/v1/auth/device/token`: the key (RFC 8628, section 3.4).
    ///
    /// # Errors
    /// [`Error::DeviceLogin`] also while nobody has decided. See [`Error`] for the others.
    pub async fn redeem_device_login(&self, wanted: &RedeemDeviceLogin) -> Result<CreatedApiKey, Error> {
        ask(self.http.post(self.base.at("/api/v1/auth/device/token")).form(wanted)).await
    }
}

/// These two calls say no in the words of their standard, and are made without a key.
async fn ask<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Error> {
    let answer = http::send(request).await?;
    match answer.json::<DeviceLoginError>() {
        Some(no) => Err(Error::DeviceLogin(no)),
        None => read(&answer),
    }
}
