//! Whether a context can be reached, asked at an installation on https whose certificate and clock the tests make.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use flui_devidp::Options;
use flui_identity::Clock as _;
use flui_model::Timestamp;
use flui_server::SystemClock;
use flui_testkit::{Browser, TestApp};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::{ServerConfig, ServerConnection, pki_types::PrivatePkcs8KeyDer};
use serde_json::Value;
use tempfile::TempDir;

const DAY: Duration = Duration::from_hours(24);
const ALLOWED: (&str, &str) = ("FLUI_OUTBOUND_ALLOW_PRIVATE", "127.0.0.0/8");

/// An installation elsewhere.
struct Elsewhere {
    url: String,
    /// Its certificate, for whoever trusts it.
    ca_file: PathBuf,
    calls: Arc<AtomicU32>,
    _folder: TempDir,
}

impl Elsewhere {
    /// Its certificate ends with that day, and its clock is ahead by so many seconds. It answers for the API, and sends
    /// whoever asks for the provider's document elsewhere.
    fn start(certificate_ends: Timestamp, ahead: u64) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        params.not_before = date_time_ymd(2020, 1, 1);
        let date = certificate_ends.to_date();
        let parts: Vec<u16> = date.split('-').map(|part| part.parse().unwrap()).collect();
        let small = |part: u16| u8::try_from(part).unwrap();
        params.not_after = date_time_ymd(i32::from(parts[0]), small(parts[1]), small(parts[2]));
        let certificate = params.self_signed(&key).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let ca_file = folder.path().join("ca.pem");
        std::fs::write(&ca_file, certificate.pem()).unwrap();
        let private = PrivatePkcs8KeyDer::from(key.serialize_der());
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private.into())
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let calls = Arc::new(AtomicU32::new(0));
        let counted = calls.clone();
        let config = Arc::new(config);
        thread::spawn(move || {
            for stream in listener.incoming() {
                counted.fetch_add(1, Ordering::SeqCst);
                serve(stream.unwrap(), config.clone(), ahead);
            }
        });
        Self {
            url,
            ca_file,
            calls,
            _folder: folder,
        }
    }

    fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }
}

