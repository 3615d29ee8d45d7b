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

/// What an output shows behind questions that are answered with yes or no: `continue? [y/N] y`.
pub fn answers_shown(output: &str) -> Vec<String> {
    const CHOICES: &[&str] = &[
        "[y/n]",
        "(y/n)",
        "[yes/no]",
        "(yes/no)",
        "(yes/no/[fingerprint])",
    ];
    let answer = |line: &str| {
        let (question, answer) = line.trim_end().rsplit_once(' ')?;
        let is_answer = ["y", "yes", "n", "no"]
            .iter()
            .any(|word| answer.eq_ignore_ascii_case(word));
        if !is_answer {
            return None;
        }
        let question = question
            .trim_end_matches([' ', ':', '?'])
            .to_ascii_lowercase();
        let is_question = line
            .trim_end()
            .strip_suffix(answer)
            .is_some_and(|before| before.trim_end().ends_with('?'));
        let is_asked = is_question || CHOICES.iter().any(|choice| question.ends_with(choice));
        is_asked.then(|| format!("{answer}\r"))
    };
    output.lines().filter_map(answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn answers_that_a_page_shows() {
        assert_eq!(
            answers_shown("WARNING!\nAre you sure you want to continue? [y/N] y\nTotal: 0B\n"),
            ["y\r"]
        );
        assert_eq!(
            answers_shown("Sure (yes/no)? Yes\nReally? [Y/n]: n"),
            ["Yes\r", "n\r"]
        );
        assert!(answers_shown("continue? [y/N]\nis it y\n").is_empty());
    }
}
