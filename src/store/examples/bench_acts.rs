//! Measures how many acts a second a database takes: sign-ins that begin and end, each with its audit event.
//!
//! Run as `bench_acts DATABASE [AT_ONCE]`, where the database is a file that is not there yet, or an empty one of
//! PostgreSQL by its address.

use std::{
    env,
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use flui_identity::{
    Client, SecretHash, Store,
    audit::{Action, Event},
    people::ProvenPerson,
    sign_ins::{End, EndReason, Grant, NewSignIn, Proof, SignIn, Which},
};
use flui_model::{Kind, PersonId, SignInId, Timestamp};
use flui_store::Database;
use uuid::Uuid;

/// How long is measured.
const SPAN: Duration = Duration::from_secs(5);

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the figure is what this is run for")]
async fn main() -> Outcome {
    let usage = "usage: bench_acts DATABASE [AT_ONCE]";
    let mut arguments = env::args().skip(1);
    let database = arguments.next().ok_or(usage)?;
    let at_once: u64 = arguments.next().map_or(Ok(16), |count| count.parse())?;
    let database = if database.starts_with("postgres") {
        Database::Postgres(database)
    } else {
        Database::Sqlite(database.into())
    };
    let store = flui_store::open(&database).await?;
    let acts = Arc::new(AtomicU64::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    let began = Instant::now();
    let running: Vec<_> = (0..at_once)
        .map(|person| tokio::spawn(work(store.clone(), person, acts.clone(), stop.clone())))
        .collect();
    tokio::time::sleep(SPAN).await;
    stop.store(true, Ordering::SeqCst);
    for one in running {
        one.await??;
    }
    let rate = u128::from(acts.load(Ordering::SeqCst)) * 1_000 / began.elapsed().as_millis();
    println!("{rate} acts a second, {at_once} at once");
    Ok(())
}

/// One person, who signs in and out.
async fn work(store: Arc<dyn Store>, person: u64, acts: Arc<AtomicU64>, stop: Arc<AtomicBool>) -> Outcome {
    let person_id = PersonId::from_uuid(Uuid::from_u128(u128::from(person) + 1));
    let mut number = 0;
    while !stop.load(Ordering::SeqCst) {
        number += 1;
        let new = sign_in(person, person_id, number);
        let event = Event::new(new.sign_in.created_at, Action::SignInStarted, Some(&new.sign_in.client));
        let id = store
            .insert_sign_in(&new, &event.clone().about(&new.sign_in))
            .await?
            .sign_in
            .id;
        let end = End {
            at: new.sign_in.created_at,
            by: None,
            reason: EndReason::SignedOut,
        };
        store.end_sign_ins(&Which::Ids(vec![id]), &end, &event).await?;
        acts.fetch_add(2, Ordering::SeqCst);
    }
    Ok(())
}

fn sign_in(person: u64, person_id: PersonId, number: u64) -> NewSignIn {
    let now = Timestamp::from_seconds(1_764_000_000);
    let sign_in = SignIn {
        id: SignInId::from_uuid(Uuid::from_u128(u128::from(person) << 64 | u128::from(number))),
        person_id,
        kind: Kind::Browser,
        name: "Firefox on Linux".to_owned(),
        secret_hash: SecretHash::of(&format!("{person} {number}")),
        prefix: String::new(),
        last_four: String::new(),
        grant: Grant::Unscoped,
        contexts: Vec::new(),
        networks: Vec::new(),
        paused: None,
        proof: Proof {
            auth_time: Some(now),
            amr: vec!["pwd".to_owned()],
            acr: None,
            provider_sid: None,
        },
        client: Client {
            address: std::net::Ipv4Addr::LOCALHOST.into(),
            user_agent: "Firefox".to_owned(),
            request_id: "request".to_owned(),
        },
        machine: None,
        made_by: None,
        created_at: now,
        last_used: None,
        expires_at: now + Duration::from_hours(12),
        rotated_at: None,
        overlap: None,
        ended: None,
    };
    let seen = ProvenPerson {
        issuer: "https://id.example".to_owned(),
        subject: person.to_string(),
        name: None,
        email: None,
        email_verified: false,
        groups: None,
    };
    NewSignIn {
        sign_in,
        seen: Some(seen),
        spent_bearer: None,
        keep_at_most: None,
        request: None,
        unused_until: None,
    }
}
