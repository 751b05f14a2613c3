//! `cargo xtask mutate`: shows that the tests of the promises can fail.
//!
//! `src/server/tests/promises/mutations.toml` lists guards with the one line that switches each off. In a copy of the
//! tree, one after the other is switched off, and the tests that are named there must go red. The product itself holds
//! no switch for this. That every line of the list still stands in its file, once, is checked by `cargo xtask test`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use serde::Deserialize;

use crate::{process, workspace};

const TABLE: &str = "src/server/tests/promises/mutations.toml";
/// Above the slowest build and test together; a test that waits for ever is red too, but here it would hold up the rest.
const LIMIT: Duration = Duration::from_mins(20);

/// Switches guards off, one at a time, in a copy of the tree, and demands that their tests go red.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Only the guards of these promises, such as C11.
    #[arg(value_name = "PROMISE")]
    only: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    mutation: Vec<Mutation>,
}

/// A guard, and how it is switched off.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mutation {
    /// The promise that the guard keeps.
    promise: String,
    /// The file, from the workspace's folder.
    file: String,
    /// The text that stands there once, within one line.
    old: String,
    /// What stands there while the guard is off.
    new: String,
    /// The test target, `promises` if none is given.
    #[serde(default = "promises")]
    target: String,
    /// The tests that must go red.
    red: Vec<String>,
}

fn promises() -> String {
    "promises".to_owned()
}

impl Mutation {
    /// The file's text with the guard off.
    fn apply(&self, text: &str) -> Result<String> {
        let found = text.matches(&self.old).count();
        ensure!(
            found == 1 && !self.old.contains('\n'),
            "{} stands {found} times in {}, and must stand there once, within one line: {}",
            self.promise,
            self.file,
            self.old
        );
        Ok(text.replacen(&self.old, &self.new, 1))
    }
}

/// How a mutation went.
enum Outcome {
    Red,
    Green(Vec<String>),
    NotBuilt,
}

pub(crate) fn mutate(arguments: &Arguments) -> Result<()> {
    let mutations = read()?;
    let wanted: Vec<&Mutation> = mutations
        .iter()
        .filter(|mutation| arguments.only.is_empty() || arguments.only.contains(&mutation.promise))
        .collect();
    ensure!(!wanted.is_empty(), "{TABLE} has no guard of these promises");
    let tree = copy_of_the_tree()?;
    check_green(&tree, &wanted)?;
    let mut bad = 0;
    for mutation in wanted {
        let start = Instant::now();
        let outcome = try_out(&tree, mutation)?;
        let seconds = start.elapsed().as_secs();
        let word = match &outcome {
            Outcome::Red => "red".to_owned(),
            Outcome::Green(tests) => format!("GREEN: {}", tests.join(", ")),
            Outcome::NotBuilt => "DOES NOT BUILD".to_owned(),
        };
        bad += usize::from(!matches!(outcome, Outcome::Red));
        println!(
            "{:<4} {:<48} {:<60} {word} ({seconds} s)",
            mutation.promise,
            mutation.file.trim_start_matches("src/"),
            mutation.old.trim()
        );
    }
    if bad > 0 {
        bail!("{bad} guards can be switched off without a test that notices");
    }
    Ok(())
}

/// Every line of the table stands where it says, and every test that it names is one.
pub(crate) fn check_table() -> Result<()> {
    for mutation in read()? {
        mutation.apply(&fs::read_to_string(workspace::path(&mutation.file)?)?)?;
        let tests = workspace::files(&workspace::path("src")?, Some("rs"))?
            .into_iter()
            .filter(|path| path.components().any(|part| part.as_os_str() == "tests"))
            .map(fs::read_to_string)
            .collect::<Result<String, _>>()?;
        for test in &mutation.red {
            let name = test.rsplit("::").next().unwrap_or(test);
            ensure!(tests.contains(name), "{}: there is no test {test}", mutation.promise);
        }
    }
    Ok(())
}

