//! What findings say: the one place where their sentences are made.

use super::headline;
use crate::judge::{Differs, Finding, Hint, Origin, Reason, Unfinished, Waiting};
use crate::plan::Fate;

/// Why a step has its verdict, in one sentence.
pub(super) fn reason(finding: &Finding) -> Option<String> {
    let reason = of_reason(finding.reason.as_ref()?, finding);
    Some(match &finding.tried_after {
        Some(origin) => format!("{}; it was tried: {reason}", because_of(origin)),
        None => reason,
    })
}

/// Why a step has its verdict that failed only when it was played again.
pub(super) fn flaky(why: &str) -> String {
    format!("it passed when it was played first, and the second time it did not: {why}")
}

#[expect(clippy::too_many_lines, reason = "one arm for each reason")]
fn of_reason(reason: &Reason, finding: &Finding) -> String {
    match reason {
        Reason::Exit {
            status,
            wanted,
            said,
        } => format!("exit {status} instead of {wanted}{}", after_colon(said)),
        Reason::DidNotFail => "exit 0, and it should fail".to_owned(),
        Reason::LeftWith(status) => {
            format!("it ended with status {status}, which is not what the block says")
        }
        Reason::EndedLater(status) => {
            format!("its program ended by itself later, with status {status}")
        }
        Reason::TerminalClosed(status, said) => format!(
            "the terminal was closed by this step, with status {status}{}",
            after_colon(said)
        ),
        Reason::Meddled => {
            "it, or a job that it left, speaks to the shell in tutcheck's place: how it went is not known; what the page does must leave `$__tutcheck` and the shell's own files alone"
                .to_owned()
        }
        Reason::InnerEnded(status, said) => format!(
            "what it was typed into ended with it, with status {status}{}",
            after_colon(said)
        ),
        Reason::TooLong(limit, waiting) => {
            let waits = match waiting {
                Waiting::Said(said) => after_colon(said),
                Waiting::Reads(said) => format!(
                    "; it reads from the terminal, and nobody types{}",
                    after_colon(said)
                ),
                Waiting::Asks(question) => format!("; it waits for input at `{question}`"),
            };
            format!("not done within {} s{waits}", limit.as_secs_f64())
        }
        Reason::Asks(question) => format!("it asks `{question}`, and nobody types"),
        Reason::AsksForSecret(question) if question.is_empty() => {
            "it waits for something that is typed without being shown, such as a password"
                .to_owned()
        }
        Reason::AsksForSecret(question) => {
            format!("it asks `{question}`, and nobody types a password here")
        }
        Reason::GoesOnAfter { limit, keys } => format!(
            "the program in front went on for {} s after {keys}",
            limit.as_secs_f64()
        ),
        Reason::Incomplete(Unfinished::Backslash) => {
            "the shell waits for the rest of this command: it ends in a backslash".to_owned()
        }
        Reason::Incomplete(Unfinished::HereDocument(end)) => {
            format!("the shell waits for the rest of this command: `{end}` never ends its text")
        }
        Reason::Incomplete(Unfinished::Quote(quote)) => {
            format!("the shell waits for the rest of this command: a quote `{quote}` is never closed")
        }
        Reason::Incomplete(Unfinished::Construct) => {
            "the shell waits for the rest of this command: a loop, a condition or a group is never closed".to_owned()
        }
        Reason::NotReady(why) | Reason::NotSaved(why) | Reason::NoStage(why) => why.clone(),
        Reason::ContainerDied {
            name,
            status,
            restarts: true,
        } => format!("container {name} ends again and again, with {status}"),
        Reason::ContainerDied { name, status, .. } => {
            format!("container {name} exited with {status}")
        }
        Reason::ServiceDied { name, status } => {
            format!("service {name} ended by itself, with status {status}")
        }
        Reason::TerminalBusy(Some(number)) => {
            format!("the program of step {number} is still in front of this terminal")
        }
        Reason::TerminalBusy(None) => {
            "the program of an earlier page is still in front of this terminal".to_owned()
        }
        Reason::NothingOpen => {
            "the shell or program that it is typed into is not open any more".to_owned()
        }
        Reason::NothingInFront(Some(status)) => {
            format!("the program in front has ended by itself, with status {status}")
        }
        Reason::NothingInFront(None) => {
            "there is no program in front that takes the key".to_owned()
        }
        Reason::PromptDiffers { page, live, why } => {
            let why = match why {
                Differs::Form => "it does not show the same".to_owned(),
                Differs::User => "the user differs".to_owned(),
                Differs::Directory => "the directory differs".to_owned(),
                Differs::Host(why) => why.to_string(),
            };
            format!("the page shows the prompt `{page}`, a reader sees `{live}`: {why}")
        }
        Reason::CommandChanged { recorded, now } => {
            format!("the recorded command is `{recorded}`, the document has `{now}`")
        }
        Reason::OutputChanged => headline::first_mismatch(finding),
        Reason::PageDiffers => format!("not what the page shows: {}", headline::first_mismatch(finding)),
        Reason::CommandNotFound(line) => {
            format!("its exit status is as expected, but it printed: {line}")
        }
        Reason::ErrorPrinted(line) => {
            format!("the program says that something went wrong: {line}")
        }
        Reason::Complained(line) => {
            format!("its exit status is 0, and it says that something went wrong: {line}")
        }
        Reason::NotSilent => {
            "it prints something where the page shows that nothing is printed".to_owned()
        }
        Reason::Unrecorded => "there is nothing to compare its output with".to_owned(),
        Reason::OutdatedForm { shown, live } => {
            format!("the page shows the output of {shown}; a reader sees that of {live}")
        }
        Reason::NotReached(origin) | Reason::Behind(origin) => because_of(origin),
        Reason::Interrupted | Reason::AfterInterrupt => "interrupted".to_owned(),
        Reason::ForPerson => "for a person".to_owned(),
        Reason::NeedsPassword => {
            "`sudo` would ask for a password here, and nobody types one".to_owned()
        }
        Reason::DaemonLost => "the Docker daemon went away".to_owned(),
        Reason::HadBefore(what) => {
            format!("not the tutorial's fault: {what} was there before, and is not the page's")
        }
        Reason::Trouble(line) => format!("not the tutorial's fault: {line}"),
        Reason::NotObserved => {
            "the saved run has nothing of this command: play the page again".to_owned()
        }
        Reason::Skipped(why) => Fate::Skipped(why.clone()).to_string(),
        Reason::Manual(task) => task.to_string(),
        Reason::Gated(gate) => gate.to_string(),
    }
}

