//! The dashboard's API, typed. One method for each call that a command makes.

use flui_model::{
    ErrorCode, Page, Problem, SignInId, Timestamp,
    api_keys::{ApiKeyView, CreateApiKey, CreatedApiKey, IDEMPOTENCY_KEY_HEADER, ListApiKeys, RotateApiKey},
    audit::AuditEventView,
    auth_config::AuthConfig,
    device_logins::{BeginDeviceLogin, DeviceAuthorization, DeviceLoginError, RedeemDeviceLogin},
    me::Me,
    sessions::SessionView,
    sign_ins::{EndSignIns, EndedSignIns},
};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    address::ApiUrl,
    exit::{Exit, Fault},
    expiry_hint,
    http::{self, Answer},
    key::Key,
    system,
    words::printable,
};

const KEYS: &str = "/api/v1/auth/api-keys";

/// A dashboard, and the key to present there.
pub(crate) struct Api {
    client: Client,
    base: ApiUrl,
    key: Option<Key>,
}

impl Api {
    /// A client without a key.
    pub(crate) fn new(base: ApiUrl) -> Result<Self, Fault> {
        Ok(Self {
            client: http::client()?,
            base,
            key: None,
        })
    }

    /// The same client, presenting a key.
    pub(crate) fn with_key(mut self, key: Key) -> Self {
        self.key = Some(key);
        self
    }

    /// Where the dashboard answers.
    pub(crate) fn base(&self) -> &ApiUrl {
        &self.base
    }

    /// The HTTP client, for the provider.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// `GET /api/v1/auth/config`: how to sign in.
    pub(crate) async fn auth_config(&self) -> Result<AuthConfig, Fault> {
        read(&http::send(self.client.get(self.base.at("/api/v1/auth/config"))).await?)
    }

    /// `POST /api/v1/auth/api-keys` with the provider's ID token: a workstation key. It is bound to the context that is
    /// wanted if the dashboard knows one of that name. Only its answer can tell: before the exchange there is no key to
    /// ask for the contexts with, and a refusal leaves the token as good as it was.
    pub(crate) async fn exchange(&self, id_token: &str, wanted: &CreateApiKey) -> Result<CreatedApiKey, Fault> {
        let send = async |wanted: &CreateApiKey| {
            send_again_if_lost(self.client.post(self.base.at(KEYS)).bearer_auth(id_token).json(wanted)).await
        };
        let mut answer = send(wanted).await?;
        if wanted.context.is_some() && is_only_context_unknown(&answer) {
            let unbound = CreateApiKey {
                context: None,
                ..wanted.clone()
            };
            answer = send(&unbound).await?;
        }
        read(&answer).map_err(|mut fault: Fault| {
            // There is no key yet that could be missing: the dashboard does not take the provider's word.
            if fault.exit == Exit::NotSignedIn {
                fault.exit = Exit::Refused;
            }
            fault
        })
    }

    /// `POST /api/v1/auth/device`: begins a login by a browser elsewhere.
    pub(crate) async fn begin_device_login(&self, wanted: &BeginDeviceLogin) -> Result<DeviceAuthorization, Fault> {
        let request = self.client.post(self.base.at("/api/v1/auth/device")).form(wanted);
        let answer = http::send(request).await?;
        match answer.json::<DeviceLoginError>() {
            Some(no) => Err(Fault::new(Exit::Refused, printable(&no.error_description))),
            None => read(&answer),
        }
    }

    /// `POST /api/v1/auth/device/token`: the key, or the dashboard's word on why not yet.
    pub(crate) async fn redeem_device_login(
        &self,
        wanted: &RedeemDeviceLogin,
    ) -> Result<Result<CreatedApiKey, DeviceLoginError>, Fault> {
        let request = self.client.post(self.base.at("/api/v1/auth/device/token")).form(wanted);
        let answer = http::send(request).await?;
        match answer.json::<DeviceLoginError>() {
            Some(no) => Ok(Err(no)),
            None => read(&answer).map(Ok),
        }
    }

    /// `GET /api/v1/auth/me`: who is calling.
    pub(crate) async fn me(&self) -> Result<Me, Fault> {
        self.call(self.client.get(self.base.at("/api/v1/auth/me"))).await
    }

