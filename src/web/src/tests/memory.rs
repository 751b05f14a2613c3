//! A store that holds what pages read. They write nothing.

use std::sync::Arc;

use async_trait::async_trait;
use flui_identity::{
    SecretHash, Store, StoreError,
    app_clients::AppClient,
    audit::{Event, EventFilter, RecordedEvent},
    contexts::Context,
    device_logins::{Decision, DeviceLogin, Looked, Polled},
    estate::{EstateFilter, Risk},
    logins::{LoginAttempt, LogoutToken},
    owners::{Owner, RefreshToken},
    people::{PeopleCursor, PeopleFilter, Person, ProvenPerson, SeenPerson},
    sign_ins::{
        Cursor, Day, End, Filter, Found, KeyChange, KeyUses, LiveCount, NewOwner, NewSignIn, Pause, SignIn, Use, Which,
    },
    webhook_deliveries::{Settled, WebhookDelivery},
};
use flui_model::{AppClientId, DeviceLoginId, PersonId, SignInId, Timestamp, api_keys::KeyState};

pub(super) struct Memory {
    pub(super) person: Person,
    pub(super) sign_ins: Vec<SignIn>,
    pub(super) contexts: Vec<Context>,
    pub(super) events: Vec<RecordedEvent>,
    pub(super) uses: KeyUses,
    pub(super) device_logins: Vec<DeviceLogin>,
    pub(super) calendar: Option<Timestamp>,
    pub(super) broken: bool,
}

impl Memory {
    pub(super) fn new(person: Person) -> Self {
        Self {
            person,
            sign_ins: Vec::new(),
            contexts: Vec::new(),
            events: Vec::new(),
            uses: KeyUses::default(),
            device_logins: Vec::new(),
            calendar: None,
            broken: false,
        }
    }

    pub(super) fn add(&mut self, sign_in: SignIn) {
        self.sign_ins.push(sign_in);
    }

    fn found(&self, sign_in: &SignIn) -> Found {
        Found {
            sign_in: sign_in.clone(),
            person: self.person.clone(),
        }
    }
}

const NOT_READ: &str = "no page reads this";
const NOT_WRITTEN: &str = "no page writes";

