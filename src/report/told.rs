//! What is said of a step, in words: findings are values, and here they become sentences, once.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{kept_ends, sentences};
use crate::judge::{Code, Difference, Directive, Finding, Hint, Verdict};
use crate::matching::{Aligned, Comparison, Mismatch, What};
use crate::plan::Plan;

/// A finding, in words.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Told {
    /// What is said of the step.
    pub verdict: Verdict,
    /// The stable name of the finding; nothing for a pass.
    #[serde(with = "name")]
    code: Option<Code>,
    /// Why, in one sentence.
    pub reason: Option<String>,
    /// The smallest change that would settle it.
    pub hint: Option<String>,
    /// The words of a comment that would.
    #[serde(skip)]
    pub directive: Option<Directive>,
    /// The two texts, where they differ.
    pub difference: Option<Compared>,
    /// The reader cannot go on from here.
    #[serde(rename = "stuck")]
    pub is_stuck: bool,
    /// Its output was compared; else only how it ended was looked at.
    #[serde(rename = "compared")]
    pub is_compared: bool,
    /// An earlier step left the reader stuck, and this one was tried all the same.
    #[serde(default, rename = "tried_late")]
    pub is_late: bool,
    /// Warnings that are new: nobody is stuck because of them.
    pub warnings: Vec<String>,
}

/// The name of a finding is empty where there is none.
mod name {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use crate::judge::Code;

    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "as serde wants it"
    )]
    pub(super) fn serialize<S: Serializer>(code: &Option<Code>, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(code.map_or("", Code::word))
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Option<Code>, D::Error> {
        let word = String::deserialize(from)?;
        if word.is_empty() {
            return Ok(None);
        }
        let code = Code::ALL.iter().find(|code| code.word() == word);
        code.map(|code| Some(*code))
            .ok_or_else(|| de::Error::custom(format!("there is no finding `{word}`")))
    }
}

/// Two texts that differ.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Compared {
    /// Whether what was expected is on the page, and not in the recording.
    #[serde(rename = "with", with = "place")]
    pub is_shown: bool,
    /// The line that the first difference concerns, on the page or in the file of the recording.
    pub line: Option<usize>,
    /// What was expected.
    pub expected: String,
    /// What was printed.
    pub printed: String,
    /// The two, aligned.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// How they were aligned, for those who go on from there; it is not written down.
    #[serde(skip)]
    pub comparison: Comparison,
}

/// Where an expected text is.
mod place {
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde wants it")]
    pub(super) fn serialize<S: Serializer>(is_shown: &bool, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(if *is_shown { "page" } else { "recording" })
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<bool, D::Error> {
        String::deserialize(from).map(|word| word == "page")
    }
}

/// So much of each of two texts is told, in bytes.
const MOST: usize = 256 << 10;
/// So many lines of a difference.
const MOST_LINES: usize = 1000;
/// So many lines stand around one that differs.
const AROUND: usize = 3;

/// The lines of a difference without those that are far from anything wrong.
fn near(lines: Vec<Line>) -> Vec<Line> {
    let wrong: Vec<usize> = (0..lines.len())
        .filter(|at| !lines[*at].is_fine())
        .collect();
    let is_near = |at: usize| {
        let next = wrong.partition_point(|wrong| *wrong + AROUND < at);
        wrong.get(next).is_some_and(|wrong| *wrong <= at + AROUND)
    };
    let mut kept: Vec<Line> = Vec::new();
    for (at, line) in lines.into_iter().enumerate() {
        if kept.len() < MOST_LINES && is_near(at) {
            kept.push(line);
        } else if let Some(Line::LeftOut { lines }) = kept.last_mut() {
            *lines += 1;
        } else {
            kept.push(Line::LeftOut { lines: 1 });
        }
    }
    kept
}

/// A line of two texts that differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Line {
    /// It is the same in both; as it was printed.
    Same {
        /// The line.
        text: String,
    },
    /// Expected, and not printed.
    Missing {
        /// The line, or the word.
        text: String,
        /// It is a word of a list, and no line.
        #[serde(default)]
        is_word: bool,
    },
    /// Printed, and not expected.
    Extra {
        /// The line, or the word.
        text: String,
        /// It is a word of a list, and no line.
        #[serde(default)]
        is_word: bool,
    },
    /// Lines that are the same, far from any that is not; or more than are told.
    LeftOut {
        /// How many.
        lines: usize,
    },
    /// The two stand in the same place and differ.
    Changed {
        /// As it was expected.
        before: String,
        /// As it was printed.
        after: String,
        /// The bytes that make the difference, in each of the two.
        marks: [Vec<Range<usize>>; 2],
        /// What the difference is, where the reason does not say so.
        why: Option<String>,
    },
}

