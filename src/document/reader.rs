//! For whom a page is read: system, shell, and what was picked where the page leaves a choice.

use super::file::is_file_name;
use super::page::{Choice, Form};
use super::systems::{self, Named};

/// The system that a reader sits at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum System {
    /// Any Linux.
    #[default]
    Linux,
    /// Apple's.
    Macos,
    /// Microsoft's.
    Windows,
}

impl System {
    /// The system of a word, if it is one's.
    pub fn of(word: &str) -> Option<System> {
        match word.to_ascii_lowercase().as_str() {
            "linux" => Some(System::Linux),
            "macos" | "mac" | "darwin" => Some(System::Macos),
            "windows" => Some(System::Windows),
            _ => None,
        }
    }

    /// Its word in settings and messages.
    pub fn word(self) -> &'static str {
        match self {
            System::Linux => "linux",
            System::Macos => "macos",
            System::Windows => "windows",
        }
    }
}

/// For whom a page is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// What is on the machine.
    pub system: System,
    /// What commands are typed into.
    pub shell: String,
    /// Words of the arms to take where the system does not decide.
    pub picks: Vec<String>,
    /// Pages of bare lines without any markup are typed.
    pub bare: bool,
    /// For each choice that is left to taste, the arm to take, by its number.
    pub way: Vec<usize>,
}

impl Default for Reader {
    fn default() -> Reader {
        Reader {
            system: System::Linux,
            shell: "bash".to_owned(),
            picks: Vec::new(),
            bare: false,
            way: Vec::new(),
        }
    }
}

impl Reader {
    /// Takes in what was given on the command line or in the environment: `system` and `shell` by
    /// their words, and more picks before those that are there.
    pub fn take(&mut self, given: &[(String, String)], picks: &[String]) {
        for (what, word) in given {
            match (what.as_str(), System::of(word)) {
                ("system", Some(system)) => self.system = system,
                ("shell", _) => self.shell.clone_from(word),
                _ => {}
            }
        }
        self.picks.splice(0..0, picks.iter().cloned());
    }

    /// Whether what names these systems is for this reader.
    pub(super) fn is_for(&self, named: Named) -> bool {
        match self.system {
            System::Linux => named.linux || named.unix,
            System::Macos => named.macos || named.unix,
            System::Windows => named.windows,
        }
    }

    /// Whether what names these systems is for others only.
    pub(super) fn is_for_others(&self, named: Named) -> bool {
        named.is_any() && !self.is_for(named)
    }

    /// Whom it is for instead, where what names these systems is for others only: the end of a reason.
    pub(super) fn others(&self, named: Named) -> Option<String> {
        self.is_for_others(named)
            .then(|| format!("{}; you read for {}", named.words(), self.system.word()))
    }

    /// The arms of a choice that this reader could take: those that name the system, else those
    /// that name none; never one that names another.
    pub(super) fn could_take(&self, choice: &Choice) -> Vec<usize> {
        let mut named: Vec<Named> = choice
            .arms
            .iter()
            .map(|arm| systems::named(&arm.label))
            .collect();
        // `Bash` beside `Pip` and `Docker` is a script to install with, and no reader's shell.
        let is_shell_alone =
            |named: &Named| named.unix && !(named.linux || named.macos || named.windows);
        if named
            .iter()
            .all(|named| !named.is_any() || is_shell_alone(named))
            && named.iter().filter(|named| named.is_any()).count() == 1
        {
            named.fill(Named::default());
        }
        let own = |arm: &usize| self.is_for(named[*arm]);
        let mut arms: Vec<usize> = (0..named.len()).filter(own).collect();
        if arms.is_empty() {
            arms = (0..named.len())
                .filter(|arm| !named[*arm].is_any())
                .collect();
        } else if arms
            .iter()
            .any(|arm| named[*arm].linux && self.system == System::Linux)
        {
            arms.retain(|arm| named[*arm].linux);
        }
        arms
    }

    /// For each arm of a choice, whether it is taken. `turn` is the number of the choice among those
    /// that are left to taste, for the ways through a page.
    pub(super) fn takes(&self, choice: &Choice, turn: Option<usize>) -> Vec<bool> {
        // Files side by side are no choice: a reader has all of them.
        if choice.arms.iter().all(|arm| is_file_name(&arm.label)) {
            return vec![true; choice.arms.len()];
        }
        if choice.form == Form::Versions {
            let newest = choice
                .arms
                .iter()
                .filter_map(|arm| newest(&arm.label))
                .max();
            let is_newest = |label: &str| newest.is_none_or(|newest| includes(label, newest));
            return choice
                .arms
                .iter()
                .map(|arm| is_newest(&arm.label))
                .collect();
        }
        let could = self.could_take(choice);
        // Several stretches of a page may have the same label, and go together.
        let taken = self.label(choice, &could, turn);
        let mut takes = vec![false; choice.arms.len()];
        for arm in could {
            takes[arm] = taken.is_some_and(|taken| *taken == choice.arms[arm].label);
        }
        takes
    }

    /// The arm that is picked: by its whole label, else by a word of it.
    pub(super) fn picked(&self, choice: &Choice, could: &[usize]) -> Option<usize> {
        let label = |arm: &usize| choice.arms[*arm].label.to_lowercase();
        self.picks.iter().find_map(|pick| {
            let is_whole = |arm: &&usize| label(arm) == pick.to_lowercase();
            let has_it = |arm: &&usize| has_word(&label(arm), pick);
            could
                .iter()
                .find(is_whole)
                .or_else(|| could.iter().find(has_it))
                .copied()
        })
    }

