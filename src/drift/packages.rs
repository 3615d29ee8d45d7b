//! Packages, as the databases of an image list them: a line each, `dpkg openssl 3.0.15-1`.

use std::collections::BTreeSet;

/// A package as a lock has it.
fn line(kind: &str, name: &str, version: &str) -> Option<String> {
    let is_word = |word: &str| !word.is_empty() && !word.contains(char::is_whitespace);
    (is_word(name) && is_word(version)).then(|| format!("{kind} {name} {version}"))
}

/// The value of a field in a paragraph: `Package: openssl`.
fn field<'t>(paragraph: &'t str, name: &str) -> Option<&'t str> {
    paragraph.lines().find_map(|line| {
        let (field, value) = line.split_once(':')?;
        (field == name).then(|| value.trim())
    })
}

/// Of dpkg's `status`, or a file of `status.d`, where only what is installed is listed.
pub(super) fn dpkg(text: &str) -> BTreeSet<String> {
    let of_paragraph = |paragraph: &str| {
        let status = field(paragraph, "Status");
        let is_there = status.is_none_or(|status| status.ends_with(" installed"));
        let version = field(paragraph, "Version")?;
        is_there.then(|| line("dpkg", field(paragraph, "Package")?, version))?
    };
    text.split("\n\n").filter_map(of_paragraph).collect()
}

/// Of apk's `installed`.
pub(super) fn apk(text: &str) -> BTreeSet<String> {
    let of_paragraph =
        |paragraph: &str| line("apk", field(paragraph, "P")?, field(paragraph, "V")?);
    text.split("\n\n").filter_map(of_paragraph).collect()
}

/// Of one package's `METADATA` or `PKG-INFO`.
pub(super) fn python(text: &str) -> Option<String> {
    // Behind the first empty line is prose.
    let head = text.split("\n\n").next()?;
    let name = field(head, "Name")?.to_ascii_lowercase().replace('_', "-");
    line("python", &name, field(head, "Version")?)
}

/// Of one package's `package.json`.
pub(super) fn npm(text: &str) -> Option<String> {
    let read: serde_json::Value = serde_json::from_str(text).ok()?;
    line("npm", read["name"].as_str()?, read["version"].as_str()?)
}

/// Kind and name of a package's line, and its version.
pub(super) fn parts(line: &str) -> (&str, &str) {
    line.rsplit_once(' ').unwrap_or((line, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_list_what_is_installed() {
        let status = "Package: a\nStatus: install ok installed\nVersion: 1.0-1\n\n\
                      Package: b\nStatus: deinstall ok config-files\nVersion: 2\n\n\
                      Package: c\nVersion: 3\nDescription: x\n Package: no\n";
        assert_eq!(
            dpkg(status),
            BTreeSet::from(["dpkg a 1.0-1".to_owned(), "dpkg c 3".to_owned()])
        );
        assert_eq!(
            apk("C:Q1\nP:musl\nV:1.2.5-r0\n\nP:zlib\nV:1.3\n"),
            BTreeSet::from(["apk musl 1.2.5-r0".to_owned(), "apk zlib 1.3".to_owned()])
        );
    }

    #[test]
    fn packages_of_languages_name_themselves() {
        let metadata = "Metadata-Version: 2.1\nName: Some_Thing\nVersion: 4.2\n\nName: prose\n";
        assert_eq!(python(metadata).as_deref(), Some("python some-thing 4.2"));
        assert_eq!(python("Name: x\n"), None);
        let package = r#"{ "name": "@scope/it", "version": "1.2.3" }"#;
        assert_eq!(npm(package).as_deref(), Some("npm @scope/it 1.2.3"));
        assert_eq!(npm("[1"), None);
        assert_eq!(parts("npm @scope/it 1.2.3"), ("npm @scope/it", "1.2.3"));
    }
}
