//! Bodies that are too large, on every route that takes one.

use http_body_util::StreamBody;
use hyper::body::{Bytes, Frame};

use super::*;

/// What the server takes, in bytes.
const LARGEST: usize = 64 * 1024;

/// A body whose length is told nowhere, so that it comes in chunks.
fn untold(length: usize) -> reqwest::Body {
    let parts = (0..length.div_ceil(1000)).map(move |part| {
        let rest = (length - part * 1000).min(1000);
        Ok::<_, std::io::Error>(Frame::data(Bytes::from(vec![b' '; rest])))
    });
    reqwest::Body::wrap(StreamBody::new(futures::stream::iter(parts.collect::<Vec<_>>())))
}

#[tokio::test]
async fn d1_no_route_takes_a_body_that_is_too_large() {
    let mut scene = Scene::start().await;
    let mut faults = Vec::new();
    let takes_bodies = |row: &Row| row.method != Method::GET;
    for row in table().into_iter().filter(takes_bodies) {
        let path = scene.path(row.route, true).await;
        // Whoever may do it: the stranger to a route is refused before the body counts.
        let column = [Who::Owner, Who::Admin, Who::Service]
            .into_iter()
            .find(|who| {
                let status = row.answers[EVERYBODY.iter().position(|other| other == who).unwrap()];
                status < 400
            })
            .unwrap_or(Who::Admin);
        let kind = if takes_json(row.route) {
            "application/json"
        } else {
            "application/x-www-form-urlencoded"
        };
        for (told, length, expected) in [
            (true, LARGEST + 1, true),
            (false, LARGEST + 1, true),
            (false, LARGEST, false),
        ] {
            let body = if told {
                reqwest::Body::from(vec![b' '; length])
            } else {
                untold(length)
            };
            let request = scene.request(column, &row.method, &path).header("content-type", kind);
            let status = request.body(body).send().await.unwrap().status();
            if (status == StatusCode::PAYLOAD_TOO_LARGE) != expected {
                let told = if told { "told" } else { "in chunks" };
                faults.push(format!(
                    "{} {}: {length} bytes, {told}: {status}",
                    row.method, row.route
                ));
            }
            if status.is_success() || status == StatusCode::SEE_OTHER {
                scene.mend().await;
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
