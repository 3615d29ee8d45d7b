//! Where the manifest of a reference is.

use super::Error;
use crate::reference::{full, parts};

/// A reference, as a registry is asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// Which registry: `docker.io`, `127.0.0.1:5000`.
    pub(super) host: String,
    repository: String,
    /// A tag or a digest.
    tag: String,
}

/// Docker Hub as it is called, and where it answers.
const HUB: (&str, &str) = ("docker.io", "registry-1.docker.io");

impl Name {
    pub(super) fn of(reference: &str) -> Name {
        let full = full(reference);
        let (host, rest) = full.split_once('/').unwrap_or((HUB.0, &full));
        // With a digest, a tag says nothing.
        let (repository, tag) = parts(rest);
        let tag = rest.split_once('@').map_or(tag, |(_, digest)| digest);
        Name {
            host: host.to_owned(),
            repository: repository.to_owned(),
            tag: tag.to_owned(),
        }
    }

    pub(super) fn manifest(&self) -> String {
        let host = if self.host == HUB.0 {
            HUB.1
        } else {
            &self.host
        };
        // Docker speaks plain HTTP to this machine, too.
        let scheme = if is_here(&self.host) { "http" } else { "https" };
        let Name {
            repository, tag, ..
        } = self;
        format!("{scheme}://{host}/v2/{repository}/manifests/{tag}")
    }

    /// What a token is asked for.
    pub(super) fn scope(&self) -> String {
        format!("repository:{}:pull", self.repository)
    }

    pub(super) fn unreachable(&self, why: String) -> Error {
        Error::Unreachable {
            host: self.host.clone(),
            why,
        }
    }
}

/// Whether an address is this machine's own.
pub fn is_here(address: &str) -> bool {
    let address = address.strip_prefix("http://").unwrap_or(address);
    let host = address.split('/').next().unwrap_or(address);
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    host == "localhost" || host == "[::1]" || is_loopback(host)
}

fn is_loopback(host: &str) -> bool {
    host.parse()
        .is_ok_and(|address: std::net::Ipv4Addr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_are_where_docker_looks_for_them() {
        for (reference, url) in [
            (
                "nginx",
                "https://registry-1.docker.io/v2/library/nginx/manifests/latest",
            ),
            (
                "me/app:v1",
                "https://registry-1.docker.io/v2/me/app/manifests/v1",
            ),
            (
                "docker.io/library/redis:7",
                "https://registry-1.docker.io/v2/library/redis/manifests/7",
            ),
            ("ghcr.io/a/b/c:1", "https://ghcr.io/v2/a/b/c/manifests/1"),
            (
                "127.0.0.1:5000/app",
                "http://127.0.0.1:5000/v2/app/manifests/latest",
            ),
            (
                "localhost/app:2@sha256:ab",
                "http://localhost/v2/app/manifests/sha256:ab",
            ),
        ] {
            assert_eq!(Name::of(reference).manifest(), url, "{reference}");
        }
    }

    #[test]
    fn this_machine_is_known() {
        for (address, is) in [
            ("127.0.0.1:5000", true),
            ("http://localhost/token", true),
            ("127.0.0.1.example.com", false),
            ("registry-1.docker.io", false),
        ] {
            assert_eq!(is_here(address), is, "{address}");
        }
    }
}
