//! One small file out of an archive that comes in pieces, without the rest in memory.

/// A header, and what contents are filled up to.
const BLOCK: usize = 512;

/// Finds one file in an archive that comes in pieces.
pub(super) struct Reader<W> {
    is_wanted: W,
    longest: usize,
    header: Vec<u8>,
    /// Bytes that belong to the file before.
    skip: usize,
    /// The file that is wanted, as far as it has come, and its length.
    file: Option<(Vec<u8>, usize)>,
}

impl<W: Fn(&str) -> bool> Reader<W> {
    pub(super) fn new(is_wanted: W, longest: usize) -> Reader<W> {
        Reader {
            is_wanted,
            longest,
            header: Vec::new(),
            skip: 0,
            file: None,
        }
    }

    /// Takes the next piece; the file, once it is whole.
    pub(super) fn take(&mut self, mut piece: &[u8]) -> Option<Vec<u8>> {
        while !piece.is_empty() {
            if let Some((file, length)) = &mut self.file {
                let wanted = (*length - file.len()).min(piece.len());
                file.extend_from_slice(&piece[..wanted]);
                if file.len() == *length {
                    return self.file.take().map(|(file, _)| file);
                }
                piece = &piece[wanted..];
            } else if self.skip > 0 {
                let skipped = self.skip.min(piece.len());
                self.skip -= skipped;
                piece = &piece[skipped..];
            } else {
                let wanted = (BLOCK - self.header.len()).min(piece.len());
                self.header.extend_from_slice(&piece[..wanted]);
                piece = &piece[wanted..];
                if self.header.len() == BLOCK {
                    self.begin();
                }
            }
        }
        None
    }

    fn begin(&mut self) {
        let header = std::mem::take(&mut self.header);
        let text = |range: std::ops::Range<usize>| {
            let field = header[range].split(|byte| *byte == 0).next();
            String::from_utf8_lossy(field.unwrap_or_default()).into_owned()
        };
        let length = usize::from_str_radix(text(124..136).trim(), 8).unwrap_or(0);
        if (self.is_wanted)(&text(0..100)) && length > 0 && length <= self.longest {
            self.file = Some((Vec::new(), length));
        } else {
            self.skip = length.div_ceil(BLOCK) * BLOCK;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::archive::written;

    #[test]
    fn a_file_is_found_in_pieces_of_any_length() {
        let long = vec![b'x'; 1000];
        let archive = written(&[("one", &long), ("two", b"wanted"), ("three", b"")]);
        assert_eq!(archive.len() % BLOCK, 0);
        for length in [1, 7, 512, 4096] {
            let mut reader = Reader::new(|name: &str| name == "two", 100);
            let found = archive.chunks(length).find_map(|piece| reader.take(piece));
            assert_eq!(found.as_deref(), Some(&b"wanted"[..]), "pieces of {length}");
        }
        let mut reader = Reader::new(|name: &str| name == "one", 100);
        assert_eq!(reader.take(&archive), None, "it is too long");
    }
}
