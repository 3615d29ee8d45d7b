//! What earlier on the page may be behind a failure: a step that was not run, a block that was not saved.

use super::telling::missing_file;
use super::{Hint, lost, objects, saved_file};
use crate::commandline::{self, CommandLine, Foreground};
use crate::document::{Block, Place, Role};
use crate::observation::Ended;
use crate::plan::{Action, Fate, Plan, Step};

/// A hint at it, for a step that failed; `number` counts the steps from 1.
pub(super) fn hint(
    plan: &Plan,
    number: usize,
    step: &Step,
    output: &str,
    ended: &Ended,
) -> Option<Hint> {
    misprinted(step.written())
        .or_else(|| not_copied(plan, number, output))
        .or_else(|| {
            // What is ended says where it was.
            let is_own = !matches!(
                ended,
                Ended::TimeLimit(_) | Ended::Asks { .. } | Ended::Interrupted
            );
            is_own.then(|| saved_file::hint(plan, number, output))?
        })
        .or_else(|| not_saved(plan, step, output))
        .or_else(|| not_executable(step, output))
        .or_else(|| objects::hint(plan, number, output))
        .or_else(|| not_run(plan, number, step))
        .or_else(|| not_left(plan, number, step, output))
        .or_else(|| not_up(plan, number, step, output, ended))
        .or_else(|| lost::hint(plan, number, output, ended))
}

/// Characters of print, and what they were before a word processor or a web page had them.
const MISPRINTS: &[(&str, &str)] = &[
    ("\u{2014}", "--"),
    ("\u{2013}", "-"),
    ("\u{201c}", "\""),
    ("\u{201d}", "\""),
    ("\u{2018}", "'"),
    ("\u{2019}", "'"),
    ("\u{a0}", " "),
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
];

/// One of them where a word begins, or a blank or an entity outside of quotes; a message may have any.
fn misprinted(command: &str) -> Option<Hint> {
    let line = CommandLine::read(command);
    let words = line.commands.iter().flat_map(|command| &command.words);
    let mut bare = words.filter(|word| !word.written.contains(['"', '\'']));
    let is_of = |word: &str, found: &str| {
        let is_anywhere = found == "\u{a0}" || found.starts_with('&');
        word.starts_with(found) || is_anywhere && word.contains(found)
    };
    let in_words = bare.find_map(|word| {
        let mut misprints = MISPRINTS.iter();
        misprints.find(|(found, _)| is_of(word.written, found))
    });
    // An entity is an operator to a shell, and no word.
    let is_entity = |(found, _): &&(&str, &str)| {
        found.starts_with('&') && command.split_whitespace().any(|word| word == *found)
    };
    let (found, typed) = in_words.or_else(|| MISPRINTS.iter().find(is_entity))?;
    Some(Hint::Misprint { found, typed })
}

/// A program is missing in a shell that an earlier step has opened, and that no reader has left.
fn not_left(plan: &Plan, number: usize, step: &Step, output: &str) -> Option<Hint> {
    let is_missing = super::telling::not_found(output).is_some()
        || output
            .lines()
            .any(|line| line.trim_end().ends_with(": not found"));
    if step.place != Place::Inside || step.prompt.is_some() || !is_missing {
        return None;
    }
    let opens = |other: &&Step| {
        other.terminal() == step.terminal()
            && matches!(
                other.in_front,
                Foreground::Program { .. } | Foreground::Unknown
            )
    };
    let opened = plan.steps[..number - 1].iter().rev().find(opens)?;
    Some(Hint::LeaveFirst { line: opened.line })
}

/// Nobody answers at a port that an earlier step opens.
fn not_up(plan: &Plan, number: usize, step: &Step, output: &str, ended: &Ended) -> Option<Hint> {
    const SAYS: &[&str] = &[
        "Connection refused",
        "Connection reset by peer",
        "Empty reply from server",
        "Failed to connect",
        "Couldn't connect",
        "Could not connect",
        "connection refused",
    ];
    // `curl -s` says it by its status alone: see EXIT CODES of curl(1).
    let is_curl = CommandLine::read(step.typed()).calls(&["curl"]);
    let curl_says = |statuses: &[i32]| {
        is_curl
            && statuses
                .iter()
                .any(|status| *ended == Ended::Status(*status))
    };
    // Behind a pipe, a visit in vain says nothing at all.
    let is_silent = is_curl && output.trim().is_empty();
    let says_so = SAYS.iter().any(|words| output.contains(words));
    if !says_so && !is_silent && !curl_says(&[7, 52, 56]) {
        return None;
    }
    let port = *commandline::asked_ports(step.typed()).first()?;
    let before = || plan.steps[..number - 1].iter().rev();
    // What a composition opens stands in its file, if the page has that.
    let composed: Vec<u16> = before().flat_map(ports_of_composition).collect();
    let brings_up = |command: &str| {
        commandline::brings_up(command) && (composed.is_empty() || composed.contains(&port))
    };
    let opens = |other: &&Step| {
        let command = other.typed();
        // A server in the background names its port somewhere.
        let mut numbers = command.split(|c: char| !c.is_ascii_digit());
        let is_behind = command.trim_end().ends_with('&');
        let serves = is_behind && numbers.any(|number| number.parse() == Ok(port));
        commandline::published_ports(command).contains(&port) || brings_up(command) || serves
    };
    let Some(opened) = before().find(opens) else {
        return before().find_map(|other| {
            let published = commandline::published_ports(other.typed());
            let opened = *published
                .iter()
                .chain(&ports_of_composition(other))
                .next()?;
            Some(Hint::OtherPort {
                asked: port,
                opened,
                line: other.line,
            })
        });
    };
    // The port is open, and what Docker has behind it closes at once.
    let is_open = ["reset by peer", "Empty reply"]
        .iter()
        .any(|words| output.contains(words))
        || curl_says(&[52, 56]);
    Some(Hint::WaitForPort {
        port,
        line: opened.line,
        is_open,
    })
}

