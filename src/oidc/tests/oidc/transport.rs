//! Connections that break, stall or cannot be trusted.

use std::{
    net::{Ipv4Addr, Ipv6Addr},
    sync::Arc,
    time::Duration,
};

use flui_oidc::{ProviderError, RelyingParty, SettingsError, Unavailable};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::support::{SystemRandom, TestClock, install_cryptography, relying_party, settings, tls};

/// A server that does to each connection what a test says.
async fn server<F, Done>(act: F) -> String
where
    F: Fn(TcpStream) -> Done + Send + 'static,
    Done: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(act(stream));
        }
    });
    address
}

async fn read_request(stream: &mut TcpStream) {
    let mut buffer = [0; 4096];
    assert_ne!(stream.read(&mut buffer).await.unwrap(), 0);
}

async fn outcome(issuer: &str) -> Result<(), ProviderError> {
    relying_party(settings(issuer)).0.ready().await
}

fn unavailable(class: Unavailable) -> Result<(), ProviderError> {
    Err(ProviderError::Unavailable(class))
}

#[tokio::test]
async fn c27_a_slow_drip_ends_after_ten_seconds() {
    let address = server(|mut stream| async move {
        read_request(&mut stream).await;
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        while stream.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    })
    .await;
    let issuer = format!("http://{address}");
    let ready = tokio::time::timeout(Duration::from_secs(20), outcome(&issuer)).await;
    assert_eq!(ready.unwrap(), unavailable(Unavailable::Timeout));
}

#[tokio::test]
async fn c27_an_endless_body_is_cut_off() {
    let address = server(|mut stream| async move {
        read_request(&mut stream).await;
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        let spaces = vec![b' '; 65536];
        while stream.write_all(&spaces).await.is_ok() {}
    })
    .await;
    let ready = outcome(&format!("http://{address}")).await;
    assert_eq!(ready, Err(ProviderError::Bad(flui_oidc::Bad::TooLarge)));
}

#[tokio::test]
async fn a_closed_port_and_a_broken_answer_are_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = listener.local_addr().unwrap();
    drop(listener);
    assert_eq!(
        outcome(&format!("http://{closed}")).await,
        unavailable(Unavailable::Connect)
    );

    let address = server(|mut stream| async move {
        read_request(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")
            .await
            .unwrap();
    })
    .await;
    assert_eq!(
        outcome(&format!("http://{address}")).await,
        unavailable(Unavailable::Interrupted)
    );
}

#[tokio::test]
async fn c27_what_does_not_speak_tls_is_not_trusted() {
    let address = server(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
            .await;
    })
    .await;
    assert_eq!(
        outcome(&format!("https://{address}")).await,
        unavailable(Unavailable::Tls)
    );
}

#[tokio::test]
async fn c27_a_private_authority_is_trusted_by_its_file_alone() {
    install_cryptography();
    let provider = tls::Provider::start();
    let mut settings = settings(&provider.issuer);
    assert_eq!(outcome(&provider.issuer).await, unavailable(Unavailable::Tls));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &provider.certificate_pem).unwrap();
    settings.ca_file = Some(file.path().to_owned());
    assert_eq!(relying_party(settings.clone()).0.ready().await, Ok(()));

    // Another authority does not vouch for it.
    std::fs::write(file.path(), tls::Provider::start().certificate_pem).unwrap();
    assert_eq!(relying_party(settings).0.ready().await, unavailable(Unavailable::Tls));
}

/// A provider whose authority is known, and what becomes of asking it.
async fn outcome_with_authority(provider: &tls::Provider) -> Result<(), ProviderError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &provider.certificate_pem).unwrap();
    let mut settings = settings(&provider.issuer);
    settings.ca_file = Some(file.path().to_owned());
    relying_party(settings).0.ready().await
}

#[tokio::test]
async fn b21_a_certificate_that_is_over_is_not_accepted() {
    install_cryptography();
    let here = Ipv4Addr::LOCALHOST.into();
    let fresh = tls::Provider::start_at(here, (2049, 12, 31)).unwrap();
    assert_eq!(outcome_with_authority(&fresh).await, Ok(()));
    let over = tls::Provider::start_at(here, (2021, 1, 1)).unwrap();
    assert_eq!(outcome_with_authority(&over).await, unavailable(Unavailable::Tls));
}

#[tokio::test]
async fn b21_a_provider_on_ipv6_alone_is_reached() {
    install_cryptography();
    let Ok(provider) = tls::Provider::start_at(Ipv6Addr::LOCALHOST.into(), (2049, 12, 31)) else {
        println!("this machine has no IPv6");
        return;
    };
    assert!(provider.issuer.starts_with("https://[::1]:"));
    assert_eq!(outcome_with_authority(&provider).await, Ok(()));
}

#[tokio::test]
async fn b21_a_name_that_nobody_knows_is_told_from_a_closed_port() {
    // No such name will ever be (RFC 6761, section 6.4).
    let unknown = outcome("https://provider.invalid").await;
    assert_eq!(unknown, unavailable(Unavailable::Name));
}

#[test]
fn a_file_of_certificates_must_hold_some() {
    install_cryptography();
    let with = |path: &str| {
        let mut settings = settings("https://op.example.org");
        settings.ca_file = Some(path.into());
        RelyingParty::new(settings, Arc::new(TestClock::default()), Arc::new(SystemRandom)).map(drop)
    };
    assert!(matches!(with("no/such/file.pem"), Err(SettingsError::CaFile { .. })));
    assert!(matches!(
        with(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")),
        Err(SettingsError::NoCertificate(_))
    ));
}
