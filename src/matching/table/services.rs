//! Lists of the containers of a composition, as Compose 1 wrote them and as Compose 2 does.

use super::read::{Table, cell};

/// What the table of Compose 1 has in common with the one since: names, with other signs between their parts, and
/// whether they run. Where only one side is of Compose 1, both are read so.
pub(super) fn as_old_services(expected: &mut Table<'_>, live: &mut Table<'_>) {
    let is_old = |table: &Table<'_>| {
        let has = |name: &str| table.columns.iter().any(|column| column == name);
        has("Name") && has("State")
    };
    if is_old(expected) == is_old(live) {
        return;
    }
    let is_new = |table: &Table<'_>| table.columns.iter().any(|column| column == "SERVICE");
    if is_new(expected) || is_new(live) {
        shorten(expected);
        shorten(live);
    }
}

fn shorten(table: &mut Table<'_>) {
    let place = |names: [&str; 2]| {
        let mut columns = table.columns.iter();
        columns.position(|column| names.contains(&column.as_str()))
    };
    let (name, state) = (place(["Name", "NAME"]), place(["State", "STATUS"]));
    for row in &mut table.rows {
        let of = |place: Option<usize>| place.map_or("", |place| cell(row, place));
        // `Up 2 minutes (healthy)`, `Exit 0`, `Exited (0) 3 seconds ago`
        let state = of(state).split([' ', '(']).next().unwrap_or_default();
        let state = if state == "Exited" { "Exit" } else { state };
        row.cells = vec![of(name).replace('_', "-"), state.to_owned()];
    }
    // The rest of a command that did not fit stands in a line of its own.
    table.rows.retain(|row| !row.cells[0].is_empty());
    table.columns = ["NAME", "STATE"].map(str::to_owned).to_vec();
}
