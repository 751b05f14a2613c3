//! Runs the server until it is asked to stop.

use std::{net::SocketAddr, time::Duration};

use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    app::{App, StartError},
    connections::{self, Limits},
    metrics, owners,
    router::router,
    start, webhook,
};

/// How often noted uses are written.
const FLUSH_EVERY: Duration = Duration::from_secs(5);
/// How often what has expired is removed.
const SWEEP_EVERY: Duration = Duration::from_mins(1);
/// How long open requests may take to finish after the signal to stop.
const DRAIN: Duration = Duration::from_secs(25);

/// A server that runs.
pub struct Served {
    address: SocketAddr,
    app: App,
    server: JoinHandle<()>,
    chores: JoinHandle<()>,
    webhook: Option<JoinHandle<()>>,
    owners: JoinHandle<()>,
}

/// Binds the configured address and serves in the background.
pub async fn serve(app: App) -> Result<Served, StartError> {
    let wanted = app.config.listen;
    let listen_error = |error| StartError::Listen(wanted, error);
    let listener = TcpListener::bind(wanted).await.map_err(listen_error)?;
    let address = listener.local_addr().map_err(listen_error)?;
    if let Some(listen) = app.config.metrics_listen {
        metrics::serve(listen).await?;
    }
    if app.sealing.is_none() {
        tracing::info!("FLUI_SEALING_KEYS is not set: whatever must keep a secret that can be read again is off");
    }
    let chores = tokio::spawn(chores(app.clone()));
    let receiver = app.config.webhook.clone();
    let webhook = receiver.map(|receiver| tokio::spawn(webhook::run(app.clone(), receiver)));
    let owners = tokio::spawn(owners::every_night(app.clone()));
    let limits = Limits {
        at_once: connections::that_files_allow(Limits::PUBLIC.at_once),
        ..Limits::PUBLIC
    };
    let server = connections::serve(listener, router(app.clone()), limits, app.stopping.clone());
    let server = tokio::spawn(server);
    start::record(&app).await;
    tracing::info!(%address, url = %app.config.public_url, "serving");
    Ok(Served {
        address,
        app,
        server,
        chores,
        webhook,
        owners,
    })
}

impl Served {
    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Writes the noted uses now instead of in a few seconds.
    pub async fn flush_uses(&self) {
        self.app.identity.flush_uses().await;
    }

    /// Asks the provider about the owners of keys now instead of at night.
    pub async fn check_owners(&self) {
        owners::check(&self.app).await;
    }

    /// Asks it to stop: no new connections, open requests may finish.
    pub fn stop(&self) {
        self.app.stopping.cancel();
    }

    /// Waits until it has stopped, at most 25 seconds after [`Self::stop`], and writes what is still noted.
    pub async fn stopped(mut self) -> std::io::Result<()> {
        let stopping = self.app.stopping.clone();
        let late = async {
            stopping.cancelled().await;
            tokio::time::sleep(DRAIN).await;
        };
        let result = tokio::select! {
            ended = &mut self.server => ended.map_err(std::io::Error::other),
            () = late => {
                tracing::warn!("some requests did not finish in time");
                self.server.abort();
                Ok(())
            }
        };
        // A delivery that is cut off here comes again after the next start.
        for task in [Some(self.chores), self.webhook, Some(self.owners)]
            .into_iter()
            .flatten()
        {
            task.abort();
            // Until the task is gone it holds the database.
            let _ = task.await;
        }
        self.app.identity.flush_uses().await;
        result
    }
}

/// Writes noted uses, removes what has expired and counts what is live, until the end.
async fn chores(app: App) {
    // The first discovery, so that a provider that is there is known before the first sign-in.
    if let Err(error) = app.relying_party.ready().await {
        tracing::warn!(%error, "the provider is not ready; sign-ins wait for it, keys and sessions do not");
    }
    let mut flush = tokio::time::interval(FLUSH_EVERY);
    let mut sweep = tokio::time::interval(SWEEP_EVERY);
    loop {
        tokio::select! {
            _ = flush.tick() => {
                app.identity.flush_due_uses().await;
                // What is answered from memory rests on a database that is still there.
                if let Err(error) = app.identity.ping().await {
                    tracing::error!(%error, source = ?std::error::Error::source(&error), "the database does not answer");
                }
            }
            _ = sweep.tick() => {
                if let Err(error) = app.identity.sweep().await {
                    tracing::warn!(%error, "expired rows could not be removed");
                }
                if app.config.metrics_listen.is_some() {
                    count(&app).await;
                }
            }
        }
    }
}

/// Brings the figures of what is live up to date.
async fn count(app: &App) {
    match app.identity.count_live().await {
        Ok(counted) => metrics::set_live(&counted, app.identity.now()),
        Err(error) => tracing::warn!(%error, "what is live could not be counted"),
    }
}
