//! `tutcheck drift`, as far as it needs no daemon; the rest is `tests/drift/run`.

use std::fs;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal};
use serde_json::Value;

use crate::support::{Said, Tutorial, while_running};

const WORD: &str = r#"
    ```console
    $ cat "$TUTCHECK_DOCUMENT_DIR/word"
    one
    ```
"#;

/// A page that shows the word of a file beside it, which is not the page's.
fn page_with_a_word() -> Tutorial {
    let tutorial = Tutorial::new(WORD);
    tutorial.write("word", "one\n");
    tutorial
}

/// What a night came to; the report is JSON.
fn night(tutorial: &Tutorial, status: i32) -> Value {
    let said = tutorial.call(&["drift", "page.md", "--report", "json"]);
    said.exits(status);
    serde_json::from_str(&said.out).unwrap()
}

#[test]
fn a_page_is_played_until_it_was_green_and_then_only_if_something_moved() {
    let tutorial = page_with_a_word();
    assert_eq!(night(&tutorial, 0)["pages"][0]["outcome"], "green");
    let lock = tutorial.read("expectations/drift.lock");
    assert!(lock.contains("\n  page.md:\n"), "{lock}");
    assert_eq!(night(&tutorial, 0)["pages"][0]["outcome"], "unmoved");
    // What is not the page's is not seen, and what is, is.
    tutorial.write("word", "two\n");
    assert_eq!(night(&tutorial, 0)["pages"][0]["outcome"], "unmoved");
    let text = tutorial.read("page.md");
    tutorial.write("page.md", format!("{text}\nMore.\n"));
    for has_changed in [true, false] {
        let report = night(&tutorial, 1);
        let page = &report["pages"][0];
        assert_eq!(page["broken"]["step"], 1, "{report:#}");
        assert_eq!(page["broken"]["cause"]["kind"], "nothing-moved");
        assert_eq!(page["changed_since_last"], has_changed);
    }
    // A page that was broken the last time is played though nothing moved since it was green.
    tutorial.write("page.md", text);
    assert_eq!(night(&tutorial, 1)["pages"][0]["outcome"], "broken");
    assert_eq!(tutorial.read("expectations/drift.lock"), lock);
}

