use std::{fs, path::Path};

use super::support::Sandbox;

#[test]
fn cli_reference_is_current() {
    let rendered = Sandbox::new().flui(&["reference"]).stdout;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        rendered == committed,
        "docs/cli.md is not what the program says. Write it anew:\n\
         cargo run --bin flui -- reference > docs/cli.md"
    );
    assert!(rendered.contains("## flui auth login"));
    assert!(!rendered.contains("generate-api-key"), "hidden names stay hidden");
}