fn serve(mut socket: TcpStream, config: Arc<ServerConfig>, ahead: u64) {
    let mut connection = ServerConnection::new(config).unwrap();
    let mut stream = rustls::Stream::new(&mut connection, &mut socket);
    let mut heard = [0; 4096];
    // Whoever does not trust the certificate goes away during the handshake.
    let Ok(length) = stream.read(&mut heard) else { return };
    let heard = String::from_utf8_lossy(&heard[..length]).into_owned();
    assert!(
        !heard.to_lowercase().contains("authorization"),
        "no key is sent along: {heard}"
    );
    let status = if heard.starts_with("GET /api/v1/auth/config ") {
        "200 OK"
    } else {
        "302 Found\r\nlocation: /api/v1/auth/config"
    };
    let date = httpdate::fmt_http_date(std::time::UNIX_EPOCH + seconds(SystemClock.now()) + Duration::from_secs(ahead));
    let answer = format!("HTTP/1.1 {status}\r\ndate: {date}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let _ = stream.write_all(answer.as_bytes());
    let _ = stream.flush();
}

fn seconds(at: Timestamp) -> Duration {
    Duration::from_secs(u64::try_from(at.as_seconds()).unwrap())
}

/// A dashboard whose context `prod` is that installation, and an administrator.
async fn with_context(elsewhere: &Elsewhere, settings: &[(&str, &str)]) -> (TestApp, Browser) {
    let ca_file = elsewhere.ca_file.display().to_string();
    let mut all = vec![("FLUI_OIDC_CA_FILE", ca_file.as_str())];
    all.extend_from_slice(settings);
    let app = TestApp::start_with(&all, Options::default()).await;
    let ada = app.browser();
    ada.sign_in("ada").await;
    let issuer = format!("{}/", elsewhere.url);
    let fields = [
        ("name", "prod"),
        ("api_url", elsewhere.url.as_str()),
        ("issuer", issuer.as_str()),
        ("colour", "red"),
    ];
    assert_eq!(ada.post("/contexts/new", &fields).await.status(), 303);
    (app, ada)
}

#[tokio::test]
async fn an_admin_sees_status_certificate_and_clock_of_a_context() {
    let elsewhere = Elsewhere::start(SystemClock.now() + DAY * 21, 95);
    let (app, ada) = with_context(&elsewhere, &[ALLOWED]).await;
    let page = ada.get("/contexts/prod").await.text().await.unwrap();
    assert!(page.contains("action=\"/contexts/prod/check\"") && page.contains("Check reachability"));
    let before = ada.get("/contexts/prod/check").await.text().await.unwrap();
    assert!(before.contains("Check reachability") && !before.contains("HTTP 200"));
    assert_eq!(elsewhere.calls(), 0, "looking at the page asks nobody");

    // What a request brings along is not called.
    let answer = ada
        .post(
            "/contexts/prod/check",
            &[("api_url", "https://127.0.0.1:1"), ("issuer", "https://127.0.0.1:1")],
        )
        .await;
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.unwrap();
    for part in [
        "HTTP 200",
        "HTTP 302",
        "20 days left",
        &format!("{}/api/v1/auth/config", elsewhere.url),
        &format!("{}/.well-known/openid-configuration", elsewhere.url),
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(
        [93, 94, 95]
            .iter()
            .any(|ahead| page.contains(&format!("{ahead} s ahead"))),
        "{page}"
    );
    assert_eq!(elsewhere.calls(), 2, "a redirect is not followed");
    let rows = crate::audit(&app).await;
    let checked = |row: &&Value| row["action"] == "context.checked" && row["outcome"] == "done";
    let checked: Vec<_> = rows.iter().filter(checked).collect();
    assert_eq!((checked.len(), &checked[0]["objectName"]), (1, &"prod".into()));
}

#[tokio::test]
async fn private_addresses_are_not_called_unless_the_operator_allows_them() {
    let elsewhere = Elsewhere::start(SystemClock.now() + DAY * 90, 0);
    let (_app, ada) = with_context(&elsewhere, &[]).await;
    let page = ada.post("/contexts/prod/check", &[]).await.text().await.unwrap();
    assert_eq!(page.matches("127.0.0.1 is not a public address").count(), 2, "{page}");
    assert_eq!(elsewhere.calls(), 0);
    let (_app, ada) = with_context(&elsewhere, &[ALLOWED]).await;
    let page = ada.post("/contexts/prod/check", &[]).await.text().await.unwrap();
    assert!(page.contains("HTTP 200") && page.contains("As here"), "{page}");
    assert_eq!(elsewhere.calls(), 2);
}

#[tokio::test]
async fn what_is_wrong_with_an_address_is_said_in_words() {
    let over = Elsewhere::start(SystemClock.now() - DAY * 3, 0);
    let (_app, ada) = with_context(&over, &[ALLOWED]).await;
    let page = ada.post("/contexts/prod/check", &[]).await.text().await.unwrap();
    assert!(page.contains("Its certificate has expired."), "{page}");

    let unknown = Elsewhere::start(SystemClock.now() + DAY * 90, 0);
    std::fs::copy(&over.ca_file, &unknown.ca_file).unwrap();
    let (_app, ada) = with_context(&unknown, &[ALLOWED]).await;
    let page = ada.post("/contexts/prod/check", &[]).await.text().await.unwrap();
    assert!(page.contains("Nobody whom this server trusts"), "{page}");

    let fields = [
        ("api_url", "http://127.0.0.1:1"),
        ("issuer", "https://127.0.0.1:1"),
        ("colour", "red"),
    ];
    assert_eq!(ada.post("/contexts/prod/edit", &fields).await.status(), 303);
    let page = ada.post("/contexts/prod/check", &[]).await.text().await.unwrap();
    assert_eq!(page.matches("Nothing listens there.").count(), 2, "{page}");
}

#[tokio::test]
async fn only_an_admin_with_a_fresh_sign_in_has_a_context_checked() {
    let elsewhere = Elsewhere::start(SystemClock.now() + DAY * 90, 0);
    let (app, ada) = with_context(&elsewhere, &[ALLOWED]).await;
    let grace = app.browser();
    grace.sign_in("grace").await;
    assert_eq!(grace.post("/contexts/prod/check", &[]).await.status(), 403);
    assert_eq!(grace.get("/contexts/prod/check").await.status(), 403);
    let page = grace.get("/contexts/prod").await.text().await.unwrap();
    assert!(!page.contains("Check reachability"));
    assert_eq!(ada.post("/contexts/other/check", &[]).await.status(), 404);
    let foreign = ada
        .request_post("/contexts/prod/check")
        .header("origin", "https://evil.example.org");
    assert_eq!(foreign.send().await.unwrap().status(), 403);

    app.clock.advance(Duration::from_mins(16));
    app.idp.control().advance_clock(16 * 60);
    let stale = ada.post("/contexts/prod/check", &[]).await;
    assert_eq!(stale.status(), 403);
    let page = stale.text().await.unwrap();
    assert!(page.contains("return_to=%2Fcontexts%2Fprod%2Fcheck"), "{page}");
    assert_eq!(elsewhere.calls(), 0);
    let back = ada
        .sign_in_by("/auth/login?fresh=1&return_to=/contexts/prod/check", "ada")
        .await;
    assert_eq!(back, "/contexts/prod/check");
    assert_eq!(ada.post("/contexts/prod/check", &[]).await.status(), 200);
    assert_eq!(elsewhere.calls(), 2);
    let rows = crate::audit(&app).await;
    let refused = rows
        .iter()
        .filter(|row| row["action"] == "context.checked" && row["outcome"] == "refused");
    assert_eq!(refused.count(), 3, "not an administrator, not there, not fresh");
}
