//! Runs that are saved, and judged again.

use serde_json::Value;

use crate::support::Tutorial;

const PAGE: &str = r"
    ```console
    $ echo one
    one
    $ echo two
    three
    $ echo four
    four
    ```
";

fn saved() -> Tutorial {
    let tutorial = Tutorial::new(PAGE);
    tutorial
        .call(&["page.md", "--save", "run.json", "--keep-going"])
        .exits(1);
    tutorial
}

#[test]
fn the_text_is_the_same_to_the_byte() {
    let tutorial = Tutorial::new(PAGE);
    let said = tutorial.call(&["page.md", "--save", "run.json"]);
    let again = tutorial.judge(&[]);
    assert_eq!(said.out, again.out);
    assert_eq!((said.status, again.status), (1, 1));
}

#[test]
fn what_has_changed_since_is_judged_as_it_is_now() {
    let tutorial = saved();
    tutorial.edit("three", "two");
    tutorial.judge(&[]).exits(0).says("3 passed");
    tutorial.judge(&["--locked"]).exits(0);
    // A recording that came since says something else.
    tutorial.call(&["record", "page.md"]).exits(0);
    let recorded = tutorial.read("expectations/page.yaml");
    tutorial.write("expectations/page.yaml", recorded.replace("four", "five"));
    tutorial
        .judge(&[])
        .exits(1)
        .says("`four` instead of `five`");
}

#[test]
fn a_command_that_has_changed_was_not_observed() {
    let tutorial = saved();
    tutorial.edit("echo two\nthree", "echo 2\n2");
    tutorial
        .judge(&[])
        .exits(3)
        .says("2 passed, 1 untestable")
        .says("the saved run has nothing of this command: play the page again");
    tutorial.edit("four\n```", "five\n```");
    tutorial
        .judge(&[])
        .exits(1)
        .says("`four` instead of `five`");
    let file = Tutorial::new(
        r"
    ```text file=f
    one
    ```

    ```sh
    true
    ```
",
    );
    file.check().exits(0);
    file.edit("one", "two");
    file.judge(&["--report", "json"])
        .exits(3)
        .says("not-observed");
}

#[test]
fn several_pages_are_entries_of_one_file() {
    let tutorial = saved();
    tutorial.write(
        "more.md",
        r"
    ---
    tutcheck: { after: page.md }
    ---
    ```sh
    echo [NAME]
    ```
",
    );
    let arguments = [
        "more.md",
        "--save",
        "run.json",
        "--var",
        "NAME=tea",
        "--keep-going",
    ];
    let said = tutorial.call(&arguments);
    let again = tutorial.judge(&[]);
    assert_eq!(said.out, again.out);
    let file: Value = serde_json::from_str(&tutorial.read("run.json")).unwrap();
    let documents: Vec<&str> = file["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|document| document["document"].as_str().unwrap())
        .collect();
    assert_eq!(documents, ["page.md", "more.md"]);
}

#[test]
fn a_file_that_is_no_saved_run_is_refused() {
    let tutorial = saved();
    for (text, words) in [
        ("{}", "it is no saved run: missing field `tutcheck-run`"),
        (
            "{\"tutcheck-run\":9}",
            "of version 9, and this tutcheck reads version 1",
        ),
        ("[", "it is no saved run: EOF"),
    ] {
        tutorial.write("run.json", text);
        tutorial.judge(&[]).exits(2).complains(words);
    }
    tutorial
        .call(&["judge", "none.json"])
        .exits(2)
        .complains("none.json");
    let file = saved();
    std::fs::remove_file(file.path("page.md")).unwrap();
    file.judge(&[]).exits(2).complains("cannot read page.md");
}

/// Nobody waits for a whole play to be told.
#[test]
fn a_place_that_cannot_be_written_is_told_before_anything_is_played() {
    let tutorial = Tutorial::new(
        r#"
    ```sh
    touch "$TUTCHECK_DOCUMENT_DIR/was-played"
    ```
"#,
    );
    tutorial.write("file", "");
    for path in [".", "file/run.json"] {
        tutorial
            .call(&["page.md", "--save", path])
            .exits(2)
            .complains(&format!("cannot write {path}: "));
    }
    assert!(!tutorial.path("was-played").exists());
}

/// Every key of a saved run stands in the schema.
#[test]
fn the_schema_has_every_key() {
    fn keys(value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    // The words of an output, and statuses, are names of the page's own.
                    if path.ends_with("known") {
                        continue;
                    }
                    found.push(key.clone());
                    keys(value, key, found);
                }
            }
            Value::Array(values) => values.iter().for_each(|value| keys(value, path, found)),
            _ => {}
        }
    }
    let tutorial = saved();
    let schema = tutorial.call(&["schema"]);
    let schema: Value = serde_json::from_str(&schema.exits(0).out).unwrap();
    let file: Value = serde_json::from_str(&tutorial.read("run.json")).unwrap();
    let mut found = Vec::new();
    keys(&file, "", &mut found);
    let text = schema.to_string();
    for key in found {
        assert!(
            text.contains(&format!("\"{key}\"")),
            "the schema lacks {key}"
        );
    }
}

