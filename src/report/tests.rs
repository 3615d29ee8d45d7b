//! What each finding says, word for word: `tests/report/findings.txt`, written anew with `UPDATE_CASES=1`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use super::sentences;
use crate::identity::Kind;
use crate::identity::Known;
use crate::judge::{
    Code, Difference, Differs, Finding, Hint, Origin, Reason, Unfinished, Verdict, Waiting,
};
use crate::matching::{Acceptance, Bindings, Rules, Side, compare};
use crate::plan::{Gate, Task};

fn origin(page: Option<&str>) -> Origin {
    Origin {
        number: 3,
        page: page.map(str::to_owned),
    }
}

fn finding(reason: Reason, hint: Option<Hint>) -> Finding {
    let (recorded, live, none) = ("one\ntwo\n", "one\n2\n", Known::new());
    let (recorded_side, live_side) = (Side::whole(recorded, &none), Side::whole(live, &none));
    let comparison = compare(
        "cat",
        recorded_side,
        live_side,
        &Rules::default(),
        1,
        &mut Bindings::default(),
    );
    Finding {
        verdict: Verdict::Broken,
        reason: Some(reason),
        tried_after: None,
        hint,
        difference: Some(Difference {
            expected: recorded.to_owned(),
            is_shown: false,
            places: Vec::new(),
            printed: live.to_owned(),
            comparison,
        }),
        is_stuck: false,
        is_compared: true,
        renewal: None,
        warnings: Vec::new(),
    }
}

