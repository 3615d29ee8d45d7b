//! Secrets are nowhere to be seen, whatever a step does with them.

use std::fs;

use crate::support::{Tutorial, as_written};

const SECRET: &str = "hunter2+/pass";

fn tutorial(page: &str) -> Tutorial {
    let page = as_written(page);
    let page = format!("---\ntutcheck:\n  secrets: [DB_PASSWORD]\n---\n\n{page}");
    Tutorial::new(&page).variable("DB_PASSWORD", SECRET)
}

/// Checks the page, where something breaks; everything that is said of it.
fn said_of_breaks(tutorial: Tutorial) -> String {
    let tutorial = tutorial
        .with("--keep-going")
        .with("--report=json=report.json")
        .with("--report=text");
    let said = tutorial.call(&["page.md"]);
    said.exits(1);
    let text = everything(&tutorial, &format!("{}{}", said.out, said.err));
    assert!(!text.contains("hunter2"), "{text}");
    text
}

/// Everything that was written for anybody to read.
fn everything(tutorial: &Tutorial, said: &str) -> String {
    let mut all = said.to_owned();
    for name in ["expectations/page.yaml", "report.json", "report.txt"] {
        all.push_str(&fs::read_to_string(tutorial.path(name)).unwrap_or_default());
    }
    all
}

#[test]
fn secrets_are_in_no_report_and_no_recording() {
    let page = r#"
    ```sh
    echo "password: $DB_PASSWORD"
    printf '{"auth": "%s"}\n' "$(printf 'me:%s' "$DB_PASSWORD" | base64)"
    printf '%s' "${DB_PASSWORD:0:5}"; sleep 0.1; printf '%s\n' "${DB_PASSWORD:5}"
    ```
"#;
    let tutorial = tutorial(page).with("--timeout=5s");
    let said = tutorial.record();
    said.exits(0);
    let text = everything(&tutorial, &format!("{}{}", said.out, said.err));
    assert!(
        !text.contains("hunter2") && !text.contains("aHVudGVyMi"),
        "{text}"
    );
    assert!(!text.contains("h1bnRlcjI"), "{text}");
    assert!(text.contains("password: «DB_PASSWORD»"), "{text}");
    assert!(text.contains("{\"auth\": \"«DB_PASSWORD»\"}"), "{text}");
    assert_eq!(text.matches("«DB_PASSWORD»\n").count(), 2, "{text}");
    // The recording is the same for whoever has another one.
    let checked = tutorial.check();
    checked.exits(0).verdicts(&["passed"; 3]);
}

#[test]
fn a_secret_that_is_no_text_is_hidden_as_it_is_shown() {
    use std::os::unix::ffi::OsStrExt;
    let tutorial = tutorial("\n    ```sh\n    echo \"$DB_PASSWORD\"; false\n    ```\n    ");
    let said = tutorial
        .command(&["page.md"])
        .env(
            "DB_PASSWORD",
            std::ffi::OsStr::from_bytes(b"hunter2\xff\xfeword"),
        )
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&said.stdout);
    assert!(said.contains("1/1") && !said.contains("hunter2"), "{said}");
}

#[test]
fn secrets_are_in_no_message_about_a_break() {
    let page = r#"
    ```sh
    echo "$DB_PASSWORD" | grep -v . || ls "/nowhere/$DB_PASSWORD"
    ```

    ```text
    something
    ```

    ```sh
    ls -- [DB_PASSWORD]
    ```

    ```sh timeout=300ms
    read -p "is it $DB_PASSWORD? " x
    ```
"#;
    let text = said_of_breaks(tutorial(page).variable("TUTCHECK_VAR_DB_PASSWORD", SECRET));
    assert!(text.contains("typed as: ls -- «DB_PASSWORD»"), "{text}");
    assert!(text.contains("/nowhere/«DB_PASSWORD»"), "{text}");
}

#[test]
fn a_secret_that_cannot_be_hidden_is_refused() {
    let tutorial = Tutorial::new(
        r"
    ---
    tutcheck: { secrets: [PIN] }
    ---

    ```sh
    true
    ```
",
    )
    .variable("PIN", "12");
    tutorial
        .call(&["page.md"])
        .exits(2)
        .complains("the secret PIN is too short to be hidden");
}

#[test]
fn a_secret_is_hidden_where_the_screen_cuts_it() {
    let tutorial = tutorial(
        r"
    ```sh tty=20x5
    printf 'password is %s\n' $DB_PASSWORD
    ```

    ```text
    x
    ```
",
    );
    let said = tutorial.call(&["page.md"]);
    said.exits(1).says("«DB_PASS");
    assert!(!said.out.contains("hunter"), "{}", said.out);
}

#[test]
fn what_is_printed_while_something_is_waited_for_is_hidden_too() {
    let page = r#"
    ```sh wait=log:done
    (sleep 0.3; echo "it is $DB_PASSWORD"; echo done) &
    ```

    ```sh
    false
    ```
"#;
    let said = tutorial(page).call(&["page.md"]);
    said.exits(1).says("it is «DB_PASSWORD»");
    assert!(!said.out.contains("hunter"), "{}", said.out);
}

#[test]
fn secrets_are_in_nothing_that_comes_in_pieces() {
    let page = r#"
    ```sh terminal=two until=ready
    echo ready; sleep 0.5; printf 'it is %s' "${DB_PASSWORD:0:8}"; sleep 0.5; printf '%s\n' "${DB_PASSWORD:8}"; echo all done; sleep 60
    ```

    ```sh wait=log:"all done"
    true
    ```

    ```sh
    false
    ```
"#;
    let text = said_of_breaks(tutorial(page));
    assert!(text.contains("it is «DB_PASSWORD»"), "{text}");
}

#[test]
fn secrets_are_in_no_prompt() {
    let page = r"
    ```console
    $ PS1='me@laptop:\w$ ' bash --norc
    me@laptop:~$ mkdir $DB_PASSWORD && cd $DB_PASSWORD
    me@laptop:~$ true
    me@laptop:~$ exit
    ```
";
    let text = said_of_breaks(tutorial(page).variable("DB_PASSWORD", "hunter2+-pass"));
    assert!(
        text.contains("a reader sees `me@laptop:~/«DB_PASSWORD»$`"),
        "{text}"
    );
}

/// What Markdown makes of a text is not always found in what it was made into.
#[test]
fn secrets_of_the_prose_are_in_no_report_for_browsers() {
    let page = "# Use s3cr*et*Va_lue&<x>\n\nIt is s3cr*et*Va_lue&<x>, see [it](https://a/s3cr*et*Va_lue&<x>).\n\n```console\n$ echo a\nb\n```\n";
    let tutorial = Tutorial::new("").variable("TOKEN", "s3cr*et*Va_lue&<x>");
    tutorial.write("page.md", page);
    tutorial.write("tutcheck.yaml", "secrets: [TOKEN]\n");
    let reports = ["--report", "html=r.html", "--report", "json=r.json"];
    let arguments = [&["page.md"][..], &reports[..]].concat();
    tutorial.call(&arguments).exits(1).says("page.md:6:3");
    let html = tutorial.read("r.html");
    assert!(!html.contains("Va_lue"), "{html}");
    assert!(html.contains("«TOKEN»"));
    // The lines of what is behind it are those of the page, also where the report is read again.
    tutorial
        .call(&["report", "merge", "r.json"])
        .exits(1)
        .says("page.md:6:1")
        .says("6 | echo a");
}
