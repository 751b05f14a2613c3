//! The site folder: style sheets, the islands' WebAssembly, fonts and icons, under names that carry their content's hash.

use std::{
    convert::Infallible,
    path::{Path, PathBuf},
};

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header},
    response::IntoResponse,
};
use leptos::config::LeptosOptions;
use serde::Deserialize;
use tower::{Service, ServiceBuilder};
use tower_http::{
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
};

/// What `cargo xtask build` wrote beside the files.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    output_name: String,
    css: String,
}

/// The site folder, read.
#[derive(Debug)]
pub(crate) struct Assets {
    /// What Leptos must know to name the scripts.
    pub(crate) leptos: LeptosOptions,
    /// The path of the style sheet.
    pub(crate) css_path: String,
}

/// Why the site folder cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(
    "The site folder {path} cannot be used: {why}. Run cargo xtask build, or let FLUI_SITE_DIR name the folder `site` of an installation."
)]
pub struct AssetsError {
    path: String,
    why: String,
}

/// Reads the folder's manifest.
pub(crate) fn read(site: &Path) -> Result<Assets, AssetsError> {
    let path = site.join("assets.json");
    let error = |why: String| AssetsError {
        path: site.display().to_string(),
        why,
    };
    let text = std::fs::read_to_string(&path).map_err(|e| error(format!("assets.json: {e}")))?;
    let manifest: Manifest = serde_json::from_str(&text).map_err(|e| error(format!("assets.json: {e}")))?;
    let leptos = LeptosOptions::builder()
        .output_name(manifest.output_name)
        .site_root(site.display().to_string())
        .site_pkg_dir("pkg")
        .env(leptos::config::Env::PROD)
        .build();
    Ok(Assets {
        leptos,
        css_path: manifest.css,
    })
}

/// Serves the files with hashed names.
pub(crate) fn pkg(
    site: &Path,
) -> impl Service<Request, Response: IntoResponse, Error = Infallible, Future: Send + 'static> + Clone + Send + Sync + 'static
{
    let pkg = ServeDir::new(site.join("pkg")).precompressed_br().precompressed_gzip();
    ServiceBuilder::new()
        .layer(keep("public, max-age=31536000, immutable"))
        .service(pkg)
}

fn keep(value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static(value))
}

/// Serves the folder. Hashed names may be kept for ever, the others for an hour.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(site: &Path) -> Router<S> {
    let file = |name: &str| {
        ServiceBuilder::new()
            .layer(keep("public, max-age=3600"))
            .service(ServeFile::new(PathBuf::from(site).join(name)))
    };
    Router::new()
        .nest_service("/pkg", pkg(site))
        .route_service("/favicon.svg", file("favicon.svg"))
        .route_service("/robots.txt", file("robots.txt"))
}
