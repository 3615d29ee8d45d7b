//! What a step prints, kept within bounds: the head and the tail of it.

use std::collections::VecDeque;

/// Bytes kept from the start, and as many from the end.
const HALF: usize = 2 << 20;

/// The same of what is printed after a step: of that, a few lines are told.
const LATE_HALF: usize = 256 << 10;

/// Output of a step. Memory never grows with what a step prints.
#[derive(Debug, Clone)]
pub struct Output {
    half: usize,
    head: Vec<u8>,
    tail: VecDeque<u8>,
    dropped: u64,
}

impl Default for Output {
    fn default() -> Output {
        Output::of(HALF)
    }
}

impl Output {
    fn of(half: usize) -> Output {
        Output {
            half,
            head: Vec::new(),
            tail: VecDeque::new(),
            dropped: 0,
        }
    }

    /// What is printed after a step.
    pub fn late() -> Output {
        Output::of(LATE_HALF)
    }

    /// Takes bytes in.
    pub fn push(&mut self, mut bytes: &[u8]) {
        let room = self.half - self.head.len();
        if room > 0 {
            let taken = bytes.len().min(room);
            self.head.extend_from_slice(&bytes[..taken]);
            bytes = &bytes[taken..];
        }
        if bytes.len() > self.half {
            self.dropped += (bytes.len() - self.half) as u64;
            bytes = &bytes[bytes.len() - self.half..];
        }
        let excess = (self.tail.len() + bytes.len()).saturating_sub(self.half);
        if excess > 0 {
            self.tail.drain(..excess);
            self.dropped += excess as u64;
        }
        self.tail.extend(bytes);
    }

    /// The bytes; where some were dropped, a line in their place says how many.
    pub fn into_bytes(self) -> Vec<u8> {
        let mut bytes = self.head;
        if self.dropped > 0 {
            bytes.extend_from_slice(format!("\n[{} bytes not kept]\n", self.dropped).as_bytes());
        }
        let (front, back) = self.tail.as_slices();
        bytes.extend_from_slice(front);
        bytes.extend_from_slice(back);
        bytes
    }

    /// An output that is kept so far only.
    pub fn shortened(output: &str, half: usize) -> String {
        let mut kept = Output::of(half);
        kept.push(output.as_bytes());
        String::from_utf8_lossy(&kept.into_bytes()).into_owned()
    }

    /// How many bytes there were.
    pub fn total(&self) -> u64 {
        (self.head.len() + self.tail.len()) as u64 + self.dropped
    }

    /// The first bytes.
    pub fn first(&self) -> &[u8] {
        &self.head
    }

    /// The last bytes, at most so many.
    pub fn last(&self, count: usize) -> Vec<u8> {
        let from_tail = self.tail.len().min(count);
        let from_head = if self.dropped > 0 {
            0
        } else {
            self.head.len().min(count - from_tail)
        };
        let mut bytes = self.head[self.head.len() - from_head..].to_vec();
        bytes.extend(self.tail.range(self.tail.len() - from_tail..));
        bytes
    }

    /// Whether nothing was printed.
    pub fn is_empty(&self) -> bool {
        self.head.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_output_is_kept_whole() {
        let mut output = Output::default();
        output.push(b"one ");
        output.push(b"two");
        assert_eq!(output.into_bytes(), b"one two");
    }

    #[test]
    fn the_last_bytes_are_found_in_either_part() {
        let mut output = Output::default();
        output.push(b"one two");
        assert_eq!(output.last(3), b"two");
        assert_eq!(output.last(30), b"one two");
        output.push(&vec![b'x'; HALF]);
        output.push(b"end");
        assert_eq!(output.last(5), b"xxend");
    }

    #[test]
    fn of_long_output_head_and_tail_are_kept() {
        for chunk in [1000, 65536, 20 << 20] {
            let mut output = Output::default();
            output.push(b"start");
            let filler = vec![b'x'; chunk];
            for _ in 0..(20 << 20) / chunk {
                output.push(&filler);
            }
            output.push(b"end");
            let bytes = output.into_bytes();
            assert!(bytes.starts_with(b"start") && bytes.ends_with(b"end"));
            assert!(bytes.len() < 2 * HALF + 100);
            let total = 8 + (20 << 20) / chunk * chunk;
            let dropped = format!("\n[{} bytes not kept]\n", total - 2 * HALF);
            assert!(
                bytes
                    .windows(dropped.len())
                    .any(|window| window == dropped.as_bytes()),
                "{chunk}"
            );
        }
    }
}
