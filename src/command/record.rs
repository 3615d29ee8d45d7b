//! `tutcheck record PATH…`

use std::sync::Arc;

use super::check::{Screen, options, play};
use super::project::{self, Loaded, Loading};
use crate::cli::RecordArguments;
use crate::diagnostic::Source;
use crate::document::Document;
use crate::expectation::{Conditions, Expectations, Recorded, join, renew};
use crate::judge::{Ended, Judge, Verdict};
use crate::plan::Plan;
use crate::report::{self, DocumentReport, StepReport};
use crate::run::Played;
use crate::terminal::Interrupt;
use crate::wording::{self, GOOD, NOTE};

/// There is nothing to record.
const NOTHING: u8 = 4;

pub(super) fn record(arguments: &RecordArguments) -> u8 {
    super::set_color(arguments.play.given.color);
    let Loading { documents, faults } = project::load(
        &arguments.paths,
        &arguments.play.given,
        arguments.play.timeout,
    );
    if documents.is_empty() && !faults.is_empty() {
        return project::report(faults);
    }
    let Some(mut interrupt) = super::listen() else {
        return super::UNABLE;
    };
    if documents.iter().all(|loaded| loaded.plan.steps.is_empty()) {
        super::complain("there is nothing to record: no step in these documents");
        return NOTHING;
    }
    let mut worst = 0;
    for loaded in documents {
        let status = record_one(loaded, arguments, &mut interrupt);
        if interrupt.times() > 0 {
            return 130;
        }
        worst = worst.max(status);
    }
    Loading::ends(faults, worst)
}

fn record_one(loaded: Loaded, arguments: &RecordArguments, interrupt: &mut Interrupt) -> u8 {
    let mut screen = Screen::new(true, false);
    let first = match play_once(&loaded, arguments, interrupt, &mut screen) {
        Ok(first) => first,
        Err(status) => return status,
    };
    let fresh = first.expectations;
    if fresh.steps.is_empty() && loaded.plan.recorded_in.is_none() {
        super::complain("nothing was recorded: this document has no output to write down");
        return if first.played { first.status } else { NOTHING };
    }
    let text = fresh.write();
    let mut status = first.status;
    let old_text = loaded
        .plan
        .recorded_in
        .as_ref()
        .map(|source| source.text.clone());
    let (path, shown) = (
        loaded.expectations.clone(),
        loaded.expectations_shown.clone(),
    );
    let steps = fresh.steps.len();
    if !arguments.no_verify {
        match again(loaded, &text) {
            Ok(second) => match play_once(&second, arguments, interrupt, &mut screen) {
                Ok(played) => status = status.max(unsettled(&played.differing)),
                Err(status) => return status,
            },
            Err(status) => return status,
        }
    }
    if interrupt.times() > 0 {
        return 130;
    }
    if old_text.as_deref() == Some(text.as_str()) {
        super::say(&format!("{GOOD}{:>12}{GOOD:#} {shown}\n", "unchanged"));
        return status;
    }
    if let Err(error) = project::replace(&path, &text) {
        super::complain(&format!("cannot write {shown}: {error}"));
        return super::WRONG;
    }
    super::say(&format!(
        "{GOOD}{:>12}{GOOD:#} {shown} ({})\n",
        "recorded",
        wording::count(steps, "step")
    ));
    status
}

/// What a play gave for the recording.
struct Take {
    expectations: Expectations,
    /// Whether any step was played at all.
    played: bool,
    /// 1 where the page does not show what was printed.
    status: u8,
    /// Steps that differ from the recording they were played against.
    differing: Vec<StepReport>,
}

fn play_once(
    loaded: &Loaded,
    arguments: &RecordArguments,
    interrupt: &mut Interrupt,
    screen: &mut Screen,
) -> Result<Take, u8> {
    let plan = &loaded.plan;
    let mut judge = Judge::new(plan, false);
    let mut steps = Vec::new();
    screen.begins(&plan.document.source.path, plan.steps.len());
    let options = options(&arguments.play, &loaded.settings);
    let outcome = play(
        loaded,
        &mut judge,
        &loaded.surroundings,
        &options,
        interrupt,
        screen,
        &mut steps,
    );
    let source = Arc::clone(&plan.document.source);
    let played = match outcome {
        Ok(played) => played,
        Err(error) => {
            let report = DocumentReport {
                source,
                steps,
                trouble: Some(error.to_string()),
                leftovers: Vec::new(),
            };
            screen.write(&report::breaks(&report, false));
            screen.flush();
            return Err(3);
        }
    };
    let failing = steps
        .iter()
        .position(|step| step.finding.is_stuck || step.finding.verdict == Verdict::Untestable);
    if let Some(at) = failing {
        let untestable = steps[at].finding.verdict == Verdict::Untestable;
        let report = DocumentReport {
            source,
            steps,
            trouble: None,
            leftovers: played.leftovers,
        };
        screen.write(&report::breaks(&report, false));
        screen.flush();
        if !played.interrupted {
            super::complain("nothing was recorded: a reader would be stuck");
        }
        return Err(if untestable { 3 } else { 1 });
    }
    let expectations = expectations(loaded, &played, &judge);
    let has_played = steps.iter().any(|step| step.finding.verdict.is_verified());
    let (differing, _): (Vec<StepReport>, Vec<StepReport>) = steps.into_iter().partition(|step| {
        step.finding.code == "output-changed" || step.finding.code == "page-differs"
    });
    let (page, differing): (Vec<StepReport>, Vec<StepReport>) = differing
        .into_iter()
        .partition(|step| step.finding.code == "page-differs");
    let status = u8::from(!page.is_empty());
    let report = DocumentReport {
        source,
        steps: page,
        trouble: None,
        leftovers: played.leftovers,
    };
    screen.write(&report::breaks(&report, false));
    screen.flush();
    Ok(Take {
        expectations,
        played: has_played,
        status,
        differing,
    })
}

