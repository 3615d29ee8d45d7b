//! Dates and times of day, in the forms in which programs print them.

use super::scan::ends_word;

/// The length of the date, the time or both that a text starts with: `2026-11-23T22:07:06.15Z`,
/// `2026/11/23 22:07:06`, `22:07:06`, `Mon Nov 23 22:07:06 UTC 2026`, `23/Nov/2026:22:07:06 +0000`,
/// `Mon, 23 Nov 2026 22:07:06 GMT`, `Nov 23 22:07`.
pub(super) fn moment(text: &str) -> Option<usize> {
    numeric(text)
        .or_else(|| epoch(text))
        .or_else(|| time_of_day(text))
        .or_else(|| in_words(text))
}

/// Seconds or thousandths since 1970, of this century's second to fifth decade.
fn epoch(text: &str) -> Option<usize> {
    let digits = text.bytes().take(14).take_while(u8::is_ascii_digit).count();
    let is_now = |seconds: &str| ("1262304000".."2500000000").contains(&seconds);
    if !matches!(digits, 10 | 13) || !is_now(&text[..10]) {
        return None;
    }
    let fraction = text[digits..].strip_prefix('.').map_or(0, |rest| {
        let length = rest.bytes().take(10).take_while(u8::is_ascii_digit).count();
        if length > 0 { length + 1 } else { 0 }
    });
    let end = digits + fraction;
    ends_word(&text[end..]).then_some(end)
}

fn numeric(text: &str) -> Option<usize> {
    let date = pattern(text, "dddd-dd-dd").or_else(|| pattern(text, "dddd/dd/dd"))?;
    let rest = &text[date..];
    let time = rest.strip_prefix(['T', ' ']).and_then(|rest| {
        time_of_day(rest)
            .or_else(|| pattern(rest, "dd_dd_dd_dddZ"))
            .or_else(|| hour_and_minute(rest))
    });
    let Some(time) = time else {
        return ends_word(rest).then_some(date);
    };
    let end = date + 1 + time;
    Some(end + zone(&text[end..]))
}

/// `22:07:06`, with a fraction if there is one.
fn time_of_day(text: &str) -> Option<usize> {
    let time = pattern(text, "dd:dd:dd")?;
    let rest = &text[time..];
    let fraction = rest.strip_prefix(['.', ',']).map_or(0, |digits| {
        let length = digits
            .bytes()
            .take(9)
            .take_while(u8::is_ascii_digit)
            .count();
        if length > 0 { length + 1 } else { 0 }
    });
    let end = time + fraction;
    let rest = &text[end..];
    (ends_word(rest) || rest.starts_with('Z')).then_some(end)
}

fn zone(rest: &str) -> usize {
    if rest.starts_with('Z') && ends_word(&rest[1..]) {
        return 1;
    }
    [" +dddd UTC", "+dd:dd", " +dddd", " UTC", " GMT"]
        .into_iter()
        .find_map(|form| pattern(rest, form))
        .unwrap_or(0)
}

const DAYS: &[&str] = &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: &[&str] = &[
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A month's name, the number of a day, and a time or a year, in any of the usual orders. The name
/// alone is a word like any other.
fn in_words(text: &str) -> Option<usize> {
    if !may_be_in_words(text.as_bytes()) {
        return None;
    }
    let mut at = 0;
    let mut end = 0;
    let (mut month, mut day, mut more) = (false, false, false);
    for _ in 0..8 {
        let rest = &text[at..];
        let is_name = |names: &[&str]| {
            names
                .iter()
                .any(|name| rest.strip_prefix(name).is_some_and(ends_word))
        };
        let length = if is_name(DAYS) {
            3
        } else if is_name(MONTHS) && !month {
            month = true;
            3
        } else if let Some(time) = time_of_day(rest).or_else(|| hour_and_minute(rest)) {
            more = true;
            time
        } else if let Some(year) = pattern(rest, "dddd").filter(|end| ends_word(&rest[*end..])) {
            more = true;
            year
        } else if !day && let Some(number) = day_of_month(rest) {
            day = true;
            number
        } else if let Some(zone) = ["UTC", "GMT", "+dddd"]
            .into_iter()
            .find_map(|form| pattern(rest, form))
        {
            zone
        } else {
            break;
        };
        end = at + length;
        at = end
            + text[end..]
                .bytes()
                .take(2)
                .take_while(|byte| matches!(byte, b' ' | b',' | b'/' | b':' | b'-'))
                .count();
        if at == end {
            break;
        }
    }
    (month && day && more).then_some(end)
}

/// It starts with a name of three letters, or with a day and such a name: most words do not.
fn may_be_in_words(text: &[u8]) -> bool {
    let digits = text
        .iter()
        .take(3)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let name = match digits {
        0 => text,
        1 | 2 if matches!(text.get(digits), Some(b' ' | b'/' | b'-')) => &text[digits + 1..],
        _ => return false,
    };
    let is_name = |names: &[&str]| names.iter().any(|known| name.starts_with(known.as_bytes()));
    is_name(MONTHS) || (digits == 0 && is_name(DAYS))
}

fn hour_and_minute(text: &str) -> Option<usize> {
    pattern(text, "dd:dd").filter(|end| ends_word(&text[*end..]) && !text[*end..].starts_with(':'))
}

fn day_of_month(text: &str) -> Option<usize> {
    let length = text.bytes().take(3).take_while(u8::is_ascii_digit).count();
    let number: u8 = text[..length].parse().ok()?;
    ((1..=31).contains(&number) && ends_word(&text[length..])).then_some(length)
}

/// The length of the pattern, if the text starts like it: `d` is a digit, `+` a sign.
fn pattern(text: &str, pattern: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let fits = bytes.len() >= pattern.len()
        && pattern
            .bytes()
            .zip(bytes)
            .all(|(wanted, &byte)| match wanted {
                b'd' => byte.is_ascii_digit(),
                b'+' => matches!(byte, b'+' | b'-'),
                wanted => wanted == byte,
            });
    fits.then_some(pattern.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_known_by_their_form() {
        for whole in [
            "2026-11-23",
            "2026-11-23T22:07:06.150423186Z",
            "2026-11-23 22:07:06 +0000 UTC",
            "2026-11-23 22:07:06,123",
            "2026-11-23 22:07:06.123 UTC",
            "2026/11/23 22:07:06",
            "22:07:06",
            "Mon Nov 23 22:07:06 UTC 2026",
            "Mon Nov 23 22:07:06.123456 2026",
            "Mon, 23 Nov 2026 22:07:06 GMT",
            "23/Nov/2026:22:07:06 +0000",
            "23 Nov 2026 22:07:06.123",
            "Nov 23 22:07",
            "Nov  3  2025",
        ] {
            assert_eq!(moment(&format!("{whole}] x")), Some(whole.len()), "{whole}");
        }
        for other in [
            "May I",
            "Mon ami",
            "March 3",
            "8080",
            "12:30",
            "3 Nov",
            "Dec 25 at",
        ] {
            assert_eq!(moment(other), None, "{other}");
        }
    }
}
