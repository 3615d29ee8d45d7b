//! A daemon that other people use, too: pages see a fresh machine, and nothing of theirs is touched.

use std::time::Duration;

use crate::daemon::{World, docker};
use crate::support::{Tutorial, kill, while_running};

/// Everything that other people have on the daemon: running and stopped, with names that pages like.
struct Theirs {
    before: Vec<String>,
}

const THEIR_IMAGES: [&str; 3] = ["nginx:latest", "busybox:latest", "app:latest"];

impl Theirs {
    fn are_there() -> Theirs {
        docker("pull -q nginx");
        docker("pull -q busybox");
        docker("tag busybox app");
        docker("run -d --name theirs --entrypoint sleep nginx 1000");
        docker("create --name stopped -v kept:/kept busybox true");
        docker("network create --subnet 10.77.0.0/24 their-net");
        docker("volume create data");
        Theirs {
            before: Theirs::all(),
        }
    }

    /// All that `docker inspect` says of them, but for what changes by itself.
    fn all() -> Vec<String> {
        let mut all: Vec<String> = ["theirs", "stopped", "their-net", "data", "kept"]
            .iter()
            .map(|name| docker(&format!("inspect {name}")))
            .collect();
        all.extend(THEIR_IMAGES.map(|image| {
            docker(&format!(
                "image inspect --format {{{{.Id}}}}{{{{.RepoDigests}}}} {image}"
            ))
        }));
        all.push(docker("images -q --no-trunc"));
        all
    }

    #[track_caller]
    fn are_as_before(&self) {
        let now = Theirs::all();
        for (now, before) in now.iter().zip(&self.before) {
            assert_eq!(now, before);
        }
    }
}

impl Drop for Theirs {
    fn drop(&mut self) {
        docker("rm -f theirs stopped");
        docker("network rm their-net");
        docker("volume rm data kept");
        docker("rmi -f nginx busybox app");
    }
}

/// What a fresh machine prints, whoever else has what.
const CLEARS_EVERYTHING: &str = r"
    ```console
    $ docker ps -aq
    $ docker images -q
    $ docker volume ls -q
    $ docker run -d --name web --entrypoint sleep nginx 300
    $ docker create -v /data busybox true
    $ docker network create net
    $ docker ps -a --format '{{.Image}}'
    busybox
    nginx
    $ docker images --format '{{.Repository}}:{{.Tag}}' | sort
    busybox:latest
    nginx:latest
    $ docker volume ls -q | wc -l
    1
    $ docker network ls --format '{{.Name}}'
    bridge
    host
    net
    none
    $ docker inspect --format '{{.Config.Labels}}' web
    map[stand-in:true]
    $ docker info --format '{{.Containers}} {{.ContainersRunning}} {{.Images}}'
    2 1 2
    $ docker system df -v --format '{{range .Images}}{{.Repository}}={{.Containers}} {{end}}' | tr ' ' '\n' | sort
    busybox=1
    nginx=1
    $ docker inspect theirs || docker image inspect app || docker volume inspect data || echo nobody is there
    ...
    nobody is there
    $ docker rm -f $(docker ps -aq)
    $ docker volume rm $(docker volume ls -q)
    $ docker network prune -f
    Deleted Networks:
    net
    $ docker rmi -f $(docker images -q)
    ...
    $ docker images -q
    $ docker pull busybox
    $ docker system prune -af --volumes
    ...
    $ docker images -q
    $ docker ps -aq
    $ docker container prune -f
    Total reclaimed space: 0B
    $ docker image prune -af
    Total reclaimed space: 0B
    ```
";

#[test]
fn a_page_that_clears_everything_clears_its_own() {
    let world = World::enter();
    let theirs = Theirs::are_there();
    let tutorial = Tutorial::new(CLEARS_EVERYTHING);
    tutorial.check().exits(0);
    theirs.are_as_before();
    drop(theirs);
    world.is_as_before();
    // Without anybody else it is the same page.
    tutorial.check().exits(0);
    world.is_as_before();
}

const TAKES_A_NAME: &str = r"
    ```sh
    printf 'FROM busybox\nRUN echo one >/one\n' | docker build -t app -
    docker run --rm app cat /one
    docker tag app nginx
    docker rmi busybox || true
    docker rmi nginx
    DOCKER_BUILDKIT=0 docker build -t nginx - <<< 'FROM app'
    ```
";

