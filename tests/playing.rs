//! What is typed, what comes of it, and what is said of that: a real bash, and no Docker.

use std::time::{Duration, Instant};

use crate::support::{Checked, Tutorial};

fn checked(markdown: &str) -> Checked {
    Tutorial::new(markdown).check()
}

#[test]
fn files_stay_in_the_scratch_directory() {
    for path in ["/etc/tutcheck", "../up.txt", "a/../../up.txt"] {
        let tutorial = Tutorial::new(&format!(
            r"
    ```yaml file={path}
    a: 1
    ```
"
        ));
        tutorial
            .call(&["page.md"])
            .exits(2)
            .complains("error[file-outside]")
            .complains(path);
    }
    // Also where only the run shows it.
    let away = Tutorial::new(
        r"
    ```sh
    cd /
    ```

    ```yaml file=tutcheck-was-here
    a: 1
    ```
",
    );
    away.check()
        .exits(1)
        .verdicts(&["passed", "broken"])
        .reason(2, "outside of the scratch directory");
    let link = Tutorial::new(
        r"
    ```sh
    ln -s /tmp out; ln -s /tmp/x f
    ```

    ```yaml file=out/x
    a: 1
    ```
",
    );
    link.check()
        .exits(1)
        .reason(2, "outside of the scratch directory");
}

#[test]
fn files_are_saved_where_the_shell_is() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    mkdir app && cd app
    ```

    Create `conf/a.yaml`:

    ```yaml
    a: 1
    ```

    ```yaml append=conf/a.yaml
    b: 2
    ```

    ```console
    $ cat conf/a.yaml
    a: 1
    b: 2
    ```
",
    );
    tutorial.check().exits(0).verdicts(&["passed"; 4]);
}

#[test]
fn a_command_that_is_never_completed_is_broken() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    touch ran; true \
    ```

    ```sh
    ls ran
    ```
",
    );
    tutorial
        .check()
        .exits(1)
        .verdicts(&["broken", "not_reached"])
        .reason(1, "it ends in a backslash");
    Tutorial::new(
        r"
    ```sh
    cat <<END
    never ended
    ```
",
    )
    .check()
    .exits(1)
    .verdicts(&["broken"])
    .reason(1, "`END` never ends its text");
    Tutorial::new(
        r"
    ```sh
    echo 1 # a path such as C:\
    ```

    ```sh
    cat <<'E'
    a \
    E
    ```
",
    )
    .check()
    .exits(0)
    .verdicts(&["passed"; 2]);
}

#[test]
fn a_step_that_closes_the_terminal_is_broken_and_the_rest_is_not_reached() {
    checked(
        r"
    ```sh
    echo 1
    exit 3
    echo 2
    ```
",
    )
    .exits(1)
    .verdicts(&["passed", "broken", "not_reached"])
    .reason(2, "the terminal was closed by this step, with status 3")
    .reason(3, "because of step 2");
    checked(
        r"
    ```sh
    set -e
    false
    echo 2
    ```
",
    )
    .exits(1)
    .verdicts(&["passed", "broken", "not_reached"]);
}

#[test]
fn a_step_that_reads_its_input_meets_the_time_limit() {
    let start = Instant::now();
    checked(
        r"
    ```sh timeout=300ms
    cat
    ```

    ```sh
    echo no
    ```
",
    )
    .exits(1)
    .verdicts(&["broken", "not_reached"])
    .reason(1, "not done within 0.3 s");
    checked(
        r"
    ```sh timeout=300ms
    read -p 'Name? ' name
    ```
",
    )
    .exits(1)
    .reason(1, "Name?");
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn what_a_job_prints_later_stays_with_the_step_that_started_it() {
    let page = r"
    ```sh
    (sleep 0.1; echo from the server) &
    ```

    ```sh
    sleep 0.3
    false
    ```
";
    let tutorial = Tutorial::new(page);
    let checked = tutorial.check();
    checked.exits(1).verdicts(&["passed", "passed", "broken"]);
    assert_eq!(checked.steps()[0]["printed_later"], "from the server\n");
    tutorial
        .call(&["page.md"])
        .exits(1)
        .says("what step 1 started in the background printed later:\n    | from the server");
}

#[test]
fn a_time_limit_says_that_input_is_waited_for() {
    checked(
        r"
    ```sh timeout=300ms
    echo hello; cat
    ```
",
    )
    .exits(1)
    .reason(1, "it reads from the terminal, and nobody types: hello");
    let busy = checked(
        r"
    ```sh timeout=300ms
    echo hello; sleep 30
    ```
",
    );
    busy.exits(1).reason(1, "not done within 0.3 s: hello");
}

#[test]
fn a_syntax_error_reads_as_it_does_at_a_prompt() {
    let page = r"
    ```console exit=2
    $ echo )
    bash: syntax error near unexpected token `)'
    bash: `echo )'
    ```
";
    checked(page).exits(0).verdicts(&["passed"]);
}

