//! What is known of a page as a whole before its blocks are read: whether it is for another system,
//! and which arms of its choices this reader does not take.

pub(super) mod labels;
pub(super) mod sections;
mod titles;

use std::sync::Arc;

use super::case::{Facts, NotTaken};
use super::fence::{self, Language};
use super::page::{Choice, Code, Item, Page};
use super::reader::{Reader, System};
use super::systems;
use crate::diagnostic::Source;

pub(super) fn of(source: &Arc<Source>, page: &Page, reader: &Reader) -> Facts {
    let text = source.text.as_str();
    Facts {
        other_system: other_system(text, page, reader),
        not_taken: not_taken(page, reader),
        sections: page
            .sections
            .iter()
            .map(|section| systems::of_heading(&section.title))
            .collect(),
        has_docker: is_about_docker(text),
        has_cluster: has_cluster(text, page),
    }
}

/// Whether the page works with Docker, and no more with a tool that stands in for it.
fn is_about_docker(text: &str) -> bool {
    let count = |word: &str| text.matches(word).count();
    text.contains("docker") && count("docker") >= count("podman")
}

/// Whether the page sets a cluster up, or is about nothing else.
fn has_cluster(text: &str, page: &Page) -> bool {
    let title = page
        .sections
        .iter()
        .find(|section| section.level == 1)
        .map(|section| section.title.to_lowercase())
        .unwrap_or_default();
    [
        "minikube start",
        "kind create cluster",
        "k3d cluster create",
        "k3s",
        "microk8s",
    ]
    .iter()
    .any(|words| text.contains(words))
        || ["kubernetes", "kubectl", "k8s", "helm"]
            .iter()
            .any(|word| title.contains(word))
}

/// The page's title in its front matter.
fn title_in_front<'t>(page: &Page, text: &'t str) -> Option<&'t str> {
    let front = page.front_matter.clone()?;
    text[front]
        .lines()
        .find_map(|line| line.strip_prefix("title:"))
}

/// The stretches of arms that are not taken, without those that stand in others.
fn not_taken(page: &Page, reader: &Reader) -> Vec<NotTaken> {
    let mut turns = 0;
    let mut arms = Vec::new();
    for choice in &page.choices {
        let turn = (ways_of(reader, choice) > 1).then(|| {
            turns += 1;
            turns - 1
        });
        let taken = reader.takes(choice, turn);
        for (arm, is_taken) in choice.arms.iter().zip(taken) {
            if !is_taken {
                arms.push(NotTaken {
                    span: arm.span.clone(),
                    named: arm.named.clone(),
                    label: arm.label.clone(),
                });
            }
        }
    }
    arms.sort_by_key(|arm| (arm.span.start, std::cmp::Reverse(arm.span.end)));
    let mut end = 0;
    arms.retain(|arm| {
        let is_outer = arm.span.end > end;
        end = end.max(arm.span.end);
        is_outer
    });
    arms
}

/// How many ways a choice leaves to a reader's taste.
fn ways_of(reader: &Reader, choice: &Choice) -> usize {
    if choice.form == super::page::Form::Versions {
        return 1;
    }
    if reader.picked(choice, &reader.could_take(choice)).is_some() {
        return 1;
    }
    let mut labels: Vec<&str> = reader
        .could_take(choice)
        .into_iter()
        .map(|arm| choice.arms[arm].label.as_str())
        .collect();
    labels.sort_unstable();
    labels.dedup();
    labels.len()
}

/// A choice that is left to a reader's taste.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ways {
    /// The labels of what this reader could take.
    pub labels: Vec<String>,
    /// The choice in an arm of which it stands, by its number in the list, and the number of the label.
    pub within: Option<(usize, usize)>,
}

/// Each choice that is left to taste, in the order of the page.
pub(super) fn ways(page: &Page, reader: &Reader) -> Vec<Ways> {
    let choices: Vec<&Choice> = page
        .choices
        .iter()
        .filter(|choice| ways_of(reader, choice) > 1)
        .collect();
    let labels: Vec<Vec<String>> = choices
        .iter()
        .map(|choice| {
            let mut labels: Vec<String> = Vec::new();
            for arm in reader.could_take(choice) {
                let label = &choice.arms[arm].label;
                if !labels.contains(label) {
                    labels.push(label.clone());
                }
            }
            labels
        })
        .collect();
    let within = |inner: &Choice| {
        let at = inner.arms.first()?.named.start;
        let around = choices.iter().enumerate().flat_map(|(number, choice)| {
            let arms = choice.arms.iter().filter(|arm| arm.span.contains(&at));
            arms.map(move |arm| (number, arm))
        });
        let (number, arm) = around
            .filter(|(number, _)| !std::ptr::eq(choices[*number], inner))
            .min_by_key(|(_, arm)| arm.span.len())?;
        let label = labels[number]
            .iter()
            .position(|label| *label == arm.label)?;
        Some((number, label))
    };
    let within: Vec<_> = choices.iter().map(|choice| within(choice)).collect();
    labels
        .into_iter()
        .zip(within)
        .map(|(labels, within)| Ways { labels, within })
        .collect()
}

/// Whether the page is for another system as a whole: by its title, or by what its blocks hold where
/// nothing on it is for this reader.
fn other_system(
    text: &str,
    page: &Page,
    reader: &Reader,
) -> Option<(std::ops::Range<usize>, String)> {
    if reader.system == System::Windows {
        return None;
    }
    let title = page.sections.iter().find(|section| section.level > 0)?;
    let named = systems::of_heading(&title.title);
    let is_only_section = page
        .sections
        .iter()
        .filter(|section| section.level == title.level)
        .count()
        <= 2
        && title.level == 1;
    if (title.level == 1 || is_only_section)
        && let Some(others) = reader.others(named)
    {
        return Some((title.span.clone(), format!("the page is for {others}")));
    }
    if let Some(front) = &page.front_matter {
        let named = title_in_front(page, text)
            .map(systems::of_heading)
            .unwrap_or_default();
        if let Some(others) = reader.others(named) {
            return Some((front.clone(), format!("the page is for {others}")));
        }
    }
    if !page.choices.is_empty()
        || page
            .sections
            .iter()
            .any(|section| reader.is_for(systems::of_heading(&section.title)))
    {
        return None;
    }
    let blocks: Vec<&Code> = page
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Code(code) => Some(code),
            _ => None,
        })
        .collect();
    let lines = |code: &Code| {
        code.lines
            .iter()
            .map(|line| &text[line.clone()])
            .collect::<Vec<_>>()
    };
    let is_other = |code: &&&Code| {
        let language = fence::kind(fence::name(&text[code.info.clone()]));
        let lines = lines(code);
        language == Language::OtherSystem && !systems::is_plain_docker(&lines)
            || systems::sign_of_windows(&lines).is_some()
            || lines.iter().any(|line| {
                line.starts_with("PS ")
                    || line.contains("powershell")
                    || line.starts_with('$') && line.contains("='")
            })
    };
    let is_shell = |code: &&&Code| {
        let name = fence::name(&text[code.info.clone()]);
        matches!(name, "bash" | "sh" | "zsh")
            || lines(code)
                .iter()
                .any(|line| line.starts_with("$ ") || line.contains("sudo "))
    };
    let others = blocks.iter().filter(is_other).count();
    let shells = blocks.iter().filter(is_shell).count();
    let first = blocks.iter().find(is_other)?;
    (others >= 3 && others * 6 >= blocks.len() && shells == 0).then(|| {
        (
            first.span.clone(),
            format!(
                "the page is for Windows, by {others} of its blocks; you read for {}",
                reader.system.word()
            ),
        )
    })
}
