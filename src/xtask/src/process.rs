//! Other programs: started, waited for, ended. Ctrl-C and SIGTERM end them too, and only those started here.

use std::{
    io::{BufRead as _, BufReader, ErrorKind, Read as _, Seek as _, Write as _},
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

/// How long a program may take to end after SIGTERM before it is killed.
const GRACE: Duration = Duration::from_secs(10);
/// How often a waiting loop looks up.
const TICK: Duration = Duration::from_millis(50);

static INTERRUPT: AtomicBool = AtomicBool::new(false);

/// From here on SIGINT, SIGTERM and SIGHUP no longer end this program at once: whatever waits sees [`interrupted`] and
/// returns, so that programs started here are ended and temporary folders removed.
pub(crate) fn catch_interrupts() -> Result<()> {
    ctrlc::set_handler(|| INTERRUPT.store(true, Ordering::Relaxed)).context("cannot listen for Ctrl-C")
}

/// Whether a signal has asked this program to end.
pub(crate) fn interrupted() -> bool {
    INTERRUPT.load(Ordering::Relaxed)
}

/// Sleeps for the moment between two looks at something.
pub(crate) fn pause() {
    thread::sleep(TICK);
}

/// As [`pause`]; an error once a signal has asked this program to end.
pub(crate) fn tick() -> Result<()> {
    if interrupted() {
        bail!("interrupted");
    }
    pause();
    Ok(())
}

/// Announces a piece of work on one line and its duration on another.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("==> {name}");
    let start = Instant::now();
    let outcome = work().with_context(|| name.to_owned())?;
    println!("==> {name}: {:.1} s", start.elapsed().as_secs_f64());
    Ok(outcome)
}

/// Runs a program to its end; an error when it cannot start or does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    check(command, None)
}

/// As [`run`], and ends the program when it takes longer than `limit`.
pub(crate) fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    check(command, Some(limit))
}

/// Runs a program to its end, passes its output on and shows each line of it to `read` as well.
pub(crate) fn run_reading(command: &mut Command, mut read: impl FnMut(&str) + Send) -> Result<()> {
    let mut child = spawn(command.stdout(Stdio::piped()))?;
    let output = child.stdout.take().context("the program has no output")?;
    let outcome = thread::scope(|scope| {
        scope.spawn(move || {
            let mut output = BufReader::new(output);
            let mut line = Vec::new();
            while output.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
                let mut terminal = std::io::stdout().lock();
                // A closed terminal must not stop the reading: the program would block on a full pipe.
                let _ = terminal.write_all(&line).and_then(|()| terminal.flush());
                read(String::from_utf8_lossy(&line).trim_end());
                line.clear();
            }
        });
        wait(&mut child, None)
    });
    succeeded(command, outcome?)
}

/// What a program prints, when it succeeds; `None` when it is not there or fails.
pub(crate) fn output_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// What a program prints, on both channels, whether it succeeds or not. Ended when it takes longer than `limit`.
pub(crate) fn output_within(command: &mut Command, limit: Duration) -> Result<String> {
    let mut output = tempfile::tempfile().context("cannot make a temporary file")?;
    let file = || output.try_clone().context("cannot share a temporary file");
    command.stdout(file()?).stderr(file()?);
    let mut child = spawn(command)?;
    wait(&mut child, Some(limit))?;
    output.rewind()?;
    let mut text = Vec::new();
    output.read_to_end(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// A program that runs beside this one and ends with it.
pub(crate) struct Service {
    name: &'static str,
    child: Child,
}

impl Service {
    /// Starts `command` and lets it run.
    pub(crate) fn start(name: &'static str, command: &mut Command) -> Result<Self> {
        Ok(Self {
            name,
            child: spawn(command)?,
        })
    }

    /// The id of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// An error once the program has ended by itself.
    pub(crate) fn check(&mut self) -> Result<()> {
        match self
            .child
            .try_wait()
            .with_context(|| format!("cannot look after {}", self.name))?
        {
            None => Ok(()),
            Some(status) => bail!("{} has ended by itself ({status}); its last words are above", self.name),
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        stop(&mut self.child);
    }
}

fn check(command: &mut Command, limit: Option<Duration>) -> Result<()> {
    let mut child = spawn(command)?;
    let status = wait(&mut child, limit)?;
    succeeded(command, status)
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    bail!("`{}` failed ({status})", words(command));
}

fn spawn(command: &mut Command) -> Result<Child> {
    match command.stdin(Stdio::null()).spawn() {
        Ok(child) => Ok(child),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!(
                "`{}` is not there: install it, or put its folder on PATH",
                command.get_program().to_string_lossy()
            )
        }
        Err(error) => Err(error).with_context(|| format!("cannot start `{}`", words(command))),
    }
}

fn wait(child: &mut Child, limit: Option<Duration>) -> Result<ExitStatus> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().context("cannot wait for a program")? {
            return Ok(status);
        }
        let late = limit.is_some_and(|limit| start.elapsed() > limit);
        if late || interrupted() {
            stop(child);
        }
        if late {
            bail!("took longer than {} s", start.elapsed().as_secs());
        }
        tick()?;
    }
}

/// Asks a child to end, and kills it when it does not within [`GRACE`].
fn stop(child: &mut Child) {
    if matches!(child.try_wait(), Ok(Some(_))) {
        return;
    }
    // The standard library only knows SIGKILL, which would leave the child no time to close its database.
    let _ = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .stderr(Stdio::null())
        .status();
    let start = Instant::now();
    while start.elapsed() < GRACE {
        if matches!(child.try_wait(), Ok(Some(_))) {
            return;
        }
        pause();
    }
    let _ = child.kill();
    let _ = child.wait();
}

fn words(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    std::iter::once(program)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_fails_or_is_absent_is_named() {
        run(&mut Command::new("true")).unwrap();
        let error = run(Command::new("false").arg("--now")).unwrap_err().to_string();
        assert!(error.contains("`false --now` failed"), "{error}");
        let error = run(&mut Command::new("flui-no-such-program")).unwrap_err().to_string();
        assert!(error.contains("`flui-no-such-program` is not there"), "{error}");
    }

    #[test]
    fn a_program_that_takes_too_long_is_ended() {
        run_within(Command::new("sleep").arg("0"), Duration::from_secs(20)).unwrap();
        let start = Instant::now();
        let error = run_within(Command::new("sleep").arg("60"), Duration::from_millis(100)).unwrap_err();
        assert!(error.to_string().contains("took longer"), "{error}");
        assert!(start.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn each_line_of_the_output_is_read() {
        let mut lines = Vec::new();
        run_reading(Command::new("printf").arg("one\\ntwo\\n"), |line| {
            lines.push(line.to_owned());
        })
        .unwrap();
        assert_eq!(lines, ["one", "two"]);
    }

    #[test]
    fn a_service_that_ends_by_itself_is_noticed_and_a_running_one_is_ended_on_drop() {
        let mut service = Service::start("sleeper", Command::new("sleep").arg("60")).unwrap();
        service.check().unwrap();
        let id = service.child.id().to_string();
        drop(service);
        assert_eq!(output_of(Command::new("kill").args(["-0", &id])), None);

        let mut service = Service::start("quick", &mut Command::new("false")).unwrap();
        while service.check().is_ok() {
            pause();
        }
        assert!(
            service
                .check()
                .unwrap_err()
                .to_string()
                .contains("quick has ended by itself")
        );
    }
}
