//! One page on several engines: a row a step, a column an engine; what breaks only on some comes first.

use std::fmt::Write;

use serde_json::{Value, json as object};

use crate::wording::{ASIDE, BAD, GOOD, visible};

/// A play of some pages with an engine.
#[derive(Debug, Clone)]
pub struct Column {
    /// `29.1.3`, or what its file is called.
    pub engine: String,
    /// What came of each step, in the order of playing.
    pub steps: Vec<Cell>,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The page.
    pub document: String,
    /// The step's key.
    pub key: String,
    /// Its line.
    pub line: usize,
    /// The command.
    pub run: String,
    /// The verdict, in a word.
    pub verdict: &'static str,
    /// Why; nothing for a pass.
    pub reason: String,
}

/// A step on all engines.
struct Row<'c> {
    first: &'c Cell,
    /// By column; none where the step is not on the page that was played there.
    cells: Vec<Option<&'c Cell>>,
}

/// Whether a verdict says that a reader is stuck.
fn is_red(cell: &Cell) -> bool {
    matches!(cell.verdict, "broken" | "unrecorded")
}

impl Row<'_> {
    /// Engines on which it is red.
    fn red<'e>(&self, columns: &'e [Column]) -> Vec<&'e str> {
        let cells = self.cells.iter().zip(columns);
        let red = cells.filter(|(cell, _)| cell.is_some_and(is_red));
        red.map(|(_, column)| column.engine.as_str()).collect()
    }
}

/// Rows in the order of the first engine that has them; red ones first, of these the fewest engines first.
fn rows(columns: &[Column]) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        for cell in &column.steps {
            let same = |row: &&mut Row<'_>| {
                (&row.first.document, &row.first.key) == (&cell.document, &cell.key)
            };
            if let Some(row) = rows.iter_mut().find(same) {
                row.cells[at] = Some(cell);
            } else {
                let mut cells = vec![None; columns.len()];
                cells[at] = Some(cell);
                rows.push(Row { first: cell, cells });
            }
        }
    }
    rows.sort_by_key(|row| match row.red(columns).len() {
        0 => usize::MAX,
        some => some,
    });
    rows
}

/// `breaks only on 29.1.3`, `breaks on all engines`.
fn says(red: &[&str], columns: &[Column]) -> String {
    if red.len() == columns.len() {
        "breaks on every engine".to_owned()
    } else {
        format!("breaks only on {}", red.join(", "))
    }
}

/// For people: what breaks where, then how many steps are well everywhere.
pub fn text(columns: &[Column]) -> String {
    let mut text = String::new();
    let rows = rows(columns);
    for row in &rows {
        let red = row.red(columns);
        if red.is_empty() {
            continue;
        }
        let Cell {
            document,
            line,
            run,
            ..
        } = row.first;
        let command = run.lines().next().unwrap_or_default();
        let said = says(&red, columns);
        let _ = writeln!(
            text,
            "{BAD}{:>12}{BAD:#} {}:{line} {}: {said}",
            "BROKEN",
            visible(document),
            visible(command)
        );
        for (cell, column) in row.cells.iter().zip(columns) {
            let (verdict, reason) =
                cell.map_or(("absent", ""), |cell| (cell.verdict, &cell.reason));
            let reason = if reason.is_empty() {
                String::new()
            } else {
                format!(": {}", visible(reason))
            };
            let _ = writeln!(
                text,
                "{ASIDE}{:>12} {} {verdict}{reason}{ASIDE:#}",
                "",
                visible(&column.engine)
            );
        }
    }
    let well = rows
        .iter()
        .filter(|row| row.red(columns).is_empty())
        .count();
    let engines: Vec<&str> = columns
        .iter()
        .map(|column| column.engine.as_str())
        .collect();
    let _ = writeln!(
        text,
        "{GOOD}{:>12}{GOOD:#} {} of {} are well on {}",
        "Summary",
        well,
        crate::wording::count(rows.len(), "step"),
        visible(&engines.join(", "))
    );
    text
}