fn read() -> Result<Vec<Mutation>> {
    let text = fs::read_to_string(workspace::path(TABLE)?).context(TABLE)?;
    let table: Table = toml::from_str(&text).context(TABLE)?;
    Ok(table.mutation)
}

/// With every guard on, all of the tests pass: otherwise red would mean nothing.
fn check_green(tree: &Path, mutations: &[&Mutation]) -> Result<()> {
    let mut targets: BTreeMap<&str, BTreeSet<&String>> = BTreeMap::new();
    for mutation in mutations {
        targets.entry(&mutation.target).or_default().extend(&mutation.red);
    }
    for (target, tests) in targets {
        let output = run_tests(tree, target, tests.iter().copied())?;
        for test in tests {
            let passes = output.lines().any(|line| line == format!("test {test} ... ok"));
            ensure!(passes, "{test} does not pass with every guard on:\n{output}");
        }
    }
    Ok(())
}

/// Runs the tests with the guard off, and puts the file back whatever happens.
fn try_out(tree: &Path, mutation: &Mutation) -> Result<Outcome> {
    let file = tree.join(&mutation.file);
    let original = fs::read_to_string(&file).with_context(|| mutation.file.clone())?;
    fs::write(&file, mutation.apply(&original)?)?;
    let output = run_tests(tree, &mutation.target, &mutation.red);
    fs::write(&file, original)?;
    let output = output?;
    if !output.contains("test result:") {
        println!("{output}");
        return Ok(Outcome::NotBuilt);
    }
    let failed = |test: &&String| {
        output
            .lines()
            .any(|line| line.starts_with(&format!("test {test} ... FAILED")))
    };
    let green: Vec<String> = mutation.red.iter().filter(|test| !failed(test)).cloned().collect();
    Ok(if green.is_empty() {
        Outcome::Red
    } else {
        Outcome::Green(green)
    })
}

/// What the tests print, whether they pass or not.
fn run_tests<'a>(tree: &Path, target: &str, tests: impl IntoIterator<Item = &'a String>) -> Result<String> {
    let mut command = workspace::cargo();
    command
        .current_dir(tree)
        .env("CARGO_TARGET_DIR", workspace::path("target/mutate/target")?)
        .args(["test", "--quiet", "--no-fail-fast", "--test", target, "--"])
        .args(["--exact", "--format", "pretty"])
        .args(tests);
    process::output_within(&mut command, LIMIT)
}

/// A copy of every file that git knows or would add. Files that did not change since the last time are left alone, so
/// that they need not be built again.
fn copy_of_the_tree() -> Result<PathBuf> {
    let tree = workspace::path("target/mutate/tree")?;
    let mut git = Command::new("git");
    git.args(["ls-files", "--cached", "--others", "--exclude-standard"]);
    workspace::tidy(&mut git);
    let listed = process::output_of(&mut git).context("git lists no files")?;
    let mut copied = Vec::new();
    for name in listed.lines() {
        let from = workspace::path(name)?;
        let to = tree.join(name);
        // Listed, but deleted in the work tree.
        let Ok(text) = fs::read(&from) else { continue };
        if fs::read(&to).ok().as_deref() != Some(&text) {
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&to, text)?;
        }
        copied.push(to);
    }
    for stale in workspace::files(&tree.join("src"), Some("rs"))? {
        if !copied.contains(&stale) {
            fs::remove_file(stale)?;
        }
    }
    Ok(tree)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_stands_where_it_says() {
        check_table().unwrap();
    }

    #[test]
    fn a_line_that_is_gone_or_there_twice_is_no_guard() {
        let mutation = |old: &str| Mutation {
            promise: "C1".to_owned(),
            file: "a.rs".to_owned(),
            old: old.to_owned(),
            new: "true".to_owned(),
            target: promises(),
            red: Vec::new(),
        };
        assert_eq!(mutation("x > 1").apply("if x > 1 {").unwrap(), "if true {");
        assert!(mutation("x > 1").apply("if x > 2 {").is_err());
        assert!(mutation("x").apply("x x").is_err());
        assert!(mutation("a\nb").apply("a\nb").is_err());
    }
}
