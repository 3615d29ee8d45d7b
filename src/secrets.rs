//! Values that nobody may see: each is replaced by its name before anything is compared, written or said.

use std::fmt::Write;

/// The shortest value that is hidden. One that is shorter is a part of too many words.
pub const SHORTEST: usize = 4;

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
            if value.len() < SHORTEST {
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
            add(value.to_owned(), false);
            add(percent_encoded(value), false);
            add(value.replace('\\', "\\\\").replace('"', "\\\""), false);
            for text in base64_cores(value.as_bytes()) {
                add(text, true);
            }
            // A key of several lines may be shown line by line.
            for line in value.lines().filter(|line| line.len() >= 2 * SHORTEST) {
                add(line.to_owned(), false);
            }
        }
        forms.sort_by_key(|form| std::cmp::Reverse(form.text.len()));
        forms.dedup_by(|a, b| a.text == b.text);
        Secrets { forms }
    }

    /// A text with every secret in it replaced by its name.
    pub fn hide(&self, text: &str) -> String {
        let mut hidden = text.to_owned();
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
        self.hide_cut(hidden)
    }

    /// Where the middle of a long output was left out, half a secret may stand at the edges.
    fn hide_cut(&self, mut text: String) -> String {
        let Some(at) = text.find(" bytes not kept]\n") else {
            return text;
        };
        let start = text[..at].rfind("\n[").unwrap_or(at);
        let end = at + " bytes not kept]\n".len();
        for form in &self.forms {
            let whole = &form.text;
            let tail = (SHORTEST..whole.len())
                .rev()
                .filter(|length| whole.is_char_boundary(whole.len() - length))
                .find(|length| text[end..].starts_with(&whole[whole.len() - length..]));
            if let Some(length) = tail {
                text.replace_range(end..end + length, &form.shown);
            }
            let head = (SHORTEST..whole.len())
                .rev()
                .filter(|length| whole.is_char_boundary(*length))
                .find(|length| text[..start].ends_with(&whole[..*length]));
            if let Some(length) = head {
                text.replace_range(start - length..start, &form.shown);
                return text;
            }
        }
        text
    }
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

/// What base64 makes of a value whatever stands before and after it: one text for each of the three
/// places in which it may begin.
fn base64_cores(value: &[u8]) -> Vec<String> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut cores = Vec::new();
    for before in 0..3 {
        let bits: Vec<u8> = std::iter::repeat_n(0, before)
            .chain(value.iter().copied())
            .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1))
            .collect();
        // Only digits whose six bits are all of the value.
        let first = (before * 8).div_ceil(6);
        let core: String = bits
            .chunks_exact(6)
            .skip(first)
            .map(|six| {
                six.iter()
                    .fold(0, |digit, bit| digit << 1 | usize::from(*bit))
            })
            .map(|digit| char::from(DIGITS[digit]))
            .collect();
        if core.len() >= SHORTEST {
            cores.push(core.replace('+', "-").replace('/', "_"));
            cores.push(core);
        }
    }
    cores
}

fn percent_encoded(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing into a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
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
    fn short_values_are_not_looked_for() {
        let secrets = Secrets::new([("PIN".to_owned(), "12".to_owned())]);
        assert_eq!(secrets.hide("12 of 120"), "12 of 120");
        assert_eq!(format!("{secrets:?}"), "Secrets(0)");
    }
}
