//! Values that nobody may see: each is replaced by its name before anything is compared, written or said.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

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
            for text in spellings(value) {
                add(text, false);
            }
            for text in base64_cores(value.as_bytes()) {
                // Programs that wrap their lines begin with the value itself.
                for width in WIDTHS.iter().filter(|width| text.len() > **width) {
                    for line in text
                        .as_bytes()
                        .chunks(*width)
                        .filter(|line| line.len() >= 2 * SHORTEST)
                    {
                        add(String::from_utf8_lossy(line).into_owned(), true);
                    }
                }
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
        self.hide_cut(self.hide_shortened(hidden))
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
        let Some(at) = text.find(" bytes not kept]\n") else {
            return text;
        };
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

/// Lines of `base64` and of `openssl base64`.
const WIDTHS: &[usize] = &[76, 64];

/// How a value may be written: as it is, in an address, in JSON, by shells, by Compose, in HTML.
fn spellings(value: &str) -> BTreeSet<String> {
    let encoded = percent_encoded(value);
    let escaped = |needs: &dyn Fn(char) -> bool| -> String {
        value
            .chars()
            .flat_map(|c| needs(c).then_some('\\').into_iter().chain([c]))
            .collect()
    };
    let html = value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    BTreeSet::from([
        value.to_owned(),
        encoded.replace("%20", "+"),
        lower_case_codes(&encoded),
        encoded,
        escaped(&|c| matches!(c, '\\' | '"')),
        escaped(&|c| matches!(c, '\\' | '"' | '$' | '`')),
        escaped(&|c| !c.is_alphanumeric() && !"%+,-./:=@_".contains(c)),
        value.replace('\'', "'\\''"),
        value.replace('$', "$$"),
        html.replace('"', "&quot;").replace('\'', "&#39;"),
        html.replace('"', "&quot;").replace('\'', "&#x27;"),
        html.replace('"', "&#34;").replace('\'', "&#39;"),
        html,
    ])
}

/// `%2B` as `%2b`.
fn lower_case_codes(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_at(2.min(part.len()));
        text.push('%');
        text.push_str(&code.to_ascii_lowercase());
        text.push_str(rest);
    }
    text
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
    fn short_values_are_not_looked_for() {
        let secrets = Secrets::new([("PIN".to_owned(), "12".to_owned())]);
        assert_eq!(secrets.hide("12 of 120"), "12 of 120");
        assert_eq!(format!("{secrets:?}"), "Secrets(0)");
    }
}
