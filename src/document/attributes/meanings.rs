//! What each word of an author's means, for `tutcheck explain`, with a page that uses it.

/// A word that an author may use, in plain words.
#[derive(Debug, Clone, Copy)]
pub struct Meaning {
    /// The word.
    pub word: &'static str,
    /// What it means.
    pub says: &'static str,
    /// A page that uses it, and is right.
    pub example: &'static str,
}

const fn meaning(word: &'static str, says: &'static str, example: &'static str) -> Meaning {
    Meaning {
        word,
        says,
        example,
    }
}

/// Every word behind a fence or in a comment, and every comment that is a step of its own.
pub const MEANINGS: &[Meaning] = &[
    meaning(
        "skip",
        "The block is not run; the reason is in every report.",
        "```bash skip=\"takes an hour\"\nsleep 3600\n```",
    ),
    meaning(
        "flaky",
        "It breaks now and then, and the value says why: where it is all that breaks, the page is played once more, and it is red only if it breaks again.",
        "```bash flaky=\"the mirror is slow in the morning\"\necho hello\n```",
    ),
    meaning(
        "run",
        "The block is run, whatever the rules of reading say. In a comment without a colon: hidden commands, in their place.",
        "## On macOS\n\n<!-- tutcheck: run -->\n```bash\necho hello\n```",
    ),
    meaning(
        "manual",
        "A person does it, and says so in the value: it is counted as not verified.",
        "```bash\necho hello\n```\n\n```bash manual=\"look at the chart\"\nxdg-open chart.svg\n```",
    ),
    meaning(
        "needs",
        "Run only where `--have` names this capability.",
        "```bash\necho hello\n```\n\n```bash needs=azure\naz login\n```",
    ),
    meaning(
        "id",
        "The stable key of the step, in the recording and in reports.",
        "```console id=greeting\n$ echo hello\nhello\n```",
    ),
    meaning(
        "file",
        "A reader saves the block under this path.",
        "```python file=hello.py\nprint('hello')\n```\n\n```console\n$ cat hello.py\nprint('hello')\n```",
    ),
    meaning(
        "title",
        "The same as `file`, where the value looks like the name of a file.",
        "```text title=\"notes.txt\"\na note\n```\n\n```console\n$ cat notes.txt\na note\n```",
    ),
    meaning(
        "save-as",
        "The same as `file`.",
        "```text save-as=notes.txt\na note\n```\n\n```console\n$ cat notes.txt\na note\n```",
    ),
    meaning(
        "filename",
        "The same as `file`.",
        "```text filename=notes.txt\na note\n```\n\n```console\n$ cat notes.txt\na note\n```",
    ),
    meaning(
        "append",
        "A reader adds the block to the end of the file with this path.",
        "```text append=log.txt\na line\n```\n\n```console\n$ cat log.txt\na line\n```",
    ),
    meaning(
        "terminal",
        "Typed into another terminal than `main`, which every page has; it stays open for later blocks.",
        "```bash terminal=two\nX=1\n```\n\n```console terminal=two\n$ echo $X\n1\n```",
    ),
    meaning(
        "until",
        "The last command goes on in the foreground, and is ready when it prints this.",
        "```bash until=ready\nsh -c 'echo ready; sleep 100'\n```\n\n<!-- tutcheck key ctrl-c -->",
    ),
    meaning(
        "exit",
        "The exit status that a reader should see, of each command of the block.",
        "```bash exit=3\nsh -c 'exit 3'\n```",
    ),
    meaning(
        "fails",
        "Each command of the block should fail, with whatever status.",
        "```console fails\n$ cat nothing\ncat: nothing: No such file or directory\n```",
    ),
    meaning(
        "timeout",
        "The longest that each command may take: 30s, 2m, 500ms.",
        "```bash timeout=10s\necho hello\n```",
    ),
    meaning(
        "retry",
        "Tried again until it works: so often, with such a pause.",
        "```bash retry=10x100ms\ntest -f ready || { touch ready; false; }\n```",
    ),
    meaning(
        "wait",
        "After the block, wait for `port:8080`, `http://localhost:8080`, `log:text` or `file:path`, at most 60 s or `timeout=`.",
        "```bash wait=file:ready\n(sleep 0.2; touch ready) &\n```",
    ),
    meaning(
        "type",
        "Answers for a program that asks, `⏎` between two; Enter is pressed at the end anyway.",
        "```bash type=\"Ann\"\nread -p 'Your name: ' name\n```\n\n```console\n$ echo $name\nAnn\n```",
    ),
    meaning(
        "tty",
        "Its output goes to a terminal, of this size if one is said; what is on the screen at the end is compared.",
        "```console tty=80x24\n$ tput cols 2>/dev/null || echo 80\n80\n```",
    ),
    meaning(
        "alive",
        "How long containers that it leaves running must live (3 s if nothing is said), or `no`: they are meant to end.",
        "```bash alive=no\necho hello\n```",
    ),
    meaning(
        "unordered",
        "Lines of the output may come in any order.",
        "```console unordered\n$ printf 'b\\na\\n'\na\nb\n```",
    ),
    meaning(
        "stream",
        "Only `stdout` or `stderr` is compared.",
        "```console stream=stdout\n$ echo hello; echo warning >&2\nhello\n```",
    ),
    meaning(
        "no-compare",
        "The output is not compared.",
        "```console no-compare\n$ echo $RANDOM\n4711\n```",
    ),
    meaning(
        "mask",
        "What this regular expression matches is not compared.",
        "```console mask=/[0-9]+/\n$ echo took $RANDOM ticks\ntook 17 ticks\n```",
    ),
    meaning(
        "strict",
        "These kinds are compared exactly: `digest`, `size`, `duration`, `percentage`.",
        "```console strict=size\n$ echo 12MB\n12MB\n```",
    ),
    meaning(
        "expect",
        "This block is output of the step before it.",
        "```bash\necho hello\n```\n\n```python expect\nhello\n```",
    ),
    meaning(
        "setup",
        "In a comment without a colon: hidden commands, where they stand, before the steps that need them.",
        "<!-- tutcheck setup\nX=1\n-->\n\n```console\n$ echo $X\n1\n```",
    ),
    meaning(
        "assert",
        "In a comment without a colon: hidden commands that must end well.",
        "```bash\ntouch here\n```\n\n<!-- tutcheck assert\ntest -f here\n-->",
    ),
    meaning(
        "teardown",
        "In a comment without a colon: hidden commands that run at the end, whatever happened.",
        "```bash\ntouch here\n```\n\n<!-- tutcheck teardown\nrm here\n-->",
    ),
    meaning(
        "key",
        "In a comment without a colon: a key is pressed: `ctrl-c`, `ctrl-d`, `enter`, `up`, `tab`, `q` and others.",
        "```bash until=ready\nsh -c 'echo ready; sleep 100'\n```\n\n<!-- tutcheck key ctrl-c -->",
    ),
];

#[cfg(test)]
mod tests {
    use super::MEANINGS;
    use crate::document::WORDS;

    #[test]
    fn every_word_is_explained() {
        for word in WORDS {
            let found = MEANINGS.iter().filter(|meaning| meaning.word == word.name);
            assert_eq!(found.count(), 1, "{}", word.name);
        }
    }
}
