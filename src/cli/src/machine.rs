//! This machine, as it introduces itself to the dashboard.

use flui_model::api_keys::Machine;

use crate::words;

/// The longest name that a key may have.
const LONGEST_NAME: usize = 64;

/// The host name and operating system.
pub(crate) fn this_machine() -> Machine {
    let name = fit_name(&gethostname::gethostname().to_string_lossy());
    Machine {
        name: if name.is_empty() {
            "workstation".to_owned()
        } else {
            name
        },
        os: std::env::consts::OS.to_owned(),
    }
}

/// Makes any text a name that the dashboard accepts, as far as that goes: printable, trimmed, at most 64 characters.
fn fit_name(text: &str) -> String {
    let cut: String = words::printable(text).trim().chars().take(LONGEST_NAME).collect();
    cut.trim_end().to_owned()
}

/// Checks a key's name before the dashboard does: 1 to 64 printable characters, trimmed.
pub(crate) fn key_name(text: &str) -> Result<String, String> {
    let name = text.trim();
    let length = name.chars().count();
    let printable = !name.chars().any(|c| c.is_control() || words::turns_direction(c));
    if (1..=LONGEST_NAME).contains(&length) && printable {
        Ok(name.to_owned())
    } else {
        Err("a key's name is 1 to 64 printable characters".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_has_a_name_that_a_key_may_have() {
        let machine = this_machine();
        assert_eq!(key_name(&machine.name), Ok(machine.name.clone()));
        assert!(!machine.os.is_empty());
    }

    #[test]
    fn odd_host_names_are_made_to_fit() {
        assert_eq!(fit_name(" lap\ttop\u{7} "), "lap top");
        assert_eq!(fit_name(&"x".repeat(200)).len(), 64);
    }

    #[test]
    fn e9_names_with_hidden_characters_are_refused() {
        assert_eq!(key_name("  Ada's laptop "), Ok("Ada's laptop".to_owned()));
        for name in ["", "  ", "a\u{202e}b", "a\u{1b}b", &"x".repeat(65)] {
            assert!(key_name(name).is_err(), "{name:?}");
        }
    }
}
