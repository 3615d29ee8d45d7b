//! An answer that goes on for a while is read line by line on its way, and something is done before it ends.

use std::future::Future;

use http_body_util::{BodyExt, StreamBody};
use hyper::Response;
use hyper::body::{Bytes, Frame};
use tokio::sync::mpsc;

use super::far::{Body, Fault};

/// No line that is read is longer; what is, passes unread.
const LONGEST: usize = 1 << 20;

/// An answer that passes as it is: `line` hears each line, and `then` is done before its reader sees the end.
pub(super) fn tapped(
    answer: Response<Body>,
    mut line: impl FnMut(&[u8]) + Send + 'static,
    then: impl Future<Output = ()> + Send + 'static,
) -> Response<Body> {
    let mut lines = Lines::default();
    through(
        answer,
        move |piece: Bytes| {
            lines.take(&piece).iter().for_each(|text| line(text));
            piece
        },
        then,
    )
}

/// An answer of which only some lines pass, perhaps changed; `then` is done before its reader sees the end.
pub(super) fn filtered(
    answer: Response<Body>,
    mut line: impl FnMut(&[u8]) -> Option<Vec<u8>> + Send + 'static,
    then: impl Future<Output = ()> + Send + 'static,
) -> Response<Body> {
    let mut lines = Lines::default();
    let pass = move |piece: Bytes| {
        let mut passed = Vec::new();
        for text in lines.take(&piece) {
            passed.extend(line(&text).unwrap_or_default());
        }
        Bytes::from(passed)
    };
    through(answer, pass, then)
}

/// Each piece goes through `pass`, no faster than its reader takes them.
fn through(
    answer: Response<Body>,
    mut pass: impl FnMut(Bytes) -> Bytes + Send + 'static,
    then: impl Future<Output = ()> + Send + 'static,
) -> Response<Body> {
    let (mut head, mut body) = answer.into_parts();
    head.headers.remove(hyper::header::CONTENT_LENGTH);
    let (sender, receiver) = mpsc::channel::<Result<Frame<Bytes>, Fault>>(1);
    tokio::spawn(async move {
        loop {
            let frame = tokio::select! {
                frame = body.frame() => frame,
                () = sender.closed() => break,
            };
            let frame = match frame {
                None => break,
                Some(Err(fault)) => {
                    let _ = sender.send(Err(fault)).await;
                    break;
                }
                Some(Ok(frame)) => frame,
            };
            let Ok(piece) = frame.into_data() else {
                continue;
            };
            let piece = pass(piece);
            if !piece.is_empty() && sender.send(Ok(Frame::data(piece))).await.is_err() {
                break;
            }
        }
        // The daemon hears at once that nobody listens any more.
        drop(body);
        then.await;
    });
    let frames = futures_util::stream::unfold(receiver, |mut receiver| async {
        Some((receiver.recv().await?, receiver))
    });
    let body = StreamBody::new(Box::pin(frames)).boxed();
    Response::from_parts(head, body)
}

/// Lines that come in pieces.
#[derive(Debug, Default)]
struct Lines {
    begun: Vec<u8>,
    is_too_long: bool,
}

impl Lines {
    /// The lines that end in a piece, each with its end.
    fn take(&mut self, piece: &[u8]) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            if self.begun.len() + part.len() > LONGEST {
                self.is_too_long = true;
                self.begun.clear();
            }
            if !self.is_too_long {
                self.begun.extend_from_slice(part);
            }
            if part.ends_with(b"\n") {
                if !std::mem::take(&mut self.is_too_long) {
                    lines.push(std::mem::take(&mut self.begun));
                }
                self.begun.clear();
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_in_pieces() {
        let mut lines = Lines::default();
        assert!(lines.take(b"on").is_empty());
        assert_eq!(
            lines.take(b"e\ntwo\nth"),
            [b"one\n".to_vec(), b"two\n".to_vec()]
        );
        assert!(lines.take(&vec![b'x'; LONGEST]).is_empty());
        assert_eq!(lines.take(b"y\nfour\n"), [b"four\n".to_vec()]);
    }
}
