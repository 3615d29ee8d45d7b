//! One linear pass from a line to words, blanks and the kinds of things that vary.
//!
//! Nothing is looked at twice: each kind is recognised by its start and a bounded number of bytes,
//! or by the word that it is, so that a line of any length takes time in proportion to its length.

use super::calendar::moment;
use super::scan::{
    age_unit, duration, ends_word, is_word, number_length, run, run_up_to, size_unit,
};

/// A piece of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    /// A word, or one other character: compared exactly.
    Text(&'a str),
    /// Blanks.
    Blank(&'a str),
    /// A word in the form of an ID: 64 hexadecimal digits, 25 letters and digits, or the first 12.
    Id(&'a str),
    /// `sha256:` and 64 digits; without the prefix.
    Digest(&'a str),
    /// `172.17.0.2`.
    Address(&'a str),
    /// `2 minutes`, `About an hour`: Docker's closed grammar of ages.
    Age(&'a str),
    /// `1.2s`, `1m30s`.
    Duration(&'a str),
    /// A date, a time of day, or both.
    Moment(&'a str),
    /// `37%`, `12.5%`.
    Percentage(&'a str),
    /// `4219 kB/s`.
    Rate(&'a str),
    /// `78.1MB`, in bytes.
    Size { bytes: f64, text: &'a str },
    /// `02:42:ac:11:00:02`: a hardware address.
    Mac(&'a str),
    /// `[1] 4711`: what bash says of a job in the background; without the number of the job.
    Process(&'a str),
    /// The scratch directory of a run, whatever it is called this time.
    Workspace(&'a str),
    /// `/home/you`, `/Users/you`.
    Home(&'a str),
}

impl<'a> Token<'a> {
    /// The text of it, as far as it is compared.
    pub(super) fn text(self) -> &'a str {
        match self {
            Token::Text(text)
            | Token::Blank(text)
            | Token::Id(text)
            | Token::Digest(text)
            | Token::Address(text)
            | Token::Age(text)
            | Token::Duration(text)
            | Token::Moment(text)
            | Token::Percentage(text)
            | Token::Rate(text)
            | Token::Size { text, .. }
            | Token::Mac(text)
            | Token::Process(text)
            | Token::Workspace(text)
            | Token::Home(text) => text,
        }
    }
}

/// Splits a line into tokens.
pub(super) fn tokens(line: &str) -> Tokens<'_> {
    Tokens {
        rest: line,
        at_start: true,
        after_word: false,
        in_path: false,
    }
}

/// See [`tokens`].
#[derive(Debug, Clone)]
pub(super) struct Tokens<'a> {
    rest: &'a str,
    at_start: bool,
    /// The byte before belongs to a word, so that none starts here.
    after_word: bool,
    /// A path was begun and no blank came since.
    in_path: bool,
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
            b'[' if self.at_start => self.process().unwrap_or_else(|| self.character()),
            b'/' if !self.after_word && !self.in_path => self
                .workspace()
                .or_else(|| self.home())
                .unwrap_or_else(|| self.character()),
            b'0'..=b'9' if !self.after_word => self.number().unwrap_or_else(|| self.word_or_id()),
            b'a'..=b'f' if !self.after_word && self.mac().is_some() => {
                self.mac().unwrap_or_else(|| self.word_or_id())
            }
            b's' if !self.after_word => self.digest().unwrap_or_else(|| self.word_or_id()),
            b'a'..=b'z' if !self.after_word => self.word_or_id(),
            b'A'..=b'Z' if !self.after_word => self
                .spoken_age()
                .or_else(|| self.moment())
                .unwrap_or_else(|| self.word()),
            byte if is_word(byte) => self.word(),
            _ => self.character(),
        };
        self.at_start = false;
        self.in_path = match first {
            b' ' | b'\t' => false,
            b'/' => true,
            _ => self.in_path,
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

    fn word_or_id(&self) -> (Token<'a>, usize) {
        let length = run(self.rest, is_word);
        let text = &self.rest[..length];
        if is_id(text.as_bytes()) {
            (Token::Id(text), length)
        } else {
            (Token::Text(text), length)
        }
    }

    fn digest(&self) -> Option<(Token<'a>, usize)> {
        let rest = self.rest.strip_prefix("sha256:")?;
        let length = run_up_to(rest, 65, is_word);
        (length == 64 && is_id(&rest.as_bytes()[..64]))
            .then(|| (Token::Digest(&rest[..64]), 64 + "sha256:".len()))
    }

    fn spoken_age(&self) -> Option<(Token<'a>, usize)> {
        ["Less than a second", "About a minute", "About an hour"]
            .into_iter()
            .find(|words| self.rest.starts_with(words))
            .map(|words| (Token::Age(&self.rest[..words.len()]), words.len()))
    }

    fn moment(&self) -> Option<(Token<'a>, usize)> {
        moment(self.rest).map(|length| (Token::Moment(&self.rest[..length]), length))
    }

    /// Everything that starts with a digit and is no plain number.
    fn number(&self) -> Option<(Token<'a>, usize)> {
        self.moment()
            .or_else(|| self.address())
            .or_else(|| self.mac())
            .or_else(|| self.measure())
    }

    fn measure(&self) -> Option<(Token<'a>, usize)> {
        let digits = number_length(self.rest);
        let unit = &self.rest[digits..];
        let upto = |length: usize| &self.rest[..length];
        if unit.starts_with('%') {
            return Some((Token::Percentage(upto(digits + 1)), digits + 1));
        }
        if let Some(length) = age_unit(unit) {
            return Some((Token::Age(upto(digits + length)), digits + length));
        }
        if let Some((factor, length)) = size_unit(unit) {
            let end = digits + length;
            if self.rest[end..].starts_with("/s") {
                return Some((Token::Rate(upto(end + 2)), end + 2));
            }
            let bytes = self.rest[..digits].parse::<f64>().ok()? * factor;
            let text = upto(end);
            return Some((Token::Size { bytes, text }, end));
        }
        duration(self.rest).map(|length| (Token::Duration(upto(length)), length))
    }

    /// Four numbers from 0 to 255.
    fn address(&self) -> Option<(Token<'a>, usize)> {
        let mut end = 0;
        for part in 0..4 {
            let digits = run_up_to(&self.rest[end..], 4, |byte| byte.is_ascii_digit());
            self.rest[end..end + digits].parse::<u8>().ok()?;
            end += digits;
            if part < 3 {
                end += self.rest[end..].starts_with('.').then_some(1)?;
            }
        }
        let goes_on = self.rest[end..].starts_with('.')
            && self.rest[end + 1..].starts_with(|c: char| c.is_ascii_digit());
        (ends_word(&self.rest[end..]) && !goes_on).then(|| (Token::Address(&self.rest[..end]), end))
    }

    fn mac(&self) -> Option<(Token<'a>, usize)> {
        let bytes = self.rest.as_bytes().get(..17)?;
        let fits = bytes.iter().enumerate().all(|(i, byte)| match i % 3 {
            2 => *byte == b':',
            _ => byte.is_ascii_hexdigit(),
        });
        (fits && ends_word(&self.rest[17..])).then(|| (Token::Mac(&self.rest[..17]), 17))
    }

    /// `[1] 4711` and nothing else, from which the number of the process is taken.
    fn process(&self) -> Option<(Token<'a>, usize)> {
        let (job, process) = self.rest.strip_prefix('[')?.split_once("] ")?;
        let is_number = |text: &str| {
            (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        (is_number(job) && is_number(process)).then_some((Token::Process(job), self.rest.len()))
    }

    fn home(&self) -> Option<(Token<'a>, usize)> {
        let folder = ["/home/", "/Users/"]
            .into_iter()
            .find(|folder| self.rest.starts_with(folder))?;
        let name = run_up_to(&self.rest[folder.len()..], 64, |byte| {
            is_word(byte) || byte == b'-'
        });
        let end = folder.len() + name;
        (name > 0).then(|| (Token::Home(&self.rest[..end]), end))
    }

    /// `/tmp/tutcheck-a1B2c3/tutorial`, and what stands for it in the recording of another run.
    fn workspace(&self) -> Option<(Token<'a>, usize)> {
        let path = run_up_to(self.rest, 512, |byte| {
            is_word(byte) || matches!(byte, b'/' | b'.' | b'-')
        });
        let start = self.rest[..path].find("/tutcheck-")? + "/tutcheck-".len();
        let name = run_up_to(&self.rest[start..], 7, is_word);
        let end = start + name;
        // Where a reader is at home; older recordings have the second.
        let (folder, place) = [("/tutorial", "/home"), ("/home", "/home"), ("/tmp", "/tmp")]
            .into_iter()
            .find(|(folder, _)| self.rest[end..].starts_with(folder))?;
        (name == 6).then(|| (Token::Workspace(place), end + folder.len()))
    }
}

/// 64 hexadecimal digits in lower case, or the first 12 of them, as of containers; 25 letters and
/// digits, or the first 12, as of services and nodes. What it really is is for the witness to say.
fn is_id(text: &[u8]) -> bool {
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

/// Whether a text may have anything that is more than itself: an identifier, or a word that the
/// witness knows. A quick look, which errs on one side only.
pub(super) fn may_have_identifiers(text: &str) -> bool {
    let mut run = 0;
    text.bytes().any(|byte| {
        run = if byte.is_ascii_alphanumeric() {
            run + 1
        } else {
            0
        };
        run >= 12 || byte == b'_'
    })
}

/// The words of an output that may be identifiers, for the witness to look up: IDs, digests
/// without their prefix, addresses, and words in the form of a generated name. In order, each once.
pub fn candidates(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in text.lines() {
        for token in tokens(line) {
            match token {
                Token::Id(word) | Token::Digest(word) | Token::Address(word) => {
                    found.push(word);
                }
                Token::Text(word) if is_generated_name(word) => found.push(word),
                _ => {}
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
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
