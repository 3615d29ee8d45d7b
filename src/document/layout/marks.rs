//! The dialects: which line begins a tab, a zone, a box, and which one ends it.

use super::fences::{closes_fence, opens_fence};
use super::html::{names_choice, tag};
use super::mark::{Close, Mark, What, container};
use super::tags::{attribute, inner_of_shortcode, quoted};
use crate::document::page::Form;

/// Whether a page may have any of them, at a glance.
pub(super) fn may_have_any(text: &str) -> bool {
    const SIGNS: &[&str] = &[
        "% tutcheck",
        "%tutcheck",
        "=== ",
        "===!",
        "===+",
        "!!! ",
        "??? ",
        "???+",
        "/// ",
        "<Tab",
        "<tab",
        "<CodeGroup",
        "<CodeTabs",
        "{{<",
        "{{%",
        "{%",
        "#tab/",
        ":::",
        "{tab",
        "````{",
        "{/*",
        "<details",
        "<section",
        "<div",
        "[!CAUTION]",
        "[!DANGER]",
        "[!WARNING]",
        "> **",
        "```{{",
        "~~~{{",
        "<Step",
        "<Warning",
        "<Danger",
        "<Accordion",
        "<Aside",
        "<aside",
    ];
    SIGNS.iter().any(|sign| text.contains(sign))
}

/// A comment of MDX or `MyST` that is addressed to us.
pub(super) fn is_ours(line: &str) -> bool {
    let inner = line.strip_prefix("{/*").or_else(|| line.strip_prefix('%'));
    inner.is_some_and(|inner| inner.trim_start().starts_with("tutcheck"))
}

/// What a line begins, if anything.
pub(super) fn mark(line: &str) -> Option<Mark> {
    indented(line)
        .or_else(|| slashes(line))
        .or_else(|| tag(line))
        .or_else(|| shortcode(line))
        .or_else(|| colons(line))
        .or_else(|| directive(line))
        .or_else(|| tab_heading(line))
        .or_else(|| alert(line))
}

/// `MkDocs`: `=== "Linux"`, `!!! danger "Careful"`, `??? note`.
fn indented(line: &str) -> Option<Mark> {
    for sign in ["===+ ", "===! ", "=== "] {
        if let Some(rest) = line.strip_prefix(sign) {
            let label = quoted(rest).filter(|_| rest.trim_start().starts_with(['"', '\'']))?;
            return container(What::Arm(Form::Tabs, label), Close::Dedent);
        }
    }
    for sign in ["!!! ", "???+ ", "??? "] {
        if let Some(rest) = line.strip_prefix(sign) {
            let kind = rest
                .split([' ', '"'])
                .next()
                .unwrap_or_default()
                .to_lowercase();
            return container(
                What::Box(kind, quoted(rest).unwrap_or_default()),
                Close::Dedent,
            );
        }
    }
    None
}

/// pymdownx blocks: `/// tab | Linux`.
fn slashes(line: &str) -> Option<Mark> {
    let length = line.len() - line.trim_start_matches('/').len();
    let rest = line[length..].trim();
    if length < 3 || rest.is_empty() || !line[length..].starts_with(' ') {
        return None;
    }
    let (kind, title) = rest.split_once('|').unwrap_or((rest, ""));
    let (kind, title) = (kind.trim().to_lowercase(), title.trim().to_owned());
    let what = if kind == "tab" {
        What::Arm(Form::Tabs, title)
    } else {
        What::Box(kind, title)
    };
    container(what, Close::Slashes(length))
}

