//! Words of ours on a page: which one stands at a place, and what may stand there.

use serde_json::{Value, json};

use crate::document::{MEANINGS, Meaning, Takes, WORDS};

/// The word of ours at a byte.
pub(super) fn at(text: &str, byte: usize) -> Option<&'static Meaning> {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let start = text[..byte].rfind(|c| !is_inside(c)).map_or(0, |at| {
        at + text[at..].chars().next().map_or(1, char::len_utf8)
    });
    let rest = &text[byte..];
    let end = byte + rest.find(|c| !is_inside(c)).unwrap_or(rest.len());
    spoken(&text[..start])?;
    MEANINGS
        .iter()
        .find(|meaning| meaning.word == &text[start..end])
}

/// What may stand at a byte.
pub(super) fn offered(text: &str, byte: usize) -> Vec<Value> {
    let Some(typed) = spoken(&text[..byte]) else {
        return Vec::new();
    };
    let token = typed.rsplit(char::is_whitespace).next().unwrap_or_default();
    if let Some((name, _)) = token.split_once('=') {
        let word = WORDS.iter().find(|word| word.name == name);
        return word.map_or_else(Vec::new, |word| {
            let values = word.examples.iter();
            values.map(|value| item(value, VALUE, "", value)).collect()
        });
    }
    let words = MEANINGS.iter().map(|meaning| {
        let takes = WORDS.iter().find(|word| word.name == meaning.word);
        let needs_value = takes.is_some_and(|word| word.takes == Takes::Value);
        let insert = if needs_value {
            format!("{}=", meaning.word)
        } else {
            meaning.word.to_owned()
        };
        item(meaning.word, KEYWORD, meaning.says, &insert)
    });
    words.collect()
}

/// What completions are, as the protocol counts.
const VALUE: u8 = 12;
const KEYWORD: u8 = 14;

fn item(label: &str, kind: u8, says: &str, insert: &str) -> Value {
    json!({
        "label": label,
        "kind": kind,
        "documentation": says,
        "insertText": insert,
    })
}

/// What stands before a place since we are spoken to: in a comment of ours, or behind the language of a fence.
fn spoken(before: &str) -> Option<&str> {
    if let Some(at) = before.rfind("<!--")
        && !before[at..].contains("-->")
    {
        let said = before[at + 4..].trim_start().strip_prefix("tutcheck")?;
        return Some(said.strip_prefix(':').unwrap_or(said));
    }
    let line = before.rsplit('\n').next().unwrap_or_default();
    let info = line.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '>' | '-' | '*'));
    let info = info
        .strip_prefix("```")
        .or_else(|| info.strip_prefix("~~~"))?;
    let (_, words) = info.split_once(char::is_whitespace)?;
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Vec<String> {
        let items = offered(text, text.len());
        let labels = items
            .iter()
            .map(|item| item["label"].as_str().unwrap_or(""));
        labels.map(str::to_owned).collect()
    }

    #[test]
    fn words_are_offered_where_we_are_spoken_to() {
        assert!(labels("```bash ").contains(&"timeout".to_owned()));
        assert!(labels("<!-- tutcheck: skip=x ti").contains(&"timeout".to_owned()));
        assert_eq!(labels("- ~~~sh stream="), ["stdout", "stderr", "both"]);
        for nowhere in ["```ba", "text ", "<!-- tutcheck: skip --> ", "<!-- a "] {
            assert_eq!(labels(nowhere), [""; 0], "{nowhere}");
        }
    }

    #[test]
    fn a_word_is_known_only_there() {
        let page = "exit\n<!-- tutcheck: exit=1 -->\n";
        let at = |needle: usize| at(page, needle).map(|meaning| meaning.word);
        assert_eq!(at(1), None);
        assert_eq!(
            at(page.find("exit=").expect("it is there") + 4),
            Some("exit")
        );
    }
}
