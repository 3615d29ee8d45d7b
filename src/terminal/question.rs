//! Questions of programs: how one is known, and what a page shows that is typed behind it.

use super::Output;
use super::prompt::not_ended;

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

/// How surely a line is a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Certainty {
    /// It could as well say what is being done: `Status: `.
    Perhaps,
    /// It ends as questions do, or tells the reader to do something.
    Surely,
}

/// The line at the end of an output that is not ended and reads as a question.
pub(super) fn standing(output: &Output) -> Option<(String, Certainty)> {
    let line = not_ended(output);
    let certainty = certainty(&line)?;
    Some((line, certainty))
}

/// `Continue? [Y/n] `, `Sure (yes/no): `, `package name: (demo) `, `Your name: `, `Press any key to go on`;
/// and not `Downloading: `, `Waiting for the database: `, `20% [1 Packages 2 kB/9 kB]`, which say what is
/// being done.
fn certainty(line: &str) -> Option<Certainty> {
    let asked = Asked::read(line);
    let lower = asked.text.to_lowercase();
    let request = lower.strip_prefix("please ").unwrap_or(&lower);
    let is_request = REQUESTS.iter().any(|word| request.starts_with(word))
        && !request.ends_with("..")
        && !request.contains("ctrl");
    if asked.offers || asked.has_mark || is_request {
        return Some(Certainty::Surely);
    }
    let first = lower.split(' ').next().unwrap_or_default();
    let is_doing = first.ends_with("ing") || lower.ends_with("ing");
    let is_asked = lower.ends_with(char::is_alphanumeric) && !is_doing && !lower.contains('%');
    let is_personal = lower.starts_with("your ") || lower.contains("password");
    (asked.has_colon && is_asked).then_some(if is_personal {
        Certainty::Surely
    } else {
        Certainty::Perhaps
    })
}

/// A line by its end.
struct Asked<'a> {
    /// Without the signs, the choices and the default at its end.
    text: &'a str,
    has_mark: bool,
    has_colon: bool,
    /// Words to choose from stand there: `[Y/n]`, `(yes/no/[fingerprint])`.
    offers: bool,
}

impl<'a> Asked<'a> {
    fn read(line: &'a str) -> Asked<'a> {
        let mut asked = Asked {
            text: line.trim(),
            has_mark: false,
            has_colon: false,
            offers: false,
        };
        loop {
            let bare = asked.text.trim_end_matches([':', ' ', '?']);
            let signs = &asked.text[bare.len()..];
            asked.has_mark |= signs.contains('?');
            asked.has_colon |= signs.contains(':');
            asked.text = bare;
            let is_bracket = bare.ends_with([']', ')']);
            let Some(start) = bare
                .rfind(" [")
                .max(bare.rfind(" ("))
                .filter(|_| is_bracket)
            else {
                return asked;
            };
            asked.offers |= are_choices(&bare[start..]);
            asked.text = &bare[..start];
        }
    }
}

/// Words with a slash between them, in brackets.
fn are_choices(brackets: &str) -> bool {
    let bare =
        |text: &'_ str| -> String { text.trim_matches(['[', ']', '(', ')', ' ']).to_owned() };
    let mut choices = brackets.split('/').map(bare);
    let is_word = |word: String| !word.is_empty() && word.chars().all(char::is_alphabetic);
    brackets.contains('/') && choices.all(is_word)
}

/// What a page shows behind a question, and what stands on the page after that line. Behind a question with
/// a default, where more is shown below, that is nothing but the enter key.
pub(super) fn answer<'s>(shown: &'s str, question: &str) -> Option<(&'s str, &'s str)> {
    let question = question.trim();
    if question.is_empty() {
        return None;
    }
    let has_default = question.trim_end_matches(':').ends_with([')', ']']);
    let mut rest = shown;
    while !rest.is_empty() {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        if let Some(typed) = line.trim().strip_prefix(question).map(str::trim) {
            let is_covered = typed.chars().all(|c| matches!(c, '*' | '•'));
            let is_placeholder = typed.starts_with(['<', '[']) && typed.ends_with(['>', ']']);
            let is_enter = typed.is_empty() && has_default && !after.trim().is_empty();
            if is_enter || !(is_covered || is_placeholder) {
                return Some((typed, after));
            }
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
            ("Your name: ", true),
            ("Name [Ann]: ", true),
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
            ("20% [1 Packages 2,613 kB/9,593 kB 27%]", false),
            ("Press Ctrl+C to stop", false),
            ("Waiting for the database: ", false),
            ("postgres=# ", false),
            ("", false),
        ] {
            assert_eq!(certainty(line).is_some(), is_one, "{line:?}");
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
        assert_eq!(answer("Password: ****\nok\n", "Password: "), None);
        assert_eq!(answer("Name: <NAME>\nok\n", "Name: "), None);
        let npm = "package name: (demo)\nversion: (1.0.0)\n";
        assert_eq!(
            answer(npm, "package name: (demo) "),
            Some(("", "version: (1.0.0)\n"))
        );
        assert_eq!(certainty("Status: "), Some(Certainty::Perhaps));
        assert_eq!(certainty("Your name: "), Some(Certainty::Surely));
        assert!(Question::new("Enter password: ".to_owned(), false).is_secret);
        assert!(!Question::new("Your name: ".to_owned(), false).is_secret);
    }
}
