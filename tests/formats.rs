//! Reports where people look: each form read by a reader of its own, also of what would harm it.

use std::process::Command;

use serde_json::Value;

use crate::support::{Said, Tutorial};

/// What a step could print to end a text, a file or a job.
const HOSTILE: &str =
    "]]></failure> </script> ::error::stolen %0A::error::stolen @everyone `x` | # SKIP \\\\";

/// A page with every verdict that needs no daemon, and hostile words in commands and outputs.
fn page() -> String {
    let lines = [
        "```console",
        "$ echo fine",
        "fine",
        &format!("$ printf '%s\\n' '{HOSTILE}'"),
        "nothing of the kind",
        "$ printf 'a\\033[31mred\\000\\a\\342\\200\\256b\\n'",
        "other",
        "```",
        "",
        "```bash skip=\"a ]]> b\"",
        "sleep 1",
        "```",
        "",
        "```bash",
        "exit 3",
        "```",
        "",
        "```bash",
        "echo never",
        "```",
        "",
    ];
    lines.join("\n")
}

const NAME: &str = "a b'\"<&%,:#.md";

fn played(forms: &[&str]) -> (Tutorial, Said) {
    let tutorial = Tutorial::new("");
    tutorial.write(NAME, page());
    let mut arguments = vec![NAME, "--keep-going"];
    for form in forms {
        arguments.extend(["--report", form]);
    }
    let said = tutorial.call(&arguments);
    (tutorial, said)
}

/// Texts and attributes of XML, as any reader has them; what is no XML is refused.
fn xml(text: &str) -> Vec<String> {
    let program = "import sys, xml.etree.ElementTree as E\n\
        for e in E.fromstring(sys.stdin.buffer.read()).iter():\n    print(e.tag, dict(e.attrib))";
    let mut python = Command::new("python3");
    python.args(["-c", program]);
    piped(&mut python, text)
        .lines()
        .map(str::to_owned)
        .collect()
}

