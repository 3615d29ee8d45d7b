//! One reading of a command line, for every room that wants to know something of it: its words with
//! their places, the simple commands and what stands between them, whether a shell would run it now,
//! and what it leaves in the foreground.
//!
//! Ground: knows bash and the programs that tutorials call; nothing of Markdown, plans or runs.

mod call;
mod docker;
mod fetching;
mod files;
mod foreground;
mod grammar;
mod images;
mod influence;
mod inner;
mod known;
mod lasting;
mod purpose;
mod resources;
mod split;

use std::borrow::Cow;
use std::ops::Range;

use grammar::Grammar;

pub use crate::programs::image_name;
pub use call::{Call, asked_ports, base, published};
pub use docker::{
    attaches, brings_up, container_names, containers_of, creates_containers, fetches_images,
    has_value, lacks_operands, lists_containers, names_daemon, names_docker, published_ports,
    runs_container, starts_containers,
};
pub use fetching::fetches;
pub use files::{files_made, files_needed, is_recipe};
pub use foreground::{
    Foreground, changes_prompt, detaches, foreground, is_shell, leaves, passes_terminal_on,
    takes_text,
};
pub use grammar::Operator;
pub use images::{Images, images};
pub use influence::{Influence, influence};
pub use known::{is_assignment, is_command, is_known_program, is_program};
pub use lasting::{leaves_no_words, renamed};
pub use purpose::{
    account, edited, is_destructive, is_instead_of_docker, is_of_other_system, is_quiet, is_silent,
    opens_window, package_tool, programs, sets_up_docker,
};
pub use resources::resources;
pub use split::{is_complete, is_cut_short, split};

/// A text that a reader types into a shell, read once.
#[derive(Debug)]
pub struct CommandLine<'a> {
    text: &'a str,
    /// The simple commands in the order in which they end: those of a substitution before the one
    /// that it is a word of.
    pub commands: Vec<Command<'a>>,
    /// All of it is grammar of bash.
    is_whole: bool,
}

/// A simple command of it.
#[derive(Debug, Clone)]
pub struct Command<'a> {
    /// Words that set a variable for it.
    pub assignments: Vec<Word<'a>>,
    /// Its words, the program first.
    pub words: Vec<Word<'a>>,
    /// Where its output and input go: the sign, and the word behind it.
    pub redirections: Vec<(&'a str, Word<'a>)>,
    /// What follows it.
    pub then: Operator,
    /// It stands in a construct or a substitution.
    pub is_nested: bool,
    /// It stands in a substitution: what it prints is a word of another command.
    pub is_substituted: bool,
}

/// A word as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'a> {
    /// With its quotes.
    pub written: &'a str,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

impl<'a> Word<'a> {
    /// The word without the quotes around it or around parts of it; expansions stay as they are.
    pub fn plain(&self) -> Cow<'a, str> {
        if !self.written.contains(['"', '\'', '\\']) {
            return Cow::Borrowed(self.written);
        }
        let mut plain = String::with_capacity(self.written.len());
        let mut quote = None;
        let mut characters = self.written.chars();
        while let Some(character) = characters.next() {
            match (quote, character) {
                (None, '\'' | '"') => quote = Some(character),
                (Some(open), _) if open == character => quote = None,
                (None | Some('"'), '\\') => plain.extend(characters.next().filter(|c| *c != '\n')),
                _ => plain.push(character),
            }
        }
        Cow::Owned(plain)
    }
}

impl<'a> CommandLine<'a> {
    /// Reads a text. What is no grammar of bash is read up to where it stops being so.
    pub fn read(text: &'a str) -> CommandLine<'a> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let mut grammar = Grammar::new(text, at);
            let end = grammar.complete_command();
            found.append(&mut grammar.found);
            match end {
                Ok(end) if end > at => at = end,
                _ => break,
            }
        }
        let commands = found
            .into_iter()
            .map(|simple| Command::of(text, simple))
            .collect();
        CommandLine {
            text,
            commands,
            is_whole: text[at..].trim().is_empty(),
        }
    }

    /// Whether all of it was read, and nothing stands there that is no grammar of bash.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The text itself.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The simple commands that stand in no construct and no substitution.
    pub fn top(&self) -> impl DoubleEndedIterator<Item = &Command<'a>> {
        self.commands.iter().filter(|command| !command.is_nested)
    }

    /// Whether some simple command, also a nested one, is a call of one of these programs.
    pub fn calls(&self, programs: &[&str]) -> bool {
        self.commands.iter().any(|command| {
            command
                .program()
                .is_some_and(|name| programs.contains(&name))
        })
    }
}

impl<'a> Command<'a> {
    fn of(text: &'a str, simple: grammar::Simple) -> Command<'a> {
        let word = |span: Range<usize>| Word {
            written: &text[span.clone()],
            span,
        };
        let mut words: Vec<Word<'a>> = simple.words.into_iter().map(word).collect();
        let program = words
            .iter()
            .position(|word| !is_assignment(word.written))
            .unwrap_or(words.len());
        let rest = words.split_off(program);
        Command {
            assignments: words,
            words: rest,
            redirections: simple
                .redirections
                .into_iter()
                .map(|(sign, target)| (&text[sign], word(target)))
                .collect(),
            then: simple.then,
            is_nested: simple.depth > 0,
            is_substituted: simple.is_substituted,
        }
    }

    /// The words that count: without `sudo` and what else only says how the rest is run.
    pub fn call(&self) -> &[Word<'a>] {
        let mut words = self.words.as_slice();
        loop {
            let skipped = match words.first().map(|word| word.written) {
                Some("sudo") => {
                    1 + call::options(&words[1..], &["-u", "-g", "-p", "-h", "-C", "-D", "-U"])
                }
                Some("time" | "exec" | "command" | "nice" | "nohup" | "winpty" | "builtin") => 1,
                Some("env") if words.len() > 1 => 1,
                Some("timeout") => 2 + call::options(&words[1..], &["-s", "-k"]),
                Some(word) if is_assignment(word) => 1,
                _ => return words,
            };
            if skipped >= words.len() {
                return words;
            }
            words = &words[skipped..];
        }
    }

    /// The program that is called, without its folders.
    pub fn program(&self) -> Option<&'a str> {
        self.call().first().map(|word| base(word.written))
    }

    /// Its words as plain texts, the program first.
    pub fn texts(&self) -> Vec<Cow<'a, str>> {
        self.call().iter().map(Word::plain).collect()
    }
}