#[test]
fn a_name_of_other_peoples_image_is_theirs_again() {
    let world = World::enter();
    let theirs = Theirs::are_there();
    Tutorial::new(TAKES_A_NAME).check().exits(0);
    theirs.are_as_before();
    // Also after an end that the run does not see.
    let tutorial = Tutorial::new(&format!(
        "{TAKES_A_NAME}\n    ```sh\n    docker run --name late --entrypoint sleep app 300\n    ```\n"
    ));
    let up = || docker("ps -q --filter name=^late$").trim().len() == 12;
    while_running(&mut tutorial.command(&["page.md"]), up, |pid| {
        kill("KILL", pid);
    });
    tutorial.call(&["clean"]).exits(0).says("cleaned up after");
    theirs.are_as_before();
    drop(theirs);
    world.is_as_before();
}

#[test]
fn what_somebody_has_is_not_the_pages_fault() {
    let world = World::enter();
    let theirs = Theirs::are_there();
    for (command, whose) in [
        (
            "docker run --rm -v data:/data busybox true",
            "a volume `data`",
        ),
        ("docker volume create data", "a volume `data`"),
        (
            "docker run -d --name theirs busybox sleep 9",
            "a container `theirs`",
        ),
        ("docker network create their-net", "a network `their-net`"),
        (
            "docker network create --subnet 10.77.0.0/16 mine",
            "a network with these addresses",
        ),
    ] {
        let page = format!("\n    ```sh\n    {command}\n    ```\n");
        Tutorial::new(&page)
            .check()
            .exits(3)
            .verdicts(&["untestable"])
            .reason(1, whose);
        theirs.are_as_before();
    }
    drop(theirs);
    world.is_as_before();
}

#[test]
fn a_shared_daemon_is_seen_and_not_cleared() {
    let world = World::enter();
    let theirs = Theirs::are_there();
    let page = r"
    ```console
    $ docker ps -a --format '{{.Names}}'
    stopped
    theirs
    $ docker exec theirs echo hello
    hello
    $ docker volume create data
    data
    $ docker volume prune -f
    Total reclaimed space: 0B
    $ docker container prune -f
    Total reclaimed space: 0B
    $ docker rm -f theirs
    theirs
    ```
";
    let shared = Tutorial::new(page).with("--share-daemon");
    shared
        .check()
        .exits(3)
        .verdicts(&[
            "passed",
            "passed",
            "passed",
            "passed",
            "passed",
            "untestable",
        ])
        .reason(6, "the page would remove the container `theirs`");
    let by_setting = Tutorial::new(&format!(
        "---\ntutcheck:\n  view: shared\n---\n{}",
        crate::support::outdented(page)
    ));
    by_setting.check().exits(3);
    // One that goes by itself when it ends is not ended.
    docker("run -d --rm --name passing busybox sleep 1000");
    for end in ["stop -t 0", "kill"] {
        let page = format!("\n```sh\ndocker {end} passing\n```\n");
        let ended = Tutorial::new(&page).with("--share-daemon").check();
        ended.exits(3).reason(1, "the container `passing`");
    }
    docker("rm -f passing");
    // A network of the page's goes, though somebody else's container was put into it.
    let page = "\n```sh\ndocker network create mine\ndocker network connect mine theirs\n```\n";
    let connected = Tutorial::new(page).with("--share-daemon").check();
    connected.exits(0);
    theirs.are_as_before();
    drop(theirs);
    world.is_as_before();
}

/// What the page prints is what a reader would see, and a step past the relay is said.
#[test]
fn where_the_relay_is_shows_nowhere() {
    let _world = World::enter();
    let daemon = std::env::var("DOCKER_HOST").unwrap();
    let page = format!(
        r#"
    ```console
    $ echo "$DOCKER_HOST"
    {daemon}
    $ docker context ls --format '{{{{.DockerEndpoint}}}}'
    {daemon}
    ```

    ```console
    $ docker -H unix:///var/run/docker.sock ps -a --format '{{{{.Names}}}}'
    $ DOCKER_HOST={daemon} docker ps -a --format '{{{{.Names}}}}'
    $ docker --context default ps -a --format '{{{{.Names}}}}'
    ```

    ```sh
    docker -H "$THEIR_DAEMON" ps
    ```
"#
    );
    docker("create --name theirs busybox");
    let tutorial = Tutorial::new(&page).variable("THEIR_DAEMON", &daemon);
    let text = tutorial.call(&["check", "page.md"]);
    docker("rm theirs");
    docker("rmi busybox");
    text.exits(0)
        .says("step 6: it names a daemon itself, or an earlier one has");
}

