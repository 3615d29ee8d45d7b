//! What a page shows, written anew so that it says what was printed: as little of it as can be. A line that
//! compares equal stays to the byte, and of one that differs stays every word that does not.

mod merging;

use std::collections::{BTreeMap, BTreeSet};

use super::align::Pair;
use super::bindings::Bindings;
use super::lcs::common_lines;
use super::notation::{gaps, is_elision, is_notation};
use super::profile::{self, Line, Reading};
use super::tokens::may_have_identifiers;
use super::words::Matcher;
use super::{Rules, Side, matcher};
use merging::nearest;

/// The lines of a page's output as they would be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rewrite {
    /// In their order; a line of the page that is not among them goes.
    pub lines: Vec<Rewritten>,
    /// A line that stood for others, or a pattern, is none any more.
    pub loses_pattern: bool,
}

/// One line as it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rewritten {
    /// A line of the page as it is, by its number from 0.
    Kept(usize),
    /// In place of a line of the page.
    Instead(usize, String),
    /// One that the page does not have.
    New(String),
}

impl Rewrite {
    /// Of a page whose lines were compared in other words: a word that stays is spelled as on the page, and lines behind
    /// those that were compared stay.
    #[must_use]
    pub fn in_words_of(mut self, page: &str, compared: &str) -> Rewrite {
        let (page, compared): (Vec<&str>, Vec<&str>) =
            (page.lines().collect(), compared.lines().collect());
        for line in &mut self.lines {
            if let Rewritten::Instead(number, text) = line
                && let (Some(written), Some(read)) = (page.get(*number), compared.get(*number))
                && written != read
            {
                let (written, read): (Vec<&str>, Vec<&str>) =
                    (written.split(' ').collect(), read.split(' ').collect());
                if written.len() == read.len() {
                    let differing = read
                        .iter()
                        .zip(&written)
                        .filter(|(read, written)| read != written);
                    for (read, written) in differing {
                        let words = text.split(' ');
                        let words = words.map(|word| if word == *read { *written } else { word });
                        *text = words.collect::<Vec<_>>().join(" ");
                    }
                }
            }
        }
        self.lines
            .extend((compared.len()..page.len()).map(Rewritten::Kept));
        self
    }

    /// Whether it leaves the lines of a page, that many, as they are.
    pub fn is_nothing(&self, lines: usize) -> bool {
        let kept = |(number, line): (usize, &Rewritten)| *line == Rewritten::Kept(number);
        self.lines.len() == lines && self.lines.iter().enumerate().all(kept)
    }
}

/// What a page shows of a step, written anew: in as few words as can be, and, where that is not enough, as a whole.
/// Identifiers that the page knows by others keep those.
pub fn rewritten(
    command: &str,
    expected: Side<'_>,
    live: Side<'_>,
    rules: &Rules,
    bindings: &Bindings,
) -> [Rewrite; 2] {
    let before = if expected.begins_before { "...\n" } else { "" };
    let after = if expected.goes_on { "...\n" } else { "" };
    let text = [before, expected.text, after].concat();
    let side = Side::of_page(&text, expected.known);
    let mut knowledge = profile::of(command, &rules.profiles);
    if rules.pulled {
        knowledge.has_pulled();
    }
    let matcher = matcher(&knowledge, side, live, rules, 0);
    let writer = Writer {
        page: text.lines().collect(),
        printed: live.text.lines().collect(),
        bindings,
        matcher: &matcher,
    };
    let in_words = match knowledge.reading {
        Reading::Table => writer.table(&text, live.text),
        _ => None,
    };
    let few = in_words.unwrap_or_else(|| writer.lines(&text, live.text));
    let whole = writer.whole(live.text);
    let (first, last) = (
        before.lines().count(),
        expected.text.lines().count() + before.lines().count(),
    );
    [few, whole].map(|rewrite| within(rewrite, first, last))
}

/// The lines of the page itself, of a text that others were put around.
fn within(rewrite: Rewrite, first: usize, last: usize) -> Rewrite {
    let is_its = |number: usize| (first..last).contains(&number);
    let lines = rewrite.lines.into_iter().filter_map(|line| match line {
        Rewritten::Kept(number) => is_its(number).then(|| Rewritten::Kept(number - first)),
        Rewritten::Instead(number, text) if is_its(number) => {
            Some(Rewritten::Instead(number - first, text))
        }
        Rewritten::Instead(_, text) | Rewritten::New(text) => Some(Rewritten::New(text)),
    });
    Rewrite {
        lines: lines.collect(),
        ..rewrite
    }
}

/// A line of the page and the one that was printed in its place, by their numbers.
pub(super) type Pairing = (Option<usize>, Option<usize>);

