//! A call of a program: its options, and what follows them.

use super::Word;

/// Options of `docker run` and `exec` that have no value.
const SWITCHES: &[&str] = &[
    "--rm",
    "--init",
    "--interactive",
    "--tty",
    "--detach",
    "--privileged",
    "--read-only",
    "--publish-all",
    "--no-healthcheck",
    "--oom-kill-disable",
    "--quiet",
    "--sig-proxy",
    "--disable-content-trust",
    "--no-TTY",
    "--service-ports",
    "--no-deps",
    "--build",
    "--use-aliases",
    "--remove-orphans",
    "--quiet-pull",
];

/// A call of `docker run` or `exec`: options, and what follows them.
#[derive(Debug)]
pub struct Call<'a> {
    options: Vec<(&'a str, Option<&'a str>)>,
    /// The image or container, and the command in it.
    pub operands: Vec<&'a str>,
}

/// `-p8080:80`: the letter of an option, and its value behind it.
fn letter_and_value(word: &str) -> Option<(&str, &str)> {
    let (at, _) = word.char_indices().nth(2)?;
    (!word.starts_with("--") && !is_cluster(word)).then(|| word.split_at(at))
}

impl<'a> Call<'a> {
    /// Reads the words behind `run` or `exec`.
    pub fn read(words: &[&'a str]) -> Call<'a> {
        let mut options = Vec::new();
        let mut at = 0;
        while let Some(word) = words.get(at).filter(|word| word.starts_with('-')) {
            at += 1;
            if let Some((name, value)) = word.split_once('=') {
                options.push((name, Some(value.trim_matches(['"', '\'']))));
            } else if is_switch(word) {
                options.push((word, None));
            } else if let Some((letter, value)) = letter_and_value(word) {
                options.push((letter, Some(value)));
            } else {
                options.push((word, words.get(at).copied()));
                at += 1;
            }
        }
        Call {
            options,
            operands: words[at.min(words.len())..].to_vec(),
        }
    }

    /// Whether an option is on, by its letter or its long name.
    pub fn has(&self, letter: char, long: &str) -> bool {
        self.options
            .iter()
            .any(|(name, value)| is_option(name, letter, long) && *value != Some("false"))
    }

    /// Whether the container goes when it ends.
    pub fn removes_itself(&self) -> bool {
        self.options
            .iter()
            .any(|(name, value)| *name == "--rm" && *value != Some("false"))
    }

    /// The values of an option that may be given several times.
    pub fn values(&self, names: &'static [&str]) -> impl Iterator<Item = &'a str> {
        self.options
            .iter()
            .filter(|(name, _)| names.contains(name))
            .filter_map(|(_, value)| *value)
    }

    /// The value of an option.
    pub fn value(&self, name: &str) -> Option<&'a str> {
        self.options
            .iter()
            .find(|(option, _)| *option == name)
            .and_then(|(_, value)| *value)
    }
}

fn is_switch(word: &str) -> bool {
    SWITCHES.contains(&word) || (!word.starts_with("--") && is_cluster(word))
}

/// `-it`, `-dit`: letters without values.
fn is_cluster(word: &str) -> bool {
    word.len() > 1 && word[1..].chars().all(|letter| "itdPqT".contains(letter))
}

/// Whether a word is this option, also as one letter of several.
pub(super) fn is_option(word: &str, letter: char, long: &str) -> bool {
    word == long
        || word
            .strip_prefix(long)
            .is_some_and(|rest| rest.starts_with('='))
        || (word.starts_with('-')
            && !word.starts_with("--")
            && word.len() <= 5
            && word.contains(letter))
}

/// What is left of the words after the options of a program, some of which have a value.
pub(super) fn after_options<'w, 'a>(words: &'w [&'a str], with_value: &[&str]) -> &'w [&'a str] {
    let mut at = 0;
    while at < words.len() && words[at].starts_with('-') {
        at += if with_value.contains(&words[at]) {
            2
        } else {
            1
        };
    }
    &words[at.min(words.len())..]
}

/// Words that are no options, nor values of the options with these letters.
pub(super) fn operands<'a>(words: &[&'a str], with_value: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut is_value = false;
    for word in words {
        if std::mem::take(&mut is_value) {
            continue;
        }
        if let Some(letters) = word.strip_prefix('-') {
            is_value = letters.len() == 1 && with_value.contains(letters);
        } else {
            found.push(*word);
        }
    }
    found
}

/// The ports of this machine that a command line asks: 8080 of `curl localhost:8080/cups`.
pub fn asked_ports(text: &str) -> Vec<u16> {
    const HERE: &[&str] = &["localhost", "127.0.0.1", "0.0.0.0"];
    let port = |word: &str| match word.split_once(':') {
        Some((host, port)) => HERE.contains(&host).then(|| port.parse().ok())?,
        None => HERE.contains(&word).then_some(80),
    };
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '/' | '\'' | '"'));
    words.filter_map(port).collect()
}

/// The port of this machine in `8080:80` or `127.0.0.1:8080:80/tcp`.
pub fn published(mapping: &str) -> Option<u16> {
    let mut parts = mapping.rsplit(':');
    parts.next()?;
    parts.next()?.parse().ok()
}

pub(super) fn first_port(words: &[&str]) -> Option<u16> {
    words
        .iter()
        .filter_map(|word| word.rsplit(['=', ':']).next())
        .find_map(|word| word.parse().ok())
}

/// The last part of a path.
pub fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// How many words are options, with the values of those that have one.
pub(super) fn options(words: &[Word<'_>], with_value: &[&str]) -> usize {
    let mut at = 0;
    while at < words.len() && words[at].written.starts_with('-') {
        at += if with_value.contains(&words[at].written) {
            2
        } else {
            1
        };
    }
    at.min(words.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_the_command_inside_are_not_dockers() {
        let call = Call::read(&[
            "--name", "tea", "-p", "80:80", "alpine", "tool", "--rm", "-d",
        ]);
        assert!(!call.removes_itself() && !call.has('d', "--detach"));
        assert_eq!(call.value("--name"), Some("tea"));
        assert_eq!(call.operands, ["alpine", "tool", "--rm", "-d"]);
        assert!(Call::read(&["--rm", "-it", "alpine"]).removes_itself());
        assert!(!Call::read(&["--rm=false", "alpine"]).removes_itself());
    }
}
