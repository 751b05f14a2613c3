//! Puts servers under load with wrk.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};

use super::servers::{Bench, Server};
use crate::process;

const CONNECTIONS: &str = "-c8";
const SECONDS: &str = "4";
/// Long enough that nothing is asked for the first time when it counts.
const WARM_UP: &str = "1";

/// Requests per second of each server in each round. Each round asks all of them in turn: what else the machine does
/// meanwhile hits all alike.
pub(super) fn in_turns(wrk: &Path, bench: &Bench, servers: &[Server], rounds: usize) -> Result<Vec<Vec<f64>>> {
    if let Ok(load) = fs::read_to_string("/proc/loadavg") {
        let load = load.split(' ').next().unwrap_or_default();
        println!("    load of the machine before: {load} (what is not of this run makes the figures vary)");
    }
    for server in servers {
        rate(wrk, bench, server, WARM_UP)?;
    }
    let mut all = Vec::new();
    for round in 1..=rounds {
        let rates: Vec<f64> = servers
            .iter()
            .map(|server| rate(wrk, bench, server, SECONDS))
            .collect::<Result<_>>()?;
        let words: Vec<String> = servers
            .iter()
            .zip(&rates)
            .map(|(server, rate)| format!("{} {rate:.0}/s", server.name))
            .collect();
        println!("    round {round}: {}", words.join(", "));
        all.push(rates);
    }
    Ok(all)
}

fn rate(wrk: &Path, bench: &Bench, server: &Server, seconds: &str) -> Result<f64> {
    let mut command = bench.load(wrk);
    command.args(["-t1", CONNECTIONS, &format!("-d{seconds}s")]);
    if let Some(key) = &server.key {
        command.args(["-H", &format!("Authorization: Bearer {key}")]);
    }
    command.arg(format!("http://{}{}", server.address, server.path));
    let report = process::output_of(&mut command);
    if process::interrupted() {
        bail!("interrupted");
    }
    read(&report.context("wrk failed")?).with_context(|| format!("load on {}", server.name))
}

/// Requests per second, out of wrk's report. Answers that are errors count for nothing, so one with any is refused.
fn read(report: &str) -> Result<f64> {
    for fault in ["Non-2xx or 3xx responses:", "Socket errors:"] {
        if let Some(line) = report.lines().find(|line| line.trim().starts_with(fault)) {
            bail!("not every answer was good ({})", line.trim());
        }
    }
    report
        .lines()
        .find_map(|line| line.trim().strip_prefix("Requests/sec:"))
        .and_then(|rate| rate.trim().parse().ok())
        .context("wrk tells no rate")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_counts_only_when_every_answer_was_good() {
        let good = "  1000 requests in 1.00s, 1.00MB read\nRequests/sec:  12345.60\nTransfer/sec:  1.00MB\n";
        assert!((read(good).unwrap() - 12345.6).abs() < 0.01);
        for bad in [
            "  Non-2xx or 3xx responses: 3\n",
            "  Socket errors: connect 0, read 1, write 0\n",
        ] {
            assert!(read(&format!("{bad}{good}")).is_err());
        }
        assert!(read("").is_err());
    }
}
