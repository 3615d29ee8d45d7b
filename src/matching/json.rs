//! JSON by its structure: a line for each value, with the way to it.

use std::collections::BTreeMap;

use super::profile::{Knowledge, Line};

/// Each value of a JSON text as `[0].State.Status: "running"`, with the line it stands on, in the
/// order of the ways; none if the text is no JSON.
pub(super) fn values(text: &str, knowledge: &Knowledge<'_>) -> Option<Vec<Line<'static>>> {
    let mut reader = Parser {
        text,
        at: 0,
        line: 0,
        knowledge,
        values: Vec::new(),
        ways: 0,
    };
    reader.value(String::new(), 0)?;
    reader.blank();
    // Some commands print an object to a line.
    let mut number = 1;
    while reader.at != text.len() {
        reader.value(format!("line[{number}]"), 0)?;
        reader.blank();
        number += 1;
    }
    let mut values = reader.values;
    values.sort_by(|a, b| a.0.cmp(&b.0));
    let line = |(way, value, number): (String, String, usize)| Line {
        text: knowledge
            .canonical(&format!("{way}: {value}"))
            .into_owned()
            .into(),
        number,
    };
    Some(values.into_iter().map(line).collect())
}

/// Without the values that only one side has because its version of Docker has them: fields come and
/// go. An element of an array, or what is in something that is empty on the other side, is no such
/// field.
pub(super) fn in_both(
    expected: Vec<Line<'static>>,
    live: Vec<Line<'static>>,
    knowledge: &Knowledge<'_>,
) -> (Vec<Line<'static>>, Vec<Line<'static>>) {
    let ways = |lines: &[Line<'_>]| -> BTreeMap<String, bool> {
        let entry = |line: &Line<'_>| {
            let (way, value) = line.text.split_once(": ")?;
            Some((way.to_owned(), value == NOTHING))
        };
        lines.iter().filter_map(entry).collect()
    };
    let (of_expected, of_live) = (ways(&expected), ways(&live));
    let kept = |lines: Vec<Line<'static>>, other: &BTreeMap<String, bool>, is_expected: bool| {
        lines
            .into_iter()
            .filter(|line| {
                let (way, value) = line.text.split_once(": ").unwrap_or((&line.text, ""));
                match relation(way, other) {
                    Relation::There => true,
                    Relation::Field if is_expected => {
                        value != NOTHING && !knowledge.may_be_lost(way)
                    }
                    Relation::Field => !knowledge.is_optional(way),
                    // That something is empty is said by what the other side has in it.
                    Relation::Beyond => value != NOTHING && !knowledge.is_any(way),
                }
            })
            .collect()
    };
    (
        kept(expected, &of_live, true),
        kept(live, &of_expected, false),
    )
}

/// `"b=2,a=1"` is `"a=1,b=2"`: pairs come in the order of a map, which is none.
fn in_order(value: &str) -> String {
    let inner = value.trim_matches('"');
    let mut pairs: Vec<&str> = inner.split(',').collect();
    if pairs.len() < 2 || !pairs.iter().all(|pair| pair.contains('=')) {
        return value.to_owned();
    }
    pairs.sort_unstable();
    format!("\"{}\"", pairs.join(","))
}

/// How a way stands to those of the other side.
enum Relation {
    /// It is one of them.
    There,
    /// It goes through an object that lacks the field.
    Field,
    /// It goes through an array that is shorter, or through something that is empty.
    Beyond,
}

fn relation(way: &str, other: &BTreeMap<String, bool>) -> Relation {
    let has_below = |prefix: &str| {
        other
            .range(prefix.to_owned()..)
            .next()
            .is_some_and(|(found, _)| found.starts_with(prefix))
    };
    if other.contains_key(way) {
        return Relation::There;
    }
    if has_below(&format!("{way}.")) || has_below(&format!("{way}[")) {
        return Relation::Beyond;
    }
    let mut parent = way;
    while let Some(end) = parent.rfind(['.', '[']) {
        let is_field = parent[end..].starts_with('.');
        parent = &parent[..end];
        if other.get(parent) == Some(&true) {
            return Relation::Beyond;
        }
        if is_field && has_below(&format!("{parent}.")) {
            return Relation::Field;
        }
        if !is_field && has_below(&format!("{parent}[")) {
            return Relation::Beyond;
        }
    }
    Relation::Beyond
}

