//! Lists of images, before version 1.13 of Docker, and before and after version 29.

use super::read::{Table, cell};

/// The table of images since version 29 has the name and the tag in one column, and other words for
/// the rest: where the two sides differ in that, both are read as the older one.
pub(super) fn as_old_images(expected: &mut Table<'_>, live: &mut Table<'_>) {
    let columns = expected.columns.iter_mut().chain(&mut live.columns);
    for column in columns.filter(|name| *name == "VIRTUAL SIZE") {
        "SIZE".clone_into(column);
    }
    let is_new = |table: &Table<'_>| table.columns.iter().any(|column| column == "DISK USAGE");
    match (is_new(expected), is_new(live)) {
        (true, false) => {
            new_to_old(expected);
            without_size(live);
        }
        (false, true) => {
            without_size(expected);
            new_to_old(live);
        }
        (true, true) | (false, false) => {}
    }
}

fn new_to_old(table: &mut Table<'_>) {
    let place = |name: &str| table.columns.iter().position(|column| column == name);
    let (image, id) = (place("IMAGE"), place("ID"));
    for row in &mut table.rows {
        let of = |place: Option<usize>| place.map_or("", |place| cell(row, place)).to_owned();
        let (image, id) = (of(image), of(id));
        let (repository, tag) = image.rsplit_once(':').unwrap_or((&image, "<none>"));
        row.cells = vec![repository.to_owned(), tag.to_owned(), id];
    }
    table.columns = OLD_IMAGES.map(str::to_owned).to_vec();
}

/// What the two tables call a size is not the same.
fn without_size(table: &mut Table<'_>) {
    for row in &mut table.rows {
        row.cells.truncate(OLD_IMAGES.len());
    }
    table.columns = OLD_IMAGES.map(str::to_owned).to_vec();
}

/// The columns that say the same in both tables of images.
const OLD_IMAGES: [&str; 3] = ["REPOSITORY", "TAG", "IMAGE ID"];
