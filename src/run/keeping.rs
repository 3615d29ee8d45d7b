//! What tools keep in a home, beside the folder that a page begins in: a reader's home is not that folder,
//! and `ls -A` or `COPY . .` there shows what the page made.

use std::env;
use std::path::Path;

use crate::docker;

/// Variables, and the place in a home that each stands for; beside the page it has the same name.
const KEPT: &[(&str, &str)] = &[
    ("CARGO_HOME", ".cargo"),
    ("GIT_CONFIG_GLOBAL", ".gitconfig"),
    ("GOPATH", "go"),
    ("GRADLE_USER_HOME", ".gradle"),
    ("LESSHISTFILE", ".lesshst"),
    ("MYSQL_HISTFILE", ".mysql_history"),
    ("NODE_REPL_HISTORY", ".node_repl_history"),
    ("PSQL_HISTORY", ".psql_history"),
    ("PYTHONUSERBASE", ".local"),
    ("PYTHON_HISTORY", ".python_history"),
    ("REDISCLI_HISTFILE", ".rediscli_history"),
    ("SQLITE_HISTORY", ".sqlite_history"),
    ("XDG_CACHE_HOME", ".cache"),
    ("XDG_CONFIG_HOME", ".config"),
    ("XDG_DATA_HOME", ".local/share"),
    ("XDG_STATE_HOME", ".local/state"),
    ("npm_config_cache", ".npm"),
    ("npm_config_userconfig", ".npmrc"),
];

/// Programs that their user has installed in the real home, and that look for themselves there.
const INSTALLED: &[(&str, &str)] = &[
    ("ASDF_DATA_DIR", ".asdf"),
    ("NVM_DIR", ".nvm"),
    ("PYENV_ROOT", ".pyenv"),
    ("RBENV_ROOT", ".rbenv"),
    ("RUSTUP_HOME", ".rustup"),
    ("SDKMAN_DIR", ".sdkman"),
    ("VOLTA_HOME", ".volta"),
];

/// The variables; `pages` are their texts. A place that a page speaks of is where the page looks for it.
pub(super) fn variables(scratch: &Path, pages: &[&str]) -> Vec<(String, Option<String>)> {
    let home = env::var("HOME").unwrap_or_default();
    let home = Path::new(&home);
    let kept = KEPT.iter().filter_map(|(name, place)| {
        // A place of its own outside of the home was chosen for this machine.
        if env::var_os(name).is_some_and(|set| !Path::new(&set).starts_with(home)) {
            return None;
        }
        let is_looked_for = pages.iter().any(|page| speaks_of(page, place));
        let path = scratch.join(docker::KEPT).join(place);
        let path = (!is_looked_for).then(|| path.to_string_lossy().into_owned());
        Some(((*name).to_owned(), path))
    });
    let installed = INSTALLED.iter().filter_map(|(name, place)| {
        let path = home.join(place);
        (env::var_os(name).is_none() && path.is_absolute() && path.is_dir()).then(|| {
            (
                (*name).to_owned(),
                Some(path.to_string_lossy().into_owned()),
            )
        })
    });
    kept.chain(installed).collect()
}

/// Whether a text has a place in a home: `~/.config/app`, `cat .gitconfig`, `$HOME/go`.
fn speaks_of(text: &str, place: &str) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    text.match_indices(place).any(|(at, _)| {
        let (before, behind) = (&text[..at], &text[at + place.len()..]);
        let is_at_start = if place.starts_with('.') {
            !before.ends_with(|c| is_of_name(c) || c == '.')
        } else {
            ["~/", "$HOME/", "${HOME}/"]
                .iter()
                .any(|home| before.ends_with(home))
        };
        is_at_start && !behind.starts_with(is_of_name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_a_home_are_found_in_a_page() {
        for (text, place) in [
            ("mkdir -p ~/.config/app", ".config"),
            ("cat .gitconfig", ".gitconfig"),
            ("ls $HOME/go/bin", "go"),
            ("export PATH=~/.local/bin:$PATH", ".local"),
        ] {
            assert!(speaks_of(text, place), "{text}");
        }
        for (text, place) in [
            ("edit app.config", ".config"),
            ("cat .npmrc", ".npm"),
            ("ls /usr/local/go", "go"),
            ("curl web.local", ".local"),
        ] {
            assert!(!speaks_of(text, place), "{text}");
        }
    }
}
