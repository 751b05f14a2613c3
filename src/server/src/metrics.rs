//! Prometheus metrics, on a listener of their own: they tell outsiders more than they should know.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
    routing::get,
};
use metrics::{counter, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tokio::net::TcpListener;

use crate::app::StartError;

const REQUESTS: &str = "flui_http_requests_total";
const SECONDS: &str = "flui_http_request_seconds";

/// How often durations are counted into their buckets.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Upper bounds of the buckets, in seconds.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0];

/// Counts the request and how long its answer took, by route and never by address: the number of series stays bounded.
pub(crate) async fn record(request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let route = route.unwrap_or_else(|| "none".to_owned());
    let method = request.method().as_str().to_owned();
    let started = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    histogram!(SECONDS, "route" => route.clone()).record(started.elapsed().as_secs_f64());
    counter!(REQUESTS, "method" => method, "route" => route, "status" => status).increment(1);
    response
}

/// Begins to keep metrics and serves them at `/metrics` until the process ends.
pub(crate) async fn serve(listen: SocketAddr) -> Result<(), StartError> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(SECONDS.to_owned()), &BUCKETS)
        .map_err(|error| StartError::Metrics(error.to_string()))?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|error| StartError::Metrics(error.to_string()))?;
    metrics::describe_counter!(REQUESTS, "Requests answered, by method, route and status.");
    metrics::describe_histogram!(SECONDS, metrics::Unit::Seconds, "How long answers took, by route.");
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| StartError::Listen(listen, error))?;
    let kept = handle.clone();
    let router = Router::new().route("/metrics", get(async move || handle.render()));
    // Without it every duration stays in memory until somebody asks for the figures.
    tokio::spawn(async move {
        let mut upkeep = tokio::time::interval(UPKEEP_EVERY);
        loop {
            upkeep.tick().await;
            kept.run_upkeep();
        }
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(())
}