#[test]
fn nothing_is_verified_where_no_reader_does_anything() {
    checked(
        r#"
    <!-- tutcheck run
    true
    -->

    ```bash skip="x"
    false
    ```
"#,
    )
    .exits(4);
}

#[test]
fn a_program_that_is_not_there_is_told_of_whatever_the_status() {
    checked(
        r"
    ```sh
    nosuchprogram | cat
    ```
",
    )
    .exits(1)
    .reason(1, "bash: nosuchprogram: command not found");
    let shown = r"
    ```console
    $ nosuchprogram | cat
    bash: nosuchprogram: command not found
    ```
";
    checked(shown).exits(0);
}

#[test]
fn closing_the_terminal_is_meant_only_where_it_is_typed() {
    checked(
        r"
    ```sh
    exit_status=0; exec true
    ```
",
    )
    .exits(1)
    .reason(1, "the terminal was closed by this step");
    checked(
        r"
    ```sh fails
    exit 1
    ```
",
    )
    .exits(0);
}

#[test]
fn the_output_below_a_block_may_be_of_all_its_commands() {
    let page = |shown: &str| {
        format!(
            r"
    ```sh
    echo one
    echo two
    ```

    ```text
    {shown}
    ```
"
        )
    };
    checked(&page("one\ntwo")).exits(0);
    checked(&page("two")).exits(0);
    checked(&page("one\nthree")).exits(1);
    let last = |shown: &str| {
        format!("```sh\necho one\necho two\necho three\n```\n\n```text\n{shown}\n```\n")
    };
    checked(&last("two\nthree")).exits(0);
    checked(&last("one\nthree")).exits(1);
}

#[test]
fn what_follows_an_elision_must_be_all_there_is() {
    for shown in ["a\n...\nb", "...\nb"] {
        let page = format!(
            r"
    ```console
    $ printf 'a\nb\nERROR: failed\n'
    {shown}
    ```
"
        );
        checked(&page).exits(1).verdicts(&["broken"]);
    }
}

#[test]
fn values_of_placeholders_stand_in_outputs_and_files_too() {
    let page = r"
    ```console
    $ echo [YOUR-NAME] has it
    [YOUR-NAME] has it
    ```

    Create `a.txt`:

    ```text file=a.txt
    of <your-name>
    ```

    ```console
    $ cat a.txt
    of <your-name>
    $ echo '[OTHER-NAME]'
    ```
";
    let checked = Tutorial::new(page).with("--var=YOUR-NAME=Ann").check();
    checked
        .exits(0)
        .verdicts(&["passed", "passed", "passed", "gated"]);
}

#[test]
fn ctrl_c_before_a_step_that_is_not_run_is_pressed_before_the_next() {
    let page = r"
    ```sh until=up
    echo up; exec sleep 100
    ```

    Press Ctrl+C.

    ```sh
    echo <your-name>
    ```

    ```sh
    echo after
    ```
";
    checked(page)
        .exits(0)
        .verdicts(&["passed", "gated", "passed"]);
}

#[test]
fn ctrl_d_behind_a_prompt_is_a_key() {
    let page = r#"
    ```console
    $ bash
    root@web:/# X=1
    root@web:/# ^D
    $ echo "$X."
    .
    ```

    ```sh
    echo "$X."
    ```

    ```text
    .
    ```
"#;
    checked(page).exits(0).verdicts(&["passed"; 5]);
}

