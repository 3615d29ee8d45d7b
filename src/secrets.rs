//! Values that nobody may see: each is replaced by its name before anything is compared, written or said.

mod dumps;
mod spelling;

use std::ops::Range;

/// The shortest value that is hidden. One that is shorter is a part of too many words.
pub const SHORTEST: usize = 4;

/// Values that are no secrets though somebody calls them so: to hide them would hide what everybody writes.
const COMMON: &[&str] = &[
    "admin",
    "administrator",
    "app",
    "changeme",
    "data",
    "database",
    "debug",
    "default",
    "demo",
    "dev",
    "docker",
    "example",
    "false",
    "guest",
    "host",
    "latest",
    "localhost",
    "main",
    "master",
    "mysql",
    "name",
    "nginx",
    "node",
    "none",
    "null",
    "pass",
    "password",
    "postgres",
    "postgresql",
    "production",
    "redis",
    "root",
    "secret",
    "server",
    "test",
    "true",
    "user",
    "username",
    "value",
    "web",
];

/// Words by which reports, recordings and saved runs say what is what.
const OURS: &[&str] = &[
    "broken",
    "code",
    "command",
    "document",
    "documents",
    "exit",
    "expected",
    "format",
    "gated",
    "hint",
    "inside",
    "line",
    "manual",
    "output",
    "page",
    "pages",
    "passed",
    "printed",
    "reason",
    "recorded",
    "report",
    "shown",
    "skipped",
    "stale",
    "status",
    "step",
    "steps",
    "text",
    "unrecorded",
    "untestable",
    "verdict",
    "version",
];

/// Whether a value is a word that everybody writes.
pub fn is_common(value: &str) -> bool {
    let words = COMMON.iter().chain(OURS);
    words
        .into_iter()
        .any(|word| word.eq_ignore_ascii_case(value.trim()))
}

/// Secrets, and the forms in which they may show.
#[derive(Clone, Default)]
pub struct Secrets {
    /// What to look for, the longest first, and what stands in its place.
    forms: Vec<Form>,
}

#[derive(Clone)]
struct Form {
    text: String,
    shown: String,
    /// Found within a word of base64, of which nothing may stay.
    is_base64: bool,
}

/// Nobody sees them in a debugger's output either.
impl std::fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Secrets({})", self.forms.len())
    }
}

impl Secrets {
    /// Of names and values.
    pub fn new(secrets: impl IntoIterator<Item = (String, String)>) -> Secrets {
        let mut forms = Vec::new();
        for (name, value) in secrets {
            let shown = format!("«{name}»");
            let value = value.trim_end_matches(['\n', '\r']);
            if value.len() < SHORTEST || is_common(value) {
                continue;
            }
            let mut add = |text: String, is_base64| {
                let shown = shown.clone();
                forms.push(Form {
                    text,
                    shown,
                    is_base64,
                });
            };
            for text in spelling::plain(value) {
                add(text, false);
            }
            for text in spelling::base64(value.as_bytes()) {
                add(text, true);
            }
            // A key of several lines may be shown line by line.
            for line in value.lines().filter(|line| line.len() >= 2 * SHORTEST) {
                add(line.to_owned(), false);
            }
        }
        let mut secrets = Secrets { forms };
        secrets.sort();
        secrets
    }

    /// Those of others, too.
    pub fn add(&mut self, others: &Secrets) {
        self.forms.extend(others.forms.iter().cloned());
        self.sort();
    }

    /// Whether there is nothing to hide.
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// The longest first, each once.
    fn sort(&mut self) {
        self.forms.sort_by(|a, b| {
            let key = |form: &Form| (std::cmp::Reverse(form.text.len()), form.is_base64);
            key(a).cmp(&key(b)).then_with(|| a.text.cmp(&b.text))
        });
        self.forms.dedup_by(|a, b| a.text == b.text);
    }

