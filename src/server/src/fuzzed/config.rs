use std::{env, fs, path::PathBuf, process};

use toml::{Table, Value};

use super::lines;
use crate::config::{Flags, KEYS, Key, Secrecy, load};

/// What no fault and no report may show.
const CANARY: &str = "canary-of-a-secret";

/// The first line chooses a secret key and how it is given, the second and third stand before and behind the canary in
/// its value. Then come variables, `NAME=value`, up to a line `---`, and a TOML file. It is loaded or refused, and either
/// way the secret is shown nowhere.
///
/// # Panics
/// If that does not hold.
pub fn config(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    if text.contains(CANARY) || text.contains('\0') {
        return;
    }
    let mut lines = lines(text.as_bytes()).filter_map(|line| str::from_utf8(line).ok());
    let choice = usize::from(lines.next().and_then(|line| line.bytes().next()).unwrap_or(0));
    let secret = [lines.next().unwrap_or(""), CANARY, lines.next().unwrap_or("")].concat();
    let mut variables: Vec<(String, String)> = lines
        .by_ref()
        .take_while(|line| *line != "---")
        .filter_map(|line| line.split_once('='))
        // Files of the machine are no part of the input.
        .filter(|(name, _)| !name.ends_with("_FILE") && *name != "FLUI_CONFIG")
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let file = lines.collect::<Vec<_>>().join("\n");
    if file.contains("_file") {
        return;
    }

    let secrets: Vec<&Key> = KEYS.iter().filter(|key| key.secrecy != Secrecy::Open).collect();
    let key = secrets[choice % secrets.len()];
    // A file's name may be shown, and the id of a whole sealing key.
    let is_whole = |(_, sealing): (&str, &str)| sealing.len() >= 43;
    let open = match key.secrecy {
        Secrecy::Database => secret.starts_with("sqlite:"),
        _ => key.list && secret.split_once(':').is_some_and(is_whole),
    };
    let folder = Folder::new();
    let mut document = String::new();
    match (choice / secrets.len()) % 3 {
        0 => variables.push((key.env.to_owned(), secret)),
        1 => {
            let value = Value::String(secret);
            let value = if key.list { Value::Array(vec![value]) } else { value };
            document = format!("{} = {value}\n", key.path);
        }
        _ => variables.push((format!("{}_FILE", key.env), folder.write("secret", &secret))),
    }
    document.push_str(&file);
    variables.push(("FLUI_CONFIG".to_owned(), folder.write("flui.toml", &document)));

    match load(&Flags::default(), variables.into_iter()) {
        Err(faults) => {
            assert!(!faults.0.is_empty());
            assert!(open || !faults.to_string().contains(CANARY), "{faults}");
        }
        Ok(config) => {
            let shown = config.redacted();
            assert!(open || !shown.contains(CANARY), "{shown}");
            assert!(open || !format!("{config:?}").contains(CANARY));
            assert!(shown.parse::<Table>().is_ok(), "the report is no TOML: {shown}");
            let is_host = |url: &url::Url| url.path() == "/" && url.query().is_none();
            assert!(is_host(&config.public_url) && config.session.idle <= config.session.absolute);
            assert!(config.trusted_proxies.iter().all(|net| net.prefix_len() > 0));
        }
    }
}

/// A folder of this process, which only its owner may use.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let thread = format!("{:?}", std::thread::current().id());
        let number: String = thread.chars().filter(char::is_ascii_digit).collect();
        let path = env::temp_dir().join(format!("flui-fuzzed-{}-{number}", process::id()));
        fs::create_dir_all(&path).expect("a folder can be made");
        Self(path)
    }

    /// Writes a file and says where.
    fn write(&self, name: &str, text: &str) -> String {
        use std::os::unix::fs::PermissionsExt;

        let path = self.0.join(name);
        fs::write(&path, text).expect("a file can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its mode can be set");
        path.display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::made_of;

    const PIECES: &[&str] = &[
        "FLUI_PUBLIC_URL=https://app.example.org\nFLUI_OIDC_ISSUER=https://id.example.org\nFLUI_OIDC_CLIENT_ID=a\n\
         FLUI_OIDC_CLI_CLIENT_ID=b\nFLUI_OIDC_CLIENT_SECRET=long enough\n",
        "FLUI_OIDC_CLIENT_SECRET=",
        "FLUI_TRUSTED_PROXIES=",
        "FLUI_SESSION_IDLE=",
        "10.0.0.0/8",
        "0.0.0.0/0",
        "30m",
        "postgres://a:b@",
        "sqlite:",
        "whsec_",
        "\n---\n",
        "[oidc]\n",
        "client_secret = ",
        "database_url = ",
        "[[apps]]\n",
        "name = \"Wiki\"\n",
        "rules = [",
        "\"\"\"",
        "\"",
        "'",
        "=",
        "\n",
        "#",
        "\\u00e9",
    ];

    proptest! {
        #[test]
        fn g1_z1_whatever_is_configured_it_is_loaded_or_refused_and_shows_no_secret(
            choice in 0_u8..15,
            data in made_of(PIECES),
        ) {
            super::config(&[&[choice], b"\n".as_slice(), &data].concat());
        }
    }

    #[test]
    fn g1_an_endless_name_is_refused_in_time() {
        let name = "oidc_".repeat(100_000);
        let started = std::time::Instant::now();
        super::config(format!("0\n\n\nFLUI_{name}=x\n---\n{name} = 1").as_bytes());
        assert!(started.elapsed().as_secs() < 20);
    }
}
