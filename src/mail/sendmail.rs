//! Mail handed to the `sendmail` program of the machine.
//!
//! **A PBX takes away children.** Asterisk's handler for `SIGCHLD` reaps every child there is, so that whoever waits for one
//! of his own may be told that there is none (`ECHILD`), and cannot know whether it did well. So the program is run by a
//! shell, whose child it is and nobody else's; the shell writes what came of it into a socket. Whoever reaps the shell takes
//! away nothing that is needed.

use std::io::{ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::post::{Brake, Failure};

/// Hands over a mail. What the program takes is as good as sent: it has a queue of its own.
pub(super) fn send(
    program: &Path,
    from: &str,
    to: &str,
    content: &str,
    patience: Duration,
    brake: &Brake,
) -> Result<String, Failure> {
    let failed = |error: std::io::Error| Failure::later(format!("{} cannot be run: {error}", program.display()));
    let (input, theirs_in) = UnixStream::pair().map_err(failed)?;
    let (output, theirs_out) = UnixStream::pair().map_err(failed)?;
    let (errors, theirs_errors) = UnixStream::pair().map_err(failed)?;
    errors.set_nonblocking(true).map_err(failed)?;
    let deadline = Instant::now() + patience;
    let mut child = Command::new("/bin/sh")
        .args(["-c", SCRIPT])
        .arg(program)
        .arg(patience.as_secs().max(1).to_string())
        .args(["-i", "-f", from, "--", to])
        .current_dir("/")
        .stdin(Stdio::from(OwnedFd::from(theirs_in)))
        .stdout(Stdio::from(OwnedFd::from(theirs_out)))
        .stderr(Stdio::from(OwnedFd::from(theirs_errors)))
        .spawn()
        .map_err(failed)?;
    let written = write(&input, content, deadline, brake);
    drop(input);
    let answer = read(&output, &errors, deadline + GRACE, brake);
    let Some((said, code)) = answer else {
        let _ = child.try_wait();
        return Err(Failure::later(format!("{} did not end within {} s", program.display(), patience.as_secs())));
    };
    // It ends now; and if somebody else has reaped it, that is well too.
    let _ = child.wait();
    // Whether it took the whole mail is known to whoever wrote it only.
    if let (0, Err(error)) = (code, written) {
        return Err(Failure::later(format!("{} did not take all of it: {error}", program.display())));
    }
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let said: String = said.chars().take(MOST_WORDS).collect();
    let told = if said.is_empty() { String::new() } else { format!(": {said}") };
    match code {
        0 => Ok(format!("{} took it{told}", program.display())),
        // As sysexits.h has them: the data, the user and the host are wrong and will be.
        65 | 67 | 68 => Err(Failure::for_good(format!("{} refuses it ({code}){told}", program.display()))),
        126 | 127 => Err(Failure::later(format!("{} is no program that can be run{told}", program.display()))),
        124 => Err(Failure::later(format!("{} did not end within {} s", program.display(), patience.as_secs()))),
        code => Err(Failure::later(format!("{} failed ({code}){told}", program.display()))),
    }
}

/// Lines end as is usual on the machine; the program makes of them what mail wants.
fn write(mut input: &UnixStream, content: &str, deadline: Instant, brake: &Brake) -> std::io::Result<()> {
    input.set_write_timeout(Some(A_MOMENT))?;
    let content = content.replace("\r\n", "\n");
    let mut rest = content.as_bytes();
    while !rest.is_empty() {
        match input.write(rest) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(count) => rest = &rest[count..],
            Err(error) if waits(&error) && Instant::now() < deadline && !brake.is_pulled() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// What was said, and how it ended; nothing if it is not known in time.
fn read(mut output: &UnixStream, mut errors: &UnixStream, deadline: Instant, brake: &Brake) -> Option<(String, i32)> {
    output.set_read_timeout(Some(A_MOMENT)).ok()?;
    let (mut said, mut code, mut bytes) = (Vec::new(), Vec::new(), [0; 4096]);
    loop {
        let read = output.read(&mut bytes);
        if let Ok(count) = read {
            code.extend_from_slice(&bytes[..count]);
        }
        // Not its end is waited for: a part of the program that goes on in the background may keep it open.
        while let Ok(count @ 1..) = errors.read(&mut bytes) {
            said.extend_from_slice(&bytes[..count]);
            said.truncate(MOST_BYTES);
        }
        if let Some(code) = code.strip_suffix(b"\n") {
            let code = std::str::from_utf8(code).ok()?.parse().ok()?;
            return Some((String::from_utf8_lossy(&said).into_owned(), code));
        }
        match read {
            Ok(1..) => {}
            Err(error) if waits(&error) && Instant::now() < deadline && !brake.is_at_its_end() => {}
            Ok(0) | Err(_) => return None,
        }
    }
}

fn waits(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}

/// The program is `$0`, its limit in seconds `$1`. Where there is no `timeout`, it has none. What it says goes to the
/// shell's errors, so that the shell's output is nothing but what it ended with.
const SCRIPT: &str = r#"limit=$1
shift
if command -v timeout >/dev/null 2>&1; then timeout -k 5 "$limit" "$0" "$@" >&2; else "$0" "$@" >&2; fi
echo "$?""#;

/// How often it is looked whether one should stop.
const A_MOMENT: Duration = Duration::from_millis(100);

/// What the shell may take longer than the program.
const GRACE: Duration = Duration::from_secs(6);

/// What is kept of what the program says.
const MOST_BYTES: usize = 16_384;
const MOST_WORDS: usize = 400;
