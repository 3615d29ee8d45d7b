//! What a request asks for, by its method and path: `POST /v1.47/containers/create`.

use percent_encoding::percent_decode_str;

use crate::docker::object::ObjectKind;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Call {
    List(ObjectKind),
    Prune(ObjectKind),
    PruneBuilds,
    /// What is no image comes into being.
    Create(ObjectKind),
    /// Something is done with one object, that is named.
    One(ObjectKind, String, Deed),
    /// An image is pulled or imported.
    Pull,
    Load,
    Save,
    /// The classic builder builds.
    Build,
    Commit,
    Events,
    Info,
    DiskUsage,
    /// `BuildKit` is spoken to.
    BuildKit,
    /// A swarm is made or joined.
    EnterSwarm,
    /// A swarm is left, or changed, or a node of it.
    ChangeSwarm,
    /// A swarm, or what is in it, is looked at.
    LookAtSwarm,
    /// A service is made or changed.
    Service,
    /// Nothing that concerns what belongs to whom.
    Other,
}

/// What is done with an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Look,
    Remove,
    /// A container is ended, and with `--rm` is gone by it.
    End,
    /// Something comes into being by it, or starts: it is seen to its end, though its client is gone.
    Make,
    Tag,
    /// A container joins or leaves a network.
    Connect,
    /// It goes on as long as its client listens.
    Other,
}

impl Call {
    /// A path that the daemon would not take as it is concerns nobody: it is only sent elsewhere.
    pub(super) fn of(method: &str, path: &str) -> Call {
        let Ok(path) = percent_decode_str(path).decode_utf8() else {
            return Call::Other;
        };
        let mut parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        if parts.first().is_some_and(|first| is_version(first)) {
            parts.remove(0);
        }
        match (method, parts.as_slice()) {
            ("GET", ["containers", "json"]) => Call::List(ObjectKind::Container),
            ("GET", ["networks"]) => Call::List(ObjectKind::Network),
            ("GET", ["volumes"]) => Call::List(ObjectKind::Volume),
            ("GET", ["images", "json"]) => Call::List(ObjectKind::Image),
            ("POST", ["containers", "prune"]) => Call::Prune(ObjectKind::Container),
            ("POST", ["networks", "prune"]) => Call::Prune(ObjectKind::Network),
            ("POST", ["volumes", "prune"]) => Call::Prune(ObjectKind::Volume),
            ("POST", ["images", "prune"]) => Call::Prune(ObjectKind::Image),
            ("POST", ["build", "prune"]) => Call::PruneBuilds,
            ("POST", ["containers", "create"]) => Call::Create(ObjectKind::Container),
            ("POST", ["networks", "create"]) => Call::Create(ObjectKind::Network),
            ("POST", ["volumes", "create"]) => Call::Create(ObjectKind::Volume),
            ("POST", ["images", "create"]) => Call::Pull,
            ("POST", ["images", "load"]) => Call::Load,
            ("GET", ["images", "get"]) => Call::Save,
            ("POST", ["build"]) => Call::Build,
            ("POST", ["commit"]) => Call::Commit,
            ("GET", ["plugins"]) => Call::List(ObjectKind::Plugin),
            ("POST", ["plugins", "pull" | "create"]) => Call::Create(ObjectKind::Plugin),
            ("GET", ["plugins", name @ .., "json"]) => plugin(name, Deed::Look),
            ("DELETE", ["plugins", name @ ..]) => plugin(name, Deed::Remove),
            (
                "POST",
                [
                    "plugins",
                    name @ ..,
                    "enable" | "disable" | "upgrade" | "push" | "set",
                ],
            ) => plugin(name, Deed::Other),
            ("GET", ["events"]) => Call::Events,
            ("GET", ["info"]) => Call::Info,
            ("GET", ["system", "df"]) => Call::DiskUsage,
            ("POST", ["grpc"]) => Call::BuildKit,
            ("POST", ["swarm", "init" | "join"]) => Call::EnterSwarm,
            ("POST", ["swarm", _] | ["nodes", _, "update"]) | ("DELETE", ["nodes", _]) => {
                Call::ChangeSwarm
            }
            ("POST", ["services", "create"] | ["services", _, "update"]) => Call::Service,
            ("POST", ["secrets", "create"]) => Call::Create(ObjectKind::Secret),
            ("POST", ["configs", "create"]) => Call::Create(ObjectKind::Config),
            ("DELETE", ["services", name]) => in_swarm(ObjectKind::Service, name),
            ("DELETE", ["secrets", name]) => in_swarm(ObjectKind::Secret, name),
            ("DELETE", ["configs", name]) => in_swarm(ObjectKind::Config, name),
            (
                _,
                [
                    "swarm" | "services" | "tasks" | "nodes" | "secrets" | "configs",
                    ..,
                ],
            ) => Call::LookAtSwarm,
            (_, ["containers", name, rest @ ..]) => {
                let deed = match (method, rest) {
                    ("DELETE", []) => Deed::Remove,
                    ("POST", ["start" | "restart" | "unpause" | "rename" | "update" | "exec"]) => {
                        Deed::Make
                    }
                    ("POST", ["stop" | "kill"]) => Deed::End,
                    ("GET", ["json"]) => Deed::Look,
                    _ => Deed::Other,
                };
                Call::One(ObjectKind::Container, (*name).to_owned(), deed)
            }
            (_, ["networks", name, rest @ ..]) => {
                let deed = match (method, rest) {
                    ("DELETE", []) => Deed::Remove,
                    ("POST", ["connect" | "disconnect"]) => Deed::Connect,
                    _ => Deed::Look,
                };
                Call::One(ObjectKind::Network, (*name).to_owned(), deed)
            }
            (_, ["volumes", name]) => {
                let deed = if method == "DELETE" {
                    Deed::Remove
                } else {
                    Deed::Look
                };
                Call::One(ObjectKind::Volume, (*name).to_owned(), deed)
            }
            ("DELETE", ["images", name @ ..]) => image(name, Deed::Remove),
            ("GET", ["images", name @ .., "json"]) => image(name, Deed::Look),
            ("POST", ["images", name @ .., "tag"]) => image(name, Deed::Tag),
            ("GET", ["images", name @ .., "history" | "get"])
            | ("POST", ["images", name @ .., "push"]) => image(name, Deed::Other),
            _ => Call::Other,
        }
    }
}

