//! What must stand nowhere, and the search for it.

use std::{collections::HashMap, fmt::Write as _};

use reqwest::Response;
use url::Url;

/// Secrets of a run, by name.
#[derive(Default)]
pub(super) struct Secrets(Vec<(&'static str, String)>);

impl Secrets {
    pub(super) fn note(&mut self, name: &'static str, secret: &str) {
        assert!(secret.len() >= 8, "{name} is no secret: {secret:?}");
        self.0.push((name, secret.to_owned()));
    }

    pub(super) fn note_cookies(&mut self, name: &'static str, answer: &Response) {
        let mut found = false;
        for cookie in answer.headers().get_all("set-cookie") {
            let value = cookie
                .to_str()
                .unwrap()
                .split(';')
                .next()
                .unwrap()
                .split_once('=')
                .unwrap()
                .1;
            if value.len() >= 8 {
                self.note(name, value);
                found = true;
            }
        }
        assert!(found, "{name}: no cookie");
    }

    pub(super) fn note_query(&mut self, address: &str, names: &[&'static str]) {
        let query: HashMap<_, _> = Url::parse(address).unwrap().query_pairs().into_owned().collect();
        for name in names {
            self.note(name, &query[*name]);
        }
    }

    /// Which of them stand in this, as they are or as PostgreSQL shows bytes.
    fn found_in(&self, place: &[u8]) -> Vec<&'static str> {
        // Secrets are ASCII, so that they come through whatever stands around them.
        let text = String::from_utf8_lossy(place);
        let found = self
            .0
            .iter()
            .filter(|(_, secret)| text.contains(secret.as_str()) || text.contains(&hex(secret)));
        found.map(|(name, _)| *name).collect()
    }

    /// None of them stands in any of the places, and each would be found in a line of `log`.
    pub(super) fn assert_nowhere(&self, places: &[(String, Vec<u8>)], log: &str) {
        let found: Vec<String> = places
            .iter()
            .flat_map(|(place, bytes)| {
                let found = self.found_in(bytes).into_iter();
                found.map(move |name| format!("{name} in {place}"))
            })
            .collect();
        assert!(found.is_empty(), "{found:#?}");

        // The twin: one planted secret is found, whichever it is.
        let line = log.lines().next().unwrap();
        for (name, secret) in &self.0 {
            for planted in [format!("{line}{secret}\n"), format!("(\\x{},1)", hex(secret))] {
                assert!(self.found_in(planted.as_bytes()).contains(name));
            }
        }
    }
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
