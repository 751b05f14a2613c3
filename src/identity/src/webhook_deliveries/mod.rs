//! Webhook deliveries: what the operator's receiver is told of keys, and how often that is tried.
//!
//! The store writes a delivery in the transaction of the act that it tells of, so that no end of a key goes untold, and
//! only where a webhook is configured. A delivery is made at least once: the id of its message tells repeats apart.

use std::time::Duration;

use flui_model::{SignInId, Timestamp, webhooks::WebhookMessage};

use crate::{
    Identity, StoreError,
    audit::{Action, Event},
};

mod messages;

pub use messages::{ended, expiring, person_disabled, person_enabled};

/// From so many days before its end on a key is spoken of, once for each number.
pub const WARNING_DAYS: [u32; 3] = [14, 7, 1];

/// How long to wait after each failed attempt. The one after the last wait is the last.
const WAITS: [Duration; 6] = [
    Duration::from_secs(5),
    Duration::from_mins(1),
    Duration::from_mins(10),
    Duration::from_hours(1),
    Duration::from_hours(6),
    Duration::from_hours(24),
];

/// How long a taken delivery is left alone by others: longer than an attempt can last. One whose process was killed
/// comes up again after it.
const LEASE: Duration = Duration::from_mins(1);

/// A delivery that was taken for an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookDelivery {
    /// The id of its message.
    pub id: String,
    /// The key that it tells of.
    pub key: SignInId,
    /// The message, as it goes out.
    pub body: String,
    /// How many attempts there are with this one.
    pub attempts: u32,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The receiver took it.
    Delivered(Timestamp),
    /// It is tried again at this moment.
    Again(Timestamp),
    /// It is not tried any more, which the event says.
    GivenUp(Event),
}

/// A message about a key, to be written down. A warning is written once for each number of days and end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// The message.
    pub message: WebhookMessage,
    /// Of a warning, the number of [`WARNING_DAYS`].
    pub warning: Option<u32>,
}

impl Identity {
    /// Writes down a warning for every live key that has come within 14, 7 or 1 days of its end since the last time.
    pub async fn warn_of_key_ends(&self) -> Result<(), StoreError> {
        self.store.insert_key_warnings(self.now()).await
    }

    /// Takes deliveries that are due, at most `limit`. Nobody else gets them for a minute.
    pub async fn take_webhook_deliveries(&self, limit: u32) -> Result<Vec<WebhookDelivery>, StoreError> {
        let now = self.now();
        self.store.take_webhook_deliveries(now, now + LEASE, limit).await
    }

    /// Writes down how an attempt went: `failure` is a stable word, none when the receiver took it. After a failure the
    /// delivery waits for the next attempt; after the last one it is given up.
    pub async fn settle_webhook_delivery(
        &self,
        delivery: &WebhookDelivery,
        failure: Option<&str>,
    ) -> Result<Settled, StoreError> {
        let mut settled = settle(delivery, failure, self.now());
        if let Settled::GivenUp(event) = &mut settled {
            let key = self.store.find_sign_in(delivery.key).await?;
            event.object_name = key.map(|found| found.sign_in.name);
        }
        self.store.settle_webhook_delivery(delivery, &settled).await?;
        Ok(settled)
    }
}

fn settle(delivery: &WebhookDelivery, failure: Option<&str>, now: Timestamp) -> Settled {
    let Some(failure) = failure else {
        return Settled::Delivered(now);
    };
    let made = delivery.attempts.saturating_sub(1) as usize;
    if let Some(wait) = WAITS.get(made) {
        return Settled::Again(now + *wait);
    }
    let mut event = Event::new(now, Action::WebhookFailed, None).refused(failure);
    event.object = Some(delivery.key.to_string());
    Settled::GivenUp(event)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(attempts: u32) -> WebhookDelivery {
        WebhookDelivery {
            id: "a".to_owned(),
            key: "01930000-0000-7000-8000-000000000001".parse().unwrap(),
            body: "{}".to_owned(),
            attempts,
        }
    }

    #[test]
    fn a_failed_delivery_is_tried_for_a_day_and_more_at_growing_distances_and_then_given_up() {
        let now = Timestamp::from_seconds(1_764_000_000);
        let waited: Vec<u64> = (1..=6)
            .map(|attempts| match settle(&attempt(attempts), Some("http_500"), now) {
                Settled::Again(at) => at.since(now).as_secs(),
                settled => panic!("{settled:?}"),
            })
            .collect();
        assert_eq!(waited, [5, 60, 600, 3_600, 21_600, 86_400]);
        let Settled::GivenUp(event) = settle(&attempt(7), Some("http_500"), now) else {
            panic!("it goes on");
        };
        assert_eq!(event.action.as_str(), "webhook.failed");
        assert_eq!(event.reason.as_deref(), Some("http_500"));
        assert_eq!(event.owner, None, "an operator's matter");
        assert_eq!(settle(&attempt(7), None, now), Settled::Delivered(now));
    }
}
