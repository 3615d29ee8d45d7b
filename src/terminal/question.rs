//! Questions of programs: how one is known, and what a page shows that is typed behind it.

use super::Output;
use super::prompt::visible;

/// So much of an output is looked at for a question, which stands at its end.
const WINDOW: usize = 2 << 10;

/// Words that say what a reader is to do now, at the start of a question.
const REQUESTS: &[&str] = &["press ", "hit ", "enter ", "type ", "choose ", "select "];

/// Words for what a reader tells nobody.
const SECRETS: &[&str] = &[
    "password",
    "passphrase",
    "passcode",
    "secret",
    "token",
    "verification code",
];

/// What a program asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What stands before what a reader would type; empty where it asks without a word.
    pub text: String,
    /// What a reader would type is not shown.
    pub is_secret: bool,
}

impl Question {
    pub(super) fn new(text: String, is_hidden: bool) -> Question {
        let lower = text.to_lowercase();
        let is_secret = is_hidden || SECRETS.iter().any(|word| lower.contains(word));
        Question { text, is_secret }
    }
}

/// The line at the end of an output that is not ended and reads as a question.
pub(super) fn standing(output: &Output) -> Option<String> {
    let tail = output.last(WINDOW);
    let start = tail
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let line = visible(&tail[start..]);
    is_question(&line).then_some(line)
}

/// `Continue? [Y/n] `, `Sure (yes/no): `, `package name: (demo) `, `Your name: `, `Press any key to go on`;
/// and not `Downloading: `, which says what is being done.
fn is_question(line: &str) -> bool {
    let mut rest = line.trim();
    let mut offers = false;
    loop {
        let is_offer = rest.trim_end_matches([':', ' ']);
        let Some(start) = is_offer
            .strip_suffix([']', ')'])
            .and_then(|before| before.rfind(['[', '(']))
        else {
            break;
        };
        let offer = &is_offer[start..];
        offers |= offer.contains('/') && offer.contains(char::is_alphabetic);
        let is_asked = rest.ends_with(':');
        rest = is_offer[..start].trim_end();
        if is_asked {
            return !rest.is_empty();
        }
    }
    let lower = rest.to_lowercase();
    let request = lower.strip_prefix("please ").unwrap_or(&lower);
    let is_request = REQUESTS.iter().any(|word| request.starts_with(word));
    let is_request = is_request && !request.ends_with("..");
    let is_asked = rest
        .strip_suffix(':')
        .is_some_and(|before| before.ends_with(char::is_alphanumeric) && !before.ends_with("ing"));
    offers || rest.ends_with('?') || is_asked || is_request
}

/// What a page shows behind a question, and what stands on the page after that line.
pub(super) fn answer<'s>(shown: &'s str, question: &str) -> Option<(&'s str, &'s str)> {
    let question = question.trim();
    let mut rest = shown;
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let typed = line.trim().strip_prefix(question).map(str::trim);
        if let Some(typed) = typed.filter(|typed| !typed.is_empty() && !question.is_empty()) {
            return Some((typed, after));
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_known_by_how_they_end() {
        for (line, is_one) in [
            ("Do you want to continue? [Y/n] ", true),
            (
                "Are you sure you want to continue connecting (yes/no/[fingerprint])? ",
                true,
            ),
            ("Overwrite (y/n): ", true),
            ("package name: (demo) ", true),
            ("Name [Ann]: ", true),
            ("Your name: ", true),
            ("rm: remove regular empty file 'x'? ", true),
            ("Press any key to continue . . .", true),
            ("Please wait", false),
            ("Press ENTER", true),
            ("Downloading: ", false),
            ("[1/3] ", false),
            ("(1/2) Installing curl (8.0)", false),
            (
                "v View in Docker Desktop   o View Config   w Enable Watch",
                false,
            ),
            ("98%", false),
            ("postgres=# ", false),
            ("", false),
        ] {
            assert_eq!(is_question(line), is_one, "{line:?}");
        }
    }

    #[test]
    fn answers_stand_behind_their_questions() {
        let shown = "Your name: Ann\nAge:\nHello Ann\nAge: 7\n";
        assert_eq!(
            answer(shown, "Your name: "),
            Some(("Ann", "Age:\nHello Ann\nAge: 7\n"))
        );
        assert_eq!(answer(shown, "Age: "), Some(("7", "")));
        assert_eq!(answer(shown, "Town: "), None);
        assert!(Question::new("Enter password: ".to_owned(), false).is_secret);
        assert!(!Question::new("Your name: ".to_owned(), false).is_secret);
    }
}
