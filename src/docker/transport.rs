//! How our own questions travel: each over a connection of its own, whose answer has an end.

use bollard::{BollardRequest, Docker};
use hyper::body::{Body, Incoming};
use hyper::header::{HOST, HeaderValue};
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use tokio::task::AbortHandle;

use super::reach::{Reach, Stream};

/// No answer to a question of ours is longer; a stream of events that has told so much is taken up anew.
const LONGEST: usize = 16 << 20;

/// How long bollard waits by itself, in seconds; each question has its own limit.
const LIMIT: u64 = 600;

/// bollard, over connections of ours.
pub(super) fn docker(reach: &Reach) -> Result<Docker, bollard::errors::Error> {
    let reach = reach.clone();
    let transport = move |request: BollardRequest| {
        let reach = reach.clone();
        async move {
            let stream = reach.connect().await?.bounded(LONGEST);
            let (answer, connection) = exchange(stream, plain(request)?).await?;
            // bollard reads it to its end, or drops it, which ends the connection as well.
            connection.let_go();
            Ok(answer)
        }
    };
    Docker::connect_with_custom_transport(
        transport,
        Some("http://docker"),
        LIMIT,
        bollard::API_DEFAULT_VERSION,
    )
}

/// A request as it is written to a server, not to a proxy.
fn plain<B>(mut request: Request<B>) -> Result<Request<B>, hyper::http::Error> {
    let target = request.uri().path_and_query();
    let target = target.map_or("/", |target| target.as_str()).to_owned();
    *request.uri_mut() = Uri::try_from(target)?;
    Ok(request)
}

/// Sends a request, and gives back the head of the answer and the connection that its body comes over.
pub(super) async fn exchange<B>(
    stream: Stream,
    mut request: Request<B>,
) -> hyper::Result<(Response<Incoming>, Connection)>
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let host = request.headers_mut().entry(HOST);
    host.or_insert(HeaderValue::from_static("docker"));
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let task = tokio::spawn(connection.with_upgrades());
    let connection = Connection(Some(task.abort_handle()));
    Ok((sender.send_request(request).await?, connection))
}

/// A connection that ends with whoever waits for its answer.
pub(super) struct Connection(Option<AbortHandle>);

impl Connection {
    /// It goes on by itself.
    pub(super) fn let_go(mut self) {
        self.0 = None;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(connection) = &self.0 {
            connection.abort();
        }
    }
}
