//! What a line of a site's marks begins, and what ends it.

use crate::document::page::Form;

/// What a line begins.
pub(super) struct Mark {
    pub(super) what: What,
    pub(super) close: Close,
    /// The line says something to Markdown too.
    pub(super) keeps_line: bool,
}

pub(super) enum What {
    /// Arms stand in it.
    Group,
    /// Each code block in it is an arm.
    Fences,
    Arm(Form, String),
    /// Kind and title.
    Box(String, String),
}

/// What ends a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Close {
    /// A line that is indented no further than its mark.
    Dedent,
    /// `</TabItem>`, by the name of the tag.
    Tag(String),
    /// `{{< /tab >}}`, `{% endtab %}`, by the name.
    Shortcode(String),
    /// So many colons, or `::: zone-end` by the word.
    Colons(usize, Option<&'static str>),
    /// So many slashes.
    Slashes(usize),
    /// A fence of so many of this mark.
    Fence(u8, usize),
    /// A horizontal rule.
    Rule,
    /// The end of a quotation.
    NotQuoted,
}

#[expect(clippy::unnecessary_wraps, reason = "the dialects return it as it is")]
pub(super) fn container(what: What, close: Close) -> Option<Mark> {
    Some(Mark {
        what,
        close,
        keeps_line: false,
    })
}
