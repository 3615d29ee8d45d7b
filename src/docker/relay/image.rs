//! Requests about an image that is named.

use std::sync::Arc;

use hyper::Response;

use super::far::{Body, Fault};
use super::fields::Fields;
use super::images::{is_seen, not_there};
use super::route::Deed;
use super::shared::{Asked, Shared, not_found};
use super::{making, untagging};

/// Something is done with one that is named.
pub(super) async fn one(
    shared: &Arc<Shared>,
    name: &str,
    deed: Deed,
    asked: Asked,
) -> Result<Response<Body>, Fault> {
    let is_pushed = asked.path().ends_with("/push");
    // Its tag comes beside the name.
    let tag = asked.query.get("tag").filter(|_| is_pushed);
    let whole = tag.map_or_else(|| name.to_owned(), |tag| format!("{name}:{tag}"));
    let Some(meant) = shared.meant(&whole).await else {
        if is_pushed {
            let message = format!("An image does not exist locally with the tag: {name}");
            return not_found(&message);
        }
        return not_there(name);
    };
    match deed {
        Deed::Remove => untagging::remove(shared, &meant, asked).await,
        Deed::Look => {
            let edit = |text: &[u8]| {
                let mut image = Fields::parse(text)?;
                is_seen(shared, &mut image);
                Some(image.to_bytes())
            };
            shared.forward_edited(asked, edit).await
        }
        Deed::Tag => making::tag(shared, &meant, asked).await,
        Deed::Make | Deed::End | Deed::Connect | Deed::Other => shared.forward(asked).await,
    }
}

/// Several at once are packed into a file.
pub(super) async fn save(shared: &Shared, asked: Asked) -> Result<Response<Body>, Fault> {
    let names = asked.query.all("names").flat_map(|names| names.split(','));
    let names: Vec<String> = names.map(str::to_owned).collect();
    for name in names {
        if shared.meant(&name).await.is_none() {
            return not_there(&name);
        }
    }
    shared.forward(asked).await
}
