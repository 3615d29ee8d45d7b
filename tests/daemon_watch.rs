//! A page that goes on from its middle, at a real daemon: what came since is gone, what was there is as it was.

use crate::daemon::{World, docker};
use crate::support::Tutorial;
use crate::watch::Watch;

#[test]
fn what_came_since_is_gone_and_what_was_there_is_as_it_was() {
    let world = World::enter();
    let tutorial = Tutorial::new(
        r"
    ```console
    $ docker volume create data
    data
    $ docker run --rm -v data:/data busybox sh -c 'echo one > /data/words'
    $ docker create --name box busybox true
    $ docker ps -a --format '{{.Names}} {{.Status}}'
    box Created
    $ docker run --name other -v data:/data busybox sh -c 'echo two >> /data/words; cat /data/words'
    one
    two
    $ docker rm other
    other
    $ docker tag busybox mine
    $ docker images --format '{{.Repository}}' | sort
    busybox
    mine
    ```
    ",
    );
    {
        let watch = Watch::start(&tutorial);
        watch.says("8 passed");
        // Only looked at: the other container is gone for it, and comes no more. What comes behind was seen before.
        tutorial.edit("{{.Names}} {{.Status}}'\nbox Created", "{{.Names}}'\nbox");
        let said = watch.says("from step 1, since step 5 may have changed `data` (4 played");
        assert!(said.contains("8 passed"), "{said}");
        assert!(!docker("image ls --format {{.Repository}}").contains("mine"));
        // Words of the page are judged by both.
        tutorial.edit("\nother\n", "\nanother\n");
        watch.says("7 passed, 1 broken");
        tutorial.edit("\nanother\n", "\nother\n");
        watch.says("8 passed");
        // From there to the end; the volume has one word again, and no name is taken.
        tutorial.edit("docker rm other\nother", "docker rm --force other\nother");
        let said = watch.says("from step 5 (4 played");
        assert!(said.contains("8 passed"), "{said}");
        tutorial.edit("docker create --name box", "docker create --name box2");
        let said = watch.says("from step 1, since step 5 may have changed `data`");
        assert!(
            said.contains("1 broken") && said.contains("+ box2"),
            "{said}"
        );
        tutorial.edit("'\nbox", "'\nbox2");
        watch.says("8 passed");
    }
    world.is_as_before();
}

/// What is made anew has other IDs than what comes behind it has seen; a page that shows them is told of neither.
#[test]
fn ids_of_two_runs_are_not_mixed() {
    let world = World::enter();
    let tutorial = Tutorial::new(
        r"
    ```console
    $ docker create --name box busybox true > /dev/null
    $ docker ps -aq
    0c564edbaa70
    $ docker ps -a --format '{{.ID}} {{.Names}}'
    0c564edbaa70 box
    $ docker start box
    box
    $ docker ps -aq
    0c564edbaa70
    $ docker rm 0c564edbaa70
    0c564edbaa70
    ```
    ",
    );
    {
        let watch = Watch::start(&tutorial);
        watch.says("6 passed");
        tutorial.edit(
            "$ docker ps -aq\n0c564edbaa70\n$ docker ps -a --f",
            "$ docker ps -q -a\n0c564edbaa70\n$ docker ps -a --f",
        );
        let said = watch.says("from step 1, since step 4 may have changed `box` (2 played");
        assert!(said.contains("6 passed"), "{said}");
        tutorial.edit(
            "$ docker ps -aq\n0c564edbaa70",
            "$ docker ps -q --all\n0c564edbaa70",
        );
        let said = watch.says("from step 3 (3 played");
        assert!(said.contains("6 passed"), "{said}");
        tutorial.edit("box\n$ docker ps", "BOX\n$ docker ps");
        watch.says("5 passed, 1 broken");
    }
    world.is_as_before();
}

/// A command that only looks, where nothing has changed since: what came later is gone for it, and comes no more.
#[test]
fn what_only_looks_is_played_where_it_stands() {
    let world = World::enter();
    let tutorial = Tutorial::new(
        r"
    ```console
    $ docker create --name box busybox true
    $ docker ps -a --format '{{.Names}} {{.Status}}'
    box Created
    $ docker tag busybox mine
    $ docker create --name other busybox true
    $ docker ps -aq | wc -l
    2
    ```
    ",
    );
    {
        let watch = Watch::start(&tutorial);
        watch.says("5 passed");
        tutorial.edit("{{.Names}} {{.Status}}'\nbox Created", "{{.Names}}'\nbox");
        let said = watch.says("from step 2 (1 played");
        assert!(said.contains("5 passed"), "{said}");
        assert!(!docker("image ls --format {{.Repository}}").contains("mine"));
        assert!(!docker("ps -a --format {{.Names}}").contains("other"));
        tutorial.edit("wc -l\n2", "wc -c\n26");
        let said = watch.says("from step 3 (3 played");
        assert!(said.contains("5 passed"), "{said}");
    }
    world.is_as_before();
}

