use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

use crate::{SignInId, Timestamp};

/// An answer that says no: `application/problem+json` (RFC 9457) with a stable `code`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// `about:blank`, or an address that explains the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The meaning of the code in a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, why, and what to do next.
    pub detail: String,
    /// The stable code that programs compare.
    pub code: String,
    /// The request, as logs name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The key that came with the request, when it is known and refused. Told to its holder alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<SignInId>,
    /// Since when that key is refused, when there is such a moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The fields at fault, when a body or form was refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// One field at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The field's name in the body or form.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl FieldError {
    /// A fault of `field`, in words for the person who filled it in.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident => $text:literal, $status:literal, $title:literal;)*) => {
        /// The stable codes of answers that say no. Their text never changes once released.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
        }

        impl ErrorCode {
            /// Every code, for the documentation.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The HTTP status it is answered with.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// Its meaning in a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    /// The body, query or form cannot be read.
    BadRequest => "bad_request", 400, "The request cannot be read";
    /// A field holds something that it may not hold.
    InvalidField => "invalid_field", 400, "A field is not right";
    /// A scope is not in the catalogue, or none was asked for.
    InvalidScope => "invalid_scope", 400, "The scopes are not right";
    /// A cookie and a bearer came together.
    TwoCredentials => "two_credentials", 400, "Two credentials in one request";
    /// The sign-in cannot go on: its state is unknown, used or another browser's.
    LoginStateLost => "login_state_lost", 400, "This sign-in cannot go on";
    /// The provider or person said no to the sign-in.
    LoginRefused => "login_refused", 400, "The provider refused the sign-in";
    /// The provider's answer did not pass verification.
    LoginNotVerified => "login_not_verified", 400, "The provider's answer was not accepted";
    /// The logout token did not pass verification.
    InvalidLogoutToken => "invalid_request", 400, "The logout token was not accepted";
    /// No credential came with the request.
    NotSignedIn => "not_signed_in", 401, "Not signed in";
    /// The bearer is malformed, unknown, expired, ended or not meant for this.
    InvalidToken => "invalid_token", 401, "The credential was not accepted";
    /// The key was revoked, or a newer one took its place.
    KeyRevoked => "key_revoked", 401, "The key was ended";
    /// The key's time ran out.
    KeyExpired => "key_expired", 401, "The key has expired";
    /// The key was rotated, and its old secret came.
    KeyRotated => "key_rotated", 401, "The key was rotated";
    /// The caller may not do this.
    Forbidden => "forbidden", 403, "Not allowed";
    /// The grant asked for is wider than the caller's own.
    ScopeTooWide => "scope_too_wide", 403, "Wider than your own access";
    /// The request came from another site.
    OriginRefused => "origin_refused", 403, "The request came from another site";
    /// The act asks for a recent proof of who the person is.
    FreshSignInNeeded => "fresh_sign_in_needed", 403, "Sign in again first";
    /// The person was disabled here.
    PersonDisabled => "person_disabled", 403, "Access was removed";
    /// An administrator paused the key.
    KeyPaused => "key_paused", 403, "The key is paused";
    /// The key may not be used from this address.
    NetworkRefused => "network_refused", 403, "Not from this network";
    /// Absent, or somebody else's: the answer is the same.
    NotFound => "not_found", 404, "Not found";
    /// The address knows the method not.
    MethodNotAllowed => "method_not_allowed", 405, "Not this method";
    /// The name is in use.
    NameTaken => "name_taken", 409, "The name is in use";
    /// Apps cannot be registered from here: the provider offers it not, or a setting is missing.
    RegistrationOff => "registration_off", 409, "Apps cannot be registered from here";
    /// The provider knows the app no longer, or lets it not be changed from here.
    AppClientUnknown => "app_client_unknown", 409, "The provider does not answer for this app";
    /// The bearer bought a key already.
    BearerSpent => "bearer_spent", 409, "This sign-in was exchanged already";
    /// The request was answered before, and the key that it made was used.
    AlreadyAnswered => "already_answered", 409, "This request was answered already";
    /// The body is larger than allowed.
    TooLarge => "too_large", 413, "Too large";
    /// The body's type is not understood here.
    UnsupportedMediaType => "unsupported_media_type", 415, "Not this content type";
    /// The `Host` is not this installation's.
    WrongHost => "wrong_host", 421, "Another host's request";
    /// The body is JSON, but not of this shape.
    UnknownField => "unprocessable", 422, "The body has another shape";
    /// Another request came with the same `Idempotency-Key`.
    IdempotencyKeyReused => "idempotency_key_reused", 422, "Another request has this Idempotency-Key";
    /// Too many requests from there.
    TooManyRequests => "too_many_requests", 429, "Too many requests";
    /// Something broke here.
    Internal => "internal", 500, "Something broke here";
    /// The provider's answer makes no sense.
    ProviderFailed => "provider_failed", 502, "The provider answered wrongly";
    /// The provider cannot be reached.
    ProviderUnavailable => "provider_unavailable", 503, "The provider cannot be reached";
    /// The database cannot be reached.
    StoreUnavailable => "store_unavailable", 503, "The database cannot be reached";
    /// The request took too long.
    TimedOut => "timed_out", 503, "It took too long";
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
