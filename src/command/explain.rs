//! `tutcheck explain WORD`

use std::fmt::Write;

use crate::cli::ExplainArguments;
use crate::diagnostic::did_you_mean;
use crate::document::{Explained, rules};
use crate::judge::Code;
use crate::wording::{ASIDE, GOOD};

pub(super) fn explain(arguments: &ExplainArguments) -> u8 {
    super::set_color(crate::cli::Color::Auto);
    let Some(name) = &arguments.name else {
        super::say(&all());
        return 0;
    };
    let text = match (
        rules().find(|rule| rule.name == name),
        Code::ALL.iter().find(|code| code.word() == name),
    ) {
        (Some(rule), _) => of_rule(&rule),
        (None, Some(code)) => format!("{GOOD}{name}{GOOD:#}: {}\n", code.means()),
        (None, None) => {
            let words = Code::ALL.iter().map(|code| code.word());
            let guess = did_you_mean(name, rules().map(|rule| rule.name).chain(words));
            let hint = guess.map_or_else(
                || "; `tutcheck explain` lists them".to_owned(),
                |guess| format!("; did you mean `{guess}`?"),
            );
            super::complain(&format!("there is no rule or finding `{name}`{hint}"));
            return super::WRONG;
        }
    };
    super::say(&text);
    0
}

fn all() -> String {
    let mut text = String::new();
    let mut line = |name: &str, says: &str| {
        let _ = writeln!(text, "{GOOD}{name:>18}{GOOD:#} {says}");
    };
    for rule in rules() {
        line(rule.name, rule.says);
    }
    for code in Code::ALL {
        line(code.word(), code.means());
    }
    text
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
