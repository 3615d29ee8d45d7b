//! What authors write in the output that a page shows: `...`, ` (?)`, ` (glob)`.

pub(super) fn is_elision(line: &str) -> bool {
    matches!(line.trim(), "..." | "…" | "[...]")
}

/// The line that ` (?)` makes optional.
pub(super) fn optional(line: &str) -> Option<&str> {
    line.strip_suffix(" (?)")
}

/// `*` is any text, `?` any character; linear but for the last `*`.
pub(super) fn glob_matches(glob: &str, text: &str, any: char) -> bool {
    let glob: Vec<char> = glob.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut g, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if g < glob.len() && glob[g] == any {
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
    glob[g..].iter().all(|c| *c == any)
}
