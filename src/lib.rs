//! tutcheck runs a tutorial the way its reader would, and says where the reader would get stuck.
//!
//! Data flows one way:
//!
//! 1. [`document`] reads Markdown: every code block and directive gets a role, and the reason for
//!    it. Nothing is dropped silently.
//! 2. [`plan`] brings blocks, [`expectation`]s and [`settings`] together: steps with keys, and what
//!    is expected of each.
//! 3. [`play`] is the loop between a judge and a [`stage`]. The stage is live ([`run`]: a [`terminal`],
//!    while [`docker`] — the daemon as a witness — says what the IDs in the output are, and keeps a ledger
//!    of what was made, to remove it), or a run that was [`saved`].
//! 4. [`judge`] says what is done next and what came of it: it compares what happened with what was recorded
//!    and what the page shows; [`matching`] decides when two outputs are the same. A verdict is a value,
//!    never an error.
//! 5. [`report`] says it, each format a pure function of the same data.
//!
//! Below them all, [`commandline`] is the one reading of what is typed into a shell, [`programs`] has what
//! is known of each program that is typed into, [`identity`] the kinds of what words of an output stand
//! for, and [`observation`] what a step did: data that those who see it and those who judge it share.
//!
//! [`lint`] looks at a plan for what an author may want to mend; [`secrets`] keeps values from being seen.
//! [`diagnostic`] is for faults in files, with their place; [`wording`] has every shared word and
//! colour; [`cli`] and [`command`] are the edge, where files are read and written.
//!
//! [`review`] says what an author may accept of a run, and which bytes of the page that would change.
//!
//! [`drift`] says what moved under a page that nobody touched, and which step broke because of it; [`registry`]
//! is where it is asked what a reference of an image stands for now.
//!
//! `commandline`, `programs`, `document`, `drift`, `plan`, `expectation`, `matching`, `judge`, `play`, `saved`, `lint`,
//! `secrets`, `report` and `review` are pure: no file, process, clock or environment.

pub mod cli;
#[allow(clippy::disallowed_methods, reason = "the edge, where the world is")]
pub mod command;
pub mod commandline;
pub mod diagnostic;
pub mod digest;
#[allow(clippy::disallowed_methods, reason = "the edge, where the world is")]
pub mod docker;
pub mod document;
pub mod drift;
pub mod expectation;
pub mod identity;
pub mod judge;
pub mod lint;
pub mod matching;
pub mod observation;
pub mod plan;
pub mod play;
#[allow(clippy::disallowed_methods, reason = "the edge, where the world is")]
mod private;
pub mod programs;
mod progress;
pub mod reference;
#[allow(clippy::disallowed_methods, reason = "the edge, where the world is")]
pub mod registry;
pub mod report;
pub mod review;
#[allow(clippy::disallowed_methods, reason = "the edge, where the world is")]
pub mod run;
pub mod saved;
pub mod secrets;
pub mod settings;
pub mod stage;
#[allow(clippy::disallowed_methods, reason = "the edge, where the world is")]
pub mod terminal;
pub mod trouble;
pub mod wording;
pub mod yaml;
