//! Tables: rows and columns by their header, whatever the widths.

mod images;
mod lay;
mod read;
mod services;

use std::ops::Range;

use super::bindings::Bindings;
use super::comparison::{Aligned, Comparison, What};
use super::emphasis::{Marks, emphasis};
use super::vocabulary::Vocabulary;
use super::why::Why;
use super::words::Matcher;
use crate::identity::Kind;
use images::as_old_images;
use read::{Row, Table, cell};
use services::as_old_services;

/// Larger tables than any of Docker's are compared line by line: each row is tried with each.
const MOST_PAIRS: usize = 250_000;

impl Matcher<'_> {
    /// Compares two tables; none if one of the texts has no header.
    pub(super) fn tables(
        &self,
        expected: &str,
        live: &str,
        bindings: &mut Bindings,
    ) -> Option<Comparison> {
        let mut expected_table = self.read_table(expected, &self.expected)?;
        let mut live_table = self.read_table(live, &self.live)?;
        if expected_table.rows.len() * live_table.rows.len() > MOST_PAIRS {
            return None;
        }
        as_old_images(&mut expected_table, &mut live_table);
        as_old_services(&mut expected_table, &mut live_table);
        let before = self.lines(&expected_table.before, &live_table.before, bindings);
        let mut aligned = before.lines;
        let mut warnings = before.warnings;
        let columns = self.columns(&expected_table, &live_table, &mut aligned);
        for (e, l) in self.rows(&expected_table, &live_table, &columns, bindings) {
            aligned.extend(self.row(
                e.map(|e| &expected_table.rows[e]),
                l.map(|l| &live_table.rows[l]),
                (&expected_table, &live_table),
                &columns,
                bindings,
            ));
        }
        let comparison = Comparison::of(aligned);
        warnings.extend(&comparison.warnings);
        Some(Comparison {
            warnings,
            ..comparison
        })
    }

    /// Which columns stand opposite each other; those that one side lacks are differences.
    fn columns(
        &self,
        expected: &Table<'_>,
        live: &Table<'_>,
        aligned: &mut Vec<Aligned>,
    ) -> Vec<(usize, usize)> {
        let place =
            |table: &Table<'_>, name: &str| table.columns.iter().position(|column| column == name);
        let is_wanted = |name: &str| !self.knowledge.is_optional(name);
        for name in expected.columns.iter().filter(|name| is_wanted(name)) {
            if place(live, name).is_none() {
                aligned.push(Aligned::Missing {
                    expected: expected.header,
                    what: What::Column(name.clone()),
                });
            }
        }
        for name in live.columns.iter().filter(|name| is_wanted(name)) {
            if place(expected, name).is_none() {
                aligned.push(Aligned::Extra {
                    live: live.header,
                    what: What::Column(name.clone()),
                });
            }
        }
        expected
            .columns
            .iter()
            .enumerate()
            .filter_map(|(e, name)| Some((e, place(live, name)?)))
            .collect()
    }

    /// Which rows stand opposite each other.
    fn rows(
        &self,
        expected: &Table<'_>,
        live: &Table<'_>,
        columns: &[(usize, usize)],
        bindings: &Bindings,
    ) -> Vec<(Option<usize>, Option<usize>)> {
        if self.knowledge.has_ordered_rows() && !expected.has_elision {
            let most = expected.rows.len().max(live.rows.len());
            return (0..most)
                .map(|i| {
                    let of = |table: &Table<'_>| (i < table.rows.len()).then_some(i);
                    (of(expected), of(live))
                })
                .collect();
        }
        let mut taken = vec![false; live.rows.len()];
        let mut found: Vec<Option<usize>> = vec![None; expected.rows.len()];
        let is_key = |(e, _): &&(usize, usize)| self.knowledge.is_key(&expected.columns[*e]);
        let keys: Vec<(usize, usize)> = columns.iter().filter(is_key).copied().collect();
        // Rows that are the same in all that does not vary; then those that agree with what was
        // bound before; then those of the same key, whose difference is to be shown.
        let passes: [&dyn Fn(usize, usize) -> bool; 3] = [
            &|e, l| {
                self.is_same_row(&expected.rows[e], &live.rows[l], (expected, live), columns)
                    && self.row_agreement(&expected.rows[e], &live.rows[l], columns, bindings) > 0
            },
            &|e, l| {
                self.is_same_row(&expected.rows[e], &live.rows[l], (expected, live), columns)
                    && self.row_agreement(&expected.rows[e], &live.rows[l], columns, bindings) == 0
            },
            &|e, l| {
                !keys.is_empty()
                    && self.is_same_row(&expected.rows[e], &live.rows[l], (expected, live), &keys)
            },
        ];
        for is_pair in passes {
            for (e, place) in found.iter_mut().enumerate() {
                if place.is_none()
                    && let Some(l) = (0..live.rows.len()).find(|&l| !taken[l] && is_pair(e, l))
                {
                    *place = Some(l);
                    taken[l] = true;
                }
            }
        }
        let left: Vec<usize> = (0..live.rows.len()).filter(|&l| !taken[l]).collect();
        // One row that is left on each side is one row that has changed.
        let missing: Vec<usize> = (0..found.len()).filter(|&e| found[e].is_none()).collect();
        if let ([e], [l]) = (missing.as_slice(), left.as_slice())
            && !is_foreign(&live.rows[*l], &self.live)
            && !is_foreign(&expected.rows[*e], &self.expected)
        {
            found[*e] = Some(*l);
            taken[*l] = true;
        }
        let mut rows: Vec<(Option<usize>, Option<usize>)> = found
            .into_iter()
            .enumerate()
            .map(|(e, l)| (Some(e), l))
            .collect();
        rows.extend(
            left.into_iter()
                .filter(|&l| !taken[l])
                .map(|l| (None, Some(l))),
        );
        rows
    }

    fn is_same_row(
        &self,
        expected: &Row,
        live: &Row,
        tables: (&Table<'_>, &Table<'_>),
        columns: &[(usize, usize)],
    ) -> bool {
        columns.iter().all(|&(e, l)| {
            (expected.is_open && e >= expected.cells.len())
                || self
                    .cell(&tables.0.columns[e], cell(expected, e), cell(live, l), None)
                    .is_ok()
        })
    }

    /// How well the identifiers of two rows agree with what was bound before.
    fn row_agreement(
        &self,
        expected: &Row,
        live: &Row,
        columns: &[(usize, usize)],
        bindings: &Bindings,
    ) -> i32 {
        let of_cells =
            |&(e, l): &(usize, usize)| self.agreement(cell(expected, e), cell(live, l), bindings);
        columns.iter().map(of_cells).sum()
    }

    /// The judgement of two rows, or of one that the other side lacks.
    fn row(
        &self,
        expected: Option<&Row>,
        live: Option<&Row>,
        tables: (&Table<'_>, &Table<'_>),
        columns: &[(usize, usize)],
        bindings: &mut Bindings,
    ) -> Option<Aligned> {
        let named = |row: &Row, table: &Table<'_>| {
            let key = self
                .knowledge
                .keys()
                .filter_map(|key| table.columns.iter().position(|column| column == key))
                .map(|column| cell(row, column))
                .find(|name| !name.is_empty());
            What::Row(key.map(str::to_owned))
        };
        let (expected, live) = match (expected, live) {
            (Some(expected), Some(live)) => (expected, live),
            (Some(expected), None) => {
                return (!is_foreign(expected, &self.expected)).then(|| Aligned::Missing {
                    expected: expected.number,
                    what: named(expected, tables.0),
                });
            }
            (None, Some(live)) => {
                let is_ours = !is_foreign(live, &self.live) && !tables.0.has_elision;
                return is_ours.then(|| Aligned::Extra {
                    live: live.number,
                    what: named(live, tables.1),
                });
            }
            (None, None) => return None,
        };
        for &(e, l) in columns {
            if expected.is_open && e >= expected.cells.len() {
                continue;
            }
            let (before, after) = (cell(expected, e), cell(live, l));
            let column = &tables.0.columns[e];
            if let Err(why) = self.cell(column, before, after, Some(bindings)) {
                return Some(Aligned::Changed {
                    expected: expected.number,
                    live: live.number,
                    why: Why::Column {
                        name: column.clone(),
                        why: Box::new(why),
                    },
                    marks: marks(expected, live, before, after),
                });
            }
        }
        Some(Aligned::Same {
            expected: expected.number,
            live: live.number,
        })
    }

    fn cell(
        &self,
        column: &str,
        expected: &str,
        live: &str,
        bindings: Option<&mut Bindings>,
    ) -> Result<(), Why> {
        if self.knowledge.is_any(column) {
            return Ok(());
        }
        if self.knowledge.is_gauge(column) && is_nothing(expected) == is_nothing(live) {
            return Ok(());
        }
        // IDs of a swarm are words without a form of their own; the column says what they are.
        if column == "ID"
            && is_swarm_id(expected)
            && is_swarm_id(live)
            && self
                .live
                .identity(live)
                .is_none_or(|identity| identity.kind == Kind::Service)
        {
            return self.bind((expected, None), (live, None), Kind::Service, bindings);
        }
        let form: fn(&str) -> String = match column {
            _ if column.eq_ignore_ascii_case("PORTS") => ports,
            // Which tag is meant where none is written, is one for all.
            "IMAGE" => |cell| cell.strip_suffix(":latest").unwrap_or(cell).to_owned(),
            // `960 B`, as engines before 1.13 wrote it.
            "SIZE" => |cell| match cell.strip_suffix(" B") {
                Some(number) => format!("{number}B"),
                None => cell.to_owned(),
            },
            _ => str::to_owned,
        };
        let (expected, live) = (form(expected), form(live));
        let (expected, live) = (
            self.knowledge.canonical(&expected),
            self.knowledge.canonical(&live),
        );
        let first_word = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
        if (self.knowledge.is_vague(&expected) || self.knowledge.is_vague(&live))
            && first_word(&expected) == first_word(&live)
        {
            return Ok(());
        }
        // What docker has cut to the width of a column goes on in the other, or is cut elsewhere.
        let cut = |text: &str| text.trim_end_matches('"').strip_suffix('…').map(str::len);
        if let Some(length) = [cut(&expected), cut(&live)].into_iter().flatten().min() {
            let head =
                |text: &str| text[..text.floor_char_boundary(length.min(text.len()))].to_owned();
            return self.line(&head(&expected), &head(&live), bindings);
        }
        // The legacy builder keeps layers that BuildKit and registries do not have.
        if [&expected, &live]
            .iter()
            .any(|text| text.as_ref() == "<missing>")
        {
            return Ok(());
        }
        self.line(&expected, &live, bindings)
    }
}

