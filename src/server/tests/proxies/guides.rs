//! The guides' own text.

const NGINX: &str = include_str!("../../../../docs/protect-an-app-nginx.md");
const CADDY: &str = include_str!("../../../../docs/protect-an-app-caddy.md");
const TRAEFIK: &str = include_str!("../../../../docs/protect-an-app-traefik.md");

/// The proxies that the tests start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proxy {
    Nginx,
    Caddy,
    Traefik,
}

impl Proxy {
    pub(super) fn guide(self) -> &'static str {
        match self {
            Self::Nginx => NGINX,
            Self::Caddy => CADDY,
            Self::Traefik => TRAEFIK,
        }
    }
}

/// The first fenced block of the language in a guide.
pub(super) fn block<'a>(guide: &'a str, language: &str) -> &'a str {
    let (_, rest) = guide.split_once(&format!("```{language}\n")).expect(language);
    rest.split_once("\n```").unwrap().0
}

/// A block with other words in the place of some, each of which must stand there.
pub(super) fn filled(block: &str, words: &[(&str, &str)]) -> String {
    words.iter().fold(block.to_owned(), |text, (word, own)| {
        assert!(text.contains(word), "the guide does not say {word}");
        text.replace(word, own)
    })
}
