//! Opening PostgreSQL.

use std::time::Duration;

use sqlx::{
    Connection as _, Executor as _, PgConnection, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{
    OpenError, chain,
    database::Pools,
    open::{SCHEMA_VERSION, known, refuse_newer},
};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/postgres");

/// Connections of one replica.
const CONNECTIONS: u32 = 16;

/// How long to wait for a connection.
const WAIT: Duration = Duration::from_secs(5);

/// How long to wait for what another transaction holds. Longer, and whoever asked has gone before there is an answer.
const LOCK_TIMEOUT: &str = "set lock_timeout = '5s'";

/// Opens the database.
pub(crate) async fn open(url: &str) -> Result<Pools, OpenError> {
    run_migrations(url).await?;
    let pools = Pools::Postgres(pool(url, CONNECTIONS).await?);
    chain::begin(&pools).await.map_err(OpenError::Audit)?;
    Ok(pools)
}

/// Opens the database for reading alone.
pub(crate) async fn open_to_read(url: &str) -> Result<Pools, OpenError> {
    let pool = pool(url, 1).await?;
    let found: Option<i64> = sqlx::query_scalar(SCHEMA_VERSION)
        .fetch_one(&pool)
        .await
        .map_err(OpenError::Unreachable)?;
    known(&MIGRATIONS, found)?;
    Ok(Pools::Postgres(pool))
}

/// Brings the schema up to date, as [`open`] does.
pub(crate) async fn migrate(url: &str) -> Result<(), OpenError> {
    open(url).await.map(|_| ())
}

async fn pool(url: &str, size: u32) -> Result<PgPool, OpenError> {
    PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(WAIT)
        .after_connect(|connection, _| Box::pin(async { connection.execute(LOCK_TIMEOUT).await.map(|_| ()) }))
        .connect_with(options(url)?)
        .await
        .map_err(OpenError::Unreachable)
}

/// Of several replicas that start at once one does it, and the others wait for it.
async fn run_migrations(url: &str) -> Result<(), OpenError> {
    // Not a connection of the pool: what fails half way keeps the lock of the migrations until it is closed.
    let mut connection = PgConnection::connect_with(&options(url)?)
        .await
        .map_err(OpenError::Unreachable)?;
    let migrated = MIGRATIONS.run(&mut connection).await;
    // The outcome of the migrations is what matters; the server frees a connection that is merely dropped.
    let _ = connection.close().await;
    migrated.map_err(|error| OpenError::migrating(&MIGRATIONS, error))
}

/// Connects, and reads the schema's version.
pub(crate) async fn check(url: &str) -> Result<(), OpenError> {
    let mut connection = PgConnection::connect_with(&options(url)?)
        .await
        .map_err(OpenError::Unreachable)?;
    // Without the table the database is new.
    let found = sqlx::query_scalar(SCHEMA_VERSION)
        .fetch_one(&mut connection)
        .await
        .unwrap_or_default();
    let _ = connection.close().await;
    refuse_newer(&MIGRATIONS, found)
}

fn options(url: &str) -> Result<PgConnectOptions, OpenError> {
    // sqlx takes any scheme for its own.
    let is_ours = ["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| url.starts_with(scheme));
    url.parse().ok().filter(|_| is_ours).ok_or(OpenError::Address)
}