/// Hugo and Liquid: `{{< tab name="Linux" >}}`, `{{% linuxtab %}}`, `{% tab title="Linux" %}`.
fn shortcode(line: &str) -> Option<Mark> {
    let inner = inner_of_shortcode(line)?;
    let (name, rest) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
    if name.starts_with('/') || name.starts_with("end") || inner.ends_with('/') {
        return None;
    }
    let close = Close::Shortcode(name.to_owned());
    let label = || {
        attribute(
            rest,
            &["name", "title", "header", "label", "tabName", "text"],
        )
        .or_else(|| quoted(rest))
        .unwrap_or_else(|| {
            rest.split_whitespace()
                .last()
                .unwrap_or_default()
                .to_owned()
        })
    };
    match name {
        "tabs" | "tabpane" | "tab-set" | "tabbed" | "tabgroup" | "nav-tabs" | "navtabs" => {
            container(What::Group, close)
        }
        "tab" | "tab-item" | "navtab" | "tabitem" => {
            container(What::Arm(Form::Tabs, label()), close)
        }
        "code-group" | "codetabs" | "code-tabs" => container(What::Fences, close),
        "danger" | "warning" | "caution" | "note" | "tip" | "important" | "notice" | "callout"
        | "alert" | "admonition" | "hint" | "details" | "expand" | "accordion" => {
            let kind = attribute(rest, &["type", "style", "color"])
                .or_else(|| quoted(rest))
                .or_else(|| rest.split_whitespace().next().map(str::to_owned))
                .filter(|_| matches!(name, "notice" | "callout" | "alert" | "admonition" | "hint"))
                .unwrap_or_else(|| name.to_owned());
            let title = attribute(rest, &["title", "summary"])
                .or_else(|| quoted(rest))
                .unwrap_or_default();
            container(What::Box(kind.to_lowercase(), title), close)
        }
        _ => {
            // A pair that is named for what it is about: `linuxtab`, `windowstab`.
            let about = name
                .strip_suffix("tab")
                .or_else(|| name.strip_suffix("-tab"))?;
            container(What::Arm(Form::Zones, about.to_owned()), close)
        }
    }
}

/// `::: zone pivot="bash"`, `::: code-group`, `:::danger`, `:::{tab-item} Linux`, `::: tab Linux`.
fn colons(line: &str) -> Option<Mark> {
    let length = line.len() - line.trim_start_matches(':').len();
    let rest = line[length..].trim();
    if length < 3 || rest.is_empty() {
        return None;
    }
    let rest = rest.trim_end_matches(':').trim_end();
    let word = rest.split([' ', '[', '"']).next().unwrap_or_default();
    let title = rest[word.len()..]
        .trim()
        .trim_matches(['[', ']'])
        .to_owned();
    let close = Close::Colons(length, None);
    match word.trim_matches(['{', '}', '.']).to_lowercase().as_str() {
        "zone" => container(
            What::Arm(Form::Zones, attribute(rest, &["pivot", "target"])?),
            Close::Colons(length, Some("zone-end")),
        ),
        "moniker" => container(
            What::Arm(Form::Versions, attribute(rest, &["range"])?),
            Close::Colons(length, Some("moniker-end")),
        ),
        "zone-end" | "moniker-end" => None,
        "code-group" | "code-tabs" => container(What::Fences, close),
        "tabs" | "tab-set" | "group-tab" | "tabbed" | "panel-tabset" => {
            container(What::Group, close)
        }
        "tab" | "tab-item" => container(What::Arm(Form::Tabs, title), close),
        kind => container(What::Box(kind.to_owned(), title), close),
    }
}

/// `MyST` with fences: four backticks and `{tab-item} Linux`.
fn directive(line: &str) -> Option<Mark> {
    let (mark, length) = opens_fence(line)?;
    let rest = line.trim_start_matches(char::from(mark)).trim();
    let name = rest.strip_prefix('{')?.split('}').next()?;
    let label = rest
        .split_once('}')
        .map(|(_, label)| label.trim().to_owned())
        .unwrap_or_default();
    let close = Close::Fence(mark, length);
    match name {
        "tab-set" | "tabs" => container(What::Group, close),
        "tab-item" | "tab" | "tabbed" => container(What::Arm(Form::Tabs, label), close),
        "tab-set-code" => container(What::Fences, close),
        // A longer fence holds blocks.
        "note" | "tip" | "hint" | "important" | "warning" | "caution" | "danger" | "attention"
        | "admonition" | "dropdown" | "seealso"
            if length > 3 =>
        {
            let what = if names_choice(&label) {
                What::Arm(Form::Tabs, label)
            } else {
                What::Box(name.to_owned(), label)
            };
            container(what, close)
        }
        _ => None,
    }
}

