//! The door through which everything leaves: what is said on the terminal, and what is written into files of the
//! user's. Secrets stay in here, and nothing that somebody else wrote commands the terminal.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use annotate_snippets::Renderer;

use crate::diagnostic::{Diagnostic, render_all};
use crate::secrets::Secrets;
use crate::wording::{self, BAD, NOTE};

/// What nobody may see, of all pages that were read so far.
static SECRETS: Mutex<Option<Secrets>> = Mutex::new(None);

/// Whether standard output took everything so far.
static HEARD: AtomicBool = AtomicBool::new(true);

/// From here on, these stay in here, too.
pub(super) fn keeps(secrets: &Secrets) {
    let mut kept = kept();
    match kept.as_mut() {
        Some(kept) => kept.add(secrets),
        None => *kept = Some(secrets.clone()),
    }
}

/// A text without secrets.
pub(super) fn hidden(text: &str) -> Cow<'_, str> {
    match kept().as_ref() {
        Some(secrets) if !secrets.is_empty() => Cow::Owned(secrets.hide(text)),
        _ => Cow::Borrowed(text),
    }
}

fn kept() -> MutexGuard<'static, Option<Secrets>> {
    SECRETS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Data.
pub(super) fn say(text: &str) {
    heard(anstream::stdout().lock().write_all(hidden(text).as_bytes()));
}

/// JSON, which stays what it is: in place of a number there is no name.
pub(super) fn say_json(text: &str) {
    heard(
        anstream::stdout()
            .lock()
            .write_all(hidden_in_json(text).as_bytes()),
    );
}

/// JSON without secrets in its texts, and with the marks written out that would hide or turn around what is there.
pub(super) fn hidden_in_json(text: &str) -> Cow<'_, str> {
    let text = wording::written_out(text);
    if hidden(&text) == text {
        return text;
    }
    let mut whole = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(start) = rest.find('"') {
        let (before, quoted) = rest.split_at(start + 1);
        let mut is_escaped = false;
        let end = quoted.find(|c| {
            let is_end = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            is_end
        });
        let (inner, behind) = quoted.split_at(end.unwrap_or(quoted.len()));
        whole.push_str(before);
        whole.push_str(&hidden(inner));
        let is_ended = behind.starts_with('"');
        whole.push_str(if is_ended { "\"" } else { "" });
        rest = &behind[usize::from(is_ended)..];
    }
    whole.push_str(rest);
    Cow::Owned(whole)
}

/// Text for people.
pub(super) fn tell(text: &str) {
    tell_to(&mut anstream::stdout().lock(), text);
}

/// The same, to somebody who gathers it.
pub(super) fn tell_to(out: &mut impl Write, text: &str) {
    heard(out.write_all(wording::harmless(&hidden(text)).as_bytes()));
}

/// Whoever reads standard output may go away early: that is not our fault, and ends quietly. A full
/// disk is said once.
pub(super) fn heard(written: std::io::Result<()>) {
    if let Err(error) = written
        && error.kind() != std::io::ErrorKind::BrokenPipe
        && HEARD.swap(false, Ordering::Relaxed)
    {
        complain(&format!("cannot write standard output: {error}"));
    }
}

/// Whether standard output has taken everything.
pub(super) fn was_heard() -> bool {
    heard(std::io::stdout().flush());
    HEARD.load(Ordering::Relaxed)
}

/// Talk.
pub(super) fn remark(text: &str) {
    draw(&wording::harmless(&hidden(text)));
}

/// What moves on the screen, of our own words: secrets and what others wrote are out of it already.
pub(super) fn draw(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// An error that is not about a place in a file.
pub(super) fn complain(message: &str) {
    remark(&format!("{BAD}error{BAD:#}: {message}\n"));
}

/// Something that an author may want to know, once.
pub(super) fn warn(message: String) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let text = format!("{NOTE}warning{NOTE:#}: {message}\n");
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.insert(message) {
        remark(&text);
    }
}

/// Every fault at its place, then how many there are.
pub(super) fn diagnose(mut faults: Vec<Diagnostic>) -> u8 {
    let text = render_all(&mut faults, &Renderer::styled());
    let count = wording::count(faults.len(), "fault");
    remark(&format!("{text}\n\n{count}\n"));
    super::WRONG
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_without_secrets_is_json() {
        let pin = ("PIN".to_owned(), "4822".to_owned());
        keeps(&Secrets::new([pin]));
        let text = r#"{"count": 4822, "say \"": "it is \"4822\"", "4822": ["\\", "4822\u202e"]}"#;
        let shown = hidden_in_json(text);
        assert_eq!(
            shown,
            r#"{"count": 4822, "say \"": "it is \"«PIN»\"", "«PIN»": ["\\", "«PIN»\u202e"]}"#
        );
        assert_eq!(
            hidden_in_json("\"a\u{202e}b\u{e0001}\""),
            r#""a\u202eb\udb40\udc01""#
        );
    }
}
