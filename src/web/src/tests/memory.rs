//! A store that holds what pages read. They write nothing.

use std::sync::Arc;

use async_trait::async_trait;
use flui_identity::{
    SecretHash, Store, StoreError,
    audit::{Event, EventFilter, RecordedEvent},
    contexts::Context,
    logins::{LoginAttempt, LogoutToken},
    people::Person,
    sign_ins::{Cursor, End, Filter, Found, LiveCount, NewSignIn, SignIn, Use, Which},
};
use flui_model::{PersonId, SignInId, Timestamp, api_keys::KeyState};

pub(super) struct Memory {
    pub(super) person: Person,
    pub(super) sign_ins: Vec<SignIn>,
    pub(super) contexts: Vec<Context>,
    pub(super) events: Vec<RecordedEvent>,
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

    async fn find_person(&self, _: PersonId) -> Result<Option<Person>, StoreError> {
        unreachable!("{NOT_READ}")
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
            .filter(|sign_in| filter.state.is_none_or(|state| sign_in.state(now) == state))
            .filter(|sign_in| filter.text.as_ref().is_none_or(|text| sign_in.name.contains(text)))
            .filter(|sign_in| cursor.is_none_or(|cursor| sign_in.id < cursor.id))
            .collect();
        fitting.sort_by_key(|sign_in| (sign_in.state(now) != KeyState::Live, std::cmp::Reverse(sign_in.id)));
        let rows = fitting.into_iter().take(limit as usize);
        Ok(rows.map(|sign_in| self.found(sign_in)).collect())
    }

    async fn count_live(&self, _: Timestamp) -> Result<Vec<LiveCount>, StoreError> {
        unreachable!("{NOT_READ}")
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
            .filter(|event| filter.action.as_ref().is_none_or(|action| event.action == *action));
        Ok(fitting.take(limit as usize).cloned().collect())
    }

    async fn insert_sign_in(&self, _: &NewSignIn, _: &Event) -> Result<Found, StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn end_sign_ins(&self, _: &Which, _: &End, _: &Event) -> Result<Vec<SignIn>, StoreError> {
        unreachable!("{NOT_WRITTEN}")
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

    async fn find_context(&self, _: &str) -> Result<Option<Context>, StoreError> {
        unreachable!("{NOT_READ}")
    }

    async fn insert_context(&self, _: &Context, _: &Event) -> Result<(), StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }

    async fn delete_context(&self, _: &str, _: &Event) -> Result<bool, StoreError> {
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

    async fn sweep(&self, _: Timestamp) -> Result<(), StoreError> {
        unreachable!("{NOT_WRITTEN}")
    }
}
