//! it is only thought of

use crate::commandline;
use crate::document::Role;
use crate::document::case::{Case, Rule, Why};
use crate::document::evidence::{self, Says, Sentence};
use crate::document::page::{Mark, Prose};

pub(super) const RULE: Rule<Why> = Rule {
    name: "supposed",
    says: "it is only thought of",
    example: "What if we ran:",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Why> {
    // A build that stands right below lines of a Dockerfile which nobody saves goes with them.
    let above = case
        .before
        .last()
        .filter(|block| case.lead.is_adjacent && block.role == Role::Fragment);
    let is_build = !case.commands.is_empty()
        && case.commands.iter().all(|text| {
            commandline::files_needed(text)
                .iter()
                .any(|file| file == "Dockerfile")
        });
    if let Some(above) = above.filter(|_| is_build) {
        return Some(Why::no(
            "it goes with the lines above it, which are only shown",
            &above.span,
        ));
    }
    let is_quiz = |sentence: &Sentence| {
        let digits = sentence.plain.strip_prefix('q').unwrap_or_default();
        digits.starts_with(|c: char| c.is_ascii_digit()) || sentence.plain.starts_with("question ")
    };
    let is_of_quiz = case.page.ancestors(case.section).any(|section| {
        ["quiz", "test yourself", "self-check"]
            .iter()
            .any(|word| section.title.to_lowercase().contains(word))
    });
    if let Some(sentence) = case
        .lead
        .sentences
        .iter()
        .rev()
        .find(|sentence| is_quiz(sentence) || is_of_quiz)
    {
        return Some(Why::no("it belongs to a question", &sentence.span));
    }
    if let Some(prose) = names_examples(case) {
        return Some(Why::no("it is one of several examples", &prose.span));
    }
    let last = case.lead.ends(Says::Supposed)?;
    let is_kept = last.plain.contains("would like to")
        && !last.plain.contains("would like to be able")
        || last.plain.starts_with("if you would like")
        || last.plain.starts_with("you can ")
        || last.plain.contains(", you can ")
        || last.plain.contains(", let's ")
        || asks_to_try(&last.plain)
        || [
            "run ", "type ", "now run", "now type", "let's ", "enter ", "execute ", "try ",
        ]
        .iter()
        .any(|verb| last.plain.starts_with(verb));
    (!is_kept).then(|| Why::no("the sentence before it only supposes it", &last.span))
}

/// `Creates a network. Examples:`, above items that are one code span each.
fn names_examples<'c>(case: &'c Case<'_>) -> Option<&'c Prose> {
    const EXAMPLES: &[&str] = &[
        "examples:",
        "beispiele:",
        "ejemplos:",
        "exemples :",
        "exemples:",
        "exemplos:",
        "esempi:",
    ];
    let above = case
        .prose_before()
        .find(|prose| prose.alone().is_none())
        .filter(|_| case.code.mark == Mark::Alone)?;
    let plain = evidence::plain(&above.text);
    // `Let's work through some examples:` is for the reader to do.
    let is_order = ["let's ", "try ", "run ", "work through ", "now "]
        .iter()
        .any(|word| plain.contains(word));
    if is_order {
        return None;
    }
    EXAMPLES
        .iter()
        .any(|word| plain.ends_with(word))
        .then_some(above)
}

/// `What if we stop it and start another one?`, and then it is done; `What if we used …?` is only asked.
fn asks_to_try(plain: &str) -> bool {
    let rest = [
        "what if we ",
        "what if you ",
        "what happens if we ",
        "what happens if you ",
    ]
    .iter()
    .find_map(|words| plain.split_once(words))
    .map(|(_, rest)| rest);
    let verb = rest
        .and_then(|rest| rest.split(' ').next())
        .unwrap_or_default();
    !verb.is_empty()
        && !verb.ends_with("ed")
        && !matches!(
            verb,
            "had"
                | "were"
                | "could"
                | "would"
                | "just"
                | "wrote"
                | "ran"
                | "put"
                | "did"
                | "forgot"
                | "don't"
                | "do"
                | "never"
        )
}
