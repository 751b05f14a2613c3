//! A service that lets callers in by their Flui keys.

use std::{env, net::SocketAddr, time::Duration};

use axum::{
    Router,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode},
    routing::get,
};
use serde::Deserialize;

#[derive(Clone)]
struct Flui {
    http: reqwest::Client,
    url: String,
    service_key: String,
}

#[derive(Deserialize)]
struct Answer {
    active: bool,
    sub: Option<String>,
    scope: Option<String>,
}

impl Flui {
    /// Who calls, if their key is good and has the scope. Whatever goes wrong on the way is no yes.
    async fn verify(&self, headers: &HeaderMap, from: SocketAddr, scope: &str) -> Result<String, StatusCode> {
        let authorization = headers.get("authorization").and_then(|value| value.to_str().ok());
        let key = authorization
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(StatusCode::UNAUTHORIZED)?;
        let address = from.ip().to_string();
        let answer = self
            .http
            .post(format!("{}/api/v1/auth/introspect", self.url))
            .bearer_auth(&self.service_key)
            .form(&[("token", key), ("address", &address)])
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
        let answer: Answer = answer.json().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
        let caller = answer.sub.filter(|_| answer.active).ok_or(StatusCode::UNAUTHORIZED)?;
        let scopes = answer.scope.unwrap_or_default();
        if scopes.split(' ').any(|held| held == scope) {
            Ok(caller)
        } else {
            Err(StatusCode::FORBIDDEN)
        }
    }
}

async fn hello(
    State(flui): State<Flui>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<String, StatusCode> {
    let caller = flui.verify(&headers, from, "apps:look").await?;
    Ok(format!("hello {caller}"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let flui = Flui {
        http: reqwest::Client::builder().timeout(Duration::from_secs(5)).build()?,
        url: env::var("FLUI_URL")?,
        service_key: env::var("FLUI_SERVICE_KEY")?,
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", env::var("PORT")?.parse()?)).await?;
    let router = Router::new().route("/", get(hello)).with_state(flui);
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}
