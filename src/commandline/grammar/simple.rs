//! Simple commands, and redirections.

use std::ops::Range;

use super::{Grammar, Operator, Parsed, Simple, Stop};

/// Signs of redirections, the longer ones first.
const OPERATORS: &[&str] = &[
    "<<<", "<<-", "<<", "<&", "<>", "<", ">>", ">&", ">|", ">", "&>>", "&>",
];

impl Grammar<'_> {
    pub(super) fn redirections_only(&mut self) -> Parsed<()> {
        loop {
            self.blanks();
            if self.redirection()?.is_none() {
                return Ok(());
            }
        }
    }

    pub(super) fn simple(&mut self) -> Parsed<()> {
        let index = self.found.len();
        self.found.push(Simple {
            words: Vec::new(),
            redirections: Vec::new(),
            then: Operator::Then,
            depth: self.depth,
            is_substituted: self.substitutions > 0,
        });
        loop {
            self.blanks();
            if let Some(redirection) = self.redirection()? {
                self.found[index].redirections.push(redirection);
                continue;
            }
            match self.peek() {
                None | Some(b'\n' | b';' | b'&' | b'|' | b')') => break,
                Some(b'(') => {
                    let words = &self.found[index].words;
                    let is_function = words.len() == 1 && self.is_function();
                    if !is_function {
                        return Err(Stop::Syntax);
                    }
                    self.found.remove(index);
                    self.goes_on()?;
                    return self.nested(Self::command);
                }
                Some(_) => {
                    let word = self.word()?;
                    self.found[index].words.push(word);
                }
            }
        }
        // The words of substitutions were found meanwhile; this command ends last.
        let simple = self.found.remove(index);
        if simple.words.is_empty() && simple.redirections.is_empty() {
            return Err(Stop::Syntax);
        }
        self.found.push(simple);
        Ok(())
    }

    /// `()` behind a name.
    pub(super) fn is_function(&mut self) -> bool {
        let before = self.at;
        self.at += 1;
        self.blanks();
        if self.peek() == Some(b')') {
            self.at += 1;
            return true;
        }
        self.at = before;
        false
    }

    /// `>file`, `2>&1`, `<<END`, `<<< word`.
    pub(super) fn redirection(&mut self) -> Parsed<Option<(Range<usize>, Range<usize>)>> {
        let start = self.at;
        let mut at = self.at;
        while self.text.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        // Most words are none.
        if !matches!(self.text.get(at), Some(b'<' | b'>' | b'&')) {
            return Ok(None);
        }
        let rest = &self.text[at.min(self.text.len())..];
        let Some(operator) = OPERATORS
            .iter()
            .find(|operator| rest.starts_with(operator.as_bytes()))
        else {
            return Ok(None);
        };
        if matches!(*operator, "<" | ">") && rest.get(1) == Some(&b'(') {
            return Ok(None);
        }
        if operator.starts_with('&') && at > start {
            return Ok(None);
        }
        self.at = at + operator.len();
        let sign = start..self.at;
        self.blanks();
        match self.peek() {
            None if sign.end == self.text.len() => return Err(Stop::Syntax),
            None | Some(b'\n' | b';' | b'&' | b'|' | b')' | b'<' | b'>') if !self.starts("<(") => {
                return Err(Stop::Syntax);
            }
            _ => {}
        }
        let target = self.word()?;
        if matches!(*operator, "<<" | "<<-") {
            let word: Vec<u8> = self.text[target.clone()]
                .iter()
                .copied()
                .filter(|byte| !matches!(byte, b'\'' | b'"' | b'\\'))
                .collect();
            self.awaited.push((word, *operator == "<<-"));
        }
        Ok(Some((sign, target)))
    }
}
