//! `JUnit`, in the dialect that Jenkins reads (its schema is `junit-10.xsd` of the plugin xunit): a suite a page, a case a
//! step.

use std::fmt::Write as _;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as Suites, TestCase, TestCaseStatus, TestSuite};

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
    let text = text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    as_jenkins_has_it(&text)
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
    let reason = finding.reason.as_deref().unwrap_or_default();
    let reason = wording::visible(reason).into_owned();
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
    case.set_system_out(beside(step, document));
    case
}

/// What else is known of a step, a line each: the schema has no attributes for it.
fn beside(step: &StepReport, document: &DocumentReport) -> String {
    let mut text = format!(
        "{}:{}\nverdict: {}\ncommand: {}\n",
        wording::visible(&document.source.path),
        step.line,
        step.finding.verdict.word(),
        kept_ends(&wording::visible(&step.run), 1024),
    );
    if let Some(reason) = &step.flaky {
        let _ = writeln!(text, "flaky: {}", wording::visible(reason));
    }
    text
}

/// The same without how many are skipped of all suites, which the schema of Jenkins does not have there.
fn as_jenkins_has_it(text: &str) -> String {
    let (before, suites) = text.split_once("<testsuites ").unwrap_or((text, ""));
    let (attributes, behind) = suites.split_once('>').unwrap_or((suites, ""));
    let attributes: Vec<&str> = attributes
        .split(' ')
        .filter(|attribute| !attribute.starts_with("skipped="))
        .collect();
    format!("{before}<testsuites {}>{behind}", attributes.join(" "))
}
