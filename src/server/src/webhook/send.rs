use std::sync::Arc;

use flui_identity::webhook_deliveries::WebhookDelivery;
use flui_model::Timestamp;
use http::{StatusCode, header::CONTENT_TYPE};
use reqwest::Client;
use secrecy::ExposeSecret as _;

use super::signature::signature;
use crate::{config::Webhook, outbound::Refused};

/// Why the receiver did not take a message.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The address is not called.
    #[error("the receiver's address is not called")]
    Refused(#[from] Arc<Refused>),
    /// There was no answer.
    #[error("the receiver did not answer")]
    NoAnswer(#[source] reqwest::Error),
    /// The answer does not say that it was taken.
    #[error("the receiver answered {0}")]
    Status(StatusCode),
}

impl Failure {
    /// The stable word.
    pub(super) fn word(&self) -> String {
        match self {
            Self::Refused(refused) if matches!(**refused, Refused::Unknown(..)) => "unknown_host".to_owned(),
            Self::Refused(_) => "address_refused".to_owned(),
            Self::NoAnswer(error) if error.is_timeout() => "timeout".to_owned(),
            Self::NoAnswer(_) => "no_answer".to_owned(),
            Self::Status(status) => format!("http_{}", status.as_u16()),
        }
    }
}

/// Posts a message once, with the headers of Standard Webhooks. Only a status from 200 to 299 says that it was taken; a
/// redirect says where somebody else would have it, and is not followed. The answer's body is not read.
pub(super) async fn send(
    client: Result<Client, Arc<Refused>>,
    receiver: &Webhook,
    delivery: &WebhookDelivery,
    now: Timestamp,
) -> Result<(), Failure> {
    let seconds = now.as_seconds();
    let signature = signature(receiver.secret.expose_secret(), &delivery.id, seconds, &delivery.body);
    let answer = client?
        .post(receiver.url.clone())
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-id", &delivery.id)
        .header("webhook-timestamp", seconds)
        .header("webhook-signature", signature)
        .body(delivery.body.clone())
        .send()
        .await
        // A token may stand in the receiver's path.
        .map_err(|error| Failure::NoAnswer(error.without_url()))?;
    if answer.status().is_success() {
        Ok(())
    } else {
        Err(Failure::Status(answer.status()))
    }
}
