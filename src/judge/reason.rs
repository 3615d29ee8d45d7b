//! Why a step has its verdict: a value, of which the report makes a sentence.

use std::time::Duration;

use super::prompt;
use crate::plan::{Gate, Task};

/// Why a step has its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It ended with another status than it should, and what it said last.
    Exit {
        /// The status.
        status: i32,
        /// The one that a reader should see.
        wanted: i32,
        /// What it said last; may be empty.
        said: String,
    },
    /// It should have failed.
    DidNotFail,
    /// What was left, or ended by a key, had another status than the block says.
    LeftWith(i32),
    /// A program that was left in the foreground ended by itself later, with this status.
    EndedLater(i32),
    /// The terminal was closed with this status, and what was said last.
    TerminalClosed(i32, String),
    /// Something of the page speaks to the shell in tutcheck's place.
    Meddled,
    /// What it was typed into ended with this status, and what was said last.
    InnerEnded(i32, String),
    /// It went on until its time limit.
    TooLong(Duration, Waiting),
    /// It asked this, and nobody typed.
    Asks(String),
    /// It asked for what a reader would type without showing it; perhaps without a word.
    AsksForSecret(String),
    /// A program in the foreground went on after a key.
    GoesOnAfter {
        /// Until this limit.
        limit: Duration,
        /// The keys, by name.
        keys: String,
    },
    /// A shell would wait for the rest of the command.
    Incomplete(Unfinished),
    /// What it was to wait for did not come, and why.
    NotReady(String),
    /// A file could not be saved, and why.
    NotSaved(String),
    /// A container that it left running has ended by itself.
    ContainerDied {
        /// Its name.
        name: String,
        /// Its status.
        status: i32,
        /// It was started again and again.
        restarts: bool,
    },
    /// A service of a composition has ended by itself.
    ServiceDied {
        /// Its name.
        name: String,
        /// Its status.
        status: i32,
    },
    /// The program of an earlier step has the terminal, by that step's number on the same page.
    TerminalBusy(Option<usize>),
    /// What it is typed into is not open any more.
    NothingOpen,
    /// Nothing takes the key; the status of what was in the foreground, if it has ended by itself.
    NothingInFront(Option<i32>),
    /// The page shows another prompt.
    PromptDiffers {
        /// The prompt on the page.
        page: String,
        /// The prompt that a reader sees.
        live: String,
        /// In what they differ.
        why: prompt::Differs,
    },
    /// The recording is of another command, by the first line of each.
    CommandChanged {
        /// The recorded one.
        recorded: String,
        /// The document's.
        now: String,
    },
    /// It printed something else than was recorded: see the difference.
    OutputChanged,
    /// It printed something else than the page shows: see the difference.
    PageDiffers,
    /// Its status is as expected, and the shell said in this line that there is no such program.
    CommandNotFound(String),
    /// A program without a status said in this line that something went wrong.
    ErrorPrinted(String),
    /// It ended well, and a program said in this line that something went wrong.
    Complained(String),
    /// It printed something, and the page shows that nothing is printed.
    NotSilent,
    /// There is nothing to compare with.
    Unrecorded,
    /// The page shows the form of one Docker, a reader sees that of another.
    OutdatedForm {
        /// On the page.
        shown: String,
        /// What a reader sees.
        live: String,
    },
    /// An earlier step left the reader stuck.
    NotReached(Origin),
    /// An earlier step could not be tested.
    Behind(Origin),
    /// The user ended the run in this step.
    Interrupted,
    /// The user ended the run before this step.
    AfterInterrupt,
    /// A person does it, and nobody has seen whether.
    ForPerson,
    /// `sudo` would ask for a password.
    NeedsPassword,
    /// Something had this before the run began.
    HadBefore(String),
    /// The daemon went away.
    DaemonLost,
    /// A registry or the network, in its own words.
    Trouble(String),
    /// The shell, or its place, was lost to tutcheck itself, and why.
    NoStage(String),
    /// A saved run has nothing of this command.
    NotObserved,
    /// The author skips it, perhaps with a reason.
    Skipped(Option<String>),
    /// A person does it.
    Manual(Task),
    /// Something is missing here.
    Gated(Gate),
}

/// A step, seen from a later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its number on its page.
    pub number: usize,
    /// The page, if it is an earlier one.
    pub page: Option<String>,
}

/// What a program was waiting for, as far as can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waiting {
    /// What it said last; may be empty.
    Said(String),
    /// It reads from the terminal, and what it said last.
    Reads(String),
    /// It asked this.
    Asks(String),
}

/// What a command lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfinished {
    /// It ends in a backslash.
    Backslash,
    /// The word that ends a here-document.
    HereDocument(String),
    /// This quote, a second time.
    Quote(char),
    /// The end of a loop, a condition or a group.
    Construct,
}

