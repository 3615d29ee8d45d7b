//! The way out: a value, of which the report makes a sentence.

use crate::matching::Acceptance;
use crate::plan::Gate;

/// The smallest change that mends a step, or accepts what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Record again, if the new command is meant.
    RecordCommand,
    /// Record again, if the new output is meant.
    RecordOutput,
    /// Record it, or compare nothing.
    RecordOrDoNotCompare,
    /// A setting accepts it; or record again.
    Accept(Acceptance),
    /// A mask accepts it.
    Mask,
    /// Mend the page's output, which is recorded as it is now; or else compare nothing.
    MendOutput {
        /// Whether it is recorded.
        is_recorded: bool,
    },
    /// Mend the status that the page shows below the output.
    MendStatus,
    /// Mend the page's prompt.
    MendPrompt,
    /// Show it on the page or record it, if a reader should see it.
    ShowOrRecord,
    /// Show it on the page, if a reader should see it.
    ShowIt,
    /// Wait for the port that this line opens.
    WaitForPort {
        /// The port.
        port: u16,
        /// The line of the command that publishes it.
        line: usize,
        /// It is open, and nothing answers behind it.
        is_open: bool,
    },
    /// Mend the command; or accept its status.
    AcceptStatus {
        /// The status.
        status: i32,
        /// There is no such program.
        is_missing: bool,
    },
    /// No status counts where no reader sees one.
    StatusUnseen,
    /// Say how often it is tried.
    TryAgain,
    /// Show `exit` where the shell is left.
    ShowExit,
    /// A longer time limit.
    Longer,
    /// A longer time limit, or another thing to wait for.
    LongerOrOtherWait,
    /// Another key, or a longer time limit.
    OtherKey,
    /// Something is missing at the end of what was typed.
    TypeTheRest,
    /// The text that is typed into a file needs its end.
    EndTheText,
    /// The question needs an answer.
    Answer,
    /// The whole command belongs in one block.
    WholeCommand,
    /// A container that is meant to end.
    MeantToEnd,
    /// Where `sudo` asks for nothing.
    PlayAsRoot,
    /// End the program before, or use another terminal.
    EndItBefore,
    /// How a shell stays open.
    KeepItOpen,
    /// A program that should still run.
    LookAtOutput,
    /// The same, of what it printed after its step.
    LookAtLaterOutput,
    /// Where a key belongs.
    KeyBehindProgram,
    /// The line of a saved file that a program complains of.
    LineOfFile {
        /// The file's name.
        file: String,
        /// The line in it.
        line: usize,
        /// The line of the page.
        page_line: usize,
        /// A recipe of `make` there begins with blanks.
        needs_tab: bool,
    },
    /// A file of the page is called, and it is no program yet.
    MakeExecutable {
        /// The file.
        file: String,
    },
    /// A file of the page is not in the image that is built on the page.
    NotCopied {
        /// The file's name.
        file: String,
        /// The line that saves it.
        line: usize,
        /// The line that saves the `Dockerfile`.
        dockerfile_line: usize,
    },
    /// A step starts a container without the name that is used here.
    NameIt {
        /// The name.
        name: String,
        /// The line of that step.
        line: usize,
    },
    /// A step has removed the container.
    RemovedBefore {
        /// Its name.
        name: String,
        /// The line of that step.
        line: usize,
    },
    /// A step has given the name to another container.
    NameTaken {
        /// The name.
        name: String,
        /// The line of that step.
        line: usize,
    },
    /// A step has opened the port for another container.
    PortTaken {
        /// The line of that step.
        line: usize,
    },
    /// A character of print stands where another is typed.
    Misprint {
        /// What stands there.
        found: &'static str,
        /// What is typed.
        typed: &'static str,
    },
    /// It was typed into what this line has opened.
    LeaveFirst {
        /// The line.
        line: usize,
    },
    /// End what has it, or play elsewhere.
    FreeIt,
    /// Say what is typed, as a secret.
    TypeSecret,
    /// This line has left what it is typed into.
    LeftBefore {
        /// The line.
        line: usize,
    },
    /// No registry has the image.
    NoSuchImage {
        /// Its reference.
        image: String,
    },
    /// Another port was opened than the one that is asked for.
    OtherPort {
        /// The one that is asked for.
        asked: u16,
        /// The one that is open.
        opened: u16,
        /// The line that opens it.
        line: usize,
    },
    /// The port is open on this machine, and nobody serves it in the container.
    InnerPort {
        /// The port.
        port: u16,
        /// The line that opens it.
        line: usize,
    },
    /// Nothing makes a folder.
    NoFolder {
        /// Its name.
        folder: String,
    },
    /// A step has set a variable for its shell alone, and programs do not see it.
    NotExported {
        /// Its name.
        name: String,
        /// The line of that step.
        line: usize,
    },
    /// A file that is missing was saved, perhaps in another folder.
    SavedElsewhere {
        /// Its name.
        file: String,
        /// The folder, where it is known.
        folder: Option<String>,
        /// The line that has saved it.
        line: usize,
    },
    /// No step sets a variable that the command has.
    NotSet {
        /// Its name.
        name: String,
    },
    /// The block of this line may be the file that is missing.
    SaveBlock {
        /// The line.
        line: usize,
        /// The file.
        file: String,
    },
    /// A step that was not run may have made what is missing.
    StepNotRun {
        /// Its number.
        number: usize,
        /// Why it was not run.
        gate: Gate,
    },
}

/// Words in a comment before a block, `<!-- tutcheck: … -->`, that settle it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// What stands in the comment.
    pub words: String,
    /// A line of the block, where it is not that of the step.
    pub line: Option<usize>,
}

impl Hint {
    /// The words that it names, if it names any that need no author to fill them in.
    pub fn directive(&self) -> Option<Directive> {
        let (words, line) = match self {
            Hint::RecordOrDoNotCompare | Hint::MendOutput { is_recorded: false } | Hint::ShowIt => {
                ("no-compare".to_owned(), None)
            }
            Hint::Accept(setting) => (setting.to_string(), None),
            Hint::AcceptStatus { status, .. } => (format!("exit={status}"), None),
            Hint::SaveBlock { line, file } => (format!("file={file}"), Some(*line)),
            Hint::WaitForPort { port, line, .. } => (format!("wait=port:{port}"), Some(*line)),
            Hint::TryAgain => ("retry=5x2s".to_owned(), None),
            Hint::MeantToEnd => ("alive=no".to_owned(), None),
            _ => return None,
        };
        Some(Directive { words, line })
    }
}
