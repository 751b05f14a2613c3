//! A provider that lies: every document and every HTTP answer can be spoiled by a named switch.
//!
//! A switch is a name and a few [`Act`]s. Those with a story of their own stand in `switches.rs`; `fields.rs` makes the
//! rest, one for each field of each document and each [`Way`] to spoil it. Nothing is spoiled until a switch is on.

mod delivery;
mod fields;
mod forgery;
mod switches;

use serde::Serialize;
use serde_json::{Map, Value};

pub(crate) use delivery::{Delivery, Endpoint};
pub(crate) use fields::Way;
pub(crate) use forgery::Forgery;

use crate::error::Error;
use crate::provider::{Provider, State};

/// The tokens and answers that the provider can sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Id,
    Access,
    Logout,
    Userinfo,
}

/// The documents whose members can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Document {
    Discovery,
    KeySet,
    /// The first key of the key set: the one that signs.
    Key,
    TokenAnswer,
    Introspection,
    /// The parameters that the browser brings back to the application.
    Callback,
    /// The JOSE header of a token.
    Header(Kind),
    /// The claims of a token; of userinfo also when it is not signed.
    Claims(Kind),
}

/// What a change may need to know.
pub(crate) struct Facts<'a> {
    pub(crate) issuer: &'a str,
    /// The client that the document is for; empty where there is none.
    pub(crate) client_id: &'a str,
    /// In seconds since 1970.
    pub(crate) now: i64,
}

type Change = fn(&mut Map<String, Value>, &Facts<'_>);

/// One thing that a switch does.
#[derive(Clone, Copy)]
pub(crate) enum Act {
    Change(Document, Change),
    Field(Document, &'static str, Way),
    Forge(Kind, Forgery),
    Deliver(Endpoint, Delivery),
    /// Userinfo comes as a signed token.
    SignUserinfo,
    /// The verifier of a code is not looked at.
    IgnorePkce,
}

/// A switch, as the control lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Switch {
    /// Its name. Names that begin with `oidcc-client-test` are those of the `OpenID` conformance suite's modules.
    pub name: String,
    /// What is spoiled while it is on.
    pub says: String,
}

/// Every switch there is.
pub(crate) fn all() -> Vec<Switch> {
    let named = switches::named().map(|named| Switch {
        name: named.name.to_owned(),
        says: named.says.to_owned(),
    });
    let deliveries = delivery::all().map(|(name, says, ..)| Switch { name, says });
    let fields = fields::all().map(|(name, says, _)| Switch { name, says });
    named.chain(deliveries).chain(fields).collect()
}

fn acts(name: &str) -> Option<Vec<Act>> {
    if let Some(named) = switches::named().find(|named| named.name == name) {
        return Some(named.acts.to_vec());
    }
    if let Some((_, _, endpoint, delivery)) = delivery::all().find(|(known, ..)| known == name) {
        return Some(vec![Act::Deliver(endpoint, delivery)]);
    }
    let (_, _, act) = fields::all().find(|(known, ..)| known == name)?;
    Some(vec![act])
}

/// What is spoiled now.
#[derive(Default)]
pub(crate) struct Spoils(Vec<Act>);

impl Spoils {
    pub(crate) fn switch_on(&mut self, name: &str) -> Result<(), Error> {
        let acts = acts(name).ok_or_else(|| Error::UnknownSwitch(name.to_owned()))?;
        self.0.extend(acts);
        Ok(())
    }

    pub(crate) fn switch_off(&mut self) {
        self.0.clear();
    }

    /// Changes a document on its way out.
    pub(crate) fn apply(&self, document: Document, value: &mut Value, facts: &Facts<'_>) {
        if document == Document::KeySet
            && let Some(key) = value.pointer_mut("/keys/0")
        {
            self.apply(Document::Key, key, facts);
        }
        let Value::Object(members) = value else { return };
        for act in &self.0 {
            match act {
                Act::Change(of, change) if *of == document => change(members, facts),
                Act::Field(of, name, way) if *of == document => way.spoil(members, name),
                _ => {}
            }
        }
    }

    pub(crate) fn delivery(&self, path: &str) -> Option<Delivery> {
        self.0.iter().find_map(|act| match act {
            Act::Deliver(endpoint, delivery) if endpoint.path() == path => Some(*delivery),
            _ => None,
        })
    }

    pub(crate) fn signs_userinfo(&self) -> bool {
        self.0.iter().any(|act| matches!(act, Act::SignUserinfo))
    }

    pub(crate) fn ignores_pkce(&self) -> bool {
        self.0.iter().any(|act| matches!(act, Act::IgnorePkce))
    }

    fn forgery(&self, kind: Kind) -> Option<Forgery> {
        self.0.iter().find_map(|act| match act {
            Act::Forge(of, forgery) if *of == kind => Some(*forgery),
            _ => None,
        })
    }
}

/// Signs a token for a client, spoiled as the switches want it.
pub(crate) fn sign(
    provider: &Provider,
    state: &State,
    kind: Kind,
    client_id: &str,
    (mut header, mut claims): (Value, Value),
) -> String {
    let facts = Facts {
        issuer: &provider.issuer,
        client_id,
        now: state.now(),
    };
    state.spoils.apply(Document::Header(kind), &mut header, &facts);
    state.spoils.apply(Document::Claims(kind), &mut claims, &facts);
    match state.spoils.forgery(kind) {
        None => state.keys.sign(&header, &claims),
        Some(forgery) => forgery.sign(provider, state, client_id, header, &claims),
    }
}
