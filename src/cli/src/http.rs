//! The HTTP client of the process, and what its failures mean for whoever sits at the terminal.

use flui_client::{Error, Refusal, http_client, root_cause};
use flui_model::ErrorCode;
use reqwest::{Certificate, Client};

use crate::{
    exit::{Exit, Fault},
    setup,
    words::printable,
};

/// Makes the one client of the process.
pub(crate) fn client() -> Result<Client, Fault> {
    let user_agent = format!(
        "flui/{} ({}; {})",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    if let Some(path) = setup::env("FLUI_CA_FILE")? {
        let certificates = read_certificates(&path)?;
        return http_client(&user_agent)
            .tls_certs_merge(certificates)
            .build()
            .map_err(|error| Fault::usage(format!("FLUI_CA_FILE: {path} cannot be used: {}.", root_cause(&error))));
    }
    // A machine without any system certificates can still talk to its own loopback; https fails there with a sentence.
    http_client(&user_agent)
        .build()
        .or_else(|_| http_client(&user_agent).tls_certs_only([]).build())
        .map_err(|error| Fault::failure(format!("The HTTP client cannot start: {}.", root_cause(&error))))
}

fn read_certificates(path: &str) -> Result<Vec<Certificate>, Fault> {
    let pem =
        std::fs::read(path).map_err(|error| Fault::usage(format!("FLUI_CA_FILE: {path} cannot be read: {error}.")))?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(Fault::usage(format!(
            "FLUI_CA_FILE: {path} holds no certificate in PEM form."
        ))),
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let sentence = printable(&error.to_string());
        match error {
            Error::Request(_) => Self::failure(sentence),
            Error::Unreachable { .. } | Error::Timeout(_) | Error::TooLarge(_) => Self::network(sentence),
            Error::Tls { .. } => Self::network(sentence)
                .note("If its certificate comes from a private authority, name that in FLUI_CA_FILE."),
            Error::Foreign { .. } => {
                Self::network(sentence).note("Look at the context's address: flui config get apiUrl")
            }
            Error::Refused(refusal) => refused(sentence, *refusal),
            Error::DeviceLogin(_) => Self::new(Exit::Refused, sentence),
        }
    }
}

fn refused(sentence: String, refusal: Refusal) -> Fault {
    let Refusal {
        status,
        problem,
        request_id,
        host,
    } = refusal;
    let mut fault = Fault::new(exit_of(status), sentence);
    for error in &problem.errors {
        fault = fault.note(format!("{}: {}", printable(&error.field), printable(&error.message)));
    }
    let request = request_id
        .map(|id| format!(", request {}", printable(&id)))
        .unwrap_or_default();
    fault = fault.note(format!("({host}, code {}{request})", printable(&problem.code)));
    fault.code = Some(problem.code);
    if fault.exit == Exit::NotSignedIn {
        fault = fault.note("Sign in again with: flui auth login");
    }
    fault
}

/// What a status means for the exit code.
const fn exit_of(status: u16) -> Exit {
    match status {
        401 => Exit::NotSignedIn,
        403 => Exit::Refused,
        404 => Exit::NotFound,
        429 | 300..=399 | 500..=599 => Exit::Network,
        _ => Exit::Failure,
    }
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
    use super::*;

    #[test]
    fn every_code_of_the_dashboard_has_its_exit_code() {
        for code in ErrorCode::ALL {
            let status = code.status();
            let exit = exit_of(status);
            match code {
                _ if status == 401 => assert_eq!(exit, Exit::NotSignedIn, "{code}"),
                ErrorCode::NotFound => assert_eq!(exit, Exit::NotFound),
                _ if status >= 500 => assert_eq!(exit, Exit::Network, "{code}"),
                ErrorCode::TooManyRequests => assert_eq!(exit, Exit::Network),
                _ if status == 403 => assert_eq!(exit, Exit::Refused, "{code}"),
                _ => assert_eq!(exit, Exit::Failure, "{code}"),
            }
        }
    }
}
