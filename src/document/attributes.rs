//! What authors add: words after a fence's language, and the same words in comments.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use crate::diagnostic::{Diagnostic, Source, did_you_mean};

/// Every word an author may use, with what it takes.
pub const WORDS: &[(&str, Takes)] = &[
    ("skip", Takes::MayHaveValue),
    ("run", Takes::Nothing),
    ("manual", Takes::MayHaveValue),
    ("needs", Takes::Value),
    ("id", Takes::Value),
    ("file", Takes::Value),
    ("title", Takes::Value),
    ("save-as", Takes::Value),
    ("filename", Takes::Value),
    ("append", Takes::Value),
    ("terminal", Takes::Value),
    ("until", Takes::Value),
    ("exit", Takes::Value),
    ("fails", Takes::Nothing),
    ("timeout", Takes::Value),
    ("type", Takes::Value),
    ("tty", Takes::MayHaveValue),
    ("retry", Takes::Value),
    ("wait", Takes::Value),
    ("alive", Takes::Value),
    ("unordered", Takes::Nothing),
    ("stream", Takes::Value),
    ("no-compare", Takes::Nothing),
    ("mask", Takes::Value),
    ("strict", Takes::Value),
    ("expect", Takes::Nothing),
];

/// Columns and rows of a terminal, unless a block wants another.
pub const SCREEN: (u16, u16) = (120, 40);

/// Whether a word stands alone or has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// It stands alone.
    Nothing,
    /// `word=value`.
    Value,
    /// Either.
    MayHaveValue,
}

/// What an author set for a block.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// Not run, and why.
    pub skip: Option<String>,
    /// Run whatever the rules say.
    pub run: bool,
    /// For a person, and why.
    pub manual: Option<String>,
    /// Run only where this capability is.
    pub needs: Option<String>,
    /// The stable key of the step.
    pub id: Option<String>,
    /// Where a reader saves the block.
    pub file: Option<String>,
    /// The file to whose end a reader adds the block.
    pub append: Option<String>,
    /// The terminal it is typed into; `None` is `main`.
    pub terminal: Option<String>,
    /// A foreground program is ready when this is printed.
    pub until: Option<String>,
    /// The exit status that a reader should see.
    pub exit: Option<Exit>,
    /// The longest that it may take.
    pub timeout: Option<Duration>,
    /// Tried again until it works.
    pub retry: Option<Retry>,
    /// Something to wait for after it.
    pub wait: Option<Wait>,
    /// What is typed when its program asks, line by line, each with the key that ends it.
    pub answers: Vec<String>,
    /// Its output goes to a terminal of so many columns and rows.
    pub tty: Option<(u16, u16)>,
    /// How long what it leaves running must live.
    pub alive: Option<Alive>,
    /// The order of lines does not matter.
    pub unordered: bool,
    /// Only this stream is compared.
    pub stream: Option<Stream>,
    /// Output is not compared.
    pub no_compare: bool,
    /// Regular expressions; what they match is not compared.
    pub masks: Vec<String>,
    /// Kinds that are compared exactly here.
    pub strict: Vec<String>,
    /// The next block is output of the last step.
    pub expect: bool,
    /// The same in the words of another tool.
    pub similarity: Option<Similarity>,
}

/// What `expected_similarity` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Similarity {
    /// That the output scores so much; a score tells nothing, so it is compared as any other.
    Score,
    /// That it matches a regular expression.
    Pattern(String),
}

/// The exit status that a reader should see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Exactly this one.
    Status(i32),
    /// Any but 0.
    Fails,
}

/// Something that must be there before the reader goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wait {
    /// A port of this machine that somebody serves.
    Port(u16),
    /// An address that answers well.
    Http(String),
    /// A text in what a program in the foreground or a container has printed.
    Log(String),
    /// A file, from where the shell is.
    File(String),
}

/// Whether containers that a step leaves running are watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alive {
    /// They are meant to end.
    No,
    /// They must live so long.
    For(Duration),
}