    /// A text with every secret in it replaced by its name.
    pub fn hide(&self, text: &str) -> String {
        let mut hidden = text.to_owned();
        if self.is_empty() {
            return hidden;
        }
        for form in &self.forms {
            if !hidden.contains(&form.text) {
                continue;
            }
            hidden = if form.is_base64 {
                hide_words(&hidden, form)
            } else {
                hidden.replace(&form.text, &form.shown)
            };
        }
        let plainly = self.hide_folded(
            hidden,
            |line, is_first| {
                if is_first { line } else { line.trim_start() }
            },
        );
        let folded = self.hide_folded(plainly, |line, is_first| {
            let line = line.trim_end();
            if is_first { line } else { without_margin(line) }
        });
        self.hide_cut(self.hide_shortened(self.hide_dumped(folded)))
    }

    /// A dump of bytes with a secret in it says nothing else.
    fn hide_dumped(&self, text: String) -> String {
        let mut text = text;
        for dump in dumps::dumps(&text).into_iter().rev() {
            let has = |form: &&Form| {
                let wanted = form.text.as_bytes();
                let mut readings = dump.readings.iter().filter(|_| !form.is_base64);
                readings.any(|bytes| bytes.windows(wanted.len()).any(|part| part == wanted))
            };
            if let Some(form) = self.forms.iter().find(has) {
                text.replace_range(dump.span.clone(), &format!("{}\n", form.shown));
            }
        }
        text
    }

    /// Programs fold long lines wherever they are full, and may indent what follows.
    /// `content` is what of a line belongs to the text that was folded.
    fn hide_folded(&self, text: String, content: fn(&str, bool) -> &str) -> String {
        if !text.contains('\n') {
            return text;
        }
        let mut whole = String::with_capacity(text.len());
        // Where each line begins, in the whole and in the text.
        let mut lines = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let kept = line.trim_end_matches(['\n', '\r']);
            let kept = kept.strip_suffix('\\').unwrap_or(kept);
            let content = content(kept, at == 0);
            let start = content.as_ptr().addr() - line.as_ptr().addr();
            lines.push((whole.len(), at + start));
            whole.push_str(content);
            at += line.len();
        }
        let place = |byte: usize| {
            let line = lines.partition_point(|(start, _)| *start <= byte) - 1;
            let (in_whole, in_text) = lines[line];
            in_text + (byte - in_whole)
        };
        let mut found: Vec<(Range<usize>, &str)> = Vec::new();
        let long = |form: &&Form| form.text.len() >= 2 * SHORTEST;
        for form in self.forms.iter().filter(long) {
            for (start, matched) in whole.match_indices(&form.text) {
                let range = place(start)..place(start + matched.len() - 1) + 1;
                let is_apart = |(known, _): &(Range<usize>, &str)| {
                    known.end <= range.start || range.end <= known.start
                };
                if found.iter().all(is_apart) && text[range.clone()].contains('\n') {
                    found.push((range, &form.shown));
                }
            }
        }
        found.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        let mut text = text;
        for (range, shown) in found {
            text.replace_range(range, shown);
        }
        text
    }

    /// Docker shortens what does not fit into a column: the start of a secret stands before `…`.
    fn hide_shortened(&self, mut text: String) -> String {
        let mut from = 0;
        while let Some(at) = text[from..].find('…').map(|at| from + at) {
            let head = self.head_before(&text[..at], 2 * SHORTEST);
            from = at + '…'.len_utf8();
            if let Some((range, shown)) = head {
                from = from + shown.len() - range.len();
                text.replace_range(range, shown);
            }
        }
        text
    }

    /// Where the middle of a long output was left out, half a secret may stand at the edges.
    fn hide_cut(&self, mut text: String) -> String {
        let mut from = text.len();
        while let Some(at) = text[..from].rfind(" bytes not kept]\n") {
            text = self.hide_around(text, at);
            from = at;
        }
        text
    }

    /// The same at one such place.
    fn hide_around(&self, mut text: String, at: usize) -> String {
        let start = text[..at].rfind("\n[").unwrap_or(at);
        let end = at + " bytes not kept]\n".len();
        let tail = self.forms.iter().find_map(|form| {
            let whole = &form.text;
            let length = (SHORTEST..whole.len())
                .rev()
                .filter(|length| whole.is_char_boundary(whole.len() - length))
                .find(|length| text[end..].starts_with(&whole[whole.len() - length..]))?;
            Some((end..end + length, &form.shown))
        });
        if let Some((range, shown)) = tail {
            text.replace_range(range, shown);
        }
        if let Some((range, shown)) = self.head_before(&text[..start], SHORTEST) {
            text.replace_range(range, shown);
        }
        text
    }

    /// The start of a secret, of `shortest` bytes at least, that stands at the end of a text.
    fn head_before(&self, text: &str, shortest: usize) -> Option<(Range<usize>, &str)> {
        self.forms.iter().find_map(|form| {
            let whole = &form.text;
            let length = (shortest..whole.len())
                .rev()
                .filter(|length| whole.is_char_boundary(*length))
                .find(|length| text.ends_with(&whole[..*length]))?;
            Some((text.len() - length..text.len(), form.shown.as_str()))
        })
    }
}

