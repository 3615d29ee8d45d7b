//! Editions of a page between the tags of a template: `{% if version == "2" %}`.

use std::collections::BTreeSet;

use super::mark::{Close, Mark, What, container};
use super::tags::inner_of_shortcode;
use crate::document::page::Form;

/// Names of pairs of Liquid tags that show two editions of a page: `{% shopce %} … {% endshopce %}` and
/// `{% shopee %} … {% endshopee %}`, known by what they have in common.
pub(super) fn editions(source: &str) -> BTreeSet<String> {
    if !source.contains("{% end") {
        return BTreeSet::new();
    }
    let tags: BTreeSet<&str> = source
        .lines()
        .filter_map(|line| inner_of_shortcode(line.trim()))
        .filter(|inner| inner.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
        .collect();
    let pairs: Vec<&str> = tags
        .iter()
        .copied()
        .filter(|name| tags.contains(format!("end{name}").as_str()))
        .collect();
    let are_kin = |one: &str, other: &str| {
        let common = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b);
        let common = common.count();
        one != other && common >= 3 && one.len().max(other.len()) <= common + 3
    };
    pairs
        .iter()
        .filter(|name| pairs.iter().any(|other| are_kin(name, other)))
        .map(|name| (*name).to_owned())
        .collect()
}

/// The edition that a line begins, of those that the page has.
pub(super) fn edition(line: &str, editions: &BTreeSet<String>) -> Option<Mark> {
    if editions.is_empty() {
        return None;
    }
    let name = editions.get(inner_of_shortcode(line)?)?;
    container(
        What::Arm(Form::Zones, name.clone()),
        Close::Shortcode(name.clone()),
    )
}
