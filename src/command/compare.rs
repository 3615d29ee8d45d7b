//! `tutcheck compare --command COMMAND EXPECTED ACTUAL`

use std::path::Path;

use serde_json::json;

use super::files;
use crate::cli::{CompareArguments, Format};
use crate::commandline;
use crate::identity::{Identity, Kind, Known};
use crate::matching::{self, Bindings, Rules, Side};
use crate::wording::HINT;

/// So many differences are told of.
const REASONS: usize = 20;

pub(super) fn compare(arguments: &CompareArguments) -> u8 {
    let texts = read(&arguments.expected)
        .and_then(|expected| Ok((expected, read(&arguments.actual)?)))
        .and_then(|texts| {
            Ok((
                texts,
                arguments.witness.as_deref().map(witness).transpose()?,
            ))
        });
    let ((expected, actual), witness) = match texts {
        Ok(texts) => texts,
        Err(message) => {
            super::complain(&message);
            return super::WRONG;
        }
    };
    let (expected, actual) = (matching::plain(&expected), matching::plain(&actual));
    let known_in = |text: &str| match &witness {
        Some(known) => known.clone(),
        None => guessed(&arguments.command, text),
    };
    let (known, nothing) = (known_in(&actual), Known::new());
    // The expected text may be one from a page, with what authors write into those.
    let expected = Side::of_page(&expected, witness.as_ref().unwrap_or(&nothing));
    let live = Side::whole(&actual, &known);
    let comparison = matching::compare(
        &arguments.command,
        expected,
        live,
        &Rules::default(),
        1,
        &mut Bindings::default(),
    );
    if arguments.format == Format::Json {
        let differences = comparison.mismatches(usize::MAX);
        let differences = differences.iter().map(ToString::to_string);
        super::say(&format!(
            "{:#}\n",
            json!({
                "same": comparison.is_same(),
                "differences": differences.collect::<Vec<_>>(),
                "accepted_by": comparison.acceptance.as_ref().map(ToString::to_string),
            })
        ));
        return u8::from(!comparison.is_same());
    }
    for warning in &comparison.warnings {
        let line = actual.lines().nth(*warning).unwrap_or_default();
        super::remark(&format!("note: a warning is new: {line}\n"));
    }
    if comparison.is_same() {
        return 0;
    }
    for mismatch in comparison.mismatches(REASONS) {
        super::say(&format!("{mismatch}\n"));
    }
    if let Some(setting) = &comparison.acceptance {
        super::say(&format!(
            "{HINT}hint:{HINT:#} `{setting}` would accept it\n"
        ));
    }
    1
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    files::bytes(path, files::OUTPUT)
}

/// What stands in for the daemon: a JSON object with an entry for each ID.
fn witness(path: &Path) -> Result<Known, String> {
    serde_json::from_slice(&read(path)?).map_err(|error| {
        format!(
            "{} is no witness: {error}; write an object such as {{\"7eb17e337a13\": \"container\"}}",
            path.display()
        )
    })
}

/// Without a daemon to ask, what has the form of an ID in Docker's output is one.
fn guessed(command: &str, text: &str) -> Known {
    let words = matching::candidates(text).into_iter();
    words
        .filter(|word| commandline::names_docker(command) && !word.contains(['_', '.']))
        .filter(|word| word.len() > 12 || word.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .map(|word| (word.to_owned(), Identity::from(Kind::Container)))
        .collect()
}
