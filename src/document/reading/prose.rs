//! What a paragraph says of terminals, keys and commands.

use std::ops::Range;

use super::Fold;
use crate::commandline;
use crate::document::attributes::BlockSettings;
use crate::document::block::Ruling;
use crate::document::desk::END_OF_INPUT;
use crate::document::evidence::Says;
use crate::document::page::{Code, Item, Prose};
use crate::document::role::Role;
use crate::document::{prompt, spoken};

impl<'a> Fold<'a> {
    /// A paragraph: what it says of the terminal, and whether it is a command itself.
    pub(super) fn prose(&mut self, prose: &'a Prose, next: Option<&'a Item>) {
        if let Some(code) = spoken::alone(prose, self.lead.last(), next) {
            self.type_sentence(Some(&code));
            self.code(&code);
            return;
        }
        if self.reader.bare {
            for code in spoken::bare(prose) {
                self.code(&code);
            }
        }
        self.lead.push(prose);
        for sentence in self
            .lead
            .sentences
            .iter()
            .filter(|sentence| sentence.is_near)
            .cloned()
            .collect::<Vec<_>>()
        {
            if spoken::says_interrupt(&sentence.plain) {
                self.desk.hears_interrupt();
                if self.at_terminal != "main" && sentence.plain.contains("first") {
                    "main".clone_into(&mut self.at_terminal);
                }
            }
            if self.is_sent_elsewhere(&sentence.plain) {
                self.says_terminal = true;
                let name = if sentence.plain.contains("third") {
                    "third"
                } else {
                    "second"
                };
                name.clone_into(&mut self.at_terminal);
            } else if spoken::says_first_terminal(&sentence.plain) {
                "main".clone_into(&mut self.at_terminal);
            }
            if sentence.says(Says::Save) {
                self.to_make
                    .extend(sentence.files().into_iter().map(str::to_owned));
            }
            self.says_leave |= spoken::says_leave(&sentence.plain);
            let leaves_below = next.is_some_and(|next| self.leaves(next));
            if let Some(how) = spoken::leaves_how(&sentence).filter(|_| !leaves_below) {
                self.leave(how, &sentence.span);
            }
        }
        if let Some(code) = spoken::in_sentence(prose, next) {
            self.type_sentence(None);
            self.waits = Some((code, self.lead.clone()));
        }
    }

    /// Whether a sentence sends the reader to another terminal than the first: a reader who has typed
    /// nothing yet opens that one, and who leaves a shell for a new one stays where that was.
    fn is_sent_elsewhere(&self, plain: &str) -> bool {
        if !spoken::says_terminal(plain) {
            return false;
        }
        let is_begun = self
            .blocks
            .iter()
            .any(|block| !block.parts.is_empty() && block.terminal.is_none());
        let is_left = plain.contains("exit") || plain.contains("leave") || plain.contains("quit");
        is_begun && !is_left
    }

    /// Whether a block begins with what leaves a shell or program.
    fn leaves(&self, item: &Item) -> bool {
        let Item::Code(code) = item else { return false };
        let first = code
            .lines
            .iter()
            .map(|line| self.text(line))
            .find(|line| !line.trim().is_empty());
        first.is_some_and(|line| {
            let length = prompt::at(line, self.desk.program(&self.at_terminal))
                .map_or(0, |found| found.length);
            commandline::leaves(&line[length..])
        })
    }

    /// The page says in words how a shell or program is left: that is done.
    fn leave(&mut self, how: spoken::Leave, at: &Range<usize>) {
        let terminal = self.at_terminal.clone();
        if self.desk.depth(&terminal) == 0 {
            return;
        }
        self.terminal = terminal;
        let mut session = self.session(false);
        let part = match how {
            spoken::Leave::Key => session.keys("ctrl-d", END_OF_INPUT.to_owned(), at.clone()),
            spoken::Leave::Word(word) => session.command(word, at.clone(), None),
        };
        let ruling = Ruling {
            rule: "said",
            reason: "the sentence tells how to leave what is open".to_owned(),
            at: at.clone(),
            guess: false,
            undone: None,
        };
        self.push(
            at.clone(),
            BlockSettings::default(),
            None,
            Role::Command,
            ruling,
            vec![part],
        );
        self.says_leave = false;
    }

    /// Types the command of a sentence, unless the block that follows has it.
    pub(super) fn type_sentence(&mut self, next: Option<&Code>) {
        let Some((code, lead)) = self.waits.take() else {
            return;
        };
        let text = self.text(&code.span);
        let has_it =
            next.is_some_and(|next| next.lines.iter().any(|line| self.text(line).contains(text)));
        if !has_it {
            // The sentence itself leads to it, and what came since to the block that follows.
            let since = std::mem::replace(&mut self.lead, lead);
            self.code(&code);
            self.lead = since;
        }
    }
}
