//! Where a relay is reached: a socket that listens, before it is known who is behind it.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::docker::Error;

/// A path of a socket that any client can take.
const LONGEST: usize = 100;

/// A socket that listens, and the engine that will answer.
#[derive(Debug)]
pub struct Door {
    /// Held open where the socket is reached through it.
    folder: Option<File>,
    socket: String,
    sockets: Sockets,
    runtime: Runtime,
}

/// Where clients come in, and who has come already.
#[derive(Debug)]
pub(super) struct Sockets {
    pub(super) listener: UnixListener,
    pub(super) first: Option<UnixStream>,
}

impl Door {
    /// Listens at a path.
    pub fn at(path: &Path) -> Result<Door, Error> {
        let (folder, path) = within_reach(path);
        let failed = Error::state("listen at", &path);
        let listener = UnixListener::bind(&path).map_err(failed)?;
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Error::state("relay at", &path))?;
        Ok(Door {
            folder,
            socket: path.to_string_lossy().into_owned(),
            sockets: Sockets {
                listener,
                first: None,
            },
            runtime,
        })
    }

    /// What `DOCKER_HOST` is to be.
    pub fn host(&self) -> String {
        format!("unix://{}", self.socket)
    }

    /// The path of the socket.
    pub(in crate::docker) fn socket(&self) -> &str {
        &self.socket
    }

    /// Waits until somebody comes; false, if it is over first, or nobody can come.
    pub(in crate::docker) fn waits(&mut self, over: &mut oneshot::Receiver<()>) -> bool {
        let Sockets { listener, first } = &mut self.sockets;
        let comes = async {
            listener.set_nonblocking(true)?;
            let listener = tokio::net::UnixListener::from_std(listener.try_clone()?)?;
            listener.accept().await?.0.into_std()
        };
        *first = self.runtime.block_on(async {
            tokio::select! {
                come = comes => come.ok(),
                _ = over => None,
            }
        });
        first.is_some()
    }

    /// What answers, where clients come in, and what is to stay open meanwhile.
    pub(super) fn opens(self) -> (Runtime, Sockets, Option<File>) {
        let Sockets { listener, first } = &self.sockets;
        // A socket that cannot be set so is none that could be listened at.
        let _ = listener.set_nonblocking(true);
        let _ = first.as_ref().map(|first| first.set_nonblocking(true));
        (self.runtime, self.sockets, self.folder)
    }

    /// A closed door: who comes is told at once that nobody is there.
    pub(in crate::docker) fn closes(self) {
        // That it is gone already is as good.
        let _ = std::fs::remove_file(&self.socket);
    }
}

/// A path to a socket may have no more than about a hundred bytes, whatever its folder is called. A longer one is
/// reached through this process, that has the folder open.
fn within_reach(path: &Path) -> (Option<File>, PathBuf) {
    let (folder, name) = (path.parent(), path.file_name());
    if path.as_os_str().len() < LONGEST {
        return (None, path.to_owned());
    }
    match (folder.and_then(|folder| File::open(folder).ok()), name) {
        (Some(folder), Some(name)) => {
            let process = std::process::id();
            let through = format!("/proc/{process}/fd/{}", folder.as_raw_fd());
            (Some(folder), Path::new(&through).join(name))
        }
        _ => (None, path.to_owned()),
    }
}
