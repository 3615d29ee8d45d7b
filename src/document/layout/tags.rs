//! What stands in the tags of a site.

/// The value of the first of these attributes that a tag has.
pub(super) fn attribute(tag: &str, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        tag.match_indices(name).find_map(|(at, _)| {
            let is_start = at == 0 || tag[..at].ends_with([' ', '\t', ',', '{']);
            let rest = tag[at + name.len()..]
                .trim_start()
                .strip_prefix('=')?
                .trim_start();
            let rest = rest.strip_prefix('{').unwrap_or(rest);
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let value = rest[1..].split(quote).next()?;
            is_start.then(|| value.to_owned())
        })
    })
}

/// The first thing in quotes.
pub(super) fn quoted(text: &str) -> Option<String> {
    let start = text.find(['"', '\''])?;
    let quote = text[start..].chars().next()?;
    text[start + 1..].split(quote).next().map(str::to_owned)
}

pub(super) fn inner_of_shortcode(line: &str) -> Option<&str> {
    [("{{<", ">}}"), ("{{%", "%}}"), ("{%-", "-%}"), ("{%", "%}")]
        .iter()
        .find_map(|(open, close)| Some(line.strip_prefix(open)?.strip_suffix(close)?.trim()))
}
