//! Placeholders that stand for an object of Docker's.

/// What a placeholder stands for, if that is an object of Docker's: by its words, else by the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// A container.
    Container,
    /// An image.
    Image,
    /// A network.
    Network,
    /// A volume.
    Volume,
}

/// The kind of object that a placeholder in a command stands for.
pub fn stands_for(written: &str, command: &str) -> Option<Stands> {
    let name = written.to_ascii_lowercase();
    let has = |word: &str| name.contains(word);
    if has("container") {
        Some(Stands::Container)
    } else if has("volume") {
        Some(Stands::Volume)
    } else if has("network") {
        Some(Stands::Network)
    } else if has("image") {
        Some(Stands::Image)
    } else if name.bytes().all(|byte| byte == b'x')
        || matches!(
            name.trim_matches(['<', '>', '[', ']', '{', '}']),
            "id" | "name" | "pid"
        )
    {
        let words: Vec<&str> = command.split_whitespace().collect();
        match words.as_slice() {
            ["docker", "volume", ..] => Some(Stands::Volume),
            ["docker", "network", ..] => Some(Stands::Network),
            ["docker", "image" | "rmi" | "tag" | "push" | "history", ..] => Some(Stands::Image),
            [
                "docker",
                "container" | "stop" | "start" | "rm" | "logs" | "exec" | "inspect" | "attach"
                | "kill" | "restart" | "top" | "port" | "cp" | "stats" | "commit" | "diff"
                | "pause" | "unpause" | "wait",
                ..,
            ] => Some(Stands::Container),
            _ => None,
        }
    } else {
        None
    }
}
