//! Marks that are tags of HTML or of components: `<TabItem>`, `<details>`, `<div class="note">`.

use super::mark::{Close, Mark, What, container};
use super::tags::attribute;
use crate::document::page::Form;

/// MDX and HTML: `<TabItem value="linux">`, `<Tab title="macOS">`, `<section data-scope="windows">`.
pub(super) fn tag(line: &str) -> Option<Mark> {
    let rest = line.strip_prefix('<')?;
    let name = rest
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-'))
        .next()?;
    let close = Close::Tag(name.to_owned());
    let closed_here = line.contains(&format!("</{name}>")) || line.ends_with("/>");
    match name {
        "Tabs" | "TabGroup" | "TabbedContent" | "OsTabs" | "InstallTabs" | "PackageManagerTabs"
        | "tabs" | "toggle"
            if !closed_here =>
        {
            container(What::Group, close)
        }
        "TabItem" | "Tab" | "TabPanel" | "TabsItem" | "TabContent" | "Tabs.Tab" | "tab"
        | "tab-item"
            if !closed_here =>
        {
            let label = attribute(line, &["label", "title", "value", "name"]).unwrap_or_default();
            container(What::Arm(Form::Tabs, label), close)
        }
        "CodeGroup" | "CodeTabs" | "CodeBlockTabs" if !closed_here => {
            container(What::Fences, close)
        }
        "Danger" | "Warning" | "Note" | "Tip" | "Info" | "Caution" | "Admonition" | "Callout"
        | "Aside" | "Accordion" | "Card" | "Frame" | "Steps" | "Step" | "Columns"
        | "AccordionGroup" | "Prerequisites"
            if !closed_here =>
        {
            let kind = attribute(line, &["type", "kind"]).unwrap_or_else(|| name.to_owned());
            let title = attribute(line, &["title"]).unwrap_or_default();
            if name == "Accordion" && names_choice(&title) {
                return container(What::Arm(Form::Tabs, title), close);
            }
            container(What::Box(kind.to_lowercase(), title), close)
        }
        "details" if !closed_here => {
            let title = line
                .split("<summary>")
                .nth(1)
                .map(|rest| plain(rest.split("</summary>").next().unwrap_or(rest)));
            Some(details(title, close))
        }
        "aside" if !closed_here => Some(Mark {
            what: What::Box(kind_of_class(line), String::new()),
            close,
            keeps_line: true,
        }),
        "section" | "div" if !closed_here => {
            let scope = attribute(
                line,
                &[
                    "data-scope",
                    "data-os",
                    "data-platform",
                    "data-tab",
                    "data-tab-name",
                ],
            )?;
            Some(Mark {
                what: What::Arm(Form::Zones, scope),
                close,
                keeps_line: !line.contains("markdown"),
            })
        }
        _ => None,
    }
}

/// The last word of a tag's class: `note warning`.
fn kind_of_class(line: &str) -> String {
    let class = attribute(line, &["class"]).unwrap_or_default();
    class
        .split_whitespace()
        .next_back()
        .unwrap_or("note")
        .to_lowercase()
}

/// The title of a box that is a heading in HTML: `<h1>Apple Silicon</h1>`.
pub(super) fn html_heading(line: &str) -> Option<String> {
    let rest = line.strip_prefix("<h")?;
    let is_heading = rest.starts_with(|c: char| c.is_ascii_digit()) && line.contains("</h");
    is_heading.then(|| plain(line))
}

pub(super) fn details(title: Option<String>, close: Close) -> Mark {
    let what = match title {
        Some(title) if names_choice(&title) => What::Arm(Form::Tabs, title),
        Some(title) => What::Box("details".to_owned(), title),
        None => What::Box("details".to_owned(), String::new()),
    };
    Mark {
        what,
        close,
        keeps_line: true,
    }
}

/// A title that says for whom: a system, and not a question about one.
pub(super) fn names_choice(title: &str) -> bool {
    title.split_whitespace().count() <= 6
        && !title.ends_with('?')
        && super::super::systems::named(title) != super::super::systems::Named::default()
}

/// A text without tags.
fn plain(html: &str) -> String {
    let mut plain = String::new();
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c if !in_tag => plain.push(c),
            _ => {}
        }
    }
    plain.trim().to_owned()
}
