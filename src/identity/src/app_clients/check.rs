use std::collections::BTreeSet;

use flui_model::{FieldError, app_clients::AppClientKind};
use url::{Host, Url};

use super::{AppClientFields, WantedAppClient};
use crate::names::check_name;

const MAX_ADDRESSES: usize = 20;
const MAX_ADDRESS: usize = 2_000;
const MAX_SCOPES: usize = 20;
const MAX_SCOPE: usize = 100;
const USUAL_SCOPES: [&str; 3] = ["openid", "profile", "email"];

impl WantedAppClient {
    /// The fields, if every part is good; all faults otherwise.
    pub(super) fn check(self) -> Result<AppClientFields, Vec<FieldError>> {
        let mut faults = Vec::new();
        let kind = self.kind;
        let name = check_name("name", &self.name).unwrap_or_else(|fault| {
            faults.push(fault);
            String::new()
        });
        let mut redirect_uris = Vec::new();
        for host in given(&self.hosts) {
            keep(host_address(kind, host), &mut redirect_uris, &mut faults);
        }
        for uri in given(&self.redirect_uris) {
            keep(redirect_uri("redirectUris", kind, uri), &mut redirect_uris, &mut faults);
        }
        if redirect_uris.is_empty() && faults.iter().all(|fault| fault.field == "name") {
            faults.push(FieldError::new(
                "redirectUris",
                "Enter a host name of the app, or a full redirect address.",
            ));
        }
        let mut post_logout_redirect_uris = Vec::new();
        for uri in given(&self.post_logout_redirect_uris) {
            let checked = redirect_uri("postLogoutRedirectUris", kind, uri);
            keep(checked, &mut post_logout_redirect_uris, &mut faults);
        }
        if given(&self.post_logout_redirect_uris).next().is_none() {
            post_logout_redirect_uris = front_pages(&redirect_uris);
        }
        for (field, addresses) in [
            ("redirectUris", &redirect_uris),
            ("postLogoutRedirectUris", &post_logout_redirect_uris),
        ] {
            if addresses.len() > MAX_ADDRESSES {
                faults.push(FieldError::new(field, "An app has at most 20 of these addresses."));
            }
        }
        let backchannel = self.backchannel_logout_uri.as_deref().map(str::trim);
        let backchannel = backchannel.filter(|uri| !uri.is_empty());
        let backchannel_logout_uri = backchannel.and_then(|uri| {
            let checked = backchannel_uri(kind, uri);
            checked.map_err(|fault| faults.push(fault)).ok()
        });
        let scopes = scopes(&self.scopes).unwrap_or_else(|fault| {
            faults.push(fault);
            Vec::new()
        });
        if faults.is_empty() {
            Ok(AppClientFields {
                name,
                kind,
                redirect_uris,
                post_logout_redirect_uris,
                backchannel_logout_uri,
                scopes,
            })
        } else {
            Err(faults)
        }
    }
}

fn given(lines: &[String]) -> impl Iterator<Item = &str> {
    lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty())
}

fn keep(checked: Result<String, FieldError>, addresses: &mut Vec<String>, faults: &mut Vec<FieldError>) {
    match checked {
        Ok(address) if addresses.contains(&address) => {}
        Ok(address) => addresses.push(address),
        Err(fault) => faults.push(fault),
    }
}

