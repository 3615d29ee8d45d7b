//! What a comparison found: a value with reasons.

use super::emphasis::Marks;

/// One line of the comparison; numbers count the lines of each output from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aligned {
    /// The two say the same.
    Same {
        /// The expected line.
        expected: usize,
        /// The line that was printed.
        live: usize,
    },
    /// The two stand in the same place and differ.
    Changed {
        /// The expected line.
        expected: usize,
        /// The line that was printed.
        live: usize,
        /// What the difference is.
        reason: String,
        /// The bytes that make it, in each of the two lines.
        marks: Marks,
    },
    /// Expected, and not printed.
    Missing {
        /// The expected line.
        expected: usize,
        /// What it is, if it is more than a line: `row web`.
        what: Option<String>,
    },
    /// Printed, and not expected.
    Extra {
        /// The line that was printed.
        live: usize,
        /// What it is, if it is more than a line.
        what: Option<String>,
    },
    /// Printed and not expected, but only a warning: nobody is stuck.
    Noted {
        /// The line that was printed.
        live: usize,
    },
}

impl Aligned {
    /// Whether nothing is wrong with it.
    pub fn is_fine(&self) -> bool {
        matches!(self, Aligned::Same { .. } | Aligned::Noted { .. })
    }
}

/// What a comparison found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The lines in order; empty if nothing differs.
    pub lines: Vec<Aligned>,
    /// Warnings that are new, each a line that was printed; they do not count as differences.
    pub warnings: Vec<usize>,
    /// The smallest setting that would accept the difference, if it is not what was meant.
    pub acceptance: Option<String>,
}

impl Comparison {
    /// Nothing differs.
    pub fn same() -> Comparison {
        Comparison::default()
    }

    /// Of aligned lines; those that are all fine say no more than their warnings.
    pub(super) fn of(lines: Vec<Aligned>) -> Comparison {
        let warnings = lines
            .iter()
            .filter_map(|line| match line {
                Aligned::Noted { live } => Some(*live),
                _ => None,
            })
            .collect();
        let is_same = lines.iter().all(Aligned::is_fine);
        Comparison {
            lines: if is_same { Vec::new() } else { lines },
            warnings,
            acceptance: None,
        }
    }

    /// Whether nothing differs.
    pub fn is_same(&self) -> bool {
        self.lines.is_empty()
    }

    /// The first difference, in one sentence.
    pub fn reason(&self) -> Option<String> {
        self.reasons(1).into_iter().next()
    }

    /// The first differences, in one sentence each; lines that are missing or new are counted.
    pub fn reasons(&self, most: usize) -> Vec<String> {
        let count =
            |wanted: fn(&Aligned) -> bool| self.lines.iter().filter(|line| wanted(line)).count();
        let missing = count(|line| matches!(line, Aligned::Missing { what: None, .. }));
        let extra = count(|line| matches!(line, Aligned::Extra { what: None, .. }));
        let mut reasons: Vec<String> = Vec::new();
        for line in &self.lines {
            if reasons.len() == most {
                break;
            }
            let reason = match line {
                Aligned::Changed { reason, .. } => reason.clone(),
                Aligned::Missing {
                    what: Some(what), ..
                } => format!("{what} is missing"),
                Aligned::Extra {
                    what: Some(what), ..
                } => format!("{what} is new"),
                Aligned::Missing { .. } if missing == 1 => "a line is missing".to_owned(),
                Aligned::Missing { .. } => format!("{missing} lines are missing"),
                Aligned::Extra { .. } if extra == 1 => "a line is new".to_owned(),
                Aligned::Extra { .. } => format!("{extra} lines are new"),
                Aligned::Same { .. } | Aligned::Noted { .. } => continue,
            };
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        reasons
    }
}
