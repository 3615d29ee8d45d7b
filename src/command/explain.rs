//! `tutcheck explain WORD`

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::{Value, json};

use crate::cli::{ExplainArguments, Format};
use crate::diagnostic::did_you_mean;
use crate::document::{Explained, rules};
use crate::judge::Code;
use crate::lint;
use crate::wording::{ASIDE, GOOD};

/// A word that is explained: a rule of reading, the code of a finding, a kind of what `lint` finds.
struct Word {
    name: &'static str,
    says: &'static str,
    rule: Option<Explained>,
}

fn words() -> impl Iterator<Item = Word> {
    let of_rules = rules().map(|rule| Word {
        name: rule.name,
        says: rule.says,
        rule: Some(rule),
    });
    let codes = Code::ALL.iter().map(|code| (code.word(), code.means()));
    let others = codes.chain(lint::KINDS.iter().copied());
    let mut seen = BTreeSet::new();
    of_rules
        .chain(others.map(|(name, says)| Word {
            name,
            says,
            rule: None,
        }))
        .filter(move |word| seen.insert(word.name))
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
    let Some(word) = words().find(|word| word.name == name) else {
        let guess = did_you_mean(name, words().map(|word| word.name));
        let hint = guess.map_or_else(
            || "; `tutcheck explain` lists them".to_owned(),
            |guess| format!("; did you mean `{guess}`?"),
        );
        super::complain(&format!("there is no rule or finding `{name}`{hint}"));
        return super::WRONG;
    };
    super::say(&match (arguments.format, &word.rule) {
        (Format::Json, _) => format!("{:#}\n", json_of(&word)),
        (Format::Text, Some(rule)) => of_rule(rule),
        (Format::Text, None) => format!("{GOOD}{name}{GOOD:#}: {}\n", word.says),
    });
    0
}

fn all() -> String {
    let mut text = String::new();
    for word in words() {
        let _ = writeln!(text, "{GOOD}{:>18}{GOOD:#} {}", word.name, word.says);
    }
    text
}

fn json_of(word: &Word) -> Value {
    json!({
        "word": word.name,
        "says": word.says,
        "is_rule": word.rule.is_some(),
        "example": word.rule.as_ref().map(|rule| rule.example),
    })
}

fn of_rule(rule: &Explained) -> String {
    let what = if rule.is_what {
        "It says what a block is. An author overrules it with a language behind the fence, `file=…`, `expect`, or `skip=\"why\"`."
    } else {
        "It says that this reader does not do what the block shows. An author overrules it with `<!-- tutcheck: run -->` before the block; `reader:` in `tutcheck.yaml`, with its `system:`, `shell:` and `picks:`, says for whom pages are read."
    };
    format!(
        "{GOOD}{}{GOOD:#}: {}\n\n{ASIDE}for example{ASIDE:#}  {}\n\n{what}\n",
        rule.name, rule.says, rule.example
    )
}
