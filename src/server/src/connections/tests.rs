//! The loop over real sockets, with limits of a second or two instead of minutes. That the true limits hold is tested in
//! `rules` and, over the whole server, in `tests/server/slow_clients.rs`.

use axum::{body::Body, routing::get};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::JoinHandle,
    time::{sleep, timeout},
};

use super::*;

const LIMITS: Limits = Limits {
    at_once: 4,
    head: Duration::from_secs(1),
    unread: Duration::from_secs(2),
    idle: Duration::from_secs(2),
    parting: Duration::from_secs(1),
};
/// Long enough for every limit, and for a machine that is busy.
const AMPLE: Duration = Duration::from_secs(20);
/// More than the buffers of both ends take.
const LARGE: usize = 64 * 1024 * 1024;
const QUICK: &str = "GET /quick HTTP/1.1\r\nhost: x\r\n\r\n";

struct Scene {
    address: SocketAddr,
    stopping: CancellationToken,
    served: JoinHandle<()>,
}

impl Scene {
    async fn start(limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/quick", get(async || "quick"))
            .route(
                "/slow",
                get(async || {
                    sleep(Duration::from_secs(3)).await;
                    "slow"
                }),
            )
            .route("/large", get(async || Body::from(vec![b'x'; LARGE])));
        let stopping = CancellationToken::new();
        let served = tokio::spawn(serve(listener, router, limits, stopping.clone()));
        Self {
            address,
            stopping,
            served,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A connection on which this was sent.
    async fn send(&self, text: &str) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }
}

/// Sends a request and reads its answer, which ends with this.
async fn ask(stream: &mut TcpStream, request: &str, end: &str) -> Result<()> {
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    while !answer.ends_with(end.as_bytes()) {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}

/// What comes until the end of the connection, in bytes.
async fn to_its_end(stream: &mut TcpStream) -> usize {
    let mut all = Vec::new();
    let read = timeout(AMPLE, stream.read_to_end(&mut all)).await;
    // A reset is an end too.
    let _ = read.expect("the connection does not end");
    all.len()
}

#[tokio::test]
async fn d2_silent_dripping_and_idle_connections_end_and_busy_ones_stay() {
    let scene = Scene::start(LIMITS).await;
    let mut busy = scene.connect().await;
    let mut silent = scene.connect().await;
    let mut idle = scene.send(QUICK).await;
    let mut dripping = scene.connect().await;
    let drips = tokio::spawn(async move {
        let begun = Instant::now();
        // The end shows at the second byte after it: the first one is answered with a reset.
        for byte in QUICK.repeat(100).bytes().take_while(|byte| *byte != b'\n') {
            if dripping.write_all(&[byte]).await.is_err() {
                break;
            }
            sleep(Duration::from_millis(200)).await;
        }
        begun.elapsed()
    });
    let asks = tokio::spawn(async move {
        for _ in 0..30 {
            ask(&mut busy, QUICK, "quick").await?;
            sleep(Duration::from_millis(200)).await;
        }
        Ok::<_, Error>(())
    });
    assert_eq!(to_its_end(&mut silent).await, 0);
    assert!(to_its_end(&mut idle).await > 0, "it got its answer first");
    asks.await.unwrap().expect("a busy connection stays");
    assert!(drips.await.unwrap() < Duration::from_secs(6), "its head took for ever");
}

#[tokio::test]
async fn d2_whoever_reads_nothing_ends_and_whoever_reads_slowly_gets_all() {
    let scene = Scene::start(LIMITS).await;
    let request = QUICK
        .replace("/quick", "/large")
        .replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
    let mut deaf = scene.send(&request).await;
    let mut slow = scene.send(&request).await;
    let mut got = 0;
    let mut part = vec![0; 8 * 1024 * 1024];
    for _ in 0..12 {
        let read = slow.read(&mut part).await.unwrap();
        got += read;
        sleep(Duration::from_millis(500)).await;
    }
    got += to_its_end(&mut slow).await;
    assert!(got > LARGE, "{got}");
    let got = to_its_end(&mut deaf).await;
    assert!(got < LARGE, "{got}");
}

#[tokio::test]
async fn b20_silent_connections_make_room_and_working_ones_do_not() {
    let patient = Limits {
        head: Duration::from_mins(1),
        idle: Duration::from_mins(1),
        ..LIMITS
    };
    let scene = Scene::start(patient).await;
    let mut silent = Vec::new();
    for _ in 0..4 {
        silent.push(scene.connect().await);
    }
    let mut good = scene.connect().await;
    ask(&mut good, QUICK, "quick").await.unwrap();
    assert_eq!(to_its_end(&mut silent[0]).await, 0, "the oldest one goes");
    for place in [1, 2, 3] {
        let stays = timeout(Duration::from_millis(50), silent[place].read_u8()).await;
        assert!(stays.is_err(), "the others stay");
    }

    let slow = QUICK.replace("/quick", "/slow");
    let begun = Instant::now();
    let mut working = Vec::new();
    for _ in 0..4 {
        let mut stream = scene.connect().await;
        let slow = slow.clone();
        working.push(tokio::spawn(async move { ask(&mut stream, &slow, "slow").await }));
        sleep(Duration::from_millis(50)).await;
    }
    let mut late = scene.connect().await;
    ask(&mut late, QUICK, "quick").await.unwrap();
    assert!(begun.elapsed() > Duration::from_secs(2), "there was no place before");
    for answered in working {
        answered.await.unwrap().expect("what is worked on is answered");
    }
}

#[tokio::test]
async fn b12_at_the_end_open_requests_are_answered_and_nobody_else_is_waited_for() {
    let scene = Scene::start(LIMITS).await;
    let mut working = scene.connect().await;
    let working = tokio::spawn(async move {
        let request = QUICK.replace("/quick", "/slow");
        ask(&mut working, &request, "slow").await
    });
    let _dripping = scene.send("GET / HT").await;
    let mut idle = scene.connect().await;
    ask(&mut idle, QUICK, "quick").await.unwrap();
    scene.stopping.cancel();
    timeout(AMPLE, scene.served).await.expect("it stops").unwrap();
    working.await.unwrap().expect("an open request is answered");
    assert_eq!(to_its_end(&mut idle).await, 0);
    assert!(TcpStream::connect(scene.address).await.is_err(), "nothing new is taken");
}

#[test]
fn b20_a_trouble_is_told_once() {
    let mut trouble = Seldom::default();
    assert!(trouble.is_due());
    assert!(!trouble.is_due());
}