fn piped(command: &mut Command, text: &str) -> String {
    use std::io::Write;
    use std::process::Stdio;
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn junit_is_xml_with_a_case_a_step() {
    let (tutorial, said) = played(&["junit=j.xml"]);
    assert_eq!(said.status, 1);
    let elements = xml(&tutorial.read("j.xml"));
    let count = |tag: &str| {
        elements
            .iter()
            .filter(|element| element.starts_with(tag))
            .count()
    };
    assert_eq!(
        (count("testcase"), count("failure"), count("skipped")),
        (6, 3, 1),
        "{elements:#?}"
    );
    assert!(tutorial.read("j.xml").contains("#.md:4\nverdict: broken\n"));
}

/// Workflow commands as GitHub's runner reads it: name, properties, message.
fn commands(text: &str) -> Vec<(String, String, String)> {
    let mut stopped: Option<String> = None;
    let lines = text.lines().map(str::trim_start);
    let heard = lines.filter(|line| match &stopped {
        Some(token) if *line == format!("::{token}::") => {
            stopped = None;
            false
        }
        Some(_) => false,
        None => {
            stopped = line.strip_prefix("::stop-commands::").map(str::to_owned);
            stopped.is_none()
        }
    });
    let commands = heard.filter_map(|line| line.strip_prefix("::")?.split_once("::"));
    commands
        .map(|(head, message)| {
            let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
            (name.to_owned(), properties.to_owned(), message.to_owned())
        })
        .collect()
}

#[test]
fn annotations_are_ours_alone_and_the_summary_is_written() {
    let tutorial = Tutorial::new("").file("GITHUB_STEP_SUMMARY", "summary.md");
    tutorial.write(NAME, page());
    let said = tutorial.call(&[NAME, "--keep-going", "--report", "github"]);
    let commands = commands(&said.out);
    let commands: Vec<_> = commands
        .into_iter()
        .filter(|(name, ..)| name == "error")
        .collect();
    assert_eq!(commands.len(), 3, "{}", said.out);
    for (name, properties, _) in &commands {
        assert_eq!(name, "error");
        assert!(
            properties.starts_with("file=a b'\"<&%25%2C%3A#.md,line="),
            "{properties}"
        );
        assert_eq!(properties.split(',').count(), 4, "{properties}");
    }
    assert!(
        said.out.contains("Summary ["),
        "the text is there, too: {}",
        said.out
    );
    let summary = tutorial.read("summary.md");
    // What a step prints commands nothing.
    let (first, last) = (
        said.out.lines().next().unwrap(),
        said.out.find("\n::error file"),
    );
    let token = first.strip_prefix("::stop-commands::").unwrap();
    let ends = said.out.find(&format!("\n::{token}::\n"));
    assert!(
        token.len() > 15 && ends.is_some() && ends < last,
        "{}",
        said.out
    );
    assert!(
        summary.starts_with("### A reader is stuck, or sees something else: 3 steps\n"),
        "{summary}"
    );
    assert!(
        !summary.contains("@everyone` ") && summary.contains("<details>"),
        "{summary}"
    );
    // A second call adds to it.
    tutorial.call(&[NAME, "--report", "github"]);
    assert!(tutorial.read("summary.md").len() > summary.len());
}

#[test]
fn more_annotations_than_are_shown_are_told() {
    let mut page = "```console\n".to_owned();
    for number in 0..15 {
        page.extend(["$ echo ", &number.to_string(), "\nno\n"]);
    }
    page.push_str("```\n");
    let tutorial = Tutorial::new("");
    tutorial.write("page.md", page);
    let said = tutorial.call(&["page.md", "--keep-going", "--report", "github"]);
    let commands = commands(&said.out);
    assert_eq!(commands.len(), 10);
    assert_eq!(commands[9].2, "and 6 more, see the summary of this job");
}

#[test]
fn markdown_has_what_broke_first_and_no_words_of_others() {
    let (tutorial, _) = played(&["markdown=c.md"]);
    let text = tutorial.read("c.md");
    let list: Vec<&str> = text.lines().filter(|line| line.starts_with("- ")).collect();
    assert_eq!(list.len(), 3, "{text}");
    assert!(
        list[0].contains("](a%20b%27%22%3C%26%25%2C%3A%23.md#L4) step 2"),
        "{}",
        list[0]
    );
    // Outside of what is code, nothing is a tag, a name or a link of others'.
    assert!(
        list[0].ends_with("not what the page shows: \\`\\]\\` instead of \\`nothing\\`"),
        "{text}"
    );
    assert_eq!(
        text.matches("<details>").count(),
        text.matches("\n</details>").count()
    );
}

#[test]
fn tap_is_read_by_prove() {
    let (tutorial, _) = played(&["tap=r.tap"]);
    let text = tutorial.read("r.tap");
    assert!(
        text.starts_with("TAP version 14\n1..1\n# Subtest: a b"),
        "{text}"
    );
    assert!(text.contains("    1..6\n    ok 1 - "), "{text}");
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("    not ok"))
            .count(),
        3,
        "{text}"
    );
    assert!(
        text.contains(" # SKIP a ]]> b\n") && text.ends_with("\\#.md\n"),
        "{text}"
    );
    let mut prove = Command::new("prove");
    prove
        .args(["-e", "cat", "r.tap"])
        .current_dir(tutorial.path("."));
    if let Ok(output) = prove.output() {
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            !output.status.success() && said.contains("Failed 1/1 subtests"),
            "{said}"
        );
    }
}

