//! The nightly check: asks the provider about each owner of live keys of whom there is a refresh token.

use std::time::Duration;

use flui_identity::{
    Sealing, StoreError,
    owners::{Owner, RefreshToken, Refusal},
};
use flui_model::Timestamp;
use flui_oidc::RefreshError;
use futures::{StreamExt as _, stream};
use secrecy::{ExposeSecret as _, SecretString};

use crate::app::App;

/// How often to look whether it is time.
const LOOK_EVERY: Duration = Duration::from_mins(1);
/// Owners that are read at once.
const PAGE: u32 = 50;
/// Questions that are under way at once.
const AT_ONCE: usize = 4;

/// Makes the check once a night, until the end. Nothing to do without sealing keys: then there are no tokens.
pub(crate) async fn every_night(app: App) {
    if app.sealing.is_none() {
        return;
    }
    let mut look = tokio::time::interval(LOOK_EVERY);
    loop {
        look.tick().await;
        match app.identity.take_turn_for_owners().await {
            Ok(true) => check(&app).await,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "the time of the nightly check could not be read"),
        }
    }
}

/// Asks about everybody there is to ask about. Whatever goes wrong is told in the log; the next night tries again.
pub(crate) async fn check(app: &App) {
    let Some(sealing) = &app.sealing else { return };
    let (mut asked, mut refused) = (0, Vec::new());
    let mut after = None;
    loop {
        let owners = match app.identity.list_owners_to_ask(after, PAGE).await {
            Ok(owners) => owners,
            Err(error) => {
                tracing::warn!(%error, "the owners of keys could not be read");
                break;
            }
        };
        let Some(last) = owners.last() else { break };
        after = Some(last.person.id);
        let mut answers = stream::iter(owners)
            .map(|owner| ask(app, sealing, owner))
            .buffer_unordered(AT_ONCE);
        let mut is_away = false;
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(Answer::Stands) => asked += 1,
                Ok(Answer::Refused(owner, asked_at)) => {
                    asked += 1;
                    refused.push((owner, asked_at));
                }
                Ok(Answer::NothingToAsk) => {}
                Ok(Answer::Away) => is_away = true,
                Err(error) => tracing::warn!(%error, "what the provider said of an owner could not be written"),
            }
        }
        if is_away {
            tracing::warn!("the provider cannot be asked about the owners of keys; the next night tries again");
            break;
        }
    }
    let gone = conclude(app, &refused, asked).await;
    tracing::info!(
        asked,
        refused = refused.len(),
        gone,
        "asked the provider about the owners of keys"
    );
}

enum Answer {
    /// The provider stands for the owner, or said nothing that can be read.
    Stands,
    /// It refused the token, which was sent at this moment.
    Refused(Box<Owner>, Timestamp),
    /// The token could not be opened.
    NothingToAsk,
    /// It did not answer, or not in a way that means anything.
    Away,
}

async fn ask(app: &App, sealing: &Sealing, owner: Owner) -> Result<Answer, StoreError> {
    let identity = &app.identity;
    let person = &owner.person;
    let Some(token) = sealing.unseal(RefreshToken::PURPOSE, &person.id.to_string(), &owner.token.sealed) else {
        identity.drop_refresh_token(&owner.token).await?;
        return Ok(Answer::NothingToAsk);
    };
    let asked_at = identity.now();
    // Written first: if this process dies before the answer is kept, the token is known to be doubtful.
    identity.doubt_refresh_token(person.id).await?;
    let refreshed = match app.relying_party.refresh(&token, &person.subject).await {
        Ok(refreshed) => refreshed,
        Err(RefreshError::Refused) => return Ok(Answer::Refused(Box::new(owner), asked_at)),
        Err(RefreshError::NotReached(error)) => {
            tracing::debug!(%error, "the provider was not reached");
            identity.trust_refresh_token(&owner.token).await?;
            return Ok(Answer::Away);
        }
        Err(RefreshError::NoAnswer(error)) => {
            tracing::debug!(%error, "the provider gave no answer");
            return Ok(Answer::Away);
        }
    };
    keep(app, sealing, &owner, &refreshed.refresh_token.unwrap_or(token)).await?;
    match refreshed.person {
        Ok(proven) => {
            if let Err(error) = identity.confirm_owner(&owner, proven.as_ref()).await {
                tracing::warn!(%error, person = %person.id, "an owner could not be confirmed");
            }
        }
        Err(error) => tracing::warn!(%error, person = %person.id, "a refreshed ID token was not accepted"),
    }
    Ok(Answer::Stands)
}

async fn keep(app: &App, sealing: &Sealing, owner: &Owner, token: &SecretString) -> Result<(), StoreError> {
    let id = owner.person.id;
    let sealed = sealing.seal(RefreshToken::PURPOSE, &id.to_string(), token.expose_secret());
    app.identity.keep_refresh_token(id, sealed).await
}

/// Makes of the refusals what they come to. Answers how many people are gone.
async fn conclude(app: &App, refused: &[(Box<Owner>, Timestamp)], asked: usize) -> usize {
    if !app.identity.believes_refusals(refused.len(), asked) {
        tracing::error!(
            asked,
            refused = refused.len(),
            "the provider refused most of the refresh tokens at once, so none of it is believed: was its client or its \
             database replaced?"
        );
        return 0;
    }
    let mut gone = 0;
    for (owner, asked_at) in refused {
        match app.identity.refuse_owner(owner, *asked_at).await {
            Ok(Refusal::Gone) => {
                gone += 1;
                tracing::warn!(person = %owner.person.id, "the provider no longer stands for an owner of keys");
            }
            Ok(Refusal::Nothing) => {}
            Err(error) => tracing::warn!(%error, "what the provider said of an owner could not be written"),
        }
    }
    gone
}
