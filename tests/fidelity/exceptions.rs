//! What is not looked at, each with its reason.

use tutcheck::expectation::Recorded;
use tutcheck::matching::Rules;

/// What package managers say on their way.
const OF_PACKAGES: &[&str] = &[
    "Get:",
    "Reading",
    "Building dep",
    "The following",
    "upgraded",
    "Need to get",
    "After this",
    "Fetched",
    "Selecting",
    "Preparing",
    "Unpacking",
    "Setting up",
    "debconf",
    "  tree",
    "(Reading",
    "libc",
];

/// Lines in which a reader does not notice a change, by what the command starts with.
const UNNOTICED: &[(&str, &[&str], &str)] = &[
    (
        "docker",
        &["See 'docker", "Run 'docker", "Usage:  docker"],
        "advice that each version words anew",
    ),
    (
        "pull",
        &[
            ": Pulling fs layer",
            ": Waiting",
            ": Verifying Checksum",
            ": Download complete",
            ": Pull complete",
            ": Already exists",
        ],
        "layers on their way, as many as an image has, in any order",
    ),
    (
        "push",
        &[
            ": Preparing",
            ": Waiting",
            ": Layer already exists",
            ": Pushed",
            ": Mounted from",
        ],
        "layers on their way",
    ),
    (
        "docker run",
        &[
            "Unable to find image",
            ": Pulling from ",
            ": Pulling fs layer",
            ": Waiting",
            ": Verifying Checksum",
            ": Download complete",
            ": Pull complete",
            ": Already exists",
            "Digest: sha256:",
            "Status: Downloaded newer image",
        ],
        "a reader who has the image does not see it pulled",
    ),
    (
        "build",
        &[
            "Sending build context",
            " ---> ",
            "Removing intermediate",
            "Successfully built",
            "internal]",
            "reading from stdin",
            "loading ",
            "transferring",
            "exporting",
            "writing image",
            " DONE ",
            " CACHED",
            "#0 building",
            "[+] Building",
            "resolving provenance",
            "extracting sha256",
            "resolve ",
            "sha256:",
            "-----",
            " > [",
            "Dockerfile:",
            "Broken:",
            "Missing:",
            " | ",
            "#1 [",
            "...",
            "=> ",
        ],
        "how a builder goes about it; instructions, tags and failures have changes of their own",
    ),
    (
        "apt-get",
        OF_PACKAGES,
        "mirrors, versions and counts of packages move on",
    ),
    (
        "Packages",
        OF_PACKAGES,
        "mirrors, versions and counts of packages move on",
    ),
    (
        "pip install",
        &["six"],
        "versions and sizes of packages move on",
    ),
    (
        "compose",
        &["  Built"],
        "what Compose adds in some versions",
    ),
    ("compose down", &[" Stopped"], "what comes before the end"),
    ("docker version", &[""], "all of it is about the machine"),
    ("docker info", &[""], "all of it is about the machine"),
    ("$!", &[""], "the number of a process"),
    ("backend_pid", &[" | "], "the number of a process"),
    ("process.pid", &["{"], "the number of a process"),
    ("getpid", &[""], "the number of a process, and the time"),
    ("/proc/loadavg", &[""], "numbers of this moment"),
    (
        "ps -o pid",
        &["bash", "ps", "sleep"],
        "numbers of processes",
    ),
    ("/proc/self/status", &["SigQ"], "a number of this moment"),
    ("top -bn1", &[""], "the processes of this moment"),
    (
        "busybox df",
        &["/dev", "overlay", "tmpfs", "shm"],
        "how full disks are at this moment",
    ),
    ("dd if=", &["copied"], "how long it took"),
    ("openssl rand", &[""], "made up"),
    ("mktemp", &[""], "made up"),
    (
        "redis-cli info",
        &["executable"],
        "where the program is on this machine",
    ),
    ("docker stats", &["MiB"], "numbers of this moment"),
    (
        "docker system df",
        &["B "],
        "counts and sizes of the whole machine",
    ),
    (
        "docker top",
        &["nginx"],
        "processes, with numbers of the host",
    ),
    (
        "docker rmi",
        &["Deleted: sha256:", "@sha256:"],
        "how many layers an image had",
    ),
    (
        "prune",
        &[
            "Total reclaimed space",
            "Total:",
            "eleted: sha256:",
            "ntagged: ",
        ],
        "what it was worth, and what was left over",
    ),
    (
        "curl",
        &["% Total", "Dload", "--:--:--"],
        "the progress that curl shows beside the answer",
    ),
    (
        "inspect",
        &[
            "\"Created",
            "\"StartedAt",
            "\"Pid\"",
            "\"SandboxID",
            "\"SandboxKey",
            "\"EndpointID",
            "Path\"",
            "Dir\"",
            "\"Mountpoint",
            "\"MacAddress",
            "\"Gateway",
            "\"IPPrefixLen",
            "\"Subnet",
            "Digests\"",
            "@sha256",
            "\"sha256:",
            "\"Size",
            "\"VirtualSize",
            "\"LastTagTime",
            "\"NetworkMode",
            "\"/proc",
            "\"/sys",
            "\"Parent",
            "\"DockerVersion",
        ],
        "moments, places and numbers of this daemon",
    ),
    ("inspect", &["{", "}", "[", "]"], "the form of JSON"),
    (
        "compose",
        &[
            "[+] ",
            "ing\n",
            " Creating",
            " Created",
            " Starting",
            " Stopping",
            " Removing",
            " Pulling",
            " Restarting",
        ],
        "what comes before the end",
    ),
    (
        "history",
        &["ago "],
        "cells that legacy builder and BuildKit fill differently have changes of their own",
    ),
];

