use sqlx::{Connection, Executor, PgConnection};

/// Makes a database of its own on the PostgreSQL server that `FLUI_TEST_DATABASE_URL` names, and gives its address.
///
/// The server is temporary when `cargo xtask test` started it, so nothing is cleaned up.
pub async fn postgres_database() -> String {
    let server = std::env::var("FLUI_TEST_DATABASE_URL")
        .expect("run cargo xtask test, which starts PostgreSQL, or let FLUI_TEST_DATABASE_URL name a server");
    let unique = std::time::UNIX_EPOCH
        .elapsed()
        .expect("the clock stands after 1970")
        .as_nanos();
    let name = format!("flui_server_{unique}_{}", std::process::id());
    let mut connection = PgConnection::connect(&server).await.expect("PostgreSQL answers");
    // The name is made of digits above, so it needs no quoting.
    let create = sqlx::AssertSqlSafe(format!("create database {name}"));
    connection.execute(create).await.expect("a database can be made");
    let mut url = url::Url::parse(&server).expect("an address");
    url.set_path(&name);
    url.into()
}
