//! What a sentence says of the block that follows it: phrases, in the languages of the pages that
//! were seen, in one table.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// What a sentence says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::document) enum Says {
    /// What follows is printed or seen.
    Output,
    /// A file is to be made with what follows.
    Save,
    /// A file that is there gets what follows.
    Add,
    /// A file looks, or should look, like what follows.
    State,
    /// What follows is not to be done.
    Warned,
    /// What follows is only thought of.
    Supposed,
    /// What follows is done in place of what was done.
    Or,
    /// What follows was done earlier.
    Recap,
    /// What follows is done by a program, not by the reader.
    Behind,
    /// What follows is for the case that something went wrong.
    Trouble,
    /// The same is to be done once more.
    Again,
    /// What follows is typed into what is open.
    Inside,
    /// A shell or program is to be left.
    Leave,
    /// What follows shows how commands of a kind are written.
    Usage,
    /// Something that is there already is shown.
    Existing,
}

use Says::{
    Add, Again, Behind, Existing, Inside, Leave, Or, Output, Recap, Save, State, Supposed, Trouble,
    Usage, Warned,
};

/// Phrases in small letters; a `^` says that the sentence begins with it.
// One row for what is said, as many phrases on a line as there is room.
#[rustfmt::skip]
const TABLE: &[(Says, &[&str])] = &[
    (Output, &[
        "should see", "will see", "'ll see", "you see", "can see", "should now see", "must see", "output",
        "prints", "printed", "print something", "mostrou", "mostró", "zeigt", "ergibt", "liefert",
        "gibt aus", "a affiché", "returns", "will return", "should return", "respon", "result",
        "shows something", "something like this", "something similar", "similar to this",
        "similar to the following", "displays", "you should get", "you'll get", "you will get",
        "should be shown", "reports", "says:", "saying:", "shows:", "should appear", "will show",
        "should show", "should print", "gives (", "gives:", "yields", "answers:", "message",
        "looks like this in the terminal", "in the logs", "should display", "replies", "expected",
        "should be similar", "salida", "verás", "debería ver", "deberías ver", "muestra", "ausgabe",
        "sollte etwa", "erscheint", "siehst du", "sehen sie", "sortie", "affiche", "devriez voir", "saída",
        "resultado", "você verá", "输出", "结果", "显示", "出力", "結果", "表示さ", "このように表示",
    ]),
    (Save, &[
        "create", "creates", "creating", "save", "paste", "write", "make a file", "make a new file",
        "make the file", "put", "place", "fill it with", "populate", "copy the following", "add a file",
        "add a new file", "new file", "given the file", "given a file", "with the following content",
        "with this content", "with the content", "with the following code", "following contents", "define a",
        "let's define", "start with this", "store this", "named", "add the following contents",
        "add the following content", "add the following code", "call it", "as follows", "crea", "crear",
        "guarda", "escribe", "erstelle", "erstellen", "lege", "speichere", "schreibe", "créez", "créer",
        "enregistrez", "crie", "salve", "创建", "新建", "写入", "保存", "编写", "作成", "保存し",
    ]),
    (Add, &[
        "add the following", "add these", "add this", "adding", "append", "insert", "add a line",
        "add the line", "add an", "add a ", "replace", "change the", "change it", "modify", "update the",
        "edit the", "then add", "^add ", "add to", "^update", "uncomment", "remove the line", "alter", "include the following",
        "next, add", "now add", "let's add", "extend",
    ]),
    (State, &[
        "should look like", "should now look", "looks like", "look like", "now looks", "will look like",
        "now contains", "complete", "final", "updated", "new version", "is ready", "following file",
        "defines", "here is", "here's", "here are", "this is the", "this is our", "the following",
        "contains", "content of", "contents of", "reads:", "come as", "uses them", "so that it",
        "to look like", "entire", "whole", "full", "below is", "this is how", "consists of", "is as follows",
        "get a", "with a", "need a", "using this", "using the", "our ", "your ", "my ", "use this",
        "sieht so aus", "folgende", "queda así", "contenido", "ressemble", "contenu", "conteúdo", "内容", "如下",
        "以下", "下面",
    ]),
    (Existing, &[
        "in the repo", "in the repository", "already in", "already contains", "already has", "comes with",
        "is provided", "provided", "in the cloned", "of the sample", "let's look at", "take a look",
        "have a look", "let's inspect", "open up", "you'll find", "you will find", "found in", "we can find",
        "explore", "let us look", "ships with", "look at the",
    ]),
    (Warned, &[
        "don't run", "do not run", "never run", "never type", "^never", "avoid this", "^bad:", "never start", "common mistake", "bad idea", "refrain from", "don't execute", "do not execute", "will not work", "no longer works", "you don't need to run", "❌", "surtout pas", "실행하지 마세요", "never do this", "never use", "don't be clever", "please never",
        "would be a mistake", "tempting", "will tell you to", "don't do", "do not do", "don't use",
        "do not use", "don't type", "do not type", "avoid the", "avoid using", "avoid running",
        "should not run", "shouldn't run", "must not", "not recommended", "instead of this", "instead of:",
        "instead of doing", "is dangerous", "never do", "don't try", "do not try", "bad example", "wrong:",
        "incorrect:", "not like this", "resist", "please don't", "antipattern", "anti-pattern",
        "no ejecutes", "no hagan", "no hagas", "no lo hagas", "nicht ausführen", "niemals", "n'exécutez pas", "não execute", "不要", "ないでください",
    ]),
    (Supposed, &[
        "what if", "would like to be able", "would look like", "would have looked", "could look like",
        "imagine", "suppose", "hypothetical", "would fail", "would have", "would then", "they would",
        "would run", "it'd be", "if you had", "you would now", "would need to run", "might run",
        "might look like", "for illustration", "in theory", "let's say", "anyone who",
        "anyone can", "anyone with", "they will type", "they can type", "others can run", "users will run",
        "might instead", "you would create", "you could use", "in production you", "used to be", "attacker", "ci job runs", "you had to write", "shell history",
        "traditional", "were to",
    ]),
    (Or, &[
        "^or", "^or,", "^alternatively", "^or you", "^or use", "^or with", "^otherwise",
        "^as an alternative", "alternative command", "if you prefer", "if you'd rather",
        "if you would rather", "^instead, you can", "^oder", "^alternativ", "^o bien", "^ou",
        "^alternativamente", "^o,", "^o también", "^o con", "^ou alors", "或者", "または", "with podman",
        "using podman", "if you use podman", "^the same with", "with compose v1", "for the lazy", "could instead",
    ]),
    (Recap, &[
        "to remember", "as a reminder", "recall that", "as you remember", "as you may remember",
        "we were using", "command we used", "command that we used", "was the following", "command you used",
        "in the last chapter we", "in the last part we", "in the previous chapter we",
        "in the previous part we", "in part 1 we", "earlier we", "so far we have used", "in chapter one",
        "you already did this", "we have been using", "you have already run", "you already ran",
        "you have done this", "was created with", "was started with", "we started it with",
        "in the previous chapter you", "in the last chapter you", "](setup.md) you created",
        "previous chapter you", "last chapter you", "from the last chapter", "from the previous chapter",
        "in the previous chapter, you", "in the last chapter, you",
    ]),
    (Behind, &[
        "will execute", "would execute", "docker executes", "will be executed", "is executed",
        "gets executed", "translates to", "under the hood", "behind the scenes", "expands to",
        "the shell sees", "actually runs", "actually executes", "this runs the following",
        "would run the following command in", "entrypoint runs", "docker then runs", "we will execute:",
        "runs by default", "ends up running", "turns into", "becomes:", "never need to type",
        "the entrypoint starts", "entrypoint script", "do not have to run", "don't have to run",
        "for the curious", "will make the kernel start", "script de entrada", "mais ou menos isto",
        "point d'entrée", "will start the process", "don't need to type", "do not need to type",
        "does for you", "calls for you", "cli will run", "script will run", "tool will run", "compose will run",
    ]),
    (Trouble, &[
        "if you get", "if you see", "if you receive", "if you encounter", "if you run into", "if this fails",
        "if it fails", "if that fails", "if the port", "if something", "in case of", "in case you",
        "if permission", "if there is an error", "if an error", "if you have problems",
        "if you have trouble", "having trouble", "troubleshoot", "if docker complains", "if the command fails",
        "if the build fails", "if the container", "complains", "if for some reason", "if nothing happens",
        "if it doesn't", "if it does not", "if this doesn't", "if this does not", "if you already have",
        "if you still", "should that fail", "if you need to start over", "you will get", "se já existir",
        "reclama", "si ya existe", "wer hier", "fehlermeldung", "error message", "sees an error",
        "you would see an error", "you forgot", "complain", "only then,", "if you made a mistake",
        "si obtienes", "si ves", "wenn du einen fehler", "falls", "en cas d", "si vous obtenez",
        "se você receber", "如果遇到", "如果出现",
    ]),
    (Again, &[
        "again", "once more", "a second time", "another time", "re-run", "rerun", "run it twice", "repeat",
        "wait a", "after a", "after some", "this time", "still", "now ", "anew", "nochmal", "noch einmal",
        "erneut", "otra vez", "de nuevo", "encore", "à nouveau", "de novo", "novamente", "再次", "もう一度",
        "confirm", "verify", "check",
    ]),
    (Inside, &[
        "inside the container", "inside container", "inside of the container", "in the container",
        "within the container", "from the container", "container's shell", "in this shell", "at the prompt",
        "inside it", "in the shell of the container", "in the running container", "container prompt",
        "inside your container", "inside the shell", "now inside", "are inside", "inside, ", "im container",
        "innerhalb des containers", "dentro del contenedor", "dentro do contêiner", "dentro do container",
        "dans le conteneur", "容器内", "容器中", "コンテナ内", "コンテナの中",
    ]),
    (Leave, &[
        "leave", "quit", "get out", "exit", "log out", "logout", "disconnect", "close the shell", "sal ",
        "salir", "verlasse", "beende", "quitte", "sair", "退出", "抜け",
    ]),
    (Usage, &[
        "syntax", "general form", "command form", "in general", "usage:", "usage is", "basic usage",
        "the format", "takes the form", "of the form", "looks generally", "pattern", "template",
        "basic command", "general structure", "more generally", "follow this syntax", "follows this syntax", "forme générale", "allgemeine form", "la sintaxis",
        "in general it has", "this shape", "forma general", "sintaxis", "sintaxe", "基本用法", "基本格式", "命令格式",
        "语法", "構文", "書式", "items appearing in",
    ]),
];

