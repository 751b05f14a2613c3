//! Class names in the Rust sources of the pages.
//!
//! Two kinds of string are told apart. What stands in a class attribute (`class="…"`, `class=format!("…")`,
//! `class:name=…`, or in the value of a variable named `class`) is *required*: a test fails when one of its words has
//! no style. Any other string (the arm of a `match` in a helper, say) *may* be a class list, and counts as one when
//! all its words have a style.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context as _, Result};

use crate::workspace::files;

/// A class name in a class attribute, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Required {
    /// The name.
    pub(crate) class: String,
    /// File and line.
    pub(crate) place: String,
}

/// All class names of a folder of sources.
#[derive(Debug, Default)]
pub(crate) struct Classes {
    /// Those that must have a style.
    pub(crate) required: BTreeSet<Required>,
    /// Strings that may be class lists, split into words.
    pub(crate) possible: BTreeSet<Vec<String>>,
}

impl Classes {
    /// Reads all Rust files below `folder`.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let mut classes = Self::default();
        for file in files(folder, Some("rs"))? {
            let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            classes.add(&text, &file.strip_prefix(folder).unwrap_or(&file).display().to_string());
        }
        Ok(classes)
    }

    fn add(&mut self, text: &str, file: &str) {
        let source = Source::new(text);
        let mut required = BTreeSet::new();
        for (at, _) in source.code.match_indices("class") {
            let after = at + "class".len();
            if source.code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == '-') {
                continue;
            }
            if let Some(name) = toggled(&source.code[after..]) {
                self.require(name, text, at, file);
            } else if let Some(range) = value(&source.code, after) {
                required.extend(source.strings_in(range));
            }
        }
        for (index, literal) in source.literals.iter().enumerate() {
            let words = literal
                .text
                .split_whitespace()
                .filter(|word| !word.contains(['{', '}']))
                .map(str::to_owned);
            if !required.contains(&index) {
                self.possible.insert(words.collect());
            } else if !source.is_compared(literal) {
                words.for_each(|word| self.require(&word, text, literal.start, file));
            }
        }
    }

    fn require(&mut self, class: &str, text: &str, at: usize, file: &str) {
        let line = text[..at].matches('\n').count() + 1;
        self.required.insert(Required {
            class: class.to_owned(),
            place: format!("{file}:{line}"),
        });
    }
}

/// The name in `:name=`, which switches one class on and off.
fn toggled(after: &str) -> Option<&str> {
    let (name, _) = after.strip_prefix(':')?.split_once('=')?;
    let named = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    named.then_some(name)
}

/// Where the expression behind `=` stands, when there is one.
fn value(code: &str, after: usize) -> Option<std::ops::Range<usize>> {
    let rest = code[after..].trim_start().strip_prefix('=')?;
    if rest.starts_with(['=', '>']) {
        return None;
    }
    let start = code.len() - rest.trim_start().len();
    Some(start..start + expression_length(&code[start..]))
}

/// How far a value reaches: over the blocks of an `if` or `match`, else to the first space, `>`, `,` or `;` outside of
/// brackets and strings.
fn expression_length(code: &str) -> usize {
    let body = code.strip_prefix("move").unwrap_or(code).trim_start();
    let body = body.strip_prefix("||").unwrap_or(body).trim_start();
    let head = body.split(['{', '>', '"', ';']).next().unwrap_or_default();
    let branches = head.split_whitespace().any(|word| matches!(word, "if" | "match"));
    let start = code.len() - body.len();
    let mut depth = 0_u32;
    let mut in_string = false;
    for (at, character) in body.char_indices() {
        let here = start + at;
        if in_string {
            in_string = character != '"';
            continue;
        }
        match character {
            '"' => in_string = true,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' | ';' | ',' if depth == 0 => return here,
            ')' | ']' | '}' => {
                depth -= 1;
                let over = character == '}' && depth == 0 && !body[at + 1..].trim_start().starts_with("else");
                if branches && over {
                    return here + 1;
                }
            }
            '>' if depth == 0 && !branches => return here,
            _ if depth == 0 && character.is_whitespace() && !branches => return here,
            _ => {}
        }
    }
    code.len()
}

/// A string in the sources.
struct Literal {
    /// Offset of its first character, behind the quote.
    start: usize,
    /// Offset behind its last character.
    end: usize,
    text: String,
}

/// A source with its strings taken out.
struct Source {
    /// The text with comments and the insides of strings blanked: offsets are those of the original.
    code: String,
    literals: Vec<Literal>,
}

