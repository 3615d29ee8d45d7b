//! Which live identifier stands for which recorded one, over a whole document.

use std::collections::HashMap;

use super::why::{Conflict, Why};
use crate::identity::{Identity, Kind};

/// The same stays the same, different stays different: a recorded identifier stands for one live
/// object, and a live one for one recorded. Twelve characters are a prefix of sixty-four.
#[derive(Debug, Default, Clone)]
pub struct Bindings {
    live: HashMap<String, Bound>,
    recorded: HashMap<String, Bound>,
    /// The expected side is a page, and not a recording.
    is_of_page: bool,
}

#[derive(Debug, Clone)]
struct Bound {
    /// The identifier on the other side, in the longest form seen.
    other: String,
    /// Where it was bound.
    step: usize,
}

/// What identifiers are known by, whether cut short or not.
fn key(identifier: &str) -> &str {
    if !identifier.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return identifier;
    }
    match identifier.len() {
        64 => &identifier[..12],
        12 => identifier,
        // A commit, by as many digits as Git shows at least.
        8..=40 => &identifier[..7],
        _ => identifier,
    }
}

impl Bindings {
    /// Of what a page shows, which messages then name.
    pub fn of_page() -> Bindings {
        Bindings {
            is_of_page: true,
            ..Bindings::default()
        }
    }

    /// Binds the two, and what has the name with the name; or says why they cannot stand for each
    /// other.
    pub(super) fn bind(
        &mut self,
        (recorded, recorded_as): (&str, Option<&Identity>),
        (live, live_as): (&str, Option<&Identity>),
        kind: Kind,
        step: usize,
    ) -> Result<(), Why> {
        self.fits(recorded, live, kind, step)?;
        let owner = |identity: Option<&Identity>| identity.and_then(|one| one.of.clone());
        let owners = owner(recorded_as).zip(owner(live_as));
        if let Some((recorded_owner, live_owner)) = &owners {
            self.fits(recorded_owner, live_owner, Kind::Container, step)?;
        }
        for (recorded, live) in owners
            .iter()
            .map(|(recorded, live)| (recorded.as_str(), live.as_str()))
            .chain([(recorded, live)])
        {
            insert(&mut self.live, recorded, live, step);
            insert(&mut self.recorded, live, recorded, step);
        }
        Ok(())
    }

    /// Whether the two may stand for each other, after all that was bound before.
    pub(super) fn fits(
        &self,
        recorded: &str,
        live: &str,
        kind: Kind,
        step: usize,
    ) -> Result<(), Why> {
        let conflict = |two_live: bool, before: usize| {
            Err(Why::Conflict(Conflict {
                kind,
                two_live,
                of_page: self.is_of_page,
                before,
                step,
            }))
        };
        if let Some(bound) = self.live.get(key(recorded))
            && key(&bound.other) != key(live)
        {
            return conflict(true, bound.step);
        }
        if let Some(bound) = self.recorded.get(key(live))
            && key(&bound.other) != key(recorded)
        {
            return conflict(false, bound.step);
        }
        Ok(())
    }

    /// The live word that a recorded one stands for, if it was bound.
    pub(super) fn live_of(&self, recorded: &str) -> Option<&str> {
        self.live
            .get(key(recorded))
            .map(|bound| bound.other.as_str())
    }

    /// Whether the two are the first digits of an identifier and of the one it stands for.
    pub(super) fn are_starts_of_one(&self, recorded: &str, live: &str) -> bool {
        is_start(recorded)
            && recorded.len() == live.len()
            && the_one(recorded, &self.live).is_some_and(|bound| bound.other.starts_with(live))
    }

    /// Replaces every recorded identifier in a command by the live one it stands for; for Docker, also
    /// the first few digits of one, if they are of no other.
    pub fn typed(&self, command: &str) -> String {
        let typed = replace(command, &self.live);
        if !command.contains("docker") || self.live.is_empty() {
            return typed;
        }
        let words = typed.split_inclusive(char::is_whitespace);
        words
            .map(|word| {
                let start = word.trim_end();
                match the_one(start, &self.live).filter(|_| is_start(start)) {
                    Some(bound) => bound.other[..start.len()].to_owned() + &word[start.len()..],
                    None => word.to_owned(),
                }
            })
            .collect()
    }

    /// Knows a live word by a recorded one, if it is known by none.
    pub fn learn(&mut self, recorded: &str, live: &str) {
        if !self.live.contains_key(key(recorded)) {
            insert(&mut self.recorded, live, recorded, 0);
        }
    }

    /// Each word that was expected, the other one that it stands for, and the step that bound them, in the
    /// order of steps. What stands for itself, as the ID of an image that has not moved, is not told.
    pub fn pairs(&self) -> Vec<(&str, &str, usize)> {
        let bound = self.recorded.values().filter_map(|recorded| {
            let live = self.live.get(key(&recorded.other))?;
            Some((recorded.other.as_str(), live.other.as_str(), live.step))
        });
        let is_told =
            |(recorded, live, step): &(&str, &str, usize)| *step > 0 && key(recorded) != key(live);
        let mut pairs: Vec<(&str, &str, usize)> = bound.filter(is_told).collect();
        pairs.sort_unstable_by_key(|(recorded, live, step)| (*step, *recorded, *live));
        pairs.dedup();
        pairs
    }

    /// Replaces every live identifier in a text by the recorded one that stands for it.
    pub fn as_recorded(&self, text: &str) -> String {
        replace(text, &self.recorded)
    }
}

