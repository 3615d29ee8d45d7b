//! `docker compose up` and its kin, on a terminal, in a pipe, and as Compose 1 wrote it: what became
//! of each resource, whatever came in between.

use std::collections::BTreeMap;

use super::profile::{Knowledge, Line, is_error};

/// States in which a resource is on its way, and in which it has come to rest.
const STATES: &[&str] = &[
    "Creating",
    "Created",
    "Recreate",
    "Recreated",
    "Starting",
    "Started",
    "Running",
    "Waiting",
    "Healthy",
    "Stopping",
    "Stopped",
    "Restarting",
    "Removing",
    "Removed",
    "Killing",
    "Killed",
    "Pulling",
    "Pulled",
    "Building",
    "Built",
    "Pushing",
    "Pushed",
    "Error",
    "Exited",
    "Skipped",
    "Resource is still in use",
];

/// What stands before a resource on a terminal.
const MARKS: &[char] = &['✔', '⠿', '✘', '!', '⠋', '⠙', '⠹', '⠸', '⠼', '⠴'];

/// A line for each resource with the last thing that happened to it, in the order of their names,
/// and every other line that is no progress.
pub(super) fn facts<'t>(text: &'t str, knowledge: &Knowledge<'_>) -> Vec<Line<'t>> {
    let mut last: BTreeMap<String, (String, usize)> = BTreeMap::new();
    let mut others = Vec::new();
    for line in knowledge.lines(text) {
        if is_error(&line.text) {
            others.push(line);
        } else if let Some((resource, state)) = resource(&line.text) {
            if matches!(state.as_str(), "Building" | "Built") {
                // Versions tell of it or not; that it failed is an error.
                continue;
            }
            if matches!(state.as_str(), "Pulling" | "Pulled") && !knowledge.names("pull") {
                // A reader who has the image does not see it pulled.
                continue;
            }
            if state == "Error" {
                // Whatever comes after it.
                others.push(line.clone());
            }
            last.insert(resource, (state, line.number));
        } else if !is_progress(&line.text) {
            others.push(line);
        }
    }
    let facts = last.into_iter().map(|(resource, (state, number))| Line {
        text: format!("{resource} {state}").into(),
        number,
    });
    facts.chain(others).collect()
}

/// Whether a line only tells of a resource on its way.
pub(super) fn tells_of_resource(line: &str) -> bool {
    !is_error(line)
        && (is_progress(line) || resource(line).is_some_and(|(_, state)| state != "Error"))
}

/// ` Container tutorial-web-1  Started`, ` ✔ Container tutorial-web-1  Started  0.5s`,
/// `Creating tutorial_web_1 ... done`.
fn resource(line: &str) -> Option<(String, String)> {
    for (start, resource, state) in [
        ("Creating network ", "Network", "Created"),
        ("Removing network ", "Network", "Removed"),
        ("Creating volume ", "Volume", "Created"),
        ("Removing volume ", "Volume", "Removed"),
    ] {
        if let Some(rest) = line.strip_prefix(start) {
            let name = rest.split(' ').next().unwrap_or(rest).trim_matches('"');
            return Some((
                format!("{resource} {}", name.replace('_', "-")),
                state.to_owned(),
            ));
        }
    }
    if let Some((head, state)) = line.split_once(" ... ") {
        let (action, name) = head.split_once(' ')?;
        let done = match action {
            "Creating" | "Starting" | "Recreating" => "Started",
            "Stopping" => "Stopped",
            "Removing" => "Removed",
            "Killing" => "Killed",
            "Pulling" => "Pulled",
            _ => return None,
        };
        let state = if state.trim() == "done" {
            done
        } else {
            state.trim()
        };
        return Some((
            format!("Container {}", name.replace('_', "-")),
            state.to_owned(),
        ));
    }
    let bare = line.trim_start().trim_start_matches(MARKS);
    let words: Vec<&str> = bare.split_whitespace().collect();
    let words = match words.as_slice() {
        // How long it took, on a terminal.
        [words @ .., time]
            if time.ends_with('s') && time.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            words
        }
        words => words,
    };
    let (state, name) = words.split_last()?;
    // `db 8 layers [⣿⣿] 0B/0B` is still `db`, and so is `Service db`.
    let name = match name {
        [name, _, "layers", ..] | ["Service" | "Image", name] => std::slice::from_ref(name),
        name => name,
    };
    let is_resource = match name {
        ["Container" | "Network" | "Volume" | "Image" | "Service", ..] => true,
        // A service that is pulled or built stands alone.
        [_] => line.starts_with(' '),
        _ => false,
    };
    (is_resource && STATES.contains(state)).then(|| {
        let name = name.join(" ").replace('"', "").replace('_', "-");
        (name, (*state).to_owned())
    })
}

/// `[+] Running 2/2`, layers on their way.
fn is_progress(line: &str) -> bool {
    let line = line.trim().trim_start_matches(MARKS).trim_start();
    line.is_empty()
        || line.starts_with("[+] ")
        || line.split_once(' ').is_some_and(|(id, _)| {
            id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
        || line.starts_with("Attaching to ")
        // A builder's own lines.
        || (line.starts_with('#') && line[1..].starts_with(|c: char| c.is_ascii_digit()))
}

/// The lines of several services: each in its own order, whatever came between, and whatever width
/// their names are padded to.
pub(super) fn logs<'t>(text: &'t str, knowledge: &Knowledge<'_>) -> Vec<Line<'t>> {
    let mut of: BTreeMap<String, Vec<Line<'t>>> = BTreeMap::new();
    for line in knowledge.lines(text) {
        if line.text.starts_with("Attaching to ") {
            continue;
        }
        let Some((service, said)) = line.text.split_once('|') else {
            of.entry(String::new()).or_default().push(line);
            continue;
        };
        let service = service.trim().replace('_', "-");
        let text = format!("{service} | {}", said.strip_prefix(' ').unwrap_or(said)).into();
        of.entry(service).or_default().push(Line { text, ..line });
    }
    of.into_values().flatten().collect()
}
