//! The grammar of bash, as far as a reader of tutorials needs it: where a command ends, and the words
//! of each simple command with their places.
//!
//! A recursive descent over the text that keeps spans and builds no tree: what a construct *means* is
//! bash's business. That it agrees with bash on where a command ends is shown by `tests/commandline.rs`,
//! which asks `bash -n`.

mod constructs;
mod simple;
mod words;

use std::ops::Range;

/// Why a text is not one complete command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// A shell would ask for more.
    Incomplete,
    /// A shell would complain, and go on with the next line.
    Syntax,
    /// Constructs stand in each other so deep that nobody means it.
    Deep,
}

/// What stands between two simple commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `;`, a line end, or nothing.
    Then,
    /// `&`
    Background,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `|` or `|&`
    Pipe,
}

/// One simple command: its words as written, without redirections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Simple {
    pub(super) words: Vec<Range<usize>>,
    /// Each redirection, operator and target.
    pub(super) redirections: Vec<(Range<usize>, Range<usize>)>,
    /// What follows it.
    pub(super) then: Operator,
    /// How many constructs and substitutions it stands in.
    pub(super) depth: usize,
    /// One of them is a substitution.
    pub(super) is_substituted: bool,
}

/// How deep constructs may stand in each other; past it a text is no command of a tutorial.
const DEEPEST: usize = 100;

pub(super) struct Grammar<'a> {
    text: &'a [u8],
    at: usize,
    depth: usize,
    /// In how many substitutions.
    substitutions: usize,
    /// Here-documents whose bodies start at the next line end: the word, and whether tabs are stripped.
    awaited: Vec<(Vec<u8>, bool)>,
    pub(super) found: Vec<Simple>,
}

type Parsed<T> = Result<T, Stop>;

impl<'a> Grammar<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Grammar<'a> {
        Grammar {
            text: text.as_bytes(),
            at,
            depth: 0,
            substitutions: 0,
            awaited: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Reads one complete command: all that a shell reads before it runs anything. Returns the byte
    /// behind its line end.
    pub(super) fn complete_command(&mut self) -> Parsed<usize> {
        self.list(&[])?;
        match self.peek() {
            None if self.awaited.is_empty() => Ok(self.at),
            None => Err(Stop::Incomplete),
            Some(b'\n') => {
                self.line_end()?;
                Ok(self.at)
            }
            Some(_) => Err(Stop::Syntax),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn starts(&self, what: &str) -> bool {
        self.text[self.at.min(self.text.len())..].starts_with(what.as_bytes())
    }

    /// Blanks, continued lines and comments.
    fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\\') if self.starts("\\\n") => self.at += 2,
                Some(b'\\') if self.starts("\\\r\n") => self.at += 3,
                Some(b'#') => self.at = self.end_of_line(self.at),
                _ => return,
            }
        }
    }

    fn end_of_line(&self, from: usize) -> usize {
        let rest = &self.text[from..];
        rest.iter()
            .position(|&byte| byte == b'\n')
            .map_or(self.text.len(), |length| from + length)
    }

