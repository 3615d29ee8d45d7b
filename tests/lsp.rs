//! An editor at the language server.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::support::Tutorial;

/// An editor with a page open.
struct Editor {
    server: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    uri: String,
    id: u64,
    /// What was said of the page last.
    diagnostics: Vec<Value>,
    messages: Vec<String>,
}

impl Editor {
    fn open(tutorial: &Tutorial) -> Editor {
        Editor::that(tutorial, &json!({}), "utf-16")
    }

    /// An editor that can do this, and is answered with this way of counting columns.
    fn that(tutorial: &Tutorial, can: &Value, counts: &str) -> Editor {
        let mut server = tutorial
            .command(&["lsp"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut editor = Editor {
            input: server.stdin.take(),
            output: BufReader::new(server.stdout.take().unwrap()),
            uri: format!("file://{}", tutorial.path("page.md").display()),
            server,
            id: 0,
            diagnostics: Vec::new(),
            messages: Vec::new(),
        };
        let started = editor.asks("initialize", &json!({ "capabilities": can }));
        assert_eq!(started["capabilities"]["positionEncoding"], counts);
        editor.says("initialized", &json!({}));
        let text = tutorial.read("page.md");
        let document =
            json!({ "uri": editor.uri, "languageId": "markdown", "version": 1, "text": text });
        editor.says("textDocument/didOpen", &json!({ "textDocument": document }));
        editor.waits_for("textDocument/publishDiagnostics");
        editor
    }

    fn types(&mut self, text: &str) {
        let document = json!({ "uri": self.uri, "version": 2 });
        let changes = json!([{ "text": text }]);
        self.says(
            "textDocument/didChange",
            &json!({ "textDocument": document, "contentChanges": changes }),
        );
        self.waits_for("textDocument/publishDiagnostics");
    }

    fn codes(&self) -> Vec<(u64, &str)> {
        let codes = self.diagnostics.iter().map(|one| {
            let line = one["range"]["start"]["line"].as_u64().unwrap();
            (line + 1, one["code"].as_str().unwrap())
        });
        codes.collect()
    }

    fn hover(&mut self, line: u64, character: u64) -> String {
        let place = json!({ "line": line - 1, "character": character });
        let document = json!({ "uri": self.uri });
        let said = self.asks(
            "textDocument/hover",
            &json!({ "textDocument": document, "position": place }),
        );
        said["contents"]["value"].as_str().unwrap_or("").to_owned()
    }

    /// The action with this title, at a line.
    fn action(&mut self, line: u64, title: &str) -> Value {
        let place = json!({ "line": line - 1, "character": 0 });
        let actions = self.asks(
            "textDocument/codeAction",
            &json!({
                "textDocument": { "uri": self.uri },
                "range": { "start": place, "end": place },
                "context": { "diagnostics": [] },
            }),
        );
        let all = actions.as_array().unwrap();
        let found = all
            .iter()
            .find(|action| action["title"].as_str().unwrap().contains(title));
        found
            .unwrap_or_else(|| panic!("no {title} in {actions:#}"))
            .clone()
    }

    fn says(&mut self, method: &str, params: &Value) {
        self.sends(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn asks(&mut self, method: &str, params: &Value) -> Value {
        self.id += 1;
        let id = self.id;
        self.sends(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.hears();
            if message["id"] == id {
                assert_eq!(message["error"], Value::Null);
                return message["result"].clone();
            }
        }
    }

    fn waits_for(&mut self, method: &str) {
        while self.hears()["method"] != method {}
    }

    fn sends(&mut self, message: &Value) {
        let text = message.to_string();
        let input = self.input.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        input.flush().unwrap();
    }

    fn hears(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.output.read_line(&mut line).unwrap();
            assert_ne!(line, "", "the server ended");
            match line.trim_end().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().unwrap(),
                None if line == "\r\n" => break,
                None => {}
            }
        }
        let mut text = vec![0; length];
        self.output.read_exact(&mut text).unwrap();
        let message: Value = serde_json::from_slice(&text).unwrap();
        if message["method"] == "textDocument/publishDiagnostics" {
            let diagnostics = message["params"]["diagnostics"].as_array();
            self.diagnostics.clone_from(diagnostics.unwrap());
        } else if message["method"] == "window/showMessage" {
            self.messages
                .push(message["params"]["message"].as_str().unwrap().to_owned());
        }
        message
    }

    fn ends(mut self) {
        self.asks("shutdown", &Value::Null);
        self.says("exit", &Value::Null);
        self.input = None;
        assert!(self.server.wait().unwrap().success());
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A text with edits of the page made in it, as an editor makes them.
fn edited(text: &str, uri: &str, action: &Value) -> String {
    let edits = action["edit"]["changes"][uri].as_array().unwrap();
    let mut text = text.to_owned();
    for edit in edits.iter().rev() {
        let byte = |place: &Value| {
            let line = usize::try_from(place["line"].as_u64().unwrap()).unwrap();
            let column = usize::try_from(place["character"].as_u64().unwrap()).unwrap();
            let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
            let rest = text[before..].chars().scan(0, |units, c| {
                let so_far = *units;
                *units += c.len_utf16();
                (so_far < column).then_some(c.len_utf8())
            });
            before + rest.sum::<usize>()
        };
        let range = byte(&edit["range"]["start"])..byte(&edit["range"]["end"]);
        text.replace_range(range, edit["newText"].as_str().unwrap());
    }
    text
}

const PAGE: &str = "
    # Grüße 😀

    ```console
    $ echo hello
    hullo
    $ ls missing
    ```
";

#[test]
fn an_editor_sees_what_the_last_run_found_while_typing() {
    let tutorial = Tutorial::new(PAGE);
    let mut editor = Editor::open(&tutorial);
    assert_eq!(editor.codes(), []);
    assert!(
        editor.hover(4, 3).contains("**transcript** `prompts`"),
        "{}",
        editor.hover(4, 3)
    );

    // A run by anybody is seen by itself.
    tutorial.call(&["page.md", "--keep-going"]).exits(1);
    editor.waits_for("textDocument/publishDiagnostics");
    assert_eq!(editor.codes(), [(4, "page-differs"), (6, "exit-changed")]);
    let said = editor.hover(5, 0);
    assert!(
        said.contains("**broken**") && said.contains("\nhello\n"),
        "{said}"
    );

    // What is typed moves it, what is mended ends it, and what is another command was not played.
    let text = tutorial.read("page.md");
    editor.types(&format!("A line 😀.\n\n{text}"));
    assert_eq!(editor.codes(), [(6, "page-differs"), (8, "exit-changed")]);
    editor.types(&text.replace("ls missing", "ls ."));
    assert_eq!(editor.codes(), [(4, "page-differs")]);
    editor.types("<!-- tutcheck: timeut=3s -->\n```bash\nls\n```\n");
    assert_eq!(editor.codes(), [(1, "unknown-word")]);
    editor.ends();
}

#[test]
fn an_editor_is_offered_what_settles_a_step() {
    let tutorial = Tutorial::new(PAGE);
    tutorial.call(&["page.md", "--keep-going"]).exits(1);
    let mut editor = Editor::open(&tutorial);
    let text = tutorial.read("page.md");
    let uri = editor.uri.clone();

    let accepted = edited(&text, &uri, &editor.action(4, "Accept"));
    assert_eq!(accepted, text.replace("hullo", "hello"));
    let added = edited(&text, &uri, &editor.action(6, "Add `exit=2`"));
    assert_eq!(
        added,
        text.replace("```console", "<!-- tutcheck: exit=2 -->\n```console")
    );

    let place = json!({ "line": 0, "character": 24 });
    editor.types("<!-- tutcheck: alive=no st -->\n```console\n$ ls\n```\n");
    let offered = editor.asks(
        "textDocument/completion",
        &json!({ "textDocument": { "uri": uri }, "position": place }),
    );
    let labels: Vec<&str> = offered
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["label"].as_str().unwrap())
        .collect();
    assert!(
        labels.contains(&"stream") && labels.contains(&"skip"),
        "{labels:?}"
    );
    assert!(editor.hover(1, 17).contains("`alive`"));
    editor.ends();
}

#[test]
fn an_editor_has_a_page_played_and_recorded() {
    let tutorial = Tutorial::new("```console\n$ echo hello\n```\n");
    let mut editor = Editor::open(&tutorial);
    let record = editor.action(1, "Record this page");
    let command = record["command"].clone();
    editor.asks("workspace/executeCommand", &command);
    editor.waits_for("window/showMessage");
    assert!(
        editor.messages[0].contains("tutcheck record"),
        "{:?}",
        editor.messages
    );
    assert!(tutorial.read("expectations/page.yaml").contains("hello"));
    editor.ends();
}

#[test]
fn an_editor_gets_no_secrets() {
    let tutorial =
        Tutorial::new("```console\n$ echo \"$PIN\"\nxx\n```\n").variable("PIN", "s3cr3t-pin-77");
    tutorial.write("tutcheck.yaml", "secrets: [PIN]\n");
    tutorial.call(&["page.md"]);
    let mut editor = Editor::open(&tutorial);
    let hover = editor.hover(2, 1);
    let said = format!("{:?}{hover}", editor.diagnostics);
    assert!(said.contains("«PIN»") && !said.contains("s3cr3t"), "{said}");
    editor.ends();
}

#[test]
fn nothing_is_offered_that_would_break_the_page() {
    let tutorial = Tutorial::new(
        "<!-- tutcheck: exit=1 -->\n```sh\nsh -c 'exit 3'\n```\n\nThen:\n\n    $ false\n",
    );
    tutorial.call(&["page.md", "--keep-going"]).exits(1);
    let mut editor = Editor::open(&tutorial);
    for line in [3, 8] {
        let place = json!({ "line": line - 1, "character": 0 });
        let given = json!({
            "textDocument": { "uri": editor.uri },
            "range": { "start": place, "end": place },
            "context": { "diagnostics": [] },
        });
        let actions = editor.asks("textDocument/codeAction", &given).to_string();
        assert!(!actions.contains("Add `exit"), "{line}: {actions}");
    }
    editor.ends();
}

#[test]
fn columns_of_recordings_are_counted_as_those_of_the_page() {
    let tutorial = Tutorial::new("```sh\necho \"Grüße 😀 $WORD\"\n```\n").variable("WORD", "a");
    tutorial.record().exits(0);
    let recorded = tutorial.read("expectations/page.yaml");
    let tutorial = tutorial.variable("WORD", "b");
    tutorial.call(&["page.md"]).exits(1);
    let can = json!({ "general": { "positionEncodings": ["utf-8", "utf-16"] } });
    let uri = format!(
        "file://{}",
        tutorial.path("expectations/page.yaml").display()
    );
    let mut columns = Vec::new();
    for (can, counts) in [(can, "utf-8"), (json!({}), "utf-16")] {
        let mut editor = Editor::that(&tutorial, &can, counts);
        let action = editor.action(2, "Record what was printed");
        let edit = &action["edit"]["changes"][&uri][0];
        assert_eq!(edit["newText"], "b", "{action:#}");
        columns.push(edit["range"]["start"]["character"].as_u64().unwrap());
        editor.ends();
    }
    let line = recorded.lines().find(|line| line.contains("😀 a")).unwrap();
    let before = line.split('a').next().unwrap();
    assert_eq!(
        columns,
        [before.len() as u64, before.encode_utf16().count() as u64]
    );
}

#[test]
fn a_server_that_nobody_has_greeted_ends_by_a_signal() {
    let tutorial = Tutorial::new("");
    let mut server = tutorial
        .command(&["lsp"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    crate::support::kill("TERM", server.id());
    assert_eq!(server.wait().unwrap().code(), Some(130));
}

/// What an editor has had played ends with the server, however that ends.
#[test]
fn plays_end_with_the_server() {
    for signal in ["TERM", "KILL"] {
        let tutorial = Tutorial::new("```sh\nsleep 60\n```\n");
        let mut editor = Editor::open(&tutorial);
        let command = editor.action(1, "Check this page")["command"].clone();
        editor.asks("workspace/executeCommand", &command);
        let waits = |is_there: bool| {
            let start = std::time::Instant::now();
            while tutorial.ledgers().is_empty() == is_there {
                assert!(start.elapsed().as_secs() < 20, "{signal}: {is_there}");
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
        };
        waits(true);
        crate::support::kill(signal, editor.server.id());
        waits(false);
    }
}

/// The same with somebody else's client. CI has it; elsewhere, who has no Neovim is told so.
#[test]
fn neovim_shows_and_mends_a_page() {
    let tutorial = Tutorial::new(
        "# Grüße 😀\n\nSay it:\n\n```console\n$ echo 'Grüße 😀 you'\nGrüße 😀 me\n```\n",
    );
    tutorial.call(&["page.md"]).exits(1);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/editor/nvim.lua");
    let called = tutorial
        .command(&[])
        .get_envs()
        .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
        .collect::<Vec<_>>();
    let output = std::process::Command::new("nvim")
        .args(["--headless", "-u", "NONE", "-S", script])
        .envs(called)
        .env("TUTCHECK", env!("CARGO_BIN_EXE_tutcheck"))
        .current_dir(tutorial.path(""))
        .stdin(Stdio::null())
        .output();
    let output = match output {
        Ok(output) => output,
        Err(error) if std::env::var_os("CI").is_none() => {
            std::io::stderr()
                .write_all(format!("not tried with Neovim: {error}\n").as_bytes())
                .unwrap();
            return;
        }
        Err(error) => panic!("CI has no Neovim: {error}"),
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let mended = tutorial.read("page.md");
    assert!(mended.contains("\nGrüße 😀 you\n"), "{mended}{said}");
}
