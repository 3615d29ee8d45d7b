//! Requests by which images come into being: pulled, tagged, committed, loaded.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hyper::header::CONTENT_LENGTH;
use hyper::{Method, Response};

use super::committing;
use super::far::{Body, Fault, full, whole};
use super::fields::{Fields, tells_of_failure};
use super::images::Meant;
use super::instead;
use super::shared::{Asked, Shared};
use super::tap;
use crate::docker::object::{Object, ObjectKind, is_hex};
use crate::reference::{familiar, parts, repository};

impl Shared {
    /// The run is about to set a reference: what it stood for is remembered first.
    pub(super) async fn sets(&self, reference: &str, pulled: bool) {
        if self.room(|room| room.images.has_set(reference)) {
            return;
        }
        let was = self.image_id(reference).await;
        if let Some(was) = &was {
            self.holds(was).await;
        }
        self.notes().sets(reference, was, pulled);
    }

    /// A reference has been set: what it stands for is the run's, if it was not there before.
    pub(super) async fn has_set(&self, reference: &str, pulled: bool) {
        let Some(id) = self.image_id(reference).await else {
            return;
        };
        self.room(|room| room.images.is_now(reference, &id));
        self.has_made(&id, pulled);
    }

    /// An image has come into being, or was there already.
    pub(super) fn has_made(&self, id: &str, pulled: bool) {
        self.room(|room| room.images.has_made(id));
        if !self.room(|room| room.images.was_before(id)) {
            self.owns(&Object {
                sort: ObjectKind::Image,
                name: id.to_owned(),
                pulled,
            });
        }
    }
}

/// `repo` and `tag` of a request, as lists have them.
fn target(asked: &Asked) -> Option<String> {
    let repository = asked.query.get("repo")?;
    Some(match asked.query.get("tag") {
        Some(tag) => familiar(&format!("{repository}:{tag}")),
        None => familiar(repository),
    })
}

pub(super) async fn pull(shared: &Arc<Shared>, asked: Asked) -> Result<Response<Body>, Fault> {
    let reference = match (asked.query.get("fromImage"), asked.query.get("tag")) {
        (Some(image), Some(digest)) if digest.starts_with("sha256:") => {
            Some(familiar(&format!("{image}@{digest}")))
        }
        (Some(image), Some(tag)) => Some(familiar(&format!("{image}:{tag}"))),
        (Some(image), None) if repository(image) == image => {
            return pull_all(shared, repository(&familiar(image)), asked).await;
        }
        (Some(image), None) => Some(familiar(image)),
        (None, _) => target(&asked),
    };
    let pulled = asked.query.get("fromImage").is_some();
    if let Some(reference) = &reference {
        shared.sets(reference, pulled).await;
        if let Some(other) = shared.room(|room| room.pins.instead.get(reference).cloned()) {
            return instead::pull(shared, reference, &other, asked).await;
        }
    }
    let answer = shared.forward(asked).await?;
    if !answer.status().is_success() {
        return Ok(answer);
    }
    let failed = Arc::new(AtomicBool::new(false));
    let hears = {
        let failed = Arc::clone(&failed);
        move |line: &[u8]| {
            let has_failed = Fields::parse(line).is_some_and(|fields| tells_of_failure(&fields));
            failed.fetch_or(has_failed, Ordering::SeqCst);
        }
    };
    let here = Arc::clone(shared);
    Ok(tap::tapped(answer, hears, async move {
        if let Some(reference) = reference.filter(|_| !failed.load(Ordering::SeqCst)) {
            here.has_set(&reference, pulled).await;
        }
    }))
}

/// All tags of a repository are pulled.
async fn pull_all(shared: &Arc<Shared>, of: &str, asked: Asked) -> Result<Response<Body>, Fault> {
    let before = shared.room(|room| room.images.names().clone());
    for name in before.keys().filter(|name| repository(name) == of) {
        shared.sets(name, true).await;
    }
    let answer = shared.forward(asked).await?;
    if !answer.status().is_success() {
        return Ok(answer);
    }
    let (here, of) = (Arc::clone(shared), of.to_owned());
    Ok(tap::tapped(answer, |_| {}, async move {
        let all: Vec<Fields> = here.far.look("/images/json").await.unwrap_or_default();
        let mut names = Vec::new();
        for image in &all {
            names.extend(image.get::<Vec<String>>("RepoTags").unwrap_or_default());
        }
        names.retain(|name| repository(name) == of);
        for name in names {
            here.notes().will_set(&name, true);
            here.has_set(&name, true).await;
        }
    }))
}

/// What a classic build or a file of images has told.
#[derive(Debug, Default)]
struct Told {
    /// References that were loaded.
    references: Vec<String>,
    /// IDs, whole or their first digits, of what came into being; a base has its name.
    ids: Vec<(String, Option<String>)>,
    base: Option<String>,
    /// References that were pulled on the way, for `COPY --from` as well.
    pulled: Vec<String>,
    has_failed: bool,
}

