//! What all connections of a relay have in common, and one request that is under way.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use hyper::body::{Bytes, Incoming};
use hyper::header;
use hyper::http::request::Parts;
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, Response, StatusCode, Uri};

use super::far::{Body, Far, Fault, empty, full, passed_on, whole};
use super::fields::Fields;
use super::pump::{self, find};
use super::query::Query;
use super::room::{LABEL, Room};
use crate::docker::notes::{Notes, lock};
use crate::docker::object::{Object, ObjectKind};
use http_body_util::BodyExt;

/// How long somebody else may prune, and how often one looks whether they have done.
const PRUNING: Duration = Duration::from_secs(10);
const AGAIN: Duration = Duration::from_millis(50);

/// What all connections have in common.
pub(super) struct Shared {
    pub(super) far: Far,
    /// Where the relay listens.
    pub(super) socket: String,
    pub(super) notes: Arc<Mutex<Notes>>,
    /// Requests that are seen to their end, though their clients may be gone.
    pub(super) under_way: Arc<AtomicUsize>,
}

/// Counts a request as long as it is under way.
struct UnderWay(Arc<AtomicUsize>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Shared {
    pub(super) fn notes(&self) -> MutexGuard<'_, Notes> {
        lock(&self.notes)
    }

    /// What belongs to the run.
    pub(super) fn room<T>(&self, of: impl FnOnce(&mut Room) -> T) -> T {
        of(&mut self.notes().room)
    }

    pub(super) fn is_shared(&self) -> bool {
        self.room(|room| room.is_shared())
    }

    /// Of objects that have names, keeps those that the page sees.
    pub(super) fn retain(&self, sort: ObjectKind, all: &mut Vec<Fields>) {
        all.retain(|fields| {
            let name = fields.text("Name").unwrap_or_default();
            self.room(|room| room.sees(sort, &name))
        });
    }

    /// An object is the run's from here on: on disk before anybody hears of it.
    pub(super) fn owns(&self, object: &Object) {
        self.notes().owns(object);
    }

    /// The step has met something that somebody else has.
    pub(super) fn meets(&self, what: String) {
        self.room(|room| room.meets(what));
    }

    /// Does something to its end, whether or not its client waits for it.
    pub(super) async fn to_the_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Fault>> + Send + 'static,
    ) -> Result<T, Fault> {
        self.under_way.fetch_add(1, Ordering::SeqCst);
        let counted = UnderWay(Arc::clone(&self.under_way));
        let task = tokio::spawn(async move {
            let _counted = counted;
            work.await
        });
        task.await?
    }

    /// Sends a request on as it is; a connection that is taken over for something else is relayed raw.
    pub(super) async fn forward(&self, asked: Asked) -> Result<Response<Body>, Fault> {
        self.forward_watched(asked, pump::Watch::nothing()).await
    }

    pub(super) async fn forward_watched(
        &self,
        asked: Asked,
        watch: pump::Watch,
    ) -> Result<Response<Body>, Fault> {
        let (request, here) = asked.into_request()?;
        let mut answer = self.far.send(request).await?;
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            let there = hyper::upgrade::on(&mut answer);
            tokio::spawn(pump::relay(here, there, watch));
        }
        passed_on(answer.headers_mut());
        Ok(answer)
    }

    /// Sends a request on, and changes what the answer says, if it is one.
    pub(super) async fn forward_edited(
        &self,
        asked: Asked,
        edit: impl FnOnce(&[u8]) -> Option<Vec<u8>>,
    ) -> Result<Response<Body>, Fault> {
        let answer = self.forward(asked).await?;
        if !answer.status().is_success() {
            return Ok(answer);
        }
        let (mut head, body) = answer.into_parts();
        let text = whole(body).await?;
        head.headers.remove(header::CONTENT_LENGTH);
        let text = edit(&text).map_or(text, Into::into);
        Ok(Response::from_parts(head, full(self.as_seen(&text))))
    }

    /// Has the daemon prune something. It prunes for one at a time, and the page knows of nobody else.
    pub(super) async fn prune(&self, asked: &Asked) -> Result<Response<Body>, Fault> {
        let target = format!("{}{}", asked.path(), asked.query.text());
        let deadline = Instant::now() + PRUNING;
        loop {
            let (status, text) = self.far.ask(Method::POST, &target).await?;
            let is_busy =
                status == StatusCode::CONFLICT && find(&text, b"already running").is_some();
            if !is_busy || Instant::now() >= deadline {
                let answer = Response::builder().status(status);
                let answer = answer.header(header::CONTENT_TYPE, "application/json");
                return Ok(answer.body(full(text))?);
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// A text of the daemon's without what is ours in it.
    pub(super) fn as_seen(&self, text: &[u8]) -> Vec<u8> {
        let run = self.room(|room| room.run.clone());
        let text = without(text, &format!("\"{LABEL}\":\"{run}\""));
        match self.far.socket() {
            "" => text,
            far => replaced(&text, self.socket.as_bytes(), far.as_bytes()),
        }
    }
}

/// A text without one pair of an object.
fn without(text: &[u8], pair: &str) -> Vec<u8> {
    let forms = [format!(",{pair}"), format!("{pair},"), pair.to_owned()];
    let mut text = text.to_vec();
    for form in forms {
        text = replaced(&text, form.as_bytes(), b"");
    }
    text
}

fn replaced(text: &[u8], what: &[u8], by: &[u8]) -> Vec<u8> {
    if what.is_empty() || text.len() < what.len() {
        return text.to_vec();
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = find(rest, what) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(by);
        rest = &rest[at + what.len()..];
    }
    out.extend_from_slice(rest);
    out
}

/// A request that is under way.
pub(super) struct Asked {
    parts: Parts,
    /// Behind the question mark.
    pub(super) query: Query,
    body: Body,
    upgrade: OnUpgrade,
    /// The path, where it is another than what came.
    path: Option<String>,
    is_changed: bool,
}

impl Asked {
    pub(super) fn new(mut request: Request<Incoming>) -> Asked {
        let upgrade = hyper::upgrade::on(&mut request);
        let (parts, body) = request.into_parts();
        Asked {
            query: Query::parse(parts.uri.query().unwrap_or_default()),
            parts,
            body: body.map_err(Fault::from).boxed(),
            upgrade,
            path: None,
            is_changed: false,
        }
    }

    pub(super) fn method(&self) -> &str {
        self.parts.method.as_str()
    }

    pub(super) fn path(&self) -> &str {
        self.path.as_deref().unwrap_or(self.parts.uri.path())
    }

    /// What stands before the path proper: `/v1.47`, or nothing.
    pub(super) fn version(&self) -> &str {
        let path = self.parts.uri.path();
        let first = path
            .trim_start_matches('/')
            .split('/')
            .next()
            .unwrap_or_default();
        let is_version = first
            .strip_prefix('v')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if is_version {
            &path[..=first.len()]
        } else {
            ""
        }
    }

    /// Whether it is of a version of the interface that is at least this one; one without is of the newest.
    pub(super) fn is_at_least(&self, minor: u32) -> bool {
        let version = self.version();
        let said = version
            .rsplit('.')
            .next()
            .and_then(|minor| minor.parse::<u32>().ok());
        said.is_none_or(|said| said >= minor)
    }

    /// It is about something that has another name.
    pub(super) fn renamed(&mut self, family: &str, name: &str) {
        let path = self.path();
        let Some(start) = path.find(&format!("/{family}/")) else {
            return;
        };
        let start = start + family.len() + 2;
        let end = path[start..].find('/').map_or(path.len(), |at| start + at);
        self.path = Some(format!("{}{name}{}", &path[..start], &path[end..]));
    }

    /// What lets its client into one registry is nothing for another.
    pub(super) fn forgets_password(&mut self) {
        self.parts.headers.remove("x-registry-auth");
    }

    /// Another image is pulled.
    pub(super) fn pulls(&mut self, image: &str) {
        self.query.pulls(image);
        self.is_changed = true;
    }

    pub(super) fn filter(&mut self, of: &str, value: &str) -> Result<(), Fault> {
        self.query.filter(of, value)?;
        self.is_changed = true;
        Ok(())
    }

    /// The object that it brings, if it brings anything; what is not read is not sent on.
    pub(super) async fn object(&mut self) -> Result<Option<Fields>, Fault> {
        let text = self.takes_body().await?;
        if text.is_empty() {
            return Ok(None);
        }
        let fields = Fields::of_request(&text)?;
        self.brings(&fields);
        Ok(Some(fields))
    }

    async fn takes_body(&mut self) -> Result<Bytes, Fault> {
        whole(std::mem::replace(&mut self.body, empty())).await
    }

    /// What comes as a form, the daemon reads as if it stood behind the question mark, before what does.
    pub(super) async fn with_form(mut self) -> Result<Asked, Fault> {
        let kind = self.parts.headers.get(header::CONTENT_TYPE);
        let kind = kind.map(|kind| kind.as_bytes().to_ascii_lowercase());
        if kind.is_some_and(|kind| kind.starts_with(b"application/x-www-form-urlencoded")) {
            let form = self.takes_body().await?;
            let form = std::str::from_utf8(&form);
            self.query
                .precede(form.map_err(|_| Fault::unread("the form"))?);
            self.parts.headers.remove(header::CONTENT_TYPE);
            self.is_changed = true;
        }
        Ok(self)
    }

    /// It brings another object.
    pub(super) fn brings(&mut self, object: &Fields) {
        self.body = full(object.to_bytes());
    }

    fn into_request(self) -> Result<(Request<Body>, OnUpgrade), Fault> {
        let mut parts = self.parts;
        let path = self.path.as_deref().unwrap_or(parts.uri.path());
        let query = if self.is_changed {
            self.query.text()
        } else {
            let query = parts.uri.query().map(|query| format!("?{query}"));
            query.unwrap_or_default()
        };
        parts.uri = format!("{path}{query}").parse::<Uri>()?;
        // Its length is that of what it brings now.
        parts.headers.remove(header::CONTENT_LENGTH);
        Ok((Request::from_parts(parts, self.body), self.upgrade))
    }
}

/// An answer of the daemon's form: what it says to somebody who asks for what is not there.
pub(super) fn refusal(status: StatusCode, message: &str) -> Result<Response<Body>, Fault> {
    said(status, &serde_json::json!({ "message": message }))
}

pub(super) fn not_found(message: &str) -> Result<Response<Body>, Fault> {
    refusal(StatusCode::NOT_FOUND, message)
}

pub(super) fn said(
    status: StatusCode,
    what: &impl serde::Serialize,
) -> Result<Response<Body>, Fault> {
    let mut text = serde_json::to_vec(what)?;
    text.push(b'\n');
    let answer = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .body(full(text))?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pair_goes_and_the_rest_stays() {
        for (text, wanted) in [
            (r#"{"a":"b","k":"v"}"#, r#"{"a":"b"}"#),
            (r#"{"k":"v","x":"y"}"#, r#"{"x":"y"}"#),
            (r#"{"a":"b","k":"v","x":"y"}"#, r#"{"a":"b","x":"y"}"#),
            (r#"{"k":"v"}"#, "{}"),
            (r#"{"k":"w"}"#, r#"{"k":"w"}"#),
        ] {
            let left = without(text.as_bytes(), r#""k":"v""#);
            assert_eq!(String::from_utf8_lossy(&left), wanted, "{text}");
        }
    }
}
