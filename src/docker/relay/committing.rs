//! What a container carries of ours, an image that is made of it would carry on for ever: its configuration is
//! written anew without that, and loaded over the same layers.

use http_body_util::BodyExt;
use hyper::{Method, Request};
use serde_json::json;

use super::far::{Fault, empty, full, whole};
use super::fields::Fields;
use super::room::LABEL;
use super::shared::Shared;
use super::tar;
use crate::docker::archive::written;

/// No configuration of an image is longer.
const LONGEST: usize = 4 << 20;

/// Makes another image of one that was just committed, without our label; it is the same but for that.
/// Returns its ID, or nothing if it cannot be had: then the first one stays.
pub(super) async fn without_label(shared: &Shared, id: &str) -> Option<String> {
    let config = configuration(shared, id).await.ok()??;
    let mut fields = Fields::parse(&config)?;
    for part in ["config", "container_config"] {
        if let Some(mut inner) = fields.get::<Fields>(part)
            && let Some(mut labels) = inner.get::<Fields>("Labels")
        {
            labels.retain(|label| label != LABEL);
            inner.set("Labels", &labels);
            fields.set(part, &inner);
        }
    }
    let layers: Vec<String> = fields.get::<Fields>("rootfs")?.get("diff_ids")?;
    // Layers that are there already are not asked for.
    let paths: Vec<String> = (0..layers.len())
        .map(|number| format!("{number}.tar"))
        .collect();
    let manifest = json!([{ "Config": "config.json", "RepoTags": null, "Layers": paths }]);
    let archive = written(&[
        ("manifest.json", &serde_json::to_vec(&manifest).ok()?),
        ("config.json", &fields.to_bytes()),
    ]);
    let request = Request::builder()
        .method(Method::POST)
        .uri("/images/load?quiet=1")
        .header(hyper::header::CONTENT_TYPE, "application/x-tar")
        .body(full(archive))
        .ok()?;
    let answer = shared.far.send(request).await.ok()?;
    let text = whole(answer.into_body()).await.ok()?;
    let lines = text.split(|byte| *byte == b'\n').filter_map(Fields::parse);
    let mut said = lines.filter_map(|line| line.text("stream"));
    said.find_map(|said| Some(said.trim().strip_prefix("Loaded image ID: ")?.to_owned()))
}

/// The configuration of an image, to the byte: a file of what `docker save` writes, of which no more is read.
async fn configuration(shared: &Shared, id: &str) -> Result<Option<Vec<u8>>, Fault> {
    let digits = id.trim_start_matches("sha256:");
    let names = [format!("{digits}.json"), format!("blobs/sha256/{digits}")];
    let request = Request::builder()
        .uri(format!("/images/{id}/get"))
        .body(empty())?;
    let mut body = shared.far.send(request).await?.into_body();
    let mut reader = tar::Reader::new(
        move |name: &str| names.iter().any(|wanted| wanted == name),
        LONGEST,
    );
    while let Some(frame) = body.frame().await {
        if let Ok(piece) = frame?.into_data()
            && let Some(file) = reader.take(&piece)
        {
            return Ok(Some(file));
        }
    }
    Ok(None)
}
