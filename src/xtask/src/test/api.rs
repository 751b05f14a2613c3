//! The API held to its own document: schemathesis makes up requests, fitting and not, and looks at each answer.

use std::{fs, net::SocketAddr, path::Path, process::Command};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::{
    build, http,
    process::{self, Service, step},
    run::{self, ready},
    setup, workspace,
};

/// The document is asked of the server that is tested, so that it cannot be another's.
const DOCUMENT: &str = "/api/openapi.json";
/// Asked in the end: a key that was ended on the way would have hidden all faults behind 401.
const WITNESS: &str = "/api/v1/auth/me";

pub(super) fn api() -> Result<()> {
    let programs = build::binaries(&["flui-dashboard"])?;
    build::examples(&["bench_fill"], &[])?;
    let schemathesis = step("schemathesis", setup::schemathesis)?;
    step("the API and its document", || {
        let folder = TempDir::with_prefix("flui-api-").context("cannot make a temporary folder")?;
        let key = make_key(&programs, folder.path())?;
        let address = setup::free_address()?;
        let _dashboard = start_dashboard(&programs, folder.path(), address)?;
        let mut command = Command::new(schemathesis);
        command
            .arg("--config-file")
            .arg(workspace::path("end2end/api/schemathesis.toml")?)
            .args(["run", "--url", &format!("http://{address}")])
            .arg(format!("http://{address}{DOCUMENT}"))
            .env("FLUI_API_KEY", &key)
            .current_dir(folder.path());
        process::run(&mut command)?;
        let bearer = format!("Bearer {key}");
        let answer = http::get(address, WITNESS, &[("Authorization", &bearer)])?;
        if answer.status() != 200 {
            bail!("the key that asked was ended on the way: {}", answer.status_line());
        }
        Ok(())
    })
}

/// A database with one person, an administrator, and a key that may do all that they may.
fn make_key(programs: &Path, folder: &Path) -> Result<String> {
    let mut command = Command::new(programs.join("examples/bench_fill"));
    command.arg(folder.join("flui.db")).arg("1");
    let printed = process::output_of(&mut command).context("bench_fill failed")?;
    // A session follows on a line of its own.
    let key = printed.lines().next().context("bench_fill prints no key")?;
    Ok(key.to_owned())
}

/// A dashboard without a provider, which no request with a key needs.
fn start_dashboard(programs: &Path, folder: &Path, address: SocketAddr) -> Result<Service> {
    let site = folder.join("site");
    fs::create_dir_all(site.join("pkg")).context("cannot make the site folder")?;
    fs::write(
        site.join("assets.json"),
        r#"{"outputName":"flui","css":"/pkg/flui.css"}"#,
    )
    .context("cannot write the site's list of assets")?;
    let mut command = Command::new(programs.join("flui-dashboard"));
    command
        .arg("serve")
        .env("FLUI_PUBLIC_URL", format!("http://{address}"))
        .env("FLUI_LISTEN", address.to_string())
        .env("FLUI_STATE_DIR", folder)
        .env("FLUI_SITE_DIR", &site)
        .env(
            "FLUI_DATABASE_URL",
            format!("sqlite:{}", folder.join("flui.db").display()),
        )
        .env("FLUI_OIDC_ISSUER", "http://127.0.0.1:9")
        .env("RUST_LOG", "error")
        .current_dir(folder);
    run::name_development_client(&mut command);
    let mut service = Service::start("flui-dashboard", &mut command)?;
    ready::wait(&mut service, address, "/healthz")?;
    Ok(service)
}