#[test]
fn an_answer_that_the_page_shows_is_typed() {
    let page = r#"
    ```console
    $ printf 'Continue? [y/N] '; read x; echo "it is $x"
    Continue? [y/N] y
    it is y
    ```
"#;
    checked(page).exits(0).verdicts(&["passed"]);
    let without = page.replace("] y\n    it is y\n", "]\n");
    let checked = Tutorial::new(&without).check();
    checked.reason(1, "it asks `Continue? [y/N]`, and nobody types");
    let hint = checked.exits(1).steps()[0]["hint"].clone();
    assert!(hint.as_str().unwrap().contains("tutcheck: type="), "{hint}");
}

#[test]
fn an_answer_of_any_kind_that_the_page_shows_is_typed() {
    let page = r#"
    ```console
    $ read -p "Your name: " name; echo "Hello $name"
    Your name: Ann
    Hello Ann
    $ python3 -c 'town = input("Town? "); print("in", town)'
    Town? Rome
    in Rome
    ```
"#;
    checked(page).exits(0).verdicts(&["passed"; 2]);
}

#[test]
fn each_answer_is_typed_at_its_own_question() {
    let page = r#"
    ```console
    $ (read -p "Project name: " p; sleep 1; read -p "Overwrite? (y/n) " o; echo "Done: $p $o")
    Project name: bar
    Overwrite? (y/n) y
    Done: bar y
    $ (read -p "name: (demo) " n; read -p "version: (1.0) " v; echo "${n:-demo} ${v:-1.0}")
    name: (demo)
    version: (1.0)
    demo 1.0
    ```
"#;
    checked(page).exits(0).verdicts(&["passed"; 2]);
    // What is not shown is not guessed.
    let covered = r#"
    ```console
    $ read -s -p "Password: " p; echo "got $p"
    Password: ****
    ```
"#;
    checked(covered).verdicts(&["untestable"]);
}

#[test]
fn a_question_that_nobody_answers_ends_its_step() {
    for (command, verdict, reason) in [
        ("read -p 'Your name: ' x", "broken", "it asks `Your name:`"),
        (
            "read -p 'New password: ' x",
            "untestable",
            "it asks `New password:`",
        ),
        ("read -s x", "untestable", "typed without being shown"),
    ] {
        let page = format!("```sh\n{command}\n```\n");
        let start = Instant::now();
        Tutorial::new(&page)
            .check()
            .verdicts(&[verdict])
            .reason(1, reason);
        assert!(start.elapsed() < Duration::from_secs(20));
    }
    // Reading alone is no question, nor are words of one who does not read.
    let near = r"
    ```sh
    timeout 3 cat || true
    ```

    ```sh
    printf 'Ready? '; sleep 3; echo yes
    ```

    ```sh
    printf 'Waiting: '; timeout 3 cat || true
    ```
";
    checked(near).exits(0).verdicts(&["passed"; 3]);
}

#[test]
fn what_may_be_behind_a_failure_is_named() {
    for (page, hint) in [
        (
            "```sh\necho k=1 > config/settings.ini\n```\n",
            "is `mkdir config` missing, or a `cd` before it?",
        ),
        ("```sh\ncd galaxy\n```\n", "is `mkdir galaxy` missing"),
        (
            "```sh\ntest -n \"$NOWHERE_SET\"\n```\n",
            "was `export NOWHERE_SET=…` lost",
        ),
        (
            "```text file=sub/app.py\n1\n```\n\n```sh\ncat app.py\n```\n",
            "line 1 has saved `app.py`",
        ),
        (
            "```sh\nmkdir app\necho 1 > app/main.py\ncat main.py\n```\n",
            "line 3 has saved `main.py`: is the shell in another folder now, was `cd app` lost?",
        ),
        (
            "```sh\nGREETING=hello\n```\n\n```sh\nsh -c ': ${GREETING:?is not set}'\n```\n",
            "line 2 sets `GREETING` for the shell alone: with `export GREETING=…`, programs see it",
        ),
        (
            "```sh\nsleep 3 8077 &\n```\n\n```sh\ncurl -sS 127.0.0.1:8077\n```\n",
            "wait=port:8077",
        ),
        (
            "```sh\nfor i in 1 2; do echo $i\n```\n",
            "write the whole command in one block",
        ),
        (
            r"
    Here it is:

    ```python
    print(0)
    ```

    And:

    ```python
    print(1)
    ```

    ```sh
    cat app.py
    ```
",
            "the block of line 9 is not saved: if it is `app.py`, write `<!-- tutcheck: file=app.py -->`",
        ),
        (
            r"
    ```sh
    touch -- site <your-name>
    ```

    ```sh
    ls -l site
    ```
",
            "step 1, which may have made what is missing, was not run: needs --var YOUR_NAME=…",
        ),
    ] {
        let checked = checked(page);
        checked.exits(1);
        let said = checked.steps().last().unwrap()["hint"].to_string();
        assert!(said.contains(hint), "{said}");
    }
}

