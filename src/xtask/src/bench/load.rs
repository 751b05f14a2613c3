//! Puts servers under load with wrk.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};

use super::servers::{Bench, Server};
use crate::process;

const CONNECTIONS: &str = "-c8";
const SECONDS: &str = "4";
/// Long enough that nothing is asked for the first time when it counts.
const WARM_UP: &str = "1";

/// What one server did in one round.
#[derive(Clone, Copy)]
pub(super) struct Rate {
    /// Requests answered per second.
    pub(super) per_second: f64,
    /// Requests answered per second of its processor time: what else the machine does moves this far less.
    pub(super) per_cpu_second: f64,
}

/// The rate of each server in each round. Each round asks all of them in turn: what else the machine does
/// meanwhile hits all alike.
pub(super) fn in_turns(wrk: &Path, bench: &Bench, servers: &[Server], rounds: usize) -> Result<Vec<Vec<Rate>>> {
    if let Ok(load) = fs::read_to_string("/proc/loadavg") {
        let load = load.split(' ').next().unwrap_or_default();
        println!("    load of the machine before: {load} (what is not of this run makes the figures vary)");
    }
    for server in servers {
        rate(wrk, bench, server, WARM_UP)?;
    }
    let mut all = Vec::new();
    for round in 1..=rounds {
        let rates: Vec<Rate> = servers
            .iter()
            .map(|server| rate(wrk, bench, server, SECONDS))
            .collect::<Result<_>>()?;
        let words: Vec<String> = servers
            .iter()
            .zip(&rates)
            .map(|(server, rate)| {
                let micros = 1_000_000.0 / rate.per_cpu_second;
                format!("{} {:.0}/s, {micros:.1} µs each", server.name, rate.per_second)
            })
            .collect();
        println!("    round {round}: {}", words.join("; "));
        all.push(rates);
    }
    Ok(all)
}

fn rate(wrk: &Path, bench: &Bench, server: &Server, seconds: &str) -> Result<Rate> {
    let mut command = bench.load(wrk);
    command.args(["-t1", CONNECTIONS, &format!("-d{seconds}s")]);
    if let Some(key) = &server.key {
        command.args(["-H", &format!("Authorization: Bearer {key}")]);
    }
    for (name, value) in server.fields {
        command.args(["-H", &format!("{name}: {value}")]);
    }
    command.arg(format!("http://{}{}", server.address, server.path));
    let before = server.cpu_seconds()?;
    let report = process::output_of(&mut command);
    let cpu = server.cpu_seconds()? - before;
    if process::interrupted() {
        bail!("interrupted");
    }
    let (requests, per_second) =
        read(&report.context("wrk failed")?).with_context(|| format!("load on {}", server.name))?;
    Ok(Rate {
        per_second,
        per_cpu_second: requests / cpu,
    })
}

/// Requests, and requests per second, out of wrk's report. Answers that are errors count for nothing, so one with any is
/// refused.
fn read(report: &str) -> Result<(f64, f64)> {
    for fault in ["Non-2xx or 3xx responses:", "Socket errors:"] {
        if let Some(line) = report.lines().find(|line| line.trim().starts_with(fault)) {
            bail!("not every answer was good ({})", line.trim());
        }
    }
    let number = |text: &str| text.trim().parse().ok();
    let lines = || report.lines().map(str::trim);
    let requests = lines().find_map(|line| number(line.split_once(" requests in ")?.0));
    let rate = lines().find_map(|line| number(line.strip_prefix("Requests/sec:")?));
    requests.zip(rate).context("wrk tells no rate")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_counts_only_when_every_answer_was_good() {
        let good = "  1000 requests in 1.00s, 1.00MB read\nRequests/sec:  12345.60\nTransfer/sec:  1.00MB\n";
        assert_eq!(read(good).unwrap(), (1000.0, 12345.6));
        for bad in [
            "  Non-2xx or 3xx responses: 3\n",
            "  Socket errors: connect 0, read 1, write 0\n",
        ] {
            assert!(read(&format!("{bad}{good}")).is_err());
        }
        assert!(read("").is_err());
    }
}
