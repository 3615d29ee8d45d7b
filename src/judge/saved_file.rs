//! A failure that names a line of a file which the page has saved: where on the page that line stands.

use std::sync::LazyLock;

use regex::Regex;

use super::Hint;
use crate::commandline::{CommandLine, base};
use crate::document::Block;
use crate::plan::{Action, Plan, Step};

/// A file of the page.
struct Saved<'p> {
    path: &'p str,
    content: &'p str,
    /// The line of the page that its first line stands on.
    line: usize,
}

/// `File "/app/app.py", line 8`, `run.sh: line 3: `, `app.js:12`, `Makefile:4: *** `.
static PLACE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"([\w.-]+)(?:", line |: line |:)([0-9]{1,5})\b"#).expect("it is tried in a test")
});

/// `additional properties 'prots' not allowed`, `Additional property prots is not allowed`.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[Aa]dditional propert(?:y|ies) '?([\w.-]+)'?").expect("it is tried in a test")
});

/// A hint at the line of the page, for the step of this number, from 1.
pub(super) fn hint(plan: &Plan, number: usize, output: &str) -> Option<Hint> {
    let saved: Vec<Saved<'_>> = plan.steps[..number - 1]
        .iter()
        .filter_map(|step| saved(plan, step))
        .collect();
    let of_name = |name: &str| saved.iter().rev().find(|file| base(file.path) == name);
    let named = PLACE.captures_iter(output).filter_map(|place| {
        let number: usize = place[2].parse().ok()?;
        Some((of_name(&place[1])?, number))
    });
    // Compose says no more than that it is YAML.
    let is_yaml = |file: &&Saved<'_>| file.path.ends_with(".yaml") || file.path.ends_with(".yml");
    let of_yaml = || {
        let (_, rest) = output.split_once("yaml: line ")?;
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        Some((
            saved.iter().rev().find(is_yaml)?,
            rest[..digits].parse().ok()?,
        ))
    };
    let of_key = || {
        let key = &KEY.captures(output)?[1];
        let file = saved.iter().rev().find(is_yaml)?;
        let is_it = |line: &str| {
            line.trim_start()
                .strip_prefix(key)
                .is_some_and(|rest| rest.starts_with(':'))
        };
        Some((file, 1 + file.content.lines().position(is_it)?))
    };
    let (file, line) = named.last().or_else(of_yaml).or_else(of_key)?;
    let has_it = (1..=file.content.lines().count()).contains(&line);
    has_it.then(|| Hint::LineOfFile {
        file: base(file.path).to_owned(),
        line,
        page_line: file.line + line - 1,
        needs_tab: output.contains("missing separator"),
    })
}

fn saved<'p>(plan: &'p Plan, step: &'p Step) -> Option<Saved<'p>> {
    match &step.action {
        Action::Save {
            path,
            append: false,
            content,
        } => Some(Saved {
            path,
            content,
            line: first_line(plan, &plan.document.blocks[step.block]),
        }),
        Action::Run { written, .. } => typed(written, step.line),
        Action::Save { .. } | Action::Press { .. } | Action::Person(_) => None,
    }
}

/// The line behind the opening fence, where there is one.
fn first_line(plan: &Plan, block: &Block) -> usize {
    let text = plan.document.text(&block.span);
    let is_fenced = text.trim_start().starts_with(['`', '~', ':']);
    plan.document.source.line(block.span.start) + usize::from(is_fenced)
}

/// `cat > app.py <<EOF`, and the lines behind it.
fn typed(command: &str, line: usize) -> Option<Saved<'_>> {
    let (_, content) = command.split_once('\n')?;
    let read = CommandLine::read(command);
    let redirections = &read.commands.first()?.redirections;
    let target = |sign: &str| redirections.iter().find(|(one, _)| *one == sign);
    target("<<").or_else(|| target("<<-"))?;
    let (_, path) = target(">")?;
    Some(Saved {
        path: path.written.trim_matches(['"', '\'']),
        content,
        line: line + 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_files_are_read_as_programs_write_them() {
        for (line, name, number) in [
            ("  File \"/app/app.py\", line 8, in <module>", "app.py", "8"),
            (
                "./run.sh: line 3: syntax error near unexpected token",
                "run.sh",
                "3",
            ),
            ("Makefile:4: *** missing separator.  Stop.", "Makefile", "4"),
            ("/app/index.js:12", "index.js", "12"),
            (
                "nginx: [emerg] unknown directive in /etc/nginx/conf.d/site.conf:7",
                "site.conf",
                "7",
            ),
        ] {
            let place = PLACE.captures(line).expect(line);
            assert_eq!((&place[1], &place[2]), (name, number));
        }
        for line in [
            "services.web additional properties 'prots' not allowed",
            "services.web Additional property prots is not allowed",
        ] {
            assert_eq!(&KEY.captures(line).expect(line)[1], "prots");
        }
    }
}