#[test]
fn what_stands_where_a_file_is_saved_is_not_written_into() {
    let page = r#"
    ```sh
    mkfifo pipe; mkdir deep; ln "$OUTSIDE" hard
    ```

    ```text file=pipe
    x
    ```

    ```text file=hard
    mine
    ```

    ```text append=hard
    too
    ```

    ```console
    $ cat hard
    mine
    too
    ```
"#;
    let tutorial = Tutorial::new(page).with("--keep-going");
    tutorial.write("outside", "theirs\n");
    let outside = tutorial.path("outside").to_string_lossy().into_owned();
    let checked = tutorial.variable("OUTSIDE", &outside);
    let said = checked.check();
    said.exits(1)
        .verdicts(&["passed", "broken", "passed", "passed", "passed"]);
    said.reason(2, "something else than a file is there");
    assert_eq!(checked.read("outside"), "theirs\n");
}

#[test]
fn a_program_in_the_foreground_that_crashes_later_breaks_its_step() {
    let page = r"
    ```sh until=ready
    sh -c 'echo ready; sleep 2; echo it crashed >&2; exit 3'
    ```

    ```sh terminal=two
    sleep 2.5
    ```
";
    checked(page)
        .exits(1)
        .verdicts(&["broken", "passed"])
        .reason(1, "ended by itself later, with status 3");
}

#[test]
fn what_a_page_shows_after_ctrl_c_is_compared() {
    let page = r"
    ```console
    $ python3 -m http.server 8137
    Serving HTTP on ...
    ^CKeyboard interrupt received, exiting.
    no more
    $ echo 1
    1
    ```
";
    checked(page)
        .exits(1)
        .verdicts(&["passed", "broken", "passed"])
        .reason(2, "a line is missing");
    checked(&page.replace("    no more\n", "")).exits(0);
}

#[test]
fn a_complaint_that_ends_well_is_one() {
    for (page, complaint) in [
        ("```sh\nls nothing; true\n```\n", "No such file"),
        ("```sh\ngit log; true\n```\n", "fatal: "),
    ] {
        checked(page).exits(1).reason(1, complaint);
    }
    // Failure is a way to go, it is shown, or it is the word of what the command shows.
    for page in [
        "```sh\nls nothing || true\n```\n",
        "```sh\nls nothing 2>/dev/null; true\n```\n",
        "```sh\nif ls nothing; then echo one; fi\n```\n",
        "```sh\necho 'ls: nothing: No such file or directory'\n```\n",
    ] {
        checked(page).exits(0);
    }
    checked("```console\n$ ls nothing; true\nls: cannot access 'nothing': No such file or directory\n```\n")
        .exits(0);
}

#[test]
fn what_tools_keep_in_a_home_is_beside_the_page() {
    let beside = "```console\n$ git config --global user.name Ann\n$ git config --global user.name\nAnn\n$ ls -A | wc -l\n0\n```\n";
    checked(beside).exits(0);
    let npm = "```console\n$ case $npm_config_userconfig in \"$PWD\"/*) echo here ;; /*) echo beside ;; esac\nbeside\n```\n";
    checked(npm).exits(0);
    // A page that speaks of the file finds it where a reader does.
    let spoken = "```console\n$ git config --global user.name Ann\n$ grep -c Ann ~/.gitconfig\n1\n$ ls -A\n.gitconfig\n```\n";
    checked(spoken).exits(0);
    // What the user has installed in the real home is there; a place chosen outside of it stays.
    let home = Tutorial::new("");
    let home_folder = home.path("home");
    std::fs::create_dir_all(home_folder.join(".rustup")).unwrap();
    let page = "```console\n$ test -d \"$RUSTUP_HOME\" && echo found\nfound\n$ echo $CARGO_HOME\n/opt/cargo\n```\n";
    Tutorial::new(page)
        .variable("HOME", home_folder.to_str().unwrap())
        .variable("CARGO_HOME", "/opt/cargo")
        .check()
        .exits(0);
}

