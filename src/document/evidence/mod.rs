//! What speaks for this or that reading of a block: observers, each of one kind of thing, in any
//! order, without state.

mod content;
mod lead;
mod naming;
mod phrases;

pub(super) use content::{Look, is_printed, look, looks_printed};
pub(super) use lead::{Lead, Sentence};
pub(super) use naming::{Hand, Naming, naming};
pub(super) use phrases::{Says, is_denied, plain, says};
