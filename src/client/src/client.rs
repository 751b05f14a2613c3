use flui_model::{Problem, Timestamp, api_keys::IDEMPOTENCY_KEY_HEADER};
use rand::Rng as _;
use reqwest::RequestBuilder;
use serde::de::DeserializeOwned;

use crate::{Answer, ApiUrl, Error, Key, Refusal, http};

/// A dashboard, and the key to present there.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) base: ApiUrl,
    key: Option<Key>,
    on_key_expires: fn(Timestamp),
}

impl Client {
    /// A client without a key. [`http_client`](crate::http_client) builds what it sends by.
    pub fn new(http: reqwest::Client, base: ApiUrl) -> Self {
        Self {
            http,
            base,
            key: None,
            on_key_expires: |_| {},
        }
    }

    /// The same client, presenting a key.
    #[must_use]
    pub fn with_key(mut self, key: Key) -> Self {
        self.key = Some(key);
        self
    }

    /// Calls this whenever an answer says when the key ends that was presented: from 14 days before on.
    #[must_use]
    pub fn on_key_expires(mut self, hear: fn(Timestamp)) -> Self {
        self.on_key_expires = hear;
        self
    }

    /// Where the dashboard answers.
    pub fn base(&self) -> &ApiUrl {
        &self.base
    }

    /// What it sends by, for calls to others.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Sends a request with the key, if there is one, and reads what comes back.
    pub(crate) async fn call<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Error> {
        read(&self.send(request).await?)
    }

    /// Sends a request with the key, if there is one.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Answer, Error> {
        self.heard(http::send(self.authorized(request)).await)
    }

    /// Sends a request that makes a key with the key, if there is one, and once more if no answer came.
    pub(crate) async fn send_again_if_lost(&self, request: RequestBuilder) -> Result<Answer, Error> {
        self.heard(send_again_if_lost(self.authorized(request)).await)
    }

    fn authorized(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.key {
            Some(key) => request.bearer_auth(key.secret()),
            None => request,
        }
    }

    fn heard(&self, answer: Result<Answer, Error>) -> Result<Answer, Error> {
        if let Ok(Answer {
            key_expires: Some(end), ..
        }) = answer
        {
            (self.on_key_expires)(end);
        }
        answer
    }
}

/// Sends a request that makes a key, and once more if no answer came. The dashboard knows it again by its name, so that
/// no second key is made, and the secret of the lost answer opens nothing.
pub(crate) async fn send_again_if_lost(request: RequestBuilder) -> Result<Answer, Error> {
    let request = request.header(IDEMPOTENCY_KEY_HEADER, format!("\"{:032x}\"", random_name()));
    let again = request.try_clone();
    match (http::send(request).await, again) {
        (Err(error), Some(again)) if error.is_lost() => http::send(again).await,
        (answer, _) => answer,
    }
}

/// 128 random bits.
#[expect(clippy::disallowed_methods, reason = "this is the random source of the client")]
fn random_name() -> u128 {
    let mut bytes = [0; 16];
    rand::rng().fill_bytes(&mut bytes);
    u128::from_ne_bytes(bytes)
}

/// Reads what a good answer holds.
pub(crate) fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    if !answer.status.is_success() {
        return Err(refusal(answer));
    }
    answer.json().ok_or_else(|| foreign(answer))
}

/// An answer that says no, in its own words.
pub(crate) fn refusal(answer: &Answer) -> Error {
    match answer.json::<Problem>() {
        Some(problem) => Error::Refused(Box::new(Refusal {
            status: answer.status.as_u16(),
            request_id: problem.request_id.clone().or_else(|| answer.request_id.clone()),
            problem,
            host: answer.host.clone(),
        })),
        None => foreign(answer),
    }
}

fn foreign(answer: &Answer) -> Error {
    Error::Foreign {
        host: answer.host.clone(),
        status: answer.status.as_u16(),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    #[tokio::test]
    async fn e7_a_request_for_a_key_is_sent_again_when_the_connection_was_cut() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let mut names = Vec::new();
            for answer in ["", "HTTP/1.1 409 Conflict\r\ncontent-length: 2\r\n\r\n{}"] {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = vec![0; 4096];
                let read = stream.read(&mut request).await.unwrap();
                let text = String::from_utf8_lossy(&request[..read]).into_owned();
                let is_key = |line: &&str| line.starts_with(IDEMPOTENCY_KEY_HEADER);
                names.push(text.lines().find(is_key).unwrap().to_owned());
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
            names
        });
        let http = http::http_client("test").build().unwrap();
        let answer = send_again_if_lost(http.post(base)).await.unwrap();
        assert_eq!(answer.status, StatusCode::CONFLICT);
        let names = server.await.unwrap();
        assert_eq!(names[0], names[1]);
    }
}
