//! The user's own terminal, lent to what is in front of ours.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use rustix::termios::{OptionalActions, Termios};

use super::in_flight::{InFlight, Inner};
use super::pipe::wait_readable;
use super::{End, Error, Meanwhile, SIZE, Terminal};

/// A day; nobody is hurried.
const PATIENCE: Duration = Duration::from_secs(24 * 3600);

/// Ctrl-]: back to tutcheck, wherever one is.
const BACK: u8 = 0x1d;

/// Reads commands from the terminal and runs them in the very shell that steps are typed into.
const CONVERSATION: &str = "exec </dev/tty >/dev/tty 2>&1
while IFS= builtin read -r -e -p \"debug:${PWD##*/}\\$ \" __tutcheck_line; do
  case $__tutcheck_line in exit | logout) break ;; esac
  builtin history -s -- \"$__tutcheck_line\"
  eval \"$__tutcheck_line\"
done
builtin unset __tutcheck_line\n";

/// Takes back what is typed already, and ends the conversation.
const LEAVE: &str = "\u{15}exit\r";

/// How long that may take.
const FAREWELL: Duration = Duration::from_secs(2);

/// Takes the marks off a shell's prompt again, so that it is fit for people.
const PLAIN_PROMPT: &str = " PS1=${PS1#*:*:}; PS1=${PS1%:*}; stty echo\r";

impl Terminal {
    /// Lets the user type into what is in front, until they leave it.
    pub fn lend(&mut self, around: &mut Meanwhile<'_>) -> Result<(), Error> {
        let own = Raw::enter();
        if let Some(size) = own.as_ref().and_then(|own| own.size) {
            self.resize(size);
        }
        let is_inside = self.front.is_some();
        let mut flight = match self.front.take() {
            Some(mut flight) => {
                if flight.inners.iter().any(Inner::is_shell) {
                    flight.typing.extend(PLAIN_PROMPT.bytes());
                }
                flight
            }
            None => InFlight::of(CONVERSATION.as_bytes()),
        };
        flight.is_watched = true;
        flight.last_heard = Some(Instant::now());
        let mut ended = self.wait(&mut flight, PATIENCE, around, &mut relay);
        if matches!(ended, Ok(End::Stays)) && !is_inside {
            // The shell itself has to leave its conversation, to hear of the next step.
            flight.typing.extend(LEAVE.bytes());
            ended = self.wait(&mut flight, FAREWELL, around, &mut |_| None);
        }
        drop(own);
        self.resize(SIZE);
        if ended? == End::Stays {
            flight.on_terminal();
            self.enter_again(&mut flight, around)?;
            self.front = Some(flight);
        } else {
            self.leave_front(flight);
        }
        Ok(())
    }
}

/// Passes on what was printed and what was typed.
fn relay(flight: &mut InFlight) -> Option<End> {
    let mut stdout = io::stdout().lock();
    for output in [&mut flight.screen, &mut flight.out] {
        // Somebody who has closed the window sees nothing, and is told nothing.
        let _ = stdout.write_all(&std::mem::take(output).into_bytes());
    }
    let _ = stdout.flush();
    let stdin = io::stdin();
    let mut bytes = [0; 1024];
    while wait_readable(&[stdin.as_fd()], Some(Duration::ZERO)).is_ok_and(|ready| ready[0]) {
        match stdin.lock().read(&mut bytes) {
            Ok(0) | Err(_) => return Some(End::Stays),
            Ok(read) => {
                if bytes[..read].contains(&BACK) {
                    return Some(End::Stays);
                }
                flight.typing.extend(&bytes[..read]);
            }
        }
    }
    None
}

/// The user's terminal, which passes every key on for as long as this lives.
struct Raw {
    before: Termios,
    size: Option<(u16, u16)>,
}

impl Raw {
    fn enter() -> Option<Raw> {
        let stdin = io::stdin();
        let before = rustix::termios::tcgetattr(&stdin).ok()?;
        let mut raw = before.clone();
        raw.make_raw();
        rustix::termios::tcsetattr(&stdin, OptionalActions::Now, &raw).ok()?;
        let size = rustix::termios::tcgetwinsize(&stdin).ok();
        let size = size.map(|size| (size.ws_col, size.ws_row));
        Some(Raw {
            before,
            size: size.filter(|(columns, rows)| *columns > 0 && *rows > 0),
        })
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        let _ = rustix::termios::tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
    }
}
