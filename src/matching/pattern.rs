//! Patterns of lines in profiles: `*` is any text, `{id}` an ID of Docker's, `{n}` a whole number, `{x}` a
//! number, `{w}` a word without blanks, `{b}` blanks, `{hex}` hexadecimal digits and colons, `{signs}` a row of signs.

/// What may stand between braces.
const CLASSES: &[&str] = &["id", "n", "x", "w", "b", "hex", "signs"];

/// Whether every brace of a pattern has a meaning.
pub(super) fn is_sound(pattern: &str) -> bool {
    pattern.split('{').skip(1).all(|rest| {
        let class = rest.split('}').next().unwrap_or_default();
        let is_word = !class.is_empty() && class.bytes().all(|byte| byte.is_ascii_alphabetic());
        CLASSES.contains(&class) || !is_word || class.len() == rest.len()
    })
}

/// Whether a whole text is of the pattern's form.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    matched(pattern, text, &mut |_| {})
}

/// What the stars of a pattern stand for in a text, if it is of that form.
pub(super) fn parts<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut parts = Vec::new();
    matched(pattern, text, &mut |part| parts.push(part)).then_some(parts)
}

/// A pattern with its stars replaced in order, or by their numbers: `{1}`, `{3}`.
pub(super) fn filled(pattern: &str, parts: &[&str]) -> String {
    let mut in_order = parts.iter();
    let mut filled = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['*', '{']) {
        filled.push_str(&rest[..at]);
        let sign = &rest[at..];
        let number = sign.strip_prefix('{').and_then(|sign| sign.split_once('}'));
        let number = number.and_then(|(number, more)| Some((number.parse::<usize>().ok()?, more)));
        let (part, more) = match number {
            Some((number, more)) => (parts.get(number.wrapping_sub(1)), more),
            None if sign.starts_with('*') => (in_order.next(), &sign[1..]),
            None => (Some(&"{"), &sign[1..]),
        };
        filled.push_str(part.copied().unwrap_or_default());
        rest = more;
    }
    filled + rest
}

/// What a text of the pattern's form must start with; most texts do not, which is found out at once.
pub(super) fn may_start(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    for (i, &wanted) in pattern.iter().enumerate() {
        match wanted {
            b'*' => return true,
            // A rule goes on with what the pattern stands for.
            b' ' if pattern[i..].starts_with(b" => ") => return true,
            b'{' => return i < text.len(),
            _ if text.get(i) != Some(&wanted) => return false,
            _ => {}
        }
    }
    true
}

/// Each piece between two stars is found as early as possible, the last at the end: linear.
fn matched<'t>(pattern: &str, text: &'t str, take: &mut dyn FnMut(&'t str)) -> bool {
    if !may_start(pattern, text) {
        return false;
    }
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(length) = start(first, text) else {
        return false;
    };
    let mut rest = &text[length..];
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            // The last piece: at the very end.
            let Some(begin) = end(piece, rest) else {
                return false;
            };
            take(&rest[..begin]);
            return true;
        }
        let Some((begin, length)) = find(piece, rest) else {
            return false;
        };
        take(&rest[..begin]);
        rest = &rest[begin + length..];
    }
    false
}

/// A piece around its first class: what stands before, the class, and what comes after.
fn first_class(piece: &str) -> Option<(&str, &str, &str)> {
    piece.match_indices('{').find_map(|(at, _)| {
        let class = CLASSES.iter().copied().find(|class| {
            piece[at + 1..]
                .strip_prefix(class)
                .is_some_and(|rest| rest.starts_with('}'))
        })?;
        Some((&piece[..at], class, &piece[at + class.len() + 2..]))
    })
}

/// How much of a text's start a piece without stars takes.
fn start(piece: &str, text: &str) -> Option<usize> {
    let Some((literal, class, tail)) = first_class(piece) else {
        return text.starts_with(piece).then_some(piece.len());
    };
    let after = text.strip_prefix(literal)?;
    let most = if matches!(class, "w" | "hex" | "signs") {
        4096
    } else {
        65
    };
    let length = after
        .bytes()
        .take(most)
        .take_while(|byte| match class {
            "id" => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            "w" => !byte.is_ascii_whitespace(),
            "b" => matches!(byte, b' ' | b'\t'),
            "x" => byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-' | b'+' | b'e'),
            "hex" => byte.is_ascii_hexdigit() || *byte == b':',
            "signs" => matches!(byte, b'.' | b'+' | b'*' | b'-' | b'=' | b'#' | b'|'),
            _ => byte.is_ascii_digit(),
        })
        .count();
    let length = after.floor_char_boundary(length);
    let is_whole = match class {
        "id" => matches!(length, 12 | 64),
        "x" => after[..length].bytes().any(|byte| byte.is_ascii_digit()),
        "hex" => length >= 4,
        _ => length > 0,
    };
    let more = start(tail, &after[length..])?;
    is_whole.then_some(literal.len() + length + more)
}

fn find(piece: &str, text: &str) -> Option<(usize, usize)> {
    let Some((literal, _, _)) = first_class(piece) else {
        return text.find(piece).map(|at| (at, piece.len()));
    };
    // With a class in it, places where its literal start stands are tried; without one, every place.
    let mut from = 0;
    loop {
        let at = from + text[from..].find(literal)?;
        if let Some(length) = start(piece, &text[at..]) {
            return Some((at, length));
        }
        from = at + text[at..].chars().next().map_or(1, char::len_utf8);
        if from > text.len() {
            return None;
        }
    }
}

fn end(piece: &str, text: &str) -> Option<usize> {
    if first_class(piece).is_none() {
        return text.strip_suffix(piece).map(str::len);
    }
    let mut from = 0;
    while let Some((at, length)) = find(piece, &text[from..]) {
        if from + at + length == text.len() {
            return Some(from + at);
        }
        from += at + length.max(1);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_numbers_and_ids() {
        for (pattern, text) in [
            ("a", "a"),
            ("*", ""),
            ("Step {n}/{n} : *", "Step 2/10 : RUN x"),
            ("{id}: Pull complete", "551cb06279f2: Pull complete"),
            ("*: digest: * size: {n}", "1: digest: sha256:00 size: 12"),
            ("See 'docker*--help'.", "See 'docker run --help'."),
            ("*.", "a.b."),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("a", "ab"),
            ("a*b", "a"),
            ("Step {n}/{n} : *", "Step x/10 : RUN"),
            ("{id}: *", "551cb: x"),
            ("x{n}", "x"),
            ("*{n}", "12a"),
        ] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
        let parts = parts("*: digest: * size: {n}", "1: digest: abc size: 12").expect("it fits");
        assert_eq!(filled("*: digest: *", &parts), "1: digest: abc");
        assert_eq!(filled("{2} of {1}", &["{2}", "b"]), "b of {2}");
        assert_eq!(filled("{ * } {9}", &["a"]), "{ a } ");
        assert!(is_sound("{id} {n} {{json") && !is_sound("{number}"));
    }
}