/// One of each reason, with the way out that comes with it.
#[expect(clippy::too_many_lines, reason = "one of each")]
fn reasons() -> Vec<(Reason, Option<Hint>)> {
    let text = |text: &str| text.to_owned();
    let limit = Duration::from_secs(2);
    let exit = |status, said| Reason::Exit {
        status,
        wanted: 0,
        said: text(said),
    };
    let accept = |status, is_missing| Some(Hint::AcceptStatus { status, is_missing });
    let leaves_first = Some(Hint::LeaveFirst { line: 7 });
    let save = Some(Hint::SaveBlock {
        line: 9,
        file: text("app.py"),
    });
    let not_run = Some(Hint::StepNotRun {
        number: 2,
        gate: Gate::Capability(text("azure")),
    });
    let died = |restarts| Reason::ContainerDied {
        name: text("web"),
        status: 1,
        restarts,
    };
    let prompt = |why| Reason::PromptDiffers {
        page: text("root@1a2b3c4d5e6f:/#"),
        live: text("root@web:/app#"),
        why,
    };
    let conflict = {
        let mut bindings = Bindings::default();
        let known = Known::from([
            ("111111111111".to_owned(), Kind::Container.into()),
            ("222222222222".to_owned(), Kind::Container.into()),
        ]);
        let mut bind = |live, step| {
            let (page, live) = (
                Side::whole("111111111111", &known),
                Side::whole(live, &known),
            );
            compare(
                "docker ps -q",
                page,
                live,
                &Rules::default(),
                step,
                &mut bindings,
            )
        };
        bind("111111111111", 1);
        let comparison = bind("222222222222", 2);
        comparison.lines.into_iter().find_map(|line| match line {
            crate::matching::Aligned::Changed { why, .. } => Some(why),
            _ => None,
        })
    };
    vec![
        (exit(1, ""), accept(1, false)),
        (
            exit(127, "bash: figlet: command not found"),
            accept(127, true),
        ),
        (exit(2, "ls: app.py: No such file or directory"), save),
        (exit(127, "sh: 1: git: not found"), leaves_first),
        (exit(1, "no such image"), not_run),
        (Reason::DidNotFail, None),
        (Reason::LeftWith(3), Some(Hint::StatusUnseen)),
        (Reason::EndedLater(3), Some(Hint::LookAtLaterOutput)),
        (Reason::TerminalClosed(3, text("bye")), None),
        (Reason::InnerEnded(3, text("")), Some(Hint::ShowExit)),
        (Reason::Meddled, None),
        (
            Reason::TooLong(limit, Waiting::Said(text("ready"))),
            Some(Hint::Longer),
        ),
        (
            Reason::TooLong(limit, Waiting::Said(text("..."))),
            Some(Hint::TypeTheRest),
        ),
        (
            Reason::TooLong(limit, Waiting::Reads(text("--More--"))),
            Some(Hint::Answer),
        ),
        (
            Reason::TooLong(limit, Waiting::Reads(text(""))),
            Some(Hint::EndTheText),
        ),
        (
            Reason::TooLong(limit, Waiting::Asks(text("Go on? [y/N]"))),
            Some(Hint::Answer),
        ),
        (
            Reason::GoesOnAfter {
                limit,
                keys: text("ctrl-c"),
            },
            Some(Hint::OtherKey),
        ),
        (
            Reason::Incomplete(Unfinished::Backslash),
            Some(Hint::WholeCommand),
        ),
        (
            Reason::Incomplete(Unfinished::HereDocument(text("END"))),
            Some(Hint::WholeCommand),
        ),
        (
            Reason::NotReady(text("port 8080 is not open")),
            Some(Hint::LongerOrOtherWait),
        ),
        (
            Reason::NotSaved(text("it would be saved outside of the scratch directory")),
            None,
        ),
        (died(false), Some(Hint::MeantToEnd)),
        (died(true), Some(Hint::MeantToEnd)),
        (
            Reason::ServiceDied {
                name: text("web"),
                status: 1,
            },
            Some(Hint::MeantToEnd),
        ),
        (Reason::TerminalBusy(Some(2)), Some(Hint::EndItBefore)),
        (Reason::TerminalBusy(None), Some(Hint::EndItBefore)),
        (Reason::NothingOpen, Some(Hint::KeepItOpen)),
        (Reason::NothingInFront(Some(3)), Some(Hint::LookAtOutput)),
        (Reason::NothingInFront(None), Some(Hint::KeyBehindProgram)),
        (prompt(Differs::Form), Some(Hint::MendPrompt)),
        (prompt(Differs::User), Some(Hint::MendPrompt)),
        (prompt(Differs::Directory), Some(Hint::MendPrompt)),
        (
            prompt(Differs::Host(conflict.expect("one stands for two"))),
            Some(Hint::MendPrompt),
        ),
        (
            Reason::CommandChanged {
                recorded: text("echo one"),
                now: text("echo two"),
            },
            Some(Hint::RecordCommand),
        ),
        (Reason::OutputChanged, Some(Hint::RecordOutput)),
        (Reason::OutputChanged, Some(Hint::Mask)),
        (
            Reason::OutputChanged,
            Some(Hint::Accept(Acceptance::Unordered)),
        ),
        (
            Reason::OutputChanged,
            Some(Hint::Accept(Acceptance::Mask(text("visits: [0-9]+")))),
        ),
        (
            Reason::PageDiffers,
            Some(Hint::MendOutput { is_recorded: true }),
        ),
        (
            Reason::PageDiffers,
            Some(Hint::MendOutput { is_recorded: false }),
        ),
        (
            Reason::CommandNotFound(text("bash: figlet: command not found")),
            Some(Hint::ShowOrRecord),
        ),
        (
            Reason::ErrorPrinted(text("ERROR:  syntax error at or near \"SELEC\"")),
            Some(Hint::ShowOrRecord),
        ),
        (
            Reason::Complained(text("cat: lists.txt: No such file or directory")),
            Some(Hint::ShowIt),
        ),
        (
            Reason::CommandNotFound(text("bash: docker\u{a0}run: command not found")),
            Some(Hint::Misprint {
                found: "\u{a0}",
                typed: " ",
            }),
        ),
        (
            Reason::DidNotFail,
            Some(Hint::Misprint {
                found: "\u{2014}",
                typed: "--",
            }),
        ),
        (
            Reason::NotSilent,
            Some(Hint::MendOutput { is_recorded: false }),
        ),
        (
            exit(7, "curl: (7) Failed to connect to localhost port 8000"),
            Some(Hint::WaitForPort {
                port: 8000,
                line: 4,
                is_open: false,
            }),
        ),
        (
            exit(56, "curl: (56) Recv failure: Connection reset by peer"),
            Some(Hint::WaitForPort {
                port: 8080,
                line: 4,
                is_open: true,
            }),
        ),
        (
            exit(1, "SyntaxError: expected ':'"),
            Some(Hint::LineOfFile {
                file: text("app.py"),
                line: 8,
                page_line: 31,
                needs_tab: false,
            }),
        ),
        (
            exit(2, "Makefile:2: *** missing separator.  Stop."),
            Some(Hint::LineOfFile {
                file: text("Makefile"),
                line: 2,
                page_line: 40,
                needs_tab: true,
            }),
        ),
        (
            exit(126, "bash: ./run.sh: Permission denied"),
            Some(Hint::MakeExecutable {
                file: text("./run.sh"),
            }),
        ),
        (
            exit(2, "python: can't open file '/app/app.py'"),
            Some(Hint::NotCopied {
                file: text("app.py"),
                line: 12,
                dockerfile_line: 30,
            }),
        ),
        (
            exit(1, "Error response from daemon: No such container: web"),
            Some(Hint::NameIt {
                name: text("web"),
                line: 12,
            }),
        ),
        (
            exit(1, "Error response from daemon: No such container: web"),
            Some(Hint::RemovedBefore {
                name: text("web"),
                line: 12,
            }),
        ),
        (
            exit(
                125,
                "Conflict. The container name \"/web\" is already in use",
            ),
            Some(Hint::NameTaken {
                name: text("web"),
                line: 12,
            }),
        ),
        (
            exit(
                125,
                "Bind for 0.0.0.0:8080 failed: port is already allocated",
            ),
            Some(Hint::PortTaken { line: 12 }),
        ),
        (Reason::Unrecorded, Some(Hint::RecordOrDoNotCompare)),
        (
            Reason::OutdatedForm {
                shown: text("the legacy builder"),
                live: text("BuildKit"),
            },
            None,
        ),
        (Reason::NotReached(origin(None)), None),
        (Reason::NotReached(origin(Some("01-first.md"))), None),
        (Reason::Behind(origin(None)), None),
        (Reason::Interrupted, None),
        (Reason::AfterInterrupt, None),
        (Reason::ForPerson, None),
        (Reason::NeedsPassword, Some(Hint::PlayAsRoot)),
        (
            Reason::Incomplete(Unfinished::Quote('"')),
            Some(Hint::TypeTheRest),
        ),
        (
            Reason::Incomplete(Unfinished::Construct),
            Some(Hint::WholeCommand),
        ),
        (Reason::NothingOpen, Some(Hint::LeftBefore { line: 9 })),
        (
            exit(1, "manifest for nginz:latest not found"),
            Some(Hint::NoSuchImage {
                image: text("nginz:latest"),
            }),
        ),
        (
            exit(7, ""),
            Some(Hint::OtherPort {
                asked: 8080,
                opened: 8081,
                line: 9,
            }),
        ),
        (
            Reason::NotReady(text("nobody serves port 8080 within 60 s")),
            Some(Hint::InnerPort {
                port: 8080,
                line: 9,
            }),
        ),
        (
            exit(1, "bash: cd: shop: No such file or directory"),
            Some(Hint::NoFolder {
                folder: text("shop"),
            }),
        ),
        (
            exit(2, "cat: app.py: No such file or directory"),
            Some(Hint::SavedElsewhere {
                folder: None,
                file: text("app.py"),
                line: 9,
            }),
        ),
        (exit(1, ""), Some(Hint::NotSet { name: text("PORT") })),
        (Reason::Asks(text("Your name:")), Some(Hint::Answer)),
        (
            Reason::AsksForSecret(text("Password:")),
            Some(Hint::TypeSecret),
        ),
        (Reason::AsksForSecret(text("")), Some(Hint::TypeSecret)),
        (Reason::DaemonLost, None),
        (Reason::HadBefore(text("port 8080")), Some(Hint::FreeIt)),
        (
            Reason::Trouble(text("toomanyrequests: You have reached your limit")),
            None,
        ),
        (Reason::NoStage(text("the way to the shell is gone")), None),
        (Reason::NotObserved, None),
        (Reason::Skipped(None), None),
        (Reason::Skipped(Some(text("needs a GPU"))), None),
        (Reason::Manual(Task::Said(None)), None),
        (
            Reason::Manual(Task::Said(Some(text("look at the page")))),
            None,
        ),
        (Reason::Manual(Task::Window), None),
        (Reason::Gated(Gate::Capability(text("azure"))), None),
        (Reason::Gated(Gate::Account(text("docker login"))), None),
        (
            Reason::Gated(Gate::Values(vec![text("USER"), text("TOKEN")])),
            None,
        ),
        (Reason::Gated(Gate::NotOpened), None),
        (Reason::Gated(Gate::NotRun { line: 5 }), None),
    ]
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the sentences are in a file")]
fn each_finding_says_this() {
    let mut text = String::new();
    let mut seen = BTreeSet::new();
    for (reason, hint) in reasons() {
        let code = reason.code();
        seen.insert(code);
        let finding = finding(reason, hint);
        let reason = sentences::reason(&finding).unwrap_or_default();
        let _ = writeln!(text, "{}: {reason}", code.word());
        if let Some(hint) = &finding.hint {
            let _ = writeln!(text, "    hint: {}", sentences::hint(hint, "page.md"));
        }
    }
    let tried = Finding {
        tried_after: Some(origin(None)),
        ..finding(Reason::DidNotFail, None)
    };
    let reason = sentences::reason(&tried).unwrap_or_default();
    let _ = writeln!(text, "{}: {reason}", Code::NotReached.word());
    seen.insert(Code::Flaky);
    let flaky = sentences::flaky("exit 7 instead of 0: no answer");
    let _ = writeln!(text, "{}: {flaky}", Code::Flaky.word());
    // This one is said of a page, and not of a step.
    let unsaid: Vec<&Code> = Code::ALL
        .iter()
        .filter(|code| **code != Code::OrphanExpectation && !seen.contains(code))
        .collect();
    assert!(unsaid.is_empty(), "nothing says {unsaid:?}");
    let path = format!("{}/tests/report/findings.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_CASES").is_some() {
        std::fs::write(&path, &text).expect("the golden file can be written");
    }
    let wanted = std::fs::read_to_string(&path).expect("the golden file is there");
    for (said, wanted) in text.lines().zip(wanted.lines()) {
        assert_eq!(said, wanted, "UPDATE_CASES=1 writes {path} anew");
    }
    assert_eq!(text.lines().count(), wanted.lines().count());
}

#[test]
fn codes_are_words_of_their_own() {
    let words: BTreeSet<&str> = Code::ALL.iter().map(|code| code.word()).collect();
    assert_eq!(words.len(), Code::ALL.len());
    let means: BTreeSet<&str> = Code::ALL.iter().map(|code| code.means()).collect();
    assert_eq!(means.len(), Code::ALL.len());
    assert!(crate::document::rules().all(|rule| !words.contains(rule.name)));
}
