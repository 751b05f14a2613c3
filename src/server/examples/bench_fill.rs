//! Makes a database for `cargo xtask bench`: one person with so many keys, of which one can be used, and a browser session.
//!
//! Run as `bench_fill FILE COUNT [SPARE]`; prints the key that can be used, on a line of its own the session's id, and then
//! one line with id and key for each of so many spare keys: over HTTP one person may not make many in a minute.

use std::{
    env,
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result};
use flui_identity::{
    Client, Identity, Key, Policy, PresentedSecret, SecretHash,
    exchange::{ExchangeKey, VerifiedBearer},
    people::ProvenPerson,
    sign_ins::{CreateKey, GrantRequest, Proof},
};
use flui_model::{Kind, SignInId};
use flui_server::{SystemClock, SystemRandom};
use flui_store::{Database, NEW_SESSION, Sessions};
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use tower_sessions::Session;

/// As many keys like the real one as are wanted, each used once, whose secrets nobody knows.
const COPIES: &str = "
    with recursive copies(number) as (select 1 union all select number + 1 from copies where number < ?)
    insert into sign_ins (
        id, person_id, kind, name, name_folded, secret_hash, prefix, last_four, scopes, contexts, auth_time, amr,
        address, user_agent, request_id, created_at, expires_at, last_used_at, last_used_address
    )
    select
        randomblob(16), person_id, 'ci', 'Copy ' || number, 'copy ' || number, randomblob(32), prefix, last_four,
        scopes, contexts, auth_time, amr, address, user_agent, request_id, created_at, expires_at, created_at,
        '203.0.113.7'
    from (select * from sign_ins where kind <> 'browser' limit 1), copies";

#[tokio::main]
#[expect(clippy::print_stdout, reason = "key and session are what this is run for")]
async fn main() -> Result<()> {
    let usage = "usage: bench_fill FILE COUNT [SPARE]";
    let mut arguments = env::args().skip(1);
    let file = PathBuf::from(arguments.next().context(usage)?);
    let count: u32 = arguments.next().context(usage)?.parse().context(usage)?;
    let spare: u32 = arguments.next().map_or(Ok(0), |spare| spare.parse()).context(usage)?;
    let (key, session, spare) = sign_in(&file, spare).await?;
    copy_key(&file, count.saturating_sub(1)).await?;
    println!("{}\n{session}", key.expose());
    for (id, key) in spare {
        println!("{id} {}", key.expose());
    }
    Ok(())
}

/// Makes the database, the person, the one key as `flui auth login` does, and a session as the dashboard does.
async fn sign_in(file: &Path, spare: u32) -> Result<(Key, String, Vec<(SignInId, Key)>)> {
    let store = flui_store::open(&Database::Sqlite(file.to_owned())).await?;
    let identity = Identity::new(
        store.clone(),
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
        Policy::default(),
    );
    let now = identity.now();
    let person = ProvenPerson {
        issuer: "https://login.example.org".to_owned(),
        subject: "ada".to_owned(),
        name: Some("Ada Lovelace".to_owned()),
        email: Some("ada@example.org".to_owned()),
        email_verified: true,
        groups: Some(vec!["flui-admins".to_owned()]),
    };
    let proof = Proof {
        auth_time: Some(now),
        amr: vec!["pwd".to_owned(), "otp".to_owned()],
        ..Proof::default()
    };
    let bearer = VerifiedBearer {
        person: person.clone(),
        proof: proof.clone(),
        hash: SecretHash::of("the bearer of the bench"),
        expires_at: now + Policy::DEFAULT_KEY_AGE,
    };
    let everything = GrantRequest {
        unscoped: true,
        ..GrantRequest::default()
    };
    let wanted = ExchangeKey {
        name: "Bench".to_owned(),
        expires_at: None,
        grant: everything.clone(),
        context: None,
        networks: Vec::new(),
        machine: None,
        retry: None,
    };
    let client = Client {
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        user_agent: "bench".to_owned(),
        request_id: "bench".to_owned(),
    };
    let key = identity.exchange_key(bearer, wanted, &client).await?.key;
    let presented = PresentedSecret::Key(Key::parse(key.expose())?);
    let caller = identity.identify(&presented, &client).await?;
    let mut spare_keys = Vec::new();
    for number in 0..spare {
        let wanted = CreateKey {
            name: format!("Spare {number}"),
            kind: Kind::Ci,
            expires_at: None,
            grant: everything.clone(),
            context: None,
            networks: Vec::new(),
            retry: None,
        };
        let made = identity.create_key(&caller, wanted, &client).await?;
        spare_keys.push((made.found.sign_in.id, made.key));
    }
    let session = Session::new(None, Arc::new(Sessions::new(store, Arc::new(SystemClock))), None);
    session
        .insert(NEW_SESSION, identity.start_session(person, proof, &client).await?)
        .await?;
    session.save().await?;
    let id = session.id().context("the session has no id")?;
    Ok((key, id.to_string(), spare_keys))
}

async fn copy_key(file: &Path, count: u32) -> Result<()> {
    let mut database = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file)).await?;
    if count > 0 {
        sqlx::query(COPIES).bind(count).execute(&mut database).await?;
    }
    database.close().await?;
    Ok(())
}
