//! The relay: a socket of the run's own between its shells and the daemon. It knows from requests and
//! answers what belongs to the run, and shows the page what a fresh machine would.
//!
//! A request is told by its path ([`route`]), and each family of objects has a file that says what becomes of
//! it. What concerns nobody passes as it is; bodies stream, and a connection that is taken over for something
//! else is relayed raw.

mod builds;
mod committing;
mod containers;
mod door;
mod far;
mod fields;
mod holding;
mod image;
mod images;
mod instead;
mod making;
mod networks;
mod plugins;
mod pump;
mod query;
mod room;
mod route;
mod shared;
mod swarm;
mod system;
mod tap;
mod tar;
mod untagging;
mod volumes;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::oneshot;

use super::notes::Notes;
use super::object::ObjectKind;
use super::reach::Reach;
use door::Sockets;
use far::{Body, Far, Fault};
use route::{Call, Deed};
use shared::{Asked, Shared, refusal};

pub use door::Door;
pub(super) use room::{LABEL, Room};

/// Between two looks at what is under way.
const PAUSE: Duration = Duration::from_millis(5);

/// The relay of a run, as long as it lives.
#[derive(Debug)]
pub(super) struct Relay {
    under_way: Arc<AtomicUsize>,
    ending: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Relay {
    /// Answers at a door; what comes in goes to the daemon.
    pub(super) fn open(reach: Reach, door: Door, notes: Arc<Mutex<Notes>>) -> Relay {
        let under_way = Arc::new(AtomicUsize::new(0));
        let shared = Arc::new(Shared {
            far: Far(reach),
            socket: door.socket().to_owned(),
            notes,
            under_way: Arc::clone(&under_way),
        });
        let (ending, ended) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let (runtime, sockets, _folder) = door.opens();
            runtime.block_on(async {
                tokio::select! {
                    () = listen(sockets, shared) => {}
                    _ = ended => {}
                }
            });
            // Who is still connected when the run is over has nobody to wait for.
            runtime.shutdown_background();
        });
        Relay {
            under_way,
            ending: Some(ending),
            thread: Some(thread),
        }
    }

    /// Waits until each request by which something comes into being has its answer, but no longer than this.
    pub(super) fn wait_for_answers(&self, limit: Duration) {
        let deadline = Instant::now() + limit;
        while self.under_way.load(Ordering::SeqCst) > 0 && Instant::now() < deadline {
            std::thread::sleep(PAUSE);
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        drop(self.ending.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn listen(sockets: Sockets, shared: Arc<Shared>) {
    let Sockets { listener, first } = sockets;
    let (Ok(listener), first) = (
        UnixListener::from_std(listener),
        first.and_then(|first| UnixStream::from_std(first).ok()),
    ) else {
        return;
    };
    if let Some(first) = first {
        serve(first, &shared);
    }
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many files are open, for one; it is not for ever.
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        serve(stream, &shared);
    }
}

/// Answers what comes over one connection.
fn serve(stream: UnixStream, shared: &Arc<Shared>) {
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        let service = service_fn(|request| answer(Arc::clone(&shared), request));
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        // A client that leaves in the middle is none of ours.
        let _: Result<(), hyper::Error> = connection.await;
    });
}

/// The answer to a request: the daemon's, as far as the page sees it.
async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Body>, Fault> {
    match asked(&shared, request).await {
        Err(Fault::Refused(status, message)) => refusal(status, &message),
        answer => answer,
    }
}

/// Notes what is asked of a swarm, and of plugins, of which events say little.
fn notes_deed(shared: &Shared, call: &Call) {
    const SWARM: &str = "the swarm";
    let mut notes = shared.notes();
    match call {
        Call::EnterSwarm => notes.deeds.makes(SWARM),
        Call::ChangeSwarm => notes.deeds.goes(SWARM),
        Call::Service
        | Call::Create(ObjectKind::Secret | ObjectKind::Config)
        | Call::One(ObjectKind::Service | ObjectKind::Secret | ObjectKind::Config, ..) => {
            notes.deeds.changes(SWARM);
        }
        Call::One(ObjectKind::Plugin, name, Deed::Remove | Deed::Other) => {
            notes.deeds.changes(name);
        }
        Call::Create(ObjectKind::Plugin) => notes.deeds.makes("a plugin"),
        _ => {}
    }
}

async fn asked(shared: &Arc<Shared>, request: Request<Incoming>) -> Result<Response<Body>, Fault> {
    let asked = Asked::new(request).with_form().await?;
    let call = Call::of(asked.method(), asked.path());
    notes_deed(shared, &call);
    match call {
        Call::List(ObjectKind::Container) => containers::list(shared, asked).await,
        Call::List(ObjectKind::Network) => networks::list(shared, asked).await,
        Call::List(ObjectKind::Volume) => volumes::list(shared, asked).await,
        Call::List(ObjectKind::Image) => images::list(shared, asked).await,
        Call::List(ObjectKind::Plugin) => plugins::list(shared, asked).await,
        Call::Prune(ObjectKind::Container) => containers::prune(shared, asked).await,
        Call::Prune(ObjectKind::Network) => networks::prune(shared, asked).await,
        Call::Prune(ObjectKind::Volume) => volumes::prune(shared, asked).await,
        Call::Prune(ObjectKind::Image) => untagging::prune(shared, asked).await,
        Call::PruneBuilds => builds::prune(shared, asked).await,
        Call::Create(ObjectKind::Container) => containers::create(shared, asked).await,
        Call::Create(ObjectKind::Network) => networks::create(shared, asked).await,
        Call::Create(ObjectKind::Volume) => volumes::create(shared, asked).await,
        Call::Create(ObjectKind::Plugin) => plugins::install(shared, asked).await,
        Call::One(ObjectKind::Container, name, deed) => {
            containers::one(shared, &name, deed, asked).await
        }
        Call::One(ObjectKind::Network, name, deed) => {
            networks::one(shared, &name, deed, asked).await
        }
        Call::One(ObjectKind::Volume, name, deed) => volumes::one(shared, &name, deed, asked).await,
        Call::One(ObjectKind::Image, name, deed) => image::one(shared, &name, deed, asked).await,
        Call::One(ObjectKind::Plugin, name, deed) => plugins::one(shared, &name, deed, asked).await,
        Call::Pull => making::pull(shared, asked).await,
        Call::Load => making::load(shared, asked).await,
        Call::Save => image::save(shared, asked).await,
        Call::Build => builds::build(shared, asked).await,
        Call::Commit => making::commit(shared, asked).await,
        Call::BuildKit => builds::buildkit(shared, asked).await,
        Call::Events => system::events(shared, asked).await,
        Call::Info => system::info(shared, asked).await,
        Call::DiskUsage => system::disk_usage(shared, asked).await,
        Call::EnterSwarm => swarm::enter(shared, asked).await,
        Call::ChangeSwarm => swarm::change(shared, asked).await,
        Call::LookAtSwarm => swarm::look(shared, asked).await,
        Call::Service => swarm::service(shared, asked).await,
        Call::Create(sort @ (ObjectKind::Secret | ObjectKind::Config)) => {
            swarm::create(shared, sort, asked).await
        }
        Call::One(
            sort @ (ObjectKind::Service | ObjectKind::Secret | ObjectKind::Config),
            name,
            _,
        ) => swarm::remove(shared, sort, &name, asked).await,
        // None of these is read from a path.
        Call::List(_)
        | Call::Prune(_)
        | Call::Create(_)
        | Call::One(ObjectKind::Swarm, ..)
        | Call::Other => shared.forward(asked).await,
    }
}