/// For programs.
pub fn json(columns: &[Column], exit: u8) -> String {
    let rows: Vec<Value> = rows(columns)
        .iter()
        .map(|row| {
            let cells = row.cells.iter().zip(columns).map(|(cell, column)| {
                object!({
                    "engine": column.engine,
                    "verdict": cell.map(|cell| cell.verdict),
                    "reason": cell.map(|cell| &cell.reason),
                })
            });
            object!({
                "document": row.first.document,
                "key": row.first.key,
                "line": row.first.line,
                "run": row.first.run,
                "breaks_on": row.red(columns),
                "engines": cells.collect::<Vec<Value>>(),
            })
        })
        .collect();
    let engines: Vec<&str> = columns
        .iter()
        .map(|column| column.engine.as_str())
        .collect();
    let value = object!({ "engines": engines, "steps": rows, "exit": exit });
    format!("{value:#}\n")
}

/// As a table for an issue or a pull request: only what is red somewhere.
pub fn markdown(columns: &[Column]) -> String {
    let rows = rows(columns);
    let red: Vec<&Row<'_>> = rows
        .iter()
        .filter(|row| !row.red(columns).is_empty())
        .collect();
    if red.is_empty() {
        return format!(
            "All of {} are well on every engine.\n",
            crate::wording::count(rows.len(), "step")
        );
    }
    let mut text = "| step |".to_owned();
    for column in columns {
        let _ = write!(text, " {} |", super::told::plain(&column.engine));
    }
    let _ = writeln!(text, "\n|---|{}", "---|".repeat(columns.len()));
    for row in red {
        let Cell {
            document,
            line,
            run,
            ..
        } = row.first;
        let command = super::told::code(run).replace('|', "\\|");
        let _ = write!(
            text,
            "| {}:{line} {command} |",
            super::told::plain(document)
        );
        for cell in &row.cells {
            let said = cell.map_or("absent".to_owned(), |cell| {
                if is_red(cell) {
                    format!("**{}**: {}", cell.verdict, super::told::plain(&cell.reason))
                } else {
                    cell.verdict.to_owned()
                }
            });
            let _ = write!(text, " {said} |");
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(engine: &str, verdicts: &[(&str, &'static str)]) -> Column {
        let cell = |(key, verdict): &(&str, &'static str)| Cell {
            document: "page.md".to_owned(),
            key: (*key).to_owned(),
            line: 3,
            run: format!("docker {key}"),
            verdict,
            reason: if *verdict == "broken" {
                "exit 1 instead of 0".to_owned()
            } else {
                String::new()
            },
        };
        Column {
            engine: engine.to_owned(),
            steps: verdicts.iter().map(cell).collect(),
        }
    }

    #[test]
    fn what_breaks_only_on_some_comes_first() {
        let columns = [
            column("26.1", &[("a", "broken"), ("b", "passed"), ("c", "passed")]),
            column("29.1", &[("a", "broken"), ("b", "broken"), ("c", "passed")]),
        ];
        let told = anstream::adapter::strip_str(&text(&columns)).to_string();
        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(
            lines[0],
            "      BROKEN page.md:3 docker b: breaks only on 29.1"
        );
        assert_eq!(lines[2], "             29.1 broken: exit 1 instead of 0");
        assert_eq!(
            lines[3],
            "      BROKEN page.md:3 docker a: breaks on every engine"
        );
        assert_eq!(lines[6], "     Summary 1 of 3 steps are well on 26.1, 29.1");
        let value: Value = serde_json::from_str(&json(&columns, 1)).expect("JSON");
        assert_eq!(value["steps"][0]["breaks_on"], object!(["29.1"]));
        let table = markdown(&columns);
        assert_eq!(table.lines().count(), 4, "{table}");
        assert_eq!(
            table.lines().nth(2),
            Some("| page.md:3 ` docker b ` | passed | **broken**: exit 1 instead of 0 |")
        );
    }
}
