//! More connections than anybody needs, and fewer files than the server needs.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use flui_testkit::{TestApp, free_address};
use reqwest::Method;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::{
    me,
    process::Running,
    wire::{connect, files},
};

/// Whether the server has ended it.
async fn is_over(stream: &mut TcpStream) -> bool {
    let read = timeout(Duration::from_millis(1), stream.read_u8()).await;
    matches!(read, Ok(Err(_)))
}

#[tokio::test(flavor = "multi_thread")]
async fn b20_thousands_of_idle_sockets_do_no_harm() {
    let mut app = TestApp::start().await;
    let key = app.workstation_key("grace", "laptop").await.key;
    app.stop().await;
    let watchers = free_address().to_string();
    let settings = [("FLUI_METRICS_LISTEN", watchers.as_str())];
    let (server, _) = Running::start(&app, &app.folder.path().join("log"), &settings).await;
    assert_eq!(me(&app, &key).await.status(), 200);
    let before = server.resident();

    let many = files().min(6000);
    let mut idle = Vec::new();
    for _ in 0..many {
        idle.push(connect(&app).await.unwrap());
    }
    assert_eq!(me(&app, &key).await.status(), 200);
    let probe = flui_testkit::client().get(format!("http://{watchers}/healthz"));
    assert_eq!(
        probe.send().await.unwrap().status(),
        200,
        "probes have a place of their own"
    );
    if many > 4200 {
        assert!(is_over(&mut idle[0]).await, "the oldest ones made room");
    }
    assert!(!is_over(idle.last_mut().unwrap()).await, "the newest one stays");
    let grown = server.resident().saturating_sub(before);
    assert!(grown < 150, "{many} idle connections take {grown} MB");
    drop(idle);
    assert_eq!(me(&app, &key).await.status(), 200);
}

/// How often the log tells that nothing can be accepted.
fn told(log: &Path) -> usize {
    fs::read_to_string(log)
        .unwrap()
        .matches("no connection can be accepted")
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn b20_without_files_it_waits_and_then_goes_on() {
    let mut app = TestApp::start().await;
    app.stop().await;
    let log = app.folder.path().join("log");
    let (server, _) = Running::start(&app, &log, &[]).await;
    let pid = Pid::from_raw(i32::try_from(server.id()).unwrap()).unwrap();
    let usual = prlimit(
        Some(pid),
        Resource::Nofile,
        Rlimit {
            current: Some(3),
            maximum: files_at_most(),
        },
    )
    .unwrap();

    let late: Vec<_> = (0..20)
        .map(|_| tokio::spawn(app.api(Method::GET, "/healthz").send()))
        .collect();
    let deadline = Instant::now() + Duration::from_secs(10);
    while told(&log) == 0 {
        assert!(Instant::now() < deadline, "there are files enough");
        sleep(Duration::from_millis(50)).await;
    }
    sleep(Duration::from_secs(2)).await;
    assert!(
        late.iter().all(|answer| !answer.is_finished()),
        "there are files enough"
    );

    prlimit(Some(pid), Resource::Nofile, usual).unwrap();
    for answer in late {
        assert_eq!(answer.await.unwrap().unwrap().status(), 200);
    }
    assert_eq!(told(&log), 1, "a burst is told once");
}

/// The limit that no process of this user can lift again.
fn files_at_most() -> Option<u64> {
    rustix::process::getrlimit(Resource::Nofile).maximum
}
