//! What an author is told, given and helped with.

use serde_json::Value;

use crate::support::Tutorial;

#[test]
fn every_example_of_a_word_is_right() {
    let tutorial = Tutorial::new("");
    let words = tutorial.call(&["explain", "--format", "json"]);
    let words: Value = serde_json::from_str(&words.exits(0).out).unwrap();
    let of_authors = words
        .as_array()
        .unwrap()
        .iter()
        .filter(|word| word["kind"] == "word");
    let mut played = 0;
    for word in of_authors {
        let page = word["example"].as_str().unwrap();
        tutorial.write("page.md", format!("{page}\n"));
        let said = tutorial.call(&["page.md"]);
        let is_right = said.status == 0 || (said.status == 4 && word["word"] == "skip");
        assert!(
            is_right,
            "{}:\n{page}\n{}{}",
            word["word"], said.out, said.err
        );
        played += 1;
    }
    assert!(played > 25, "{played}");
}

#[test]
fn every_kind_of_word_is_explained() {
    let tutorial = Tutorial::new("");
    for (word, says) in [
        ("output-changed", "something else than was recorded"),
        ("stale", "outdated form"),
        ("mask", "took $RANDOM ticks"),
        ("3", "could not be tested"),
        ("output-language", "An author overrules it"),
        ("manual", "look at the chart"),
    ] {
        tutorial.call(&["explain", word]).exits(0).says(says);
    }
    let all = tutorial.call(&["explain"]).exits(0).out.clone();
    let headings: Vec<&str> = all
        .lines()
        .filter(|line| line.starts_with(char::is_alphabetic))
        .collect();
    assert_eq!(headings.len(), 6, "{headings:?}");
    tutorial
        .call(&["explain", "staled"])
        .exits(2)
        .complains("did you mean `stale`?");
}

#[test]
fn forms_are_schemas_that_have_every_key() {
    let tutorial = Tutorial::new("\n    ```console\n    $ echo a\n    b\n    ```\n");
    for form in ["settings", "expectations", "plan", "report", "run"] {
        let schema: Value =
            serde_json::from_str(&tutorial.call(&["schema", form]).exits(0).out).unwrap();
        assert!(
            schema["$schema"].as_str().unwrap().contains("2020-12"),
            "{form}"
        );
    }
    let report = tutorial.call(&["page.md", "--report", "json"]);
    has_keys(
        &tutorial,
        "report",
        &serde_json::from_str(&report.out).unwrap(),
    );
    let plan = tutorial.call(&["plan", "page.md", "--format", "json"]);
    has_keys(&tutorial, "plan", &serde_json::from_str(&plan.out).unwrap());
}

fn has_keys(tutorial: &Tutorial, form: &str, value: &Value) {
    let schema = tutorial.call(&["schema", form]).out;
    let mut keys = Vec::new();
    gather(value, &mut keys);
    assert!(keys.len() > 8, "{keys:?}");
    for key in keys {
        assert!(
            schema.contains(&format!("\"{key}\"")),
            "the schema of {form} lacks {key}"
        );
    }
}

fn gather(value: &Value, keys: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            keys.push(key.clone());
            gather(value, keys);
        }),
        Value::Array(values) => values.iter().for_each(|value| gather(value, keys)),
        _ => {}
    }
}

#[test]
fn shells_and_manuals_are_told() {
    let tutorial = Tutorial::new("");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        tutorial
            .call(&["completions", shell])
            .exits(0)
            .says("tutcheck");
    }
    tutorial.call(&["man"]).exits(0).says(".TH tutcheck 1");
    tutorial
        .call(&["man", "record"])
        .exits(0)
        .says("tutcheck-record");
    tutorial
        .call(&["man", "recrod"])
        .exits(2)
        .complains("did you mean `record`?");
}

