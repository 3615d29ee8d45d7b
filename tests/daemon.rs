//! Against a real daemon, in the world of `tests/with-docker`.

use std::fs;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::proxy::Proxy;
use crate::support::{Checked, Tutorial, kill, while_running};

static DAEMON: Mutex<()> = Mutex::new(());

/// One test at a time has the daemon, and leaves it as it was.
pub struct World {
    _turn: MutexGuard<'static, ()>,
    before: Vec<String>,
}

pub fn docker(arguments: &str) -> String {
    let output = Command::new("docker")
        .args(arguments.split(' '))
        .output()
        .expect("docker is on the PATH");
    assert!(output.status.success(), "docker {arguments}: {output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn everything() -> Vec<String> {
    [
        "ps -aq --no-trunc",
        "images -aq --no-trunc",
        "network ls -q --no-trunc",
        "volume ls -q",
    ]
    .map(docker)
    .to_vec()
}

impl World {
    pub fn enter() -> World {
        assert!(
            std::env::var_os("TUTCHECK_WORLD_DAEMON_PID").is_some(),
            "these tests need a daemon of their own: tests/with-docker cargo test"
        );
        let turn = DAEMON.lock().unwrap_or_else(PoisonError::into_inner);
        World {
            _turn: turn,
            before: everything(),
        }
    }

    #[track_caller]
    pub fn is_as_before(&self) {
        assert_eq!(everything(), self.before);
    }
}

const PAGE: &str = r"
    # Hello

    ```sh
    docker pull hello-world
    docker run hello-world
    ```

    ```sh alive=200ms
    docker run -d --name one --entrypoint sleep nginx 300
    docker run -d --name two --entrypoint sleep nginx 300
    docker ps -aq --no-trunc --filter name=^one$
    ```

    ```sh
    docker rm -f one two
    ```
";

#[test]
fn a_tutorial_is_recorded_and_passes_again_and_again() {
    let world = World::enter();
    let tutorial = Tutorial::new(PAGE);
    tutorial.record().exits(0);
    world.is_as_before();
    let recording = tutorial.read("expectations/page.yaml");
    assert!(
        recording.contains(": container\n") && recording.contains("hello-world:latest: sha256:"),
        "{recording}"
    );
    for _ in 0..2 {
        tutorial.check().exits(0).verdicts(&["passed"; 6]);
        world.is_as_before();
    }
    tutorial.record().exits(0).says("unchanged");
    assert_eq!(tutorial.read("expectations/page.yaml"), recording);
    // What was there, and what stood for what, is in the report; and in that of a saved run.
    let checked = tutorial.check();
    let page = &checked.report["documents"][0];
    assert!(
        page["engine"]
            .as_str()
            .is_some_and(|engine| engine.contains('.')),
        "{page:#}"
    );
    assert!(
        page["images"]["hello-world:latest"]
            .as_str()
            .unwrap()
            .starts_with("sha256:")
    );
    let bound = page["bound"].as_array().unwrap();
    let first = &bound[0];
    assert!(
        recording.contains(first["expected"].as_str().unwrap()),
        "{first}"
    );
    assert_ne!(first["expected"], first["live"]);
}

#[test]
fn what_breaks_is_said_of_the_right_step() {
    let world = World::enter();
    let tutorial = Tutorial::new(PAGE);
    tutorial.record().exits(0);
    let check = |from: &str, to: &str| {
        tutorial.edit(from, to);
        let checked = tutorial.check();
        tutorial.edit(to, from);
        checked
    };
    // An image is misspelt.
    check("docker run hello-world", "docker run hello-wrold")
        .exits(1)
        .verdicts(&[
            "passed",
            "broken",
            "not_reached",
            "not_reached",
            "not_reached",
            "not_reached",
        ])
        .reason(2, "exit 125 instead of 0")
        .reason(3, "because of step 2");
    world.is_as_before();
    // An option that does not exist.
    check("docker run hello-world", "docker run --bogus hello-world")
        .exits(1)
        .reason(2, "exit 125 instead of 0");
    world.is_as_before();
    // Another image than the recorded one.
    check("docker run hello-world", "docker run debian:stable-slim")
        .exits(1)
        .verdicts(&["passed", "broken", "passed", "passed", "passed", "passed"])
        .reason(2, "the recorded command is `docker run hello-world`, the document has `docker run debian:stable-slim`");
    world.is_as_before();
    // An ID that stands for another container than it did.
    tutorial.write(
        "expectations/page.yaml",
        tutorial.read("expectations/page.yaml"),
    );
    let recording = tutorial.read("expectations/page.yaml");
    let ids: Vec<&str> = recording
        .lines()
        .filter(|line| line.len() == 68 && line.starts_with("    "))
        .map(str::trim)
        .collect();
    let (last, first) = (ids[ids.len() - 1], ids[ids.len() - 3]);
    assert_eq!(
        last, first,
        "the third command prints the first container's ID"
    );
    check("--filter name=^one$", "--filter name=^two$")
        .exits(1)
        .reason(5, "the recorded command is");
    world.is_as_before();
}

#[test]
fn an_id_that_stands_for_another_container_is_a_break() {
    let world = World::enter();
    let page = r#"
    ```sh alive=200ms
    docker run -d --name one --entrypoint sleep nginx 300
    docker run -d --name two --entrypoint sleep nginx 300
    docker inspect -f '{{.Id}}' $(cat "$WHICH")
    docker rm -f one two
    ```
"#;
    let tutorial = Tutorial::new(page);
    tutorial.write("which", "one");
    let tutorial = tutorial.file("WHICH", "which");
    tutorial.record().exits(0);
    tutorial.check().exits(0);
    tutorial.write("which", "two");
    tutorial
        .check()
        .exits(1)
        .verdicts(&["passed", "passed", "broken", "passed"])
        .reason(3, "two containers where one was recorded: steps 1 and 3");
    world.is_as_before();
}

#[test]
fn an_id_on_the_page_is_typed_as_the_live_one() {
    let world = World::enter();
    let page = r"
    ```console
    $ docker run -d --entrypoint sleep nginx 300
    7eb17e337a1381c0de1a6fb0f7cf7c5aa1d11b2c0a5cf36f8d4b6f6d9a3c2b10
    $ docker rm -f 7eb17e337a13
    7eb17e337a13
    ```
";
    let checked = Tutorial::new(page).check();
    checked.exits(0).verdicts(&["passed", "passed"]);
    assert!(
        checked.steps()[1]["typed_as"]
            .as_str()
            .unwrap()
            .starts_with("docker rm -f ")
    );
    world.is_as_before();
}

#[test]
fn one_sentence_too_few_is_a_break() {
    let world = World::enter();
    let tutorial = Tutorial::new(
        r#"
    ```sh
    docker run --rm naclomi/textbook-writer --sentences $(cat "$COUNT")
    ```
"#,
    );
    tutorial.write("count", "4");
    let tutorial = tutorial.file("COUNT", "count");
    tutorial.record().exits(0);
    tutorial.write("count", "3");
    tutorial
        .check()
        .exits(1)
        .verdicts(&["broken"])
        .reason(1, "a line is missing");
    world.is_as_before();
}

#[test]
fn both_builders_are_read() {
    let world = World::enter();
    let page = r#"
    Create `Dockerfile`:

    ```dockerfile
    FROM debian:stable-slim
    RUN echo Hello Galaxy
    CMD ["echo", "hi"]
    ```

    ```sh
    docker build -t galaxy .
    docker run --rm galaxy
    ```
"#;
    let tutorial = Tutorial::new(page);
    tutorial.record().exits(0);
    tutorial.check().exits(0).verdicts(&["passed"; 3]);
    world.is_as_before();
    tutorial.edit("Hello Galaxy", "Hello World");
    tutorial
        .check()
        .exits(1)
        .verdicts(&["passed", "broken", "passed"]);
    world.is_as_before();
    // A page that shows the legacy builder's output is outdated where BuildKit builds.
    let shown = "Step 1/3 : FROM debian:stable-slim\n ---> 0123456789ab\nStep 2/3 : RUN echo Hello Galaxy\n ---> Running in 0123456789ac\nHello Galaxy\n ---> 0123456789ad\nStep 3/3 : CMD [\"echo\", \"hi\"]\n ---> 0123456789ae\nSuccessfully built 0123456789ae\nSuccessfully tagged galaxy:latest\n";
    let page = page.replace(
        r"
    ```sh
    docker build -t galaxy .
    docker run --rm galaxy
",
        &format!("```console\n$ docker build -t galaxy .\n{shown}"),
    );
    let shows_old = Tutorial::new(&page);
    let checked = shows_old.check();
    let engine: u32 = docker("version --format {{.Server.Version}}")
        .split('.')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    checked
        .exits(0)
        .verdicts(&["passed", if engine >= 23 { "stale" } else { "passed" }]);
    world.is_as_before();
    // Accepted, it has the form that readers see.
    shows_old.call(&["accept"]).exits(0);
    shows_old.check().exits(0).verdicts(&["passed", "passed"]);
    world.is_as_before();
}

/// What is written into a page speaks of its own objects: an ID that the page has stays, and a new object has one.
#[test]
fn what_is_accepted_keeps_the_ids_of_the_page() {
    let world = World::enter();
    let page = "
    ```console
    $ docker run -d --name web --entrypoint sleep nginx 300
    7eb17e337a1381c0de1a6fb0f7cf7c5aa1d11b2c0a5cf36f8d4b6f6d9a3c2b10
    $ docker ps
    CONTAINER ID   IMAGE     COMMAND       CREATED         STATUS         PORTS     NAMES
    7eb17e337a13   nginx     \"sleep 300\"   2 minutes ago   Up 2 minutes   80/tcp    wbe
    $ docker run -d --name db --entrypoint sleep nginx 300
    none
    $ docker ps --filter name=db
    CONTAINER ID   IMAGE     COMMAND       CREATED         STATUS         PORTS     NAMES
    ```
";
    let tutorial = Tutorial::new(page);
    tutorial.call(&["page.md", "--keep-going"]).exits(1);
    world.is_as_before();
    tutorial.call(&["accept"]).exits(0);
    let page = tutorial.read("page.md");
    let kept =
        "\n7eb17e337a13   nginx     \"sleep 300\"   2 minutes ago   Up 2 minutes   80/tcp    web\n";
    assert!(page.contains(kept), "{page}");
    let lines: Vec<&str> = page.lines().collect();
    let place = lines
        .iter()
        .position(|line| line.contains("--name db"))
        .unwrap();
    let id = &lines[place + 1][..12];
    assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{page}");
    assert!(
        lines[place + 4].starts_with(id) && lines[place + 4].ends_with("db"),
        "{page}"
    );
    tutorial.call(&["page.md"]).exits(0);
    world.is_as_before();
}

#[test]
fn networks_and_volumes_go_too() {
    let world = World::enter();
    let page = r"
    ```sh
    docker network create net
    docker volume create vol
    docker volume create
    docker run -d --network net -v vol:/x -v /y --entrypoint sleep nginx 300
    ```
";
    Tutorial::new(page)
        .check()
        .exits(0)
        .verdicts(&["passed"; 4]);
    world.is_as_before();
}

#[test]
fn the_time_limit_and_ctrl_c_leave_nothing() {
    let world = World::enter();
    let page = r"
    ```sh timeout=2s
    docker run --name slow -it --entrypoint sleep nginx 300
    ```
";
    Tutorial::new(page)
        .check()
        .exits(1)
        .verdicts(&["broken"])
        .reason(1, "not done within 2 s");
    world.is_as_before();
    let tutorial = Tutorial::new(
        r"
    ```sh
    docker run --name slow --entrypoint sleep nginx 300
    ```
",
    );
    let up = || docker("ps -q").trim().len() == 12;
    let output = while_running(
        &mut tutorial.command(&["page.md", "--report", "json"]),
        up,
        |pid| kill("INT", pid),
    );
    Checked::of(&output).exits(130).verdicts(&["untestable"]);
    world.is_as_before();
    assert!(tutorial.ledgers().is_empty());
}

#[test]
fn after_a_kill_clean_removes_objects_too() {
    let world = World::enter();
    let tutorial = Tutorial::new(
        r"
    ```sh
    docker volume create vol
    docker run --name slow --entrypoint sleep nginx 300
    ```
",
    );
    let up = || docker("ps -q").trim().len() == 12;
    while_running(&mut tutorial.command(&["page.md"]), up, |pid| {
        kill("KILL", pid);
    });
    assert_eq!(tutorial.ledgers().len(), 1);
    tutorial
        .call(&["clean"])
        .exits(0)
        .says("cleaned up after 1 interrupted run");
    world.is_as_before();
    let left = fs::read_dir(tutorial.path("state/tutcheck")).unwrap();
    let left: Vec<_> = left.flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left, ["runs"]);
    assert!(tutorial.ledgers().is_empty());
}

