use std::collections::{HashMap, hash_map::Entry};

use flui_model::{
    Kind, SignInId,
    api_keys::{ApiKeyView, KeyState},
    machines::{Machine, machines},
};

use super::{Filter, Found, ListKeys};
use crate::{Caller, Error, Identity};

/// Keys that are looked through: a person has few machines and not many keys.
const MOST: u32 = 1_000;

/// Makers of makers that are followed.
const FARTHEST: usize = 8;

impl Identity {
    /// One's own machines, with the live workstation keys and browser sessions that seem to live on each.
    pub async fn list_machines(&self, caller: &Caller) -> Result<Vec<Machine>, Error> {
        let sessions = self.list_sessions(caller).await?;
        let wanted = ListKeys {
            kinds: vec![Kind::Workstation],
            state: Some(KeyState::Live),
            limit: MOST,
            ..ListKeys::default()
        };
        let keys = self.list_keys(caller, &wanted).await?.items;
        Ok(machines(keys, sessions))
    }

    /// One's own live keys that do not live on the machine but were made from it, newest first: with one of its
    /// workstation keys or suspect browsers, at whatever remove, and even if that one has ended since. Whoever held the
    /// machine saw their secrets, perhaps.
    pub async fn list_keys_made_from(&self, caller: &Caller, machine: &Machine) -> Result<Vec<ApiKeyView>, Error> {
        let signed_in = caller.signed_in()?;
        let now = self.now();
        let filter = Filter {
            person: Some(signed_in.person().id),
            kinds: Kind::KEYS.to_vec(),
            state: Some(KeyState::Live),
            text: None,
            context: None,
        };
        let (role, current) = (signed_in.role(), signed_in.sign_in().id);
        // Whoever reports is not the thief.
        let from_there = |maker: &Found| match maker.sign_in.kind {
            _ if maker.sign_in.id == current => false,
            Kind::Browser => machine.likeness(&maker.session_view(current)).is_suspect(),
            Kind::Workstation => machine.holds(&maker.key_view(role, current, now)),
            Kind::Ci | Kind::Service => false,
        };
        let mut known: HashMap<SignInId, Option<Found>> = HashMap::new();
        let mut made = Vec::new();
        for key in self.store.list_sign_ins(&filter, now, None, MOST).await? {
            if machine.keys.iter().any(|own| own.id == key.sign_in.id) {
                continue;
            }
            let mut maker = key.sign_in.made_by;
            for _ in 0..FARTHEST {
                let Some(id) = maker else { break };
                let found = match known.entry(id) {
                    Entry::Occupied(entry) => entry.into_mut(),
                    Entry::Vacant(entry) => entry.insert(self.store.find_sign_in(id).await?),
                };
                let Some(found) = found.as_ref() else { break };
                if from_there(found) {
                    made.push(key.key_view(role, current, now));
                    break;
                }
                maker = found.sign_in.made_by;
            }
        }
        Ok(made)
    }
}
