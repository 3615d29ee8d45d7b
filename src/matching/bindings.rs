//! Which live identifier stands for which recorded one, over a whole document.

use std::collections::HashMap;

use super::Kind;

/// The same stays the same, different stays different: a recorded identifier stands for one live
/// object, and a live one for one recorded. Twelve characters are a prefix of sixty-four.
#[derive(Debug, Default, Clone)]
pub struct Bindings {
    live: HashMap<String, Bound>,
    recorded: HashMap<String, Bound>,
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
    let is_hex = identifier.len() == 64 && identifier.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex {
        &identifier[..12]
    } else {
        identifier
    }
}

impl Bindings {
    /// Binds the two, or says why they cannot stand for each other.
    pub(super) fn bind(
        &mut self,
        recorded: &str,
        live: &str,
        kind: Kind,
        step: usize,
    ) -> Result<(), String> {
        let word = kind.word();
        if let Some(bound) = self.live.get(key(recorded))
            && key(&bound.other) != key(live)
        {
            return Err(format!(
                "two {word}s where one was recorded: steps {} and {step}",
                bound.step
            ));
        }
        if let Some(bound) = self.recorded.get(key(live))
            && key(&bound.other) != key(recorded)
        {
            return Err(format!(
                "one {word} where two were recorded: steps {} and {step}",
                bound.step
            ));
        }
        insert(&mut self.live, recorded, live, step);
        insert(&mut self.recorded, live, recorded, step);
        Ok(())
    }

    /// Replaces every recorded identifier in a command by the live one it stands for.
    pub fn typed(&self, command: &str) -> String {
        replace(command, &self.live)
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
            .bind(LONG, OTHER, Kind::Container, 1)
            .expect("nothing is bound yet");
        bindings
            .bind(&LONG[..12], &OTHER[..12], Kind::Container, 2)
            .expect("the same two");
        let command = format!("docker stop {} && docker rm {LONG} x", &LONG[..12]);
        assert_eq!(
            bindings.typed(&command),
            format!("docker stop {} && docker rm {OTHER} x", &OTHER[..12])
        );
        assert_eq!(bindings.as_recorded(&OTHER[..12]), &LONG[..12]);
    }

    #[test]
    fn conflicts_name_both_places() {
        let mut bindings = Bindings::default();
        bindings
            .bind("aaaaaaaaaaaa", "111111111111", Kind::Container, 3)
            .expect("nothing is bound yet");
        let two = bindings.bind("aaaaaaaaaaaa", "222222222222", Kind::Container, 7);
        assert_eq!(
            two.expect_err("two live ones"),
            "two containers where one was recorded: steps 3 and 7"
        );
        let one = bindings.bind("bbbbbbbbbbbb", "111111111111", Kind::Container, 8);
        assert_eq!(
            one.expect_err("one live one"),
            "one container where two were recorded: steps 3 and 8"
        );
    }

    #[test]
    fn names_are_replaced_whole() {
        let mut bindings = Bindings::default();
        bindings
            .bind("quirky_carver", "sad_pike", Kind::Name, 1)
            .expect("nothing is bound yet");
        assert_eq!(
            bindings.typed("docker rm quirky_carver quirky_carver2"),
            "docker rm sad_pike quirky_carver2"
        );
    }
}
