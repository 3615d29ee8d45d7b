//! What an author set for a block.

use std::time::Duration;

/// Columns and rows of a terminal, unless a block wants another.
pub const SCREEN: (u16, u16) = (120, 40);

/// What an author set for a block.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BlockSettings {
    /// Not run, and why.
    pub skip: Option<String>,
    /// It breaks now and then, and why: it is red only where it breaks twice.
    pub flaky: Option<String>,
    /// Run whatever the rules say.
    pub run: bool,
    /// For a person, and why.
    pub manual: Option<String>,
    /// Run only where this capability is.
    pub needs: Option<String>,
    /// The stable key of the step.
    pub id: Option<String>,
    /// Where a reader saves the block.
    pub file: Option<String>,
    /// The file to whose end a reader adds the block.
    pub append: Option<String>,
    /// The terminal it is typed into; `None` is `main`.
    pub terminal: Option<String>,
    /// A foreground program is ready when this is printed.
    pub until: Option<String>,
    /// The exit status that a reader should see.
    pub exit: Option<Exit>,
    /// The longest that it may take.
    pub timeout: Option<Duration>,
    /// Tried again until it works.
    pub retry: Option<Retry>,
    /// Something to wait for after it.
    pub wait: Option<Wait>,
    /// What is typed when its program asks, line by line, each with the key that ends it.
    pub answers: Vec<String>,
    /// Its output goes to a terminal of so many columns and rows.
    pub tty: Option<(u16, u16)>,
    /// How long what it leaves running must live.
    pub alive: Option<Alive>,
    /// The order of lines does not matter.
    pub unordered: bool,
    /// Only this stream is compared.
    pub stream: Option<Stream>,
    /// Output is not compared.
    pub no_compare: bool,
    /// Regular expressions; what they match is not compared.
    pub masks: Vec<String>,
    /// Kinds that are compared exactly here.
    pub strict: Vec<String>,
    /// The next block is output of the last step.
    pub expect: bool,
    /// The same in the words of another tool.
    pub similarity: Option<Similarity>,
}

/// What `expected_similarity` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Similarity {
    /// That the output scores so much; a score tells nothing, so it is compared as any other.
    Score,
    /// That it matches a regular expression.
    Pattern(String),
}

/// The exit status that a reader should see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Exactly this one.
    Status(i32),
    /// Any but 0.
    Fails,
}

/// Something that must be there before the reader goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wait {
    /// A port of this machine that somebody serves.
    Port(u16),
    /// An address that answers well.
    Http(String),
    /// A text in what a program in the foreground or a container has printed.
    Log(String),
    /// A file, from where the shell is.
    File(String),
}

/// Whether containers that a step leaves running are watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alive {
    /// They are meant to end.
    No,
    /// They must live so long.
    For(Duration),
}

/// How often to try, and how long to wait between two tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Tries after the first.
    pub times: u32,
    /// Time between two tries.
    pub pause: Duration,
}

/// One of the two streams of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}
