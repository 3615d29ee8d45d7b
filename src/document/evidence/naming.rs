//! Whether the page tells its reader to have a file, and which: by a title, a label, a heading, a
//! comment in the first line, an editor that was opened, or a sentence.

use std::ops::Range;

use super::Sentence;
use super::phrases::{self, Says, is_denied};
use crate::document::block::Part;
use crate::document::change::grows;
use crate::document::file::{
    is_file_name, is_known_file, is_of_language, is_part_of, leaves_scratch,
};
use crate::document::rules::Case;

/// A file that the page names for a block.
#[derive(Debug, Clone)]
pub(in crate::document) struct Naming {
    pub(in crate::document) path: String,
    pub(in crate::document) at: Range<usize>,
    /// What is to be done with it.
    pub(in crate::document) what: Hand,
    /// How the page names it, in words.
    pub(in crate::document) how: &'static str,
}

/// What is to be done with a file that is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::document) enum Hand {
    /// The reader makes it.
    Made,
    /// The block is what it holds; who made it is not said.
    Held,
    /// The block is a part of it.
    Part,
    /// It goes into it: the reader changes the file.
    Changed,
}

const IN_EDITOR: &str = "the step before opens an editor for it";

/// The file that is named for a block; looked for once.
pub(in crate::document) fn naming(case: &Case<'_>) -> Option<Naming> {
    case.naming.get_or_init(|| find(case)).clone()
}

fn find(case: &Case<'_>) -> Option<Naming> {
    if case.settings.file.is_some() || case.settings.append.is_some() {
        return None;
    }
    let named = in_info(case)
        .or_else(|| in_first_line(case))
        .or_else(|| in_arm(case))
        .or_else(|| in_label(case))
        .or_else(|| in_editor(case))
        .or_else(|| in_sentence(case))
        .or_else(|| in_reference(case))
        .or_else(|| in_heading(case))
        .filter(|named| leaves_scratch(&named.path).is_none())?;
    Some(Naming {
        what: weighed(case, &named),
        ..named
    })
}

/// Whether a file of this name was saved by an earlier block.
pub(in crate::document) fn is_there(case: &Case<'_>, path: &str) -> bool {
    case.saved.contains(path)
}

/// What speaks against a whole file: elisions, a missing beginning, words that only suppose it.
fn weighed(case: &Case<'_>, named: &Naming) -> Hand {
    let is_whole = !is_part_of(&named.path, case.texts);
    let last = case.lead.last();
    let is_supposed = last.is_some_and(|sentence| {
        sentence.says(Says::Supposed) && !sentence.text.trim_end().ends_with("could look like:")
            || sentence.says(Says::Warned)
    });
    let is_looked_at = ["have a look", "take a look", "let's look"]
        .iter()
        .any(|words| last.is_some_and(|last| last.plain.contains(words)));
    let is_shown = case.lead.near(Says::Existing).is_some()
        && named.what != Hand::Made
        && (is_looked_at || !case.to_make.contains(&named.path));
    let is_own = is_there(case, &named.path) || case.to_make.contains(&named.path);
    // A part is called so; and a link to somebody's repository shows what is there.
    let is_called_part = [
        "part of",
        "begins like",
        "starts like",
        "begins with",
        "first line",
        "few lines",
        "excerpt",
        "snippet",
        "relevant lines",
        "interesting part",
        "something like",
        "following lines",
        "looks roughly",
        "function in",
        "function of",
        "method in",
        "section of",
        "section in",
        "block in",
        "ausschnitt",
        "extrait",
        "fragmento",
        "trecho",
    ]
    .iter()
    .any(|word| last.is_some_and(|last| last.plain.contains(word)));
    let is_linked = named.what == Hand::Held
        && case.page.links.iter().any(|(span, target)| {
            let is_near = case.lead.sentences.iter().any(|sentence| {
                sentence.is_near
                    && sentence.span.start <= span.start
                    && span.end <= sentence.span.end + 2
            });
            is_near
                && (target.contains("/blob/")
                    || target.contains("/tree/")
                    || target.contains("raw.github"))
        });
    if is_called_part || is_linked || last.is_some_and(is_of_something_in) {
        return Hand::Part;
    }
    let is_fetched = case.has_fetched && named.what == Hand::Held && !is_own;
    if is_supposed || is_shown || is_fetched {
        Hand::Part
    } else if !is_whole {
        Hand::Changed
    } else {
        named.what
    }
}

