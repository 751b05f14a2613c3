//! A crash leaves no core behind: the memory holds every secret that passed through it.

use std::{
    os::unix::process::ExitStatusExt as _,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use flui_testkit::TestApp;
use reqwest::Method;

use crate::process::dashboard;

/// A shell that would be glad of a core, and becomes what it is told to.
const GLAD: &str = "ulimit -c unlimited; exec \"$@\"";

fn glad(app: &TestApp, arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command.env_clear().current_dir(app.folder.path());
    command.args(["-c", GLAD, "sh"]).args(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn z1_c31_a_crash_of_the_binary_leaves_no_core() {
    let mut app = TestApp::start().await;
    app.stop().await;
    let binary = dashboard(&app);
    let mut server = glad(&app, &[binary.get_program().to_str().unwrap(), "serve"]);
    let mut server = server.envs(app.settings()).spawn().unwrap();
    let began = Instant::now();
    while app.api(Method::GET, "/healthz").send().await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(20), "it does not start");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let pid = server.id().to_string();
    assert!(Command::new("kill").args(["-ABRT", &pid]).status().unwrap().success());
    let ended = server.wait().unwrap();
    assert_eq!((ended.signal(), ended.core_dumped()), (Some(6), false));

    // The twin, where the machine writes cores at all.
    let ended = glad(&app, &["sh", "-c", "kill -ABRT $$"]).status().unwrap();
    assert_eq!(ended.signal(), Some(6));
    if !ended.core_dumped() {
        eprintln!("this machine writes no cores: nothing was shown");
    }
}

/// The other sign of it, which every user but root sees: what tells about the process in `/proc` is not its own.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn z1_the_memory_of_the_binary_is_roots_alone() {
    use std::os::unix::fs::MetadataExt as _;

    let mut app = TestApp::start().await;
    app.stop().await;
    let (server, _) = crate::process::Running::start(&app, &app.folder.path().join("log"), &[]).await;
    let owner = |process: &str| std::fs::metadata(format!("/proc/{process}/environ")).unwrap().uid();
    assert_eq!(owner(&server.id().to_string()), 0);
    // The twin is this very process, unless root runs it.
    let me = std::fs::metadata(app.folder.path()).unwrap().uid();
    assert_eq!(owner("self"), me);
}
