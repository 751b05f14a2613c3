use flui_model::{Kind, SignInId, api_keys::KeyState};

use super::{Decision, DeviceLogin};
use crate::{
    Client, Error, Identity, Key, Policy, SecretHash,
    audit::{Action, Event},
    sign_ins::{CreatedKey, Grant, NewSignIn, SignIn, SpentBearer},
};

/// What a command line that asks for its key is answered.
#[derive(Debug)]
pub enum Redeemed {
    /// Nobody has decided yet.
    Pending,
    /// Nobody has decided yet, and it asked too soon.
    TooSoon,
    /// The time is over.
    Expired,
    /// The person said no, or may no longer say yes.
    Denied,
    /// The codes fit nothing, or bought a key already.
    Unknown,
    /// The key.
    Created(Box<CreatedKey>),
}

impl Identity {
    /// Gives a command line its workstation key once a person has approved it. Good once.
    ///
    /// The key stands on the proof of the sign-in that approved it, and that one must still be live: what was reported
    /// lost meanwhile approves nothing. As at the exchange the key may do all that its person may, and the older key of
    /// the same machine ends when it is first used.
    pub async fn redeem_device_login(
        &self,
        device_code: &str,
        verifier: &str,
        client: &Client,
    ) -> Result<Redeemed, Error> {
        let now = self.now();
        let (code, verifier) = (SecretHash::of(device_code), SecretHash::of(verifier));
        let Some(polled) = self.store.poll_device_login(&code, &verifier, now).await? else {
            return Ok(Redeemed::Unknown);
        };
        let login = polled.login;
        match login.decision.clone() {
            Some(decision) if !decision.approved => Ok(Redeemed::Denied),
            _ if login.expires_at <= now => Ok(Redeemed::Expired),
            None if polled.too_soon => Ok(Redeemed::TooSoon),
            None => Ok(Redeemed::Pending),
            Some(decision) => self.make_key(login, &decision, client).await,
        }
    }

    async fn make_key(&self, login: DeviceLogin, decision: &Decision, client: &Client) -> Result<Redeemed, Error> {
        let now = self.now();
        let event = Event::new(now, Action::KeyExchanged, Some(client));
        let approver =
            self.store.find_sign_in(decision.with).await?.filter(|approver| {
                approver.sign_in.state(now) == KeyState::Live && approver.person.disabled_at.is_none()
            });
        let Some(approver) = approver else {
            self.store.append_event(&event.refused("approver_ended")).await?;
            return Ok(Redeemed::Denied);
        };
        let key = Key::generate(Kind::Workstation, &*self.random);
        let sign_in = SignIn {
            id: SignInId::from_uuid(self.new_id()),
            person_id: decision.by,
            kind: Kind::Workstation,
            name: login.key_name,
            secret_hash: key.hash(),
            prefix: key.prefix().to_owned(),
            last_four: key.last_four().to_owned(),
            grant: Grant::Unscoped,
            contexts: Vec::new(),
            networks: Vec::new(),
            proof: approver.sign_in.proof,
            client: client.clone(),
            machine: Some(login.machine),
            made_by: Some(decision.with),
            created_at: now,
            last_used: None,
            rotated_at: None,
            overlap: None,
            paused: None,
            expires_at: now + self.policy.workstation_age,
            ended: None,
        };
        let mut event = event.about(&sign_in);
        event.actor = Some(decision.by);
        event.sign_in = Some(sign_in.id);
        let new = NewSignIn {
            sign_in,
            seen: None,
            // As long as the device login itself is remembered.
            spent_bearer: Some(SpentBearer {
                hash: login.device_code,
                expires_at: login.expires_at + DeviceLogin::KEPT_LONGER,
            }),
            keep_at_most: None,
            request: None,
            unused_until: Some(now + Policy::UNUSED_AGE),
        };
        match self.store.insert_sign_in(&new, &event).await.map_err(Error::from) {
            Ok(found) => Ok(Redeemed::Created(Box::new(CreatedKey { key, found }))),
            Err(Error::BearerSpent) => Ok(Redeemed::Unknown),
            // The approver ended between the question and the answer.
            Err(Error::InvalidToken) => Ok(Redeemed::Denied),
            Err(error) => Err(error),
        }
    }
}
