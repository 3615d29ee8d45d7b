//! What is said, word for word.

use serde_json::json;

use crate::support::{Tutorial, outdented};

fn filtered(text: &str) -> String {
    let time = regex::Regex::new(r"\[ *\d+\.\d+s\]").unwrap();
    time.replace_all(text, "[   0.000s]").into_owned()
}

#[test]
fn the_form_for_people() {
    let tutorial = Tutorial::new(
        r"
    # Words

    ```console
    $ echo ten green bottles
    ten green bottles
    $ printf 'a\nb\nc\nd\ne\nf\n'
    a
    b
    c
    X
    e
    f
    $ false
    $ true
    ```
",
    );
    let said = tutorial.call(&["page.md"]);
    said.exits(1);
    let wanted = outdented(
        r"
        Checking page.md (4 steps)
          passed [   0.000s] 1/4 echo ten green bottles
          BROKEN [   0.000s] 2/4 printf 'a\nb\nc\nd\ne\nf\n' (not what the page shows: `d` instead of `X`)
          BROKEN [   0.000s] 3/4 false (exit 1 instead of 0)
     not reached [   0.000s] 4/4 true (because of step 3)

    error[page-differs]: step 2: not what the page shows: `d` instead of `X`
      --> page.md:6:3
     6 | $ printf 'a\nb\nc\nd\ne\nf\n'
       |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^
      = - on the page (line 10), + printed:
        ⋮
        b
        c
      - X
        ^
      + d
        ^
        e
        f

    hint: mend the output on the page, or let `tutcheck accept` do it; `<!-- tutcheck: no-compare -->` before the block compares nothing, `...` leaves lines out

    error[exit-changed]: step 3: exit 1 instead of 0
      --> page.md:13:3
    13 | $ false
       |   ^^^^^

    hint: mend the command, or what it stands on; if a reader should see this, write `<!-- tutcheck: exit=1 -->` before its block
         Summary [   0.000s] 1 passed, 2 broken, 1 not reached; 3 of 4 steps verified: 2 compared, 1 by exit status
    ",
    );
    assert_eq!(filtered(&said.out), wanted);
}

#[test]
fn the_form_for_programs() {
    let checked = Tutorial::new(
        r#"
    # Words

    ```sh
    echo 1
    ```

    <!-- tutcheck manual="look" -->
"#,
    )
    .check();
    checked.exits(0).verdicts(&["passed", "manual"]);
    let report = &checked.report;
    assert_eq!(report["documents"][0]["document"], "page.md");
    assert_eq!(report["documents"][0]["coverage"]["verified"], 1);
    assert_eq!(report["documents"][0]["coverage"]["total"], 2);
    let step = &checked.steps()[0];
    assert_eq!(step["key"], "words/echo-1");
    assert_eq!(step["line"], 4);
    assert_eq!(step["run"], "echo 1");
    assert_eq!(step["exit"], 0);
    assert!(step["elapsed_ms"].is_u64() && step["typed_as"].is_null() && step["reason"].is_null());
    assert!(step["difference"].is_null() && step["recorded_at"].is_null());
}

#[test]
fn what_broke_is_told_to_programs_too() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    echo $WORD
    ```

    ```sh
    echo b; test -z $WORD
    ```
",
    );
    tutorial.record().exits(0);
    let checked = tutorial.variable("WORD", "2").check();
    checked.exits(1).verdicts(&["broken"; 2]);
    let steps = checked.steps();
    let found = &steps[0]["difference"];
    let line = json!({ "is": "extra", "text": "2", "is_word": false });
    assert_eq!(found["lines"], json!([line]));
    let texts = (
        &found["with"],
        &found["line"],
        &found["expected"],
        &found["printed"],
    );
    assert_eq!(
        texts,
        (&json!("recording"), &json!(8), &json!("\n"), &json!("2\n"))
    );
    assert_eq!(
        steps[0]["recorded_at"],
        json!({ "path": "expectations/page.yaml", "line": 5 })
    );
    assert_eq!(steps[1]["last_lines"], "b");
    assert!(steps[1]["difference"].is_null());

    let checked = Tutorial::new(
        r"
    ```console
    $ echo a
    b
    ```
",
    )
    .check();
    let found = &checked.steps()[0]["difference"];
    let texts = (
        &found["with"],
        &found["line"],
        &found["expected"],
        &found["printed"],
    );
    assert_eq!(
        texts,
        (&json!("page"), &json!(3), &json!("b\n"), &json!("a\n"))
    );
    let marks = json!([[{ "start": 0, "end": 1 }], [{ "start": 0, "end": 1 }]]);
    let line = json!({ "is": "changed", "before": "b", "after": "a", "marks": marks, "why": null });
    assert_eq!(found["lines"], json!([line]));
}

#[test]
fn several_reports_at_once() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    echo 1
    ```
",
    );
    let said = tutorial.call(&[
        "page.md",
        "--report",
        "json=out/report.json",
        "--report",
        "text=out/report.txt",
    ]);
    said.exits(0).says("1 passed; 1 of 1 step verified");
    assert!(
        tutorial
            .read("out/report.json")
            .contains("\"verdict\": \"passed\"")
    );
    assert!(tutorial.read("out/report.txt").contains("1 passed"));
}

