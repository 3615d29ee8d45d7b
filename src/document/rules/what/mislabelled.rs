//! each of its lines is a plain command, whatever its language says

use crate::commandline;
use crate::document::case::{Case, Found, Reading, Rule};
use crate::document::evidence::{Look, Says, look};
use crate::document::fence::Language;

pub(super) const RULE: Rule<Found> = Rule {
    name: "mislabelled",
    says: "each of its lines is a plain command, whatever its language says",
    example: "```yaml with `docker build -t app .`",
    decide,
};

fn decide(case: &Case<'_>) -> Option<Found> {
    if case.kind != Language::Source || case.lead.ends(Says::Output).is_some() {
        return None;
    }
    let commands = commandline::split(case.texts);
    let is_plain = |line: &str| {
        let program = line
            .split_whitespace()
            .find(|word| *word != "sudo")
            .unwrap_or_default();
        look(line) == Look::Typed
            && line.contains(' ')
            && !line.trim_end().ends_with([';', ')', '{', ','])
            && matches!(
                program,
                "docker"
                    | "docker-compose"
                    | "git"
                    | "cd"
                    | "npm"
                    | "curl"
                    | "pip"
                    | "kubectl"
                    | "mkdir"
                    | "apt-get"
                    | "apt"
                    | "yarn"
                    | "cargo"
                    | "go"
                    | "python"
                    | "python3"
                    | "sudo"
                    | "touch"
                    | "ls"
                    | "cat"
                    | "cp"
                    | "mv"
                    | "chmod"
                    | "wget"
                    | "podman"
                    | "make"
                    | "dotnet"
                    | "mvn"
            )
    };
    let are_typed = !commands.is_empty()
        && commands
            .iter()
            .all(|command| is_plain(case.texts[command.start]));
    are_typed.then(|| {
        let reason = format!(
            "each line is a command, though the language is `{}`",
            case.language
        );
        case.found(Reading::Commands, reason).guessed()
    })
}
