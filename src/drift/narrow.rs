//! Which of the images that moved a break comes from: replays with old ones in place say so.

use std::collections::BTreeSet;

/// What came of the chain up to the broken step, played again with some images as they were.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// The step is as it was.
    Passes,
    /// It breaks in the same way.
    Breaks,
    /// It was not reached, or could not be tested.
    Unknown,
    /// There is no time left.
    OutOfTime,
}

/// What replays have found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Narrowed {
    /// With these as they were, and all others as they are now, the step passes.
    Guilty(BTreeSet<String>),
    /// With all of them as they were, it breaks still.
    None,
    /// The time was over: it is some of these.
    Among(BTreeSet<String>),
    /// A replay did not come as far as the step.
    Unknown,
}

/// Finds the smallest set of images that, put back, lets the step pass.
///
/// One culprit among n costs a replay with all of them, one for each halving, and one that makes sure; where two
/// are needed together, delta debugging finds both (A. Zeller, "Yesterday, my program worked", 1999).
pub fn narrow(
    moved: &BTreeSet<String>,
    replay: &mut dyn FnMut(&BTreeSet<String>) -> Replay,
) -> Narrowed {
    match replay(moved) {
        Replay::Passes => {}
        Replay::Breaks => return Narrowed::None,
        Replay::Unknown => return Narrowed::Unknown,
        Replay::OutOfTime => return Narrowed::Among(moved.clone()),
    }
    if moved.len() == 1 {
        return Narrowed::Guilty(moved.clone());
    }
    let mut search = Search { replay, ends: None };
    let found = match search.only_one(moved) {
        Some(one) => one,
        None if search.ends.is_some() => moved.clone(),
        None => search.several(moved, &BTreeSet::new()),
    };
    match search.ends {
        None => Narrowed::Guilty(found),
        Some(Replay::OutOfTime) => Narrowed::Among(found),
        Some(_) => Narrowed::Unknown,
    }
}

struct Search<'r> {
    replay: &'r mut dyn FnMut(&BTreeSet<String>) -> Replay,
    /// Why there can be no further replay.
    ends: Option<Replay>,
}

impl Search<'_> {
    /// Whether the step passes with these as they were.
    fn passes(&mut self, pinned: &BTreeSet<String>) -> bool {
        if self.ends.is_some() {
            return false;
        }
        match (self.replay)(pinned) {
            Replay::Passes => true,
            Replay::Breaks => false,
            end => {
                self.ends = Some(end);
                false
            }
        }
    }

    /// If it is one alone, halving finds it; one replay at the end makes sure that it is.
    fn only_one(&mut self, moved: &BTreeSet<String>) -> Option<BTreeSet<String>> {
        let (mut left, mut is_sure) = (moved.clone(), true);
        while left.len() > 1 {
            let (first, second) = halves(&left);
            is_sure = self.passes(&first);
            left = if is_sure { first } else { second };
        }
        let is_found = self.ends.is_none() && (is_sure || self.passes(&left));
        is_found.then_some(left)
    }

    /// Of a set that lets the step pass together with `others`, the smallest that does.
    fn several(&mut self, moved: &BTreeSet<String>, others: &BTreeSet<String>) -> BTreeSet<String> {
        if moved.len() == 1 || self.ends.is_some() {
            return moved.clone();
        }
        let (first, second) = halves(moved);
        if self.passes(&(&first | others)) {
            return self.several(&first, others);
        }
        if self.passes(&(&second | others)) {
            return self.several(&second, others);
        }
        // Each half is needed for what the other has.
        let first = self.several(&first, &(others | &second));
        let second = self.several(&second, &(others | &first));
        &first | &second
    }
}

fn halves(set: &BTreeSet<String>) -> (BTreeSet<String>, BTreeSet<String>) {
    let middle = set.len() / 2;
    let first = set.iter().take(middle).cloned().collect();
    (first, set.iter().skip(middle).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &str) -> BTreeSet<String> {
        names.split_whitespace().map(str::to_owned).collect()
    }

    /// Narrows down what is guilty, and counts the replays.
    fn narrowed(moved: &str, guilty: &str, most: usize) -> (Narrowed, usize) {
        let (guilty, mut replays) = (set(guilty), 0);
        let narrowed = narrow(&set(moved), &mut |pinned| {
            replays += 1;
            match replays {
                over if over > most => Replay::OutOfTime,
                _ if guilty.is_subset(pinned) => Replay::Passes,
                _ => Replay::Breaks,
            }
        });
        (narrowed, replays)
    }

    #[test]
    fn one_is_found_in_a_replay_for_each_halving() {
        for (moved, guilty, most) in [
            ("a", "a", 1),
            ("a b", "a", 2),
            ("a b", "b", 3),
            ("a b c d e f g h", "h", 5),
            ("a b c d e f g h", "c", 5),
        ] {
            let (found, replays) = narrowed(moved, guilty, 99);
            assert_eq!(found, Narrowed::Guilty(set(guilty)), "{moved}");
            assert!(replays <= most, "{guilty} of {moved}: {replays}");
        }
    }

    #[test]
    fn several_are_found_that_are_needed_together() {
        for (moved, guilty) in [("a b", "a b"), ("a b c d", "a d"), ("a b c d e", "b c e")] {
            assert_eq!(narrowed(moved, guilty, 99).0, Narrowed::Guilty(set(guilty)));
        }
    }

    #[test]
    fn what_cannot_be_found_is_no_proof() {
        assert_eq!(narrowed("a b", "z", 99), (Narrowed::None, 1));
        assert_eq!(
            narrowed("a b c d", "d", 2).0,
            Narrowed::Among(set("a b c d"))
        );
        assert_eq!(
            narrowed("a b c d", "d", 0).0,
            Narrowed::Among(set("a b c d"))
        );
        let unknown = narrow(&set("a b"), &mut |_| Replay::Unknown);
        assert_eq!(unknown, Narrowed::Unknown);
    }
}
