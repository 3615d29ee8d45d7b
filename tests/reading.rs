//! How pages are read: a page for each rule, with hits and near misses, and labelled pages whose
//! score may only rise.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tutcheck::diagnostic::Source;
use tutcheck::document::{Document, Reader, rules};

use crate::support::Tutorial;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reading")
}

fn plan(page: &str) -> Value {
    let said = Tutorial::new(page).call(&["plan", "page.md", "--format", "json"]);
    serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("no plan: {}", said.err))
}

/// What each `<!-- want: … -->` says of the block below it, and what the block is.
fn wishes(page: &str) -> Vec<(usize, String, String, String)> {
    let plan = plan(page);
    let blocks = plan["blocks"].as_array().unwrap();
    let wanted = page.lines().enumerate().filter_map(|(index, line)| {
        let wish = line
            .trim()
            .strip_prefix("<!-- want: ")?
            .strip_suffix(" -->")?;
        Some((index + 1, wish.to_owned()))
    });
    wanted
        .map(|(line, wish)| {
            let block = blocks
                .iter()
                .filter(|block| block["line"].as_u64() > Some(line as u64))
                .min_by_key(|block| block["line"].as_u64())
                .unwrap_or_else(|| panic!("no block below line {line}"));
            let text = |name: &str| block[name].as_str().unwrap().to_owned();
            (line, wish, text("rule"), text("runs"))
        })
        .collect()
}

#[test]
fn every_rule_has_a_page_with_a_hit_and_a_near_miss() {
    let names: BTreeSet<&str> = rules().map(|rule| rule.name).collect();
    for name in &names {
        let path = folder().join(format!("{name}.md"));
        let page =
            fs::read_to_string(&path).unwrap_or_else(|_| panic!("no page for the rule {name}"));
        let wishes = wishes(&page);
        assert!(
            wishes.iter().any(|(_, wish, ..)| wish == name),
            "{name} has no hit"
        );
        let is_whole_page = *name == "other-page";
        assert!(
            is_whole_page || wishes.iter().any(|(_, wish, ..)| wish != name),
            "{name} has no near miss"
        );
        for (line, wish, rule, runs) in wishes {
            if wish == "run" {
                assert!(
                    runs != "no" && rule != *name,
                    "{name}.md, line {line}: {rule}, runs {runs}"
                );
            } else {
                // A rule that reads some blocks as typed and some not: `shell, not typed`.
                let (wished, how) = wish.split_once(", ").unwrap_or((&wish, ""));
                assert_eq!(wished, rule, "{name}.md, line {line}");
                let is_as_wished = match how {
                    "" => true,
                    "typed" => runs != "no",
                    "not typed" => runs == "no",
                    how => panic!("{name}.md, line {line}: `{how}` is no wish"),
                };
                assert!(is_as_wished, "{name}.md, line {line}: runs {runs}");
            }
        }
    }
    let explained: BTreeSet<&str> = rules().map(|rule| rule.says).collect();
    assert_eq!(explained.len(), names.len(), "two rules say the same");
}

/// Labelled blocks that are read as labelled, of a thousand: typed or not, and role. A change that
/// reads pages better raises the figures; none may lower them.
const TYPED: usize = 970;
const ROLES: usize = 940;
/// Blocks that would be typed and must not be.
const HARM: usize = 6;