/// Stands for `null`, `""`, `0`, `false`, `[]` and `{}`, which versions of Docker write for each
/// other.
const NOTHING: &str = "nothing";

/// Deeper than any answer of Docker's.
const DEEPEST: usize = 64;

/// More values than any answer of Docker's has.
const MOST_VALUES: usize = 50_000;

/// The ways to all of them together, in bytes: a long key stands in the way to each value below it.
const LONGEST_WAYS: usize = 4 << 20;

struct Parser<'a, 'k> {
    text: &'a str,
    at: usize,
    line: usize,
    knowledge: &'a Knowledge<'k>,
    values: Vec<(String, String, usize)>,
    /// How long the ways to the values are together.
    ways: usize,
}

impl<'a> Parser<'a, '_> {
    fn blank(&mut self) {
        while let Some(byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'\n' => self.line += 1,
                b' ' | b'\t' | b'\r' => {}
                _ => break,
            }
            self.at += 1;
        }
    }

    fn next_is(&mut self, wanted: u8) -> bool {
        self.blank();
        let is_there = self.text.as_bytes().get(self.at) == Some(&wanted);
        self.at += usize::from(is_there);
        is_there
    }

    fn value(&mut self, way: String, depth: usize) -> Option<()> {
        self.ways += way.len();
        if depth > DEEPEST || self.values.len() > MOST_VALUES || self.ways > LONGEST_WAYS {
            return None;
        }
        self.blank();
        match self.text.as_bytes().get(self.at)? {
            b'{' => self.object(&way, depth),
            b'[' => self.array(&way, depth),
            b'"' => {
                let line = self.line;
                let text = self.string()?;
                self.push(way, text, line);
                Some(())
            }
            _ => {
                let line = self.line;
                let rest = &self.text[self.at..];
                let length = rest
                    .find(|c: char| c.is_whitespace() || matches!(c, ',' | '}' | ']'))
                    .unwrap_or(rest.len());
                let word = &rest[..length];
                let is_value = matches!(word, "true" | "false" | "null")
                    || word.starts_with(|c: char| c.is_ascii_digit() || c == '-');
                self.at += length;
                is_value.then(|| self.push(way, word, line))
            }
        }
    }

    fn push(&mut self, way: String, value: &'a str, line: usize) {
        let is_nothing = matches!(value, "null" | "\"\"" | "0" | "false" | "-1");
        let value = if self.knowledge.is_any(&way) {
            "…".to_owned()
        } else if is_nothing {
            NOTHING.to_owned()
        } else {
            in_order(value)
        };
        self.values.push((way, value, line));
    }

    fn string(&mut self) -> Option<&'a str> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        self.at += 1;
        while *bytes.get(self.at)? != b'"' {
            self.at += if bytes[self.at] == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
        self.text.get(start..self.at)
    }

    fn object(&mut self, way: &str, depth: usize) -> Option<()> {
        self.at += 1;
        if self.next_is(b'}') {
            self.push(way.to_owned(), "null", self.line);
            return Some(());
        }
        loop {
            self.blank();
            if self.text.as_bytes().get(self.at) != Some(&b'"') {
                return None;
            }
            let line = self.line;
            let quoted = self.string()?;
            let key = quoted.trim_matches('"');
            if !self.next_is(b':') {
                return None;
            }
            // An object by IDs: which they are is for the bindings to say.
            let is_id = key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
            if is_id {
                self.push(format!("{way}.{{id}}"), quoted, line);
            }
            let key = if is_id { "{id}" } else { key };
            self.value(format!("{way}.{key}"), depth + 1)?;
            if self.next_is(b'}') {
                return Some(());
            }
            if !self.next_is(b',') {
                return None;
            }
        }
    }

    fn array(&mut self, way: &str, depth: usize) -> Option<()> {
        self.at += 1;
        if self.next_is(b']') {
            self.push(way.to_owned(), "null", self.line);
            return Some(());
        }
        let mut index = 0;
        loop {
            self.value(format!("{way}[{index}]"), depth + 1)?;
            index += 1;
            if self.next_is(b']') {
                return Some(());
            }
            if !self.next_is(b',') {
                return None;
            }
        }
    }
}