struct Writer<'w> {
    page: Vec<&'w str>,
    printed: Vec<&'w str>,
    bindings: &'w Bindings,
    matcher: &'w Matcher<'w>,
}

impl Writer<'_> {
    /// Line by line.
    fn lines(&self, page: &str, printed: &str) -> Rewrite {
        let expected = self.matcher.knowledge.lines(page);
        let live = self.matcher.knowledge.lines(printed);
        let pairs = if self.matcher.rules.unordered || self.matcher.knowledge.is_unordered() {
            self.matcher.as_sets(&expected, &live, self.bindings)
        } else if expected.iter().any(|line| is_elision(&line.text)) {
            self.around_gaps(&expected, &live)
        } else {
            self.matcher.by_shape(&expected, &live)
        };
        let number = |lines: &[Line<'_>], index: usize| lines[index].number;
        let pairs = pairs.into_iter().map(|pair| match pair {
            Pair::Both(e, l) => (Some(number(&expected, e)), Some(number(&live, l))),
            Pair::Expected(e) => (Some(number(&expected, e)), None),
            Pair::Live(l) => (None, Some(number(&live, l))),
        });
        let compared = expected.iter().map(|line| line.number).collect();
        self.in_order(&pairs.collect::<Vec<_>>(), &compared, |e, l| {
            self.line(e, l)
        })
    }

    /// Lines around those that the page leaves out: each stands opposite the one that says the same, or else opposite
    /// the one nearest to it in words, and what is printed where nothing is left out is new.
    fn around_gaps(&self, expected: &[Line<'_>], live: &[Line<'_>]) -> Vec<Pair> {
        let shown: Vec<usize> = (0..expected.len())
            .filter(|&e| !is_elision(&expected[e].text))
            .collect();
        let lines: Vec<Line<'_>> = shown.iter().map(|&e| expected[e].clone()).collect();
        let mut found: Vec<Option<usize>> = vec![None; lines.len()];
        for pair in self.matcher.by_shape(&lines, live) {
            if let Pair::Both(e, l) = pair
                && self.matcher.alike(&lines[e].text, &live[l].text)
            {
                found[e] = Some(l);
            }
        }
        for e in 0..lines.len() {
            if found[e].is_none() {
                let from = found[..e]
                    .iter()
                    .rev()
                    .flatten()
                    .next()
                    .map_or(0, |l| l + 1);
                let to = found[e..].iter().flatten().next().copied();
                let free = from..to.unwrap_or(live.len());
                // Right behind the line before, a line is the same one, however it reads.
                let is_next = e
                    .checked_sub(1)
                    .is_some_and(|before| shown[before] + 1 == shown[e] && found[before].is_some());
                let next = (is_next && !free.is_empty()).then_some(free.start);
                // And the last one of both is the last one.
                let is_last = e + 1 == lines.len() && shown[e] + 1 == expected.len();
                let last = free.clone().next_back().filter(|_| is_last);
                found[e] = nearest(&lines[e].text, live, free).or(next).or(last);
            }
        }
        let mut pairs: Vec<Pair> = shown
            .iter()
            .zip(&found)
            .map(|(&e, l)| l.map_or(Pair::Expected(e), |l| Pair::Both(e, l)))
            .collect();
        // Where nothing is left out, all that is printed is shown.
        let mut last = (shown.first() == Some(&0)).then_some(0);
        for (number, (&e, l)) in shown.iter().zip(&found).enumerate() {
            let is_behind = number == 0 || shown[number - 1] + 1 == e;
            if let Some(l) = *l {
                if let Some(from) = last.filter(|_| is_behind) {
                    pairs.extend((from..l).map(Pair::Live));
                }
                last = Some(l + 1);
            } else if !is_behind {
                last = None;
            }
        }
        let ends = shown.last().is_some_and(|&e| e + 1 == expected.len());
        if let Some(from) = last.filter(|_| ends) {
            pairs.extend((from..live.len()).map(Pair::Live));
        }
        pairs
    }

    /// Row by row, each in the columns of the page.
    fn table(&self, page: &str, printed: &str) -> Option<Rewrite> {
        let laid = self.matcher.laid_out(page, printed, self.bindings)?;
        let (e, l) = &laid.before;
        let both = e.len().min(l.len());
        let mut pairs: Vec<Pairing> = (0..both).map(|i| (Some(e[i]), Some(l[i]))).collect();
        pairs.extend(e[both..].iter().map(|e| (Some(*e), None)));
        pairs.extend(l[both..].iter().map(|l| (None, Some(*l))));
        pairs.extend(laid.rows.keys());
        let compared = pairs.iter().filter_map(|(e, _)| *e).collect();
        Some(self.in_order(
            &pairs,
            &compared,
            |e, l| match laid.rows.get(&(e, Some(l))) {
                Some(text) => text.clone(),
                None => self.line(e, l),
            },
        ))
    }

    /// All lines, those of the page in its order, new ones behind those that they were printed behind. `write` gives
    /// the text of a printed line that is not as the page has it.
    fn in_order(
        &self,
        pairs: &[Pairing],
        compared: &BTreeSet<usize>,
        write: impl Fn(Option<usize>, usize) -> Option<String>,
    ) -> Rewrite {
        let mut rewrite = Rewrite::default();
        let found: BTreeMap<usize, Option<usize>> = pairs
            .iter()
            .filter_map(|(e, l)| Some(((*e)?, *l)))
            .collect();
        // New lines, by the line of the page that they come behind.
        let mut by_live: Vec<(usize, usize)> = pairs
            .iter()
            .filter_map(|(e, l)| Some(((*l)?, (*e)?)))
            .collect();
        by_live.sort_unstable();
        let mut new: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        let mut extra: Vec<usize> = pairs
            .iter()
            .filter_map(|(e, l)| l.filter(|_| e.is_none()))
            .collect();
        extra.sort_unstable();
        for l in extra {
            let before = by_live.partition_point(|(live, _)| *live < l);
            let behind = before.checked_sub(1).map(|index| by_live[index].1);
            new.entry(behind).or_default().push(l);
        }
        let mut put = |rewrite: &mut Rewrite, behind: Option<usize>| {
            for l in new.remove(&behind).unwrap_or_default() {
                rewrite.lines.extend(write(None, l).map(Rewritten::New));
            }
        };
        let mut has_begun = false;
        for (number, line) in self.page.iter().enumerate() {
            if !compared.contains(&number) {
                rewrite.lines.push(Rewritten::Kept(number));
                continue;
            }
            if !std::mem::replace(&mut has_begun, true) {
                put(&mut rewrite, None);
            }
            match found.get(&number) {
                Some(Some(l)) => rewrite.lines.push(match write(Some(number), *l) {
                    Some(text) => {
                        rewrite.loses_pattern |=
                            is_notation(line) || gaps(&text).len() < gaps(line).len();
                        Rewritten::Instead(number, text)
                    }
                    None => Rewritten::Kept(number),
                }),
                // Lines that are not there are removed; those that stand for any stay.
                None | Some(None) if is_elision(line) || is_notation(line) => {
                    rewrite.lines.push(Rewritten::Kept(number));
                }
                None | Some(None) => {}
            }
            put(&mut rewrite, Some(number));
        }
        put(&mut rewrite, None);
        rewrite
    }

    /// What was printed, as the page would have it in the place of one of its lines; nothing, if that says the same.
    fn line(&self, page: Option<usize>, printed: usize) -> Option<String> {
        let printed = self.printed[printed].trim_end();
        let Some(page) = page.map(|number| self.page[number]) else {
            return Some(self.named(printed));
        };
        // What is alike may still stand for another object than before.
        let is_bound = || {
            let mut bindings = self.bindings.clone();
            self.matcher
                .line(page, printed, Some(&mut bindings))
                .is_ok()
        };
        if self.matcher.alike(page, printed) && (!may_have_identifiers(printed) || is_bound()) {
            return None;
        }
        let merged = self.matcher.merged(page, printed, self.bindings);
        (merged != page).then_some(merged)
    }

    /// With the identifiers that the page has for what is meant.
    fn named(&self, text: &str) -> String {
        self.bindings.as_recorded(text)
    }

    /// All that was printed; what is the same to the letter stays.
    fn whole(&self, printed: &str) -> Rewrite {
        let live: Vec<String> = self
            .matcher
            .knowledge
            .lines(printed)
            .iter()
            .map(|line| self.named(self.printed[line.number].trim_end()))
            .collect();
        let printed: Vec<&str> = live.iter().map(String::as_str).collect();
        let mut rewrite = Rewrite {
            lines: Vec::new(),
            loses_pattern: self
                .page
                .iter()
                .any(|line| is_elision(line) || is_notation(line)),
        };
        let mut at = 0;
        for (e, l) in common_lines(&self.page, &printed) {
            let new = live[at..l].iter().cloned().map(Rewritten::New);
            rewrite.lines.extend(new);
            rewrite.lines.push(Rewritten::Kept(e));
            at = l + 1;
        }
        let new = live[at..].iter().cloned().map(Rewritten::New);
        rewrite.lines.extend(new);
        rewrite
    }
}
