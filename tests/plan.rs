//! Every document of `tests/cases` and `tests/terminals`, and the plan that it must give: each block's
//! role, rule and place, and each step, so that no statement, answer or key is lost on the way.

use std::fs;
use std::path::Path;

use crate::support::Tutorial;

#[test]
fn documents_become_the_plans_beside_them() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut cases: Vec<_> = ["cases", "terminals"]
        .iter()
        .flat_map(|folder| fs::read_dir(tests.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    cases.sort();
    assert!(cases.len() >= 17);
    let mut wrong = Vec::new();
    for case in cases {
        let tutorial = Tutorial::new(&fs::read_to_string(&case).unwrap());
        let said = tutorial.call(&["plan", "page.md"]);
        let expected = case.with_extension("plan");
        if std::env::var_os("UPDATE_CASES").is_some() {
            fs::write(&expected, &said.out).unwrap();
        }
        if fs::read_to_string(&expected).unwrap_or_default() != said.out || !said.err.is_empty() {
            wrong.push(format!("{}:\n{}{}", case.display(), said.out, said.err));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\nUPDATE_CASES=1 writes them anew",
        wrong.join("\n")
    );
}

#[test]
fn the_plan_for_programs() {
    let page = r"
    ```sh
    docker stop 7eb17e337a13
    ```

    ```sh
    docker push [MY-NAME]/x
    ```

    ```console
    / # ls
    bin
    ```

    ```sh skip
    ls
    ```
";
    let said = Tutorial::new(page).call(&["plan", "page.md", "--format", "json"]);
    said.exits(0);
    let plan: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let blocks = plan["blocks"].as_array().unwrap();
    let of = |field: &str| {
        blocks
            .iter()
            .map(|block| block[field].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(of("runs"), ["bound", "vars", "no", "no"]);
    assert_eq!(of("role"), ["command", "command", "transcript", "command"]);
    assert_eq!(of("place"), ["host", "host", "container", "container"]);
    assert_eq!(blocks[2]["line"], 9);
    assert_eq!(blocks[2]["end_line"], 12);
    assert_eq!(plan["steps"][0]["line"], 2);
    assert_eq!(plan["steps"][0]["terminal"], "main");
}

#[test]
fn placeholders_get_their_values_from_many_places() {
    let page = r"
    ---
    tutcheck:
      vars:
        NAME: front
    ---

    ```console
    $ echo [NAME]
    VALUE
    ```
";
    let check = |tutorial: Tutorial, value: &str| {
        tutorial.edit("VALUE", value);
        tutorial.check().exits(0).verdicts(&["passed"]);
    };
    check(Tutorial::new(page), "front");
    let tutorial = Tutorial::new(page);
    tutorial.write("tutcheck.yaml", "vars:\n  NAME: project\n");
    check(tutorial, "project");
    check(
        Tutorial::new(page).variable("TUTCHECK_VAR_NAME", "environment"),
        "environment",
    );
    check(
        Tutorial::new(page)
            .variable("TUTCHECK_VAR_NAME", "environment")
            .with("--var=NAME=option"),
        "option",
    );
    Tutorial::new(
        r"
    ```sh
    echo <your-name>
    ```
",
    )
    .check()
    .exits(4)
    .reason(1, "needs --var YOUR_NAME=");
}

#[test]
fn capabilities_open_gates() {
    let page = r"
    ```sh needs=azure
    echo 1
    ```
";
    Tutorial::new(page)
        .check()
        .exits(4)
        .verdicts(&["gated"])
        .reason(1, "needs azure");
    Tutorial::new(page)
        .with("--have")
        .with("azure")
        .check()
        .exits(0)
        .verdicts(&["passed"]);
}
