//! Requests by which something is built, and the cache of builds.

use std::future::Future;
use std::sync::Arc;

use hyper::{Method, Response, StatusCode};
use serde_json::json;

use super::far::{Body, Fault};
use super::fields::Fields;
use super::pump::{Hears, Sought, Watch};
use super::query::Query;
use super::shared::{Asked, Shared, said};
use crate::docker::engine::seconds_since_1970;
use crate::reference::familiar;

/// By which `BuildKit` is asked to prune its cache, as a header of HTTP/2 has it: with its length before it,
/// as it is, or in the code that RFC 7541 has for letters.
const PRUNE: [&[u8]; 2] = [
    b"\x1f/moby.buildkit.v1.Control/Prune",
    b"\x97\x62\x93\xc7\xe9\x78\xed\x35\x12\x75\x32\x57\xee\x15\xef\x1e\xa4\xd8\x7a\x18\xd7\x65\xb5\x17",
];

/// The classic builder; `BuildKit` too, where an old client asks for it.
pub(super) async fn build(shared: &Arc<Shared>, asked: Asked) -> Result<Response<Body>, Fault> {
    let references: Vec<String> = asked.query.all("t").map(familiar).collect();
    for reference in &references {
        shared.sets(reference, false).await;
    }
    shared.notes().seen.builds();
    shared.puts_in_place().await;
    shared.told(asked, references).await
}

/// `BuildKit` is asked for names, and answers with IDs, in a protocol of its own; both are read on their way.
/// What is asked for goes on once the names are known, and what they stand for is held.
pub(super) async fn buildkit(shared: &Arc<Shared>, asked: Asked) -> Result<Response<Body>, Fault> {
    let wanted = hears(shared, |shared, names| async move {
        for name in names.split(',').filter(|name| is_reference(name)) {
            shared.sets(&familiar(name), false).await;
        }
    });
    let made = hears(shared, |shared, id| async move {
        if id.starts_with("sha256:") {
            shared.has_made(&id, false);
        }
    });
    let named = hears(shared, |shared, names| async move {
        for name in names.split(',').filter(|name| is_reference(name)) {
            shared.has_set(&familiar(name), false).await;
        }
    });
    shared.notes().seen.builds();
    let here = Arc::clone(shared);
    let pruned: Hears = Box::new(move |_| {
        let here = Arc::clone(&here);
        Box::pin(async move { here.may_prune_builds().await })
    });
    let watch = Watch {
        to: vec![
            (Sought::Field("name"), wanted),
            (Sought::Path(&PRUNE), pruned),
        ],
        back: vec![
            (Sought::Field("containerimage.config.digest"), made),
            (Sought::Field("image.name"), named),
        ],
    };
    shared.forward_watched(asked, watch).await
}

/// What is done with a value that is heard; what carries it goes on.
fn hears<F: Future<Output = ()> + Send + 'static>(
    shared: &Arc<Shared>,
    act: impl Fn(Arc<Shared>, String) -> F + Send + Sync + 'static,
) -> Hears {
    let here = Arc::clone(shared);
    Box::new(move |value| {
        let done = act(Arc::clone(&here), value);
        Box::pin(async move {
            done.await;
            true
        })
    })
}

/// Whether a value can be a name of an image.
fn is_reference(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-/:@".contains(&byte))
}

impl Shared {
    /// All records of the build cache.
    async fn build_cache(&self) -> Vec<Fields> {
        let usage: Option<Fields> = self.far.look("/system/df?type=build-cache").await;
        let cache = usage.and_then(|usage| usage.get("BuildCache"));
        cache.unwrap_or_default()
    }

    /// Whether `BuildKit` may prune, which knows nothing of whose a record is.
    async fn may_prune_builds(&self) -> bool {
        let cache = self.build_cache().await;
        let is_own = cache.iter().all(|record| self.is_of_run(record));
        if !is_own {
            self.meets("the page would remove the build cache of this machine, which".to_owned());
        }
        is_own
    }

    /// Whether a record of the build cache is the run's: other builds are told from it by when it came into
    /// being.
    pub(super) fn is_of_run(&self, record: &Fields) -> bool {
        let created = record.text("CreatedAt").unwrap_or_default();
        let began = self.room(|room| room.began);
        seconds_since_1970(&created).is_some_and(|created| created >= began)
    }
}

/// The build cache of the run is pruned, record by record.
pub(super) async fn prune(shared: &Shared, asked: Asked) -> Result<Response<Body>, Fault> {
    let all = shared.build_cache().await;
    let (mut gone, mut freed) = (Vec::new(), 0);
    let everything = asked.query.is_on("all");
    for record in all.iter().filter(|record| shared.is_of_run(record)) {
        let Some(id) = record.text("ID") else {
            continue;
        };
        let mut query = Query::filtered("id", &id);
        if everything {
            query.set("all", "1".to_owned());
        }
        let (status, text) = shared
            .far
            .ask(Method::POST, &format!("/build/prune{}", query.text()))
            .await?;
        if status.is_success()
            && let Some(answer) = Fields::parse(&text)
        {
            gone.extend(
                answer
                    .get::<Vec<String>>("CachesDeleted")
                    .unwrap_or_default(),
            );
            freed += answer.get::<u64>("SpaceReclaimed").unwrap_or_default();
        }
    }
    let gone = (!gone.is_empty()).then_some(gone);
    said(
        StatusCode::OK,
        &json!({ "CachesDeleted": gone, "SpaceReclaimed": freed }),
    )
}
