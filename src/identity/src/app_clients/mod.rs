//! Apps as clients of the provider: registered, changed and deleted there from here, and remembered here.
//!
//! The provider goes first in every act. What is kept is how to find and change the client again; its secret is handed on
//! once and never kept.

use flui_model::{
    AppClientId, Area, Depth, PersonId, Scope, Timestamp,
    app_clients::{AppClientKind, AppClientView, CreateAppClient, RegisteredAppClient},
};
use secrecy::ExposeSecret as _;

use crate::{Caller, Error, Identity, Sealing, SignedIn};

mod change;
mod check;
mod delete;
mod provider;
mod register;

pub use provider::{Access, AppClientProvider, Registered, RegistrationError};

/// An app client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppClient {
    /// Its id here.
    pub id: AppClientId,
    /// Its id at the provider.
    pub client_id: String,
    /// What it says.
    pub fields: AppClientFields,
    /// How the provider is asked to change it; `None` where the provider lets nobody do that.
    pub management: Option<Management>,
    /// Who registered it.
    pub created_by: PersonId,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// How the provider is asked to change a client (RFC 7592, section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Management {
    /// The address of the client's configuration at the provider.
    pub uri: String,
    /// The registration access token, sealed for [`Management::PURPOSE`] and the app client's id.
    pub sealed_token: String,
}

impl Management {
    /// What registration access tokens are sealed for.
    pub const PURPOSE: &str = "registration access token";

    fn seal(sealing: &Sealing, id: AppClientId, access: &Access) -> Self {
        Self {
            uri: access.uri.clone(),
            sealed_token: sealing.seal(Self::PURPOSE, &id.to_string(), access.token.expose_secret()),
        }
    }

    fn open(&self, sealing: Option<&Sealing>, id: AppClientId) -> Result<Access, RegistrationError> {
        let token = sealing.and_then(|sealing| sealing.unseal(Self::PURPOSE, &id.to_string(), &self.sealed_token));
        Ok(Access {
            uri: self.uri.clone(),
            token: token.ok_or(RegistrationError::AccessLost)?,
        })
    }
}

/// What an app client says, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppClientFields {
    /// What people call the app.
    pub name: String,
    /// Where the app runs.
    pub kind: AppClientKind,
    /// Where the provider may send answers to; at least one, byte for byte as providers compare them.
    pub redirect_uris: Vec<String>,
    /// Where people may be sent to after they signed out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where the provider posts logout tokens to.
    pub backchannel_logout_uri: Option<String>,
    /// The scopes that it may ask for; `openid` is the first.
    pub scopes: Vec<String>,
}

impl AppClientFields {
    /// Whether the app may ask for refresh tokens (`OpenID` Connect Core 1.0, section 11).
    pub fn may_refresh(&self) -> bool {
        self.scopes.iter().any(|scope| scope == "offline_access")
    }

    /// The grants that it needs (RFC 7591, section 2).
    pub fn grant_types(&self) -> &'static [&'static str] {
        if self.may_refresh() {
            &["authorization_code", "refresh_token"]
        } else {
            &["authorization_code"]
        }
    }
}

/// An app client that is wanted, not yet checked. The fields are those of [`CreateAppClient`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedAppClient {
    /// What people call the app.
    pub name: String,
    /// Where the app runs.
    pub kind: AppClientKind,
    /// Host names of the app.
    pub hosts: Vec<String>,
    /// Full redirect addresses.
    pub redirect_uris: Vec<String>,
    /// Where people may be sent to after they signed out; empty for the front page of each host.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where the provider is to post logout tokens to.
    pub backchannel_logout_uri: Option<String>,
    /// The scopes that it may ask for.
    pub scopes: Vec<String>,
}

impl From<CreateAppClient> for WantedAppClient {
    fn from(body: CreateAppClient) -> Self {
        Self {
            name: body.name,
            kind: body.kind,
            hosts: body.hosts,
            redirect_uris: body.redirect_uris,
            post_logout_redirect_uris: body.post_logout_redirect_uris,
            backchannel_logout_uri: body.backchannel_logout_uri,
            scopes: body.scopes,
        }
    }
}

impl AppClient {
    /// How many there may be: they are listed whole.
    const MOST: usize = 500;

    /// The app client as the API shows it.
    pub fn view(self) -> AppClientView {
        AppClientView {
            id: self.id,
            name: self.fields.name,
            kind: self.fields.kind,
            client_id: self.client_id,
            redirect_uris: self.fields.redirect_uris,
            post_logout_redirect_uris: self.fields.post_logout_redirect_uris,
            backchannel_logout_uri: self.fields.backchannel_logout_uri,
            scopes: self.fields.scopes,
            managed: self.management.is_some(),
            created_by: self.created_by,
            created_at: self.created_at,
        }
    }

    /// The app client with the secret that the provider has just given.
    fn handed_over(self, registered: Registered, issuer: &str) -> RegisteredAppClient {
        RegisteredAppClient {
            client: self.view(),
            issuer: issuer.to_owned(),
            client_secret: registered.client_secret.map(|secret| secret.expose_secret().to_owned()),
            client_secret_expires_at: registered.client_secret_expires_at,
        }
    }
}

impl Identity {
    /// All app clients, by name. Admins only.
    pub async fn list_app_clients(&self, caller: &Caller) -> Result<Vec<AppClient>, Error> {
        may_see(caller)?;
        Ok(self.store.list_app_clients().await?)
    }

    /// The app client with this id. Admins only.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none.
    pub async fn find_app_client(&self, caller: &Caller, id: AppClientId) -> Result<AppClient, Error> {
        may_see(caller)?;
        self.known_app_client(id).await
    }

    /// What an app client would say, without registering it: for a provider at which that is done by hand. Admins only.
    pub fn plan_app_client(&self, caller: &Caller, wanted: WantedAppClient) -> Result<AppClientFields, Error> {
        may_see(caller)?;
        wanted.check().map_err(Error::Invalid)
    }

    async fn known_app_client(&self, id: AppClientId) -> Result<AppClient, Error> {
        let found = self.store.find_app_client(id).await?;
        found.ok_or(Error::NotFound("app"))
    }

    /// Refuses whoever may not act on app clients to that depth.
    fn require_app_client_act(&self, signed_in: &SignedIn, depth: Depth) -> Result<(), Error> {
        self.require_admin(
            signed_in,
            "Only an administrator may register, change or delete apps at the provider.",
        )?;
        signed_in.require(Scope::new(Area::Access, depth))
    }
}

fn may_see(caller: &Caller) -> Result<(), Error> {
    let signed_in = caller.signed_in()?;
    if !signed_in.is_admin() {
        return Err(Error::Forbidden(
            "Only an administrator may see the apps that are registered at the provider.",
        ));
    }
    signed_in.require(Scope::new(Area::Access, Depth::Look))
}
