use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::*;

/// Without it no client can be made.
fn install_cryptography() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

fn outbound(allowed: &[&str]) -> Outbound {
    install_cryptography();
    let networks: Vec<IpNet> = allowed.iter().map(|network| network.parse().unwrap()).collect();
    Outbound::new(&networks)
}

/// Answers every connection with this.
fn answering(listener: TcpListener, answer: &'static str) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut heard = [0; 1024];
            let _ = stream.read(&mut heard).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    })
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";
const AWAY: &str = "HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

#[test]
fn private_and_special_addresses_are_refused_and_public_ones_are_not() {
    let outbound = outbound(&[]);
    for address in [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.19.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "64:ff9b:1::a00:1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ] {
        let refused = outbound.check(address.parse().unwrap(), false);
        assert!(matches!(refused, Err(Refused::Private(_))), "{address}");
    }
    for address in [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "128.0.0.1",
        "168.63.129.17",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.1",
        "192.167.255.255",
        "223.255.255.255",
        "::ffff:1.1.1.1",
        "2001:200::1",
        "2001:db7::1",
        "2003::1",
        "2606:4700:4700::1111",
    ] {
        assert!(outbound.check(address.parse().unwrap(), false).is_ok(), "{address}");
    }
}

#[test]
fn what_is_allowed_is_allowed_in_every_form_and_nothing_beside_it() {
    let outbound = outbound(&["10.1.0.0/16", "fd00:1::/32"]);
    for good in ["10.1.2.3", "::ffff:10.1.2.3", "fd00:1::7"] {
        assert!(outbound.check(good.parse().unwrap(), true).is_ok(), "{good}");
    }
    for bad in ["10.2.0.1", "::ffff:10.2.0.1", "fd00:2::7", "64:ff9b::a01:203"] {
        assert!(outbound.check(bad.parse().unwrap(), false).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn plain_http_leaves_only_for_allowed_addresses() {
    let url: Url = "http://1.1.1.1/".parse().unwrap();
    let refused = outbound(&["10.0.0.0/8"]).addresses(&url).await;
    assert!(matches!(refused, Err(Refused::PlainHttp(_))), "{refused:?}");
    assert_eq!(
        outbound(&["1.1.1.1/32"]).addresses(&url).await.unwrap(),
        ["1.1.1.1:80".parse().unwrap()]
    );
    let secure: Url = "https://1.1.1.1/".parse().unwrap();
    assert_eq!(
        outbound(&[]).addresses(&secure).await.unwrap(),
        ["1.1.1.1:443".parse().unwrap()]
    );
}

#[tokio::test]
async fn every_spelling_of_a_private_address_is_seen_through() {
    for text in [
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://localhost/",
    ] {
        let refused = outbound(&[]).addresses(&text.parse().unwrap()).await;
        assert!(matches!(refused, Err(Refused::Private(_))), "{text}: {refused:?}");
    }
    for text in ["ftp://1.1.1.1/", "https://me@1.1.1.1/", "data:text/plain,x"] {
        let refused = outbound(&[]).addresses(&text.parse().unwrap()).await;
        assert!(matches!(refused, Err(Refused::Form)), "{text}: {refused:?}");
    }
}

#[tokio::test]
async fn a_name_is_called_at_the_checked_address_whatever_it_leads_to_later() {
    install_cryptography();
    // The name truly leads to 127.0.0.1, where somebody listens who must hear nothing.
    let inner = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = inner.local_addr().unwrap().port();
    let checked = SocketAddr::new("127.0.0.2".parse().unwrap(), port);
    let task = answering(TcpListener::bind(checked).await.unwrap(), OK);
    let url: Url = format!("http://localhost:{port}/").parse().unwrap();
    let answer = client_to(&url, &[checked], &[]).unwrap().get(url.clone()).send().await;
    assert_eq!(answer.unwrap().text().await.unwrap(), "ok");
    let silent = tokio::time::timeout(Duration::from_millis(100), inner.accept()).await;
    assert!(silent.is_err(), "the name was looked up again");
    task.abort();
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_refused_unless_allowed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: Url = format!("http://localhost:{}/", listener.local_addr().unwrap().port())
        .parse()
        .unwrap();
    let task = answering(listener, OK);
    let refused = outbound(&["10.0.0.0/8"]).client_for(&url).await;
    assert!(matches!(refused, Err(Refused::Private(_))), "{refused:?}");
    let client = outbound(&["127.0.0.0/8"]).client_for(&url).await.unwrap();
    assert_eq!(client.get(url).send().await.unwrap().status(), 200);
    task.abort();
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let task = answering(listener, AWAY);
    let client = outbound(&["127.0.0.0/8"]).client_for(&url).await.unwrap();
    assert_eq!(client.get(url).send().await.unwrap().status(), 302);
    task.abort();
}