/// How often to try, and how long to wait between two tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Tries after the first.
    pub times: u32,
    /// Time between two tries.
    pub pause: Duration,
}

/// One of the two streams of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Where words stand, which decides what an unknown one means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// After a fence's language, where other tools put theirs too.
    Fence,
    /// In a comment that is addressed to tutcheck.
    Directive,
}

struct Reading<'a> {
    source: &'a Arc<Source>,
    origin: Origin,
    /// Some word beside is one of ours, or the words stand in a comment to us.
    speaks_to_us: bool,
    faults: &'a mut Vec<Diagnostic>,
}

/// Reads the words of `span` into `settings`; whatever is wrong goes to `faults`.
pub(super) fn read(
    source: &Arc<Source>,
    span: Range<usize>,
    origin: Origin,
    settings: &mut Settings,
    faults: &mut Vec<Diagnostic>,
) {
    let words = words(&source.text, span);
    let is_ours = |word: &Word<'_>| {
        let known = WORDS.iter().find(|(name, _)| *name == word.name);
        known.is_some_and(|(name, _)| !SHARED.contains(name))
    };
    let mut reading = Reading {
        source,
        origin,
        speaks_to_us: words.iter().any(is_ours) || origin == Origin::Directive,
        faults,
    };
    for word in words {
        reading.word(&word, settings);
    }
}

/// Words of ours that other tools have too.
const SHARED: &[&str] = &["title", "filename", "run"];

/// Whether a word that we know stands on a fence in another tool's meaning: `run={true}`, `title`.
fn is_foreign(word: &Word<'_>) -> bool {
    SHARED.contains(&word.name)
        && match word.name {
            "run" => true,
            _ => word
                .value
                .is_none_or(|value| value.is_empty() || value.starts_with(['{', '[', '"', '\''])),
        }
}

/// Whether a word is so near one of ours that it can only be meant: what is short or means something
/// by itself is somebody else's.
fn is_near_miss(word: &str, guess: &str) -> bool {
    const OTHERS: &[&str] = &[
        "live", "lines", "line", "name", "ruby", "files", "copy", "text", "path", "tag", "tab",
        "next", "edit", "fail", "types", "rust", "mark", "title", "skill", "wide", "wait", "until",
        "exec",
    ];
    word.len() >= 3 && guess.len() >= 3 && !OTHERS.contains(&word)
}

struct Word<'a> {
    span: Range<usize>,
    name: &'a str,
    value: Option<&'a str>,
}

/// Splits at blanks, commas between words and braces; quotes and `/…/` keep a value together.
fn words(text: &str, span: Range<usize>) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut at = span.start;
    let is_gap = |c: char| c.is_whitespace() || matches!(c, '{' | '}' | ',');
    while at < span.end {
        let rest = &text[at..span.end];
        let gap = rest.len() - rest.trim_start_matches(is_gap).len();
        if gap > 0 {
            at += gap;
            continue;
        }
        let length = rest
            .find(|c: char| is_gap(c) || c == '=')
            .unwrap_or(rest.len());
        let name = &rest[..length];
        let start = at;
        at += length;
        let mut value = None;
        if text[at..span.end].starts_with('=') {
            at += 1;
            let (text_of_value, end) = value_at(text, at..span.end);
            value = Some(text_of_value);
            at = end;
        }
        found.push(Word {
            span: start..at.max(start + 1),
            name,
            value,
        });
    }
    found
}

fn value_at(text: &str, span: Range<usize>) -> (&str, usize) {
    let rest = &text[span.clone()];
    if let Some(quote @ ('"' | '\'' | '/')) = rest.chars().next() {
        let closing = rest[1..]
            .char_indices()
            .find(|&(i, c)| c == quote && (quote != '/' || !rest[..=i].ends_with('\\')));
        if let Some((length, _)) = closing {
            let end = span.start + 1 + length + 1;
            let slashes = usize::from(quote == '/');
            return (&text[span.start + 1 - slashes..end - 1 + slashes], end);
        }
    }
    let mut length = rest
        .find(|c: char| c.is_whitespace() || c == '}')
        .unwrap_or(rest.len());
    // `log:"two words"`
    if let Some((kind, quoted)) = rest.split_once(":\"")
        && kind.len() < length
        && let Some(closing) = quoted.find('"')
    {
        length = kind.len() + 2 + closing + 1;
    }
    (&rest[..length], span.start + length)
}

