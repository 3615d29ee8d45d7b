//! What `tutcheck lint` finds, and what it does not.

use crate::support::Tutorial;

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
            "<!-- tutcheck: no-compare -->\n```\nls\n```\n",
            2,
            "guessed",
            "```\nls",
            "```sh\nls",
        ),
        (
            "```sh skip\nls\n```\n",
            2,
            "not-verified",
            "skip",
            "skip=\"needs a GPU\"",
        ),
        (
            "```console\n/ # ls\nbin\n```\n",
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
            "```sh no-compare until=up\nsleep 9\n```\n\n```sh no-compare\nls\n```\n",
            6,
            "terminal-busy",
            "\n\n```sh",
            "\n\n<!-- tutcheck key ctrl-c -->\n\n```sh",
        ),
        (
            "```sh no-compare\nbash\n```\n\n```console\n$ docker ps\nx\n```\n",
            6,
            "not-left",
            "bash\n",
            "bash\nexit\n",
        ),
        (
            "```sh no-compare\nbash\n```\n\nYou can press Ctrl+D to leave it.\n\n```sh no-compare\nls\n```\n",
            7,
            "not-left",
            "You can press Ctrl+D to leave it.",
            "Press Ctrl+D to leave it.",
        ),
        (
            "```sh no-compare\ndocker run -d -p 80:80 nginx\ncurl localhost\n```\n",
            3,
            "early-visit",
            "no-compare",
            "no-compare retry=10x1s",
        ),
    ] {
        assert_eq!(findings(page), [(line, code.to_owned())], "{page}");
        assert!(page.contains(from));
        assert_eq!(findings(&page.replacen(from, to, 1)), [], "{page}");
    }
}

#[test]
fn harm_typing_and_what_is_missing_are_found() {
    for (page, code) in [
        ("```sh\ndocker system prune -af\n```\n", "destructive"),
        ("```sh\nls –a\n```\n", "typographic"),
        ("```sh\nls\u{a0}-a\n```\n", "odd-blank"),
        ("```sh\necho a &amp;&amp; ls\n```\n", "entity"),
        ("```sh\nsudo ls\n```\n", "sudo"),
        ("```python\n>>> 1\n1\n```\n", "session-not-read"),
        ("```yaml\none: 1\n     ```\n```\n", "fence-too-far-in"),
        (
            "```sh\nbash\n```\n\n```sh no-compare\nls\n```\n",
            "left-open",
        ),
        ("TODO: say more.\n\n```sh\nls\n```\n", "todo"),
        (
            "```sh\ndocker run -d --name a nginx\n```\n\n```sh\ndocker run -d --name a redis\n```\n",
            "used-twice",
        ),
    ] {
        let codes: Vec<String> = findings(page).into_iter().map(|(_, code)| code).collect();
        assert_eq!(codes, [code], "{page}");
    }
    for page in [
        "```sh\nls -a\n```\n",
        "```sh\ndocker run -d --name a nginx\ndocker rm -f a\ndocker run -d --name a redis\n```\n",
        "```sh\necho \"it's -- so\"\n```\n",
        "```sh\nbash\n```\n\n```sh no-compare\nls\nexit\n```\n",
        "````markdown\n```sh\nls\n```\n````\n",
    ] {
        assert_eq!(findings(page), [], "{page}");
    }
}

#[test]
fn findings_are_counted_by_kind_and_repeats_take_one_line() {
    let said = Tutorial::new("```sh\nsudo ls\nsudo id\ndocker system prune -af\n```\n")
        .call(&["lint", "page.md"]);
    said.exits(1)
        .says("needs: docker")
        .says("3 things to look at: 1 destructive, 2 sudo")
        .says("page.md:4:1")
        .says("also page.md:3");
    Tutorial::new("```sh no-compare\nls\n```\n")
        .call(&["lint", "page.md"])
        .exits(0)
        .says("nothing found in 1 document");
}
