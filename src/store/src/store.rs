//! The port, method by method.

use std::{panic::resume_unwind, sync::Arc};

use async_trait::async_trait;
use flui_identity::{
    SecretHash, Store, StoreError,
    app_clients::AppClient,
    apps::{AppCode, NewAppSession},
    audit::{Event, EventFilter, RecordedEvent},
    contexts::Context,
    device_logins::{Decision, DeviceLogin, Looked, Polled},
    estate::EstateFilter,
    logins::{LoginAttempt, LogoutToken},
    owners::{Owner, RefreshToken},
    people::{PeopleCursor, PeopleFilter, Person, ProvenPerson, SeenPerson},
    sign_ins::{
        Cursor, Day, End, Filter, Found, KeyChange, KeyUses, LiveCount, NewOwner, NewSignIn, Pause, SignIn, Use, Which,
    },
    webhook_deliveries::{Settled, WebhookDelivery},
};
use flui_model::{AppClientId, DeviceLoginId, PersonId, SignInId, Timestamp};
use tracing::Instrument as _;

use crate::{
    app_clients, apps, audit, calendars, contexts,
    database::Pools,
    device_logins,
    live::{Live, Look},
    lock::Lock,
    logins, people, refresh_tokens, sign_ins, turns, webhook_deliveries,
};

/// The store over either database.
pub(crate) struct SqlStore {
    pools: Pools,
    /// Only where no other process can write.
    live: Option<Arc<Live>>,
    _lock: Option<Lock>,
    /// Whether ends of keys are written down for a webhook.
    tells: bool,
}

impl SqlStore {
    /// Puts the store over open pools.
    pub(crate) fn new(pools: Pools, live: Option<Live>, lock: Option<Lock>, tells: bool) -> Self {
        Self {
            pools,
            live: live.map(Arc::new),
            _lock: lock,
            tells,
        }
    }

