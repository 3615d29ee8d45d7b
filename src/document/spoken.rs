//! Commands without a fence, and what sentences tell the reader to do at a terminal.

use std::ops::Range;

use super::evidence::{Sentence, is_denied, plain};
use super::page::{Code, CodeSpan, Item, Mark, Prose};
use crate::commandline;

/// A paragraph or list item that is one code span is a block like any other, if what is in it could
/// be typed.
pub(super) fn alone(prose: &Prose, _lead: Option<&Sentence>, _next: Option<&Item>) -> Option<Code> {
    let span = prose.alone().filter(|span| !span.span.is_empty())?;
    let written = prose.written(span);
    let marked = language_mark(written);
    let written = written[marked..].trim();
    // Behind the name of a shell or its prompt stands a command, whoever knows the program.
    let text = written.strip_prefix("$ ").map_or(written, str::trim_start);
    let is_prompted = (marked > 0 || text.len() < written.len()) && !text.is_empty();
    let is_typed =
        (is_prompted || commandline::is_command(text) && !is_name(text)) && !text.contains('\n');
    is_typed.then(|| code(span.span.start + marked..span.span.end, Mark::Alone))
}

/// How long the language is that pymdownx has in front of inline code: `#!bash docker ps`.
fn language_mark(written: &str) -> usize {
    const SHELLS: &[&str] = &["bash", "sh", "shell", "console", "zsh"];
    let language = written
        .strip_prefix("#!")
        .and_then(|rest| rest.split_once(' '))
        .map(|(language, _)| language);
    let Some(language) = language.filter(|language| SHELLS.contains(language)) else {
        return 0;
    };
    let rest = &written["#!".len() + language.len()..];
    written.len() - rest.trim_start().len()
}

/// A single word that could be anything's name: a program is listed under it, a file is called so.
fn is_name(text: &str) -> bool {
    !text.contains(' ') && (text.contains(['=', '(']) || commandline::is_assignment(text))
}

/// All lines of a page that are bare commands.
pub(super) fn bare_lines(page: &super::page::Page) -> Vec<Range<usize>> {
    page.items
        .iter()
        .filter_map(|item| match item {
            Item::Prose(prose) => Some(bare(prose)),
            _ => None,
        })
        .flatten()
        .map(|code| code.span)
        .collect()
}

/// The lines of a text without any markup that are commands, for pages that consist of such lines.
pub(super) fn bare(prose: &Prose) -> Vec<Code> {
    if !prose.code.is_empty() {
        return Vec::new();
    }
    let mut at = 0;
    let mut found = Vec::new();
    for line in prose.text.split_inclusive('\n') {
        let text = line.trim();
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        if text.contains(' ')
            && commandline::is_program(text)
            && !text.ends_with(['.', ':', '!', '?'])
        {
            let span = prose.span_of(start..start + text.len());
            found.push(code(span, Mark::Sentence));
        }
    }
    found
}

fn code(span: Range<usize>, mark: Mark) -> Code {
    Code {
        info: span.start..span.start,
        lines: vec![span.clone()],
        span,
        mark,
        class_below: None,
    }
}

/// A paragraph with more code in it than this is a list of names.
const MOST_SPANS: usize = 40;

/// Verbs that order a command.
const ORDERS: &[&str] = &["run", "type", "enter", "execute", "use"];

/// Words between the verb and the command.
const FILLERS: &[&str] = &["the", "command", "following", "a", "this", "then", "in"];

/// Words that may stand before the verb of an order.
#[rustfmt::skip]
const OPENINGS: &[&str] = &[
    "and", "now", "then", "just", "please", "simply", "let's", "again", "next", "first", "finally", "so",
];

/// What a code span is the name of, if it stands before such a word: the `-d` flag.
#[rustfmt::skip]
const THINGS: &[&str] = &[
    "flag", "option", "parameter", "argument", "instruction", "directive", "file", "image", "keyword", "method",
    "function", "script", "key", "tag", "prefix", "syntax", "user",
];

/// Words of sentences that only speak of a command.
#[rustfmt::skip]
const UNDECIDED: &[&str] = &[
    " would ", " could ", " may ", "you can ", "when ", "every time", "instead", "need to", "must ", "should ",
];

