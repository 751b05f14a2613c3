use std::fs;

use super::support::Sandbox;

#[test]
fn every_command_that_people_see_has_a_manual_page() {
    let sandbox = Sandbox::new();
    let folder = sandbox.home().join("man");
    let ran = sandbox.flui(&["man", folder.to_str().unwrap()]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""));
    let page = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(page("flui.1").contains(".TH flui 1") && page("flui.1").contains("Exit codes"));
    assert!(page("flui-keys-create.1").contains("flui keys create deploy"));
    assert!(!folder.join("flui-reference.1").exists(), "hidden commands stay hidden");

    let file = sandbox.flui(&["man", folder.join("flui.1").to_str().unwrap()]);
    assert_eq!(file.code, 1, "{file:?}");
}
