//! Recorded expectations: one YAML file per document, written by the tool, read by people.

mod renewal;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Source};
use crate::identity::Known;
use crate::matching::{self, Spot, Varying};
use crate::yaml;

pub use renewal::{join, renew};

const HEADING: &str =
    "# Recorded by tutcheck; review it like code. `tutcheck record` rewrites it.\n";

/// What is on disk for one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a recording with `tutcheck:`, `document:` and `steps:`"
)]
pub struct Expectations {
    /// The version of the format: 1.
    pub tutcheck: u32,
    /// The path of the document below the project root.
    pub document: String,
    /// The daemon that was there, if one was needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Conditions>,
    /// How long its steps take, roughly, where that is long: by this, machines share pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// The digests of the images that were used.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub images: BTreeMap<String, String>,
    /// The steps, in the order of the document.
    #[serde(default)]
    pub steps: Vec<Recorded>,
}

/// The daemon that a recording was made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// Its version.
    pub engine: String,
    /// `buildkit` or `legacy`.
    pub builder: String,
    /// `linux/amd64`.
    pub platform: String,
}

/// What a step did when it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The key of the step.
    pub step: String,
    /// The command, as the document has it.
    pub run: String,
    /// The exit status.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub exit: i32,
    /// Which words of the output are identifiers, and of what.
    #[serde(default, skip_serializing_if = "Known::is_empty")]
    pub ids: Known,
    /// What was really printed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub output: String,
    /// Words of the output that differ from play to play.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub varies: Vec<Spot>,
}

impl Recorded {
    /// The same with lines of its output left out: what is said of the others stays.
    #[must_use]
    pub fn with_output(self, output: String) -> Recorded {
        let mut ids = self.ids.clone();
        ids.retain(|word, _| output.contains(word.as_str()));
        Recorded {
            ids,
            varies: renewal::carried(&self, &output),
            output,
            ..self
        }
    }

    /// Its words that differ from play to play, by their places in the output.
    pub fn varying(&self) -> Vec<Varying> {
        matching::placed(&self.output, &self.varies)
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes the field by reference"
)]
fn is_zero(status: &i32) -> bool {
    *status == 0
}

impl Expectations {
    /// None yet for a document.
    pub fn none(document: &str) -> Expectations {
        Expectations {
            tutcheck: 1,
            document: document.to_owned(),
            recorded: None,
            seconds: None,
            images: BTreeMap::new(),
            steps: Vec::new(),
        }
    }

    /// Reads a file, or says what is wrong with it.
    pub fn read(source: &Arc<Source>) -> Result<Expectations, Diagnostic> {
        let read: Expectations = yaml::read(source, 0..source.text.len()).map_err(|fault| {
            fault.help("mend it, or remove the file and write it anew with `tutcheck record`")
        })?;
        if read.tutcheck != 1 {
            let place = source.text.find("tutcheck:").unwrap_or(0);
            let message = format!("recordings of version {} are not understood", read.tutcheck);
            return Err(
                Diagnostic::new("bad-version", source, place..place + 9, message)
                    .help("this tutcheck reads version 1; a newer one may have written it"),
            );
        }
        let mut keys = std::collections::BTreeSet::new();
        for (index, step) in read.steps.iter().enumerate() {
            if !keys.insert(&step.step) {
                let place = places(source)
                    .into_iter()
                    .nth(index)
                    .map_or(0..0, |place| place.span);
                return Err(Diagnostic::new(
                    "duplicate-step",
                    source,
                    place,
                    format!("the step `{}` is recorded twice", step.step),
                ));
            }
        }
        Ok(read)
    }

    /// The text of the file; `write(read(x)) == x` for what the tool has written.
    pub fn write(&self) -> String {
        format!("{HEADING}{}", yaml::write(self))
    }
}

/// Where a recorded step begins in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedAt {
    /// The bytes of its first line.
    pub span: Range<usize>,
    /// That line, counted from 1.
    pub line: usize,
}

/// Where each recorded step begins, in order.
pub fn places(source: &Source) -> Vec<RecordedAt> {
    let mut places = Vec::new();
    let mut start = 0;
    for (index, line) in source.text.split_inclusive('\n').enumerate() {
        if line.starts_with("- ") {
            places.push(RecordedAt {
                span: start..start + line.trim_end().len(),
                line: index + 1,
            });
        }
        start += line.len();
    }
    places
}

