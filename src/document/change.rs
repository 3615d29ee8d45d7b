//! What a page tells its reader to change in a file that is there, and what the file holds then: a
//! difference of two files, a part with what is around it, a later version of the whole. Only what is
//! certain is changed; a line that could stand at two places is not.

/// What a file holds after a change, if that is certain and anything changes. `is_diff` says that the
/// lines begin with `+`, `-` or a blank; else they are the part of the file as it is afterwards, with a
/// line of dots for what is left out.
pub(super) fn changed(content: &str, change: &[&str], is_diff: bool) -> Option<String> {
    let old: Vec<&str> = content.lines().map(str::trim_end).collect();
    let new = if is_diff {
        patched(&old, change)?
    } else {
        merged(&old, change)?
    };
    let mut text = new.join("\n");
    text.push('\n');
    (new != old).then_some(text)
}

/// Whether lines without a language are a difference all the same: some are added, by their sign.
pub(super) fn looks_like_difference(lines: &[&str]) -> bool {
    let begins = |sign: char| lines.iter().any(|line| line.starts_with(sign));
    begins('+')
        && lines
            .iter()
            .all(|line| line.is_empty() || line.starts_with(['+', '-', ' ', '@']))
}

/// What a file holds with lines added to its end, if none of them is there or stands for others.
pub(super) fn added(content: &str, lines: &[&str]) -> Option<String> {
    let is_new = |line: &&str| {
        line.trim().is_empty()
            || !is_elision(line)
                && content
                    .lines()
                    .all(|other| other.trim_end() != line.trim_end())
    };
    let has_any = lines.iter().any(|line| !line.trim().is_empty());
    (has_any && lines.iter().all(is_new)).then(|| {
        let end = if content.ends_with('\n') { "" } else { "\n" };
        format!("{content}{end}{}\n", lines.join("\n").trim_end())
    })
}

/// Whether these lines are what a file holds, in its order, and more.
pub(super) fn grows(content: &str, texts: &[&str]) -> bool {
    let mut lines = texts.iter().map(|line| line.trim_end());
    let is_in = |line: &str| line.trim().is_empty() || lines.any(|other| other == line.trim_end());
    content.lines().count() < texts.len() && content.lines().all(is_in)
}

/// A difference: what each of its stretches takes away and keeps stands exactly once.
fn patched<'t>(old: &[&'t str], change: &[&'t str]) -> Option<Vec<&'t str>> {
    let mut new = old.to_vec();
    let is_head = |index: usize| {
        let is_of_two = |line: &str, next: Option<&&str>| {
            line.starts_with("--- ") && next.is_some_and(|next| next.starts_with("+++ "))
        };
        let (line, before) = (
            change[index],
            index.checked_sub(1).map(|index| change[index]),
        );
        line.starts_with("diff --git ")
            || line.starts_with("index ") && line.contains("..")
            || is_of_two(line, change.get(index + 1))
            || before.is_some_and(|before| is_of_two(before, Some(&line)))
    };
    let heads = (0..change.len()).filter(|index| is_head(*index));
    if heads
        .filter(|index| change[*index].starts_with("+++ "))
        .count()
        > 1
    {
        // Which of the stretches is of this file, is not certain.
        return None;
    }
    let kept: Vec<&str> = (0..change.len())
        .filter(|index| !is_head(*index))
        .map(|index| change[index])
        .collect();
    let is_cut = |line: &&str| line.starts_with("@@") || is_elision(line);
    for stretch in kept.split(is_cut) {
        let mut before = Vec::new();
        let mut after = Vec::new();
        for line in stretch {
            match line.as_bytes().first() {
                Some(b'-') => before.push(line[1..].trim_end()),
                Some(b'+') => after.push(line[1..].trim_end()),
                _ => {
                    let kept = line.strip_prefix(' ').unwrap_or(line).trim_end();
                    before.push(kept);
                    after.push(kept);
                }
            }
        }
        if before == after {
            continue;
        }
        let at = only_place(&new, &before)?;
        new.splice(at..at + before.len(), after);
    }
    Some(new)
}

/// Where some lines stand, if at one place only.
fn only_place(lines: &[&str], wanted: &[&str]) -> Option<usize> {
    if wanted.is_empty() || wanted.len() > lines.len() {
        return None;
    }
    let mut places =
        (0..=lines.len() - wanted.len()).filter(|at| lines[*at..*at + wanted.len()] == *wanted);
    let place = places.next()?;
    places.next().is_none().then_some(place)
}

/// A part of the file as it is afterwards: each stretch stands where its lines are that were there.
fn merged<'t>(old: &[&'t str], change: &[&'t str]) -> Option<Vec<&'t str>> {
    let mut new = Vec::new();
    let mut from = 0;
    let stretches = change
        .split(|line| is_elision(line))
        .filter(|stretch| stretch.iter().any(|line| !line.trim().is_empty()));
    for stretch in stretches {
        let stretch: Vec<&str> = without_blanks_around(stretch);
        let place = |line: &str| {
            let mut places = old.iter().enumerate().filter(|(_, other)| **other == line);
            let first = places.next().map(|(at, _)| at);
            (first, places.next().is_some())
        };
        // Lines of the stretch that stand once in the file, and where.
        let known: Vec<(usize, usize)> = stretch
            .iter()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .filter_map(|(index, line)| match place(line) {
                (Some(at), false) => Some((index, at)),
                _ => None,
            })
            .collect();
        let (first, last) = (*known.first()?, *known.last()?);
        let is_in_order = known.windows(2).all(|pair| pair[0].1 < pair[1].1);
        let is_doubtful = |(index, line): (usize, &&str)| {
            let is_outside = index < first.0 || index > last.0;
            is_outside && !line.trim().is_empty() && place(line).0.is_some()
        };
        if !is_in_order || first.1 < from || stretch.iter().enumerate().any(is_doubtful) {
            return None;
        }
        // Before the first line that stays and behind the last, it must be certain that nothing goes: there
        // the file has a blank line, or its edge.
        let is_edge = |line: Option<&&str>| line.is_none_or(|line| line.trim().is_empty());
        let comes_before = first.0 > 0;
        let comes_behind = last.0 + 1 < stretch.len();
        let above = first.1.checked_sub(1).and_then(|above| old.get(above));
        if comes_before && !is_edge(above) || comes_behind && !is_edge(old.get(last.1 + 1)) {
            return None;
        }
        // Between two lines that stay, lines may come, or others in place of as many that were there.
        let count = |lines: &[&str]| lines.iter().filter(|line| !line.trim().is_empty()).count();
        let loses = |pair: &[(usize, usize)]| {
            let come = count(&stretch[pair[0].0 + 1..pair[1].0]);
            count(&old[pair[0].1 + 1..pair[1].1]) > come
        };
        if known.windows(2).any(loses) {
            return None;
        }
        new.extend_from_slice(&old[from..first.1]);
        new.extend_from_slice(&stretch);
        from = last.1 + 1;
    }
    new.extend_from_slice(&old[from..]);
    (from > 0).then_some(new)
}

fn without_blanks_around<'t>(lines: &[&'t str]) -> Vec<&'t str> {
    let is_blank = |line: &&str| line.trim().is_empty();
    let start = lines.iter().take_while(|line| is_blank(line)).count();
    let end = lines.iter().rev().take_while(|line| is_blank(line)).count();
    let kept = &lines[start..(lines.len() - end).max(start)];
    kept.iter().map(|line| line.trim_end()).collect()
}

