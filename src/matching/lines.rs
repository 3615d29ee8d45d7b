//! Lines of two outputs, aligned: which are the same, which differ, and why.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::bindings::Bindings;
use super::emphasis::{Marks, emphasis};
use super::notation::{glob_matches, is_elision, optional};
use super::profile::{Line, Profile};
use super::tokens::{Token, may_have_identifiers, tokens};
use super::{Kind, Rules, Side};

/// One line of the comparison; numbers count the lines of each output from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aligned {
    /// The two say the same.
    Same {
        /// The expected line.
        expected: usize,
        /// The line that was printed.
        live: usize,
    },
    /// The two stand in the same place and differ.
    Changed {
        /// The expected line.
        expected: usize,
        /// The line that was printed.
        live: usize,
        /// What the difference is.
        reason: String,
        /// The bytes that make it, in each of the two lines.
        marks: Marks,
    },
    /// Expected, and not printed.
    Missing {
        /// The expected line.
        expected: usize,
    },
    /// Printed, and not expected.
    Extra {
        /// The line that was printed.
        live: usize,
    },
}

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The lines in order; empty if nothing differs.
    pub lines: Vec<Aligned>,
}

impl Comparison {
    /// Nothing differs.
    pub fn same() -> Comparison {
        Comparison { lines: Vec::new() }
    }

    /// Whether nothing differs.
    pub fn is_same(&self) -> bool {
        self.lines.is_empty()
    }

    /// The first difference, in one sentence.
    pub fn reason(&self) -> Option<String> {
        let count =
            |wanted: fn(&Aligned) -> bool| self.lines.iter().filter(|line| wanted(line)).count();
        let missing = count(|line| matches!(line, Aligned::Missing { .. }));
        let extra = count(|line| matches!(line, Aligned::Extra { .. }));
        self.lines.iter().find_map(|line| match line {
            Aligned::Changed { reason, .. } => Some(reason.clone()),
            Aligned::Missing { .. } if missing == 1 => Some("a line is missing".to_owned()),
            Aligned::Missing { .. } => Some(format!("{missing} lines are missing")),
            Aligned::Extra { .. } if extra == 1 => Some("a line is new".to_owned()),
            Aligned::Extra { .. } => Some(format!("{extra} lines are new")),
            Aligned::Same { .. } => None,
        })
    }
}

/// A comparison under way.
pub(super) struct Comparing<'a> {
    pub(super) profile: &'a Profile,
    pub(super) expected: Side<'a>,
    pub(super) live: Side<'a>,
    pub(super) rules: &'a Rules,
    pub(super) step: usize,
}

