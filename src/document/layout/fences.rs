//! Fences of code blocks, as far as the marks of a site need to know them.

use super::tags::{attribute, inner_of_shortcode};

/// The mark and length of a fence that a line opens.
pub(super) fn opens_fence(line: &str) -> Option<(u8, usize)> {
    let line = line.trim_start_matches(['>', ' ']);
    let line = line
        .strip_prefix("- ")
        .or_else(|| line.strip_prefix("* "))
        .unwrap_or(line)
        .trim_start();
    let mark = *line
        .as_bytes()
        .first()
        .filter(|byte| matches!(byte, b'`' | b'~'))?;
    let length = line.bytes().take_while(|byte| *byte == mark).count();
    let info = &line[length..];
    (length >= 3 && !(mark == b'`' && info.contains('`'))).then_some((mark, length))
}

pub(super) fn closes_fence(line: &str, mark: u8, length: usize) -> bool {
    let line = line.trim_start_matches(['>', ' ']);
    line.len() >= length && line.bytes().all(|byte| byte == mark)
}

/// Where a line that closes a fence ends, if a tag of a template stands behind it, as in Katacoda.
pub(super) fn tag_behind_fence(line: &str, mark: u8, length: usize) -> Option<usize> {
    let start = line.find(char::from(mark))?;
    let rest = line[start..].trim_start_matches(char::from(mark));
    let end = line.len() - rest.len();
    let is_closed = line[..start].trim().is_empty() && end - start >= length;
    (is_closed && rest.starts_with("{{") && rest.trim_end().ends_with("}}")).then_some(end)
}

/// What stands behind the language of a code block in a group of them: `[npm]`, `npm`, `title="npm"`.
pub(super) fn title_of_fence(line: &str) -> String {
    let info = line.trim_start_matches(['`', '~', ' ']);
    if let Some((_, rest)) = info.split_once('[') {
        return rest.split(']').next().unwrap_or_default().to_owned();
    }
    if let Some(title) = attribute(info, &["title", "label", "name", "filename"]) {
        return title;
    }
    let mut words = info.splitn(2, char::is_whitespace);
    let language = words.next().unwrap_or_default();
    let title = words.next().unwrap_or_default().trim();
    if title.is_empty() {
        language.to_owned()
    } else {
        title.to_owned()
    }
}

/// The fence that a tag of Jekyll or Hugo means: `{% highlight bash %}`, `{{< highlight bash >}}`.
pub(super) fn highlighted(line: &str) -> Option<String> {
    let inner = inner_of_shortcode(line)?;
    let mut words = inner.split_whitespace();
    match words.next()? {
        "endhighlight" | "/highlight" => Some("~~~".to_owned()),
        "highlight" => {
            let language = words.next().unwrap_or_default().trim_matches(['"', '\'']);
            Some(format!("~~~ {language}"))
        }
        _ => None,
    }
}
