use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use flui_identity::Clock;
use flui_model::Timestamp;

use crate::ProviderError;

/// A good document is asked for anew after this.
const MAX_AGE: Duration = Duration::from_hours(1);
/// A failed first attempt answers for this long, so that a provider that is down is not hammered.
const FAILURE_MEMORY: Duration = Duration::from_secs(5);
/// Attempts to replace a good document are at least this far apart.
const BETWEEN_ATTEMPTS: Duration = Duration::from_secs(30);

/// One of the provider's public documents: at most one request for it at a time, and a good one is never replaced by a
/// failure.
///
/// `fetch` arguments are futures that are only polled when the document is really wanted.
pub(crate) struct Cached<T> {
    what: &'static str,
    clock: Arc<dyn Clock>,
    state: Mutex<State<T>>,
    gate: tokio::sync::Mutex<()>,
}

struct State<T> {
    good: Option<(Arc<T>, Timestamp)>,
    failed: Option<(ProviderError, Timestamp)>,
    tried_at: Option<Timestamp>,
}

impl<T> Cached<T> {
    /// Holds nothing yet. `what` names the document in logs.
    pub(crate) fn new(what: &'static str, clock: Arc<dyn Clock>) -> Self {
        let state = Mutex::new(State {
            good: None,
            failed: None,
            tried_at: None,
        });
        Self {
            what,
            clock,
            state,
            gate: tokio::sync::Mutex::new(()),
        }
    }

    /// The good document, if there was ever one.
    pub(crate) fn peek(&self) -> Option<Arc<T>> {
        self.state().good.as_ref().map(|(good, _)| good.clone())
    }

    /// Whether the good document has grown old and nobody tried to replace it lately.
    pub(crate) fn is_due(&self) -> bool {
        let now = self.clock.now();
        let state = self.state();
        state.good.as_ref().is_some_and(|(_, at)| now.since(*at) > MAX_AGE) && may_try(&state, now)
    }

    /// The good document; if there was none yet, the outcome of a first attempt, which may be one that others made a
    /// few seconds ago.
    pub(crate) async fn first(
        &self,
        fetch: impl Future<Output = Result<T, ProviderError>>,
    ) -> Result<Arc<T>, ProviderError> {
        let _gate = self.gate.lock().await;
        if let Some(good) = self.peek() {
            return Ok(good);
        }
        if let Some((error, at)) = self.state().failed
            && self.clock.now().since(at) < FAILURE_MEMORY
        {
            return Err(error);
        }
        match fetch.await {
            Ok(fresh) => Ok(self.keep(fresh)),
            Err(error) => {
                tracing::warn!(%error, "the provider's {} could not be had", self.what);
                self.state().failed = Some((error, self.clock.now()));
                Err(error)
            }
        }
    }

    /// Replaces a document that has grown old. Does nothing while somebody else is at it.
    pub(crate) async fn refresh(&self, fetch: impl Future<Output = Result<T, ProviderError>>) {
        let Ok(_gate) = self.gate.try_lock() else { return };
        if self.is_due() && self.attempt(fetch).await {
            // It is young again, so the time of this attempt must not stand in the way of `replace`.
            self.state().tried_at = None;
        }
    }

    /// Asks anew because `seen` lacks what is wanted, unless somebody has done so since or it was tried lately. Answers
    /// with the document that is good afterwards.
    pub(crate) async fn replace(&self, seen: Arc<T>, fetch: impl Future<Output = Result<T, ProviderError>>) -> Arc<T> {
        let _gate = self.gate.lock().await;
        let current = self.peek().unwrap_or_else(|| seen.clone());
        if Arc::ptr_eq(&current, &seen) && may_try(&self.state(), self.clock.now()) {
            self.attempt(fetch).await;
        }
        self.peek().unwrap_or(seen)
    }

    /// Whether a fresh document was kept. The caller holds the gate.
    async fn attempt(&self, fetch: impl Future<Output = Result<T, ProviderError>>) -> bool {
        self.state().tried_at = Some(self.clock.now());
        match fetch.await {
            Ok(fresh) => {
                self.keep(fresh);
                true
            }
            Err(error) => {
                tracing::warn!(%error, "the provider's {} could not be refreshed; the last good one stays", self.what);
                false
            }
        }
    }

    fn keep(&self, fresh: T) -> Arc<T> {
        let fresh = Arc::new(fresh);
        let mut state = self.state();
        state.good = Some((fresh.clone(), self.clock.now()));
        state.failed = None;
        fresh
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn may_try<T>(state: &State<T>, now: Timestamp) -> bool {
    state.tried_at.is_none_or(|at| now.since(at) >= BETWEEN_ATTEMPTS)
}
