//! What a single value must look like. An error is the rest of a sentence that begins with the key. URLs and secrets
//! are never repeated in one: either may hold a password.

use std::{
    fs::{self, File},
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf, absolute},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flui_identity::SealingKey;
use ipnet::IpNet;
use secrecy::{SecretSlice, SecretString};
use url::{Host, Url};

use super::{DatabaseUrl, LogFormat};
use crate::outbound::Outbound;

type Parsed<T> = Result<T, String>;

pub(super) const MINUTE: Duration = Duration::from_mins(1);
pub(super) const DAY: Duration = Duration::from_hours(24);

/// What holds for every value: not empty, nothing invisible in it.
pub(super) fn plain(text: &str) -> Parsed<()> {
    if text.trim().is_empty() {
        return Err("is empty".to_owned());
    }
    // The replacement character stands where the environment held other bytes.
    if text.contains('\u{fffd}') {
        return Err("is not UTF-8".to_owned());
    }
    if text.contains(char::is_control) {
        return Err("holds a line break or another control character".to_owned());
    }
    if text.trim() != text {
        return Err("begins or ends with white space".to_owned());
    }
    Ok(())
}

/// Where browsers reach the dashboard: an origin.
pub(super) fn public_url(text: &str) -> Parsed<Url> {
    let url = web_address(text)?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err("must end after host and port, without path, query or fragment".to_owned());
    }
    Ok(url)
}

/// An issuer without query or fragment (OpenID Connect Discovery 1.0 section 3), kept byte for byte.
pub(super) fn issuer(text: &str) -> Parsed<String> {
    let url = web_address(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must have neither query nor fragment".to_owned());
    }
    Ok(text.to_owned())
}

/// A page or an origin that may be trusted with a sign-in.
pub(super) fn web_address(text: &str) -> Parsed<Url> {
    let url = address(text)?;
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err("must be https; plain http is for loopback alone: 127.0.0.0/8, [::1], localhost".to_owned());
    }
    Ok(url)
}

/// Where the webhook is received. What a name leads to is only known, and checked, when it is called.
pub(super) fn webhook_address(text: &str, allowed: &[IpNet]) -> Parsed<Url> {
    let url = address(text)?;
    if url.fragment().is_some() {
        return Err("must have no fragment".to_owned());
    }
    let plain = url.scheme() == "http";
    let ip = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
        _ if plain && allowed.is_empty() => {
            return Err("must be https; plain http goes only to addresses of FLUI_OUTBOUND_ALLOW_PRIVATE".to_owned());
        }
        _ => return Ok(url),
    };
    let checked = Outbound::new(allowed).check(ip, plain);
    checked
        .map(|_| url)
        .map_err(|refused| format!("cannot be called: {refused}"))
}

/// An address of the web without anything that a parser would have to mend, and without a password.
fn address(text: &str) -> Parsed<Url> {
    if !text.starts_with("https://") && !text.starts_with("http://") {
        return Err("must begin with https://".to_owned());
    }
    // The parser would mend these, and so read another address than the one written.
    if text.contains(char::is_whitespace) || text.contains('\\') {
        return Err("holds a space or a backslash".to_owned());
    }
    let url = Url::parse(text).map_err(|error| format!("is not a web address: {error}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user name or a password".to_owned());
    }
    if url.host_str().is_some_and(|host| host.contains('*')) {
        return Err("must name one host, not a pattern".to_owned());
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// An address and a port.
pub(super) fn listen(text: &str) -> Parsed<SocketAddr> {
    text.parse()
        .map_err(|_| format!("{} is not an address and port such as 127.0.0.1:3000", quoted(text)))
}

/// A whole number of seconds, minutes, hours or days, within limits.
pub(super) fn duration(text: &str, shortest: Duration, longest: Duration) -> Parsed<Duration> {
    let malformed = || format!("{} is not a duration such as 45s, 30m, 12h or 90d", quoted(text));
    let seconds_each = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 60 * 60,
        Some('d') => 24 * 60 * 60,
        _ => return Err(malformed()),
    };
    // The unit is one byte long.
    let number = &text[..text.len() - 1];
    if !number.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(malformed());
    }
    let number: u32 = number.parse().map_err(|_| malformed())?;
    let duration = Duration::from_secs(u64::from(number) * seconds_each);
    if duration < shortest || duration > longest {
        return Err(format!("must be from {} to {}", written(shortest), written(longest)));
    }
    Ok(duration)
}

/// A duration in its largest whole unit, as an operator would write it.
pub(super) fn written(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        _ if seconds.is_multiple_of(24 * 60 * 60) => format!("{}d", seconds / (24 * 60 * 60)),
        _ if seconds.is_multiple_of(60 * 60) => format!("{}h", seconds / (60 * 60)),
        _ if seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
        _ => format!("{seconds}s"),
    }
}

/// A network whose word on a client's address is taken.
pub(super) fn proxy(text: &str) -> Parsed<IpNet> {
    let network = network(text)?;
    if network.prefix_len() == 0 {
        return Err(format!("{} would believe anybody", quoted(text)));
    }
    Ok(network)
}

/// A network that outgoing calls may reach although it is not public.
pub(super) fn private_network(text: &str) -> Parsed<IpNet> {
    let network = network(text)?;
    if network.prefix_len() == 0 {
        return Err(format!("{} would allow every address; name the networks", quoted(text)));
    }
    Ok(network)
}

