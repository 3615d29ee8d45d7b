//! What of a difference is said in the first line.

use crate::judge::{Difference, Finding};
use crate::matching::{self, Aligned};

/// What differs first, or an error that is printed where there should be none such.
pub(super) fn first_mismatch(finding: &Finding) -> String {
    let difference = finding.difference.as_ref();
    if let Some(error) = difference.and_then(new_error) {
        return format!("it says `{error}`");
    }
    difference
        .and_then(|difference| difference.comparison.first())
        .map_or_else(
            || "the output differs".to_owned(),
            |first| first.to_string(),
        )
}

/// The last line that is new, or has hardly a word in common with what it stands for, and says that something
/// went wrong.
fn new_error(difference: &Difference) -> Option<String> {
    let printed: Vec<&str> = difference.printed.lines().collect();
    let lines = difference.comparison.lines.iter().rev();
    let new = lines.filter_map(|line| match line {
        Aligned::Extra { live, .. } => Some(*printed.get(*live)?),
        Aligned::Changed { live, marks, .. } => {
            let text = *printed.get(*live)?;
            let other: usize = marks.1.iter().map(std::ops::Range::len).sum();
            (other * 2 > text.len()).then_some(text)
        }
        Aligned::Same { .. } | Aligned::Missing { .. } | Aligned::Noted { .. } => None,
    });
    let mut errors =
        new.filter(|text| matching::is_error(text.trim_start()) || is_of_program(text));
    errors
        .next()
        .map(|text| text.trim().chars().take(160).collect())
}

/// `python3: can't open file`, `cat: x: No such file or directory`: a program's name, and its complaint.
fn is_of_program(line: &str) -> bool {
    const SAYS: &[&str] = &[
        "No such file or directory",
        "not found",
        "Permission denied",
        "cannot ",
    ];
    let is_named = line
        .split_once(": ")
        .is_some_and(|(name, _)| !name.contains(' '));
    is_named && SAYS.iter().any(|words| line.contains(words))
}