impl Told {
    /// Takes in a line; gives the container that it tells of, by the first digits of its ID.
    fn line(&mut self, line: &[u8]) -> Option<String> {
        let fields = Fields::parse(line)?;
        if let Some(id) = fields.get::<Fields>("aux").and_then(|aux| aux.text("ID")) {
            self.ids.push((id, None));
        }
        self.has_failed |= tells_of_failure(&fields);
        let status = fields.text("status").unwrap_or_default();
        if let Some(image) = status.strip_prefix("Status: Downloaded newer image for ") {
            self.pulled.push(familiar(image.trim_end()));
        }
        let text = fields.text("stream").unwrap_or_default();
        let text = text.trim_end();
        if let Some(step) = text.strip_prefix("Step ") {
            let from = step.split_once(" : FROM ").map(|(_, from)| from);
            let name = from.and_then(|from| from.split_whitespace().next());
            self.base = name.filter(|name| *name != "scratch").map(str::to_owned);
        } else if let Some(id) = text.strip_prefix(" ---> ")
            && id.bytes().all(|byte| byte.is_ascii_hexdigit())
        {
            self.ids.push((id.to_owned(), self.base.take()));
        } else if let Some(id) = text.strip_prefix("Loaded image ID: ") {
            self.ids.push((id.to_owned(), None));
        } else if let Some(reference) = text.strip_prefix("Loaded image: ") {
            self.references.push(familiar(reference));
        } else if let Some(id) = text.strip_prefix(" ---> Running in ") {
            return is_hex(id).then(|| id.to_owned());
        }
        None
    }
}

impl Shared {
    async fn takes(&self, told: Told) {
        for reference in told.references {
            // What is in a file stands there already; what it stood for was seen when the run began.
            self.notes().will_set(&reference, false);
            self.has_set(&reference, false).await;
        }
        for reference in told.pulled {
            self.notes().will_set(&reference, true);
            self.has_set(&reference, true).await;
        }
        for (word, base) in told.ids {
            let Some(id) = self.image_id(&word).await else {
                continue;
            };
            // What is built on it takes it along when it is removed.
            self.holds(&id).await;
            match base {
                // The classic builder pulls what it builds from, or finds it there.
                Some(base) if self.room(|room| room.images.was_before(&id)) => {
                    self.room(|room| room.images.shows(&familiar(&base), &id));
                }
                Some(base) => {
                    let reference = familiar(&base);
                    if !self.room(|room| room.images.has_set(&reference)) {
                        self.notes().sets(&reference, None, true);
                    }
                    self.has_made(&id, true);
                }
                None => self.has_made(&id, false),
            }
        }
    }

    /// Sends a request on, and reads what its answer tells line by line.
    pub(super) async fn told(
        self: &Arc<Self>,
        asked: Asked,
        then: Vec<String>,
    ) -> Result<Response<Body>, Fault> {
        let answer = self.forward(asked).await?;
        if !answer.status().is_success() {
            return Ok(answer);
        }
        let told = Arc::new(Mutex::new(Told::default()));
        let hears = Arc::clone(&told);
        let here = Arc::clone(self);
        let line = move |line: &[u8]| {
            let mut told = hears.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(container) = told.line(line) {
                // One in which a step fails stays behind, and has no label.
                here.owns(&Object::new(ObjectKind::Container, container));
            }
        };
        let here = Arc::clone(self);
        Ok(tap::tapped(answer, line, async move {
            let told = std::mem::take(&mut *told.lock().unwrap_or_else(PoisonError::into_inner));
            let then = if told.has_failed { Vec::new() } else { then };
            here.takes(told).await;
            for reference in then {
                here.has_set(&reference, false).await;
            }
        }))
    }
}

/// What is in a file shows when it is loaded.
pub(super) async fn load(shared: &Arc<Shared>, asked: Asked) -> Result<Response<Body>, Fault> {
    shared.told(asked, Vec::new()).await
}

pub(super) async fn tag(
    shared: &Arc<Shared>,
    meant: &Meant,
    asked: Asked,
) -> Result<Response<Body>, Fault> {
    let reference = target(&asked);
    if let Some(reference) = &reference {
        shared.sets(reference, false).await;
    }
    let (here, id) = (Arc::clone(shared), meant.id.clone());
    let done = async move {
        let answer = here.forward(asked).await?;
        if let Some(reference) = reference.filter(|_| answer.status().is_success()) {
            here.room(|room| room.images.is_now(&reference, &id));
        }
        Ok(answer)
    };
    shared.to_the_end(done).await
}

pub(super) async fn commit(shared: &Arc<Shared>, asked: Asked) -> Result<Response<Body>, Fault> {
    let container = asked.query.get("container").unwrap_or_default().to_owned();
    if shared.container(&container).await.is_none() {
        return Err(Fault::no_container(&container));
    }
    let reference = target(&asked);
    if let Some(reference) = &reference {
        shared.sets(reference, false).await;
    }
    let here = Arc::clone(shared);
    let done = async move {
        let answer = here.forward(asked).await?;
        if !answer.status().is_success() {
            return Ok(answer);
        }
        let (mut head, body) = answer.into_parts();
        let text = whole(body).await?;
        let Some(mut fields) = Fields::parse(&text) else {
            return Ok(Response::from_parts(head, full(text)));
        };
        let first = fields.text("Id").unwrap_or_default();
        here.has_made(&first, false);
        if let Some(id) = committing::without_label(&here, &first).await {
            here.has_made(&id, false);
            if let Some(reference) = &reference {
                let (repository, tag) = parts(reference);
                here.gives_name(&id, repository, tag).await;
            }
            let target = format!("/images/{first}?noprune=1");
            here.far.ask(Method::DELETE, &target).await?;
            fields.set("Id", &id);
        }
        if let Some(reference) = reference {
            here.has_set(&reference, false).await;
        }
        head.headers.remove(CONTENT_LENGTH);
        Ok(Response::from_parts(head, full(fields.to_bytes())))
    };
    shared.to_the_end(done).await
}
