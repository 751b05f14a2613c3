//! `flui-dashboard audit`: checks the chain of the audit log, exports it, and prints its head. Runs beside the server.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
};

use clap::Subcommand;
use flui_identity::audit::chain::{Anchor, ChainHash, ChainedEvent, Checker, Fault, Head, Sound};
use flui_store::{AuditLog, OpenError, ReadError};

use crate::{app::database, config::Config};

/// Far longer than any row of an export.
const MAX_LINE: u64 = 1 << 20;

/// What to do with the audit log.
#[derive(Clone, Debug, Subcommand)]
pub enum AuditCommand {
    /// Walk the chain from the first row on, and say whether every row is what was written.
    ///
    /// Exit code 0: it is. 1: it is not, and the first bad row is named. 2: it could not be checked.
    Verify {
        /// What was kept elsewhere: a hash, or a file with lines that `audit head` printed. Shows a log that was cut off
        /// or written anew.
        #[arg(long, value_name = "HASH|FILE")]
        head: Option<String>,
        /// An export to check in place of the database, `-` for standard input. Needs no configuration.
        #[arg(long, value_name = "FILE")]
        export: Option<PathBuf>,
    },
    /// Print the whole log, oldest row first: one JSON object a line, with its hash.
    Export,
    /// Print number, hash and time of the last row, to be kept where who can write to the database cannot.
    Head,
}

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The log is not what was written.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The log cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// An export holds a line that is no row.
    #[error("line {0} is no row of an export")]
    Line(u64),
    /// The file with what was kept holds a line that `audit head` does not print.
    #[error("line {1} of {0} is not what `audit head` prints")]
    Anchor(String, usize),
    /// A file cannot be read.
    #[error("{0} cannot be read")]
    Input(String, #[source] io::Error),
    /// Nobody takes what is printed.
    #[error("the output cannot be written")]
    Output(#[source] io::Error),
}

impl Trouble {
    /// Whether this says something about the log, rather than that nothing can be said.
    pub fn is_finding(&self) -> bool {
        matches!(
            self,
            Self::Fault(_) | Self::Line(_) | Self::Read(ReadError::Row { .. } | ReadError::Head)
        )
    }
}

/// Checks an export.
pub fn verify_export(export: &Path, head: Option<&str>) -> Result<Sound, Trouble> {
    let anchors = anchors(head)?;
    if export == Path::new("-") {
        return verify_lines(io::stdin().lock(), &anchors);
    }
    let file = File::open(export).map_err(|error| Trouble::Input(export.display().to_string(), error))?;
    verify_lines(BufReader::new(file), &anchors)
}

/// Checks the log of the configured database.
pub async fn verify(config: &Config, head: Option<&str>) -> Result<Sound, Trouble> {
    let mut checker = Checker::new(&anchors(head)?);
    let mut log = AuditLog::open(&database(&config.database)).await?;
    loop {
        let rows = log.rows_after(checker.last()).await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            checker.take(row)?;
        }
    }
    let (head, _) = log.head().await?;
    Ok(checker.finish(Some(&head))?)
}

/// Writes the log of the configured database.
pub async fn export(config: &Config, out: &mut (dyn Write + Send)) -> Result<(), Trouble> {
    let mut log = AuditLog::open(&database(&config.database)).await?;
    let mut last = 0;
    loop {
        let rows = log.rows_after(last).await?;
        let Some(row) = rows.last() else { break };
        last = row.seq;
        for row in &rows {
            let line = serde_json::to_string(row).map_err(|error| Trouble::Output(error.into()))?;
            writeln!(out, "{line}").map_err(Trouble::Output)?;
        }
    }
    out.flush().map_err(Trouble::Output)
}

/// The head of the log of the configured database, as a line.
pub async fn head(config: &Config) -> Result<String, Trouble> {
    let mut log = AuditLog::open(&database(&config.database)).await?;
    let (Head { seq, hash }, at) = log.head().await?;
    let at = at.map_or_else(|| "-".to_owned(), |at| at.to_string());
    Ok(format!("{seq} {hash} {at}\n"))
}

fn verify_lines(mut lines: impl BufRead, anchors: &[Anchor]) -> Result<Sound, Trouble> {
    let mut checker = Checker::new(anchors);
    for number in 1.. {
        let mut line = Vec::new();
        let read = lines.by_ref().take(MAX_LINE).read_until(b'\n', &mut line);
        if read.map_err(|error| Trouble::Input("the export".to_owned(), error))? == 0 {
            break;
        }
        let row: ChainedEvent = serde_json::from_slice(&line).map_err(|_| Trouble::Line(number))?;
        checker.take(&row)?;
    }
    Ok(checker.finish(None)?)
}

/// What was kept elsewhere: a hash, or the lines of a file.
fn anchors(head: Option<&str>) -> Result<Vec<Anchor>, Trouble> {
    let Some(head) = head else { return Ok(Vec::new()) };
    if let Ok(hash) = head.parse() {
        return Ok(vec![Anchor { seq: None, hash }]);
    }
    let text = fs::read_to_string(head).map_err(|error| Trouble::Input(head.to_owned(), error))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(place, line)| anchor(line).ok_or_else(|| Trouble::Anchor(head.to_owned(), place + 1)))
        .collect()
}

fn anchor(line: &str) -> Option<Anchor> {
    let mut words = line.split_whitespace();
    let seq = words.next()?.parse().ok()?;
    let hash: ChainHash = words.next()?.parse().ok()?;
    Some(Anchor { seq: Some(seq), hash })
}
