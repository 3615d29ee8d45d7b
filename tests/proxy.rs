//! A proxy on the daemon's socket, which can be told to fail.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It goes to the daemon.
    Pass = 0,
    /// It is answered with an error of the server.
    Fail = 1,
    /// It is never answered.
    Hang = 2,
    /// It is answered with what is no answer.
    Garbage = 3,
    /// Its answer is cut off in the middle.
    Cut = 4,
}

/// A proxy that lives until the test is over.
pub struct Proxy {
    path: PathBuf,
    state: Arc<State>,
}

struct State {
    mode: AtomicU8,
    open: Mutex<Vec<UnixStream>>,
    daemon: PathBuf,
}

impl Proxy {
    /// In front of the daemon that `DOCKER_HOST` names, at a socket that is not there yet.
    pub fn at(path: &Path) -> Proxy {
        let daemon = std::env::var("DOCKER_HOST").unwrap();
        let state = Arc::new(State {
            mode: AtomicU8::new(Mode::Pass as u8),
            open: Mutex::new(Vec::new()),
            daemon: PathBuf::from(daemon.strip_prefix("unix://").unwrap()),
        });
        let listener = UnixListener::bind(path).unwrap();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                thread::spawn(move || state.serve(client));
            }
        });
        Proxy {
            path: path.to_owned(),
            state,
        }
    }

    /// What `DOCKER_HOST` is to be.
    pub fn host(&self) -> String {
        format!("unix://{}", self.path.display())
    }

    /// Nobody is at the socket any more, as when a daemon ends.
    pub fn vanish(&self) {
        std::fs::remove_file(&self.path).unwrap();
        self.set(Mode::Pass);
    }

    /// From here on; connections that are open are cut, also by the same mode again.
    pub fn set(&self, mode: Mode) {
        self.state.mode.store(mode as u8, Ordering::SeqCst);
        for stream in self.state.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl State {
    fn serve(&self, mut client: UnixStream) {
        match self.mode.load(Ordering::SeqCst) {
            1 => {
                let _ = client.read(&mut [0; 4096]);
                let message = "{\"message\":\"the test wants it so\"}\n";
                let _ = write!(
                    client,
                    "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{message}",
                    message.len()
                );
                let _ = client.shutdown(Shutdown::Both);
            }
            3 => {
                let _ = client.read(&mut [0; 4096]);
                let _ = client.write_all(b"\x00\x01 this is no answer\n\n");
                let _ = client.shutdown(Shutdown::Both);
            }
            4 => {
                let _ = client.read(&mut [0; 4096]);
                let _ = client.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n[{");
                let _ = client.shutdown(Shutdown::Both);
            }
            2 => {
                self.open.lock().unwrap().push(client.try_clone().unwrap());
                // Until somebody cuts it.
                let _ = client.read_to_end(&mut Vec::new());
                thread::sleep(Duration::from_millis(1));
            }
            _ => {
                let Ok(daemon) = UnixStream::connect(&self.daemon) else {
                    return;
                };
                let mut open = self.open.lock().unwrap();
                open.push(client.try_clone().unwrap());
                open.push(daemon.try_clone().unwrap());
                drop(open);
                let up = (client.try_clone().unwrap(), daemon.try_clone().unwrap());
                let upward = thread::spawn(move || copy(up.0, up.1));
                copy(daemon, client);
                let _ = upward.join();
            }
        }
    }
}

/// Copies until the end, and passes the end on.
fn copy(mut from: UnixStream, mut to: UnixStream) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}
