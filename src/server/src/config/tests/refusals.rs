//! Bad values, each beside a good one, and faults in general.

use super::{MINIMUM, SEALING_KEYS, SECRET, from_file, keys, loaded, with};

/// A variable, a value that is refused, what the refusal says, and a value that is taken.
const TWINS: [(&str, &str, &str, &str); 72] = [
    (
        "FLUI_OIDC_REGISTRATION_TOKEN",
        "short",
        "at least 8 characters",
        "a-good-token",
    ),
    (
        "FLUI_OIDC_REGISTRATION_TOKEN",
        "a token with spaces",
        "must be a bearer token",
        "a.token~with+all/signs==",
    ),
    (
        "FLUI_PUBLIC_URL",
        "http://app.example.org",
        "must be https",
        "https://app.example.org",
    ),
    (
        "FLUI_PUBLIC_URL",
        "http://192.168.0.1",
        "must be https",
        "http://127.8.9.1",
    ),
    (
        "FLUI_PUBLIC_URL",
        "http://0.0.0.0:3000",
        "must be https",
        "http://localhost:3000",
    ),
    ("FLUI_PUBLIC_URL", "http://[::2]", "must be https", "http://[::1]"),
    (
        "FLUI_PUBLIC_URL",
        "http://localhost.example.org",
        "must be https",
        "https://localhost.example.org",
    ),
    (
        "FLUI_PUBLIC_URL",
        "app.example.org",
        "must begin with https://",
        "https://app.example.org:8443",
    ),
    (
        "FLUI_PUBLIC_URL",
        "ftp://app.example.org",
        "must begin with https://",
        "https://app.example.org/",
    ),
    ("FLUI_PUBLIC_URL", "https://", "not a web address", "https://a"),
    (
        "FLUI_PUBLIC_URL",
        "https://app.example.org:99999",
        "not a web address",
        "https://app.example.org:9999",
    ),
    (
        "FLUI_PUBLIC_URL",
        "https://app.example.org/flui",
        "must end after host",
        "https://app.example.org",
    ),
    (
        "FLUI_PUBLIC_URL",
        "https://app.example.org?a=b",
        "must end after host",
        "https://app.example.org",
    ),
    (
        "FLUI_PUBLIC_URL",
        "https://app.example.org/#",
        "must end after host",
        "https://app.example.org/",
    ),
    (
        "FLUI_PUBLIC_URL",
        "https://me:word@app.example.org",
        "user name or a password",
        "https://app.example.org",
    ),
    (
        "FLUI_PUBLIC_URL",
        "https://*.example.org",
        "not a pattern",
        "https://a.example.org",
    ),
    (
        "FLUI_PUBLIC_URL",
        "https:\\\\app.example.org",
        "must begin with https://",
        "https://app.example.org",
    ),
    ("FLUI_PUBLIC_URL", "", "is empty", "https://app.example.org"),
    ("FLUI_LISTEN", "3000", "not an address and port", "0.0.0.0:3000"),
    ("FLUI_LISTEN", "localhost:3000", "not an address and port", "[::]:3000"),
    (
        "FLUI_LISTEN",
        "127.0.0.1:99999",
        "not an address and port",
        "127.0.0.1:0",
    ),
    (
        "FLUI_METRICS_LISTEN",
        "off",
        "not an address and port",
        "127.0.0.1:9000",
    ),
    ("FLUI_METRICS_LISTEN", "127.0.0.1:3000", "must differ", "127.0.0.1:3001"),
    ("FLUI_STATE_DIR", "/dev/null", "not a folder", "/dev"),
    ("FLUI_SITE_DIR", " ", "is empty", "site"),
    ("FLUI_DATABASE_URL", "sqlite::memory:", "would forget", "sqlite:memory"),
    (
        "FLUI_DATABASE_URL",
        "sqlite://:memory:",
        "would forget",
        "sqlite://memory",
    ),
    ("FLUI_DATABASE_URL", "sqlite:", "must name a file", "sqlite:a"),
    ("FLUI_DATABASE_URL", "sqlite:data/", "must name a file", "sqlite:data/a"),
    (
        "FLUI_DATABASE_URL",
        "sqlite:flui.db?mode=ro",
        "no parameters",
        "sqlite:flui.db",
    ),
    (
        "FLUI_DATABASE_URL",
        "mysql://db/flui",
        "must begin with sqlite:",
        "postgresql://db/flui",
    ),
    (
        "FLUI_DATABASE_URL",
        "postgres://db:port/flui",
        "not an address",
        "postgres://db:5432/flui",
    ),
    (
        "FLUI_SEALING_KEYS",
        "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
        "without an id",
        "a:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
    ),
    (
        "FLUI_SEALING_KEYS",
        "a:AQIDBAUGBwgJCgsMDQ4PEA==",
        "of 16 bytes instead of 32",
        "a:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA",
    ),
    (
        "FLUI_SEALING_KEYS",
        "a:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=,a:AgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICE=",
        "two keys of one id",
        SEALING_KEYS,
    ),
    (
        "FLUI_SEALING_KEYS",
        "b:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=,a:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
        "one key under two ids",
        SEALING_KEYS,
    ),
    (
        "FLUI_ACCOUNT_URL",
        "javascript:alert(1)",
        "must begin with https://",
        "https://id.example.org/me?a=b",
    ),
    (
        "FLUI_ACCOUNT_URL",
        "http://id.example.org/me",
        "must be https",
        "http://localhost:4000/me",
    ),
    ("FLUI_TRUSTED_PROXIES", "0.0.0.0/0", "believe anybody", "10.0.0.0/8"),
    (
        "FLUI_TRUSTED_PROXIES",
        "10.0.0.0/8 ::/0",
        "believe anybody",
        "10.0.0.0/8 fd00::/8",
    ),
    ("FLUI_TRUSTED_PROXIES", "10.0.0.1", "write 10.0.0.1/32", "10.0.0.1/32"),
    ("FLUI_TRUSTED_PROXIES", "10.0.0.0/33", "not a network", "10.0.0.0/32"),
    ("FLUI_TRUSTED_PROXIES", "10.0.0.0/8,", "is empty", "10.0.0.0/8"),
    ("FLUI_FRESH_SIGN_IN", "0m", "from 1m to 30d", "1m"),
    (
        "FLUI_OUTBOUND_ALLOW_PRIVATE",
        "0.0.0.0/0",
        "allow every address",
        "10.1.0.0/16 fd00:1::/32",
    ),
    (
        "FLUI_OUTBOUND_ALLOW_PRIVATE",
        "10.1.0.1",
        "write 10.1.0.1/32",
        "10.1.0.1/32",
    ),
    ("FLUI_LOG", "xml", "neither json nor pretty", "json"),
    (
        "FLUI_OIDC_ISSUER",
        "http://id.example.org",
        "must be https",
        "http://localhost:4000",
    ),
    (
        "FLUI_OIDC_ISSUER",
        "https://id.example.org?a",
        "neither query nor fragment",
        "https://id.example.org/a",
    ),
    (
        "FLUI_OIDC_ISSUER",
        "https://id.example.org#a",
        "neither query nor fragment",
        "https://id.example.org",
    ),
    (
        "FLUI_OIDC_ISSUER",
        " https://id.example.org",
        "white space",
        "https://id.example.org",
    ),
    (
        "FLUI_OIDC_ISSUER",
        "https://id.example.org/a b",
        "a space or a backslash",
        "https://id.example.org/a%20b",
    ),
    ("FLUI_OIDC_CLIENT_ID", "", "is empty", "a"),
    ("FLUI_OIDC_CLIENT_ID", "dash\nboard", "control character", "dash board"),
    ("FLUI_OIDC_CLIENT_SECRET", "", "is empty", "dev-secret"),
    (
        "FLUI_OIDC_CLIENT_SECRET",
        "1234567",
        "at least 8 characters",
        "12345678",
    ),
    ("FLUI_OIDC_CLIENT_SECRET", "\u{fffd}12345678", "not UTF-8", "ü12345678"),
    ("FLUI_OIDC_CLI_CLIENT_ID", "", "is empty", "a"),
    ("FLUI_OIDC_SCOPES", "profile email", "must hold openid", "openid"),
    ("FLUI_OIDC_SCOPES", "openid \"a\"", "not a scope", "openid a:b/c"),
    ("FLUI_OIDC_AUDIENCES", "a,,b", "is empty", "a,b"),
    ("FLUI_OIDC_CA_FILE", "/nowhere/ca.pem", "cannot be read", "Cargo.toml"),
    ("FLUI_OIDC_CA_FILE", "/", "is not a file", "Cargo.toml"),
    ("FLUI_ROLES_CLAIM", "", "is empty", "realm_access.roles"),
    (
        "FLUI_ROLES_CLAIM",
        "email",
        "name a claim of roles or groups",
        "https://example.org/email",
    ),
    (
        "FLUI_ROLES_CLAIM",
        "preferred_username",
        "name a claim of roles or groups",
        "roles",
    ),
    ("FLUI_ADMIN_ROLES", "", "is empty", "admin"),
    ("FLUI_ADMIN_ROLES", "admin,,owner", "is empty", "admin,owner"),
    ("FLUI_SESSION_IDLE", "25h", "from 1m to 1d", "12h"),
    ("FLUI_SESSION_ABSOLUTE", "10m", "shorter than the idle time, 30m", "30m"),
    ("FLUI_KEYS_MAX_AGE", "3651d", "from 1d to 3650d", "3650d"),
    (
        "FLUI_KEYS_WORKSTATION_AGE",
        "366d",
        "longer than the greatest age, 365d",
        "365d",
    ),
];

