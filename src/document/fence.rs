//! What the word after a fence says of a block.

use super::attributes::WORDS;
use crate::diagnostic::did_you_mean;

/// What a block in this language can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// A script: every line is typed, unless it has prompts.
    Shell,
    /// A session: prompts, and what was printed.
    Console,
    /// The word, or none, does not tell; the lines do.
    ByContent,
    /// Another system's shell.
    OtherSystem,
    /// A picture, an admonition.
    Inert,
    /// Text that is shown as it is written: Markdown, a difference of two files.
    Shown,
    /// A file or a part of one.
    Source,
}

/// A session in Sphinx: the command is the option `:input:`, and below it stands what is printed.
pub(super) const SESSION: &str = "{terminal}";

/// The language word of an info string.
pub(super) fn name(info: &str) -> &str {
    let info = info.trim_start();
    // MyST and Sphinx name the language behind a directive.
    for directive in ["{code-block}", "{code}", "{sourcecode}"] {
        if let Some(rest) = info.strip_prefix(directive) {
            return name(rest);
        }
    }
    if let Some(class) = info
        .strip_prefix('{')
        .map(str::trim_start)
        .filter(|rest| rest.starts_with('.'))
    {
        // `{ .yaml .annotate }`, as Pandoc and MkDocs write attributes.
        let end = class.find([' ', '}']).unwrap_or(class.len());
        return &class[..end];
    }
    if info.starts_with('{') {
        // `{note}` is a word of its own; `{skip}` after nothing is attributes, and `{skp}` too.
        let end = info.find('}').map_or(info.len(), |i| i + 1);
        let word = info[..end].trim_matches(['{', '}']);
        let ours = || WORDS.iter().map(|word| word.name);
        let is_one_word = !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        let is_directive = &info[..end] == SESSION
            || is_one_word
                && !ours().any(|own| own == word)
                && did_you_mean(word, ours()).is_none();
        return if is_directive { &info[..end] } else { "" };
    }
    let end = info
        .find(|c: char| c.is_whitespace() || matches!(c, '{' | ',' | '[' | ':'))
        .unwrap_or(info.len());
    if info[..end].contains('=') {
        ""
    } else {
        &info[..end]
    }
}

/// The language that a class below a block names: `language-bash`, `output`.
pub(super) fn name_of_class(class: &str) -> &str {
    let language = class
        .strip_prefix("language-")
        .or_else(|| class.strip_prefix("lang-"));
    match language.unwrap_or(class) {
        "source" | "code" => "",
        "error" => "output",
        class => class,
    }
}

/// Where the words after the language start in an info string.
pub(super) fn after_name(info: &str, name: &str) -> usize {
    // The name is a part of the string, or empty.
    let at = (name.as_ptr() as usize).wrapping_sub(info.as_ptr() as usize);
    if name.is_empty() || at > info.len() {
        info.len() - info.trim_start().len()
    } else {
        at + name.len()
    }
}

/// What a block in this language can be.
pub(super) fn kind(name: &str) -> Language {
    match name.to_ascii_lowercase().as_str() {
        "bash"
        | "sh"
        | "shell"
        | "zsh"
        | "ksh"
        | "fish"
        | "bsh"
        | "bash-interactive"
        | "sh-interactive"
        | "execute"
        | "execute-1"
        | "azurecli"
        | "azurecli-interactive"
        | "dotnetcli" => Language::Shell,
        "console" | "shell-session" | "sh-session" | "shellsession" | "terminal"
        | "bash-session" | "commandline" | "command-line" | "cmdline" | "command" | "term"
        | "session" | "prompt" | SESSION => Language::Console,
        "" | "docker" | "git" | "text" | "txt" | "output" | "plaintext" | "log" | "logs"
        | "stdout" | "no-highlight" | "nohighlight" | "none" | "plain" | "raw" | "result"
        | "ansi" | "tree" | "http" | "pytb" => Language::ByContent,
        "powershell"
        | "ps1"
        | "pwsh"
        | "ps"
        | "posh"
        | "cmd"
        | "bat"
        | "batch"
        | "dos"
        | "winbatch"
        | "powershell-session"
        | "azurepowershell"
        | "azurepowershell-interactive" => Language::OtherSystem,
        "mermaid" | "math" | "plantuml" | "dot" | "ascii" | "graphviz" | "ditaa" | "chart"
        | "d2" => Language::Inert,
        "markdown" | "md" | "mdx" | "rst" | "diff" | "patch" => Language::Shown,
        name if name.starts_with('{') => Language::Inert,
        name if terminal(name).is_some() => Language::Shell,
        name if name.starts_with('.') => kind(&name[1..]),
        _ => Language::Source,
    }
}

/// The terminal that a language word names: `.term1` is the first, which every document has.
pub(super) fn terminal(name: &str) -> Option<&str> {
    let number = name.strip_prefix(".term")?;
    number.parse::<u8>().ok()?;
    Some(if number == "1" { "main" } else { &name[1..] })
}

/// A language word that says: this was printed, or is plain text.
pub(super) fn is_output(name: &str) -> bool {
    is_text(name) || is_strictly_output(name)
}

/// A language word of plain text, which need not have been printed.
pub(super) fn is_text(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "text" | "txt" | "plaintext" | "no-highlight" | "nohighlight" | "plain" | "raw" | "none"
    )
}

/// A language word that says nothing else than: this was printed.
pub(super) fn is_strictly_output(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "output" | "log" | "logs" | "stdout" | "result" | ".output"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_words_stand_before_attributes() {
        for (info, word) in [
            ("bash", "bash"),
            (" console skip=\"x\"", "console"),
            ("bash{skip}", "bash"),
            ("{skip}", ""),
            ("{skp}", ""),
            ("{danger}", "{danger}"),
            ("{figure} a.png", "{figure}"),
            ("{note}", "{note}"),
            ("", ""),
            ("sh,linenos", "sh"),
            ("title=x", ""),
        ] {
            assert_eq!(name(info), word, "{info:?}");
        }
    }
}
