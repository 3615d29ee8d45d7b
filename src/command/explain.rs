//! `tutcheck explain RULE`

use std::fmt::Write;

use crate::cli::ExplainArguments;
use crate::diagnostic::did_you_mean;
use crate::document::rules;
use crate::wording::{ASIDE, GOOD};

pub(super) fn explain(arguments: &ExplainArguments) -> u8 {
    super::set_color(crate::cli::Color::Auto);
    let Some(name) = &arguments.name else {
        let mut text = String::new();
        for rule in rules() {
            let _ = writeln!(text, "{GOOD}{:>16}{GOOD:#} {}", rule.name, rule.says);
        }
        super::say(&text);
        return 0;
    };
    let Some(rule) = rules().find(|rule| rule.name == name) else {
        let guess = did_you_mean(name, rules().map(|rule| rule.name));
        let hint = guess.map_or_else(
            || "; `tutcheck explain` lists them".to_owned(),
            |guess| format!("; did you mean `{guess}`?"),
        );
        super::complain(&format!("there is no rule `{name}`{hint}"));
        return super::WRONG;
    };
    let what = if rule.is_what {
        "It says what a block is. An author overrules it with a language behind the fence, `file=…`, `expect`, or `skip=\"why\"`."
    } else {
        "It says that this reader does not do what the block shows. An author overrules it with `<!-- tutcheck: run -->` before the block; `reader:` in `tutcheck.yaml`, with its `system:`, `shell:` and `picks:`, says for whom pages are read."
    };
    super::say(&format!(
        "{GOOD}{}{GOOD:#}: {}\n\n{ASIDE}for example{ASIDE:#}  {}\n\n{what}\n",
        rule.name, rule.says, rule.example
    ));
    0
}
