//! HTTP/2 clients that make a server work for nothing, with frames written by hand.

use std::{iter, time::Duration};

use flui_testkit::TestApp;
use reqwest::Client;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{sleep, timeout},
};

use crate::{
    process::Running,
    wire::{AMPLE, connect, host},
};

// RFC 9113, section 6: types of frames, and flags.
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// RFC 9113, section 7: the error of whoever was sent too much.
const ENHANCE_YOUR_CALM: u32 = 11;
/// RFC 7541, appendix A: `:status: 200`.
const STATUS_200: u8 = 0x88;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// The head of a request: method by its index in RFC 7541, appendix A, then scheme, path and authority.
fn head(method: u8, app: &TestApp) -> Vec<u8> {
    let text = |index: u8, text: &str| {
        let mut field = vec![index, u8::try_from(text.len()).unwrap()];
        field.extend(text.as_bytes());
        field
    };
    [vec![method, 0x86], text(4, "/healthz"), text(1, host(app))].concat()
}

const GET: u8 = 0x82;
const POST: u8 = 0x83;

/// What became of a client.
struct End {
    /// Whether it could send all that it had.
    sent_all: bool,
    /// The frames that came back: type and payload.
    came: Vec<(u8, Vec<u8>)>,
}

impl End {
    /// The error of the frame with which the server said good-bye.
    fn error(&self) -> Option<u32> {
        let (_, payload) = self.came.iter().find(|(kind, _)| *kind == GOAWAY)?;
        Some(u32::from_be_bytes(payload[4..8].try_into().unwrap()))
    }

    fn good_answers(&self) -> usize {
        let good = |(kind, payload): &&(u8, Vec<u8>)| *kind == HEADERS && payload[0] == STATUS_200;
        self.came.iter().filter(good).count()
    }
}

fn frames(mut bytes: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut frames = Vec::new();
    while let Some((head, rest)) = bytes.split_at_checked(9) {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let Some((payload, rest)) = rest.split_at_checked(length) else {
            break;
        };
        frames.push((head[3], payload.to_vec()));
        bytes = rest;
    }
    frames
}

/// Sends part after part until all are sent or the connection ends.
async fn send(app: &TestApp, parts: impl Iterator<Item = Vec<u8>>, pause: Duration) -> End {
    let (mut reader, mut writer) = connect(app).await.unwrap().into_split();
    let reads = tokio::spawn(async move {
        let mut all = Vec::new();
        let _ = reader.read_to_end(&mut all).await;
        all
    });
    let mut sent_all = true;
    let greeting = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), frame(SETTINGS, 0, 0, &[])].concat();
    for part in iter::once(greeting).chain(parts) {
        if reads.is_finished() || writer.write_all(&part).await.is_err() {
            sent_all = false;
            break;
        }
        sleep(pause).await;
    }
    // Whoever is done says so; the answers still come.
    let _ = writer.shutdown().await;
    let all = timeout(AMPLE, reads)
        .await
        .expect("the connection does not end")
        .unwrap();
    End {
        sent_all,
        came: frames(&all),
    }
}

/// The numbers of a client's streams.
fn streams() -> impl Iterator<Item = u32> {
    (1..).step_by(2)
}

#[tokio::test(flavor = "multi_thread")]
async fn d3_http2_floods_are_cut_off_and_good_clients_are_answered() {
    let mut app = TestApp::start().await;
    app.stop().await;
    let (server, _) = Running::start(&app, &app.folder.path().join("log"), &[]).await;
    let good = Client::builder().no_proxy().http2_prior_knowledge().build().unwrap();
    let ask = async || good.get(format!("{}/healthz", app.url)).send().await.unwrap();
    assert_eq!(
        (ask().await.status().as_u16(), ask().await.version()),
        (200, reqwest::Version::HTTP_2)
    );
    let before = server.resident();

    let get = |stream| frame(HEADERS, END_STREAM | END_HEADERS, stream, &head(GET, &app));
    let taken_back = |stream| [get(stream), frame(RESET, 0, stream, &8_u32.to_be_bytes())].concat();
    let rapid = streams().map(taken_back).take(500_000);
    // A hundred at once, as an attacker would: one at a time each is looked at before it is taken back.
    let rapid: Vec<Vec<u8>> = rapid.collect::<Vec<_>>().chunks(100).map(<[Vec<u8>]>::concat).collect();

    let open = frame(HEADERS, END_STREAM, 1, &head(GET, &app));
    // A field that is not indexed: its name and its value.
    let field = [&[0, 1, b'x', 100][..], &[b'x'; 100]].concat();
    let continued = iter::repeat_n(frame(CONTINUATION, 0, 1, &field), 500_000);

    let upload = frame(HEADERS, END_HEADERS, 1, &head(POST, &app));
    let empty = iter::repeat_n(frame(DATA, 0, 1, &[]), 500_000);

    let none = Duration::ZERO;
    let attacks = async {
        [
            ("reset", send(&app, rapid.into_iter(), none).await),
            (
                "continuation",
                send(&app, iter::once(open).chain(continued), none).await,
            ),
            ("empty data", send(&app, iter::once(upload).chain(empty), none).await),
        ]
    };
    let asks = async {
        loop {
            assert_eq!(ask().await.status(), 200);
            sleep(Duration::from_millis(20)).await;
        }
    };
    let ended = tokio::select! {
        ended = attacks => ended,
        () = asks => unreachable!(),
    };
    for (attack, end) in &ended {
        assert!(!end.sent_all, "{attack}: all of it was taken");
        assert_eq!(end.error(), Some(ENHANCE_YOUR_CALM), "{attack}");
    }
    let grown = server.resident().saturating_sub(before);
    assert!(grown < 64, "the floods took {grown} MB");
    assert_eq!(ask().await.status(), 200);

    // The same frames in moderation.
    let moderate = streams().take(40).map(|stream| {
        if stream % 8 == 1 {
            taken_back(stream)
        } else {
            get(stream)
        }
    });
    let end = send(&app, moderate, Duration::from_millis(20)).await;
    assert!(end.error().is_none_or(|error| error == 0), "{:?}", end.error());
    assert!(end.good_answers() >= 30, "{}", end.good_answers());

    let continued = [
        frame(HEADERS, END_STREAM, 1, &head(GET, &app)),
        frame(CONTINUATION, END_HEADERS, 1, &field),
        frame(HEADERS, END_HEADERS, 3, &head(GET, &app)),
        frame(DATA, 0, 3, &[]),
        frame(DATA, END_STREAM, 3, &[]),
    ];
    let end = send(&app, continued.into_iter(), Duration::from_millis(20)).await;
    assert!(end.error().is_none_or(|error| error == 0), "{:?}", end.error());
    assert_eq!(end.good_answers(), 2);
}
