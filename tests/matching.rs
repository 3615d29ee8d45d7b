//! Verdicts on outputs, as an author meets them: on a page, in a recording, from `compare`.

use crate::support::Tutorial;

/// What `compare` says of two texts, and with which status.
fn compare(command: &str, expected: &str, actual: &str) -> (i32, String) {
    let tutorial = Tutorial::new("");
    tutorial.write("expected", expected).write("actual", actual);
    let said = tutorial.call(&["compare", "--command", command, "expected", "actual"]);
    (said.status, said.out)
}

#[track_caller]
fn is_same(command: &str, expected: &str, actual: &str) {
    assert_eq!(compare(command, expected, actual), (0, String::new()));
}

#[track_caller]
fn differs(command: &str, expected: &str, actual: &str, reason: &str) {
    let (status, said) = compare(command, expected, actual);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains(reason), "no {reason:?} in {said}");
}

const PS: &str = "CONTAINER ID   IMAGE     COMMAND                  CREATED         STATUS         PORTS                                   NAMES
7eb17e337a13   nginx     \"/docker-entrypoint.…\"   3 seconds ago   Up 2 seconds   0.0.0.0:8080->80/tcp, :::8080->80/tcp   web
50ad60d61ee5   redis     \"docker-entrypoint.s…\"   5 seconds ago   Up 4 seconds   6379/tcp                                cache
";

#[test]
fn tables_are_compared_cell_by_cell() {
    let again = "CONTAINER ID   IMAGE   COMMAND   CREATED   STATUS   PORTS   NAMES
1111deadbeef   redis   \"docker-entrypoint.s…\"   About an hour ago   Up About an hour   6379/tcp   cache
2222deadbeef   nginx   \"/docker-entrypoint.…\"   2 days ago   Up 2 days   0.0.0.0:8080->80/tcp, [::]:8080->80/tcp   web
";
    is_same("docker ps", PS, again);
    let without_web: Vec<&str> = again.lines().filter(|line| !line.contains("web")).collect();
    let without_web = without_web.join("\n");
    differs("docker ps", PS, &without_web, "row web is missing");
    differs(
        "docker ps",
        PS,
        &again.replace("Up 2 days", "Exited (1) 2 days ago"),
        "STATUS: ",
    );
    differs(
        "docker ps",
        PS,
        &again.replace("8080->80", "8088->80"),
        "PORTS: ",
    );
    differs(
        "docker ps",
        PS,
        &again.replace("2222deadbeef", "1111deadbeef"),
        "one container where two were recorded",
    );
}

#[test]
fn the_two_tables_of_images_say_the_same() {
    let old = "REPOSITORY    TAG       IMAGE ID       CREATED        SIZE\nhello-world   latest    927d3b76dba5   2 days ago     10.1kB\n";
    let new = "IMAGE                ID             DISK USAGE   CONTENT SIZE   EXTRA\nhello-world:latest   0c564edbaa70       25.9kB         9.52kB    U\n";
    is_same("docker images", old, new);
    is_same("docker images", new, old);
    differs(
        "docker images",
        old,
        &new.replace("hello-world:latest", "hello-world:older"),
        "TAG: ",
    );
}

#[test]
fn a_pull_on_a_terminal_is_one_in_a_pipe() {
    let terminal = "1: Pulling from demo\r\n\r\n\u{1b}[1A\u{1b}[2K\r551cb06279f2: Waiting \r\u{1b}[1B\u{1b}[1A\u{1b}[2K\r551cb06279f2: Pull complete \r\u{1b}[1BDigest: sha256:7316db575ab62e9b0f3a9cbdc3e7ff0e0d1a8a5a0bb9ad6e9d8a2f2f9d3c1b0a\r\nStatus: Downloaded newer image for demo:1\r\n";
    let piped = "1: Pulling from demo\n551cb06279f2: Pulling fs layer\n551cb06279f2: Download complete\n551cb06279f2: Pull complete\nDigest: sha256:7316db575ab62e9b0f3a9cbdc3e7ff0e0d1a8a5a0bb9ad6e9d8a2f2f9d3c1b0a\nStatus: Image is up to date for demo:1\n";
    is_same("docker pull demo:1", terminal, piped);
    let broken = piped.replace(
        "551cb06279f2: Download complete",
        "error pulling image configuration: EOF",
    );
    differs("docker pull demo:1", terminal, &broken, "a line is new");
}

#[test]
fn a_build_on_a_terminal_is_one_in_a_pipe() {
    let screen = "[+] Building 2.4s (6/6) FINISHED                    docker:default\n => [internal] load build definition from Dockerfile            0.0s\n => CACHED [1/2] FROM docker.io/library/python:3.13-slim        0.0s\n => [2/2] RUN echo building                                     0.1s\n => exporting to image                                          0.0s\n => => naming to docker.io/library/v2                           0.0s\n";
    let piped = "#4 [1/2] FROM docker.io/library/python:3.13-slim\n#4 CACHED\n#5 [2/2] RUN echo building\n#5 0.100 building\n#5 DONE 0.2s\n#6 naming to docker.io/library/v2 done\n";
    is_same("docker build -t v2 .", screen, piped);
    differs(
        "docker build -t v2 .",
        &screen.replace("echo building", "echo WRONG"),
        piped,
        "`building` instead of `WRONG`",
    );
    differs(
        "docker build -t v2 .",
        &screen.replace("library/v2", "library/v3"),
        piped,
        "`v2` instead of `v3`",
    );
    // What another command of the line prints is compared too.
    let run = "docker build -t v2 . && docker run v2";
    differs(
        run,
        &format!("{piped}never printed\n"),
        &format!("{piped}hello\n"),
        "`hello",
    );
}

