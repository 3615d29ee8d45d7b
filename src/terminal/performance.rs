//! How a step is played, and what came of it.

use std::time::Duration;

use super::interrupt::Interrupt;
use super::output::Output;
use super::question::Question;

/// Which streams of a step are its output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Streams {
    /// Both, in the order of writing.
    #[default]
    Both,
    /// Standard output; the other is kept apart.
    Stdout,
    /// Standard error; the other is kept apart.
    Stderr,
}

/// How a step is played.
pub struct PlayOptions<'a> {
    /// What is told later of its output is told under this number.
    pub number: usize,
    /// What counts as its output.
    pub streams: Streams,
    /// Its output goes to the pseudo-terminal, which has so many columns and rows.
    pub screen: Option<(u16, u16)>,
    /// What is typed when its program waits for it, one after the other.
    pub answers: Vec<String>,
    /// What the page shows of it: what stands there behind a question is typed when that is asked.
    pub shown: String,
    /// When it stays in front, and the next step may come.
    pub stays: Stays<'a>,
    /// The longest that it may take.
    pub limit: Duration,
}

/// When a step that has not ended is left in front of the terminal.
pub enum Stays<'a> {
    /// It is waited for.
    Never,
    /// When a shell, or another program that takes commands, waits at its prompt.
    AtPrompt {
        /// It is known that there will be one; otherwise only silence after it tells.
        surely: bool,
        /// It is known to be a shell's, whatever it looks like.
        is_shell: bool,
    },
    /// When this holds of what it has printed so far, and of how long it has been silent.
    Once(&'a mut dyn FnMut(&Output, Duration) -> bool),
}

/// What goes on around a step while it is waited for.
pub struct Meanwhile<'a> {
    /// Whether the user wants an end.
    pub interrupt: &'a mut Interrupt,
    /// Looks after other terminals, every few milliseconds, if there are any.
    pub others: Option<&'a mut dyn FnMut()>,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By itself, with this status.
    Status(i32),
    /// It has not: a program is in front now, or still.
    Stays,
    /// What it was typed into ended with it, with this status.
    Left(i32),
    /// The terminal's own shell ended with it.
    ShellLeft(i32),
    /// It has used the pipes between tutcheck and its shell, or something has.
    Meddled,
    /// It was ended because it took too long.
    TimeLimit,
    /// It was ended because it asked something, and nobody typed.
    Asks,
    /// It was ended because the user asked for it.
    Interrupted,
}

impl Performance {
    /// Of a step that printed nothing.
    pub(super) fn nothing(ended: End, elapsed: Duration) -> Performance {
        Performance {
            output: Vec::new(),
            ended,
            elapsed,
            on_terminal: Vec::new(),
            waits_for_input: false,
            question: None,
            prompt: None,
            asks_again: None,
            echoes: false,
        }
    }
}

/// What a step did.
#[derive(Debug)]
pub struct Performance {
    /// What it printed.
    pub output: Vec<u8>,
    /// How it ended.
    pub ended: End,
    /// From request to answer.
    pub elapsed: Duration,
    /// What it wrote to the terminal itself, past its output: questions, mostly.
    pub on_terminal: Vec<u8>,
    /// At the limit, it was reading from the terminal, and nobody was typing.
    pub waits_for_input: bool,
    /// What it asked, and nobody answered.
    pub question: Option<Question>,
    /// The prompt of what it was typed into, unless that is the terminal's own shell.
    pub prompt: Option<String>,
    /// It was typed into a program that gives no status, and whose output ends with this prompt.
    pub asks_again: Option<String>,
    /// The output of that program begins with what was typed.
    pub echoes: bool,
}
