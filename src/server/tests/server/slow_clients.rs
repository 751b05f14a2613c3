//! Clients that take their time: they end, and nobody waits for them.

use std::time::{Duration, Instant};

use flui_testkit::TestApp;
use reqwest::Method;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::sleep,
};

use crate::{
    me,
    process::Running,
    wire::{answer, connect, files, host, statuses, to_its_end},
};

/// Sends byte after byte until the connection ends. Gives how long that took, and what came back.
async fn drip(mut stream: TcpStream, endless: &str) -> (Duration, String) {
    let begun = Instant::now();
    let mut came = Vec::new();
    for byte in endless.bytes().cycle() {
        tokio::select! {
            read = stream.read_buf(&mut came) => match read {
                Ok(0) | Err(_) => break,
                Ok(_) => {}
            },
            () = sleep(Duration::from_millis(500)) => {
                // The end shows when it is read.
                let _ = stream.write_all(&[byte]).await;
            }
        }
        assert!(begun.elapsed() < Duration::from_secs(90), "it goes on for ever");
    }
    (begun.elapsed(), String::from_utf8_lossy(&came).into_owned())
}

/// Between the limit, as far as one second's looks tell, and what a busy machine may add.
fn about(limit: u64, took: Duration) -> bool {
    (limit - 1..limit + 20).contains(&took.as_secs())
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_slow_heads_and_bodies_end_and_a_pause_between_requests_does_not() {
    let app = TestApp::start().await;
    let key = app.workstation_key("grace", "laptop").await.key;
    let host = host(&app);

    let silent = async {
        let begun = Instant::now();
        let came = to_its_end(&mut connect(&app).await.unwrap()).await;
        (begun.elapsed(), came)
    };
    let head = async {
        let mut stream = connect(&app).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nx-drip: ").await.unwrap();
        drip(stream, "x").await
    };
    let preface = async { drip(connect(&app).await.unwrap(), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await };
    let body = async {
        let mut stream = connect(&app).await.unwrap();
        let head = format!(
            "POST /api/v1/auth/api-keys HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\n\
             content-type: application/json\r\ncontent-length: 1000\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        drip(stream, " ").await
    };
    let pause = async {
        let mut stream = connect(&app).await.unwrap();
        let request = format!("GET /healthz HTTP/1.1\r\nhost: {host}\r\n");
        stream.write_all(format!("{request}\r\n").as_bytes()).await.unwrap();
        // Longer than a head may take: proxies keep connections for a minute and more.
        sleep(Duration::from_secs(20)).await;
        let last = format!("{request}connection: close\r\n\r\n");
        stream.write_all(last.as_bytes()).await.unwrap();
        to_its_end(&mut stream).await
    };
    let good = async {
        for _ in 0..30 {
            assert_eq!(me(&app, &key).await.status(), 200);
            sleep(Duration::from_secs(1)).await;
        }
    };

    let (silent, head, preface, body, pause, ()) = tokio::join!(silent, head, preface, body, pause, good);
    for (what, (took, came)) in [("silent", silent), ("head", head), ("preface", preface)] {
        assert!(about(10, took), "{what}: {took:?}");
        assert!(came.is_empty(), "{what}: {came}");
    }
    assert!(about(30, body.0), "{:?}", body.0);
    assert_eq!(statuses(&body.1), [503], "{}", body.1);
    assert_eq!(statuses(&pause), [200, 200], "{pause}");
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_two_thousand_slow_clients_starve_nobody() {
    let mut app = TestApp::start().await;
    let key = app.workstation_key("grace", "laptop").await.key;
    app.stop().await;
    let (_server, _) = Running::start(&app, &app.folder.path().join("log"), &[]).await;
    assert_eq!(me(&app, &key).await.status(), 200);

    let drips = async {
        let mut all = Vec::new();
        for _ in 0..files().min(2000) {
            let mut stream = connect(&app).await.unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nx-drip: ").await.unwrap();
            all.push(stream);
        }
        for _ in 0..12 {
            sleep(Duration::from_secs(1)).await;
            for stream in &mut all {
                if stream.write_all(b"x").await.is_err() {
                    *stream = connect(&app).await.unwrap();
                }
            }
        }
    };
    let good = async {
        let kept = reqwest::Client::builder().no_proxy().build().unwrap();
        let path = format!("{}/api/v1/auth/me", app.url);
        let mut asked = 0;
        loop {
            let begun = Instant::now();
            let on_kept = kept.get(&path).bearer_auth(&key).send().await.unwrap().status();
            // A client of its own each time, and so a connection.
            let on_new = me(&app, &key).await.status();
            assert_eq!((on_kept.as_u16(), on_new.as_u16()), (200, 200));
            let took = begun.elapsed();
            assert!(took < Duration::from_secs(5), "answered after {took:?}");
            asked += 1;
            sleep(Duration::from_millis(20)).await;
            if asked > 10_000 {
                return asked;
            }
        }
    };
    tokio::select! {
        () = drips => {}
        asked = good => panic!("asked {asked} times before the drips were over"),
    }
    assert_eq!(me(&app, &key).await.status(), 200);
}

#[tokio::test]
async fn d2_a_head_may_be_large_but_not_huge() {
    let app = TestApp::start().await;
    let host = host(&app);
    let head = |length: usize, fields: usize| {
        let pad = format!("x-pad: {}\r\n", "x".repeat(length));
        let many = (0..fields)
            .map(|number| format!("x-{number}: x\r\n"))
            .collect::<Vec<_>>()
            .concat();
        format!("GET /healthz HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{pad}{many}\r\n")
    };
    for (length, fields, status) in [
        (16_000, 0, 200),
        (70_000, 0, 431),
        (1_000_000, 0, 431),
        (0, 80, 200),
        (0, 150, 431),
    ] {
        let came = answer(&app, &head(length, fields)).await;
        assert_eq!(statuses(&came), [status], "{length} bytes, {fields} fields: {came}");
    }
    let answer = app.api(Method::GET, "/healthz").send().await.unwrap();
    assert_eq!(answer.status(), 200);
}
