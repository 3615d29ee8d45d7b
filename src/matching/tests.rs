use super::*;

fn known(words: &[(&str, Kind)]) -> Known {
    words
        .iter()
        .map(|(word, kind)| ((*word).to_owned(), *kind))
        .collect()
}

/// Compares as `docker ps` or the like would be, with everything known on both sides.
fn differ(command: &str, expected: (&str, &Known), live: (&str, &Known)) -> Option<String> {
    let side = |(text, known)| Side {
        text,
        known,
        complete: true,
    };
    compare(
        command,
        side(expected),
        side(live),
        &Rules::default(),
        1,
        &mut Bindings::default(),
    )
    .reason()
}

fn plain_differ(command: &str, expected: &str, live: &str) -> Option<String> {
    let none = Known::new();
    differ(command, (expected, &none), (live, &none))
}

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
        ("30.01MB sent", "42.5MB sent"),
        (
            "at 2026-11-23T22:07:06.150423186Z",
            "at 2026-11-24T00:00:00Z",
        ),
        ("37% used", "41% used"),
        (
            "in /tmp/tutcheck-a1B2c3/home/x",
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
        ("a\nb\nc", "a\nc", "a line is missing"),
        ("a", "a\nb\nc", "2 lines are new"),
        (
            "sum aaaaaaaaaaaa",
            "sum bbbbbbbbbbbb",
            "`bbbbbbbbbbbb` instead of `aaaaaaaaaaaa`; Docker knows no such ID, so the two are compared exactly",
        ),
        ("3 seconds", "3 apples", "`3` instead of an age"),
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
        Some("the ID of an image where that of a container was recorded")
    );
    assert_eq!(
        judge("aaaaaaaaaaaa\naaaaaaaaaaaa", "111111111111\n222222222222").as_deref(),
        Some("two containers where one was recorded: steps 1 and 1")
    );
    assert_eq!(
        judge("aaaaaaaaaaaa\nbbbbbbbbbbbb", "111111111111\n111111111111").as_deref(),
        Some("one container where two were recorded: steps 1 and 1")
    );
}

#[test]
fn an_id_on_the_page_stands_for_the_one_that_is_there() {
    let live = known(&[("111111111111", Kind::Container)]);
    let none = Known::new();
    let shown = Side {
        text: "7eb17e337a13",
        known: &none,
        complete: false,
    };
    let printed = Side {
        text: "111111111111",
        known: &live,
        complete: true,
    };
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
    assert!(differ("cat table", (narrow, &ids), (wide, &ids)).is_some());
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
    assert_eq!(form("docker build .", legacy), Some("the legacy builder"));
    assert_eq!(form("docker build .", buildkit), Some("BuildKit"));
}

#[test]
fn authors_may_leave_lines_and_words_out() {
    let none = Known::new();
    let page_differ = |expected, live| {
        let page = Side {
            text: expected,
            known: &none,
            complete: false,
        };
        let live = Side {
            text: live,
            known: &none,
            complete: true,
        };
        compare(
            "x",
            page,
            live,
            &Rules::default(),
            1,
            &mut Bindings::default(),
        )
        .reason()
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
    let side = |text| Side {
        text,
        known: &none,
        complete: true,
    };
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

proptest::proptest! {
    #[test]
    fn a_text_is_the_same_as_itself(text in "\\PC{0,60}(\n\\PC{0,40}){0,6}") {
        for command in ["x", "docker images", "docker pull x", "docker build ."] {
            proptest::prop_assert_eq!(plain_differ(command, &text, &text), None);
        }
    }

    #[test]
    fn tokens_never_lose_their_way(line in "[0-9a-f:. smhKMB%/_TZ-]{0,80}") {
        proptest::prop_assert!(tokens::tokens(&line).count() <= line.len());
    }
}