/// The redirect address that is usual on a host: the one of oauth2-proxy and its like for servers.
fn host_address(kind: AppClientKind, host: &str) -> Result<String, FieldError> {
    let fault = |message: String| Err(FieldError::new("hosts", message));
    let path = match kind {
        AppClientKind::Web => "oauth2/callback",
        AppClientKind::SinglePage => "callback",
        AppClientKind::Native => {
            return fault("A native app has no host. Enter its redirect addresses instead.".to_owned());
        }
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    let address = format!("https://{host}/{path}");
    match Url::parse(&address) {
        Ok(_) if host.len() <= 260 && host.chars().all(is_plain) => Ok(address.to_ascii_lowercase()),
        _ => fault(format!(
            "“{}” is no host name. Write it like app.example.org.",
            shortened(host)
        )),
    }
}

/// Checks an address that browsers are sent to. It is kept byte for byte, because providers compare them so (RFC 9700,
/// section 4.1.3).
fn redirect_uri(field: &str, kind: AppClientKind, text: &str) -> Result<String, FieldError> {
    let fault = |message: &str| {
        let text = shortened(text);
        Err(FieldError::new(field, format!("“{text}”: {message}")))
    };
    let url = match address(text) {
        Ok(url) => url,
        Err(message) => return fault(message),
    };
    if url.scheme() == "https" && url.has_host() || is_loopback_http(&url) {
        return Ok(text.to_owned());
    }
    match kind {
        // RFC 8252, section 7.1: a scheme of one's own is a domain name turned round, so it holds a dot.
        AppClientKind::Native if url.scheme().contains('.') => Ok(text.to_owned()),
        AppClientKind::Native => fault(
            "a native app is answered at http://127.0.0.1, at an https address, or at a scheme of its own like \
             org.example.app:/callback.",
        ),
        _ => fault("the address begins with https://. Only this very machine (localhost) may have http://."),
    }
}

fn backchannel_uri(kind: AppClientKind, text: &str) -> Result<String, FieldError> {
    let fault = |message: &str| Err(FieldError::new("backchannelLogoutUri", message));
    if !kind.has_secret() {
        return fault("Only an app on a web server can receive logout tokens. Leave this empty.");
    }
    match address(text) {
        Ok(url) if url.scheme() == "https" || is_loopback_http(&url) => Ok(text.to_owned()),
        Ok(_) => fault("The address begins with https://. Only this very machine (localhost) may have http://."),
        Err(message) => fault(&format!("This address cannot be used: {message}")),
    }
}

/// What every address must keep to; says what it does not.
fn address(text: &str) -> Result<Url, &'static str> {
    if text.len() > MAX_ADDRESS {
        return Err("an address has at most 2000 characters.");
    }
    if !text.chars().all(|c| c.is_ascii_graphic()) {
        return Err("an address has no spaces and only letters of the Latin alphabet.");
    }
    let Ok(url) = Url::parse(text) else {
        return Err("write it like https://app.example.org/callback.");
    };
    if text.contains('*') {
        return Err("an address has no wildcard: whoever gets hold of a host under it could sign in as anybody.");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("an address must not hold a user name or password.");
    }
    // RFC 6749, section 3.1.2.
    if url.fragment().is_some() {
        return Err("an address must not hold #.");
    }
    Ok(url)
}

