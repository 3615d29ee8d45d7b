//! A status that a page shows below a command, as other tools write it: `[1]` as cram and scrut do, `? 1` as
//! trycmd does, `exit status 1`.

/// The status, and the output without it; none where the last line is what was printed.
pub(super) fn shown<'t>(page: &'t str, printed: &str) -> Option<(i32, &'t str)> {
    let page = page.trim_end();
    let start = page.rfind('\n').map_or(0, |at| at + 1);
    let last = page[start..].trim();
    let number = last
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .or_else(|| last.strip_prefix("? "))
        .or_else(|| last.strip_prefix("exit status "))
        .or_else(|| last.strip_prefix("exit status: "))
        .or_else(|| last.strip_prefix("exit code: "))?;
    let status: u8 = number.parse().ok()?;
    let is_printed = printed.trim_end().lines().next_back().map(str::trim) == Some(last);
    (!is_printed).then(|| (i32::from(status), &page[..start]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_told_from_what_is_printed() {
        assert_eq!(shown("[1]\n", ""), Some((1, "")));
        assert_eq!(shown("closed\n[4]\n", "closed\n"), Some((4, "closed\n")));
        assert_eq!(shown("? 2\n", "x\n"), Some((2, "")));
        assert_eq!(shown("exit status 3\n", ""), Some((3, "")));
        assert_eq!(shown("1\n[2]\n", "1\n[2]\n"), None);
        assert_eq!(shown("[INFO]\n", ""), None);
        assert_eq!(shown("[300]\n", ""), None);
    }
}
