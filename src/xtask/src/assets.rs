//! The site: what the browser loads, as a folder that the server serves.
//!
//! `wasm` compiles the islands, `server_code` sees that nothing of the server got among them, `css` makes the style sheet,
//! `site` gives them a hashed name and lays them down with what stands in `public/`, `compress` writes the smaller twins.
//! Nothing here downloads anything.

mod classes;
mod compress;
mod css;
mod minify;
mod server_code;
mod site;
mod wasm;

use std::path::Path;

use anyhow::Result;

pub(crate) use self::site::read;

use crate::workspace::SiteOptions;

/// Makes the site in `folder`. Steps whose input is unchanged are skipped.
pub(crate) fn build(folder: &Path, options: &SiteOptions) -> Result<()> {
    let bundle = wasm::bundle()?;
    server_code::refuse(&bundle.wasm)?;
    server_code::refuse(&bundle.script)?;
    let style = css::stylesheet()?;
    site::write(
        folder,
        options,
        &site::Content {
            script: bundle.script,
            wasm: bundle.wasm,
            style,
        },
    )
}
