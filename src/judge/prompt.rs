//! What prompts say: `root@1a2b3c4d5e6f:/app#`, `/app #`. Others say nothing that could be wrong.

use crate::document;
use crate::identity::Known;
use crate::matching::{self, Bindings, Rules, Side};

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

/// In what a live prompt differs from one on the page. The name of a container is its ID: the one on
/// the page stands for one container.
pub(super) fn difference(
    page: &Prompt<'_>,
    live: &str,
    known: &Known,
    number: usize,
    bindings: &mut Bindings,
) -> Option<String> {
    let Some(live) = read(live) else {
        return Some("it does not show the same".to_owned());
    };
    if page.user != live.user {
        return Some("the user differs".to_owned());
    }
    if page.directory != live.directory {
        return Some("the directory differs".to_owned());
    }
    let (page, live) = (page.host?, live.host?);
    let none = Known::new();
    let expected = Side {
        text: page,
        known: &none,
        complete: false,
    };
    let live = Side {
        text: live,
        known,
        complete: true,
    };
    let comparison = matching::compare(
        "docker ps",
        expected,
        live,
        &Rules::default(),
        number,
        bindings,
    );
    (!comparison.is_same()).then(|| {
        comparison
            .reason()
            .unwrap_or_else(|| "the host differs".to_owned())
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
