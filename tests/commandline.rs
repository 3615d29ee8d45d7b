//! Where a command ends, held against bash itself.

use std::io::Write;
use std::process::{Command, Stdio};

use tutcheck::commandline::is_complete;

/// Whether bash, given this text and no more, would ask for more.
fn bash_wants_more(text: &str) -> bool {
    let mut bash = Command::new("bash")
        .args(["--norc", "-n"])
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // What is wrong with a line is said before all is written.
    let _ = bash.stdin.take().unwrap().write_all(text.as_bytes());
    let said = bash.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&said.stderr);
    said.contains("unexpected end of file")
        || said.contains("unexpected EOF")
        || said.contains("delimited by end-of-file")
        || said.contains("unexpected token `EOF' in conditional")
        || text.strip_suffix('\n').unwrap_or(text).ends_with('\\')
}

#[track_caller]
fn agrees(text: &str) {
    assert_eq!(!is_complete(text), bash_wants_more(text), "{text:?}");
}

/// Commands of every kind that the grammar knows, whole and cut short.
#[rustfmt::skip]
const COMMANDS: &[&str] = &[
    "ls", "ls -la | wc -l", "ls |", "ls &&", "true ||", "echo 'a", "echo \"a", "echo \"a $(ls", "echo $(ls)",
    "echo `ls`", "echo `ls", "if true; then ls; fi", "if true; then ls", "if true", "if true; then",
    "if a; then b; elif c; then d; else e; fi", "for x in a b; do echo $x; done", "for x in a b; do echo $x",
    "for x in a b", "for x in a b; do", "for ((i=0;i<3;i++)); do echo $i; done", "while read x; do echo; done < f",
    "while read x; do", "until false; do :; done", "case $x in a) b;; *) c;; esac", "case $x in a) b;;",
    "case $x in", "case x in (a) b; esac", "f() { ls; }", "f() {", "f()", "function g { ls; }", "function g",
    "{ ls; }", "{ ls", "( ls )", "( ls", "(( 1 + 2 ))", "(( 1 + 2", "[[ -f x && -d y ]]", "[[ -f x &&",
    "[[ a =~ ^(b|c)$ ]]", "x=(a b c)", "x=(a b", "x=(a\nb)", "cat <<END\na\nEND", "cat <<END\na",
    "cat <<'E'\n$x `\nE", "cat <<-E\n\ta\n\tE", "cat <<A <<B\n1\nA\n2\nB", "cat <<A <<B\n1\nA\n2",
    "cat <<E | wc\na\nE", "cat <<< word", "echo a \\", "echo a \\\nb", "\\\n\n", "echo a # b \\", "# comment", "echo ${x:-a}",
    "echo ${x:-a", "echo \"${x:-'a}\"", "echo $((1+2))", "echo $((1+2", "echo $'a\\'b'", "echo $'a",
    "diff <(ls) <(ls -a)", "diff <(ls", "echo a >b 2>&1 &", "a & b", "a; b", "! true", "time ls", "coproc ls",
    "select x in a b; do echo; done", "echo )", "if; then", "fi", "done", "fi\\\n; }'", "if a\\\n; then b; fi", "if \\\nthen ", "if # c\nthen a",
    "echo a | while read x; do\n  echo $x\ndone", "echo a | while read x; do", "x=$(cat <<E\na\nE\n)",
    "x=$(cat <<E\na", "echo \"$(echo \"a b\")\"", "echo {a,b}", "echo a{", "echo }", "ls > ", "> f",
    "docker run --rm -v \"$PWD\":/x alpine sh -c 'ls; echo \"a\"'", "find . -name '*.rs' -exec ls {} \\;",
    "awk '{ print $1 }' f", "echo it's", "a && { b; } || c", "if a; then b; fi | c",
    "for f in *.txt\ndo\n  cat $f\ndone", "if true\nthen\n  ls\nfi", "echo a;; b", "&& a", "| a", "echo \"a\nb\"",
    "let x=1+2", "export A=\"b c\"", "A=1 B=2 ls", "arr[0]=x", "echo ${arr[@]}", "echo ${#x}",
    "test \"$(docker ps -q | wc -l)\" = 0", "while :; do sleep 1; done &",
    "cat > f <<EOF\n{\n  \"a\": \"b'\"\n}\nEOF", "printf '%s\\n' \"$x\"", "echo \"\\\"\"", "echo '\\'", "echo a\\'b",
];

#[test]
fn commands_end_where_bash_says() {
    for text in COMMANDS {
        agrees(text);
    }
}

/// Every beginning of every line of the pages and scripts of this repository.
#[test]
fn beginnings_of_real_commands_end_where_bash_says() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("tutorial/README.md")).unwrap();
    let script = std::fs::read_to_string(root.join("tests/world/fill")).unwrap();
    let lines: Vec<&str> = page
        .lines()
        .chain(script.lines())
        .filter(|line| line.len() > 3)
        .collect();
    for window in lines.windows(2).step_by(3) {
        let text = window.join("\n");
        // What is no grammar of bash at its first line is nothing a reader goes on with.
        let first_is_wrong = !bash_wants_more(window[0]) && !is_complete(window[0]);
        assert!(!first_is_wrong, "{}", window[0]);
        agrees(&text);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(1500))]
    /// Any mixture of what commands are made of.
    #[test]
    fn mixtures_end_where_bash_says(pieces in proptest::collection::vec(proptest::sample::select(vec![
        "echo", " ", " a", "'", "\"", "$(", ")", "|", "&&", ";", "\n", "if ", "then ", "fi", "for x in a; do ", "done", "{ ", "; }", "$x", "`", "\\\n", "# c", " > f", "while read y; do ", "ls",
    ]), 1..8)) {
        let text = pieces.concat();
        proptest::prop_assume!(!text.contains('\0'));
        proptest::prop_assert_eq!(!is_complete(&text), bash_wants_more(&text), "{:?}", text);
    }
}
