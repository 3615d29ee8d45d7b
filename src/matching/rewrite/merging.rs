//! Two lines made one: of what is alike, the page's words.

use std::ops::Range;

use crate::matching::bindings::Bindings;
use crate::matching::profile::Line;
use crate::matching::tokens::{Token, tokens};
use crate::matching::words::Matcher;

impl Matcher<'_> {
    /// A printed line, in which every word that is like its counterpart on the page is that.
    pub(in crate::matching) fn merged(
        &self,
        page: &str,
        printed: &str,
        bindings: &Bindings,
    ) -> String {
        /// Lines of more words than these are written as they were printed.
        const MOST: usize = 2_000;
        // What the page leaves out at the end of a line, it leaves out.
        let gap = [" ...", " …"]
            .iter()
            .find(|gap| page.trim_end().ends_with(*gap));
        if let Some(gap) = gap {
            let head = page.trim_end().trim_end_matches(gap).trim_end();
            let words = spelled(printed);
            let length: usize = words
                .iter()
                .take(spelled(head).len())
                .map(|word| word.1.len())
                .sum();
            let merged = self.merged(head, printed[..length].trim_end(), bindings);
            return merged + &page[head.len()..];
        }
        let (old, new) = (spelled(page), spelled(printed));
        if old.len() > MOST || new.len() > MOST {
            return bindings.as_recorded(printed);
        }
        let mut bound = bindings.clone();
        let mut is_like =
            |e: usize, l: usize| self.token(old[e].0, new[l].0, Some(&mut bound)).is_ok();
        let as_printed = |l: usize| bindings.as_recorded(new[l].1);
        if old.len() == new.len() {
            let word = |i| {
                if is_like(i, i) {
                    old[i].1.to_owned()
                } else {
                    as_printed(i)
                }
            };
            return (0..old.len()).map(word).collect();
        }
        // From the front and from the back as far as they agree; what is between them is new.
        let most = old.len().min(new.len());
        let front = (0..most).take_while(|&i| is_like(i, i)).count();
        let back = (1..=most - front)
            .take_while(|&i| is_like(old.len() - i, new.len() - i))
            .count();
        let as_it_was = |e: usize| old[e].1.to_owned();
        let head = (0..front).map(as_it_was);
        let middle = (front..new.len() - back).map(as_printed);
        let tail = (old.len() - back..old.len()).map(as_it_was);
        head.chain(middle).chain(tail).collect()
    }
}

/// The tokens of a line, each with its letters.
fn spelled(line: &str) -> Vec<(Token<'_>, &str)> {
    let mut tokens = tokens(line);
    let mut spelled = Vec::new();
    loop {
        let from = line.len() - tokens.rest().len();
        let Some(token) = tokens.next() else {
            return spelled;
        };
        spelled.push((token, &line[from..line.len() - tokens.rest().len()]));
    }
}

/// Of some lines, the one that has most words in common with a line; none, if hardly any has.
pub(super) fn nearest(line: &str, live: &[Line<'_>], among: Range<usize>) -> Option<usize> {
    /// So many lines are looked at.
    const MOST: usize = 2_000;
    let words: Vec<&str> = line.split_whitespace().collect();
    let common = |l: usize| {
        let other = live[l].text.split_whitespace();
        let number = other.clone().count().max(words.len());
        let same = other.filter(|word| words.contains(word)).count();
        (same * 100) / number.max(1)
    };
    let scored = among.take(MOST).map(|l| (common(l), l));
    let best = scored.max_by_key(|(score, l)| (*score, usize::MAX - l))?;
    (best.0 >= 34).then_some(best.1)
}
