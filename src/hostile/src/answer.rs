use flui_model::ErrorCode;
use http::HeaderMap;
use serde_json::Value;

use crate::{Fault, expect};

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) async fn read(response: reqwest::Response) -> Result<Self, Fault> {
        Ok(Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await?,
        })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Where a redirect leads to.
    pub(crate) fn location(&self) -> Result<&str, Fault> {
        self.header("location")
            .filter(|_| matches!(self.status, 302 | 303))
            .ok_or_else(|| Fault::new(format!("a redirect was expected, not {}", self.summary())))
    }

    pub(crate) fn json(&self) -> Result<Value, Fault> {
        serde_json::from_str(&self.body).map_err(|_| Fault::new(format!("JSON was expected, not {}", self.summary())))
    }

    /// The answer has the status of this code and says it: as a problem's `code`, or as a page's title.
    pub(crate) fn check(&self, code: ErrorCode) -> Result<(), Fault> {
        let says = match self.json() {
            Ok(problem) => problem["code"] == code.as_str(),
            Err(_) => self
                .body
                .replace("&#x27;", "'")
                .replace("&#39;", "'")
                .contains(code.title()),
        };
        expect(self.status == code.status() && says, || {
            format!(
                "{} {} was expected, not {}",
                code.status(),
                code.as_str(),
                self.summary()
            )
        })
    }

    /// The answer has this status.
    pub(crate) fn check_status(&self, status: u16) -> Result<(), Fault> {
        expect(self.status == status, || {
            format!("status {status} was expected, not {}", self.summary())
        })
    }

    /// Names and values of the cookies that the answer sets.
    pub(crate) fn cookies(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers
            .get_all("set-cookie")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .filter_map(|cookie| cookie.split(';').next()?.split_once('='))
    }

    fn summary(&self) -> String {
        // Not by `json`, which tells of a failure by this summary.
        let body: Option<Value> = serde_json::from_str(&self.body).ok();
        let code = body.and_then(|body| body["code"].as_str().map(str::to_owned));
        let to = self
            .header("location")
            .map(|to| format!(" to {}", to.split('?').next().unwrap_or(to)));
        format!("{} {}{}", self.status, code.unwrap_or_default(), to.unwrap_or_default())
    }
}
