//! Files, settings and calls that are wrong: each is told with its place and the way out.

use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::time::{Duration, Instant};

use crate::support::{Tutorial, outdented};

#[test]
fn a_file_that_is_not_there() {
    let tutorial = Tutorial::new("");
    tutorial
        .call(&["nowhere.md"])
        .exits(2)
        .complains("no such file: nowhere.md");
    for (word, help) in [
        (
            "lint",
            "`tutcheck lint …` is written with its options behind the word",
        ),
        ("plna", "did you mean `tutcheck plan`?"),
    ] {
        Tutorial::new("")
            .call(&["--color", "never", word, "page.md"])
            .exits(2)
            .complains(help);
    }
    tutorial
        .call(&["recrod", "page.md"])
        .exits(2)
        .complains("did you mean `tutcheck record`?");
}

#[test]
fn a_folder_without_steps_is_never_green() {
    let tutorial = Tutorial::new("# Only prose\n");
    tutorial.call(&["."]).exits(4).says("nothing was run");
    tutorial.call(&["page.md"]).exits(4);
    tutorial
        .call(&["record", "page.md"])
        .exits(4)
        .complains("nothing to record");
}

#[test]
fn a_document_where_everything_is_skipped_is_never_green() {
    let tutorial = Tutorial::new(
        r#"
    ```sh skip="not now"
    ls
    ```
"#,
    );
    tutorial
        .check()
        .exits(4)
        .verdicts(&["skipped"])
        .reason(1, "not now");
}

#[test]
fn not_utf_8() {
    let tutorial = Tutorial::new("");
    tutorial.write("page.md", b"# A\n\n\xff\n");
    tutorial
        .call(&["page.md"])
        .exits(2)
        .complains("page.md is not UTF-8: byte 5, in line 3");
}

#[test]
fn everything_wrong_is_said_at_once() {
    let said = Tutorial::new(
        r"
    ```sh skp
    ls
    ```

    <!-- tutcheck: exit=x -->

    ```sh
    ls
    ```

    <!-- tutcheck rn
    ls
    -->

    - ```sh
      never closed

    text
",
    )
    .call(&["page.md"]);
    said.exits(2).complains("4 faults");
    let expected = r"error[unknown-word]: unknown word `skp`
 --> page.md:1:7
  |
1 | ```sh skp
  |       ^^^
  |
help: did you mean `skip`?

error[bad-value]: `x` is no value for `exit`
 --> page.md:5:16
  |
5 | <!-- tutcheck: exit=x -->
  |                ^^^^^^
  |
help: it takes an exit status from 0 to 255

error[unknown-directive]: unknown directive `rn`
  --> page.md:11:15
   |
11 | <!-- tutcheck rn
   |               ^^
   |
help: did you mean `run`?

error[unclosed-fence]: this code block is never closed
  --> page.md:15:3
   |
15 | - ```sh
   |   ^^^^^ opened here
   |
help: end it with a line of the same fence, in the same list item, tab or quote
";
    assert!(said.err.starts_with(expected), "{}", said.err);
}

#[test]
fn an_expectation_file_that_is_wrong() {
    let page = r"
    # A

    ```sh
    echo 1
    ```
";
    let head = "tutcheck: 1\ndocument: page.md\nsteps:\n- step: a/echo-1\n  run: echo 1\n";
    for (text, words) in [
        (
            format!("{head}  output: |\n    1\n  output: |\n    2\n"),
            "duplicate field `output`",
        ),
        (format!("{head}  outptu: x\n"), "unknown field `outptu`"),
        (
            format!("{head}- step: a/echo-1\n  run: echo 1\n"),
            "the step `a/echo-1` is recorded twice",
        ),
        (
            "tutcheck: 7\ndocument: page.md\n".to_owned(),
            "recordings of version 7 are not understood",
        ),
    ] {
        let tutorial = Tutorial::new(page);
        tutorial.refuses("expectations/page.yaml", &text, words);
    }
}

#[test]
fn no_repository_to_begin_in() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    ls
    ```
",
    );
    let temporary = tutorial.path("tmp");
    tutorial.write("tutcheck.yaml", "start: project\n");
    let tutorial = tutorial.with_own_tmp();
    tutorial
        .call(&["page.md"])
        .exits(3)
        .says("cannot take the files of")
        .says("need git and a repository");
    assert!(tutorial.ledgers().is_empty());
    assert!(crate::support::scratch_below(&temporary).is_empty());
}

#[test]
fn no_daemon() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    docker ps
    ```
",
    )
    .variable("DOCKER_HOST", "unix:///nowhere/docker.sock");
    let start = Instant::now();
    tutorial
        .call(&["page.md"])
        .exits(3)
        .says("unix:///nowhere/docker.sock");
    assert!(start.elapsed() < Duration::from_secs(3));
    assert!(tutorial.ledgers().is_empty());
}

#[test]
fn a_daemon_that_accepts_and_never_answers() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    docker ps
    ```
