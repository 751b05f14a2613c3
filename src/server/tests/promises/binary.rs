use std::{net::SocketAddr, process::Stdio, sync::LazyLock, time::Duration};

use flui_hostile::{Fault, Installation};
use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};
use url::Url;

static PUBLIC_URL: LazyLock<Url> = LazyLock::new(|| "https://app.example.org".parse().unwrap());

/// The binary as a process of its own, on an SQLite database of its own.
pub(crate) struct Binary;

/// Killed when it is dropped.
pub(crate) struct Running {
    _child: Child,
    folder: TempDir,
}

impl Installation for Binary {
    type Running = Running;

    fn public_url(&self) -> &Url {
        let _ = rustls::crypto::ring::default_provider().install_default();
        &PUBLIC_URL
    }

    fn client_id(&self) -> &'static str {
        "flui-dashboard"
    }

    fn cli_client_id(&self) -> &'static str {
        "flui-cli"
    }

    async fn start(&self, issuer: &str, client_secret: &str) -> Result<(SocketAddr, Running), Fault> {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        std::fs::create_dir_all(site.join("pkg")).unwrap();
        let manifest = r#"{"outputName":"flui-test","css":"/pkg/flui-test.css"}"#;
        std::fs::write(site.join("assets.json"), manifest).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_flui-dashboard"))
            .arg("serve")
            .env_clear()
            .current_dir(folder.path())
            .env("FLUI_PUBLIC_URL", PUBLIC_URL.as_str())
            .env("FLUI_LISTEN", "127.0.0.1:0")
            .env("FLUI_STATE_DIR", folder.path())
            .env("FLUI_SITE_DIR", &site)
            .env("FLUI_OIDC_ISSUER", issuer)
            .env("FLUI_OIDC_CLIENT_ID", self.client_id())
            .env("FLUI_OIDC_CLIENT_SECRET", client_secret)
            .env("FLUI_OIDC_CLI_CLIENT_ID", self.cli_client_id())
            .env("FLUI_ADMIN_ROLES", "flui-admins")
            .env("FLUI_TRUSTED_PROXIES", "127.0.0.1/32")
            .env("FLUI_LOG", "json")
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = tokio::time::timeout(Duration::from_secs(30), async {
            while let Some(line) = log.next_line().await.unwrap() {
                let line: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
                if line["fields"]["message"] == "serving" {
                    return line["fields"]["address"].as_str().unwrap().parse().unwrap();
                }
            }
            panic!("it ended before it served");
        });
        let address: SocketAddr = address.await.expect("it serves within 30 seconds");
        // A full pipe would hold it up.
        tokio::spawn(async move { while let Ok(Some(_)) = log.next_line().await {} });
        Ok((address, Running { _child: child, folder }))
    }

    async fn rows(&self, running: &Running) -> Result<Vec<i64>, Fault> {
        let options = SqliteConnectOptions::new()
            .filename(running.folder.path().join("flui.db"))
            .read_only(true);
        let mut database = SqliteConnection::connect_with(&options).await.unwrap();
        let counts = "select (select count(*) from people), (select count(*) from sign_ins), \
                      (select count(*) from spent_bearers), (select count(*) from logout_tokens)";
        let row = sqlx::query(counts).fetch_one(&mut database).await.unwrap();
        Ok((0..4).map(|column| row.get(column)).collect())
    }

    async fn stop(&self, running: Running) {
        drop(running);
    }
}
