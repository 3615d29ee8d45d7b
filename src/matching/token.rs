//! A piece of a line, by what it is.

/// A piece of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    /// A word, or one other character: compared exactly.
    Text(&'a str),
    /// Blanks.
    Blank(&'a str),
    /// A word in the form of an ID: 64 hexadecimal digits, 25 letters and digits, or the first 12.
    Id(&'a str),
    /// `sha256:` and 64 digits; without the prefix.
    Digest(&'a str),
    /// `172.17.0.2`.
    Address(&'a str),
    /// `2 minutes`, `About an hour`: Docker's closed grammar of ages.
    Age(&'a str),
    /// `1.2s`, `1m30s`.
    Duration(&'a str),
    /// A date, a time of day, or both.
    Moment(&'a str),
    /// `37%`, `12.5%`.
    Percentage(&'a str),
    /// `4219 kB/s`.
    Rate(&'a str),
    /// `78.1MB`, in bytes.
    Size { bytes: f64, text: &'a str },
    /// `12`, `0.25`: a number that measures nothing known.
    Number(&'a str),
    /// `5f1c1f0e-9d9b-4c38-8f0a-9b7e0f8f3c55`.
    Uuid(&'a str),
    /// `/tmp/tmp.2imnycsYPW`, `/tmp/tmpab12cd_8`: a file or folder with a name that was made up.
    Temporary(&'a str),
    /// A key, a token or a fingerprint: a long word of letters of both sizes and digits.
    Key(&'a str),
    /// `0x7fbfb3aa01f0`: where something is in memory.
    Pointer(&'a str),
    /// `02:42:ac:11:00:02`: a hardware address.
    Mac(&'a str),
    /// `[1] 4711`: what bash says of a job in the background; without the number of the job.
    Process(&'a str),
    /// The scratch directory of a run, whatever it is called this time.
    Workspace(&'a str),
    /// `/home/you`, `/Users/you`.
    Home(&'a str),
}

impl<'a> Token<'a> {
    /// The text of it, as far as it is compared.
    pub(super) fn text(self) -> &'a str {
        match self {
            Token::Text(text)
            | Token::Blank(text)
            | Token::Id(text)
            | Token::Digest(text)
            | Token::Address(text)
            | Token::Age(text)
            | Token::Duration(text)
            | Token::Moment(text)
            | Token::Percentage(text)
            | Token::Rate(text)
            | Token::Size { text, .. }
            | Token::Number(text)
            | Token::Uuid(text)
            | Token::Temporary(text)
            | Token::Pointer(text)
            | Token::Key(text)
            | Token::Mac(text)
            | Token::Process(text)
            | Token::Workspace(text)
            | Token::Home(text) => text,
        }
    }
}
