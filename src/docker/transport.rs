//! How our own questions travel: each over a connection of its own, whose answer has an end.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bollard::{BollardRequest, Docker};
use hyper::body::{Body, Incoming};
use hyper::header::HOST;
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
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
            let stream = reach.connect().await?;
            let stream = Bounded {
                stream,
                left: LONGEST,
            };
            let (answer, _) = exchange(stream, plain(request)?).await?;
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
    request
        .headers_mut()
        .entry(HOST)
        .or_insert_with(|| hyper::header::HeaderValue::from_static("docker"));
    Ok(request)
}

/// Sends a request, and gives back the head of the answer and what ends the connection.
pub(super) async fn exchange<S, B>(
    stream: S,
    request: Request<B>,
) -> hyper::Result<(Response<Incoming>, AbortHandle)>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let unanswered = Unanswered(Some(
        tokio::spawn(connection.with_upgrades()).abort_handle(),
    ));
    let answer = sender.send_request(request).await?;
    Ok((answer, unanswered.answered()))
}

/// A connection ends with whoever waits for its answer.
struct Unanswered(Option<AbortHandle>);

impl Unanswered {
    fn answered(mut self) -> AbortHandle {
        self.0.take().expect("it is taken once")
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        if let Some(connection) = &self.0 {
            connection.abort();
        }
    }
}

/// A stream from which only so much is taken.
struct Bounded {
    stream: Stream,
    left: usize,
}

impl AsyncRead for Bounded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, into);
        match self.left.checked_sub(into.filled().len() - before) {
            Some(left) => self.left = left,
            None => return Poll::Ready(Err(io::Error::other("its answer has no end"))),
        }
        polled
    }
}

impl AsyncWrite for Bounded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
