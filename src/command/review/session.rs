//! What there is to accept: the last runs of pages, judged again as the pages are now.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::Choice;
use crate::command::fault::Fault;
use crate::command::judge::{replayed, reports_of};
use crate::command::kept::Kept;
use crate::command::loaded::Loaded;
use crate::command::telling::Screen;
use crate::command::{files, playing, project};
use crate::diagnostic::Source;
use crate::document::Document;
use crate::judge::{Code, Lock, Verdict};
use crate::plan::Plan;
use crate::report::DocumentReport;
use crate::review::{self, Proposal, Refusal};
use crate::saved::{self, Saved};

/// Pages that were played behind each other, with what may be accepted of each.
pub(in crate::command) struct Run {
    seen: Vec<saved::Document>,
    keep_going: bool,
    pub(in crate::command) pages: Vec<Rc<Loaded>>,
    pub(in crate::command) reports: Vec<DocumentReport>,
    pub(in crate::command) proposals: Vec<Vec<Proposal>>,
}

/// The runs that pages were last played in.
pub(in crate::command) fn runs(kept: &Kept, pages: &[PathBuf]) -> Result<Vec<Run>, Vec<Fault>> {
    let mut runs: Vec<Run> = Vec::new();
    for page in pages {
        let saved: Saved = kept.newest(page).map_err(|fault| vec![fault])?;
        let manner = saved.manner;
        for seen in saved.documents.chunk_by(|one, next| one.run == next.run) {
            // Pages of one run name it one after the other.
            let is_there =
                |run: &Run| {
                    run.seen.len() == seen.len()
                        && run.seen.iter().zip(seen).all(|(one, other)| {
                            one.document == other.document && one.way == other.way
                        })
                };
            if !runs.iter().any(is_there) {
                runs.push(Run::of(seen.to_vec(), manner.keep_going, |_| None)?);
            }
        }
    }
    Ok(runs)
}

