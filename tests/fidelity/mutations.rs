//! Changes that a reader would notice, made mechanically to what was really printed.

use std::collections::BTreeSet;

use tutcheck::expectation::Recorded;
use tutcheck::identity::{Identity, Kind};

use super::exceptions::is_noticed;

/// One kind of change.
pub struct Mutation {
    pub name: &'static str,
    change: fn(&Text, &Foreign) -> Option<Changed>,
}

/// The new text, and words of it that the daemon knows now.
struct Changed {
    lines: Vec<String>,
    known: Vec<(String, Identity)>,
}

impl From<Vec<String>> for Changed {
    fn from(lines: Vec<String>) -> Changed {
        Changed {
            lines,
            known: Vec::new(),
        }
    }
}

/// Identifiers of other objects of the same daemon.
pub struct Foreign {
    of_kind: Vec<(String, Identity)>,
}

impl Foreign {
    pub fn of(steps: &[Recorded]) -> Foreign {
        let all: BTreeSet<(String, String)> = steps
            .iter()
            .flat_map(|step| &step.ids)
            .map(|(word, identity)| (word.clone(), identity.to_string()))
            .collect();
        let of_kind = all
            .into_iter()
            .map(|(word, identity)| (word, identity.parse().unwrap()))
            .collect();
        Foreign { of_kind }
    }

    fn find(&self, wanted: impl Fn(&str, &Identity) -> bool) -> Option<(String, Identity)> {
        self.of_kind
            .iter()
            .find(|(word, identity)| wanted(word, identity))
            .cloned()
    }
}

/// An output by lines, with those that a reader would look at.
pub struct Text {
    lines: Vec<String>,
    noticed: Vec<usize>,
    ids: Vec<(String, Identity)>,
    /// The first twelve digits of identifiers of earlier steps.
    earlier: BTreeSet<String>,
    run: String,
}

impl Mutation {
    /// The same step with the change; none where there is nothing to change.
    pub fn apply(
        &self,
        step: &Recorded,
        earlier: &[Recorded],
        foreign: &Foreign,
    ) -> Option<Recorded> {
        let lines: Vec<String> = step.output.lines().map(str::to_owned).collect();
        let noticed = (0..lines.len())
            .filter(|&i| !lines[i].trim().is_empty() && is_noticed(&step.run, &lines[i]))
            .collect();
        let text = Text {
            lines,
            noticed,
            ids: step
                .ids
                .iter()
                .map(|(word, id)| (word.clone(), id.clone()))
                .collect(),
            earlier: earlier
                .iter()
                .flat_map(|step| step.ids.keys())
                .map(|word| word.chars().take(12).collect())
                .collect(),
            run: step.run.clone(),
        };
        let changed = (self.change)(&text, foreign)?;
        let mut output = changed.lines.join("\n");
        if !output.is_empty() {
            output.push('\n');
        }
        let mut ids = step.ids.clone();
        ids.extend(changed.known);
        (output.trim_end() != step.output.trim_end()).then(|| Recorded {
            output,
            ids,
            ..step.clone()
        })
    }
}

pub fn first_difference(before: &str, after: &str) -> String {
    let (mut b, mut a) = (before.lines(), after.lines());
    loop {
        match (b.next(), a.next()) {
            (Some(x), Some(y)) if x == y => {}
            (x, y) => return format!("{:?} -> {:?}", x.unwrap_or_default(), y.unwrap_or_default()),
        }
    }
}

impl Text {
    /// The line in the middle of those that are looked at.
    fn middle(&self) -> Option<usize> {
        self.noticed.get(self.noticed.len() / 2).copied()
    }

    fn last(&self) -> Option<usize> {
        self.noticed.last().copied()
    }

    fn with(&self, line: usize, text: String) -> Changed {
        let mut lines = self.lines.clone();
        lines[line] = text;
        lines.into()
    }

    fn without(&self, line: usize) -> Changed {
        let mut lines = self.lines.clone();
        lines.remove(line);
        lines.into()
    }