    /// Does work that writes, then brings the index in memory up to date. Both happen even if the caller has gone away
    /// meanwhile: a commit that the index never heard of would leave an ended sign-in live.
    async fn write<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
        after: impl FnOnce(&Live, &T) + Send + 'static,
    ) -> Result<T, StoreError> {
        let live = self.live.clone();
        let task = async move {
            let written = work.await;
            match (&live, &written) {
                (Some(live), Ok(written)) => after(live, written),
                // Perhaps it stands: a commit can fail after the fact.
                (Some(live), Err(StoreError::Unavailable(_) | StoreError::Corrupt(_))) => live.forget_all(),
                _ => {}
            }
            written
        };
        match tokio::spawn(task.in_current_span()).await {
            Ok(written) => written,
            Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
            Err(error) => Err(StoreError::Unavailable(Box::new(error))),
        }
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn ping(&self) -> Result<(), StoreError> {
        self.pools.ping().await
    }

    async fn find_person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        people::find(&self.pools, id).await
    }

    async fn find_person_by_subject(&self, issuer: &str, subject: &str) -> Result<Option<Person>, StoreError> {
        people::find_by_subject(&self.pools, issuer, subject).await
    }

    async fn list_people(
        &self,
        filter: &PeopleFilter,
        now: Timestamp,
        cursor: Option<PeopleCursor>,
        limit: u32,
    ) -> Result<Vec<SeenPerson>, StoreError> {
        people::list(&self.pools, filter, now, cursor, limit).await
    }

    async fn set_person_disabled(
        &self,
        id: PersonId,
        disabled_at: Option<Timestamp>,
        event: &Event,
    ) -> Result<Option<Person>, StoreError> {
        let (pools, event, tells) = (self.pools.clone(), event.clone(), self.tells);
        self.write(
            async move { people::set_disabled(&pools, id, disabled_at, &event, tells).await },
            move |live, _| live.forget_person(id),
        )
        .await
    }

    async fn find_by_secret(&self, hash: &SecretHash) -> Result<Option<Arc<Found>>, StoreError> {
        let Some(live) = &self.live else {
            return Ok(sign_ins::find_by_secret(&self.pools, hash).await?.map(Arc::new));
        };
        self.pools.known()?;
        let epoch = match live.look(hash) {
            Look::Found(found) => return Ok(Some(found)),
            Look::Unknown(epoch) => epoch,
        };
        let found = sign_ins::find_by_secret(&self.pools, hash).await?.map(Arc::new);
        if let Some(found) = &found {
            live.add(epoch, found);
        }
        Ok(found)
    }

    async fn find_sign_in(&self, id: SignInId) -> Result<Option<Found>, StoreError> {
        sign_ins::find(&self.pools, id).await
    }

    async fn list_sign_ins(
        &self,
        filter: &Filter,
        now: Timestamp,
        cursor: Option<Cursor>,
        limit: u32,
    ) -> Result<Vec<Arc<Found>>, StoreError> {
        sign_ins::list(&self.pools, self.live.as_deref(), filter, now, cursor, limit).await
    }

    async fn list_estate(
        &self,
        filter: &EstateFilter,
        now: Timestamp,
        idle_limit: Timestamp,
        before: Option<SignInId>,
        limit: u32,
    ) -> Result<Vec<Found>, StoreError> {
        sign_ins::list_estate(&self.pools, filter, now, idle_limit, before, limit).await
    }

    async fn count_live(&self, now: Timestamp) -> Result<Vec<LiveCount>, StoreError> {
        sign_ins::count_live(&self.pools, now).await
    }

    async fn count_keys_needing_owner(&self, now: Timestamp) -> Result<u64, StoreError> {
        sign_ins::count_needing_owner(&self.pools, now).await
    }

    async fn insert_sign_in(&self, new: &NewSignIn, event: &Event) -> Result<Found, StoreError> {
        let (pools, new, event, tells) = (self.pools.clone(), new.clone(), event.clone(), self.tells);
        let touches_others = new.seen.is_some() || new.keep_at_most.is_some();
        self.write(
            async move { sign_ins::insert(&pools, &new, &event, tells).await },
            move |live, found| {
                if touches_others {
                    live.forget_person(found.person.id);
                } else {
                    live.forget([found.sign_in.id]);
                }
            },
        )
        .await
    }

    async fn end_sign_ins(&self, which: &Which, end: &End, event: &Event) -> Result<Vec<SignIn>, StoreError> {
        let (pools, which, end, event) = (self.pools.clone(), which.clone(), end.clone(), event.clone());
        let tells = self.tells;
        self.write(
            async move { sign_ins::end(&pools, &which, &end, &event, tells).await },
            |live, ended| {
                live.forget(ended.iter().map(|sign_in| sign_in.id));
            },
        )
        .await
    }

    async fn end_leaked_key(
        &self,
        secret: &SecretHash,
        end: &End,
        event: &Event,
        find: &Event,
    ) -> Result<bool, StoreError> {
        let (pools, secret, end) = (self.pools.clone(), *secret, end.clone());
        let (event, find, tells) = (event.clone(), find.clone(), self.tells);
        let ended = self
            .write(
                async move { sign_ins::end_leaked(&pools, &secret, &end, &event, &find, tells).await },
                |live, ended| {
                    live.forget(ended.iter().map(|sign_in| sign_in.id));
                },
            )
            .await?;
        Ok(!ended.is_empty())
    }

    async fn change_key(&self, id: SignInId, change: &KeyChange, event: &Event) -> Result<Option<Found>, StoreError> {
        let (pools, change, event) = (self.pools.clone(), change.clone(), event.clone());
        self.write(
            async move { sign_ins::change_key(&pools, id, &change, &event).await },
            move |live, _| live.forget([id]),
        )
        .await
    }

    async fn set_keys_paused(
        &self,
        ids: &[SignInId],
        pause: Option<&Pause>,
        event: &Event,
    ) -> Result<Vec<SignInId>, StoreError> {
        let (pools, ids, pause, event) = (self.pools.clone(), ids.to_vec(), pause.copied(), event.clone());
        self.write(
            async move { sign_ins::set_paused(&pools, &ids, pause.as_ref(), &event).await },
            |live, changed| live.forget(changed.iter().copied()),
        )
        .await
    }

    async fn transfer_key(&self, id: SignInId, new: &NewOwner, events: &[Event]) -> Result<Option<Found>, StoreError> {
        let (pools, new, events) = (self.pools.clone(), new.clone(), events.to_vec());
        self.write(
            async move { sign_ins::transfer(&pools, id, &new, &events).await },
            move |live, _| live.forget([id]),
        )
        .await
    }

    async fn end_old_secret(&self, id: SignInId, current: &SecretHash, event: &Event) -> Result<bool, StoreError> {
        let (pools, current, event) = (self.pools.clone(), *current, event.clone());
        self.write(
            async move { sign_ins::end_old_secret(&pools, id, &current, &event).await },
            move |live, _| live.forget([id]),
        )
        .await
    }

    async fn find_key_uses(&self, id: SignInId, since: Day) -> Result<KeyUses, StoreError> {
        sign_ins::find_key_uses(&self.pools, id, since).await
    }

    async fn record_uses(&self, uses: &[Use]) -> Result<(), StoreError> {
        let (pools, uses) = (self.pools.clone(), Arc::<[Use]>::from(uses));
        let noted = Arc::clone(&uses);
        self.write(
            async move { sign_ins::record_uses(&pools, &uses).await },
            move |live, ()| {
                live.note_uses(&noted);
            },
        )
        .await
    }

    async fn save_session_data(&self, hash: &SecretHash, data: &str) -> Result<bool, StoreError> {
        sign_ins::save_session_data(&self.pools, hash, data).await
    }

    async fn find_session_data(&self, hash: &SecretHash) -> Result<Option<String>, StoreError> {
        sign_ins::find_session_data(&self.pools, hash).await
    }

    async fn list_contexts(&self) -> Result<Vec<Context>, StoreError> {
        contexts::list(&self.pools).await
    }

    async fn find_context(&self, name: &str) -> Result<Option<Context>, StoreError> {
        contexts::find(&self.pools, name).await
    }

    async fn insert_context(&self, context: &Context, event: &Event) -> Result<(), StoreError> {
        contexts::insert(&self.pools, context, event).await
    }

    async fn update_context(&self, context: &Context, event: &Event) -> Result<bool, StoreError> {
        contexts::update(&self.pools, context, event).await
    }

    async fn delete_context(&self, name: &str, end: &End, event: &Event) -> Result<Option<Vec<SignIn>>, StoreError> {
        let (pools, name, end, event) = (self.pools.clone(), name.to_owned(), end.clone(), event.clone());
        let tells = self.tells;
        self.write(
            async move { contexts::delete(&pools, &name, &end, &event, tells).await },
            |live, ended| {
                live.forget(ended.iter().flatten().map(|sign_in| sign_in.id));
            },
        )
        .await
    }

    async fn list_app_clients(&self) -> Result<Vec<AppClient>, StoreError> {
        app_clients::list(&self.pools).await
    }

    async fn find_app_client(&self, id: AppClientId) -> Result<Option<AppClient>, StoreError> {
        app_clients::find(&self.pools, id).await
    }

    async fn insert_app_client(&self, app_client: &AppClient, event: &Event) -> Result<(), StoreError> {
        app_clients::insert(&self.pools, app_client, event).await
    }

    async fn update_app_client(&self, app_client: &AppClient, event: Option<&Event>) -> Result<bool, StoreError> {
        app_clients::update(&self.pools, app_client, event).await
    }

    async fn delete_app_client(&self, id: AppClientId, event: &Event) -> Result<bool, StoreError> {
        app_clients::delete(&self.pools, id, event).await
    }

    async fn put_calendar(
        &self,
        person: PersonId,
        secret_hash: &SecretHash,
        at: Timestamp,
        event: &Event,
    ) -> Result<(), StoreError> {
        calendars::put(&self.pools, person, secret_hash, at, event).await
    }

    async fn find_calendar(&self, person: PersonId) -> Result<Option<Timestamp>, StoreError> {
        calendars::find(&self.pools, person).await
    }

    async fn find_calendar_owner(&self, secret_hash: &SecretHash) -> Result<Option<Person>, StoreError> {
        calendars::find_owner(&self.pools, secret_hash).await
    }

    async fn delete_calendar(&self, person: PersonId, event: &Event) -> Result<bool, StoreError> {
        calendars::delete(&self.pools, person, event).await
    }

    async fn put_refresh_token(&self, token: &RefreshToken) -> Result<(), StoreError> {
        refresh_tokens::put(&self.pools, token).await
    }

    async fn set_refresh_token_doubt(
        &self,
        person: PersonId,
        doubtful_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        refresh_tokens::set_doubt(&self.pools, person, doubtful_at).await
    }

    async fn delete_refresh_token(&self, person: PersonId, sealed: &str) -> Result<bool, StoreError> {
        refresh_tokens::delete_this(&self.pools, person, sealed).await
    }

    async fn list_owners_to_ask(
        &self,
        now: Timestamp,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<Owner>, StoreError> {
        refresh_tokens::list_owners(&self.pools, now, after, limit).await
    }

    async fn confirm_person(
        &self,
        id: PersonId,
        proven: Option<&ProvenPerson>,
        at: Timestamp,
        event: Option<&Event>,
    ) -> Result<(), StoreError> {
        let (pools, proven, event) = (self.pools.clone(), proven.cloned(), event.cloned());
        self.write(
            async move { refresh_tokens::confirm(&pools, id, proven.as_ref(), at, event.as_ref()).await },
            move |live, ()| live.forget_person(id),
        )
        .await
    }

    async fn set_person_gone(
        &self,
        token: &RefreshToken,
        asked_at: Timestamp,
        end: &End,
        event: &Event,
    ) -> Result<bool, StoreError> {
        let (pools, token, end, event) = (self.pools.clone(), token.clone(), end.clone(), event.clone());
        let tells = self.tells;
        let person = token.person_id;
        self.write(
            async move { refresh_tokens::set_gone(&pools, &token, asked_at, &end, &event, tells).await },
            move |live, _| live.forget_person(person),
        )
        .await
    }

    async fn take_turn(&self, job: &str, now: Timestamp, next: Timestamp) -> Result<bool, StoreError> {
        turns::take(&self.pools, job, now, next).await
    }

    async fn append_event(&self, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.pools.begin().await?;
        tx.note(event);
        tx.commit().await
    }

    async fn list_events(
        &self,
        filter: &EventFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        audit::list(&self.pools, filter, before, limit).await
    }

    async fn insert_login_attempt(&self, attempt: &LoginAttempt, keep_at_most: u32) -> Result<(), StoreError> {
        logins::insert_attempt(&self.pools, attempt, keep_at_most).await
    }

    async fn take_login_attempt(
        &self,
        state_hash: &SecretHash,
        browser_hash: &SecretHash,
    ) -> Result<Option<LoginAttempt>, StoreError> {
        logins::take_attempt(&self.pools, state_hash, browser_hash).await
    }

    async fn remember_logout_token(&self, token: &LogoutToken) -> Result<bool, StoreError> {
        logins::remember_logout(&self.pools, token).await
    }

    async fn insert_device_login(&self, login: &DeviceLogin) -> Result<(), StoreError> {
        device_logins::insert(&self.pools, login).await
    }

    async fn look_up_device_login(
        &self,
        user_code: &SecretHash,
        by: (PersonId, SignInId),
        now: Timestamp,
        since: Timestamp,
        most_tries: u32,
    ) -> Result<Looked, StoreError> {
        device_logins::look_up(&self.pools, user_code, by, now, since, most_tries).await
    }

    async fn find_device_login(
        &self,
        id: DeviceLoginId,
        by: PersonId,
        now: Timestamp,
    ) -> Result<Option<DeviceLogin>, StoreError> {
        device_logins::find(&self.pools, id, by, now).await
    }

    async fn decide_device_login(
        &self,
        id: DeviceLoginId,
        decision: &Decision,
        event: &Event,
    ) -> Result<bool, StoreError> {
        device_logins::decide(&self.pools, id, decision, event).await
    }

    async fn poll_device_login(
        &self,
        device_code: &SecretHash,
        verifier: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<Polled>, StoreError> {
        device_logins::poll(&self.pools, device_code, verifier, now).await
    }

    async fn insert_key_warnings(&self, now: Timestamp) -> Result<(), StoreError> {
        webhook_deliveries::insert_warnings(&self.pools, now).await
    }

    async fn take_webhook_deliveries(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<WebhookDelivery>, StoreError> {
        webhook_deliveries::take(&self.pools, now, until, limit).await
    }

    async fn settle_webhook_delivery(&self, delivery: &WebhookDelivery, settled: &Settled) -> Result<(), StoreError> {
        webhook_deliveries::settle(&self.pools, delivery, settled).await
    }

    async fn insert_app_code(&self, code: &AppCode) -> Result<(), StoreError> {
        apps::insert_code(&self.pools, code).await
    }

    async fn find_app_code(&self, code_hash: &SecretHash) -> Result<Option<AppCode>, StoreError> {
        apps::find_code(&self.pools, code_hash).await
    }

    async fn begin_app_session(
        &self,
        code_hash: &SecretHash,
        session: &NewAppSession,
        event: &Event,
    ) -> Result<bool, StoreError> {
        apps::begin_session(&self.pools, code_hash, session, event).await
    }

    async fn find_app_session(&self, secret_hash: &SecretHash, host: &str) -> Result<Option<SecretHash>, StoreError> {
        apps::find_session(&self.pools, secret_hash, host).await
    }

    async fn list_expired(&self, now: Timestamp, limit: u32) -> Result<Vec<SignIn>, StoreError> {
        sign_ins::list_expired(&self.pools, now, limit).await
    }

    async fn note_expiries(&self, expiries: &[(SignInId, Event)], now: Timestamp) -> Result<(), StoreError> {
        sign_ins::note_expiries(&self.pools, expiries, now).await
    }

    async fn sweep(&self, now: Timestamp) -> Result<(), StoreError> {
        logins::sweep(&self.pools, now).await?;
        webhook_deliveries::sweep(&self.pools, now, self.tells).await?;
        refresh_tokens::sweep(&self.pools, now).await?;
        apps::sweep(&self.pools, now).await
    }

    async fn sweep_uses(&self, before: Day) -> Result<(), StoreError> {
        sign_ins::sweep_uses(&self.pools, before).await
    }
}