/// It tells of something that was there before the tutorial began.
fn is_foreign(row: &Row, side: &Vocabulary<'_>) -> bool {
    row.cells
        .iter()
        .any(|cell| side.identity(cell).is_some_and(|one| one.is_foreign))
}

/// The bytes of two cells that differ, in their lines.
fn marks(expected: &Row, live: &Row, before: &str, after: &str) -> Marks {
    let (in_expected, in_live) = emphasis(before, after);
    let shifted = |row: &Row, cell: &str, marks: Vec<Range<usize>>| {
        let start = row.text.find(cell).unwrap_or(0);
        let shift = |mark: Range<usize>| mark.start + start..mark.end + start;
        marks.into_iter().map(shift).collect()
    };
    (
        shifted(expected, before, in_expected),
        shifted(live, after, in_live),
    )
}

/// The ports of a container; the same port of the host for IPv6 says nothing more.
fn ports(cell: &str) -> String {
    let mut ports: Vec<&str> = cell
        .split(", ")
        .map(|port| {
            ["0.0.0.0:", "[::]:", ":::"]
                .iter()
                .find_map(|address| port.strip_prefix(address))
                .unwrap_or(port)
        })
        .collect();
    ports.sort_unstable();
    ports.dedup();
    ports.join(", ")
}

/// `0`, `0B / 0B`, `--`: there is nothing to measure.
fn is_nothing(cell: &str) -> bool {
    !cell.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// The ID of a service, a task, a node or a secret, whole or cut; ` *` behind it marks this node.
fn is_swarm_id(cell: &str) -> bool {
    let word = cell.trim_end_matches(" *");
    matches!(word.len(), 12 | 25)
        && word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
        && word.bytes().any(|byte| byte > b'f')
}