#[test]
fn a_project_is_begun_once() {
    let tutorial = Tutorial::new("\n    ```console\n    $ echo a\n    a\n    $ echo b\n    ```\n");
    tutorial.call(&["init", "--host", "github"]).exits(0).says(
        "page.md 2 steps, 1 with output on the page; `tutcheck record page.md` would record 2",
    );
    let job = tutorial.read(".github/workflows/tutorial.yml");
    assert!(
        job.contains("- run: tutcheck page.md --report github\n"),
        "{job}"
    );
    assert!(
        tutorial
            .read(".github/workflows/drift.yml")
            .contains("PAGES: page.md\n")
    );
    tutorial.call(&["page.md"]).exits(0);
    // What is there as it would be written is no loss, and what an author has changed is not overwritten.
    tutorial
        .call(&["init"])
        .exits(0)
        .says("all is there already");
    let settings = format!("timeout: 30s\n{}", tutorial.read("tutcheck.yaml"));
    tutorial.write("tutcheck.yaml", &settings);
    tutorial
        .call(&["init"])
        .exits(2)
        .complains("tutcheck.yaml is there already, and nothing was written");
    assert_eq!(tutorial.read("tutcheck.yaml"), settings);
}

/// Each command of the jobs is one that a shell reads as it is meant, whatever pages are called.
#[test]
fn odd_names_of_pages_reach_the_jobs() {
    let tutorial = Tutorial::new("\n    ```console\n    $ echo a\n    a\n    ```\n");
    tutorial.write("we ird'.md", "```console\n$ echo b\nb\n```\n");
    tutorial.call(&["init", "--host", "github"]).exits(0);
    let job = tutorial.read(".github/workflows/tutorial.yml");
    assert!(
        job.contains("- run: tutcheck page.md './we ird'\\''.md' --report github\n"),
        "{job}"
    );
    assert!(
        tutorial
            .read(".github/workflows/drift.yml")
            .contains("PAGES: .\n")
    );
    // Where one file cannot be written, none is.
    let other = Tutorial::new("\n    ```console\n    $ echo a\n    a\n    ```\n");
    other.write(".github", "no folder\n");
    other
        .call(&["init", "--host", "github"])
        .exits(2)
        .complains("cannot write .github/");
    assert!(!other.path("tutcheck.yaml").exists());
}

#[test]
fn a_run_is_drawn() {
    let tutorial = Tutorial::new(
        "\n    ```console\n    $ echo one\n    one\n    $ printf '<%s>\\n' two\n    ```\n",
    );
    tutorial
        .call(&["picture", "page.md"])
        .exits(2)
        .complains("`tutcheck page.md` plays it");
    tutorial.call(&["page.md"]).exits(0);
    tutorial
        .call(&["picture", "page.md"])
        .exits(0)
        .says(">$ echo one</text>")
        .says(">&lt;two&gt;</text>");
    tutorial
        .call(&[
            "picture",
            "page.md",
            "--step",
            "start/echo-one",
            "-o",
            "one.svg",
        ])
        .exits(0);
    let svg = tutorial.read("one.svg");
    assert!(svg.starts_with("<svg ") && !svg.contains("two"), "{svg}");
    tutorial
        .call(&["picture", "page.md", "--step", "start/echo-on"])
        .exits(2)
        .complains("did you mean `start/echo-one`?");
}

#[test]
fn of_many_pages_those_that_have_changed_are_played() {
    let tutorial = Tutorial::new("\n    ```console\n    $ echo one\n    one\n    ```\n");
    tutorial.write("two.md", "```console\n$ echo two\ntwo\n```\n");
    tutorial.write(".gitignore", "state\n");
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@b", "-C"])
            .arg(tutorial.path("."));
        assert!(
            git.args(arguments).output().unwrap().status.success(),
            "{arguments:?}"
        );
    };
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "first"]);
    let call = |since: &str| tutorial.call(&["page.md", "two.md", "--since", since]);
    call("HEAD")
        .exits(0)
        .says("nothing of these pages has changed since HEAD");
    tutorial.edit("one\none", "three\nthree");
    let said = call("HEAD");
    said.exits(0).says("page.md (1 step)");
    assert!(!said.out.contains("two.md"), "{}", said.out);
    git(&["commit", "-q", "-a", "-m", "second"]);
    call("HEAD").exits(0).says("nothing");
    call("HEAD~1").exits(0).says("page.md (1 step)");
    // A recording that nobody has committed yet, and settings, are changes, too.
    tutorial.call(&["record", "two.md"]).exits(0);
    call("HEAD").exits(0).says("two.md (1 step)");
    tutorial.write("tutcheck.yaml", "timeout: 10s\n");
    call("HEAD").exits(0).says("2 passed");
    call("nowhere")
        .exits(2)
        .complains("cannot tell what has changed since nowhere");
}
