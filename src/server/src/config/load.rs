//! Makes a `Config` out of what was given, or names everything that is in the way.

use std::{collections::BTreeSet, env, path::Path};

use flui_identity::{SealingKey, apps::Apps};
use ipnet::IpNet;
use url::Url;

use super::{
    Config, Fault, Faults, Flags, Keys, Oidc, Roles, Session, Webhook, apps,
    sources::Settled,
    values::{self, DAY, MINUTE},
};

/// The variables of this process. Bytes that are not UTF-8 become the replacement character, which [`load`] refuses.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    let text = |bytes: std::ffi::OsString| bytes.to_string_lossy().into_owned();
    env::vars_os().map(move |(name, value)| (text(name), text(value)))
}

/// Loads the configuration from flags, these variables, the file they name, and the defaults.
///
/// Variables that do not begin with `FLUI_` are left alone. The error holds every fault there is, and no secret.
pub fn load(flags: &Flags, environment: impl Iterator<Item = (String, String)>) -> Result<Config, Faults> {
    let mut reader = Reader {
        settled: Settled::gather(flags, environment),
    };
    let config = reader.config();
    match config {
        Some(config) if reader.settled.faults.is_empty() => Ok(config),
        _ => Err(Faults(reader.settled.faults)),
    }
}

/// Reads keys and notes their faults. Each method gives `None` for what is not set and for what is among the faults.
struct Reader {
    settled: Settled,
}

impl Reader {
    /// Reads every key, whatever the others are like. `None` when one that must be there is not.
    fn config(&mut self) -> Option<Config> {
        let public_url = self.one("public_url", values::public_url);
        let listen = self.one("listen", values::listen);
        let metrics_listen = self.one("metrics_listen", values::listen);
        if metrics_listen.is_some() && metrics_listen == listen {
            self.fault(
                "metrics_listen",
                "must differ from the address the dashboard listens on",
            );
        }
        let state_dir = self.one("state_dir", values::folder);
        let site_dir = self.one("site_dir", values::path);
        let beside = state_dir.clone().unwrap_or_default();
        let database = self.one("database_url", |text| values::database(text, Path::new(&beside)));
        let sealing_keys = self.sealing_keys();
        let account_url = self.one("account_url", values::web_address);
        let trusted_proxies = self.many("trusted_proxies", values::proxy).unwrap_or_default();
        let fresh_sign_in = self.one("fresh_sign_in", |text| values::duration(text, MINUTE, DAY * 30));
        let log = self.one("log", values::log);
        let oidc = self.oidc();
        let roles = self.roles();
        let session = self.session();
        let keys = self.keys();
        let outbound_allow_private = self
            .many("outbound_allow_private", values::private_network)
            .unwrap_or_default();
        let webhook = self.webhook(&outbound_allow_private);
        let apps = self.apps(public_url.as_ref(), &trusted_proxies);
        Some(Config {
            public_url: public_url?,
            listen: listen?,
            metrics_listen,
            state_dir: state_dir?,
            site_dir: site_dir?,
            database: database?,
            sealing_keys,
            oidc: oidc?,
            roles: roles?,
            account_url,
            session: session?,
            keys: keys?,
            trusted_proxies,
            fresh_sign_in: fresh_sign_in?,
            outbound_allow_private,
            webhook,
            log: log?,
            apps,
            shown: self.settled.shown(),
        })
    }

    fn sealing_keys(&mut self) -> Vec<SealingKey> {
        let keys = self.many("sealing_keys", values::sealing_key).unwrap_or_default();
        let entries = self.settled.get("sealing_keys").map(|given| given.entries.clone());
        let mut ids = BTreeSet::new();
        let mut secrets = BTreeSet::new();
        for (id, secret) in entries.iter().flatten().filter_map(|entry| entry.split_once(':')) {
            if !ids.insert(id) {
                self.fault(
                    "sealing_keys",
                    "holds two keys of one id, so that nobody could tell which one opens what",
                );
            }
            if !secrets.insert(secret.trim_end_matches('=')) {
                self.fault(
                    "sealing_keys",
                    "holds one key under two ids; make one with `openssl rand -base64 32`",
                );
            }
        }
        keys
    }

    fn apps(&mut self, public_url: Option<&Url>, trusted_proxies: &[IpNet]) -> Apps {
        let Some(value) = self.settled.apps.take() else {
            return Apps::default();
        };
        let (apps, faults) = match apps::read(&value) {
            Ok(read) => {
                let faults = public_url.map(|url| apps::check(&read, url, !trusted_proxies.is_empty()));
                (read, faults.unwrap_or_default())
            }
            Err(faults) => (Apps::default(), faults),
        };
        self.settled.faults.extend(faults);
        apps
    }