/// The recording that a play gives, with as little changed as can be.
fn expectations(loaded: &Loaded, played: &Played, judge: &Judge<'_>) -> Expectations {
    let plan = &loaded.plan;
    let mut steps = Vec::new();
    for (step, result) in plan.steps.iter().zip(&played.results) {
        if !step.is_recorded() {
            continue;
        }
        let old = plan.recording(step);
        let Some(observation) = &result.observation else {
            // Not played here; elsewhere it may be.
            steps.extend(old.map(|old| Recorded {
                step: step.key.clone(),
                ..old.clone()
            }));
            continue;
        };
        if step.settings.no_compare {
            continue;
        }
        let exit = match observation.ended {
            Ended::Status(status) | Ended::ShellLeft(status) => status,
            // It has no status yet, or one that no reader sees.
            Ended::Stays | Ended::Left(_) => 0,
            Ended::TimeLimit(_) | Ended::Interrupted | Ended::NotReady(_) | Ended::NotSaved(_) => {
                continue;
            }
        };
        // The prompt, too, may have the name of a container.
        let mut ids = observation.known.clone();
        ids.retain(|word, _| observation.output.contains(word.as_str()));
        let fresh = Recorded {
            step: step.key.clone(),
            run: step.written().to_owned(),
            exit,
            ids,
            output: without_trailing_blanks(&observation.output),
        };
        steps.push(match (old, &result.finding.renewal) {
            (Some(old), Some(comparison)) => renew(old, fresh, comparison, judge.bindings()),
            _ => join(fresh, judge.bindings()),
        });
    }
    let recorded = played.facts.as_ref().map(|facts| Conditions {
        engine: facts.engine.clone(),
        builder: facts.builder.clone(),
        platform: facts.platform.clone(),
    });
    let old = &plan.expectations;
    let unchanged = old.steps == steps && old.images == played.images && plan.recorded_in.is_some();
    Expectations {
        tutcheck: 1,
        document: loaded.name.clone(),
        // The daemon it was first true with stays named, as long as nothing else changes.
        recorded: if unchanged {
            old.recorded.clone()
        } else {
            recorded
        },
        images: played.images.clone(),
        steps,
    }
}

/// The same document with the new recording, for the second play.
fn again(loaded: Loaded, text: &str) -> Result<Loaded, u8> {
    let source = Arc::new(Source {
        path: loaded.expectations_shown.clone(),
        text: text.to_owned(),
    });
    let document = &loaded.plan.document.source;
    let plan = Document::parse(
        &document.path,
        document.text.clone(),
        &loaded.settings.reader,
    )
    .and_then(|document| Plan::new(document, &loaded.settings, Some(source)))
    .map_err(super::diagnose)?;
    Ok(Loaded { plan, ..loaded })
}

/// Says which steps print something else each time; 1 if there are any.
fn unsettled(differing: &[StepReport]) -> u8 {
    for step in differing {
        let reason = step.finding.reason.as_deref().unwrap_or_default();
        super::remark(&format!(
            "{NOTE}unsettled{NOTE:#}: line {}: `{}` printed something else the second time: {reason}\n      \
             write `<!-- tutcheck: mask=/regex/ -->`, or `unordered` or `no-compare`, before its block, and record again\n",
            step.line,
            step.run.lines().next().unwrap_or_default(),
        ));
    }
    u8::from(!differing.is_empty())
}

/// Blanks at the ends of lines, which nobody sees and nothing is compared with. With them, YAML would
/// have the whole text on one line.
fn without_trailing_blanks(output: &str) -> String {
    let lines: Vec<&str> = output
        .split('\n')
        .map(|line| line.trim_end_matches([' ', '\t']))
        .collect();
    lines.join("\n")
}