/// Whether a line stands for others that are left out.
pub(super) fn is_elision(line: &str) -> bool {
    let text = line
        .trim()
        .trim_start_matches(['#', '/', '-', '*', '<', '!', ' '])
        .trim_end_matches(['-', '>', '*', '/', ' ']);
    matches!(text, "..." | "…" | "[...]" | "[…]" | "etc." | ". . .")
        || (line.trim_start().starts_with(['#', '/'])
            && (text.starts_with("...") || text.ends_with("..."))
            && text.len() < 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = "import tea\n\ndef pour():\n    return 1\n\npour()\n";

    fn change(text: &str, is_diff: bool) -> Option<String> {
        let lines: Vec<&str> = text.lines().collect();
        changed(APP, &lines, is_diff)
    }

    #[test]
    fn a_difference_is_applied_where_its_lines_stand() {
        let diff = "--- a/app.py\n+++ b/app.py\n@@ -3,2 +3,2 @@\n def pour():\n-    return 1\n+    return 2";
        let wanted = APP.replace("return 1", "return 2");
        assert_eq!(change(diff, true), Some(wanted));
        assert_eq!(change("-    return 3\n+    return 2", true), None);
        assert_eq!(change("+new", true), None);
        assert_eq!(change(" import tea", true), None);
    }

    #[test]
    fn a_part_is_put_where_its_lines_stand() {
        for (part, wanted) in [
            (
                "import tea\nimport cup\n\n...",
                APP.replace("import tea\n", "import tea\nimport cup\n"),
            ),
            (
                "# ...\ndef pour():\n    print(2)\n    return 1",
                APP.replace("    return", "    print(2)\n    return"),
            ),
            (
                "def pour():\n    return 2\n\npour()",
                APP.replace("return 1", "return 2"),
            ),
            ("...\npour()\nstir()", format!("{APP}stir()\n")),
        ] {
            assert_eq!(change(part, false), Some(wanted), "{part}");
        }
        // Nothing of it is there; lines of the file would be lost; nothing changes.
        for part in ["stir()", "import tea\npour()", "import tea", "...", ""] {
            assert_eq!(change(part, false), None, "{part}");
        }
        // More lines would go than come.
        let lines = ["import tea", "import cup", "pour()"];
        assert_eq!(changed(APP, &lines, false), None);
        // A line that is there by chance; and a line whose place another has.
        for part in [
            "class Tea:\n# ...\n\ndef stir():\n    return 1",
            "def pour():\n    return 2\n...",
        ] {
            assert_eq!(change(part, false), None, "{part}");
        }
        // A line that could stand at two places.
        let lines = ["b:", "  x: 1", "a:"];
        assert_eq!(changed("a:\n  x: 1\nc:\n  x: 1\n", &lines, false), None);
    }

    #[test]
    fn a_later_version_holds_what_was_there() {
        let more: Vec<&str> = "import tea\n\ndef pour():\n    return 1\n\npour()\npour()"
            .lines()
            .collect();
        assert!(grows(APP, &more));
        assert!(!grows(APP, &more[1..]) && !grows(APP, &["import tea"]));
    }
}