/// Whether a reader would look at a line of a command's output.
pub fn is_noticed(run: &str, line: &str) -> bool {
    !UNNOTICED.iter().any(|(command, marks, _)| {
        run.contains(command) && marks.iter().any(|mark| line.contains(mark))
    })
}

/// A change that is none to a reader, all the same.
pub fn goes_unnoticed(mutation: &str, before: &Recorded, after: &Recorded) -> bool {
    let first = before
        .output
        .lines()
        .zip(after.output.lines())
        .find(|(before, after)| before != after);
    let field = |line: &str| line.split(':').next().unwrap_or_default().to_owned();
    // Fields come and go with versions of Docker.
    let is_field = before.run.contains("inspect")
        && !mutation.contains("ID")
        && !mutation.contains("lost a key")
        && first.is_some_and(|(before, after)| field(before) != field(after));
    // Rows and services come in any order.
    let is_order = mutation == "two lines swapped" && has_no_order(&before.run);
    // Versions warn of other things.
    let is_warning_lost = mutation.contains("line lost")
        && before
            .output
            .lines()
            .filter(|line| line.starts_with("warning: "))
            .count()
            > after
                .output
                .lines()
                .filter(|line| line.starts_with("warning: "))
                .count();
    // A warning more is noted, and a head of a step that is repeated is one of BuildKit's ways.
    let is_repeated = mutation == "a line doubled"
        && first.is_some_and(|(_, after)| {
            after.starts_with("warning") || (after.starts_with('#') && after.contains(" ["))
        });
    // BuildKit tells a failure twice, and repeats what was printed before it.
    let is_told_again = ["-f Broken", "-f Missing"]
        .iter()
        .any(|file| before.run.contains(file))
        && after.output.contains("ERROR")
        && [
            "a line lost",
            "the last line lost",
            "cut short",
            "two lines swapped",
            "a line doubled",
        ]
        .contains(&mutation);
    // BuildKit begins steps in any order; which is which stands in brackets.
    let is_scheduled = mutation == "two lines swapped"
        && before.run.contains("build")
        && first.is_some_and(|(before, _)| before.starts_with('#'));
    // What became of a resource may be told twice.
    let is_told_twice = mutation == "a line doubled" && before.run.contains("docker compose");
    // BuildKit may tell a tag when it begins to give it, and again.
    let is_still_told = first.is_some_and(|(line, _)| line.contains("naming to"))
        && after.output.contains("naming to");
    let is_repeated = is_repeated || is_scheduled || is_told_twice || is_still_told;
    let is_warning_moved = mutation == "two lines swapped"
        && first.is_some_and(|(_, after)| after.starts_with("warning: "));
    is_warning_lost
        || is_warning_moved
        || is_field
        || is_order
        || is_repeated
        || is_told_again
        || is_base_moved(mutation, before)
}

/// Where stages stand on one base, builders tell of it at different places.
fn is_base_moved(mutation: &str, before: &Recorded) -> bool {
    mutation == "two lines swapped" && before.run.contains("-f Stages")
}

fn has_no_order(run: &str) -> bool {
    [
        "docker ps",
        "docker container ls",
        "docker images",
        "docker image ls",
        "docker network ls",
        "docker volume ls",
        "docker node ls",
        "docker service ls",
        "docker compose",
        "echo out; echo err",
        "docker top",
        "ls /",
        "docker system df",
        "docker stats",
        "nosuchpackage",
    ]
    .iter()
    .any(|command| run.contains(command))
        && !run.contains("--format")
}

/// Steps in which two engines differ in what they do, and not only in how they tell it.
const OTHER_FACTS: &[(&str, &str)] = &[
    // The legacy builder leaves images and containers of builds that failed.
    ("docker image prune -f", "debian12"),
    ("docker container prune -f", "debian12"),
];

pub fn facts_differ(step: &Recorded, one: &str, other: &str) -> bool {
    OTHER_FACTS
        .iter()
        .any(|(command, engine)| step.run == *command && (one == *engine || other == *engine))
}

/// The settings that an author gives a step, having been told by `tutcheck record` that it needs them.
pub fn rules(step: &Recorded) -> Rules {
    Rules {
        // Two streams of a container without a terminal come in any order.
        unordered: step.run.contains("echo out; echo err >&2"),
        ..Rules::default()
    }
}
