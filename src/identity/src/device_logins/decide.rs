use flui_model::{DeviceLoginId, FieldError};

use super::{Decided, Decision, DeviceLogin, Looked, user_code};
use crate::{
    Caller, Client, Error, Identity, SignedIn,
    audit::{Action, Event, EventFilter, Outcome},
};

impl Identity {
    /// Finds the device login whose code a person typed in their browser, and lets them decide it from then on.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a code that nobody waits with, [`Error::TooManyTries`] after five of those in ten minutes.
    pub async fn look_up_device_login(
        &self,
        caller: &Caller,
        typed: &str,
        client: &Client,
    ) -> Result<DeviceLogin, Error> {
        let signed_in = browser(caller)?;
        let event = Event::new(self.now(), Action::DeviceApproved, Some(client)).by(signed_in);
        let code = user_code::read(typed)
            .ok_or_else(|| fault("A code has eight letters, like BCDF-GHJK. It stands in the terminal that waits."))?;
        let now = self.now();
        let looked = self
            .store
            .look_up_device_login(
                &code,
                (signed_in.person().id, signed_in.sign_in().id),
                now,
                now - DeviceLogin::LIFE,
                DeviceLogin::MOST_TRIES,
            )
            .await?;
        match looked {
            Looked::Found(login) => Ok(*login),
            Looked::Unknown => {
                self.store.append_event(&event.refused("code_unknown")).await?;
                Err(fault(
                    "No login waits with this code. It may have expired: look at the terminal, or begin there anew.",
                ))
            }
            Looked::TooManyTries => self.audit_refusal(event, Err(Error::TooManyTries)).await,
        }
    }

    /// A device login that waits for the caller's decision, after they typed its code.
    pub async fn find_device_login(&self, caller: &Caller, id: DeviceLoginId) -> Result<DeviceLogin, Error> {
        let person = browser(caller)?.person().id;
        let found = self.store.find_device_login(id, person, self.now()).await?;
        found.ok_or(Error::NotFound("device login"))
    }

    /// What the caller decided about a device login. The login itself is gone once its key was fetched; the audit log
    /// remembers.
    pub async fn find_device_decision(&self, caller: &Caller, id: DeviceLoginId) -> Result<Decided, Error> {
        const LATEST: u32 = 20;
        let person = browser(caller)?.person().id;
        let id = id.to_string();
        for (action, approved) in [(Action::DeviceApproved, true), (Action::DeviceDenied, false)] {
            let filter = EventFilter {
                person: Some(person),
                action: Some(action.as_str().to_owned()),
                outcome: Some(Outcome::Done.as_str().to_owned()),
                ..EventFilter::default()
            };
            let events = self.store.list_events(&filter, None, LATEST).await?;
            let own = events.into_iter().find(|event| event.object.as_ref() == Some(&id));
            if let Some(event) = own {
                return Ok(Decided {
                    approved,
                    machine: event.object_name.unwrap_or_default(),
                    at: event.at,
                });
            }
        }
        Err(Error::NotFound("device login"))
    }

    /// Lets the command line have a key. From a browser, after a fresh sign-in: the key will stand on its proof.
    pub async fn approve_device_login(
        &self,
        caller: &Caller,
        id: DeviceLoginId,
        client: &Client,
    ) -> Result<DeviceLogin, Error> {
        self.decide(caller, id, true, client).await
    }

    /// Turns the command line away. Needs no fresh sign-in: less access is never refused.
    pub async fn deny_device_login(
        &self,
        caller: &Caller,
        id: DeviceLoginId,
        client: &Client,
    ) -> Result<DeviceLogin, Error> {
        self.decide(caller, id, false, client).await
    }

    async fn decide(
        &self,
        caller: &Caller,
        id: DeviceLoginId,
        approved: bool,
        client: &Client,
    ) -> Result<DeviceLogin, Error> {
        let signed_in = browser(caller)?;
        let action = if approved {
            Action::DeviceApproved
        } else {
            Action::DeviceDenied
        };
        let mut event = Event::new(self.now(), action, Some(client)).by(signed_in);
        event.object = Some(id.to_string());
        event.owner = Some(signed_in.person().id);
        let result = self.try_decide(signed_in, id, approved, event.clone()).await;
        self.audit_refusal(event, result).await
    }

    async fn try_decide(
        &self,
        signed_in: &SignedIn,
        id: DeviceLoginId,
        approved: bool,
        mut event: Event,
    ) -> Result<DeviceLogin, Error> {
        let now = event.at;
        let person = signed_in.person().id;
        let absent = || Error::NotFound("device login");
        let login = self
            .store
            .find_device_login(id, person, now)
            .await?
            .ok_or_else(absent)?;
        if approved {
            signed_in.require_fresh(now, &self.policy)?;
        }
        event.object_name = Some(login.machine.name.clone());
        let decision = Decision {
            approved,
            by: person,
            with: signed_in.sign_in().id,
            at: now,
        };
        if self.store.decide_device_login(id, &decision, &event).await? {
            Ok(login)
        } else {
            Err(absent())
        }
    }
}

/// Keys approve nothing: whoever stole one could make it breed.
fn browser(caller: &Caller) -> Result<&SignedIn, Error> {
    let signed_in = caller.signed_in()?;
    if signed_in.is_browser() {
        Ok(signed_in)
    } else {
        Err(Error::Forbidden(
            "Only a browser session may approve a device login. Sign in to the dashboard.",
        ))
    }
}

fn fault(sentence: &str) -> Error {
    Error::Invalid(vec![FieldError::new("code", sentence)])
}