    /// `GET /api/v1/auth/api-keys`, page after page: own keys, or everybody's.
    pub(crate) async fn keys(&self, everybody: bool) -> Result<Vec<ApiKeyView>, Fault> {
        let mut wanted = ListApiKeys {
            person: everybody.then(|| "all".to_owned()),
            cursor: None,
            limit: Some(200),
        };
        let mut keys = Vec::new();
        loop {
            let page: Page<ApiKeyView> = self.call(self.client.get(self.base.at(KEYS)).query(&wanted)).await?;
            let is_empty = page.items.is_empty();
            keys.extend(page.items);
            match page.next_cursor {
                // A list that goes on without rows would never end.
                Some(cursor) if !is_empty => wanted.cursor = Some(cursor),
                _ => return Ok(keys),
            }
        }
    }

    /// `POST /api/v1/auth/api-keys`: a key made by hand.
    pub(crate) async fn create_key(&self, wanted: &CreateApiKey) -> Result<CreatedApiKey, Fault> {
        let request = self.authorized(self.client.post(self.base.at(KEYS)).json(wanted));
        let answer = send_again_if_lost(request).await?;
        expiry_hint::note(answer.key_expires);
        read(&answer).map_err(sign_in_note)
    }

    /// `POST /api/v1/auth/api-keys/{id}/rotate`: a new secret.
    pub(crate) async fn rotate_key(&self, id: SignInId, wanted: &RotateApiKey) -> Result<CreatedApiKey, Fault> {
        let address = self.base.at(&format!("{KEYS}/{id}/rotate"));
        self.call(self.client.post(address).json(wanted)).await
    }

    /// `DELETE /api/v1/auth/api-keys/{id}`: ends a key.
    pub(crate) async fn revoke_key(&self, id: SignInId) -> Result<(), Fault> {
        let request = self.client.delete(self.base.at(&format!("{KEYS}/{id}")));
        let answer = self.send(request).await?;
        if answer.status.is_success() {
            Ok(())
        } else {
            Err(sign_in_note(refusal(&answer)))
        }
    }

    /// `GET /api/v1/auth/sessions`: the person's live browser sign-ins.
    pub(crate) async fn sessions(&self) -> Result<Vec<SessionView>, Fault> {
        let page: Page<SessionView> = self
            .call(self.client.get(self.base.at("/api/v1/auth/sessions")))
            .await?;
        Ok(page.items)
    }

    /// `POST /api/v1/auth/sign-ins/end`: ends many sign-ins, all or none.
    pub(crate) async fn end_sign_ins(&self, wanted: &EndSignIns) -> Result<EndedSignIns, Fault> {
        let address = self.base.at("/api/v1/auth/sign-ins/end");
        self.call(self.client.post(address).json(wanted)).await
    }

    /// `GET /api/v1/audit/events`, page after page: at most `most` events.
    pub(crate) async fn events(&self, mut query: AuditQuery, most: u32) -> Result<Vec<AuditEventView>, Fault> {
        let mut events: Vec<AuditEventView> = Vec::new();
        loop {
            let missing = most - u32::try_from(events.len()).unwrap_or(most).min(most);
            query.limit = missing.min(200);
            let request = self.client.get(self.base.at("/api/v1/audit/events")).query(&query);
            let mut page: Page<AuditEventView> = self.call(request).await?;
            page.items.truncate(missing as usize);
            let is_last = page.items.is_empty() || page.items.len() >= missing as usize;
            events.extend(page.items);
            match page.next_cursor.and_then(|cursor| cursor.parse().ok()) {
                Some(before) if !is_last => query.before = Some(before),
                _ => return Ok(events),
            }
        }
    }

    /// The request with the key, if there is one.
    fn authorized(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.key {
            Some(key) => request.bearer_auth(key.secret()),
            None => request,
        }
    }

    async fn call<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Fault> {
        read(&self.send(request).await?).map_err(sign_in_note)
    }

    /// Sends a request with the key, and notes what the answer says of the key's end.
    async fn send(&self, request: RequestBuilder) -> Result<Answer, Fault> {
        let answer = http::send(self.authorized(request)).await?;
        expiry_hint::note(answer.key_expires);
        Ok(answer)
    }
}

/// Sends a request that makes a key, and once more if no answer came. The dashboard knows it again by its name, so that
/// no second key is made, and the secret of the lost answer opens nothing.
async fn send_again_if_lost(request: RequestBuilder) -> Result<Answer, Fault> {
    let request = request.header(IDEMPOTENCY_KEY_HEADER, format!("\"{}\"", system::random_token()));
    let again = request.try_clone();
    match (http::send(request).await, again) {
        (Err(fault), Some(again)) if fault.exit == Exit::Network => http::send(again).await,
        (answer, _) => answer,
    }
}

/// Which events are wanted.
#[derive(Debug, Default, Serialize)]
pub(crate) struct AuditQuery {
    pub(crate) action: Option<String>,
    pub(crate) since: Option<Timestamp>,
    pub(crate) before: Option<i64>,
    pub(crate) limit: u32,
}