/// A daemon that is asked from inside a container is asked through the relay.
#[test]
fn a_socket_that_is_mounted_is_the_relay() {
    let world = World::enter();
    let theirs = Theirs::are_there();
    let daemon = std::env::var("DOCKER_HOST").unwrap();
    let socket = daemon.strip_prefix("unix://").unwrap();
    let asks = "import socket; s = socket.socket(socket.AF_UNIX); s.connect('/d.sock'); \
                s.send(b'GET /containers/json?all=1 HTTP/1.0\\r\\n\\r\\n'); \
                said = s.makefile().read(); print('/their' + 's' in said, '/ask' + 's' in said)";
    let page = format!(
        r#"
    ```sh
    docker create -v /{socket}:/d.sock -i --name asks python:3.13-slim python -c "{asks}"
    ```

    ```console
    $ docker inspect --format '{{{{range .Mounts}}}}{{{{.Source}}}}{{{{end}}}}' asks
    {socket}
    $ docker start -a asks
    False True
    ```
"#
    );
    Tutorial::new(&page).check().exits(0);
    theirs.are_as_before();
    drop(theirs);
    world.is_as_before();
}

/// What a step that is given up has asked for, the daemon makes all the same: it is waited for, and goes.
#[test]
fn what_is_asked_for_at_the_last_moment_goes_too() {
    let world = World::enter();
    docker("pull -q busybox");
    for wait in [5, 30, 60, 90, 120, 200, 300] {
        let page = format!(
            "\n    ```sh timeout=1s\n    for i in $(seq 20); do docker run -d busybox sleep 100 & done; sleep 0.{wait:03}; exit\n    ```\n"
        );
        let tutorial = Tutorial::new(&page);
        tutorial.check().exits(1);
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(docker("ps -aq"), "", "after 0.{wait:03} s");
        assert!(tutorial.ledgers().is_empty());
    }
    docker("rmi busybox");
    world.is_as_before();
}

/// Requests as no client of Docker's writes them, but as its daemon takes them.
#[test]
fn odd_requests_reach_nothing_of_other_peoples() {
    let world = World::enter();
    let theirs = Theirs::are_there();
    let page = r#"
    ```sh
    ask() { curl -s -o /dev/null -w '%{http_code}\n' --unix-socket "${DOCKER_HOST#unix://}" "$@"; }
    make='{"image":"busybox","IMAGE":"busybox","cmd":["true"],"labels":{"one":"1"},"Labels":{"two":"2"}}'
    ```

    ```console
    $ ask -X POST -H 'Content-Type: application/json' -H 'Expect: 100-continue' -H 'Transfer-Encoding: chunked' -d "$make" 'http://d/containers/create?name=odd'
    201
    $ docker inspect --format '{{.Config.Labels.two}} {{index .Config.Labels "dev.tutcheck.run"}}' odd
    2 <no value>
    $ ask http://d/containers/%6fdd/json
    200
    $ ask http://d/v1.41/containers/%74heirs/json
    404
    $ ask -X DELETE 'http://d/containers/%74heirs?force=1'
    404
    $ ask -X DELETE --path-as-is 'http://d//containers/theirs?force=1'
    404
    $ ask -X DELETE --path-as-is 'http://d/images/../containers/theirs?force=1'
    404
    $ ask -X POST http://d/containers/theirs%2Fkill
    404
    $ ask -X POST -H 'Content-Type: application/json' -d '{"Image":"busybox","HostConfig":{"VolumesFrom":["stopped"]}}' http://d/containers/create
    404
    $ ask -X POST -H 'Content-Type: application/json' -d '{"Image":"busybox","hostconfig":{"networkmode":"container:theirs"}}' http://d/containers/create
    404
    $ ask -X POST -H 'Content-Type: application/json' -d '{"Container":"theirs"}' http://d/networks/bridge/disconnect
    404
    $ ask -X POST -H 'Content-Type: application/json' -d '{"Image":"busybox","HostConfig":{"NetworkMode":"container:theirs","NetworkMode":null}}' http://d/containers/create
    404
    $ ask -X POST -H 'Content-Type: application/json' -d '{"Image":"busybox","HostConfig":{"VolumeſFrom":["stopped"]}}' http://d/containers/create
    404
    $ ask -X POST -H 'Content-Type: application/json' -d '{"Image":"busybox","HostConfig":{"VolumesFrom":["stopped",null]}}' http://d/containers/create
    400
    $ ask -X POST -H 'Content-Type: application/json' -d '{"Image":"busybox","HostConfig":{"VolumesFrom":["stopped"]}} and more' http://d/containers/create
    400
    $ ask -X POST -d 'filters={}' http://d/containers/prune
    200
    $ ask -X POST 'http://d/containers/prune?filters=garbage'
    400
    $ ask -X POST -H 'Content-Type: application/json' -d '{"Image":"busybox"}' "http://d/containers/create?name=$THEIRS"
    201
    $ ask -X DELETE "http://d/containers/$THEIRS?force=1"
    204
    $ ask -X DELETE "http://d/containers/$THEIRS?force=1"
    404
    $ ask -X POST -H 'Content-Type: application/json' -d '{}' http://d/networks/bridge/connect
    404
    $ ask -X POST 'http://d/commit?container=theirs&repo=stolen'
    404
    $ ask -X DELETE 'http://d/images/app?force=1'
    404
    $ ask -X POST 'http://d/containers/prune?filters=%7B%22label%22%3A%5B%22x%22%5D%7D'
    200
    $ for i in $(seq 200); do ask http://d/containers/json & done | sort | uniq -c; wait
    ...
        200 200
    ```
"#;
    let id = docker("inspect --format {{.Id}} theirs");
    let tutorial = Tutorial::new(page).variable("THEIRS", id.trim());
    tutorial.check().exits(0);
    theirs.are_as_before();
    drop(theirs);
    world.is_as_before();
}

