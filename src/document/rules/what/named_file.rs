//! the page tells the reader to have a file with this content

use crate::commandline::base;
use crate::document::block::Change;
use crate::document::case::{Case, Found, Reading, Rule};
use crate::document::evidence::{Hand, Look, Naming, Says, is_denied, look, naming};
use crate::document::fence::Language;
use crate::document::file;
use crate::document::role::Role;

pub(super) const RULE: Rule<Found> = Rule {
    name: "named-file",
    says: "the page tells the reader to have a file with this content",
    example: "Create `app.py`: ```python",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Found> {
    if let Some(fragment) = goes_elsewhere(case) {
        return Some(fragment);
    }
    let named = naming(case)?;
    if is_typed(case, &named) {
        return None;
    }
    let Naming {
        path,
        at,
        what,
        how,
    } = named;
    let found = match what {
        Hand::Made => case.found(
            Reading::File {
                path,
                append: false,
            },
            how,
        ),
        Hand::Held => case
            .found(
                Reading::File {
                    path,
                    append: false,
                },
                how,
            )
            .guessed(),
        Hand::Part | Hand::Changed => {
            let reason = format!(
                "it is a part of `{path}`, or stands there already: `file={path}` saves it, `append={path}` adds it"
            );
            let guess = !case.has_fetched;
            let reading = match what {
                Hand::Changed if may_change(case) => Reading::Change(Change {
                    at_end: is_at_end(case, &path),
                    path,
                }),
                _ => Reading::Look(Role::Fragment),
            };
            Found {
                guess,
                ..case.found(reading, reason)
            }
        }
    };
    Some(found.by(&at))
}

/// Whether the sentence before tells the reader to change a file, and not what it would be like.
pub(super) fn may_change(case: &Case<'_>) -> bool {
    const NOT_NOW: &[&str] = &[
        "bad ",
        "wrong",
        "later chapter",
        "later on",
        "for example",
        "example of",
        "alternatively",
        "instead of",
        "could ",
        "would ",
    ];
    let near = case
        .lead
        .sentences
        .iter()
        .rev()
        .filter(|sentence| sentence.is_near);
    near.take(2).all(|sentence| {
        let is_said = [
            Says::Output,
            Says::Warned,
            Says::Supposed,
            Says::Or,
            Says::Recap,
            Says::Existing,
        ]
        .iter()
        .any(|what| sentence.says(*what));
        !is_said
            && !is_denied(&sentence.plain)
            && !NOT_NOW.iter().any(|words| sentence.plain.contains(words))
    })
}

/// Whether new lines belong at the end of a file: the sentence says so, or the file is a list.
fn is_at_end(case: &Case<'_>, path: &str) -> bool {
    let says_end = case.lead.last().is_some_and(|last| {
        ["end of", "bottom of", "append", "to the end"]
            .iter()
            .any(|words| last.plain.contains(words))
    });
    let name = base(path);
    says_end
        || name.ends_with(".txt")
        || file::is_environment(path)
        || matches!(name, ".gitignore" | ".dockerignore")
}

/// Files that a shell reads when it begins.
const SHELL_FILES: &[&str] = &[
    ".bashrc",
    ".zshrc",
    ".profile",
    ".bash_profile",
    ".bash_aliases",
];

/// Lines that go into a file of the machine, or into one that the sentence does not name.
fn goes_elsewhere(case: &Case<'_>) -> Option<Found> {
    let last = case.lead.last()?;
    let (_, first) = case.first()?;
    let is_typed = look(first) == Look::Typed && !is_assignment(first)
        || case.texts.iter().any(|line| case.has_prompt(line));
    let is_plain = matches!(case.kind, Language::ByContent | Language::Source);
    // Lines for the shell's own file, in the language of the shell.
    let of_shell = case.kind == Language::Shell
        && last.says(Says::Add)
        && SHELL_FILES.iter().any(|file| last.plain.contains(file));
    if of_shell
        && !case
            .texts
            .iter()
            .any(|line| case.has_prompt(line) || line.contains(">>"))
    {
        let found = case.found(
            Reading::Look(Role::Fragment),
            "it goes into a file of the reader's shell",
        );
        return Some(found.by(&last.span));
    }
    let of_machine = last.code.iter().any(|code| {
        (code.starts_with('/') || code.starts_with("~/")) && code.len() > 4 && !code.contains(' ')
    });
    let is_put = last.says(Says::Add) || last.says(Says::Save) && last.plain.contains(" to ");
    let is_led = last.leads_on() || last.text.trim_end().ends_with('.');
    (is_plain
        && !is_typed
        && is_put
        && is_led
        && !last.says(Says::Output)
        && (of_machine
            || last.files().is_empty() && last.says(Says::Add) && case.kind == Language::ByContent))
        .then(|| {
            case.found(
                Reading::Look(Role::Fragment),
                "it goes into a file that is there",
            )
            .by(&last.span)
        })
}

/// Whether it is commands after all: a script is a file only if it is not about itself.
fn is_typed(case: &Case<'_>, named: &Naming) -> bool {
    let is_script = matches!(
        case.kind,
        Language::Shell | Language::Console | Language::ByContent | Language::OtherSystem
    );
    if !is_script {
        return false;
    }
    let Some((_, first)) = case.first() else {
        return true;
    };
    let begins_as_script = first.starts_with("#!");
    let is_dockerfile = file::first_instruction(case.texts) == Some("FROM");
    if begins_as_script || is_dockerfile {
        return false;
    }
    if case.texts.iter().any(|line| case.has_prompt(line)) {
        return true;
    }
    // Lines of one word each are names, also where a program is called so.
    if !matches!(named.what, Hand::Part | Hand::Changed)
        && named.path.ends_with(".txt")
        && case
            .texts
            .iter()
            .all(|line| line.split_whitespace().count() <= 1)
    {
        return false;
    }
    let name = base(&named.path);
    let are_settings = case
        .texts
        .iter()
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .all(|line| is_setting(line));
    if file::is_environment(name) {
        return !are_settings;
    }
    let is_of_shell = name.ends_with(".sh") || name.ends_with(".bash") || name.starts_with('.');
    let is_about_itself = case
        .texts
        .iter()
        .any(|line| !line.trim_start().starts_with('#') && line.contains(name));
    let typed = case
        .texts
        .iter()
        .filter(|line| look(line) == Look::Typed)
        .count();
    if is_of_shell {
        return is_about_itself || named.what != Hand::Made && typed > 0;
    }
    match case.kind {
        Language::Shell | Language::Console => typed > 0 || is_about_itself,
        _ => look(first) == Look::Typed && !is_assignment(first),
    }
}

/// `NAME=any words`, as files of settings have it.
fn is_setting(line: &str) -> bool {
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    line.trim()
        .split_once('=')
        .is_some_and(|(name, _)| !name.is_empty() && name.chars().all(is_name))
        || is_assignment(line)
}

/// `NAME=value`: of an environment file, too.
fn is_assignment(line: &str) -> bool {
    crate::commandline::is_assignment(line) && !crate::commandline::is_program(line)
}
