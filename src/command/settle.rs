//! What two plays teach: steps that print something else each time, and what of it is known to vary.

use crate::expectation::Expectations;
use crate::matching::{self, Sort, Spot};
use crate::report::StepReport;
use crate::wording::{GOOD, NOTE};

/// Says what a step has printed otherwise at a later play; where it is to be settled and can be, what varies
/// is written into the recording. 1 if it is not.
pub(super) fn settle(step: &StepReport, recording: Option<&mut Expectations>, writes: bool) -> u8 {
    let command = step.run.lines().next().unwrap_or_default();
    let found = varies(step);
    let recorded = recording.and_then(|recording| {
        let mut steps = recording.steps.iter_mut();
        steps.find(|recorded| recorded.step == step.key)
    });
    if let (true, Some(found), Some(recorded)) = (writes, &found, recorded) {
        super::remark(&format!(
            "{GOOD}settled{GOOD:#}: line {}: `{command}`: {}\n",
            step.line,
            said(found)
        ));
        for varies in found {
            // At a play before it may have looked like a closer kind.
            recorded
                .varies
                .retain(|old| (old.line, old.at) != (varies.line, varies.at));
            recorded.varies.push(varies.clone());
        }
        recorded.varies.sort();
        return 0;
    }
    let reason = step.finding.reason.as_deref().unwrap_or_default();
    let way = match found {
        Some(found) => format!(
            "{}: `tutcheck record --settle` writes that down; or write `<!-- tutcheck: mask=/regex/ -->` before its block",
            said(&found)
        ),
        None => "write `<!-- tutcheck: mask=/regex/ -->`, or `unordered` or `no-compare`, before its block, and record again".to_owned(),
    };
    super::remark(&format!(
        "{NOTE}unsettled{NOTE:#}: line {}: `{command}` printed something else the next time: {reason}\n      {way}\n",
        step.line,
    ));
    1
}

/// The words in which a step differs, if it differs in nothing else.
fn varies(step: &StepReport) -> Option<Vec<Spot>> {
    let difference = step.finding.difference.as_ref()?;
    let (expected, printed) = (&difference.expected, &difference.printed);
    matching::varying(&difference.comparison, expected, printed)
}

/// `8f3a99` in line 2 is a hexadecimal number each time, and 3 words more.
fn said(found: &[Spot]) -> String {
    const MOST: usize = 3;
    let words: Vec<String> = found
        .iter()
        .take(MOST)
        .map(|varies| {
            let kind = match varies.sort {
                Sort::Number => "a number",
                Sort::Hex => "a hexadecimal number",
                Sort::Word => "a word of the same form",
            };
            format!(
                "`{}` in line {} is {kind} each time",
                varies.word, varies.line
            )
        })
        .collect();
    let more = found.len().saturating_sub(MOST);
    let and_more = if more > 0 {
        format!(", and {more} more")
    } else {
        String::new()
    };
    format!("{}{and_more}", words.join(", "))
}
