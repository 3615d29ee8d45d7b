//! How many bytes at the start of a text are of one kind: what tokens and dates are found by.

pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

pub(super) fn run(text: &str, belongs: impl Fn(u8) -> bool) -> usize {
    text.bytes()
        .position(|byte| !belongs(byte))
        .unwrap_or(text.len())
}

/// The same, where only the first bytes matter; always on a character's boundary.
pub(super) fn run_up_to(text: &str, most: usize, belongs: impl Fn(u8) -> bool) -> usize {
    let length = text
        .bytes()
        .take(most)
        .position(|byte| !belongs(byte))
        .unwrap_or(text.len().min(most));
    text.floor_char_boundary(length)
}

/// `12`, `12.5`.
pub(super) fn number_length(text: &str) -> usize {
    let whole = run_up_to(text, 32, |byte| byte.is_ascii_digit());
    match text[whole..].strip_prefix('.') {
        Some(rest) => match run_up_to(rest, 32, |byte| byte.is_ascii_digit()) {
            0 => whole,
            fraction => whole + 1 + fraction,
        },
        None => whole,
    }
}

pub(super) fn ends_word(rest: &str) -> bool {
    !rest.bytes().next().is_some_and(is_word)
}

pub(super) fn age_unit(rest: &str) -> Option<usize> {
    let word = rest.strip_prefix(' ')?;
    ["second", "minute", "hour", "day", "week", "month", "year"]
        .into_iter()
        .find_map(|unit| {
            let after = word.strip_prefix(unit)?;
            let plural = usize::from(after.starts_with('s'));
            ends_word(&after[plural..]).then_some(1 + unit.len() + plural)
        })
}

pub(super) fn size_unit(rest: &str) -> Option<(f64, usize)> {
    const UNITS: &[(&str, f64)] = &[
        ("kB", 1e3),
        ("KB", 1e3),
        ("MB", 1e6),
        ("GB", 1e9),
        ("TB", 1e12),
        ("KiB", 1024.0),
        ("MiB", 1_048_576.0),
        ("GiB", 1_073_741_824.0),
        ("TiB", 1_099_511_627_776.0),
    ];
    // As `du -h` and `ls -lh` write them: at once after the number.
    const LETTERS: &[(&str, f64)] = &[
        ("B", 1.0),
        ("K", 1024.0),
        ("M", 1_048_576.0),
        ("G", 1_073_741_824.0),
        ("T", 1_099_511_627_776.0),
    ];
    let blank = usize::from(rest.starts_with(' '));
    let of = |units: &[(&str, f64)], blank: usize| {
        units
            .iter()
            .find(|(unit, _)| rest[blank..].strip_prefix(unit).is_some_and(ends_word))
            .map(|(unit, factor)| (*factor, blank + unit.len()))
    };
    of(UNITS, blank).or_else(|| of(LETTERS, 0))
}

/// `0.2s`, `12ms`, `1m30s`, `1h2m3.5s`; as databases write them, `0.01 sec` and `0.123 ms`.
pub(super) fn duration(text: &str) -> Option<usize> {
    // `0.031/0.042/0.055 ms`: the least, the mean and the most, as `ping` sums up.
    let several = run(text, |byte| {
        byte.is_ascii_digit() || matches!(byte, b'.' | b'/')
    });
    if text[..several].contains('/') && text[..several].split('/').all(|n| number_length(n) > 0) {
        return text[several..]
            .strip_prefix(" ms")
            .is_some_and(ends_word)
            .then_some(several + 3);
    }
    let mut at = 0;
    // Hours, minutes and seconds: no duration has more parts.
    for _ in 0..3 {
        let digits = number_length(&text[at..]);
        if digits == 0 {
            return None;
        }
        let unit = &text[at + digits..];
        if let Some(rest) = unit.strip_prefix(' ').filter(|_| at == 0) {
            let has_fraction = text[..digits].contains('.');
            let names = ["sec", "secs", "ms", "µs", "nsec", "usec", "msec"].into_iter();
            let name = names
                .chain(["s", "seconds"].into_iter().filter(|_| has_fraction))
                .find(|name| rest.strip_prefix(name).is_some_and(ends_word))?;
            return Some(digits + 1 + name.len());
        }
        let length = ["ms", "µs", "us", "ns", "s", "m", "h"]
            .into_iter()
            .find(|name| {
                unit.strip_prefix(name).is_some_and(|rest| {
                    ends_word(rest)
                        || (matches!(*name, "m" | "h")
                            && rest.starts_with(|c: char| c.is_ascii_digit()))
                })
            })?
            .len();
        at += digits + length;
        if ends_word(&text[at..]) {
            return Some(at);
        }
    }
    None
}