#[test]
fn steps_that_nobody_reached_are_one_line_and_red_pages_are_listed() {
    let tutorial = Tutorial::new("```sh\nfalse\necho 2\necho 3\necho 4\n```\n");
    tutorial.write("good.md", "```sh\necho 1\n```\n");
    let said = tutorial.call(&["page.md", "good.md"]);
    said.exits(1)
        .says("2–4/4 (because of step 1)")
        .says("red page.md: 1 finding");
    assert!(!said.out.contains("echo 3"), "{}", said.out);
    assert!(!said.out.contains("red good.md"), "{}", said.out);
    // A report in a file says the same.
    tutorial.call(&["page.md", "--report", "text=out.txt"]);
    assert!(
        tutorial
            .read("out.txt")
            .contains("2–4/4 (because of step 1)")
    );
}

#[test]
fn quiet_says_only_what_went_wrong() {
    let said = Tutorial::new(
        r"
    ```sh
    echo 1
    ```
",
    )
    .call(&["page.md", "-q"]);
    assert_eq!(
        filtered(&said.out),
        "     Summary [   0.000s] 1 passed; 1 of 1 step verified by exit status\n"
    );
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let tutorial = Tutorial::new(&format!("```sh\n{}```\n", "echo 1\n".repeat(3000)));
    let binary = env!("CARGO_BIN_EXE_tutcheck");
    let output = std::process::Command::new("bash")
        .args([
            "-c",
            "\"$0\" page.md | head -n 1; echo ${PIPESTATUS[0]}",
            binary,
        ])
        .current_dir(tutorial.path("."))
        .env("XDG_STATE_HOME", tutorial.path("state"))
        .env_remove("CI")
        .output()
        .unwrap();
    assert!(
        String::from_utf8_lossy(&output.stdout).ends_with("\n0\n"),
        "{output:?}"
    );
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn the_matcher_alone() {
    let tutorial = Tutorial::new("");
    tutorial
        .write("a", "id 4e8016eac31b up 2 minutes\n")
        .write("b", "id 0c564edbaa70 up 3 hours\n")
        .write("c", "id 0c564edbaa70 down\n");
    tutorial
        .call(&["compare", "--command", "docker x", "a", "b"])
        .exits(0);
    tutorial
        .call(&["compare", "--command", "docker x", "a", "c"])
        .exits(1)
        .says("`down` instead of `up`");
    tutorial
        .call(&["compare", "--command", "cat x", "a", "b"])
        .exits(1);
    tutorial
        .call(&["compare", "--command", "cat x", "a", "nowhere"])
        .exits(2)
        .complains("nowhere");
}

#[test]
fn every_command_speaks_to_programs_too() {
    let tutorial = Tutorial::new("```console\n$ echo one\none\n```\n");
    let value = |arguments: &[&str]| -> serde_json::Value {
        serde_json::from_str(&tutorial.call(arguments).out).expect("it is JSON")
    };
    assert_eq!(value(&["page.md", "--format", "json"])["exit"], 0);
    let recorded = value(&["record", "page.md", "--format", "json"]);
    assert_eq!(recorded["recordings"][0]["status"], "recorded");
    assert_eq!(recorded["recordings"][0]["steps"], 1);
    assert_eq!(recorded["plays"].as_array().unwrap().len(), 2);
    assert_eq!(
        value(&["explain", "early-visit", "--format", "json"])["is_rule"],
        false
    );
    tutorial.write("one", "a\n").write("two", "b\n");
    let compared = value(&[
        "compare",
        "--command",
        "x",
        "one",
        "two",
        "--format",
        "json",
    ]);
    assert_eq!(compared["same"], false);
    assert_eq!(compared["differences"][0], "`b` instead of `a`");
}

#[test]
fn prose_fits_the_columns_that_are_said() {
    let tutorial = Tutorial::new(
        "```console\n$ echo a rather long line that goes on and on, so that it must be broken somewhere\nno\n```\n",
    );
    let output = tutorial
        .command(&["page.md"])
        .env("COLUMNS", "60")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut long = text.lines().filter(|line| line.chars().count() > 60);
    // What was typed and printed stays as it is.
    let is_kept = |line: &str| {
        let is_quoted = line.starts_with("  ") || line.starts_with("2 |");
        is_quoted || line.contains('^')
    };
    assert!(long.all(is_kept), "{text}");
    assert!(
        text.contains(
            "
hint: mend the output on the page, or let `tutcheck accept`
      do it; `<!-- tutcheck: no-compare -->` before the
"
        ),
        "{text}"
    );
    let whole = tutorial
        .command(&["page.md"])
        .env_remove("COLUMNS")
        .output()
        .unwrap();
    let whole = String::from_utf8(whole.stdout).unwrap();
    assert!(
        whole
            .lines()
            .any(|line| line.starts_with("hint: ") && line.len() > 100),
        "{whole}"
    );
}

#[test]
fn somebody_who_watches_sees_a_clock_and_the_last_line() {
    let tutorial = Tutorial::new("```sh\nfor i in 1 2 3; do echo line-$i; sleep 0.7; done\n```\n");
    let call = tutorial.command(&["page.md"]);
    let program = call.get_program().to_str().unwrap().to_owned();
    let mut watched = std::process::Command::new("script");
    watched.args(["-qec", &format!("{program} page.md"), "/dev/null"]);
    watched.current_dir(call.get_current_dir().unwrap());
    for (name, value) in call.get_envs() {
        match value {
            Some(value) => watched.env(name, value),
            None => watched.env_remove(name),
        };
    }
    let output = watched.stdin(std::process::Stdio::null()).output().unwrap();
    let seen = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(seen.contains("playing"), "{seen}");
    assert!(seen.contains(" 1 s 1/1 for i in"), "{seen}");
    assert!(seen.contains("line-2"), "{seen}");
    // The line goes once the step is over.
    let (_, last) = seen.rsplit_once("playing").unwrap();
    assert!(last.contains("\r\u{1b}[K"), "{last:?}");
}
