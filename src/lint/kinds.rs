//! The kinds of findings, the worst first, and what each says of a page.

/// Each kind by its code, with what it means.
pub const KINDS: &[(&str, &str)] = &[
    (
        "destructive",
        "A command removes or changes more than the page has made.",
    ),
    (
        "fence-too-far-in",
        "A closing fence is indented so far that it closes nothing.",
    ),
    (
        "entity",
        "An entity such as `&gt;` stands where a reader types a sign.",
    ),
    (
        "typographic",
        "A dash or a quote of print stands where a reader types another.",
    ),
    (
        "odd-blank",
        "A blank that no keyboard has stands in a command.",
    ),
    (
        "used-twice",
        "A port or a name is given to two things at once.",
    ),
    (
        "not-left",
        "A shell or program was opened, and what follows may be meant for the one outside.",
    ),
    (
        "left-open",
        "A shell or program is still open at the end of the page.",
    ),
    (
        "other-terminal",
        "The text speaks of another terminal, and the block is typed into the first.",
    ),
    (
        "terminal-busy",
        "A command is typed where the program of an earlier one is still in front.",
    ),
    (
        "orphan-expectation",
        "A step is recorded that the page has no more.",
    ),
    (
        "dead-link",
        "A link leads to nothing in the project or on the page.",
    ),
    (
        "session-not-read",
        "A session of a program is shown, and no step opens that program.",
    ),
    (
        "not-verified",
        "A step prints something that nothing is compared with.",
    ),
    (
        "early-visit",
        "A server is visited that may not answer yet.",
    ),
    (
        "bare-commands",
        "Lines that look like commands have no markup, and are not typed.",
    ),
    (
        "guessed",
        "What a block is was guessed: a word at its fence would say it.",
    ),
    ("sudo", "A command asks for the rights of root."),
    ("todo", "Something on the page is still to be done."),
];