#[test]
fn the_title_in_front_says_of_what_the_sections_are_ways() {
    let page = |title: &str| {
        format!(
            "---\ntitle: {title}\n---\n\n## Docker\n\n```sh\ndocker run tea\n```\n\n## Source\n\n```sh\nmake tea\n```\n"
        )
    };
    let rules = |title: &str| -> Vec<String> {
        let plan = plan(&page(title));
        let blocks = plan["blocks"].as_array().unwrap().iter();
        blocks
            .map(|block| block["rule"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(rules("Installation"), ["shell", "other-arm"]);
    assert_eq!(rules("Tea"), ["shell", "shell"]);
}

#[test]
fn labelled_pages_are_read_as_well_as_before() {
    let pages = folder().join("pages");
    let labels = fs::read_to_string(pages.join("labels.tsv")).unwrap();
    let mut by_page: BTreeMap<&str, Vec<Vec<&str>>> = BTreeMap::new();
    for row in labels.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        by_page.entry(cells[0]).or_default().push(cells);
    }
    let (mut count, mut typed, mut roles) = (0, 0, 0);
    let mut harm = Vec::new();
    for (name, rows) in by_page {
        let plan = plan(&fs::read_to_string(pages.join(name)).unwrap());
        let blocks = plan["blocks"].as_array().unwrap();
        for cells in rows.iter().filter(|cells| {
            matches!(
                cells[3],
                "backtick" | "tilde" | "indented" | "pre" | "inline-paragraph"
            )
        }) {
            let number = |text: &str| text.parse::<i64>().unwrap();
            let (first, last) = (number(cells[1]), number(cells[2]));
            let overlap = |block: &&Value| {
                let (line, end) = (
                    block["line"].as_i64().unwrap(),
                    block["end_line"].as_i64().unwrap(),
                );
                last.min(end) - first.max(line)
            };
            let block = blocks
                .iter()
                .filter(|block| overlap(block) >= 0)
                .max_by_key(overlap);
            let role = block.map_or("", |block| block["role"].as_str().unwrap());
            let runs = block.is_some_and(|block| block["runs"] != "no" && role != "file");
            let wanted = matches!(cells[6], "yes" | "vars" | "bound");
            count += 1;
            typed += usize::from(runs == wanted);
            roles += usize::from(role == cells[4]);
            if runs && !wanted {
                harm.push(format!("{name}:{first}"));
            }
        }
    }
    let of_thousand = |part: usize| part * 1000 / count;
    assert!(
        of_thousand(typed) >= TYPED,
        "typed or not: {}",
        of_thousand(typed)
    );
    assert!(of_thousand(roles) >= ROLES, "roles: {}", of_thousand(roles));
    assert!(harm.len() <= HARM, "{harm:?}");
}

/// Pages of any kind, and any mixture of what pages are made of.
fn is_sound(text: &str) {
    let source = Source::new("page.md".to_owned(), text.to_owned());
    let Ok(document) = Document::parse("page.md", text.to_owned(), &Reader::default()) else {
        return;
    };
    for block in &document.blocks {
        for span in [&block.span, &block.ruling.at] {
            assert!(
                span.start <= span.end && source.text.get(span.clone()).is_some(),
                "{span:?} in {text:?}"
            );
        }
        for command in block.commands() {
            assert!(
                source.text.get(command.span.clone()).is_some(),
                "{:?} in {text:?}",
                command.span
            );
            let shown = command.shown.iter().flat_map(|shown| &shown.lines);
            assert!(
                shown
                    .clone()
                    .all(|line| source.text.get(line.clone()).is_some()),
                "{text:?}"
            );
        }
    }
}

#[test]
fn places_are_places_of_the_page() {
    let pages = fs::read_dir(folder().join("pages"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    for page in pages.filter(|path| path.extension().is_some_and(|extension| extension == "md")) {
        let text = fs::read_to_string(page).unwrap();
        is_sound(&text);
        is_sound(&text.replace('\n', "\r\n"));
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]
    #[test]
    fn reading_never_panics(pieces in proptest::collection::vec(proptest::sample::select(vec![
        "```sh\n", "```\n", "~~~\n", "```console\n", "$ ls\n", "# ls\n", "> ", "- ", "    ", "\n", "=== \"macOS\"\n", "<Tabs>\n", "<TabItem value=\"ü\">\n", "</Tabs>\n", "</TabItem>\n",
        ":::danger\n", ":::\n", "::: zone pivot=\"x\"\n", "::: zone-end\n", "# [A](#tab/a)\n", "---\n", "<pre>\n", "</pre>\n", "<code>é</code>\n", "`docker ps`\n", "Create `a.py`:\n", "docker run -it x sh\n",
        "/ # ls\n", "exit\n", ">>> 1\n", "... 2\n", "{{< tab name=\"ß\" >}}\n", "{{< /tab >}}\n", "<!-- x -->\n", "Press Ctrl+D.\n", "In another terminal:\n", "1. ", "\t", "é", "<details>\n", "</details>\n", "cat > x\n", "^D\n", "^C\n", "\r\n", "## Windows\n", "{: .output}\n",
    ]), 0..24)) {
        is_sound(&pieces.concat());
    }
}

/// Settings of an author count wherever they stand: in tabs, lists and quotes, directly below text,
/// in the comments of MDX and `MyST`.
#[test]
fn settings_count_wherever_they_stand() {
    for page in [
        r#"
    === "A"

        <!-- tutcheck: skip="x" -->
        ```sh
        ls
        ```
"#,
        r#"
    - one
      <!-- tutcheck: skip="x" -->
      ```sh
      ls
      ```
"#,
        r#"
    > <!-- tutcheck: skip="x" -->
    > ```sh
    > ls
    > ```
"#,
        r#"
    text
    {/* tutcheck: skip="x" */}
    ```sh
    ls
    ```
"#,
        r#"
    text
    % tutcheck: skip="x"
    ```sh
    ls
    ```
"#,
        r#"
    ```sh skip="x"
    ls
    ```
"#,
    ] {
        let plan = plan(page);
        assert_eq!(plan["blocks"][0]["runs"], "no", "{page}");
    }
    let run = r"
    Don't run this:

    <!-- tutcheck: run -->

    ```sh
    ls
    ```
";
    assert_eq!(plan(run)["blocks"][0]["runs"], "yes");
}

#[test]
fn a_fence_that_is_not_closed_in_a_tab_is_an_error() {
    Tutorial::new(
        r#"
    === "A"

        ```sh
        ls

    Text.
"#,
    )
    .call(&["plan", "page.md"])
    .exits(2)
    .complains("unclosed-fence");
}

#[test]
fn each_way_through_a_page_is_played() {
    let page = r#"
    === "npm"

        ```sh
        echo npm
        ```

    === "Yarn"

        ```sh
        echo yarn
        ```
"#;
    let tutorial = Tutorial::new(page);
    let said = tutorial.call(&["page.md", "--every-arm"]);
    said.exits(0)
        .says("page.md (npm)")
        .says("page.md (Yarn)")
        .says("echo yarn");
    let report = tutorial.call(&["page.md", "--every-arm", "--report", "json"]);
    let report: serde_json::Value = serde_json::from_str(&report.out).unwrap();
    let ways: Vec<_> = report["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|page| &page["way"])
        .collect();
    assert_eq!(ways, ["npm", "Yarn"]);
    // What was recorded is of the first way: the second has nothing to be compared with.
    tutorial.call(&["record", "page.md"]).exits(0);
    tutorial.call(&["page.md", "--every-arm"]).exits(0);
    tutorial
        .call(&["page.md", "--every-arm", "--locked"])
        .exits(1)
        .says("unrecorded");
    // A choice within an arm is played with each of its own.
    let nested = r#"
    === "A"

        ```sh
        echo a
        ```

    === "B"

        === "X"

            ```sh
            echo x
            ```

        === "Y"

            ```sh
            echo y
            ```
"#;
    Tutorial::new(nested)
        .call(&["page.md", "--every-arm"])
        .exits(0)
        .says("page.md (A)")
        .says("page.md (B, X)")
        .says("page.md (B, Y)");
    let picked = tutorial.call(&["plan", "page.md", "--pick", "yarn"]);
    picked
        .says("echo yarn")
        .says("other-arm: it is for `npm`; you read for linux, line 1");
    tutorial
        .call(&["page.md", "--pick", "yran"])
        .exits(2)
        .complains("--pick: no page has `yran`; did you mean `Yarn`?");
}

/// The settings of a project say for whom its pages are read, and the command line overrules them.
#[test]
fn a_project_says_who_reads() {
    let page = r#"
    === "npm"

        ```sh
        echo npm
        ```

    === "Yarn"

        ```sh
        echo yarn
        ```

    ## On macOS

    ```sh
    echo apple
    ```
"#;
    let tutorial = Tutorial::new(page);
    tutorial.write(
        "tutcheck.yaml",
        "reader: { system: macos, picks: [yarn] }\n",
    );
    let runs = |arguments: &[&str]| -> Vec<String> {
        let said = tutorial.call(&[&["plan", "page.md", "--format", "json"], arguments].concat());
        let plan: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        plan["blocks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|block| block["runs"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(runs(&[]), ["no", "yes", "yes"]);
    assert_eq!(
        runs(&["--pick", "npm", "--reader", "system=linux"]),
        ["yes", "no", "no"]
    );
}

/// Where there is no `sudo` and everything is root's, what it is asked for is done all the same.
#[test]
fn sudo_has_a_stand_in_for_root() {
    let page = r"
    ```console
    $ sudo -E echo tea
    tea
    $ sudo MUG=blue printenv MUG
    blue
    $ sudo -u root -- false
    ```
";
    let tutorial = Tutorial::new(page);
    let programs = tutorial.path("programs");
    fs::create_dir(&programs).unwrap();
    for entry in fs::read_dir("/usr/bin").unwrap().map(Result::unwrap) {
        if entry.file_name() != "sudo" {
            std::os::unix::fs::symlink(entry.path(), programs.join(entry.file_name())).unwrap();
        }
    }
    let is_root = std::os::unix::fs::MetadataExt::uid(&fs::metadata("/proc/self").unwrap()) == 0;
    let tutorial = tutorial.variable("PATH", programs.to_str().unwrap());
    let verdicts: &[&str] = if is_root {
        &["passed", "passed", "broken"]
    } else {
        &["broken", "not-reached", "not-reached"]
    };
    tutorial.check().exits(1).verdicts(verdicts);
}

/// What a page changes in a file that it has saved, and what it does not.
#[test]
fn changes_are_applied_where_it_is_certain_how() {
    let app = "Create `app.py`:\n\n```python\nimport tea\n\ndef pour():\n    return 1\n\nprint(pour())\n```\n\n";
    let holds = |more: &str| {
        let page = format!("{app}{more}\n\n```sh\ncat app.py\n```\n");
        let checked = Tutorial::new(&page).check();
        checked.exits(0);
        let plan = plan(&page);
        plan["steps"].as_array().unwrap().len() > 2
    };
    for more in [
        "Change `app.py`:\n\n```diff\n-    return 1\n+    return 2\n```",
        "Add to the end of `app.py`:\n\n```python\nprint(2)\n```",
        "Change `app.py`:\n\n```python\ndef pour():\n    print(1)\n    return 1\n```",
    ] {
        assert!(holds(more), "{more}");
    }
    for more in [
        "Do not change it like this:\n\n```diff\n-    return 1\n+    return 2\n```",
        "In a later chapter, we will change `app.py`:\n\n```diff\n-    return 1\n+    return 2\n```",
        "Change `other.py`:\n\n```diff\n-    return 1\n+    return 2\n```",
        "Add a method to `app.py`:\n\n```python\nclass Cup:\n    # ...\n\n    def fill():\n        return 1\n```",
    ] {
        assert!(!holds(more), "{more}");
    }
    let list = r"
    Create `requirements.txt`:

    ```text
    flask
    ```

    Add to `requirements.txt`:

    ```text
    redis
    ```

    Add this to your `.env` file:

    ```
    B=2
    ```

    ```console
    $ cat requirements.txt
    flask
    redis
    ```
";
    Tutorial::new(list).check().exits(0);
}

/// What others have found that once made reading end at once.
#[test]
fn odd_pages_are_read() {
    for page in [
        r"
    ```sh
    docker run -–rm nginx
    docker run -ü x
    ```
",
        "> `echo a\n> caféx`\n",
        ">Run`ls\n>é`\n",
        "    {/* tutcheck: skip=\"x\" */}",
        "```\n```\t\n{/*tutcheck",
    ] {
        let said = Tutorial::new(page).call(&["plan", "page.md"]);
        assert!(matches!(said.status, 0 | 2 | 4), "{page}: {}", said.err);
    }
    // A command over two lines is nowhere as it is read.
    let two = plan(
        r"
    ```sh
    ls
    ```

    > Now run `ls -l
    > app.py`.
",
    );
    assert_eq!(two["steps"].as_array().unwrap().len(), 1);
    // A comment that is never closed takes nothing with it.
    let open = plan(
        r"
    {/* TODO: more

    ```sh
    ls
    ```
",
    );
    assert_eq!(open["steps"].as_array().unwrap().len(), 1);
    let closed = plan(
        r"
    {/* not this

    ```sh
    ls
    ```

    */ }

    ```sh
    pwd
    ```
",
    );
    assert_eq!(closed["steps"].as_array().unwrap().len(), 1);
    let tags = "{% highlight bash %}\necho one\n{% endhighlight %}\n\n{{< highlight powershell >}}\necho two\n{{< /highlight >}}\n";
    let steps = plan(tags)["steps"].clone();
    assert_eq!(steps.as_array().unwrap().len(), 1);
    assert_eq!(steps[0]["run"], "echo one");
}

/// A `sudo` that would wait for a password is not waited for, in scripts neither.
#[test]
fn sudo_that_asks_for_a_password_cannot_be_tested() {
    let page = r"
    ```sh file=up.sh
    sudo true
    ```

    ```sh
    sh up.sh
    ```

    ```sh
    echo done
    ```
";
    let tutorial = Tutorial::new(page);
    let sudo = "#!/bin/sh\ncase $1 in -n) echo 'sudo: a password is required' >&2; exit 1 ;; esac\nread -r word </dev/tty\n";
    tutorial.write("programs/sudo", sudo);
    let program = tutorial.path("programs/sudo");
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&program, executable).unwrap();
    let path = std::env::var("PATH").unwrap();
    let folder = program.parent().unwrap().display().to_string();
    let tutorial = tutorial.variable("PATH", &format!("{folder}:{path}"));
    let checked = tutorial.check();
    checked
        .exits(3)
        .verdicts(&["passed", "untestable", "untestable"])
        .reason(2, "`sudo` would ask for a password here");
}

#[test]
fn too_many_ways_are_said() {
    let tabs: Vec<String> = (0..30)
        .map(|n| {
            format!(
                r#"
    === "W{n}"

        ```sh
        true
        ```
"#
            )
        })
        .collect();
    Tutorial::new(&tabs.join("\n"))
        .call(&["page.md", "--every-arm"])
        .exits(0)
        .complains("the first 24 of 30 ways are played");
}

#[test]
fn a_page_for_another_system_says_so_and_plays_nothing() {
    Tutorial::new(
        r"
    # Tea on macOS

    ```sh
    false
    ```
",
    )
    .call(&["page.md"])
    .exits(4)
    .complains("nothing is played: the page is for macOS; you read for linux");
    Tutorial::new(
        r"
    # Tea on macOS

    ```sh
    true
    ```
",
    )
    .call(&["page.md", "--reader", "system=macos"])
    .exits(0);
}

#[test]
fn rules_are_explained() {
    let tutorial = Tutorial::new("");
    tutorial
        .call(&["explain", "other-arm"])
        .exits(0)
        .says("tab, zone or version");
    tutorial
        .call(&["explain", "other-amr"])
        .exits(2)
        .complains("did you mean `other-arm`?");
}

#[test]
fn a_fault_of_one_page_stops_no_other() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    true
    ```
",
    );
    tutorial.write(
        "other.md",
        r"
    ```sh exit=x
    true
    ```
",
    );
    let said = tutorial.call(&["page.md", "other.md"]);
    said.exits(2)
        .complains("is no value for `exit`")
        .says("1 passed");
}

/// Git, in a repository of the test's own.
fn git(folder: &Path, arguments: &[&str]) {
    let done = std::process::Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=ada", "-c", "user.email=ada@example.org"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

#[test]
fn a_page_begins_in_its_project_and_clones_it() {
    let page = r"
    ```sh
    git clone -b v1 https://example.org/ada/books.git
    cat books/list.txt
    ```

    ```text
    changed
    ```
";
    let tutorial = Tutorial::new(page);
    let folder = tutorial.path("");
    tutorial.write("list.txt", "first\n");
    git(&folder, &["init", "-q"]);
    git(
        &folder,
        &["remote", "add", "origin", "git@example.org:ada/books.git"],
    );
    git(&folder, &["add", "list.txt", "page.md"]);
    git(&folder, &["commit", "-q", "-m", "one"]);
    // What is not committed yet is what a pull request is about.
    tutorial.write("list.txt", "changed\n");
    tutorial.check().exits(0).verdicts(&["passed"; 2]);
    // However the page spells its way to the address; the folder of a submodule is there.
    let part = tempfile::tempdir().unwrap();
    git(part.path(), &["init", "-q"]);
    fs::write(part.path().join("cup"), "").unwrap();
    git(part.path(), &["add", "cup"]);
    git(part.path(), &["commit", "-q", "-m", "one"]);
    let address = part.path().to_str().unwrap();
    let local = [
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
    ];
    git(&folder, &[&local[..], &[address, "part"]].concat());
    tutorial.write(
        "page.md",
        r#"
    ```console
    $ WHERE=https://example.org/ada/books
    $ git -C . clone -q "$WHERE" one
    $ cat one/list.txt
    changed
    $ ls one/part | wc -l
    0
    $ git -C one ls-files -s part | cut -c1-6
    160000
    $ git init -q two && cd two
    $ git remote add upstream git@example.org:ada/books.git
    $ git fetch -q upstream
    $ git show upstream/next:list.txt
    changed
    ```
"#,
    );
    let checked = tutorial.check();
    checked.exits(0).verdicts(&["passed"; 9]);
    tutorial.write("tutcheck.yaml", "start: project\n");
    tutorial.write(
        "page.md",
        r"
    ```sh
    ls list.txt part/cup && cat list.txt
    ```

    ```text
    list.txt
    part/cup
    changed
    ```
",
    );
    tutorial.check().exits(0).verdicts(&["passed"]);
}

#[test]
fn a_folder_means_its_pages() {
    let tutorial = Tutorial::new(
        r"
    ```sh
    echo page
    ```
",
    );
    tutorial.write(
        "CHANGELOG.md",
        r"
    ```sh
    echo changelog
    ```
",
    );
    tutorial.write(
        "docs/a.md",
        r"
    ```sh
    echo a
    ```
",
    );
    tutorial.write(
        "tutcheck.yaml",
        "pages: [docs/**/*.md, page.md, CHANGELOG.md]\nexcept: [CHANGELOG.md]\n",
    );
    let said = tutorial.call(&["plan", "."]);
    said.exits(0).says("echo page").says("echo a");
    assert!(!said.out.contains("changelog"), "{}", said.out);
    tutorial.write("tutcheck.yaml", "pages: [dosc/*.md]\n");
    tutorial
        .call(&["plan", "."])
        .exits(2)
        .complains("tutcheck.yaml: `pages:` and `except:` leave no page of .;");
}

#[test]
fn placeholders_stand_for_what_the_page_has_made() {
    let page = r"
    ```sh
    docker run -d --name web nginx
    ```

    ```sh
    docker stop <container_name>
    ```

    ```sh
    docker push {your-name}/app
    ```
";
    let plan = plan(page);
    assert_eq!(plan["blocks"][1]["runs"], "bound");
    assert_eq!(plan["blocks"][2]["runs"], "vars");
    Tutorial::new(page)
        .call(&["plan", "page.md"])
        .says("typed as `docker stop web`");
}
