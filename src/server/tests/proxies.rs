//! Apps behind the real nginx, the real Caddy and the real Traefik, set up by the very text of the guides in `docs/`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a test that is surprised should stop right there"
)]

mod proxies {
    mod authority;
    mod guides;
    mod keys;
    mod people;
    mod scene;
    mod start;
}
