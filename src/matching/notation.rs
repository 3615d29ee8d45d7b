//! What authors write into the output that a page shows, so that it need not all be there: `...`,
//! ` (re)`, ` (glob)`, ` (?)`, as in cram, scrut and trycmd.

use std::borrow::Cow;

use super::profile::Line;

/// A line that stands for any lines.
pub(super) fn is_elision(line: &str) -> bool {
    const ELISIONS: &[&str] = &[
        "...", "…", "....", ".....", "[...]", "[…]", "<...>", "<…>", "(...)", "<snip>", "[snip]",
        "⋮",
    ];
    ELISIONS.contains(&line.trim())
}

/// How a line of a page is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As it stands: a suffix only says how often.
    Literal,
    Regex,
    Glob,
    /// With escapes: `\t`, `\x1b`.
    Escaped,
}

/// How often a line of a page may be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Times {
    Once,
    Perhaps,
    Any,
    Some,
}

/// A line without the words in brackets at its end that say how it is meant: `.* (re)`, `a (glob+)`.
pub(super) fn notation(line: &str) -> Option<(&str, Form, Times)> {
    let (body, suffix) = line.strip_suffix(')')?.rsplit_once(" (")?;
    let (form, times) = match suffix.as_bytes().last()? {
        b'?' => (&suffix[..suffix.len() - 1], Times::Perhaps),
        b'*' => (&suffix[..suffix.len() - 1], Times::Any),
        b'+' => (&suffix[..suffix.len() - 1], Times::Some),
        _ => (suffix, Times::Once),
    };
    let form = match form {
        "" if times == Times::Perhaps => Form::Literal,
        "no-eol" | "equal" => Form::Literal,
        "re" | "regex" => Form::Regex,
        "glob" => Form::Glob,
        "esc" | "escaped" => Form::Escaped,
        _ => return None,
    };
    Some((body, form, times))
}

/// Whether a line need not be there.
pub(super) fn is_optional(line: &str) -> bool {
    notation(line).is_some_and(|(_, _, times)| matches!(times, Times::Perhaps | Times::Any))
}

/// A line with a meaning beyond its words.
pub(super) fn is_notation(line: &str) -> bool {
    gaps(line).len() > 1 || notation(line).is_some()
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
    const GAPS: &[&str] = &[
        "<...>", "<…>", "[...]", "[…]", "<snip>", "[snip]", "...", "[..]", "…",
    ];
    let mut parts = Vec::new();
    let mut rest = line;
    loop {
        let next = GAPS
            .iter()
            .filter_map(|gap| Some((rest.find(gap)?, gap.len())))
            .min_by_key(|(at, length)| (*at, usize::MAX - length));
        let Some((at, length)) = next else {
            parts.push(rest);
            return parts;
        };
        parts.push(&rest[..at]);
        rest = &rest[at + length..];
    }
}

/// A line that the page shows in part is one that was printed as it is, and not the form that a profile gives
/// it.
pub(super) fn as_printed<'t>(
    expected: &[Line<'_>],
    live: &mut [Line<'t>],
    printed: &'t str,
    fits: impl Fn(&str, &str) -> bool,
) {
    let is_formed = |line: &Line<'_>| matches!(line.text, Cow::Owned(_));
    if !live.iter().any(is_formed) {
        return;
    }
    let printed: Vec<&'t str> = printed.split('\n').map(str::trim_end).collect();
    let whole = |line: &Line<'_>| printed.get(line.number).copied();
    for shown in expected.iter().filter(|line| is_notation(&line.text)) {
        if live.iter().any(|line| fits(&shown.text, &line.text)) {
            continue;
        }
        let is_it = |line: &&mut Line<'t>| {
            is_formed(line) && whole(line).is_some_and(|whole| fits(&shown.text, whole))
        };
        if let Some(line) = live.iter_mut().find(is_it)
            && let Some(whole) = whole(line)
        {
            line.text = Cow::Borrowed(whole);
        }
    }
}

/// Lines of a page as they are meant: a column of dots is a gap, and one that may be there several times is
/// there as often as it is printed in its place.
pub(super) fn as_meant<'t>(
    expected: Vec<Line<'t>>,
    live: &[Line<'_>],
    fits: impl Fn(&str, &str) -> bool,
) -> Vec<Line<'t>> {
    let is_dot = |line: &Line<'_>| matches!(line.text.trim(), "." | ":");
    let has_several = |line: &Line<'_>| {
        notation(&line.text).is_some_and(|(_, _, times)| matches!(times, Times::Any | Times::Some))
    };
    let has_dots = expected.windows(2).any(|pair| pair.iter().all(is_dot));
    if !has_dots && !expected.iter().any(has_several) {
        return expected;
    }
    let mut meant: Vec<Line<'t>> = Vec::new();
    let mut at = 0;
    let is_gap = |line: &&Line<'_>| is_elision(&line.text) || is_dot(line);
    let at_gap = expected.iter().rfind(is_gap).map(|line| line.number);
    let mut needed = expected
        .iter()
        .filter(|line| !is_optional(&line.text))
        .count();
    let mut lines = expected.into_iter().peekable();
    while let Some(line) = lines.next() {
        needed -= usize::from(!is_optional(&line.text));
        if is_dot(&line) && lines.peek().is_some_and(is_dot) {
            while lines.next_if(is_dot).is_some() {
                needed -= 1;
            }
            meant.push(Line {
                text: Cow::Borrowed("..."),
                number: line.number,
            });
            continue;
        }
        let Some((_, _, times)) = notation(&line.text).filter(|_| has_several(&line)) else {
            at += 1;
            meant.push(line);
            continue;
        };
        // What comes behind it on the page needs its own lines, as long as nothing is left out there.
        let rest = live.get(at..).unwrap_or_default();
        let needed = if at_gap.is_some_and(|gap| gap > line.number) {
            0
        } else {
            needed
        };
        let most = rest.len().saturating_sub(needed);
        let count = rest
            .iter()
            .take(most)
            .take_while(|live| fits(&line.text, &live.text))
            .count();
        let wanted = count.max(usize::from(times == Times::Some));
        at += wanted;
        meant.extend(std::iter::repeat_n(line, wanted));
    }
    meant
}

