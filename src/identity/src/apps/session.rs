use std::{fmt, time::Duration};

use flui_model::{ErrorCode, SignInId, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{Access, App, Missing, Rule, canonical_path};
use crate::{
    Caller, Client, Error, Identity, PresentedSecret, SecretHash, SignedIn,
    audit::{Action, Event},
    secret::encode_256,
};

/// Where a browser is to come back to, signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppTarget {
    /// The app's host, in canonical form.
    pub host: String,
    /// The hash of the secret that the browser keeps for this host while it signs in.
    pub challenge: SecretHash,
    /// The target on that host.
    pub return_to: String,
}

/// A code on its way to an app's host, as stores keep it. Good once, for half a minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppCode {
    /// SHA-256 of the code.
    pub code_hash: SecretHash,
    /// What it is bound to.
    pub target: AppTarget,
    /// The browser sign-in that it speaks for.
    pub sign_in: SignInId,
    /// When it is no longer good.
    pub expires_at: Timestamp,
}

impl AppCode {
    /// How long a code is good.
    pub const LIFE: Duration = Duration::from_secs(30);
}

/// A session at one host of an app, as stores keep it. It has no life of its own: it opens what its sign-in opens, for
/// as long as that is live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAppSession {
    /// SHA-256 of its secret.
    pub secret_hash: SecretHash,
    /// The browser sign-in that it hangs on.
    pub sign_in: SignInId,
    /// The one host that it is good for.
    pub host: String,
    /// When it began.
    pub created_at: Timestamp,
}

/// A session at an app that has begun, with its secret in clear, this once.
pub struct BegunAppSession {
    /// For the cookie of the app's host.
    pub secret: SecretString,
    /// The target that the person came from.
    pub return_to: String,
}

impl fmt::Debug for BegunAppSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BegunAppSession")
            .field("return_to", &self.return_to)
            .finish_non_exhaustive()
    }
}

impl Identity {
    /// Gives a browser the code that opens an app for it. The rule of the target must let the person pass.
    ///
    /// # Errors
    /// [`Error::AppRefused`], which is written to the audit log.
    pub async fn open_app(
        &self,
        caller: &Caller,
        app: &App,
        target: AppTarget,
        client: &Client,
    ) -> Result<SecretString, Error> {
        let signed_in = caller.signed_in()?;
        let now = self.now();
        let event = Event::new(now, Action::AppOpened, Some(client))
            .by(signed_in)
            .about_app(app);
        if !signed_in.is_browser() {
            let refused =
                Error::Forbidden("Only a person in a browser may sign in to an app. Keys are sent to it as they are.");
            return self.audit_refusal(event, Err(refused)).await;
        }
        let path = canonical_path(&target.return_to);
        let rule = path.and_then(|path| app.rule(&path));
        let checked = rule.ok_or(Missing::Rule).and_then(|rule| rule.access.check(signed_in));
        if let Err(missing) = checked {
            let refused = Error::AppRefused(app.name.clone(), missing);
            return self.audit_refusal(event, Err(refused)).await;
        }
        let code = self.new_secret();
        let kept = AppCode {
            code_hash: SecretHash::of(code.expose_secret()),
            target,
            sign_in: signed_in.sign_in().id,
            expires_at: now + AppCode::LIFE,
        };
        self.store.insert_app_code(&kept).await?;
        Ok(code)
    }

    /// Spends a code and begins the session at the app's host. `None` for a code that is unknown, spent, older than half
    /// a minute, of another browser or another host, and for one whose sign-in has ended meanwhile; written to the audit
    /// log.
    ///
    /// A code that was brought by another browser or to another host is left alone, so that a stranger cannot spoil it.
    pub async fn begin_app_session(
        &self,
        app: &App,
        code: &str,
        browser_secret: &str,
        host: &str,
        client: &Client,
    ) -> Result<Option<BegunAppSession>, Error> {
        let event = Event::new(self.now(), Action::AppOpened, Some(client)).about_app(app);
        let code_hash = SecretHash::of(code);
        let challenge = SecretHash::of(browser_secret);
        let kept = self.store.find_app_code(&code_hash).await?;
        let kept = kept.filter(|kept| {
            kept.target.challenge == challenge && kept.target.host == host && kept.expires_at > event.at
        });
        let begun = match kept {
            Some(kept) => self.spend_code(kept, event.clone(), client).await?,
            None => None,
        };
        if begun.is_none() {
            self.store.append_event(&event.refused("code_unknown")).await?;
        }
        Ok(begun)
    }

    async fn spend_code(&self, code: AppCode, event: Event, client: &Client) -> Result<Option<BegunAppSession>, Error> {
        let Some(found) = self.store.find_sign_in(code.sign_in).await? else {
            return Ok(None);
        };
        let id = PresentedSecret::Session(found.sign_in.secret_hash);
        let caller = match self.identify(&id, client).await {
            Err(Error::InvalidToken) => return Ok(None),
            other => other?,
        };
        let secret = self.new_secret();
        let session = NewAppSession {
            secret_hash: SecretHash::of(secret.expose_secret()),
            sign_in: code.sign_in,
            host: code.target.host,
            created_at: event.at,
        };
        let event = event.by(caller.signed_in()?);
        let begun = self.store.begin_app_session(&code.code_hash, &session, &event).await?;
        Ok(begun.then_some(BegunAppSession {
            secret,
            return_to: code.target.return_to,
        }))
    }

    /// Answers who is calling by the cookie of an app's host: whoever holds the browser sign-in that the session hangs
    /// on, checked as at every other request. Using an app is using the sign-in.
    ///
    /// # Errors
    /// As [`Identity::identify`].
    pub async fn identify_at_app(&self, secret: &str, host: &str, client: &Client) -> Result<Caller, Error> {
        let hash = SecretHash::of(secret);
        let session = self
            .store
            .find_app_session(&hash, host)
            .await?
            .ok_or(Error::InvalidToken)?;
        self.identify(&PresentedSecret::Session(session), client).await
    }

    /// Refuses a sign-in that lacks what a rule asks for. Written to the audit log once an hour for each sign-in, since a
    /// page of an app asks many times.
    ///
    /// # Errors
    /// [`Error::AppRefused`].
    pub async fn check_app(&self, app: &App, rule: &Rule, signed_in: &SignedIn, client: &Client) -> Result<(), Error> {
        let Err(missing) = rule.access.check(signed_in) else {
            return Ok(());
        };
        let now = self.now();
        if self.told.is_news(signed_in.sign_in().id, ErrorCode::Forbidden, now) {
            let event = Event::new(now, Action::AppOpened, Some(client))
                .by(signed_in)
                .about_app(app)
                .refused(ErrorCode::Forbidden.as_str());
            if let Err(failure) = self.store.append_event(&event).await {
                tracing::error!(error = %failure, "a refusal at an app could not be written to the audit log");
            }
        }
        Err(Error::AppRefused(app.name.clone(), missing))
    }

    /// 256 random bits in letters and digits.
    fn new_secret(&self) -> SecretString {
        let mut bytes = Zeroizing::new([0; 32]);
        self.random.fill(bytes.as_mut());
        encode_256(&bytes).into()
    }
}

impl App {
    /// Who may open the app at its beginning, if this sign-in is among them.
    pub fn open_to(&self, signed_in: &SignedIn) -> Option<Access> {
        let address = url::Url::parse(&self.address).ok()?;
        let rule = self.rule(&canonical_path(address.path())?)?;
        rule.access.check(signed_in).ok().map(|()| rule.access)
    }
}
