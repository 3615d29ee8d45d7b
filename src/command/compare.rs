//! `tutcheck compare --command COMMAND EXPECTED ACTUAL`

use std::fs;
use std::path::Path;

use crate::cli::CompareArguments;
use crate::matching::{self, Bindings, Known, Rules, Side};

pub(super) fn compare(arguments: &CompareArguments) -> u8 {
    let read = |path: &Path| {
        fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    let (expected, actual) = match read(&arguments.expected)
        .and_then(|expected| Ok((expected, read(&arguments.actual)?)))
    {
        Ok(texts) => texts,
        Err(message) => {
            super::complain(&message);
            return super::WRONG;
        }
    };
    let (expected, actual) = (matching::plain(&expected), matching::plain(&actual));
    // Without a daemon to ask, what has the form of an ID in Docker's output is one.
    let mut known = Known::new();
    if arguments.command.contains("docker") {
        let ids = matching::candidates(&actual)
            .into_iter()
            .filter(|word| !word.contains('_'));
        known.extend(ids.map(|word| (word.to_owned(), matching::Kind::Container)));
    }
    let expected_side = Side {
        text: &expected,
        known: &Known::new(),
        complete: false,
    };
    let live = Side {
        text: &actual,
        known: &known,
        complete: true,
    };
    let comparison = matching::compare(
        &arguments.command,
        expected_side,
        live,
        &Rules::default(),
        1,
        &mut Bindings::default(),
    );
    match comparison.reason() {
        None => 0,
        Some(reason) => {
            super::say(&format!("{reason}\n"));
            1
        }
    }
}
