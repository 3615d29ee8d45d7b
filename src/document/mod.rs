//! Markdown text → blocks with roles, each with the reason for it.
//!
//! Pure: a text in, a [`Document`] or all of its faults out. This room knows Markdown, prompts,
//! attributes and the grammar of bash; it knows nothing of expectations or of running.

mod attributes;
mod block;
mod case;
mod change;
mod desk;
mod directive;
mod evidence;
mod facts;
mod fence;
mod file;
mod key;
mod layout;
mod markdown;
mod page;
mod place;
mod placeholder;
mod prompt;
mod reader;
mod reading;
mod role;
mod rules;
mod session;
mod spoken;
mod systems;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

pub use attributes::{
    Alive, BlockSettings, Exit, MEANINGS, Meaning, Retry, SCREEN, Stream, Takes, WORDS, Wait, Word,
    duration as parse_duration,
};
pub use block::{
    Block, Change, Command, Hidden, Keys, Part, Place, Ruling, Shown, Undone, UndoneKind,
};
pub use desk::END_OF_INPUT;
pub use facts::Ways;
pub use key::answers_shown;
pub use markdown::{Fenced, Heading, rendered};
pub use place::Lines;
pub use placeholder::{Filled, Stands, fill, fill_known, loosen, stands_for, variable_name};
pub use prompt::without_environment;
pub use reader::{Reader, System};
pub use role::Role;
pub use rules::{Explained, all as rules};

use crate::diagnostic::{Diagnostic, Source};

/// The bytes of a page's YAML front matter, without the rules around it.
pub fn front_matter(text: &str) -> Option<Range<usize>> {
    let after = text
        .strip_prefix("---\n")
        .or_else(|| text.strip_prefix("---\r\n"))?;
    let start = text.len() - after.len();
    let mut at = start;
    for line in after.split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some(start..at);
        }
        at += line.len();
    }
    None
}

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
    /// The choices that are left to this reader's taste.
    pub ways: Vec<Ways>,
    /// Lines of text without any markup that are commands; nothing types them, unless `bare: true`.
    pub bare: Vec<Range<usize>>,
    /// The page is for another system as a whole, and why.
    pub other_page: Option<String>,
}

impl Document {
    /// Reads a document, or says everything that is wrong with it.
    pub fn parse(
        path: impl Into<String>,
        text: String,
        reader: &Reader,
    ) -> Result<Document, Vec<Diagnostic>> {
        let source = Arc::new(Source::new(path.into(), text));
        let mut faults = Vec::new();
        let mut page = markdown::page(&source, &mut faults);
        page.choices
            .extend(facts::sections::choices(&page, &source.text));
        let labelled = facts::labels::choices(&page, &source.text);
        page.choices.extend(labelled);
        let blocks = reading::read(&source, &page, reader, &mut faults);
        let other_page = blocks
            .iter()
            .filter_map(|block| block.ruling.undone.as_ref())
            .find(|undone| undone.rule == "other-page")
            .map(|undone| undone.reason.clone());
        if faults.is_empty() {
            Ok(Document {
                source,
                blocks,
                bare: spoken::bare_lines(&page),
                ways: facts::ways(&page, reader),
                front_matter: page.front_matter,
                links: page.links,
                anchors: page.anchors,
                other_page,
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
