use std::net::IpAddr;

use flui_model::machines::system_of_agent;
use serde::{Deserialize, Serialize};

/// Where a request came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// The address of the person's machine, as far as trusted proxies tell it.
    pub address: IpAddr,
    /// The user agent, cut to 256 characters. The client's own word: proves nothing.
    pub user_agent: String,
    /// The id that logs and answers name the request by.
    pub request_id: String,
}

/// A short name for a user agent: `Firefox on Linux`. A guess, good enough to tell one's own browsers apart.
pub fn agent_name(user_agent: &str) -> String {
    // Order matters: most browsers also claim to be the ones below them.
    let browsers = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("HeadlessChrome/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("flui/", "flui"),
        ("curl/", "curl"),
    ];
    let browser = browsers
        .into_iter()
        .find(|(mark, _)| user_agent.contains(mark))
        .map(|(_, name)| name);
    let system = system_of_agent(user_agent);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}

/// A short name for what calls with a key: a browser as [`agent_name`] says, else the program's own first word, such as
/// `curl/8.5.0`, cut to 64 characters.
pub(crate) fn program_name(user_agent: &str) -> String {
    let word = user_agent.split(' ').next().unwrap_or_default();
    if word.is_empty() {
        "Unnamed program".to_owned()
    } else if word.starts_with("Mozilla/") {
        agent_name(user_agent)
    } else {
        word.chars().take(64).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_browsers_apart() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36 Edg/156.0";
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        assert_eq!(agent_name(edge), "Edge on Windows");
        assert_eq!(agent_name(firefox), "Firefox on Linux");
        assert_eq!(agent_name("<script>"), "Unknown browser");
    }

    #[test]
    fn programs_go_by_their_first_word() {
        assert_eq!(program_name("curl/8.5.0"), "curl/8.5.0");
        assert_eq!(program_name("flui/0.1.0 (linux)"), "flui/0.1.0");
        assert_eq!(
            program_name("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"),
            "Firefox on Linux"
        );
        assert_eq!(program_name(""), "Unnamed program");
        assert_eq!(program_name(&"x".repeat(300)).len(), 64);
    }
}
