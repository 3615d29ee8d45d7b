//! Prompts as a terminal shows them: how one is known, and how a shell is told to print another.

use std::hash::{BuildHasher, Hasher};

use super::{Output, SIZE, find_last};
use crate::programs::asks_for_more;

/// So much of an output is looked at for a prompt or a question, which stand at its end.
const WINDOW: usize = 2 << 10;

/// What the last line on the screen shows, where it is not ended.
pub(super) fn not_ended(output: &Output) -> String {
    let tail = output.last(WINDOW);
    let start = tail
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    visible(&tail[start..])
}

/// The same, where it may be a prompt.
pub(super) fn waiting(output: &Output) -> Option<String> {
    let line = not_ended(output);
    let text = line.trim_end();
    // `98%` and `####` say how far something has come; `web1%` is a prompt.
    let last = text.rsplit([' ', '(', '[']).next().unwrap_or_default();
    let number = last.strip_suffix('%').unwrap_or_default();
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let is_progress = text.ends_with("##") || (!number.is_empty() && number.chars().all(is_number));
    (text.ends_with(['$', '#', '%', '>', '»']) && !is_progress).then_some(line)
}

/// Whether a prompt is a shell's; the others are those of programs with a language of their own.
pub(super) fn is_of_shell(prompt: &str) -> bool {
    let prompt = prompt.trim_end();
    prompt.ends_with(['$', '#', '%']) && !prompt.ends_with("=#")
}

/// Whether a program shows this prompt again: the same one, or one that names another place.
pub(super) fn is_kin(prompt: &str, other: &str) -> bool {
    let ending = |text: &str| {
        let kept: Vec<char> = text.chars().rev().take(2).collect();
        kept
    };
    let wants_more = asks_for_more(other).is_some();
    prompt == other || (other.ends_with(' ') && ending(prompt) == ending(other) && !wants_more)
}

/// Bytes without escape sequences, and as they look after carriage returns and backspaces.
pub(super) fn visible(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut shown = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\u{1b}' => skip_escape(&mut characters),
            '\r' => shown.clear(),
            '\u{8}' => drop(shown.pop()),
            character if character.is_control() => {}
            character => shown.push(character),
        }
    }
    shown
}

/// Skips the rest of an escape sequence: `ESC [ … letter`, `ESC ] … BEL`, or two bytes.
fn skip_escape(characters: &mut std::str::Chars<'_>) {
    match characters.next() {
        Some('[') => drop(characters.find(|c| ('@'..='~').contains(c))),
        Some(']') => drop(characters.find(|c| matches!(c, '\u{7}' | '\\'))),
        Some('(' | ')') => drop(characters.next()),
        _ => {}
    }
}

/// Two words around a shell's prompt that no output has by chance: between them stand the status of
/// the command before, and the prompt as the shell would show it.
#[derive(Debug)]
pub(super) struct Marks {
    name: String,
    open: Vec<u8>,
    close: Vec<u8>,
}

/// What stood between two marks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Marked {
    pub(super) status: i32,
    pub(super) prompt: String,
}

impl Marks {
    pub(super) fn new() -> Marks {
        let random = std::hash::RandomState::new().build_hasher().finish();
        let name = format!("{random:016x}");
        Marks {
            open: format!("@tut-{name}:").into_bytes(),
            close: format!(":{name}-tut@").into_bytes(),
            name,
        }
    }

    /// What is typed into a shell so that it prints the marks, and echoes nothing; the first status
    /// tells whether it can do the latter. Its own echo does not contain the marks. bash forgets that it was typed, and takes a tab for a tab.
    pub(super) fn request(&self) -> String {
        let name = &self.name;
        let (columns, rows) = SIZE;
        format!(
            " PS2=; PS1='@tut''-{name}:$?:'\"$PS1\"':{name}-tut''@'; \
             [ -z \"${{ZSH_VERSION-}}\" ] || {{ setopt promptsubst; unsetopt zle promptcr promptsp; }}; \
             [ -z \"${{BASH_VERSION-}}\" ] || {{ bind 'set disable-completion on'; \
             bind 'set enable-bracketed-paste off'; history -d -1 || history -d $((HISTCMD-1)); }} 2>/dev/null; \
             stty -echo cols {columns} rows {rows} 2>/dev/null\r"
        )
    }

