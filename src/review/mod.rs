//! What an author may accept of a run: for each step that came out otherwise, what would be written into the page
//! and into the recording. Decisions are values, and edits are bytes of the page: nothing else of it is touched.

mod edit;
mod place;
mod recording;

use crate::expectation::Recorded;
use crate::judge::{Code, Judge, Judged, Verdict};
use crate::matching::Rewrite;
use crate::plan::{Plan, Step};

pub use edit::{Edit, applied};
pub use recording::{recorded, take};

/// What an author may accept of a step.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The number of the step on its page, from 1.
    pub number: usize,
    /// Its key.
    pub key: String,
    /// What the page would show.
    pub page: Option<Shown>,
    /// What would be recorded.
    pub recording: Option<Recorded>,
}

/// What a page would show of a step.
#[derive(Debug, Clone)]
pub struct Shown {
    /// In as few words as can be, and as a whole.
    pub rewrites: [Rewrite; 2],
    /// The page shows nothing of it so far.
    pub is_first: bool,
}

/// Why something is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// A mark in it would turn around, or hide, what is there.
    Deceives,
    /// It holds a fence, or what else would end the block.
    EndsBlock,
    /// Its block has several commands, without prompts between which their outputs could stand.
    Several,
    /// Written there, the page would be read otherwise.
    ReadsOtherwise,
    /// The page would still say something else than was printed.
    StillDiffers,
    /// On a page, one of its lines would stand for others.
    IsPattern,
    /// It names the folder of the run.
    NamesScratch,
    /// There is no place for it.
    NoPlace,
}

impl Refusal {
    /// The same in words.
    pub fn why(self) -> &'static str {
        match self {
            Refusal::Deceives => {
                "a mark in it turns text around or hides it: write by hand what a reader is to see"
            }
            Refusal::EndsBlock => {
                "it has a line that would end the block: give the block a longer fence"
            }
            Refusal::Several => {
                "its block has several commands without prompts: put `$ ` before each, or give each a block of its own"
            }
            Refusal::ReadsOtherwise => {
                "written there, the page would be read otherwise: put it there by hand, and look at `tutcheck plan`"
            }
            Refusal::StillDiffers => {
                "the page would still say something else: it may differ from play to play"
            }
            Refusal::IsPattern => {
                "a line of it, such as `...`, would stand for any on a page: `tutcheck record` compares it to the letter"
            }
            Refusal::NamesScratch => {
                "it names the folder of that run, which no reader has: write by hand what a reader sees (`/home/you/…` is as good)"
            }
            Refusal::NoPlace => "the page has no place for it",
        }
    }
}

/// What may be accepted of a page, in its order.
pub fn proposals(plan: &Plan, results: &[Judged], judge: &Judge<'_>) -> Vec<Proposal> {
    let mut fresh = recorded(plan, results, judge.bindings());
    let steps = plan.steps.iter().zip(results).enumerate();
    let proposals = steps.filter_map(|(index, (step, judged))| {
        let number = index + 1;
        if !is_worth_keeping(judged) {
            return None;
        }
        let of_recording = fresh.remove(&number).filter(|fresh| {
            let old = plan.recording(step);
            old.is_none_or(|old| old != fresh) && (old.is_none() || is_renewed(judged))
        });
        let proposal = Proposal {
            number,
            key: step.key.clone(),
            page: shown(plan, step, judged, judge.rewrites(number)),
            recording: of_recording,
        };
        (proposal.page.is_some() || proposal.recording.is_some()).then_some(proposal)
    });
    proposals.collect()
}

/// Whether a step came out as it may: of one that failed, there is nothing to be accepted.
fn is_worth_keeping(judged: &Judged) -> bool {
    let code = judged.finding.code();
    match judged.finding.verdict {
        Verdict::Passed | Verdict::Stale | Verdict::Unrecorded => judged.observation.is_some(),
        Verdict::Broken => matches!(
            code,
            Some(Code::OutputChanged | Code::PageDiffers | Code::CommandChanged)
        ),
        Verdict::Untestable
        | Verdict::NotReached
        | Verdict::Gated
        | Verdict::Skipped
        | Verdict::Manual => false,
    }
}

/// Whether the recording would be another.
fn is_renewed(judged: &Judged) -> bool {
    let renewal = judged.finding.renewal.as_ref();
    judged.finding.code() == Some(Code::CommandChanged)
        || renewal.is_some_and(|comparison| !comparison.is_same())
}

fn shown(
    plan: &Plan,
    step: &Step,
    judged: &Judged,
    rewrites: Option<&[Rewrite; 2]>,
) -> Option<Shown> {
    let rewrites = rewrites?.clone();
    let is_first = plan.shown(step).is_none();
    let lines = plan.shown(step).map_or(0, |shown| shown.lines.len());
    let says_nothing_new = match judged.finding.verdict {
        // What stands there is of another form, and every line of it may be like one that was printed.
        Verdict::Stale => rewrites[1].is_nothing(lines),
        _ if is_first => rewrites[1].lines.is_empty() || !step.is_visible(),
        Verdict::Broken => rewrites[0].is_nothing(lines) && rewrites[1].is_nothing(lines),
        _ => true,
    };
    (!says_nothing_new).then_some(Shown { rewrites, is_first })
}

/// The edits of the page that a proposal means, in one of its two ways.
pub fn edits(plan: &Plan, proposal: &Proposal, rewrite: &Rewrite) -> Result<Vec<Edit>, Refusal> {
    let step = &plan.steps[proposal.number - 1];
    let text = &plan.document.source.text;
    match plan.shown(step) {
        Some(shown) => edit::of_shown(text, &shown.lines, rewrite),
        None => place::first(plan, step, rewrite),
    }
}

/// Whether a page that was written into is read as it was before: the same blocks of the same kind, with the same
/// commands, but for such as hold output.
pub fn reads_alike(before: &Plan, after: &Plan) -> bool {
    use crate::document::{Block, Role};
    let read = |block: &Block| {
        let commands: Vec<String> = block
            .commands()
            .map(|command| command.text.clone())
            .collect();
        (
            block.section.clone(),
            matches!(block.role, Role::Command | Role::Transcript),
            block.hidden,
            commands,
        )
    };
    let kept = |plan: &Plan| -> Vec<_> {
        let blocks = plan.document.blocks.iter();
        let blocks = blocks.filter(|block| block.role != Role::Output);
        blocks.map(read).collect()
    };
    let keys =
        |plan: &Plan| -> Vec<String> { plan.steps.iter().map(|step| step.key.clone()).collect() };
    kept(before) == kept(after) && keys(before) == keys(after)
}
