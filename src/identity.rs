//! What the words of an output stand for, as the daemon knows it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What an identifier names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A container.
    Container,
    /// An image.
    Image,
    /// A network.
    Network,
    /// A volume without a name of its own.
    Volume,
    /// A command that was started in a container.
    Exec,
    /// A service, task or node of a swarm.
    Service,
    /// A name that the daemon made up for a container.
    Name,
    /// An address in a network of Docker's.
    Address,
    /// A port of the host that the daemon chose.
    Port,
    /// This machine's own name.
    Host,
    /// The user who types.
    User,
    /// The digest of a manifest or a layer.
    Digest,
    /// A commit of Git.
    Commit,
}

const WORDS: &[(Kind, &str)] = &[
    (Kind::Container, "container"),
    (Kind::Image, "image"),
    (Kind::Network, "network"),
    (Kind::Volume, "volume"),
    (Kind::Exec, "exec"),
    (Kind::Service, "service"),
    (Kind::Name, "name"),
    (Kind::Address, "address"),
    (Kind::Port, "port"),
    (Kind::Host, "host"),
    (Kind::User, "user"),
    (Kind::Digest, "digest"),
    (Kind::Commit, "commit"),
];

impl Kind {
    /// The word in recordings and messages, for one.
    pub fn word(self) -> &'static str {
        WORDS
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("", |(_, word)| word)
    }

    /// Two of them.
    pub(crate) fn plural(self) -> String {
        match self {
            Kind::Address => "addresses".to_owned(),
            _ => format!("{}s", self.word()),
        }
    }

    /// `a container`, `an image`.
    pub(crate) fn with_article(self) -> String {
        let word = self.word();
        let article = if word.starts_with(['a', 'e', 'i', 'o']) {
            "an"
        } else {
            "a"
        };
        format!("{article} {word}")
    }
}

/// What one word of an output stands for. In recordings: `container`, `name of 7eb17e337a13`,
/// `other image`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Identity {
    /// What it names.
    pub kind: Kind,
    /// For a name: the ID of what has it, as far as it is known.
    pub of: Option<String>,
    /// Nothing that the tutorial made: it was there before.
    pub is_foreign: bool,
}

impl From<Kind> for Identity {
    fn from(kind: Kind) -> Identity {
        Identity {
            kind,
            of: None,
            is_foreign: false,
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_foreign {
            f.write_str("other ")?;
        }
        f.write_str(self.kind.word())?;
        match &self.of {
            Some(id) => write!(f, " of {id}"),
            None => Ok(()),
        }
    }
}

impl From<Identity> for String {
    fn from(identity: Identity) -> String {
        identity.to_string()
    }
}

impl FromStr for Identity {
    type Err = String;

    fn from_str(text: &str) -> Result<Identity, String> {
        let (is_foreign, rest) = text
            .strip_prefix("other ")
            .map_or((false, text), |rest| (true, rest));
        let (word, of) = rest
            .split_once(" of ")
            .map_or((rest, None), |(word, id)| (word, Some(id.to_owned())));
        let kind = WORDS
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(kind, _)| *kind);
        let all = || WORDS.iter().map(|(_, word)| *word).collect::<Vec<_>>();
        Ok(Identity {
            kind: kind.ok_or_else(|| {
                format!("`{word}` is no kind of ID; there are {}", all().join(", "))
            })?,
            of,
            is_foreign,
        })
    }
}

impl TryFrom<String> for Identity {
    type Error = String;

    fn try_from(text: String) -> Result<Identity, String> {
        text.parse()
    }
}

/// Which words of an output are identifiers, and of what; the witness says so.
pub type Known = BTreeMap<String, Identity>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "container",
            "name of 7eb17e337a13",
            "other volume",
            "other name of 1a2b",
        ] {
            let identity: Identity = text.parse().expect(text);
            assert_eq!(identity.to_string(), text);
        }
        assert!("contianer".parse::<Identity>().is_err());
    }
}
