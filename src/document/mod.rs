//! Markdown text → blocks with roles, each with the reason for it.
//!
//! Pure: a text in, a [`Document`] or all of its faults out. This room knows Markdown, prompts,
//! attributes and the grammar of bash; it knows nothing of expectations or of running.

mod attributes;
mod block;
mod commands;
mod directive;
mod file;
mod front;
mod key;
mod language;
mod markdown;
mod place;
mod placeholder;
mod prompt;
mod prose;
mod role;
mod session;
mod statement;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

pub use attributes::{
    Alive, Exit, Retry, SCREEN, Settings, Stream, WORDS, Wait, duration as parse_duration,
};
pub use block::{Block, Command, Keys, Part, Place, Shown};
pub use commands::is_cut_short;
pub use directive::Hidden;
pub use front::{InFront, detaches, in_front, is_shell, leaves, takes_text};
pub use key::answers_shown;
pub use placeholder::{Filled, fill, fill_known, variable_name};
pub use prompt::{asks_for_more, without_environment};
pub use role::Role;

use crate::diagnostic::{Diagnostic, Source};

/// A document that was read: its blocks in order, each with a role.
#[derive(Debug)]
pub struct Document {
    /// The text and its path.
    pub source: Arc<Source>,
    /// Every code block and directive, in the order of the text.
    pub blocks: Vec<Block>,
    /// The text of the YAML front matter and where it starts, if there is one.
    pub front_matter: Option<Range<usize>>,
    /// Links and images: their bytes, and where they lead.
    pub links: Vec<(Range<usize>, String)>,
    /// Where links within the page can lead to.
    pub anchors: BTreeSet<String>,
}

impl Document {
    /// Reads a document, or says everything that is wrong with it.
    pub fn parse(path: impl Into<String>, text: String) -> Result<Document, Vec<Diagnostic>> {
        let source = Arc::new(Source {
            path: path.into(),
            text,
        });
        let mut faults = Vec::new();
        let outline = markdown::outline(&source, &mut faults);
        let blocks = role::assign(&source, &outline.pieces, &mut faults);
        if faults.is_empty() {
            Ok(Document {
                source,
                blocks,
                front_matter: outline.front_matter,
                links: outline.links,
                anchors: outline.anchors,
            })
        } else {
            Err(faults)
        }
    }

    /// The text of a range of the document.
    pub fn text(&self, span: &Range<usize>) -> &str {
        &self.source.text[span.clone()]
    }
}
