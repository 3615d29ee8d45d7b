//! A daemon that fails on purpose, and what is said of it. Afterwards nothing is left.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::daemon::{World, docker};
use crate::proxy::{Mode, Proxy};
use crate::support::{Checked, Tutorial, kill, while_running};

/// Steps before the fault, and after it: the file `flag` says that it is time.
const PAGE: &str = r#"
    ```sh alive=no
    docker run -d --name before busybox sleep 300
    ```

    ```sh
    touch "$FLAG"; sleep 1
    ```

    ```sh
    docker run --name after busybox echo hello
    docker ps -q --no-trunc --filter name=before
    ```
"#;

fn behind_proxy() -> (Proxy, Tutorial) {
    let tutorial = Tutorial::new(PAGE);
    let proxy = Proxy::at(&tutorial.path("docker.sock"));
    let tutorial = tutorial.variable("DOCKER_HOST", &proxy.host());
    tutorial.write("tutcheck.yaml", "timeout: 5s\n");
    let flag = tutorial.path("flag").to_str().unwrap().to_owned();
    (proxy, tutorial.variable("FLAG", &flag))
}

/// Plays the page, and does something to the daemon in the middle.
fn played(tutorial: &Tutorial, act: impl FnOnce()) -> Checked {
    let flag = tutorial.path("flag");
    let mut command = tutorial.command(&["check", "page.md", "--report", "json"]);
    Checked::of(&while_running(&mut command, || flag.exists(), |_| act()))
}

#[test]
fn a_daemon_that_answers_with_errors_is_untestable() {
    let world = World::enter();
    let (proxy, tutorial) = behind_proxy();
    let checked = played(&tutorial, || proxy.set(Mode::Fail));
    checked
        .exits(3)
        .verdicts(&["passed", "passed", "untestable", "untestable"]);
    // It could not be removed, and it is said; `clean` does it once the daemon is back.
    assert_eq!(tutorial.ledgers().len(), 1);
    proxy.set(Mode::Pass);
    tutorial.call(&["clean"]).exits(0).says("1 interrupted run");
    world.is_as_before();
}

#[test]
fn a_daemon_that_answers_nonsense_is_untestable() {
    for mode in [Mode::Garbage, Mode::Cut] {
        let world = World::enter();
        let (proxy, tutorial) = behind_proxy();
        let checked = played(&tutorial, || proxy.set(mode));
        checked.exits(3);
        assert_eq!(checked.steps()[2]["verdict"], "untestable", "{mode:?}");
        proxy.set(Mode::Pass);
        tutorial.call(&["clean"]).exits(0).says("1 interrupted run");
        world.is_as_before();
    }
}

#[test]
fn a_daemon_that_hangs_is_untestable() {
    let world = World::enter();
    let (proxy, tutorial) = behind_proxy();
    let start = Instant::now();
    let checked = played(&tutorial, || proxy.set(Mode::Hang));
    checked
        .exits(3)
        .verdicts(&["passed", "passed", "untestable", "untestable"])
        .reason(3, "the Docker daemon went away");
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "{:?}",
        start.elapsed()
    );
    proxy.set(Mode::Pass);
    tutorial.call(&["clean"]).exits(0);
    world.is_as_before();
}

#[test]
fn a_stream_of_events_that_breaks_is_taken_up_again() {
    let world = World::enter();
    let (proxy, tutorial) = behind_proxy();
    let checked = played(&tutorial, || proxy.set(Mode::Pass));
    checked.exits(0).verdicts(&["passed"; 4]);
    assert!(tutorial.ledgers().is_empty());
    world.is_as_before();
}

/// The command line of the daemon, to start it anew.
fn command_line(pid: u32) -> Vec<String> {
    let bytes = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap();
    bytes
        .split(|byte| *byte == 0)
        .filter(|word| !word.is_empty())
        .map(|word| String::from_utf8_lossy(word).into_owned())
        .collect()
}

/// The daemon of this world: the newest, if tests have started it anew.
fn daemon() -> u32 {
    let folder = std::env::var("DOCKER_HOST").unwrap();
    let socket = folder.strip_prefix("unix://").unwrap().to_owned();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let mut daemons = ids.filter(|pid| {
        let line = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.starts_with("dockerd\0") && line.contains(&socket)
    });
    daemons.next().expect("the world has a daemon")
}