    /// Takes a line end in, and the here-documents that it begins.
    fn line_end(&mut self) -> Parsed<()> {
        self.at += 1;
        for (word, strips_tabs) in std::mem::take(&mut self.awaited) {
            loop {
                if self.at >= self.text.len() {
                    return Err(Stop::Incomplete);
                }
                let end = self.end_of_line(self.at);
                let mut line = &self.text[self.at..end];
                self.at = (end + 1).min(self.text.len());
                while strips_tabs && line.first() == Some(&b'\t') {
                    line = &line[1..];
                }
                if line.strip_suffix(b"\r").unwrap_or(line) == word {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Blanks and line ends, where a command must follow.
    fn newlines(&mut self) -> Parsed<()> {
        loop {
            self.blanks();
            match self.peek() {
                Some(b'\n') => self.line_end()?,
                _ => return Ok(()),
            }
        }
    }

    /// Commands up to the end of the line, or within a construct up to one of `ends`.
    fn list(&mut self, ends: &[&str]) -> Parsed<()> {
        loop {
            if ends.is_empty() {
                self.blanks();
            } else {
                self.newlines()?;
                if self.at >= self.text.len() {
                    return Err(Stop::Incomplete);
                }
                if self.is_at_end_word(ends) {
                    return Ok(());
                }
            }
            if ends.is_empty() && matches!(self.peek(), None | Some(b'\n')) {
                return Ok(());
            }
            self.and_or()?;
            self.blanks();
            match self.peek() {
                Some(b';') if !self.starts(";;") && !self.starts(";&") => {
                    self.at += 1;
                    self.mark(Operator::Then);
                }
                Some(b'&') => {
                    self.at += 1;
                    self.mark(Operator::Background);
                }
                Some(b'\n') if !ends.is_empty() => {}
                None if !ends.is_empty() => return Err(Stop::Incomplete),
                None | Some(b'\n') => return Ok(()),
                Some(_) if self.is_at_end_word(ends) => return Ok(()),
                Some(_) => return Err(Stop::Syntax),
            }
        }
    }

    fn is_at_end_word(&self, ends: &[&str]) -> bool {
        ends.iter().any(|end| {
            let is_word = end.as_bytes()[0].is_ascii_alphabetic() || *end == "}";
            self.starts(end) && (!is_word || self.ends_word(self.at + end.len()))
        })
    }

    fn mark(&mut self, operator: Operator) {
        if let Some(last) = self.found.last_mut() {
            last.then = operator;
        }
    }

    fn and_or(&mut self) -> Parsed<()> {
        loop {
            self.pipeline()?;
            self.blanks();
            let operator = if self.starts("&&") {
                Operator::And
            } else if self.starts("||") {
                Operator::Or
            } else {
                return Ok(());
            };
            self.at += 2;
            self.mark(operator);
            self.goes_on()?;
        }
    }

    /// Behind an operator a command must follow, if need be on a later line.
    fn goes_on(&mut self) -> Parsed<()> {
        self.newlines()?;
        if self.at >= self.text.len() {
            return Err(Stop::Incomplete);
        }
        Ok(())
    }

    fn pipeline(&mut self) -> Parsed<()> {
        loop {
            self.command()?;
            self.blanks();
            if !self.starts("|") || self.starts("||") {
                return Ok(());
            }
            self.at += if self.starts("|&") { 2 } else { 1 };
            self.mark(Operator::Pipe);
            self.goes_on()?;
        }
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEEPEST {
            return Err(Stop::Deep);
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn command(&mut self) -> Parsed<()> {
        self.blanks();
        if self.starts("((") {
            match self.nested(Self::arithmetic) {
                Ok(()) => return self.redirections_only(),
                // A subshell in a subshell.
                Err(Stop::Syntax) => {}
                Err(stop) => return Err(stop),
            }
        }
        if self.starts("(") {
            self.at += 1;
            self.nested(|grammar| grammar.body(&[")"], ")"))?;
            return self.redirections_only();
        }
        let word = self.bare_word();
        match word {
            "!" | "time" => {
                self.at += word.len();
                self.blanks();
                if matches!(self.peek(), None | Some(b'\n' | b';')) {
                    return Ok(());
                }
                self.command()
            }
            "{" => self.construct("{", |grammar| grammar.body(&["}"], "}")),
            "if" => self.construct("if", Self::condition),
            "while" | "until" => self.construct(word, |grammar| {
                grammar.body(&["do"], "do")?;
                grammar.body(&["done"], "done")
            }),
            "for" | "select" => self.construct(word, Self::for_loop),
            "case" => self.construct("case", Self::case),
            "function" => self.construct("function", |grammar| {
                grammar.blanks();
                grammar.word()?;
                grammar.blanks();
                if grammar.starts("()") {
                    grammar.at += 2;
                }
                grammar.goes_on()?;
                grammar.command()
            }),
            "[[" => self.construct("[[", Self::test),
            "coproc" => {
                self.at += word.len();
                self.command()
            }
            "then" | "do" | "done" | "fi" | "elif" | "else" | "esac" | "}" | "in"
                if word != "in" =>
            {
                Err(Stop::Syntax)
            }
            _ => self.simple(),
        }
    }

    /// The letters of a word that is not quoted, to look for reserved words.
    fn bare_word(&self) -> &'static str {
        const RESERVED: &[&str] = &[
            "!", "time", "{", "if", "while", "until", "for", "select", "case", "function", "[[",
            "coproc", "then", "do", "done", "fi", "elif", "else", "esac", "}",
        ];
        let rest = &self.text[self.at.min(self.text.len())..];
        let is_it = |reserved: &&&str| {
            rest.starts_with(reserved.as_bytes()) && self.ends_word(self.at + reserved.len())
        };
        RESERVED.iter().find(is_it).copied().unwrap_or_default()
    }

    /// Whether no word goes on at a byte; a line that goes on is one line.
    fn ends_word(&self, mut at: usize) -> bool {
        while self.text.get(at..at + 2) == Some(b"\\\n") {
            at += 2;
        }
        is_word_end(self.text.get(at).copied())
    }
}

fn is_word_end(next: Option<u8>) -> bool {
    matches!(
        next,
        None | Some(b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>')
    )
}
