use flui_identity::{
    audit::{Action, Outcome, RecordedEvent},
    sign_ins::EndReason,
};
use flui_model::Timestamp;
use leptos::prelude::*;

use super::moment;
use crate::ui::{Tone, badge, cell, table, wide_cell};

const HEADERS: [&str; 6] = ["When", "What", "Which", "Who", "From", "Outcome"];

/// What nobody did who signed in, but the provider had a hand in.
const BY_PROVIDER: [Action; 3] = [Action::SignInEnded, Action::PersonGone, Action::PersonRolesChanged];

/// What nobody did.
const BY_ITSELF: [Action; 3] = [Action::SignInExpired, Action::KeyExpired, Action::ServerStarted];

/// Audit events as rows.
pub(crate) fn event_table(caption: &'static str, events: Vec<RecordedEvent>, now: Timestamp) -> AnyView {
    let rows = events.into_iter().map(|event| row(event, now, false));
    table(caption, &HEADERS, rows)
}

/// Everybody's audit events as rows, for an admin: the name of who did it leads to their rows.
pub(crate) fn event_table_of_all(caption: &'static str, events: Vec<RecordedEvent>, now: Timestamp) -> AnyView {
    let rows = events.into_iter().map(|event| row(event, now, true));
    table(caption, &HEADERS, rows)
}

fn row(event: RecordedEvent, now: Timestamp, of_all: bool) -> AnyView {
    let refused = event.outcome == Outcome::Refused.as_str();
    let outcome = if refused {
        badge(Tone::Warn, "Refused")
    } else {
        badge(Tone::Plain, "Done")
    };
    let stranger = stranger(&event);
    // "Key revoked: revoked" would only repeat itself.
    let reason = event
        .reason
        .filter(|reason| !event.action.ends_with(reason.as_str()))
        .map(|reason| view! { <span class="sub">{reason.replace('_', " ")}</span> });
    let who = event.actor_name.unwrap_or_else(|| match event.actor {
        Some(_) => "Somebody without a name".to_owned(),
        None => stranger.to_owned(),
    });
    let who = match event.actor.filter(|_| of_all) {
        Some(actor) => view! { <a href=format!("/audit?user={actor}")>{who}</a> }.into_any(),
        None => who.into_any(),
    };
    view! {
        <tr>
            {cell("When", moment(event.at, now))}
            <th scope="row">{action_words(&event.action).to_owned()}</th>
            {wide_cell("Which", event.object_name.or(event.object).unwrap_or_else(|| "–".to_owned()))}
            {wide_cell("Who", who)}
            {cell("From", event.address.map_or_else(|| "–".to_owned(), |address| address.to_string()))}
            {cell("Outcome", view! { {outcome}{reason} })}
        </tr>
    }
    .into_any()
}

/// Who did what nobody who is signed in did.
fn stranger(event: &RecordedEvent) -> &'static str {
    let reason = event.reason.as_deref().and_then(EndReason::from_word);
    match reason {
        Some(EndReason::RevokedByHolder) => "Whoever held the key",
        Some(EndReason::Leaked) => "A report of a leak",
        Some(EndReason::OwnerGone) => "The provider",
        Some(EndReason::NeverUsed) => "This dashboard",
        _ if event.action == Action::KeyLeaked.as_str() => "A report of a leak",
        _ if BY_ITSELF.iter().any(|action| action.as_str() == event.action) => "This dashboard",
        _ if BY_PROVIDER.iter().any(|action| action.as_str() == event.action) => "The provider",
        _ => "Nobody signed in",
    }
}

/// What an action is called; its stable name when a newer version wrote it.
pub(crate) fn action_words(action: &str) -> &str {
    let known = Action::ALL.into_iter().find(|known| known.as_str() == action);
    match known {
        Some(Action::SignInStarted) => "Signed in",
        Some(Action::SignInEnded) => "Signed out",
        Some(Action::SignInExpired) => "Session expired",
        Some(Action::KeyCreated) => "Key created",
        Some(Action::KeyExchanged) => "Logged in with flui",
        Some(Action::KeyRevoked) => "Key revoked",
        Some(Action::KeyExpired) => "Key expired",
        Some(Action::KeyRenamed) => "Key renamed",
        Some(Action::KeyExtended) => "Key extended",
        Some(Action::KeyNetworksChanged) => "Networks of a key changed",
        Some(Action::KeyRotated) => "Key rotated",
        Some(Action::KeyPaused) => "Key paused",
        Some(Action::KeyResumed) => "Key resumed",
        Some(Action::KeyTransferred) => "Key transferred",
        Some(Action::KeySecretEnded) => "Old secret ended",
        Some(Action::KeyRefused) => "Key refused",
        Some(Action::ContextCreated) => "Context created",
        Some(Action::ContextChanged) => "Context changed",
        Some(Action::ContextChecked) => "Reachability of a context checked",
        Some(Action::ContextDeleted) => "Context deleted",
        Some(Action::PersonDisabled) => "Person disabled",
        Some(Action::PersonEnabled) => "Person enabled",
        Some(Action::PersonGone) => "Gone at the provider",
        Some(Action::PersonRolesChanged) => "Roles changed at the provider",
        Some(Action::LogoutReceived) => "Provider's logout received",
        Some(Action::DeviceApproved) => "Device login approved",
        Some(Action::DeviceDenied) => "Device login turned away",
        Some(Action::CalendarCreated) => "Calendar address created",
        Some(Action::CalendarRemoved) => "Calendar address removed",
        Some(Action::KeyLeaked) => "Key found in public",
        Some(Action::KeyIntrospected) => "Asked about a key",
        Some(Action::WebhookFailed) => "Webhook message not delivered",
        Some(Action::AppOpened) => "App opened",
        Some(Action::AppClientRegistered) => "App registered",
        Some(Action::AppClientChanged) => "App changed",
        Some(Action::AppClientDeleted) => "App deleted",
        Some(Action::ServerStarted) => "Server started",
        None => action,
    }
}