/// The ports of this machine in a file of Compose's that a step saves: `- "8080:80"`.
fn ports_of_composition(step: &Step) -> Vec<u16> {
    let Action::Save { path, content, .. } = &step.action else {
        return Vec::new();
    };
    let is_yaml = path.ends_with(".yaml") || path.ends_with(".yml");
    let pair = |line: &str| {
        let item = line
            .trim()
            .strip_prefix('-')?
            .trim()
            .trim_matches(['"', '\'']);
        let (port, inner) = item.rsplit_once(':')?;
        inner.split('/').next()?.parse::<u16>().ok()?;
        port.rsplit(':').next()?.parse().ok()
    };
    let lines = content.lines().filter(|_| is_yaml);
    lines.filter_map(pair).collect()
}

/// A file that the page has saved is missing in a container, and no `COPY` of the page speaks of it.
fn not_copied(plan: &Plan, number: usize, output: &str) -> Option<Hint> {
    let missing = output.lines().find_map(|line| {
        missing_file(line)
            .map(str::to_owned)
            .or_else(|| missing_module(line))
    })?;
    let missing = missing.as_str();
    let saves = |step: &&Step| match &step.action {
        Action::Save { path, .. } => commandline::base(path) == missing,
        Action::Run { .. } | Action::Press { .. } | Action::Person(_) => false,
    };
    let before = &plan.steps[..number - 1];
    let saved = before.iter().rfind(saves)?;
    let (dockerfile, content) = before.iter().rev().find_map(|step| match &step.action {
        Action::Save { path, content, .. } if commandline::is_recipe(path) => Some((step, content)),
        _ => None,
    })?;
    // A source without a dot in its name may be the folder that has the file.
    let may_have = |source: &str| {
        let name = commandline::base(source.trim_end_matches('/'));
        name == missing || source.contains('*') || !name.trim_start_matches('.').contains('.')
    };
    let copies = |line: &str| {
        let mut words = line.split_whitespace();
        let is_copy = words.next().is_some_and(|word| {
            ["COPY", "ADD"]
                .iter()
                .any(|copy| word.eq_ignore_ascii_case(copy))
        });
        let sources: Vec<&str> = words.filter(|word| !word.starts_with("--")).collect();
        is_copy && sources.iter().rev().skip(1).any(|source| may_have(source))
    };
    (!content.lines().any(copies)).then(|| Hint::NotCopied {
        file: missing.to_owned(),
        line: saved.line,
        dockerfile_line: dockerfile.line,
    })
}

/// `ModuleNotFoundError: No module named 'greet'`: `greet.py`.
fn missing_module(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("No module named '")?;
    Some(format!("{}.py", rest.split(['\'', '.']).next()?))
}

/// `bash: ./run.sh: Permission denied`.
fn not_executable(step: &Step, output: &str) -> Option<Hint> {
    let file = step.typed().split_whitespace().next()?;
    let is_refused = output.lines().any(|line| {
        line.starts_with("bash: ") && line.contains(file) && line.ends_with("Permission denied")
    });
    (file.starts_with("./") && is_refused).then(|| Hint::MakeExecutable {
        file: file.to_owned(),
    })
}

/// A file is missing, and a block of its kind was only shown.
fn not_saved(plan: &Plan, step: &Step, output: &str) -> Option<Hint> {
    let missing = output.lines().find_map(missing_file)?;
    let block = plan
        .document
        .blocks
        .iter()
        .rfind(|block| block.line < step.line && is_of_kind(plan, block, missing))?;
    Some(Hint::SaveBlock {
        line: block.line,
        file: missing.to_owned(),
    })
}

/// Whether a block shows a file such as `name`, and is not saved.
fn is_of_kind(plan: &Plan, block: &Block, name: &str) -> bool {
    let fence = plan.document.text(&block.span);
    let language = fence
        .trim_start_matches(['`', '~', ' '])
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let ends = match language.as_str() {
        "" => &[][..],
        "python" => &["py"],
        "javascript" => &["js"],
        "yaml" => &["yaml", "yml"],
        other => &[other],
    };
    let name = name.to_ascii_lowercase();
    block.role == Role::Fragment && ends.iter().any(|end| name.ends_with(end))
}

/// A step before it was not run, and the command names something that the one of that step names.
fn not_run(plan: &Plan, number: usize, step: &Step) -> Option<Hint> {
    let names = names(step.typed());
    let before = plan.steps[..number - 1].iter().enumerate();
    let (index, gate) = before.rev().find_map(|(index, other)| match &other.fate {
        Fate::Gated(gate)
            if self::names(other.typed())
                .iter()
                .any(|name| names.contains(name)) =>
        {
            Some((index, gate))
        }
        _ => None,
    })?;
    Some(Hint::StepNotRun {
        number: index + 1,
        gate: gate.clone(),
    })
}

/// What a command is about: its words but for the program, its verb and the options.
fn names(command: &str) -> Vec<&str> {
    command
        .split_whitespace()
        .skip(2)
        .filter(|word| word.len() > 1 && !word.starts_with(['-', '<', '>', '|', '&']))
        .collect()
}
