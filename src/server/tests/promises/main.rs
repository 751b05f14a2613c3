//! The promises of `docs/promises.md` against the binary `flui-dashboard`, over HTTP, behind an https address.
//!
//! Names begin with the number of the promise. What the provider or a client can try stands as tables in `flui-hostile`;
//! here each number of them is a test of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a test that is surprised should stop right there"
)]

mod binary;
mod exchange;
mod logout;
mod own_configuration;
mod routes;
mod session;
mod sign_in;

use binary::Binary;

/// Every case of the promise must go as it should.
async fn hold(promise: &str) {
    let cases: Vec<_> = flui_hostile::cases()
        .into_iter()
        .filter(|case| case.promise == promise)
        .collect();
    assert!(!cases.is_empty(), "there is no case for {promise}");
    let faults: Vec<String> = flui_hostile::run(&Binary, cases)
        .await
        .into_iter()
        .filter_map(|finding| Some(format!("{}: {}", finding.case.module, finding.fault?)))
        .collect();
    assert!(faults.is_empty(), "{promise}\n{}", faults.join("\n"));
}

/// A test for each promise.
macro_rules! promises {
    ($($name:ident $promise:literal;)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                crate::hold($promise).await;
            }
        )*
    };
}
pub(crate) use promises;
