//! Daemons that are reached as the user's own client reaches them: over ssh, over TLS, by a context.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::daemon::{World, docker};
use crate::support::Tutorial;

/// Objects of every kind, streams both ways, and a shell inside.
const PAGE: &str = r"
    ```console
    $ docker run -d --name web busybox sleep 300
    $ docker ps --format '{{.Names}}'
    web
    $ echo typed | docker run -i --rm busybox cat
    typed
    $ docker exec -it web sh
    / # echo inside
    inside
    / # exit
    $ printf 'FROM busybox\nRUN echo built\n' | docker build -q -t app -
    $ docker rm -f $(docker ps -aq)
    ```

    ```sh
    docker volume create left; docker run -d --name left busybox sleep 300
    ```
";

fn played(tutorial: &Tutorial) {
    tutorial.check().exits(0);
    assert!(tutorial.ledgers().is_empty());
    assert_eq!(docker("ps -aq --filter label=dev.tutcheck.run"), "");
}

/// `ssh` of a machine that is this one.
fn ssh(folder: &Path, does: &str) -> String {
    let bin = folder.join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    let script = format!("#!/bin/sh\n{does}\n");
    std::fs::write(bin.join("ssh"), script).unwrap();
    let may_run = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(bin.join("ssh"), may_run).unwrap();
    format!("{}:{}", bin.display(), std::env::var("PATH").unwrap())
}

fn there(tutorial: Tutorial) -> Tutorial {
    let daemon = std::env::var("DOCKER_HOST").unwrap();
    let does = format!(
        "while :; do case $1 in *docker*) break ;; esac; shift; done\nDOCKER_HOST={daemon} exec sh -c \"$*\""
    );
    let path = ssh(&tutorial.path("."), &does);
    tutorial
        .variable("PATH", &path)
        .variable("DOCKER_HOST", "ssh://ada@there")
}

#[test]
fn a_daemon_behind_ssh_is_played_on() {
    let world = World::enter();
    played(&there(Tutorial::new(PAGE)));
    world.is_as_before();
}

/// Its ledger says how it is reached.
#[test]
fn what_a_killed_run_left_behind_ssh_goes_with_clean() {
    let world = World::enter();
    let page = "\n    ```sh\n    docker run -d --name left busybox sleep 300\n    kill -9 $PPID; sleep 5\n    ```\n";
    let tutorial = there(Tutorial::new(page));
    let mut command = tutorial.command(&["check", "page.md"]);
    assert!(!command.output().unwrap().status.success());
    assert_eq!(tutorial.ledgers().len(), 1);
    let tutorial = tutorial.variable("DOCKER_HOST", "unix:///nowhere");
    tutorial.call(&["clean"]).exits(0).says("1 interrupted run");
    assert_eq!(docker("ps -aq --filter name=left"), "");
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    let dialled = |line: &Vec<u8>| String::from_utf8_lossy(line).contains("dial-stdio");
    assert_eq!(
        lines.filter(dialled).count(),
        0,
        "clients go with their run"
    );
    world.is_as_before();
}

#[test]
fn a_daemon_that_ssh_cannot_reach_is_said_in_its_words() {
    let tutorial = Tutorial::new("\n    ```sh\n    docker ps\n    ```\n");
    let path = ssh(
        &tutorial.path("."),
        "echo 'ssh: connect to host there port 22: No route to host' >&2; exit 255",
    );
    let tutorial = tutorial
        .variable("PATH", &path)
        .variable("DOCKER_HOST", "ssh://ada@there");
    let said = tutorial.call(&["check", "page.md"]);
    said.exits(3)
        .says("answers at ssh://ada@there: error during connect")
        .says("No route to host");
}

#[test]
fn a_client_that_is_not_there_is_said() {
    let tutorial = Tutorial::new("\n    ```sh\n    docker ps\n    ```\n");
    let nothing = tutorial.path("nothing").to_str().unwrap().to_owned();
    let tutorial = tutorial
        .variable("PATH", &nothing)
        .variable("DOCKER_HOST", "ssh://ada@there");
    let said = tutorial.call(&["check", "page.md"]);
    said.exits(3)
        .says("answers at ssh://ada@there: ssh and TLS go through `docker`");
}

/// TLS by variables, as CI services give it, and by a context.
#[test]
fn a_daemon_behind_tls_is_played_on() {
    const PROXY: &str = "
import socket, ssl, threading
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain('/tls/cert.pem', '/tls/key.pem')
def pump(a, b):
    try:
        while piece := a.recv(65536): b.sendall(piece)
    except OSError: pass
    try: b.shutdown(socket.SHUT_WR)
    except OSError: pass
def serve(near):
    try: near = tls.wrap_socket(near, server_side=True)
    except OSError: return
    far = socket.socket(socket.AF_UNIX); far.connect('/daemon/docker.sock')
    threading.Thread(target=pump, args=(far, near), daemon=True).start()
    pump(near, far)
door = socket.create_server(('127.0.0.1', 12376))
while True: threading.Thread(target=serve, args=(door.accept()[0],), daemon=True).start()
";
    let world = World::enter();
    let tutorial = Tutorial::new(PAGE);
    let tls = tutorial.path("tls");
    std::fs::create_dir(&tls).unwrap();
    std::fs::write(tls.join("proxy.py"), PROXY).unwrap();
    let made = Command::new("openssl")
        .args("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=there -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem".split(' '))
        .current_dir(&tls)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    std::fs::copy(tls.join("cert.pem"), tls.join("ca.pem")).unwrap();
    let tls = tls.to_str().unwrap().to_owned();
    let daemon = std::env::var("DOCKER_HOST").unwrap();
    let socket = daemon.strip_prefix("unix://").unwrap();
    docker(&format!(
        "run -d --name door --network host -v {tls}:/tls:ro -v {socket}:/daemon/docker.sock python:3.13-slim python /tls/proxy.py"
    ));
    let is_open = || std::net::TcpStream::connect("127.0.0.1:12376").is_ok();
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_open() {
        assert!(Instant::now() < deadline, "{}", docker("logs door"));
        std::thread::sleep(Duration::from_millis(50));
    }
    let config = tutorial.path("config");
    let by_variables = tutorial
        .variable("DOCKER_HOST", "tcp://127.0.0.1:12376")
        .variable("DOCKER_TLS_VERIFY", "1")
        .variable("DOCKER_CERT_PATH", &tls);
    played(&by_variables);
    let endpoint =
        format!("host=tcp://127.0.0.1:12376,ca={tls}/ca.pem,cert={tls}/cert.pem,key={tls}/key.pem");
    let made = Command::new("docker")
        .args(["context", "create", "there", "--docker", &endpoint])
        .env("DOCKER_CONFIG", &config)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let by_context = Tutorial::new(PAGE)
        .variable("DOCKER_HOST", "")
        .variable("DOCKER_CONFIG", config.to_str().unwrap())
        .variable("DOCKER_CONTEXT", "there");
    played(&by_context);
    docker("rm -f door");
    docker("rmi -f busybox python:3.13-slim");
    world.is_as_before();
}
