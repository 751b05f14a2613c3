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
use flui_identity::sign_ins::LiveCount;
use flui_model::{Kind, Timestamp};
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    app::StartError,
    connections::{self, Limits},
    health,
};

const REQUESTS: &str = "flui_http_requests_total";
const SECONDS: &str = "flui_http_request_seconds";
const LIVE: &str = "flui_sign_ins_live";
const DAYS_LEFT: &str = "flui_keys_days_left";
const WEBHOOK: &str = "flui_webhook_attempts_total";

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

/// Sets the figures of what is live. Of a kind without any key nothing ends, which is endlessly many days.
pub(crate) fn set_live(counted: &[LiveCount], now: Timestamp) {
    for kind in Kind::ALL {
        let found = counted.iter().find(|row| row.kind == kind);
        let live = found.map_or(0, |row| u32::try_from(row.count).unwrap_or(u32::MAX));
        gauge!(LIVE, "kind" => kind.as_str()).set(live);
        if kind.is_key() {
            let days = found.map_or(f64::INFINITY, |row| row.first_end.since(now).as_secs_f64() / 86_400.0);
            gauge!(DAYS_LEFT, "kind" => kind.as_str()).set(days);
        }
    }
}

/// Counts an attempt of the webhook: `delivered`, `failed`, or `given_up` if it was the last of its message.
pub(crate) fn count_webhook(outcome: &'static str) {
    counter!(WEBHOOK, "outcome" => outcome).increment(1);
}

/// Begins to keep metrics and serves them at `/metrics`, with `/healthz` beside it, until the process ends.
pub(crate) async fn serve(listen: SocketAddr) -> Result<(), StartError> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(SECONDS.to_owned()), &BUCKETS)
        .map_err(|error| StartError::Metrics(error.to_string()))?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|error| StartError::Metrics(error.to_string()))?;
    metrics::describe_counter!(REQUESTS, "Requests answered, by method, route and status.");
    metrics::describe_counter!(WEBHOOK, "Attempts to deliver to the webhook, by outcome.");
    metrics::describe_histogram!(SECONDS, metrics::Unit::Seconds, "How long answers took, by route.");
    metrics::describe_gauge!(LIVE, "Sign-ins that are live, by kind; a minute old at most.");
    metrics::describe_gauge!(
        DAYS_LEFT,
        "Days until the first live key of the kind ends; +Inf without any."
    );
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| StartError::Listen(listen, error))?;
    let kept = handle.clone();
    // A probe gets its answer here even while all connections of the public address are taken.
    let router = Router::new()
        .route("/metrics", get(async move || handle.render()))
        .route("/healthz", get(health::healthz));
    // Without it every duration stays in memory until somebody asks for the figures.
    tokio::spawn(async move {
        let mut upkeep = tokio::time::interval(UPKEEP_EVERY);
        loop {
            upkeep.tick().await;
            kept.run_upkeep();
        }
    });
    // It ends with the process: the last figures are told while the others drain.
    tokio::spawn(connections::serve(
        listener,
        router,
        Limits::WATCHERS,
        CancellationToken::new(),
    ));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn attempts_of_the_webhook_are_told_by_outcome() {
        let recorder = PrometheusBuilder::new().build_recorder();
        metrics::with_local_recorder(&recorder, || {
            for outcome in ["failed", "given_up", "failed"] {
                count_webhook(outcome);
            }
        });
        let text = recorder.handle().render();
        for line in ["{outcome=\"failed\"} 2", "{outcome=\"given_up\"} 1"] {
            assert!(text.contains(&format!("flui_webhook_attempts_total{line}")), "{text}");
        }
    }

    #[test]
    fn what_is_live_is_told_by_kind_with_the_days_of_the_first_end() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        let now = Timestamp::from_seconds(1_764_000_000);
        let counted = [LiveCount {
            kind: Kind::Ci,
            count: 3,
            first_end: now + Duration::from_hours(36),
        }];
        metrics::with_local_recorder(&recorder, || set_live(&counted, now));
        let text = handle.render();
        for line in [
            "flui_sign_ins_live{kind=\"ci\"} 3",
            "flui_sign_ins_live{kind=\"browser\"} 0",
            "flui_keys_days_left{kind=\"ci\"} 1.5",
            "flui_keys_days_left{kind=\"service\"} inf",
        ] {
            assert!(text.lines().any(|told| told == line), "{line}: {text}");
        }
        assert!(!text.contains("flui_keys_days_left{kind=\"browser\"}"), "{text}");
        metrics::with_local_recorder(&recorder, || set_live(&[], now));
        assert!(
            handle.render().contains("flui_sign_ins_live{kind=\"ci\"} 0"),
            "what ended is not told on"
        );
    }
}
