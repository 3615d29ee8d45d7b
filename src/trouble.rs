//! What is not the tutorial's fault: lines by which Docker says that the registry, the network or the
//! daemon is at fault.

use crate::commandline;

/// Lines by which Docker says that the registry, the network or the daemon is at fault.
const NOT_THE_TUTORIAL: &[&str] = &[
    "toomanyrequests",
    "Too Many Requests",
    "Cannot connect to the Docker daemon",
    "error during connect",
    "Is the docker daemon running",
    "request returned Internal Server Error for API route",
    "TLS handshake timeout",
    "Client.Timeout exceeded",
    "net/http: request canceled",
    "context deadline exceeded",
    "i/o timeout",
    "Temporary failure in name resolution",
    "Temporary failure resolving",
    "dial tcp: lookup",
    "no such host",
    "server misbehaving",
    // BuildKit and containerd's store lose sight of a layer now and then (moby/buildkit#6521).
    "failed to prepare extraction snapshot",
];

/// What an exchange with a registry says when the registry or the way to it fails.
const OF_REGISTRY: &[&str] = &[
    ": EOF",
    "unexpected EOF",
    "connection reset by peer",
    "broken pipe",
    "x509: ",
    "tls: ",
    "proxyconnect tcp",
    "Proxy Authentication Required",
    "500 Internal Server Error",
    "502 Bad Gateway",
    "503 Service Unavailable",
    "504 Gateway",
    "429 ",
    "failed size validation",
    "failed precondition",
    "filesystem layer verification failed",
    "unexpected commit digest",
];

/// Where a registry is spoken to: by the daemon, by containerd, by a builder.
const REGISTRY: &[&str] = &[
    "/v2/",
    "HTTP status",
    "status code",
    "unexpected status",
    "download failed",
    "error pulling image",
    "failed to copy",
    "failed to resolve",
    "failed to do request",
    "failed to fetch",
    "failed to authorize",
    "failed to register layer",
    "filesystem layer",
    "commit digest",
    "httpReadSeeker",
    "size validation",
    "error parsing HTTP",
];

/// Limits of this machine, as a shell says them.
const LIMITS: &[&str] = &[
    "fork: retry: Resource temporarily unavailable",
    "fork: Resource temporarily unavailable",
    "fork: Cannot allocate memory",
    ": Too many open files",
    "Too many open files in system",
    "[Errno 24] Too many open files",
    "EMFILE: too many open files",
    "[Errno 12] Cannot allocate memory",
];

/// What any server or program may say; these are Docker's words where Docker says them.
const OF_DOCKER: &[&str] = &[
    "no space left on device",
    "503 Service Unavailable",
    "502 Bad Gateway",
    "504 Gateway",
    "too many open files",
    "cannot allocate memory",
    "resource temporarily unavailable",
];

/// Where Docker speaks: its daemon, a builder, a registry.
const DOCKER_SAYS: &[&str] = &[
    "daemon",
    "docker",
    "registry",
    "failed to",
    "manifest",
    "HTTP status",
];

/// The line of an output that says that something else than the tutorial is at fault. What is at fault on
/// this very machine, such as a registry that the tutorial was to start, is the tutorial's.
pub fn line(output: &str) -> Option<&str> {
    let is_here = |line: &str| {
        ["127.0.0.1:", "localhost:", "[::1]:"]
            .iter()
            .any(|host| line.contains(host))
    };
    let is_refused = |line: &str| {
        line.contains("dial tcp") && line.contains("connection refused") && !line.contains("unix")
    };
    // Containers look each other up by names without a dot.
    let is_neighbour = |line: &str| {
        let name = line
            .split_once("lookup ")
            .or_else(|| line.split_once("resolving "))
            .and_then(|(_, rest)| rest.split([' ', ':']).next());
        name.is_some_and(|name| !name.trim_matches(['\'', '"']).contains('.'))
    };
    output.lines().find(|line| {
        let has = |list: &[&str]| list.iter().any(|words| line.contains(words));
        let is_known = has(NOT_THE_TUTORIAL)
            || (has(OF_DOCKER) && has(DOCKER_SAYS))
            || (has(OF_REGISTRY) && has(REGISTRY));
        (is_known || is_refused(line)) && !is_here(line) && !is_neighbour(line)
    })
}

