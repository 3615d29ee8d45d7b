//! How a night is told: to people, to programs, and as the text of an issue or a pull request.

use std::fmt::Write;

use serde_json::{Value, json as object};

use super::moved::Moved;
use super::night::{Break, Night, Outcome, PageNight};
use crate::wording::{ASIDE, BAD, GOOD, NOTE, count, visible};

/// The text of an issue may be 65,536 characters; this leaves room for what a host adds.
const LONGEST: usize = 60_000;

/// By which the issue of a document is found again.
fn marker(document: &str) -> String {
    // What ends a comment must not stand in it.
    format!("<!-- tutcheck:drift {} -->", document.replace("--", "- -"))
}

/// For people.
pub fn text(night: &Night) -> String {
    let mut text = String::new();
    for page in &night.pages {
        let document = visible(&page.document);
        let (word, style, said) = match &page.outcome {
            Outcome::Unmoved { asked, .. } => {
                let asked = count(*asked, "image");
                (
                    "unmoved",
                    GOOD,
                    format!("nothing moved ({asked} asked for, none pulled)"),
                )
            }
            Outcome::Green { steps } => ("green", GOOD, count(*steps, "step")),
            Outcome::Broken(broken) => ("BROKEN", BAD, sentence(broken, &page.moved)),
            Outcome::Untestable { why } => ("untestable", NOTE, why.clone()),
        };
        let _ = writeln!(
            text,
            "{style}{word:>12}{style:#} {document}: {}",
            visible(&said)
        );
        for line in asides(page) {
            let _ = writeln!(text, "{ASIDE}{:>12} {}{ASIDE:#}", "", visible(&line));
        }
    }
    text
}

/// What is said below a page.
fn asides(page: &PageNight) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let guilty = match &page.outcome {
        Outcome::Broken(broken) => broken
            .cause
            .as_ref()
            .map(|cause| cause.says(0, &page.moved)),
        _ => None,
    };
    // What the cause has said already is not said twice.
    let is_said = |moved: &&Moved| {
        guilty
            .as_ref()
            .is_some_and(|said| said.contains(&moved.says()))
    };
    lines.extend(
        page.moved
            .iter()
            .filter(|moved| !is_said(moved))
            .map(Moved::says),
    );
    if let Outcome::Unmoved { not_looked_at, .. } = &page.outcome
        && !not_looked_at.is_empty()
    {
        lines.push(format!(
            "not looked at: what {} would fetch now",
            not_looked_at.join(", ")
        ));
    }
    lines.extend(page.notes.iter().cloned());
    lines
}

/// Why a step broke, as far as it is known.
fn sentence(broken: &Break, moved: &[Moved]) -> String {
    let step = format!("step {} broke ({})", broken.number, broken.reason);
    broken
        .cause
        .as_ref()
        .map_or(step, |cause| cause.says(broken.number, moved))
}

/// For programs. Fields may be added, never renamed.
pub fn json(night: &Night) -> String {
    let pages: Vec<Value> = night.pages.iter().map(of_page).collect();
    let value = object!({ "pages": pages, "exit": night.exit() });
    format!("{value:#}\n")
}

fn of_page(page: &PageNight) -> Value {
    let moved: Vec<Value> = page.moved.iter().map(of_moved).collect();
    let (broken, why) = match &page.outcome {
        Outcome::Broken(broken) => (Some(of_break(broken, &page.moved)), None),
        Outcome::Untestable { why } => (None, Some(why)),
        Outcome::Unmoved { .. } | Outcome::Green { .. } => (None, None),
    };
    object!({
        "document": page.document,
        "outcome": page.outcome.word(),
        "moved": moved,
        "broken": broken,
        "untestable": why,
        "notes": asides(page),
        "changed_since_last": page.changed_since_last,
        "untestable_nights": page.untestable_nights,
    })
}

fn of_moved(moved: &Moved) -> Value {
    object!({
        "image": moved.image,
        "from": moved.from.pull,
        "to": moved.to.pull,
        "facts": moved.facts,
        "says": moved.says(),
    })
}

fn of_break(broken: &Break, moved: &[Moved]) -> Value {
    let cause = broken.cause.as_ref().map(|cause| {
        let proof = cause.proof();
        object!({
            "kind": cause.kind(),
            "guilty": cause.guilty(),
            "replays": proof.map(|proof| proof.replays),
            "elapsed_ms": proof.map(|proof| u64::try_from(proof.elapsed.as_millis()).unwrap_or(u64::MAX)),
            "says": cause.says(broken.number, moved),
        })
    });
    object!({
        "step": broken.number,
        "key": broken.key,
        "line": broken.line,
        "run": broken.run,
        "code": broken.code,
        "reason": broken.reason,
        "all": broken.all,
        "cause": cause,
    })
}

