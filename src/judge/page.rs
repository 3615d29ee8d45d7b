//! What was printed, against what the page shows, and how the page would show it.

use std::borrow::Cow;

use super::Judge;
use super::output::{Compared, compare, rules};
use crate::commandline::Foreground;
use crate::document;
use crate::identity::Known;
use crate::matching::{self, Rewrite, Rules, Side};
use crate::observation::{Ended, Observation};
use crate::plan::{Action, Step};

/// So many ways are tried to take commands before together with a step.
const MOST_BEFORE: usize = 8;

impl Judge<'_> {
    pub(super) fn against_page<'o>(
        &mut self,
        number: usize,
        step: &Step,
        observation: &'o Observation,
    ) -> Option<Compared<'o>> {
        let shown = self.plan.shown(step)?;
        let page = match self.status_shown(step, observation) {
            Some((_, page)) => page,
            None => self.plan.text_shown(shown),
        };
        let page =
            document::loosen(&document::fill_known(&page, &self.plan.placeholders)).into_owned();
        self.composition
            .learns(self.plan, step, &page, &observation.output);
        let page = self.composition.as_here(&page).into_owned();
        if let Some(pattern) = &shown.pattern {
            let comparison = matching::compare_with_pattern(pattern, &observation.output);
            return Some(Compared {
                comparison,
                text: page,
                printed: Cow::Borrowed(&observation.output),
            });
        }
        let is_pressed = matches!(step.action, Action::Press { .. });
        let goes_on =
            observation.ended == Ended::Stays && matches!(step.in_front, Foreground::Goes(_));
        let nothing = Known::new();
        let side = Side {
            // What a program said before the key, and after what the page shows, is as it happens.
            begins_before: is_pressed,
            // How long a reader looks at one that goes on is the reader's choice.
            goes_on: is_pressed || goes_on,
            ..Side::of_page(&page, &nothing)
        };
        let profiles = &self.plan.profiles;
        // Of a text that something is put before, the places would be others.
        let recorded = self.plan.recording(step).filter(|_| !is_pressed);
        let varying = recorded.map_or_else(Vec::new, |recorded| {
            let varying = recorded.varying();
            let spots = matching::carried(&recorded.output, &varying, &page);
            matching::placed(&page, &spots)
        });
        let mut alone = self.page_bindings.clone();
        let command = step.written();
        let mut compared = (command.to_owned(), Cow::Borrowed(observation));
        let rules = || Rules {
            loose: shown.is_loose,
            varying: varying.clone(),
            ..rules(step, profiles)
        };
        let mut comparison = compare(rules(), number, command, side, observation, &mut alone);
        let mut bindings = alone;
        // A page may show what all commands of a block print, or only the last of them.
        let all = (shown.with_before > 0).then_some(shown.with_before);
        for before in all
            .into_iter()
            .chain(1..shown.with_before)
            .take(MOST_BEFORE)
        {
            if comparison.is_same() {
                break;
            }
            let (command, printed) = self.with_before(number, before, step, observation);
            let mut together = self.page_bindings.clone();
            let of_all = compare(rules(), number, &command, side, &printed, &mut together);
            // Said is what is nearer to what the page shows.
            if of_all.differences() < comparison.differences() {
                (comparison, bindings) = (of_all, together);
                compared = (command, Cow::Owned(printed));
            }
        }
        self.page_bindings = bindings;
        let (command, observation) = compared;
        let is_outdated = || matching::form(step.written(), &page, profiles).is_some();
        if self.rewrites.is_some() && (!comparison.is_same() || is_outdated()) {
            let rules = Rules {
                pulled: observation.pulled,
                ..rules()
            };
            let live = Side::whole(&observation.output, &observation.known);
            let found = matching::rewritten(&command, side, live, &rules, &self.page_bindings);
            let raw = shown.text(&self.plan.document.source.text);
            self.keep_rewrites(
                number,
                found.map(|rewrite| rewrite.in_words_of(&raw, &page)),
            );
        }
        Some(Compared {
            comparison,
            text: page,
            printed: match observation {
                Cow::Borrowed(observation) => Cow::Borrowed(&observation.output),
                Cow::Owned(observation) => Cow::Owned(observation.output),
            },
        })
    }

    /// What a step printed, as a page that shows nothing of it would show it.
    pub(super) fn as_shown(&self, step: &Step, observation: &Observation) -> [Rewrite; 2] {
        let nothing = Known::new();
        let live = Side::whole(&observation.output, &observation.known);
        let rules = Rules {
            pulled: observation.pulled,
            ..rules(step, &self.plan.profiles)
        };
        let page = Side::of_page("", &nothing);
        matching::rewritten(step.written(), page, live, &rules, &self.page_bindings)
    }

    /// The commands of a block up to a step, and all that they printed.
    fn with_before(
        &self,
        number: usize,
        before: usize,
        step: &Step,
        observation: &Observation,
    ) -> (String, Observation) {
        let first = number.saturating_sub(before).max(1);
        let mut of_all = observation.clone();
        let mut printed = String::new();
        let mut command = String::new();
        for number in first..number {
            if let Some((text, known)) = self.printed.get(&number) {
                printed.push_str(text);
                of_all.known.extend(known.clone());
            }
            command.push_str(self.plan.steps[number - 1].written());
            command.push('\n');
        }
        of_all.output.insert_str(0, &printed);
        command.push_str(step.written());
        (command, of_all)
    }
}