#[test]
fn hints_err_on_the_side_of_silence() {
    let says_nothing_of = |page: &str, words: &str| {
        let said = Tutorial::new(page).call(&["page.md"]);
        said.exits(1);
        assert!(!said.out.contains(words), "{}", said.out);
    };
    // A message may have any character.
    says_nothing_of(
        "```sh\ntest \"one \u{2014} two\" = three\n```\n",
        "is typed",
    );
    // What is added to a file begins at another line.
    says_nothing_of(
        "```sh\necho true > x.sh\ncat >> x.sh <<'EOF'\nbake\nEOF\nbash x.sh\n```\n",
        "of the page",
    );
}

#[test]
fn of_the_output_of_several_commands_the_right_part_is_named() {
    let page = "```sh\necho one\necho two\n```\n\n```\none\nTWO\n```\n";
    checked(page).exits(1).reason(2, "`two` instead of `TWO`");
}

#[test]
fn of_a_list_the_words_that_are_missing_are_named() {
    let page = "```console\n$ touch cup pot\n$ ls\ncup  jug  pot  tray\n```\n";
    checked(page).exits(1).reason(2, "jug, tray are missing");
    let shorter = "```console\n$ touch cup pot\n$ ls\ncup\n```\n";
    checked(shorter).exits(1).reason(2, "pot is new");
}

#[test]
fn a_line_of_a_saved_file_is_found_on_the_page() {
    let saved = Tutorial::new(
        r"
    Create `count.sh`:

    ```sh
    one=1
    two=$((one +
    ```

    ```sh
    bash count.sh
    ```
",
    );
    saved
        .call(&["page.md"])
        .exits(1)
        .says("of `count.sh` is line ");
    let typed =
        "```sh\ncat > make.sh <<'EOF'\necho 1\nbake tea\nEOF\n```\n\n```sh\nbash make.sh\n```\n";
    Tutorial::new(typed)
        .call(&["page.md"])
        .exits(1)
        .says("line 2 of `make.sh` is line 4 of the page");
    let dash = "```sh\nls \u{2014}all\n```\n";
    Tutorial::new(dash)
        .call(&["page.md"])
        .exits(1)
        .says("`--` is typed");
}

#[test]
fn a_failure_that_the_page_shows_otherwise_is_seen_beside_it() {
    let page = "```console\n$ sh -c 'echo bad input; exit 1'\nbad inputs\n```\n";
    Tutorial::new(page)
        .call(&["page.md"])
        .exits(1)
        .says("- bad inputs")
        .says("+ bad input");
    let wrong = "```console\n$ echo closed\nclosed\n[5]\n```\n";
    Tutorial::new(wrong)
        .call(&["page.md"])
        .exits(1)
        .says("mend the output on the page");
    let script = "```sh\necho true > run.sh\n./run.sh\n```\n";
    Tutorial::new(script)
        .call(&["page.md"])
        .exits(1)
        .says("`chmod +x ./run.sh` before it");
}

#[test]
fn between_two_outputs_silence_is_shown() {
    let page = |between: &str| {
        format!("```console\n$ echo one\none\n$ {between}\n$ echo three\nthree\n```\n")
    };
    checked(&page("echo two of them"))
        .exits(1)
        .verdicts(&["passed", "broken", "passed"]);
    // The word that was typed is what is printed.
    checked(&page("echo two | tee two")).exits(1);
    checked(&page("true")).exits(0);
    checked("```console\n$ bash -l\n$ echo one\none\n$ exit\n$ echo two\ntwo\n```\n").exits(0);
    // The last of a block shows nothing, and neither does a block without any output.
    checked("```console\n$ echo one\none\n$ echo two\n```\n").exits(0);
    checked("```console\n$ echo one\n$ echo two\n```\n").exits(0);
}

