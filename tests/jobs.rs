//! Several pages at once.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Tutorial, kill, while_running};

fn pages(number: usize, command: &str) -> Tutorial {
    let tutorial = Tutorial::new("");
    for index in 0..number {
        let page = format!("# Page\n\n```console\n$ {command}\n$ echo {index}\n{index}\n```\n");
        tutorial.write(&format!("p{index}.md"), page);
    }
    std::fs::remove_file(tutorial.path("page.md")).unwrap();
    tutorial
}

fn without_times(text: &str) -> String {
    let pattern = regex::Regex::new(r#"\[ *[0-9.]+s\]|"elapsed_ms": [0-9]+"#).unwrap();
    pattern.replace_all(text, "").into_owned()
}

#[test]
fn several_pages_at_once_are_told_as_one_after_the_other() {
    let tutorial = pages(6, "sleep 0.3");
    tutorial.write(
        "p3.md",
        "# Wrong\n\n```console\n$ echo 3\n4\n```\n\n```sh\nfalse\n```\n\n```sh\ntrue\n```\n",
    );
    for format in ["text", "json", "tap"] {
        let one = tutorial.call(&[".", "--jobs", "1", "--report", format]);
        let three = tutorial.call(&[".", "--jobs", "3", "--report", format]);
        assert_eq!((one.status, three.status), (1, 1));
        assert_eq!(
            without_times(&one.out),
            without_times(&three.out),
            "{format}"
        );
        assert_eq!(three.err, "");
    }
}

#[test]
fn a_play_of_several_at_once_is_kept_and_saved() {
    let tutorial = pages(3, "true");
    tutorial.write("p1.md", "```console\n$ echo 3\n4\n```\n");
    tutorial
        .call(&[".", "--jobs", "3", "--save", "run.json"])
        .exits(1);
    tutorial.call(&["judge", "run.json"]).exits(1).says("p1.md");
    tutorial.call(&["accept"]).exits(0).says("Written p1.md");
    tutorial.call(&[".", "-j2"]).exits(0);
}

#[test]
fn pages_are_played_at_the_same_time() {
    let tutorial = pages(4, "sleep 1");
    let start = Instant::now();
    tutorial.call(&[".", "--jobs", "4"]).exits(0);
    assert!(
        start.elapsed() < Duration::from_millis(3500),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn where_files_are_few_fewer_play_at_once() {
    let tutorial = pages(30, "sleep 0.2");
    let limited = format!(
        "ulimit -n 40; exec {} . --jobs 30",
        env!("CARGO_BIN_EXE_tutcheck")
    );
    let call = tutorial.command(&[]);
    let said = std::process::Command::new("bash")
        .args(["-c", &limited])
        .current_dir(tutorial.path(""))
        .envs(
            call.get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&said.stdout);
    assert_eq!(said.status.code(), Some(0), "{told}");
}

#[test]
fn what_is_given_reaches_every_page() {
    let tutorial = Tutorial::new("");
    for name in ["a", "b"] {
        let page =
            "```console\n$ echo <word> \"$PIN\"\nyes «PIN»\n```\n\n```sh needs=sun\ntrue\n```\n";
        tutorial.write(&format!("{name}.md"), page);
    }
    tutorial.write("tutcheck.yaml", "secrets: [PIN]\n");
    let tutorial = tutorial.variable("PIN", "s3cr3t-pin-78");
    let said = tutorial.call(&[
        "a.md", "b.md", "--var", "word=yes", "--have", "sun", "--jobs", "2", "--format", "json",
    ]);
    let report: Value = serde_json::from_str(&said.out).unwrap();
    for page in 0..2 {
        let steps = report["documents"][page]["steps"].as_array().unwrap();
        assert_eq!(steps[0]["typed_as"], "echo yes \"$PIN\"", "{report:#}");
        assert_eq!(steps[1]["verdict"], "passed");
    }
    assert!(!said.out.contains("s3cr3t"));
}

#[test]
fn every_way_through_pages_is_played() {
    let tutorial = Tutorial::new("");
    let page = "=== \"npm\"\n\n    ```console\n    $ echo npm\n    npm\n    ```\n\n=== \"yarn\"\n\n    ```console\n    $ echo yarn\n    yarn\n    ```\n";
    tutorial.write("a.md", page).write("b.md", page);
    let calls = |jobs: &str| {
        let said = tutorial.call(&["a.md", "b.md", "--every-arm", "--jobs", jobs]);
        assert_eq!(said.status, 0, "{}{}", said.out, said.err);
        without_times(&said.out)
    };
    let one = calls("1");
    assert_eq!(one.matches("yarn").count(), 4, "{one}");
    assert_eq!(one, calls("2"));
}

#[test]
fn ctrl_c_ends_all_of_it_and_nothing_stays() {
    let tutorial = pages(4, "sleep 60").with_own_tmp();
    let ready = || tutorial.ledgers().len() == 2;
    let mut call = tutorial.command(&[".", "--jobs", "2"]);
    let output = while_running(&mut call, ready, |pid| {
        std::thread::sleep(Duration::from_millis(500));
        kill("INT", pid);
    });
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert_eq!(std::fs::read_dir(tutorial.path("tmp")).unwrap().count(), 0);
    assert!(tutorial.ledgers().is_empty());
}

#[test]
fn a_page_whose_process_is_killed_could_not_be_tested() {
    let tutorial = Tutorial::new("");
    tutorial.write("a.md", "```sh\nkill -9 $(ps -o ppid= -p $$)\n```\n");
    tutorial.write("b.md", "```console\n$ echo b\nb\n```\n");
    let said = tutorial.call(&["a.md", "b.md", "--jobs", "2"]);
    said.exits(3)
        .says("what played it has ended (signal: 9 (SIGKILL))")
        .says("1 passed");
    tutorial.call(&["clean"]);
}

#[test]
fn odd_pages_are_played_as_alone() {
    let tutorial = Tutorial::new("");
    let tabs = "=== \"one\"\n\n    ```console\n    $ echo 1\n    1\n    ```\n\n=== \"two\"\n\n    ```console\n    $ echo 2\n    2\n    ```\n";
    tutorial.write("tabs.md", tabs);
    tutorial.write("a\u{200d}b\n.md", "```console\n$ echo odd\nodd\n```\n");
    tutorial.write(
        "-dash.md",
        "# The s3cr3t-word-79\n\n```console\n$ echo s3cr3t-word-79 | wc -c\n15\n```\n",
    );
    tutorial.write("tutcheck.yaml", "secrets: [WORD]\n");
    let tutorial = tutorial.variable("WORD", "s3cr3t-word-79");
    for jobs in ["1", "3"] {
        let said = tutorial.call(&[".", "--jobs", jobs, "--pick", "two"]);
        assert_eq!(said.status, 0, "{}{}", said.out, said.err);
        assert!(said.out.contains("3 passed; 3 of 3"), "{}", said.out);
    }
}

#[test]
fn where_the_call_is_killed_its_plays_end_too() {
    let tutorial = pages(2, "sleep 60").with_own_tmp();
    let ready = || tutorial.ledgers().len() == 2;
    let mut call = tutorial.command(&[".", "--jobs", "2"]);
    while_running(&mut call, ready, |pid| {
        std::thread::sleep(Duration::from_millis(500));
        kill("KILL", pid);
    });
    let start = Instant::now();
    while !tutorial.ledgers().is_empty() {
        assert!(start.elapsed() < Duration::from_secs(20), "a play goes on");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(std::fs::read_dir(tutorial.path("tmp")).unwrap().count(), 0);
}

#[test]
fn what_the_environment_says_of_reports_is_said_once() {
    let tutorial = pages(2, "true")
        .variable("TUTCHECK_REPORT", "json=r.json")
        .variable("TUTCHECK_SAVE", "s.json")
        .variable("TUTCHECK_JOBS", "2");
    tutorial.call(&["."]).exits(0);
    let report: Value = serde_json::from_str(&tutorial.read("r.json")).unwrap();
    assert_eq!(report["documents"].as_array().unwrap().len(), 2);
    let saved: Value = serde_json::from_str(&tutorial.read("s.json")).unwrap();
    assert_eq!(saved["documents"].as_array().unwrap().len(), 2);
}