impl Source {
    fn new(text: &str) -> Self {
        let mut source = Self {
            code: String::with_capacity(text.len()),
            literals: Vec::new(),
        };
        let mut at = 0;
        while let Some(next) = text[at..].chars().next() {
            let rest = &text[at..];
            if rest.starts_with("//") {
                at = source.blank(text, at, at + rest.find('\n').unwrap_or(rest.len()));
            } else if rest.starts_with("/*") {
                at = source.blank(text, at, at + rest.find("*/").map_or(rest.len(), |end| end + 2));
            } else if let Some(hashes) = raw_string(rest) {
                let start = at + 2 + hashes;
                let closing = format!("\"{}", "#".repeat(hashes));
                let end = text[start..].find(&closing).map_or(text.len(), |end| start + end);
                source.literal(text, at, start, end);
                at = source.keep(text, end, (end + closing.len()).min(text.len()));
            } else if next == '"' {
                let end = at + 1 + string_length(&rest[1..]);
                source.literal(text, at, at + 1, end);
                at = source.keep(text, end, (end + 1).min(text.len()));
            } else if let Some(length) = char_literal(rest) {
                at = source.blank(text, at, at + length);
            } else {
                at = source.keep(text, at, at + next.len_utf8());
            }
        }
        source
    }

    fn keep(&mut self, text: &str, from: usize, to: usize) -> usize {
        self.code.push_str(&text[from..to]);
        to
    }

    fn blank(&mut self, text: &str, from: usize, to: usize) -> usize {
        self.code.extend(
            text[from..to]
                .bytes()
                .map(|byte| if byte == b'\n' { '\n' } else { ' ' }),
        );
        to
    }

    fn literal(&mut self, text: &str, opening: usize, start: usize, end: usize) {
        self.keep(text, opening, start);
        self.blank(text, start, end);
        self.literals.push(Literal {
            start,
            end,
            text: text[start..end].replace("\\n", " "),
        });
    }

    /// Indices of the strings inside a range of offsets.
    fn strings_in(&self, range: std::ops::Range<usize>) -> Vec<usize> {
        let inside = |literal: &Literal| range.contains(&literal.start);
        self.literals
            .iter()
            .enumerate()
            .filter(|(_, literal)| inside(literal))
            .map(|(index, _)| index)
            .collect()
    }

    /// A string that is compared with something is no class: `"admin" =>`, `== "admin"`.
    fn is_compared(&self, literal: &Literal) -> bool {
        let before = self.code[..literal.start].trim_end_matches(['"', '#', 'r']).trim_end();
        let after = self.code[literal.end..].trim_start_matches(['"', '#']).trim_start();
        before.ends_with("==") || before.ends_with("!=") || after.starts_with("=>") || after.starts_with("==")
    }
}

/// Number of `#` when a raw string begins here.
fn raw_string(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

fn string_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, character) in rest.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    rest.len()
}

/// Length of the character literal that begins here; a lifetime is none.
fn char_literal(rest: &str) -> Option<usize> {
    let mut characters = rest.strip_prefix('\'')?.char_indices();
    let (_, first) = characters.next()?;
    if first == '\\' {
        // The escaped character itself may be a quote.
        characters.next()?;
        return characters
            .find(|(_, character)| *character == '\'')
            .map(|(at, _)| at + 2);
    }
    let (at, second) = characters.next()?;
    (second == '\'').then_some(at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Classes {
        let mut classes = Classes::default();
        classes.add(text, "page.rs");
        classes
    }

    fn required(text: &str) -> Vec<String> {
        of(text).required.into_iter().map(|required| required.class).collect()
    }

    #[test]
    fn class_attributes_in_all_their_forms_are_read() {
        assert_eq!(required(r#"<a class="b a" href="x y">"#), ["a", "b"]);
        assert_eq!(
            required(r#"<a class=format!("a {} b-{c}", "d")>"text"</a>"#),
            ["a", "d"]
        );
        assert_eq!(
            required(r"<a class:on=move || true class:off-now=x>"),
            ["off-now", "on"]
        );
        assert_eq!(required(r#"<a class=("on", move || true)>"#), ["on"]);
        assert_eq!(required(r#"<a class=move || names("a")>"b"</a>"#), ["a"]);
        assert_eq!(
            required("<a class={if x == \"q\" { \"a\" } else { \"b\" }} id=\"c\">"),
            ["a", "b"]
        );
        assert_eq!(
            required("let class = match kind { \"ci\" => \"a\", _ => \"b\" }; let id = \"c\";"),
            ["a", "b"]
        );
        assert_eq!(
            required("<a class=move || if x > 1 { \"a\" } else { \"b\" }>\"c\"</a>"),
            ["a", "b"]
        );
    }

    #[test]
    fn what_only_looks_like_a_class_attribute_is_not_one() {
        assert!(
            required("// class=\"a\"\nstruct Part { class: String }\n/* class=\"b\" */ let subclass = \"c\";")
                .is_empty()
        );
        assert!(required("if class == \"a\" {} let quote = '\"'; fn f<'class>(x: &'class str) {}").is_empty());
    }

    #[test]
    fn other_strings_may_be_classes() {
        let classes = of("match kind { Kind::Ci => \"a b\" } r#\"c \"d\" \"#");
        assert!(classes.required.is_empty());
        let expected = [
            vec!["a".to_owned(), "b".to_owned()],
            vec!["c".to_owned(), "\"d\"".to_owned()],
        ];
        assert_eq!(classes.possible, BTreeSet::from(expected));
    }

    #[test]
    fn the_place_of_a_class_is_named() {
        let classes = of("\n\n  <a class=\"a\">");
        assert_eq!(classes.required.first().unwrap().place, "page.rs:3");
    }
}