#[test]
fn sarif_and_code_quality_know_a_finding_again() {
    let forms = ["sarif=s.json", "gitlab=g.json"];
    let (tutorial, _) = played(&forms);
    let read = |tutorial: &Tutorial, name: &str| -> Value {
        serde_json::from_str(&tutorial.read(name)).unwrap()
    };
    let sarif = read(&tutorial, "s.json");
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"],
        "a%20b%27%22%3C%26%25%2C%3A%23.md"
    );
    assert_eq!(place["region"]["startLine"], 4);
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    for result in results {
        assert!(rules.iter().any(|rule| rule["id"] == result["ruleId"]));
    }
    let quality = read(&tutorial, "g.json");
    let marks = |quality: &Value| -> Vec<String> {
        let found = quality.as_array().unwrap().iter();
        found
            .map(|one| one["fingerprint"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(marks(&quality).len(), 3);
    // Words above a step move its line, and nothing else.
    tutorial.write(NAME, format!("Words.\n\n{}", page()));
    tutorial.call(&[NAME, "--keep-going", "--report", "gitlab=h.json"]);
    let moved = read(&tutorial, "h.json");
    assert_eq!(marks(&quality), marks(&moved));
    assert_eq!(moved[0]["location"]["lines"]["begin"], 6);
}

#[test]
fn auto_is_what_the_ci_reads() {
    let page = "\n    ```console\n    $ echo a\n    b\n    ```\n";
    let gitlab = Tutorial::new(page).variable("GITLAB_CI", "true");
    gitlab
        .call(&["page.md", "--report", "auto"])
        .exits(1)
        .says("1 broken");
    assert!(gitlab.read("tutcheck-junit.xml").contains("<testcase"));
    assert!(
        gitlab
            .read("gl-code-quality-report.json")
            .contains("page-differs")
    );
    let github = Tutorial::new(page).variable("GITHUB_ACTIONS", "true");
    github
        .call(&["page.md", "--report", "auto"])
        .exits(1)
        .says("::error file=page.md,line=2");
    Tutorial::new(page)
        .call(&["page.md", "--report", "auto"])
        .exits(1)
        .says("1 broken");
}

/// Breaks the first time that it is played, and leaves a mark in the page's own folder.
fn flaky(words: &str) -> Tutorial {
    Tutorial::new(&format!(
        "\n    ```console {words}\n    $ test -f \"$TUTCHECK_DOCUMENT_DIR/mark\" && echo yes || {{ touch \"$TUTCHECK_DOCUMENT_DIR/mark\"; echo no; }}\n    yes\n    ```\n"
    ))
}

#[test]
fn what_passes_when_it_is_played_again_is_noted_and_green() {
    flaky("").call(&["page.md"]).exits(1);
    let forms = [
        "--report",
        "json=r.json",
        "--report",
        "junit=j.xml",
        "--report",
        "markdown=m.md",
        "--report",
        "tap=t.tap",
    ];
    let tutorial = flaky("");
    let arguments = [
        &["page.md", "--retries", "2", "--report", "github"],
        &forms[..],
    ]
    .concat();
    let said = tutorial.call(&arguments);
    said.exits(0)
        .says("step 1 is flaky: it passes now")
        .says("::warning file=page.md");
    let report: Value = serde_json::from_str(&tutorial.read("r.json")).unwrap();
    let step = &report["documents"][0]["steps"][0];
    assert_eq!(step["verdict"], "passed");
    assert!(
        step["flaky"]
            .as_str()
            .unwrap()
            .contains("`no` instead of `yes`"),
        "{step}"
    );
    assert!(tutorial.read("j.xml").contains("flaky"));
    assert!(tutorial.read("m.md").contains("- flaky: step 1"));
    assert!(tutorial.read("t.tap").contains("# flaky: "));
    // A saved run tells the same.
    assert_eq!(
        tutorial.call(&["judge", "--report", "json"]).out,
        tutorial.read("r.json")
    );
    // By a word of the author's, for the step alone.
    flaky("flaky=\"slow mirror\"")
        .call(&["page.md"])
        .exits(0)
        .says("is flaky");
    let other = flaky("flaky");
    other.edit("yes\n```", "yes\n$ echo a\nb\n```");
    other.call(&["page.md"]).exits(1);
}

#[test]
fn of_many_pages_only_what_went_wrong_is_told() {
    let tutorial = Tutorial::new("");
    for number in 0..30 {
        tutorial.write(
            &format!("docs/{number}.md"),
            format!("```console\n$ echo {number}\n{number}\n```\n"),
        );
    }
    let said = tutorial.call(&["docs"]);
    said.exits(0).says("30 passed");
    assert!(said.out.lines().count() < 5, "{}", said.out);
}

#[test]
fn a_comment_has_a_limit_and_names_what_is_over_it() {
    let mut page = "```console\n".to_owned();
    for number in 0..30 {
        page.extend(["$ seq -s x 1 4000 # ", &number.to_string(), "\nno\n"]);
    }
    page.push_str("```\n");
    let tutorial = Tutorial::new("");
    tutorial.write("page.md", page);
    tutorial
        .call(&["page.md", "--keep-going", "--report", "markdown=c.md"])
        .exits(1);
    let text = tutorial.read("c.md");
    assert!(text.len() <= 60_000, "{}", text.len());
    assert!(text.contains("- and 25 more\n") && text.contains(" are too long for this place."));
}

#[test]
fn no_report_takes_the_place_of_a_page_or_of_another_report() {
    let tutorial =
        Tutorial::new("\n    ```console\n    $ touch \"$TUTCHECK_DOCUMENT_DIR/played\"\n    ```\n");
    let page = tutorial.read("page.md");
    for (reports, words) in [
        (&["junit=./page.md"][..], "which is played"),
        (&["tap=o", "json=o"][..], "two reports would go to o"),
        (&["tap=page.md/x"][..], "cannot write page.md/x"),
    ] {
        let mut arguments = vec!["page.md"];
        for report in reports {
            arguments.extend(["--report", report]);
        }
        tutorial.call(&arguments).exits(2).complains(words);
    }
    assert_eq!(tutorial.read("page.md"), page);
    assert!(!tutorial.path("played").exists());
}

/// Elements of a page as a reader of HTML has them, each with its attributes; one that is left open, or closed by another,
/// is refused.
fn elements(text: &str) -> Vec<String> {
    let program = r"
import sys
from html.parser import HTMLParser
class Reader(HTMLParser):
    open = []
    def handle_starttag(self, tag, attrs):
        print(tag, dict(attrs))
        if tag not in ('meta', 'input', 'br', 'hr', 'img'):
            self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open.pop() == tag, (tag, self.open, self.getpos())
reader = Reader()
reader.feed(sys.stdin.buffer.read().decode())
reader.close()
assert not reader.open, reader.open
";
    let mut python = Command::new("python3");
    python.args(["-c", program]);
    let said = piped(&mut python, text);
    said.lines().map(str::to_owned).collect()
}

#[test]
fn html_shows_the_page_and_holds_nothing_of_others() {
    let tutorial = Tutorial::new("");
    let hostile = "\n<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> [x](javascript:alert(1)) ![y](https://a/b.png)\n";
    tutorial.write(NAME, format!("# A `page`\n\n{}{hostile}", page()));
    let arguments = [NAME, "--keep-going", "--report", "html=r.html"];
    tutorial.call(&arguments).exits(1);
    let text = tutorial.read("r.html");
    let elements = elements(&text);
    let count = |start: &str| elements.iter().filter(|one| one.starts_with(start)).count();
    assert_eq!(count("details {'id': 'step-"), 6, "{elements:#?}");
    assert_eq!(count("h1 {'id': 'part-1'}"), 1);
    for never in ["script", "img", "link", "iframe", "svg", "style {'"] {
        assert_eq!(count(never), 0, "{never}");
    }
    let is_harmful =
        |one: &&String| one.contains("'on") || one.contains("javascript:") || one.contains("'src'");
    assert_eq!(elements.iter().find(is_harmful), None);
    assert!(text.contains("default-src 'none'") && !text.contains('\u{202e}'));
    // Every address in the page is there.
    for one in &elements {
        if let Some(address) = one.split("'href': '#").nth(1) {
            let id = address.split('\'').next().unwrap();
            assert!(text.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }
}

#[test]
fn html_of_several_pages_has_an_index_and_of_many_steps_stays_small() {
    let tutorial = Tutorial::new("```console\n$ echo a\na\n```\n");
    let mut page = "# Long\n".to_owned();
    for number in 0..500 {
        let step = format!("$ seq -s ' word ' {number} 1500\n...\n");
        page.extend(["\nA step:\n\n```console\n", &step, "```\n"]);
    }
    tutorial.write("long.md", page);
    tutorial
        .call(&["page.md", "long.md", "--report", "html=r.html"])
        .exits(0);
    let text = tutorial.read("r.html");
    assert!(text.len() < 1_500_000, "{}", text.len());
    let elements = elements(&text);
    assert!(elements.contains(&"a {'href': '#doc-2'}".to_owned()));
    let steps = elements
        .iter()
        .filter(|one| one.starts_with("details {'id': 'doc-2-step-"));
    assert_eq!(steps.count(), 500);
}