impl Reason {
    /// The stable name of its kind.
    pub fn code(&self) -> Code {
        match self {
            Reason::Exit { .. }
            | Reason::DidNotFail
            | Reason::LeftWith(_)
            | Reason::EndedLater(_) => Code::ExitChanged,
            Reason::TerminalClosed(..) | Reason::InnerEnded(..) => Code::ShellLeft,
            Reason::Meddled => Code::Meddled,
            Reason::TooLong(..) | Reason::GoesOnAfter { .. } => Code::TimedOut,
            Reason::Asks(_) => Code::Unanswered,
            Reason::Incomplete(_) => Code::IncompleteCommand,
            Reason::NotReady(_) => Code::NotReady,
            Reason::NotSaved(_) => Code::NotSaved,
            Reason::ContainerDied { .. } | Reason::ServiceDied { .. } => Code::ContainerDied,
            Reason::TerminalBusy(_) => Code::TerminalBusy,
            Reason::NothingOpen => Code::NothingOpen,
            Reason::NothingInFront(_) => Code::NothingInFront,
            Reason::PromptDiffers { .. } => Code::PromptDiffers,
            Reason::CommandChanged { .. } => Code::CommandChanged,
            Reason::OutputChanged => Code::OutputChanged,
            Reason::PageDiffers | Reason::NotSilent => Code::PageDiffers,
            Reason::CommandNotFound(_) => Code::CommandNotFound,
            Reason::ErrorPrinted(_) | Reason::Complained(_) => Code::ErrorPrinted,
            Reason::Unrecorded => Code::Unrecorded,
            Reason::OutdatedForm { .. } => Code::OutdatedForm,
            Reason::NotReached(_) => Code::NotReached,
            Reason::Behind(_) | Reason::AfterInterrupt | Reason::ForPerson => Code::Untestable,
            Reason::Interrupted => Code::Interrupted,
            Reason::NeedsPassword | Reason::AsksForSecret(_) => Code::NeedsPassword,
            Reason::DaemonLost => Code::DaemonLost,
            Reason::HadBefore(_) | Reason::Trouble(_) | Reason::NoStage(_) => Code::CouldNotTest,
            Reason::NotObserved => Code::NotObserved,
            Reason::Skipped(_) => Code::Skipped,
            Reason::Manual(_) => Code::Manual,
            Reason::Gated(_) => Code::Gated,
        }
    }
}

/// The kinds of findings, each with its word and what it means, for `tutcheck explain`.
macro_rules! codes {
    ($($name:ident $word:literal $means:literal)*) => {
        /// A kind of finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $means] $name,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Code] = &[$(Code::$name,)*];

            /// Its stable name, in every report.
            pub fn word(self) -> &'static str {
                match self { $(Code::$name => $word,)* }
            }

            /// What it means.
            pub fn means(self) -> &'static str {
                match self { $(Code::$name => $means,)* }
            }
        }
    };
}

codes! {
    CommandChanged "command-changed" "The recording of the step is of another command than the page has now."
    CommandNotFound "command-not-found" "The shell says that there is no such program, though the whole line ended well."
    ContainerDied "container-died" "A container or a service that the step started ended by itself, when a reader needs it running."
    CouldNotTest "could-not-test" "A registry, the network or this machine was at fault, or what was there before: it says nothing about the tutorial."
    DaemonLost "daemon-lost" "The Docker daemon went away while the step was played."
    ErrorPrinted "error-printed" "Something that was printed says that it went wrong, though no status does."
    ExitChanged "exit-changed" "The step ended with another exit status than a reader should see."
    Flaky "flaky" "The step passed when the page was played first, and did not when it was played again at once."
    Gated "gated" "Something that the step needs is not here: a capability, an account, a value, an open shell."
    IncompleteCommand "incomplete-command" "A shell would wait for the rest of the command: a line ends in a backslash, or a quote, a loop or a here-document does not end."
    Interrupted "interrupted" "The user ended the run in this step."
    Manual "manual" "A person does this: it is counted as not verified."
    Meddled "meddled" "Something of the page used the pipes by which tutcheck tells the shell what to do and hears how it went."
    NeedsPassword "needs-password" "A program asks for a password, and nobody is there to type it."
    NotObserved "not-observed" "A saved run has nothing of this command: it was changed after the run."
    NotReached "not-reached" "A reader is stuck at an earlier step and never comes here."
    NotReady "not-ready" "What the step was to wait for did not come in time."
    NotSaved "not-saved" "A file of the page could not be saved."
    NothingInFront "nothing-in-front" "A key is pressed, and no program is there to take it."
    NothingOpen "nothing-open" "The shell or program that the step is typed into has ended before."
    OrphanExpectation "orphan-expectation" "A step is recorded that the page has no more."
    OutdatedForm "outdated-form" "The page shows the same facts in the form of an older Docker."
    OutputChanged "output-changed" "The step printed something else than was recorded."
    PageDiffers "page-differs" "The step printed something else than the page shows."
    PromptDiffers "prompt-differs" "The page shows another user, host or directory in a prompt than a reader sees."
    ShellLeft "shell-left" "The shell or program that the step was typed into ended with it."
    Skipped "skipped" "The author says that the step is not run."
    TerminalBusy "terminal-busy" "The program of an earlier step still has the terminal that this one is typed into."
    TimedOut "timed-out" "The step was not done within its time limit."
    Unanswered "unanswered" "A program asked something, and the page does not show what a reader types."
    Unrecorded "unrecorded" "There is nothing to compare the output with, and with `--locked` there must be."
    Untestable "untestable" "It could not be tried, because of an earlier step or because the run was ended."
}
