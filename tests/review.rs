//! What the last run printed, taken into the page and its recording.

use proptest::prelude::*;

use crate::support::Tutorial;

/// A page of every form that lines of an output can stand in.
const PAGE: &str = r"
    # Forms

    ```console
    $ echo one
    one
    $ echo two
    three
    $ printf 'a\nb\nc\n'
    a
    x
    c
    $ printf 'NAME   AGE\nweb    2\n'
    NAME    AGE
    web2    2
    ```

    1. In a list:

       ```bash
       echo hi there
       ```

       ```text
       hi you
       ```

    > ```console
    > $ printf '1\n2\n3\n4\n'
    > 1
    > ...
    > 5
    > ```
";

fn differing(text: &str, other: &str) -> Vec<(String, String)> {
    let both = text.lines().zip(other.lines());
    let lines = both.filter(|(one, other)| one != other);
    lines
        .map(|(one, other)| (one.to_owned(), other.to_owned()))
        .collect()
}

fn played(page: &str) -> Tutorial {
    let tutorial = Tutorial::new(page);
    tutorial.call(&["page.md", "--keep-going"]);
    tutorial
}

#[test]
fn only_words_that_differ_are_written() {
    let tutorial = played(PAGE);
    let before = tutorial.read("page.md");
    tutorial.call(&["accept", "--check"]).exits(1);
    assert_eq!(tutorial.read("page.md"), before);
    tutorial.call(&["accept"]).exits(0).says("Written page.md");
    let changed = differing(&before, &tutorial.read("page.md"));
    let wanted = [
        ("three", "two"),
        ("x", "b"),
        ("web2    2", "web    2"),
        ("   hi you", "   hi there"),
        ("> 5", "> 4"),
    ];
    let wanted = wanted.map(|(one, other)| (one.to_owned(), other.to_owned()));
    assert_eq!(changed, wanted);
    tutorial.call(&["page.md"]).exits(0);
    tutorial
        .call(&["accept"])
        .exits(0)
        .says("nothing to accept");
    tutorial.call(&["accept", "--check"]).exits(0);
}

#[test]
fn a_page_keeps_its_ends_of_lines_and_its_mark() {
    let tutorial = Tutorial::new("");
    let page = "\u{feff}- do:\r\n\r\n  ```console\r\n  $ printf 'a\\nb\\n'\r\n  a\r\n  c\r\n  d\r\n  $ echo x\r\n  y\r\n  ```";
    std::fs::write(tutorial.path("page.md"), page).unwrap();
    tutorial.call(&["page.md", "--keep-going"]).exits(1);
    tutorial.call(&["accept"]).exits(0);
    let wanted = page
        .replace("  c\r\n  d\r\n", "  b\r\n")
        .replace("  y", "  x");
    assert_eq!(tutorial.read("page.md"), wanted);
}

#[test]
fn lines_come_and_go() {
    let page =
        "\n    ```console\n    $ printf '1\\n2\\n3\\n'\n    2\n    $ echo\n    gone\n    ```\n";
    let tutorial = played(page);
    tutorial.call(&["accept"]);
    let page = tutorial.read("page.md");
    assert!(page.contains("'\n1\n2\n3\n$ echo\n"), "{page}");
}

#[test]
fn keys_are_accepted_one_by_one_and_rejected() {
    let tutorial = played(PAGE);
    tutorial
        .call(&["accept", "forms/echo-tow"])
        .exits(2)
        .complains("did you mean `forms/echo-two`?");
    tutorial.call(&["accept", "forms/echo-two"]).exits(0);
    assert!(tutorial.read("page.md").contains("x\nc"));
    tutorial
        .call(&["reject", "page.md"])
        .exits(2)
        .complains("takes the keys of steps");
    tutorial.call(&["reject", "forms/echo-hi-there"]).exits(0);
    tutorial.call(&["accept"]).exits(0);
    let page = tutorial.read("page.md");
    assert!(
        page.contains("hi you") && page.contains("a\nb\nc"),
        "{page}"
    );
    // A key that is named is meant, whatever was said before.
    tutorial.call(&["accept", "forms/echo-hi-there"]).exits(0);
    tutorial.call(&["page.md"]).exits(0);
}

