//! `cargo xtask promises`: which test holds which promise.
//!
//! The sentences stand in `docs/promises.toml`; what is kept is read from the names of the tests, so that nobody can
//! claim a promise that no test holds. `docs/promises.md` is made from both.

mod page;
mod table;
mod tests_by_name;

use std::fs;

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use self::{
    table::{Promise, Table},
    tests_by_name::TestNames,
};
use crate::workspace;

const TABLE: &str = "docs/promises.toml";
const PAGE: &str = "docs/promises.md";

/// Prints each promise, its state and the tests that hold it.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Write docs/promises.md anew.
    #[arg(long)]
    write: bool,
    /// Fail on a promise that no release may be without and that no test holds, on a test that is named and does not
    /// exist, and on a docs/promises.md that is not up to date.
    #[arg(long, conflicts_with = "write")]
    check: bool,
}

pub(crate) fn promises(arguments: &Arguments) -> Result<()> {
    if arguments.check {
        return check();
    }
    let (table, tests) = read()?;
    if arguments.write {
        let path = workspace::path(PAGE)?;
        return fs::write(&path, page::page(&table, &tests))
            .with_context(|| format!("{} cannot be written", path.display()));
    }
    for promise in table.promises() {
        println!("{:<4} {:<6} {}", promise.number, state(promise, &tests), {
            let holding = tests.holding(promise);
            if holding.is_empty() {
                "no test".to_owned()
            } else {
                holding.join(" ")
            }
        });
    }
    println!("{}", page::totals(&table, &tests));
    Ok(())
}

/// What CI demands of the table, the tests and the page.
pub(crate) fn check() -> Result<()> {
    let (table, tests) = read()?;
    let open: Vec<_> = table
        .promises()
        .filter(|promise| promise.p0 && tests.holding(promise).is_empty())
        .map(|promise| promise.number.as_str())
        .collect();
    ensure!(
        open.is_empty(),
        "no release may be without these promises, and no test carries their numbers: {}",
        open.join(", ")
    );
    let absent: Vec<_> = table
        .promises()
        .flat_map(|promise| &promise.also)
        .filter(|name| !tests.exists(name))
        .map(String::as_str)
        .collect();
    ensure!(
        absent.is_empty(),
        "{TABLE} names tests that do not exist: {}",
        absent.join(", ")
    );
    let known: Vec<_> = table.promises().map(|promise| promise.number.as_str()).collect();
    let strange: Vec<_> = tests.numbers().filter(|number| !known.contains(number)).collect();
    ensure!(
        strange.is_empty(),
        "tests carry numbers that {TABLE} does not know: {}",
        strange.join(", ")
    );
    let written = fs::read_to_string(workspace::path(PAGE)?).unwrap_or_default();
    ensure!(
        written == page::page(&table, &tests),
        "{PAGE} is not what {TABLE} and the tests say: run `cargo xtask promises --write`"
    );
    Ok(())
}

fn read() -> Result<(Table, TestNames)> {
    let table = fs::read_to_string(workspace::path(TABLE)?).with_context(|| format!("{TABLE} cannot be read"))?;
    let table = toml::from_str(&table).with_context(|| format!("{TABLE} is malformed"))?;
    Ok((table, TestNames::read()?))
}

/// How far a promise is kept, in one word.
fn state(promise: &Promise, tests: &TestNames) -> &'static str {
    if tests.holding(promise).is_empty() {
        "open"
    } else if promise.lacks.is_some() {
        "partly"
    } else {
        "kept"
    }
}