#[test]
fn two_runs_do_not_take_each_others_objects() {
    let world = World::enter();
    let page = r"
    ```sh
    docker run -d --name NAME --entrypoint sleep nginx 300
    docker exec NAME true
    ```
";
    let (a, b) = (
        Tutorial::new(&page.replace("NAME", "first")),
        Tutorial::new(&page.replace("NAME", "second")),
    );
    let state = a.path("state").to_str().unwrap().to_owned();
    let b = b.variable("XDG_STATE_HOME", &state);
    let mut first = a
        .command(&["page.md"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    b.check().exits(0).verdicts(&["passed"; 2]);
    assert!(first.wait().unwrap().success());
    world.is_as_before();
    let left: Vec<_> = fs::read_dir(a.path("state/tutcheck"))
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    assert_eq!(left, ["runs"]);
}

/// A daemon that goes away, through a socket of our own that we close.
#[test]
fn a_daemon_that_stops_in_the_middle_says_nothing_of_the_tutorial() {
    let world = World::enter();
    let tutorial = Tutorial::new(
        r#"
    ```sh
    docker volume create vol
    ```

    ```sh
    touch "$MARK"; while [ -e "$MARK" ]; do sleep 0.05; done
    docker ps
    echo never
    ```
"#,
    );
    let (mark, socket) = (tutorial.path("mark"), tutorial.path("docker.sock"));
    let proxy = Proxy::at(&socket);
    let tutorial = tutorial
        .file("MARK", "mark")
        .variable("DOCKER_HOST", &proxy.host());
    let start = Instant::now();
    let output = while_running(
        &mut tutorial.command(&["page.md", "--report", "json"]),
        || mark.exists(),
        |_| {
            proxy.vanish();
            fs::remove_file(&mark).unwrap();
        },
    );
    Checked::of(&output)
        .exits(3)
        .verdicts(&["passed", "passed", "untestable", "untestable"])
        .reason(3, "the Docker daemon went away");
    assert!(start.elapsed() < Duration::from_secs(20));
    // What could not be removed is remembered, and removed once the daemon is back.
    assert_eq!(tutorial.ledgers().len(), 1);
    tutorial
        .call(&["clean"])
        .exits(3)
        .complains("no Docker daemon answers");
    let _proxy = Proxy::at(&socket);
    tutorial.call(&["clean"]).exits(0).says("1 object");
    world.is_as_before();
}

#[test]
fn a_container_that_dies_after_its_start_breaks_its_own_step() {
    let world = World::enter();
    let page = |setting: &str, run: &str| {
        format!(
            r"
    ```sh {setting}
    docker run -d --name short --entrypoint sh {run}
    ```

    ```sh
    docker ps
    ```
"
        )
    };
    let dies = "nginx -c 'echo cannot read the settings; exit 4'";
    let tutorial = Tutorial::new(&page("", dies));
    tutorial
        .check()
        .exits(1)
        .verdicts(&["broken", "not_reached"])
        .reason(1, "container short exited with 4");
    tutorial
        .call(&["page.md"])
        .exits(1)
        .says("cannot read the settings")
        .says("alive=no");
    Tutorial::new(&page("alive=no", dies)).check().exits(0);
    // One that goes round and round.
    let loops = "--restart always nginx -c 'sleep 0.2; exit 5'";
    let tutorial = Tutorial::new(&page("", loops));
    tutorial.check().exits(1).reason(1, "container short");
    // Later than the usual grace, if asked for; ended by somebody is no death.
    let late = "nginx -c 'sleep 4; exit 6'";
    Tutorial::new(&page("alive=8s", late))
        .check()
        .exits(1)
        .reason(1, "container short exited with 6");
    let ended = r"
    ```sh
    docker run -d --name short nginx && docker stop -t 0 short
    ```
";
    Tutorial::new(ended).check().exits(0);
    world.is_as_before();
}

#[test]
fn a_container_that_dies_while_the_page_goes_on_is_the_cause() {
    let world = World::enter();
    let page = r"
    ```sh
    docker run -d --name short --entrypoint sh nginx -c 'sleep 1.5; echo no more; exit 4'
    ```

    ```sh
    sleep 2
    docker exec short true
    ```

    ```sh
    docker ps
    ```
";
    Tutorial::new(page)
        .check()
        .exits(1)
        .verdicts(&["broken", "passed", "not_reached", "not_reached"])
        .reason(1, "container short exited with 4")
        .reason(3, "because of step 1; it was tried: ")
        .reason(4, "because of step 1");
    // Also when nothing comes after it.
    let alone = page.split("    ```sh\n    sleep").next().unwrap();
    Tutorial::new(alone)
        .check()
        .exits(1)
        .verdicts(&["broken"])
        .reason(1, "container short exited with 4");
    // One that is up does not keep the page waiting.
    let up = r#"
    ```sh
    docker run -d --name web -p 8097:80 nginx
    ```

    ```sh
    started=$(date -d "$(docker inspect -f '{{.State.StartedAt}}' web)" +%s%N)
    test $(($(date +%s%N) - started)) -lt 2500000000
    docker rm -f web
    ```
"#;
    Tutorial::new(up).check().exits(0);
    world.is_as_before();
}

#[test]
fn a_container_that_the_page_ends_in_its_own_way_is_no_death() {
    let world = World::enter();
    let page = r"
    ```sh
    docker run -d --name web nginx
    ```

    ```sh
    docker exec web nginx -s quit
    docker run --name job busybox sh -c 'sleep 1; exit 0'
    docker start job
    docker wait job
    docker start job
    docker wait job
    ```

    ```sh
    docker run -d busybox sh -c 'sleep 1; echo done'
    docker run -d nginx
    docker stop -t 1 $(docker ps -ql)
    ```
";
    Tutorial::new(page).check().exits(0);
    world.is_as_before();
}

#[test]
fn a_container_that_has_done_its_work_may_end() {
    let world = World::enter();
    let then = |more: &str| {
        format!(
            "```console\n$ docker run -d --name once busybox echo hello\n$ docker logs once\nhello\n{more}```\n"
        )
    };
    Tutorial::new(&then("")).check().exits(0);
    for needs in [
        "$ docker exec once true\n",
        "$ docker stop once\n",
        "$ docker ps -a\nCONTAINER ID   IMAGE     COMMAND        CREATED   STATUS    PORTS     NAMES\n123456789012   busybox   \"echo hello\"   1 s ago   Up 1 s              once\n",
    ] {
        let checked = Tutorial::new(&then(needs)).check();
        checked.exits(1).reason(1, "container once exited with 0");
    }
    world.is_as_before();
}

#[test]
fn a_pull_is_no_output_of_what_made_it() {
    let world = World::enter();
    // In a script, in a loop and in a pipe; with the image there, and without it.
    let page = "```console\n$ echo 'docker run --rm alpine echo tea' > pour.sh\n$ sh pour.sh\ntea\n$ docker rmi -f alpine >/dev/null\n$ for cup in 1 2; do docker run --rm alpine echo $cup; done\n1\n2\n$ docker rmi -f alpine >/dev/null\n$ docker run --rm alpine ls /srv 2>&1 | cat\n$ docker run --rm alpine echo tea\ntea\n```\n";
    let tutorial = Tutorial::new(page);
    tutorial.check().exits(0);
    tutorial.record().exits(0);
    let recorded = tutorial.read("expectations/page.yaml");
    assert!(!recorded.contains("Pull"), "{recorded}");
    world.is_as_before();
}

#[test]
fn a_hint_names_the_step_that_is_behind_a_failure() {
    let world = World::enter();
    for (page, hint) in [
        (
            "docker run --rm busybox true\ndocker logs web",
            "does line 2 lack `--name web`?",
        ),
        (
            "docker run --name web busybox true\ndocker rm web\ndocker logs web",
            "line 3 has removed `web`: remove it later",
        ),
        (
            "docker run --name web busybox true\ndocker run --name web busybox true",
            "line 2 has given the name to another container",
        ),
        (
            "docker run -d -p 8089:80 nginx\ndocker run -d -p 8089:80 nginx",
            "line 2 has opened the port for another container",
        ),
        (
            "docker run -d -p 8089:8089 nginx\ncurl -s localhost:8089",
            "port 8089 of line 2 is open, and nothing answers behind it",
        ),
    ] {
        Tutorial::new(&format!("```sh\n{page}\n```\n"))
            .call(&["page.md"])
            .exits(1)
            .says(hint);
    }
    world.is_as_before();
}

#[test]
fn a_recording_joins_new_words_to_the_objects_it_has() {
    let world = World::enter();
    let page = "```sh\ndocker run alpine echo one\n```\n\n```sh\ndocker ps -a\n```\n";
    let tutorial = Tutorial::new(page);
    tutorial.record().exits(0);
    let recorded = tutorial.read("expectations/page.yaml");
    assert!(!recorded.contains("Pulling from"), "{recorded}");
    tutorial.edit("echo one", "echo two");
    tutorial.record();
    tutorial.check().exits(0);
    tutorial.record().exits(0).says("unchanged");
    world.is_as_before();
}

#[test]
fn rows_of_other_peoples_objects_do_not_count() {
    let world = World::enter();
    let page = r"
    ```sh alive=no
    docker run -d --name mine nginx
    docker ps -a
    docker volume create my-own
    docker volume ls
    ```
";
    let tutorial = Tutorial::new(page);
    tutorial.record().exits(0);
    docker("run -d --name theirs redis");
    docker("volume create their-own");
    tutorial.check().exits(0).verdicts(&["passed"; 4]);
    // Recorded beside theirs, it passes without them.
    std::fs::remove_file(tutorial.path("expectations/page.yaml")).unwrap();
    tutorial.record().exits(0);
    docker("rm -fv theirs");
    docker("volume rm their-own");
    tutorial.check().exits(0).verdicts(&["passed"; 4]);
    docker("image rm redis");
    world.is_as_before();
}

#[test]
fn names_ports_and_first_digits_become_the_live_ones() {
    let world = World::enter();
    let page = r"
    ```console alive=200ms
    $ docker run -d -P nginx
    7eb17e337a1381c0de1a6fb0f7cf7c5aa1d11b2c0a5cf36f8d4b6f6d9a3c2b10
    $ docker port 7eb1
    80/tcp -> 0.0.0.0:49153
    80/tcp -> [::]:49153
    $ curl -s --retry 20 --retry-all-errors --retry-delay 1 -o /dev/null -w '%{http_code}\n' http://127.0.0.1:49153/
    200
    $ docker ps
    CONTAINER ID   IMAGE   COMMAND   CREATED   STATUS   PORTS   NAMES
    7eb17e337a13   nginx   ...   quirky_carver
    $ docker stop quirky_carver
    quirky_carver
    $ docker rm 7eb
    7eb
    ```
";
    let tutorial = Tutorial::new(&page.replace("nginx   ...   quirky_carver", "nginx   \"nginx -g 'daemon of…\"   3 seconds ago   Up 2 seconds   0.0.0.0:49153->80/tcp   quirky_carver"));
    let checked = tutorial.check();
    checked.exits(0).verdicts(&["passed"; 6]);
    assert_ne!(checked.steps()[2]["typed_as"], serde_json::Value::Null);
    world.is_as_before();
}
