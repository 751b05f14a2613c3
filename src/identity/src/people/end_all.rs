use flui_model::{FieldError, PersonId, sessions::Ended};

use super::list::admin_only;
use crate::{
    Caller, Client, Error, Identity, SignedIn,
    audit::{Action, Event},
    sign_ins::{EndReason, Which},
};

impl Identity {
    /// Ends every session and key of a person, in one transaction. Admins only, in a browser after a fresh sign-in, and
    /// only when the person's name was typed: one glance at the wrong row must not stop somebody's work.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an absent person and for callers who are no admin; [`Error::Invalid`] for another name.
    pub async fn end_person(
        &self,
        caller: &Caller,
        id: PersonId,
        typed_name: &str,
        client: &Client,
    ) -> Result<Ended, Error> {
        let signed_in = caller.signed_in()?;
        let event = Event::new(self.now(), Action::SignInEnded, Some(client)).by(signed_in);
        let mut refusal = event.clone();
        refusal.object = Some(id.to_string());
        let result = self.try_end_person(signed_in, id, typed_name, event).await;
        self.audit_refusal(refusal, result).await
    }

    async fn try_end_person(
        &self,
        signed_in: &SignedIn,
        id: PersonId,
        typed_name: &str,
        event: Event,
    ) -> Result<Ended, Error> {
        admin_only(signed_in, "person")?;
        let person = self.store.find_person(id).await?.ok_or(Error::NotFound("person"))?;
        signed_in.require_fresh(self.now(), &self.policy)?;
        if words(typed_name) != words(person.display_name()) {
            let message = format!("Type the name as it stands here: {}", person.display_name());
            return Err(Error::Invalid(vec![FieldError::new("name", message)]));
        }
        self.end(Which::Person(id), Some(signed_in), EndReason::Revoked, event)
            .await
    }
}

/// A name as it is compared: without what was spaced otherwise, and without the marks that a page puts around a name that
/// runs from right to left and that are copied along with it.
fn words(name: &str) -> Vec<&str> {
    name.split(|c: char| c.is_whitespace() || matches!(c, '\u{2068}' | '\u{2069}'))
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_name_is_the_same_name() {
        for same in ["Ada  Lovelace ", "\u{2068}Ada Lovelace\u{2069}"] {
            assert_eq!(words(same), words("Ada Lovelace"));
        }
        for other in ["", "Ada", "AdaLovelace", "ada lovelace"] {
            assert_ne!(words(other), words("Ada Lovelace"));
        }
    }
}