#[test]
fn g1_g2_each_bad_value_is_refused_and_its_twin_is_taken() {
    for (name, bad, said, good) in TWINS {
        let faults = with(name, bad).expect_err(&format!("{name}={bad:?} must be refused"));
        assert_eq!(keys(&faults), [name], "{bad:?}: {faults}");
        assert!(faults.0[0].message.contains(said), "{bad:?}: {faults}");
        assert!(!faults.to_string().contains(SECRET));
        if let Err(faults) = with(name, good) {
            panic!("{name}={good:?} must be taken: {faults}");
        }
    }
}

#[test]
fn durations_that_are_none_are_refused() {
    for bad in [
        "",
        "30",
        "m",
        "1.5h",
        "-30m",
        "+30m",
        "30 m",
        "1h30m",
        "30M",
        "30min",
        "99999999999d",
        "٣m",
    ] {
        assert_eq!(
            keys(&with("FLUI_SESSION_IDLE", bad).unwrap_err()),
            ["FLUI_SESSION_IDLE"],
            "{bad:?}"
        );
    }
    for (good, seconds) in [("90s", 90), ("30m", 1800), ("12h", 43_200), ("1d", 86_400)] {
        let config = loaded(&[("FLUI_SESSION_IDLE", Some(good)), ("FLUI_SESSION_ABSOLUTE", Some("1d"))]).unwrap();
        assert_eq!(config.session.idle.as_secs(), seconds);
    }
}