fn insert(map: &mut HashMap<String, Bound>, from: &str, to: &str, step: usize) {
    let bound = map.entry(key(from).to_owned()).or_insert_with(|| Bound {
        other: to.to_owned(),
        step,
    });
    if to.len() > bound.other.len() {
        to.clone_into(&mut bound.other);
    }
}

fn replace(text: &str, map: &HashMap<String, Bound>) -> String {
    if map.is_empty() {
        return text.to_owned();
    }
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        let word = &rest[..length];
        match map.get(key(word)) {
            // As long as it was typed, where the live one is known in full.
            Some(bound) if is_hex(&bound.other) => {
                replaced.push_str(&bound.other[..word.len().min(bound.other.len())]);
            }
            Some(bound) => replaced.push_str(&bound.other),
            None => replaced.push_str(word),
        }
        let gap = rest[length..].chars().next().map_or(0, char::len_utf8);
        replaced.push_str(&rest[length..length + gap]);
        rest = &rest[length + gap..];
    }
    replaced
}

/// What could be the first digits of an ID, and no plain number.
fn is_start(word: &str) -> bool {
    (3..12).contains(&word.len())
        && word
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && word.bytes().any(|byte| byte.is_ascii_digit())
}

/// What stands for the only identifier that starts so.
fn the_one<'m>(start: &str, map: &'m HashMap<String, Bound>) -> Option<&'m Bound> {
    let mut found = map
        .iter()
        .filter(|(recorded, bound)| recorded.starts_with(start) && is_hex(&bound.other))
        .map(|(_, bound)| bound);
    found.next().filter(|_| found.next().is_none())
}

fn is_hex(text: &str) -> bool {
    text.len() >= 12 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "7eb17e337a1381c0de1a6fb0f7cf7c5aa1d11b2c0a5cf36f8d4b6f6d9a3c2b10";
    const OTHER: &str = "50ad60d61ee56a4d3f6e3c2f1c7f0f0b3a7b9d8e6c5a4b3c2d1e0f9a8b7c6d5e";

    #[test]
    fn short_and_long_forms_are_one_identifier() {
        let mut bindings = Bindings::default();
        bindings
            .bind((LONG, None), (OTHER, None), Kind::Container, 1)
            .expect("nothing is bound yet");
        bindings
            .bind(
                (&LONG[..12], None),
                (&OTHER[..12], None),
                Kind::Container,
                2,
            )
            .expect("the same two");
        let command = format!("docker stop {} && docker rm {LONG} x", &LONG[..12]);
        assert_eq!(
            bindings.typed(&command),
            format!("docker stop {} && docker rm {OTHER} x", &OTHER[..12])
        );
        assert_eq!(bindings.as_recorded(&OTHER[..12]), &LONG[..12]);
    }

    #[test]
    fn what_stands_for_what_is_told_once_and_in_order() {
        let mut bindings = Bindings::default();
        for (recorded, live, step) in [
            (&LONG[..12], &OTHER[..12], 4),
            ("aaaaaaaaaaaa", "111111111111", 2),
            (LONG, OTHER, 5),
            ("703fa88b239e", "703fa88b239e", 1),
        ] {
            bindings
                .bind((recorded, None), (live, None), Kind::Container, step)
                .expect("they do not conflict");
        }
        // An image that has not moved stands for itself; a word that was only learned is no ID of a step's.
        bindings.learn("old_name", "new_name");
        let pairs = bindings.pairs();
        assert_eq!(pairs[0], ("aaaaaaaaaaaa", "111111111111", 2));
        assert_eq!(pairs.len(), 2, "{pairs:?}");
        assert!(pairs[1].0.starts_with(&LONG[..12]) && pairs[1].1.starts_with(&OTHER[..12]));
    }

    #[test]
    fn conflicts_name_both_places() {
        let mut bindings = Bindings::default();
        bindings
            .bind(
                ("aaaaaaaaaaaa", None),
                ("111111111111", None),
                Kind::Container,
                3,
            )
            .expect("nothing is bound yet");
        let two = bindings.bind(
            ("aaaaaaaaaaaa", None),
            ("222222222222", None),
            Kind::Container,
            7,
        );
        assert_eq!(
            two.expect_err("two live ones").to_string(),
            "two containers where one was recorded: steps 3 and 7"
        );
        let one = bindings.bind(
            ("bbbbbbbbbbbb", None),
            ("111111111111", None),
            Kind::Container,
            8,
        );
        assert_eq!(
            one.expect_err("one live one").to_string(),
            "one container where two were recorded: steps 3 and 8"
        );
    }

    #[test]
    fn a_few_digits_stand_for_an_id_of_docker() {
        let mut bindings = Bindings::default();
        bindings
            .bind((LONG, None), (OTHER, None), Kind::Container, 1)
            .expect("nothing is bound yet");
        assert_eq!(bindings.typed("docker stop 7eb1"), "docker stop 50ad");
        assert_eq!(bindings.typed("echo 7eb1"), "echo 7eb1");
        assert!(bindings.are_starts_of_one("7eb1", "50ad"));
        assert!(!bindings.are_starts_of_one("7eb1", "50ae"));
    }

    #[test]
    fn names_are_replaced_whole() {
        let mut bindings = Bindings::default();
        bindings
            .bind(("quirky_carver", None), ("sad_pike", None), Kind::Name, 1)
            .expect("nothing is bound yet");
        assert_eq!(
            bindings.typed("docker rm quirky_carver quirky_carver2"),
            "docker rm sad_pike quirky_carver2"
        );
    }
}
