//! Which daemon the user means: the same that their `docker` speaks to.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::private::read_json;

/// Where clients look for a daemon that nobody names.
const USUAL: [&str; 2] = ["unix:///var/run/docker.sock", "unix:///run/docker.sock"];

/// Where the daemon is, and the folder with the client's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// `unix:///var/run/docker.sock`, `tcp://10.0.0.1:2375`, `ssh://me@there`.
    pub host: String,
    /// The context that names it, if one does.
    #[serde(default)]
    pub context: Option<String>,
    /// Whether it speaks TLS.
    #[serde(default)]
    pub is_tls: bool,
    /// What `DOCKER_CONFIG` is or stands for.
    #[serde(default)]
    pub config: Option<PathBuf>,
}

impl Address {
    /// As docker's own client finds it: `DOCKER_HOST`, then the context that is in use, then the
    /// usual socket. `variable` looks up the environment.
    pub fn find(variable: impl Fn(&str) -> Option<String>) -> Address {
        let config = variable("DOCKER_CONFIG")
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from(variable("HOME")?).join(".docker")));
        let said = |name| variable(name).filter(|value| !value.is_empty());
        let by_variable = said("DOCKER_HOST").map(|host| Address {
            is_tls: said("DOCKER_TLS_VERIFY").is_some() || said("DOCKER_TLS").is_some(),
            ..Address::plain(host)
        });
        let found = by_variable.or_else(|| {
            let config = config.as_ref()?;
            let context = said("DOCKER_CONTEXT").or_else(|| current_context(config))?;
            by_context(config, &context)
        });
        let found = found.unwrap_or_else(|| Address::plain(USUAL[0].to_owned()));
        Address { config, ..found }
    }

    fn plain(host: String) -> Address {
        Address {
            host,
            context: None,
            is_tls: false,
            config: None,
        }
    }

    /// Whether there may be a daemon: a socket that is not there is nobody's.
    pub fn may_answer(&self) -> bool {
        path(&self.host).is_none_or(|socket| Path::new(socket).exists())
    }

    /// A text that shows this address where it showed another.
    pub fn instead_of(&self, other: &str, text: &str) -> String {
        let text = text.replace(other, &self.host);
        match (path(other), path(&self.host)) {
            (Some(other), Some(own)) => text.replace(other, own),
            _ => text,
        }
    }

    /// A command that speaks to another address where it names this daemon's, or the usual one: on a page,
    /// both mean the daemon that it is played on.
    pub fn redirected<'t>(&self, command: &'t str, to: &str) -> Cow<'t, str> {
        let mut command = Cow::Borrowed(command);
        for host in USUAL.into_iter().chain([self.host.as_str()]) {
            replace(&mut command, host, to);
            // As `curl` is told of it.
            if let (Some(socket), Some(own)) = (path(host), path(to)) {
                for option in ["--unix-socket ", "--unix-socket="] {
                    let (from, to) = (format!("{option}{socket}"), format!("{option}{own}"));
                    replace(&mut command, &from, &to);
                }
            }
        }
        command
    }
}

/// Puts something else where an address stands, and not only the beginning of a longer one.
fn replace(command: &mut Cow<'_, str>, host: &str, to: &str) {
    let goes_on = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let mut from = 0;
    while let Some(at) = command[from..].find(host).map(|at| from + at) {
        let end = at + host.len();
        from = end;
        if host != to && !command[end..].starts_with(goes_on) {
            command.to_mut().replace_range(at..end, to);
            from = at + to.len();
        }
    }
}

fn path(host: &str) -> Option<&str> {
    host.strip_prefix("unix://")
}

fn current_context(config: &Path) -> Option<String> {
    let settings = read_json(&config.join("config.json"))?;
    settings["currentContext"]
        .as_str()
        .filter(|name| *name != "default")
        .map(str::to_owned)
}

/// Contexts are kept in folders named by a hash; the name is inside. Their certificates are in folders of
/// the same names.
fn by_context(config: &Path, context: &str) -> Option<Address> {
    fs::read_dir(config.join("contexts/meta"))
        .ok()?
        .flatten()
        .find_map(|entry| {
            let meta = read_json(&entry.path().join("meta.json"))?;
            let endpoint = &meta["Endpoints"]["docker"];
            let tls = config.join("contexts/tls").join(entry.file_name());
            let is_meant = meta["Name"].as_str() == Some(context);
            is_meant.then_some(Address {
                context: Some(context.to_owned()),
                is_tls: tls.join("docker").is_dir() || endpoint["SkipTLSVerify"] == true,
                ..Address::plain(endpoint["Host"].as_str()?.to_owned())
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_as_docker_finds_it() {
        let folder = tempfile::tempdir().expect("a scratch directory");
        let config = folder.path().join(".docker");
        let meta = config.join("contexts/meta/0a1b");
        fs::create_dir_all(&meta).expect("folders");
        fs::write(config.join("config.json"), r#"{"currentContext": "far"}"#).expect("a file");
        fs::write(
            meta.join("meta.json"),
            r#"{"Name": "far", "Endpoints": {"docker": {"Host": "tcp://far:2375"}}}"#,
        )
        .expect("a file");
        let home = folder.path().to_str().expect("a plain path").to_owned();
        let find = |pairs: &[(&str, &str)]| {
            let mut pairs: Vec<(String, String)> = pairs
                .iter()
                .map(|(k, v)| ((*k).into(), (*v).into()))
                .collect();
            pairs.push(("HOME".into(), home.clone()));
            Address::find(|name| {
                pairs
                    .iter()
                    .find(|(k, _)| k == name)
                    .map(|(_, v)| v.clone())
            })
            .host
        };
        assert_eq!(find(&[("DOCKER_HOST", "unix:///x.sock")]), "unix:///x.sock");
        assert_eq!(find(&[]), "tcp://far:2375");
        assert_eq!(
            find(&[("DOCKER_CONTEXT", "nowhere")]),
            "unix:///var/run/docker.sock"
        );
        assert_eq!(
            find(&[("DOCKER_CONFIG", "/nowhere")]),
            "unix:///var/run/docker.sock"
        );
    }
}
