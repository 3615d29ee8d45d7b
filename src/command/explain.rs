//! `tutcheck explain WORD`

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::cli::{ExplainArguments, Format};
use crate::diagnostic::did_you_mean;
use crate::document::{MEANINGS, rules};
use crate::judge::{Code, Verdict};
use crate::lint;
use crate::wording::{ASIDE, GOOD, HINT};

/// A word that is explained.
struct Word {
    name: Cow<'static, str>,
    what: What,
    says: &'static str,
    example: Option<&'static str>,
}

/// What kind of word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// A rule of reading that says what a block is.
    Kind,
    /// A rule of reading that says that this reader does not do it.
    Undone,
    /// The code of a finding, or a kind of what `lint` finds.
    Finding,
    Verdict,
    /// One that an author may write.
    OfAuthor,
    ExitStatus,
}

impl What {
    /// For programs.
    fn word(self) -> &'static str {
        match self {
            What::Kind | What::Undone => "rule",
            What::Finding => "finding",
            What::Verdict => "verdict",
            What::OfAuthor => "word",
            What::ExitStatus => "exit-status",
        }
    }

    /// What words of this kind are listed under.
    fn heading(self) -> &'static str {
        match self {
            What::Kind => "What a block is",
            What::Undone => "Why this reader does not do it",
            What::Finding => "What is found",
            What::Verdict => "Verdicts",
            What::OfAuthor => "Words that an author may write",
            What::ExitStatus => "Exit statuses",
        }
    }

    /// What is to be done about it.
    fn way_out(self) -> &'static str {
        match self {
            What::Kind => {
                "It says what a block is. An author overrules it with a language behind the fence, `file=…`, `expect`, or `skip=\"why\"`."
            }
            What::Undone => {
                "It says that this reader does not do what the block shows. An author overrules it with `<!-- tutcheck: run -->` before the block; `reader:` in `tutcheck.yaml`, with its `system:`, `shell:` and `picks:`, says for whom pages are read."
            }
            What::Finding => {
                "It stands in brackets behind `error`, and as `code` in reports. The hint below it names the smallest change that would settle it; where what was printed is right, `tutcheck accept` writes it."
            }
            What::Verdict => "It stands before each step, and as `verdict` in reports.",
            What::OfAuthor => {
                "It stands behind the language of a fence, or in a comment before the block: `<!-- tutcheck: WORD -->`."
            }
            What::ExitStatus => {
                "Of several pages: 130 before 1, 2, 3 and 0; 4 only if none had a step."
            }
        }
    }
}

/// Exit statuses, as README has them.
const STATUSES: &[(u8, &str)] = &[
    (0, "All verified steps passed."),
    (
        1,
        "Something is broken, or the page has lost a step that is recorded.",
    ),
    (2, "A file or the usage is wrong."),
    (3, "It could not be tested: daemon, registry, shell."),
    (
        4,
        "There is nothing to run, or everything that there is needs something that is not here.",
    ),
    (130, "Interrupted."),
];

fn words() -> impl Iterator<Item = Word> {
    let of_rules = rules().map(|rule| Word {
        name: rule.name.into(),
        what: if rule.is_what {
            What::Kind
        } else {
            What::Undone
        },
        says: rule.says,
        example: Some(rule.example),
    });
    let plain = |what, name: &'static str, says| Word {
        name: name.into(),
        what,
        says,
        example: None,
    };
    let codes = Code::ALL.iter().map(|code| (code.word(), code.means()));
    let findings = codes
        .chain(lint::KINDS.iter().copied())
        .map(move |(name, says)| plain(What::Finding, name, says));
    let verdicts = Verdict::ALL
        .iter()
        .map(move |verdict| plain(What::Verdict, verdict.word(), verdict.means()));
    let of_authors = MEANINGS.iter().map(|meaning| Word {
        name: meaning.word.into(),
        what: What::OfAuthor,
        says: meaning.says,
        example: Some(meaning.example),
    });
    let statuses = STATUSES.iter().map(|(status, says)| Word {
        name: status.to_string().into(),
        what: What::ExitStatus,
        says,
        example: None,
    });
    let mut seen = BTreeSet::new();
    of_rules
        .chain(findings)
        .chain(verdicts)
        .chain(of_authors)
        .chain(statuses)
        .filter(move |word| seen.insert((word.name.clone(), word.what.word())))
}

pub(super) fn explain(arguments: &ExplainArguments) -> u8 {
    super::set_color(crate::cli::Color::Auto);
    let Some(name) = &arguments.name else {
        super::say(&match arguments.format {
            Format::Text => all(),
            Format::Json => format!(
                "{:#}\n",
                words().map(|word| json_of(&word)).collect::<Value>()
            ),
        });
        return 0;
    };
    let found: Vec<Word> = words().filter(|word| word.name == name.as_str()).collect();
    if found.is_empty() {
        let all: Vec<Word> = words().collect();
        let guess = did_you_mean(name, all.iter().map(|word| &*word.name));
        let hint = guess.map_or_else(
            || "; `tutcheck explain` lists them".to_owned(),
            |guess| format!("; did you mean `{guess}`?"),
        );
        super::complain(&format!("there is no word `{name}` to explain{hint}"));
        return super::WRONG;
    }
    match arguments.format {
        // A word of two kinds is told as both.
        Format::Json if found.len() == 1 => {
            super::say(&format!("{:#}\n", json_of(&found[0])));
        }
        Format::Json => {
            super::say(&format!(
                "{:#}\n",
                found.iter().map(json_of).collect::<Value>()
            ));
        }
        Format::Text => super::say(&found.iter().map(text_of).collect::<Vec<_>>().join("\n")),
    }
    0
}

fn all() -> String {
    let mut text = String::new();
    let mut last = None;
    for word in words() {
        if last.replace(word.what) != Some(word.what) {
            let blank = if text.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{blank}{HINT}{}{HINT:#}", word.what.heading());
        }
        let _ = writeln!(text, "{GOOD}{:>20}{GOOD:#} {}", word.name, word.says);
    }
    text
}

fn json_of(word: &Word) -> Value {
    json!({
        "word": word.name,
        "kind": word.what.word(),
        "says": word.says,
        "is_rule": word.what.word() == "rule",
        "example": word.example,
        "way_out": word.what.way_out(),
    })
}

fn text_of(word: &Word) -> String {
    let mut text = format!("{GOOD}{}{GOOD:#}: {}\n\n", word.name, word.says);
    match word.example {
        Some(example) if example.contains('\n') => {
            let _ = writeln!(text, "{ASIDE}for example{ASIDE:#}\n");
            for line in example.lines() {
                let _ = writeln!(text, "    {line}");
            }
            text.push('\n');
        }
        Some(example) => {
            let _ = writeln!(text, "{ASIDE}for example{ASIDE:#}  {example}\n");
        }
        None => {}
    }
    let _ = writeln!(text, "{}", word.what.way_out());
    text
}