",
    );
    let socket = tutorial.path("silent.sock");
    let _listener = UnixListener::bind(&socket).unwrap();
    let host = format!("unix://{}", socket.display());
    let tutorial = tutorial.variable("DOCKER_HOST", &host);
    let start = Instant::now();
    tutorial
        .call(&["page.md"])
        .exits(3)
        .says(&host)
        .says("says nothing");
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_daemon_whose_answer_has_no_end() {
    let tutorial = Tutorial::new("\n    ```sh\n    docker ps\n    ```\n");
    let socket = tutorial.path("endless.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // Nobody answers what was not asked yet.
            assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
            let piece = format!("10000\r\n{}\r\n", "[".repeat(0x10000));
            let mut gone = stream.write_all(head.as_bytes());
            while gone.is_ok() {
                gone = stream.write_all(piece.as_bytes());
            }
        }
    });
    let host = format!("unix://{}", socket.display());
    let tutorial = tutorial.variable("DOCKER_HOST", &host);
    let said = tutorial.call(&["page.md"]);
    said.exits(3).says(&host).says("its answer has no end");
}

#[test]
fn a_document_without_docker_needs_no_daemon() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    echo 1
    ```
",
    )
    .variable("DOCKER_HOST", "unix:///nowhere/docker.sock");
    tutorial.check().exits(0).verdicts(&["passed"]);
}

#[test]
fn usage_that_is_wrong() {
    let tutorial = Tutorial::new("");
    tutorial.call(&[]).exits(2).complains("PATH");
    tutorial
        .call(&["page.md", "--report", "pdf"])
        .exits(2)
        .complains("there is no report `pdf`");
    tutorial
        .call(&["page.md", "--timeout", "soon"])
        .exits(2)
        .complains("it takes a time such as");
}

#[test]
fn a_comment_that_is_never_closed_hides_nothing() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    echo 1
    ```

    <!-- tutcheck assert
    false
",
    );
    tutorial
        .call(&["page.md"])
        .exits(2)
        .complains("error[unclosed-comment]")
        .complains("--> page.md:5:1");
}

#[test]
fn settings_that_contradict_each_other_or_say_nothing() {
    for (words, complaint) in [
        ("fails exit=0", "the exit status is set twice"),
        ("skip=\"never closed", "the value of `skip` is never closed"),
        ("file=\"\"", "`file` needs a value"),
    ] {
        Tutorial::new(&format!(
            r"
    ```sh {words}
    ls
    ```
"
        ))
        .call(&["page.md"])
        .exits(2)
        .complains("error[bad-value]")
        .complains(complaint);
    }
}

#[test]
fn two_documents_never_share_a_recording() {
    let tutorial = Tutorial::new(
        r"
    # A

    ```sh
    echo 1
    ```
",
    );
    tutorial.write(
        "page.markdown",
        r"
    # A

    ```sh
    echo 2
    ```
",
    );
    tutorial
        .call(&["record", "page.md", "page.markdown"])
        .exits(0);
    assert!(
        tutorial
            .read("expectations/page.yaml")
            .contains("run: echo 1")
    );
    assert!(
        tutorial
            .read("expectations/page.markdown.yaml")
            .contains("run: echo 2")
    );
}

#[test]
fn a_page_with_carriage_returns_is_read_as_one_without() {
    let page = outdented(
        r"
    ```sh
    echo x \
      y
    ```

    ```console
    $ cat <<EOF
    > hi
    > EOF
    hi
    ```

    ```text file=f
    a
    ```

    ```console
    $ wc -c <f
    2
    ```
",
    );
    let tutorial = Tutorial::new(&page.replace('\n', "\r\n"));
    tutorial.check().exits(0).verdicts(&["passed"; 4]);
}

#[test]
fn what_looks_like_a_prompt_in_output_is_output() {
    let page = r"
    ```console
    $ printf ' $ false\n  %% Total\nuser@host: $ x\n>>> 1\n'
     $ false
      % Total
    user@host: $ x
    >>> 1
    $ echo 2
    2
    ```
";
    Tutorial::new(page)
        .check()
        .exits(0)
        .verdicts(&["passed"; 2]);
}

#[test]
fn tags_and_indexes_are_no_placeholders() {
    let page = r#"
    ```sh
    cat > index.html <<'X'
    <p>Hello <b>you</b></p>
    X
    a=(1 2); I=1; echo "${a[I]} <none>"
    ```
"#;
    Tutorial::new(page)
        .check()
        .exits(0)
        .verdicts(&["passed"; 2]);
}

#[test]
fn html_blocks_are_never_dropped() {
    let page =
        "<div>\n<pre>false</pre>\n</div>\n\n<p>x</p>\n<pre>$ echo a &amp;&amp; false</pre>\n";
    let tutorial = Tutorial::new(page);
    tutorial
        .call(&["plan", "page.md"])
        .says("it is HTML with tags or entities in it");
    tutorial.edit("false</pre>\n</div>", "$ false</pre>\n</div>");
    tutorial.check().exits(1).verdicts(&["broken"]);
}
