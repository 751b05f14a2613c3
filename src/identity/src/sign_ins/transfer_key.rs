use flui_model::{FieldError, Kind, PersonId, Role, ScopeSet, SignInId, api_keys::KeyState};

use super::{CreatedKey, Found, Grant, NewSecret, Proof, SignIn};
use crate::{
    Caller, Client, Error, Identity, Key, SignedIn,
    audit::{Action, Event},
    people::{ListPeople, Person, admin_only},
};

/// What a transfer writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOwner {
    /// Whose the key was, for the case that somebody else was quicker.
    pub from: PersonId,
    /// Whose it is from now on.
    pub to: PersonId,
    /// Its new secret. The old ones are good for nothing any more.
    pub secret: NewSecret,
    /// The proof that the key stands on from now on: that of whoever transferred it.
    pub proof: Proof,
}

/// Somebody who might become the owner of a key.
#[derive(Clone, Debug)]
pub struct TransferTarget {
    /// Who.
    pub person: Person,
    /// Why they cannot; none when they can.
    pub unfit: Option<Unfit>,
}

/// Why somebody cannot become the owner of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The key is theirs.
    Owner,
    /// Their access was removed here.
    Disabled,
    /// The provider no longer stands for them.
    Gone,
    /// The key has a scope that they have not.
    Narrower,
    /// The key may do all that its owner may, and their role is another: it would silently become another key.
    OtherRole,
}

impl Unfit {
    /// What a person reads; goes on after a name.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Owner => "owns the key already",
            Self::Disabled => "has no access here any more",
            Self::Gone => "is no longer known to the provider",
            Self::Narrower => {
                "may do less than the key. Choose somebody who may do all of it, or create a narrower key"
            }
            Self::OtherRole => {
                "has another role than the key's owner, and the key may do all that its owner may. Create a new key with \
                 scopes instead"
            }
        }
    }

    fn of(key: &Found, owner_role: Role, person: &Person, role: Role) -> Option<Self> {
        if person.id == key.person.id {
            Some(Self::Owner)
        } else if person.disabled_at.is_some() {
            Some(Self::Disabled)
        } else if person.gone_at.is_some() {
            Some(Self::Gone)
        } else {
            match &key.sign_in.grant {
                Grant::Unscoped => (role != owner_role).then_some(Self::OtherRole),
                Grant::Scopes(scopes) => (!scopes.is_subset(ScopeSet::of_role(role))).then_some(Self::Narrower),
            }
        }
    }
}

/// How many people a search shows.
const MOST_TARGETS: u32 = 20;

impl Identity {
    /// A key of somebody that can be given to another person, and the people of the search, each with why they cannot
    /// have it. For admins; to others there is no such key.
    pub async fn find_transfer(
        &self,
        caller: &Caller,
        id: SignInId,
        text: Option<String>,
    ) -> Result<(Found, Vec<TransferTarget>), Error> {
        admin_only(caller.signed_in()?, "key")?;
        let key = self.transferable(id).await?;
        let wanted = ListPeople {
            text,
            limit: MOST_TARGETS,
            ..ListPeople::default()
        };
        let people = self.list_people(caller, &wanted).await?;
        let target = |person: Person| TransferTarget {
            unfit: self.unfit(&key, &person),
            person,
        };
        let targets = people.items.into_iter().map(|seen| target(seen.person)).collect();
        Ok((key, targets))
    }

    /// Gives a CI or service key to another person. It gets a new secret, because the old owner may hold the old one,
    /// which is good for nothing from the return on: there is no overlap. Id, name, scopes, end and history stay. Admins
    /// only, in a browser after a fresh sign-in; both people find it in their audit log.
    ///
    /// What the key may do never changes by it: a person who may do less is refused, and a key without limits goes only to
    /// somebody of the same role.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what is absent or over, and for callers who are no admin; [`Error::Forbidden`] for
    /// workstation keys; [`Error::Invalid`] for a person who cannot own it.
    pub async fn transfer_key(
        &self,
        caller: &Caller,
        id: SignInId,
        to: Option<PersonId>,
        client: &Client,
    ) -> Result<CreatedKey, Error> {
        let signed_in = caller.signed_in()?;
        let event = self.key_event(Action::KeyTransferred, signed_in, id, client);
        let result = self.try_transfer_key(signed_in, id, to, event.clone()).await;
        self.audit_refusal(event, result).await
    }

    async fn try_transfer_key(
        &self,
        signed_in: &SignedIn,
        id: SignInId,
        to: Option<PersonId>,
        event: Event,
    ) -> Result<CreatedKey, Error> {
        admin_only(signed_in, "key")?;
        let key = self.transferable(id).await?;
        signed_in.require_fresh(self.now(), &self.policy)?;
        let fault = |message: String| Error::Invalid(vec![FieldError::new("person", message)]);
        let person = match to {
            Some(to) => self.store.find_person(to).await?,
            None => None,
        };
        let person = person.ok_or_else(|| fault("Choose who the key shall belong to.".to_owned()))?;
        if let Some(unfit) = self.unfit(&key, &person) {
            return Err(fault(format!("{} {}.", person.display_name(), unfit.words())));
        }
        let secret = Key::generate(key.sign_in.kind, &*self.random);
        let new = NewOwner {
            from: key.person.id,
            to: person.id,
            secret: NewSecret {
                secret_hash: secret.hash(),
                prefix: secret.prefix().to_owned(),
                last_four: secret.last_four().to_owned(),
                old_until: None,
            },
            proof: signed_in.sign_in().proof.clone(),
        };
        let told = |sign_in: &SignIn, word: &str| Event {
            reason: Some(word.to_owned()),
            ..event.clone().about(sign_in)
        };
        let received = SignIn {
            person_id: person.id,
            ..key.sign_in.clone()
        };
        let events = [told(&key.sign_in, "given_away"), told(&received, "received")];
        let found = self.store.transfer_key(id, &new, &events).await?;
        let found = found.ok_or(Error::NotFound("key"))?;
        Ok(CreatedKey { key: secret, found })
    }

    async fn transferable(&self, id: SignInId) -> Result<Found, Error> {
        let found = self.store.find_sign_in(id).await?;
        let key = found
            .filter(|found| found.sign_in.kind.is_key() && found.sign_in.state(self.now()) == KeyState::Live)
            .ok_or(Error::NotFound("key"))?;
        if key.sign_in.kind == Kind::Workstation {
            return Err(Error::Forbidden(
                "A workstation key stands for one person at one machine and cannot be given to another. Revoke it; \
                 whoever works there signs in with flui auth login.",
            ));
        }
        Ok(key)
    }

    fn unfit(&self, key: &Found, person: &Person) -> Option<Unfit> {
        let role = |person: &Person| self.policy.roles.role_of(&person.groups);
        Unfit::of(key, role(&key.person), person, role(person))
    }
}
