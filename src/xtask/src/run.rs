//! `cargo xtask run`: the dashboard with a development provider beside it.

pub(crate) mod ready;
mod sealing_keys;
mod watch;

use std::{
    env, fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use self::watch::Watch;
use crate::{
    build,
    process::{self, Service},
    workspace,
};

const DASHBOARD: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 3000);
const PROVIDER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9400);

/// Builds everything and serves the dashboard on port 3000 of 127.0.0.1 until Ctrl-C.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Serve the optimised installation of target/dist.
    #[arg(long)]
    release: bool,
    /// Build again and restart when src, style or public change.
    #[arg(long)]
    watch: bool,
    /// Use this OpenID provider instead of the development one; its client is named by the environment, with the
    /// variables that the dashboard itself reads.
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    check_environment(arguments)?;
    check_port("the dashboard", DASHBOARD)?;
    if arguments.issuer.is_none() {
        check_port("the development provider", PROVIDER)?;
    }
    let watch = if arguments.watch { Some(Watch::start()?) } else { None };
    let mut served = Built::make(arguments)?;
    fs::create_dir_all(workspace::path("target/run")?).context("cannot make target/run")?;
    let mut provider = served.start_provider()?;
    let mut dashboard = served.start_dashboard()?;
    print_welcome(&served, arguments);

    while !process::interrupted() {
        process::pause();
        let alive = dashboard
            .check()
            .and_then(|()| provider.as_mut().map_or(Ok(()), Service::check));
        // A terminal sends Ctrl-C to the servers too, and they may be gone before it is noticed here.
        if !process::interrupted() {
            alive?;
        }
        if !watch.as_ref().is_some_and(Watch::changed) {
            continue;
        }
        match Built::make(arguments) {
            Err(_) if process::interrupted() => {}
            Err(error) => println!("xtask: {error:#}\nThe last good build goes on serving."),
            Ok(fresh) => {
                // A new provider has new keys and has forgotten everyone, so it is only restarted when it changed.
                if fresh.provider_time != served.provider_time {
                    drop(provider.take());
                    provider = fresh.start_provider()?;
                }
                served = fresh;
                drop(dashboard);
                dashboard = served.start_dashboard()?;
                println!("serving the new build");
            }
        }
    }
    println!("ending");
    Ok(())
}

/// What a build has left to be started.
struct Built {
    /// Folder of `flui-dashboard` and `flui`.
    programs: PathBuf,
    site: PathBuf,
    /// The development provider, unless another one is used.
    provider: Option<PathBuf>,
    /// When that was built.
    provider_time: Option<SystemTime>,
    issuer: String,
}

impl Built {
    fn make(arguments: &Arguments) -> Result<Self> {
        let mut names = build::INSTALLED.to_vec();
        if arguments.issuer.is_none() {
            names.push("flui-devidp");
        }
        let (programs, site, compiled) = if arguments.release {
            let dist = build::release(&names)?;
            (dist.clone(), dist.join("site"), workspace::path("target/release")?)
        } else {
            let site = build::site()?;
            let programs = build::binaries(&names)?;
            (programs.clone(), site, programs)
        };
        let provider = arguments.issuer.is_none().then(|| compiled.join("flui-devidp"));
        let provider_time = provider
            .as_ref()
            .and_then(|provider| fs::metadata(provider).ok()?.modified().ok());
        let issuer = arguments.issuer.clone().unwrap_or_else(|| format!("http://{PROVIDER}"));
        Ok(Self {
            programs,
            site,
            provider,
            provider_time,
            issuer,
        })
    }

    fn start_provider(&self) -> Result<Option<Service>> {
        let Some(provider) = &self.provider else {
            return Ok(None);
        };
        let mut command = Command::new(provider);
        command.args(["--listen", &PROVIDER.to_string()]);
        let mut service = Service::start("flui-devidp", &mut command)?;
        ready::wait(&mut service, PROVIDER, "/.well-known/openid-configuration")?;
        Ok(Some(service))
    }

