//! Recording, and recording again.

use crate::daemon::World;
use crate::support::Tutorial;

const PAGE: &str = r"
    # Steps

    ```sh
    echo one
    echo two
    ```

    ```sh fails
    ls /nowhere
    ```
";

#[test]
fn a_recording_is_made_once_and_stays_as_it_is() {
    let tutorial = Tutorial::new(PAGE);
    tutorial
        .record()
        .exits(0)
        .says("recorded expectations/page.yaml (3 steps)");
    let first = tutorial.read("expectations/page.yaml");
    assert_eq!(
        first,
        "# Recorded by tutcheck; review it like code. `tutcheck record` rewrites it.\n\
         tutcheck: 1\ndocument: page.md\nsteps:\n\
         - step: steps/echo-one\n  run: echo one\n  output: |\n    one\n\
         - step: steps/echo-two\n  run: echo two\n  output: |\n    two\n\
         - step: steps/ls-nowhere\n  run: ls /nowhere\n  exit: 2\n  output: |\n    ls: cannot access '/nowhere': No such file or directory\n"
    );
    tutorial
        .record()
        .exits(0)
        .says("unchanged expectations/page.yaml");
    assert_eq!(tutorial.read("expectations/page.yaml"), first);
    tutorial.check().exits(0).verdicts(&["passed"; 3]);
}

#[test]
fn inserting_a_step_disturbs_no_other_and_a_changed_command_is_one() {
    let tutorial = Tutorial::new(PAGE);
    tutorial.record().exits(0);
    tutorial.edit("echo two", "echo new\necho two");
    tutorial.check().exits(0).verdicts(&["passed"; 4]);
    tutorial.edit("echo one\necho new", "echo eins");
    tutorial
        .check()
        .exits(1)
        .verdicts(&["broken", "passed", "passed"])
        .reason(
            1,
            "the recorded command is `echo one`, the document has `echo eins`",
        );
}

#[test]
fn a_step_that_is_gone_is_an_error_until_it_is_recorded_again() {
    let tutorial = Tutorial::new(PAGE);
    tutorial.record().exits(0);
    tutorial.edit("echo two\n", "");
    tutorial
        .call(&["page.md"])
        .exits(1)
        .says("error[orphan-expectation]")
        .says("put it back, or let `tutcheck record page.md` forget it")
        .says("2 passed");
    let report = tutorial.check().exits(1).report["documents"][0].clone();
    assert_eq!(report["orphans"][0]["code"], "orphan-expectation");
    tutorial.record().exits(0);
    tutorial.check().exits(0);
}

#[test]
fn what_differs_from_play_to_play_is_said_to_the_author() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    echo w$RANDOM$RANDOM
    ```
",
    );
    tutorial
        .record()
        .exits(1)
        .complains("unsettled")
        .complains("printed something else the next time");
    let masked = Tutorial::new(
        r"
    ```sh mask=/w[0-9]+/
    echo w$RANDOM$RANDOM
    ```
",
    );
    masked.record().exits(0);
    masked.check().exits(0);
}

#[test]
fn that_a_recording_cannot_be_written_is_said_before_anything_is_played() {
    let tutorial = Tutorial::new("```sh\ntouch \"$MARK\"\n```\n");
    std::fs::remove_dir_all(tutorial.path("expectations")).unwrap();
    tutorial.write("expectations", "");
    let tutorial = tutorial.file("MARK", "mark");
    tutorial.record().exits(2).complains("cannot write");
    assert!(!tutorial.path("mark").exists());
}

#[test]
fn what_the_page_leaves_out_may_differ_from_the_recording() {
    let page = |shown: &str| format!("```console\n$ cat \"$SAYS\"\n{shown}```\n");
    let plays = |shown: &str, second: &str| {
        let tutorial = Tutorial::new(&page(shown));
        tutorial.write("says", "tea\nfor two\nready\n");
        let tutorial = tutorial.file("SAYS", "says");
        tutorial.record().exits(0);
        tutorial.write("says", second);
        tutorial.check()
    };
    plays("tea\n...\nready\n", "tea\nfor three\nready\n").exits(0);
    // Only what it leaves out, and never an error.
    plays("tea\n...\nready\n", "tee\nfor two\nready\n").exits(1);
    plays("tea\n...\nready\n", "tea\nError: no water\nready\n").exits(1);
    plays("tea\nfor two\nready\n", "tea\nfor three\nready\n").exits(1);
}

#[test]
fn a_failing_tutorial_is_not_recorded() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    false
    ```
",
    );
    tutorial.record().exits(1).complains("nothing was recorded");
    assert!(!tutorial.path("expectations/page.yaml").exists());
}

#[test]
fn under_lock_everything_must_be_recorded() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    echo 1
    ```

    ```sh no-compare
    echo 2
    ```
",
    )
    .with("--locked");
    tutorial
        .check()
        .exits(1)
        .verdicts(&["unrecorded", "passed"]);
    // Without a recording, a page is checked by what it shows and by how its steps end.
    let in_ci = Tutorial::new("```sh\necho 1\n```\n").variable("CI", "true");
    in_ci.check().exits(0).verdicts(&["passed"]);
    in_ci.record().exits(0);
    in_ci.edit("echo 1", "echo 1\necho 2\nexport A=1");
    in_ci
        .check()
        .exits(1)
        .verdicts(&["passed", "unrecorded", "passed"]);
}