    fn oidc(&mut self) -> Option<Oidc> {
        let any = |text: &str| Ok(text.to_owned());
        let issuer = self.one("oidc.issuer", values::issuer);
        let client_id = self.one("oidc.client_id", any);
        let client_secret = self.one("oidc.client_secret", values::client_secret);
        let cli_client_id = self.one("oidc.cli_client_id", any);
        let scopes = self.many("oidc.scopes", values::scope);
        if scopes
            .as_ref()
            .is_some_and(|scopes| !scopes.iter().any(|scope| scope == "openid"))
        {
            // Without it the provider sends no ID token (OpenID Connect Core 1.0 section 3.1.2.1).
            self.fault("oidc.scopes", "must hold openid");
        }
        let audiences = self.many("oidc.audiences", any).unwrap_or_default();
        let ca_file = self.one("oidc.ca_file", values::file);
        let registration_token = self.one("oidc.registration_token", values::registration_token);
        if client_id.is_some() && client_id == cli_client_id {
            // A bearer for the one must never be good for the other.
            self.fault("oidc.cli_client_id", "must be another client than the dashboard's");
        }
        Some(Oidc {
            issuer: issuer?,
            client_id: client_id?,
            client_secret: client_secret?,
            cli_client_id: cli_client_id?,
            scopes: scopes?,
            audiences,
            ca_file,
            registration_token,
        })
    }

    fn roles(&mut self) -> Option<Roles> {
        let any = |text: &str| Ok(text.to_owned());
        let claim = self.one("roles.claim", values::roles_claim);
        let admin = self.many("roles.admin", any).unwrap_or_default();
        let readonly = self.many("roles.readonly", any).unwrap_or_default();
        if readonly.iter().any(|role| admin.contains(role)) {
            self.fault("roles.readonly", "names a role that also makes an admin");
        }
        Some(Roles {
            claim: claim?,
            admin,
            readonly,
        })
    }

    fn session(&mut self) -> Option<Session> {
        let idle = self.one("session.idle", |text| values::duration(text, MINUTE, DAY));
        let absolute = self.one("session.absolute", |text| values::duration(text, MINUTE, DAY * 30));
        let (idle, absolute) = (idle?, absolute?);
        if absolute < idle {
            let idle = values::written(idle);
            self.fault(
                "session.absolute",
                &format!("must not be shorter than the idle time, {idle}"),
            );
        }
        Some(Session { idle, absolute })
    }

    fn keys(&mut self) -> Option<Keys> {
        let max_age = self.one("keys.max_age", |text| values::duration(text, DAY, DAY * 3650));
        let workstation_age = self.one("keys.workstation_age", |text| {
            values::duration(text, MINUTE, DAY * 3650)
        });
        let (max_age, workstation_age) = (max_age?, workstation_age?);
        if workstation_age > max_age {
            let max_age = values::written(max_age);
            self.fault(
                "keys.workstation_age",
                &format!("must not be longer than the greatest age, {max_age}"),
            );
        }
        Some(Keys {
            max_age,
            workstation_age,
        })
    }

    fn webhook(&mut self, allowed: &[IpNet]) -> Option<Webhook> {
        let url = self.one("webhook.url", |text| values::webhook_address(text, allowed));
        let secret = self.one("webhook.secret", values::webhook_secret);
        if url.is_some() && self.settled.get("webhook.secret").is_none() {
            self.fault("webhook.url", "needs FLUI_WEBHOOK_SECRET beside it");
        }
        if secret.is_some() && self.settled.get("webhook.url").is_none() {
            self.fault("webhook.secret", "needs FLUI_WEBHOOK_URL beside it");
        }
        Some(Webhook {
            url: url?,
            secret: secret?,
        })
    }

    /// The value of a key that holds one.
    fn one<T>(&mut self, path: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        self.many(path, parse)?.pop()
    }

    /// The values of a key that holds several.
    fn many<T>(&mut self, path: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<Vec<T>> {
        let given = self.settled.get(path)?;
        let mut faults = Vec::new();
        let mut values = Vec::new();
        for text in &given.entries {
            match values::plain(text).and_then(|()| parse(text)) {
                Ok(value) => values.push(value),
                Err(message) => faults.push(Fault::new(&given.name, message)),
            }
        }
        let sound = faults.is_empty();
        self.settled.faults.extend(faults);
        sound.then_some(values)
    }

    /// Notes a fault that lies between keys.
    fn fault(&mut self, path: &str, message: &str) {
        if let Some(given) = self.settled.get(path) {
            let fault = Fault::new(&given.name, message);
            self.settled.faults.push(fault);
        }
    }
}
