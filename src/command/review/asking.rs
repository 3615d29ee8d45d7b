//! Asking step by step, on a terminal.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::Command;

use console::{Key, Term};

use super::session::Run;
use super::{Choice, meant, opened};
use crate::command::fault::{self, Fault};
use crate::command::kept::Kept;
use crate::command::telling::say_prose;
use crate::matching::{OneSided, Rewritten, one_sided};
use crate::report;
use crate::review::Proposal;
use crate::wording::{self, ASIDE, BAD, EXPECTED, GOOD, HINT, NOTE, PRINTED};

/// What an author says of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// What was printed is right, wherever something else stands.
    Accept,
    /// It belongs into the page.
    Write,
    /// What stands there is right.
    Reject,
    /// Later.
    Skip,
}

/// A step to be asked about.
#[derive(Debug, Clone, Copy)]
struct Item {
    run: usize,
    choice: Choice,
}

/// Every key has a word.
const KEYS: &str = "\
    a accept   r reject   s skip   A R S the same for all that follow\n    \
    w write into the page   d whole output   e editor   u undo   q quit\n";

/// Runs, and what was chosen of each.
type Chosen = (Vec<Run>, Vec<Vec<Choice>>);

type Answers = BTreeMap<(String, String), Answer>;

/// What the author chooses of each run; none, if the user ends it.
pub(super) fn ask(pages: &[PathBuf]) -> Result<Option<Chosen>, Vec<Fault>> {
    let (mut kept, mut runs) = opened(pages.to_vec())?;
    let terminal = Term::stdout();
    let mut items = items(&kept, &runs);
    if items.is_empty() {
        return Ok(Some((runs, Vec::new())));
    }
    if !(std::io::stdin().is_terminal() && terminal.is_term()) {
        let message = "`review` needs a terminal; `tutcheck accept --check` says what there is, and `tutcheck accept KEY` takes it";
        return Err(vec![Fault::Plain(message.to_owned())]);
    }
    let mut answers = Answers::new();
    let mut at = 0;
    while at < items.len() {
        let item = items[at];
        let run = &runs[item.run];
        show(run, item, (at + 1, items.len()), &answers);
        let key = match terminal.read_key() {
            Ok(Key::CtrlC) | Err(_) => return Ok(None),
            Ok(key) => key,
        };
        let all = |answer: Answer, answers: &mut Answers| {
            for item in &items[at..] {
                answers.insert(name(&runs[item.run], *item), answer);
            }
            items.len()
        };
        let mut one = |answer: Answer| {
            answers.insert(name(run, item), answer);
            at + 1
        };
        at = match key {
            Key::Char('a') => one(Answer::Accept),
            Key::Char('r') => one(Answer::Reject),
            Key::Char('s') => one(Answer::Skip),
            Key::Char('w') if proposal(run, item).page.is_some() => one(Answer::Write),
            Key::Char('A') => all(Answer::Accept, &mut answers),
            Key::Char('R') => all(Answer::Reject, &mut answers),
            Key::Char('S') => all(Answer::Skip, &mut answers),
            Key::Char('u') => {
                let before = at.saturating_sub(1);
                answers.remove(&name(&runs[items[before].run], items[before]));
                before
            }
            Key::Char('d') => {
                whole_output(run, item);
                at
            }
            Key::Char('e') => {
                edit(run, item);
                match opened(pages.to_vec()) {
                    Ok(again) => {
                        (kept, runs) = again;
                        items = self::items(&kept, &runs);
                    }
                    // What was decided is not lost because of a page that cannot be read right now.
                    Err(faults) => {
                        fault::report(faults);
                    }
                }
                at.min(items.len())
            }
            Key::Char('q') => items.len(),
            _ => at,
        };
    }
    let rejected = items
        .iter()
        .map(|item| (item, name(&runs[item.run], *item)))
        .filter(|(_, name)| answers.get(name) == Some(&Answer::Reject));
    kept.reject(rejected.map(|(_, (_, key))| key));
    let mut choices = vec![Vec::new(); runs.len()];
    for item in items {
        let run = &runs[item.run];
        let choice = match answers.get(&name(run, item)) {
            Some(Answer::Accept) => item.choice,
            Some(Answer::Write) => Choice {
                into_page: true,
                into_recording: false,
                ..item.choice
            },
            Some(Answer::Reject | Answer::Skip) | None => continue,
        };
        choices[item.run].push(choice);
    }
    Ok(Some((runs, choices)))
}

/// The steps to be asked about, in the order of the pages.
fn items(kept: &Kept, runs: &[Run]) -> Vec<Item> {
    let rejected = kept.rejected();
    let mut items = Vec::new();
    for (run_number, run) in runs.iter().enumerate() {
        for (page, proposals) in run.proposals.iter().enumerate() {
            for (index, proposal) in proposals.iter().enumerate() {
                let choice = Choice {
                    page,
                    proposal: index,
                    into_page: true,
                    into_recording: true,
                };
                if let Some(choice) = meant(run, choice, false, false)
                    && !rejected.contains(&proposal.key)
                {
                    let run = run_number;
                    items.push(Item { run, choice });
                }
            }
        }
    }
    items
}

