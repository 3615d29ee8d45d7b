//! What prompts say: `root@1a2b3c4d5e6f:/app#`, `/app #`. Others say nothing that could be wrong.

use crate::document;
use crate::identity::Known;
use crate::matching::{self, Aligned, Bindings, Rules, Side, Why};

/// What a prompt shows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Prompt<'a> {
    /// User and host, if it shows them.
    user: Option<&'a str>,
    host: Option<&'a str>,
    directory: &'a str,
}

/// Reads a prompt that shows where one is.
pub(super) fn read(prompt: &str) -> Option<Prompt<'_>> {
    let prompt = document::without_environment(prompt.trim())
        .strip_suffix(['#', '$', '%'])?
        .trim_end();
    let bare = prompt.trim_start_matches('[').trim_end_matches(']');
    if let Some((user, rest)) = bare.split_once('@') {
        let (host, directory) = rest.split_once([':', ' '])?;
        return Some(Prompt {
            user: Some(user),
            host: Some(host),
            directory: directory.trim(),
        });
    }
    bare.starts_with(['/', '~']).then_some(Prompt {
        user: None,
        host: None,
        directory: bare,
    })
}

/// In what two prompts differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Differs {
    /// One shows where one is, the other does not.
    Form,
    /// The user.
    User,
    /// The directory.
    Directory,
    /// The host, and why the two are not the same.
    Host(Why),
}

/// In what a live prompt differs from one on the page. The name of a container is its ID: the one on
/// the page stands for one container.
pub(super) fn difference(
    page: &Prompt<'_>,
    live: &str,
    known: &Known,
    number: usize,
    bindings: &mut Bindings,
) -> Option<Differs> {
    let Some(live) = read(live) else {
        return Some(Differs::Form);
    };
    if page.user != live.user {
        return Some(Differs::User);
    }
    if page.directory != live.directory {
        return Some(Differs::Directory);
    }
    let (page, live) = (page.host?, live.host?);
    let none = Known::new();
    let expected = Side::of_page(page, &none);
    let live = Side::whole(live, known);
    let comparison = matching::compare(
        "docker ps",
        expected,
        live,
        &Rules::default(),
        number,
        bindings,
    );
    comparison.lines.into_iter().find_map(|line| match line {
        Aligned::Changed { why, .. } => Some(Differs::Host(why)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Kind;

    #[test]
    fn prompts_that_show_where_one_is_are_read() {
        let prompt = |user, host, directory| Prompt {
            user,
            host,
            directory,
        };
        for (text, read_as) in [
            (
                "root@1a2b3c4d5e6f:/app#",
                Some(prompt(Some("root"), Some("1a2b3c4d5e6f"), "/app")),
            ),
            (
                "[root@web ~]# ",
                Some(prompt(Some("root"), Some("web"), "~")),
            ),
            ("/ #", Some(prompt(None, None, "/"))),
            (
                "(base) root@web:/#",
                Some(prompt(Some("root"), Some("web"), "/")),
            ),
            ("bash-5.2#", None),
            ("#", None),
            (">>>", None),
        ] {
            assert_eq!(read(text), read_as, "{text}");
        }
    }

    #[test]
    fn one_name_stands_for_one_container() {
        let mut bindings = Bindings::of_page();
        let known = Known::from([
            ("111111111111".to_owned(), Kind::Container.into()),
            ("222222222222".to_owned(), Kind::Container.into()),
        ]);
        let page = read("root@1a2b3c4d5e6f:/#").expect("it is a prompt");
        let mut differs =
            |live: &str, number| difference(&page, live, &known, number, &mut bindings).is_some();
        assert!(!differs("root@111111111111:/# ", 1));
        assert!(!differs("root@111111111111:/# ", 2));
        assert!(differs("root@222222222222:/# ", 3));
        assert!(differs("root@111111111111:/tmp# ", 4));
        assert!(differs("me@111111111111:/# ", 5));
        assert!(differs("/ # ", 6));
    }
}