#[test]
fn what_was_broken_is_ours_alone_to_read() {
    use std::os::unix::fs::PermissionsExt;

    let tutorial = page_with_a_word();
    night(&tutorial, 0);
    let kept: Vec<_> = fs::read_dir(tutorial.path("state/tutcheck/drift"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(
        fs::metadata(&kept[0]).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn who_ends_a_night_writes_nothing() {
    let tutorial = Tutorial::new(
        "\n    ```sh\n    touch \"$TUTCHECK_DOCUMENT_DIR/begun\"; sleep 60\n    ```\n",
    );
    let begun = tutorial.path("begun");
    let mut command = tutorial.command(&["drift", "page.md"]);
    let output = while_running(
        &mut command,
        || begun.exists(),
        |id| {
            let pid = Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
            rustix::process::kill_process(pid, Signal::INT).unwrap();
        },
    );
    assert_eq!(output.status.code(), Some(130));
    assert!(!tutorial.path("expectations/drift.lock").exists());
    assert!(!tutorial.path("state/tutcheck/drift").exists());
}

/// A lock with one image.
fn lock(digit: char, version: &str) -> String {
    let digest = digit.to_string().repeat(64);
    format!(
        "tutcheck: 1\nwith:\n  tutcheck: 0.1.0\npages:\n  page.md:\n    content: sha256:0\n    images:\n    - redis:7\n\
         images:\n  redis:7:\n    content: sha256:{digest}\n    pull: sha256:{digest}\n    platform: linux/amd64\n    \
         versions:\n      REDIS: {version}\n"
    )
}

#[test]
fn the_history_of_a_lock_says_what_moved() {
    let tutorial = Tutorial::new(WORD);
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        let named = ["-c", "user.name=x", "-c", "user.email=x@localhost"];
        git.args(named)
            .args(arguments)
            .current_dir(tutorial.path("."));
        assert!(
            git.stdout(Stdio::null()).status().unwrap().success(),
            "{arguments:?}"
        );
    };
    tutorial.call(&["drift", "log"]).exits(2).complains("git's");
    git(&["init", "--quiet"]);
    for (digit, version) in [('a', "7.2.4"), ('b', "7.4.0")] {
        fs::write(
            tutorial.path("expectations/drift.lock"),
            lock(digit, version),
        )
        .unwrap();
        git(&["add", "expectations/drift.lock"]);
        git(&["commit", "--quiet", "--message", version]);
    }
    let wanted = "redis:7 moved (aaaaaaaaaaaa → bbbbbbbbbbbb, Redis 7.2.4 → 7.4.0)";
    tutorial.call(&["drift", "log"]).exits(0).says(wanted);
    tutorial
        .call(&["drift", "log", "page.md"])
        .exits(0)
        .says(wanted);
    let other = tutorial.call(&["drift", "log", "other.md"]);
    other.exits(2).complains("other.md is in no lock");
}

#[test]
fn engines_are_compared_by_their_runs() {
    let tutorial = page_with_a_word();
    for (word, engine) in [("one", "26.1.5"), ("two", "29.1.3")] {
        tutorial.write("word", format!("{word}\n"));
        let name = format!("{word}.json");
        tutorial.call(&["check", "page.md", "--save", &name]);
        let mut saved: Value = serde_json::from_str(&tutorial.read(&name)).unwrap();
        saved["documents"][0]["engine"] = engine.into();
        tutorial.write(&name, saved.to_string());
    }
    let both = ["drift", "--engines", "one.json", "two.json"];
    tutorial.call(&both).exits(1).says("breaks only on 29.1.3");
    let one = tutorial.call(&["drift", "--engines", "one.json"]);
    one.exits(2).complains("a saved run of each engine");
    let same = tutorial.call(&["drift", "--engines", "one.json", "one.json"]);
    same.exits(0).says("26.1.5 (one.json)");
}

#[test]
fn the_nightly_job_is_one_that_its_host_reads() {
    let tutorial = Tutorial::new(WORD);
    let job = |host: &str| {
        let said = tutorial.call(&["drift", "--workflow", host, "docs", "a.md"]);
        said.exits(0).says("docs a.md");
        said.out
    };
    let is_bash = |script: &str| {
        let checked = Command::new("bash")
            .args(["-n", "-c", script])
            .output()
            .unwrap();
        assert!(
            checked.status.success(),
            "{}\n{script}",
            String::from_utf8_lossy(&checked.stderr)
        );
    };
    let github: serde_yaml::Value = serde_yaml::from_str(&job("github")).unwrap();
    let steps = github["jobs"]["drift"]["steps"].as_sequence().unwrap();
    let scripts: Vec<&str> = steps
        .iter()
        .filter_map(|step| step["run"].as_str())
        .collect();
    assert!(scripts.len() >= 4, "{scripts:?}");
    // What stands in `${{ }}` is filled in before bash sees it.
    for script in scripts {
        is_bash(&script.replace("${{", "").replace("}}", ""));
    }
    let gitlab: serde_yaml::Value = serde_yaml::from_str(&job("gitlab")).unwrap();
    let scripts = gitlab["drift"]["script"].as_sequence().unwrap();
    for script in scripts {
        is_bash(script.as_str().unwrap());
    }
    let cron = job("cron");
    let line = cron.lines().find(|line| !line.starts_with('#')).unwrap();
    // The time is cron's, and a `%` would be an end of line for it.
    is_bash(line.strip_prefix("23 3 * * * ").unwrap());
    assert!(!line.contains('%'), "{line}");
}

#[test]
fn what_is_wrong_with_a_call_is_said() {
    let tutorial = Tutorial::new(WORD);
    let complains = |arguments: &[&str], status: i32, words: &str| {
        let arguments = [&["drift"], arguments].concat();
        let said: Said = tutorial.call(&arguments);
        said.exits(status).complains(words);
    };
    complains(&["page.md", "--simulate", "redis"], 2, "write OLD=NEW");
    complains(
        &["page.md", "--report", "html"],
        2,
        "text, json and markdown",
    );
    complains(&["page.md", "--proof-budget", "soon"], 2, "a time such as");
    fs::create_dir(tutorial.path("empty")).unwrap();
    complains(&["empty"], 4, "no Markdown file with steps");
    for (text, words) in [
        ("- 1\n", "a lock with"),
        (
            "tutcheck: 9\nwith: { tutcheck: x }\npages: {}\n",
            "version 9",
        ),
        (
            "tutcheck: 1\nwith: { tutcheck: x }\npages: {}\nimages:\n  ../x:1: { platform: x }\n",
            "neither an image",
        ),
    ] {
        tutorial.write("expectations/drift.lock", text);
        complains(&["page.md"], 2, words);
        complains(&["page.md"], 2, "--> expectations/drift.lock:");
        assert_eq!(tutorial.read("expectations/drift.lock"), text);
    }
}
