//! Pages that several machines share, and the one report of all of them.

use serde_json::Value;

use crate::support::Tutorial;

/// Five pages: one is broken.
fn pages() -> Tutorial {
    let tutorial = Tutorial::new("```console\n$ echo page\npage\n```\n");
    for (name, says) in [("a", "a"), ("b", "b"), ("c", "wrong"), ("d", "d")] {
        let page = format!("# Page\n\n```console\n$ echo {name}\n{says}\n```\n");
        tutorial.write(&format!("{name}.md"), page);
    }
    tutorial
}

fn json(tutorial: &Tutorial, name: &str) -> Value {
    serde_json::from_str(&tutorial.read(name)).unwrap()
}

fn names(report: &Value) -> Vec<&str> {
    let documents = report["documents"].as_array().unwrap();
    let names = documents
        .iter()
        .map(|one| one["document"].as_str().unwrap());
    names.collect()
}

#[test]
fn shards_share_all_pages_and_their_reports_make_the_whole() {
    let tutorial = pages();
    for shard in ["1/2", "2/2"] {
        let report = format!("json=shard{}.json", &shard[..1]);
        let said = tutorial.call(&[".", "--shard", shard, "--report", &report]);
        assert!(said.status <= 1, "{}", said.err);
    }
    let [one, two] = ["shard1.json", "shard2.json"].map(|name| json(&tutorial, name));
    assert_eq!(one["shard"]["fingerprint"], two["shard"]["fingerprint"]);
    assert_eq!(names(&one).len() + names(&two).len(), 5);

    tutorial
        .call(&[
            "report",
            "merge",
            "shard1.json",
            "shard2.json",
            "--report",
            "json=all.json",
            "--report",
            "text",
        ])
        .exits(1)
        .says("c.md:4:3")
        .says("4 passed, 1 broken");
    let all = json(&tutorial, "all.json");
    assert_eq!(names(&all), ["a.md", "b.md", "c.md", "d.md", "page.md"]);
    // The whole is told as if it had been played at once.
    tutorial.call(&[".", "--report", "json=once.json"]).exits(1);
    let once = json(&tutorial, "once.json");
    for (merged, played) in all["documents"]
        .as_array()
        .unwrap()
        .iter()
        .zip(once["documents"].as_array().unwrap())
    {
        assert_eq!(
            merged["steps"][0]["difference"],
            played["steps"][0]["difference"]
        );
        assert_eq!(merged["coverage"], played["coverage"]);
    }
    for form in ["junit", "markdown", "sarif", "gitlab", "tap", "github"] {
        let of = |path: &str| {
            let said = tutorial.call(&["report", "merge", path, "--report", form]);
            without_times(&said.out)
        };
        assert_eq!(of("all.json"), of("once.json"), "{form}");
    }
}

