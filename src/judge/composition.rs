//! The name under which Compose starts things: that of the folder, and an author's has another than a reader's.

use std::borrow::Cow;

use crate::commandline::{self, Command, CommandLine};
use crate::plan::{Action, Plan, Step};

/// What a page calls the composition in its folder, and what it is called here.
#[derive(Debug, Default)]
pub(super) struct Composition {
    names: Option<(String, String)>,
}

impl Composition {
    /// Learns both names from what a step shows and prints, where the folder alone gives the name.
    pub(super) fn learns(&mut self, plan: &Plan, step: &Step, page: &str, printed: &str) {
        if self.names.is_some() || !commandline::names_docker(step.typed()) {
            return;
        }
        let (Some(shown), Some(here)) = (name(page), name(printed)) else {
            return;
        };
        if shown != here && !plan.steps.iter().any(says_name) {
            self.names = Some((shown.to_owned(), here.to_owned()));
        }
    }

    /// What a page shows, with the name that it has here.
    pub(super) fn as_here<'t>(&self, page: &'t str) -> Cow<'t, str> {
        let Some((shown, here)) = &self.names else {
            return Cow::Borrowed(page);
        };
        let belongs = |c: char| c.is_alphanumeric() || "_-./".contains(c);
        let mut said = String::with_capacity(page.len());
        let mut rest = page;
        while let Some(at) = rest.find(shown.as_str()) {
            let behind = &rest[at + shown.len()..];
            let is_name = !rest[..at].ends_with(belongs) && behind.starts_with(['-', '_']);
            said.push_str(&rest[..at]);
            said.push_str(if is_name { here } else { shown });
            rest = behind;
        }
        said.push_str(rest);
        Cow::Owned(said)
    }
}

/// Of ` Network book_default  Created` or `Creating network "book_default"`, `book`.
fn name(text: &str) -> Option<&str> {
    text.lines().find_map(|line| {
        let words = line.split_whitespace().map(|word| word.trim_matches('"'));
        let mut names = words.skip_while(|word| !word.eq_ignore_ascii_case("network"));
        names.nth(1)?.strip_suffix("_default")
    })
}

/// Whether a step says what the composition is called, or goes to another folder.
fn says_name(step: &Step) -> bool {
    match &step.action {
        Action::Save { content, .. } => content.lines().any(|line| line.starts_with("name:")),
        Action::Run { .. } => {
            let typed = step.typed();
            let mut words = typed.split_whitespace();
            let is_named = |word: &str| {
                word == "-p" || word.starts_with("--project-") || word.contains("COMPOSE_PROJECT")
            };
            let goes = |name: &&str| matches!(*name, "cd" | "pushd");
            let line = CommandLine::read(typed);
            let mut programs = line.commands.iter().filter_map(Command::program);
            (typed.contains("compose") && words.any(is_named)) || programs.any(|name| goes(&name))
        }
        Action::Press { .. } | Action::Person(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_another_name_gives_other_names() {
        let names = Some(("book".to_owned(), "tutorial".to_owned()));
        let composition = Composition { names };
        assert_eq!(
            composition.as_here("book-web-1 my-book-1 /book-x book's book_default"),
            "tutorial-web-1 my-book-1 /book-x book's tutorial_default"
        );
        for (text, of) in [
            (" ✔ Network book_default    Created  0.1s", Some("book")),
            (
                "Creating network \"app_default\" with the default driver",
                Some("app"),
            ),
            ("bridge", None),
        ] {
            assert_eq!(name(text), of);
        }
    }
}