/// What a text with escapes stands for: `\t`, `\n`, `\e`, `\x1b`, `\033`, `\\`.
pub(super) fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        let Some(&escape) = after.first().filter(|_| first == b'\\') else {
            bytes.push(first);
            continue;
        };
        let number = |digits: &[u8], radix| {
            let text = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(text, radix).ok()
        };
        let (byte, length) = match escape {
            b't' => (b'\t', 1),
            b'n' => (b'\n', 1),
            b'r' => (b'\r', 1),
            b'e' => (0x1b, 1),
            b'\\' => (b'\\', 1),
            b'x' => match after.get(1..3).and_then(|digits| number(digits, 16)) {
                Some(byte) => (byte, 3),
                None => (b'\\', 0),
            },
            b'0'..=b'3' => match after.get(..3).and_then(|digits| number(digits, 8)) {
                Some(byte) => (byte, 3),
                None => (b'\\', 0),
            },
            _ => (b'\\', 0),
        };
        bytes.push(byte);
        rest = &after[length..];
    }
    bytes
}

/// `*` is any text, `?` any character, `\*` and `\?` the signs themselves; linear but for the last `*`.
pub(super) fn glob_matches(glob: &str, text: &str) -> bool {
    let glob = glob_signs(glob);
    let text: Vec<char> = text.chars().collect();
    let (mut g, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        let fits = glob.get(g).is_some_and(|sign| match sign {
            Sign::Star => false,
            Sign::One => true,
            Sign::Is(character) => *character == text[t],
        });
        if glob.get(g) == Some(&Sign::Star) {
            star = Some((g, t));
            g += 1;
        } else if fits {
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
    glob[g..].iter().all(|sign| *sign == Sign::Star)
}

#[derive(Debug, PartialEq, Eq)]
enum Sign {
    Star,
    One,
    Is(char),
}

fn glob_signs(glob: &str) -> Vec<Sign> {
    let mut signs = Vec::new();
    let mut characters = glob.chars().peekable();
    while let Some(character) = characters.next() {
        signs.push(match character {
            '*' => Sign::Star,
            '?' => Sign::One,
            '\\' => match characters.next_if(|next| matches!(next, '*' | '?' | '\\')) {
                Some(next) => Sign::Is(next),
                None => Sign::Is('\\'),
            },
            other => Sign::Is(other),
        });
    }
    signs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_say_how_a_line_is_meant() {
        for (line, meant) in [
            (".* (re)", Some((".*", Form::Regex, Times::Once))),
            (".* (regex)", Some((".*", Form::Regex, Times::Once))),
            ("a* (re+)", Some(("a*", Form::Regex, Times::Some))),
            ("a (glob*)", Some(("a", Form::Glob, Times::Any))),
            ("a (?)", Some(("a", Form::Literal, Times::Perhaps))),
            ("a (no-eol)", Some(("a", Form::Literal, Times::Once))),
            ("a\\tb (esc)", Some(("a\\tb", Form::Escaped, Times::Once))),
            ("Up 2 minutes (healthy)", None),
            ("f(x)", None),
            ("see (re", None),
        ] {
            assert_eq!(notation(line), meant, "{line}");
        }
    }

    #[test]
    fn globs_have_signs_of_their_own() {
        assert!(glob_matches("a*z?", "abczx"));
        assert!(glob_matches("is it\\?", "is it?"));
        assert!(!glob_matches("is it\\?", "is it!"));
        assert!(glob_matches("2 \\* 3 = *", "2 * 3 = 6"));
        assert!(!glob_matches("a", "ab"));
    }

    #[test]
    fn escapes_stand_for_bytes() {
        assert_eq!(
            unescaped("a\\tb\\x1b[0m\\033\\\\n\\q"),
            b"a\tb\x1b[0m\x1b\\n\\q"
        );
    }

    #[test]
    fn gaps_are_found_in_any_form() {
        assert_eq!(gaps("a <...> b ... c"), ["a ", " b ", " c"]);
        assert_eq!(gaps("[...]"), ["", ""]);
        assert_eq!(gaps("a.b"), ["a.b"]);
    }
}
