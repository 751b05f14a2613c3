//! Machines: which of a person's sign-ins seem to live on the same one. The Sign-ins page, Report lost and
//! `flui auth lost` all ask here, so that they mean the same.

use std::cmp::Reverse;

use crate::{Timestamp, api_keys::ApiKeyView, sessions::SessionView};

/// Marks of operating systems in user agents, and the name of each system. Order matters: some name two.
const AGENT_SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// The operating system that a browser says it runs on. Its own word: proves nothing.
pub fn system_of_agent(user_agent: &str) -> Option<&'static str> {
    let known = AGENT_SYSTEMS.iter().find(|(mark, _)| user_agent.contains(mark));
    known.map(|(_, name)| *name)
}

/// The same name for the operating system that a command line says it runs on.
fn system_of_machine(os: &str) -> Option<&'static str> {
    let known = AGENT_SYSTEMS
        .iter()
        .find(|(_, name)| name.eq_ignore_ascii_case(os.trim()));
    known.map(|(_, name)| *name)
}

/// A machine of a person, and the live sign-ins that seem to live on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// What its command line calls it; none when it is known by its browsers alone.
    pub name: Option<String>,
    /// Its operating system, if that is known.
    pub system: Option<&'static str>,
    /// Its workstation keys, newest first.
    pub keys: Vec<ApiKeyView>,
    /// Its browser sessions, newest first.
    pub sessions: Vec<SessionView>,
}

/// What a browser session has in common with a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// It came from an address that the machine was seen at.
    pub same_address: bool,
    /// It says that it runs on the machine's operating system.
    pub same_system: bool,
}

impl Machine {
    /// What addresses and forms call it: `name:laptop`, or `system:Linux` for want of a name.
    pub fn id(&self) -> String {
        match &self.name {
            Some(name) => format!("name:{name}"),
            None => format!("system:{}", self.system.unwrap_or_default()),
        }
    }

    /// The machine's name, or what it is called for want of one.
    pub fn label(&self) -> String {
        match (&self.name, self.system) {
            (Some(name), _) => name.clone(),
            (None, Some(system)) => format!("Browsers on {system}"),
            (None, None) => "Browsers on an unknown system".to_owned(),
        }
    }

    /// Whether the request that asks comes from here.
    pub fn is_current(&self) -> bool {
        self.keys.iter().any(|key| key.current) || self.sessions.iter().any(|session| session.current)
    }

    /// When and from where any of its sign-ins was last used.
    pub fn last_use(&self) -> Option<(Timestamp, Option<&str>)> {
        let keys = self
            .keys
            .iter()
            .map(|key| (key.last_used_at, key.last_used_from.as_deref()));
        let sessions = self.sessions.iter().map(|session| {
            let at = session.last_used_at.unwrap_or(session.created_at);
            (
                Some(at),
                Some(session.last_used_from.as_deref().unwrap_or(&session.address)),
            )
        });
        keys.chain(sessions)
            .filter_map(|(at, from)| Some((at?, from)))
            .max_by_key(|(at, _)| *at)
    }

    /// Whether a workstation key names this machine as its holder. Command lines that name none call the key after it.
    pub fn holds(&self, key: &ApiKeyView) -> bool {
        self.name.as_deref() == Some(machine_name(key))
    }

    /// What a browser session has in common with this machine.
    ///
    /// A browser does not say which machine it runs on. What it shows is an address, which a whole office may share, and
    /// an operating system, which many machines have. Each alone makes it a *suspect*, see [`Likeness::is_suspect`];
    /// both together put it into the machine's group, see [`machines`].
    pub fn likeness(&self, session: &SessionView) -> Likeness {
        let addresses = [Some(session.address.as_str()), session.last_used_from.as_deref()];
        let seen_at = |address: &str| {
            let of_keys = self.keys.iter().filter_map(|key| key.last_used_from.as_deref());
            let of_sessions = self.sessions.iter().flat_map(|own| {
                let own_addresses = [Some(own.address.as_str()), own.last_used_from.as_deref()];
                own_addresses.into_iter().flatten()
            });
            of_keys.chain(of_sessions).any(|known| known == address)
        };
        Likeness {
            same_address: addresses.into_iter().flatten().any(seen_at),
            same_system: self.system.is_some() && system_of_agent(&session.user_agent) == self.system,
        }
    }
}

impl Likeness {
    /// Whether Report lost ticks the session by itself. One sign is enough: to end a session too many costs its owner
    /// one sign-in, and to miss one leaves a thief inside.
    pub const fn is_suspect(self) -> bool {
        self.same_address || self.same_system
    }

    /// Both signs, or the address where the system is not told.
    const fn is_at_home(self, system_is_known: bool) -> bool {
        self.same_address && (self.same_system || !system_is_known)
    }
}

/// The machine that a workstation key says it is held by.
pub fn machine_name(key: &ApiKeyView) -> &str {
    key.machine.as_ref().map_or(key.name.as_str(), |machine| &machine.name)
}