/// A page may use Docker without a word of it: what it runs does.
#[test]
fn a_page_that_does_not_say_so_has_the_same_relay() {
    let world = World::enter();
    let theirs = Theirs::are_there();
    let tutorial = Tutorial::new(
        r#"
    ```console
    $ sh "$TUTCHECK_DOCUMENT_DIR/tidy"
    0
    2
    $ curl -s --unix-socket /var/run/docker.sock http://d/containers/json
    [{"Id":"...
    ```
"#,
    );
    tutorial.write(
        "tidy",
        "docker ps -aq | wc -l\ndocker rm -f theirs stopped 2>/dev/null\ndocker volume rm data 2>/dev/null\n\
         docker run -d busybox sleep 100 >/dev/null 2>&1\ndocker create busybox true >/dev/null\n\
         docker ps -aq | wc -l\n",
    );
    tutorial.check().exits(0);
    theirs.are_as_before();
    drop(theirs);
    world.is_as_before();
}

/// Names of other people's images are theirs: those that a page asks for in vain, or with all of a repository;
/// and what it sees of one goes with the last name that it gave.
#[test]
fn names_of_images_are_those_that_the_page_has_set() {
    let world = World::enter();
    let theirs = Theirs::are_there();
    docker("tag nginx busybox:1");
    Tutorial::new(
        r"
    ```console
    $ docker pull -q app 2>/dev/null || docker images -q | wc -l
    0
    $ docker pull -q nginx
    docker.io/library/nginx:latest
    $ docker tag nginx mine
    $ docker rmi nginx | grep -c Deleted
    0
    $ docker rmi mine | grep -c Deleted: | grep -v '^0'
    ...
    $ docker images -aq
    $ docker pull -q busybox
    docker.io/library/busybox:latest
    $ docker pull -aq busybox
    docker.io/library/busybox
    ```
",
    )
    .check()
    .exits(0);
    let (one, nginx) = (docker("images -q busybox:1"), docker("images -q nginx"));
    assert_eq!(one, nginx);
    docker("rmi busybox:1");
    theirs.are_as_before();
    drop(theirs);
    world.is_as_before();
}

/// A volume of other people's with a name that looks made up is mounted, and stays.
#[test]
fn a_volume_that_looks_made_up_stays() {
    let world = World::enter();
    docker("pull -q busybox");
    let name = "0123456789abcdef".repeat(4);
    docker(&format!("volume create {name}"));
    Tutorial::new(&format!(
        "\n    ```sh\n    docker run --rm -v {name}:/x busybox true\n    ```\n"
    ))
    .with("--share-daemon")
    .check()
    .exits(0);
    assert_eq!(
        docker(&format!("volume inspect --format {{{{.Name}}}} {name}")).trim(),
        name
    );
    docker(&format!("volume rm {name}"));
    docker("rmi busybox");
    world.is_as_before();
}

