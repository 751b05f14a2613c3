//! The page `docs/promises.md`.

use std::fmt::Write as _;

use super::{
    state,
    table::{Promise, Table},
    tests_by_name::TestNames,
};

const HEAD: &str = "\
<!-- Made by `cargo xtask promises --write` from docs/promises.toml and the names of the tests. -->

# Promises

What the dashboard promises about security and faults, each with a number. A test that holds a promise carries its number in
its name: `c11_an_unsigned_id_token_is_refused` is for C11. Find one with `grep -rn NAME src`; names that begin with `e2e:`
are browser tests in `end2end/journeys`. A number in bold marks a promise without which nothing is released.

- **kept**: tests hold it.
- **partly**: done in part or tested in part; the rest is said.
- **open**: no test holds it yet.
";

/// The whole page.
pub(crate) fn page(table: &Table, tests: &TestNames) -> String {
    let mut page = format!("{HEAD}\n{}\n", totals(table, tests));
    for group in &table.groups {
        let _ = write!(
            page,
            "\n## {}\n\n| no. | promise | behind it | state | tests |\n|---|---|---|---|---|\n",
            group.title
        );
        for promise in &group.promises {
            page.push_str(&row(promise, tests));
        }
    }
    page
}

/// How many promises are in which state.
pub(crate) fn totals(table: &Table, tests: &TestNames) -> String {
    let count = |wanted| {
        table
            .promises()
            .filter(|promise| state(promise, tests) == wanted)
            .count()
    };
    format!(
        "{} are kept, {} partly, {} open.",
        count("kept"),
        count("partly"),
        count("open")
    )
}

fn row(promise: &Promise, tests: &TestNames) -> String {
    let number = if promise.p0 {
        format!("**{}**", promise.number)
    } else {
        promise.number.clone()
    };
    let lacks = promise
        .lacks
        .as_ref()
        .map(|lacks| format!(": {lacks}"))
        .unwrap_or_default();
    let holding: Vec<_> = tests.holding(promise).iter().map(|name| format!("`{name}`")).collect();
    format!(
        "| {number} | {} | {} | {}{lacks} | {} |\n",
        promise.text,
        promise.clause.as_deref().unwrap_or_default(),
        state(promise, tests),
        holding.join("<br>")
    )
}
