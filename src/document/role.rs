//! What a block is.

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Commands to type.
    Command,
    /// Commands with the output that a reader should see.
    Transcript,
    /// Output of the step before it.
    Output,
    /// A file that a reader saves.
    File,
    /// A part of a file, to look at.
    Fragment,
    /// Input of a program that takes its own language.
    Repl,
    /// A pattern of commands, or one whose placeholders have no value.
    Synopsis,
    /// For a person.
    Manual,
    /// Nothing for this reader.
    Other,
}

impl Role {
    /// The word in plans and reports.
    pub fn word(self) -> &'static str {
        match self {
            Role::Command => "command",
            Role::Transcript => "transcript",
            Role::Output => "output",
            Role::File => "file",
            Role::Fragment => "fragment",
            Role::Repl => "repl",
            Role::Synopsis => "synopsis",
            Role::Manual => "manual",
            Role::Other => "other",
        }
    }

    /// Whether it is something that is typed.
    pub fn is_typed(self) -> bool {
        matches!(self, Role::Command | Role::Transcript | Role::Repl)
    }
}
