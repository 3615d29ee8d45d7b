//! The far side: the daemon that the user means, spoken to over a connection of its own for each request,
//! which ends as soon as nobody waits for the answer.

use std::pin::Pin;
use std::task::{Context, Poll};

use super::super::reach::Reach;
use super::super::transport::{Connection, exchange};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};
use hyper::header::{self, HeaderMap, HeaderName};
use hyper::{Method, Request, Response, StatusCode};

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error(transparent)]
    Stream(#[from] std::io::Error),
    #[error(transparent)]
    Speech(#[from] hyper::Error),
    #[error(transparent)]
    Message(#[from] hyper::http::Error),
    #[error(transparent)]
    Target(#[from] hyper::http::uri::InvalidUri),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Task(#[from] tokio::task::JoinError),
    /// It is answered in the daemon's place, and not sent on.
    #[error("{1}")]
    Refused(StatusCode, String),
    /// A body that was to be seen whole is too long, or was cut off.
    #[error("{0}")]
    Body(String),
}

impl Fault {
    /// A part of a request cannot be read.
    pub(super) fn unread(what: &str) -> Fault {
        let message =
            format!("tutcheck cannot read {what} of this request, and does not send it on");
        Fault::Refused(StatusCode::BAD_REQUEST, message)
    }

    /// It is about a container that the page does not have.
    pub(super) fn no_container(name: &str) -> Fault {
        Fault::Refused(StatusCode::NOT_FOUND, format!("No such container: {name}"))
    }

    /// It is about a network that the page does not see.
    pub(super) fn no_network(name: &str) -> Fault {
        Fault::Refused(StatusCode::NOT_FOUND, format!("network {name} not found"))
    }
}

/// What is sent either way.
pub(super) type Body = BoxBody<Bytes, Fault>;

/// So much of a request or an answer is held at once, where it must be seen whole.
const MOST: usize = 64 << 20;

/// The daemon.
#[derive(Debug, Clone)]
pub(super) struct Far(pub(super) Reach);

impl Far {
    /// The path of its socket; nothing, if it is reached in another way.
    pub(super) fn socket(&self) -> &str {
        self.0.socket()
    }

    /// Sends a request on, and gives back the head of the answer.
    pub(super) async fn send(&self, mut request: Request<Body>) -> Result<Response<Body>, Fault> {
        passed_on(request.headers_mut());
        let (answer, connection) = exchange(self.0.connect().await?, request).await?;
        let is_taken_over = answer.status() == StatusCode::SWITCHING_PROTOCOLS;
        let answer = answer.map(|body| body.map_err(Fault::from).boxed());
        if is_taken_over {
            // The connection goes over to whoever takes it from the answer.
            connection.let_go();
            return Ok(answer);
        }
        Ok(answer.map(|body| {
            let body = Guarded {
                body,
                _connection: connection,
            };
            BodyExt::boxed(body)
        }))
    }

    /// Asks something of our own, and takes the whole answer.
    pub(super) async fn ask(
        &self,
        method: Method,
        target: &str,
    ) -> Result<(StatusCode, Bytes), Fault> {
        let request = Request::builder()
            .method(method)
            .uri(target)
            .body(empty())?;
        let (head, body) = self.send(request).await?.into_parts();
        Ok((head.status, whole(body).await?))
    }

    /// Looks something up that is JSON; nothing, where the daemon does not have it.
    pub(super) async fn look<T: serde::de::DeserializeOwned>(&self, target: &str) -> Option<T> {
        let (status, text) = self.ask(Method::GET, target).await.ok()?;
        status
            .is_success()
            .then(|| serde_json::from_slice(&text).ok())?
    }
}

/// A body with its connection.
struct Guarded {
    body: Body,
    _connection: Connection,
}

impl HttpBody for Guarded {
    type Data = Bytes;
    type Error = Fault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Takes off what is said to the next one only. What upgrades a connection stays.
pub(super) fn passed_on(headers: &mut HeaderMap) {
    let upgrades = headers.contains_key(header::UPGRADE);
    for name in [
        header::TRANSFER_ENCODING,
        header::TE,
        header::TRAILER,
        header::EXPECT,
        HeaderName::from_static("keep-alive"),
        HeaderName::from_static("proxy-connection"),
    ] {
        headers.remove(name);
    }
    if !upgrades {
        headers.remove(header::CONNECTION);
    }
}

pub(super) fn empty() -> Body {
    full(Bytes::new())
}

pub(super) fn full(text: impl Into<Bytes>) -> Body {
    Full::new(text.into())
        .map_err(|never| match never {})
        .boxed()
}

/// A body that must be seen whole.
pub(super) async fn whole(body: Body) -> Result<Bytes, Fault> {
    let collected = Limited::new(body, MOST).collect().await;
    let collected = collected.map_err(|error| Fault::Body(error.to_string()))?;
    Ok(collected.to_bytes())
}
