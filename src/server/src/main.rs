//! `flui-dashboard`: sign-in, sessions and keys for a Flui installation.

use std::{
    io::{BufWriter, IsTerminal, Write},
    process::ExitCode,
    sync::Arc,
};

use clap::{Parser, Subcommand};
use flui_identity::audit::chain::Sound;
use flui_server::{
    App, SystemClock,
    audit_command::{self, AuditCommand, Trouble},
    check,
    config::{self, Config, Flags, LogFormat},
    core_dumps, serve,
};

/// A request makes hundreds of small allocations, a page thousands: glibc spends more time on them than this one does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Sign-in, sessions and keys for a Flui installation, around an OpenID provider.
#[derive(Debug, Parser)]
#[command(name = "flui-dashboard", version)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Configured(Configured),
    /// Print the OpenAPI document of the API. Needs no configuration.
    Openapi,
}

/// What begins with reading the configuration.
#[derive(Clone, Debug, Subcommand)]
enum Configured {
    /// Serve the dashboard and API until SIGTERM or Ctrl-C.
    Serve,
    /// Test configuration, database, provider and site folder without serving.
    Check {
        /// Instead, let a provider that lies loose on a temporary server with this configuration, and report each case.
        /// Neither the database nor the provider of the configuration is touched.
        #[cfg(feature = "hostile-check")]
        #[arg(long)]
        hostile: bool,
    },
    /// Print the configuration in force, with secrets left out.
    Config,
    /// Bring the database to the schema of this version, and stop.
    Migrate,
    /// Check the audit log, export it, or print what to keep of it elsewhere. Runs beside the server.
    #[command(subcommand)]
    Audit(AuditCommand),
}

/// The exit code of `audit verify` when nothing can be said about the log.
const NOT_CHECKED: u8 = 2;

impl Configured {
    /// What is logged unless `RUST_LOG` says otherwise. Under hostile cases every refusal would be a line.
    fn log_filter(&self) -> &'static str {
        match self {
            #[cfg(feature = "hostile-check")]
            Self::Check { hostile: true } => "off",
            _ => "info,tower_sessions=error,tower_sessions_core=error",
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.command {
        Command::Configured(command) => configured(command, &arguments.flags),
        Command::Openapi => {
            print(flui_server::openapi());
            ExitCode::SUCCESS
        }
    }
}

fn configured(command: Configured, flags: &Flags) -> ExitCode {
    // Before the first secret is read.
    if let Err(error) = core_dumps::forbid() {
        return fail(&error);
    }
    // Whoever installed a provider before us chose it; there is one process and one caller.
    let _ = rustls::crypto::ring::default_provider().install_default();
    if let Configured::Audit(AuditCommand::Verify {
        head,
        export: Some(export),
    }) = &command
    {
        return verified(audit_command::verify_export(export, head.as_deref()));
    }
    let config = match config::load(flags, config::environment()) {
        Ok(config) => config,
        Err(faults) if matches!(command, Configured::Audit(_)) => {
            let _ = fail(&faults);
            return NOT_CHECKED.into();
        }
        Err(faults) => return fail(&faults),
    };
    start_log(config.log, command.log_filter());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    runtime.block_on(async {
        match command {
            Configured::Serve => run(config).await,
            #[cfg(feature = "hostile-check")]
            Configured::Check { hostile: true } => {
                report_hostile(flui_server::hostile::check(&config, flui_hostile::cases()).await)
            }
            Configured::Check { .. } => report(&check::check(&config).await),
            Configured::Config => {
                print(&config.redacted());
                ExitCode::SUCCESS
            }
            Configured::Migrate => match flui_server::migrate(&config).await {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => fail(&error),
            },
            Configured::Audit(command) => audit(&config, command).await,
        }
    })
}

async fn audit(config: &Config, command: AuditCommand) -> ExitCode {
    let done = match command {
        AuditCommand::Verify { head, .. } => return verified(audit_command::verify(config, head.as_deref()).await),
        AuditCommand::Export => audit_command::export(config, &mut BufWriter::new(std::io::stdout())).await,
        AuditCommand::Head => audit_command::head(config).await.map(|line| print(&line)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            let _ = fail(&trouble);
            NOT_CHECKED.into()
        }
    }
}

fn verified(outcome: Result<Sound, Trouble>) -> ExitCode {
    match outcome {
        Ok(Sound { rows, head }) => {
            print(&format!(
                "ok      {rows} rows, the last is {} with {}\n",
                head.seq, head.hash
            ));
            ExitCode::SUCCESS
        }
        Err(trouble) if trouble.is_finding() => {
            print(&format!("FAULT   {trouble}\n"));
            ExitCode::FAILURE
        }
        Err(trouble) => {
            let _ = fail(&trouble);
            NOT_CHECKED.into()
        }
    }
}

async fn run(config: Config) -> ExitCode {
    let app = match App::open(config, Arc::new(SystemClock)).await {
        Ok(app) => app,
        Err(error) => return fail(&error),
    };
    let served = match serve(app).await {
        Ok(served) => served,
        Err(error) => return fail(&error),
    };
    let asked = tokio::spawn(stop_signal());
    let stopper = async {
        // A failed signal handler is told in the log; the server then runs until it is killed.
        if asked.await.is_ok() {
            tracing::info!("stopping");
        }
    };
    stopper.await;
    served.stop();
    match served.stopped().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(error) => {
                tracing::warn!(%error, "SIGTERM cannot be heard");
                let _ = interrupt.await;
            }
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}

fn report(findings: &[check::Finding]) -> ExitCode {
    let mut text = String::new();
    for finding in findings {
        match &finding.fault {
            None => text = text + "ok      " + finding.what + "\n",
            Some(fault) => text = text + "FAULT   " + finding.what + ": " + fault + "\n",
        }
    }
    print(&text);
    if findings.iter().all(|finding| finding.fault.is_none()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The findings in the order of their promises, and a line that counts them.
#[cfg(feature = "hostile-check")]
fn report_hostile(mut findings: Vec<flui_hostile::Finding>) -> ExitCode {
    use std::fmt::Write as _;

    let place = |promise: &str| {
        let (letter, number) = promise.split_at(1);
        (letter.to_owned(), number.parse::<u32>().unwrap_or(u32::MAX))
    };
    findings.sort_by_cached_key(|finding| (place(finding.case.promise), finding.case.module.clone()));
    let mut text = String::new();
    for finding in &findings {
        let (promise, module) = (finding.case.promise, &finding.case.module);
        // Writing into a string cannot fail.
        let _ = match &finding.fault {
            None => writeln!(text, "ok      {promise:<4} {module}"),
            Some(fault) => writeln!(text, "FAULT   {promise:<4} {module}: {fault}"),
        };
    }
    let faults = findings.iter().filter(|finding| finding.fault.is_some()).count();
    let _ = writeln!(text, "{} cases, {faults} faults", findings.len());
    print(&text);
    if faults == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn start_log(format: LogFormat, default: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(default));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Json => builder.json().init(),
        LogFormat::Pretty => builder.with_ansi(std::io::stderr().is_terminal()).init(),
    }
}

/// Writes to stdout; a reader that has gone away is no fault of ours.
fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Tells the error and each of its causes.
fn fail(error: &dyn std::error::Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "flui-dashboard: {}", check::chain(error));
    ExitCode::FAILURE
}
