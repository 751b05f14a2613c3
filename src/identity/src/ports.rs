use std::sync::Arc;

use async_trait::async_trait;
use flui_model::{AppClientId, DeviceLoginId, PersonId, SignInId, Timestamp};

use crate::{
    app_clients::AppClient,
    apps::{AppCode, NewAppSession},
    audit::{Event, EventFilter, RecordedEvent},
    contexts::Context,
    device_logins::{Decision, DeviceLogin, Looked, Polled},
    estate::EstateFilter,
    logins::{LoginAttempt, LogoutToken},
    owners::{Owner, RefreshToken},
    people::{PeopleCursor, PeopleFilter, Person, ProvenPerson, SeenPerson},
    secret::SecretHash,
    sign_ins::{
        Cursor, Day, End, Filter, Found, KeyChange, KeyUses, LiveCount, NewOwner, NewSignIn, Pause, SignIn, Use, Which,
    },
    store_error::StoreError,
    webhook_deliveries::{Settled, WebhookDelivery},
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

    /// People that pass the filter, with the one seen last first. At most `limit` rows after the cursor. What they hold
    /// is counted at `now`.
    async fn list_people(
        &self,
        filter: &PeopleFilter,
        now: Timestamp,
        cursor: Option<PeopleCursor>,
        limit: u32,
    ) -> Result<Vec<SeenPerson>, StoreError>;

    /// Removes a person's access (a moment) or gives it back (`None`), with the event if that changes anything. Answers
    /// with the person as they stand now; `None`: there is no such person. From its return on,
    /// [`Store::find_by_secret`] shows it with every sign-in of theirs.
    async fn set_person_disabled(
        &self,
        id: PersonId,
        disabled_at: Option<Timestamp>,
        event: &Event,
    ) -> Result<Option<Person>, StoreError>;

    /// The sign-in with this secret and its person, live or over. Any secret that it ever had finds it: the current one
    /// is in the answer, and so is an old one that may still be good. The path of every request.
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
    ) -> Result<Vec<Arc<Found>>, StoreError>;

    /// Everybody's sign-ins that open something at `now` and pass the filter, newest first. Browser sessions count when
    /// they were used after `idle_limit`. At most `limit` rows with an id below `before`.
    async fn list_estate(
        &self,
        filter: &EstateFilter,
        now: Timestamp,
        idle_limit: Timestamp,
        before: Option<SignInId>,
        limit: u32,
    ) -> Result<Vec<Found>, StoreError>;

    /// How many sign-ins of each kind are live at `now`, and when the first of them ends. A kind without any has no
    /// row. Sign-ins of people whose access was removed are not live.
    async fn count_live(&self, now: Timestamp) -> Result<Vec<LiveCount>, StoreError>;

    /// How many CI and service keys are neither ended nor expired at `now` whose owners are gone.
    async fn count_keys_needing_owner(&self, now: Timestamp) -> Result<u64, StoreError>;

    /// Writes a sign-in, its person as just seen, its spent bearer and the event in one transaction.
    ///
    /// If `new.seen` is set, the person is found by `(issuer, subject)` or made with the id in
    /// `new.sign_in.person_id`; the sign-in then belongs to that person, and so does the event. A key whose
    /// `made_by` has ended is refused with [`StoreError::MakerEnded`]. If
    /// `new.keep_at_most` is set, the oldest live sign-ins of the same person and kind beyond that number
    /// (this one counted) end with the reason `replaced` and an event each.
    ///
    /// If `new.request` is remembered, it came before, and nothing is made: the key of the first time, which nobody has
    /// used, gets the new secret in place of the old one, with an event of its own. From its return on,
    /// [`Store::find_by_secret`] shows it.
    async fn insert_sign_in(&self, new: &NewSignIn, event: &Event) -> Result<Found, StoreError>;

    /// Ends what `which` names and is not ended yet, with one event (a copy of `event` about it) each, in
    /// one transaction. Answers with what ended now. From its return on, [`Store::find_by_secret`] shows
    /// the end.
    async fn end_sign_ins(&self, which: &Which, end: &End, event: &Event) -> Result<Vec<SignIn>, StoreError>;

    /// Ends the key with this secret, as [`Store::end_sign_ins`] does, and writes `find` about it as a second event, which
    /// keeps its object's name: the place where the secret was found. `false`: it has ended already or is not known.
    async fn end_leaked_key(
        &self,
        secret: &SecretHash,
        end: &End,
        event: &Event,
        find: &Event,
    ) -> Result<bool, StoreError>;

    /// Changes a key that is live at the event's time, and writes the event. `None`: there is none, nothing was written.
    ///
    /// A new secret takes the place of the current one. If an old one is still good, that one stays, and the current one,
    /// which nobody has used yet, is given up: never more than two are good. From its return on,
    /// [`Store::find_by_secret`] shows the change.
    async fn change_key(&self, id: SignInId, change: &KeyChange, event: &Event) -> Result<Option<Found>, StoreError>;

    /// Ends the old secret of a rotated key whose current one is this, and writes the event. `false`: it has none any
    /// more. From its return on, [`Store::find_by_secret`] shows it.
    async fn end_old_secret(&self, id: SignInId, current: &SecretHash, event: &Event) -> Result<bool, StoreError>;

    /// Pauses those of the keys that are neither paused, ended nor expired at the event's time, or resumes (`None`) those
    /// that are paused, with a copy of the event about each, in one transaction. Answers with what changed. From its
    /// return on, [`Store::find_by_secret`] shows it.
    async fn set_keys_paused(
        &self,
        ids: &[SignInId],
        pause: Option<&Pause>,
        event: &Event,
    ) -> Result<Vec<SignInId>, StoreError>;

    /// Gives a key that is live at the events' time and still `new.from`'s to another person, with a new secret and none
    /// beside it, and writes the events. `None`: there is none, nothing was written. From its return on,
    /// [`Store::find_by_secret`] shows it.
    async fn transfer_key(&self, id: SignInId, new: &NewOwner, events: &[Event]) -> Result<Option<Found>, StoreError>;

    /// The uses of a key, from this day on; its places and scopes whenever they were used.
    async fn find_key_uses(&self, id: SignInId, since: Day) -> Result<KeyUses, StoreError>;

    /// Writes when and from where sign-ins were last used, and adds to the counts of keys. Never moves a time back. Keeps
    /// the latest [`crate::sign_ins::MAX_KEPT_PLACES`] places of a key.
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

    /// Writes what a context says anew, found by its exact name. `false`: there is none.
    async fn update_context(&self, context: &Context, event: &Event) -> Result<bool, StoreError>;

    /// Removes the context with this name in any case, and ends what is bound to it and not ended yet, with a copy of
    /// the event about each, in one transaction. Answers with what ended now; `None`: there is no such context. From
    /// its return on, [`Store::find_by_secret`] shows the ends.
    async fn delete_context(&self, name: &str, end: &End, event: &Event) -> Result<Option<Vec<SignIn>>, StoreError>;

    /// All app clients, by name.
    async fn list_app_clients(&self) -> Result<Vec<AppClient>, StoreError>;

    /// The app client with this id.
    async fn find_app_client(&self, id: AppClientId) -> Result<Option<AppClient>, StoreError>;

    /// Writes a new app client and the event; [`StoreError::Taken`] if one of its id at the provider is there.
    async fn insert_app_client(&self, app_client: &AppClient, event: &Event) -> Result<(), StoreError>;

    /// Writes what an app client says anew, and how the provider is asked to change it; with the event, if there is one.
    /// `false`: there is none.
    async fn update_app_client(&self, app_client: &AppClient, event: Option<&Event>) -> Result<bool, StoreError>;

    /// Removes an app client and writes the event. `false`: there is none.
    async fn delete_app_client(&self, id: AppClientId, event: &Event) -> Result<bool, StoreError>;

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

    /// Keeps a person's refresh token in place of any other of theirs, unless they are disabled or nothing of theirs is live.
    async fn put_refresh_token(&self, token: &RefreshToken) -> Result<(), StoreError>;

    /// Notes since when the person's refresh token is doubtful, or that it is not.
    async fn set_refresh_token_doubt(&self, person: PersonId, doubtful_at: Option<Timestamp>)
    -> Result<(), StoreError>;

    /// Removes the person's refresh token if it is this one. `false`: it is not.
    async fn delete_refresh_token(&self, person: PersonId, sealed: &str) -> Result<bool, StoreError>;

    /// People with a refresh token who are neither disabled nor gone and own keys that are neither ended nor expired at
    /// `now`, by id: at most `limit` after `after`.
    async fn list_owners_to_ask(
        &self,
        now: Timestamp,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<Owner>, StoreError>;

    /// Notes that the provider stood for the person at this moment, and what it said of them, as a sign-in does but for
    /// when they were last seen; with the event, if there is one. From its return on, [`Store::find_by_secret`] shows it.
    async fn confirm_person(
        &self,
        id: PersonId,
        proven: Option<&ProvenPerson>,
        at: Timestamp,
        event: Option<&Event>,
    ) -> Result<(), StoreError>;

    /// Notes that the provider no longer stands for the person of this token, ends their browser sessions and workstation
    /// keys with a copy of the event about each, writes the event and removes the token, in one transaction. `false`,
    /// with nothing written: the token is another one by now, or the person was seen since `asked_at`.
    async fn set_person_gone(
        &self,
        token: &RefreshToken,
        asked_at: Timestamp,
        end: &End,
        event: &Event,
    ) -> Result<bool, StoreError>;

    /// Whether it is the caller's turn to do a job: its time has come, and nobody else took the turn. The next time is
    /// then `next`. A job that was never asked about gets its first time.
    async fn take_turn(&self, job: &str, now: Timestamp, next: Timestamp) -> Result<bool, StoreError>;

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

    /// Keeps a device login until it is decided and redeemed, or its time is over; [`StoreError::Taken`] if its user
    /// code is in use.
    async fn insert_device_login(&self, login: &DeviceLogin) -> Result<(), StoreError>;

    /// Looks for a device login that waits for a decision, on behalf of a person who typed its user code, and notes
    /// that they may decide it. A code that fits none counts against the sign-in; after `most_tries` such within
    /// `since` and `now` nothing is looked for any more.
    async fn look_up_device_login(
        &self,
        user_code: &SecretHash,
        by: (PersonId, SignInId),
        now: Timestamp,
        since: Timestamp,
        most_tries: u32,
    ) -> Result<Looked, StoreError>;

    /// The device login with this id that waits for this person's decision at `now`.
    async fn find_device_login(
        &self,
        id: DeviceLoginId,
        by: PersonId,
        now: Timestamp,
    ) -> Result<Option<DeviceLogin>, StoreError>;

    /// Decides a device login that [`Store::find_device_login`] finds, with the event. `false`: there is none.
    async fn decide_device_login(
        &self,
        id: DeviceLoginId,
        decision: &Decision,
        event: &Event,
    ) -> Result<bool, StoreError>;

    /// The device login with this device code, and whether it is asked about before the time it was told to wait;
    /// then that time grows by five seconds from now on. Whoever does not know the proof key's verifier, of which
    /// `verifier` is the hash, finds and changes nothing.
    async fn poll_device_login(
        &self,
        device_code: &SecretHash,
        verifier: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<Polled>, StoreError>;

    /// Writes a warning for the webhook about every live key that has come within one of
    /// [`crate::webhook_deliveries::WARNING_DAYS`] of its end, once for each of them and each end.
    async fn insert_key_warnings(&self, now: Timestamp) -> Result<(), StoreError>;

    /// Takes deliveries that are due at `now`, the longest due first, at most `limit`, and counts an attempt of each. Of
    /// several callers one gets a delivery; others may from `until` on.
    async fn take_webhook_deliveries(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<WebhookDelivery>, StoreError>;

    /// Writes what became of an attempt, and the event of a delivery that is given up. Does nothing when another attempt
    /// has begun meanwhile.
    async fn settle_webhook_delivery(&self, delivery: &WebhookDelivery, settled: &Settled) -> Result<(), StoreError>;

    /// Keeps the code of an app until it is spent or its time is over.
    async fn insert_app_code(&self, code: &AppCode) -> Result<(), StoreError>;

    /// The code with this hash, spent by nobody yet.
    async fn find_app_code(&self, code_hash: &SecretHash) -> Result<Option<AppCode>, StoreError>;

    /// Spends a code and writes the session that it buys, in place of any other of the same sign-in at the same host,
    /// with the event. `false`: the code was spent already, and nothing was written.
    async fn begin_app_session(
        &self,
        code_hash: &SecretHash,
        session: &NewAppSession,
        event: &Event,
    ) -> Result<bool, StoreError>;

    /// The hash of the session id of the browser sign-in, live or over, that the app session with this secret at this
    /// host hangs on.
    async fn find_app_session(&self, secret_hash: &SecretHash, host: &str) -> Result<Option<SecretHash>, StoreError>;

    /// Sign-ins that ended by themselves by `now` and of which [`Store::note_expiries`] has written nothing yet, the first
    /// to end first: at most `limit`. What was ended is not among them.
    async fn list_expired(&self, now: Timestamp, limit: u32) -> Result<Vec<SignIn>, StoreError>;

    /// Writes the event of each of these sign-ins that is still over at `now`, in one transaction, and once for each,
    /// whoever else does the same.
    async fn note_expiries(&self, expiries: &[(SignInId, Event)], now: Timestamp) -> Result<(), StoreError>;

    /// Removes device logins, login attempts, spent bearers, logout tokens, named requests and codes of apps whose time has
    /// passed, the app sessions of sign-ins that are over, what was remembered of keys that were to be used by now, and
    /// webhook deliveries that were over for eight days.
    async fn sweep(&self, now: Timestamp) -> Result<(), StoreError>;

    /// Removes what is kept of the uses of keys from before this day.
    async fn sweep_uses(&self, before: Day) -> Result<(), StoreError>;
}