#[test]
fn a_failure_that_the_page_shows_is_meant() {
    let page = r"
    ```console
    $ sh -c 'echo Error: no such thing >&2; exit 1'
    Error: no such thing
    $ sh -c 'echo hello; exit 1'
    hello
    ```
";
    checked(page).exits(0).verdicts(&["passed", "passed"]);
    // Dots settle nothing, and neither does an output of which a part is shown.
    let dots = "```console\n$ sh -c 'echo hello; exit 1'\n...\n```\n";
    checked(dots).exits(1).verdicts(&["broken"]);
    // As other tools write it.
    let status =
        "```console\n$ sh -c 'echo closed; exit 4'\nclosed\n[4]\n$ test -e nothing\n? 1\n```\n";
    checked(status).exits(0).verdicts(&["passed", "passed"]);
    let echoed = "```console\n$ grep nobody /dev/null\n$ echo $?\n1\n```\n";
    checked(echoed).exits(0).verdicts(&["passed", "passed"]);
    let other = "```console\n$ grep nobody /dev/null\n$ echo $?\n2\n```\n";
    checked(other).exits(1).reason(1, "exit 1 instead of 2");
    let wrong = "```console\n$ sh -c 'echo closed; exit 4'\nclosed\n[5]\n```\n";
    checked(wrong).exits(1).reason(1, "exit 4 instead of 5");
}

#[test]
fn prompts_of_a_program_follow_the_command_that_opens_it() {
    let page = r"
    ```
    python3
    >>> 1+1
    3
    >>> exit()
    ```

    ```sh
    > echo hi
    ```

    ```text
    hi
    ```
";
    checked(page)
        .exits(1)
        .verdicts(&["passed", "broken", "passed", "passed"]);
}

#[test]
fn files_are_saved_that_a_sentence_names() {
    let page = r"
    Create a file called `a.txt` with this content:

    ```
    one
    ```

    Create a Dockerfile:

    ```dockerfile
    FROM x
    ```

    ```console
    $ cat a.txt Dockerfile
    one
    FROM x
    ```

    ```
    PATH=/nowhere
    HOME=/x
    ```
";
    checked(page)
        .exits(0)
        .verdicts(&["passed", "passed", "passed"]);
}

#[test]
fn tabs_of_mkdocs_are_read() {
    let page = r#"
    === "Linux"

        ```console
        $ echo one
        two
        ```

    !!! tip

        Take care.
"#;
    checked(page).exits(1).verdicts(&["broken"]);
}

#[test]
fn what_is_to_be_added_to_a_file_does_not_replace_it() {
    let page = r"
    Create `a.yaml`:

    ```yaml
    x: 1
    ```

    Add the following to `a.yaml`:

    ```yaml
    y: 2
    ```

    ```console
    $ cat a.yaml
    x: 1
    ```
";
    checked(page).exits(0).verdicts(&["passed"; 2]);
}

#[test]
fn a_program_in_the_foreground_may_end_as_its_page_says() {
    let page = r"
    ```sh until=ready exit=3
    sh -c 'echo ready; sleep 2; exit 3'
    ```

    ```sh terminal=two
    sleep 2.5
    ```
";
    checked(page).exits(0).verdicts(&["passed"; 2]);
}

#[test]
fn what_is_missing_in_a_shell_that_nobody_left_is_told_with_its_line() {
    let page = r"
    ```sh
    sh
    ```

    ```sh
    echo in
    ```

    Back on your machine:

    ```sh
    nosuchtool
    ```
";
    Tutorial::new(page)
        .call(&["page.md"])
        .exits(1)
        .says("it was typed into what line 2 has opened");
}

/// A program that is not there is no break where the line says what is to be done then.
#[test]
fn a_line_that_provides_for_a_lack_may_lack_it() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    frobnicate || echo none
    ```

    ```sh
    if frobnicate --version; then echo yes; fi
    ```

    ```sh
    frobnicate; true
    ```
",
    );
    let checked = tutorial.check();
    checked.exits(1).verdicts(&["passed", "passed", "broken"]);
}
