//! The rows of a page's table as they would be, in the columns that the page has.

use std::collections::BTreeMap;

use super::read::{Row, Table, cell};
use super::{Matcher, is_foreign};
use crate::matching::bindings::Bindings;
use crate::matching::rewrite::Pairing;

/// A table of a page as it would be.
pub(in crate::matching) struct Laid {
    /// The lines before the header, on the page and as printed.
    pub(in crate::matching) before: (Vec<usize>, Vec<usize>),
    /// Each row by its lines; with no text, it stays as it is.
    pub(in crate::matching) rows: BTreeMap<Pairing, Option<String>>,
}

impl Matcher<'_> {
    /// The rows of a page's table with what was printed; none, where it has no such table, or other columns.
    pub(in crate::matching) fn laid_out(
        &self,
        page: &str,
        printed: &str,
        bindings: &Bindings,
    ) -> Option<Laid> {
        let page = self.read_table(page, &self.expected)?;
        let live = self.read_table(printed, &self.live)?;
        if page.rows.len() * live.rows.len() > super::MOST_PAIRS {
            return None;
        }
        let mut differing = Vec::new();
        let columns = self.columns(&page, &live, &mut differing);
        if !differing.is_empty() || columns.len() != page.columns.len() {
            return None;
        }
        let mut written: BTreeMap<Pairing, Vec<String>> = BTreeMap::new();
        let mut rows: BTreeMap<Pairing, Option<String>> =
            BTreeMap::from([((Some(page.header), Some(live.header)), None)]);
        for (e, l) in self.rows(&page, &live, &columns, bindings) {
            let (old, new) = (e.map(|e| &page.rows[e]), l.map(|l| &live.rows[l]));
            let pair = (old.map(|row| row.number), new.map(|row| row.number));
            let is_left_out = old.is_none()
                && new.is_some_and(|row| is_foreign(row, &self.live) || page.has_elision);
            if is_left_out {
                continue;
            }
            if let Some(new) = new
                && let Some(cells) = self.cells(old, new, (&page, &columns), bindings)
            {
                written.insert(pair, cells);
            }
            rows.insert(pair, None);
        }
        lay(&page, &written, &mut rows);
        let numbers = |table: &Table<'_>| table.before.iter().map(|line| line.number).collect();
        Some(Laid {
            before: (numbers(&page), numbers(&live)),
            rows,
        })
    }

    /// The cells of a row as they would be; none, if they say the same as the page's.
    fn cells(
        &self,
        old: Option<&Row>,
        new: &Row,
        (page, columns): (&Table<'_>, &[(usize, usize)]),
        bindings: &Bindings,
    ) -> Option<Vec<String>> {
        let mut cells = Vec::new();
        let mut is_other = old.is_none();
        let mut bound = bindings.clone();
        for &(e, l) in columns {
            let printed = cell(new, l);
            let Some(old) = old else {
                cells.push(bindings.as_recorded(printed));
                continue;
            };
            if old.is_open && e >= old.cells.len() {
                // What the page leaves out, it leaves out.
                cells.push("...".to_owned());
                break;
            }
            let shown = cell(old, e);
            if self
                .cell(&page.columns[e], shown, printed, Some(&mut bound))
                .is_ok()
            {
                cells.push(shown.to_owned());
                continue;
            }
            is_other = true;
            cells.push(self.merged(shown, printed, bindings));
        }
        is_other.then_some(cells)
    }
}

/// As many blanks stand between columns as Docker puts there.
const GAP: usize = 3;

/// Puts cells below the page's header; where one is too wide, all rows are laid anew.
fn lay(
    page: &Table<'_>,
    written: &BTreeMap<Pairing, Vec<String>>,
    rows: &mut BTreeMap<Pairing, Option<String>>,
) {
    let fits = |cells: &Vec<String>| {
        let widths = page.starts.windows(2).map(|pair| pair[1] - pair[0]);
        cells
            .iter()
            .zip(widths)
            .all(|(cell, width)| cell.chars().count() < width)
    };
    if written.values().all(fits) {
        for (pair, cells) in written {
            rows.insert(*pair, Some(in_columns(cells, &page.starts)));
        }
        return;
    }
    let old = |number: usize| page.rows.iter().find(|row| row.number == number);
    let header = page.columns.clone();
    let mut all: BTreeMap<Pairing, Vec<String>> = BTreeMap::new();
    for pair in rows.keys() {
        let cells = written.get(pair).cloned().or_else(|| match pair {
            (Some(number), Some(_)) if *number == page.header => Some(header.clone()),
            (Some(number), Some(_)) => old(*number)
                .filter(|row| !row.is_open)
                .map(|row| row.cells.clone()),
            _ => None,
        });
        all.extend(cells.map(|cells| (*pair, cells)));
    }
    let mut starts = vec![0];
    for column in 0..page.columns.len() {
        let width = |cells: &Vec<String>| cells.get(column).map_or(0, |cell| cell.chars().count());
        let widest = all.values().map(width).max().unwrap_or(0);
        starts.push(starts[column] + widest + GAP);
    }
    for (pair, cells) in &all {
        rows.insert(*pair, Some(in_columns(cells, &starts)));
    }
}

fn in_columns(cells: &[String], starts: &[usize]) -> String {
    let mut line = String::new();
    let mut length = 0;
    for (cell, start) in cells.iter().zip(starts) {
        let blanks = start.saturating_sub(length).max(usize::from(length > 0));
        line.extend(std::iter::repeat_n(' ', blanks));
        line.push_str(cell);
        length += blanks + cell.chars().count();
    }
    line.trim_end().to_owned()
}
