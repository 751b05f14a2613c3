use serde::{Deserialize, Serialize};

/// What was done or tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// A browser session began, or was refused.
    SignInStarted,
    /// A browser session ended.
    SignInEnded,
    /// A browser session ended by itself: its time was over, or nobody used it.
    SignInExpired,
    /// A key was made by its owner.
    KeyCreated,
    /// A workstation key was exchanged for a bearer.
    KeyExchanged,
    /// A key was ended.
    KeyRevoked,
    /// A key ended by itself, at the time it was made for.
    KeyExpired,
    /// A key got another name.
    KeyRenamed,
    /// A key's life was made longer.
    KeyExtended,
    /// The networks that a key may be used from were changed.
    KeyNetworksChanged,
    /// A key got a new secret.
    KeyRotated,
    /// A key was paused by an admin.
    KeyPaused,
    /// A paused key was resumed by an admin.
    KeyResumed,
    /// A key was given to another person by an admin. Written once for each of the two.
    KeyTransferred,
    /// The old secret of a rotated key ended at the first use of the new one.
    KeySecretEnded,
    /// A known key was presented and refused. Written at most once an hour for each key and reason.
    KeyRefused,
    /// A context was made.
    ContextCreated,
    /// A context was changed.
    ContextChanged,
    /// A context was removed.
    ContextDeleted,
    /// Whether a context can be reached was asked.
    ContextChecked,
    /// An admin removed a person's access here.
    PersonDisabled,
    /// An admin gave a person's access back.
    PersonEnabled,
    /// The nightly check found that the provider no longer stands for a person.
    PersonGone,
    /// The nightly check found that the provider has other roles for a person.
    PersonRolesChanged,
    /// The provider asked to end sessions.
    LogoutReceived,
    /// A device login was approved.
    DeviceApproved,
    /// A device login was turned away by the person who was asked.
    DeviceDenied,
    /// A calendar address was made, in place of any other.
    CalendarCreated,
    /// A calendar address was removed.
    CalendarRemoved,
    /// A key was found in public. What ended it is an event of its own.
    KeyLeaked,
    /// Somebody who is no service asked about a key. What services ask is not written down.
    KeyIntrospected,
    /// The webhook's receiver did not take a message about a key, and it is not tried any more.
    WebhookFailed,
    /// A browser was signed in to an app, or somebody was refused by one.
    AppOpened,
    /// An app was registered as a client at the provider.
    AppClientRegistered,
    /// An app client was changed at the provider.
    AppClientChanged,
    /// An app client was deleted at the provider, or forgotten here.
    AppClientDeleted,
    /// A server began to serve.
    ServerStarted,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 37] = [
        Self::SignInStarted,
        Self::SignInEnded,
        Self::SignInExpired,
        Self::KeyCreated,
        Self::KeyExchanged,
        Self::KeyRevoked,
        Self::KeyExpired,
        Self::KeyRenamed,
        Self::KeyExtended,
        Self::KeyNetworksChanged,
        Self::KeyRotated,
        Self::KeyPaused,
        Self::KeyResumed,
        Self::KeyTransferred,
        Self::KeySecretEnded,
        Self::KeyRefused,
        Self::ContextCreated,
        Self::ContextChanged,
        Self::ContextDeleted,
        Self::ContextChecked,
        Self::PersonDisabled,
        Self::PersonEnabled,
        Self::PersonGone,
        Self::PersonRolesChanged,
        Self::LogoutReceived,
        Self::DeviceApproved,
        Self::DeviceDenied,
        Self::CalendarCreated,
        Self::CalendarRemoved,
        Self::KeyLeaked,
        Self::KeyIntrospected,
        Self::WebhookFailed,
        Self::AppOpened,
        Self::AppClientRegistered,
        Self::AppClientChanged,
        Self::AppClientDeleted,
        Self::ServerStarted,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignInStarted => "sign_in.started",
            Self::SignInEnded => "sign_in.ended",
            Self::SignInExpired => "sign_in.expired",
            Self::KeyCreated => "key.created",
            Self::KeyExchanged => "key.exchanged",
            Self::KeyRevoked => "key.revoked",
            Self::KeyExpired => "key.expired",
            Self::KeyRenamed => "key.renamed",
            Self::KeyExtended => "key.extended",
            Self::KeyNetworksChanged => "key.networks_changed",
            Self::KeyRotated => "key.rotated",
            Self::KeyPaused => "key.paused",
            Self::KeyResumed => "key.resumed",
            Self::KeyTransferred => "key.transferred",
            Self::KeySecretEnded => "key.secret_ended",
            Self::KeyRefused => "key.refused",
            Self::ContextCreated => "context.created",
            Self::ContextChanged => "context.changed",
            Self::ContextDeleted => "context.deleted",
            Self::ContextChecked => "context.checked",
            Self::PersonDisabled => "person.disabled",
            Self::PersonEnabled => "person.enabled",
            Self::PersonGone => "person.gone",
            Self::PersonRolesChanged => "person.roles_changed",
            Self::LogoutReceived => "logout.received",
            Self::DeviceApproved => "device.approved",
            Self::DeviceDenied => "device.denied",
            Self::CalendarCreated => "calendar.created",
            Self::CalendarRemoved => "calendar.removed",
            Self::KeyLeaked => "key.leaked",
            Self::KeyIntrospected => "key.introspected",
            Self::WebhookFailed => "webhook.failed",
            Self::AppOpened => "app.opened",
            Self::AppClientRegistered => "app_client.registered",
            Self::AppClientChanged => "app_client.changed",
            Self::AppClientDeleted => "app_client.deleted",
            Self::ServerStarted => "server.started",
        }
    }
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused, and nothing changed.
    Refused,
}

impl Outcome {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}