/// Groups live workstation keys and browser sessions by machine: machines with a name first, each part in the order
/// of its last use. A browser joins the machine whose keys it shares address and system with; the rest is grouped by
/// operating system.
pub fn machines(keys: Vec<ApiKeyView>, sessions: Vec<SessionView>) -> Vec<Machine> {
    let mut machines: Vec<Machine> = Vec::new();
    for key in keys {
        if let Some(machine) = machines.iter_mut().find(|machine| machine.holds(&key)) {
            machine.keys.push(key);
        } else {
            machines.push(Machine {
                name: Some(machine_name(&key).to_owned()),
                system: key.machine.as_ref().and_then(|machine| system_of_machine(&machine.os)),
                keys: vec![key],
                sessions: Vec::new(),
            });
        }
    }
    let named = machines.len();
    // Homes are found by the keys alone, so that the order of the sessions does not matter.
    let homes: Vec<Option<usize>> = sessions
        .iter()
        .map(|session| {
            machines
                .iter()
                .position(|machine| machine.likeness(session).is_at_home(machine.system.is_some()))
        })
        .collect();
    for (session, home) in sessions.into_iter().zip(homes) {
        let system = system_of_agent(&session.user_agent);
        let place = home.or_else(|| {
            let others = machines.iter().enumerate().skip(named);
            others
                .into_iter()
                .find(|(_, other)| other.system == system)
                .map(|(place, _)| place)
        });
        match place.and_then(|place| machines.get_mut(place)) {
            Some(machine) => machine.sessions.push(session),
            None => machines.push(Machine {
                name: None,
                system,
                keys: Vec::new(),
                sessions: vec![session],
            }),
        }
    }
    machines.sort_by_key(|machine| (machine.name.is_none(), Reverse(machine.last_use().map(|(at, _)| at))));
    machines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LINUX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1";

    fn key(machine: Option<(&str, &str)>, name: &str, from: &str) -> ApiKeyView {
        let machine = machine.map(|(name, os)| json!({ "name": name, "os": os }));
        serde_json::from_value(json!({
            "id": "01890a5d-ac96-774b-bcce-b302099a8051", "name": name, "kind": "workstation",
            "prefix": "flui_ws_AbCd", "lastFour": "wxyz",
            "person": {
                "id": "01890a5d-ac96-774b-bcce-b302099a8050", "issuer": "https://id.example",
                "subject": "ada", "name": "Ada", "email": null,
            },
            "scopes": [], "unscoped": true, "contexts": [], "machine": machine,
            "createdAt": "2026-11-24T14:33:00Z", "lastUsedAt": "2026-11-24T15:33:00Z", "lastUsedFrom": from,
            "expiresAt": "2027-11-24T14:33:00Z", "endedAt": null, "endReason": null,
            "state": "live", "current": false,
        }))
        .unwrap()
    }

    fn session(agent: &str, from: &str) -> SessionView {
        serde_json::from_value(json!({
            "id": "01890a5d-ac96-774b-bcce-b302099a8052", "name": "A browser", "address": from, "userAgent": agent,
            "createdAt": "2026-11-24T14:33:00Z", "lastUsedAt": null, "lastUsedFrom": null,
            "expiresAt": "2026-11-25T02:33:00Z", "authTime": null, "amr": [], "current": false,
        }))
        .unwrap()
    }

    fn labels(machines: &[Machine]) -> Vec<(String, usize, usize)> {
        let row = |machine: &Machine| (machine.label(), machine.keys.len(), machine.sessions.len());
        machines.iter().map(row).collect()
    }

    #[test]
    fn sign_ins_are_grouped_by_machine_and_strange_browsers_by_system() {
        let keys = vec![
            key(Some(("laptop", "linux")), "one", "10.0.0.1"),
            key(Some(("laptop", "linux")), "two", "10.0.0.2"),
            key(None, "nameless", "10.0.0.3"),
        ];
        let sessions = vec![
            session(LINUX, "10.0.0.2"),
            session(LINUX, "10.0.0.9"),
            session(IPHONE, "10.0.0.2"),
            session(LINUX, "10.0.0.8"),
            session("curl", "10.0.0.3"),
            session("curl", "10.0.0.9"),
        ];
        let grouped = machines(keys, sessions);
        assert_eq!(
            labels(&grouped),
            [
                ("laptop".to_owned(), 2, 1),
                ("nameless".to_owned(), 1, 1),
                ("Browsers on Linux".to_owned(), 0, 2),
                ("Browsers on iOS".to_owned(), 0, 1),
                ("Browsers on an unknown system".to_owned(), 0, 1),
            ]
        );
    }

    #[test]
    fn one_sign_makes_a_suspect_and_none_makes_none() {
        let laptop = &machines(vec![key(Some(("laptop", "Linux")), "one", "10.0.0.1")], Vec::new())[0];
        let suspect = |agent, from| laptop.likeness(&session(agent, from)).is_suspect();
        assert!(suspect(LINUX, "10.0.0.1"));
        assert!(suspect(LINUX, "10.9.9.9"), "the system alone");
        assert!(suspect(IPHONE, "10.0.0.1"), "the address alone");
        assert!(!suspect(IPHONE, "10.9.9.9"));
        let unknown = &machines(vec![key(Some(("box", "plan9")), "one", "10.0.0.1")], Vec::new())[0];
        assert!(
            !unknown.likeness(&session("curl", "10.9.9.9")).is_suspect(),
            "two unknown systems are not the same"
        );
    }

    #[test]
    fn systems_of_agents_and_machines_have_one_name() {
        assert_eq!(system_of_agent(LINUX), Some("Linux"));
        assert_eq!(system_of_agent(IPHONE), Some("iOS"));
        assert_eq!(
            system_of_machine("macos"),
            system_of_agent("Macintosh; Intel Mac OS X 10_15_7")
        );
        assert_eq!(system_of_machine("windows"), Some("Windows"));
        assert_eq!(system_of_machine("plan9"), None);
    }
}
