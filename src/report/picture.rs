//! The terminal of a run as a picture: SVG that needs no font, no script and no network.

use std::fmt::Write as _;

use crate::wording;

/// What was typed into a terminal, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed<'t> {
    /// The prompt before it: `$`.
    pub prompt: &'t str,
    /// The command, one line or several.
    pub command: &'t str,
    /// What was printed.
    pub output: &'t str,
}

/// Columns of the terminal.
const COLUMNS: usize = 90;
/// So many lines are drawn at most.
const MOST: usize = 500;
/// The size of a cell, in pixels of the picture.
const CELL: (f32, f32) = (8.4, 19.0);
/// What is left free on each side.
const MARGIN: f32 = 16.0;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Command,
    Printed,
    LeftOut,
}

/// The picture.
pub fn picture(title: &str, typed: &[Typed<'_>]) -> String {
    let mut lines: Vec<(Look, String)> = Vec::new();
    for one in typed {
        for (number, line) in one.command.lines().enumerate() {
            let prompt = if number == 0 { one.prompt } else { ">" };
            folded(&format!("{prompt} {line}"), Look::Command, &mut lines);
        }
        for line in one.output.trim_end().lines() {
            folded(line, Look::Printed, &mut lines);
        }
    }
    if lines.len() > MOST {
        let left_out = lines.len() - MOST;
        lines.truncate(MOST);
        lines.push((Look::LeftOut, format!("… {left_out} more lines")));
    }
    drawn(title, &lines)
}

/// A line, on as many as it needs.
fn folded(line: &str, look: Look, lines: &mut Vec<(Look, String)>) {
    let mut whole = String::new();
    for c in wording::visible(line).chars() {
        if c == '\t' {
            let blanks = 8 - whole.chars().count() % 8;
            whole.extend(std::iter::repeat_n(' ', blanks));
        } else {
            whole.push(c);
        }
    }
    let characters: Vec<char> = whole.chars().collect();
    if characters.is_empty() {
        lines.push((look, String::new()));
    }
    for part in characters.chunks(COLUMNS) {
        lines.push((look, part.iter().collect()));
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a picture has few lines and columns"
)]
fn drawn(title: &str, lines: &[(Look, String)]) -> String {
    let longest = lines.iter().map(|(_, line)| line.chars().count()).max();
    let columns = longest.unwrap_or(0).clamp(40, COLUMNS);
    let width = CELL.0.mul_add(columns as f32, 2.0 * MARGIN);
    let height = CELL.1.mul_add(lines.len() as f32, 2.0 * MARGIN + 24.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\">\n\
         <title>{}</title>\n\
         <style>text {{ font: 14px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; white-space: pre; fill: #d4d4d4 }} .c {{ fill: #7ee787; font-weight: bold }} .l {{ fill: #8b949e }}</style>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0d1117\"/>\n\
         <circle cx=\"20\" cy=\"18\" r=\"6\" fill=\"#ff5f57\"/><circle cx=\"40\" cy=\"18\" r=\"6\" fill=\"#febc2e\"/><circle cx=\"60\" cy=\"18\" r=\"6\" fill=\"#28c840\"/>\n",
        escaped(title)
    );
    for (number, (look, line)) in lines.iter().enumerate() {
        let y = CELL.1.mul_add(number as f32 + 1.0, MARGIN + 20.0);
        let class = match look {
            Look::Command => " class=\"c\"",
            Look::Printed => "",
            Look::LeftOut => " class=\"l\"",
        };
        let _ = writeln!(
            svg,
            "<text x=\"{MARGIN}\" y=\"{y:.1}\"{class} xml:space=\"preserve\">{}</text>",
            escaped(line)
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{Typed, picture};

    #[test]
    fn lines_are_folded_and_words_of_others_are_words() {
        let typed = Typed {
            prompt: "$",
            command: "printf '<b>&\\t'",
            output: &format!("</text>\u{1b}]0;x\u{7}\n{}\n", "x".repeat(200)),
        };
        let svg = picture("a <page>", &[typed]);
        assert!(svg.contains("<title>a &lt;page&gt;</title>"), "{svg}");
        assert!(
            svg.contains(">$ printf '&lt;b&gt;&amp;\\t'</text>"),
            "{svg}"
        );
        assert_eq!(svg.matches("<text ").count(), 5);
        assert!(!svg.contains('\u{1b}'));
    }
}