/// The command that a sentence says to type, if it is an order with one command and no more.
pub(super) fn in_sentence(prose: &Prose, next: Option<&Item>) -> Option<Code> {
    let is_lead = matches!(next, Some(Item::Code(_))) && prose.text.trim_end().ends_with(':');
    if is_lead || prose.code.is_empty() || prose.code.len() > MOST_SPANS {
        return None;
    }
    let sentence = prose
        .sentences()
        .into_iter()
        .rev()
        .find(|at| prose.code.iter().any(|code| at.contains(&code.at.start)))?;
    // Keys beside it are another way of the same.
    let is_within = |code: &&CodeSpan| {
        let is_key = plain(prose.written(code)).starts_with("ctrl");
        sentence.start <= code.at.start && code.at.end <= sentence.end && !is_key
    };
    let mut spans = prose.code.iter().filter(is_within);
    let (span, None) = (spans.next()?, spans.next()) else {
        return None;
    };
    if span.span.is_empty() {
        return None;
    }
    let before = plain(&prose.text[sentence.start..span.at.start]);
    let after = plain(&prose.text[span.at.end..sentence.end]);
    let whole = plain(&prose.text[sentence.clone()]);
    let is_undecided = whole.starts_with("if ")
        || is_denied(&whole)
        || UNDECIDED.iter().any(|word| whole.contains(word));
    let is_meant = is_ordered(&before) && !names_thing(&after) && !is_undecided;
    (is_meant && is_whole_command(prose.written(span).trim()))
        .then(|| code(span.span.clone(), Mark::Sentence))
}

/// Whether the word just before a code span orders it: `run the … command`, `type …`.
fn is_ordered(before: &str) -> bool {
    let clause = before.rsplit([',', ';', ':', '(']).next().unwrap_or(before);
    let words: Vec<&str> = clause
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .filter(|word| !word.is_empty())
        .collect();
    let Some(at) = words.iter().rposition(|word| !FILLERS.contains(word)) else {
        return false;
    };
    ORDERS.contains(&words[at]) && (at == 0 || OPENINGS.contains(&words[at - 1]))
}

fn names_thing(after: &str) -> bool {
    let first = after.split_whitespace().next().unwrap_or_default();
    let first = first.trim_matches(|c: char| !c.is_alphanumeric());
    THINGS.iter().any(|word| first.starts_with(word))
}

/// Whether a text is a command that does something as it is: a call without anything to work on is
/// the name of a command.
fn is_whole_command(text: &str) -> bool {
    const ALONE: &[&str] = &[
        "ls", "tree", "exit", "pwd", "whoami", "hostname", "id", "date", "env", "make", "top", "ps",
    ];
    const COMPLETE: &[&str] = &[
        "ps", "images", "info", "version", "up", "down", "login", "ls", "status", "init", "stats",
        "install", "start", "test", "push", "pull", "log", "diff",
    ];
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_whole = match words.as_slice() {
        [one] => ALONE.contains(one) || one.contains('/') || !commandline::is_known_program(one),
        [
            "docker" | "git" | "npm" | "kubectl" | "docker-compose",
            verb,
        ] => COMPLETE.contains(verb),
        [
            "docker",
            "compose" | "image" | "container" | "network" | "volume" | "system",
            verb,
        ] => COMPLETE.contains(verb) || *verb == "prune",
        _ => true,
    };
    is_whole
        && commandline::is_program(text)
        && commandline::is_complete(text)
        && !super::placeholder::has_any(text)
}

/// How a shell or program is left, where a sentence says it.
pub(super) enum Leave {
    /// Ctrl-D is pressed.
    Key,
    /// A word is typed.
    Word(String),
}

/// Whether a sentence tells how to leave what is open, as an order.
pub(super) fn leaves_how(sentence: &Sentence) -> Option<Leave> {
    let plain = &sentence.plain;
    let is_order = |verbs: &[&str]| {
        let first: Vec<&str> = plain
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .take(3)
            .collect();
        first.iter().any(|word| verbs.contains(word))
    };
    if is_denied(plain)
        || plain.starts_with("if ")
        || plain.contains(" once you")
        || plain.contains("when you")
        || plain.contains("you can ")
        || plain.contains("later")
        || plain.contains(" or ")
    {
        return None;
    }
    if is_order(&["press", "hit", "leave", "exit", "use"]) && names_end_key(plain) {
        return Some(Leave::Key);
    }
    // The word itself is a command in a sentence, which is typed as such where it is ordered so.
    let word = sentence
        .code
        .iter()
        .find(|code| commandline::leaves(code))?;
    let is_typed = ["type", "enter", "run", "with", "using"]
        .iter()
        .any(|verb| {
            plain.contains(&format!("{verb} {word}"))
                || plain.contains(&format!("{verb} the command {word}"))
        });
    let is_left = is_order(&["leave", "exit", "quit", "type", "enter"]);
    (is_typed && is_left && !["run"].iter().any(|verb| plain.starts_with(verb)))
        .then(|| Leave::Word(word.clone()))
}

