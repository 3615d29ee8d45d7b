//! `if`, `for`, `case`, `[[ … ]]` and their like.

use super::{Grammar, Parsed, Stop};

impl Grammar<'_> {
    pub(super) fn construct(
        &mut self,
        word: &str,
        read: impl FnOnce(&mut Self) -> Parsed<()>,
    ) -> Parsed<()> {
        self.at += word.len();
        self.nested(read)?;
        self.redirections_only()
    }

    /// A list with something in it, up to and with a closing word.
    pub(super) fn body(&mut self, ends: &[&str], close: &str) -> Parsed<()> {
        self.newlines()?;
        let before = self.at;
        self.list(ends)?;
        if self.at == before || !self.starts(close) {
            return Err(Stop::Syntax);
        }
        self.at += close.len();
        Ok(())
    }

    pub(super) fn condition(&mut self) -> Parsed<()> {
        self.body(&["then"], "then")?;
        loop {
            self.list(&["elif", "else", "fi"])?;
            if self.starts("elif") {
                self.at += 4;
                self.body(&["then"], "then")?;
            } else if self.starts("else") {
                self.at += 4;
                return self.body(&["fi"], "fi");
            } else {
                self.at += 2;
                return Ok(());
            }
        }
    }

    pub(super) fn for_loop(&mut self) -> Parsed<()> {
        self.blanks();
        if self.starts("((") {
            self.arithmetic()?;
        } else {
            self.needed()?;
            self.word()?;
            self.newlines()?;
            if self.starts("in") && self.ends_word(self.at + 2) {
                self.at += 2;
                loop {
                    self.blanks();
                    match self.peek() {
                        None => return Err(Stop::Incomplete),
                        Some(b';' | b'\n') => break,
                        Some(_) => self.word()?,
                    };
                }
            }
        }
        self.blanks();
        if self.peek() == Some(b';') {
            self.at += 1;
        }
        self.goes_on()?;
        if self.starts("{") {
            self.at += 1;
            return self.body(&["}"], "}");
        }
        if !self.is_at_end_word(&["do"]) {
            return Err(Stop::Syntax);
        }
        self.at += 2;
        self.body(&["done"], "done")
    }

    /// A word must follow on this line.
    pub(super) fn needed(&mut self) -> Parsed<()> {
        match self.peek() {
            None => Err(Stop::Incomplete),
            Some(b'\n' | b';' | b'&' | b'|' | b')') => Err(Stop::Syntax),
            Some(_) => Ok(()),
        }
    }

    pub(super) fn case(&mut self) -> Parsed<()> {
        self.blanks();
        self.needed()?;
        self.word()?;
        self.goes_on()?;
        if !self.is_at_end_word(&["in"]) {
            return Err(Stop::Syntax);
        }
        self.at += 2;
        loop {
            self.goes_on()?;
            if self.is_at_end_word(&["esac"]) {
                self.at += 4;
                return Ok(());
            }
            if self.starts("(") {
                self.at += 1;
            }
            loop {
                self.blanks();
                self.needed_in_pattern()?;
                self.word()?;
                self.blanks();
                match self.peek() {
                    Some(b'|') => self.at += 1,
                    Some(b')') => break,
                    None => return Err(Stop::Incomplete),
                    Some(_) => return Err(Stop::Syntax),
                }
            }
            self.at += 1;
            self.list(&[";;", ";&", "esac"])?;
            if self.starts(";;&") {
                self.at += 3;
            } else if self.starts(";") {
                self.at += 2;
            }
        }
    }

    pub(super) fn needed_in_pattern(&mut self) -> Parsed<()> {
        match self.peek() {
            None => Err(Stop::Incomplete),
            Some(b'\n' | b';' | b'&' | b')') => Err(Stop::Syntax),
            Some(_) => Ok(()),
        }
    }

    /// `[[ … ]]`
    pub(super) fn test(&mut self) -> Parsed<()> {
        loop {
            self.newlines()?;
            match self.peek() {
                None => return Err(Stop::Incomplete),
                Some(b']') if self.is_at_end_word(&["]]"]) => {
                    self.at += 2;
                    return Ok(());
                }
                Some(b'&' | b'|' | b'(' | b')' | b'<' | b'>' | b';') => self.at += 1,
                Some(_) => {
                    self.word()?;
                }
            }
        }
    }

    /// `((…))`, also as the end of `$((…))`.
    pub(super) fn arithmetic(&mut self) -> Parsed<()> {
        let start = self.at;
        self.at += 2;
        let mut open = 0usize;
        loop {
            match self.peek() {
                None => return Err(Stop::Incomplete),
                Some(b'(') => {
                    open += 1;
                    self.at += 1;
                }
                Some(b')') if open > 0 => {
                    open -= 1;
                    self.at += 1;
                }
                Some(b')') if self.starts("))") => {
                    self.at += 2;
                    return Ok(());
                }
                Some(b')') => {
                    // A subshell in a subshell.
                    self.at = start;
                    return Err(Stop::Syntax);
                }
                Some(_) => self.piece()?,
            }
        }
    }
}
