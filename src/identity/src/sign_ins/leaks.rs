use flui_model::{SignInId, Timestamp};
use url::Url;

use super::{End, EndReason};
use crate::{
    Caller, Client, Error, Identity, Key,
    audit::{Action, Event, EventFilter},
};

/// How much is kept of the place where a key was found.
const MAX_PLACE: usize = 200;
/// The most keys that are shown as found in public.
const MOST_SHOWN: u32 = 5;

/// A key of one's own that was found in public and ended for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundKey {
    /// Its id.
    pub id: SignInId,
    /// Its name.
    pub name: String,
    /// The host where it was found, if the report said so in a way that can be shown.
    pub host: Option<String>,
    /// When it was reported, and ended.
    pub at: Timestamp,
}

impl Identity {
    /// Takes the report that a text was found in public at `url`. If it is a key that is good, the key ends, and its owner
    /// reads in the audit log where it was found. Answers whether the text was ever a key of this installation.
    ///
    /// Anybody may report: who could write the report can end the key anyway.
    pub async fn report_leak(&self, token: &str, url: Option<&str>, client: &Client) -> Result<bool, Error> {
        let Ok(key) = Key::parse(token) else {
            return Ok(false);
        };
        let hash = key.hash();
        let found = self.store.find_by_secret(&hash).await?;
        let Some(found) = found.filter(|found| found.sign_in.kind == key.kind()) else {
            return Ok(false);
        };
        if found.sign_in.ended.is_none() {
            let now = self.now();
            let end = End {
                at: now,
                by: None,
                reason: EndReason::Leaked,
            };
            let event = Event::new(now, Action::KeyRevoked, Some(client));
            let mut find = Event::new(now, Action::KeyLeaked, Some(client));
            find.object_name = url.and_then(|url| place(url, token));
            self.store.end_leaked_key(&hash, &end, &event, &find).await?;
        }
        Ok(true)
    }

    /// The caller's own keys that were found in public since that moment, latest first.
    pub async fn list_found_keys(&self, caller: &Caller, since: Timestamp) -> Result<Vec<FoundKey>, Error> {
        let person = caller.signed_in()?.person().id;
        let filter = EventFilter {
            person: Some(person),
            action: Some(Action::KeyLeaked.as_str().to_owned()),
            since: Some(since),
            ..EventFilter::default()
        };
        let mut keys = Vec::new();
        for event in self.store.list_events(&filter, None, MOST_SHOWN).await? {
            let Some(id) = event.object.as_deref().and_then(|object| object.parse().ok()) else {
                continue;
            };
            if let Some(found) = self.store.find_sign_in(id).await? {
                let name = found.sign_in.name;
                // Where no place was told, the row has the key's name.
                let place = event.object_name.filter(|place| *place != name);
                let place = place.and_then(|place| Url::parse(&place).ok());
                keys.push(FoundKey {
                    id,
                    name,
                    host: place.as_ref().and_then(Url::host_str).map(str::to_owned),
                    at: event.at,
                });
            }
        }
        Ok(keys)
    }
}

/// What is kept of the place where `token` was found: an address of the web without user, password and query, which may
/// hold secrets, and of one that holds the key itself the host alone.
fn place(url: &str, token: &str) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    if !matches!(url.scheme(), "http" | "https") || url.set_username("").is_err() || url.set_password(None).is_err() {
        return None;
    }
    url.set_query(None);
    if url.as_str().contains(token) || url.as_str().len() > MAX_PLACE {
        url.set_fragment(None);
    }
    if url.as_str().contains(token) || url.as_str().len() > MAX_PLACE {
        url.set_path("");
    }
    // What is left is a host name that somebody made up.
    Some(url.into()).filter(|place: &String| place.len() <= MAX_PLACE && !place.contains(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_kept_without_what_may_be_secret() {
        let key = "flui_ci_x";
        let kept = |url: &str| place(url, key);
        let file = "https://github.com/ada/app/blob/12ab/.env#L3";
        assert_eq!(kept(file).as_deref(), Some(file));
        assert_eq!(
            kept("https://ada:secret@pastes.example/7?token=abc").as_deref(),
            Some("https://pastes.example/7")
        );
        let with_key = format!("https://pastes.example/{key}?k={key}#{key}");
        assert_eq!(kept(&with_key).as_deref(), Some("https://pastes.example/"));
        let long = format!("https://pastes.example/{}", "x".repeat(300));
        assert_eq!(kept(&long).as_deref(), Some("https://pastes.example/"));
        let split = "https://pastes.example/a\nb";
        assert_eq!(kept(split).as_deref(), Some("https://pastes.example/ab"));
        for none in [
            "",
            "nowhere",
            "javascript:alert(1)",
            "file:///etc/passwd",
            &format!("https://{}.example/", "x".repeat(300)),
        ] {
            assert_eq!(kept(none), None, "{none}");
        }
    }
}
