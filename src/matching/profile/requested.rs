//! Packages that a command asks for, among those that come with them.

/// Of the packages that a line of `pip` or `apt` names, those that the command names, with their versions.
pub(super) fn requested(line: &str, named: &[&str]) -> Vec<String> {
    let asked: Vec<String> = named.iter().map(|word| name_of(word)).collect();
    let words = line.split_whitespace();
    let versions = line.split_whitespace().skip(1).map(Some).chain([None]);
    words
        .zip(versions)
        .filter(|(word, _)| {
            let whole = name_of(word);
            let without_version = whole.rsplit_once('-').map_or("", |(name, _)| name);
            asked
                .iter()
                .any(|name| *name == whole || name == without_version)
        })
        .map(|(word, version)| {
            let name = word.split(':').next().unwrap_or(word);
            match version.filter(|version| version.starts_with('(')) {
                Some(version) => format!("{name} {version}"),
                None => name.to_owned(),
            }
        })
        .collect()
}

/// `Flask_Login[extra]==1.0` and `flask-login:amd64=1.0` are `flask-login`.
fn name_of(word: &str) -> String {
    let word = word.trim_matches(['"', '\'']);
    let end = word
        .find(['=', '<', '>', '~', '[', ':', '@'])
        .unwrap_or(word.len());
    word[..end].to_ascii_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_along_does_not_count() {
        let pip = "blinker-1.9.0 click-8.1.8 flask-3.1.3";
        assert_eq!(requested(pip, &["flask"]), ["flask-3.1.3"]);
        assert_eq!(requested(pip, &["Flask[async]==3.1.3"]), ["flask-3.1.3"]);
        assert_eq!(requested(pip, &["django"]), [""; 0]);
        let apt = "curl:amd64 (7.88.1-10) ...";
        assert_eq!(requested(apt, &["curl", "git"]), ["curl (7.88.1-10)"]);
    }
}
