//! Files that are named in sentences before a block.

use super::named::{Hand, Naming};
use super::{has_grown, is_smaller, is_there};
use crate::document::block::Part;
use crate::document::case::Case;
use crate::document::evidence::Sentence;
use crate::document::evidence::phrases::{Says, is_denied};
use crate::document::file::{is_known_file, is_of_language};

/// `The final version:`: the file that was spoken of last and is of the block's kind.
pub(super) fn in_reference(case: &Case<'_>) -> Option<Naming> {
    const WHOLE: &[&str] = &[
        "final version",
        "whole thing",
        "whole file",
        "complete file",
        "full file",
        "entire file",
        "complete version",
        "should now read",
        "now reads",
        "finished file",
        "arquivo completo",
        "archivo completo",
        "fichier complet",
        "ganze datei",
        "fertige datei",
        "complete example",
        "all together",
        "altogether",
        "everything together",
        "final result",
        "updated version",
        "now looks like",
        "looks like this now",
        "should look like this now",
        "should now look like",
    ];
    let last = case.lead.last()?;
    // `our compose file`, and all of it below.
    let is_composition = last.plain.contains("compose file")
        && (last.says(Says::Add) || last.says(Says::Save))
        && case.texts.iter().any(|line| line.starts_with("services:"));
    if !(is_composition || WHOLE.iter().any(|word| last.plain.contains(word)))
        || case.texts.len() < 3
        || case
            .texts
            .iter()
            .any(|line| line.trim_start().starts_with(['├', '└']))
        || last.says(Says::Output) && last.plain.contains("output")
    {
        return None;
    }
    let saved = case
        .before
        .iter()
        .rev()
        .flat_map(|block| block.parts.iter().rev())
        .find_map(|part| match part {
            Part::File { path, .. } if is_of_language(path, case.language, case.texts) => {
                Some(path.clone())
            }
            _ => None,
        });
    let path = saved.or_else(|| {
        let mut fits = case
            .to_make
            .iter()
            .filter(|path| is_of_language(path, case.language, case.texts));
        let first = fits.next()?;
        fits.next().is_none().then(|| first.clone())
    });
    let path = path.or_else(|| is_composition.then(|| "compose.yaml".to_owned()));
    let path = path.or_else(|| {
        crate::document::file::may_be("Dockerfile", case.language, case.texts)
            .then(|| "Dockerfile".to_owned())
    })?;
    Some(Naming {
        path,
        at: last.span.clone(),
        what: Hand::Held,
        how: "the sentence before it shows the whole file",
    })
}

/// A sentence that names a file, and what it says of it.
pub(super) fn in_sentence(case: &Case<'_>) -> Option<Naming> {
    let near = || {
        case.lead
            .sentences
            .iter()
            .rev()
            .filter(|sentence| sentence.is_near)
    };
    let of = |sentence: &Sentence| {
        let files = sentence.files();
        let fits = |file: &&&str| is_of_language(file, case.language, case.texts);
        files.iter().rev().find(fits).map(|file| (*file).to_owned())
    };
    // A script may have a name without an ending: Create `greet`, and `#!` below.
    let is_script = case.first().is_some_and(|(_, line)| line.starts_with("#!"));
    let of_script = || {
        let last = case.lead.last().filter(|last| last.says(Says::Save))?;
        let [name] = last.code.as_slice() else {
            return None;
        };
        let is_name = !name.is_empty() && !name.contains([' ', '$', '*', '<']);
        (is_script && is_name).then(|| (last, name.trim_start_matches("./").to_owned()))
    };
    let (sentence, path) = near()
        .find_map(|sentence| Some((sentence, of(sentence)?)))
        .or_else(of_script)?;
    let is_last = case
        .lead
        .last()
        .is_some_and(|last| last.span == sentence.span);
    let says = |what| sentence.says(what) || case.lead.last().is_some_and(|last| last.says(what));
    let is_made = says(Says::Save) && !is_denied(&sentence.plain);
    let is_added = says(Says::Add) && (!is_made || is_there(case, &path));
    let is_state = says(Says::State);
    let is_whole = [
        "look like",
        "looks like",
        "complete",
        "final",
        "entire",
        "whole",
        "full ",
        "updated",
        "so that it contains",
        "new version",
    ]
    .iter()
    .any(|word| {
        sentence.plain.contains(word)
            || case
                .lead
                .last()
                .is_some_and(|last| last.plain.contains(word))
    });
    let leads_on = is_last && sentence.leads_on();
    let is_led_to = !is_last
        && case.lead.last().is_some_and(Sentence::leads_on)
        && !matches!(case.kind, crate::document::fence::Language::Shell);
    let is_short = is_last
        && sentence.is_alone
        && sentence.text.split_whitespace().count() <= 6
        && !sentence.says(Says::Output);
    let what = if is_added && has_grown(case, &path) {
        Hand::Made
    } else if is_added && !is_whole {
        Hand::Changed
    } else if is_made {
        Hand::Made
    } else if is_state || is_led_to || is_short || (leads_on && !sentence.says(Says::Output)) {
        Hand::Held
    } else {
        return None;
    };
    // Fewer lines than the file has that is there, and nobody says that they are all of it.
    let what = if what == Hand::Held && !is_whole && is_smaller(case, &path) {
        Hand::Changed
    } else {
        what
    };
    // What only tells of a file, and leads on to nothing, shows it at most.
    let leads_on = case.lead.last().is_some_and(Sentence::leads_on);
    if what == Hand::Held && !leads_on && !is_whole && !is_short {
        return None;
    }
    Some(Naming {
        path: if is_known_file(&path) && path == "dockerfile" {
            "Dockerfile".to_owned()
        } else {
            path
        },
        at: sentence.span.clone(),
        what,
        how: "the sentence before it names the file",
    })
}
