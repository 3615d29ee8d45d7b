//! Archives of small files, as the daemon takes and gives them.

use std::io::Read;

/// An archive of some files, each by its name.
pub(super) fn written(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(content.len() as u64);
        // Into memory, nothing fails.
        let _ = archive.append_data(&mut header, name.trim_start_matches('/'), *content);
    }
    archive.into_inner().unwrap_or_default()
}

/// The files of an archive with names that are wanted, as far as they are no longer than this.
pub(super) fn read(
    archive: &[u8],
    is_wanted: impl Fn(&str) -> bool,
    longest: u64,
) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(archive);
    let mut files = Vec::new();
    for entry in archive.entries().into_iter().flatten().flatten() {
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if entry.header().entry_type().is_file() && is_wanted(&name) {
            let mut bytes = Vec::new();
            if entry.take(longest).read_to_end(&mut bytes).is_ok() {
                files.push((name, bytes));
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let long = "x".repeat(200);
        let archive = written(&[("/etc/one", b"1"), (&long, b"22"), ("three", b"333")]);
        let files = read(&archive, |name| name != "three", 1);
        assert_eq!(
            files,
            [("etc/one".to_owned(), b"1".to_vec()), (long, b"2".to_vec())]
        );
    }
}