/// What speaks to a container may change it, and so may one that comes to its network.
#[test]
fn a_container_that_was_spoken_to_is_made_anew() {
    let world = World::enter();
    let tutorial = Tutorial::new(
        r"
    ```console
    $ docker network create net
    a3f0c1d2e4b5
    $ docker run -d --name web --network net nginx
    1f2e3d4c5b6a
    $ echo one
    one
    $ docker run --rm --network net busybox sh -c 'sleep 1; wget -qO /dev/null http://web/nothing-here'; true
    wget: server returned error: HTTP/1.1 404 Not Found
    $ docker logs web 2>&1 | grep -c 'GET /nothing-here'
    1
    $ docker network disconnect net web
    $ docker rm -f web
    web
    $ docker network rm net
    net
    ```
    ",
    );
    {
        let watch = Watch::start(&tutorial);
        let said = watch.says("Summary");
        assert!(
            said.contains("0 broken") || !said.contains("broken"),
            "{said}"
        );
        tutorial.edit("$ echo one\none", "$ touch one");
        let said = watch.says("from step 1, since step 4 may have changed `web` (8 played");
        assert!(!said.contains("broken"), "{said}");
    }
    world.is_as_before();
}

/// Each step behind the second has changed something of before it: what the daemon is asked for past its events, by a
/// command in a container or from here, and an image that is gone.
#[test]
fn what_has_changed_is_named_with_its_step() {
    let world = World::enter();
    for (step, output, what) in [
        ("curl -s -o /dev/null localhost:18123", "", "web"),
        ("docker exec web sh -c 'echo x >> /x; cat /x'", "x\n", "web"),
        ("docker network disconnect bridge web", "", "web"),
        ("docker rmi mine", "...\n", "mine:latest"),
    ] {
        let page = format!(
            "\n```console\n$ docker run -d --name web -p 18123:80 nginx\n7eb17e337a13\n$ docker commit web mine > /dev/null\n$ touch one\n$ {step}\n{output}```\n"
        );
        let tutorial = Tutorial::new(&page);
        {
            let watch = Watch::start(&tutorial);
            watch.says("Summary");
            tutorial.edit("touch one", "touch two");
            let said = watch.says("from step");
            assert!(
                said.contains(&format!("since step 4 may have changed `{what}`")),
                "{said}"
            );
            assert!(!said.contains("broken"), "{said}");
        }
        world.is_as_before();
    }
}

/// What was pulled is had again, though the page has removed it.
#[test]
fn an_image_that_was_pulled_comes_again() {
    let world = World::enter();
    let tutorial = Tutorial::new(
        r"
    ```console
    $ docker pull -q hello-world > /dev/null
    $ touch one
    $ docker images -q hello-world | wc -l
    1
    $ docker rmi hello-world > /dev/null
    $ docker images -q hello-world | wc -l
    0
    ```
    ",
    );
    {
        let watch = Watch::start(&tutorial);
        watch.says("5 passed");
        tutorial.edit("touch one", "touch two");
        let said = watch.says("from step 2 (4 played");
        assert!(said.contains("5 passed"), "{said}");
    }
    world.is_as_before();
}

/// After a kill, `clean` knows what a watch has made, also since it went back.
#[test]
fn after_a_kill_clean_removes_what_a_watch_has_made() {
    let world = World::enter();
    let tutorial = Tutorial::new(
        r"
    ```console
    $ docker create --name one busybox true > /dev/null
    $ docker volume create data
    data
    $ docker tag busybox mine
    ```
    ",
    );
    let watch = Watch::start(&tutorial);
    watch.says("3 passed");
    tutorial.edit("volume create data\ndata", "volume create other\nother");
    watch.says("from step 2 (2 played");
    watch.is_killed();
    tutorial.call(&["clean"]).exits(0);
    world.is_as_before();
}
