//! `tutcheck schema`, `completions`, `man`: what other programs want to know.

use crate::cli::{self, CompletionsArguments, Form, ManArguments, SchemaArguments};
use crate::diagnostic::did_you_mean;

pub(super) fn schema(arguments: &SchemaArguments) -> u8 {
    super::say(match arguments.of {
        Form::Settings => include_str!("forms/settings.json"),
        Form::Expectations => include_str!("forms/expectations.json"),
        Form::Plan => include_str!("forms/plan.json"),
        Form::Report => include_str!("forms/report.json"),
        Form::Run => crate::saved::SCHEMA,
    });
    0
}

pub(super) fn completions(arguments: &CompletionsArguments) -> u8 {
    super::say(&String::from_utf8_lossy(&cli::completions(arguments.shell)));
    0
}

pub(super) fn man(arguments: &ManArguments) -> u8 {
    let name = arguments.command.as_deref();
    if let Some(page) = cli::manual(name) {
        super::say(&String::from_utf8_lossy(&page));
        return 0;
    }
    let name = name.unwrap_or_default();
    let commands = cli::commands();
    let guess = did_you_mean(name, commands.iter().map(String::as_str));
    let hint = guess.map_or_else(
        || "; `tutcheck help` lists them".to_owned(),
        |guess| format!("; did you mean `{guess}`?"),
    );
    super::complain(&format!("there is no command `{name}`{hint}"));
    super::WRONG
}