fn proposal(run: &Run, item: Item) -> &Proposal {
    &run.proposals[item.choice.page][item.choice.proposal]
}

/// By what an answer is found again once the page has been edited.
fn name(run: &Run, item: Item) -> (String, String) {
    let page = &run.pages[item.choice.page].plan.document.source.path;
    (page.clone(), proposal(run, item).key.clone())
}

/// Shows a step: where it is, what stands around it, what differs, and what each answer would change.
fn show(run: &Run, item: Item, (number, of): (usize, usize), answers: &Answers) {
    let page = &run.pages[item.choice.page];
    let proposal = proposal(run, item);
    let step = &page.plan.steps[proposal.number - 1];
    let source = &page.plan.document.source;
    let path = wording::visible(&source.path);
    let key = wording::visible(&proposal.key);
    let mut text = format!(
        "\n{HINT}────{HINT:#} {NOTE}{number} of {of}{NOTE:#}  {path}:{}  {key}\n\n",
        step.line
    );
    let block = &page.plan.document.blocks[step.block];
    let before = source.text[..block.span.start].trim_end();
    let prose: Vec<&str> = before
        .lines()
        .rev()
        .take_while(|line| !line.trim().is_empty())
        .take(3)
        .collect();
    for line in prose.iter().rev() {
        let _ = writeln!(text, "    {ASIDE}{}{ASIDE:#}", wording::visible(line));
    }
    let report = &run.reports[item.choice.page];
    text.push_str(&report::breaks(&report.only(proposal.number), true));
    text.push('\n');
    if let Some(shown) = &proposal.page {
        let old: Vec<&str> = page.plan.shown(step).map_or_else(Vec::new, |shown| {
            shown
                .lines
                .iter()
                .map(|line| &source.text[line.clone()])
                .collect()
        });
        let new: Vec<&str> = shown.rewrites[0]
            .lines
            .iter()
            .filter_map(|line| match line {
                Rewritten::Kept(number) => old.get(*number).copied(),
                Rewritten::Instead(_, text) | Rewritten::New(text) => Some(text.as_str()),
            })
            .collect();
        let into = if item.choice.into_page { "a, w" } else { "w" };
        changes(&mut text, &format!("{into}: into the page"), &old, &new);
    }
    if item.choice.into_recording
        && let Some(fresh) = &proposal.recording
    {
        let old = page
            .plan
            .recording(step)
            .map_or("", |old| old.output.as_str());
        let (old, new): (Vec<&str>, Vec<&str>) =
            (old.lines().collect(), fresh.output.lines().collect());
        changes(&mut text, "a: into the recording", &old, &new);
    }
    if let Some(answer) = answers.get(&name(run, item)) {
        let (word, style) = match answer {
            Answer::Accept => ("accepted", GOOD),
            Answer::Write => ("written into the page", GOOD),
            Answer::Reject => ("rejected", BAD),
            Answer::Skip => ("skipped", NOTE),
        };
        let _ = writeln!(text, "so far: {style}{word}{style:#}");
    }
    let _ = write!(text, "\n    {HINT}{KEYS}{HINT:#}");
    say_prose(&text);
}

/// So many lines of a change are shown; `d` shows all.
const MOST: usize = 24;

fn changes(text: &mut String, title: &str, old: &[&str], new: &[&str]) {
    let lines = one_sided(old, new);
    let _ = writeln!(text, "{HINT}{title}{HINT:#}");
    for line in lines.iter().take(MOST) {
        let _ = match line {
            OneSided::Old(line) => {
                writeln!(text, "  {EXPECTED}- {}{EXPECTED:#}", wording::visible(line))
            }
            OneSided::New(line) => {
                writeln!(text, "  {PRINTED}+ {}{PRINTED:#}", wording::visible(line))
            }
        };
    }
    if lines.len() > MOST {
        let _ = writeln!(text, "  … and {} more", lines.len() - MOST);
    }
}

fn whole_output(run: &Run, item: Item) {
    let output = run.output(item.choice.page, &proposal(run, item).key);
    let mut text = format!("\n{HINT}printed:{HINT:#}\n");
    for line in output.lines() {
        let _ = writeln!(text, "    {}", wording::visible(line));
    }
    crate::command::tell(&text);
}

/// Opens the author's editor at the line of a step.
fn edit(run: &Run, item: Item) {
    let page = &run.pages[item.choice.page];
    let line = page.plan.steps[proposal(run, item).number - 1].line;
    let named = ["VISUAL", "EDITOR"]
        .iter()
        .find_map(|name| std::env::var(name).ok());
    let editor = named.filter(|editor| !editor.trim().is_empty());
    let editor = editor.unwrap_or_else(|| "vi".to_owned());
    let ended = Command::new("sh")
        .args(["-c", &format!("{editor} \"$@\""), "sh"])
        .arg(format!("+{line}"))
        .arg(&page.plan.document.source.path)
        .status();
    if !ended.is_ok_and(|status| status.success()) {
        crate::command::complain(&format!("the editor `{editor}` did not end well"));
    }
}