    fn inserted(&self, line: usize, text: &str) -> Changed {
        let mut lines = self.lines.clone();
        lines.insert(line.min(lines.len()), text.to_owned());
        lines.into()
    }

    /// The first line that is looked at in which `change` finds something to change.
    fn in_first(&self, change: impl Fn(&str) -> Option<String>) -> Option<Changed> {
        self.noticed
            .iter()
            .find_map(|&line| Some(self.with(line, change(&self.lines[line])?)))
    }

    fn is_table(&self) -> bool {
        self.lines.first().is_some_and(|line| {
            line.starts_with(|c: char| c.is_ascii_uppercase())
                && line.contains("   ")
                && line == &line.to_uppercase()
        })
    }

    fn is_json(&self) -> bool {
        self.lines.first().is_some_and(|line| line == "[")
    }

    fn is_build(&self) -> bool {
        self.run.contains("build") && !self.run.contains(" -q")
    }

    fn replaced(&self, from: &str, to: &str) -> Option<Changed> {
        let lines: Vec<String> = self
            .lines
            .iter()
            .map(|line| line.replace(from, to))
            .collect();
        (lines != self.lines).then(|| lines.into())
    }
}

/// Replaces the first of some texts that a line has.
fn swap_word(line: &str, pairs: &[(&str, &str)]) -> Option<String> {
    pairs
        .iter()
        .find(|(from, _)| line.contains(from))
        .map(|(from, to)| line.replacen(from, to, 1))
}

/// Words of ages, dates and zones are forgiven with them.
const FORGIVEN: &[&str] = &[
    "ago", "second", "seconds", "minute", "minutes", "hour", "hours", "About", "Less", "than",
    "days", "weeks", "months", "years", "UTC", "GMT", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat",
    "Sun", "Nov", "Dec", "Jan", "Aug",
];

/// Plain words of a line, by their bytes: letters only, and no part of something longer.
fn plain_words(line: &str) -> Vec<std::ops::Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, character) in line.char_indices().chain([(line.len(), ' ')]) {
        match (character.is_ascii_alphabetic(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                let is_part = |c: Option<char>| {
                    c.is_some_and(|c| c.is_alphanumeric() || "._-/:=".contains(c))
                };
                if at - from >= 3
                    && !is_part(line[..from].chars().next_back())
                    && !is_part(line[at..].chars().next())
                {
                    words.push(from..at);
                }
                start = None;
            }
            _ => {}
        }
    }
    words.retain(|word| !FORGIVEN.contains(&&line[word.clone()]));
    words
}

fn with_word(line: &str, change: impl Fn(&str) -> String) -> Option<String> {
    let words = plain_words(line);
    let word = words.get(words.len() / 2)?.clone();
    Some(format!(
        "{}{}{}",
        &line[..word.start],
        change(&line[word.clone()]),
        &line[word.end..]
    ))
}

/// A number that stands alone and is no part of a time, a size or an age.
fn with_number(line: &str) -> Option<String> {
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = at
            + bytes[at..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
        let before = line[..at].chars().next_back();
        let after = &line[end..];
        let alone = before.is_none_or(|c| c == ' ' || c == '(' || c == '=')
            && after
                .chars()
                .next()
                .is_none_or(|c| c == ' ' || c == ')' || c == ',')
            && !["second", "minute", "hour", "day", "week", "month", "year"]
                .iter()
                .any(|unit| after.trim_start().starts_with(unit));
        if alone && end - at < 5 && !line.contains(':') {
            let number: u64 = line[at..end].parse().ok()?;
            return Some(format!("{}{}{}", &line[..at], number + 1, after));
        }
        at = end;
    }
    None
}

fn unknown_id(like: &str) -> String {
    let digits = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";
    digits[..like.len().min(64)].to_owned()
}

