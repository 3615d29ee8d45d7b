//! The reader's terminals, and what is open in each: the only state that reading a page has besides
//! what was read.

use std::collections::BTreeMap;

use super::block::Place;
use super::placeholder;
use super::prompt::{self, PromptKind};
use crate::commandline::{self, Foreground};
use crate::programs;

/// What Ctrl-D sends.
pub const END_OF_INPUT: &str = "\u{4}";

/// The reader's terminals.
#[derive(Debug, Clone, Default)]
pub(super) struct Desk {
    terminals: BTreeMap<String, Terminal>,
    /// How often the page has said so far to press Ctrl-C.
    interrupts_said: usize,
}

/// What steps have opened in a terminal.
#[derive(Debug, Clone, Default)]
struct Terminal {
    /// Shells and programs, the innermost last.
    opened: Vec<Opened>,
    /// The last command may have opened one; the image decides.
    unknown: bool,
    /// The last command has opened something, and its name says nothing of what.
    nameless: bool,
    /// A program has it in the foreground.
    busy: bool,
    /// How often the page had said to press Ctrl-C when something was last typed here.
    interrupts_heard: usize,
    /// What the prompt of the terminal's own shell starts with, if the page has shown it.
    own_prompt: Option<String>,
}

/// A shell or program that takes commands.
#[derive(Debug, Clone)]
struct Opened {
    /// Its name; empty where nothing tells.
    program: String,
    /// Docker's own client may be in there.
    has_docker: bool,
}

/// What was known when a command was typed.
pub(super) struct Typed {
    pub(super) place: Place,
    /// A step before it has opened what it is typed into, or may have.
    pub(super) is_open: bool,
    /// The page has said to press Ctrl-C since something was last typed here.
    pub(super) after_interrupt: bool,
}

impl Desk {
    /// Where the next command is typed.
    pub(super) fn place(&self, terminal: &str) -> Place {
        if self.depth(terminal) > 0 {
            Place::Inside
        } else {
            Place::Host
        }
    }

    /// How many shells and programs are open in each other.
    pub(super) fn depth(&self, terminal: &str) -> usize {
        self.terminals
            .get(terminal)
            .map_or(0, |terminal| terminal.opened.len())
    }

    /// Whether something is open, or may be.
    pub(super) fn may_be_open(&self, terminal: &str) -> bool {
        self.terminals
            .get(terminal)
            .is_some_and(|terminal| !terminal.opened.is_empty() || terminal.unknown)
    }

    /// Whether something is open of which nothing is known but that it was opened.
    pub(super) fn is_nameless(&self, terminal: &str) -> bool {
        self.terminals
            .get(terminal)
            .is_some_and(|terminal| terminal.nameless)
    }

    /// Whether a program has the terminal in its foreground.
    pub(super) fn is_busy(&self, terminal: &str) -> bool {
        self.terminals
            .get(terminal)
            .is_some_and(|terminal| terminal.busy)
    }

    /// The name of the innermost program; empty if it has none that we know.
    pub(super) fn program(&self, terminal: &str) -> Option<&str> {
        let opened = self.terminals.get(terminal)?.opened.last()?;
        Some(&opened.program)
    }

    /// Whether the innermost program takes statements in a language of blocks.
    pub(super) fn speaks(&self, terminal: &str, language: &str) -> bool {
        self.program(terminal)
            .is_some_and(|program| programs::speaks(program, language))
    }

    /// The page says to press Ctrl-C.
    pub(super) fn hears_interrupt(&mut self) {
        self.interrupts_said += 1;
    }

