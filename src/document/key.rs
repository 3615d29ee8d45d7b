//! Keys by their names.

/// What a key sends to the program in front; `None` for a name that is no key's.
pub(super) fn characters(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if let Some(letter) = lower
        .strip_prefix("ctrl-")
        .or_else(|| lower.strip_prefix("ctrl+"))
        .or_else(|| lower.strip_prefix('^'))
    {
        let [byte @ (b'a'..=b'z' | b'\\' | b']')] = letter.as_bytes() else {
            return None;
        };
        return Some(char::from(byte & 0x1f).to_string());
    }
    let named = match lower.as_str() {
        "enter" | "return" => "\r",
        "up" => "\u{1b}[A",
        "down" => "\u{1b}[B",
        "right" => "\u{1b}[C",
        "left" => "\u{1b}[D",
        "tab" => "\t",
        "esc" | "escape" => "\u{1b}",
        "space" => " ",
        "backspace" => "\u{7f}",
        _ => {
            let mut letters = name.chars();
            return letters
                .next()
                .filter(|_| letters.next().is_none())
                .map(String::from);
        }
    };
    Some(named.to_owned())
}

/// What an answer types: `⏎` is the enter key, and without one at its end, enter is pressed.
pub(super) fn answers(text: &str) -> Vec<String> {
    text.split_inclusive('⏎')
        .map(|line| format!("{}\r", line.trim_end_matches('⏎')))
        .collect()
}

/// Whether a paragraph tells the reader to press Ctrl-C.
pub(super) fn says_interrupt(prose: &str) -> bool {
    let text = prose.to_lowercase();
    let names = [
        "ctrl-c",
        "ctrl+c",
        "ctrl + c",
        "ctrl c",
        "control-c",
        "control+c",
        "^c",
    ];
    text.split(['.', '!', '?']).any(|sentence| {
        let is_denied = sentence
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| matches!(word, "not" | "don" | "never" | "without"));
        !is_denied && names.iter().any(|name| sentence.contains(name))
    })
}

/// Whether a paragraph sends the reader to another terminal.
pub(super) fn says_terminal(prose: &str) -> bool {
    let text = prose.to_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.windows(2).any(|pair| {
        matches!(
            pair[0],
            "another" | "second" | "new" | "separate" | "other" | "different"
        ) && matches!(pair[1], "terminal" | "shell" | "console")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_that_sends_elsewhere() {
        assert!(says_terminal("Open a second terminal, and type:"));
        assert!(says_terminal("In **another** terminal window:"));
        assert!(!says_terminal("The terminal shows another line."));
        assert!(says_interrupt("Press Ctrl+C to stop it."));
        assert!(!says_interrupt("Control the container."));
        assert!(!says_interrupt("Do not press Ctrl+C yet."));
    }

    #[test]
    fn keys_have_names() {
        for (name, sent) in [
            ("ctrl-c", Some("\u{3}")),
            ("Ctrl+D", Some("\u{4}")),
            ("^C", Some("\u{3}")),
            ("enter", Some("\r")),
            ("up", Some("\u{1b}[A")),
            ("q", Some("q")),
            ("Q", Some("Q")),
            ("ctrl-", None),
            ("ctrl-cc", None),
            ("entre", None),
        ] {
            assert_eq!(characters(name).as_deref(), sent, "{name}");
        }
        assert_eq!(answers("yes⏎no"), ["yes\r", "no\r"]);
        assert_eq!(answers("yes⏎"), ["yes\r"]);
    }
}