/// An identifier of the output that is no digest, and stands on a line that is looked at.
fn own_id(text: &Text, wanted: impl Fn(&str, &Identity) -> bool) -> Option<&str> {
    text.ids
        .iter()
        .find(|(word, identity)| {
            wanted(word, identity)
                && !identity.is_foreign
                && text
                    .noticed
                    .iter()
                    .any(|&line| text.lines[line].contains(word.as_str()))
        })
        .map(|(word, _)| word.as_str())
}

fn is_hex_id(word: &str, identity: &Identity) -> bool {
    matches!(identity.kind, Kind::Container | Kind::Image | Kind::Network)
        && matches!(word.len(), 12 | 64)
}

const ERROR: &str = "Error response from daemon: something went wrong";

pub const MUTATIONS: &[Mutation] = &[
    Mutation {
        name: "a line lost",
        change: |text, _| Some(text.without(text.middle()?)),
    },
    Mutation {
        name: "the last line lost",
        change: |text, _| Some(text.without(text.last()?)),
    },
    Mutation {
        name: "a line doubled",
        change: |text, _| {
            let line = text.middle()?;
            Some(text.inserted(line, &text.lines[line]))
        },
    },
    Mutation {
        name: "two lines swapped",
        change: |text, _| {
            let pair = text
                .noticed
                .windows(2)
                .find(|pair| text.lines[pair[0]] != text.lines[pair[1]])?;
            let mut lines = text.lines.clone();
            lines.swap(pair[0], pair[1]);
            Some(lines.into())
        },
    },
    Mutation {
        name: "a line more",
        change: |text, _| Some(text.inserted(text.middle()? + 1, "This line is new.")),
    },
    Mutation {
        name: "a word replaced",
        change: |text, _| text.in_first(|line| with_word(line, |_| "banana".to_owned())),
    },
    Mutation {
        name: "a word lost",
        change: |text, _| text.in_first(|line| with_word(line, |_| String::new())),
    },
    Mutation {
        name: "a word more",
        change: |text, _| text.in_first(|line| with_word(line, |word| format!("{word} indeed"))),
    },
    Mutation {
        name: "a word in capitals",
        change: |text, _| {
            text.in_first(|line| {
                with_word(line, |word| {
                    if word == word.to_uppercase() {
                        word.to_lowercase()
                    } else {
                        word.to_uppercase()
                    }
                })
            })
        },
    },
    Mutation {
        name: "a letter changed",
        change: |text, _| text.in_first(|line| with_word(line, |word| format!("x{}", &word[1..]))),
    },
    Mutation {
        name: "a number changed",
        change: |text, _| text.in_first(with_number),
    },
    Mutation {
        name: "an exit status changed",
        change: |text, _| {
            text.in_first(|line| {
                swap_word(
                    line,
                    &[
                        ("Exited (0)", "Exited (1)"),
                        ("Exited (3)", "Exited (0)"),
                        ("exit code: 3", "exit code: 4"),
                        ("non-zero code: 3", "non-zero code: 4"),
                    ],
                )
            })
        },
    },
    Mutation {
        name: "a port changed",
        change: |text, _| {
            text.in_first(|line| {
                swap_word(
                    line,
                    &[
                        ("8080", "8088"),
                        ("8081", "8089"),
                        ("80/tcp", "81/tcp"),
                        ("6379/tcp", "6380/tcp"),
                    ],
                )
            })
        },
    },
    Mutation {
        name: "a tag changed",
        change: |text, _| {
            text.in_first(|line| {
                swap_word(
                    line,
                    &[
                        (":latest", ":oldest"),
                        ("latest ", "oldest "),
                        ("note:1", "note:7"),
                        ("stable-slim", "stable-fat"),
                        ("3.13-slim", "3.12-slim"),
                    ],
                )
            })
        },
    },
    Mutation {
        name: "an image changed",
        change: |text, _| {
            text.in_first(|line| {
                swap_word(
                    line,
                    &[
                        ("nginx", "httpd"),
                        ("redis", "valkey"),
                        ("hello-world", "hello-mars"),
                    ],
                )
            })
        },
    },
    Mutation {
        name: "a state changed",
        change: |text, _| {
            text.in_first(|line| {
                swap_word(
                    line,
                    &[
                        ("Up ", "Exited (1) "),
                        ("\"running\"", "\"exited\""),
                        ("Started", "Error"),
                        ("Stopped", "Error"),
                        ("Removed", "Error"),
                        ("Running", "Paused"),
                        ("running", "exited"),
                    ],
                )
            })
        },
    },
    Mutation {
        name: "an ID that nobody knows",
        change: |text, _| {
            let id = own_id(text, is_hex_id)?;
            text.replaced(id, &unknown_id(id))
        },
    },
    Mutation {
        name: "an ID of another kind",
        change: |text, foreign| {
            let id = own_id(text, is_hex_id)?;
            let kind = text.ids.iter().find(|(word, _)| word == id)?.1.kind;
            let (other, identity) = foreign.find(|word, identity| {
                identity.kind != kind && is_hex_id(word, identity) && word.len() == id.len()
            })?;
            let changed = text.replaced(id, &other)?;
            Some(Changed {
                known: vec![(other, identity)],
                ..changed
            })
        },
    },
    Mutation {
        name: "two IDs swapped",
        change: |text, _| {
            let first = own_id(text, is_hex_id)?;
            let second = own_id(text, |word, identity| {
                is_hex_id(word, identity) && word != first && word.len() == first.len()
            })?;
            // Nobody can tell them apart where they are seen for the first time.
            if ![first, second]
                .iter()
                .all(|id| text.earlier.contains(&id[..12]))
            {
                return None;
            }
            let lines: Vec<String> = text
                .lines
                .iter()
                .map(|line| {
                    line.replace(first, "\0")
                        .replace(second, first)
                        .replace('\0', second)
                })
                .collect();
            Some(lines.into())
        },
    },
    Mutation {
        name: "two IDs merged",
        change: |text, _| {
            let first = own_id(text, is_hex_id)?;
            let second = own_id(text, |word, identity| {
                is_hex_id(word, identity) && word[..12] != first[..12] && word.len() == first.len()
            })?;
            text.replaced(second, first)
        },
    },
    Mutation {
        name: "one ID split in two",
        change: |text, foreign| {
            let id = own_id(text, |word, identity| {
                is_hex_id(word, identity)
                    && text.lines.iter().filter(|line| line.contains(word)).count() > 1
            })?;
            let kind = text.ids.iter().find(|(word, _)| word == id)?.1.kind;
            let (other, identity) = foreign.find(|word, identity| {
                identity.kind == kind
                    && word.len() == id.len()
                    && word != id
                    && !text.lines.iter().any(|line| line.contains(word))
            })?;
            let line = text
                .noticed
                .iter()
                .rev()
                .copied()
                .find(|&line| text.lines[line].contains(id))?;
            let changed = text.with(line, text.lines[line].replace(id, &other));
            Some(Changed {
                known: vec![(other, identity)],
                ..changed
            })
        },
    },
    Mutation {
        name: "a made-up name that nobody has",
        change: |text, _| {
            let name = own_id(text, |_, identity| identity.kind == Kind::Name)?;
            text.replaced(name, "nobodys_name")
        },
    },
    Mutation {
        name: "a column lost",
        change: |text, _| {
            let header = text.lines.first().filter(|_| text.is_table())?;
            let start = header
                .find("   ")
                .map(|gap| gap + header[gap..].len() - header[gap..].trim_start().len())?;
            let end = header[start..].find("   ").map(|gap| {
                start + gap + header[start + gap..].len() - header[start + gap..].trim_start().len()
            })?;
            let cut = |line: &String| {
                let characters: Vec<char> = line.chars().collect();
                characters
                    .iter()
                    .take(start)
                    .chain(characters.iter().skip(end))
                    .collect::<String>()
            };
            Some(text.lines.iter().map(cut).collect::<Vec<_>>().into())
        },
    },
    Mutation {
        name: "a column renamed",
        change: |text, _| {
            let header = text.lines.first().filter(|_| text.is_table())?;
            Some(text.with(
                0,
                header.replacen("NAME", "NOUN", 1).replacen("TAG", "TUG", 1),
            ))
        },
    },
    Mutation {
        name: "a row lost",
        change: |text, _| {
            let rows: Vec<usize> = text
                .noticed
                .iter()
                .copied()
                .filter(|&line| text.is_table() && line > 0)
                .collect();
            Some(text.without(*rows.first()?))
        },
    },
    Mutation {
        name: "every row lost",
        change: |text, _| {
            (text.is_table() && text.lines.len() > 1).then(|| text.lines[..1].to_vec().into())
        },
    },
    Mutation {
        name: "a row more",
        change: |text, _| {
            let row = text.lines.get(1).filter(|_| text.is_table())?;
            Some(text.inserted(2, &row.replacen(|c: char| c.is_ascii_lowercase(), "q", 3)))
        },
    },
    Mutation {
        name: "an error in the middle",
        change: |text, _| Some(text.inserted(text.lines.len() / 2, ERROR)),
    },
    Mutation {
        name: "an error at the end",
        change: |text, _| Some(text.inserted(text.lines.len(), "failed to do what was asked for")),
    },
    Mutation {
        name: "an error of apt",
        change: |text, _| {
            Some(text.inserted(text.lines.len() / 2, "E: Unable to locate package nosuch"))
        },
    },
    Mutation {
        name: "a traceback",
        change: |text, _| {
            Some(text.inserted(text.lines.len() / 2, "Traceback (most recent call last):"))
        },
    },
    Mutation {
        name: "a refusal",
        change: |text, _| {
            Some(text.inserted(
                text.lines.len() / 2,
                "denied: requested access to the resource is denied",
            ))
        },
    },
    Mutation {
        name: "cut short",
        change: |text, _| {
            let keep = text.noticed.get(text.noticed.len() * 2 / 3).copied()?;
            Some(text.lines[..keep].to_vec().into())
        },
    },
    Mutation {
        name: "nothing at all",
        change: |text, _| (!text.noticed.is_empty()).then(|| Vec::new().into()),
    },
    Mutation {
        name: "another text",
        change: |text, _| {
            (!text.noticed.is_empty()).then(|| vec!["Something else entirely.".to_owned()].into())
        },
    },
    Mutation {
        name: "another instruction in a build",
        change: |text, _| {
            if text.is_build() {
                text.replaced("COPY note.txt .", "COPY node.txt .")
                    .or_else(|| text.replaced("RUN cat /result", "RUN dog /result"))
                    .or_else(|| text.replaced("RUN echo before", "RUN echo after"))
            } else {
                None
            }
        },
    },
    Mutation {
        name: "an instruction lost in a build",
        change: |text, _| {
            let is_copy = |line: &String| {
                line.contains("COPY note.txt .") || line.contains("COPY --from=builder")
            };
            let lines: Vec<String> = text
                .lines
                .iter()
                .filter(|line| !is_copy(line))
                .cloned()
                .collect();
            (text.is_build() && lines.len() < text.lines.len()).then(|| lines.into())
        },
    },
    Mutation {
        name: "what RUN printed changed",
        change: |text, _| {
            let line = text.lines.iter().position(|line| {
                line == "Hello from a note."
                    || line.ends_with(" Hello from a note.")
                    || line == "two"
                    || line.ends_with(" two")
            })?;
            text.is_build().then(|| {
                text.with(
                    line,
                    text.lines[line]
                        .replace("Hello", "Goodbye")
                        .replace("two", "three"),
                )
            })
        },
    },
    Mutation {
        name: "what RUN printed lost",
        change: |text, _| {
            let line = text.lines.iter().position(|line| {
                line == "two"
                    || (line.starts_with('#') && line.ends_with(" two") && !line.contains("echo"))
            })?;
            text.is_build().then(|| text.without(line))
        },
    },
    Mutation {
        name: "another tag for what was built",
        change: |text, _| {
            if text.is_build() {
                text.replaced("library/note:", "library/nota:")
                    .or_else(|| text.replaced("tagged note:", "tagged nota:"))
            } else {
                None
            }
        },
    },
    Mutation {
        name: "ten times the size",
        change: |text, _| {
            if !text.is_table() {
                return None;
            }
            text.in_first(|line| {
                let at = line.rfind("MB")?;
                let start = line[..at].rfind(' ')? + 1;
                let number: f64 = line[start..at].parse().ok()?;
                Some(format!(
                    "{}{}{}",
                    &line[..start],
                    number * 10.0,
                    &line[at..]
                ))
            })
        },
    },
    Mutation {
        name: "a digit of a checksum",
        change: |text, _| {
            text.in_first(|line| {
                let is_sum = line.contains("  /dev/null");
                is_sum.then(|| format!("f{}", &line[1..]))
            })
        },
    },
    Mutation {
        name: "a value of JSON changed",
        change: |text, _| {
            if text.is_json() {
                text.in_first(|line| {
                    swap_word(
                        line,
                        &[
                            ("\"Driver\": \"bridge\"", "\"Driver\": \"host\""),
                            ("\"Status\": \"running\"", "\"Status\": \"dead\""),
                            ("\"Driver\": \"local\"", "\"Driver\": \"nfs\""),
                            ("\"Architecture\": \"amd64\"", "\"Architecture\": \"arm64\""),
                        ],
                    )
                })
            } else {
                None
            }
        },
    },
    Mutation {
        name: "JSON that has lost an element",
        change: |text, _| {
            if text.is_json() {
                text.replaced("\"nginx\",", "")
            } else {
                None
            }
        },
    },
    Mutation {
        name: "JSON that has lost a key",
        change: |text, _| {
            if !text.is_json() {
                return None;
            }
            let keys = [
                "\"State\"",
                "\"Driver\"",
                "\"Scope\"",
                "\"Architecture\"",
                "\"Mounts\"",
            ];
            let at = text.lines.iter().position(|line| {
                let is_whole = line.ends_with("\",");
                is_whole && keys.iter().any(|key| line.trim_start().starts_with(key))
            })?;
            let mut lines = text.lines.clone();
            lines.remove(at);
            Some(lines.into())
        },
    },
    Mutation {
        name: "a service lost",
        change: |text, _| {
            if !text.run.contains("compose") {
                return None;
            }
            let of_service = |line: &String| {
                (line.contains("Container ") && line.contains("Started")).then(|| {
                    let words: Vec<&str> = line.split_whitespace().collect();
                    let at = words.iter().position(|word| *word == "Container")?;
                    Some((*words.get(at + 1)?).to_owned())
                })?
            };
            let name = text.lines.iter().find_map(of_service)?;
            let lines = text.lines.iter().filter(|line| !line.contains(&name));
            Some(lines.cloned().collect::<Vec<_>>().into())
        },
    },
    Mutation {
        name: "a made-up name in another column",
        change: |text, _| {
            let is_of_containers = |header: &str| header.split_whitespace().nth(2) == Some("IMAGE");
            if !text.is_table() || !is_of_containers(&text.lines[0]) {
                return None;
            }
            let row = text.lines.get(1)?;
            let image = row
                .split("   ")
                .map(str::trim)
                .nth(1)
                .filter(|cell| cell.len() > 3)?;
            text.replaced(image, "quirky_turing")
        },
    },
    Mutation {
        name: "other punctuation",
        change: |text, _| {
            text.in_first(|line| {
                (line.contains('/') && !line.contains("/tcp") && !line.contains("=>"))
                    .then(|| line.replacen('/', "\\", 1))
            })
        },
    },
];
