use std::time::Duration;

use flui_model::{
    Timestamp,
    webhooks::{WebhookKey, WebhookMessage, WebhookPerson, WebhookType},
};

use super::NewDelivery;
use crate::{
    people::Person,
    sign_ins::{End, Found},
};

/// Says that a key ends in `days` days or less.
pub fn expiring(found: &Found, days: u32, now: Timestamp) -> NewDelivery {
    let end = found.sign_in.expires_at;
    // One that is made longer comes near its new end too, and is spoken of again.
    let word = format!("expiring_{days}_{}", end.as_micros());
    let mut message = message(found, &word, WebhookType::KeyExpiring, now);
    let left = end.since(now).as_micros();
    let day = Duration::from_hours(24).as_micros();
    message.days_left = Some(u32::try_from(left.div_ceil(day)).unwrap_or(u32::MAX));
    NewDelivery {
        message,
        warning: Some(days),
    }
}

/// Says that a key was ended.
pub fn ended(found: &Found, end: &End, by: Option<&Person>) -> NewDelivery {
    let mut message = message(found, "ended", WebhookType::KeyEnded, end.at);
    message.reason = Some(end.reason.as_str().to_owned());
    message.ended_by = by.map(person);
    NewDelivery { message, warning: None }
}

/// Says that a key is refused because its owner's access was removed.
pub fn person_disabled(found: &Found, at: Timestamp, by: Option<&Person>) -> NewDelivery {
    let word = format!("disabled_{}", at.as_micros());
    let mut message = message(found, &word, WebhookType::KeyEnded, at);
    message.reason = Some("person_disabled".to_owned());
    message.ended_by = by.map(person);
    NewDelivery { message, warning: None }
}

/// Says that a key works again because its owner's access was given back.
pub fn person_enabled(found: &Found, at: Timestamp) -> NewDelivery {
    let word = format!("restored_{}", at.as_micros());
    NewDelivery {
        message: message(found, &word, WebhookType::KeyRestored, at),
        warning: None,
    }
}

/// The id is made of what happened, so that two replicas who see the same thing write the same id. It has no dot, because
/// dots divide what is signed.
fn message(found: &Found, word: &str, what: WebhookType, at: Timestamp) -> WebhookMessage {
    let key = &found.sign_in;
    WebhookMessage {
        id: format!("{}_{word}", key.id),
        what,
        at,
        key: WebhookKey {
            id: key.id,
            name: key.name.clone(),
            kind: key.kind,
            prefix: key.prefix.clone(),
            expires_at: key.expires_at,
            owner: person(&found.person),
        },
        reason: None,
        ended_by: None,
        days_left: None,
    }
}

fn person(person: &Person) -> WebhookPerson {
    WebhookPerson {
        id: person.id,
        name: person.display_name().to_owned(),
        email: person.email.clone(),
    }
}
