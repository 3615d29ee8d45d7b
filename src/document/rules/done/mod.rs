//! Whether this reader does what a block shows: the first rule that says no, in this order.

mod absent;
mod account;
mod behind;
mod danger;
mod or_else;
mod other_arm;
mod other_page;
mod other_reader;
mod other_section;
mod other_system;
mod recap;
mod repeated;
mod supposed;
mod trouble;
mod warned;
mod window;

use crate::document::case::{Rule, Why};

/// Another page's, arm's, section's, system's or reader's; warned against, shown again, done earlier,
/// behind the scenes, only supposed, another way, for trouble; a window; an account.
pub(in crate::document) const DONE: &[Rule<Why>] = &[
    other_page::RULE,
    other_arm::RULE,
    other_section::RULE,
    other_system::RULE,
    other_reader::RULE,
    danger::RULE,
    warned::RULE,
    repeated::RULE,
    recap::RULE,
    behind::RULE,
    supposed::RULE,
    or_else::RULE,
    trouble::RULE,
    absent::RULE,
    window::RULE,
    account::RULE,
];
