//! The credentials that `docker login` has kept: in the client's settings, or with a helper.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::private;

/// How long a helper may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// No name and password are longer.
const LONGEST: u64 = 1 << 20;

/// Docker Hub's name in the client's settings.
const HUB: &str = "https://index.docker.io/v1/";

/// Where credentials are looked for.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The folder with the client's settings.
    config: Option<PathBuf>,
}

impl Credentials {
    /// Nobody is known anywhere.
    #[cfg(test)]
    pub(super) fn none() -> Credentials {
        Credentials { config: None }
    }

    /// Those of a client whose settings are in this folder.
    pub fn of(config: Option<PathBuf>) -> Credentials {
        Credentials { config }
    }

    /// Name and password for a registry, as a header has them.
    pub(super) fn basic(&self, host: &str) -> Option<String> {
        let settings = private::read_json(&self.config.as_ref()?.join("config.json"))?;
        let key = if host == "docker.io" { HUB } else { host };
        let helper = settings["credHelpers"][key].as_str();
        if let Some(helper) = helper.or_else(|| settings["credsStore"].as_str()) {
            return ask(helper, key);
        }
        let kept = &settings["auths"][key]["auth"];
        kept.as_str()
            .filter(|kept| is_kept(kept))
            .map(str::to_owned)
    }
}

/// Whether a word can be what `docker login` has kept; it becomes part of a header.
fn is_kept(word: &str) -> bool {
    !word.is_empty() && STANDARD.decode(word).is_ok()
}

/// What a helper knows: it reads the registry's name, and answers in JSON.
fn ask(helper: &str, key: &str) -> Option<String> {
    let mut asked = Command::new(format!("docker-credential-{helper}"))
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    asked.stdin.take()?.write_all(key.as_bytes()).ok()?;
    let mut said = asked.stdout.take()?.take(LONGEST);
    // One that asks somebody would be waited for without end.
    let (told, hears) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut answer = Vec::new();
        let _ = said.read_to_end(&mut answer);
        let _ = told.send(answer);
    });
    let answer = hears.recv_timeout(PATIENCE);
    let _ = asked.kill();
    let _ = asked.wait();
    let answer: Value = serde_json::from_slice(&answer.ok()?).ok()?;
    let (user, password) = (answer["Username"].as_str()?, answer["Secret"].as_str()?);
    Some(STANDARD.encode(format!("{user}:{password}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_docker_login_has_kept_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let write =
            |text: &str| std::fs::write(folder.path().join("config.json"), text).expect("a file");
        let credentials = Credentials::of(Some(folder.path().to_owned()));
        write(
            r#"{"auths": {"https://index.docker.io/v1/": {"auth": "bWU6eA=="}, "r:1": {"auth": "a\nb"}}}"#,
        );
        assert_eq!(credentials.basic("docker.io").as_deref(), Some("bWU6eA=="));
        assert_eq!(credentials.basic("r:1"), None);
        assert_eq!(credentials.basic("elsewhere"), None);
        write(
            r#"{"credHelpers": {"r:1": "nobody-has-this-helper"}, "auths": {"r:1": {"auth": "bWU6eA=="}}}"#,
        );
        assert_eq!(credentials.basic("r:1"), None);
        assert_eq!(Credentials::none().basic("docker.io"), None);
    }
}