fn without_times(text: &str) -> String {
    let pattern = regex::Regex::new(r#"time="[0-9.]+"|\[ +[0-9.]+s|[0-9a-f]{32}"#).unwrap();
    pattern.replace_all(text, "").into_owned()
}

#[test]
fn what_no_report_has_is_not_green() {
    let tutorial = pages();
    tutorial.write("c.md", tutorial.read("c.md").replace("wrong", "c"));
    tutorial
        .call(&[".", "--shard", "1/3", "--report", "json=1.json"])
        .exits(0);
    tutorial
        .call(&[".", "--shard", "3/3", "--report", "json=3.json"])
        .exits(0);
    tutorial
        .call(&["report", "merge", "1.json", "3.json"])
        .exits(3)
        .says("there is no report of shard 2 of 3");
    // Of other pages than the rest.
    tutorial.write("e.md", "```console\n$ echo e\ne\n```\n");
    tutorial
        .call(&[".", "--shard", "2/3", "--report", "json=2.json"])
        .exits(0);
    tutorial
        .call(&["report", "merge", "1.json", "2.json", "3.json"])
        .exits(2)
        .complains("not parts of one whole");
    tutorial
        .call(&["report", "merge", "page.md"])
        .exits(2)
        .complains("page.md");
    tutorial.write("old.json", "{\"documents\": []}");
    tutorial
        .call(&["report", "merge", "old.json"])
        .exits(2)
        .complains("`--report json=FILE` writes one");
}

#[test]
fn more_shards_than_pages_are_green() {
    let tutorial = pages();
    tutorial
        .call(&["page.md", "--shard", "2/2", "--report", "json=2.json"])
        .exits(0);
    assert_eq!(names(&json(&tutorial, "2.json")), [""; 0]);
    tutorial
        .call(&["page.md", "--shard", "0/2"])
        .exits(2)
        .complains("such as `2/4`");
    let tutorial = tutorial
        .variable("JOB_COMPLETION_INDEX", "1")
        .variable("TUTCHECK_SHARDS", "2");
    tutorial.call(&["page.md", "--shard", "auto"]).exits(0);
}

#[test]
fn what_was_at_fault_is_played_again() {
    let tutorial = pages();
    tutorial
        .call(&[".", "--report", "json=first.json"])
        .exits(1);
    tutorial.write("c.md", tutorial.read("c.md").replace("wrong", "c"));
    tutorial.write("e.md", "```console\n$ echo e\ne\n```\n");
    tutorial
        .call(&[".", "--rerun", "first.json", "--report", "json=second.json"])
        .exits(0);
    assert_eq!(names(&json(&tutorial, "second.json")), ["c.md", "e.md"]);
    tutorial
        .call(&[
            "report",
            "merge",
            "first.json",
            "second.json",
            "--report",
            "json=all.json",
        ])
        .exits(0);
    assert_eq!(names(&json(&tutorial, "all.json")).len(), 6);
    tutorial
        .call(&[".", "--rerun", "all.json"])
        .exits(0)
        .says("nothing of these pages was at fault");
}

#[test]
fn a_plan_says_who_plays_what_and_with_which_images() {
    let tutorial = pages();
    tutorial
        .call(&["plan", ".", "--shards", "2"])
        .exits(0)
        .says("Shard 1/2:")
        .says("page.md");
    let said = tutorial
        .call(&["plan", ".", "--shards", "2", "--format", "json"])
        .exits(0)
        .out
        .clone();
    let plan: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(plan["shards"].as_array().unwrap().len(), 2);
    tutorial.write(
        "images.md",
        "```console\n$ docker run --rm alpine true\n$ docker build -t mine .\n$ docker run mine\n```\n\n`Dockerfile`:\n\n```dockerfile\nFROM python:3.13-slim\n```\n",
    );
    let said = tutorial
        .call(&["plan", "images.md", "--images"])
        .exits(0)
        .out
        .clone();
    assert_eq!(said, "alpine:latest\npython:3.13-slim\n");
}

#[test]
fn a_page_that_was_played_in_two_runs_stays_red() {
    let tutorial = Tutorial::new("");
    let flips = "```sh\ntest -f \"$TUTCHECK_DOCUMENT_DIR/mark\" || { touch \"$TUTCHECK_DOCUMENT_DIR/mark\"; false; }\n```\n";
    tutorial.write("a.md", flips);
    for name in ["b", "c"] {
        let page = "---\ntutcheck: { after: a.md }\n---\n\n```console\n$ echo b\nb\n```\n";
        tutorial.write(&format!("{name}.md"), page);
    }
    tutorial.call(&["b.md", "--report", "json=1.json"]).exits(1);
    tutorial
        .call(&["b.md", "c.md", "--jobs", "1", "--report", "json=all.json"])
        .exits(0);
    let whole = json(&tutorial, "all.json");
    assert_eq!(names(&whole).len(), 4);
    std::fs::remove_file(tutorial.path("mark")).unwrap();
    for shard in ["1/2", "2/2"] {
        let report = format!("json=shard{}.json", &shard[..1]);
        tutorial.call(&["b.md", "c.md", "--shard", shard, "--report", &report]);
    }
    tutorial
        .call(&["report", "merge", "shard1.json", "shard2.json"])
        .exits(1);
    // What was at fault is played again by two machines, too.
    for shard in ["1/2", "2/2"] {
        let report = format!("json=again{}.json", &shard[..1]);
        let rerun = [
            "b.md",
            "c.md",
            "--rerun",
            "shard1.json",
            "--shard",
            shard,
            "--report",
            &report,
        ];
        tutorial.call(&rerun).exits(0);
    }
    let merge = [
        "report",
        "merge",
        "shard1.json",
        "shard2.json",
        "again1.json",
        "again2.json",
    ];
    tutorial.call(&merge).exits(0);
}

#[test]
fn nothing_that_is_read_is_overwritten() {
    let tutorial = pages();
    let page = tutorial.read("page.md");
    tutorial
        .call(&["page.md", "--save", "page.md"])
        .exits(2)
        .complains("which is played");
    assert_eq!(tutorial.read("page.md"), page);
    tutorial
        .call(&["page.md", "--report", "json=r.json"])
        .exits(0);
    tutorial
        .call(&["report", "merge", "r.json", "--report", "html=./r.json"])
        .exits(2)
        .complains("which this call reads or writes");
    for other in ["--save", "--rerun"] {
        tutorial
            .call(&["page.md", other, "r.json", "--report", "json=r.json"])
            .exits(2)
            .complains("which this call reads or writes");
    }
    for shard in ["1/99999999999999", "10001/10001"] {
        tutorial.call(&["page.md", "--shard", shard]).exits(2);
    }
    let huge = tutorial.read("r.json").replace(
        "\"shard\": null",
        "\"shard\": {\"index\": 1, \"of\": 1000000000000, \"fingerprint\": \"x\", \"pages\": []}",
    );
    tutorial.write("huge.json", huge);
    tutorial
        .call(&["report", "merge", "huge.json"])
        .exits(2)
        .complains("no more than 10000");
}

#[test]
fn a_long_difference_is_told_in_part() {
    let shown: Vec<String> = (1..30_000).map(|number| number.to_string()).collect();
    let shown = shown.join("\n");
    let tutorial = Tutorial::new("");
    tutorial.write(
        "page.md",
        format!("```console\n$ seq 30000\n{shown}\nother\n```\n"),
    );
    tutorial
        .call(&[
            "page.md",
            "--report",
            "json=r.json",
            "--report",
            "html=r.html",
        ])
        .exits(1);
    let lines =
        json(&tutorial, "r.json")["documents"][0]["steps"][0]["difference"]["lines"].clone();
    assert_eq!(
        lines[0],
        serde_json::json!({ "is": "left_out", "lines": 29_996 })
    );
    assert_eq!(lines.as_array().unwrap().len(), 5, "{lines}");
    tutorial
        .call(&["report", "merge", "r.json"])
        .exits(1)
        .says("+ 30000");
}