#[test]
fn what_fails_the_second_time_is_flaky() {
    let tutorial = Tutorial::new(
        r#"
    ```sh
    mkdir "$ONCE"
    ```
"#,
    );
    let tutorial = tutorial.file("ONCE", "once");
    tutorial
        .record()
        .exits(1)
        .says("error[flaky]: step 1: it passed when it was played first")
        .says("retry=")
        .complains("nothing was recorded");
    assert!(!tutorial.path("expectations/page.yaml").exists());
}

#[test]
fn a_page_where_nothing_is_played_gives_no_recording() {
    let tutorial = Tutorial::new(
        r"
    ```sh skip
    ls
    ```
",
    );
    tutorial.record().exits(4).complains("nothing was recorded");
    assert!(!tutorial.path("expectations/page.yaml").exists());
}

#[test]
fn a_recording_that_cannot_be_read_says_the_way_out_which_heals_it() {
    let tutorial = Tutorial::new(PAGE);
    tutorial.write("expectations/page.yaml", "<<<<<<< ours\n");
    tutorial
        .call(&["page.md"])
        .exits(2)
        .complains("mend it, or remove the file and write it anew");
    tutorial
        .record()
        .exits(0)
        .complains("no recording that can be read: all steps are recorded anew");
    tutorial.call(&["page.md"]).exits(0);
}

#[test]
fn a_recording_can_be_reviewed_though_lines_end_in_blanks() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    printf 'a  \nb \n'
    ```
",
    );
    tutorial.record().exits(0);
    let recorded = std::fs::read_to_string(tutorial.path("expectations/page.yaml")).unwrap();
    assert!(recorded.contains("output: |\n    a\n    b\n"), "{recorded}");
    tutorial.check().exits(0);
}

const NOISE: &str = r#"
    ```console
    $ echo "took $RANDOM of 17 rounds, mark $(od -An -N4 -tx1 /dev/urandom | tr -d ' ')"
    took 99 of 17 rounds, mark 0a1b2c3d
    ```
"#;

#[test]
fn what_two_plays_teach_is_written_down() {
    let tutorial = Tutorial::new(NOISE);
    tutorial
        .record()
        .exits(1)
        .complains("in line 1 is a number each time")
        .complains("in line 1 is a hexadecimal number each time")
        .complains("`tutcheck record --settle` writes that down");
    tutorial.check().exits(1);
    let settle = ["record", "--settle", "--plays", "3", "page.md"];
    tutorial.call(&settle).exits(0).complains("settled");
    let recorded = tutorial.read("expectations/page.yaml");
    assert!(recorded.contains("    is: number\n"), "{recorded}");
    assert!(recorded.contains("    is: hex\n"), "{recorded}");
    tutorial.check().exits(0).verdicts(&["passed"]);
    tutorial.call(&settle).exits(0).says("unchanged");
    // Anything else is a difference as before.
    tutorial.edit("$RANDOM of", "many of");
    tutorial.check().exits(1);
    tutorial.edit("many of 17", "$RANDOM of 18");
    tutorial
        .check()
        .exits(1)
        .reason(1, "the recorded command is");
    tutorial.edit("$RANDOM of 18", "$RANDOM of of 17");
    tutorial.check().exits(1);
}

#[test]
fn what_is_settled_stays_so_when_the_rest_is_recorded_again() {
    let tutorial = Tutorial::new(
        r#"
    ```sh
    printf 'one\ntook %s rounds\n' "$RANDOM"
    ```
"#,
    );
    let settle = ["record", "--settle", "page.md"];
    tutorial.call(&settle).exits(0);
    tutorial.edit("one", "zero\\none");
    tutorial.record().exits(0);
    let recorded = tutorial.read("expectations/page.yaml");
    assert!(recorded.contains("  - line: 3\n"), "{recorded}");
    tutorial.check().exits(0).verdicts(&["passed"]);
    // What differs in more than words of a kind is not settled.
    let grows = Tutorial::new(
        r#"
    ```sh
    echo word >> "$TUTCHECK_DOCUMENT_DIR/said"; paste -sd' ' "$TUTCHECK_DOCUMENT_DIR/said"
    ```
"#,
    );
    let said = grows.call(&settle);
    said.exits(1).complains("unsettled");
    assert!(!said.err.contains("--settle"), "{}", said.err);
}

#[test]
fn a_recording_has_the_digest_of_every_image() {
    let world = World::enter();
    let tutorial = Tutorial::new(
        r"
    ```sh
    docker pull -q busybox
    docker rmi busybox >/dev/null
    ```

    ```dockerfile file=Dockerfile
    FROM debian:stable-slim
    RUN true
    ```

    ```sh
    docker build -q -t built . >/dev/null; docker build -t built .
    docker run --rm built true
    ```
",
    );
    tutorial.record();
    let recorded = tutorial.read("expectations/page.yaml");
    for image in ["busybox:latest: sha256:", "debian:stable-slim: sha256:"] {
        assert!(recorded.contains(image), "no {image} in\n{recorded}");
    }
    assert!(!recorded.contains("\n  built"), "{recorded}");
    world.is_as_before();
}
