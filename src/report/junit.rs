//! `JUnit`, in the dialect that Jenkins reads: a suite a page, a case a step.

use std::time::Duration;

use quick_junit::{
    NonSuccessKind, Property, Report as Suites, TestCase, TestCaseStatus, TestSuite,
};

use super::{DocumentReport, Report, StepReport, kept_ends, told};
use crate::judge::{Code, Verdict};
use crate::wording;

/// So much of an output is shown, in bytes: readers of such files end at some size.
const MOST: usize = 64 << 10;

/// The whole report.
pub(super) fn junit(report: &Report) -> String {
    let mut suites = Suites::new("tutcheck");
    suites.set_time(report.elapsed);
    for document in &report.documents {
        suites.add_test_suite(suite(document, report.strict));
    }
    // It is written into memory, and every text in it is one that XML can have.
    // Two marks that are no characters are not kept out by others.
    let text = suites.to_string().unwrap_or_default();
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

fn suite(document: &DocumentReport, strict: bool) -> TestSuite {
    let path = wording::visible(&document.title()).into_owned();
    let mut suite = TestSuite::new(path.as_str());
    let classname = path.replace('/', ".");
    for step in &document.steps {
        suite.add_test_case(case(step, document, &classname, strict));
    }
    let failed = |name: &str, kind: NonSuccessKind, said: &str| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(wording::visible(said).as_ref());
        let mut case = TestCase::new(name, status);
        case.set_classname(classname.as_str());
        case
    };
    for orphan in &document.orphans {
        let name = format!("recording {}", wording::visible(&orphan.message));
        suite.add_test_case(failed(&name, NonSuccessKind::Failure, &orphan.message));
    }
    if let Some(trouble) = &document.trouble {
        suite.add_test_case(failed("the page", NonSuccessKind::Error, trouble));
    }
    suite
}

fn case(step: &StepReport, document: &DocumentReport, classname: &str, strict: bool) -> TestCase {
    let finding = &step.finding;
    let reason = finding.reason.clone().unwrap_or_default();
    let reason = wording::visible(&reason).into_owned();
    let kind = match finding.verdict {
        _ if step.is_red(strict) => Some(NonSuccessKind::Failure),
        Verdict::Untestable => Some(NonSuccessKind::Error),
        _ => None,
    };
    let status = match (kind, finding.verdict) {
        (Some(kind), _) => {
            let mut status = TestCaseStatus::non_success(kind);
            status.set_message(reason.as_str());
            status.set_type(finding.code().map_or("", Code::word));
            status.set_description(kept_ends(&told(document, step, strict), MOST));
            status
        }
        (None, Verdict::Passed | Verdict::Stale) => TestCaseStatus::success(),
        (None, _) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(reason.as_str());
            status
        }
    };
    // Keys are unique on a page, and so are the names of its cases.
    let name = format!("{:02} {}", step.number, wording::visible(&step.key));
    let mut case = TestCase::new(name.as_str(), status);
    case.set_classname(classname);
    case.set_time(Duration::from_millis(step.elapsed_ms));
    let path = wording::visible(&document.source.path).into_owned();
    let line = step.line.to_string();
    case.extra.insert("file".into(), path.as_str().into());
    case.extra.insert("line".into(), line.as_str().into());
    case.add_property(Property::new("verdict", finding.verdict.word()));
    if let Some(reason) = &step.flaky {
        case.add_property(Property::new("flaky", wording::visible(reason).as_ref()));
    }
    case.add_property(Property::new(
        "command",
        kept_ends(&wording::visible(&step.run), 1024),
    ));
    case
}
