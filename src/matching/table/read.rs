//! A text as a table: the header, and the rows below it.

use crate::matching::notation::is_elision;
use crate::matching::profile::{Line, Reading, is_error, is_warning};
use crate::matching::vocabulary::Vocabulary;
use crate::matching::words::Matcher;

/// A header and the rows below it, each with the line it stands on.
pub(super) struct Table<'a> {
    pub(super) columns: Vec<String>,
    /// The characters at which they start; none of a table of words.
    pub(super) starts: Vec<usize>,
    pub(super) header: usize,
    pub(super) rows: Vec<Row>,
    /// Lines before the header.
    pub(super) before: Vec<Line<'a>>,
    /// On a page: some rows are left out.
    pub(super) has_elision: bool,
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) cells: Vec<String>,
    /// The whole line, for what is shown of a difference.
    pub(super) text: String,
    pub(super) number: usize,
    /// On a page: the cells after the last one are left out.
    pub(super) is_open: bool,
}

impl Matcher<'_> {
    pub(super) fn read_table<'t>(&self, text: &'t str, side: &Vocabulary<'_>) -> Option<Table<'t>> {
        let in_words = self.knowledge.reading == Reading::Columns;
        let mut lines = self.knowledge.lines(text).into_iter();
        let mut before = Vec::new();
        let header = loop {
            let line = lines.next()?;
            let first = line.text.trim_start();
            let is_header = if in_words {
                is_header_of_words(first)
            } else {
                columns_of(&line.text).len() > 1
                    && (line.text.starts_with(|c: char| c.is_ascii_uppercase())
                        || is_centred(first))
            };
            let is_header = is_header && !is_error(&line.text) && !is_warning(&line.text);
            if is_header {
                break line;
            }
            before.push(line);
        };
        if in_words {
            return Some(table_of_words(&header, lines, before, side));
        }
        let places = columns_of(&header.text);
        let columns = places
            .iter()
            .map(|&(start, end)| header.text[start..end].to_owned())
            .collect();
        let starts: Vec<usize> = places
            .iter()
            .map(|&(start, _)| header.text[..start].chars().count())
            .collect();
        let mut has_elision = false;
        let mut rows = Vec::new();
        for line in lines {
            if !side.complete && is_elision(&line.text) {
                has_elision = true;
            } else if !line.text.is_empty() && !line.text.bytes().all(|byte| byte == b'-') {
                rows.push(row(&line, &starts, !side.complete));
            }
        }
        Some(Table {
            columns,
            starts,
            header: header.number,
            rows,
            before,
            has_elision,
        })
    }
}

/// A table whose columns any blank parts.
fn table_of_words<'t>(
    header: &Line<'t>,
    lines: impl Iterator<Item = Line<'t>>,
    before: Vec<Line<'t>>,
    side: &Vocabulary<'_>,
) -> Table<'t> {
    let columns: Vec<String> = header.text.split_whitespace().map(str::to_owned).collect();
    let mut has_elision = false;
    let mut rows = Vec::new();
    for line in lines.filter(|line| !line.text.trim().is_empty()) {
        if !side.complete && is_elision(&line.text) {
            has_elision = true;
            continue;
        }
        let mut rest = line.text.trim();
        let mut cells = Vec::new();
        while cells.len() + 1 < columns.len() && !rest.is_empty() {
            let (cell, more) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            cells.push(cell.to_owned());
            rest = more.trim_start();
        }
        cells.push(rest.to_owned());
        rows.push(Row {
            cells,
            text: line.text.to_string(),
            number: line.number,
            is_open: false,
        });
    }
    Table {
        columns,
        starts: Vec::new(),
        header: header.number,
        rows,
        before,
        has_elision,
    }
}

/// The header of Compose 1, each name in the middle of its column: `     Name     Command    State   Ports`.
fn is_centred(header: &str) -> bool {
    let names: Vec<&str> = header.split_whitespace().collect();
    names.starts_with(&["Name", "Command", "State"])
}

/// `PID TTY TIME CMD`: names in capitals, of which one is a process's.
fn is_header_of_words(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let is_name = |word: &str| {
        word.bytes().any(|byte| byte.is_ascii_uppercase())
            && word
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'%' | b'+'))
    };
    words
        .clone()
        .any(|word| matches!(word, "PID" | "COMMAND" | "CMD"))
        && words.all(is_name)
}

pub(super) fn cell(row: &Row, column: usize) -> &str {
    row.cells.get(column).map_or("", String::as_str)
}

/// The bytes of each name in a header; names are separated by two blanks at least.
fn columns_of(header: &str) -> Vec<(usize, usize)> {
    let mut columns = Vec::new();
    let mut at = 0;
    while at < header.len() {
        let rest = &header[at..];
        let blank = rest.len() - rest.trim_start().len();
        if blank == rest.len() {
            break;
        }
        let start = at + blank;
        let length = header[start..].find("  ").unwrap_or(header.len() - start);
        columns.push((start, start + length));
        at = start + length;
    }
    columns
}

/// The pieces of a row between two blanks at least, each with the place of its first character.
fn pieces(text: &str) -> Vec<(usize, &str)> {
    let place = |(start, end): (usize, usize)| {
        let piece = &text[start..end];
        let blank = piece.len() - piece.trim_start().len();
        (text[..start + blank].chars().count(), piece.trim())
    };
    columns_of(text).into_iter().map(place).collect()
}

/// The pieces as cells: one after the other where no cell is empty, else each in the column that it stands
/// nearest to.
fn in_columns(pieces: &[(usize, &str)], starts: &[usize]) -> Vec<String> {
    if pieces.len() >= starts.len() {
        return pieces
            .iter()
            .map(|(_, piece)| (*piece).to_owned())
            .collect();
    }
    let mut cells = vec![String::new(); starts.len()];
    let mut first = 0;
    for (number, (place, piece)) in pieces.iter().enumerate() {
        // Those behind it need a column each.
        let last = starts.len() - (pieces.len() - number);
        let nearest = (first..=last).min_by_key(|&column| starts[column].abs_diff(*place));
        if let Some(column) = nearest {
            (*piece).clone_into(&mut cells[column]);
            first = column + 1;
        }
    }
    cells
}

/// The cells of a row: where the header's names start, or, in a table that somebody has written by
/// hand, wherever there are two blanks.
fn row(line: &Line<'_>, starts: &[usize], is_authored: bool) -> Row {
    let characters: Vec<char> = line.text.chars().collect();
    let is_clean = starts
        .iter()
        .skip(1)
        .all(|&start| start == 0 || start > characters.len() || characters[start - 1] == ' ');
    let mut cells: Vec<String> = if is_clean {
        starts
            .iter()
            .enumerate()
            .map(|(i, &start)| {
                let end = starts.get(i + 1).copied().unwrap_or(characters.len());
                let (start, end) = (start.min(characters.len()), end.min(characters.len()));
                let cell: String = characters[start..end].iter().collect();
                cell.trim().to_owned()
            })
            .collect()
    } else {
        in_columns(&pieces(&line.text), starts)
    };
    let mut is_open = false;
    if is_authored && let Some(place) = cells.iter().position(|cell| is_elision(cell)) {
        cells.truncate(place);
        is_open = true;
    }
    Row {
        cells,
        text: line.text.to_string(),
        number: line.number,
        is_open,
    }
}
