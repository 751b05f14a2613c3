//! `cargo xtask bench`: the figures that the dashboard is held to.
//!
//! Throughput is told as a ratio to a server of the same parts that answers `ok`, measured in the same minute on the
//! same core: requests per second alone would tell about the machine. Where others use the machine too, the ratio by
//! processor time is the one to believe. `servers` starts what is measured, `load` puts it under load, `weight` looks at
//! what browsers download, `figures` compares with the targets.

mod figures;
mod flood;
mod late;
mod load;
mod pages;
mod proxied;
mod servers;
mod weight;

use std::{path::Path, thread, time::Duration};

use anyhow::Result;
use clap::{Args, ValueEnum};

use self::{
    figures::{Figure, Figures, median},
    load::Rate,
    servers::{Bench, Filled},
};
use crate::{build, process::step, setup};

/// Builds an optimised installation and measures it: throughput, start, memory, and what browsers download. Fails only
/// when something could not be measured.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Only one kind of figure.
    #[arg(long, value_enum)]
    only: Option<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Keys that ask who they are.
    Keys,
    /// Pages of people with many keys.
    Pages,
    /// Answers while others flood the server.
    Flood,
    /// Services that ask about keys.
    Introspection,
    /// Keys that are revoked while they are used.
    Revocation,
    /// Proxies that ask about requests to apps.
    Verify,
    /// What one start takes.
    Start,
    /// What browsers download.
    Weight,
}

/// Keys in the small database.
const FEW: u32 = 1_000;
/// Keys in the large database.
const MANY: u32 = 100_000;
/// How often each server is put under load, in turns.
const ROUNDS: usize = 5;
/// How often the start is measured.
const STARTS: usize = 5;
/// How long a server is left alone before its memory is read.
const REST: Duration = Duration::from_secs(3);

pub(crate) fn bench(arguments: &Arguments) -> Result<()> {
    let wrk = setup::wrk()?;
    let nginx = setup::nginx()?;
    build::release(&[&build::INSTALLED[..], &["flui-devidp"]].concat())?;
    build::examples(&["bench_fill", "bench_bare"], &["--release"])?;
    let bench = Bench::new()?;
    let (few, many) = step("databases", || Ok((bench.fill(FEW)?, bench.fill(MANY)?)))?;
    let _provider = bench.provider()?;
    let mut figures = Figures::default();
    for part in Part::value_variants() {
        if arguments.only.is_some_and(|only| only != *part) {
            continue;
        }
        step(part.words(), || match part {
            Part::Keys => keys(&wrk, &bench, &few, &many, &mut figures),
            Part::Pages => pages::measure(&wrk, &bench, &many, &mut figures),
            Part::Flood => flood::measure(&wrk, &bench, &few, &mut figures),
            Part::Introspection => introspection(&wrk, &bench, &many, &mut figures),
            Part::Revocation => revocation(&bench, &mut figures),
            Part::Verify => verify(&wrk, &nginx, &bench, &many, &mut figures),
            Part::Start => start_and_memory(&bench, &many, &mut figures),
            Part::Weight => weight::measure(&bench.dashboard("dashboard", &few)?, &mut figures),
        })?;
    }
    println!("\n{figures}");
    Ok(())
}

impl Part {
    fn words(self) -> &'static str {
        match self {
            Self::Keys => "throughput",
            Self::Pages => "pages",
            Self::Flood => "flood",
            Self::Introspection => "introspection",
            Self::Revocation => "revocation",
            Self::Verify => "forward authentication",
            Self::Start => "start and memory",
            Self::Weight => "what browsers download",
        }
    }
}