/// The new call of `greet` in `index.js`: what is named first is in the file.
fn is_of_something_in(sentence: &Sentence) -> bool {
    let text = &sentence.text;
    sentence.code.windows(2).any(|pair| {
        let [thing, file] = pair else {
            return false;
        };
        let between = text
            .find(thing.as_str())
            .and_then(|at| text[at + thing.len()..].split(file.as_str()).next());
        let between = between.map(|words| words.trim_matches(['`', ' ']));
        is_file_name(file) && !is_file_name(thing) && between == Some("in")
    })
}

/// `yaml:compose.yaml`, `js [src/app.js]`, `title="…"` in another word.
fn in_info(case: &Case<'_>) -> Option<Naming> {
    let info = &case.source[case.code.info.clone()];
    let of_colon = info
        .split_whitespace()
        .next()
        .and_then(|word| word.split_once(':'))
        .map(|(_, name)| name);
    let of_brackets = info
        .split_once('[')
        .and_then(|(_, rest)| rest.split_once(']'))
        .map(|(name, _)| name);
    let of_word = info
        .split_whitespace()
        .nth(1)
        .filter(|word| !word.contains(['=', '"', '{']));
    // Who writes a path as a title names a file, whatever its ending.
    let is_path = |name: &&str| {
        name.contains('/') && !name.contains([' ', '<', '*']) && !name.starts_with(['/', '~'])
    };
    let of_title = info
        .split_once("title=\"")
        .and_then(|(_, rest)| rest.split('"').next())
        .filter(is_path);
    let name = [of_colon, of_brackets, of_word]
        .into_iter()
        .flatten()
        .find(|name| is_file_name(name) && !name.starts_with('.'))
        .or(of_title)?;
    Some(Naming {
        path: name.to_owned(),
        at: case.code.info.clone(),
        what: Hand::Made,
        how: "its title names the file",
    })
}

/// `# app.py`, `// src/x.js`, `<!-- index.html -->` and nothing else in the first line.
fn in_first_line(case: &Case<'_>) -> Option<Naming> {
    let (index, line) = case.first()?;
    let text = line.trim();
    let name = text
        .strip_prefix("# ")
        .or_else(|| text.strip_prefix("// "))
        .or_else(|| text.strip_prefix("-- "))
        .or_else(|| text.strip_prefix("; "))
        .or_else(|| text.strip_prefix("<!-- ")?.strip_suffix(" -->"))
        .or_else(|| text.strip_prefix("/* ")?.strip_suffix(" */"))?
        .trim()
        .trim_end_matches(':')
        .trim_start_matches("./");
    let name = name
        .strip_prefix("filepath: ")
        .or_else(|| name.strip_prefix("filename: "))
        .or_else(|| name.strip_prefix("path: "))
        .or_else(|| name.strip_prefix("file: "))
        .or_else(|| name.strip_prefix("File: "))
        .unwrap_or(name);
    let is_name = is_file_name(name) && !name.starts_with('.') && case.texts.len() > index + 1;
    (is_name && is_of_language(name, case.language, case.texts)).then(|| Naming {
        path: name.to_owned(),
        at: case.line(index),
        what: Hand::Made,
        how: "its first line names the file",
    })
}

/// A tab that is called like a file.
fn in_arm(case: &Case<'_>) -> Option<Naming> {
    let at = case.code.span.start;
    let mut arms = case.page.choices.iter().flat_map(|choice| &choice.arms);
    let arm = arms.rfind(|arm| arm.span.contains(&at))?;
    let is_name = is_file_name(&arm.label) && is_of_language(&arm.label, case.language, case.texts);
    is_name.then(|| Naming {
        path: arm.label.clone(),
        at: arm.named.clone(),
        what: Hand::Made,
        how: "its tab is the name of a file",
    })
}

