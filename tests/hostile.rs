//! Every form of report, of every verdict, with hostile words in every place where somebody else's can stand.

use std::io::Write;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tutcheck::judge::{Code, Verdict};
use tutcheck::report::{self, FORMS};

/// What would end a text, an element, a line or a job, or turn text around.
const PIECES: &[&str] = &[
    "]]>",
    "</script>",
    "<script>",
    "</pre>",
    "<!--",
    "-->",
    "&amp;",
    "\"",
    "'",
    "`",
    "```",
    "\n",
    "\r\n",
    "\r",
    "::error::",
    "\n::error::x",
    "%0A",
    "%25",
    "::stop-commands::",
    "\u{1b}[31m",
    "\u{0}",
    "\u{7}",
    "\u{202e}",
    "\u{fffe}",
    "\u{ffff}",
    "😀",
    "# SKIP",
    "\\",
    "not ok 1",
    "\n1..9",
    "@everyone",
    "[x](javascript:alert(1))",
    "{{7*7}}",
    "a",
    " ",
    "é",
    "\u{2028}",
    "---",
    "...",
    "|",
    "]]]]><![CDATA[>",
    "\t",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(PIECES);
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// A report as JSON, with every verdict, in all of whose texts anything may stand.
fn report() -> impl Strategy<Value = Value> {
    let texts = prop::collection::vec(text(), 24);
    let codes = prop::collection::vec(prop::sample::select(Code::ALL), Verdict::ALL.len());
    (texts, codes).prop_map(|(texts, codes)| {
        let at = |index: usize| texts[index % texts.len()].clone();
        let steps = Verdict::ALL.iter().zip(codes).enumerate().map(|(index, (verdict, code))| {
            let code = if *verdict == Verdict::Passed { "" } else { code.word() };
            let difference = json!({
                "with": "page", "line": 3, "expected": at(index + 1), "printed": at(index + 2),
                "lines": [
                    { "is": "same", "text": at(index) },
                    { "is": "missing", "text": at(index + 4) },
                    { "is": "changed", "before": at(index + 1), "after": at(index + 2), "marks": [[{ "start": 0, "end": 1 }], []], "why": at(index + 3) },
                ],
            });
            json!({
                "number": index + 1, "key": format!("{}-{index}", at(index + 5)), "line": index + 3, "span": { "start": 0, "end": 3 },
                "run": at(index + 6), "typed_as": at(index + 7), "hidden": false, "verdict": verdict.word(), "code": code,
                "reason": at(index + 8), "hint": at(index + 9), "difference": difference, "stuck": index % 2 == 0, "compared": true,
                "warnings": [at(index + 10)], "exit": 1, "elapsed_ms": 12, "last_lines": at(index + 11), "output": at(index + 12),
                "printed_later": at(index + 13), "note": at(index + 14), "flaky": at(index + 15), "recorded_at": { "path": at(16), "line": 4 },
            })
        });
        let orphan = json!({ "code": "orphan-expectation", "reason": at(17), "hint": null, "recorded_at": { "path": at(18), "line": 1 } });
        let page = json!({
            "document": format!("a{}.md", at(19)), "text": format!("# T {}\n\n```\n{}\n```\n", at(20), at(21)), "way": at(22), "orphans": [orphan],
            "steps": steps.collect::<Vec<_>>(), "trouble": at(23), "leftovers": [at(0)], "engine": at(1), "images": { at(2): at(3) },
            "bound": [{ "expected": at(4), "live": at(5), "step": 1 }],
        });
        json!({ "version": 2, "documents": [page], "strict": false, "interrupted": false, "elapsed_ms": 5, "shard": null })
    })
}

/// Reads each text by Python's readers of XML and HTML: one that is none is refused.
const READER: &str = r"
import sys, json, re, xml.etree.ElementTree as E
from html.parser import HTMLParser
class Reader(HTMLParser):
    def __init__(self):
        super().__init__(); self.open = []; self.seen = {}
    def handle_starttag(self, tag, attrs):
        self.seen[tag] = self.seen.get(tag, 0) + 1
        assert tag in ALLOWED, tag
        assert not any(name.startswith('on') for name, _ in attrs), attrs
        assert not any((value or '').strip().lower().startswith('javascript') for name, value in attrs if name in ('href', 'src')), attrs
        if tag not in ('meta', 'input', 'br', 'hr'): self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open.pop() == tag, (tag, self.open)
ALLOWED = set('html head meta title style body input nav label header h1 h2 h3 h4 h5 h6 p main article div pre details summary span code a b del ins em mark table thead tbody tr td th ul ol li strong blockquote hr br'.split())
for case in json.load(sys.stdin):
    cases = list(E.fromstring(case['junit'].encode()).iter('testcase'))
    assert len(cases) == 11, len(cases)
    reader = Reader(); reader.feed(case['html']); reader.close()
    assert not reader.open and reader.seen['details'] == 10, (reader.open, reader.seen)
print('well')
";

#[test]
fn no_words_of_others_harm_any_report() {
    let mut runner = TestRunner::deterministic();
    let mut cases = Vec::new();
    let points = regex::Regex::new(r"^(    )?(ok|not ok) \d+ - ").unwrap();
    let known = regex::Regex::new(r"^(TAP version 14|1\.\.1|# Subtest: .*|    1\.\.11|    # flaky: .*|      .*|    (ok|not ok) \d+ - .*|(ok|not ok) 1 - .*)$").unwrap();
    for _ in 0..150 {
        let value = report().new_tree(&mut runner).unwrap().current();
        let report = report::read(&value.to_string()).unwrap();
        let mut case = serde_json::Map::new();
        for form in FORMS {
            let text = (form.write)(&report);
            let at = text.find('\u{202e}').filter(|_| !form.is_json);
            let around = at.map(|at| &text[text.floor_char_boundary(at.saturating_sub(80))..at]);
            assert_eq!(around, None, "{}", form.name);
            if form.is_json {
                serde_json::from_str::<Value>(&text).unwrap();
            }
            case.insert(form.name.to_owned(), text.into());
        }
        let text = |name: &str| case[name].as_str().unwrap();
        // Written down and read again, it says the same.
        let again = report::read(text("json")).unwrap();
        assert_eq!(report::json(&again), text("json"));
        assert!(text("markdown").len() <= 60_000);
        for line in text("github").lines() {
            let ours = [
                "::error file=",
                "::warning file=",
                "::error::and ",
                "::warning::and ",
            ];
            assert!(ours.iter().any(|start| line.starts_with(start)), "{line:?}");
        }
        for line in text("tap").split('\n').filter(|line| !line.is_empty()) {
            assert!(known.is_match(line), "{line:?}");
        }
        assert_eq!(
            text("tap")
                .split('\n')
                .filter(|line| points.is_match(line))
                .count(),
            12
        );
        cases.push(Value::Object(case));
    }
    let mut python = Command::new("python3");
    python
        .args(["-c", READER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = python.spawn().unwrap();
    let cases = Value::Array(cases).to_string();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(cases.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "well\n");
}