/// A sentence as the table has it: small letters, plain apostrophes, single blanks.
pub(in crate::document) fn plain(sentence: &str) -> String {
    let mut plain = String::with_capacity(sentence.len());
    for word in sentence.split_whitespace() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        for c in word.chars().filter(|c| !matches!(c, '*' | '`')) {
            match c {
                '’' | '‘' => plain.push('\''),
                c => plain.extend(c.to_lowercase()),
            }
        }
    }
    plain
}

/// Everything that one sentence says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::document) struct Said(u32);

impl Said {
    pub(in crate::document) fn has(self, what: Says) -> bool {
        self.0 & (1 << what as u32) != 0
    }
}

/// All phrases at once, so that a sentence is gone through once.
struct Phrases {
    automaton: AhoCorasick,
    /// What each says, and whether it must begin the sentence.
    rows: Vec<(Says, &'static str, bool)>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let rows: Vec<(Says, &str, bool)> = TABLE
        .iter()
        .flat_map(|(what, phrases)| phrases.iter().map(|phrase| (*what, *phrase)))
        .map(|(what, phrase)| match phrase.strip_prefix('^') {
            Some(opening) => (what, opening, true),
            None => (what, phrase, false),
        })
        .collect();
    let automaton =
        AhoCorasick::new(rows.iter().map(|(_, phrase, _)| phrase)).expect("the table is small");
    Phrases { automaton, rows }
});