#[test]
fn what_is_no_id_of_dockers_is_compared_exactly() {
    let sum = |first: char| {
        format!(
            "{first}3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  /dev/null\n"
        )
    };
    differs(
        "sha256sum /dev/null",
        &sum('e'),
        &sum('f'),
        "compared exactly",
    );
    differs(
        "cat commit",
        "commit 1a2b3c4d5e6f\n",
        "commit 1a2b3c4d5e6a\n",
        "compared exactly",
    );
    differs(
        "echo x",
        &format!("sha256:{}", "a".repeat(64)),
        &format!("sha256:{}", "b".repeat(64)),
        "compared exactly",
    );
}

#[test]
fn a_witness_says_what_is_an_id_and_of_what() {
    let tutorial = Tutorial::new("");
    tutorial
        .write("expected", "7eb17e337a13 50ad60d61ee5\n")
        .write("actual", "1111deadbeef 2222deadbeef\n")
        .write("same.json", r#"{"7eb17e337a13": "container", "50ad60d61ee5": "image", "1111deadbeef": "container", "2222deadbeef": "image"}"#)
        .write("other.json", r#"{"7eb17e337a13": "container", "50ad60d61ee5": "image", "1111deadbeef": "container", "2222deadbeef": "network"}"#)
        .write("none.json", "{}")
        .write("bad.json", r#"{"7eb17e337a13": "contianer"}"#);
    let call = |witness: &str| {
        tutorial.call(&[
            "compare",
            "--command",
            "docker x",
            "--witness",
            witness,
            "expected",
            "actual",
        ])
    };
    call("same.json").exits(0);
    call("other.json")
        .exits(1)
        .says("a network where an image was recorded");
    call("none.json").exits(1).says("Docker knows no such ID");
    call("bad.json")
        .exits(2)
        .complains("`contianer` is no kind of ID");
}

#[test]
fn a_difference_comes_with_the_smallest_setting_that_accepts_it() {
    differs(
        "x",
        "visits: 17\n",
        "visits: 18\n",
        "`mask=/visits: [0-9]+/` would accept it",
    );
    differs("x", "a\nb\nc\n", "c\na\nb\n", "`unordered` would accept it");
    let page = r"
    ```console mask=/visits: [0-9]+/
    $ echo visits: 18
    visits: 17
    ```
";
    Tutorial::new(page).check().exits(0);
}

#[test]
fn a_new_warning_is_noted_and_nobody_is_stuck() {
    let page = r"
    ```console
    $ echo 'WARN[0000] the attribute version is obsolete'; echo up
    up
    ```
";
    let tutorial = Tutorial::new(page);
    let checked = tutorial.check();
    checked.exits(0).verdicts(&["passed"]);
    assert_eq!(
        checked.steps()[0]["warnings"][0],
        "WARN[0000] the attribute version is obsolete"
    );
    tutorial
        .call(&["page.md"])
        .says("printed a warning that is new: WARN[0000]");
}

#[test]
fn ls_may_be_in_columns() {
    let page = |shown: &str| {
        format!(
            r"
    ```console
    $ mkdir d && touch d/a d/b && cd d
    $ ls
    {shown}
    ```
"
        )
    };
    Tutorial::new(&page("a  b")).check().exits(0);
    Tutorial::new(&page("a  c")).check().exits(1);
}

#[test]
fn pages_of_another_tool_are_read() {
    let page = |comment: &str| {
        format!(
            r"
    ```bash
    echo 'id 17'
    ```

    <!-- {comment} -->

    ```text
    id 18
    ```
"
        )
    };
    Tutorial::new(&page("expected_similarity=0.3"))
        .check()
        .exits(1)
        .verdicts(&["broken"]);
    Tutorial::new(&page("expected_similarity=\"id [0-9]+\""))
        .check()
        .exits(0)
        .verdicts(&["passed"]);
    Tutorial::new(&page("expected_similarity=\"name [0-9]+\""))
        .check()
        .exits(1)
        .reason(1, "does not match `name [0-9]+`");
    Tutorial::new(&page("expected_similarity=\"(\""))
        .call(&["page.md"])
        .exits(2)
        .complains("is no value for `expected_similarity`");
    Tutorial::new(&page("expected_similarity=0.3"))
        .call(&["plan", "page.md"])
        .says("its score is not used");
}

#[test]
fn a_project_has_profiles_of_its_own() {
    let page = r"
    ```console
    $ printf 'working 17%%\nbuilt at 9\ndone\n'
    done
    ```
";
    let tutorial = Tutorial::new(page);
    tutorial.check().exits(1);
    tutorial.write(
        "tutcheck.yaml",
        "profiles:\n- commands: [printf]\n  progress: ['working *', 'built at {n}']\n",
    );
    tutorial.check().exits(0);
    for (text, words) in [
        (
            "profiles:\n- commands: [printf]\n  progress: ['{nubmer}']\n",
            "between braces stands one of `id`, `n`",
        ),
        (
            "profiles:\n- commands: [printf]\n  alike: ['a = b']\n",
            "write `PATTERN => PATTERN`",
        ),
        (
            "profiles:\n- commands: []\n",
            "it needs at least one command",
        ),
        (
            "profiles:\n- commands: [printf]\n  progres: []\n",
            "unknown field `progres`",
        ),
        (
            "profiles:\n- commands: [printf]\n  reading: tables\n",
            "unknown variant `tables`",
        ),
    ] {
        tutorial.refuses("tutcheck.yaml", text, words);
    }
}