/// The bytes of each line of a recorded output in its file. Where it stands on one line, as a text in
/// quotes does, one range is all there is; none where nothing is recorded.
pub fn output_lines(source: &Source, step: &RecordedAt) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = step.span.start;
    let mut is_inside = false;
    for line in source.text[start..].split_inclusive('\n') {
        let text = line.trim_end_matches(['\n', '\r']);
        let is_next = start > step.span.start && text.starts_with("- ");
        if is_next || (is_inside && !text.is_empty() && !text.starts_with("   ")) {
            break;
        }
        if is_inside {
            let indent = text.len().min(4);
            lines.push(start + indent..start + text.len());
        } else if let Some(value) = text.get(2..).and_then(|text| text.strip_prefix("output:")) {
            let value = value.trim();
            if !value.starts_with(['|', '>']) {
                let end = start + text.len();
                lines.push(end - value.len()..end);
                break;
            }
            is_inside = true;
        }
        start += line.len();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Kind;
    use crate::matching::Sort;

    fn sample() -> Expectations {
        let mut expectations = Expectations::none("tutorial/README.md");
        expectations.recorded = Some(Conditions {
            engine: "28.5.2".into(),
            builder: "buildkit".into(),
            platform: "linux/amd64".into(),
        });
        expectations
            .images
            .insert("hello-world:latest".into(), "sha256:54bd".into());
        let step = |key: &str, output: &str| Recorded {
            step: key.into(),
            run: "docker run -d x".into(),
            exit: 0,
            ids: Known::from([("1e1234567890".into(), Kind::Container.into())]),
            output: output.into(),
            varies: vec![Spot {
                line: 1,
                at: 1,
                word: "a".into(),
                sort: Sort::Word,
            }],
        };
        let outputs = [
            "a\nb\n",
            "no end",
            "  leading\n",
            "trailing  \n\n",
            "tab\t\n",
            "- x: y\n",
            "# no\n",
            "\u{0}\u{7}\n",
            "null",
            "é\u{fffd}\n",
            "...\n",
            "\n\n",
            "---\n",
        ];
        expectations.steps.extend(
            outputs
                .iter()
                .enumerate()
                .map(|(i, output)| step(&format!("a/b-{i}"), output)),
        );
        expectations
    }

    fn source(text: String) -> Arc<Source> {
        Arc::new(Source::new("expectations/x.yaml", text))
    }

    #[test]
    fn what_is_written_is_read_back_and_written_the_same() {
        let text = sample().write();
        let read = Expectations::read(&source(text.clone())).expect("it was just written");
        assert_eq!(read, sample());
        assert_eq!(read.write(), text);
    }

    #[test]
    fn lines_of_outputs_have_their_bytes() {
        let text = sample().write();
        let source = source(text.clone());
        let steps = sample().steps;
        for (place, step) in places(&source).iter().zip(&steps) {
            let lines = output_lines(&source, place);
            let wanted: Vec<&str> = step.output.lines().collect();
            let found: Vec<&str> = lines.iter().map(|line| &text[line.clone()]).collect();
            if found.len() == wanted.len() && found.len() > 1 {
                assert_eq!(found, wanted, "{}", step.step);
            } else {
                assert_eq!(found.len(), 1, "{}: {found:?}", step.step);
            }
        }
        let first = output_lines(&source, &places(&source)[0]);
        assert_eq!(&text[first[1].clone()], "b");
    }

    #[test]
    fn faults_are_found_at_their_place() {
        for (text, place, message) in [
            (
                "tutcheck: 1\ndocument: a\nsteps:\n- step: a\n  run: x\n  run: y\n",
                "run: y",
                "duplicate field `run`",
            ),
            (
                "tutcheck: 1\ndocument: a\nsteps:\n- step: a\n  run: x\n- step: a\n  run: x\n",
                "- step: a",
                "recorded twice",
            ),
            (
                "tutcheck: 1\ndocument: a\nstepps: []\n",
                "stepps: []",
                "unknown field `stepps`",
            ),
            ("tutcheck: 2\ndocument: a\n", "tutcheck:", "version 2"),
            ("tutcheck: 1\ndocument: 'a\n", "", ""),
        ] {
            let fault = Expectations::read(&source(text.into())).expect_err(text);
            assert_eq!(
                &text[fault.span.clone()].get(..place.len()),
                &Some(place),
                "{fault:?}"
            );
            assert!(fault.message.contains(message), "{fault:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_output_survives(output in "\\PC{0,30}(\n[ \t#:'\"|>-]{0,5}\\PC{0,20}){0,4}") {
            let mut expectations = sample();
            expectations.steps[0].output = output;
            let text = expectations.write();
            let read = Expectations::read(&source(text.clone())).expect("it was just written");
            proptest::prop_assert_eq!(&read, &expectations);
            proptest::prop_assert_eq!(read.write(), text);
        }
    }
}