impl Reading<'_> {
    fn word(&mut self, word: &Word<'_>, settings: &mut Settings) {
        let Some((_, takes)) = WORDS.iter().find(|(name, _)| *name == word.name) else {
            self.unknown(word);
            return;
        };
        match (takes, word.value) {
            // Words that other tools have too mean nothing without the value that we give them.
            _ if self.origin == Origin::Fence && !self.speaks_to_us && is_foreign(word) => {}
            (Takes::Nothing, Some(_)) => {
                self.fault(word, format!("`{}` takes no value", word.name), None);
            }
            (_, Some(value)) if value.starts_with(['"', '\'']) => {
                let help = Some("end it with the same quote".to_owned());
                self.fault(
                    word,
                    format!("the value of `{}` is never closed", word.name),
                    help,
                );
            }
            (Takes::Value, None | Some("")) => {
                let example = format!("write `{}=…`", word.name);
                self.fault(
                    word,
                    format!("`{}` needs a value", word.name),
                    Some(example),
                );
            }
            _ => self.set(word, word.value.unwrap_or_default(), settings),
        }
    }

    fn set(&mut self, word: &Word<'_>, value: &str, settings: &mut Settings) {
        let text = || Some(value.to_owned());
        match word.name {
            "skip" => settings.skip = text(),
            "run" => settings.run = true,
            "manual" => settings.manual = text(),
            "needs" => settings.needs = text(),
            "id" => settings.id = text(),
            "file" | "save-as" | "filename" => settings.file = text(),
            // Other tools print a title above the block; only one that looks like a file is one.
            "title" => {
                if super::file::is_file_name(value) {
                    settings.file = text();
                }
            }
            "append" => settings.append = text(),
            "terminal" => settings.terminal = text(),
            "until" => settings.until = text(),
            "wait" => match wait(value) {
                Some(wait) => settings.wait = Some(wait),
                None => self.bad_value(
                    word,
                    value,
                    "`port:8080`, `http://localhost:8080`, `log:text` or `file:path`",
                ),
            },
            "type" => settings.answers = super::key::answers(value),
            "tty" => match size(value) {
                Some(size) => settings.tty = Some(size),
                None => self.bad_value(word, value, "columns and rows, such as `80x24`"),
            },
            "unordered" => settings.unordered = true,
            "no-compare" => settings.no_compare = true,
            "expect" => settings.expect = true,
            "fails" => self.exit(word, Exit::Fails, settings),
            "exit" => match value.parse() {
                Ok(status @ 0..=255) => self.exit(word, Exit::Status(status), settings),
                _ => self.bad_value(word, value, "an exit status from 0 to 255"),
            },
            "timeout" => match duration(value) {
                Some(limit) => settings.timeout = Some(limit),
                None => self.bad_value(word, value, "a time such as `30s`, `2m` or `500ms`"),
            },
            "alive" => match (value, duration(value)) {
                ("no", _) => settings.alive = Some(Alive::No),
                (_, Some(grace)) => settings.alive = Some(Alive::For(grace)),
                _ => self.bad_value(word, value, "`no`, or a time such as `10s`"),
            },
            "retry" => match retry(value) {
                Some(retry) => settings.retry = Some(retry),
                None => self.bad_value(word, value, "tries and pause, such as `10x2s`"),
            },
            "stream" => match value {
                "stdout" => settings.stream = Some(Stream::Stdout),
                "stderr" => settings.stream = Some(Stream::Stderr),
                "both" => settings.stream = None,
                _ => self.bad_value(word, value, "`stdout`, `stderr` or `both`"),
            },
            "mask" => match mask(value) {
                Some(pattern) => settings.masks.push(pattern),
                None => self.bad_value(word, value, "a regular expression between slashes"),
            },
            "strict" => settings.strict.extend(value.split(',').map(str::to_owned)),
            name => unreachable!("`{name}` is in WORDS and not read"),
        }
    }

    fn exit(&mut self, word: &Word<'_>, exit: Exit, settings: &mut Settings) {
        if settings.exit.is_some_and(|before| before != exit) {
            let help = Some("a block has one of `exit=N` and `fails`".to_owned());
            self.fault(word, "the exit status is set twice".to_owned(), help);
        }
        settings.exit = Some(exit);
    }

    /// A word that is none of ours. In a fence it is somebody else's and means nothing, but for a near
    /// miss of one of ours beside one of ours, or with a value of its form.
    fn unknown(&mut self, word: &Word<'_>) {
        let known = WORDS.iter().map(|(name, _)| *name);
        let guess = did_you_mean(word.name, known).filter(|guess| is_near_miss(word.name, guess));
        let is_addressed = || self.speaks_to_us || self.source.text.contains("tutcheck");
        if self.origin == Origin::Fence && (guess.is_none() || !is_addressed()) {
            return;
        }
        let help = guess.map_or_else(
            || {
                let all: Vec<&str> = WORDS.iter().map(|(name, _)| *name).collect();
                format!("the words are {}", all.join(", "))
            },
            |guess| format!("did you mean `{guess}`?"),
        );
        self.faults.push(
            Diagnostic::new(
                "unknown-word",
                self.source,
                word.span.clone(),
                format!("unknown word `{}`", word.name),
            )
            .help(help),
        );
    }

    fn bad_value(&mut self, word: &Word<'_>, value: &str, wanted: &str) {
        let message = format!("`{value}` is no value for `{}`", word.name);
        self.fault(word, message, Some(format!("it takes {wanted}")));
    }

    fn fault(&mut self, word: &Word<'_>, message: String, help: Option<String>) {
        let fault = Diagnostic::new("bad-value", self.source, word.span.clone(), message);
        self.faults.push(match help {
            Some(help) => fault.help(help),
            None => fault,
        });
    }
}

