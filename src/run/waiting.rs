//! What a reader waits for before going on: a port, an address, a text, a file, or silence.

use std::io::{ErrorKind, Read};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use super::http;
use crate::docker::Witness;
use crate::document::Wait;
use crate::matching;
use crate::terminal::{Interrupt, Output};

/// A program that is known to go on in the foreground is ready when it has been silent for so long.
const QUIET: Duration = Duration::from_millis(1500);

/// One that is never silent is ready after so long.
const TALKS: Duration = Duration::from_secs(8);

/// One that is known to be ready has said what it says at its start after so long.
const SETTLED: Duration = Duration::from_millis(300);

/// One that has said what is waited for, and is never silent, is ready after so long.
const SAID: Duration = Duration::from_secs(1);

/// For a port that nobody serves, though a container publishes it, one does not wait for ever.
const GIVES_UP: Duration = Duration::from_secs(20);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// How long a server may take to refuse a connection that something before it has accepted.
const REFUSAL: Duration = Duration::from_millis(150);

/// How long an address may take to answer.
const ANSWER: Duration = Duration::from_secs(5);

/// So much of an output is searched for the text that says it is ready.
const WINDOW: usize = 256 << 10;

/// Decides when a program in the foreground is ready for the reader to go on.
pub(super) struct Readiness<'a> {
    until: Option<&'a str>,
    /// Ports that it serves, as far as its command tells.
    ports: &'a [u16],
    witness: Option<&'a Witness>,
    /// It is a container's, so the container must have been started.
    is_container: bool,
    /// When it was first seen to have started.
    started: Option<Instant>,
    looked: Option<Instant>,
    /// How many bytes it had printed then.
    heard: u64,
    /// When it was seen to have said what is waited for.
    said: Option<Instant>,
    is_ready: bool,
}

impl<'a> Readiness<'a> {
    pub(super) fn new(
        until: Option<&'a str>,
        ports: &'a [u16],
        witness: Option<&'a Witness>,
        is_container: bool,
    ) -> Readiness<'a> {
        Readiness {
            until,
            ports,
            witness,
            is_container,
            started: None,
            looked: None,
            heard: 0,
            said: None,
            is_ready: false,
        }
    }

    /// Whether it is ready, given what it has printed and for how long it has been silent.
    pub(super) fn holds(&mut self, printed: &Output, silence: Duration) -> bool {
        let too_soon = self.looked.is_some_and(|looked| looked.elapsed() < PAUSE);
        if !self.is_ready && !too_soon {
            self.looked = Some(Instant::now());
            self.is_ready = match self.until {
                Some(text) => self.has_said(text, printed),
                None => self.is_ready_by_rule(silence),
            };
        }
        if let Some(said) = self.said {
            return silence >= SETTLED || said.elapsed() >= SAID;
        }
        // A port may be served before anything is said of it.
        let settled = if printed.is_empty() { QUIET } else { SETTLED };
        self.is_ready && (silence >= settled || self.has_talked())
    }

    /// Whether the text is in what was printed since the last look; it may be long ago already.
    fn has_said(&mut self, text: &str, printed: &Output) -> bool {
        let total = printed.total();
        let is_new = usize::try_from(total - self.heard).unwrap_or(usize::MAX);
        self.heard = total;
        let window = if is_new > WINDOW / 2 {
            usize::MAX
        } else {
            WINDOW
        };
        let has = matching::plain(&printed.last(window)).contains(text)
            || (window > WINDOW && matching::plain(printed.first()).contains(text));
        if has {
            self.said = Some(Instant::now());
        }
        has
    }

    fn is_ready_by_rule(&mut self, silence: Duration) -> bool {
        if !self.ports.is_empty() {
            let all = self.ports.iter().all(|port| is_served(*port));
            return all || (silence >= GIVES_UP && self.has_started());
        }
        if !self.has_started() {
            return false;
        }
        self.started.get_or_insert_with(Instant::now);
        if silence < QUIET && !self.has_talked() {
            return false;
        }
        let published = self.witness.filter(|_| self.is_container);
        let ports = published.map(Witness::published).unwrap_or_default();
        silence >= GIVES_UP || ports.into_iter().all(is_served)
    }

    /// One that goes on talking does what it is there for.
    fn has_talked(&self) -> bool {
        self.started
            .is_some_and(|started| started.elapsed() >= TALKS)
    }

    fn has_started(&self) -> bool {
        match self.witness {
            Some(witness) if self.is_container => witness.has_started(),
            _ => true,
        }
    }
}

/// Whether somebody serves a port of this machine. Docker accepts for containers that do not listen
/// yet, and closes at once; nothing is sent, so a server sees a visitor who says nothing.
pub(super) fn is_served(port: u16) -> bool {
    let addresses = [
        SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        SocketAddr::from((Ipv6Addr::LOCALHOST, port)),
    ];
    addresses.iter().any(|address| {
        let Ok(mut stream) = TcpStream::connect_timeout(address, REFUSAL) else {
            return false;
        };
        if stream.set_read_timeout(Some(REFUSAL)).is_err() {
            return false;
        }
        match stream.read(&mut [0; 1]) {
            // It speaks first.
            Ok(1..) => true,
            Ok(_) => false,
            Err(error) => matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        }
    })
}

/// What is waited for, in a few words.
pub(super) fn said(wait: &Wait) -> String {
    match wait {
        Wait::Port(port) => format!("waits for port {port}"),
        Wait::Http(url) => format!("waits for {url}"),
        Wait::Log(text) => format!("waits for `{text}`"),
        Wait::File(path) => format!("waits for the file {path}"),
    }
}

/// Waits until something is there; says what is missing if it does not come within the limit.
pub(super) fn wait_for(
    wait: &Wait,
    directory: &Path,
    limit: Duration,
    interrupt: &mut Interrupt,
    mut has_printed: impl FnMut(&str) -> bool,
) -> Result<(), String> {
    let deadline = Instant::now() + limit;
    let mut last = String::new();
    loop {
        let is_there = match wait {
            Wait::Port(port) => is_served(*port),
            Wait::Http(url) => match http::answers(url, ANSWER) {
                Ok(()) => true,
                Err(why) => {
                    last = format!(": {why}");
                    false
                }
            },
            Wait::Log(text) => has_printed(text),
            Wait::File(path) => directory.join(path).exists(),
        };
        if is_there {
            return Ok(());
        }
        if Instant::now() >= deadline || interrupt.sleep(PAUSE) {
            let seconds = limit.as_secs_f64();
            return Err(match wait {
                Wait::Port(port) => format!("nobody serves port {port} within {seconds} s"),
                Wait::Http(url) => format!("{url} does not answer well within {seconds} s{last}"),
                Wait::Log(text) => format!("no program prints `{text}` within {seconds} s"),
                Wait::File(path) => format!("`{path}` is not there within {seconds} s"),
            });
        }
    }
}
