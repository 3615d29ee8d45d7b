//! `tutcheck lsp`: an editor sees, while a page is written, what `plan`, `lint` and the last run say of it.

mod actions;
mod hover;
mod page;
mod plays;
mod text;
mod words;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde_json::{Value, json};

use super::door;
use crate::terminal::Interrupt;
use crate::wording;
use page::Page;
use plays::Plays;
use text::Text;

/// What an editor may have us do.
const CHECK: &str = "tutcheck.check";
const RECORD: &str = "tutcheck.record";

/// The user, or the editor, ended it by a signal.
const INTERRUPTED: u8 = 130;

/// So long after the last key a page is read anew.
const QUIET: Duration = Duration::from_millis(60);
/// So often it is looked whether a page was played.
const OFTEN: Duration = Duration::from_secs(1);

pub(super) fn lsp() -> u8 {
    let Some(mut interrupt) = super::listen() else {
        return super::UNABLE;
    };
    let (connection, threads) = Connection::stdio();
    let is_well = serve(&connection, &mut interrupt);
    if interrupt.times() > 0 {
        // Who reads from the editor would wait for it.
        return INTERRUPTED;
    }
    drop(connection);
    match is_well.and_then(|()| threads.join().map_err(|error| error.to_string())) {
        Ok(()) => 0,
        Err(error) => {
            super::complain(&format!("the editor went away: {error}"));
            super::UNABLE
        }
    }
}

fn serve(connection: &Connection, interrupt: &mut Interrupt) -> Result<(), String> {
    let told = RefCell::new(interrupt);
    let (id, given) = connection
        .initialize_start_while(|| told.borrow_mut().times() == 0)
        .map_err(|error| error.to_string())?;
    let interrupt = told.into_inner();
    let offered = given["capabilities"]["general"]["positionEncodings"].as_array();
    let counts_bytes = offered.is_some_and(|offered| offered.iter().any(|one| one == "utf-8"));
    let answer = json!({
        "capabilities": {
            "positionEncoding": if counts_bytes { "utf-8" } else { "utf-16" },
            "textDocumentSync": { "openClose": true, "change": 1, "save": true },
            "hoverProvider": true,
            "codeActionProvider": { "codeActionKinds": ["quickfix", "source"] },
            "completionProvider": { "triggerCharacters": [":", " ", "="] },
            "executeCommandProvider": { "commands": [CHECK, RECORD] },
        },
        "serverInfo": { "name": "tutcheck", "version": env!("CARGO_PKG_VERSION") },
    });
    connection
        .initialize_finish(id, answer)
        .map_err(|error| error.to_string())?;
    let mut server = Server {
        connection,
        counts_bytes,
        pages: BTreeMap::new(),
        typed: BTreeMap::new(),
        plays: Plays::default(),
    };
    let ended = server.listen(interrupt);
    server.plays.end();
    ended
}

struct Server<'c> {
    connection: &'c Connection,
    counts_bytes: bool,
    /// Open pages by their addresses.
    pages: BTreeMap<String, Page>,
    /// What was typed since they were read.
    typed: BTreeMap<String, String>,
    plays: Plays,
}

