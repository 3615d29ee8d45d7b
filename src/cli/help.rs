//! What shells, manuals and editors want to know of the command line and of files.

use clap::{Args, Command, CommandFactory, ValueEnum};
use clap_complete::Shell;

use super::Arguments;

/// `tutcheck completions`.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// bash, zsh, fish, elvish or powershell
    pub shell: Shell,
}

/// `tutcheck man`.
#[derive(Debug, Args)]
pub struct ManArguments {
    /// A word of what to do; without it, the page of tutcheck itself
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

/// `tutcheck schema`.
#[derive(Debug, Args)]
pub struct SchemaArguments {
    /// Which form
    #[arg(value_enum, default_value = "run")]
    pub of: Form,
}

/// A form of file that programs read or write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// `tutcheck.yaml`, and `tutcheck:` in front matter.
    Settings,
    /// A recording.
    Expectations,
    /// What `plan --format json` prints.
    Plan,
    /// What `--report json` prints.
    Report,
    /// What `check --save` writes.
    Run,
}

/// The completions of a shell.
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "tutcheck", &mut script);
    script
}

/// The manual's page of tutcheck or of one of its commands; none, if there is no such command.
pub fn manual(command: Option<&str>) -> Option<Vec<u8>> {
    let all = Arguments::command();
    let page: Command = match command {
        None => all,
        Some(name) => {
            let found = all
                .get_subcommands()
                .find(|command| command.get_name() == name)?;
            let title = format!("tutcheck-{name}");
            found
                .clone()
                .bin_name(format!("tutcheck {name}"))
                .display_name(title)
        }
    };
    let mut roff = Vec::new();
    clap_mangen::Man::new(page).render(&mut roff).ok()?;
    Some(roff)
}