    /// A command is typed, behind its prompt if it has one. `stays` says that the page has told where
    /// the reader is: in what is open.
    pub(super) fn types(
        &mut self,
        name: &str,
        text: &str,
        prompt: Option<(PromptKind, &str)>,
        stays: bool,
    ) -> Typed {
        let said = self.interrupts_said;
        let text = &*placeholder::neutral(text);
        let terminal = self.terminals.entry(name.to_owned()).or_default();
        let after_interrupt = std::mem::replace(&mut terminal.interrupts_heard, said) != said;
        let is_open = !terminal.opened.is_empty() || terminal.unknown;
        let is_docker = commandline::names_docker(text);
        match prompt {
            Some((PromptKind::Shell, prompt)) if terminal.is_of_inner(prompt) => {
                terminal.is_open_for_sure();
            }
            Some((PromptKind::Shell, _)) if stays && is_open && !is_docker => {
                terminal.is_open_for_sure();
            }
            Some((PromptKind::Shell, prompt)) => {
                terminal.own_prompt = Some(prompt::head(prompt).to_owned());
                terminal.opened.clear();
            }
            Some((PromptKind::Inside | PromptKind::Repl, _)) => terminal.is_open_for_sure(),
            // Few images have Docker in them: the reader is meant to have left the shell.
            None | Some((PromptKind::Hash, _)) if is_docker && !terminal.has_docker() => {
                terminal.opened.clear();
            }
            // What is written for a shell is not meant for a program with a language of its own.
            None if !commandline::leaves(text) => {
                while terminal.opened.last().is_some_and(Opened::is_no_shell) {
                    terminal.opened.pop();
                }
                if stays && terminal.unknown {
                    terminal.is_open_for_sure();
                }
            }
            _ => {}
        }
        let place = if terminal.opened.is_empty() {
            Place::Host
        } else {
            Place::Inside
        };
        terminal.unknown = commandline::changes_prompt(text);
        let foreground = commandline::foreground(text);
        let stays_nameless = terminal.nameless && matches!(prompt, Some((PromptKind::Repl, _)));
        terminal.nameless = foreground == Foreground::Unknown || stays_nameless;
        terminal.busy = matches!(foreground, Foreground::Goes(_));
        if let Foreground::Program { name, .. } = foreground {
            terminal.opened.push(Opened {
                program: name,
                has_docker: text.contains("docker.sock") || text.contains("dind"),
            });
        } else if commandline::leaves(text) {
            terminal.opened.pop();
        }
        Typed {
            place,
            is_open,
            after_interrupt,
        }
    }

    /// Keys are pressed.
    pub(super) fn presses(&mut self, name: &str, characters: &str) {
        let said = self.interrupts_said;
        let terminal = self.terminals.entry(name.to_owned()).or_default();
        terminal.interrupts_heard = said;
        if characters.contains(END_OF_INPUT) {
            terminal.opened.pop();
        }
        if characters.contains('\u{3}') {
            terminal.busy = false;
        }
    }

    /// Every shell was left.
    pub(super) fn clears(&mut self, name: &str) {
        if let Some(terminal) = self.terminals.get_mut(name) {
            terminal.opened.clear();
            terminal.unknown = false;
        }
    }
}

impl Terminal {
    /// The page shows the prompt of something that is open, whether we knew of it or not.
    fn is_open_for_sure(&mut self) {
        if self.opened.is_empty() {
            self.opened.push(Opened {
                program: String::new(),
                has_docker: false,
            });
        }
    }

    fn has_docker(&self) -> bool {
        self.opened.iter().any(|opened| opened.has_docker)
    }

    /// Whether a prompt with user and host is that of a shell which a step has opened, and not the
    /// reader's own.
    fn is_of_inner(&self, prompt: &str) -> bool {
        let is_open = !self.opened.is_empty() || self.unknown;
        let head = prompt::head(prompt);
        let is_other = match &self.own_prompt {
            Some(own) => own != head,
            None => {
                head.starts_with("root@") || head.starts_with("bash-") || head.starts_with("sh-")
            }
        };
        is_open
            && (head.contains('@') || head.starts_with("bash-") || head.starts_with("sh-"))
            && is_other
    }
}

impl Opened {
    /// It is known to have a language of its own.
    fn is_no_shell(&self) -> bool {
        !self.program.is_empty() && !commandline::is_shell(&self.program)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_docker_command_leaves_the_container() {
        let mut desk = Desk::default();
        desk.types("main", "docker run -it ubuntu bash", None, false);
        assert_eq!(desk.types("main", "ls /", None, false).place, Place::Inside);
        assert_eq!(
            desk.types("main", "docker ps", None, false).place,
            Place::Host
        );
    }

    #[test]
    fn a_prompt_tells_where_it_is_typed() {
        let mut desk = Desk::default();
        desk.types(
            "main",
            "docker run -it x/y",
            Some((PromptKind::Shell, "$ ")),
            false,
        );
        let inside = desk.types("main", "dig mysql", Some((PromptKind::Shell, "$ ")), true);
        assert!(inside.is_open && inside.place == Place::Inside);
        assert_eq!(
            desk.types("main", "ls", Some((PromptKind::Shell, "$ ")), false)
                .place,
            Place::Host
        );
    }

    #[test]
    fn programs_are_left_by_their_own_words() {
        let mut desk = Desk::default();
        desk.types("main", "psql shop", None, false);
        assert!(desk.speaks("main", "sql"));
        desk.types("main", "\\q", Some((PromptKind::Repl, "")), false);
        assert_eq!(desk.depth("main"), 0);
    }

    #[test]
    fn interrupts_are_heard_once_in_each_terminal() {
        let mut desk = Desk::default();
        desk.types("main", "docker run nginx", None, false);
        assert!(desk.is_busy("main"));
        desk.hears_interrupt();
        assert!(desk.types("main", "ls", None, false).after_interrupt);
        assert!(!desk.types("main", "ls", None, false).after_interrupt);
    }
}
