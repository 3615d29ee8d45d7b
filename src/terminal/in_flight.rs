//! What is known of a step that is on its way.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use super::prompt::{self, Marks};
use super::question::{self, Certainty};
use super::{End, Output, PlayOptions, Question, Stays};

/// A prompt counts once nothing has followed it for so long; one that nobody announced, for longer.
pub(super) const QUIET: (Duration, Duration) =
    (Duration::from_millis(40), Duration::from_millis(400));

/// A step on its way.
#[derive(Debug, Default)]
pub(super) struct InFlight {
    pub(super) number: usize,
    /// What the shell sources, how much of it the pipe has taken, and whether the shell has read it.
    pub(super) script: Vec<u8>,
    pub(super) handed: usize,
    pub(super) to_shell: Option<File>,
    pub(super) is_handed: bool,
    /// How much the shell had read before, and when the pipe was found empty.
    pub(super) read_before: Option<u64>,
    pub(super) taken: Option<Instant>,
    pub(super) out: Output,
    pub(super) out_ended: bool,
    pub(super) err: Output,
    pub(super) screen: Output,
    /// Its output is what is on the screen.
    pub(super) on_screen: bool,
    pub(super) answer: Vec<u8>,
    /// What is still to be typed.
    pub(super) typing: VecDeque<u8>,
    pub(super) answers: VecDeque<String>,
    /// What the page shows of it, as far as no answer was taken from that yet.
    pub(super) shown: String,
    /// When something was last printed, or typed.
    pub(super) last_heard: Option<Instant>,
    pub(super) ending: Option<Ending>,
    pub(super) waits_for_input: bool,
    /// What it asked when it was ended for that.
    pub(super) question: Option<Question>,
    /// What in it takes commands, the innermost last.
    pub(super) inners: Vec<Inner>,
    /// It stays, and takes no commands.
    pub(super) is_busy: bool,
    /// Silence matters, and not only what is printed.
    pub(super) is_watched: bool,
    /// The shell has said that it has ended, with this status.
    pub(super) is_over: bool,
    pub(super) status: i32,
}

impl InFlight {
    /// A script that nobody looks at.
    pub(super) fn of(script: &[u8]) -> InFlight {
        InFlight {
            script: script.to_vec(),
            ..InFlight::default()
        }
    }

    /// What it has printed so far.
    pub(super) fn printed(&mut self) -> &mut Output {
        if self.on_screen {
            &mut self.screen
        } else {
            &mut self.out
        }
    }

    /// What it asks, if it does, and so surely.
    pub(super) fn question(&self, wanted: Certainty) -> Option<String> {
        [&self.out, &self.err, &self.screen]
            .into_iter()
            .filter_map(question::standing)
            .find_map(|(text, certainty)| (certainty >= wanted).then_some(text))
    }

    /// Types the next answer: what stands ready, or what the page shows behind what is asked so surely.
    /// Where keys are shown `is_apart` from the output, they are put into that.
    pub(super) fn type_answer(&mut self, wanted: Option<Certainty>, is_apart: bool) {
        let shown = wanted.and_then(|wanted| self.answer_shown(wanted, is_apart));
        let typed = match shown {
            Some(typed) => {
                let typed = format!("{typed}\r");
                self.answers.pop_front_if(|answer| *answer == typed);
                typed
            }
            None => match self.answers.pop_front() {
                Some(answer) => answer,
                None => return,
            },
        };
        self.typing.extend(typed.bytes());
        self.last_heard = Some(Instant::now());
    }

    /// What the page shows behind what is asked; a reader sees it there, too.
    fn answer_shown(&mut self, wanted: Certainty, is_apart: bool) -> Option<String> {
        let question = self.question(wanted)?;
        let (typed, after) = question::answer(&self.shown, &question)?;
        let (typed, after) = (typed.to_owned(), after.to_owned());
        // On the terminal itself it is echoed.
        for output in [&mut self.out, &mut self.err] {
            if is_apart && question::standing(output).is_some_and(|(text, _)| text == question) {
                output.push(format!("{typed}\n").as_bytes());
            }
        }
        self.shown = after;
        Some(typed)
    }

    /// What it has written to the terminal past its output.
    pub(super) fn on_terminal(&mut self) -> Vec<u8> {
        let beside = if self.on_screen {
            &mut self.out
        } else {
            &mut self.screen
        };
        std::mem::take(beside).into_bytes()
    }

    /// For how long it has printed nothing.
    pub(super) fn silence(&self) -> Duration {
        self.last_heard
            .map_or(Duration::ZERO, |heard| heard.elapsed())
    }

    /// Makes the step in front ready for something new that is typed.
    pub(super) fn prepare(&mut self, manner: &PlayOptions<'_>, keys: &str) {
        self.number = manner.number;
        self.typing.extend(keys.bytes());
        self.answers = manner.answers.iter().cloned().collect();
        self.shown.clone_from(&manner.shown);
        self.last_heard = Some(Instant::now());
        self.ending = None;
        self.waits_for_input = false;
        self.question = None;
        self.is_watched = true;
    }
}

/// A shell or program that takes commands.
#[derive(Debug)]
pub(super) struct Inner {
    /// How the end of a command is known, in a shell; in other programs, their prompt comes again.
    pub(super) marks: Option<Marks>,
    /// What stands before what is typed next.
    pub(super) prompt: String,
    /// It wants to be told where something that is pasted begins and ends.
    pub(super) takes_paste: bool,
    /// It shows what is typed.
    pub(super) echoes: bool,
}

impl Inner {
    /// Whether it was told to mark its prompts.
    pub(super) fn is_shell(&self) -> bool {
        self.marks.is_some()
    }
}

/// A step that is being ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending {
    pub(super) because: End,
    pub(super) strikes: u32,
    pub(super) next: Instant,
}

/// Whether a step stays in front now.
pub(super) fn stays(flight: &mut InFlight, stays: &mut Stays<'_>) -> Option<End> {
    let silence = flight.silence();
    if flight.ending.is_some() || !flight.typing.is_empty() {
        return None;
    }
    let does = match stays {
        Stays::Never => false,
        Stays::AtPrompt { surely, .. } => {
            let quiet = if *surely { QUIET.0 } else { QUIET.1 };
            silence >= quiet
                && flight.answers.is_empty()
                && prompt::waiting(flight.printed()).is_some()
        }
        Stays::Once(holds) => holds(flight.printed(), silence),
    };
    does.then_some(End::Stays)
}

/// Ends what runs in the terminal: at first as Ctrl-C does, then politely, then for certain.
pub(super) fn strike(screen: &mut File, group: Pid, strikes: u32) {
    // The group may be gone between two strikes; then there is nothing to end.
    match strikes {
        0 => {
            let _ = screen.write_all(&[3]);
        }
        1 => {
            let _ = rustix::process::kill_process_group(group, Signal::TERM);
        }
        _ => {
            let _ = rustix::process::kill_process_group(group, Signal::KILL);
        }
    }
}
