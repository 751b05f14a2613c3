//! Acts on app clients, for forms and API alike. Each goes on when its caller goes away: between the provider's answer and
//! our row nothing may stop it.

use flui_identity::{Error, StoreError, app_clients::WantedAppClient};
use flui_model::{
    AppClientId,
    app_clients::{ChangeAppClient, RegisteredAppClient},
};
use tracing::Instrument as _;

use crate::{app::App, request::RequestContext};

/// Registers an app at the provider.
pub(crate) async fn register(
    app: &App,
    context: &RequestContext,
    wanted: WantedAppClient,
) -> Result<RegisteredAppClient, Error> {
    let (app, context) = (app.clone(), context.clone());
    to_its_end(async move {
        let (provider, sealing) = (&*app.relying_party, app.sealing.as_ref());
        app.identity
            .register_app_client(&context.caller, wanted, provider, sealing, &context.client)
            .await
    })
    .await
}

/// Changes an app at the provider and here.
pub(crate) async fn change(
    app: &App,
    context: &RequestContext,
    id: AppClientId,
    wanted: ChangeAppClient,
) -> Result<RegisteredAppClient, Error> {
    let (app, context) = (app.clone(), context.clone());
    to_its_end(async move {
        let (provider, sealing) = (&*app.relying_party, app.sealing.as_ref());
        app.identity
            .change_app_client(&context.caller, id, wanted, provider, sealing, &context.client)
            .await
    })
    .await
}

/// Deletes an app at the provider and here.
pub(crate) async fn delete(app: &App, context: &RequestContext, id: AppClientId, forget: bool) -> Result<(), Error> {
    let (app, context) = (app.clone(), context.clone());
    to_its_end(async move {
        let (provider, sealing) = (&*app.relying_party, app.sealing.as_ref());
        app.identity
            .delete_app_client(&context.caller, id, forget, provider, sealing, &context.client)
            .await
    })
    .await
}

async fn to_its_end<T: Send + 'static>(
    act: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    match tokio::spawn(act.in_current_span()).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(error) => Err(Error::Store(StoreError::Unavailable(Box::new(error)))),
    }
}
