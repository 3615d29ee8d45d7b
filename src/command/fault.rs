//! What is wrong before anything runs.

use crate::diagnostic::{Diagnostic, did_you_mean};

/// What is wrong before anything runs.
pub(super) enum Fault {
    /// With a place in a file.
    Placed(Diagnostic),
    /// Without.
    Plain(String),
}

impl Fault {
    /// There is no step with this key among those that there are.
    pub(super) fn no_step<'k>(key: &str, all: impl IntoIterator<Item = &'k str>) -> Fault {
        let hint = did_you_mean(key, all).map_or_else(
            || "; `tutcheck plan --format json PAGE` lists them".to_owned(),
            |guess| format!("; did you mean `{guess}`?"),
        );
        Fault::Plain(format!("no step has the key `{key}`{hint}"))
    }
}

impl From<Diagnostic> for Fault {
    fn from(diagnostic: Diagnostic) -> Fault {
        Fault::Placed(diagnostic)
    }
}

/// Says faults, if there are any; whether there are.
pub(super) fn report_some(faults: Vec<Fault>) -> bool {
    let is_wrong = !faults.is_empty();
    if is_wrong {
        report(faults);
    }
    is_wrong
}

/// Says all faults; the exit status.
pub(super) fn report(faults: Vec<Fault>) -> u8 {
    let mut placed = Vec::new();
    for fault in faults {
        match fault {
            Fault::Placed(diagnostic) => placed.push(diagnostic),
            Fault::Plain(message) => super::complain(&message),
        }
    }
    if placed.is_empty() {
        super::WRONG
    } else {
        super::diagnose(placed)
    }
}
