//! The islands, compiled to wasm and bound to their script.

use std::fs;

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    process, setup,
    workspace::{self, files},
};

/// What the browser runs.
pub(crate) struct Bundle {
    /// The ES module that loads the wasm.
    pub(crate) script: Vec<u8>,
    /// The islands.
    pub(crate) wasm: Vec<u8>,
}

/// Compiles `flui-hydrate` and binds it. The binding is done only when cargo made another wasm file.
pub(crate) fn bundle() -> Result<Bundle> {
    let toolchain = setup::wasm_target()?;
    let mut command = toolchain.build();
    command.args([
        "--profile",
        "wasm",
        "--target",
        setup::WASM_TARGET,
        "--package",
        "flui-hydrate",
    ]);
    process::run(&mut command)?;

    let compiled = workspace::path("target")?
        .join(setup::WASM_TARGET)
        .join("wasm/flui_hydrate.wasm");
    let folder = workspace::path("target/wasm-bindgen")?;
    let stamp = folder.join("input");
    let input = fs::read(&compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
    let digest = Sha256::digest(&input).to_vec();
    if fs::read(&stamp).ok().as_ref() != Some(&digest) {
        if folder.is_dir() {
            fs::remove_dir_all(&folder).context("cannot clear target/wasm-bindgen")?;
        }
        bind(input, &folder)?;
        fs::write(&stamp, digest).context("cannot write to target/wasm-bindgen")?;
    }
    Ok(Bundle {
        script: fs::read(folder.join("flui.js")).context("wasm-bindgen left no script")?,
        wasm: fs::read(folder.join("flui_bg.wasm")).context("wasm-bindgen left no wasm")?,
    })
}

fn bind(input: Vec<u8>, folder: &std::path::Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes("flui", input)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The page's loader names the wasm file itself, so that its name may carry a hash.
        .omit_default_module_path(true);
    bindgen.generate(folder).context("wasm-bindgen")?;
    if let Some(extra) = files(folder, None)?
        .iter()
        .find(|file| !file.ends_with("flui.js") && !file.ends_with("flui_bg.wasm"))
    {
        bail!(
            "wasm-bindgen also wrote {}, and the site has no place for it",
            extra.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::workspace;

    fn locked_version(package: &str) -> String {
        let lock: toml::Table =
            toml::from_str(&fs::read_to_string(workspace::path("Cargo.lock").unwrap()).unwrap()).unwrap();
        let packages = lock["package"].as_array().unwrap();
        let found = packages
            .iter()
            .find(|entry| entry["name"].as_str() == Some(package))
            .unwrap();
        found["version"].as_str().unwrap().to_owned()
    }

    #[test]
    fn the_islands_and_their_binder_use_one_version_of_wasm_bindgen() {
        assert_eq!(
            locked_version("wasm-bindgen"),
            locked_version("wasm-bindgen-cli-support")
        );
    }
}