/// A line without what stands before text that is quoted or commented.
fn without_margin(line: &str) -> &str {
    line.trim_start_matches(|c: char| c.is_whitespace() || ">#|*/".contains(c))
}

/// Replaces every word of base64 that has a secret in it.
fn hide_words(text: &str, form: &Form) -> String {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '_');
    let mut hidden = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(&form.text) {
        let start = rest[..at].rfind(|c| !is_base64(c)).map_or(0, |i| {
            i + rest[i..].chars().next().map_or(1, char::len_utf8)
        });
        let after = at + form.text.len();
        let end = rest[after..]
            .find(|c| !is_base64(c))
            .map_or(rest.len(), |i| after + i);
        hidden.push_str(&rest[..start]);
        hidden.push_str(&form.shown);
        rest = &rest[end..];
    }
    hidden.push_str(rest);
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Secrets {
        Secrets::new([("TOKEN".to_owned(), "s3cr/t pass".to_owned())])
    }

    #[test]
    fn a_secret_is_hidden_in_all_its_forms() {
        for (text, hidden) in [
            ("it is s3cr/t pass.", "it is «TOKEN»."),
            ("url?p=s3cr%2Ft%20pass&x", "url?p=«TOKEN»&x"),
            // base64 of `me:s3cr/t pass`, as `docker login` writes it, of `s3cr/t pass`, of `a:s3cr/t pass`.
            (
                "{\"auth\": \"bWU6czNjci90IHBhc3M=\"}",
                "{\"auth\": \"«TOKEN»\"}",
            ),
            ("czNjci90IHBhc3M=", "«TOKEN»"),
            ("YTpzM2NyL3QgcGFzcw==", "«TOKEN»"),
            ("nothing here", "nothing here"),
            (
                "s3cr/t\n[12 bytes not kept]\nt pass\n",
                "«TOKEN»\n[12 bytes not kept]\n«TOKEN»\n",
            ),
        ] {
            assert_eq!(secrets().hide(text), hidden, "{text}");
        }
    }

    #[test]
    fn a_secret_is_hidden_as_shells_compose_and_tables_write_it() {
        let secret = "pa'ss$wo&rd+x ghp_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMnOpQr";
        let secrets = Secrets::new([("TOKEN".to_owned(), secret.to_owned())]);
        for text in [
            "pa'ss\\$wo&rd+x ghp_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMnOpQr",
            r"pa\'ss\$wo\&rd+x\ ghp_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMnOpQr",
            "pa'ss$$wo&rd+x ghp_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMnOpQr",
            "pa%27ss%24wo%26rd%2bx%20ghp_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMnOpQr",
            "pa&#39;ss$wo&amp;rd+x ghp_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMnOpQr",
        ] {
            assert_eq!(secrets.hide(text), "«TOKEN»", "{text}");
        }
        assert_eq!(
            secrets.hide("X=pa'ss$wo&rd+x ghp_AbCd… x… y"),
            "X=«TOKEN»… x… y"
        );
        let wrapped = "cGEnc3Mkd28mcmQreCBnaHBfQWJDZEVmR2hJaktsTW5PcFFyU3RVdld4WXowMTIzNDU2Nzg5QWJD\nZEVmR2hJaktsTW5PcFFyCg==\n";
        assert_eq!(secrets.hide(wrapped), "«TOKEN»\n«TOKEN»\n");
    }

    #[test]
    fn a_secret_is_hidden_as_programs_write_it() {
        let secrets = Secrets::new([("TOK".to_owned(), "p&<a>é/b!c d-correct-horse".to_owned())]);
        for text in [
            r#""p\u0026\u003ca\u003e\u00e9/b!c d-correct-horse""#,
            r#""p\u0026\u003ca\u003eé/b!c d-correct-horse""#,
            r#""p&<a>\u00e9/b!c d-correct-horse""#,
            r"b'p&<a>\xc3\xa9/b!c d-correct-horse'",
            "p%26%3Ca%3E%C3%A9/b%21c%20d-correct-horse",
            "p%26%3Ca%3E%C3%A9%2Fb!c%20d-correct-horse",
            "p%26%3Ca%3E%C3%A9%2Fb%21c+d-correct-horse",
            "P&<A>É/B!C D-CORRECT-HORSE",
            "70263c613ec3a92f62216320642d636f72726563742d686f727365",
            "7026 3c61 3ec3 a92f 6221 6320 642d 636f 7272 6563 742d 686f 7273 65",
            "esroh-tcerroc-d c!b/é>a<&p",
            "p&<a>é/b!c d-co\n  rrect-horse\n",
            "p&<a>é/b!c d-corr\\\nect-horse\n",
            // base64 of base64
            "Y0NZOFlUN0RxUzlpSVdNZ1pDMWpiM0p5WldOMExXaHZjbk5s",
        ] {
            let hidden = secrets.hide(text);
            let is_left = ["horse", "HORSE", "7273", "esroh", "rrect", "jb3J"]
                .iter()
                .any(|part| hidden.contains(part));
            assert!(hidden.contains("«TOK»") && !is_left, "{text}: {hidden}");
        }
        assert_eq!(secrets.hide("a\n  b\nc"), "a\n  b\nc");
        for folded in [
            "p&<a>é/b!c d-corr  \nect-horse",
            "> p&<a>é/b!c d-corr\n> ect-horse",
            "# p&<a>é/b!c d-cor\n#  rect-horse",
        ] {
            assert!(secrets.hide(folded).contains("«TOK»"), "{folded}");
        }
        let dump = "a\n00000000  70 26 3c 61 3e c3 a9 2f  62 21 63 20 64 2d 63 6f  |p&<a>../b!c d-co|\n\
            00000010  72 72 65 63 74 2d 68 6f  72 73 65 0a              |rrect-horse.|\nb\n";
        assert_eq!(secrets.hide(dump), "a\n«TOK»\nb\n");
        let cut = "p&<a>\n[9 bytes not kept]\nmore\np&<a>\n[9 bytes not kept]\nct-horse";
        let hidden = secrets.hide(cut);
        assert!(
            !hidden.contains("p&<a>") && !hidden.contains("horse"),
            "{hidden}"
        );
        let common = Secrets::new([("DB_USER".to_owned(), "Postgres".to_owned())]);
        assert_eq!(common.hide("role postgres"), "role postgres");
    }

    #[test]
    fn short_values_are_not_looked_for() {
        let secrets = Secrets::new([("PIN".to_owned(), "12".to_owned())]);
        assert_eq!(secrets.hide("12 of 120"), "12 of 120");
        assert_eq!(format!("{secrets:?}"), "Secrets(0)");
    }
}