/// A plugin that a page installs goes with it, and those of other people are none to it.
#[test]
fn plugins_are_those_of_the_page() {
    let world = World::enter();
    let folder = tempfile::tempdir().unwrap();
    let config = r#"{"description":"x","documentation":"","entrypoint":["/x"],"interface":{"types":["docker.volumedriver/1.0"],"socket":"x.sock"}}"#;
    // No two of the same content.
    for name in ["theirs", "one", "two"] {
        let plugin = folder.path().join(name);
        std::fs::create_dir_all(plugin.join("rootfs")).unwrap();
        std::fs::write(plugin.join("rootfs/file"), name).unwrap();
        let config = config.replacen("\"x\"", &format!("\"{name}\""), 1);
        std::fs::write(plugin.join("config.json"), config).unwrap();
    }
    let folder = folder.path().display().to_string();
    docker(&format!("plugin create their/store {folder}/theirs"));
    let before = docker("plugin inspect their/store");
    let page = r"
    ```console
    $ docker plugin ls -q
    $ docker plugin create my/store $FOLDER/one
    my/store
    $ docker plugin ls --format '{{.Name}}'
    my/store:latest
    $ docker plugin rm -f their/store 2>&1 | grep -o 'not found'
    not found
    $ docker plugin rm -f $(docker plugin ls -q) | grep -c .
    1
    $ docker plugin create my/other $FOLDER/two
    my/other
    ```
";
    Tutorial::new(page)
        .variable("FOLDER", &folder)
        .check()
        .exits(0);
    assert_eq!(docker("plugin inspect their/store"), before);
    assert_eq!(
        docker("plugin ls --format {{.Name}}").trim(),
        "their/store:latest"
    );
    docker("plugin rm -f their/store");
    world.is_as_before();
}

/// The classic builder leaves the container of a step that fails.
#[test]
fn a_build_that_fails_leaves_no_container() {
    let world = World::enter();
    Tutorial::new(
        r"
    ```console
    $ printf 'FROM busybox\nRUN false\n' > Dockerfile
    $ DOCKER_BUILDKIT=0 docker build -q . || echo failed
    ...
    failed
    ```
",
    )
    .check()
    .exits(0);
    world.is_as_before();
}

/// What the classic builder pulls to copy from goes with the run, too.
#[test]
fn what_a_build_copies_from_goes_with_it() {
    let world = World::enter();
    Tutorial::new(
        r"
    ```console
    $ printf 'FROM busybox\nCOPY --from=redis /etc/hostname /from\n' > Dockerfile
    $ DOCKER_BUILDKIT=0 docker build -t made . >log 2>&1
    $ docker run --rm made test -e /from
    ```
",
    )
    .check()
    .exits(0);
    world.is_as_before();
}

/// `sudo` gives root an environment of its own, but the page's daemon.
#[test]
fn root_has_the_same_daemon() {
    let world = World::enter();
    let theirs = Theirs::are_there();
    let tutorial = Tutorial::new(
        r"
    ```console
    $ sudo docker ps -aq | wc -l
    0
    $ sudo docker rm -f theirs 2>&1 | grep -o 'No such container'
    No such container
    ```
",
    );
    let sudo = "#!/bin/sh\n[ \"$1\" = -n ] && shift\n\
                case $1 in --preserve-env=DOCKER_HOST) shift; set -- DOCKER_HOST=\"$DOCKER_HOST\" \"$@\" ;; esac\n\
                exec env -i PATH=\"$PATH\" DOCKER_HOST=\"$REAL\" \"$@\"\n";
    tutorial.write("bin/sudo", sudo);
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(tutorial.path("bin/sudo"), executable).unwrap();
    let path = format!(
        "{}:{}",
        tutorial.path("bin").display(),
        std::env::var("PATH").unwrap()
    );
    let daemon = std::env::var("DOCKER_HOST").unwrap();
    tutorial
        .variable("PATH", &path)
        .variable("REAL", &daemon)
        .check()
        .exits(0);
    theirs.are_as_before();
    drop(theirs);
    world.is_as_before();
}

/// A swarm that a page makes is gone with the page.
#[test]
fn a_swarm_is_left_when_its_page_is_over() {
    let world = World::enter();
    Tutorial::new(
        r"
    ```sh
    docker swarm init --advertise-addr 127.0.0.1
    docker service create -d --name svc busybox sleep 300
    for i in $(seq 100); do docker ps --format '{{.Image}}' | grep -q busybox && break; sleep 0.1; done
    ```

    ```console
    $ docker service ls --format '{{.Name}}'
    svc
    $ docker ps -q | wc -l
    1
    ```
",
    )
    .check()
    .exits(0);
    world.is_as_before();
}

