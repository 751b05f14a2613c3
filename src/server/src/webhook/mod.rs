//! The webhook: takes deliveries that are due, signs them and posts them to the operator's receiver.
//!
//! What is to be delivered, and when it is tried again, is decided by the rules and kept by the store, so that it outlives
//! this process. Several replicas share the work.

mod send;
mod signature;

use std::{sync::Arc, time::Duration};

use flui_identity::webhook_deliveries::{Settled, WebhookDelivery};
use futures::future::join_all;
use reqwest::Client;
use tokio::time::MissedTickBehavior;

use self::send::send;
use crate::{
    app::App,
    check::chain,
    config::Webhook,
    metrics,
    outbound::{Outbound, Refused},
};

/// How often due deliveries are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often keys that near their end are looked for.
const WARN_EVERY: Duration = Duration::from_mins(1);
/// Deliveries under way at once, so that a receiver that is slow does not hold up all the others.
const AT_ONCE: u32 = 16;

/// Delivers until the end.
pub(crate) async fn run(app: App, receiver: Webhook) {
    let outbound = Outbound::new(&app.config.outbound_allow_private);
    let mut look = tokio::time::interval(LOOK_EVERY);
    let mut warn = tokio::time::interval(WARN_EVERY);
    for ticks in [&mut look, &mut warn] {
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    }
    loop {
        tokio::select! {
            _ = warn.tick() => {
                if let Err(error) = app.identity.warn_of_key_ends().await {
                    tracing::warn!(%error, "keys that end soon could not be looked for");
                }
            }
            _ = look.tick() => deliver_due(&app, &outbound, &receiver).await,
        }
    }
}

/// Tries each delivery that is due once.
async fn deliver_due(app: &App, outbound: &Outbound, receiver: &Webhook) {
    loop {
        let due = match app.identity.take_webhook_deliveries(AT_ONCE).await {
            Ok(due) if due.is_empty() => return,
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(%error, "webhook deliveries could not be looked for");
                return;
            }
        };
        // One for all of them: to set up TLS takes longer than a delivery.
        let client = outbound.client_for(&receiver.url).await.map_err(Arc::new);
        join_all(
            due.iter()
                .map(|delivery| deliver(app, client.clone(), receiver, delivery)),
        )
        .await;
    }
}

async fn deliver(app: &App, client: Result<Client, Arc<Refused>>, receiver: &Webhook, delivery: &WebhookDelivery) {
    let failure = send(client, receiver, delivery, app.identity.now()).await.err();
    let word = failure.as_ref().map(send::Failure::word);
    let settled = app.identity.settle_webhook_delivery(delivery, word.as_deref()).await;
    let (id, attempt) = (&delivery.id, delivery.attempts);
    let cause = failure.as_ref().map_or_else(String::new, |failure| chain(failure));
    match settled {
        Ok(Settled::Delivered(_)) => {
            metrics::count_webhook("delivered");
            tracing::info!(id, attempt, "webhook message delivered");
        }
        Ok(Settled::Again(at)) => {
            metrics::count_webhook("failed");
            tracing::warn!(id, attempt, cause, next = %at, "webhook message not delivered");
        }
        Ok(Settled::GivenUp(_)) => {
            metrics::count_webhook("given_up");
            tracing::error!(id, attempt, cause, "webhook message given up");
        }
        // It stays taken for a minute and comes again.
        Err(error) => tracing::warn!(id, attempt, cause, %error, "a webhook attempt could not be written down"),
    }
}