impl Told {
    pub(super) fn new(finding: &Finding, plan: &Plan) -> Told {
        let path = &plan.document.source.path;
        let hint = finding.hint.as_ref();
        let difference = finding.difference.as_ref();
        Told {
            verdict: finding.verdict,
            code: finding.code(),
            reason: sentences::reason(finding),
            hint: hint.map(|hint| sentences::hint(hint, path)),
            directive: hint.and_then(Hint::directive),
            difference: difference.map(|one| Compared::new(one, finding.code(), plan)),
            is_stuck: finding.is_stuck,
            is_compared: finding.is_compared,
            is_late: finding.tried_after.is_some(),
            warnings: finding.warnings.clone(),
        }
    }

    /// What kind of finding it is; nothing for a pass.
    pub fn code(&self) -> Option<Code> {
        self.code
    }

    pub(super) fn called_flaky(&mut self, document: &str) {
        self.code = Some(Code::Flaky);
        self.reason = self.reason.take().map(|why| sentences::flaky(&why));
        self.hint = Some(sentences::hint(&Hint::TryAgain, document));
        self.directive = Hint::TryAgain.directive();
    }
}

impl Compared {
    /// Where what was expected stands.
    pub(super) fn place(&self) -> &'static str {
        if self.is_shown {
            "on the page"
        } else {
            "recorded"
        }
    }

    fn new(difference: &Difference, code: Option<Code>, plan: &Plan) -> Compared {
        let source = match &plan.recorded_in {
            Some(recorded_in) if !difference.is_shown => recorded_in,
            _ => &plan.document.source,
        };
        // The headline has the first difference, if the difference is what is wrong.
        let says_first = matches!(code, Some(Code::OutputChanged | Code::PageDiffers));
        let first = difference.comparison.first().filter(|_| says_first);
        let expected: Vec<&str> = difference.expected.split('\n').collect();
        let printed: Vec<&str> = difference.printed.split('\n').collect();
        let aligned = difference.comparison.lines.iter();
        let lines = aligned.map(|line| Line::new(line, &expected, &printed, first.as_ref()));
        let lines = near(lines.collect());
        Compared {
            is_shown: difference.is_shown,
            line: difference.at().map(|at| source.line(at.start)),
            lines,
            expected: kept_ends(&difference.expected, MOST),
            printed: kept_ends(&difference.printed, MOST),
            comparison: difference.comparison.clone(),
        }
    }
}

impl Line {
    fn new(
        aligned: &Aligned,
        expected: &[&str],
        printed: &[&str],
        said: Option<&Mismatch<'_>>,
    ) -> Line {
        let of = |lines: &[&str], number: usize| {
            let line = lines.get(number);
            line.map_or("", |line| line.trim_end()).to_owned()
        };
        let word = |what: &What, line: String| match what {
            What::Word(word) => (word.clone(), true),
            _ => (line, false),
        };
        match aligned {
            Aligned::Same { live, .. } | Aligned::Noted { live } => Line::Same {
                text: of(printed, *live),
            },
            Aligned::Missing {
                what,
                expected: number,
            } => {
                let (text, is_word) = word(what, of(expected, *number));
                Line::Missing { text, is_word }
            }
            Aligned::Extra { what, live } => {
                let (text, is_word) = word(what, of(printed, *live));
                Line::Extra { text, is_word }
            }
            Aligned::Changed {
                expected: number,
                live,
                why,
                marks,
            } => Line::Changed {
                before: of(expected, *number),
                after: of(printed, *live),
                marks: [marks.0.clone(), marks.1.clone()],
                why: (said != Some(&Mismatch::Changed(why))).then(|| why.to_string()),
            },
        }
    }

    /// Whether nothing is wrong with it.
    pub fn is_fine(&self) -> bool {
        matches!(self, Line::Same { .. } | Line::LeftOut { .. })
    }

    /// Whether it is a word of a list.
    pub fn is_word(&self) -> bool {
        match self {
            Line::Missing { is_word, .. } | Line::Extra { is_word, .. } => *is_word,
            Line::Same { .. } | Line::LeftOut { .. } | Line::Changed { .. } => false,
        }
    }
}