/// A swarm that the machine is in already is none of the page's.
#[test]
fn a_swarm_of_other_peoples_stays() {
    let world = World::enter();
    docker("swarm init --advertise-addr 127.0.0.1");
    docker("pull -q busybox");
    docker("service create -d --name theirs busybox sleep 1000");
    let secret = std::process::Command::new("sh")
        .args(["-c", "echo hush | docker secret create hush -"])
        .output();
    assert!(secret.unwrap().status.success());
    let all = || docker("service ls -q") + &docker("secret ls -q") + &docker("node ls -q");
    let before = all();
    let page = r"
    ```console
    $ docker info --format '{{.Swarm.LocalNodeState}}'
    inactive
    $ docker network ls --format '{{.Name}}'
    bridge
    host
    none
    $ docker service ls 2>&1 | cut -c1-58
    Error response from daemon: This node is not a swarm manag
    $ docker service rm theirs 2>&1 | grep -c 'not a swarm manager'
    1
    $ docker secret rm hush 2>&1 | grep -c 'not a swarm manager'
    1
    $ docker swarm leave --force 2>&1 | grep -c 'not a swarm manager'
    1
    ```

    ```sh
    docker swarm init
    ```
";
    let checked = Tutorial::new(page).check();
    checked.exits(3);
    let verdicts = [
        "passed",
        "passed",
        "passed",
        "passed",
        "passed",
        "passed",
        "untestable",
    ];
    checked
        .verdicts(&verdicts)
        .reason(7, "a swarm of this machine");
    for (command, what) in [
        (
            "docker service rm theirs",
            "`theirs` of the swarm of this machine",
        ),
        (
            "docker secret rm hush",
            "`hush` of the swarm of this machine",
        ),
        ("docker swarm leave --force", "the swarm of this machine"),
    ] {
        let page = format!("\n    ```sh\n    {command}\n    ```\n");
        let tutorial = Tutorial::new(&page).with("--share-daemon");
        tutorial.check().exits(3).reason(1, what);
    }
    let page = "\n    ```sh\n    echo x | docker secret create mine -\n    docker secret rm mine\n    echo x | docker config create kept -\n    docker service ls\n    ```\n";
    Tutorial::new(page).with("--share-daemon").check().exits(0);
    assert_eq!(all(), before);
    assert_eq!(docker("config ls -q"), "");
    docker("service rm theirs");
    docker("swarm leave --force");
    docker("network rm docker_gwbridge");
    while !docker("ps -aq").is_empty() {
        std::thread::sleep(Duration::from_millis(100));
    }
    docker("image prune -af");
    world.is_as_before();
}

/// A folder for temporary files may be called anything.
#[test]
fn a_long_way_to_the_socket_is_none_for_clients() {
    let world = World::enter();
    let tutorial = Tutorial::new(
        r"
    ```console
    $ docker run --rm busybox echo hello
    hello
    $ test ${#DOCKER_HOST} -lt 107
    ```
",
    );
    let long = tutorial.path(&"folder".repeat(20));
    std::fs::create_dir(&long).unwrap();
    let tutorial = tutorial.variable("TMPDIR", long.to_str().unwrap());
    tutorial.check().exits(0);
    assert_eq!(std::fs::read_dir(long).unwrap().count(), 0);
    world.is_as_before();
}

/// Seconds since 1970.
fn now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.unwrap().as_secs()
}

/// A composition of which one part fails leaves nothing of the others, which the daemon makes meanwhile.
#[test]
fn a_composition_that_fails_half_way_leaves_nothing() {
    let world = World::enter();
    // The first engine has none.
    let compose = std::process::Command::new("docker")
        .args(["compose", "version"])
        .output();
    if !compose.unwrap().status.success() {
        return;
    }
    docker("pull -q busybox");
    let tutorial = Tutorial::new(
        r"
    ```yaml file=compose.yaml
    services:
      a: {image: busybox, command: sleep 99}
      b: {image: busybox, command: sleep 99}
      c: {image: busybox, container_name: taken, volumes: [v:/v]}
    volumes: {v: {}}
    ```

    ```sh
    docker create --name taken busybox
    docker compose up -d
    ```
",
    );
    let begin = now();
    for _ in 0..5 {
        tutorial.check().exits(1);
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(docker("ps -aq") + &docker("volume ls -q"), "");
    }
    let events = format!(
        "events --since {begin} --until {} --filter event=create --filter type=container --format {{{{.Actor.Attributes.name}}}}",
        now() + 1
    );
    let made = docker(&events)
        .lines()
        .filter(|name| *name != "taken")
        .count();
    assert!(made > 0, "the other parts were made");
    docker("rmi busybox");
    world.is_as_before();
}

