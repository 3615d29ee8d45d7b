//! Checked again as the author saves.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use crate::support::Tutorial;

const PAGE: &str = r"
    # Counting

    ```console
    $ echo one
    one
    $ echo two
    two
    ```

    Words.
";

/// A watch that goes on, and what it says.
struct Watch {
    child: Child,
    said: Receiver<String>,
}

impl Watch {
    fn start(tutorial: &Tutorial) -> Watch {
        let mut command = tutorial.command(&["watch", "page.md"]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (say, said) = mpsc::channel();
        let errors = child.stderr.take().unwrap();
        let (other, output) = (say.clone(), child.stdout.take().unwrap());
        std::thread::spawn(move || lines(output, &say));
        std::thread::spawn(move || lines(errors, &other));
        Watch { child, said }
    }

    /// Waits for a line with these words; what was said until then.
    #[track_caller]
    fn says(&self, words: &str) -> String {
        let start = Instant::now();
        let mut all = String::new();
        while start.elapsed() < Duration::from_secs(30) {
            if let Ok(line) = self.said.recv_timeout(Duration::from_millis(200)) {
                all.push_str(&line);
                all.push('\n');
                if line.contains(words) {
                    // What stands beside it may come on the other stream.
                    let beside = Duration::from_millis(100);
                    while let Ok(line) = self.said.recv_timeout(beside) {
                        all.push_str(&line);
                        all.push('\n');
                    }
                    return all;
                }
            }
        }
        panic!("no {words:?} in\n{all}");
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
        let _ = self.child.wait();
    }
}

fn lines(output: impl std::io::Read, say: &mpsc::Sender<String>) {
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        let _ = say.send(line);
    }
}

#[test]
fn what_changes_no_command_is_judged_by_what_was_seen() {
    let tutorial = Tutorial::new(PAGE);
    let watch = Watch::start(&tutorial);
    watch.says("2 passed");
    tutorial.edit("\none", "\nuno");
    let said = watch.says("1 passed, 1 broken");
    assert!(
        said.contains("Judged by what was seen") && said.contains("page.md:4:3"),
        "{said}"
    );
    tutorial.edit("# Counting", "# Numbers\n\nMore words.");
    watch.says("1 passed, 1 broken");
    tutorial.edit("\nuno", "\none");
    let said = watch.says("2 passed");
    assert!(!said.contains("from the start"), "{said}");
}

#[test]
fn another_command_is_played_and_why_is_said() {
    let tutorial = Tutorial::new(PAGE);
    let watch = Watch::start(&tutorial);
    watch.says("2 passed");
    tutorial.edit("echo two\ntwo", "echo 2\n2\n$ echo three");
    let said = watch.says("3 passed");
    assert!(
        said.contains("from the start: step 2 is another one now: echo 2"),
        "{said}"
    );
    tutorial.edit("\n$ echo three", "");
    let said = watch.says("2 passed");
    assert!(said.contains("the page ends before step 3 now"), "{said}");
    // A page that cannot be read is said, and the next save is heard.
    tutorial.edit("```\n\nWords", "Words");
    watch.says("never closed");
    tutorial.edit("Words", "```\n\nWords");
    watch.says("2 passed");
}

/// What is judged and what is played is told beside the report, and settings that change a play are heard.
#[test]
fn settings_are_heard_and_the_talk_is_no_report() {
    let tutorial = Tutorial::new("\n    ```console\n    $ sleep 0.5; echo hi\n    hi\n    ```\n");
    let watch = Watch::start(&tutorial);
    watch.says("1 passed");
    tutorial.write("tutcheck.yaml", "timeout: 100ms\n");
    let said = watch.says("1 broken");
    assert!(
        said.contains("from the start: its settings are others now"),
        "{said}"
    );
    tutorial.write("tutcheck.yaml", "vars: {NAME: x}\n");
    watch.says("1 passed");
}

#[test]
fn a_save_ends_what_is_played() {
    let tutorial = Tutorial::new("\n    ```console\n    $ sleep 60\n    ```\n");
    let watch = Watch::start(&tutorial);
    std::thread::sleep(Duration::from_millis(500));
    let start = Instant::now();
    tutorial.edit("sleep 60", "sleep 0");
    watch.says("1 passed");
    assert!(start.elapsed() < Duration::from_secs(20));
}
