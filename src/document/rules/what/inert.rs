//! it is a picture, a note of the site or empty: nothing to type or save

use crate::commandline::is_assignment;
use crate::document::case::{Case, Found, Reading, Rule};
use crate::document::evidence::{Look, Says, look};
use crate::document::fence::Language;
use crate::document::page::Mark;
use crate::document::placeholder::usage_pattern;
use crate::document::role::Role;

pub(super) const RULE: Rule<Found> = Rule {
    name: "inert",
    says: "it is a picture, a note of the site or empty: nothing to type or save",
    example: "```mermaid",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Found> {
    if case.first().is_none() {
        return Some(case.found(Reading::Look(Role::Other), "the block is empty"));
    }
    // A tree that nothing prints.
    let is_tree = case
        .texts
        .iter()
        .any(|line| line.trim_start().starts_with(['├', '└']));
    let is_printed = case.lead.near(Says::Output).is_some()
        || case.texts.iter().any(|line| case.has_prompt(line))
        || case.before.last().is_some_and(|block| {
            block
                .commands()
                .any(|command| command.text.contains("tree") || command.text.contains("find"))
        })
        || case
            .first()
            .is_some_and(|(_, line)| look(line) == Look::Typed);
    if is_tree && !is_printed {
        return Some(case.found(
            Reading::Look(Role::Other),
            "it is a tree of files, and nothing prints it",
        ));
    }
    let is_address = |line: &&&str| {
        let line = line.trim();
        line.contains("://") && !line.contains(char::is_whitespace) && !is_assignment(line)
    };
    let mut lines = case.texts.iter().filter(|line| !line.trim().is_empty());
    let is_said = case.lead.is_adjacent || case.lead.near(Says::Output).is_some();
    if case.kind == Language::ByContent && is_place(case) && !is_said {
        return Some(case.found(Reading::Look(Role::Other), "it is where something lies"));
    }
    if case.kind != Language::Source
        && lines.all(|line| is_address(&line))
        && case.lead.near(Says::Output).is_none()
    {
        return Some(case.found(Reading::Look(Role::Other), "it is an address"));
    }
    let is_choice = |line: &&&str| {
        let line = line.trim_start();
        ["( ) ", "(*) ", "(x) ", "[ ] ", "[x] ", "- [ ] ", "- [x] "]
            .iter()
            .any(|mark| line.starts_with(mark))
    };
    if case
        .texts
        .iter()
        .filter(|line| !line.trim().is_empty())
        .all(|line| is_choice(&line))
    {
        return Some(case.found(
            Reading::Look(Role::Other),
            "it has the choices of a question",
        ));
    }
    let is_markup = case.code.mark == Mark::Html
        && case.texts.iter().any(|line| {
            line.contains("</")
                || line.contains("<em>")
                || line.contains("<var>")
                || line.contains("&lt;")
                || line.contains("&gt;")
                || line.contains("&amp;")
        });
    if is_markup {
        let usage = case.texts.iter().find_map(|line| usage_pattern(line));
        let role = if usage.is_some() {
            Role::Synopsis
        } else {
            Role::Other
        };
        let reason = "it is HTML with tags or entities in it; a fence would say what is meant";
        return Some(case.found(Reading::Look(role), reason).guessed());
    }
    (case.kind == Language::Inert).then(|| {
        let reason = format!("`{}` is nothing to type or save", case.language);
        case.found(Reading::Look(Role::Other), reason)
    })
}

/// `/var/lib/docker/volumes/tea/_data`: where something lies, and no program.
pub(super) fn is_place(case: &Case<'_>) -> bool {
    const SCRIPTS: &[&str] = &[".sh", ".py", ".rb", ".pl", ".js", ".bash"];
    let [line] = case.texts else { return false };
    let line = line.trim();
    let is_ordered = case.lead.last().is_some_and(|last| {
        let mut words = last.plain.split(|c: char| !c.is_alphanumeric());
        words.any(|word| matches!(word, "run" | "execute" | "start" | "call" | "type"))
    });
    let is_program = ["/bin/", "/sbin/", "/init.d/"]
        .iter()
        .any(|folder| line.contains(folder))
        || SCRIPTS.iter().any(|ending| line.ends_with(ending));
    let is_deep = line.starts_with(['/', '~']) && line.matches('/').count() > 1;
    is_deep && !line.contains(char::is_whitespace) && !is_program && !is_ordered
}