/// A paragraph that is a file's name: `**app.js**`, "`Dockerfile`:", `app.js (with Redis)`.
fn in_label(case: &Case<'_>) -> Option<Naming> {
    let sentence = case.lead.last().filter(|sentence| sentence.is_alone)?;
    let text = sentence.text.trim_end_matches([':', '.', '：']).trim();
    let bare = text.split(" (").next().unwrap_or(text).trim();
    let bare = bare
        .strip_prefix("File ")
        .or_else(|| bare.strip_prefix("File: "))
        .or_else(|| bare.strip_prefix("Filename: "))
        .unwrap_or(bare)
        .trim();
    let name = bare
        .trim_matches(['*', '`', '_', '"'])
        .trim_start_matches("./");
    let is_name = !name.contains(' ') && is_file_name(name);
    (is_name && is_of_language(name, case.language, case.texts)).then(|| Naming {
        path: name.to_owned(),
        at: sentence.span.clone(),
        what: Hand::Held,
        how: "the line before it is the name of a file",
    })
}

/// A heading that is a file's name, with nothing else between.
fn in_heading(case: &Case<'_>) -> Option<Naming> {
    let section = &case.page.sections[case.section];
    if !case.lead.sentences.is_empty() || case.lead.heading != Some(case.section) {
        return None;
    }
    let name = section.title.trim().trim_end_matches(':');
    // `Create a compose.yaml file`
    let is_order = phrases::says(&phrases::plain(name), Says::Save);
    let most = if is_order { 7 } else { 3 };
    let name = name
        .split_whitespace()
        .map(|word| word.trim_matches(['`', '*', '"']))
        .find(|word| is_file_name(word))
        .filter(|_| name.split_whitespace().count() <= most)?;
    is_of_language(name, case.language, case.texts).then(|| Naming {
        path: name.to_owned(),
        at: section.span.clone(),
        what: Hand::Held,
        how: "the heading above it is the name of a file",
    })
}

/// Whether the block is a complete later version of a file that was saved.
fn has_grown(case: &Case<'_>, path: &str) -> bool {
    saved(case, path).is_some_and(|content| grows(content, case.texts))
}

/// Whether the block has fewer lines than the file that was saved.
fn is_smaller(case: &Case<'_>, path: &str) -> bool {
    saved(case, path).is_some_and(|content| case.texts.len() < content.lines().count())
}

/// What a file holds that was saved.
fn saved<'c>(case: &Case<'c>, path: &str) -> Option<&'c String> {
    let parts = case.before.iter().rev().flat_map(|block| &block.parts);
    let mut saved = parts.filter_map(|part| match part {
        Part::File {
            path: saved,
            content,
            ..
        } if saved == path => Some(content),
        _ => None,
    });
    saved.next()
}

/// The step before has opened an editor, and this is no command; or it is what was typed there, with
/// more in it.
fn in_editor(case: &Case<'_>) -> Option<Naming> {
    let before = case.before.last()?;
    if before.ruling.reason == IN_EDITOR
        && let [Part::File { path, content, .. }] = before.parts.as_slice()
    {
        return grows(content, case.texts).then(|| Naming {
            path: path.clone(),
            at: before.span.clone(),
            what: Hand::Made,
            how: IN_EDITOR,
        });
    }
    let command = before.commands().last()?;
    let file = crate::commandline::edited(&command.text).filter(|file| is_file_name(file))?;
    is_of_language(&file, case.language, case.texts).then(|| Naming {
        path: file,
        at: command.span.clone(),
        what: Hand::Made,
        how: IN_EDITOR,
    })
}

/// `The final version:`: the file that was spoken of last and is of the block's kind.
fn in_reference(case: &Case<'_>) -> Option<Naming> {
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
fn in_sentence(case: &Case<'_>) -> Option<Naming> {
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
