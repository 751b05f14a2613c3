use flui_model::FieldError;
use unicode_normalization::UnicodeNormalization;

const MAX_CHARACTERS: usize = 64;
const MAX_DESCRIPTION: usize = 200;

/// Checks the name of a key or machine and gives it back trimmed and in NFC: 1 to 64 printable characters, none of
/// which can turn, hide or break the text around it (control, bidirectional and other format characters).
pub fn check_name(field: &str, text: &str) -> Result<String, FieldError> {
    let name: String = text.trim().nfc().collect();
    if name.is_empty() {
        return Err(FieldError::new(field, "Enter a name."));
    }
    if name.chars().count() > MAX_CHARACTERS {
        return Err(FieldError::new(field, "A name has at most 64 characters."));
    }
    if name.chars().any(is_deceptive) {
        return Err(FieldError::new(
            field,
            "A name has no line breaks and no invisible or direction-changing characters.",
        ));
    }
    Ok(name)
}

/// Checks a sentence for people and gives it back trimmed and in NFC: at most 200 printable characters, perhaps none.
pub(crate) fn check_description(field: &str, text: &str) -> Result<String, FieldError> {
    let sentence: String = text.trim().nfc().collect();
    if sentence.chars().count() > MAX_DESCRIPTION {
        return Err(FieldError::new(field, "A description has at most 200 characters."));
    }
    if sentence.chars().any(is_deceptive) {
        return Err(FieldError::new(
            field,
            "A description has no line breaks and no invisible or direction-changing characters.",
        ));
    }
    Ok(sentence)
}

/// Control characters, format characters (Unicode category Cf), line separators, private use and unassigned marks that render as
/// nothing.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{0600}'..='\u{0605}' | '\u{061C}' | '\u{06DD}' | '\u{070F}'
            | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{3164}' | '\u{E000}'..='\u{F8FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}'
            | '\u{F0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e9_good_names_are_trimmed_and_composed() {
        assert_eq!(check_name("name", "  deploy-prod \n").as_deref(), Ok("deploy-prod"));
        assert_eq!(check_name("name", "Cafe\u{301}").as_deref(), Ok("Café"));
        assert_eq!(check_name("name", "מפתח 🔑").as_deref(), Ok("מפתח 🔑"));
        assert!(check_name("name", &"é".repeat(64)).is_ok());
    }

    #[test]
    fn e9_deceptive_names_are_refused() {
        for name in [
            "",
            "   ",
            "a\u{202E}b",
            "a\nb",
            "a\u{200D}b",
            "a\u{0}b",
            "\u{FEFF}x y",
            "a\u{1b}[31m",
        ] {
            assert!(check_name("name", name).is_err(), "{name:?}");
        }
        assert!(check_name("name", &"é".repeat(65)).is_err());
    }

    #[test]
    fn a_description_may_be_empty_but_not_deceive() {
        let check = |text: &str| check_description("description", text);
        assert_eq!(check("  ").as_deref(), Ok(""));
        assert_eq!(check(" Straße 7 \n").as_deref(), Ok("Straße 7"));
        assert!(check(&"é".repeat(200)).is_ok());
        for bad in ["a\nb", "a\u{202E}b", &"é".repeat(201)] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
    }
}