#[test]
fn g1_all_faults_are_named_at_once() {
    let faults = loaded(&[
        ("FLUI_PUBLIC_URL", Some("http://app.example.org")),
        ("FLUI_LISTEN", Some("here")),
        ("FLUI_OIDC_ISSUER", None),
        ("FLUI_OIDC_CLIENT_SECRET", Some("short")),
        ("FLUI_OIDC_SCOPES", Some("email")),
        ("FLUI_SESSION_IDEL", Some("1h")),
        ("FLUI_KEYS_MAX_AGE", Some("1y")),
    ])
    .unwrap_err();
    let mut found = keys(&faults);
    found.sort_unstable();
    let expected = [
        "FLUI_KEYS_MAX_AGE",
        "FLUI_LISTEN",
        "FLUI_OIDC_CLIENT_SECRET",
        "FLUI_OIDC_ISSUER",
        "FLUI_OIDC_SCOPES",
        "FLUI_PUBLIC_URL",
        "FLUI_SESSION_IDEL",
    ];
    assert_eq!(found, expected);
    assert_eq!(faults.to_string().lines().count(), expected.len(), "one line a fault");
}

#[test]
fn whatever_is_required_is_named_when_nothing_is_given() {
    let nothing: Vec<_> = MINIMUM.map(|(name, _)| (name, None)).into();
    assert_eq!(keys(&loaded(&nothing).unwrap_err()), MINIMUM.map(|(name, _)| name));
}