    /// What stands between the marks at the end of an output, if they are there.
    pub(super) fn find(&self, output: &Output) -> Option<Marked> {
        let tail = output.last(WINDOW);
        let end = find_last(&tail, &self.close)?;
        let rest = &tail[end + self.close.len()..];
        let start = find_last(&tail[..end], &self.open)? + self.open.len();
        let between = visible(&tail[start..end]);
        let (status, prompt) = between.split_once(':')?;
        Some(Marked {
            // Where it is no number, the shell was asked what its prompt is.
            status: status.parse().ok()?,
            prompt: prompt.to_owned(),
        })
        .filter(|_| visible(rest).is_empty())
    }

    /// An output up to the marks at its end.
    pub(super) fn cut(&self, mut output: Vec<u8>) -> Vec<u8> {
        if let Some(at) = find_last(&output, &self.open) {
            output.truncate(at);
            // What an environment of Python's puts before the prompt, which is no output.
            let start = output
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |at| at + 1);
            let before = output[start..].trim_ascii();
            if before.starts_with(b"(") && before.ends_with(b")") && output.ends_with(b" ") {
                output.truncate(start);
            }
        }
        // A step may have printed what its prompt is.
        for mark in [[self.open.as_slice(), b"$?:"].concat(), self.close.clone()] {
            while let Some(at) = find_last(&output, &mark) {
                output.drain(at..at + mark.len());
            }
        }
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::find;

    fn output(text: &str) -> Output {
        let mut output = Output::default();
        output.push(text.as_bytes());
        output
    }

    #[test]
    fn prompts_are_known_by_their_end() {
        for (text, prompt) in [
            ("hello\r\nroot@1a2b:/# ", Some("root@1a2b:/# ")),
            (
                "\u{1b}[?2004h\u{1b}]0;root@x: /\u{7}root@x:/# ",
                Some("root@x:/# "),
            ),
            ("Python 3.13\n>>> \u{1b}[4D\u{1b}[4C", Some(">>> ")),
            ("postgres=# ", Some("postgres=# ")),
            ("Password: ", None),
            ("100%\n", None),
            ("Reading package lists... 98%", None),
            ("[12.5%", None),
            ("[#######", None),
            ("web1% ", Some("web1% ")),
            ("", None),
        ] {
            assert_eq!(waiting(&output(text)).as_deref(), prompt, "{text:?}");
        }
        assert!(is_of_shell("/ # ") && is_of_shell("$ ") && !is_of_shell("postgres=# "));
        assert!(is_kin("postgres=# ", "other=# ") && !is_kin(">>> ", "... "));
        assert!(!is_kin("sqlite> ", "   ...> ") && !is_kin("postgres=# ", "postgres-# "));
        assert!(!is_kin("postgres=# ", "postgres'# ") && !is_kin("sqlite> ", "(x1...> "));
    }

    #[test]
    fn marks_are_found_at_the_end_and_not_in_the_request() {
        let marks = Marks::new();
        let request = marks.request();
        assert!(find(request.as_bytes(), &marks.open).is_none());
        assert!(find(request.as_bytes(), &marks.close).is_none());
        let (open, close) = (
            String::from_utf8_lossy(&marks.open).into_owned(),
            String::from_utf8_lossy(&marks.close).into_owned(),
        );
        let text = format!("a\n{open}3:/ # {close}");
        let found = marks.find(&output(&text)).expect("it is there");
        assert_eq!((found.status, found.prompt.as_str()), (3, "/ # "));
        assert_eq!(marks.cut(text.into_bytes()), b"a\n");
        assert_eq!(marks.find(&output(&format!("{open}0:# {close}more"))), None);
    }
}
