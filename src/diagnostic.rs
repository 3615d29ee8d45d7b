//! Messages about files that an author wrote: what is wrong, where, and the way out.
//!
//! A diagnostic knows its file and the bytes it is about; rendering it needs nothing else.
//! What goes wrong outside of such files is an `Error` of the room where it happens.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// So many bytes before and after a fault are shown at most.
const AROUND: usize = 2000;

/// A file as its author wrote it: the path that messages name, and the text.
#[derive(Debug)]
pub struct Source {
    /// The path as the user would type it.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// Where each line begins, once somebody has asked.
    starts: OnceLock<Vec<usize>>,
}

impl PartialEq for Source {
    fn eq(&self, other: &Source) -> bool {
        (&self.path, &self.text) == (&other.path, &other.text)
    }
}

impl Eq for Source {}

impl Source {
    /// Of a path and what is in its file.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Source {
        Source {
            path: path.into(),
            text: text.into(),
            starts: OnceLock::new(),
        }
    }

    /// The line of a byte, counted from 1.
    pub fn line(&self, byte: usize) -> usize {
        let starts = self.starts.get_or_init(|| {
            let ends = self.text.match_indices('\n');
            std::iter::once(0)
                .chain(ends.map(|(at, _)| at + 1))
                .collect()
        });
        starts.partition_point(|start| *start <= byte.min(self.text.len()))
    }
}

/// One fault of a document, an expectation file or the settings.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// A stable name in kebab-case, the same in every report.
    pub code: &'static str,
    /// What is wrong, in one lower-case sentence without a stop.
    pub message: String,
    /// The file.
    pub source: Arc<Source>,
    /// The bytes of the file that the message is about.
    pub span: Range<usize>,
    /// What stands beside the caret; may be empty.
    pub label: String,
    /// The way out.
    pub help: Option<String>,
    /// Nothing is wrong, and somebody may want to know.
    pub is_warning: bool,
}

impl Diagnostic {
    /// A fault at `span` of `source`.
    pub fn new(
        code: &'static str,
        source: &Arc<Source>,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic {
            code,
            message: message.into(),
            source: Arc::clone(source),
            span,
            label: String::new(),
            help: None,
            is_warning: false,
        }
    }

    /// The same, and nothing is wrong.
    #[must_use]
    pub fn warning(self) -> Diagnostic {
        Diagnostic {
            is_warning: true,
            ..self
        }
    }

    /// The same, with words beside the caret.
    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Diagnostic {
        Diagnostic {
            label: label.into(),
            ..self
        }
    }

    /// The same, with the way out.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Diagnostic {
        Diagnostic {
            help: Some(help.into()),
            ..self
        }
    }

    /// The message with its place and with colours.
    pub fn styled(&self) -> String {
        self.render(&Renderer::styled())
    }

    /// The message with its place, in the look of rustc; with colours if asked for.
    pub fn render(&self, renderer: &Renderer) -> String {
        // Only what is around it: a renderer that reads a whole long file, or a line without an end, for
        // each of many faults is slow.
        let text = &self.source.text;
        let start = floor_boundary(text, self.span.start);
        let end = floor_boundary(text, self.span.end).max(start);
        let end = floor_boundary(text, end.min(start + AROUND));
        let before = floor_boundary(text, start.saturating_sub(AROUND));
        let after = floor_boundary(text, end + AROUND);
        let first = text[before..start]
            .rfind('\n')
            .map_or(before, |i| before + i + 1);
        let last = text[end..after].find('\n').map_or(after, |i| end + i + 1);
        let snippet = Snippet::source(&text[first..last])
            .line_start(self.source.line(start))
            .path(self.source.path.as_str())
            .annotation(
                AnnotationKind::Primary
                    .span(start - first..end - first)
                    .label(self.label.as_str()),
            );
        let level = if self.is_warning {
            Level::WARNING
        } else {
            Level::ERROR
        };
        let main = level
            .primary_title(&self.message)
            .id(self.code)
            .element(snippet);
        let mut groups = vec![main];
        if let Some(help) = &self.help {
            groups.push(annotate_snippets::Group::with_title(
                Level::HELP.secondary_title(help.as_str()),
            ));
        }
        renderer.render(&groups)
    }
}

/// All of them, by file and place, each rendered; one blank line between two.
pub fn render_all(diagnostics: &mut [Diagnostic], renderer: &Renderer) -> String {
    diagnostics.sort_by(|a, b| (&a.source.path, a.span.start).cmp(&(&b.source.path, b.span.start)));
    let rendered: Vec<String> = diagnostics.iter().map(|d| d.render(renderer)).collect();
    rendered.join("\n\n")
}

fn floor_boundary(text: &str, byte: usize) -> usize {
    text.floor_char_boundary(byte.min(text.len()))
}

/// The closest of `known` to what was typed, if it is close enough to be meant.
pub fn did_you_mean<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let close = 1.max(typed.chars().count() / 3);
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(typed, word), word))
        .filter(|(distance, _)| *distance <= close)
        .min()
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_the_place_and_the_way_out() {
        let source = Arc::new(Source::new("a.md", "one\n```sh skp\n"));
        let diagnostic = Diagnostic::new("unknown-word", &source, 10..13, "unknown word `skp`")
            .label("no such setting")
            .help("did you mean `skip`?");
        let wanted = [
            "error[unknown-word]: unknown word `skp`",
            " --> a.md:2:7",
            "  |",
            "2 | ```sh skp",
            "  |       ^^^ no such setting",
            "  |",
            "help: did you mean `skip`?",
        ];
        assert_eq!(diagnostic.render(&Renderer::plain()), wanted.join("\n"));
    }

    #[test]
    fn a_guess_is_made_only_when_it_is_close() {
        assert_eq!(did_you_mean("skp", ["skip", "stream"]), Some("skip"));
        assert_eq!(
            did_you_mean("tiemout", ["timeout", "title"]),
            Some("timeout")
        );
        assert_eq!(did_you_mean("banana", ["skip", "manual"]), None);
    }
}
