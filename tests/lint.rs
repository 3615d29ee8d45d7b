//! What `tutcheck lint` finds, and what it does not.

use crate::support::{Tutorial, as_written};

/// The findings for a page: line and code.
fn findings(page: &str) -> Vec<(u64, String)> {
    let said = Tutorial::new(page).call(&["lint", "page.md", "--format", "json"]);
    let found: Vec<serde_json::Value> = serde_json::from_str(&said.out).unwrap();
    said.exits(i32::from(!found.is_empty()));
    found
        .iter()
        .map(|finding| {
            let code = finding["code"].as_str().unwrap().to_owned();
            (finding["line"].as_u64().unwrap(), code)
        })
        .collect()
}

#[test]
fn each_thing_is_found_at_its_place_and_is_gone_once_mended() {
    for (page, line, code, from, to) in [
        (
            r"
    <!-- tutcheck: no-compare -->
    ```
    ls
    ```
",
            2,
            "guessed",
            "```\nls",
            "```sh\nls",
        ),
        (
            r"
    <!-- tutcheck: no-compare -->
    ```
    ls
    ```
",
            2,
            "guessed",
            "no-compare -->",
            "skip=\"an example\" -->",
        ),
        (
            r"
    ```sh skip
    ls
    ```
",
            2,
            "not-verified",
            "skip",
            "skip=\"needs a GPU\"",
        ),
        (
            r"
    ```console
    / # ls
    bin
    ```
",
            2,
            "not-verified",
            "/ # ls",
            "$ ls",
        ),
        (
            "See [this](missing.md).\n",
            1,
            "dead-link",
            "missing.md",
            "page.md",
        ),
        (
            "![a](no.png)\n",
            1,
            "dead-link",
            "no.png",
            "https://example.com/no.png",
        ),
        ("# One\n\n[there](#two)\n", 3, "dead-link", "#two", "#one"),
        (
            r"
    ```sh no-compare until=up
    sleep 9
    ```

    ```sh no-compare
    ls
    ```
",
            6,
            "terminal-busy",
            "\n\n```sh",
            "\n\n<!-- tutcheck key ctrl-c -->\n\n```sh",
        ),
        (
            r"
    ```sh no-compare
    bash
    ```

    ```console
    $ docker ps
    x
    ```
",
            6,
            "not-left",
            "bash\n",
            "bash\nexit\n",
        ),
        (
            r"
    ```sh no-compare
    bash
    ```

    You can press Ctrl+D to leave it.

    ```sh no-compare
    ls
    ```
",
            7,
            "not-left",
            "You can press Ctrl+D to leave it.",
            "Press Ctrl+D to leave it.",
        ),
        (
            r"
    ```sh no-compare
    docker run -d -p 80:80 nginx
    curl localhost
    ```
",
            3,
            "early-visit",
            "no-compare",
            "no-compare retry=10x1s",
        ),
    ] {
        let page = &as_written(page);
        assert_eq!(findings(page), [(line, code.to_owned())], "{page}");
        assert!(page.contains(from));
        assert_eq!(findings(&page.replacen(from, to, 1)), [], "{page}");
    }
}

#[test]
fn harm_typing_and_what_is_missing_are_found() {
    for (page, code) in [
        (
            r"
    ```sh
    docker system prune -af
    ```
",
            "destructive",
        ),
        (
            r"
    ```sh
    ls –a
    ```
",
            "typographic",
        ),
        ("```sh\nls\u{a0}-a\n```\n", "odd-blank"),
        (
            r"
    ```sh
    echo a &amp;&amp; ls
    ```
",
            "entity",
        ),
        (
            r"
    ```sh
    sudo ls
    ```
",
            "sudo",
        ),
        (
            r"
    ```python
    >>> 1
    1
    ```
",
            "session-not-read",
        ),
        (
            r"
    ```yaml
    one: 1
         ```
    ```
",
            "fence-too-far-in",
        ),
        (
            r"
    ```sh
    bash
    ```

    ```sh no-compare
    ls
    ```
",
            "left-open",
        ),
        (
            r"
    TODO: say more.

    ```sh
    ls
    ```
",
            "todo",
        ),
        (
            r"
    ```sh
    docker run -d --name a nginx
    ```

    ```sh
    docker run -d --name a redis
    ```
",
            "used-twice",
        ),
    ] {
        let codes: Vec<String> = findings(page).into_iter().map(|(_, code)| code).collect();
        assert_eq!(codes, [code], "{page}");
    }
    for page in [
        r"
    ```sh
    ls -a
    ```
",
        r"
    ```sh
    docker run -d --name a nginx
    docker rm -f a
    docker run -d --name a redis
    ```
",
        r#"
    ```sh
    echo "it's -- so"
    ```
"#,
        r"
    ```sh
    bash
    ```

    ```sh no-compare
    ls
    exit
    ```
",
        r"
    ````markdown
    ```sh
    ls
    ```
    ````
",
    ] {
        assert_eq!(findings(page), [], "{page}");
    }
}

#[test]
fn findings_are_counted_by_kind_and_repeats_take_one_line() {
    let said = Tutorial::new(
        r"
    ```sh
    sudo ls
    sudo id
    docker system prune -af
    ```
",
    )
    .call(&["lint", "page.md"]);
    said.exits(1)
        .says("needs: docker")
        .says("3 things to look at: 1 destructive, 2 sudo")
        .says("page.md:4:1")
        .says("also page.md:3");
    Tutorial::new(
        r"
    ```sh no-compare
    ls
    ```
",
    )
    .call(&["lint", "page.md"])
    .exits(0)
    .says("nothing found in 1 document");
}

#[test]
fn what_is_found_again_is_told_in_a_line() {
    let tutorial = Tutorial::new("```\nls\n```\n\n```\npwd\n```\n");
    let said = tutorial.call(&["lint", "page.md"]).exits(1).out.clone();
    let also = said.lines().find(|line| line.contains("also ")).unwrap();
    assert_eq!(
        also.matches('(').count(),
        also.matches(')').count(),
        "{also}"
    );
}
