//! Pages as a browser with a session asks for them.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::{
    figures::{Figure, Figures, median},
    load::{self, Rate},
    servers::{Bench, Filled, Server},
};
use crate::http;

/// How often each page is put under load, in turns.
const ROUNDS: usize = 3;
/// The keys of a person who has many.
const OWN: u32 = 200;
/// Sign-ins in an estate that has grown.
const MILLION: u32 = 1_000_000;

/// The keys page of a person with many keys, and the first page of the estate at two sizes.
pub(super) fn measure(wrk: &Path, bench: &Bench, estate: &Filled, figures: &mut Figures) -> Result<()> {
    let own = bench.fill(OWN)?;
    let servers = [bench.bare()?, bench.page("keys page", &own, "/keys")?];
    let rounds = load::in_turns(wrk, bench, &servers, ROUNDS)?;
    let share = |what: fn(&Rate) -> f64| median(rounds.iter().map(|r| 100.0 * what(&r[1]) / what(&r[0])).collect());
    figures.add(Figure::at_least(
        "keys page, 200 keys: of bare",
        share(|r| r.per_second),
        2.0,
        "%",
    ));
    figures.add(Figure::at_least(
        "  by processor time",
        share(|r| r.per_cpu_second),
        2.0,
        "%",
    ));
    let spread = median(rounds.iter().map(|r| r[1].p99 / r[1].p50).collect());
    figures.add(Figure::at_most(
        "  slowest of 100 to the middle one",
        spread,
        3.0,
        "times",
    ));
    weigh(&servers[1], figures)?;
    drop(servers);

    let grown = bench.fill(MILLION)?;
    let servers = [
        bench.page("estate of 100,000", estate, "/estate")?,
        bench.page("estate of 1,000,000", &grown, "/estate")?,
    ];
    // One at a time: what counts is how long one admin waits.
    let rounds = load::in_turns_over(1, wrk, bench, &servers, ROUNDS)?;
    let took = |server: usize| median(rounds.iter().map(|r| r[server].p50).collect());
    figures.add(Figure::at_most("estate of 100,000: first page", took(0), 50.0, "ms"));
    figures.add(Figure::at_most(
        "  of 1,000,000 to that",
        took(1) / took(0),
        1.2,
        "times",
    ));
    Ok(())
}

fn weigh(page: &Server, figures: &mut Figures) -> Result<()> {
    let bytes = |encoding: &'static str| -> Result<f64> {
        let asking = page.field();
        let mut fields = vec![("Accept-Encoding", encoding)];
        fields.extend(asking.iter().map(|(name, value)| (*name, value.as_str())));
        let answer = http::get(page.address, page.path, &fields)?;
        if answer.status() != 200 {
            bail!("{} does not answer: {}", page.path, answer.status_line());
        }
        let length = u32::try_from(answer.body.len()).context("a page is too large")?;
        Ok(f64::from(length) / 1000.0)
    };
    figures.add(Figure::at_most("  its HTML", bytes("identity")?, 60.0, "kB"));
    figures.add(Figure::at_most("  the same, Brotli", bytes("br")?, 8.0, "kB"));
    Ok(())
}
