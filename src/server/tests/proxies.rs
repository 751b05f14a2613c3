//! Apps behind the real nginx and the real Caddy, set up by the very text of the guides in `docs/`, and behind the wire
//! shape of Traefik.
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
    mod traefik;
}
