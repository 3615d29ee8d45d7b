//! What YAML may ask of its reader: how deep things stand in each other, and how long it is once its aliases
//! are unfolded. A text of a few lines can ask for hours and for gigabytes.

use std::collections::BTreeMap;
use std::ops::Range;

/// How deep lists and mappings may stand in each other.
const DEEPEST: usize = 64;

/// How many bytes the aliases of a text may unfold to.
const LONGEST: usize = 4 << 20;

/// What is wrong with a text, and where.
pub(super) fn exceeded(text: &str) -> Option<(usize, &'static str)> {
    let mut scan = Scan::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        scan.line(start, line);
        if scan.deepest.is_some() {
            break;
        }
        start += line.len();
    }
    scan.close(text.len(), 0);
    match scan.deepest {
        Some(at) => Some((at, "lists and mappings stand too deep in each other")),
        None => scan.unfolds_too_far(),
    }
}

/// A node that has a name, `&name`.
#[derive(Debug)]
struct Anchor {
    name: String,
    span: Range<usize>,
    /// How far its line is indented.
    indent: usize,
}

/// What is found of a text, line by line; of the grammar only as much as brackets, quotes and names need.
#[derive(Debug, Default)]
struct Scan {
    /// Open brackets.
    brackets: usize,
    /// The quote that is open.
    quote: Option<u8>,
    /// A text without quotes that may go on in the next lines, and how far the line of its start is indented.
    plain: Option<usize>,
    /// Lines that are indented more than this are a text of their own.
    literal: Option<usize>,
    open: Vec<Anchor>,
    anchors: Vec<Anchor>,
    /// Uses of names.
    aliases: Vec<(usize, String)>,
    deepest: Option<usize>,
}