impl Comparing<'_> {
    pub(super) fn compare(
        &self,
        expected: &[Line<'_>],
        live: &[Line<'_>],
        bindings: &mut Bindings,
    ) -> Comparison {
        if self.rules.unordered {
            return self.as_sets(expected, live, bindings);
        }
        let pairs = if self.is_authored() && expected.iter().any(|line| is_elision(&line.text)) {
            self.around_elisions(expected, live)
        } else if expected.len() == live.len()
            && expected
                .iter()
                .zip(live)
                .all(|(e, l)| self.alike(&e.text, &l.text))
        {
            (0..expected.len()).map(|i| Pair::Both(i, i)).collect()
        } else {
            self.by_shape(expected, live)
        };
        self.judge(&pairs, expected, live, bindings)
    }

    /// Binds what stands opposite each other, in the order of the document.
    fn judge(
        &self,
        pairs: &[Pair],
        expected: &[Line<'_>],
        live: &[Line<'_>],
        bindings: &mut Bindings,
    ) -> Comparison {
        let mut lines = Vec::with_capacity(pairs.len());
        let mut differs = false;
        for pair in pairs {
            let aligned = match *pair {
                Pair::Both(e, l) => {
                    let (e, l) = (&expected[e], &live[l]);
                    match self.line(&e.text, &l.text, Some(bindings)) {
                        Ok(()) => Aligned::Same {
                            expected: e.number,
                            live: l.number,
                        },
                        Err(reason) => Aligned::Changed {
                            expected: e.number,
                            live: l.number,
                            reason,
                            marks: self.marks(&e.text, &l.text),
                        },
                    }
                }
                Pair::Expected(e)
                    if self.is_authored() && optional(&expected[e].text).is_some() =>
                {
                    continue;
                }
                Pair::Expected(e) => Aligned::Missing {
                    expected: expected[e].number,
                },
                Pair::Live(l) => Aligned::Extra {
                    live: live[l].number,
                },
            };
            differs |= !matches!(aligned, Aligned::Same { .. });
            lines.push(aligned);
        }
        if differs {
            Comparison { lines }
        } else {
            Comparison::same()
        }
    }

    /// Only on a page do `...` and ` (re)` mean something; a recording is what was really printed.
    fn is_authored(&self) -> bool {
        !self.expected.complete
    }

    /// Whether two lines are the same but for which identifier stands for which.
    fn alike(&self, expected: &str, live: &str) -> bool {
        self.line(expected, live, None).is_ok()
    }

    /// Each stretch between two `...` is found as early as possible after the one before; the last
    /// must end the output.
    fn around_elisions(&self, expected: &[Line<'_>], live: &[Line<'_>]) -> Vec<Pair> {
        let mut pairs = Vec::new();
        let mut at = 0;
        let mut stretches = expected.split(|line| is_elision(&line.text)).peekable();
        let mut first = 0;
        let mut is_first = true;
        while let Some(stretch) = stretches.next() {
            let last_start = live.len().saturating_sub(stretch.len()).max(at);
            let fits = |start: usize| {
                live[start..].len() >= stretch.len()
                    && stretch
                        .iter()
                        .zip(&live[start..])
                        .all(|(e, l)| self.alike(&e.text, &l.text))
            };
            let start = match (is_first, stretches.peek().is_none()) {
                (true, true) => unreachable!("there is an elision"),
                (true, false) => fits(0).then_some(0),
                (false, true) => fits(last_start).then_some(last_start),
                (false, false) => (at..=last_start).find(|&start| fits(start)),
            };
            match start {
                Some(start) => {
                    pairs.extend((0..stretch.len()).map(|i| Pair::Both(first + i, start + i)));
                    at = start + stretch.len();
                }
                None => {
                    // Show the stretch against what comes next, so that a reader sees what is off.
                    let rest = &live[at..live.len().min(at + stretch.len())];
                    let from = at;
                    pairs.extend(self.by_shape(stretch, rest).into_iter().filter_map(|pair| {
                        match pair {
                            Pair::Both(e, l) => Some(Pair::Both(first + e, from + l)),
                            Pair::Expected(e) => Some(Pair::Expected(first + e)),
                            Pair::Live(_) => None,
                        }
                    }));
                }
            }
            first += stretch.len() + 1;
            is_first = false;
        }
        pairs
    }

    /// Aligns by what lines look like once everything that varies is left out.
    fn by_shape(&self, expected: &[Line<'_>], live: &[Line<'_>]) -> Vec<Pair> {
        let expected_shapes: Vec<String> = expected
            .iter()
            .map(|line| self.shape(&line.text, self.expected))
            .collect();
        let live_shapes: Vec<String> = live
            .iter()
            .map(|line| self.shape(&line.text, self.live))
            .collect();
        let mut pairs = Vec::new();
        for operation in capture_diff_slices(Algorithm::Myers, &expected_shapes, &live_shapes) {
            match operation {
                DiffOp::Equal {
                    old_index,
                    new_index,
                    len,
                } => {
                    pairs.extend((0..len).map(|i| Pair::Both(old_index + i, new_index + i)));
                }
                DiffOp::Delete {
                    old_index, old_len, ..
                } => {
                    pairs.extend((old_index..old_index + old_len).map(Pair::Expected));
                }
                DiffOp::Insert {
                    new_index, new_len, ..
                } => pairs.extend((new_index..new_index + new_len).map(Pair::Live)),
                DiffOp::Replace {
                    old_index,
                    old_len,
                    new_index,
                    new_len,
                } => {
                    let both = old_len.min(new_len);
                    pairs.extend((0..both).map(|i| Pair::Both(old_index + i, new_index + i)));
                    pairs.extend((old_index + both..old_index + old_len).map(Pair::Expected));
                    pairs.extend((new_index + both..new_index + new_len).map(Pair::Live));
                }
            }
        }
        pairs
    }

    /// Without order: each expected line takes the first live one that is like it.
    fn as_sets(
        &self,
        expected: &[Line<'_>],
        live: &[Line<'_>],
        bindings: &mut Bindings,
    ) -> Comparison {
        let mut by_shape: std::collections::BTreeMap<String, std::collections::VecDeque<usize>> =
            std::collections::BTreeMap::new();
        for (i, line) in live.iter().enumerate() {
            by_shape
                .entry(self.shape(&line.text, self.live))
                .or_default()
                .push_back(i);
        }
        let mut pairs: Vec<Pair> = Vec::new();
        for (i, line) in expected.iter().enumerate() {
            let found = by_shape
                .get_mut(&self.shape(&line.text, self.expected))
                .and_then(std::collections::VecDeque::pop_front);
            pairs.push(found.map_or(Pair::Expected(i), |l| Pair::Both(i, l)));
        }
        let mut left: Vec<usize> = by_shape.into_values().flatten().collect();
        left.sort_unstable();
        pairs.extend(left.into_iter().map(Pair::Live));
        self.judge(&pairs, expected, live, bindings)
    }

    /// Compares two lines; with bindings, identifiers are bound as they are met.
    fn line(
        &self,
        expected: &str,
        live: &str,
        bindings: Option<&mut Bindings>,
    ) -> Result<(), String> {
        let literally = self.line_literally(expected, live, bindings);
        if literally.is_ok() || !self.is_authored() {
            return literally;
        }
        if let Some(pattern) = expected.strip_suffix(" (re)") {
            let pattern = regex::Regex::new(&format!("^(?:{pattern})$"))
                .map_err(|error| error.to_string())?;
            return pattern
                .is_match(live)
                .then_some(())
                .ok_or_else(|| "it does not match the regular expression".to_owned());
        }
        if let Some(glob) = expected.strip_suffix(" (glob)") {
            return glob_matches(glob, live, '*')
                .then_some(())
                .ok_or_else(|| "it does not match the pattern".to_owned());
        }
        if let Some(line) = optional(expected) {
            return self.line_literally(line, live, None);
        }
        if expected.contains("...") || expected.contains("[..]") {
            let parts: Vec<&str> = expected
                .split("...")
                .flat_map(|part| part.split("[..]"))
                .collect();
            if self.around_gaps(&parts, live) {
                return Ok(());
            }
        }
        literally
    }

    /// `text...text`: each part is found as early as possible, the first at the start and the last
    /// at the end of the line.
    fn around_gaps(&self, parts: &[&str], live: &str) -> bool {
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
            return false;
        };
        let fits_start = |text: &str| {
            (0..=text.len())
                .rev()
                .filter(|&end| text.is_char_boundary(end))
                .find(|&end| {
                    self.line_literally(first.trim_end(), text[..end].trim_end(), None)
                        .is_ok()
                })
        };
        let Some(mut at) = (if live.starts_with(first) {
            Some(first.len())
        } else {
            fits_start(live)
        }) else {
            return false;
        };
        for part in &parts[1..parts.len() - 1] {
            let Some(found) = live[at..].find(part) else {
                return false;
            };
            at += found + part.len();
        }
        live[at..].ends_with(last)
    }

    fn line_literally(
        &self,
        expected: &str,
        live: &str,
        mut bindings: Option<&mut Bindings>,
    ) -> Result<(), String> {
        if expected == live && !may_have_identifiers(live) {
            return Ok(());
        }
        let (masked_expected, masked_live) = (self.masked(expected), self.masked(live));
        let mut expected_tokens = tokens(&masked_expected);
        let mut live_tokens = tokens(&masked_live);
        loop {
            match (expected_tokens.next(), live_tokens.next()) {
                (None, None) => return Ok(()),
                (Some(e), Some(l)) => self.token(e, l, bindings.as_deref_mut())?,
                (Some(token), None) => {
                    return Err(format!(
                        "`{}` is missing at the end",
                        words(token, expected)
                    ));
                }
                (None, Some(token)) => {
                    return Err(format!("`{}` is new at the end", words(token, live)));
                }
            }
        }
    }

    /// Which words differ: of two lines of one build, those that are not forgiven.
    fn marks(&self, expected: &str, live: &str) -> Marks {
        let place = |line: &str, rest: &str| line.len() - rest.len();
        let mut marks: Marks = (Vec::new(), Vec::new());
        let (mut e, mut l) = (tokens(expected), tokens(live));
        loop {
            let (from_e, from_l) = (place(expected, e.rest()), place(live, l.rest()));
            match (e.next(), l.next()) {
                (None, None) => return marks,
                (Some(one), Some(other)) => {
                    if self.token(one, other, None).is_err() {
                        marks.0.push(from_e..place(expected, e.rest()));
                        marks.1.push(from_l..place(live, l.rest()));
                    }
                }
                (Some(_), None) | (None, Some(_)) => return emphasis(expected, live),
            }
        }
    }

    fn masked<'t>(&self, line: &'t str) -> std::borrow::Cow<'t, str> {
        let mut masked = std::borrow::Cow::Borrowed(line);
        for mask in &self.rules.masks {
            masked = mask.replace_all(&masked, "…").into_owned().into();
        }
        masked
    }

    fn token(
        &self,
        expected: Token<'_>,
        live: Token<'_>,
        bindings: Option<&mut Bindings>,
    ) -> Result<(), String> {
        match (expected, live) {
            (Token::Text(e), Token::Text(l)) if self.is_name(e, l) => {
                bind(bindings, e, l, Kind::Name, self.step)
            }
            (Token::Blank(_), Token::Blank(_)) if self.profile.has_columns() => Ok(()),
            (Token::Text(e), Token::Text(l)) | (Token::Blank(e), Token::Blank(l)) => same(e, l),
            (Token::Hex(e) | Token::Digest(e), Token::Hex(l) | Token::Digest(l)) => {
                let is_digest = matches!((expected, live), (Token::Digest(_), Token::Digest(_)));
                self.identifier(e, l, is_digest, bindings)
            }
            (
                Token::Size {
                    bytes: e,
                    text: expected,
                },
                Token::Size {
                    bytes: l,
                    text: live,
                },
            ) => {
                if self.rules.is_strict("size") {
                    return same(expected, live);
                }
                let near = e.max(l) <= 2.0 * e.min(l);
                near.then_some(())
                    .ok_or_else(|| format!("sizes differ by more than twice: {expected}, {live}"))
            }
            (Token::Age, Token::Age)
            | (Token::Duration, Token::Duration)
            | (Token::Moment, Token::Moment)
            | (Token::Percentage, Token::Percentage)
            | (Token::Rate, Token::Rate)
            | (Token::Workspace, Token::Workspace) => Ok(()),
            (e, l) => Err(format!("{} instead of {}", described(l), described(e))),
        }
    }

    fn is_name(&self, expected: &str, live: &str) -> bool {
        let is_name = |side: &Side<'_>, word: &str| side.known.get(word) == Some(&Kind::Name);
        is_name(&self.live, live)
            && (is_name(&self.expected, expected)
                || (!self.expected.complete && expected.contains('_')))
    }

    fn identifier(
        &self,
        expected: &str,
        live: &str,
        is_digest: bool,
        bindings: Option<&mut Bindings>,
    ) -> Result<(), String> {
        let live_kind = self.live.known.get(live).copied();
        let expected_kind = self.expected.known.get(expected).copied();
        match (expected_kind, live_kind) {
            (Some(e), Some(l)) if e != l => Err(format!(
                "the ID of {} where that of {} was recorded",
                with_article(l),
                with_article(e)
            )),
            (Some(kind), Some(_)) => bind(bindings, expected, live, kind, self.step),
            (None, Some(kind)) if !self.expected.complete => {
                bind(bindings, expected, live, kind, self.step)
            }
            (None | Some(Kind::Digest), None) | (None, Some(Kind::Digest)) if is_digest => {
                if self.rules.is_strict("digest") {
                    same(expected, live)
                } else {
                    bind(bindings, expected, live, Kind::Digest, self.step)
                }
            }
            (None, None) if expected == live => Ok(()),
            (_, None) => Err(format!(
                "`{}` instead of `{}`; Docker knows no such ID, so the two are compared exactly",
                short(live),
                short(expected)
            )),
            (None, Some(_)) => same(expected, live),
        }
    }

    /// A line with everything that varies left out.
    fn shape(&self, line: &str, side: Side<'_>) -> String {
        let line = self.masked(line);
        let mut shape = String::with_capacity(line.len());
        for token in tokens(&line) {
            match token {
                Token::Text(word) if side.known.get(word) == Some(&Kind::Name) => {
                    shape.push_str("‹name›");
                }
                Token::Hex(word) if side.complete && !side.known.contains_key(word) => {
                    shape.push_str(word);
                }
                Token::Blank(_) if self.profile.has_columns() => shape.push(' '),
                Token::Text(text) | Token::Blank(text) => shape.push_str(text),
                Token::Hex(_) | Token::Digest(_) => shape.push_str("‹id›"),
                Token::Size { .. } => shape.push_str("‹size›"),
                Token::Age => shape.push_str("‹age›"),
                Token::Duration => shape.push_str("‹duration›"),
                Token::Moment => shape.push_str("‹moment›"),
                Token::Percentage => shape.push_str("‹percentage›"),
                Token::Rate => shape.push_str("‹rate›"),
                Token::Workspace => shape.push_str("‹workspace›"),
            }
        }
        shape
    }
}

/// What stands opposite what, by index into the compared lines.
#[derive(Debug, Clone, Copy)]
enum Pair {
    Both(usize, usize),
    Expected(usize),
    Live(usize),
}

fn bind(
    bindings: Option<&mut Bindings>,
    expected: &str,
    live: &str,
    kind: Kind,
    step: usize,
) -> Result<(), String> {
    bindings.map_or(Ok(()), |bindings| bindings.bind(expected, live, kind, step))
}

fn same(expected: &str, live: &str) -> Result<(), String> {
    if expected == live {
        return Ok(());
    }
    let named = |text: &str| {
        if text.trim().is_empty() {
            "a blank".to_owned()
        } else {
            format!("`{text}`")
        }
    };
    if expected.trim().is_empty() && live.trim().is_empty() {
        return Err("the blanks differ".to_owned());
    }
    Err(format!("{} instead of {}", named(live), named(expected)))
}

fn words(token: Token<'_>, line: &str) -> String {
    match token {
        Token::Text(text) | Token::Blank(text) => {
            let start = text.as_ptr() as usize - line.as_ptr() as usize;
            line.get(start..).unwrap_or(text).trim().to_owned()
        }
        other => described(other).trim_matches('`').to_owned(),
    }
}

fn described(token: Token<'_>) -> String {
    match token {
        Token::Blank(_) => "a blank".to_owned(),
        Token::Text(text) | Token::Size { text, .. } => format!("`{text}`"),
        Token::Hex(text) | Token::Digest(text) => format!("`{}`", short(text)),
        Token::Age => "an age".to_owned(),
        Token::Duration => "a duration".to_owned(),
        Token::Moment => "a time".to_owned(),
        Token::Percentage => "a percentage".to_owned(),
        Token::Rate => "a rate".to_owned(),
        Token::Workspace => "the working directory".to_owned(),
    }
}

fn with_article(kind: Kind) -> String {
    let word = kind.word();
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {word}")
}

fn short(identifier: &str) -> &str {
    &identifier[..identifier.len().min(12)]
}
