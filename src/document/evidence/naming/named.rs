//! A file that a page names.

use std::ops::Range;

/// A file that the page names for a block.
#[derive(Debug, Clone)]
pub(in crate::document) struct Naming {
    pub(in crate::document) path: String,
    pub(in crate::document) at: Range<usize>,
    /// What is to be done with it.
    pub(in crate::document) what: Hand,
    /// How the page names it, in words.
    pub(in crate::document) how: &'static str,
}

/// What is to be done with a file that is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::document) enum Hand {
    /// The reader makes it.
    Made,
    /// The block is what it holds; who made it is not said.
    Held,
    /// The block is a part of it.
    Part,
    /// It goes into it: the reader changes the file.
    Changed,
}