    /// The label of the arm that is taken.
    fn label<'c>(
        &self,
        choice: &'c Choice,
        could: &[usize],
        turn: Option<usize>,
    ) -> Option<&'c String> {
        let label = |arm: &usize| &choice.arms[*arm].label;
        if let Some(way) = turn.and_then(|turn| self.way.get(turn)) {
            let mut labels: Vec<&String> = could.iter().map(label).collect();
            labels.dedup();
            return labels.get(*way % labels.len().max(1)).copied();
        }
        let picked = self
            .picks
            .iter()
            .find_map(|pick| could.iter().map(label).find(|label| has_word(label, pick)));
        picked
            .or_else(|| {
                could
                    .iter()
                    .map(label)
                    .filter(|label| is_version(label))
                    .max_by_key(|label| numbers(label))
                    .filter(|_| {
                        choice.form != Form::Sections
                            && could.iter().map(label).all(|label| is_version(label))
                    })
            })
            .or_else(|| could.first().map(label))
    }
}

/// Whether a label has a word, or is it.
fn has_word(label: &str, word: &str) -> bool {
    let word = word.to_lowercase();
    let label = label.to_lowercase();
    label == word
        || label
            .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+')))
            .any(|part| part == word)
}

/// `v2`, `Python 3.12`, `1.x`: a label that ends in a version.
fn is_version(label: &str) -> bool {
    let label = label.trim_end_matches("(latest)").trim_end();
    if label.eq_ignore_ascii_case("latest") {
        return true;
    }
    let last = label
        .split_whitespace()
        .last()
        .unwrap_or_default()
        .trim_matches(['(', ')']);
    let digits = last.trim_start_matches(['v', 'V']);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | 'x' | '+'))
}

fn numbers(label: &str) -> Vec<u64> {
    if label.eq_ignore_ascii_case("latest") {
        return vec![u64::MAX];
    }
    label
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|part| part.parse().ok())
        .collect()
}

/// A version of a moniker. Later ones are called by `ver` and a small number, earlier ones by a year.
type Moniker = (bool, u64);

fn moniker(text: &str) -> Option<Moniker> {
    let number = numbers(text).into_iter().next_back()?;
    let is_later = text
        .match_indices("ver")
        .any(|(at, _)| text[at + 3..].starts_with(|c: char| c.is_ascii_digit()));
    Some((is_later, number))
}

/// The newest version that a range names.
fn newest(range: &str) -> Option<Moniker> {
    range.split("||").filter_map(moniker).max()
}

/// Whether a range such as `>=sql-server-ver16 || =azuresqldb` has a version in it.
fn includes(range: &str, version: Moniker) -> bool {
    range.split("||").any(|clause| {
        let clause = clause.trim();
        let Some(of_clause) = moniker(clause) else {
            return false;
        };
        if clause.starts_with(">=") {
            version >= of_clause
        } else if clause.starts_with("<=") {
            version <= of_clause
        } else if clause.starts_with('>') {
            version > of_clause
        } else if clause.starts_with('<') {
            version < of_clause
        } else {
            version == of_clause
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::page::Arm;

    fn taken(form: Form, labels: &[&str], picks: &[&str]) -> Vec<String> {
        let arm = |label: &&str| Arm {
            label: (*label).to_owned(),
            named: 0..0,
            span: 0..0,
        };
        let choice = Choice {
            form,
            arms: labels.iter().map(arm).collect(),
        };
        let picks = picks.iter().map(|pick| (*pick).to_owned()).collect();
        let reader = Reader {
            picks,
            ..Reader::default()
        };
        let taken = reader.takes(&choice, None);
        let labels = labels.iter().zip(taken).filter(|(_, taken)| *taken);
        labels.map(|(label, _)| (*label).to_owned()).collect()
    }

    #[test]
    fn a_reader_takes_one_arm() {
        for (labels, picks, wanted) in [
            (&["Mac / Linux", "Windows"][..], &[][..], "Mac / Linux"),
            (&["macOS", "Linux", "Windows"], &[], "Linux"),
            (&["npm", "Yarn", "pnpm"], &[], "npm"),
            (&["npm", "Yarn", "pnpm"], &["yarn"], "Yarn"),
            (&["v1", "v2"], &[], "v2"),
            (&["PowerShell", "Bash"], &[], "Bash"),
            (&["Homebrew", "From source"], &[], "From source"),
            (&["Pipx", "Bash", "Docker"], &[], "Pipx"),
            (&["Bash", "Zsh"], &[], "Bash"),
        ] {
            assert_eq!(taken(Form::Tabs, labels, picks), [wanted], "{labels:?}");
        }
        assert!(taken(Form::Tabs, &["macOS", "Windows"], &[]).is_empty());
    }

    #[test]
    fn the_newest_version_is_taken() {
        let labels = [
            "=sql-server-2017",
            "=sql-server-ver15",
            ">=sql-server-ver16",
            "<=sql-server-ver15",
            ">=sql-server-2017",
        ];
        assert_eq!(
            taken(Form::Versions, &labels, &[]),
            [">=sql-server-ver16", ">=sql-server-2017"]
        );
    }
}