fn is_loopback_http(url: &Url) -> bool {
    url.scheme() == "http"
        && match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

/// The front page of each web address, once.
fn front_pages(redirect_uris: &[String]) -> Vec<String> {
    let mut pages = Vec::new();
    for url in redirect_uris.iter().filter_map(|uri| Url::parse(uri).ok()) {
        if let Ok(page) = url.join("/")
            && matches!(page.scheme(), "http" | "https")
            && !pages.iter().any(|known| known == page.as_str())
        {
            pages.push(page.into());
        }
    }
    pages
}

/// The scopes, `openid` first, each once. A scope is made of the characters of RFC 6749, section 3.3.
fn scopes(wanted: &[String]) -> Result<Vec<String>, FieldError> {
    let fault = |message: &str| Err(FieldError::new("scopes", message));
    let wanted: Vec<&str> = given(wanted).flat_map(str::split_whitespace).collect();
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\');
    if wanted
        .iter()
        .any(|scope| scope.len() > MAX_SCOPE || !scope.chars().all(is_plain))
    {
        return fault("Write scopes as words with spaces between them, like openid profile email.");
    }
    let wanted = if wanted.is_empty() {
        USUAL_SCOPES.to_vec()
    } else {
        wanted
    };
    let mut seen = BTreeSet::new();
    let scopes: Vec<String> = std::iter::once("openid")
        .chain(wanted)
        .filter(|scope| seen.insert(*scope))
        .map(str::to_owned)
        .collect();
    if scopes.len() > MAX_SCOPES {
        return fault("An app has at most 20 scopes.");
    }
    Ok(scopes)
}

/// Foreign text in a sentence of ours: short, and nothing in it that could turn or hide the words around it.
fn shortened(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_ascii_graphic() { c } else { '?' });
    let short: String = plain.take(80).collect();
    if text.chars().count() > 80 {
        short + "…"
    } else {
        short
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(kind: AppClientKind, hosts: &[&str], uris: &[&str]) -> WantedAppClient {
        let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        WantedAppClient {
            name: "Wiki".to_owned(),
            kind,
            hosts: list(hosts),
            redirect_uris: list(uris),
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            scopes: Vec::new(),
        }
    }

    fn fields_at_fault(wanted: WantedAppClient) -> Vec<String> {
        let faults = wanted.check().unwrap_err();
        faults.into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn host_names_give_the_usual_addresses() {
        let web = wanted(
            AppClientKind::Web,
            &["Wiki.example.org", " "],
            &["https://wiki.example.org/a?b=1"],
        );
        let fields = web.check().unwrap();
        assert_eq!(
            fields.redirect_uris,
            [
                "https://wiki.example.org/oauth2/callback",
                "https://wiki.example.org/a?b=1"
            ]
        );
        assert_eq!(fields.post_logout_redirect_uris, ["https://wiki.example.org/"]);
        assert_eq!(fields.scopes, ["openid", "profile", "email"]);
        let page = wanted(AppClientKind::SinglePage, &["app.example.org:8443"], &[]);
        let page = page.check().unwrap();
        assert_eq!(page.redirect_uris, ["https://app.example.org:8443/callback"]);
        for host in [
            "a/b",
            "user@host",
            "a b",
            "app.example.org:x",
            "*.example.org",
            "ä.example.org",
        ] {
            assert_eq!(
                fields_at_fault(wanted(AppClientKind::Web, &[host], &[])),
                ["hosts"],
                "{host}"
            );
        }
        assert_eq!(
            fields_at_fault(wanted(AppClientKind::Native, &["app.example.org"], &[])),
            ["hosts"]
        );
    }

    #[test]
    fn redirect_addresses_are_https_loopback_or_a_native_scheme() {
        for (kind, good) in [
            (AppClientKind::Web, "https://app.example.org/cb"),
            (AppClientKind::Web, "http://localhost:3000/cb"),
            (AppClientKind::SinglePage, "http://127.0.0.1/cb"),
            (AppClientKind::Native, "org.example.app:/cb"),
            (AppClientKind::Native, "http://[::1]/cb"),
        ] {
            assert_eq!(wanted(kind, &[], &[good]).check().unwrap().redirect_uris, [good]);
        }
        for (kind, bad) in [
            (AppClientKind::Web, "http://app.example.org/cb"),
            (AppClientKind::Web, "org.example.app:/cb"),
            (AppClientKind::Web, "https://app.example.org/cb#x"),
            (AppClientKind::Web, "https://*.example.org/cb"),
            (AppClientKind::Web, "https://a:b@app.example.org/cb"),
            (AppClientKind::Web, "/cb"),
            (AppClientKind::Web, "https://app.example.org/c b"),
            (AppClientKind::Web, "javascript:alert(1)"),
            (AppClientKind::Native, "javascript:alert(1)"),
            (AppClientKind::Native, "myapp:/cb"),
            (AppClientKind::Native, "http://10.0.0.1/cb"),
        ] {
            assert_eq!(fields_at_fault(wanted(kind, &[], &[bad])), ["redirectUris"], "{bad}");
        }
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let mut bad = wanted(AppClientKind::SinglePage, &[], &[]);
        bad.name = String::new();
        bad.post_logout_redirect_uris = vec!["x".to_owned()];
        bad.backchannel_logout_uri = Some("https://app.example.org/logout".to_owned());
        bad.scopes = vec!["a\"b".to_owned()];
        let at_fault = fields_at_fault(bad);
        assert_eq!(
            at_fault,
            [
                "name",
                "redirectUris",
                "postLogoutRedirectUris",
                "backchannelLogoutUri",
                "scopes"
            ]
        );
        let mut many = wanted(AppClientKind::Web, &[], &[]);
        many.redirect_uris = (0..21).map(|n| format!("https://app.example.org/{n}")).collect();
        assert_eq!(fields_at_fault(many), ["redirectUris"]);
    }

    #[test]
    fn refresh_tokens_come_with_offline_access() {
        let mut fields = wanted(AppClientKind::Web, &["app.example.org"], &[]);
        assert_eq!(fields.clone().check().unwrap().grant_types(), ["authorization_code"]);
        fields.scopes = vec!["offline_access openid".to_owned()];
        let fields = fields.check().unwrap();
        assert_eq!(fields.scopes, ["openid", "offline_access"]);
        assert_eq!(fields.grant_types(), ["authorization_code", "refresh_token"]);
    }
}
