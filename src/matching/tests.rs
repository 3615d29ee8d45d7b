use super::*;
use crate::identity::{Identity, Kind, Known};

fn known(words: &[(&str, Kind)]) -> Known {
    words
        .iter()
        .map(|(word, kind)| ((*word).to_owned(), Identity::from(*kind)))
        .collect()
}

/// Compares as `docker ps` or the like would be, with everything known on both sides.
fn differ(command: &str, expected: (&str, &Known), live: (&str, &Known)) -> Option<String> {
    let side = |(text, known)| Side::whole(text, known);
    compare(
        command,
        side(expected),
        side(live),
        &Rules::default(),
        1,
        &mut Bindings::default(),
    )
    .first()
    .map(|first| first.to_string())
}

fn plain_differ(command: &str, expected: &str, live: &str) -> Option<String> {
    let none = Known::new();
    differ(command, (expected, &none), (live, &none))
}

#[expect(clippy::disallowed_methods, reason = "real outputs are in files")]
fn capture(name: &str) -> String {
    let path = format!("{}/tests/captures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn what_always_varies_is_forgiven() {
    for (expected, live) in [
        ("Up 2 minutes", "Up About an hour"),
        (
            "Exited (0) 3 seconds ago",
            "Exited (0) Less than a second ago",
        ),
        ("done in 0.2s", "done in 1m30s"),
        ("1 row in set (0.00 sec)", "1 row in set (0.021 sec)"),
        ("Time: 0.123 ms", "Time: 12.480 ms"),
        ("30.01MB sent", "42.5MB sent"),
        (
            "2026-11-24 10:00:01 [4711] INFO up",
            "2026-11-24 10:00:07 [822] INFO up",
        ),
        ("sshd[4711]: listening", "sshd[9]: listening"),
        ("start worker process 29", "start worker process 31"),
        ("pid: 29", "pid: 4711"),
        ("at 1795632212.65", "at 1795632538.73"),
        (
            "order 5f1c1f0e-9d9b-4c38-8f0a-9b7e0f8f3c55",
            "order 0a1c1f0e-9d9b-4c38-8f0a-9b7e0f8f3c55",
        ),
        ("<object at 0x7fbfb3aa01f0>", "<object at 0x7f77f125c1f0>"),
        ("in /tmp/tmp.2imnycsYPW", "in /tmp/tmp.T4sNWOpX33"),
        ("loving_payne is up", "gallant_mccarthy is up"),
        ("copied, 0.0132 s, 1.6 GB/s", "copied, 0.2 s, 300 MB/s"),
        (
            "at 2026-11-23T22:07:06.150423186Z",
            "at 2026-11-24T00:00:00Z",
        ),
        ("37% used", "41% used"),
        (
            "in /tmp/tutcheck-a1B2c3/tutorial/x",
            "in /var/tmp/tutcheck-ZZZZZ9/home/x",
        ),
        ("trailing   ", "trailing"),
    ] {
        assert_eq!(
            plain_differ("x", expected, live),
            None,
            "{expected:?} {live:?}"
        );
    }
}

#[test]
fn what_a_reader_would_notice_is_not() {
    for (expected, live, reason) in [
        (
            "Exited (0) 3 seconds ago",
            "Exited (1) 3 seconds ago",
            "`1` instead of `0`",
        ),
        (
            "Up 2 minutes (healthy)",
            "Up 2 minutes (unhealthy)",
            "`unhealthy` instead of `healthy`",
        ),
        ("4 passed", "3 passed", "`3` instead of `4`"),
        (
            "size 68MB",
            "size 950MB",
            "sizes differ by more than twice: 68MB, 950MB",
        ),
        ("port 8080", "port 8888", "`8888` instead of `8080`"),
        ("[4711]", "[4712]", "`4712` instead of `4711`"),
        (
            "my_app is up",
            "your_app is up",
            "`your_app` instead of `my_app`",
        ),
        ("5 s", "7 s", "`7` instead of `5`"),
        ("a\nb\nc", "a\nc", "a line is missing"),
        ("a", "a\nb\nc", "2 lines are new"),
        (
            "sum aaaaaaaaaaaa",
            "sum bbbbbbbbbbbb",
            "`bbbbbbbbbbbb` instead of `aaaaaaaaaaaa`; Docker knows no such ID, so the two are compared exactly",
        ),
        (
            "3 seconds",
            "3 apples",
            "`3` instead of the age `3 seconds`",
        ),
    ] {
        assert_eq!(
            plain_differ("x", expected, live).as_deref(),
            Some(reason),
            "{expected:?} {live:?}"
        );
    }
}

#[test]
fn identifiers_are_compared_by_what_they_stand_for() {
    let recorded = known(&[
        ("aaaaaaaaaaaa", Kind::Container),
        ("bbbbbbbbbbbb", Kind::Container),
        ("dddddddddddd", Kind::Image),
    ]);
    let live = known(&[
        ("111111111111", Kind::Container),
        ("222222222222", Kind::Container),
        ("444444444444", Kind::Image),
    ]);
    let judge = |expected, printed| differ("x", (expected, &recorded), (printed, &live));
    assert_eq!(
        judge("aaaaaaaaaaaa bbbbbbbbbbbb", "111111111111 222222222222"),
        None
    );
    assert_eq!(
        judge("aaaaaaaaaaaa", "444444444444").as_deref(),
        Some("an image where a container was recorded")
    );
    assert_eq!(
        judge("aaaaaaaaaaaa\naaaaaaaaaaaa", "111111111111\n222222222222").as_deref(),
        Some("two containers where one was recorded: both in step 1")
    );
    assert_eq!(
        judge("aaaaaaaaaaaa\nbbbbbbbbbbbb", "111111111111\n111111111111").as_deref(),
        Some("one container where two were recorded: both in step 1")
    );
}

#[test]
fn an_image_may_be_its_digest() {
    let digest = |digit: &str| format!("sha256:{}", digit.repeat(64));
    let (one, other) = (digest("a"), digest("1"));
    let recorded = known(&[(&one[7..], Kind::Digest)]);
    let live = known(&[(&other[7..], Kind::Image)]);
    let judge =
        |expected: &str, printed: &str| differ("x", (expected, &recorded), (printed, &live));
    assert_eq!(
        judge(&format!("Digest: {one}"), &format!("Digest: {other}")),
        None
    );
    let live = known(&[(&other[7..], Kind::Container)]);
    let said = differ("x", (&one, &recorded), (&other, &live));
    assert_eq!(
        said.as_deref(),
        Some("a container where a digest was recorded")
    );
}

#[test]
fn an_id_on_the_page_stands_for_the_one_that_is_there() {
    let live = known(&[("111111111111", Kind::Container)]);
    let none = Known::new();
    let shown = Side::of_page("7eb17e337a13", &none);
    let printed = Side::whole("111111111111", &live);
    let mut bindings = Bindings::default();
    assert!(compare("x", shown, printed, &Rules::default(), 1, &mut bindings).is_same());
    assert_eq!(
        bindings.typed("docker stop 7eb17e337a13"),
        "docker stop 111111111111"
    );
}

#[test]
fn columns_may_be_of_any_width() {
    let ids = known(&[("aaaaaaaaaaaa", Kind::Image)]);
    let narrow = "REPOSITORY   TAG   IMAGE ID       CREATED   SIZE\nx   latest   aaaaaaaaaaaa   2 days ago   1MB";
    let wide = "REPOSITORY              TAG         IMAGE ID            CREATED             SIZE\nx         latest    aaaaaaaaaaaa     About an hour ago   1.1MB";
    assert_eq!(differ("docker images", (narrow, &ids), (wide, &ids)), None);
    // Behind a pipe it is no table any more, but columns they still are.
    let wide = wide.replace("1.1MB", "1MB");
    assert_eq!(
        differ("docker images | cat", (narrow, &ids), (&wide, &ids)),
        None
    );
    assert!(plain_differ("cat file", "a b", "a  b").is_some());
    assert!(plain_differ("cat file", "  - a", "    - a").is_some());
}

#[test]
fn two_pulls_are_one_and_an_error_in_between_is_not_lost() {
    let (first, third) = (capture("pull_piped_1.txt"), capture("pull_piped_3.txt"));
    assert_eq!(plain_differ("docker pull x", &first, &third), None);
    let broken = third.replace(
        "33c1ae181cc9: Download complete",
        "error pulling image configuration: EOF",
    );
    assert_eq!(
        plain_differ("docker pull x", &first, &broken).as_deref(),
        Some("a line is new")
    );
    let preamble = format!("Unable to find image 'x' locally\n{first}")
        .replace("\n127.0.0.1:5077/demo:1", "\nhello");
    assert_eq!(plain_differ("docker run x", "hello\n", &preamble), None);
}

#[test]
fn two_builds_are_one_whatever_builder_tells() {
    let (legacy, again) = (capture("legacy_build_1.txt"), capture("legacy_build_2.txt"));
    assert_eq!(plain_differ("docker build .", &legacy, &again), None);
    let (buildkit, again) = (
        capture("buildkit_plain_1.txt"),
        capture("buildkit_plain_2.txt"),
    );
    assert_eq!(plain_differ("docker build .", &buildkit, &again), None);
    let other = buildkit.replace("#6 0.100 one", "#6 0.100 eins");
    assert_eq!(
        plain_differ("docker build .", &buildkit, &other).as_deref(),
        Some("`eins` instead of `one`")
    );
    let other = legacy.replace("COPY f2 /d/", "COPY f9 /d/");
    assert!(plain_differ("docker build .", &legacy, &other).is_some());
    let legacy = "Step 1/3 : FROM x\n ---> ab00cad5938f\nStep 2/3 : RUN echo hi\n ---> Running in 65154a0f81dd\nhi\n ---> ab00cad5938e\nStep 3/3 : CMD [\"a\"]\n ---> ab00cad5938d\nSuccessfully built ab00cad5938d\nSuccessfully tagged demo:latest";
    let buildkit = "#1 [internal] load build definition from Dockerfile\n#1 DONE 0.0s\n#4 [1/2] FROM docker.io/library/x@sha256:00\n#5 [2/2] RUN echo hi\n#5 0.100 hi\n#5 DONE 0.2s\n#6 naming to docker.io/library/demo done";
    assert_eq!(
        plain_differ("docker build -t demo .", legacy, buildkit),
        None
    );
    assert_eq!(
        form("docker build .", legacy, &[]).as_deref(),
        Some("the legacy builder")
    );
    assert_eq!(
        form("docker build .", buildkit, &[]).as_deref(),
        Some("BuildKit")
    );
}

#[test]
fn authors_may_leave_lines_and_words_out() {
    let none = Known::new();
    let page_differ = |expected, live| {
        let page = Side::of_page(expected, &none);
        let live = Side::whole(live, &none);
        compare(
            "x",
            page,
            live,
            &Rules::default(),
            1,
            &mut Bindings::default(),
        )
        .first()
        .map(|first| first.to_string())
    };
    for (recorded, live) in [
        ("Waiting...", "Waiting FAIL"),
        ("...", "a\nb"),
        (".* (re)", "x"),
        ("a\nb (?)", "a"),
    ] {
        assert!(
            plain_differ("x", recorded, live).is_some(),
            "{recorded:?} {live:?}"
        );
    }
    for (expected, live) in [
        ("a\n...\nd", "a\nb\nc\nd"),
        ("a\n...", "a"),
        ("...\nd", "d"),
        ("...", ""),
        ("a\n...\nc\n...\ne", "a\nb\nc\nd\ne"),
        ("hello ... world", "hello big wide world"),
        ("took [..] seconds", "took 17 seconds"),
        ("v[0-9]+ (re)", "v17"),
        ("v* (glob)", "v17.2"),
        ("a\nmaybe (?)\nb", "a\nb"),
        ("a\nmaybe (?)\nb", "a\nmaybe\nb"),
        ("what (re)", "what (re)"),
        // A blank may have more than one byte.
        ("a ... 7MB", "a b\u{2028}8MB"),
    ] {
        assert_eq!(page_differ(expected, live), None, "{expected:?} {live:?}");
    }
    for (expected, live) in [
        ("a\n...\nd", "a\nb\nc"),
        ("a\n...\nd", "b\nd"),
        ("v[0-9]+ (re)", "v17x"),
        ("x ... y", "x z"),
    ] {
        assert!(
            page_differ(expected, live).is_some(),
            "{expected:?} {live:?}"
        );
    }
}

#[test]
fn rules_loosen_and_tighten() {
    let none = Known::new();
    let side = |text| Side::whole(text, &none);
    let with = |rules: &Rules, a, b| {
        compare("x", side(a), side(b), rules, 1, &mut Bindings::default()).is_same()
    };
    let unordered = Rules {
        unordered: true,
        ..Rules::default()
    };
    assert!(with(&unordered, "a\nb\nb", "b\na\nb"));
    assert!(!with(&unordered, "a\nb\nb", "b\na\na"));
    let masks = vec![regex::Regex::new("run [a-z]+").expect("a pattern")];
    assert!(with(
        &Rules {
            masks,
            ..Rules::default()
        },
        "in run abc!",
        "in run xyz!"
    ));
    let strict = Rules {
        strict: vec!["size".into()],
        ..Rules::default()
    };
    assert!(!with(&strict, "30MB", "31MB"));
}

#[test]
fn a_page_may_leave_out_any_part_of_a_build() {
    let none = Known::new();
    let live = "#4 [1/2] FROM docker.io/library/x:1\n#4 CACHED\n#5 [2/2] RUN echo hi\n#5 0.100 hi\n#5 DONE 0.2s\n#6 naming to docker.io/library/demo done\n";
    let page_differ = |page: &str, live: &str| {
        let mut bindings = Bindings::of_page();
        let rules = Rules::default();
        let (page, live) = (Side::of_page(page, &none), Side::whole(live, &none));
        compare(
            "docker build -t demo .",
            page,
            live,
            &rules,
            1,
            &mut bindings,
        )
        .first()
        .map(|first| first.to_string())
    };
    let page = "[+] Building 0.3s (6/6) FINISHED\n...\n => [2/2] RUN echo hi      0.1s\n...\n";
    assert_eq!(page_differ(page, live), None);
    assert!(page_differ(&page.replace("echo hi", "echo ho"), live).is_some());
    let failed = live.replace(
        "#6 naming",
        "ERROR: failed to solve: out of luck\n#6 naming",
    );
    assert!(page_differ(page, &failed).is_some());
}

#[test]
fn what_an_author_chose_is_not_forgiven_in_json() {
    let inspect = |config: &str| format!("[{{\"Id\": \"a\", \"Config\": {{{config}}}}}]");
    let (one, other) = (
        inspect("\"Labels\": {\"a\": \"b\"}"),
        inspect("\"Labels\": {\"c\": \"b\"}"),
    );
    assert!(plain_differ("docker inspect x", &one, &other).is_some());
    let newer = inspect("\"Labels\": {\"a\": \"b\"}, \"NewField\": \"x\"");
    assert_eq!(plain_differ("docker inspect x", &one, &newer), None);
}

#[test]
fn each_form_of_an_output_has_a_name() {
    for (command, text, name) in [
        (
            "docker images",
            "REPOSITORY   TAG   IMAGE ID   CREATED   SIZE\n",
            "before version 29",
        ),
        (
            "docker images",
            "REPOSITORY   TAG   IMAGE ID   CREATED   VIRTUAL SIZE\n",
            "before version 1.13",
        ),
        (
            "docker images",
            "IMAGE   ID   DISK USAGE   CONTENT SIZE   EXTRA\n",
            "Docker 29 or later",
        ),
        (
            "docker run --x y",
            "unknown flag: --x\nSee 'docker run --help'.\n",
            "before version 28",
        ),
        (
            "docker run --x y",
            "unknown flag: --x\n\nRun 'docker run --help' for more information\n",
            "Docker 28 or later",
        ),
        (
            "docker build .",
            "[+] Building 0.1s (5/5) FINISHED\n",
            "BuildKit",
        ),
        (
            "docker-compose up",
            "Creating x_web_1 ... done\n",
            "Compose 1",
        ),
    ] {
        let form = form(command, text, &[]).unwrap_or_default();
        assert!(form.contains(name), "{command}: {form:?}");
    }
    assert_eq!(form("docker images", "nothing\n", &[]), None);
}

/// What older versions wrote, and what others write since, says the same; what it says is compared.
#[test]
fn forms_of_older_versions_say_the_same() {
    for (command, old, new, wrong) in [
        (
            "docker images",
            "REPOSITORY   TAG      IMAGE ID       CREATED        VIRTUAL SIZE\nbox          latest   8c2e06607696   4 months ago   2.433 MB\n",
            "REPOSITORY   TAG      IMAGE ID       CREATED       SIZE\nbox          latest   8c2e06607696   2 hours ago   2.03MB\n",
            ("box", "fox"),
        ),
        (
            "docker ps",
            "CONTAINER ID   IMAGE          COMMAND   CREATED         STATUS         PORTS     NAMES\nc3f279d17e0a   nginx:latest   \"run\"     2 minutes ago   Up 2 minutes             web\n",
            "CONTAINER ID   IMAGE     COMMAND   CREATED        STATUS        PORTS     NAMES\nc3f279d17e0a   nginx     \"run\"     1 second ago   Up 1 second             web\n",
            ("nginx ", "httpd "),
        ),
        (
            "docker-compose ps",
            "   Name              Command          State   Ports\n---------------------------------------------------\napp_web_1   nginx -g daemon off;   Up      80/tcp\n",
            "NAME        IMAGE   COMMAND   SERVICE   CREATED         STATUS         PORTS\napp-web-1   nginx   \"run\"     web       2 seconds ago   Up 1 second    80/tcp\n",
            ("Up 1 second ", "Exited (1) 2 "),
        ),
        (
            "python3 -c 'f()'",
            "Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\nNameError: name 'f' is not defined\n",
            "Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\n    f()\n    ^\nNameError: name 'f' is not defined\n",
            ("'f'", "'g'"),
        ),
        (
            "docker compose run --rm cache echo hi",
            "hi\n",
            " Network x_default  Creating\n Network x_default  Created\nhi\n",
            ("hi", "ho"),
        ),
    ] {
        assert_eq!(plain_differ(command, old, new), None, "{command}");
        let new = new.replace(wrong.0, wrong.1);
        assert!(plain_differ(command, old, &new).is_some(), "{command}");
    }
}

#[test]
fn what_was_set_is_compared_exactly() {
    for (command, one, other) in [
        (
            "docker inspect -f '{{.Config.Healthcheck.Interval}}' web",
            "10s\n",
            "30s\n",
        ),
        (
            "docker compose config | grep interval",
            "  interval: 10s\n",
            "  interval: 30s\n",
        ),
        ("cat compose.yaml", "  interval: 10s\n", "  interval: 30s\n"),
    ] {
        assert!(plain_differ(command, one, other).is_some(), "{command}");
    }
    for command in ["docker inspect -f '{{.State.Health}}' web", "cat times.log"] {
        assert_eq!(
            plain_differ(command, "took 10s\n", "took 30s\n"),
            None,
            "{command}"
        );
    }
}

#[test]
fn a_line_that_is_there_several_times_leaves_the_next_ones_theirs() {
    let none = Known::new();
    let is_same = |page: &str, live: &str| {
        let (page, live) = (Side::of_page(page, &none), Side::whole(live, &none));
        compare(
            "seq 4",
            page,
            live,
            &Rules::default(),
            1,
            &mut Bindings::of_page(),
        )
        .is_same()
    };
    assert!(is_same("1\n\\d (re+)\n4\n", "1\n2\n3\n4\n"));
    assert!(!is_same("1\n\\d (re+)\n5\n", "1\n2\n3\n4\n"));
    assert!(!is_same("1\n\\d (re+)\n4\n", "1\n4\n"));
}

#[test]
fn package_managers_talk_and_only_their_errors_count() {
    for (command, one, other, broken) in [
        (
            "sudo apt-get install -y tree",
            "Reading package lists...\nGet:1 http://a trixie/main amd64 tree amd64 2.1 [50 kB]\nSetting up tree (2.1-1) ...\n",
            "Reading package lists...\nGet:1 http://b trixie/main amd64 tree amd64 2.2 [60 kB]\nFetched 60 kB in 0s (9 MB/s)\nSetting up tree (2.1-1) ...\n",
            "Reading package lists...\nE: Unable to locate package tree\n",
        ),
        (
            "python3 -m pip install flask",
            "Collecting flask\n  Downloading flask-3.0.0-py3-none-any.whl (99 kB)\nSuccessfully installed flask-3.0.0\n",
            "Collecting flask\n  Using cached flask-3.0.0-py3-none-any.whl (99 kB)\nSuccessfully installed flask-3.0.0 werkzeug-3.1\n[notice] A new release of pip is available: 25.0 -> 26.0\n",
            "Collecting flask\nERROR: No matching distribution found for flask\n",
        ),
        (
            "npm install",
            "\nadded 112 packages in 3s\n\n14 packages are looking for funding\n  run `npm fund` for details\n",
            "\nadded 113 packages, and audited 114 packages in 2s\nnpm notice New major version of npm available!\nfound 0 vulnerabilities\n",
            "npm error code E404\n",
        ),
        (
            "apk add curl",
            "fetch http://a/APKINDEX.tar.gz\n(1/2) Installing zlib (1.3-r0)\n(2/2) Installing curl (8.5-r0)\nOK: 12 MiB in 20 packages\n",
            "fetch http://a/APKINDEX.tar.gz\n(1/1) Installing curl (8.6-r0)\nOK: 12 MiB in 21 packages\n",
            "ERROR: unable to select packages:\n  curl (no such package):\n",
        ),
    ] {
        assert_eq!(plain_differ(command, one, other), None, "{command}");
        assert!(plain_differ(command, one, broken).is_some(), "{command}");
    }
    // What another command of the same line prints is not theirs.
    let both = "apt-get install -y tree && tree --version";
    let text = |version: &str| format!("Setting up tree ({version}-1) ...\ntree v{version}\n");
    assert!(plain_differ(both, &text("2.1"), &text("2.2")).is_some());
}

#[test]
fn services_speak_in_their_own_order() {
    let one = "web-1    | one\nweb-1    | two\ncache-1  | ready\n";
    let other = "cache-1 | ready\nweb-1 | one\nweb-1 | two\n";
    assert_eq!(plain_differ("docker compose logs", one, other), None);
    let swapped = "cache-1 | ready\nweb-1 | two\nweb-1 | one\n";
    assert!(plain_differ("docker compose logs", one, swapped).is_some());
}

#[test]
fn compose_is_compared_by_what_became_of_each_resource() {
    let first =
        "Creating network \"x_default\" with the default driver\nCreating x_web_1 ... done\n";
    let plain = " Network x_default  Creating\n Network x_default  Created\n Container x-web-1  Creating\n Container x-web-1  Created\n Container x-web-1  Starting\n Container x-web-1  Started\n";
    let drawn = "[+] Running 2/2\n ✔ Network x_default    Created   0.1s\n ✔ Container x-web-1    Started   0.5s\n";
    assert_eq!(plain_differ("docker compose up -d", plain, drawn), None);
    assert_eq!(plain_differ("docker compose up -d", first, drawn), None);
    let cold =
        format!(" 266e02f930ef Waiting \n 266e02f930ef Extracting [=>  ] 2.6MB/31.9MB\n{plain}");
    assert_eq!(plain_differ("docker compose up -d", plain, &cold), None);
    let cold = format!(" web Pulling \n{cold} web Pulled \n");
    assert_eq!(without_pull("docker compose up -d", &cold, true), plain);
    assert!(without_pull("docker compose pull", &cold, true).ends_with(" web Pulled \n"));
    let failed = plain.replace("Container x-web-1  Started", "Container x-web-1  Error");
    assert!(plain_differ("docker compose up -d", plain, &failed).is_some());
}

proptest::proptest! {
    #[test]
    fn a_text_is_the_same_as_itself(text in "\\PC{0,60}(\n\\PC{0,40}){0,6}") {
        for command in ["x", "docker images", "docker pull x", "docker build ."] {
            proptest::prop_assert_eq!(plain_differ(command, &text, &text), None);
        }
    }

    #[test]
    fn which_of_two_recordings_comes_first_does_not_matter(
        one in "([ab1-3 .]{0,6}\n){0,6}", other in "([ab1-3 .]{0,6}\n){0,6}"
    ) {
        for command in ["x", "docker images", "docker pull x", "ls"] {
            let (there, back) = (plain_differ(command, &one, &other), plain_differ(command, &other, &one));
            proptest::prop_assert_eq!(there.is_none(), back.is_none());
        }
    }

    #[test]
    fn tokens_never_lose_their_way(line in "[0-9a-f:. smhKMB%/_TZ-]{0,80}") {
        proptest::prop_assert!(tokens::tokens(&line).count() <= line.len());
    }
}

#[test]
fn what_never_comes_twice_in_the_same_way() {
    let none = Known::new();
    let same = |command: &str, a: &str, b: &str| {
        let side = |text| Side::whole(text, &none);
        let rules = Rules::default();
        compare(
            command,
            side(a),
            side(b),
            &rules,
            1,
            &mut Bindings::default(),
        )
        .is_same()
    };
    let python =
        |version: &str| format!("Python {version} (main, Jun 11 2025) [GCC 12.2.0] on linux\n");
    assert!(same("python3", &python("3.13.5"), &python("3.11.7")));
    assert!(!same(
        "python3 --version",
        "Python 3.13.5\n",
        "Python 3.11.7\n"
    ));
    let page = Side::of_page("Python 3...\n", &none);
    let live = python("3.11.7");
    let of_page = compare(
        "python3",
        page,
        Side::whole(&live, &none),
        &Rules::default(),
        1,
        &mut Bindings::default(),
    );
    assert!(
        of_page.is_same(),
        "a line that is shown in part is as it was printed"
    );
    assert!(same(
        "git log --oneline",
        "1234567 (HEAD -> main) First\n",
        "7654321 First\n"
    ));
    assert!(!same(
        "git log --oneline",
        "1234567 (HEAD -> main) First\n",
        "7654321 Last\n"
    ));
    assert!(same(
        "docker run --rm hello-world",
        "\nHello from Docker!\n",
        "Unable to find image 'hello-world:latest' locally\n\nHello from Docker!\n"
    ));
    assert!(same(
        "docker run --rm alpine ls /srv",
        "one two\n",
        "Unable to find image 'alpine:latest' locally\nlatest: Pulling from library/alpine\nf7121cbc32d2: Pull complete\none\ntwo\n"
    ));
    assert!(same("docker diff web", "A /b\nC /c\n", "C /c\nA /b\n"));
    assert!(!same("docker diff web", "A /b\nC /c\n", "C /c\nD /b\n"));
    let ping = "round-trip min/avg/max = 0.1/0.2/0.3 ms\n";
    assert!(same(
        "ping x",
        ping,
        "round-trip min/avg/max = 1.5/2/34.25 ms\n"
    ));
    assert!(!same(
        "ping x",
        ping,
        "round-trip min/avg/max = 0.1/0.2/ ms\n"
    ));
}

#[test]
fn what_is_huge_is_compared_line_by_line() {
    let many = |last: &str| "tea at 12:00:01\n".repeat(200_000) + last + "\n";
    let differ = |live: &str| plain_differ("date", &many("end"), live);
    assert_eq!(differ(&many("end").replace("12:00:01", "13:00:02")), None);
    assert_eq!(
        differ(&many("and")).as_deref(),
        Some("`and` instead of `end`")
    );
    assert_eq!(differ(&many("end\nmore")).as_deref(), Some("a line is new"));
    assert_eq!(
        plain_differ("date", &many("end\nmore"), &many("end")).as_deref(),
        Some("a line is missing")
    );
    // Empty lines at the start say nothing, and of a set the order does not.
    assert_eq!(differ(&("\n\n".to_owned() + &many("end"))), None);
    let none = Known::new();
    let unordered = Rules {
        unordered: true,
        ..Rules::default()
    };
    let turned = "end\n".to_owned() + &"tea at 12:00:01\n".repeat(200_000);
    for (rules, is_same) in [(&unordered, true), (&Rules::default(), false)] {
        let (expected, live) = (many("end"), Side::whole(&turned, &none));
        let expected = Side::whole(&expected, &none);
        let comparison = compare("date", expected, live, rules, 1, &mut Bindings::default());
        assert_eq!(comparison.is_same(), is_same);
    }
}

#[test]
fn a_line_without_end_is_compared_by_its_words() {
    let long = |last: &str| "tea at 12:00:01 ".repeat(50_000) + last + "\n";
    let differ = |live: &str| plain_differ("date", &long("end"), live);
    assert_eq!(differ(&long("end").replace("12:00:01", "13:00:02")), None);
    assert_eq!(
        differ(&long("and")).as_deref(),
        Some("`and` instead of `end`")
    );
    assert!(differ(&long("end end")).is_some());
}

#[test]
fn json_without_end_is_compared_as_text() {
    // A key of many bytes stands in the way to each of many values.
    let key = "k".repeat(50_000);
    let nested = |value: &str| format!("{{\"{key}\":[{}{value}]}}\n", "1,".repeat(50_000));
    let differ = |live: &str| plain_differ("docker inspect tea", &nested("1"), live);
    assert_eq!(differ(&nested("1")), None);
    assert!(differ(&nested("2")).is_some());
}
