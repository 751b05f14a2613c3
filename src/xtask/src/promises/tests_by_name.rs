//! The names of all tests, and the numbers of the promises in them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context as _, Result};

use super::table::Promise;
use crate::workspace::{self, files};

/// What a browser test's title begins with in the table.
const IN_BROWSER: &str = "e2e: ";

/// Names of the Rust tests of the workspace and titles of the browser tests.
#[derive(Debug, Default)]
pub(crate) struct TestNames {
    names: BTreeSet<String>,
    by_number: BTreeMap<String, BTreeSet<String>>,
}

impl TestNames {
    /// Reads all test names of the workspace.
    pub(crate) fn read() -> Result<Self> {
        let mut tests = Self::default();
        for file in files(&workspace::path("src")?, Some("rs"))? {
            for name in rust_tests(&text_of(&file)?) {
                tests.add(name);
            }
        }
        for file in files(&workspace::path("end2end/journeys")?, Some("ts"))? {
            for title in browser_tests(&text_of(&file)?) {
                tests.names.insert(format!("{IN_BROWSER}{title}"));
            }
        }
        Ok(tests)
    }

    fn add(&mut self, name: &str) {
        for number in numbers(name) {
            self.by_number.entry(number).or_default().insert(name.to_owned());
        }
        self.names.insert(name.to_owned());
    }

    /// The tests that hold a promise: first those that carry its number, then those that the table adds.
    pub(crate) fn holding<'a>(&'a self, promise: &'a Promise) -> Vec<&'a str> {
        let numbered = self.by_number.get(&promise.number).into_iter().flatten();
        let added = promise.also.iter().filter(|name| self.exists(name));
        numbered.chain(added).map(String::as_str).collect()
    }

    /// Whether there is a test of this name.
    pub(crate) fn exists(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// All numbers that tests carry.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = &str> {
        self.by_number.keys().map(String::as_str)
    }
}

fn text_of(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// Functions under an attribute whose path ends in `test`, and those that `proptest!` makes tests of in the same way.
fn rust_tests(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim_start) {
        if let Some(attribute) = line.strip_prefix("#[") {
            let path = attribute.split(['(', ']']).next().unwrap_or_default();
            is_test |= path == "test" || path.ends_with("::test");
            continue;
        }
        let declared = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ");
        if let Some(declared) = declared.filter(|_| is_test) {
            names.extend(declared.split(['(', '<']).next());
        }
        if !line.is_empty() && !line.starts_with("//") {
            is_test = false;
        }
    }
    names
}

/// Titles of `test("…", …)`.
fn browser_tests(text: &str) -> Vec<&str> {
    let mut titles = Vec::new();
    for line in text.lines().map(str::trim_start) {
        let Some(title) = line.strip_prefix("test(") else {
            continue;
        };
        let Some(quote) = title.chars().next().filter(|first| matches!(first, '"' | '\'' | '`')) else {
            continue;
        };
        titles.extend(title[1..].split(quote).next());
    }
    titles
}

/// The numbers at the beginning of a name: `c4_c5_…` carries two, `l5_to_l9_…` five.
fn numbers(name: &str) -> Vec<String> {
    let mut found: Vec<(char, u32)> = Vec::new();
    let mut until = false;
    for segment in name.split('_') {
        if segment == "to" && !found.is_empty() {
            until = true;
            continue;
        }
        let Some((letter, number)) = number(segment) else {
            break;
        };
        match found.last() {
            Some(&(same, first)) if until && same == letter => {
                found.extend((first + 1..=number).map(|number| (letter, number)));
            }
            _ => found.push((letter, number)),
        }
        until = false;
    }
    found
        .into_iter()
        .map(|(letter, number)| format!("{}{number}", letter.to_ascii_uppercase()))
        .collect()
}

fn number(segment: &str) -> Option<(char, u32)> {
    let letter = segment.chars().next().filter(char::is_ascii_lowercase)?;
    let digits = &segment[1..];
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    Some((letter, digits.parse().ok().filter(|_| plain)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_at_the_beginning_alone_or_as_a_range() {
        assert_eq!(numbers("c11_unsigned"), ["C11"]);
        assert_eq!(numbers("c4_c5_an_attempt"), ["C4", "C5"]);
        assert_eq!(numbers("l5_to_l9_a_token"), ["L5", "L6", "L7", "L8", "L9"]);
        assert_eq!(numbers("a_person_signs_in_as_c4"), Vec::<String>::new());
    }

    #[test]
    fn only_functions_under_a_test_attribute_are_tests() {
        let text = "#[tokio::test(flavor = \"multi_thread\")]\n/// Why.\nasync fn c1_one() {}\nfn c2_helper() {}\n#[test]\nfn c3_three() {}\n";
        assert_eq!(rust_tests(text), ["c1_one", "c3_three"]);
    }

    #[test]
    fn titles_of_browser_tests_are_read_in_each_kind_of_quotes() {
        assert_eq!(
            browser_tests("test(\"one\", async () => {\n  test('two', async\ntest.describe(\"three\""),
            ["one", "two"]
        );
    }
}