/// `500ms`, `30s`, `2m`, `1h`, or a bare number of seconds.
pub fn duration(text: &str) -> Option<Duration> {
    let split = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let number: f64 = text[..split].parse().ok()?;
    let seconds = match &text[split..] {
        "ms" => number / 1000.0,
        "" | "s" => number,
        "m" | "min" => number * 60.0,
        "h" => number * 3600.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|limit| !limit.is_zero())
}

fn wait(text: &str) -> Option<Wait> {
    let (kind, what) = text.split_once(':')?;
    let what = what.trim_matches('"').to_owned();
    match kind {
        _ if what.is_empty() => None,
        "port" => what.parse().ok().map(Wait::Port),
        "http" if what.starts_with("//") => Some(Wait::Http(text.to_owned())),
        "http" => Some(Wait::Http(what)),
        "log" => Some(Wait::Log(what)),
        "file" => Some(Wait::File(what)),
        _ => None,
    }
}

/// `80x24`; without a value, the size that terminals have anyway.
fn size(text: &str) -> Option<(u16, u16)> {
    if text.is_empty() {
        return Some(SCREEN);
    }
    let (columns, rows) = text.split_once('x')?;
    let (columns, rows) = (columns.parse().ok()?, rows.parse().ok()?);
    let is_sensible = (2..=500).contains(&columns) && (2..=200).contains(&rows);
    is_sensible.then_some((columns, rows))
}

fn retry(text: &str) -> Option<Retry> {
    let (times, pause) = text.split_once('x')?;
    Some(Retry {
        times: times.parse().ok()?,
        pause: duration(pause)?,
    })
}

/// The pattern between the slashes, if it is one that the regex crate takes.
fn mask(text: &str) -> Option<String> {
    let pattern = text.strip_prefix('/')?.strip_suffix('/')?;
    regex::Regex::new(pattern).ok().map(|_| pattern.to_owned())
}
