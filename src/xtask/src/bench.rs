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
use clap::Args;

use self::{
    figures::{Figure, Figures, median},
    load::Rate,
    servers::{Bench, Filled},
};
use crate::{build, process::step, setup};

/// Builds an optimised installation and measures it: throughput, start, memory, and what browsers download. Fails only
/// when something could not be measured.
#[derive(Args)]
pub(crate) struct Arguments {}

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

pub(crate) fn bench(_: &Arguments) -> Result<()> {
    let wrk = setup::wrk()?;
    let nginx = setup::nginx()?;
    build::release(&[&build::INSTALLED[..], &["flui-devidp"]].concat())?;
    build::examples(&["bench_fill", "bench_bare"], &["--release"])?;
    let bench = Bench::new()?;
    let (few, many) = step("databases", || Ok((bench.fill(FEW)?, bench.fill(MANY)?)))?;
    let _provider = bench.provider()?;
    let mut figures = Figures::default();
    step("throughput", || {
        let servers = [
            bench.bare()?,
            bench.dashboard("1,000 keys", &few)?,
            bench.dashboard("100,000 keys", &many)?,
        ];
        let rates = load::in_turns(&wrk, &bench, &servers, ROUNDS)?;
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
    })?;
    step("pages", || pages::measure(&wrk, &bench, &many, &mut figures))?;
    step("flood", || flood::measure(&wrk, &bench, &few, &mut figures))?;
    step("introspection", || introspection(&wrk, &bench, &many, &mut figures))?;
    step("revocation", || {
        let filled = bench.fill_with_spare(FEW, late::ROUNDS)?;
        let late = late::count(&bench.dashboard("dashboard", &filled)?, &filled)?;
        figures.add(Figure::at_most("late yes of 10,000 revocations", late.into(), 0.0, ""));
        Ok(())
    })?;
    step("forward authentication", || {
        verify(&wrk, &nginx, &bench, &many, &mut figures)
    })?;
    step("start and memory", || start_and_memory(&bench, &many, &mut figures))?;
    step("what browsers download", || {
        weight::measure(&bench.dashboard("dashboard", &few)?, &mut figures)
    })?;
    println!("\n{figures}");
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
