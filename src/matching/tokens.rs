//! One linear pass from a line to words, blanks and the kinds of things that vary.

/// A piece of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    /// A word, or one other character: compared exactly.
    Text(&'a str),
    /// Blanks.
    Blank(&'a str),
    /// A word in the form of an ID: 12 or 64 hexadecimal digits.
    Hex(&'a str),
    /// `sha256:` and 64 digits; without the prefix.
    Digest(&'a str),
    /// `2 minutes`, `About an hour`: Docker's closed grammar of ages.
    Age,
    /// `1.2s`, `1m30s`.
    Duration,
    /// A date, a time of day, or both.
    Moment,
    /// `37%`, `12.5%`.
    Percentage,
    /// `4219 kB/s`.
    Rate,
    /// `78.1MB`, in bytes.
    Size { bytes: f64, text: &'a str },
    /// The scratch directory of a run, whatever it is called this time.
    Workspace,
}

/// Splits a line into tokens.
pub(super) fn tokens(line: &str) -> Tokens<'_> {
    Tokens {
        rest: line,
        after_word: false,
    }
}

/// See [`tokens`].
pub(super) struct Tokens<'a> {
    rest: &'a str,
    /// The byte before belongs to a word, so that none starts here.
    after_word: bool,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let first = *self.rest.as_bytes().first()?;
        let (token, length) = match first {
            b' ' | b'\t' => {
                let length = run(self.rest, |byte| matches!(byte, b' ' | b'\t'));
                (Token::Blank(&self.rest[..length]), length)
            }
            b'/' if !self.after_word => self.workspace().unwrap_or_else(|| self.character()),
            b'0'..=b'9' if !self.after_word => self
                .number()
                .or_else(|| self.hex())
                .unwrap_or_else(|| self.word()),
            b's' if !self.after_word => self.digest().unwrap_or_else(|| self.word()),
            b'a'..=b'f' if !self.after_word => self.hex().unwrap_or_else(|| self.word()),
            b'A' | b'L' if !self.after_word => self.spoken_age().unwrap_or_else(|| self.word()),
            byte if is_word(byte) => self.word(),
            _ => self.character(),
        };
        self.after_word = self.rest.as_bytes()[..length]
            .last()
            .is_some_and(|&byte| is_word(byte));
        self.rest = &self.rest[length..];
        Some(token)
    }
}

impl<'a> Tokens<'a> {
    /// What has not been split yet.
    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    fn word(&self) -> (Token<'a>, usize) {
        let length = run(self.rest, is_word);
        (Token::Text(&self.rest[..length]), length)
    }

    fn character(&self) -> (Token<'a>, usize) {
        let length = self.rest.chars().next().map_or(0, char::len_utf8);
        (Token::Text(&self.rest[..length]), length)
    }

    fn hex(&self) -> Option<(Token<'a>, usize)> {
        let length = run(self.rest, is_word);
        let text = &self.rest[..length];
        is_id(text).then_some((Token::Hex(text), length))
    }

    fn digest(&self) -> Option<(Token<'a>, usize)> {
        let rest = self.rest.strip_prefix("sha256:")?;
        let length = run(rest, is_word);
        (length == 64 && is_id(&rest[..64]))
            .then(|| (Token::Digest(&rest[..64]), 64 + "sha256:".len()))
    }

    fn spoken_age(&self) -> Option<(Token<'a>, usize)> {
        ["Less than a second", "About a minute", "About an hour"]
            .into_iter()
            .find(|words| self.rest.starts_with(words))
            .map(|words| (Token::Age, words.len()))
    }

    /// Everything that starts with a digit and is no plain number.
    fn number(&self) -> Option<(Token<'a>, usize)> {
        moment(self.rest)
            .map(|length| (Token::Moment, length))
            .or_else(|| self.measure())
    }

    fn measure(&self) -> Option<(Token<'a>, usize)> {
        let digits = number_length(self.rest);
        let unit = &self.rest[digits..];
        if unit.starts_with('%') {
            return Some((Token::Percentage, digits + 1));
        }
        if let Some(length) = age_unit(unit) {
            return Some((Token::Age, digits + length));
        }
        if let Some((factor, length)) = size_unit(unit) {
            let end = digits + length;
            if self.rest[end..].starts_with("/s") {
                return Some((Token::Rate, end + 2));
            }
            let bytes = self.rest[..digits].parse::<f64>().ok()? * factor;
            return Some((
                Token::Size {
                    bytes,
                    text: &self.rest[..end],
                },
                end,
            ));
        }
        duration(self.rest).map(|length| (Token::Duration, length))
    }

    /// `/tmp/tutcheck-a1B2c3/home`, and what stands for it in the recording of another run.
    fn workspace(&self) -> Option<(Token<'a>, usize)> {
        let path = run(self.rest, |byte| {
            is_word(byte) || matches!(byte, b'/' | b'.' | b'-')
        });
        let start = self.rest[..path].find("/tutcheck-")? + "/tutcheck-".len();
        let name = run(&self.rest[start..], is_word);
        let end = start + name;
        let home = &self.rest[end..];
        (name == 6 && home.starts_with("/home")).then_some((Token::Workspace, end + "/home".len()))
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn run(text: &str, belongs: impl Fn(u8) -> bool) -> usize {
    text.bytes()
        .position(|byte| !belongs(byte))
        .unwrap_or(text.len())
}

/// 12 or 64 hexadecimal digits in lower case. A plain number of 12 digits is one too: what it is
/// is for the witness to say.
fn is_id(text: &str) -> bool {
    matches!(text.len(), 12 | 64)
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// `12`, `12.5`.
fn number_length(text: &str) -> usize {
    let whole = run(text, |byte| byte.is_ascii_digit());
    match text[whole..].strip_prefix('.') {
        Some(rest) => match run(rest, |byte| byte.is_ascii_digit()) {
            0 => whole,
            fraction => whole + 1 + fraction,
        },
        None => whole,
    }
}

fn ends_word(rest: &str) -> bool {
    !rest.bytes().next().is_some_and(is_word)
}

fn age_unit(rest: &str) -> Option<usize> {
    let word = rest.strip_prefix(' ')?;
    ["second", "minute", "hour", "day", "week", "month", "year"]
        .into_iter()
        .find_map(|unit| {
            let after = word.strip_prefix(unit)?;
            let plural = usize::from(after.starts_with('s'));
            ends_word(&after[plural..]).then_some(1 + unit.len() + plural)
        })
}

fn size_unit(rest: &str) -> Option<(f64, usize)> {
    const UNITS: &[(&str, f64)] = &[
        ("kB", 1e3),
        ("KB", 1e3),
        ("MB", 1e6),
        ("GB", 1e9),
        ("TB", 1e12),
        ("KiB", 1024.0),
        ("MiB", 1_048_576.0),
        ("GiB", 1_073_741_824.0),
        ("TiB", 1_099_511_627_776.0),
    ];
    let blank = usize::from(rest.starts_with(' '));
    let found = UNITS
        .iter()
        .find(|(unit, _)| rest[blank..].strip_prefix(unit).is_some_and(ends_word));
    match found {
        Some((unit, factor)) => Some((*factor, blank + unit.len())),
        None => rest
            .strip_prefix('B')
            .is_some_and(ends_word)
            .then_some((1.0, 1)),
    }
}

/// `0.2s`, `12ms`, `1m30s`, `1h2m3.5s`.
fn duration(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let digits = number_length(&text[at..]);
        if digits == 0 {
            return None;
        }
        let unit = &text[at + digits..];
        let length = ["ms", "µs", "us", "ns", "s", "m", "h"]
            .into_iter()
            .find(|name| {
                unit.strip_prefix(name).is_some_and(|rest| {
                    ends_word(rest)
                        || (matches!(*name, "m" | "h")
                            && rest.starts_with(|c: char| c.is_ascii_digit()))
                })
            })?
            .len();
        at += digits + length;
        if ends_word(&text[at..]) {
            return Some(at);
        }
    }
}

/// `2026-11-23`, `2026-11-23T22:07:06.15Z`, `2026-11-23 22:07:06 +0000 UTC`, `22:07:06`.
fn moment(text: &str) -> Option<usize> {
    let Some(date) = pattern(text, "dddd-dd-dd") else {
        return time_of_day(text);
    };
    let rest = &text[date..];
    let time = rest.strip_prefix(['T', ' ']).and_then(time_of_day);
    let Some(time) = time else {
        return ends_word(rest).then_some(date);
    };
    let end = date + 1 + time;
    let rest = &text[end..];
    if rest.starts_with('Z') {
        return Some(end + 1);
    }
    let zone = pattern(rest, " +dddd UTC")
        .or_else(|| pattern(rest, "+dd:dd"))
        .or_else(|| pattern(rest, " +dddd"));
    Some(end + zone.unwrap_or(0))
}

fn time_of_day(text: &str) -> Option<usize> {
    let time = pattern(text, "dd:dd:dd")?;
    let fraction = text[time..]
        .strip_prefix('.')
        .map_or(0, |rest| run(rest, |byte| byte.is_ascii_digit()));
    let end = if fraction > 0 {
        time + 1 + fraction
    } else {
        time
    };
    let rest = &text[end..];
    (ends_word(rest) || rest.starts_with('Z')).then_some(end)
}

/// The length of the pattern, if the text starts like it: `d` is a digit, `+` a sign.
fn pattern(text: &str, pattern: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let fits = bytes.len() >= pattern.len()
        && pattern
            .bytes()
            .zip(bytes)
            .all(|(wanted, &byte)| match wanted {
                b'd' => byte.is_ascii_digit(),
                b'+' => matches!(byte, b'+' | b'-'),
                wanted => wanted == byte,
            });
    fits.then_some(pattern.len())
}

/// Whether there may be an identifier in a text: a quick look, which errs on one side only.
pub(super) fn may_have_identifiers(text: &str) -> bool {
    let mut run = 0;
    text.bytes().any(|byte| {
        run = if byte.is_ascii_hexdigit() { run + 1 } else { 0 };
        run >= 12 || byte == b'_'
    })
}

/// The words of an output that may be identifiers, for the witness to look up: IDs, digests
/// without their prefix, and words in the form of a generated name. In order, each once.
pub fn candidates(text: &str) -> Vec<&str> {
    let mut found = std::collections::BTreeSet::new();
    for line in text.lines() {
        for token in tokens(line) {
            match token {
                Token::Hex(word) | Token::Digest(word) => {
                    found.insert(word);
                }
                Token::Text(word) if is_generated_name(word) => {
                    found.insert(word);
                }
                _ => {}
            }
        }
    }
    found.into_iter().collect()
}

/// `quirky_carver`, `focused_turing3`.
fn is_generated_name(word: &str) -> bool {
    let Some((left, right)) = word.split_once('_') else {
        return false;
    };
    let right = right
        .strip_suffix(|c: char| c.is_ascii_digit())
        .unwrap_or(right);
    let is_name = |part: &str| part.len() > 2 && part.bytes().all(|byte| byte.is_ascii_lowercase());
    is_name(left) && is_name(right)
}
