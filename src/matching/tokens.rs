//! One linear pass from a line to words, blanks and the kinds of things that vary.
//!
//! Nothing is looked at twice: each kind is recognised by its start and a bounded number of bytes,
//! or by the word that it is, so that a line of any length takes time in proportion to its length.

use super::calendar::moment;
use super::ids::{is_generated_name, is_id};
use super::scan::{
    age_unit, duration, ends_word, is_word, number_length, run, run_up_to, size_unit,
};
pub(super) use super::token::Token;

/// Splits a line into tokens.
pub(super) fn tokens(line: &str) -> Tokens<'_> {
    Tokens {
        rest: line,
        at_start: true,
        after_word: false,
        in_path: false,
        in_log: false,
        names_process: false,
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
    /// A date or a time has come: it may be the line of a log.
    in_log: bool,
    /// The last word says that the number of a process comes next.
    names_process: bool,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let first = *self.rest.as_bytes().first()?;
        let key = self
            .key()
            .filter(|_| !self.after_word && first.is_ascii_alphanumeric());
        let (token, length) = match first {
            _ if let Some(key) = key => key,
            b' ' | b'\t' => {
                let length = run(self.rest, |byte| matches!(byte, b' ' | b'\t'));
                (Token::Blank(&self.rest[..length]), length)
            }
            b'[' if self.at_start => self
                .process()
                .or_else(|| self.of_log())
                .unwrap_or_else(|| self.character()),
            b'[' => self.of_log().unwrap_or_else(|| self.character()),
            b'0'..=b'9' if self.names_process && !self.after_word => self.plain().map_or_else(
                || self.word_or_id(),
                |(_, length)| (Token::Process(""), length),
            ),
            b'/' if !self.after_word && !self.in_path => self
                .workspace()
                .or_else(|| self.temporary())
                .or_else(|| self.home())
                .unwrap_or_else(|| self.character()),
            b'0'..=b'9' if !self.after_word => self.number().unwrap_or_else(|| self.word_or_id()),
            b'a'..=b'f' if !self.after_word => self
                .mac()
                .or_else(|| self.uuid())
                .unwrap_or_else(|| self.word_or_id()),
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
        self.in_log |= matches!(token, Token::Moment(_));
        self.names_process = match token {
            Token::Text(word) if word.len() == 1 => {
                self.names_process && matches!(word, ":" | "=" | "\"" | "#" | "(")
            }
            Token::Text(word) => ["pid", "ppid", "process"]
                .iter()
                .any(|name| word.eq_ignore_ascii_case(name)),
            Token::Blank(_) => self.names_process,
            _ => false,
        };
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
            .or_else(|| self.uuid())
            .or_else(|| self.pointer())
            .or_else(|| self.measure())
            .or_else(|| self.plain())
    }

    /// A number that stands for itself.
    fn plain(&self) -> Option<(Token<'a>, usize)> {
        let length = number_length(self.rest);
        let is_alone = ends_word(&self.rest[length..]);
        is_alone.then(|| (Token::Number(&self.rest[..length]), length))
    }

    fn uuid(&self) -> Option<(Token<'a>, usize)> {
        let bytes = self.rest.as_bytes().get(..36)?;
        let fits = bytes.iter().enumerate().all(|(i, byte)| match i {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
        (fits && ends_word(&self.rest[36..])).then(|| (Token::Uuid(&self.rest[..36]), 36))
    }

    fn key(&self) -> Option<(Token<'a>, usize)> {
        const SHORTEST: usize = 40;
        let belongs = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-')
        };
        let bytes = self.rest.as_bytes();
        // Most words are short.
        if !bytes.get(..SHORTEST)?.iter().all(|byte| belongs(*byte)) {
            return None;
        }
        let length = run_up_to(self.rest, 4096, belongs);
        let word = &self.rest[..length];
        let has = |kind: fn(&u8) -> bool| word.as_bytes().iter().any(kind);
        let is_mixed =
            has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
        // Of a path, or of words with hyphens, some part is a word of letters alone.
        let has_word = word.split(['/', '-', '_', '+', '=']).any(|part| {
            (4..=16).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase())
        });
        (is_mixed && !has_word).then_some((Token::Key(word), length))
    }

    fn pointer(&self) -> Option<(Token<'a>, usize)> {
        let digits = self.rest.strip_prefix("0x")?;
        let length = run_up_to(digits, 17, is_word);
        let is_hex = digits[..length]
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit());
        ((8..=16).contains(&length) && is_hex)
            .then(|| (Token::Pointer(&self.rest[..length + 2]), length + 2))
    }

    /// What `mktemp` and its kin make up.
    fn temporary(&self) -> Option<(Token<'a>, usize)> {
        let name = self
            .rest
            .strip_prefix("/tmp/")
            .or_else(|| self.rest.strip_prefix("/var/tmp/"))?;
        let made_up = name
            .strip_prefix("tmp.")
            .or_else(|| name.strip_prefix("tmp"))?;
        let length = run_up_to(made_up, 17, is_word);
        let is_made_up = match name.as_bytes().get(3) {
            Some(b'.') => length == 10,
            _ => length == 8,
        };
        let end = self.rest.len() - made_up.len() + length;
        is_made_up.then(|| (Token::Temporary(&self.rest[..end]), end))
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

    /// `[31761]` in a line with a time, `sshd[812]`: the process that wrote it.
    fn of_log(&self) -> Option<(Token<'a>, usize)> {
        if !self.in_log && !self.after_word {
            return None;
        }
        let rest = &self.rest[1..];
        let digits = run_up_to(rest, 8, |byte| byte.is_ascii_digit());
        let is_closed = rest[digits..].starts_with(']');
        let is_named = self.in_log || rest[digits..].starts_with("]:");
        (digits > 0 && is_closed && is_named).then_some((Token::Process(""), digits + 2))
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

/// Whether two words are digests, whatever of.
pub(super) fn are_digests(expected: Token<'_>, live: Token<'_>) -> bool {
    matches!((expected, live), (Token::Digest(_), Token::Digest(_)))
}
