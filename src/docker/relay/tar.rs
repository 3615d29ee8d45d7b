//! As much of the format of tar as two small files need.

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

/// An archive of some files.
pub(super) fn written(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, content) in files {
        let mut header = [0_u8; BLOCK];
        let mut put = |at: usize, text: &str| {
            header[at..at + text.len()].copy_from_slice(text.as_bytes());
        };
        put(0, name);
        put(100, "0000644\0");
        put(108, "0000000\0");
        put(116, "0000000\0");
        put(124, &format!("{:011o}\0", content.len()));
        put(136, "00000000000\0");
        put(156, "0");
        put(257, "ustar\x0000");
        // The sum is of the header with blanks in place of the sum.
        put(148, "        ");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        archive.extend_from_slice(&header);
        archive.extend_from_slice(content);
        archive.resize(archive.len().next_multiple_of(BLOCK), 0);
    }
    archive.resize(archive.len() + 2 * BLOCK, 0);
    archive
}

#[cfg(test)]
mod tests {
    use super::*;

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
