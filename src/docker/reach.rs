//! How the daemon is reached: over a connection of its own for each request. A daemon behind ssh or TLS is
//! reached through docker's own client, which knows the user's keys, certificates and contexts.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::pin::Pin;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};

use super::Address;

/// The daemon is there, or it is not: nobody waits longer to learn which.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);

/// The way to a daemon; its copies are one.
#[derive(Debug, Clone)]
pub(super) struct Reach {
    address: Address,
    way: Way,
    clients: Clients,
}

#[derive(Debug, Clone)]
enum Way {
    Unix(String),
    /// With its port.
    Tcp(String),
    Client(Client),
}

/// Processes of clients that are under way.
type Clients = Arc<Mutex<BTreeSet<u32>>>;

impl Reach {
    pub(super) fn of(address: Address) -> Reach {
        let host = address.host.as_str();
        let plain = ["tcp://", "http://"]
            .iter()
            .find_map(|scheme| host.strip_prefix(scheme))
            .filter(|_| !address.is_tls);
        let way = match (host.strip_prefix("unix://"), plain) {
            (Some(path), _) => Way::Unix(path.to_owned()),
            (_, Some(address)) => Way::Tcp(address.trim_end_matches('/').to_owned()),
            _ => Way::Client(Client {
                to: match &address.context {
                    Some(context) => ["--context".to_owned(), context.clone()],
                    None => ["--host".to_owned(), host.to_owned()],
                },
                config: address.config.clone(),
            }),
        };
        Reach {
            way,
            clients: Clients::default(),
            address,
        }
    }

    /// Where the daemon is.
    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// The path of its socket; nothing, if it is reached in another way.
    pub(super) fn socket(&self) -> &str {
        match &self.way {
            Way::Unix(path) => path,
            Way::Tcp(_) | Way::Client(_) => "",
        }
    }

    pub(super) async fn connect(&self) -> io::Result<Stream> {
        Ok(match &self.way {
            Way::Unix(path) => Stream::of(UnixStream::connect(path).await?),
            Way::Tcp(address) => Stream::of(TcpStream::connect(address).await?),
            Way::Client(client) => Dialled::by(client, &self.clients)?,
        })
    }

    /// How long it may take to learn whether the daemon is there.
    pub(super) fn patience(&self) -> Duration {
        match &self.way {
            Way::Unix(_) | Way::Tcp(_) => PATIENCE,
            // Keys are exchanged first.
            Way::Client(_) => PATIENCE * 5,
        }
    }

    /// The processes by which it is being reached.
    pub(super) fn clients(&self) -> BTreeSet<u32> {
        lock(&self.clients).clone()
    }

    /// Why the client cannot reach the daemon, in its own words; nothing, where it is no client that tries.
    pub(super) fn complaint(&self) -> Option<String> {
        let Way::Client(client) = &self.way else {
            return None;
        };
        let said = client.complaint().unwrap_or_else(|error| {
            format!("ssh and TLS go through `docker`, which cannot be started: {error}")
        });
        let last = said.lines().rfind(|line| !line.trim().is_empty())?;
        Some(last.trim().to_owned())
    }
}

/// Docker's client, as it reaches the daemon.
#[derive(Debug, Clone)]
struct Client {
    /// What it is told of where to go.
    to: [String; 2],
    /// The folder with its settings, where it is known.
    config: Option<PathBuf>,
}

impl Client {
    fn command(&self) -> Command {
        let mut command = Command::new("docker");
        command
            .args(&self.to)
            .env_remove("DOCKER_HOST")
            .env_remove("DOCKER_CONTEXT")
            .envs(self.config.iter().map(|folder| ("DOCKER_CONFIG", folder)))
            .stdin(Stdio::null())
            // Ctrl-C is for the page: what it made is still to be removed.
            .process_group(0);
        command
    }

    /// What it prints where it cannot reach the daemon, as far as it comes in time.
    fn complaint(&self) -> io::Result<String> {
        let (mut ours, theirs) = std::os::unix::net::UnixStream::pair()?;
        ours.set_read_timeout(Some(PATIENCE))?;
        let mut tried = self
            .command()
            .args(["version", "--format", "{{.Server.Version}}"])
            .stdout(Stdio::null())
            .stderr(OwnedFd::from(theirs))
            .spawn()?;
        let mut said = Vec::new();
        // What came before the time was over is kept.
        let _ = ours.read_to_end(&mut said);
        let _ = tried.kill();
        tried.wait()?;
        Ok(String::from_utf8_lossy(&said).into_owned())
    }
}

/// What can be read and written.
trait Both: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Both for T {}

/// A connection to the daemon.
pub(super) struct Stream {
    bytes: Box<dyn Both>,
    /// How much may still be read.
    left: usize,
    /// Ends with the connection.
    _client: Option<Dialled>,
}

impl Stream {
    fn of(bytes: impl Both + 'static) -> Stream {
        Stream {
            bytes: Box::new(bytes),
            left: usize::MAX,
            _client: None,
        }
    }

    /// Only so much is read from it: more is an error.
    pub(super) fn bounded(self, left: usize) -> Stream {
        Stream { left, ..self }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let polled = Pin::new(&mut self.bytes).poll_read(context, into);
        match self.left.checked_sub(into.filled().len() - before) {
            Some(left) => self.left = left,
            None => return Poll::Ready(Err(io::Error::other("its answer has no end"))),
        }
        polled
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.bytes).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.bytes).poll_shutdown(context)
    }
}

/// A client that has dialled the daemon.
struct Dialled {
    client: Child,
    clients: Clients,
}

impl Dialled {
    /// A connection through a client of its own.
    fn by(client: &Client, clients: &Clients) -> io::Result<Stream> {
        let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        let bytes = UnixStream::from_std(ours)?;
        let client = client
            .command()
            .args(["system", "dial-stdio"])
            .stdin(OwnedFd::from(theirs.try_clone()?))
            .stdout(OwnedFd::from(theirs))
            .stderr(Stdio::null())
            .spawn()?;
        lock(clients).insert(client.id());
        let clients = Arc::clone(clients);
        Ok(Stream {
            _client: Some(Dialled { client, clients }),
            ..Stream::of(bytes)
        })
    }
}

impl Drop for Dialled {
    fn drop(&mut self) {
        // One that has ended by itself is only waited for.
        let _ = self.client.kill();
        let _ = self.client.wait();
        lock(&self.clients).remove(&self.client.id());
    }
}

fn lock(clients: &Clients) -> std::sync::MutexGuard<'_, BTreeSet<u32>> {
    clients.lock().unwrap_or_else(PoisonError::into_inner)
}