/// Ends the daemon and starts it anew, as an update of Docker does.
fn restart() {
    let pid = daemon();
    let line = command_line(pid);
    let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap();
    crate::support::kill("TERM", pid);
    let deadline = Instant::now() + Duration::from_secs(30);
    let is_there = || {
        let status = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        !status.is_empty() && !status.contains(") Z ")
    };
    while is_there() {
        assert!(Instant::now() < deadline, "the daemon does not end");
        std::thread::sleep(Duration::from_millis(50));
    }
    let variables = environment.split(|byte| *byte == 0).filter_map(|pair| {
        let text = String::from_utf8_lossy(pair).into_owned();
        let (name, value) = text.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    // It outlives the test; the world ends it.
    #[expect(clippy::zombie_processes, reason = "it ends with the world")]
    Command::new("setsid")
        .args(&line)
        .env_clear()
        .envs(variables)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !Command::new("docker")
        .arg("version")
        .output()
        .unwrap()
        .status
        .success()
    {
        assert!(Instant::now() < deadline, "the daemon does not come back");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_daemon_that_is_started_anew_says_nothing_about_the_tutorial() {
    let world = World::enter();
    let host = std::env::var("DOCKER_HOST").unwrap();
    // A container that is gone with the daemon, and is asked for.
    let page = r#"
    ```sh alive=no
    docker run -d --name before busybox sleep 300
    ```

    ```sh
    touch "$FLAG"; sleep 15
    ```

    ```sh
    docker exec before true
    ```
"#;
    let tutorial = Tutorial::new(page).variable("DOCKER_HOST", &host);
    let flag = tutorial.path("flag").to_str().unwrap().to_owned();
    let tutorial = tutorial.variable("FLAG", &flag);
    let checked = played(&tutorial, restart);
    checked
        .exits(3)
        .verdicts(&["passed", "passed", "untestable"])
        .reason(3, "the Docker daemon went away");
    assert!(tutorial.ledgers().is_empty());
    // The daemon has made its own network anew; nothing of the run is there.
    assert_eq!(docker("ps -aq") + &docker("volume ls -q"), "");
    drop(world);
}

/// What the daemon makes while a run is killed, the run cannot write down any more.
#[test]
fn what_was_made_in_the_last_moment_before_a_kill_is_found() {
    let world = World::enter();
    let page = r#"
    ```sh
    touch "$FLAG"; while [ -e "$FLAG" ]; do sleep 0.05; done; export DOCKER_HOST=$DAEMON; docker network create late; docker volume create late; touch "$FLAG"; sleep 60
    ```
"#;
    let (proxy, tutorial) = behind_proxy();
    let tutorial = tutorial.variable("DAEMON", &std::env::var("DOCKER_HOST").unwrap());
    tutorial.write("page.md", page).write("tutcheck.yaml", "");
    let flag = tutorial.path("flag");
    while_running(
        &mut tutorial.command(&["page.md"]),
        || flag.exists(),
        |pid| {
            // From here on it hears nothing of its daemon.
            proxy.set(Mode::Hang);
            std::fs::remove_file(&flag).unwrap();
            let deadline = Instant::now() + Duration::from_secs(30);
            while !flag.exists() {
                assert!(Instant::now() < deadline, "the step does not come so far");
                std::thread::sleep(Duration::from_millis(20));
            }
            kill("KILL", pid);
            proxy.set(Mode::Pass);
        },
    );
    // What others make later is theirs.
    std::thread::sleep(Duration::from_secs(4));
    docker("volume create theirs");
    tutorial.call(&["clean"]).exits(0).says("2 objects");
    assert_eq!(docker("volume ls -q").trim(), "theirs");
    docker("volume rm theirs");
    world.is_as_before();
}

/// A registry that has had enough of this visitor; how often it was asked for a manifest.
fn busy_registry() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for mut visitor in listener.incoming().flatten() {
            let mut request = [0; 4096];
            let read = visitor.read(&mut request).unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..read]).into_owned();
            let (status, body) = if request.contains("/manifests/") {
                count.fetch_add(1, Ordering::SeqCst);
                let body = r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]}"#;
                ("429 Too Many Requests", body)
            } else {
                ("200 OK", "{}")
            };
            let _ = write!(
                visitor,
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    (port, asked)
}

#[test]
fn trouble_of_a_registry_is_tried_again_and_is_untestable() {
    let world = World::enter();
    let (port, asked) = busy_registry();
    let page = format!(
        r"
    ```sh
    docker pull 127.0.0.1:{port}/some/image
    ```
"
    );
    let tutorial = Tutorial::new(&page);
    tutorial.write("tutcheck.yaml", "retries: 0\n");
    tutorial
        .check()
        .exits(3)
        .verdicts(&["untestable"])
        .reason(1, "toomanyrequests");
    let once = asked.swap(0, Ordering::SeqCst);
    tutorial.write("tutcheck.yaml", "retries: 1\n");
    let start = Instant::now();
    tutorial.check().exits(3).verdicts(&["untestable"]);
    assert_eq!(asked.load(Ordering::SeqCst), 2 * once);
    assert!(start.elapsed() >= Duration::from_secs(2));
    // One that this machine has, and that the tutorial should have started.
    let page = r"
    ```sh
    docker pull localhost:4999/nosuch
    ```
";
    Tutorial::new(page).check().exits(1).verdicts(&["broken"]);
    world.is_as_before();
}

#[test]
fn what_somebody_else_has_is_not_the_tutorials_fault() {
    let world = World::enter();
    docker("pull -q busybox");
    let mine = docker("run -d --name taken -p 8096:80 busybox sleep 300");
    for (run, reason) in [
        (
            "--name taken busybox true",
            "a container `taken` was there before",
        ),
        (
            "-p 8096:80 busybox true",
            "port 8096 of the container `taken` was there before",
        ),
    ] {
        let page = format!("```sh\ndocker run {run}\n```\n");
        Tutorial::new(&page)
            .check()
            .exits(3)
            .verdicts(&["untestable"])
            .reason(1, reason);
    }
    // What the page itself has taken is the page's.
    let own = r"
    ```sh
    docker run -d --name own -p 8095:80 busybox sleep 300
    ```

    ```sh
    docker run --name own busybox true
    ```
";
    Tutorial::new(own)
        .check()
        .exits(1)
        .verdicts(&["passed", "broken"]);
    let served = r"
    ```sh
    python3 -m http.server 8094 >/dev/null 2>&1 &
    sleep 1
    ```

    ```sh
    docker run -p 8094:80 busybox true
    ```
";
    Tutorial::new(served)
        .check()
        .exits(1)
        .verdicts(&["passed", "passed", "broken"]);
    docker(&format!("rm -f {}", mine.trim()));
    docker("rmi busybox");
    world.is_as_before();
}

/// What a registry says to everybody.
fn registry_that_says(answer: &'static [u8]) -> u16 {
    use std::io::{Read, Write};
    // An address of this machine that is not the one on which a page would start its own.
    let listener = std::net::TcpListener::bind("127.0.0.2:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for visitor in listener.incoming() {
            let Ok(mut visitor) = visitor else { continue };
            let _ = visitor.read(&mut [0; 4096]);
            let _ = visitor.write_all(answer);
        }
    });
    port
}

