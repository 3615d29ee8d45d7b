//! Which images a command line names.

use super::call::Call;
use super::docker::asked;

/// Images that a command line names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Images {
    /// Those that must be there, or are fetched.
    pub fetched: Vec<String>,
    /// Those that it makes.
    pub made: Vec<String>,
}

/// The images that a command line names, but for what a shell would fill in.
pub fn images(text: &str) -> Images {
    let mut images = Images::default();
    for call in asked(text) {
        let words = call.words();
        let read = Call::read(&words);
        let operands = read.operands.iter();
        let mut names = operands
            .filter(|name| is_reference(name))
            .map(|name| (*name).to_owned());
        match (call.group.as_deref(), call.verb.as_str()) {
            (None | Some("container" | "image"), "run" | "create" | "pull") => {
                images.fetched.extend(names.next());
            }
            (None | Some("image" | "buildx"), "build") => {
                images.made.extend(tags(&words).map(str::to_owned));
            }
            (None | Some("image" | "container"), "tag" | "commit" | "import") => {
                images.made.extend(names.nth(1));
            }
            _ => {}
        }
    }
    images
}

/// What a build calls what it makes; `-t` is another option there than that of `run`.
fn tags<'w>(words: &'w [&'w str]) -> impl Iterator<Item = &'w str> {
    let behind = words
        .windows(2)
        .filter(|pair| matches!(pair[0], "-t" | "--tag"));
    let joined = words.iter().filter_map(|word| word.strip_prefix("--tag="));
    behind
        .map(|pair| pair[1])
        .chain(joined)
        .filter(|tag| is_reference(tag))
}

fn is_reference(word: &str) -> bool {
    let is_of_one = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/:@".contains(&byte);
    !word.is_empty() && word.bytes().all(is_of_one) && !word.starts_with(['-', '.', '/'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_those_that_are_fetched_and_made() {
        let named = |text: &str| {
            let images = images(text);
            (images.fetched.join(" "), images.made.join(" "))
        };
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        assert_eq!(
            named("docker run -d -p 80:80 --name web nginx:1 sh"),
            pair("nginx:1", "")
        );
        assert_eq!(
            named("docker pull redis && docker image pull alpine"),
            pair("redis alpine", "")
        );
        assert_eq!(named("docker build -q -t me/app:1 ."), pair("", "me/app:1"));
        assert_eq!(
            named("docker tag a b:2; docker run $IMAGE"),
            pair("", "b:2")
        );
        assert_eq!(named("echo docker run x"), pair("", ""));
    }
}
