//! How programs write a value: as it is, in addresses, in JSON, for shells, in HTML, in digits of other bases.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::SHORTEST;

/// Characters that stand in an address as they are, beside letters and digits: RFC 3986, Python's `quote`,
/// `encodeURIComponent`, `encodeURI`, forms (`URLSearchParams`, `quote_plus`), Go's `PathEscape` and `QueryEscape`.
const IN_ADDRESSES: &[&str] = &[
    "-_.~",
    "-_.~/",
    "-_.!~*'()",
    "-_.!~*'();/?:@&=+$,#",
    "*-._",
    "-_.",
    "-_.~$&+=:@",
];

/// All ways but base64.
pub(super) fn plain(value: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::from([value.to_owned(), value.replace('$', "$$")]);
    in_addresses(value, &mut all);
    in_strings(value, &mut all);
    for_shells(value, &mut all);
    in_html(value, &mut all);
    in_hex(value, &mut all);
    if value.len() >= 2 * SHORTEST {
        all.extend([value.to_lowercase(), value.to_uppercase()]);
        all.insert(value.chars().rev().collect());
        all.insert(as_address_of_heading(value));
    }
    // A form that is shorter than the value may be a part of too many words.
    all.retain(|form| form.len() >= SHORTEST);
    all
}

/// What a heading with the value in it is called in addresses, and in the keys of steps.
fn as_address_of_heading(value: &str) -> String {
    let words = value.split(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

fn in_addresses(value: &str, all: &mut BTreeSet<String>) {
    for safe in IN_ADDRESSES {
        let mut encoded = String::new();
        let mut lower = String::new();
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || safe.as_bytes().contains(&byte) {
                encoded.push(char::from(byte));
                lower.push(char::from(byte));
            } else {
                // Writing into a string does not fail.
                let _ = write!(encoded, "%{byte:02X}");
                let _ = write!(lower, "%{byte:02x}");
            }
        }
        for form in [encoded, lower] {
            all.extend([form.replace("%20", "+"), form]);
        }
    }
}

/// JSON as JavaScript, Go and Python write it, and strings of Python, text and bytes.
fn in_strings(value: &str, all: &mut BTreeSet<String>) {
    let units = |c: char| {
        let mut units = [0; 2];
        let units = c.encode_utf16(&mut units).iter();
        joined(units.map(|unit| format!("\\u{unit:04x}")))
    };
    let of_control = |c: char| match c {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '\u{8}' => "\\b".to_owned(),
        '\u{c}' => "\\f".to_owned(),
        c => units(c),
    };
    let json = |of_web: bool, of_ascii: bool| -> String {
        let written = |c: char| match c {
            '"' | '\\' => format!("\\{c}"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' if of_web => units(c),
            c if c.is_control() && c != '\u{7f}' => of_control(c),
            c if of_ascii && !c.is_ascii() => units(c),
            c => c.to_string(),
        };
        value.chars().map(written).collect()
    };
    for (of_web, of_ascii) in [(false, false), (true, false), (false, true), (true, true)] {
        let text = json(of_web, of_ascii);
        // PHP writes a slash so.
        all.extend([text.replace('/', "\\/"), text]);
    }
    let python = |quote: &str, of_bytes: bool| -> String {
        let bytes = |c: char| {
            let mut bytes = [0; 4];
            let bytes = c.encode_utf8(&mut bytes).bytes();
            joined(bytes.map(|byte| format!("\\x{byte:02x}")))
        };
        let written = |c: char| match c {
            '\\' => "\\\\".to_owned(),
            c if quote.contains(c) => format!("\\{c}"),
            '\n' | '\r' | '\t' => of_control(c),
            c if c.is_control() => bytes(c),
            c if of_bytes && !c.is_ascii() => bytes(c),
            c => c.to_string(),
        };
        value.chars().map(written).collect()
    };
    for (quote, of_bytes) in [("", false), ("", true), ("'", false), ("'", true)] {
        all.insert(python(quote, of_bytes));
    }
}

fn for_shells(value: &str, all: &mut BTreeSet<String>) {
    let escaped = |needs: &dyn Fn(char) -> bool| -> String {
        let written = |c: char| needs(c).then_some('\\').into_iter().chain([c]);
        value.chars().flat_map(written).collect()
    };
    // `$'…'`, as bash writes what is no ASCII in the locale C.
    let octal = |c: char| match c {
        '\\' | '\'' => format!("\\{c}"),
        c if c.is_ascii() && !c.is_control() => c.to_string(),
        c => {
            let mut bytes = [0; 4];
            let bytes = c.encode_utf8(&mut bytes).bytes();
            joined(bytes.map(|byte| format!("\\{byte:03o}")))
        }
    };
    all.extend([
        escaped(&|c| matches!(c, '\\' | '"')),
        escaped(&|c| matches!(c, '\\' | '"' | '$' | '`')),
        // `printf %q`, and Python's and Perl's quotes.
        escaped(&|c| c.is_ascii() && !c.is_alphanumeric() && !"%+,-./:=@_".contains(c)),
        escaped(&|c| !c.is_alphanumeric() && !"%+,-./:=@_".contains(c)),
        escaped(&|c| c.is_ascii() && !c.is_alphanumeric() && c != '_'),
        value.replace('\'', "'\\''"),
        value.replace('\'', "'\"'\"'"),
        value.chars().map(octal).collect(),
    ]);
}

fn in_html(value: &str, all: &mut BTreeSet<String>) {
    let html = value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    all.extend([
        html.replace('"', "&quot;").replace('\'', "&#39;"),
        html.replace('"', "&quot;").replace('\'', "&#x27;"),
        html.replace('"', "&#34;").replace('\'', "&#39;"),
        html.replace('"', "&quot;").replace('\'', "&apos;"),
        html.replace('"', "&quot;"),
        html,
    ]);
}

fn in_hex(value: &str, all: &mut BTreeSet<String>) {
    for between in ["", " ", ":", "\\x"] {
        let digits: Vec<String> = value.bytes().map(|byte| format!("{byte:02x}")).collect();
        let text = digits.join(between);
        let upper = digits.join("\n").to_uppercase().replace('\n', between);
        all.extend([upper, text]);
    }
    // Pairs of bytes, as `xxd` shows them.
    let pairs: Vec<String> = value
        .as_bytes()
        .chunks(2)
        .map(|pair| joined(pair.iter().map(|byte| format!("{byte:02x}"))))
        .collect();
    all.insert(pairs.join(" "));
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().concat()
}

/// Lines of `base64` and of `openssl base64`.
const WIDTHS: &[usize] = &[76, 64];

/// What base64 makes of a value, once or twice, wrapped or not.
pub(super) fn base64(value: &[u8]) -> Vec<String> {
    let mut all = Vec::new();
    for core in cores(value) {
        // Of a short core, what it is made of again says too little.
        if core.len() >= 2 * SHORTEST {
            all.extend(cores(core.as_bytes()));
        }
        // Programs that wrap their lines begin with the value itself.
        for width in WIDTHS.iter().filter(|width| core.len() > **width) {
            let lines = core.as_bytes().chunks(*width);
            let lines = lines.filter(|line| line.len() >= 2 * SHORTEST);
            all.extend(lines.map(|line| String::from_utf8_lossy(line).into_owned()));
        }
        all.push(core);
    }
    all
}

/// What base64 makes of a value whatever stands before and after it: one text for each of the three
/// places in which it may begin.
fn cores(value: &[u8]) -> Vec<String> {
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