/// A registry that is out of order says nothing about the page.
#[test]
fn a_registry_out_of_order_is_untestable() {
    let world = World::enter();
    for answer in [
        &b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"[..],
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"",
    ] {
        let port = registry_that_says(answer);
        let page = format!("\n```sh\ndocker pull 127.0.0.2:{port}/library/nginx\n```\n");
        let checked = Tutorial::new(&page).check();
        checked.exits(3).verdicts(&["untestable"]);
    }
    world.is_as_before();
}

/// A shell in a container that ends because the daemon has gone says nothing about the page.
#[test]
fn a_daemon_that_goes_under_an_open_shell_is_untestable() {
    let world = World::enter();
    let page = r#"
    ```sh
    (sleep 2; touch "$FLAG") &
    ```

    ```console
    $ docker run -it --rm busybox sh
    / # sleep 5
    / # echo hello
    hello
    / # exit
    ```
"#;
    let tutorial = Tutorial::new(page);
    let proxy = Proxy::at(&tutorial.path("docker.sock"));
    let host = proxy.host();
    let tutorial = tutorial.variable("DOCKER_HOST", &host);
    let flag = tutorial.path("flag").to_str().unwrap().to_owned();
    let tutorial = tutorial.variable("FLAG", &flag);
    let checked = played(&tutorial, || proxy.vanish());
    checked
        .exits(3)
        .verdicts(&["passed", "passed", "untestable", "untestable", "untestable"])
        .reason(3, "the Docker daemon went away");
    let _back = Proxy::at(&tutorial.path("docker.sock"));
    tutorial.call(&["clean"]).exits(0).says("1 interrupted run");
    world.is_as_before();
}