fn keys(wrk: &Path, bench: &Bench, few: &Filled, many: &Filled, figures: &mut Figures) -> Result<()> {
    let servers = [
        bench.bare()?,
        bench.dashboard("1,000 keys", few)?,
        bench.dashboard("100,000 keys", many)?,
    ];
    let rates = load::in_turns(wrk, bench, &servers, ROUNDS)?;
    let rate = |of, to| share(&rates, of, to, |rate| rate.per_second);
    let by_cpu = |of, to| share(&rates, of, to, |rate| rate.per_cpu_second);
    figures.add(Figure::at_least("auth/me: 100,000 keys of bare", rate(2, 0), 35.0, "%"));
    figures.add(Figure::at_least("  by processor time", by_cpu(2, 0), 35.0, "%"));
    figures.add(Figure::at_least(
        "auth/me: 100,000 keys of 1,000",
        rate(2, 1),
        85.0,
        "%",
    ));
    figures.add(Figure::at_least("  by processor time", by_cpu(2, 1), 85.0, "%"));
    Ok(())
}

fn revocation(bench: &Bench, figures: &mut Figures) -> Result<()> {
    let filled = bench.fill_with_spare(FEW, late::ROUNDS)?;
    let late = late::count(&bench.dashboard("dashboard", &filled)?, &filled)?;
    figures.add(Figure::at_most("late yes of 10,000 revocations", late.into(), 0.0, ""));
    Ok(())
}

fn introspection(wrk: &Path, bench: &Bench, filled: &Filled, figures: &mut Figures) -> Result<()> {
    let mut dashboard = bench.dashboard("introspection", filled)?;
    dashboard.introspect()?;
    let servers = [bench.bare()?, dashboard];
    let rates = load::in_turns(wrk, bench, &servers, ROUNDS)?;
    let rate = share(&rates, 1, 0, |rate| rate.per_second);
    let by_cpu = share(&rates, 1, 0, |rate| rate.per_cpu_second);
    figures.add(Figure::at_least("introspection of bare", rate, 35.0, "%"));
    figures.add(Figure::at_least("  by processor time", by_cpu, 35.0, "%"));
    Ok(())
}

/// How much of the rate of one server another has, in percent: the median of the rounds.
fn share(rates: &[Vec<Rate>], of: usize, to: usize, what: fn(&Rate) -> f64) -> f64 {
    let shares = rates.iter().map(|round| 100.0 * what(&round[of]) / what(&round[to]));
    median(shares.collect())
}

fn verify(wrk: &Path, nginx: &Path, bench: &Bench, filled: &Filled, figures: &mut Figures) -> Result<()> {
    let servers = [bench.bare()?, bench.verifying("auth/verify", filled)?];
    let rates = load::in_turns(wrk, bench, &servers, ROUNDS)?;
    let direct = share(&rates, 1, 0, |rate| rate.per_second);
    figures.add(Figure::at_least("auth/verify: 100,000 keys of bare", direct, 50.0, "%"));
    let by_cpu = share(&rates, 1, 0, |rate| rate.per_cpu_second);
    figures.add(Figure::at_least("  by processor time", by_cpu, 50.0, "%"));

    let [bare, dashboard] = servers;
    let app = bench.bare()?;
    let proxied = [
        bench.nginx("nginx, bare", nginx, &bare, "/empty", &app, filled)?,
        bench.nginx(
            "nginx, auth/verify",
            nginx,
            &dashboard,
            "/auth/verify?redirect=proxy",
            &app,
            filled,
        )?,
    ];
    let rates = load::in_turns(wrk, bench, &proxied, ROUNDS)?;
    let behind = share(&rates, 1, 0, |rate| rate.per_second);
    figures.add(Figure::at_least("behind nginx: auth/verify of bare", behind, 85.0, "%"));
    Ok(())
}

fn start_and_memory(bench: &Bench, filled: &Filled, figures: &mut Figures) -> Result<()> {
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let dashboard = bench.dashboard("dashboard", filled)?;
        starts.push(dashboard.started_after.as_secs_f64() * 1000.0);
    }
    figures.add(Figure::at_most("start to first answer", median(starts), 300.0, "ms"));
    let dashboard = bench.dashboard("dashboard", filled)?;
    thread::sleep(REST);
    figures.add(Figure::at_most("memory at rest", dashboard.resident_mb()?, 40.0, "MB"));
    Ok(())
}
