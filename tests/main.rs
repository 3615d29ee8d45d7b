//! The tests, in one binary.
fn main() {}