fn after_colon(said: &str) -> String {
    if said.is_empty() {
        String::new()
    } else {
        format!(": {said}")
    }
}

fn because_of(origin: &Origin) -> String {
    match &origin.page {
        Some(page) => format!("because of step {} of {page}", origin.number),
        None => format!("because of step {}", origin.number),
    }
}

/// The way out, for a step of this document.
#[expect(clippy::too_many_lines, reason = "one arm for each hint")]
pub(super) fn hint(hint: &Hint, document: &str) -> String {
    let record =
        |otherwise: &str| format!("`tutcheck record {document}` writes it down, {otherwise}");
    let comment = hint.directive().map_or_else(String::new, |directive| {
        format!("`<!-- tutcheck: {} -->`", directive.words)
    });
    let always = match hint {
        Hint::RecordCommand => return record("if the new command is meant"),
        Hint::RecordOutput => return record("if the new output is meant"),
        Hint::RecordOrDoNotCompare => {
            return record(&format!("or write {comment} before the block"));
        }
        Hint::Accept(_) => {
            return format!(
                "if it is so each time, write {comment} before the block; {}",
                record("if the new output is meant")
            );
        }
        Hint::AcceptStatus { is_missing, .. } => {
            let mend = if *is_missing {
                "is it misspelt, or to be installed first? If"
            } else {
                "mend the command, or what it stands on; if"
            };
            return format!("{mend} a reader should see this, write {comment} before its block");
        }
        Hint::Misprint {
            found: "\u{a0}", ..
        } => {
            return "the command has a blank that does not break (U+00A0), as copied from a web page; a shell knows only the usual one".to_owned();
        }
        Hint::Misprint { found, typed } => {
            return format!(
                "the command has `{found}`, as a word processor or a web page writes it: `{typed}` is typed"
            );
        }
        Hint::LeaveFirst { line } => {
            return format!(
                "it was typed into what line {line} has opened: if a reader is to leave that first, show `exit` before it"
            );
        }
        Hint::LeftBefore { line } => {
            return format!(
                "line {line} has left it: what is typed here comes too late, or that line too early"
            );
        }
        Hint::NoSuchImage { image } => {
            return format!("no registry has `{image}`: is it misspelt, or no longer there?");
        }
        Hint::OtherPort {
            asked,
            opened,
            line,
        } => {
            return format!(
                "line {line} opens port {opened}, and not {asked}: one of the two is wrong"
            );
        }
        Hint::InnerPort { port, line } => {
            return format!(
                "line {line} opens port {port}, and nobody serves it: does the server listen on the port that `-p` names for the container? If it only needs longer, say `timeout=…`"
            );
        }
        Hint::NoFolder { folder } => {
            return format!(
                "nothing on the page makes the folder `{folder}`: is `mkdir {folder}` missing, or a `cd` before it?"
            );
        }
        Hint::NotExported { name, line } => {
            return format!(
                "line {line} sets `{name}` for the shell alone: with `export {name}=…`, programs see it"
            );
        }
        Hint::SavedElsewhere { file, folder, line } => {
            let cd = folder
                .as_ref()
                .map_or("a `cd`".to_owned(), |folder| format!("`cd {folder}`"));
            return format!(
                "line {line} has saved `{file}`: is the shell in another folder now, was {cd} lost?"
            );
        }
        Hint::NotSet { name } => {
            return format!(
                "no step sets `${name}`: was `export {name}=…` lost, or is it misspelt?"
            );
        }
        Hint::SaveBlock { line, file } => {
            return format!(
                "the block of line {line} is not saved: if it is `{file}`, write {comment} before it"
            );
        }
        Hint::LineOfFile {
            file,
            line,
            page_line,
            needs_tab,
        } => {
            let tab = if *needs_tab {
                ", where a recipe begins with a tab and not with blanks"
            } else {
                ""
            };
            return format!("line {line} of `{file}` is line {page_line} of the page{tab}");
        }
        Hint::MakeExecutable { file } => {
            return format!("it is no program yet: `chmod +x {file}` before it");
        }
        Hint::NotCopied {
            file,
            line,
            dockerfile_line,
        } => {
            return format!(
                "`{file}` is saved in line {line}, and no `COPY` of the Dockerfile in line {dockerfile_line} has it"
            );
        }
        Hint::NameIt { name, line } => {
            return format!(
                "no step gives a container the name `{name}`: does line {line} lack `--name {name}`?"
            );
        }
        Hint::RemovedBefore { name, line } => {
            return format!("line {line} has removed `{name}`: remove it later, or start it again");
        }
        Hint::NameTaken { name, line } => {
            return format!(
                "line {line} has given the name to another container: `docker rm -f {name}` before this one"
            );
        }
        Hint::PortTaken { line } => {
            return format!(
                "line {line} has opened the port for another container: end that before, or take another port"
            );
        }
        Hint::WaitForPort {
            port,
            line,
            is_open: true,
        } => {
            return format!(
                "port {port} of line {line} is open, and nothing answers behind it: does the server listen on the port that `-p` names for the container? If it only needs longer, {comment} before the block of line {line}"
            );
        }
        Hint::WaitForPort { line, .. } => {
            return format!(
                "it may not be up yet: {comment} before the block of line {line} waits for it"
            );
        }
        Hint::StepNotRun { number, gate } => {
            return format!(
                "step {number}, which may have made what is missing, was not run: {gate}"
            );
        }
        Hint::Mask => {
            "if it differs each time, write `<!-- tutcheck: mask=/regex/ -->` before the block"
        }
        Hint::MendOutput { is_recorded: true } => {
            "mend the output on the page, or let `tutcheck accept` do it; `...` on a line of its own leaves lines out"
        }
        Hint::MendOutput { is_recorded: false } => {
            return format!(
                "mend the output on the page, or let `tutcheck accept` do it; {comment} before the block compares nothing, `...` leaves lines out"
            );
        }
        Hint::MendStatus => "mend the output on the page, and the status below it",
        Hint::MendPrompt => "mend the prompt on the page",
        Hint::ShowOrRecord => "if a reader should see that, show it on the page or record it",
        Hint::ShowIt => {
            return format!(
                "if a reader should see that, show it on the page, or write {comment} before the block; `|| true` says that failure is fine"
            );
        }
        Hint::TryAgain => {
            return format!(
                "if a reader would try it again, {comment} before the block does; `wait=` waits for what it needs"
            );
        }
        Hint::StatusUnseen => {
            "without `exit=` or `fails`, no status counts where no reader sees one"
        }
        Hint::ShowExit => "a reader leaves it with `exit`: show that where it is meant",
        Hint::Longer => "give it longer with `timeout=…`",
        Hint::LongerOrOtherWait => "give it longer with `timeout=…`, or mend what `wait=` names",
        Hint::OtherKey => "press another key, or give it longer with `timeout=…`",
        Hint::TypeTheRest => {
            "it waits for the rest of what was typed: is a quote, a bracket or a `;` missing?"
        }
        Hint::EndTheText => "what is typed into the file ends with a line `^D` in a session",
        Hint::Answer => {
            "let the command itself answer, as with `-y` or `echo yes |`, show the answer behind the question on the page, or say what is typed: `<!-- tutcheck: type=\"…\" -->` before the block"
        }
        Hint::FreeIt => {
            "rename one of the two, or play where nobody has it (`docker ps -a`, `docker volume ls`, `docker network ls`, `ss -ltn` show what is there); what a killed run has left, `tutcheck clean` removes"
        }
        Hint::TypeSecret => {
            "say what is typed: `<!-- tutcheck: type=\"…\" -->` before the block, with `⏎` between two"
        }
        Hint::WholeCommand => "write the whole command in one block",
        Hint::MeantToEnd => {
            return format!("if it is meant to end, write {comment} before its block");
        }
        Hint::PlayAsRoot => "play it where `sudo` asks for none, or as root",
        Hint::EndItBefore => {
            "end it before with `<!-- tutcheck key ctrl-c -->`, or give this block another terminal: `terminal=two`"
        }
        Hint::KeepItOpen => {
            "`docker run -it` keeps a shell open; `tutcheck plan` says where each command is typed"
        }
        Hint::LookAtOutput => {
            "it should still run when a reader comes to end it: look at what it printed"
        }
        Hint::LookAtLaterOutput => {
            "a reader finds it running when the page says so: look at what it printed later"
        }
        Hint::KeyBehindProgram => {
            "a key belongs behind a program that goes on, in its terminal: `key ctrl-c terminal=…`"
        }
    };
    always.to_owned()
}