/// Whether the dashboard would make the key, if only it knew the context.
fn is_only_context_unknown(answer: &Answer) -> bool {
    let problem = answer.json::<Problem>();
    problem.is_some_and(|problem| matches!(problem.errors.as_slice(), [error] if error.field == "context"))
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Fault> {
    if !answer.status.is_success() {
        return Err(refusal(answer));
    }
    answer.json().ok_or_else(|| foreign(answer))
}

/// Says what helps when a key is not accepted.
fn sign_in_note(fault: Fault) -> Fault {
    if fault.exit == Exit::NotSignedIn {
        fault.note("Sign in again with: flui auth login")
    } else {
        fault
    }
}

/// What a status means for the exit code.
const fn exit_of(status: StatusCode) -> Exit {
    match status.as_u16() {
        401 => Exit::NotSignedIn,
        403 => Exit::Refused,
        404 => Exit::NotFound,
        429 | 300..=399 | 500..=599 => Exit::Network,
        _ => Exit::Failure,
    }
}

/// An answer that says no, in its own words.
fn refusal(answer: &Answer) -> Fault {
    let Some(problem) = answer.json::<Problem>() else {
        return foreign(answer);
    };
    let mut fault = Fault::new(exit_of(answer.status), printable(&problem.detail));
    for error in &problem.errors {
        fault = fault.note(format!("{}: {}", printable(&error.field), printable(&error.message)));
    }
    let request = problem.request_id.as_ref().or(answer.request_id.as_ref());
    let request = request
        .map(|id| format!(", request {}", printable(id)))
        .unwrap_or_default();
    fault = fault.note(format!("({}, code {}{request})", answer.host, printable(&problem.code)));
    fault.code = Some(problem.code);
    fault
}

/// An answer that is not the dashboard's.
fn foreign(answer: &Answer) -> Fault {
    Fault::network(format!(
        "{} answered with status {} and nothing that a Flui dashboard says.",
        answer.host,
        answer.status.as_u16()
    ))
    .note("Look at the context's address: flui config get apiUrl")
}

impl Fault {
    /// Whether the dashboard says that the key opens nothing any more.
    pub(crate) fn says_key_is_dead(&self) -> bool {
        let dead = [
            ErrorCode::InvalidToken,
            ErrorCode::KeyRevoked,
            ErrorCode::KeyExpired,
            ErrorCode::KeyRotated,
            ErrorCode::NotSignedIn,
            ErrorCode::NotFound,
        ];
        self.code
            .as_deref()
            .is_some_and(|code| dead.iter().any(|dead| dead.as_str() == code))
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    #[test]
    fn every_code_of_the_dashboard_has_its_exit_code() {
        for code in ErrorCode::ALL {
            let status = StatusCode::from_u16(code.status()).unwrap();
            let exit = exit_of(status);
            match code {
                _ if status == StatusCode::UNAUTHORIZED => assert_eq!(exit, Exit::NotSignedIn, "{code}"),
                ErrorCode::NotFound => assert_eq!(exit, Exit::NotFound),
                _ if status.is_server_error() => assert_eq!(exit, Exit::Network, "{code}"),
                ErrorCode::TooManyRequests => assert_eq!(exit, Exit::Network),
                _ if status == StatusCode::FORBIDDEN => assert_eq!(exit, Exit::Refused, "{code}"),
                _ => assert_eq!(exit, Exit::Failure, "{code}"),
            }
        }
    }

    #[tokio::test]
    async fn e7_a_request_for_a_key_is_sent_again_when_the_connection_was_cut() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let mut names = Vec::new();
            for answer in ["", "HTTP/1.1 409 Conflict\r\ncontent-length: 2\r\n\r\n{}"] {
                let (mut connection, _) = listener.accept().await.unwrap();
                let mut request = vec![0; 4096];
                let length = connection.read(&mut request).await.unwrap();
                let text = String::from_utf8_lossy(&request[..length]).into_owned();
                let is_name = |line: &&str| line.starts_with(IDEMPOTENCY_KEY_HEADER);
                names.push(text.lines().find(is_name).unwrap().to_owned());
                connection.write_all(answer.as_bytes()).await.unwrap();
            }
            names
        });
        let answered = send_again_if_lost(http::client().unwrap().post(base)).await.unwrap();
        assert_eq!(answered.status, StatusCode::CONFLICT);
        let names = server.await.unwrap();
        assert_eq!(names[0], names[1]);
    }
}
