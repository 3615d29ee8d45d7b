//! The action for GitHub, step by step as its runner does it.

use std::process::{Command, Output};

use crate::support::Tutorial;

/// A step of the action: its script, with the variables that the runner and the action give it.
fn step(tutorial: &Tutorial, script: &str, variables: &[(&str, &str)]) -> Output {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_tutcheck"));
    let path = format!(
        "{}:{}",
        program.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let script = format!("{}/.github/action/{script}", env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new("bash");
    command
        .arg(script)
        .current_dir(tutorial.path(""))
        .env("PATH", path)
        .env("XDG_STATE_HOME", tutorial.path("state"))
        .env("XDG_CACHE_HOME", tutorial.path("state/cache"))
        .env("GITHUB_OUTPUT", tutorial.path("output"))
        .env("GITHUB_STEP_SUMMARY", tutorial.path("summary.md"))
        .envs(variables.iter().copied());
    command.output().unwrap()
}

#[test]
fn a_red_page_has_annotations_a_summary_and_reports() {
    let tutorial = Tutorial::new("```console\n$ echo one\ntwo\n```\n");
    let variables = [
        ("PATHS", "page.md"),
        ("ARGUMENTS", ""),
        ("REPORT", "report"),
        ("CI", "true"),
    ];
    let output = step(&tutorial, "check.sh", &variables);
    assert!(output.status.success());
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("\n::error file=page.md,line=2,endLine=2,title=step 1%3A page-differs::"),
        "{said}"
    );
    assert_eq!(tutorial.read("output"), "status=1\n");
    assert!(
        tutorial
            .read("summary.md")
            .starts_with("### A reader is stuck")
    );
    for name in ["report.json", "junit.xml", "index.html", "report.txt"] {
        assert!(
            tutorial.read(&format!("report/{name}")).len() > 100,
            "{name}"
        );
    }
}

#[test]
fn jobs_of_a_matrix_share_the_pages() {
    let tutorial = Tutorial::new("```console\n$ echo one\none\n```\n");
    tutorial.write("other.md", "```console\n$ echo one\none\n```\n");
    for index in ["0", "1"] {
        let report = format!("report{index}");
        let variables = [
            ("PATHS", "page.md other.md"),
            ("ARGUMENTS", "--shard auto"),
            ("REPORT", &report),
            ("STRATEGY_JOB_INDEX", index),
            ("STRATEGY_JOB_TOTAL", "2"),
        ];
        step(&tutorial, "check.sh", &variables);
    }
    assert_eq!(tutorial.read("output"), "status=0\nstatus=0\n");
    tutorial
        .call(&[
            "report",
            "merge",
            "report0/report.json",
            "report1/report.json",
        ])
        .exits(0)
        .says("2 passed");
}

#[test]
fn the_version_is_that_of_the_action_or_the_one_that_is_asked_for() {
    let tutorial = Tutorial::new("");
    let script = format!("{}/.github/action/install.sh", env!("CARGO_MANIFEST_DIR"));
    for wanted in ["", "v9.8.7"] {
        let mut which = Command::new("bash");
        which.args([&script, "which"]).env("VERSION", wanted);
        let output = which
            .env("GITHUB_OUTPUT", tutorial.path("output"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    let own = env!("CARGO_PKG_VERSION");
    assert_eq!(
        tutorial.read("output"),
        format!("version={own}\nversion=9.8.7\n")
    );
}

#[test]
fn what_is_there_already_is_taken() {
    let tutorial = Tutorial::new("");
    let output = step(&tutorial, "install.sh", &[]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.starts_with("tutcheck "),
        "{said}"
    );
}
