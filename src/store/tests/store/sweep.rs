//! The sweep after a flood: it takes all that it should, and nobody waits for it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use rstest::rstest;

use super::support::{Backend, Db, at, event};

/// What the sweep leaves of that which anybody may begin.
const MOST: i64 = 100_000;

/// Sign-ins that strangers began: first those whose time is over, then those that are still open.
async fn begin(db: &Db, over: u32, open: u32) {
    let (all, later) = (over + open, at(10_000).as_micros());
    let text = match db.database {
        flui_store::Database::Sqlite(_) => format!(
            "insert into login_attempts with recursive n(x) as (select 1 union all select x + 1 from n where x < {all}) \
             select cast(printf('%032d', x) as blob), cast(printf('%032d', x) as blob), '/', null, x, \
             case when x <= {over} then 1 else {later} end from n"
        ),
        flui_store::Database::Postgres(_) => format!(
            "insert into login_attempts select decode(lpad(x::text, 64, '0'), 'hex'), \
             decode(lpad(x::text, 64, '0'), 'hex'), '/', null, x, case when x <= {over} then 1 else {later} end \
             from generate_series(1, {all}) x"
        ),
    };
    assert_eq!(db.sql(&text).await.unwrap(), u64::from(all));
}

/// Sweeps while somebody writes without pause. Gives how often they did, and the longest that a write took.
async fn sweep_beside_a_writer(db: &Db) -> (u32, Duration) {
    let done = Arc::new(AtomicBool::new(false));
    let (store, stop) = (Arc::clone(db.store()), Arc::clone(&done));
    let writer = tokio::spawn(async move {
        let (mut writes, mut longest) = (0, Duration::ZERO);
        while !stop.load(Ordering::SeqCst) {
            let began = Instant::now();
            store.append_event(&event()).await.unwrap();
            (writes, longest) = (writes + 1, longest.max(began.elapsed()));
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        (writes, longest)
    });
    db.store().sweep(at(600)).await.unwrap();
    done.store(true, Ordering::SeqCst);
    writer.await.unwrap()
}

async fn check(db: &Db, over: u32, open: u32) {
    begin(db, over, open).await;
    let (writes, longest) = sweep_beside_a_writer(db).await;
    assert!(writes > 10, "{writes} writes passed");
    assert!(longest < Duration::from_secs(1), "{longest:?}");
    assert_eq!(db.count("login_attempts").await, MOST);
    let newest = i64::from(over + open) - MOST;
    assert_eq!(
        db.count(&format!("login_attempts where created_at > {newest}")).await,
        MOST
    );
}

#[tokio::test]
async fn d7_a_million_sign_ins_that_were_begun_are_swept_and_no_writer_waits_on_sqlite() {
    let db = Db::new(Backend::Sqlite).await;
    check(&db, 880_000, 120_000).await;
}

#[tokio::test]
async fn d7_sign_ins_that_were_begun_are_swept_and_no_writer_waits_on_postgresql() {
    let db = Db::new(Backend::Postgres).await;
    check(&db, 30_000, 110_000).await;
}

/// PostgreSQL tells how many rows each transaction of the sweep takes; the code is the same for both.
#[tokio::test]
async fn d7_the_sweep_takes_a_thousand_rows_in_one_transaction_at_most() {
    let db = Db::new(Backend::Postgres).await;
    begin(&db, 12_345, 0).await;
    for text in [
        "create table taken (tx bigint not null, amount bigint not null)",
        "create function note_taken() returns trigger language plpgsql as $$ begin \
         insert into taken select txid_current(), count(*) from gone; return null; end $$",
        "create trigger note_taken after delete on login_attempts referencing old table as gone \
         for each statement execute function note_taken()",
    ] {
        db.sql(text).await.unwrap();
    }
    db.store().sweep(at(600)).await.unwrap();
    assert_eq!(db.count("login_attempts").await, 0);
    let sums = "(select sum(amount) as amount from taken group by tx) t";
    assert_eq!(db.count(&format!("{sums} where amount = 1000")).await, 12);
    assert_eq!(db.count(&format!("{sums} where amount > 1000")).await, 0);
}

#[rstest]
#[tokio::test]
async fn d7_of_device_logins_the_newest_stay(#[values(Backend::Sqlite, Backend::Postgres)] on: Backend) {
    let db = Db::new(on).await;
    let (later, most) = (at(10_000).as_micros(), MOST);
    let columns = "(id, device_code, user_code, challenge, key_name, machine_name, machine_os, address, user_agent, \
                   request_id, created_at, expires_at, interval_seconds, next_poll_at)";
    let (rows, blob) = match on {
        Backend::Sqlite => ("n where x <= 100500", "cast(printf('%032d', x) as blob)"),
        Backend::Postgres => ("generate_series(1, 100500) x", "decode(lpad(x::text, 64, '0'), 'hex')"),
    };
    let numbers = match on {
        Backend::Sqlite => "with recursive n(x) as (select 1 union all select x + 1 from n where x < 100500)",
        Backend::Postgres => "",
    };
    let fill = format!(
        "insert into device_logins {columns} {numbers} select {blob}, {blob}, {blob}, {blob}, 'k', 'm', 'linux', '::1', \
         '', 'r', x, {later}, 5, 0 from {rows}"
    );
    assert_eq!(db.sql(&fill).await.unwrap(), 100_500);
    db.store().sweep(at(600)).await.unwrap();
    assert_eq!(db.count("device_logins").await, most);
    assert_eq!(db.count("device_logins where created_at > 500").await, most);
}