impl Server<'_> {
    fn listen(&mut self, interrupt: &mut Interrupt) -> Result<(), String> {
        while interrupt.times() == 0 {
            let wait = if self.typed.is_empty() { OFTEN } else { QUIET };
            let message = match self.connection.receiver.recv_timeout(wait) {
                Ok(message) => message,
                Err(error) if error.is_timeout() => {
                    self.catch_up();
                    continue;
                }
                Err(_) => return Ok(()),
            };
            match message {
                Message::Request(request) => {
                    let is_over = self
                        .connection
                        .handle_shutdown(&request)
                        .map_err(|error| error.to_string())?;
                    if is_over {
                        return Ok(());
                    }
                    self.read_typed();
                    let response = self.answer(request);
                    self.send(Message::Response(response));
                }
                Message::Notification(notification) if notification.method == "exit" => {
                    return Ok(());
                }
                Message::Notification(notification) => self.hears(&notification),
                Message::Response(_) => {}
            }
        }
        Ok(())
    }

    /// Reads what was typed, and looks for runs that have ended.
    fn catch_up(&mut self) {
        self.read_typed();
        for said in self.plays.ended() {
            let message = json!({ "type": said.kind, "message": safe(&said.message) });
            self.notify("window/showMessage", message);
        }
        let played: Vec<String> = self
            .pages
            .iter()
            .filter(|(_, page)| page::newest(&page.path) != page.seen)
            .map(|(uri, _)| uri.clone())
            .collect();
        for uri in played {
            self.read_again(&uri);
        }
    }

    fn hears(&mut self, notification: &Notification) {
        let given = &notification.params;
        let uri = given["textDocument"]["uri"].as_str().unwrap_or_default();
        match notification.method.as_str() {
            "textDocument/didOpen" => {
                let text = given["textDocument"]["text"].as_str().unwrap_or_default();
                self.typed.insert(uri.to_owned(), text.to_owned());
            }
            "textDocument/didChange" => {
                let changes = given["contentChanges"].as_array();
                if let Some(text) = changes
                    .and_then(|changes| changes.last())
                    .and_then(|change| change["text"].as_str())
                {
                    self.typed.insert(uri.to_owned(), text.to_owned());
                }
            }
            "textDocument/didSave" => self.read_again(uri),
            "textDocument/didClose" => {
                self.typed.remove(uri);
                self.pages.remove(uri);
                self.notify(
                    "textDocument/publishDiagnostics",
                    json!({ "uri": uri, "diagnostics": [] }),
                );
            }
            _ => {}
        }
    }

    fn read_typed(&mut self) {
        for (uri, text) in std::mem::take(&mut self.typed) {
            // What is in no file is no page of a project.
            if let Some(path) = path_of(&uri) {
                self.read(uri, path, text);
            }
        }
    }

    fn read_again(&mut self, uri: &str) {
        if let Some(page) = self.pages.remove(uri) {
            self.read(uri.to_owned(), page.path, page.text.whole);
        }
    }

    fn read(&mut self, uri: String, path: PathBuf, text: String) {
        let page = Page::read(path, Text::new(text, self.counts_bytes));
        self.notify(
            "textDocument/publishDiagnostics",
            json!({ "uri": uri, "diagnostics": page.diagnostics() }),
        );
        self.pages.insert(uri, page);
    }

    fn answer(&mut self, request: Request) -> Response {
        let given = &request.params;
        let uri = given["textDocument"]["uri"].as_str().unwrap_or_default();
        let page = self.pages.get(uri);
        let at = |place: &Value| page.map(|page| (page, page.text.byte(place)));
        let result = match request.method.as_str() {
            "textDocument/hover" => {
                at(&given["position"]).map_or(Value::Null, |(page, byte)| hover::hover(page, byte))
            }
            "textDocument/completion" => at(&given["position"])
                .map_or(Value::Null, |(page, byte)| {
                    words::offered(&page.text.whole, byte).into()
                }),
            "textDocument/codeAction" => page.map_or(Value::Null, |page| {
                let of = |end: &str| page.text.byte(&given["range"][end]);
                actions::actions(page, uri, &(of("start")..of("end"))).into()
            }),
            "workspace/executeCommand" => {
                let command = given["command"].as_str().unwrap_or_default();
                let path = given["arguments"][0].as_str().and_then(path_of);
                match (command, path) {
                    (CHECK, Some(path)) => self.plays.start("check", &path),
                    (RECORD, Some(path)) => self.plays.start("record", &path),
                    _ => {
                        let message = "it takes the address of a page".to_owned();
                        let code = ErrorCode::InvalidParams as i32;
                        return Response::new_err(request.id, code, message);
                    }
                }
                Value::Null
            }
            method => {
                let message = format!("there is no `{method}` here");
                let code = ErrorCode::MethodNotFound as i32;
                return Response::new_err(request.id, code, message);
            }
        };
        Response::new_ok(request.id, result)
    }

    fn notify(&self, method: &str, params: Value) {
        self.send(Message::Notification(Notification::new(
            method.to_owned(),
            params,
        )));
    }

    fn send(&self, message: Message) {
        // Whoever is not there any more is found missing where they are listened to.
        let _ = self.connection.sender.send(message);
    }
}

/// A text without secrets, and without what turns text around.
fn safe(text: &str) -> String {
    wording::harmless(&door::hidden(text)).into_owned()
}

/// The path of an address of a file.
fn path_of(uri: &str) -> Option<PathBuf> {
    let path = uri.strip_prefix("file://")?;
    let path = path.strip_prefix("localhost").unwrap_or(path);
    let path = percent_decode_str(path).decode_utf8().ok()?;
    Some(PathBuf::from(path.into_owned())).filter(|path| path.is_absolute())
}

/// The address of a file.
fn uri_of(path: &Path) -> String {
    /// What is written out in the path of an address.
    const OTHERS: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'#')
        .add(b'%')
        .add(b'<')
        .add(b'>')
        .add(b'?')
        .add(b'`')
        .add(b'{')
        .add(b'}');
    let path = path.to_string_lossy();
    format!("file://{}", utf8_percent_encode(&path, OTHERS))
}