#[async_trait]
impl Store for Memory {
    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn find_person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        Ok(Some(self.person.clone()).filter(|person| person.id == id))
    }

    async fn list_people(
        &self,
        filter: &PeopleFilter,
        now: Timestamp,
        cursor: Option<PeopleCursor>,
        _: u32,
    ) -> Result<Vec<SeenPerson>, StoreError> {
        let name = self.person.display_name().to_lowercase();
        let fits = cursor.is_none()
            && filter.text.as_ref().is_none_or(|text| name.contains(text))
            && filter
                .disabled
                .is_none_or(|disabled| self.person.disabled_at.is_some() == disabled);
        let live = self
            .sign_ins
            .iter()
            .filter(|sign_in| sign_in.state(now) == KeyState::Live);
        let seen = SeenPerson {
            person: self.person.clone(),
            amr: Some(self.sign_ins[0].proof.amr.clone()),
            live_sign_ins: i64::try_from(live.count()).unwrap(),
        };
        Ok(fits.then_some(seen).into_iter().collect())
    }

    async fn set_person_disabled(
        &self,
        _: PersonId,
        _: Option<Timestamp>,
        _: &Event,
    ) -> Result<Option<Person>, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn list_estate(
        &self,
        filter: &EstateFilter,
        now: Timestamp,
        _: Timestamp,
        before: Option<SignInId>,
        limit: u32,
    ) -> Result<Vec<Found>, StoreError> {
        let mut fitting: Vec<_> = self
            .sign_ins
            .iter()
            .filter(|sign_in| sign_in.state(now) == KeyState::Live)
            .filter(|sign_in| filter.kind.is_none_or(|kind| sign_in.kind == kind))
            .filter(|sign_in| before.is_none_or(|before| sign_in.id < before))
            .map(|sign_in| self.found(sign_in))
            .filter(|found| filter.risk.is_none_or(|risk| Risk::of(found, now).contains(&risk)))
            .filter(|found| !filter.paused || found.sign_in.paused.is_some())
            .collect();
        fitting.sort_by_key(|found| std::cmp::Reverse(found.sign_in.id));
        fitting.truncate(limit as usize);
        Ok(fitting)
    }

    async fn find_person_by_subject(&self, _: &str, _: &str) -> Result<Option<Person>, StoreError> {
        unreachable!("{NOT_READ}")
    }

    async fn find_by_secret(&self, hash: &SecretHash) -> Result<Option<Arc<Found>>, StoreError> {
        let sign_in = self.sign_ins.iter().find(|sign_in| sign_in.secret_hash == *hash);
        Ok(sign_in.map(|sign_in| Arc::new(self.found(sign_in))))
    }

    async fn find_sign_in(&self, id: SignInId) -> Result<Option<Found>, StoreError> {
        let sign_in = self.sign_ins.iter().find(|sign_in| sign_in.id == id);
        Ok(sign_in.map(|sign_in| self.found(sign_in)))
    }

    async fn list_sign_ins(
        &self,
        filter: &Filter,
        now: Timestamp,
        cursor: Option<Cursor>,
        limit: u32,
    ) -> Result<Vec<Found>, StoreError> {
        if self.broken {
            return Err(StoreError::Corrupt("row 7 of sign_ins".to_owned()));
        }
        let mut fitting: Vec<_> = self
            .sign_ins
            .iter()
            .filter(|sign_in| filter.kinds.contains(&sign_in.kind))
            .filter(|sign_in| {
                filter.state.is_none_or(|state| match state {
                    KeyState::Paused => sign_in.state(now) == KeyState::Live && sign_in.paused.is_some(),
                    state => sign_in.state(now) == state,
                })
            })
            .filter(|sign_in| filter.text.as_ref().is_none_or(|text| sign_in.name.contains(text)))
            .filter(|sign_in| {
                let bound = |context| sign_in.contexts.contains(context);
                filter.context.as_ref().is_none_or(bound)
            })
            .filter(|sign_in| cursor.is_none_or(|cursor| sign_in.id < cursor.id))
            .collect();
        fitting.sort_by_key(|sign_in| (sign_in.state(now) != KeyState::Live, std::cmp::Reverse(sign_in.id)));
        let rows = fitting.into_iter().take(limit as usize);
        Ok(rows.map(|sign_in| self.found(sign_in)).collect())
    }

    async fn count_live(&self, _: Timestamp) -> Result<Vec<LiveCount>, StoreError> {
        unreachable!("{NOT_READ}")
    }

    async fn count_keys_needing_owner(&self, now: Timestamp) -> Result<u64, StoreError> {
        let needy = self
            .sign_ins
            .iter()
            .filter(|sign_in| Risk::of(&self.found(sign_in), now).contains(&Risk::NeedsOwner));
        Ok(u64::try_from(needy.count()).unwrap())
    }

    async fn list_contexts(&self) -> Result<Vec<Context>, StoreError> {
        Ok(self.contexts.clone())
    }

    async fn list_events(
        &self,
        filter: &EventFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let fitting = self
            .events
            .iter()
            .filter(|event| before.is_none_or(|before| event.seq < before))
            .filter(|event| filter.about.is_none_or(|id| event.object == Some(id.to_string())))
            .filter(|event| filter.action.as_ref().is_none_or(|action| event.action == *action));
        Ok(fitting.take(limit as usize).cloned().collect())
    }

    async fn insert_sign_in(&self, _: &NewSignIn, _: &Event) -> Result<Found, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn end_sign_ins(&self, _: &Which, _: &End, _: &Event) -> Result<Vec<SignIn>, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn end_leaked_key(&self, _: &SecretHash, _: &End, _: &Event, _: &Event) -> Result<bool, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn change_key(&self, _: SignInId, _: &KeyChange, _: &Event) -> Result<Option<Found>, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn set_keys_paused(&self, _: &[SignInId], _: Option<&Pause>, _: &Event) -> Result<Vec<SignInId>, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn transfer_key(&self, _: SignInId, _: &NewOwner, _: &[Event]) -> Result<Option<Found>, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn put_refresh_token(&self, _: &RefreshToken) -> Result<(), StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn set_refresh_token_doubt(&self, _: PersonId, _: Option<Timestamp>) -> Result<(), StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn delete_refresh_token(&self, _: PersonId, _: &str) -> Result<bool, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn list_owners_to_ask(&self, _: Timestamp, _: Option<PersonId>, _: u32) -> Result<Vec<Owner>, StoreError> {
        unreachable!("{NOT_READ}")
    }

    async fn confirm_person(
        &self,
        _: PersonId,
        _: Option<&ProvenPerson>,
        _: Timestamp,
        _: Option<&Event>,
    ) -> Result<(), StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn set_person_gone(&self, _: &RefreshToken, _: Timestamp, _: &End, _: &Event) -> Result<bool, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn take_turn(&self, _: &str, _: Timestamp, _: Timestamp) -> Result<bool, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn end_old_secret(&self, _: SignInId, _: &SecretHash, _: &Event) -> Result<bool, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn find_key_uses(&self, _: SignInId, since: Day) -> Result<KeyUses, StoreError> {
        let mut uses = self.uses.clone();
        uses.days.retain(|day| day.day >= since);
        Ok(uses)
    }

    async fn record_uses(&self, _: &[Use]) -> Result<(), StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn save_session_data(&self, _: &SecretHash, _: &str) -> Result<bool, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn find_session_data(&self, _: &SecretHash) -> Result<Option<String>, StoreError> {
        unreachable!("{NOT_READ}")
    }

    async fn find_context(&self, name: &str) -> Result<Option<Context>, StoreError> {
        let found = self
            .contexts
            .iter()
            .find(|context| context.name.eq_ignore_ascii_case(name));
        Ok(found.cloned())
    }

    async fn insert_context(&self, _: &Context, _: &Event) -> Result<(), StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn update_context(&self, _: &Context, _: &Event) -> Result<bool, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn delete_context(&self, _: &str, _: &End, _: &Event) -> Result<Option<Vec<SignIn>>, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn list_app_clients(&self) -> Result<Vec<AppClient>, StoreError> {
        unreachable!("{NOT_READ}")
    }

    async fn find_app_client(&self, _: AppClientId) -> Result<Option<AppClient>, StoreError> {
        unreachable!("{NOT_READ}")
    }

    async fn insert_app_client(&self, _: &AppClient, _: &Event) -> Result<(), StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn update_app_client(&self, _: &AppClient, _: Option<&Event>) -> Result<bool, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn delete_app_client(&self, _: AppClientId, _: &Event) -> Result<bool, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn put_calendar(&self, _: PersonId, _: &SecretHash, _: Timestamp, _: &Event) -> Result<(), StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn find_calendar(&self, _: PersonId) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.calendar)
    }

    async fn find_calendar_owner(&self, _: &SecretHash) -> Result<Option<Person>, StoreError> {
        unreachable!("{NOT_READ}")
    }

    async fn delete_calendar(&self, _: PersonId, _: &Event) -> Result<bool, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn append_event(&self, _: &Event) -> Result<(), StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn insert_login_attempt(&self, _: &LoginAttempt, _: u32) -> Result<(), StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn take_login_attempt(&self, _: &SecretHash, _: &SecretHash) -> Result<Option<LoginAttempt>, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn remember_logout_token(&self, _: &LogoutToken) -> Result<bool, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn insert_device_login(&self, _: &DeviceLogin) -> Result<(), StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn look_up_device_login(
        &self,
        _: &SecretHash,
        _: (PersonId, SignInId),
        _: Timestamp,
        _: Timestamp,
        _: u32,
    ) -> Result<Looked, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn find_device_login(
        &self,
        id: DeviceLoginId,
        _: PersonId,
        now: Timestamp,
    ) -> Result<Option<DeviceLogin>, StoreError> {
        let fitting = self.device_logins.iter().find(|login| login.id == id);
        Ok(fitting.filter(|login| login.expires_at > now).cloned())
    }

    async fn decide_device_login(&self, _: DeviceLoginId, _: &Decision, _: &Event) -> Result<bool, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn poll_device_login(
        &self,
        _: &SecretHash,
        _: &SecretHash,
        _: Timestamp,
    ) -> Result<Option<Polled>, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn insert_key_warnings(&self, _: Timestamp) -> Result<(), StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn take_webhook_deliveries(
        &self,
        _: Timestamp,
        _: Timestamp,
        _: u32,
    ) -> Result<Vec<WebhookDelivery>, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn settle_webhook_delivery(&self, _: &WebhookDelivery, _: &Settled) -> Result<(), StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn sweep(&self, _: Timestamp) -> Result<(), StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn sweep_uses(&self, _: Day) -> Result<(), StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }
}
