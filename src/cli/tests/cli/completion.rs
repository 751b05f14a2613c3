use super::support::Sandbox;

#[test]
fn every_shell_gets_a_script() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = sandbox.flui(&["completion", shell]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        assert!(ran.stdout.contains("flui") && ran.stdout.contains("whoami"), "{shell}");
    }
    assert!(!sandbox.home().exists(), "printing a script writes no files");
}

#[test]
fn an_unknown_shell_and_an_unknown_command_are_usage_errors() {
    let sandbox = Sandbox::new();
    for args in [
        &["completion", "tcsh"][..],
        &["frobnicate"],
        &[],
        &["auth"],
        &["--output", "yaml", "whoami"],
    ] {
        let ran = sandbox.flui(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?} {ran:?}");
    }
}

#[test]
fn the_version_is_the_packages() {
    let ran = Sandbox::new().flui(&["--version"]);
    assert_eq!(
        (ran.code, ran.stdout),
        (0, format!("flui {}\n", env!("CARGO_PKG_VERSION")))
    );
}

#[test]
fn the_completion_script_may_be_cut_off() {
    let sandbox = Sandbox::new();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_flui"))
        .args(["completion", "bash"])
        .env("FLUI_HOME", sandbox.home())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