/// What a plain sentence says.
pub(in crate::document) fn said(sentence: &str) -> Said {
    let mut said = 0;
    for found in PHRASES.automaton.find_overlapping_iter(sentence) {
        let (what, phrase, is_opening) = PHRASES.rows[found.pattern().as_usize()];
        let is_there = if is_opening {
            begins_with(sentence, phrase)
        } else {
            is_whole(sentence, phrase, found.start())
        };
        if is_there {
            said |= 1 << what as u32;
        }
    }
    Said(said)
}

/// Whether a plain sentence says something.
pub(in crate::document) fn says(sentence: &str, what: Says) -> bool {
    said(sentence).has(what)
}

fn begins_with(sentence: &str, opening: &str) -> bool {
    sentence
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .strip_prefix(opening)
        .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Stems: `respon` is `response` and `responds`.
const STEMS: &[&str] = &[
    "respon",
    "result",
    "output",
    "exit",
    "affiche",
    "muestra",
    "message",
    "create",
    "equivalent",
    "translates to",
];

/// Whether a phrase that stands at a byte of a sentence is no part of a longer word there.
fn is_whole(sentence: &str, phrase: &str, at: usize) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric();
    let starts = !phrase.starts_with(is_letter) || !sentence[..at].ends_with(is_letter);
    let last_is_word = phrase.ends_with(is_letter) && phrase.is_ascii();
    let rest = &sentence[at + phrase.len()..];
    starts && (!last_is_word || STEMS.contains(&phrase) || !rest.starts_with(is_letter))
}

/// Whether a sentence denies: `do not`, `never`, `without`.
pub(in crate::document) fn is_denied(sentence: &str) -> bool {
    sentence
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .any(|word| {
            matches!(
                word,
                "not" | "don't" | "never" | "without" | "doesn't" | "won't" | "can't" | "cannot"
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_say_what_follows() {
        for (sentence, what) in [
            ("You should see something like this:", Output),
            ("Create a file called `run.sh`:", Save),
            ("Your Dockerfile should look like this", State),
            ("Don’t run this:", Warned),
            ("What if we used string syntax?", Supposed),
            ("Or, with Podman:", Or),
            ("As a reminder, this was it:", Recap),
            ("For that, we will execute:", Behind),
            ("If you get `permission denied`:", Trouble),
            ("Inside the container, run:", Inside),
            ("OR you can get the bash shell instead", Or),
        ] {
            assert!(says(&plain(sentence), what), "{sentence}: {what:?}");
        }
        for (sentence, what) in [
            ("Order a pizza:", Or),
            ("Open the folder:", Or),
            ("Now run it:", Output),
            ("Run the image:", Save),
        ] {
            assert!(!says(&plain(sentence), what), "{sentence}: {what:?}");
        }
    }
}
