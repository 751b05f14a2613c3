use std::borrow::Cow;

/// A text that somebody chose, to stand inside a sentence of ours: letters that run from right to left must not carry the
/// words and numbers around them along (Unicode Standard Annex 9, 2.7). Where a text fills an element alone, the style
/// sheet does the same; this is for sentences and attributes.
pub(crate) fn isolated(text: &str) -> Cow<'_, str> {
    if text.chars().any(runs_right_to_left) {
        format!("\u{2068}{text}\u{2069}").into()
    } else {
        text.into()
    }
}

/// The blocks of Unicode whose letters run from right to left.
fn runs_right_to_left(c: char) -> bool {
    matches!(c,
        '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_runs_from_right_to_left_is_isolated() {
        for plain in ["", "deploy-prod", "Größe 3", "部署", "🔑", "“<b>”"] {
            assert!(
                matches!(isolated(plain), Cow::Borrowed(same) if same == plain),
                "{plain}"
            );
        }
        for turned in ["מפתח", "deploy מפתח 3", "مفتاح", "ﷺ"] {
            assert_eq!(isolated(turned), format!("\u{2068}{turned}\u{2069}"));
        }
    }
}
