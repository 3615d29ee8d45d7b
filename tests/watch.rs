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
pub struct Watch {
    child: Child,
    said: Receiver<String>,
}

impl Watch {
    pub fn start(tutorial: &Tutorial) -> Watch {
        Watch::start_at(tutorial, &["page.md"])
    }

    pub fn start_at(tutorial: &Tutorial, pages: &[&str]) -> Watch {
        let mut command = tutorial.command(&[&["watch"], pages].concat());
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

    /// `kill -9`
    pub fn is_killed(&self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        // It is waited for when it is dropped.
        std::thread::sleep(Duration::from_millis(200));
    }

    /// Waits for a line with these words; what was said until then.
    #[track_caller]
    pub fn says(&self, words: &str) -> String {
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
    let said = watch.says("from step 2 (2 played");
    assert!(said.contains("3 passed"), "{said}");
    tutorial.edit("\n$ echo three", "");
    let said = watch.says("what was played before is all");
    assert!(said.contains("2 passed"), "{said}");
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

/// What a step in the middle changes, those behind it see as if it had been so from the start: variables, functions,
/// the folder, files.
#[test]
fn a_page_goes_on_from_its_middle() {
    let tutorial = Tutorial::new(
        r"
    ```console
    $ mkdir app && cd app && export NAME=world && greet() { echo hello $NAME; }
    $ echo 1 > count
    $ echo $(($(cat count) + 1)) > count
    $ cat count
    2
    $ greet
    hello world
    $ ls; pwd | grep -o app
    count
    app
    ```
    ",
    );
    let watch = Watch::start(&tutorial);
    watch.says("6 passed");
    tutorial.edit("+ 1)) > count", "+ 2)) > count; touch more");
    let said = watch.says("from step 3 (4 played");
    assert!(
        said.contains("2 broken") || said.contains("1 broken"),
        "{said}"
    );
    tutorial.edit("\n2\n", "\n3\n");
    watch.says("Summary");
    tutorial.edit("count\napp", "count\nmore\napp");
    watch.says("6 passed");
    tutorial.edit("; touch more", "");
    let said = watch.says("from step 3 (");
    assert!(
        said.contains("1 broken") && said.contains("- more"),
        "{said}"
    );
    tutorial.edit("more\n", "");
    watch.says("6 passed");
}

/// A command that only looks is played alone, where it stands.
#[test]
fn what_only_looks_is_played_alone() {
    let tutorial = Tutorial::new(
        r"
    ```console
    $ echo 1 > count
    $ cat count
    1
    $ echo 2 > count
    $ cat count
    2
    ```
    ",
    );
    let watch = Watch::start(&tutorial);
    watch.says("4 passed");
    tutorial.edit("cat count\n1", "wc -l count\n1 count");
    let said = watch.says("from step 2 (1 played");
    assert!(said.contains("4 passed"), "{said}");
    // What stands behind `$?` is not what it was seen to be.
    tutorial.edit("$ echo 2 > count", "$ echo $? > count");
    watch.says("from step 3 (2 played");
    tutorial.edit("wc -l count\n1 count", "wc -l nothing");
    watch.says("from step 2 (1 played");
}

#[test]
fn what_a_background_job_does_cannot_be_had_again() {
    let tutorial = Tutorial::new(
        r"
    ```console
    $ echo one
    one
    $ sleep 60 &
    $ echo two
    two
    ```
    ",
    );
    let watch = Watch::start(&tutorial);
    watch.says("3 passed");
    tutorial.edit("echo two", "printf 'two\\n' | tee copy");
    watch.says("from step 2 (2 played");
}

/// What an author has at heart: the steps before it have only to succeed, and what is behind it is left out.
#[test]
fn a_page_is_played_for_some_of_its_steps() {
    let tutorial = Tutorial::new(
        r"
    ```console
    $ echo one
    wrong
    $ echo two
    two
    $ echo three
    wrong
    ```
    ",
    );
    let says = |arguments: &[&str], status: i32, words: &str| {
        let said = tutorial.call(&[&["page.md"], arguments].concat());
        said.exits(status);
        assert!(said.out.contains(words), "{}", said.out);
    };
    says(&["--only", "2"], 0, "2 passed");
    says(&["--from", "2"], 1, "2 passed, 1 broken");
    says(&["--only", "1-2"], 1, "1 passed, 1 broken");
    for (option, wanted) in [("--only", "7"), ("--from", "2-1"), ("--only", "nothing")] {
        let said = tutorial.call(&["page.md", option, wanted]);
        said.exits(2).complains("page.md has no step");
    }
    tutorial.write("other.md", "```console\n$ echo x\n```\n");
    let said = tutorial.call(&["page.md", "other.md", "--only", "1"]);
    said.exits(2).complains("is for one page, and these are 2");
}

/// Where a reader was stuck, nothing behind it was seen.
#[test]
fn a_page_in_which_a_reader_was_stuck_goes_on_from_there() {
    let tutorial = Tutorial::new(
        r"
    ```console
    $ echo 1 > count
    ```

    ```console
    $ false
    ```

    ```console
    $ cat count
    1
    $ echo two
    two
    ```
    ",
    );
    let watch = Watch::start(&tutorial);
    watch.says("1 passed, 1 broken, 2 not reached");
    tutorial.edit("two\ntwo", "2\n2");
    watch.says("1 passed, 1 broken, 2 not reached");
    tutorial.edit("```console\n$ false", "```console exit=1\n$ false");
    let said = watch.says("from step 3 (2 played");
    assert!(said.contains("4 passed"), "{said}");
    tutorial.edit(
        "```console exit=1\n$ false",
        "```console\n$ echo $((1 + $(cat count)))\n2",
    );
    let said = watch.says("from step 2 (3 played");
    assert!(said.contains("4 passed"), "{said}");
}

#[test]
fn steps_at_the_end_have_their_own_output() {
    let tutorial = Tutorial::new("\n    ```console\n    $ echo one\n    one\n    ```\n");
    let watch = Watch::start(&tutorial);
    watch.says("1 passed");
    tutorial.edit("\none\n", "\none\n$ echo two\ntwo\n");
    watch.says("2 passed");
    tutorial.edit(
        "\ntwo\n",
        "\ntwo\n$ echo three\nthree\n$ true\n$ echo four\nfour\n",
    );
    watch.says("5 passed");
}

/// What was not seen is played, and so is what may hear of a look that fails.
#[test]
fn what_comes_behind_a_look_is_played_where_it_may_be_another() {
    let tutorial = Tutorial::new(
        r"
    ```console
    $ touch f
    $ false
    $ touch g
    $ ls
    f
    g
    ```

    ```console exit=1
    $ cat f | grep x
    ```

    ```console
    $ st() { echo $?; }
    ```
    ",
    );
    let watch = Watch::start(&tutorial);
    watch.says("1 broken, 4 not reached");
    tutorial.edit("$ false\n", "$ true\n");
    let said = watch.says("from step 2 (5 played");
    assert!(said.contains("6 passed"), "{said}");
    tutorial.edit("$ ls\nf\ng\n", "$ ls | grep f\nf\n");
    let said = watch.says("from step 4 (1 played");
    assert!(said.contains("6 passed"), "{said}");
    tutorial.edit("| grep x", "| grep y");
    let said = watch.says("(2 played");
    assert!(said.contains("6 passed"), "{said}");
}

/// Files of two names, open files, limits: no moment is kept that could not come again.
#[test]
fn what_cannot_be_put_back_is_played_again() {
    for (before, words) in [
        ("echo A > a; ln a b", "from step 1 (3 played"),
        ("exec 3>/dev/null", "from step 1 (3 played"),
        ("declare -a e", "from step 1 (3 played"),
        ("ulimit -f 1000", "from step 1 (3 played"),
        ("mkdir a", "from step 2 (2 played"),
    ] {
        let page = format!("\n    ```console\n    $ {before}\n    $ x=1\n    $ ls -a\n    ```\n");
        let tutorial = Tutorial::new(&page);
        let watch = Watch::start(&tutorial);
        watch.says("3 passed");
        tutorial.edit("x=1", "x=2");
        let said = watch.says("from step");
        assert!(said.contains(words), "{before}: {said}");
    }
}

/// What is printed behind its step is told again where a page only goes on.
#[test]
fn what_was_told_at_the_end_is_told_again() {
    let tutorial = Tutorial::new(
        r"
    ```console
    $ echo x; (sleep 0.2; printf 'la%s\n' te) &
    y
    $ sleep 0.6
    ```
    ",
    );
    let watch = Watch::start(&tutorial);
    let first = watch.says("Summary");
    assert!(first.contains("late"), "{first}");
    tutorial.edit("$ sleep 0.6\n", "$ sleep 0.6\n$ echo more\nmore\n");
    let second = watch.says("from step 3 (1 played");
    assert!(second.contains("late"), "{second}");
}

/// Several pages, of which one is stuck: no place is kept, and the page that comes first is none of it.
#[test]
fn several_pages_are_played_from_the_start() {
    let tutorial = Tutorial::new("\n    ```console\n    $ echo one\n    ```\n");
    tutorial.write(
        "page2.md",
        "```console\n$ true\n$ true\n$ cat nothing\n$ echo two\n```\n",
    );
    let watch = Watch::start_at(&tutorial, &["page.md", "page2.md"]);
    watch.says("1 broken");
    let text = tutorial.read("page2.md");
    tutorial.write(
        "page2.md",
        text.replace(
            "$ cat nothing\n",
            "$ cat nothing\ncat: nothing: No such file or directory\n",
        ),
    );
    watch.says("Summary");
    tutorial.write("page2.md", text.replace("cat nothing", "true"));
    watch.says("5 passed");
}
