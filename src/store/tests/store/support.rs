//! A database of one test, and the values that tests put into it.

use std::{
    borrow::Borrow,
    env,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use flui_identity::{
    Client, Clock, Random, SecretHash, Store,
    audit::{Action, Event, EventFilter, RecordedEvent},
    people::ProvenPerson,
    sign_ins::{End, EndReason, Filter, Found, Grant, NewSignIn, Proof, SignIn},
};
use flui_model::{Kind, PersonId, SignInId, Timestamp, api_keys::Machine};
use flui_store::{Database, open, open_with_webhook};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};
use tempfile::TempDir;
use uuid::Uuid;

pub const ISSUER: &str = "https://id.example";

/// The databases of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// An empty database that goes when this is dropped.
pub struct Db {
    pub database: Database,
    store: Option<Arc<dyn Store>>,
    _folder: TempDir,
}

impl Db {
    pub async fn new(backend: Backend) -> Self {
        let mut db = Self::unopened(backend).await;
        db.open().await;
        db
    }

    /// A database of an installation with a webhook.
    pub async fn with_webhook(backend: Backend) -> Self {
        let mut db = Self::unopened(backend).await;
        db.store = Some(open_with_webhook(&db.database).await.unwrap());
        db
    }

    /// The place of a database that no store has opened yet.
    pub async fn unopened(backend: Backend) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = match backend {
            Backend::Sqlite => Database::Sqlite(folder.path().join("data").join("flui.db")),
            Backend::Postgres => {
                let name = format!(
                    "flui_test_{}",
                    Uuid::from_u128(u128::from(next()) << 64 | random()).simple()
                );
                let mut server = PgConnection::connect(&server_url()).await.unwrap();
                let create = format!("create database {name} encoding 'UTF8' template template0");
                server.execute(AssertSqlSafe(create)).await.unwrap();
                let (server, _) = server_url()
                    .rsplit_once('/')
                    .map(|(a, b)| (a.to_owned(), b.to_owned()))
                    .unwrap();
                Database::Postgres(format!("{server}/{name}"))
            }
        };
        Self {
            database,
            store: None,
            _folder: folder,
        }
    }

    pub async fn open(&mut self) {
        self.store = Some(open(&self.database).await.unwrap());
    }

    pub fn close(&mut self) {
        self.store = None;
    }

    pub fn store(&self) -> &Arc<dyn Store> {
        self.store.as_ref().unwrap()
    }

    pub fn path(&self) -> &PathBuf {
        match &self.database {
            Database::Sqlite(path) => path,
            Database::Postgres(_) => panic!("PostgreSQL has no file"),
        }
    }

    /// Runs SQL behind the store's back.
    pub async fn sql(&self, text: &str) -> Result<u64, sqlx::Error> {
        Ok(match &self.database {
            Database::Sqlite(path) => {
                let mut connection = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await?;
                connection.execute(AssertSqlSafe(text)).await?.rows_affected()
            }
            Database::Postgres(url) => {
                let mut connection = PgConnection::connect(url).await?;
                connection.execute(AssertSqlSafe(text)).await?.rows_affected()
            }
        })
    }

    /// How many rows stand in a table.
    pub async fn count(&self, table: &str) -> i64 {
        let text = AssertSqlSafe(format!("select count(*) from {table}"));
        match &self.database {
            Database::Sqlite(path) => {
                let url = format!("sqlite://{}", path.display());
                sqlx::query_scalar(text)
                    .fetch_one(&mut SqliteConnection::connect(&url).await.unwrap())
                    .await
            }
            Database::Postgres(url) => {
                sqlx::query_scalar(text)
                    .fetch_one(&mut PgConnection::connect(url).await.unwrap())
                    .await
            }
        }
        .unwrap()
    }

    /// The whole audit log, oldest first.
    pub async fn events(&self) -> Vec<RecordedEvent> {
        let mut events = self
            .store()
            .list_events(&EventFilter::default(), None, 10_000)
            .await
            .unwrap();
        events.reverse();
        events
    }

    pub async fn insert(&self, new: &NewSignIn) -> Found {
        self.store().insert_sign_in(new, &began(new)).await.unwrap()
    }
}

impl Drop for Db {
    fn drop(&mut self) {
        let Database::Postgres(url) = &self.database else {
            return;
        };
        let name = url.rsplit_once('/').unwrap().1.to_owned();
        let drop_it = move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let mut server = PgConnection::connect(&server_url()).await.unwrap();
                server
                    .execute(AssertSqlSafe(format!("drop database {name} with (force)")))
                    .await
                    .unwrap();
            });
        };
        std::thread::spawn(drop_it).join().unwrap();
    }
}

