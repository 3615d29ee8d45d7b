//! YAML, read with places and written canonically. The only place that names `serde_yaml`.

mod bounds;

use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::diagnostic::{Diagnostic, Source};

/// Reads the YAML that stands in `span` of a file.
pub fn read<T: DeserializeOwned>(
    source: &Arc<Source>,
    span: Range<usize>,
) -> Result<T, Diagnostic> {
    let text = &source.text[span.clone()];
    if let Some((at, why)) = bounds::exceeded(text) {
        let place = line_at(text, at);
        let place = span.start + place.start..span.start + place.end;
        let way_out = "write the values out, and less deep";
        return Err(Diagnostic::new("bad-yaml", source, place, why).help(way_out));
    }
    serde_yaml::from_str(text).map_err(|error| {
        let message = error.to_string();
        // For a key that stands twice, the parser's place is the start of the mapping.
        let place = repeated_key(text, &message)
            .or_else(|| {
                error
                    .location()
                    .map(|location| line_at(text, location.index()))
            })
            .unwrap_or(0..0);
        let message = message
            .split(" at line ")
            .next()
            .unwrap_or_default()
            .to_owned();
        Diagnostic::new(
            "bad-yaml",
            source,
            span.start + place.start..span.start + place.end,
            message,
        )
    })
}

/// Writes a value; the same value always gives the same text.
pub fn write(value: &impl Serialize) -> String {
    serde_yaml::to_string(value).expect("the values that are written have only strings as keys")
}

fn line_at(text: &str, index: usize) -> Range<usize> {
    let index = text.floor_char_boundary(index.min(text.len()));
    let start = text[..index].rfind('\n').map_or(0, |i| i + 1);
    let end = text[index..].find('\n').map_or(text.len(), |i| index + i);
    let indent = text[start..end].len() - text[start..end].trim_start().len();
    start + indent..end
}

/// The second line with the key of a "duplicate field" message in one mapping.
fn repeated_key(text: &str, message: &str) -> Option<Range<usize>> {
    let key = message
        .split("duplicate field `")
        .nth(1)?
        .split('`')
        .next()?;
    let mut seen_at: Option<usize> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches("- ").trim_start();
        let indent = line.len() - content.len();
        if line.starts_with("- ") {
            seen_at = None;
        }
        if content
            .strip_prefix(key)
            .is_some_and(|rest| rest.starts_with(':'))
        {
            if seen_at == Some(indent) {
                return Some(start + indent..start + line.trim_end().len());
            }
            seen_at = Some(indent);
        }
        start += line.len();
    }
    None
}
