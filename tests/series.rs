//! Pages of a course that go on from each other.

use serde_json::Value;

use crate::support::{Checked, Tutorial};

const ONE: &str = r"
    # One

    ```sh
    mkdir shop && cd shop
    TEA=green
    echo first > log
    ```

    <!-- tutcheck teardown
    cat log
    -->
";
const TWO: &str = r"
    ---
    tutcheck: { after: one.md }
    ---
    # Two

    ```console
    $ echo $TEA
    green
    $ echo second >> log
    ```
";
const THREE: &str = r"
    ---
    tutcheck: { after: two.md }
    ---
    # Three

    ```console
    $ cat log
    first
    second
    ```
";

fn course() -> Tutorial {
    let course = Tutorial::new(
        r"
    # Alone

    ```sh
    true
    ```
",
    );
    course
        .write("one.md", ONE)
        .write("two.md", TWO)
        .write("three.md", THREE);
    course
}

/// Each document's path, and the verdicts of its steps.
fn documents(checked: &Checked) -> Vec<(String, Vec<String>)> {
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let documents = checked.report["documents"].as_array().unwrap().iter();
    documents
        .map(|document| {
            let steps = document["steps"].as_array().unwrap().iter();
            let verdicts = steps.map(|step| word(&step["verdict"])).collect();
            (word(&document["document"]), verdicts)
        })
        .collect()
}

fn check(course: &Tutorial, pages: &[&str]) -> Checked {
    let arguments = [&["check", "--report", "json"], pages].concat();
    Checked::of(&course.command(&arguments).output().unwrap())
}

#[test]
fn a_page_is_played_behind_those_that_it_goes_on_from() {
    let course = course();
    let checked = check(&course, &["three.md"]);
    checked.exits(0);
    let passed = |name: &str, steps| (name.to_owned(), vec!["passed".to_owned(); steps]);
    let whole = [
        passed("one.md", 4),
        passed("two.md", 2),
        passed("three.md", 1),
    ];
    assert_eq!(documents(&checked), whole);
    // What the first page takes down at its end has seen what the second one made.
    let steps = checked.report["documents"][0]["steps"].as_array().unwrap();
    assert_eq!(steps[3]["run"], "cat log");

    let folder = check(&course, &["."]);
    folder.exits(0);
    assert_eq!(
        documents(&folder),
        [&[passed("page.md", 1)], &whole[..]].concat()
    );
    check(&course, &["one.md", "two.md"]).exits(0);
}

#[test]
fn a_project_says_which_pages_are_a_series() {
    let course = course();
    course
        .edit("# Alone", "# Last")
        .write("two.md", TWO.replace("tutcheck", "other"))
        .write("three.md", THREE.replace("tutcheck", "other"))
        .write(
            "tutcheck.yaml",
            "series:\n- [one.md, two.md, three.md, page.md]\n",
        );
    let checked = check(&course, &["page.md"]);
    checked.exits(0);
    assert_eq!(documents(&checked).len(), 4);
}

#[test]
fn where_a_reader_is_stuck_the_pages_behind_are_not_reached() {
    let course = course();
    course.write("one.md", ONE.replace("TEA=green", "false"));
    let checked = check(&course, &["three.md"]);
    checked.exits(1);
    let three = &checked.report["documents"][2]["steps"][0];
    assert_eq!(three["verdict"], "not_reached");
    assert_eq!(three["reason"], "because of step 2 of one.md");
}

#[test]
fn a_series_that_is_none_is_said_where() {
    let course = course();
    course.write(
        "one.md",
        format!("---\ntutcheck: {{ after: three.md }}\n---\n{ONE}"),
    );
    course
        .call(&["three.md"])
        .exits(2)
        .complains("--> one.md:2:20")
        .complains("goes on from three.md in a circle");
    course.write("two.md", TWO.replace("one.md", "none.md"));
    course
        .call(&["three.md"])
        .exits(2)
        .complains("--> two.md:2:20")
        .complains("there is no page none.md");
}

#[test]
fn what_one_page_hides_the_next_does_not_show() {
    let course = course();
    course
        .write(
            "one.md",
            r"
    ---
    tutcheck: { secrets: [TOKEN] }
    ---
    ```sh
    echo [TOKEN]
    ```
",
        )
        .write(
            "two.md",
            TWO.replace("$ echo $TEA\ngreen", "$ echo hi\nhi [TOKEN]"),
        );
    let said = course.call(&["two.md", "--var", "TOKEN=supersecret123"]);
    said.exits(1);
    assert!(!said.out.contains("supersecret"), "{}", said.out);
}

#[test]
fn a_series_of_the_project_names_pages_that_are_there() {
    let course = course();
    for (text, words) in [
        (
            "series:\n- [one.md, none.md]\n",
            "tutcheck.yaml: `series:` names `none.md`: there is no such page",
        ),
        (
            "series:\n- [one.md, page.md, one.md]\n",
            "`series:` names `one.md`: it stands there twice",
        ),
        ("after: one.md\n", "`after` says nothing here"),
    ] {
        course.write("tutcheck.yaml", text);
        course.call(&["page.md"]).exits(2).complains(words);
    }
}

/// Front matter belongs to other tools, too: what is wrong with ours is shown where ours is.
#[test]
fn words_of_the_project_say_nothing_in_a_page() {
    let course = course();
    for word in [
        "series: [[one.md]]",
        "programs: [{names: [x], prompts: [x], leaves: [q]}]",
    ] {
        let name = word.split(':').next().unwrap();
        let page = format!(
            r"
    ---
    {name}: tea
    tutcheck:
      {word}
    ---

    ```sh
    ls
    ```
"
        );
        course.write("page.md", page);
        course
            .call(&["page.md"])
            .exits(2)
            .complains(&format!("`{name}` says nothing here"))
            .complains("--> page.md:4:3")
            .complains("say it in tutcheck.yaml");
    }
}

/// Also in a terminal that is opened on the later page.
#[test]
fn each_page_is_told_its_own_folder() {
    let course = course();
    let ask = "basename \"$TUTCHECK_DOCUMENT_DIR\"";
    course.write(
        "sub/four.md",
        format!(
            r"
    ---
    tutcheck: {{ after: ../one.md }}
    ---
    # Four

    ```console
    $ {ask}
    sub
    ```

    ```console terminal=second
    $ {ask}
    sub
    ```
"
        ),
    );
    check(&course, &["one.md", "sub/four.md"]).exits(0);
}

#[test]
fn a_page_of_a_series_is_recorded_alone_or_with_the_others() {
    let course = course();
    course.call(&["record", "three.md"]).exits(0);
    let recorded = |name: &str| course.path("expectations").join(name).exists();
    assert!(recorded("three.yaml") && !recorded("two.yaml"));
    course.call(&["record", "."]).exits(0);
    assert!(recorded("two.yaml"));
    check(&course, &["."]).exits(0);
}