/// The port that something has already: `Bind for 0.0.0.0:8080 failed: port is
/// already allocated`, `listen tcp4 0.0.0.0:8080: bind: address already in use`.
pub fn taken_port(output: &str) -> Option<u16> {
    const SAYS: &[&str] = &["port is already allocated", "address already in use"];
    let says = |line: &&str| SAYS.iter().any(|words| line.contains(words));
    let line = output.lines().find(says)?;
    let mut parts = line.split(':').skip(1);
    parts.find_map(|part| {
        let digits = part.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse().ok().filter(|port| *port > 0)
    })
}

/// The name that a container has already, and the ID of that: `Conflict. The container name "/web" is
/// already in use by container "7eb17e…"`.
pub fn taken_name(output: &str) -> Option<(&str, &str)> {
    let (_, rest) = output.split_once("The container name \"/")?;
    let (name, rest) = rest.split_once('"')?;
    let (_, rest) = rest.split_once("by container \"")?;
    Some((name, rest.split('"').next()?))
}

/// The line with which a program says that this machine lets it have no more.
pub fn limit(output: &str) -> Option<&str> {
    let is_limit = |line: &&str| LIMITS.iter().any(|words| line.contains(words));
    output.lines().find(is_limit)
}

/// The line with which a program says that a disk is full.
pub fn full_disk(output: &str) -> Option<&str> {
    let is_full = |line: &&str| {
        [
            "No space left on device",
            "no space left on device",
            "Disk quota exceeded",
        ]
        .iter()
        .any(|words| line.contains(words))
    };
    output.lines().find(is_full)
}

/// Whether a failed command is to be tried again: it fetches something, and the registry or the store had trouble.
pub fn is_of_registry(command: &str, output: &str) -> bool {
    let fetches = commandline::fetches_images(command)
        || commandline::starts_containers(command)
        || commandline::creates_containers(command);
    fetches && line(output).is_some()
}

#[cfg(test)]
mod tests {
    #[test]
    fn trouble_is_told_from_what_a_tutorial_does_wrong() {
        for line in [
            "Error response from daemon: toomanyrequests: You have reached your pull rate limit.",
            "docker: Error response from daemon: Get \"https://registry-1.docker.io/v2/\": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers).",
            "Error response from daemon: Get \"https://registry.example.com/v2/\": dial tcp 192.0.2.1:443: connect: connection refused",
            "Error response from daemon: Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io: no such host",
            "write /var/lib/docker/tmp/x: no space left on device",
            "Error response from daemon: received unexpected HTTP status: 500 Internal Server Error",
            "Error response from daemon: Get \"http://registry.test:5999/v2/\": EOF",
            "failed to register layer: unexpected EOF",
            "Error response from daemon: Get \"https://registry.test/v2/\": x509: certificate signed by unknown authority",
            "Error response from daemon: Get \"https://registry.test/v2/\": proxyconnect tcp: dial tcp 192.0.2.1:3128: i/o timeout",
            "docker: failed to copy: httpReadSeeker: failed open: unexpected status code https://registry.test/v2/x: 500 Internal Server Error",
            "ERROR: failed to build: failed to solve: failed to prepare extraction snapshot \"extract-1-a sha256:1\": parent snapshot sha256:2 does not exist: not found",
            "ERROR: failed to build: failed to solve: nginx: failed to do request: Head \"https://registry.test/v2/nginx\": EOF",
        ] {
            assert_eq!(super::line(line), Some(line));
        }
        for line in [
            "Error response from daemon: Get \"http://127.0.0.1:5000/v2/\": dial tcp 127.0.0.1:5000: connect: connection refused",
            "wget: server returned error: HTTP/1.1 503 Service Unavailable",
            "sh: write: no space left on device",
            "curl: (7) Failed to connect to localhost port 8080: Connection refused",
            "Error response from daemon: manifest for nginx:9 not found",
            "dial tcp: lookup redis on 127.0.0.11:53: no such host",
            "curl: (60) SSL certificate problem: x509: certificate has expired",
            "bash: unexpected EOF while looking for matching",
            "HTTP/1.1 500 Internal Server Error",
            "Error response from daemon: pull access denied for x, repository does not exist",
        ] {
            assert_eq!(super::line(line), None);
        }
    }

    #[test]
    fn limits_of_the_machine_are_told_from_what_is_missing() {
        for line in [
            "bash: fork: retry: Resource temporarily unavailable",
            "bash: /dev/null: Too many open files",
            "OSError: [Errno 24] Too many open files: '/dev/null'",
        ] {
            assert_eq!(super::limit(line), Some(line));
        }
        assert_eq!(super::limit("bash: fork: command not found"), None);
    }
}