#[test]
fn the_recording_is_accepted_with_the_page() {
    let tutorial = Tutorial::new("\n    ```console\n    $ echo one\n    one\n    ```\n");
    tutorial.call(&["record", "page.md"]).exits(0);
    let recorded = tutorial.read("expectations/page.yaml");
    tutorial.write(
        "expectations/page.yaml",
        recorded
            .replace("one\n", "uno\n")
            .replace("run: echo uno", "run: echo one"),
    );
    tutorial.edit("one\none", "one\nuno");
    tutorial.call(&["page.md"]).exits(1);
    tutorial
        .call(&["accept", "--recording"])
        .exits(0)
        .says("recording");
    assert_eq!(tutorial.read("expectations/page.yaml"), recorded);
    tutorial.call(&["page.md"]).exits(1);
    tutorial.call(&["accept"]).exits(0).says("page");
    tutorial.call(&["page.md"]).exits(0);
    assert_eq!(tutorial.read("expectations/page.yaml"), recorded);
}

#[test]
fn what_a_page_does_not_show_is_shown_where_that_is_asked_for() {
    let tutorial = played(
        "\n    1. Do:\n\n       ```bash\n       echo silent\n       ```\n\n    2. Then:\n\n       ```console\n       $ echo a\n       $ echo b\n       b\n       ```\n",
    );
    tutorial
        .call(&["accept"])
        .exits(0)
        .says("nothing to accept");
    tutorial.call(&["accept", "--show"]).exits(0);
    let page = tutorial.read("page.md");
    assert!(
        page.contains("   ```\n\n   ```text\n   silent\n   ```\n"),
        "{page}"
    );
    assert!(page.contains("   $ echo a\n   a\n   $ echo b\n"), "{page}");
    tutorial
        .call(&["page.md", "--locked"])
        .exits(0)
        .says("3 passed; 3 of 3 steps verified");
}

#[test]
fn a_page_that_has_changed_since_is_found_again() {
    let tutorial = played(PAGE);
    tutorial.edit("# Forms", "Words before.\n\nAnd more.\n\n# Forms");
    tutorial.call(&["accept"]).exits(0);
    tutorial.call(&["page.md"]).exits(0);
    // Of a command that is another now, nothing was seen.
    tutorial.edit("echo two\ntwo", "echo 2\n3");
    tutorial
        .call(&["accept"])
        .exits(0)
        .says("nothing to accept");
}

#[test]
fn what_would_end_its_block_is_refused() {
    let tutorial = played("\n    ```console\n    $ printf '```\\nx\\n'\n    a\n    b\n    ```\n");
    let before = tutorial.read("page.md");
    tutorial.call(&["accept"]).exits(1).says("Refused");
    assert_eq!(tutorial.read("page.md"), before);
    let pattern = played("\n    ```console\n    $ printf 'a\\n...\\nb\\n'\n    x\n    ```\n");
    pattern
        .call(&["accept"])
        .exits(1)
        .says("would stand for any on a page");
}

#[test]
fn a_pattern_that_holds_stays_and_one_that_does_not_is_told() {
    let tutorial = played(
        "\n    ```console\n    $ printf '1.2\\nend\\n'\n    \\d\\.\\d (re)\n    End\n    $ echo a\n    b* (glob)\n    ```\n",
    );
    tutorial.call(&["accept"]).exits(0).says("is a text now");
    let page = tutorial.read("page.md");
    assert!(
        page.contains("\\d\\.\\d (re)\nend\n$ echo a\na\n"),
        "{page}"
    );
}

#[test]
fn without_a_run_the_way_to_one_is_named() {
    let tutorial = Tutorial::new("\n    ```console\n    $ echo a\n    ```\n");
    tutorial
        .call(&["accept"])
        .exits(2)
        .complains("no run is kept of this project");
    tutorial
        .call(&["judge", "page.md"])
        .exits(2)
        .complains("`tutcheck page.md` plays it");
    tutorial.call(&["page.md"]).exits(0);
    tutorial.call(&["judge"]).exits(0).says("1 passed");
    tutorial
        .call(&["judge", "page.md"])
        .exits(0)
        .says("1 passed");
}

#[test]
fn three_runs_are_kept() {
    let tutorial = Tutorial::new("\n    ```console\n    $ echo a\n    ```\n");
    for _ in 0..5 {
        tutorial.call(&["page.md"]).exits(0);
    }
    let runs = walk(&tutorial.path("state/cache/tutcheck/kept"));
    let kept = runs.iter().filter(|path| !path.ends_with("last.json"));
    assert_eq!(kept.count(), 3, "{runs:?}");
}

/// No reader has the folder that a run has: a page's own home stays, and where there is none, none is written.
#[test]
fn the_folder_of_a_run_is_not_written() {
    let tutorial = played(
        "\n    ```console\n    $ echo in $PWD\n    on /home/you\n    $ pwd\n    somewhere\n    ```\n",
    );
    tutorial.call(&["accept"]).exits(1).says("no reader has");
    let page = tutorial.read("page.md");
    assert!(
        page.contains("\nin /home/you\n$ pwd\nsomewhere\n"),
        "{page}"
    );
}

