//! What authors write into the output that a page shows, so that it need not all be there: `...`,
//! ` (re)`, ` (glob)`, ` (?)`.

/// A line that stands for any lines.
pub(super) fn is_elision(line: &str) -> bool {
    matches!(line.trim(), "..." | "…" | "[...]" | "[…]")
}

/// The line that ` (?)` makes optional.
pub(super) fn optional(line: &str) -> Option<&str> {
    line.strip_suffix(" (?)")
}

/// A line with a meaning beyond its words.
pub(super) fn is_notation(line: &str) -> bool {
    line.contains("...")
        || line.contains("[..]")
        || line.contains('…')
        || [" (re)", " (glob)", " (?)"]
            .iter()
            .any(|suffix| line.ends_with(suffix))
}

/// Many programs print three dots of their own, and then how it went: that is no gap.
pub(super) fn says_failure(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    ["error", "fail", "refused", "denied", "fatal", "panic"]
        .iter()
        .any(|word| line.contains(word))
}

/// The parts of a line around its gaps.
pub(super) fn gaps(line: &str) -> Vec<&str> {
    line.split("...")
        .flat_map(|part| part.split("[..]"))
        .flat_map(|part| part.split('…'))
        .collect()
}

/// `*` is any text, `?` any character; linear but for the last `*`.
pub(super) fn glob_matches(glob: &str, text: &str) -> bool {
    let glob: Vec<char> = glob.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut g, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if g < glob.len() && glob[g] == '*' {
            star = Some((g, t));
            g += 1;
        } else if g < glob.len() && (glob[g] == '?' || glob[g] == text[t]) {
            g += 1;
            t += 1;
        } else if let Some((star_g, star_t)) = star {
            star = Some((star_g, star_t + 1));
            g = star_g + 1;
            t = star_t + 1;
        } else {
            return false;
        }
    }
    glob[g..].iter().all(|c| *c == '*')
}
