//! The style sheet: `style/*.css` and, behind them, the utilities that the pages' class names ask for.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use encre_css::{Config, Preflight, Scanner};

use super::{classes::Classes, minify::minify};
use crate::workspace::{self, files};

/// Colours by role. Each is a variable of the same name in `style/tokens.css`, so themes swap variables alone:
/// `bg-surface`, `text-text-muted`, `border-border`.
const COLOURS: [&str; 11] = [
    "accent",
    "accent-text",
    "border",
    "danger",
    "danger-text",
    "ok",
    "surface",
    "surface-raised",
    "text",
    "text-muted",
    "warn",
];

/// Classes that other classes refer to (`group-hover:…`) and that have no style themselves.
const MARKERS: [&str; 2] = ["group", "peer"];

/// Makes the whole style sheet, minified.
pub(crate) fn stylesheet() -> Result<String> {
    let own = own_styles(&workspace::path("style")?)?;
    let classes = Classes::read(&workspace::path("src/web/src")?)?;
    let utilities = Utilities::new();
    let words = words(&classes, &mut Vocabulary::new(&utilities, &own));
    Ok(minify(&format!("{own}\n{}", utilities.css(&words))))
}

/// Tokens first, then the base, then the rest by name: later rules win.
fn own_styles(folder: &Path) -> Result<String> {
    let mut sheets: Vec<PathBuf> = files(folder, Some("css"))?;
    sheets.sort_by_key(|sheet| match sheet.file_name().and_then(|name| name.to_str()) {
        Some("tokens.css") => (0, sheet.clone()),
        Some("base.css") => (1, sheet.clone()),
        _ => (2, sheet.clone()),
    });
    let mut styles = String::new();
    for sheet in sheets {
        styles += &fs::read_to_string(&sheet).with_context(|| format!("cannot read {}", sheet.display()))?;
        styles.push('\n');
    }
    Ok(styles)
}

/// The class names that get a utility: the required ones, and those of strings whose words all have a style.
fn words(classes: &Classes, vocabulary: &mut Vocabulary<'_>) -> BTreeSet<String> {
    let mut words: BTreeSet<String> = classes.required.iter().map(|required| required.class.clone()).collect();
    for list in &classes.possible {
        if list.iter().all(|word| vocabulary.knows(word)) {
            words.extend(list.iter().cloned());
        }
    }
    words
}

/// The generator of utilities.
struct Utilities {
    config: Config,
}

impl Utilities {
    fn new() -> Self {
        let mut config = Config::default();
        config.preflight = Preflight::None;
        config.scanner = Scanner::from_fn(|word| BTreeSet::from([word]));
        for colour in COLOURS {
            config.theme.colors.add(colour, format!("var(--{colour})"));
        }
        Self { config }
    }

    /// The rules for some class names; nothing for names that are no utilities.
    fn css(&self, words: &BTreeSet<String>) -> String {
        let rules = encre_css::generate(words.iter().map(String::as_str), &self.config);
        format!("{}{rules}", defaults(&rules))
    }
}

/// Shadows, transforms and filters are put together from variables, which need a value where a class sets only
/// one of them. The generator's own reset has the values; those that `rules` reads are taken from it.
fn defaults(rules: &str) -> String {
    let reset = encre_css::generate([], &Config::default());
    let used: String = reset
        .lines()
        .map(str::trim)
        .filter(|line| {
            line.split_once(':')
                .is_some_and(|(name, _)| name.starts_with("--en-") && rules.contains(&format!("var({name}")))
        })
        .collect();
    if used.is_empty() {
        used
    } else {
        format!("*,::before,::after,::backdrop{{{used}}}\n")
    }
}

/// Which class names have a style.
struct Vocabulary<'a> {
    utilities: &'a Utilities,
    own: BTreeSet<String>,
    asked: BTreeMap<String, bool>,
}

impl<'a> Vocabulary<'a> {
    fn new(utilities: &'a Utilities, own_styles: &str) -> Self {
        Self {
            utilities,
            own: defined_classes(own_styles),
            asked: BTreeMap::new(),
        }
    }

    fn knows(&mut self, class: &str) -> bool {
        if self.own.contains(class) || MARKERS.contains(&class) {
            return true;
        }
        *self.asked.entry(class.to_owned()).or_insert_with(|| {
            // Words of sentences: the generator is not asked for them.
            let possible = !class.starts_with(|c: char| c.is_ascii_uppercase()) && !class.ends_with(['.', ',', ':']);
            possible && !encre_css::generate([class], &self.utilities.config).is_empty()
        })
    }
}

/// The class names that a style sheet's selectors mention.
fn defined_classes(css: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    // Selectors stand between the end of one block and the start of the next.
    for selector in minify(css)
        .split('{')
        .map(|part| part.rsplit(['}', ';']).next().unwrap_or(part))
    {
        for part in selector.split('.').skip(1) {
            let name: String = part
                .chars()
                .take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
                .collect();
            if name.starts_with(|c: char| !c.is_ascii_digit()) {
                found.insert(name);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> String {
        own_styles(&workspace::path("style").unwrap()).unwrap()
    }

    #[test]
    fn every_class_in_the_pages_has_a_style() {
        let own = own();
        let utilities = Utilities::new();
        let mut vocabulary = Vocabulary::new(&utilities, &own);
        let classes = Classes::read(&workspace::path("src/web/src").unwrap()).unwrap();
        let without: Vec<_> = classes
            .required
            .iter()
            .filter(|required| !vocabulary.knows(&required.class))
            .collect();
        assert!(without.is_empty(), "classes without a style: {without:#?}");
    }

    #[test]
    fn an_unknown_class_is_noticed() {
        let utilities = Utilities::new();
        let mut vocabulary = Vocabulary::new(&utilities, ".card > .card-title { color: red; }");
        for known in ["card", "card-title", "flex", "md:p-4", "hover:bg-accent", "group"] {
            assert!(vocabulary.knows(known), "{known}");
        }
        for unknown in ["", "crad", "bg-no-such-colour", "red", "Keys", "ended."] {
            assert!(!vocabulary.knows(unknown), "{unknown}");
        }
    }

    #[test]
    fn colours_are_variables_of_the_theme() {
        let own = own();
        let utilities = Utilities::new();
        for colour in COLOURS {
            let css = utilities.css(&BTreeSet::from([format!("bg-{colour}")]));
            assert!(css.contains(&format!("background-color: var(--{colour});")), "{css}");
            assert!(
                own.contains(&format!("--{colour}:")),
                "style/tokens.css lacks --{colour}"
            );
        }
    }

    #[test]
    fn variables_that_a_utility_reads_have_a_value() {
        let css = Utilities::new().css(&BTreeSet::from(["shadow-md".to_owned()]));
        assert!(css.contains("--en-ring-shadow: 0 0 #0000;"), "{css}");
        let css = Utilities::new().css(&BTreeSet::from(["flex".to_owned()]));
        assert!(!css.contains("--en-"), "{css}");
    }

    #[test]
    fn selectors_define_classes_and_values_do_not() {
        let css = "@media (width >= 40.5rem) { .a:hover .b-c{margin:.5em;background:url(x.svg)} } .d { top: 1px }";
        let expected = ["a", "b-c", "d"].map(str::to_owned);
        assert_eq!(defined_classes(css), BTreeSet::from(expected));
    }
}
