//! what stands before it says that it is printed, and its first line is neither typed nor behind a prompt

use crate::commandline;
use crate::document::case::{Case, Found, Reading, Rule};
use crate::document::evidence::{Hand, Look, Says, Sentence, look, naming, plain};
use crate::document::fence::{self, Language};

pub(super) const RULE: Rule<Found> = Rule {
    name: "printed",
    says: "what stands before it says that it is printed, and its first line is neither typed nor behind a prompt",
    example: "You should see: ```text",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Found> {
    let (_, first) = case.first()?;
    let is_typed = look(first) == Look::Typed || case.has_prompt(first);
    if naming(case).is_some_and(|named| named.what == Hand::Made) && !case.has_prompt(first) {
        return None;
    }
    // `Output:`, alone before the block or as its title, or a heading that is no more.
    let label = case
        .lead
        .last()
        .filter(|last| last.is_alone)
        .map(|last| (&last.plain, &last.span));
    let heading = &case.page.sections[case.section];
    let heading_plain = plain(&heading.title);
    let label = label.or_else(|| {
        let is_near = case.lead.sentences.is_empty() && case.lead.heading == Some(case.section);
        is_near.then_some((&heading_plain, &heading.span))
    });
    if let Some((_, span)) = label.filter(|(text, _)| is_label(text) && !case.has_prompt(first)) {
        return Some(
            case.found(Reading::Output, "the words before it are its label")
                .by(span),
        );
    }
    let class = case.code.class_below.as_deref().unwrap_or_default();
    if fence::is_strictly_output(case.language) && !case.has_prompt(first) || class == "output" {
        let word = if class == "output" {
            "output"
        } else {
            case.language
        };
        return Some(case.found(Reading::Output, format!("the language is `{word}`")));
    }
    let sentence = case
        .lead
        .ends(Says::Output)
        .or_else(|| case.lead.near(Says::Output))?;
    let is_file = case.lead.last().is_some_and(|last| {
        !last.files().is_empty() && (last.says(Says::Save) || last.says(Says::State))
    });
    // The sentence has the command itself, and the block is what that prints.
    let own = case
        .lead
        .sentences
        .iter()
        .filter(|sentence| sentence.is_near)
        .flat_map(|sentence| &sentence.code);
    let is_of_own = own
        .filter(|code| code.contains(' ') && commandline::is_command(code))
        .any(|code| {
            let words: Vec<&str> = code.split_whitespace().take(2).collect();
            let is_there = |line: &&str| words.iter().all(|word| line.contains(word));
            !case.texts.iter().any(is_there)
        });
    let has_own = !sentence.code.is_empty();
    if is_of_own
        && has_own
        && matches!(case.kind, Language::Console | Language::ByContent)
        && case.texts.len() > 2
    {
        return Some(
            case.found(Reading::Output, "the sentence before it has its command")
                .by(&sentence.span),
        );
    }
    // Where there are prompts below, the first line must be of what was printed for certain.
    let is_session = case.texts.iter().any(|line| case.has_prompt(line));
    let is_printed = !is_session || matches!(look(first), Look::Printed | Look::Comment);
    let may_be = case.kind != Language::Inert && !is_typed && !is_file && is_printed;
    let is_plain = matches!(
        case.kind,
        Language::Shell | Language::Console | Language::ByContent
    );
    let is_said = case.follows.is_some() || matches!(look(first), Look::Printed);
    (may_be && is_plain && is_said && is_of_output(case, first, sentence)).then(|| {
        case.found(Reading::Output, "the sentence before it says so")
            .by(&sentence.span)
    })
}

/// `output`, `sample output`, `expected result`: no more words than that.
fn is_label(plain: &str) -> bool {
    const LABELS: &[&str] = &[
        "output",
        "outputs",
        "result",
        "results",
        "response",
        "salida",
        "ausgabe",
        "sortie",
        "saída",
        "вывод",
        "输出",
        "出力",
    ];
    const KINDS: &[&str] = &[
        "sample", "example", "expected", "the", "program", "command", "terminal", "console",
        "typical",
    ];
    let words: Vec<&str> = plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let Some((last, others)) = words.split_last() else {
        return false;
    };
    LABELS.contains(last) && others.iter().all(|word| KINDS.contains(word))
}

/// Whether the block has what the sentence is about: no call of a program that the table lacks, and
/// no file.
fn is_of_output(case: &Case<'_>, first: &str, sentence: &Sentence) -> bool {
    match case.kind {
        Language::Shell => {
            look(first) == Look::Printed
                || (look(first) == Look::Comment && is_answer(case))
                || sentence.leads_on() && case.texts.iter().any(|line| look(line) == Look::Printed)
        }
        _ => naming(case).is_none(),
    }
}

/// All its lines are comments or printed.
fn is_answer(case: &Case<'_>) -> bool {
    case.texts.iter().all(|line| look(line) != Look::Typed)
}
