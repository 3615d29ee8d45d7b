//! What a command line takes of a daemon that only one can have: names, ports.

use super::docker::{Asked, asked};
use super::{container_names, published_ports};
use crate::commandline::call::Call;

/// What a command line takes, each as a word with what it is of: `container web`, `port 8080`, `image app`.
pub fn resources(text: &str) -> Vec<String> {
    let names = container_names(text).into_iter();
    let ports = published_ports(text).into_iter();
    let others = asked(text);
    names
        .map(|name| format!("container {name}"))
        .chain(ports.map(|port| format!("port {port}")))
        .chain(others.iter().flat_map(taken))
        .collect()
}

fn taken(asked: &Asked) -> Vec<String> {
    let words = asked.words();
    let call = Call::read(&words);
    let last = || call.operands.last().map(|name| (*name).to_owned());
    let one = |kind: &str, name: Option<String>| {
        let name = name.map(|name| format!("{kind} {name}"));
        name.into_iter().collect::<Vec<_>>()
    };
    let is_new = call.operands.first() == Some(&"create") && call.operands.len() > 1;
    match (asked.group.as_deref(), asked.verb.as_str()) {
        (None, "network") if is_new => one("network", last()),
        (None, "volume") if is_new => one("volume", last()),
        (None | Some("image" | "buildx"), "build") => {
            // Its options may stand behind the folder.
            let separate = words
                .windows(2)
                .filter(|pair| matches!(pair[0], "-t" | "--tag"));
            let joined = words.iter().filter_map(|word| word.strip_prefix("--tag="));
            let tags = separate.map(|pair| pair[1]).chain(joined);
            tags.map(|tag| format!("image {}", with_tag(tag))).collect()
        }
        (None | Some("image"), "tag") | (None | Some("container"), "commit") => {
            let name = call.operands.get(1).map(|name| with_tag(name));
            one("image", name)
        }
        (None | Some("container"), "run" | "create") => {
            let volumes = call.values(&["-v", "--volume"]);
            let named = volumes.filter_map(|volume| {
                let (name, _) = volume.split_once(':')?;
                (!name.starts_with(['/', '.', '~', '$'])).then(|| format!("volume {name}"))
            });
            named.collect()
        }
        // Compose names everything after the folder, which is called the same in each run.
        (Some("compose"), "up" | "run" | "create" | "start") | (None, "up") => {
            vec!["compose".to_owned()]
        }
        (None, "swarm") | (Some("stack" | "service"), _) => vec!["swarm".to_owned()],
        _ => Vec::new(),
    }
}

fn with_tag(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    let tag = if last.contains(':') { "" } else { ":latest" };
    format!("{name}{tag}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_one_can_have_is_found() {
        for (text, wanted) in [
            (
                "docker run -d --name web -p 8080:80 -v data:/data -v $PWD:/src nginx",
                vec!["container web", "port 8080", "volume data"],
            ),
            ("docker network create net", vec!["network net"]),
            (
                "docker build . -t app && docker tag app me/app:v1",
                vec!["image app:latest", "image me/app:v1"],
            ),
            ("docker compose -f a.yaml up -d", vec!["compose"]),
            ("docker ps -a", vec![]),
        ] {
            assert_eq!(resources(text), wanted, "{text}");
        }
    }
}