/// An image that somebody else builds: `tag` may be empty, `builder` is what `DOCKER_BUILDKIT` says.
fn built(tag: &str, file: &str, builder: &str) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("Dockerfile"), file).unwrap();
    let mut build = std::process::Command::new("docker");
    build.env("DOCKER_BUILDKIT", builder).args(["build", "-q"]);
    if !tag.is_empty() {
        build.args(["-t", tag]);
    }
    let built = build.arg(folder.path()).output().unwrap();
    assert!(built.status.success(), "{built:?}");
}

/// What somebody else has built is not built anew for a page that cleans up.
#[test]
fn a_build_cache_of_other_peoples_stays() {
    let world = World::enter();
    docker("pull -q busybox");
    built("solo:1", "FROM busybox\nRUN echo theirs > /a\n", "1");
    let cache = || docker("system df --format {{.Type}}:{{.TotalCount}}");
    let before = cache();
    let prune = "\n```sh\ndocker builder prune -af\n```\n";
    // An old client prunes by a request that names what goes; a new one speaks to the builder.
    let names_what_goes = docker("builder prune --help").contains("docker builder prune");
    for tutorial in [
        Tutorial::new(prune),
        Tutorial::new(prune).with("--share-daemon"),
    ] {
        let checked = tutorial.check();
        if names_what_goes {
            checked.exits(0);
        } else {
            checked
                .exits(3)
                .reason(1, "the build cache of this machine");
        }
        assert_eq!(cache(), before);
    }
    docker("rmi -f solo:1");
    docker("builder prune -af");
    let page = "\n```sh\nprintf 'FROM busybox\nRUN echo own > /own' > Dockerfile\ndocker build -t own .\ndocker builder prune -af\n```\n";
    Tutorial::new(page).check().exits(0);
    docker("rmi busybox");
    world.is_as_before();
}

/// Images that may go with others, or with their last name, stay: by whatever builder, and removed or not.
#[test]
fn images_that_others_lean_on_stay() {
    let world = World::enter();
    docker("pull -q busybox");
    built("", "FROM busybox\nRUN echo a > /a\nRUN echo b > /b\n", "0");
    built("", "FROM busybox\nRUN echo c > /c\n", "1");
    built("solo:1", "FROM busybox\nRUN echo d > /d\n", "1");
    let all = || {
        let all = docker("images -a --no-trunc --format {{.ID}}|{{.Repository}}:{{.Tag}}");
        let mut all: Vec<String> = all.lines().map(str::to_owned).collect();
        all.sort();
        all
    };
    let before = all();
    let page = |classic: &str, lines: &str, tag: &str| {
        format!(
            "printf 'FROM busybox\n{lines}' > Dockerfile\nDOCKER_BUILDKIT={classic} docker build -t {tag} .\nREMOVE {tag}"
        )
    };
    for page in [
        page(
            "0",
            "RUN echo a > /a\nRUN echo b > /b\nRUN echo e > /e\n",
            "zchild",
        ),
        page("0", "RUN echo a > /a\nRUN echo b > /b\n", "same"),
        page("1", "RUN echo c > /c\n", "same"),
        page("1", "RUN echo f > /f\n", "solo:1"),
        page("0", "RUN echo f > /f\n", "solo:1"),
        "docker pull busybox\ndocker tag busybox solo:1\nREMOVE solo:1\ndocker image prune -af"
            .to_owned(),
    ] {
        for remove in ["docker rmi", "true"] {
            let page = page.replace("REMOVE", remove);
            Tutorial::new(&format!("\n```sh\n{page}\n```\n"))
                .check()
                .exits(0);
            assert_eq!(all(), before, "{page}");
        }
    }
    docker("rmi -f solo:1 busybox");
    docker("image prune -af");
    world.is_as_before();
}

/// An image that is made of a container is as it would be without us.
#[test]
fn a_committed_image_takes_nothing_of_ours_along() {
    let world = World::enter();
    let out = tempfile::tempdir().unwrap();
    let page = r#"
    ```console
    $ docker run --name changed busybox sh -c 'echo hello > /hello'
    $ docker commit -m 'one file' changed changed-image:v1
    sha256:...
    $ docker run --rm changed-image:v1 cat /hello
    hello
    $ docker inspect --format '{{.Config.Labels}} {{.Comment}}' changed-image:v1
    map[stand-in:true] one file
    $ docker images --format '{{.Repository}}:{{.Tag}}' | sort
    busybox:latest
    changed-image:v1
    $ docker save -o "$OUT/image.tar" changed-image:v1
    $ docker commit changed
    sha256:...
    $ docker images -q | wc -l
    3
    ```
"#;
    let tutorial = Tutorial::new(page).variable("OUT", out.path().to_str().unwrap());
    tutorial.check().exits(0);
    if docker("info --format {{.DriverStatus}}").contains("containerd") {
        // There, an image cannot be given another configuration over the same layers.
        return;
    }
    let saved = std::fs::read(out.path().join("image.tar")).unwrap();
    let label = b"dev.tutcheck.run";
    assert!(!saved.windows(label.len()).any(|window| window == label));
    world.is_as_before();
}