/// What is in a swarm is removed.
fn in_swarm(sort: ObjectKind, name: &str) -> Call {
    Call::One(sort, name.to_owned(), Deed::Remove)
}

/// Names of plugins have parts of their own, too.
fn plugin(name: &[&str], deed: Deed) -> Call {
    Call::One(ObjectKind::Plugin, name.join("/"), deed)
}

/// Names of images have parts of their own.
fn image(name: &[&str], deed: Deed) -> Call {
    Call::One(ObjectKind::Image, name.join("/"), deed)
}

/// `v1.47`
fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|version| {
        !version.is_empty()
            && version
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_told_by_their_paths() {
        let one = |sort, name: &str, deed| Call::One(sort, name.to_owned(), deed);
        for (method, path, call) in [
            (
                "GET",
                "/v1.47/containers/json",
                Call::List(ObjectKind::Container),
            ),
            (
                "POST",
                "/containers/create",
                Call::Create(ObjectKind::Container),
            ),
            (
                "DELETE",
                "/v1.24/images/127.0.0.1:5000%2Fapp:one",
                one(ObjectKind::Image, "127.0.0.1:5000/app:one", Deed::Remove),
            ),
            (
                "GET",
                "/v1.47/images/library/nginx/json",
                one(ObjectKind::Image, "library/nginx", Deed::Look),
            ),
            (
                "POST",
                "/containers/%77eb/start",
                one(ObjectKind::Container, "web", Deed::Make),
            ),
            (
                "POST",
                "/containers/web/wait",
                one(ObjectKind::Container, "web", Deed::Other),
            ),
            ("POST", "/v1.41/swarm/leave", Call::ChangeSwarm),
            ("GET", "/v1.41/services", Call::LookAtSwarm),
            (
                "DELETE",
                "/v1.41/plugins/me/store",
                one(ObjectKind::Plugin, "me/store", Deed::Remove),
            ),
            (
                "POST",
                "/v1.41/plugins/create",
                Call::Create(ObjectKind::Plugin),
            ),
            ("HEAD", "/_ping", Call::Other),
            ("POST", "/v1.41/images/create", Call::Pull),
        ] {
            assert_eq!(Call::of(method, path), call, "{method} {path}");
        }
    }
}