/// As the text of an issue or a pull request: for each page what is broken, then what moved.
pub fn markdown(night: &Night) -> String {
    let mut text = String::new();
    for page in &night.pages {
        let _ = writeln!(
            text,
            "{}\n\n### {}\n",
            marker(&page.document),
            plain(&page.document)
        );
        match &page.outcome {
            Outcome::Broken(broken) => {
                let _ = writeln!(text, "**{}**\n", plain(&sentence(broken, &page.moved)));
                let _ = writeln!(text, "Line {}: {}\n", broken.line, code(&broken.run));
                let _ = writeln!(text, "{}\n", plain(&broken.reason));
            }
            Outcome::Untestable { why } => {
                let _ = writeln!(text, "It could not be tested: {}\n", plain(why));
            }
            Outcome::Green { steps } => {
                let _ = writeln!(text, "All is well: {}.\n", count(*steps, "step"));
            }
            Outcome::Unmoved { .. } => text.push_str("Nothing moved.\n\n"),
        }
        for line in asides(page) {
            let _ = writeln!(text, "- {}", plain(&line));
        }
        text.push('\n');
    }
    shortened(text)
}

/// Words that are no Markdown and no HTML.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::new();
    for c in visible(text).chars() {
        if "\\`*_{}[]<>#|!~@&".contains(c) {
            plain.push('\\');
        }
        plain.push(c);
    }
    // Addresses are links even so.
    plain
        .replace("://", ":&#47;&#47;")
        .replace("www.", "www&#46;")
}

/// A code span that nothing in it ends.
pub(super) fn code(text: &str) -> String {
    let line = visible(text.lines().next().unwrap_or_default()).into_owned();
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    format!("{fence} {line} {fence}")
}

fn shortened(mut text: String) -> String {
    const MORE: &str = "\n\n… (shortened)\n";
    if text.len() > LONGEST {
        let end = (0..=LONGEST - MORE.len())
            .rev()
            .find(|at| text.is_char_boundary(*at));
        text.truncate(end.unwrap_or(0));
        text.push_str(MORE);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift::Inventory;

    fn pulled(digest: &str) -> Inventory {
        Inventory {
            pull: Some(digest.to_owned()),
            ..Inventory::default()
        }
    }

    fn night(outcome: Outcome) -> Night {
        let moved = Moved {
            image: "redis:7".to_owned(),
            from: pulled("sha256:aa"),
            to: pulled("sha256:bb"),
            facts: vec!["Redis 7.2 → 7.4".to_owned()],
        };
        Night {
            pages: vec![PageNight {
                document: "a -- b.md".to_owned(),
                outcome,
                moved: vec![moved],
                notes: vec!["<b> & `x` https://x".to_owned()],
                changed_since_last: true,
                untestable_nights: 0,
            }],
        }
    }

    fn broken() -> Outcome {
        Outcome::Broken(Break {
            number: 7,
            key: "k".to_owned(),
            line: 12,
            run: "echo `x`".to_owned(),
            code: "exit-changed".to_owned(),
            reason: "exit 1 instead of 0".to_owned(),
            all: vec!["k".to_owned()],
            cause: None,
        })
    }

    #[test]
    fn a_night_is_told_to_people_and_programs() {
        let night = night(broken());
        let told = anstream::adapter::strip_str(&text(&night)).to_string();
        assert_eq!(
            told,
            "      BROKEN a -- b.md: step 7 broke (exit 1 instead of 0)\n             \
             redis:7 moved (aa → bb, Redis 7.2 → 7.4)\n             <b> & `x` https://x\n"
        );
        let value: Value = serde_json::from_str(&json(&night)).expect("JSON");
        assert_eq!(value["exit"], 1);
        assert_eq!(value["pages"][0]["broken"]["step"], 7);
        assert_eq!(value["pages"][0]["changed_since_last"], true);
        assert_eq!(value["pages"][0]["moved"][0]["image"], "redis:7");
    }

    #[test]
    fn an_issue_is_found_again_and_takes_no_markup() {
        let said = markdown(&night(broken()));
        assert!(
            said.starts_with("<!-- tutcheck:drift a - - b.md -->\n"),
            "{said}"
        );
        assert!(
            said.contains("- \\<b\\> \\& \\`x\\` https:&#47;&#47;x\n"),
            "{said}"
        );
        assert!(said.contains("Line 12: `` echo `x` ``\n"), "{said}");
        let long = Outcome::Untestable {
            why: "ä".repeat(50_000),
        };
        assert!(markdown(&night(long)).len() <= LONGEST);
    }

    #[test]
    fn the_exit_status_is_the_worst() {
        for (outcome, exit) in [
            (broken(), 1),
            (Outcome::Untestable { why: String::new() }, 3),
            (Outcome::Green { steps: 1 }, 0),
            (
                Outcome::Unmoved {
                    asked: 3,
                    not_looked_at: Vec::new(),
                },
                0,
            ),
        ] {
            assert_eq!(night(outcome).exit(), exit);
        }
    }
}
