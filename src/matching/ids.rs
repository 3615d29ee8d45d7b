//! Words in the form of an identifier. What they really are is for the witness to say.

/// 64 hexadecimal digits in lower case, or the first 12 of them, as of containers; 25 letters and
/// digits, or the first 12, as of services and nodes. What it really is is for the witness to say.
pub(super) fn is_id(text: &[u8]) -> bool {
    let is_hex = || {
        text.iter()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_alphanumeric = || {
        text.iter().any(u8::is_ascii_digit)
            && text
                .iter()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'z'))
    };
    match text.len() {
        64 => is_hex(),
        12 => is_hex() || is_alphanumeric(),
        25 => is_alphanumeric(),
        _ => false,
    }
}

/// A commit's hash, whole or cut: seven hexadecimal digits or more, not all of them letters.
pub(super) fn is_hash(word: &str) -> bool {
    (7..=40).contains(&word.len())
        && word
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && word.bytes().any(|byte| byte.is_ascii_digit())
}

/// `quirky_carver`, `focused_turing3`.
pub(super) fn is_generated_name(word: &str) -> bool {
    let Some((left, right)) = word.split_once('_') else {
        return false;
    };
    let right = right
        .strip_suffix(|c: char| c.is_ascii_digit())
        .unwrap_or(right);
    let is_name = |part: &str| part.len() > 1 && part.bytes().all(|byte| byte.is_ascii_lowercase());
    is_name(left) && is_name(right)
}
