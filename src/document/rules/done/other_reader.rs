//! the sentence before it is for readers of another system or tool

use crate::document::case::{Case, Rule, Why};
use crate::document::evidence::Sentence;
use crate::document::systems;

pub(super) const RULE: Rule<Why> = Rule {
    name: "other-reader",
    says: "the sentence before it is for readers of another system or tool",
    example: "On Windows, run:",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Why> {
    let heard = || {
        let all = case.lead.sentences.iter().rev();
        all.filter(|sentence| !is_set_apart(case, sentence))
    };
    let last = heard().next()?;
    let near = heard().filter(|sentence| sentence.is_near);
    for (back, sentence) in near.enumerate() {
        let named = systems::addressed(&sentence.text);
        if case.reader.is_for(named) {
            return None;
        }
        // A sentence that has its own command is no lead to the block.
        if !sentence.leads_on() && !sentence.code.is_empty() && !sentence.plain.starts_with("on ") {
            continue;
        }
        let is_for = back == 0
            || last.leads_on() && back < 2 && is_label(sentence)
            || is_conditional(sentence) && back < 3;
        if is_for
            && !is_told_to_all(sentence)
            && let Some(others) = case.reader.others(named)
        {
            return Some(Why::no(
                format!("the sentence before it is for {others}"),
                &sentence.span,
            ));
        }
    }
    // A label alone in bold above a paragraph: **macOS**
    let label = heard()
        .take(4)
        .find(|sentence| sentence.is_alone && is_label(sentence))?;
    let others = case.reader.others(systems::addressed(&label.text))?;
    Some(Why::no(
        format!("`{}` is for {others}", label.text.trim()),
        &label.span,
    ))
}

/// Whether a sentence stands in a box that ends before the block.
fn is_set_apart(case: &Case<'_>, sentence: &Sentence) -> bool {
    let at = case.code.span.start;
    let mut around = case.page.boxes_around(sentence.span.start);
    around.any(|boxed| boxed.kind != "details" && !boxed.span.contains(&at))
}

fn is_label(sentence: &Sentence) -> bool {
    sentence.text.split_whitespace().count() <= 4
}

/// `If you are on Windows, …`
fn is_conditional(sentence: &Sentence) -> bool {
    ["if ", "for ", "on ", "in ", "when "]
        .iter()
        .any(|word| sentence.plain.starts_with(word))
}

/// What is said beside of other systems is told to all: `(on Windows, use Git Bash)`.
fn is_told_to_all(sentence: &Sentence) -> bool {
    sentence.plain.contains("except on")
        || sentence.plain.contains("unless you")
        || sentence.plain.contains("not on windows")
        || sentence.plain.contains("works on windows")
        || sentence.plain.contains("as well as")
        || sentence.plain.contains("same on")
}
