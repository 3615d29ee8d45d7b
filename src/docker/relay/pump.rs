//! A connection that was taken over: bytes go both ways as they are, each side closing for itself. What a
//! builder is asked for, and what it answers, is read on the way.

use std::future::Future;
use std::pin::Pin;

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// What is taken at once.
const PIECE: usize = 64 << 10;

/// No value that is looked for is longer than this.
const LONGEST: usize = 1 << 10;

/// Hears a value that a connection carries, before it is carried on, and says whether it may be: if not, the
/// connection ends.
pub(super) type Hears =
    Box<dyn Fn(String) -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync>;

/// What is looked for in what a connection carries.
pub(super) enum Sought {
    /// The values of a field of a map.
    Field(&'static str),
    /// What is called, in any of these forms; without a value.
    Path(&'static [&'static [u8]]),
}

/// What is looked for in what goes to the daemon, and in what comes back.
#[derive(Default)]
pub(super) struct Watch {
    pub(super) to: Vec<(Sought, Hears)>,
    pub(super) back: Vec<(Sought, Hears)>,
}

impl Watch {
    pub(super) fn nothing() -> Watch {
        Watch::default()
    }
}

/// Relays until both sides have said their last, or one of them is gone.
pub(super) async fn relay(here: OnUpgrade, there: OnUpgrade, watch: Watch) {
    let (Ok(here), Ok(there)) = tokio::join!(here, there) else {
        return;
    };
    let (from_here, to_here) = tokio::io::split(TokioIo::new(here));
    let (from_there, to_there) = tokio::io::split(TokioIo::new(there));
    // Where one side is gone, its partner has nobody to speak to.
    let _ = tokio::try_join!(
        pump(from_here, to_there, watch.to),
        pump(from_there, to_here, watch.back),
    );
}

async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    watch: Vec<(Sought, Hears)>,
) -> std::io::Result<()> {
    let mut piece = vec![0; PIECE];
    let mut tail = Vec::new();
    loop {
        let length = from.read(&mut piece).await?;
        if length == 0 {
            return to.shutdown().await;
        }
        if !watch.is_empty() {
            tail.extend_from_slice(&piece[..length]);
            for (sought, hears) in &watch {
                for value in heard(&tail, sought) {
                    if !hears(value).await {
                        return Err(std::io::ErrorKind::PermissionDenied.into());
                    }
                }
            }
            // What is cut in two is whole with what comes next.
            let keep = tail.len().saturating_sub(LONGEST);
            tail.drain(..keep);
        }
        to.write_all(&piece[..length]).await?;
        to.flush().await?;
    }
}

/// What is found of what is looked for.
fn heard(text: &[u8], sought: &Sought) -> Vec<String> {
    match sought {
        Sought::Field(name) => values(text, name).map(str::to_owned).collect(),
        Sought::Path(forms) => {
            let found = forms.iter().filter(|form| find(text, form).is_some());
            found.map(|_| String::new()).collect()
        }
    }
}

/// Values of a field, as protocol buffers have the entries of a map: `\x0a` and its length before the name,
/// `\x12` and its length before the value.
fn values<'t>(text: &'t [u8], name: &str) -> impl Iterator<Item = &'t str> {
    let mut key = vec![0x0a, u8::try_from(name.len()).unwrap_or(u8::MAX)];
    key.extend_from_slice(name.as_bytes());
    key.push(0x12);
    let mut rest = text;
    std::iter::from_fn(move || {
        let at = find(rest, &key)?;
        rest = &rest[at + key.len()..];
        let (length, width) = length(rest)?;
        let value = rest.get(width..width + length)?;
        std::str::from_utf8(value).ok()
    })
}

/// Where something stands in a text.
pub(super) fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    let first = *what.first()?;
    let mut from = 0;
    while let Some(at) = text[from..].iter().position(|byte| *byte == first) {
        if text[from + at..].starts_with(what) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// A length, in one byte or two.
fn length(text: &[u8]) -> Option<(usize, usize)> {
    let first = usize::from(*text.first()?);
    if first < 0x80 {
        return Some((first, 1));
    }
    let second = usize::from(*text.get(1)?);
    Some(((first & 0x7f) | (second << 7), 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_maps_are_found() {
        let mut text = b"..\x0a\x0e\x0a\x04name\x12\x06app:v1..\x0a\x04name\x12".to_vec();
        assert_eq!(values(&text, "name").collect::<Vec<_>>(), ["app:v1"]);
        text.extend_from_slice(&[0x82, 0x01]);
        text.extend_from_slice(&[b'x'; 130]);
        assert_eq!(values(&text, "name").count(), 2);
        // Cut short: it is whole with the next piece.
        assert_eq!(values(&text[..text.len() - 1], "name").count(), 1);
    }
}
