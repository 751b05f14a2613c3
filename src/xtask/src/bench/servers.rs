//! What is measured, each on a free port of the loopback address and on a core of its own where there are two.

use std::{
    env,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::{
    http,
    process::{self, Service},
    run,
    setup::free_address,
    workspace,
};

/// How long a server may take to answer.
const LIMIT: Duration = Duration::from_secs(20);
/// How often it is asked: the start is measured in milliseconds.
const TICK: Duration = Duration::from_millis(2);
/// The unit of Linux in what it tells of processes, the same on every architecture that this is built for.
const TICKS_PER_SECOND: f64 = 100.0;
/// How forms are sent.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";
/// The host of the app that the dashboards know.
pub(super) const APP_HOST: &str = "app.example.org";
/// Its configuration.
const APPS: &str = r#"
trusted_proxies = ["127.0.0.1/32"]
[[apps]]
name = "Bench"
host = "app.example.org"
rules = [{ path = "/", role = "user" }, { path = "/api", scope = "apps:look" }]
"#;

/// The core of the servers; what asks them runs on the next.
const CORE: usize = 0;

/// The programs, and a folder that goes when this is dropped.
pub(super) struct Bench {
    folder: TempDir,
    programs: PathBuf,
    pinned: bool,
    provider: SocketAddr,
}

/// A database with many keys, of which one can be used, and one browser session.
pub(super) struct Filled {
    file: PathBuf,
    key: String,
    session: String,
    spare: Vec<(String, String)>,
}

impl Filled {
    /// Further keys, as id and secret.
    pub(super) fn spare(&self) -> &[(String, String)] {
        &self.spare
    }

    /// The key that can be used.
    pub(super) fn key(&self) -> &str {
        &self.key
    }
}

/// A server that runs until this is dropped.
pub(super) struct Server {
    /// For people.
    pub(super) name: &'static str,
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// What it is asked for under load.
    pub(super) path: &'static str,
    /// The key that it is asked with.
    pub(super) key: Option<String>,
    /// The browser session that it is asked with.
    pub(super) session: Option<String>,
    /// The form that it is asked with, instead of a plain GET.
    pub(super) form: Option<String>,
    /// Further header fields that it is asked with.
    pub(super) fields: &'static [(&'static str, &'static str)],
    /// How long after its start its first answer came.
    pub(super) started_after: Duration,
    service: Service,
}

impl Server {
    /// The header field that tells who asks: its name and its value.
    pub(super) fn field(&self) -> Option<(&'static str, String)> {
        let bearer = self.key.as_ref().map(|key| ("Authorization", format!("Bearer {key}")));
        bearer.or_else(|| Some(("Cookie", format!("flui-dev={}", self.session.as_ref()?))))
    }

    fn knows_its_caller(self) -> Result<Self> {
        let field = self.field();
        let fields: Vec<_> = field.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = http::get(self.address, self.path, &fields)?;
        if answer.status() != 200 {
            bail!(
                "{} does not know its key or session: {}",
                self.name,
                answer.status_line()
            );
        }
        Ok(self)
    }

    /// A key of a kind, made by the key that the server has, as id and secret.
    pub(super) fn make_key(&self, kind: &str) -> Result<(String, String)> {
        let body = format!(r#"{{"name":"bench","kind":"{kind}","scopes":["apps:look"]}}"#);
        let bearer = format!("Bearer {}", self.key.as_deref().unwrap_or_default());
        let fields = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        let answer = http::send(self.address, "POST", "/api/v1/auth/api-keys", &fields, &body)?;
        let made: serde_json::Value = serde_json::from_slice(&answer.body)
            .with_context(|| format!("no key was made: {}", answer.status_line()))?;
        let text = |member: &str| made[member].as_str().map(str::to_owned);
        text("id").zip(text("key")).context("no key was made")
    }

    /// Asks about its own key from now on, as a service does that keys are presented to.
    pub(super) fn introspect(&mut self) -> Result<()> {
        let (_, service) = self.make_key("service")?;
        let key = self.key.replace(service).context("the server has no key")?;
        self.path = "/api/v1/auth/introspect";
        let form = format!("token={key}");
        let bearer = format!("Bearer {}", self.key.as_deref().unwrap_or_default());
        let fields = [("Authorization", bearer.as_str()), ("Content-Type", FORM)];
        let answer = http::send(self.address, "POST", self.path, &fields, &form)?;
        if !answer.body.starts_with(br#"{"active":true"#) {
            bail!("{} does not tell about its key: {}", self.name, answer.status_line());
        }
        self.form = Some(form);
        Ok(())
    }

    /// The processor time that it has taken so far, in seconds.
    pub(super) fn cpu_seconds(&self) -> Result<f64> {
        let file = format!("/proc/{}/stat", self.service.id());
        let stat =
            std::fs::read_to_string(&file).with_context(|| format!("cannot read {file}: Linux tells it there"))?;
        cpu_ticks(&stat)
            .map(|ticks| f64::from(ticks) / TICKS_PER_SECOND)
            .context("the processor time of a server is not told")
    }

    /// The memory that it holds now, in MB of 1,000,000 bytes.
    pub(super) fn resident_mb(&self) -> Result<f64> {
        let file = format!("/proc/{}/status", self.service.id());
        let status =
            std::fs::read_to_string(&file).with_context(|| format!("cannot read {file}: Linux tells it there"))?;
        resident_kb(&status)
            .map(|kb| f64::from(kb) * 1024.0 / 1_000_000.0)
            .context("the memory of the dashboard is not told")
    }
}

impl Bench {
    /// Over the optimised programs that were built.
    pub(super) fn new() -> Result<Self> {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let pinned = cores >= 2 && process::output_of(Command::new("taskset").arg("--version")).is_some();
        if !pinned {
            println!(
                "    servers and load share their cores: that takes two cores and taskset, and the figures vary more"
            );
        }
        let folder = TempDir::with_prefix("flui-bench-").context("cannot make a temporary folder")?;
        std::fs::write(folder.path().join("flui.toml"), APPS).context("cannot write the configuration")?;
        Ok(Self {
            folder,
            programs: workspace::path("target/release")?,
            pinned,
            provider: free_address()?,
        })
    }

    /// A database with so many keys.
    pub(super) fn fill(&self, keys: u32) -> Result<Filled> {
        self.fill_with_spare(keys, 0)
    }

    /// The same with so many more keys that can be used.
    pub(super) fn fill_with_spare(&self, keys: u32, spare: u32) -> Result<Filled> {
        let file = self.folder.path().join(format!("{keys}-{spare}")).join("flui.db");
        let mut command = Command::new(self.programs.join("examples/bench_fill"));
        command.arg(&file).arg(keys.to_string()).arg(spare.to_string());
        let printed = process::output_of(&mut command).context("bench_fill failed")?;
        let mut lines = printed.lines();
        let (key, session) = lines.next().zip(lines.next()).context("bench_fill prints two lines")?;
        let spare = lines.filter_map(|line| line.split_once(' '));
        Ok(Filled {
            file,
            key: key.to_owned(),
            session: session.trim().to_owned(),
            spare: spare.map(|(id, key)| (id.to_owned(), key.to_owned())).collect(),
        })
    }

    /// The provider that the dashboards are configured with.
    pub(super) fn provider(&self) -> Result<Server> {
        let mut command = self.command(CORE, &self.programs.join("flui-devidp"));
        command.args(["--listen", &self.provider.to_string()]);
        start("devidp", command, self.provider, "/.well-known/openid-configuration")
    }

    /// A server that answers `ok` and does nothing else.
    pub(super) fn bare(&self) -> Result<Server> {
        let address = free_address()?;
        let mut command = self.command(CORE, &self.programs.join("examples/bench_bare"));
        command.arg(address.to_string());
        start("bare", command, address, "/")
    }

    /// The dashboard over a database, asked with its key.
    pub(super) fn dashboard(&self, name: &'static str, filled: &Filled) -> Result<Server> {
        let mut server = self.start_dashboard(name, filled)?;
        server.path = "/api/v1/auth/me";
        server.key = Some(filled.key.clone());
        server.knows_its_caller()
    }

    /// The dashboard over a database, asked for a page in its session.
    pub(super) fn page(&self, name: &'static str, filled: &Filled, path: &'static str) -> Result<Server> {
        let mut server = self.start_dashboard(name, filled)?;
        server.path = path;
        server.session = Some(filled.session.clone());
        server.knows_its_caller()
    }

    fn start_dashboard(&self, name: &'static str, filled: &Filled) -> Result<Server> {
        let address = free_address()?;
        let mut command = self.command(CORE, &workspace::path("target/dist")?.join("flui-dashboard"));
        command
            .arg("serve")
            .env("FLUI_CONFIG", self.folder.path().join("flui.toml"))
            .env("FLUI_PUBLIC_URL", format!("http://{address}"))
            .env("FLUI_LISTEN", address.to_string())
            .env("FLUI_STATE_DIR", filled.file.parent().unwrap_or(self.folder.path()))
            .env("FLUI_DATABASE_URL", format!("sqlite:{}", filled.file.display()))
            .env("FLUI_OIDC_ISSUER", format!("http://{}", self.provider));
        run::name_development_client(&mut command);
        start(name, command, address, "/healthz")
    }

    /// The same, asked at `/auth/verify` as a proxy does.
    pub(super) fn verifying(&self, name: &'static str, filled: &Filled) -> Result<Server> {
        let mut server = self.dashboard(name, filled)?;
        server.path = "/auth/verify";
        server.fields = &[
            ("X-Forwarded-Method", "GET"),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Host", APP_HOST),
            ("X-Forwarded-Uri", "/page?x=1"),
        ];
        Ok(server)
    }

    /// The folder that goes with this.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A program on the core of the servers.
    pub(super) fn served(&self, program: &Path) -> Command {
        self.command(CORE, program)
    }

    /// A program on the core beside the servers'.
    pub(super) fn load(&self, program: &Path) -> Command {
        self.command(CORE + 1, program)
    }

    /// A file with this text, in the folder that goes with this.
    pub(super) fn file(&self, name: &str, text: &str) -> Result<PathBuf> {
        let file = self.folder.path().join(name);
        std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(file)
    }

    fn command(&self, core: usize, program: &Path) -> Command {
        let mut command = if self.pinned {
            let mut taskset = Command::new("taskset");
            taskset.arg("--cpu-list").arg(core.to_string()).arg(program);
            taskset
        } else {
            Command::new(program)
        };
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("FLUI_") {
                command.env_remove(name);
            }
        }
        command.env("RUST_LOG", "warn").current_dir(self.folder.path());
        command
    }
}

/// Starts a server and waits until it answers 200 at this path.
pub(super) fn start(
    name: &'static str,
    mut command: Command,
    address: SocketAddr,
    path: &'static str,
) -> Result<Server> {
    let begin = Instant::now();
    let mut service = Service::start(name, &mut command)?;
    while !http::get(address, path, &[]).is_ok_and(|answer| answer.status() == 200) {
        service.check()?;
        if process::interrupted() {
            bail!("interrupted");
        }
        if begin.elapsed() > LIMIT {
            bail!("{name} does not answer at http://{address}{path}");
        }
        thread::sleep(TICK);
    }
    Ok(Server {
        name,
        address,
        path,
        key: None,
        session: None,
        form: None,
        fields: &[],
        started_after: begin.elapsed(),
        service,
    })
}

/// User and system time: fields 14 and 15 of `proc_pid_stat(5)`, counted behind the name, which may hold anything.
fn cpu_ticks(stat: &str) -> Option<u32> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn resident_kb(status: &str) -> Option<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read_whatever_the_program_is_called() {
        assert_eq!(
            cpu_ticks("7 (a b) c) S 1 7 7 0 -1 0 9 0 0 0 120 34 0 0 20 0"),
            Some(154)
        );
        assert_eq!(cpu_ticks("7 (short) S 1"), None);
    }

    #[test]
    fn memory_is_read_from_what_linux_tells() {
        assert_eq!(resident_kb("VmPeak:\t  200 kB\nVmRSS:\t   18432 kB\n"), Some(18_432));
        assert_eq!(resident_kb("VmPeak:\t  200 kB\n"), None);
    }
}
