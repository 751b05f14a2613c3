//! What browsers download, as it comes over the wire with Brotli.

use anyhow::{Context as _, Result, bail};

use super::{
    figures::{Figure, Figures},
    servers::Server,
};
use crate::{assets, http, workspace};

/// Asks the dashboard for its signed-out page, scripts and style sheet.
pub(super) fn measure(dashboard: &Server, figures: &mut Figures) -> Result<()> {
    let page = http::get(dashboard.address, "/", &[])?;
    if page.status() != 200 || !page.says("content-type", "text/html; charset=utf-8") {
        bail!("the signed-out page is not there: {}", page.status_line());
    }
    let scripts = String::from_utf8_lossy(&page.body).matches("<script").count();
    let scripts = u32::try_from(scripts).unwrap_or(u32::MAX);
    figures.add(Figure::at_most(
        "scripts on the signed-out page",
        scripts.into(),
        0.0,
        "",
    ));

    let index = workspace::path("target/dist/site/assets.json")?;
    let assets = assets::read(&index).context("target/dist/site/assets.json cannot be read")?;
    let stem = assets.css.trim_end_matches(".css");
    let code = kilobytes(dashboard, &format!("{stem}.js"))? + kilobytes(dashboard, &format!("{stem}_bg.wasm"))?;
    figures.add(Figure::at_most("script and WebAssembly, Brotli", code, 70.0, "kB"));
    figures.add(Figure::at_most(
        "style sheet, Brotli",
        kilobytes(dashboard, &assets.css)?,
        12.0,
        "kB",
    ));
    Ok(())
}

fn kilobytes(dashboard: &Server, path: &str) -> Result<f64> {
    let answer = http::get(dashboard.address, path, &[("Accept-Encoding", "br")])?;
    if answer.status() != 200 || !answer.says("content-encoding", "br") {
        bail!("{path} does not come with Brotli: {}", answer.status_line());
    }
    let length = u32::try_from(answer.body.len()).context("a file of the site is too large")?;
    Ok(f64::from(length) / 1000.0)
}
