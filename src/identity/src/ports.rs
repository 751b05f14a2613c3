use std::sync::Arc;

use async_trait::async_trait;
use flui_model::{PersonId, SignInId, Timestamp};

use crate::{
    audit::{Event, EventFilter, RecordedEvent},
    contexts::Context,
    logins::{LoginAttempt, LogoutToken},
    people::Person,
    secret::SecretHash,
    sign_ins::{Cursor, End, Filter, Found, LiveCount, NewSignIn, SignIn, Use, Which},
};

/// Tells the time. The only place where the rules learn it.
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// Gives chance. Must be a cryptographic source outside tests.
pub trait Random: Send + Sync + 'static {
    /// Fills all of `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database is away, locked or full. Nothing was written; the same call may go through later.
    #[error("the database cannot be reached")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Another row holds this unique value. Nothing was written.
    #[error("the value is in use")]
    Taken,
    /// The bearer has bought a key already. Nothing was written.
    #[error("the bearer has bought a key already")]
    BearerSpent,
    /// The provider ended this session before the sign-in was written. Nothing was written.
    #[error("the provider ended this session meanwhile")]
    SignedOutMeanwhile,
    /// What stands in the database cannot be read: a fault of the program or of a hand-made change.
    #[error("the database holds something unreadable: {0}")]
    Corrupt(String),
}

/// What is kept. Every method is one unit of work: it is done whole, with its audit event, or not at all.
///
/// A lookup answers `Ok(None)` for what is not there. An implementation may keep an index in memory only
/// if it can never answer with a live sign-in after [`Store::end_sign_ins`] has returned.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Answers when the database does.
    async fn ping(&self) -> Result<(), StoreError>;

    /// The person with this id.
    async fn find_person(&self, id: PersonId) -> Result<Option<Person>, StoreError>;

    /// The person that the provider calls so.
    async fn find_person_by_subject(&self, issuer: &str, subject: &str) -> Result<Option<Person>, StoreError>;

    /// The sign-in with this secret and its person, live or over. The path of every request.
    async fn find_by_secret(&self, hash: &SecretHash) -> Result<Option<Arc<Found>>, StoreError>;

    /// The sign-in with this id and its person.
    async fn find_sign_in(&self, id: SignInId) -> Result<Option<Found>, StoreError>;

    /// Sign-ins that pass the filter: those that are live at `now` first, then those that are over, each
    /// newest first. At most `limit` rows after the cursor.
    async fn list_sign_ins(
        &self,
        filter: &Filter,
        now: Timestamp,
        cursor: Option<Cursor>,
        limit: u32,
    ) -> Result<Vec<Found>, StoreError>;

    /// How many sign-ins of each kind are live at `now`, and when the first of them ends. A kind without any has no
    /// row. Sign-ins of people whose access was removed are not live.
    async fn count_live(&self, now: Timestamp) -> Result<Vec<LiveCount>, StoreError>;

    /// Writes a sign-in, its person as just seen, its spent bearer and the event in one transaction.
    ///
    /// If `new.seen` is set, the person is found by `(issuer, subject)` or made with the id in
    /// `new.sign_in.person_id`; the sign-in then belongs to that person, and so does the event. If
    /// `new.keep_at_most` is set, the oldest live sign-ins of the same person and kind beyond that number
    /// (this one counted) end with the reason `replaced` and an event each.
    async fn insert_sign_in(&self, new: &NewSignIn, event: &Event) -> Result<Found, StoreError>;

    /// Ends what `which` names and is not ended yet, with one event (a copy of `event` about it) each, in
    /// one transaction. Answers with what ended now. From its return on, [`Store::find_by_secret`] shows
    /// the end.
    async fn end_sign_ins(&self, which: &Which, end: &End, event: &Event) -> Result<Vec<SignIn>, StoreError>;

    /// Writes when and from where sign-ins were last used. Never moves a time back.
    async fn record_uses(&self, uses: &[Use]) -> Result<(), StoreError>;

    /// Replaces the session data of a browser sign-in that is not ended. `false`: there is none.
    /// Never inserts: an ended session must not come back.
    async fn save_session_data(&self, hash: &SecretHash, data: &str) -> Result<bool, StoreError>;

    /// The session data of a browser sign-in that is not ended.
    async fn find_session_data(&self, hash: &SecretHash) -> Result<Option<String>, StoreError>;

    /// All contexts, by name.
    async fn list_contexts(&self) -> Result<Vec<Context>, StoreError>;

    /// The context with this name, without regard to case.
    async fn find_context(&self, name: &str) -> Result<Option<Context>, StoreError>;

    /// Writes a new context; [`StoreError::Taken`] if the name is in use in any case.
    async fn insert_context(&self, context: &Context, event: &Event) -> Result<(), StoreError>;

    /// Removes a context. `false`: there is none.
    async fn delete_context(&self, name: &str, event: &Event) -> Result<bool, StoreError>;

    /// Keeps the hash of a person's calendar secret, in place of any other of theirs.
    async fn put_calendar(
        &self,
        person: PersonId,
        secret_hash: &SecretHash,
        at: Timestamp,
        event: &Event,
    ) -> Result<(), StoreError>;

    /// When the person's calendar address was made.
    async fn find_calendar(&self, person: PersonId) -> Result<Option<Timestamp>, StoreError>;

    /// The person whose calendar address has this secret.
    async fn find_calendar_owner(&self, secret_hash: &SecretHash) -> Result<Option<Person>, StoreError>;

    /// Removes the person's calendar address. `false`: there is none.
    async fn delete_calendar(&self, person: PersonId, event: &Event) -> Result<bool, StoreError>;

    /// Writes an event that belongs to no change, such as a refusal.
    async fn append_event(&self, event: &Event) -> Result<(), StoreError>;

    /// Events that pass the filter, newest first, at most `limit` with a sequence number below `before`.
    async fn list_events(
        &self,
        filter: &EventFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError>;

    /// Keeps a login attempt, and drops the oldest of the same browser beyond `keep_at_most`.
    async fn insert_login_attempt(&self, attempt: &LoginAttempt, keep_at_most: u32) -> Result<(), StoreError>;

    /// Takes away the attempt with this state if it is this browser's: of several callers exactly one gets it.
    async fn take_login_attempt(
        &self,
        state_hash: &SecretHash,
        browser_hash: &SecretHash,
    ) -> Result<Option<LoginAttempt>, StoreError>;

    /// Remembers a logout token. `false`: it was remembered before, and must not be acted on again.
    async fn remember_logout_token(&self, token: &LogoutToken) -> Result<bool, StoreError>;

    /// Removes login attempts, spent bearers and logout tokens whose time has passed.
    async fn sweep(&self, now: Timestamp) -> Result<(), StoreError>;
}
