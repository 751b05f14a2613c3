//! Starting and stopping.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::control::{self, Control};
use crate::endpoints;
use crate::error::Error;
use crate::keys::{Algorithm, KeyRing};
use crate::options::Options;
use crate::provider::Provider;

/// How long a logout token may take to be received.
const BACKCHANNEL_TIMEOUT: Duration = Duration::from_secs(5);
/// How long requests under way may take when the provider stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// A running provider. It stops when this is dropped; [`DevIdp::stop`] also waits for it.
#[derive(Debug)]
pub struct DevIdp {
    control: Control,
    issuer: String,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// Binds the address, makes a key and serves in the background, with the control also at `/control/…`.
pub async fn start(options: Options) -> Result<DevIdp, Error> {
    launch(options, true).await
}

/// As [`start`], with no route under `/control`. The handle works all the same.
pub async fn start_without_control(options: Options) -> Result<DevIdp, Error> {
    launch(options, false).await
}

async fn launch(options: Options, with_control: bool) -> Result<DevIdp, Error> {
    if !options.listen.ip().is_loopback() {
        return Err(Error::NotLoopback(options.listen));
    }
    let listen_error = |source| Error::Listen {
        address: options.listen,
        source,
    };
    let listener = TcpListener::bind(options.listen).await.map_err(listen_error)?;
    let issuer = format!("http://{}", listener.local_addr().map_err(listen_error)?);
    let key = control::generate(options.algorithm).await?;
    let stranger = control::generate(Algorithm::Es256).await?;

    // The client below cannot be made without; a provider that the process installed before stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(BACKCHANNEL_TIMEOUT)
        .no_proxy()
        .build()
        .map_err(Error::HttpClient)?;

    let provider = Arc::new(Provider::new(
        issuer.clone(),
        options,
        KeyRing::new(key),
        stranger,
        http,
    ));
    let router = endpoints::router(provider.clone(), with_control);
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        let serving = axum::serve(listener, router).with_graceful_shutdown(async move {
            // A dropped sender means stop as well.
            let _ = stopped.await;
        });
        if let Err(error) = serving.await {
            tracing::error!(%error, "the development provider stopped serving");
        }
    });
    Ok(DevIdp {
        control: Control::new(provider),
        issuer,
        stop,
        task,
    })
}

impl DevIdp {
    /// The issuer, without a slash at the end: `http://127.0.0.1:PORT`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// A handle that changes the provider while it runs.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    /// Takes no more requests, lets those under way finish for at most five seconds, and frees the port.
    pub async fn stop(self) {
        let Self { stop, mut task, .. } = self;
        // The task is gone already when nobody receives this.
        let _ = stop.send(());
        if tokio::time::timeout(STOP_TIMEOUT, &mut task).await.is_err() {
            task.abort();
            let _ = task.await;
        }
    }
}
