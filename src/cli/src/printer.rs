//! The only place that prints: what was asked for on stdout, words on stderr.

use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
    time::Duration,
};

use anstream::ColorChoice;
use clap::builder::styling::{AnsiColor, Style};
use comfy_table::{Table, presets};
use indicatif::ProgressBar;
use serde::Serialize;

use crate::{
    args::{Color, Output},
    exit::{Exit, Fault},
    words,
};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// Settles for the whole process whether colours are used. `Auto` asks `NO_COLOR`, `CLICOLOR_FORCE` and the terminal.
pub(crate) fn set_color(color: Color) {
    match color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    }
    .write_global();
}

/// Tells what went wrong. Nobody is left to tell when that fails.
pub(crate) fn fault(fault: &Fault) {
    let mut stderr = anstream::stderr().lock();
    if fault.exit == Exit::Interrupted && io::stderr().is_terminal() {
        // A terminal shows `^C` wherever the cursor stood.
        let _ = writeln!(stderr);
    }
    let _ = writeln!(stderr, "{ERROR}error:{ERROR:#} {}", fault.sentence);
    for note in &fault.notes {
        let _ = writeln!(stderr, "       {note}");
    }
}

/// Prints in the form that was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printer {
    output: Output,
    quiet: bool,
}

impl Printer {
    /// A printer for one command.
    pub(crate) const fn new(output: Output, quiet: bool) -> Self {
        Self { output, quiet }
    }

    /// Whether programs read the answer.
    pub(crate) fn is_json(self) -> bool {
        self.output == Output::Json
    }

    /// Whether words about what was done are unwanted.
    pub(crate) fn is_quiet(self) -> bool {
        self.quiet
    }

    /// What was asked for, on stdout.
    #[expect(clippy::unused_self, reason = "all that prints goes through a printer")]
    pub(crate) fn data(self, text: impl Display) -> Result<(), Fault> {
        let mut stdout = anstream::stdout().lock();
        match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
            // `flui keys list | head` has read all that it wants.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => Err(Fault::failure(format!("Cannot write to stdout: {error}."))),
            Ok(()) => Ok(()),
        }
    }

    /// One JSON object on stdout.
    pub(crate) fn json(self, value: &impl Serialize) -> Result<(), Fault> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|error| Fault::failure(format!("Cannot write the answer as JSON: {error}.")))?;
        self.data(text)
    }

    /// Labels with their values, on stdout. Values may come from elsewhere: they are made harmless.
    pub(crate) fn pairs(self, pairs: &[(&str, String)]) -> Result<(), Fault> {
        let width = pairs.iter().map(|(label, _)| label.len()).max().unwrap_or(0);
        let lines: Vec<String> = pairs
            .iter()
            .map(|(label, value)| format!("{label:width$}  {}", words::printable(value)))
            .collect();
        self.data(lines.join("\n"))
    }

    /// A table without lines, on stdout. Cells may come from elsewhere: they are made harmless.
    pub(crate) fn table(self, header: &[&str], rows: &[Vec<String>]) -> Result<(), Fault> {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(header);
        for row in rows {
            table.add_row(row.iter().map(|cell| words::printable(cell)));
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
        self.data(lines.join("\n"))
    }

    /// Words about what was done, on stderr, unless `--quiet`.
    pub(crate) fn words(self, text: impl Display) {
        if !self.quiet {
            self.needed(text);
        }
    }

    /// Words that the person needs in order to go on, on stderr.
    #[expect(clippy::unused_self, reason = "all that prints goes through a printer")]
    pub(crate) fn needed(self, text: impl Display) {
        // Words are a comfort: a closed stderr stops nothing.
        let _ = writeln!(anstream::stderr().lock(), "{text}");
    }

    /// A warning, on stderr.
    pub(crate) fn warn(self, text: impl Display) {
        self.needed(format_args!("{WARNING}warning:{WARNING:#} {text}"));
    }

    /// Something that turns while one waits; on a terminal only, and not with `--quiet`.
    pub(crate) fn spinner(self, text: &'static str) -> ProgressBar {
        if self.quiet || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let spinner = ProgressBar::new_spinner().with_message(text);
        spinner.enable_steady_tick(Duration::from_millis(120));
        spinner
    }

    /// Whether there is somebody to ask.
    #[expect(clippy::unused_self, reason = "all that prints goes through a printer")]
    pub(crate) fn can_ask(self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks a question that only `y` or `yes` answers with yes.
    pub(crate) async fn ask(self, question: String) -> Result<bool, Fault> {
        // On a thread of its own, so that Ctrl-C is heard while the question stands.
        let answer = tokio::task::spawn_blocking(move || {
            let mut stderr = anstream::stderr().lock();
            write!(stderr, "{question} [y/N] ")?;
            stderr.flush()?;
            let mut line = String::new();
            io::stdin().read_line(&mut line)?;
            Ok::<_, io::Error>(line)
        });
        match answer.await {
            Ok(Ok(line)) => Ok(matches!(line.trim().to_lowercase().as_str(), "y" | "yes")),
            Ok(Err(error)) => Err(Fault::failure(format!("Cannot read the answer: {error}."))),
            Err(error) => Err(Fault::failure(format!("Cannot ask: {error}."))),
        }
    }
}
