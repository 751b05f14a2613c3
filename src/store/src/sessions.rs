use std::{collections::HashMap, fmt, sync::Arc};

use async_trait::async_trait;
use flui_identity::{
    Clock, SecretHash, Store, StoreError,
    audit::{Action, Event},
    sign_ins::{End, EndReason, Found, NewSession, Which},
};
use flui_model::{Kind, api_keys::KeyState};
use serde_json::Value;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// Where in the data of a new session the act of signing in puts its serialised [`NewSession`].
pub const NEW_SESSION: &str = "sign_in";

/// How many ids to try. Two of 128 random bits never meet; more tries than one are for a broken source of chance.
const TRIES: u32 = 8;

/// The session store: a session is a browser sign-in, and its id is the sign-in's secret.
///
/// - A session begins with a [`NewSession`] in its data. Without one nothing is written, so that visitors who are not
///   signed in leave no row.
/// - Saving only ever updates: a request that was under way while its session ended cannot bring the session back.
/// - The database holds a hash of the id.
#[derive(Clone)]
pub struct Sessions {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl Sessions {
    /// Keeps sessions in this store.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// The browser sign-in with this session id, live or over.
    async fn find(&self, hash: &SecretHash) -> Result<Option<Arc<Found>>> {
        let found = self.store.find_by_secret(hash).await.map_err(backend)?;
        Ok(found.filter(|found| found.sign_in.kind == Kind::Browser))
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let Some(new) = record.data.remove(NEW_SESSION) else {
            return Err(Error::Backend("a session begins with a sign-in".to_owned()));
        };
        let new: NewSession = serde_json::from_value(new).map_err(|error| Error::Decode(error.to_string()))?;
        record.expiry_date = new.expires_at().into();
        let data = write_data(&record.data)?;
        for _ in 0..TRIES {
            let hash = hash_of(&record.id);
            let (sign_in, event) = new.clone().with_secret(hash);
            match self.store.insert_sign_in(&sign_in, &event).await {
                Ok(_) if data.is_empty() => return Ok(()),
                Ok(_) => {
                    return self
                        .store
                        .save_session_data(&hash, &data)
                        .await
                        .map(|_| ())
                        .map_err(backend);
                }
                Err(StoreError::Taken) => record.id = Id::default(),
                Err(error) => return Err(backend(error)),
            }
        }
        Err(Error::Backend("no free session id was found".to_owned()))
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = write_data(&record.data)?;
        // No such session: it ended while the request was under way, and stays ended.
        self.store
            .save_session_data(&hash_of(&record.id), &data)
            .await
            .map(|_| ())
            .map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let hash = hash_of(id);
        let live = |found: &Arc<Found>| found.sign_in.state(self.clock.now()) == KeyState::Live;
        let Some(found) = self.find(&hash).await?.filter(live) else {
            return Ok(None);
        };
        let Some(data) = self.store.find_session_data(&hash).await.map_err(backend)? else {
            return Ok(None);
        };
        Ok(Some(Record {
            id: *id,
            data: read_data(&data)?,
            expiry_date: found.sign_in.expires_at.into(),
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let Some(found) = self.find(&hash_of(id)).await? else {
            return Ok(());
        };
        let now = self.clock.now();
        let end = End {
            at: now,
            by: Some(found.person.id),
            reason: EndReason::SignedOut,
        };
        let mut event = Event::new(now, Action::SignInEnded, None);
        event.actor = Some(found.person.id);
        event.sign_in = Some(found.sign_in.id);
        let which = Which::Ids(vec![found.sign_in.id]);
        self.store
            .end_sign_ins(&which, &end, &event)
            .await
            .map(|_| ())
            .map_err(backend)
    }
}

/// The hash of the id in the form in which the cookie carries it.
fn hash_of(id: &Id) -> SecretHash {
    SecretHash::of(&id.to_string())
}

/// The data as text; empty when there is none. The sign-in itself stands in columns.
fn write_data(data: &HashMap<String, Value>) -> Result<String> {
    let data: HashMap<&String, &Value> = data.iter().filter(|(key, _)| *key != NEW_SESSION).collect();
    if data.is_empty() {
        return Ok(String::new());
    }
    serde_json::to_string(&data).map_err(|error| Error::Encode(error.to_string()))
}

fn read_data(text: &str) -> Result<HashMap<String, Value>> {
    if text.is_empty() {
        return Ok(HashMap::new());
    }
    serde_json::from_str(text).map_err(|error| Error::Decode(error.to_string()))
}

fn backend(error: StoreError) -> Error {
    let sentence = error.to_string();
    if let StoreError::Unavailable(cause) = error {
        tracing::warn!(error = cause, "the session store cannot reach the database");
    }
    Error::Backend(sentence)
}
