//! Every word that an author may use: one table, with what each takes and sets.

use std::time::Duration;

use super::settings::{Alive, BlockSettings, Exit, Retry, SCREEN, Stream, Wait};
use crate::document::file::is_file_name;
use crate::document::key::answers;

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

/// A word that an author may use.
pub struct Word {
    /// As it is written.
    pub name: &'static str,
    /// Whether it stands alone or has a value.
    pub takes: Takes,
    /// What a value of it looks like.
    wants: &'static str,
    /// How values of it begin, for editors.
    pub examples: &'static [&'static str],
    /// Sets it; a value that it does not take changes nothing.
    set: Set,
}

type Set = fn(&str, &mut BlockSettings) -> Result<(), Refused>;

/// Why a value is not taken.
pub(super) enum Refused {
    /// It is no value for this word.
    Value,
    /// The exit status was set before, to another one.
    Twice,
}

impl Word {
    pub(super) fn set(&self, value: &str, settings: &mut BlockSettings) -> Result<(), Refused> {
        (self.set)(value, settings)
    }

    /// What a value of it looks like.
    pub(super) fn wants(&self) -> &'static str {
        self.wants
    }
}

/// A word that stands alone.
const fn flag(name: &'static str, set: Set) -> Word {
    Word {
        name,
        takes: Takes::Nothing,
        wants: "",
        examples: &[],
        set,
    }
}

/// A word with a value of the author's own.
const fn text(name: &'static str, set: Set) -> Word {
    value(name, "", &[], set)
}

/// A word with a value of a form.
const fn value(
    name: &'static str,
    wants: &'static str,
    examples: &'static [&'static str],
    set: Set,
) -> Word {
    Word {
        name,
        takes: Takes::Value,
        wants,
        examples,
        set,
    }
}

/// A word that may have a value.
const fn maybe(name: &'static str, wants: &'static str, set: Set) -> Word {
    Word {
        name,
        takes: Takes::MayHaveValue,
        wants,
        examples: &[],
        set,
    }
}

/// Every word an author may use.
pub const WORDS: &[Word] = &[
    maybe("skip", "", |value, own| put(&mut own.skip, value)),
    maybe("flaky", "", |value, own| put(&mut own.flaky, value)),
    flag("run", |_, own| on(&mut own.run)),
    maybe("manual", "", |value, own| put(&mut own.manual, value)),
    text("needs", |value, own| put(&mut own.needs, value)),
    text("id", |value, own| put(&mut own.id, value)),
    text("file", |value, own| put(&mut own.file, value)),
    // Other tools print a title above the block; only one that looks like a file is one.
    text("title", |value, own| {
        if is_file_name(value) {
            own.file = Some(value.to_owned());
        }
        Ok(())
    }),
    text("save-as", |value, own| put(&mut own.file, value)),
    text("filename", |value, own| put(&mut own.file, value)),
    text("append", |value, own| put(&mut own.append, value)),
    text("terminal", |value, own| put(&mut own.terminal, value)),
    text("until", |value, own| put(&mut own.until, value)),
    value(
        "exit",
        "an exit status from 0 to 255",
        &["0", "1", "2", "127"],
        |value, own| match value.parse() {
            Ok(status @ 0..=255) => exit(Exit::Status(status), own),
            _ => Err(Refused::Value),
        },
    ),
    flag("fails", |_, own| exit(Exit::Fails, own)),
    value(
        "timeout",
        "a time such as `30s`, `2m` or `500ms`",
        &["30s", "2m", "500ms"],
        |value, own| take(&mut own.timeout, duration(value)),
    ),
    text("type", |value, own| {
        own.answers = answers(value);
        Ok(())
    }),
    maybe("tty", "columns and rows, such as `80x24`", |value, own| {
        take(&mut own.tty, size(value))
    }),
    value(
        "retry",
        "tries and pause, such as `10x2s`",
        &["5x2s", "10x2s"],
        |value, own| take(&mut own.retry, retry(value)),
    ),
    value(
        "wait",
        "`port:8080`, `http://localhost:8080`, `log:text` or `file:path`",
        &["port:", "http://localhost:", "log:", "file:"],
        |value, own| take(&mut own.wait, wait(value)),
    ),
    value(
        "alive",
        "`no`, or a time such as `10s`",
        &["no", "10s"],
        |value, own| take(&mut own.alive, alive(value)),
    ),
    flag("unordered", |_, own| on(&mut own.unordered)),
    value(
        "stream",
        "`stdout`, `stderr` or `both`",
        &["stdout", "stderr", "both"],
        |value, own| {
            own.stream = match value {
                "stdout" => Some(Stream::Stdout),
                "stderr" => Some(Stream::Stderr),
                "both" => None,
                _ => return Err(Refused::Value),
            };
            Ok(())
        },
    ),
    flag("no-compare", |_, own| on(&mut own.no_compare)),
    value(
        "mask",
        "a regular expression between slashes",
        &["/…/"],
        |value, own| {
            own.masks.push(mask(value).ok_or(Refused::Value)?);
            Ok(())
        },
    ),
    text("strict", |value, own| {
        own.strict.extend(value.split(',').map(str::to_owned));
        Ok(())
    }),
    flag("expect", |_, own| on(&mut own.expect)),
];

#[expect(clippy::unnecessary_wraps, reason = "as the table wants it")]
fn put(place: &mut Option<String>, value: &str) -> Result<(), Refused> {
    *place = Some(value.to_owned());
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "as the table wants it")]
fn on(place: &mut bool) -> Result<(), Refused> {
    *place = true;
    Ok(())
}

fn take<T>(place: &mut Option<T>, value: Option<T>) -> Result<(), Refused> {
    *place = Some(value.ok_or(Refused::Value)?);
    Ok(())
}

/// A block has one of `exit=N` and `fails`.
fn exit(exit: Exit, own: &mut BlockSettings) -> Result<(), Refused> {
    let before = own.exit.replace(exit);
    match before {
        Some(before) if before != exit => Err(Refused::Twice),
        _ => Ok(()),
    }
}

fn alive(text: &str) -> Option<Alive> {
    match text {
        "no" => Some(Alive::No),
        _ => duration(text).map(Alive::For),
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
