//! References of images: `nginx`, `127.0.0.1:5000/app:v1`, `me/app@sha256:…`.

/// A reference as lists have it: `docker.io/library/nginx` is `nginx:latest`. With a digest, a tag says nothing.
pub fn familiar(reference: &str) -> String {
    let reference = ["docker.io/", "index.docker.io/"]
        .iter()
        .find_map(|host| reference.strip_prefix(host))
        .unwrap_or(reference);
    let reference = reference.strip_prefix("library/").unwrap_or(reference);
    if let Some((_, digest)) = reference.split_once('@') {
        return format!("{}@{digest}", repository(reference));
    }
    if repository(reference) == reference {
        format!("{reference}:latest")
    } else {
        reference.to_owned()
    }
}

/// A reference in full: `docker.io/library/nginx:latest` of `nginx`.
pub fn full(reference: &str) -> String {
    // Beside a digest, a tag says what was asked for.
    let digest = reference.split_once('@').map(|(_, digest)| digest);
    let reference = familiar(reference.split('@').next().unwrap_or(reference));
    let reference = digest.map_or(reference.clone(), |digest| format!("{reference}@{digest}"));
    match (host(&reference), reference.contains('/')) {
        (Some(_), _) => reference,
        (None, true) => format!("docker.io/{reference}"),
        (None, false) => format!("docker.io/library/{reference}"),
    }
}

/// The registry of a reference, if it is not Docker Hub: `127.0.0.1:5000`.
pub fn host(reference: &str) -> Option<&str> {
    let (first, _) = reference.split_once('/')?;
    let is_host = first.contains(['.', ':']) || first == "localhost";
    is_host.then_some(first)
}

/// `127.0.0.1:5000/app` of `127.0.0.1:5000/app:v1` and of `127.0.0.1:5000/app@sha256:…`.
pub fn repository(reference: &str) -> &str {
    let name = reference.split('@').next().unwrap_or(reference);
    match name.rsplit_once(':') {
        Some((before, tag)) if !tag.contains('/') => before,
        _ => name,
    }
}

/// Repository and tag, as the daemon is asked to set them.
pub fn parts(reference: &str) -> (&str, &str) {
    let repository = repository(reference);
    let tag = reference[repository.len()..].strip_prefix(':');
    (repository, tag.unwrap_or("latest"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_those_of_lists() {
        for (reference, wanted) in [
            ("nginx", "nginx:latest"),
            ("docker.io/library/nginx:1", "nginx:1"),
            ("127.0.0.1:5000/app", "127.0.0.1:5000/app:latest"),
            ("nginx:1@sha256:ab", "nginx@sha256:ab"),
            ("me/app@sha256:ab", "me/app@sha256:ab"),
        ] {
            assert_eq!(familiar(reference), wanted, "{reference}");
        }
    }

    #[test]
    fn references_are_said_in_full() {
        for (reference, wanted) in [
            ("nginx", "docker.io/library/nginx:latest"),
            ("me/app:1", "docker.io/me/app:1"),
            ("127.0.0.1:5000/app", "127.0.0.1:5000/app:latest"),
            ("python:3@sha256:ab", "docker.io/library/python:3@sha256:ab"),
        ] {
            assert_eq!(full(reference), wanted, "{reference}");
        }
    }

    #[test]
    fn a_reference_has_a_repository_and_a_tag() {
        for (reference, wanted) in [
            ("nginx", ("nginx", "latest")),
            ("127.0.0.1:5000/app", ("127.0.0.1:5000/app", "latest")),
            ("127.0.0.1:5000/app:v1", ("127.0.0.1:5000/app", "v1")),
        ] {
            assert_eq!(parts(reference), wanted, "{reference}");
        }
    }
}