/// Pages that want nothing in common are played at once, and see nothing of each other.
#[test]
fn pages_are_played_at_once_on_one_daemon() {
    let world = World::enter();
    let page = r"
    ```console
    $ docker run -d --name NAME --entrypoint sleep nginx 300
    $ docker ps --format '{{.Names}}'
    NAME
    $ docker volume create vol-NAME
    vol-NAME
    $ docker images --format '{{.Repository}}'
    nginx
    $ sleep 2
    $ docker stats --no-stream --format '{{.Name}}'
    NAME
    $ docker rm -f $(docker ps -aq)
    $ docker volume rm $(docker volume ls -q)
    vol-NAME
    $ docker container prune -f
    Total reclaimed space: 0B
    ```
";
    for count in [2, 8] {
        let pages: Vec<Tutorial> = (0..count)
            .map(|number| Tutorial::new(&page.replace("NAME", &format!("page{number}"))))
            .collect();
        let state = pages[0].path("state").to_str().unwrap().to_owned();
        let playing: Vec<_> = pages
            .iter()
            .map(|page| {
                let mut command = page.command(&["page.md"]);
                command.env("XDG_STATE_HOME", &state);
                command.stdout(std::process::Stdio::piped());
                command.stderr(std::process::Stdio::piped());
                command.spawn().unwrap()
            })
            .collect();
        for run in playing {
            let output = run.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "{said}");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(!said.contains("waiting"), "{said}");
        }
        world.is_as_before();
        let left = std::fs::read_dir(pages[0].path("state/tutcheck")).unwrap();
        let left: Vec<_> = left.flatten().map(|entry| entry.file_name()).collect();
        assert_eq!(left, ["runs"]);
    }
}

/// Images that a page has pulled go with the last page that may use them, though another saw them there.
#[test]
fn what_is_pulled_goes_with_the_last_page() {
    let world = World::enter();
    let page = |image: &str| {
        format!("\n    ```sh\n    docker run --rm {image} true\n    sleep SECONDS\n    ```\n")
    };
    let first = Tutorial::new(&page("busybox").replace("SECONDS", "3"));
    let second = Tutorial::new(&page("debian:stable-slim").replace("SECONDS", "6"));
    let state = first.path("state").to_str().unwrap().to_owned();
    let play = |page: &Tutorial| {
        let mut command = page.command(&["page.md"]);
        // As somebody would who says nothing of images.
        command.env_remove("TUTCHECK_NO_KEEP_IMAGES");
        command.env("XDG_STATE_HOME", &state);
        command.stdout(std::process::Stdio::null());
        command.spawn().unwrap()
    };
    let mut one = play(&first);
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    while docker("images -q").is_empty() {
        assert!(std::time::Instant::now() < deadline, "nothing is pulled");
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut other = play(&second);
    assert!(one.wait().unwrap().success());
    assert!(other.wait().unwrap().success());
    world.is_as_before();
}

/// Pages that want the same name wait for each other.
#[test]
fn pages_that_want_the_same_take_turns() {
    let world = World::enter();
    let page = r"
    ```sh
    docker run -d --name same -p 18080:80 --entrypoint sleep nginx 300
    sleep 1
    docker rm -f same
    ```
";
    let pages = [Tutorial::new(page), Tutorial::new(page)];
    let state = pages[0].path("state").to_str().unwrap().to_owned();
    let playing = pages.each_ref().map(|page| {
        let mut command = page.command(&["page.md"]);
        command.env("XDG_STATE_HOME", &state);
        command.stdout(std::process::Stdio::null());
        command.stderr(std::process::Stdio::piped());
        command.spawn().unwrap()
    });
    let outputs = playing.map(|run| run.wait_with_output().unwrap());
    assert!(outputs.iter().all(|output| output.status.success()));
    let waited = outputs.iter().filter(|output| {
        String::from_utf8_lossy(&output.stderr).contains("another run has the container same")
    });
    assert_eq!(waited.count(), 1);
    world.is_as_before();
}
