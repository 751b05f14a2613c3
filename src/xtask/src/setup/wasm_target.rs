//! The compiler for wasm: rustup's target where rustup can get it, else Debian's own compiler.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::Result;

use super::debian;
use crate::{process, workspace};

/// The target that browsers run.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// A machine without a network must not wait for rustup's own, much longer limit.
const RUSTUP_LIMIT: Duration = Duration::from_mins(2);

/// Debian's compiler, its standard library's source and the linker that the other packages leave out.
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];

/// A compiler that can make wasm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WasmToolchain {
    /// The compiler of everything else, with the target installed.
    Same,
    /// Debian's, which builds the standard library along: the one it ships has no bitcode for LTO.
    Debian,
}

impl WasmToolchain {
    /// `cargo build` for the wasm target; the arguments are the caller's.
    pub(crate) fn build(self) -> Command {
        self.cargo("build")
    }

    /// The strictest check this compiler has: Debian's comes without clippy.
    pub(crate) fn check(self) -> Command {
        match self {
            Self::Same => self.cargo("clippy"),
            Self::Debian => self.cargo("check"),
        }
    }

    fn cargo(self, command: &str) -> Command {
        match self {
            Self::Same => {
                let mut cargo = workspace::cargo();
                cargo.arg(command);
                cargo
            }
            Self::Debian => {
                let mut cargo = Command::new("/usr/bin/cargo");
                workspace::tidy(&mut cargo);
                // Building the standard library is an unstable option, which a stable compiler only takes like this.
                cargo.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1");
                cargo.args([command, "-Z", "build-std=std,panic_abort"]);
                cargo
            }
        }
    }
}

/// Finds a compiler for wasm, and installs one where there is none.
pub(crate) fn wasm_target() -> Result<WasmToolchain> {
    if has_target() {
        return Ok(WasmToolchain::Same);
    }
    if process::output_of(Command::new("rustup").arg("--version")).is_some() {
        println!("    adding the target {WASM_TARGET} with rustup");
        let outcome = process::run_within(
            Command::new("rustup").args(["target", "add", WASM_TARGET]),
            RUSTUP_LIMIT,
        );
        match outcome {
            Ok(()) => return Ok(WasmToolchain::Same),
            Err(error) => println!("    rustup cannot add it ({error:#}); trying Debian's compiler"),
        }
    }
    if !has_debian_compiler() {
        debian::install(
            &DEBIAN_PACKAGES,
            "a compiler for wasm (rustup target add wasm32-unknown-unknown)",
        )?;
    }
    Ok(WasmToolchain::Debian)
}

fn has_target() -> bool {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command.args(["--print", "target-libdir", "--target", WASM_TARGET]);
    process::output_of(&mut command).is_some_and(|folder| PathBuf::from(folder).is_dir())
}

fn has_debian_compiler() -> bool {
    let dpkg =
        |package| process::output_of(Command::new("dpkg-query").args(["--show", "--showformat=${Status}", package]));
    Path::new("/usr/bin/cargo").exists()
        && DEBIAN_PACKAGES
            .iter()
            .all(|package| dpkg(package).is_some_and(|status| status.ends_with(" installed")))
}
