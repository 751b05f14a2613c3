//! Puts servers under load with wrk.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};

use super::servers::{Bench, FORM, Server};
use crate::process;

const CONNECTIONS: u32 = 8;
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
    /// How long the middle one of a hundred answers took, in milliseconds.
    pub(super) p50: f64,
    /// How long the 99th of a hundred answers took, in milliseconds.
    pub(super) p99: f64,
}

/// The rate of each server in each round. Each round asks all of them in turn: what else the machine does
/// meanwhile hits all alike.
pub(super) fn in_turns(wrk: &Path, bench: &Bench, servers: &[Server], rounds: usize) -> Result<Vec<Vec<Rate>>> {
    in_turns_over(CONNECTIONS, wrk, bench, servers, rounds)
}

/// The same over so many connections.
pub(super) fn in_turns_over(
    connections: u32,
    wrk: &Path,
    bench: &Bench,
    servers: &[Server],
    rounds: usize,
) -> Result<Vec<Vec<Rate>>> {
    if let Ok(load) = fs::read_to_string("/proc/loadavg") {
        let load = load.split(' ').next().unwrap_or_default();
        println!("    load of the machine before: {load} (what is not of this run makes the figures vary)");
    }
    for server in servers {
        rate(connections, wrk, bench, server, WARM_UP)?;
    }
    let mut all = Vec::new();
    for round in 1..=rounds {
        let rates: Vec<Rate> = servers
            .iter()
            .map(|server| rate(connections, wrk, bench, server, SECONDS))
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

fn rate(connections: u32, wrk: &Path, bench: &Bench, server: &Server, seconds: &str) -> Result<Rate> {
    let mut command = bench.load(wrk);
    command.args([
        "-t1",
        &format!("-c{connections}"),
        &format!("-d{seconds}s"),
        "--latency",
    ]);
    if let Some((name, value)) = server.field() {
        command.args(["-H", &format!("{name}: {value}")]);
    }
    if let Some(form) = &server.form {
        let script =
            format!("wrk.method = \"POST\"\nwrk.body = \"{form}\"\nwrk.headers[\"Content-Type\"] = \"{FORM}\"\n");
        command.arg("-s").arg(bench.file("form.lua", &script)?);
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
    let read = read(&report.context("wrk failed")?).with_context(|| format!("load on {}", server.name))?;
    Ok(Rate {
        per_second: read.per_second,
        per_cpu_second: read.requests / cpu,
        p50: read.p50,
        p99: read.p99,
    })
}

/// What wrk reports.
#[derive(Debug, PartialEq)]
struct Report {
    requests: f64,
    per_second: f64,
    p50: f64,
    p99: f64,
}

/// Reads wrk's report. Answers that are errors count for nothing, so one with any is refused.
fn read(report: &str) -> Result<Report> {
    for fault in ["Non-2xx or 3xx responses:", "Socket errors:"] {
        if let Some(line) = report.lines().find(|line| line.trim().starts_with(fault)) {
            bail!("not every answer was good ({})", line.trim());
        }
    }
    let number = |text: &str| text.trim().parse().ok();
    let lines = || report.lines().map(str::trim);
    let requests = lines().find_map(|line| number(line.split_once(" requests in ")?.0));
    let rate = lines().find_map(|line| number(line.strip_prefix("Requests/sec:")?));
    let took = |share| lines().find_map(|line| milliseconds(line.strip_prefix(share)?.trim()));
    Ok(Report {
        requests: requests.context("wrk tells no number of requests")?,
        per_second: rate.context("wrk tells no rate")?,
        p50: took("50%").context("wrk tells no middle time")?,
        p99: took("99%").context("wrk tells no slow time")?,
    })
}

/// A time as wrk writes it: `310.00us`, `4.20ms`, `1.02s`.
fn milliseconds(text: &str) -> Option<f64> {
    for (unit, factor) in [("us", 0.001), ("ms", 1.0), ("s", 1000.0)] {
        if let Some(number) = text.strip_suffix(unit).and_then(|number| number.parse::<f64>().ok()) {
            return Some(number * factor);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_counts_only_when_every_answer_was_good() {
        let good = "  Latency Distribution\n     50%  500.00us\n     75%    1.00ms\n     99%    2.50ms\n  1000 requests in 1.00s, 1.00MB read\nRequests/sec:  12345.60\nTransfer/sec:  1.00MB\n";
        let report = Report {
            requests: 1000.0,
            per_second: 12345.6,
            p50: 0.5,
            p99: 2.5,
        };
        assert_eq!(read(good).unwrap(), report);
        assert_eq!(milliseconds("1.02s"), Some(1020.0));
        for bad in [
            "  Non-2xx or 3xx responses: 3\n",
            "  Socket errors: connect 0, read 1, write 0\n",
        ] {
            assert!(read(&format!("{bad}{good}")).is_err());
        }
        assert!(read("").is_err());
    }
}