#[test]
fn what_cannot_be_accepted_is_counted() {
    let tutorial = played(
        "\n    ```console\n    $ echo a\n    b\n    $ ls nowhere\n    $ (echo hi; exit 4)\n    hi\n    [3]\n    ```\n",
    );
    tutorial
        .call(&["accept"])
        .exits(0)
        .says("2 steps at fault for something else: `tutcheck judge` says what");
    let said = tutorial.call(&["page.md", "--keep-going"]);
    assert!(said.out.contains("the status below it"), "{}", said.out);
}

#[test]
fn a_blank_line_has_no_blanks_and_what_is_read_only_stays() {
    let page = "\n    - x\n\n      ```console\n      $ printf 'a\\n\\nb\\n'\n      a\n      c\n      ```\n";
    let tutorial = played(page);
    let path = tutorial.path("page.md");
    let mut mode = std::fs::metadata(&path).unwrap().permissions();
    mode.set_readonly(true);
    std::fs::set_permissions(&path, mode.clone()).unwrap();
    let before = tutorial.read("page.md");
    tutorial
        .call(&["accept"])
        .exits(2)
        .complains("is read-only");
    assert_eq!(tutorial.read("page.md"), before);
    std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o644);
    std::fs::set_permissions(&path, mode).unwrap();
    tutorial.call(&["accept"]).exits(0);
    assert!(
        tutorial.read("page.md").contains("\n  a\n\n  b\n  ```\n"),
        "{}",
        tutorial.read("page.md")
    );
}

/// What a page leaves out stays left out: rows that end in `...`, lines around `...`.
#[test]
fn gaps_stay_gaps() {
    let page = r"
    ```console
    $ printf 'NAME      ID       SIZE\nhello     one      12\nother     two      13\n'
    NAME      ID       SIZE
    hullo     one      ...
    other     two      ...
    $ printf 'a first line\nb\nc\nthe middle of it\nd\ne\nand so it ends\n'
    a first line
    ...
    the muddle of it
    ...
    and so it ends
    $ printf 'Traceback:\n  in file one\nError: no library called cairo\ndone\n'
    ...
    Error: no library called pango
    ...
    ```
";
    let tutorial = played(page);
    let before = tutorial.read("page.md");
    tutorial.call(&["accept"]).exits(0);
    let changed = differing(&before, &tutorial.read("page.md"));
    let wanted = [
        ("hullo     one      ...", "hello     one      ..."),
        ("the muddle of it", "the middle of it"),
        (
            "Error: no library called pango",
            "Error: no library called cairo",
        ),
    ];
    assert_eq!(
        changed,
        wanted.map(|(one, other)| (one.to_owned(), other.to_owned()))
    );
    tutorial.call(&["page.md"]).exits(0);
}

/// Types keys into a call on a terminal of 80 columns, one after the other; what was on the screen.
fn typed(tutorial: &Tutorial, arguments: &[&str], keys: &str) -> String {
    let program = r"
import fcntl, os, pty, select, struct, sys, termios
keys, call = sys.argv[1], sys.argv[2:]
child, end = pty.fork()
if child == 0:
    os.execvp(call[0], call)
fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 80, 0, 0))
def read(quiet):
    while select.select([end], [], [], quiet)[0]:
        try:
            said = os.read(end, 65536)
        except OSError:
            return
        if not said:
            return
        sys.stdout.buffer.write(said)
read(1.5)
for key in keys:
    try:
        os.write(end, key.encode())
    except OSError:
        break
    read(0.4)