/// Microsoft Learn: `# [Linux](#tab/linux)`.
fn tab_heading(line: &str) -> Option<Mark> {
    let rest = line.strip_prefix('#')?.trim_start_matches('#').trim_start();
    let (label, target) = rest.strip_prefix('[')?.split_once("](#tab/")?;
    if !target.ends_with(')') {
        return None;
    }
    container(
        What::Arm(Form::Tabs, label.trim_matches(['*', '`']).to_owned()),
        Close::Rule,
    )
}

/// GitHub: `> [!CAUTION]`.
fn alert(line: &str) -> Option<Mark> {
    let text = line.trim_start_matches(['>', ' ']);
    let kind = match text
        .strip_prefix("[!")
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(kind) => kind.to_lowercase(),
        // `> **Warning**`, as GitHub had it before.
        None => {
            let rest = text.strip_prefix("**")?;
            let word = rest
                .split(['*', ':', '!'])
                .next()
                .unwrap_or_default()
                .trim()
                .to_lowercase();
            match word.as_str() {
                "warning" | "warnung" | "achtung" | "attention" | "advertencia" | "atención"
                | "atenção" | "aviso" => "warning".to_owned(),
                "danger" | "caution" | "gefahr" | "peligro" | "perigo" => "danger".to_owned(),
                _ => return None,
            }
        }
    };
    let is_quoted = line.starts_with('>') && kind.chars().all(|c| c.is_ascii_alphabetic());
    is_quoted.then(|| Mark {
        what: What::Box(kind, String::new()),
        close: Close::NotQuoted,
        keeps_line: true,
    })
}

/// Whether a line ends a container that is closed like this.
pub(super) fn closes(close: &Close, line: &str) -> bool {
    match close {
        Close::Dedent => false,
        Close::Tag(name) => line
            .strip_prefix("</")
            .and_then(|rest| rest.strip_prefix(name.as_str()))
            .is_some_and(|rest| rest.trim_start().starts_with('>')),
        Close::Shortcode(name) => inner_of_shortcode(line).is_some_and(|inner| {
            inner.strip_prefix('/').map(str::trim) == Some(name)
                || inner.strip_prefix("end") == Some(name)
        }),
        Close::Colons(length, None) => {
            line.len() == *length && line.bytes().all(|byte| byte == b':')
        }
        Close::Colons(_, Some(word)) => {
            line.starts_with(":::")
                && line.trim_start_matches(':').trim().trim_end_matches(':') == *word
        }
        Close::Slashes(length) => line.len() == *length && line.bytes().all(|byte| byte == b'/'),
        Close::Fence(mark, length) => closes_fence(line, *mark, *length),
        Close::Rule => {
            let marks: String = line.chars().filter(|c| !c.is_whitespace()).collect();
            marks.len() >= 3
                && ['-', '*', '_']
                    .iter()
                    .any(|mark| marks.chars().all(|c| c == *mark))
        }
        Close::NotQuoted => !line.starts_with('>'),
    }
}

/// A line that is one tag of a template and nothing to read: `{% raw %}`, `{{< /step >}}`, `</Tabs>`,
/// `<Steps>`, an import of MDX.
pub(super) fn is_tag_alone(line: &str) -> bool {
    let is_component = line
        .strip_prefix("</")
        .or_else(|| line.strip_prefix('<'))
        .is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_uppercase()) && line.ends_with('>')
        });
    inner_of_shortcode(line).is_some() || is_component
}

/// A line between two arms that does not part them.
pub(super) fn is_aside(line: &str) -> bool {
    line.starts_with("<!--") || is_tag_alone(line)
}