/// What is said of a step does not depend on what the page has behind it.
#[test]
fn verdicts_do_not_depend_on_later_steps() {
    let blocks = [
        "```console\n$ echo one\none\n```\n",
        "```console\n$ echo two\nthree\n```\n",
        "```sh\nX=4\necho $X\n```\n",
        "```sh skip=\"not now\"\nls\n```\n",
        "Create `a.txt`:\n\n```text\nhello\n```\n",
        "```console\n$ cat a.txt\nhello\n$ cat b.txt\n```\n",
        "```console\n$ python3 -q\n>>> 1+1\n3\n>>> exit()\n```\n",
        "```console\n$ ls nothing\nls: cannot access 'nothing': No such file or directory\n```\n",
        "```sh\nexit 3\n```\n",
        "```sh\necho never\n```\n",
    ];
    let tutorial = Tutorial::new(&blocks.join("\n"));
    let of = |tutorial: &Tutorial, arguments: &[&str]| -> Vec<Value> {
        let said = match arguments {
            [] => tutorial.call(&["page.md", "--report", "json", "--save", "run.json"]),
            _ => tutorial.judge(arguments),
        };
        let report: Value = serde_json::from_str(&said.out).unwrap();
        report["documents"][0]["steps"].as_array().unwrap().clone()
    };
    let whole = of(&tutorial, &[]);
    assert!(whole.len() > 10, "{whole:#?}");
    for length in 1..blocks.len() {
        tutorial.write("page.md", blocks[..length].join("\n"));
        let part = of(&tutorial, &["--report", "json"]);
        assert!(!part.is_empty());
        assert_eq!(part, whole[..part.len()], "the first {length} blocks");
    }
}

/// `tests/saved/` has a page with the recording, the saved run and the report of a version before this one.
#[test]
fn what_an_earlier_version_has_written_is_understood() {
    let folder = |name: &str| format!("{}/tests/saved/{name}", env!("CARGO_MANIFEST_DIR"));
    let kept = |name: &str| std::fs::read_to_string(folder(name)).unwrap();
    let tutorial = Tutorial::new(&kept("page.md"));
    tutorial
        .write("expectations/page.yaml", kept("page.yaml"))
        .write("run.json", kept("run.json"));
    tutorial.judge(&[]).exits(0).says("4 passed");
    // An image that is there already is not pulled.
    let run = kept("run.json");
    let pull = run.find("Unable to find").unwrap()..run.find("tea\\n").unwrap();
    let mut without = run.clone();
    without.replace_range(pull, "");
    tutorial.write("run.json", without);
    let said = tutorial.judge(&["--report", "json"]);
    said.exits(0);
    let (before, now): (Value, Value) = (
        serde_json::from_str(&kept("report.json")).unwrap(),
        serde_json::from_str(&said.out).unwrap(),
    );
    has_all(&before, &now, "report");
}

/// Fields may be added, and never go.
fn has_all(before: &Value, now: &Value, way: &str) {
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => {
            for (key, value) in before {
                let way = format!("{way}.{key}");
                has_all(value, now.get(key).unwrap_or_else(|| panic!("{way}")), &way);
            }
        }
        (Value::Array(before), Value::Array(now)) => {
            for (before, now) in before.iter().zip(now) {
                has_all(before, now, way);
            }
        }
        _ => {}
    }
}
