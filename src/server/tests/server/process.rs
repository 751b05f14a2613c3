//! The binary as a process of its own, with the settings of a test installation.

use std::{
    fs::{self, File},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use flui_testkit::TestApp;
use reqwest::Method;

/// The binary with this installation's settings, to be completed.
pub(crate) fn dashboard(app: &TestApp) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flui-dashboard"));
    command.env_clear().envs(app.settings()).current_dir(app.folder.path());
    command
}

/// Runs the binary to its end.
pub(crate) async fn run(app: &TestApp, arguments: &[&str]) -> Output {
    let mut command = dashboard(app);
    command.args(arguments);
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

/// A server of its own process, killed with the test.
pub(crate) struct Running(Child);

impl Running {
    /// Starts it, with its log in a file, and waits until it answers. Gives how long that took.
    pub(crate) async fn start(app: &TestApp, log: &Path, settings: &[(&str, &str)]) -> (Self, Duration) {
        let began = Instant::now();
        let child = dashboard(app)
            .arg("serve")
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .stderr(File::options().create(true).append(true).open(log).unwrap())
            .spawn()
            .unwrap();
        let running = Self(child);
        while app.api(Method::GET, "/healthz").send().await.is_err() {
            assert!(began.elapsed() < Duration::from_secs(20), "it does not start");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        (running, began.elapsed())
    }

    /// The id of the process.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Its memory in megabytes.
    pub(crate) fn resident(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() / 1000
    }

    /// Asks it to stop, as a supervisor does.
    pub(crate) fn terminate(&self) {
        let pid = self.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Waits for its end by itself. Gives the exit code.
    pub(crate) async fn ended(&mut self) -> Option<i32> {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < deadline, "it does not stop");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // `kill` is SIGKILL: the process gets no chance to tidy up.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