fn network(text: &str) -> Parsed<IpNet> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Err(format!(
            "{} is an address, not a network; write {}",
            quoted(text),
            IpNet::from(address)
        ));
    }
    text.parse()
        .map_err(|_| format!("{} is not a network such as 10.0.0.0/8", quoted(text)))
}

/// A scope, in the letters of RFC 6749 section 3.3.
pub(super) fn scope(text: &str) -> Parsed<String> {
    if !text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
    {
        return Err(format!("{} is not a scope", quoted(text)));
    }
    Ok(text.to_owned())
}

/// A client's secret.
pub(super) fn client_secret(text: &str) -> Parsed<SecretString> {
    if text.chars().count() < 8 {
        return Err("must have at least 8 characters".to_owned());
    }
    Ok(SecretString::from(text))
}

/// What is sent as a bearer, so only what may stand in one (RFC 6750, section 2.1).
pub(super) fn registration_token(text: &str) -> Parsed<SecretString> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
    if text.chars().count() < 8 {
        return Err("must have at least 8 characters".to_owned());
    }
    if !text.chars().all(fits) {
        return Err("must be a bearer token: letters, digits and -._~+/=".to_owned());
    }
    Ok(SecretString::from(text))
}

/// What the webhook is signed with. Behind `whsec_` stands the key in Base64, as the receivers' libraries take it
/// (Standard Webhooks, "Symmetric"); any other text is the key itself.
pub(super) fn webhook_secret(text: &str) -> Parsed<SecretSlice<u8>> {
    if text.chars().count() < 32 {
        return Err("must have at least 32 characters".to_owned());
    }
    let Some(encoded) = text.strip_prefix("whsec_") else {
        return Ok(text.as_bytes().to_vec().into());
    };
    let key = BASE64_STANDARD
        .decode(encoded)
        .map_err(|_| "must be Base64 after whsec_".to_owned())?;
    if key.len() < 24 {
        return Err("must hold at least 24 bytes in the Base64 after whsec_".to_owned());
    }
    Ok(key.into())
}

/// A key that seals secrets in the database.
pub(super) fn sealing_key(text: &str) -> Parsed<SealingKey> {
    SealingKey::parse(text).map_err(|error| error.to_string())
}

/// A database; an SQLite file lies in the state folder unless its path is absolute.
pub(super) fn database(text: &str, state_dir: &Path) -> Parsed<DatabaseUrl> {
    if let Some(file) = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")) {
        return sqlite_file(file, state_dir).map(DatabaseUrl::Sqlite);
    }
    if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
        return Err("must begin with sqlite: or postgres://".to_owned());
    }
    Url::parse(text).map_err(|error| format!("is not an address: {error}"))?;
    Ok(DatabaseUrl::Postgres(SecretString::from(text)))
}

fn sqlite_file(file: &str, state_dir: &Path) -> Parsed<PathBuf> {
    if file.contains(":memory:") {
        return Err("would forget every key at the next start; name a file".to_owned());
    }
    if file.contains('?') {
        return Err("takes no parameters after the file's name".to_owned());
    }
    if file.is_empty() || file.ends_with('/') {
        return Err("must name a file, such as sqlite:flui.db".to_owned());
    }
    path(file).map(|_| state_dir.join(file))
}

/// A path, made absolute.
pub(super) fn path(text: &str) -> Parsed<PathBuf> {
    absolute(text).map_err(|error| format!("is not a path: {error}"))
}

/// A folder, which need not exist yet.
pub(super) fn folder(text: &str) -> Parsed<PathBuf> {
    let path = path(text)?;
    if path.exists() && !path.is_dir() {
        return Err(format!("{} is not a folder", quoted(text)));
    }
    Ok(path)
}

/// A file that is there and readable.
pub(super) fn file(text: &str) -> Parsed<PathBuf> {
    let path = path(text)?;
    let unreadable = |error| format!("{} cannot be read: {error}", quoted(text));
    // Asked first: opening a pipe would wait for its other end.
    if !fs::metadata(&path).map_err(unreadable)?.is_file() {
        return Err(format!("{} is not a file", quoted(text)));
    }
    File::open(&path).map_err(unreadable)?;
    Ok(path)
}

/// Claims that people can change by themselves at many providers (OpenID Connect Core 1.0, section 5.7).
const NO_ROLES: [&str; 6] = [
    "email",
    "email_verified",
    "name",
    "nickname",
    "phone_number",
    "preferred_username",
];

/// The claim with the roles.
pub(super) fn roles_claim(text: &str) -> Parsed<String> {
    if NO_ROLES.contains(&text) {
        return Err(format!(
            "{text} is what people may change by themselves at the provider: name a claim of roles or groups"
        ));
    }
    Ok(text.to_owned())
}

/// The form of the log.
pub(super) fn log(text: &str) -> Parsed<LogFormat> {
    match text {
        "json" => Ok(LogFormat::Json),
        "pretty" => Ok(LogFormat::Pretty),
        _ => Err(format!("{} is neither json nor pretty", quoted(text))),
    }
}

/// A value as a fault may repeat it: escaped, and cut where it grows long.
fn quoted(text: &str) -> String {
    let start: String = text.chars().take(60).collect();
    let rest = if start.len() < text.len() { "…" } else { "" };
    format!("{start:?}{rest}")
}