impl Run {
    /// Of pages that were played behind each other, each as it is typed, or else as it is in its file.
    pub(in crate::command) fn of<'t>(
        seen: Vec<saved::Document>,
        keep_going: bool,
        typed: impl Fn(&saved::Document) -> Option<&'t str>,
    ) -> Result<Run, Vec<Fault>> {
        let mut pages = Vec::new();
        for document in &seen {
            pages.push(Rc::new(project::load_saved(document, typed(document))?));
        }
        let (reports, proposals) = judged(&seen, &pages, keep_going);
        Ok(Run {
            seen,
            keep_going,
            pages,
            reports,
            proposals,
        })
    }

    /// All that a step printed.
    pub(in crate::command) fn output(&self, page: usize, key: &str) -> &str {
        self.seen[page].output(key)
    }

    /// The pages with what was chosen written into them, and what of it is refused.
    pub(in crate::command) fn with(
        &self,
        choices: &[Choice],
    ) -> (Vec<Rc<Loaded>>, Vec<(Choice, Refusal)>) {
        let mut left: Vec<(Choice, usize)> = choices.iter().map(|choice| (*choice, 0)).collect();
        let mut refused: Vec<(Choice, Refusal)> = Vec::new();
        loop {
            let (pages, wrong) = self.written(&left);
            let wrong = if wrong.is_empty() {
                self.still_differing(&pages, &left)
            } else {
                wrong
            };
            if wrong.is_empty() {
                return (pages, refused);
            }
            // What is not right in few words is tried as a whole, and then let be.
            left.retain_mut(|(choice, way)| {
                let Some((_, why)) = wrong.iter().find(|(other, _)| other == choice) else {
                    return true;
                };
                *way += 1;
                let is_over = *way > 1 || !choice.into_page;
                if is_over {
                    refused.push((*choice, *why));
                }
                !is_over
            });
        }
    }

    /// The pages with what was chosen, each in one of two ways; and what cannot be written so.
    fn written(&self, chosen: &[(Choice, usize)]) -> (Vec<Rc<Loaded>>, Vec<(Choice, Refusal)>) {
        let mut pages = Vec::new();
        let mut wrong = Vec::new();
        for (index, page) in self.pages.iter().enumerate() {
            let of_page: Vec<&(Choice, usize)> = chosen
                .iter()
                .filter(|(choice, _)| choice.page == index)
                .collect();
            if of_page.is_empty() {
                pages.push(Rc::clone(page));
                continue;
            }
            match self.page_with(page, &of_page) {
                Ok(page) => pages.push(page),
                Err(refusal) => {
                    // Each alone says which of them it is; together, all may be.
                    let alone = of_page.iter().filter_map(|one| {
                        let failed = self.page_with(page, &[one]).err()?;
                        Some((one.0, failed))
                    });
                    let found: Vec<(Choice, Refusal)> = alone.collect();
                    wrong.extend(if found.is_empty() {
                        of_page.iter().map(|one| (one.0, refusal)).collect()
                    } else {
                        found
                    });
                    pages.push(Rc::clone(page));
                }
            }
        }
        (pages, wrong)
    }

    fn page_with(&self, page: &Loaded, chosen: &[&(Choice, usize)]) -> Result<Rc<Loaded>, Refusal> {
        let plan = &page.plan;
        let mut edits = Vec::new();
        let mut recorded = plan.expectations.clone();
        recorded.document.clone_from(&page.name);
        let mut is_recorded = false;
        for (choice, way) in chosen {
            let proposal = &self.proposals[choice.page][choice.proposal];
            if choice.into_page
                && let Some(shown) = &proposal.page
            {
                edits.extend(review::edits(plan, proposal, &shown.rewrites[*way])?);
            }
            if choice.into_recording
                && let Some(fresh) = &proposal.recording
            {
                review::take(plan, &mut recorded, proposal.number, fresh.clone());
                is_recorded = true;
            }
        }
        let source = &plan.document.source;
        let text = review::applied(&source.text, &edits);
        let recorded = if is_recorded {
            let path = page.expectations_shown.as_str();
            Some(Arc::new(Source::new(path, recorded.write())))
        } else {
            plan.recorded_in.clone()
        };
        let document = Document::parse(&source.path, text, &page.settings.reader)
            .map_err(|_| Refusal::EndsBlock)?;
        let after =
            Plan::new(document, &page.settings, recorded).map_err(|_| Refusal::ReadsOtherwise)?;
        if !review::reads_alike(plan, &after) {
            return Err(Refusal::ReadsOtherwise);
        }
        Ok(Rc::new(page.with_plan(after)))
    }

    /// Steps that are at fault all the same, judged as the pages would be.
    fn still_differing(
        &self,
        pages: &[Rc<Loaded>],
        chosen: &[(Choice, usize)],
    ) -> Vec<(Choice, Refusal)> {
        let (reports, _) = judged(&self.seen, pages, self.keep_going);
        let wrong = chosen.iter().filter(|(choice, _)| {
            let number = self.proposals[choice.page][choice.proposal].number;
            let finding = &reports[choice.page].steps[number - 1].finding;
            let differs = matches!(
                finding.code(),
                Some(Code::OutputChanged | Code::CommandChanged | Code::Unrecorded)
            );
            let differs_on_page =
                finding.code() == Some(Code::PageDiffers) || finding.verdict == Verdict::Stale;
            (choice.into_recording && differs) || (choice.into_page && differs_on_page)
        });
        wrong
            .map(|(choice, _)| (*choice, Refusal::StillDiffers))
            .collect()
    }
}

/// What is to be said of pages, by what was seen then, and what may be accepted of each.
fn judged(
    seen: &[saved::Document],
    pages: &[Rc<Loaded>],
    keep_going: bool,
) -> (Vec<DocumentReport>, Vec<Vec<Proposal>>) {
    let judges = playing::judges(pages, Lock::Never).into_iter();
    let mut judges: Vec<_> = judges.map(crate::judge::Judge::who_writes).collect();
    let screen = &mut Screen::new(false, true);
    let outcome = replayed(seen, pages, &mut judges, None, keep_going, screen);
    let reports = reports_of(seen, pages, &outcome, &judges);
    let proposals = pages
        .iter()
        .zip(&judges)
        .zip(&outcome.results)
        .map(|((page, judge), results)| review::proposals(&page.plan, results, judge));
    (reports, proposals.collect())
}

/// The files of a page that its new form changes: path, what is there now, what will be.
pub(in crate::command) fn files_of(old: &Loaded, new: &Loaded) -> Vec<files::Change> {
    let mut changes = Vec::new();
    let (before, after) = (
        &old.plan.document.source.text,
        &new.plan.document.source.text,
    );
    if before != after {
        let path = Path::new(&old.plan.document.source.path);
        changes.push(files::Change::new(path, Some(before), after));
    }
    let recorded = |page: &Loaded| {
        page.plan
            .recorded_in
            .as_ref()
            .map(|source| source.text.clone())
    };
    if let Some(after) = recorded(new).filter(|after| recorded(old).as_ref() != Some(after)) {
        let before = recorded(old);
        changes.push(files::Change::new(
            &old.expectations,
            before.as_deref(),
            &after,
        ));
    }
    changes
}