impl Scan {
    fn line(&mut self, start: usize, line: &str) {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        if content.trim().is_empty() {
            return;
        }
        if self.literal.is_some_and(|of| indent > of) {
            return;
        }
        self.literal = None;
        if self.brackets == 0 && self.quote.is_none() {
            self.close(start, indent);
        }
        let bytes = line.as_bytes();
        let mut at = indent;
        // A value may begin here; and so many lists have begun on this line.
        let goes_on = |of| self.brackets > 0 || indent > of;
        self.plain = self.plain.filter(|of| goes_on(*of));
        let (mut begins, mut depth) = (self.plain.is_none(), 0);
        while at < bytes.len() {
            let byte = bytes[at];
            if let Some(quote) = self.quote {
                match byte {
                    b'\\' if quote == b'"' => at += 1,
                    b'\'' if quote == byte && bytes.get(at + 1) == Some(&byte) => at += 1,
                    _ if byte == quote => self.quote = None,
                    _ => {}
                }
                at += 1;
                continue;
            }
            let is_alone = bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace);
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => {
                    at += 1;
                    continue;
                }
                b'#' if at == indent || matches!(bytes[at - 1], b' ' | b'\t') => {
                    self.plain = None;
                    return;
                }
                b'"' | b'\'' if begins => self.quote = Some(byte),
                b'[' | b'{' if begins || self.brackets > 0 => self.brackets += 1,
                b']' | b'}' => self.brackets = self.brackets.saturating_sub(1),
                b'-' | b'?' if begins && is_alone => depth += 1,
                b'&' | b'*' if begins => {
                    at = self.name(start, line, at, indent);
                    continue;
                }
                b'|' | b'>' if begins && self.brackets == 0 => {
                    self.literal = Some(indent);
                    return;
                }
                b'!' if begins => {}
                b',' if self.brackets > 0 => self.plain = None,
                b':' if is_alone => self.plain = None,
                _ if begins => self.plain = Some(indent),
                _ => {}
            }
            if self.brackets > 0 && matches!(byte, b'[' | b'{' | b']' | b'}') {
                self.plain = None;
            }
            if self.brackets + depth > DEEPEST || indent > 8 * DEEPEST {
                self.deepest.get_or_insert(start + at);
                return;
            }
            begins = match byte {
                b'[' | b'{' | b',' => self.brackets > 0,
                // Behind what is quoted or in brackets, a value may follow at once.
                b':' if self.brackets > 0 && at > indent => {
                    is_alone || matches!(bytes[at - 1], b'"' | b'\'' | b']' | b'}')
                }
                b':' | b'-' | b'?' => is_alone,
                // `!tag value`
                b'!' if begins => {
                    let end = line[at..]
                        .find(' ')
                        .map_or(bytes.len(), |length| at + length);
                    at = end;
                    continue;
                }
                _ => false,
            };
            at += 1;
        }
    }

    /// A name is given or used; where its word ends.
    fn name(&mut self, start: usize, line: &str, at: usize, indent: usize) -> usize {
        let word = &line[at + 1..];
        let length = word.find(|c: char| c.is_whitespace() || ",[]{}".contains(c));
        let name = word[..length.unwrap_or(word.len())].to_owned();
        let end = at + 1 + name.len();
        if line.as_bytes()[at] == b'*' {
            self.aliases.push((start + at, name));
        } else {
            self.open.push(Anchor {
                name,
                span: start + at..start + at,
                indent,
            });
        }
        end
    }

    /// Nodes end where a line is not indented more than theirs.
    fn close(&mut self, at: usize, indent: usize) {
        while let Some(anchor) = self.open.pop_if(|open| indent <= open.indent) {
            let span = anchor.span.start..at;
            self.anchors.push(Anchor { span, ..anchor });
        }
    }

    /// The lengths of all nodes with names, each with what the names in it unfold to.
    fn unfolds_too_far(&self) -> Option<(usize, &'static str)> {
        let mut lengths: BTreeMap<&str, usize> = BTreeMap::new();
        let mut anchors: Vec<&Anchor> = self.anchors.iter().collect();
        anchors.sort_by_key(|anchor| anchor.span.start);
        let mut total = 0_usize;
        let unfolded = |lengths: &BTreeMap<&str, usize>, span: &Range<usize>| {
            let first = self.aliases.partition_point(|(at, _)| *at < span.start);
            let within = self.aliases[first..].iter();
            let within = within.take_while(|(at, _)| *at < span.end);
            within.fold(0_usize, |sum, (_, name)| {
                sum.saturating_add(lengths.get(name.as_str()).copied().unwrap_or(0))
            })
        };
        for anchor in anchors {
            let names = unfolded(&lengths, &anchor.span);
            let length = anchor.span.len().saturating_add(names);
            // What a name stands for may be given anew; the longest counts.
            let known = lengths.entry(&anchor.name).or_default();
            *known = (*known).max(length);
        }
        for (at, name) in &self.aliases {
            total = total.saturating_add(lengths.get(name.as_str()).copied().unwrap_or(0));
            if total > LONGEST {
                return Some((*at, "its aliases unfold to more than 4 MiB"));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(text: &str) -> Option<&'static str> {
        exceeded(text).map(|(_, why)| why)
    }

    #[test]
    fn what_asks_for_too_much_is_refused() {
        let deep = "lists and mappings stand too deep in each other";
        let long = "its aliases unfold to more than 4 MiB";
        for (text, wanted) in [
            (format!("steps: {}", "[".repeat(1000)), deep),
            (format!("steps: {}", "[\n".repeat(1000)), deep),
            (format!("steps: {}", "{a: ".repeat(1000)), deep),
            ("- ".repeat(1000), deep),
            // The quote is one of a text that goes on.
            (format!("a: x\n  \"\nb: {}", "[".repeat(1000)), deep),
            (format!("a: [x\n  \", {}", "[".repeat(1000)), deep),
            (format!("a: {}", "{\"k\":".repeat(1000)), deep),
            (format!("a: {}", "{'k':[".repeat(1000)), deep),
            (format!("{}x: 1", " ".repeat(1000)), deep),
            (
                format!(
                    "a: &o \"{}\"\nb: [{}]",
                    "x".repeat(1 << 20),
                    "*o, ".repeat(5)
                ),
                long,
            ),
            (
                (0..30).fold("a0: &a0 xxxxxxxxxx\n".to_owned(), |text, i| {
                    text + &format!("a{}: &a{} [*a{i}, *a{i}]\n", i + 1, i + 1)
                }),
                long,
            ),
        ] {
            assert_eq!(why(&text), Some(wanted), "{}", &text[..60.min(text.len())]);
        }
    }

    #[test]
    fn what_people_write_is_read() {
        let brackets = "[".repeat(500);
        for text in [
            format!("run: |\n  {brackets}\n  *a &b\nnext: 1\n"),
            format!("run: \"{brackets}\"\nsay: '{brackets}'\n"),
            "run: echo [\n".repeat(500),
            "base: &base {a: 1}\none: *base\ntwo: *base\n".to_owned(),
            "a: it's *not* an alias & no anchor\n".repeat(500),
            format!("# {brackets}\na: x # {brackets}\n"),
            format!("a: {{\"k\":\"{brackets}\", 'it''s':'it''s {brackets}'}}\n"),
            format!("a: one\n  {brackets}\nb: \"x\n  {brackets}\"\n"),
        ] {
            assert_eq!(why(&text), None, "{text}");
        }
    }
}