#[test]
fn z2_each_bad_sealing_key_is_named() {
    let faults = with(
        "FLUI_SEALING_KEYS",
        "a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,b:short,b:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
    )
    .unwrap_err();
    let said = faults.to_string();
    for part in [
        "a key a that is not random",
        "a key that is not base64",
        "two keys of one id",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(keys(&faults), ["FLUI_SEALING_KEYS"; 3]);
}

#[test]
fn a_role_cannot_be_admin_and_read_only_at_once() {
    let both = |readonly| {
        loaded(&[
            ("FLUI_ADMIN_ROLES", Some("ops,dev")),
            ("FLUI_READONLY_ROLES", Some(readonly)),
        ])
    };
    assert_eq!(keys(&both("qa,dev").unwrap_err()), ["FLUI_READONLY_ROLES"]);
    assert_eq!(both("qa").unwrap().roles.readonly, ["qa"]);
}

#[test]
fn the_workstation_age_is_held_to_a_lowered_maximum() {
    let faults = with("FLUI_KEYS_MAX_AGE", "30d").unwrap_err();
    assert_eq!(keys(&faults), ["FLUI_KEYS_WORKSTATION_AGE"], "its default is longer");
    loaded(&[
        ("FLUI_KEYS_MAX_AGE", Some("30d")),
        ("FLUI_KEYS_WORKSTATION_AGE", Some("30d")),
    ])
    .unwrap();
}

#[test]
fn g1_unknown_variables_are_refused_with_a_hint() {
    for (written, meant) in [
        ("FLUI_LISTNE", Some("FLUI_LISTEN")),
        ("FLUI_OIDC_ISUER", Some("FLUI_OIDC_ISSUER")),
        ("FLUI_OIDC_CLIENT_SECRET_FIEL", Some("FLUI_OIDC_CLIENT_SECRET_FILE")),
        ("FLUI_ROLES_ADMIN", Some("FLUI_ADMIN_ROLES")),
        ("FLUI_CONFGI", Some("FLUI_CONFIG")),
        ("FLUI_FOO", None),
        ("FLUI_", None),
        ("FLUI_LISTEN_FILE", None),
    ] {
        let faults = with(written, SECRET).unwrap_err();
        assert_eq!(keys(&faults), [written]);
        let hint = meant
            .map(|meant| format!("; did you mean {meant}?"))
            .unwrap_or_default();
        assert_eq!(faults.to_string(), format!("{written}: is not known{hint}"));
    }
}

#[test]
fn g1_unknown_places_in_the_file_are_refused_with_a_hint() {
    for (text, written, meant) in [
        ("listne = ''", "listne", Some("listen")),
        ("[odic]\nissuer = ''", "odic.issuer", Some("oidc.issuer")),
        ("[oidc]\nisuer = ''", "oidc.isuer", Some("oidc.issuer")),
        ("oidc_issuer = ''", "oidc_issuer", Some("oidc.issuer")),
        ("admin_roles = []", "admin_roles", Some("roles.admin")),
        ("[listen]\nport = 1", "listen.port", None),
        ("[colours]", "colours", None),
        ("session = '1h'", "session", None),
        ("'oidc.issuer' = ''", "\"oidc.issuer\"", Some("oidc.issuer")),
    ] {
        let faults = from_file(text).unwrap_err();
        let fault = faults
            .0
            .iter()
            .find(|fault| fault.message.starts_with("is not known"))
            .expect(text);
        let hint = meant
            .map(|meant| format!("; did you mean {meant}?"))
            .unwrap_or_default();
        assert_eq!(
            (fault.key.as_str(), fault.message.as_str()),
            (written, &*format!("is not known{hint}"))
        );
    }
}

#[test]
fn values_of_another_type_are_refused() {
    for (text, key, said) in [
        ("listen = 3000", "listen", "must be a string"),
        ("[session]\nidle = 30", "session.idle", "must be a string"),
        (
            "trusted_proxies = '10.0.0.0/8'",
            "trusted_proxies",
            "must be an array of strings",
        ),
        (
            "[oidc]\nscopes = ['openid', 1]",
            "oidc.scopes",
            "must be an array of strings",
        ),
        ("[roles]\nadmin = ['']", "roles.admin", "is empty"),
        ("[oidc]\nscopes = []", "oidc.scopes", "must hold openid"),
        ("[oidc]\nscopes = ['openid profile']", "oidc.scopes", "not a scope"),
    ] {
        let faults = from_file(text).unwrap_err();
        let fault = faults.0.iter().find(|fault| fault.key == key).expect(text);
        assert!(fault.message.contains(said), "{text}: {faults}");
    }
}