pub fn server_url() -> String {
    env::var("FLUI_TEST_DATABASE_URL").expect(
        "run the tests by `cargo xtask test`, which starts a PostgreSQL server, or name one whose user may create \
         databases in FLUI_TEST_DATABASE_URL, as postgres://user:password@host/postgres",
    )
}

fn random() -> u128 {
    use std::hash::{BuildHasher as _, RandomState};
    u128::from(RandomState::new().hash_one(std::process::id()))
}

/// A clock that stands still until it is moved.
pub struct TestClock(AtomicU64);

impl TestClock {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(0)))
    }

    pub fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        at(self.0.load(Ordering::SeqCst))
    }
}

/// Chance that never gives the same twice.
pub struct Counting;

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
        let number = next().to_be_bytes();
        bytes[..8].copy_from_slice(&number);
    }
}

/// A number that no other value of this run has; rises.
pub fn next() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::SeqCst)
}

/// So many seconds into the test.
pub fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(1_764_000_000) + Duration::from_secs(seconds)
}

/// Ids rise like those of real life, which begin with the time.
pub fn sign_in_id() -> SignInId {
    SignInId::from_uuid(Uuid::from_u128(u128::from(next())))
}

pub fn person_id() -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(u128::from(next())))
}

pub fn secret() -> SecretHash {
    SecretHash::of(&format!("secret {}", next()))
}

pub fn client() -> Client {
    Client {
        address: "2001:db8::7".parse().unwrap(),
        user_agent: "Firefox \u{1F98A} \"quoted\"".to_owned(),
        request_id: "req-1".to_owned(),
    }
}

pub fn proven(subject: &str) -> ProvenPerson {
    ProvenPerson {
        issuer: ISSUER.to_owned(),
        subject: subject.to_owned(),
        name: Some(format!("Name of {subject}")),
        email: Some(format!("{subject}@example.org")),
        email_verified: true,
        groups: Some(vec!["staff".to_owned(), "ops \"x\"".to_owned()]),
    }
}

/// A browser session that the provider just proved.
pub fn browser(subject: &str) -> NewSignIn {
    let sign_in = SignIn {
        id: sign_in_id(),
        person_id: person_id(),
        kind: Kind::Browser,
        name: "Firefox on Linux".to_owned(),
        secret_hash: secret(),
        prefix: String::new(),
        last_four: String::new(),
        grant: Grant::Unscoped,
        contexts: Vec::new(),
        networks: Vec::new(),
        proof: Proof {
            auth_time: Some(at(0)),
            amr: vec!["pwd".to_owned(), "otp".to_owned()],
            acr: None,
            provider_sid: None,
        },
        client: client(),
        machine: None,
        made_by: None,
        created_at: at(0),
        last_used: None,
        expires_at: at(12 * 3600),
        rotated_at: None,
        overlap: None,
        paused: None,
        ended: None,
    };
    NewSignIn {
        sign_in,
        seen: Some(proven(subject)),
        spent_bearer: None,
        keep_at_most: None,
        request: None,
        unused_until: None,
    }
}

/// A CI key of a person who is known already.
pub fn key(person: PersonId, name: &str) -> NewSignIn {
    let mut new = browser("");
    new.seen = None;
    new.sign_in.person_id = person;
    new.sign_in.kind = Kind::Ci;
    name.clone_into(&mut new.sign_in.name);
    "flui_ci_ab".clone_into(&mut new.sign_in.prefix);
    "wxyz".clone_into(&mut new.sign_in.last_four);
    new
}

/// A workstation key that was exchanged on a machine.
pub fn workstation(subject: &str, machine: &str) -> NewSignIn {
    let mut new = browser(subject);
    new.sign_in.kind = Kind::Workstation;
    new.sign_in.machine = Some(Machine {
        name: machine.to_owned(),
        os: "linux".to_owned(),
    });
    new
}

/// The event of a beginning.
pub fn began(new: &NewSignIn) -> Event {
    let mut event = Event::new(new.sign_in.created_at, Action::SignInStarted, Some(&client())).about(&new.sign_in);
    event.actor = Some(new.sign_in.person_id);
    event.sign_in = Some(new.sign_in.id);
    event
}

/// An event about nothing yet.
pub fn event() -> Event {
    Event::new(at(0), Action::KeyRevoked, Some(&client()))
}

pub fn end(seconds: u64, reason: EndReason) -> End {
    End {
        at: at(seconds),
        by: None,
        reason,
    }
}

/// A filter for one person's sign-ins.
pub fn of(person: PersonId) -> Filter {
    Filter {
        person: Some(person),
        ..Filter::default()
    }
}

pub fn ids(found: &[impl Borrow<Found>]) -> Vec<SignInId> {
    found.iter().map(|found| found.borrow().sign_in.id).collect()
}