fn names_end_key(plain: &str) -> bool {
    [
        "ctrl-d",
        "ctrl+d",
        "ctrl + d",
        "ctrl d",
        "control-d",
        "control+d",
        "^d",
    ]
    .iter()
    .any(|name| plain.contains(name))
}

/// Whether a sentence tells the reader to press Ctrl-C.
pub(super) fn says_interrupt(plain: &str) -> bool {
    let names = [
        "ctrl-c",
        "ctrl+c",
        "ctrl + c",
        "ctrl c",
        "control-c",
        "control+c",
        "^c",
        "strg+c",
        "strg-c",
    ];
    !is_denied(plain) && names.iter().any(|name| plain.contains(name))
}

/// Whether a sentence tells the reader to leave the shell that is open.
pub(super) fn says_leave(plain: &str) -> bool {
    plain.split(':').any(|part| {
        let names_command = part
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == "exit");
        let is_left = [
            "leave",
            "quit",
            "get out",
            "back on",
            "back to",
            "return to",
        ]
        .iter()
        .any(|word| part.contains(word));
        names_end_key(part) || (names_command && is_left)
    })
}

const OTHER: &[&str] = &[
    "another",
    "second",
    "new",
    "separate",
    "other",
    "different",
    "third",
    "2nd",
    "zweiten",
    "zweites",
    "neues",
    "segunda",
    "otra",
    "nueva",
    "deuxième",
    "autre",
    "outro",
    "outra",
];
const TERMINAL: &[&str] = &[
    "terminal",
    "shell",
    "console",
    "tab",
    "window",
    "terminals",
    "konsole",
    "consola",
];

/// Whether a sentence sends the reader to another terminal.
pub(super) fn says_terminal(plain: &str) -> bool {
    let words: Vec<&str> = plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let near = |index: usize| {
        let next = words.get(index + 1).copied().unwrap_or_default();
        let second = words.get(index + 2).copied().unwrap_or_default();
        matches!(
            next,
            "terminal" | "shell" | "console" | "konsole" | "consola"
        ) || TERMINAL.contains(&next) && matches!(second, "terminal")
            || (matches!(next, "command" | "bash" | "powershell") && TERMINAL.contains(&second))
            || next == "terminal"
    };
    let is_sent = words
        .iter()
        .enumerate()
        .any(|(index, word)| OTHER.contains(word) && near(index))
        || plain.contains("另一个终端")
        || plain.contains("新终端")
        || plain.contains("別のターミナル")
        || plain.contains("terminal 2")
        || plain.contains("otra terminal");
    // `Terminal menu -> New Terminal` is a menu.
    is_sent
        && !is_denied(plain)
        && !plain.contains("you can open")
        && !plain.contains("menu")
        && !plain.contains("->")
}

/// Whether a sentence sends the reader back to the first terminal.
pub(super) fn says_first_terminal(plain: &str) -> bool {
    let names = [
        "first terminal",
        "original terminal",
        "previous terminal",
        "first shell",
        "initial terminal",
        "terminal 1",
        "first window",
        "main terminal",
        "ersten terminal",
        "primera terminal",
        "premier terminal",
        "first console",
    ];
    names.iter().any(|name| plain.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_that_sends_elsewhere() {
        assert!(says_terminal("open a second terminal, and type:"));
        assert!(says_terminal("in another terminal window:"));
        assert!(!says_terminal("the terminal shows another line."));
        assert!(says_interrupt("press ctrl+c to stop it."));
        assert!(!says_interrupt("control the container."));
        assert!(!says_interrupt("do not press ctrl+c yet."));
        assert!(says_leave("press ctrl+d to leave the container."));
        assert!(says_leave(
            "then type exit, and you are back on your own computer."
        ));
        assert!(!says_leave("the exit status is 0."));
    }
}