    fn start_dashboard(&self) -> Result<Service> {
        let mut command = Command::new(self.programs.join("flui-dashboard"));
        command
            .arg("serve")
            .env("FLUI_PUBLIC_URL", format!("http://{DASHBOARD}"))
            .env("FLUI_LISTEN", DASHBOARD.to_string())
            .env("FLUI_STATE_DIR", workspace::path("target/run")?)
            .env("FLUI_SITE_DIR", &self.site)
            .env("FLUI_OIDC_ISSUER", &self.issuer);
        if env::var_os("FLUI_DATABASE_URL").is_none() {
            command.env("FLUI_DATABASE_URL", "sqlite:flui.db");
        }
        if self.provider.is_some() {
            name_development_client(&mut command);
        }
        if env::var_os("FLUI_SEALING_KEYS").is_none() && env::var_os("FLUI_SEALING_KEYS_FILE").is_none() {
            command.env("FLUI_SEALING_KEYS_FILE", sealing_keys::file()?);
        }
        let mut service = Service::start("flui-dashboard", &mut command)?;
        ready::wait(&mut service, DASHBOARD, "/readyz")?;
        Ok(service)
    }
}

/// Configures a dashboard as the client that the development provider knows.
pub(crate) fn name_development_client(dashboard: &mut Command) {
    dashboard
        .env("FLUI_OIDC_CLIENT_ID", "flui-dashboard")
        .env("FLUI_OIDC_CLIENT_SECRET", "dev-secret")
        .env("FLUI_OIDC_CLI_CLIENT_ID", "flui-cli")
        .env("FLUI_OIDC_REGISTRATION_TOKEN", "dev-registration-token")
        .env("FLUI_ADMIN_ROLES", "flui-admins")
        .env("FLUI_READONLY_ROLES", "flui-viewers");
}

fn check_environment(arguments: &Arguments) -> Result<()> {
    if arguments.issuer.is_none() {
        return Ok(());
    }
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    if !set("FLUI_OIDC_CLIENT_ID") || !(set("FLUI_OIDC_CLIENT_SECRET") || set("FLUI_OIDC_CLIENT_SECRET_FILE")) {
        bail!(
            "--issuer needs the client you made at that provider: set FLUI_OIDC_CLIENT_ID and FLUI_OIDC_CLIENT_SECRET \
             (or FLUI_OIDC_CLIENT_SECRET_FILE). Its redirect address is http://{DASHBOARD}/auth/callback"
        );
    }
    Ok(())
}

fn check_port(who: &str, address: SocketAddr) -> Result<()> {
    match TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(error) => bail!(
            "port {} of {} is taken, and {who} needs it ({error}): end the program that holds it and try again",
            address.port(),
            address.ip()
        ),
    }
}

fn print_welcome(served: &Built, arguments: &Arguments) {
    println!("\nThe dashboard is at http://{DASHBOARD}\n");
    if served.provider.is_some() {
        println!("Sign in as one of the people of the development provider:");
        println!("  ada    ada-password     administrator");
        println!("  grace  grace-password   user");
        println!("  linus  linus-password   may only look\n");
    } else {
        println!("People sign in at {}\n", served.issuer);
    }
    let flui = shown(&served.programs.join("flui"));
    println!("Then try the CLI in another terminal:");
    println!("  {flui} context create local --api-url http://{DASHBOARD} --switch && {flui} auth login\n");
    println!(
        "State is kept in target/run; Ctrl-C ends it all{}.",
        if arguments.watch { ", changes are watched" } else { "" }
    );
}

/// A path as one types it in the workspace's folder.
fn shown(path: &Path) -> String {
    let root = workspace::path("").unwrap_or_default();
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let error = check_port("the dashboard", address).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("port {} of 127.0.0.1 is taken", address.port())),
            "{error}"
        );
        drop(listener);
        check_port("the dashboard", address).unwrap();
    }
}
