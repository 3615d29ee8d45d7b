//! Ctrl-C and its kin, as something that can be waited for beside output.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rustix::process::{Pid, Signal};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};

/// Receives SIGINT, SIGTERM and SIGHUP for the process.
#[derive(Debug)]
pub struct Interrupt {
    bytes: UnixStream,
    write: UnixStream,
    times: usize,
    /// So many of them have ended something.
    acted_on: usize,
}

impl Interrupt {
    /// Takes over the three signals, for the life of the process.
    pub fn listen() -> io::Result<Interrupt> {
        let (bytes, write) = UnixStream::pair()?;
        bytes.set_nonblocking(true)?;
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::low_level::pipe::register(signal, write.try_clone()?)?;
        }
        // A file that may not grow is an error of its writer's, and ends nobody.
        signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
        Ok(Interrupt {
            bytes,
            write,
            times: 0,
            acted_on: 0,
        })
    }

    /// Somebody else who may interrupt.
    pub fn by_another(&self) -> io::Result<Interrupter> {
        Ok(Interrupter(self.write.try_clone()?))
    }

    /// What has come so far ends nothing more.
    pub fn forget(&mut self) {
        self.times();
        (self.times, self.acted_on) = (0, 0);
    }

    /// How often one of the signals has come so far.
    pub fn times(&mut self) -> usize {
        let mut buffer = [0; 16];
        while let Ok(read @ 1..) = self.bytes.read(&mut buffer) {
            self.times += read;
        }
        self.times
    }

    /// How many of them have not ended anything yet. One that comes between two steps is not lost: it
    /// ends the next.
    pub fn pending(&mut self) -> usize {
        self.times() - self.acted_on
    }

    /// Whether something is to end because of them; what ends after it, ends because of later ones.
    pub fn act(&mut self) -> bool {
        let is_pending = self.pending() > 0;
        self.acted_on = self.times;
        is_pending
    }

    /// Waits for a while, or until a signal comes; says whether one did.
    pub fn sleep(&mut self, time: Duration) -> bool {
        if self.pending() == 0 {
            // A failing poll is a short sleep, no more.
            let _ = super::pipe::wait_readable(&[self.as_fd()], Some(time));
        }
        self.pending() > 0
    }
}

/// Asks a process that we have started, and have not waited for, to end, as Ctrl-C does.
pub fn interrupt(process: u32) {
    if let Some(process) = Pid::from_raw(process.cast_signed()) {
        // One that has ended meanwhile needs no more.
        let _ = rustix::process::kill_process(process, Signal::INT);
    }
}

/// Interrupts as a signal does.
#[derive(Debug)]
pub struct Interrupter(UnixStream);

impl Interrupter {
    /// What is played ends now.
    pub fn interrupt(&self) {
        // Where nobody listens any more, nothing is to be ended.
        let _ = (&self.0).write(&[0]);
    }
}

impl AsFd for Interrupt {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.bytes.as_fd()
    }
}
