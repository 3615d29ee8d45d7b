//! What a build tells of.

use std::borrow::Cow;

use crate::matching::profile::{Line, all};

/// An instruction with its output, a tag, or an error.
#[derive(Debug)]
pub(super) struct Fact<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) number: usize,
    /// The stage of the Dockerfile and the place in it, where that is told.
    pub(super) place: Option<(&'a str, usize)>,
    pub(super) is_cached: bool,
    pub(super) output: Vec<Line<'a>>,
}

impl<'a> Fact<'a> {
    pub(super) fn of(text: impl Into<Cow<'a, str>>, number: usize) -> Fact<'a> {
        Fact {
            text: text.into(),
            number,
            place: None,
            is_cached: false,
            output: Vec::new(),
        }
    }
}

pub(super) fn borrowed(text: &str) -> impl Iterator<Item = (&str, usize)> {
    all(text).into_iter().filter_map(|line| match line.text {
        Cow::Borrowed(content) => Some((content, line.number)),
        Cow::Owned(_) => None,
    })
}

/// `docker.io/library/demo` and `demo:latest` are one tag.
pub(super) fn full_tag(tag: &str) -> String {
    let tag = tag
        .trim_start_matches("docker.io/")
        .trim_start_matches("library/");
    let last = tag.rsplit('/').next().unwrap_or(tag);
    if last.contains(':') {
        tag.to_owned()
    } else {
        format!("{tag}:latest")
    }
}

pub(super) fn one_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