read(5)
os.waitpid(child, 0)
";
    let call = tutorial.command(arguments);
    let mut python = std::process::Command::new("python3");
    python
        .args(["-c", program, keys])
        .arg(call.get_program())
        .args(call.get_args());
    python.current_dir(tutorial.path("."));
    for (name, value) in call.get_envs() {
        if let Some(value) = value {
            python.env(name, value);
        }
    }
    let output = python.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn each_difference_is_asked_about_and_all_are_written_at_the_end() {
    let tutorial = played(PAGE);
    let before = tutorial.read("page.md");
    // Accept, reject, a look at the whole output, write, undo and write again, the same for the rest.
    let screen = typed(&tutorial, &["review", "--color", "never"], "ardwuwA");
    for words in [
        "1 of 5  page.md:6  forms/echo-two",
        "a, w: into the page",
        "a accept   r reject   s skip",
        "printed:",
        "Written page.md",
    ] {
        assert!(screen.contains(words), "no {words:?} in\n{screen}");
    }
    assert!(
        screen
            .lines()
            .all(|line| line.trim_end().chars().count() <= 80),
        "{screen}"
    );
    let changed = differing(&before, &tutorial.read("page.md"));
    let wanted = [
        ("three", "two"),
        ("web2    2", "web    2"),
        ("   hi you", "   hi there"),
        ("> 5", "> 4"),
    ];
    assert_eq!(
        changed,
        wanted.map(|(one, other)| (one.to_owned(), other.to_owned()))
    );
    // What was rejected is not asked about again, until the page is played.
    let screen = typed(&tutorial, &["review", "--color", "never"], "q");
    assert!(screen.contains("there is nothing to accept"), "{screen}");
    tutorial.call(&["page.md"]);
    let screen = typed(&tutorial, &["review", "--color", "never"], "\u{3}");
    assert!(screen.contains("1 of 1"), "{screen}");
    assert!(tutorial.read("page.md").contains("\nx\n"));
    tutorial
        .call(&["review"])
        .exits(2)
        .complains("needs a terminal");
}

/// Whenever it is killed, page and recording are the old or the new ones, whole.
#[test]
fn killed_while_it_writes_each_file_is_the_old_or_the_new_one() {
    let tutorial = Tutorial::new("\n    ```console\n    $ echo one\n    one\n    ```\n");
    tutorial.call(&["record", "page.md"]).exits(0);
    let [page, recorded] = ["page.md", "expectations/page.yaml"].map(|name| tutorial.read(name));
    let old = [
        page.replace("\none", "\nuno"),
        recorded
            .replace("one\n", "uno\n")
            .replace("run: echo uno", "run: echo one"),
    ];
    for round in 0..40 {
        std::fs::write(tutorial.path("page.md"), &old[0]).unwrap();
        std::fs::write(tutorial.path("expectations/page.yaml"), &old[1]).unwrap();
        let mut child = tutorial
            .command(&["accept"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_micros(500 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        let now = ["page.md", "expectations/page.yaml"].map(|name| tutorial.read(name));
        for (now, (old, new)) in now.iter().zip(old.iter().zip([&page, &recorded])) {
            assert!(now == old || now == new, "{now}");
        }
    }
    // What was on its way when it was killed is swept by the next one.
    std::fs::write(tutorial.path("page.md"), &old[0]).unwrap();
    std::fs::write(tutorial.path("expectations/page.yaml"), &old[1]).unwrap();
    tutorial.call(&["accept"]).exits(0);
    for folder in ["", "expectations"] {
        let entries = std::fs::read_dir(tutorial.path(folder)).unwrap().flatten();
        let mut names = entries.map(|entry| entry.file_name().into_string().unwrap());
        assert!(names.all(|name| !name.starts_with(".tutcheck")));
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    entries
        .flat_map(|entry| match entry.path() {
            path if path.is_dir() => walk(&path),
            path => vec![path],
        })
        .collect()
}

/// Lines as programs print them and authors copy them.
fn output() -> impl Strategy<Value = Vec<String>> {
    let word = prop_oneof!["[a-z]{1,4}", "[0-9]{1,3}", Just("2 minutes".to_owned())];
    let line = proptest::collection::vec(word, 1..4).prop_map(|words| words.join(" "));
    proptest::collection::vec(line, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever a page shows and whatever is printed: once accepted, the page is green, and what stands around the
    /// output is as it was.
    #[test]
    fn what_was_accepted_is_green(shown in output(), printed in output(), prefix in "(|   |> )") {
        let quoted = printed.join("\\n");
        let mut lines = vec!["```console".to_owned(), format!("$ printf '{quoted}\\n'")];
        lines.extend(shown.iter().cloned());
        lines.extend(["$ echo end".to_owned(), "end".to_owned(), "```".to_owned()]);
        let lead = if prefix == "   " { "1. Do:\n\n" } else { "" };
        let block = format!("{prefix}{}\n", lines.join(&format!("\n{prefix}")));
        let tutorial = Tutorial::new("");
        tutorial.write("page.md", format!("{lead}{block}\nThe end.\n"));
        tutorial.call(&["page.md", "--keep-going"]);
        tutorial.call(&["accept"]);
        let page = tutorial.read("page.md");
        prop_assert_eq!(tutorial.call(&["page.md"]).status, 0, "{}", page);
        let start = format!("{lead}{prefix}```console\n{prefix}$ printf '{quoted}\\n'\n");
        let end = format!("{prefix}$ echo end\n{prefix}end\n{prefix}```\n\nThe end.\n");
        prop_assert!(page.starts_with(&start) && page.ends_with(&end), "{}", page);
    }
}
