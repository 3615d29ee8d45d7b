//! Words: quotes, expansions, substitutions, arrays.

use std::ops::Range;

use super::{Grammar, Parsed, Stop};

impl Grammar<'_> {
    /// One word: pieces up to a blank or an operator.
    pub(super) fn word(&mut self) -> Parsed<Range<usize>> {
        let start = self.at;
        loop {
            match self.peek() {
                Some(b'<' | b'>')
                    if self.at == start && self.text.get(self.at + 1) == Some(&b'(') =>
                {
                    self.at += 2;
                    self.substitution()?;
                }
                Some(b'(') if self.text[start..self.at].ends_with(b"=") => {
                    self.at += 1;
                    self.array()?;
                }
                None
                | Some(
                    b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>',
                ) => break,
                Some(b'\\') if self.starts("\\\n") => self.at += 2,
                Some(_) => self.piece()?,
            }
        }
        if self.at == start {
            return Err(Stop::Syntax);
        }
        Ok(start..self.at)
    }

    /// `x=(a b)`
    pub(super) fn array(&mut self) -> Parsed<()> {
        loop {
            self.newlines()?;
            match self.peek() {
                None => return Err(Stop::Incomplete),
                Some(b')') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b';' | b'&' | b'|' | b'<' | b'>' | b'(') => return Err(Stop::Syntax),
                Some(_) => self.word()?,
            };
        }
    }

    /// A character, a quotation or an expansion.
    pub(super) fn piece(&mut self) -> Parsed<()> {
        match self.peek() {
            None => Err(Stop::Incomplete),
            Some(b'\\') => {
                if self.at + 1 >= self.text.len() || self.text[self.at + 1..] == *b"\n" {
                    return Err(Stop::Incomplete);
                }
                self.at += 2;
                Ok(())
            }
            Some(b'\'') => self.until(b'\'', false),
            Some(b'"') => {
                self.at += 1;
                self.double_quoted()
            }
            Some(b'`') => self.until(b'`', true),
            Some(b'$') => self.dollar(false),
            Some(_) => {
                self.at += 1;
                Ok(())
            }
        }
    }

    pub(super) fn until(&mut self, close: u8, has_escapes: bool) -> Parsed<()> {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == close {
                return Ok(());
            }
            if has_escapes && byte == b'\\' {
                self.at += 1;
            }
        }
        Err(Stop::Incomplete)
    }

    pub(super) fn double_quoted(&mut self) -> Parsed<()> {
        loop {
            match self.peek() {
                None => return Err(Stop::Incomplete),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.at += 2,
                Some(b'`') => self.until(b'`', true)?,
                Some(b'$') => self.dollar(true)?,
                Some(_) => self.at += 1,
            }
        }
    }

    pub(super) fn dollar(&mut self, is_quoted: bool) -> Parsed<()> {
        if self.starts("$((") {
            let before = self.at;
            self.at += 1;
            match self.nested(Self::arithmetic) {
                Ok(()) => return Ok(()),
                Err(Stop::Syntax) => self.at = before,
                Err(stop) => return Err(stop),
            }
        }
        if self.starts("$(") {
            self.at += 2;
            return self.substitution();
        }
        if self.starts("${") {
            self.at += 2;
            return self.nested(Self::braces);
        }
        if self.starts("$'") && !is_quoted {
            self.at += 1;
            return self.until(b'\'', true);
        }
        if self.starts("$\"") && !is_quoted {
            self.at += 2;
            return self.double_quoted();
        }
        self.at += 1;
        Ok(())
    }

    /// What stands in `$(…)`, `<(…)` or `>(…)`.
    pub(super) fn substitution(&mut self) -> Parsed<()> {
        self.substitutions += 1;
        let read = self.nested(|grammar| {
            grammar.list(&[")"])?;
            grammar.at += 1;
            Ok(())
        });
        self.substitutions -= 1;
        read
    }

    /// The rest of `${…}`.
    pub(super) fn braces(&mut self) -> Parsed<()> {
        loop {
            match self.peek() {
                None => return Err(Stop::Incomplete),
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(_) => self.piece()?,
            }
        }
    }
}
