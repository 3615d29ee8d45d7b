//! Pipes: named ones for steps and their output, and how they are read and waited for.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::{CWD, Mode, OFlags};
use rustix::io::Errno;

use super::{During, Error, Late, Output};

/// How long a process may take to become another program.
const ON_ITS_WAY: Duration = Duration::from_millis(100);

/// A named pipe: it can be opened by the shell again and again, and its end shows whether anybody
/// else still has it open.
#[derive(Debug)]
pub(super) struct Pipe {
    pub(super) path: PathBuf,
    pub(super) reader: File,
    key: (u64, u64),
}

impl Pipe {
    pub(super) fn create(path: PathBuf) -> Result<Pipe, Error> {
        let action = "make a pipe for the output";
        make_pipe(&path).during(action)?;
        let reader = open_nonblocking(OpenOptions::new().read(true), &path).during(action)?;
        let key = key(&reader.metadata().during(action)?);
        Ok(Pipe { path, reader, key })
    }

    /// A pipe that the shell reads is opened to write. Nobody else has had it so since its reader was opened: that
    /// shows, since for a reader who was there before them, a pipe ends when its writers are gone.
    pub(super) fn writer(&self) -> io::Result<File> {
        let had_others = self.has_end();
        let writer = open_nonblocking(OpenOptions::new().write(true), &self.path)?;
        if had_others || key(&writer.metadata()?) != self.key {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        Ok(writer)
    }

    /// Whether nothing is left in it.
    pub(super) fn is_read(&self) -> bool {
        rustix::io::ioctl_fionread(&self.reader).is_ok_and(|left| left == 0)
    }

    /// The writer is closed: whether it was the only one. A process that is on its way to be another program has it,
    /// too, for a moment.
    pub(super) fn was_alone(&mut self) -> bool {
        let deadline = Instant::now() + ON_ITS_WAY;
        while !self.has_end() && Instant::now() < deadline {
            std::thread::yield_now();
        }
        let was_alone = self.has_end() && self.is_read();
        // The step runs by now, and may have taken the name away.
        let same = format!("/proc/self/fd/{}", self.reader.as_raw_fd());
        let reader = open_nonblocking(OpenOptions::new().read(true), Path::new(&same));
        reader.map(|reader| self.reader = reader).is_ok() && was_alone
    }

    fn has_end(&self) -> bool {
        wait_readable(&[self.reader.as_fd()], Some(Duration::ZERO)).is_ok_and(|ready| ready[0])
    }

    /// Whether what lies at its path is still the pipe.
    pub(super) fn is_in_place(&self) -> bool {
        let there = std::fs::symlink_metadata(&self.path);
        there.is_ok_and(|there| key(&there) == self.key)
    }
}

/// By which a file is known whatever it is called.
fn key(file: &std::fs::Metadata) -> (u64, u64) {
    (file.dev(), file.ino())
}

fn make_pipe(path: &Path) -> io::Result<()> {
    Ok(rustix::fs::mkfifoat(CWD, path, Mode::from_raw_mode(0o600))?)
}

pub(super) fn open_nonblocking(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[expect(clippy::cast_possible_wrap, reason = "open flags are small")]
    let flags = OFlags::NONBLOCK.bits() as i32;
    options.custom_flags(flags).open(path)
}

pub(super) fn replace(pipe: &mut Pipe, step: usize, late: &mut Vec<Late>) -> Result<(), Error> {
    std::fs::remove_file(&pipe.path).during("make a pipe for the output")?;
    let fresh = Pipe::create(pipe.path.clone())?;
    let old = std::mem::replace(pipe, fresh);
    late.push(Late {
        step,
        reader: Some(old.reader),
        output: Output::late(),
    });
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Drained {
    /// Nothing more now, but somebody may still write.
    Open,
    /// Nobody has it open for writing.
    End,
}

/// Reads all that can be read now; at most 16 MiB, so that limits are looked at in between.
pub(super) fn drain(reader: &mut File, output: &mut Output, buffer: &mut [u8]) -> Drained {
    let mut total = 0;
    while total < 16 << 20 {
        match reader.read(buffer) {
            Ok(0) => return Drained::End,
            Ok(read) => {
                output.push(&buffer[..read]);
                total += read;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // A pseudo-terminal whose other end is closed answers with an I/O error.
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Drained::End,
            Err(_) => return Drained::Open,
        }
    }
    Drained::Open
}

/// Waits until one of them can be read or has ended; says which.
pub(super) fn wait_readable(
    fds: &[BorrowedFd<'_>],
    timeout: Option<Duration>,
) -> io::Result<Vec<bool>> {
    let mut polled: Vec<PollFd<'_>> = fds
        .iter()
        .map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN))
        .collect();
    let timeout = timeout.map(|time| Timespec {
        tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(time.subsec_nanos()),
    });
    match rustix::event::poll(&mut polled, timeout.as_ref()) {
        Ok(_) => Ok(polled.iter().map(|fd| !fd.revents().is_empty()).collect()),
        // What the signal means is read from its own descriptor, next time.
        Err(Errno::INTR) => Ok(vec![false; fds.len()]),
        Err(error) => Err(error.into()),
    }
}
