//! What the stand-in promises of OSS: each rule is a test, named after the rule, with the section of the fact sheet it
//! stands on. Every run ends with a table of all cases.
//!
//! `cargo test -p standin --test rules [FILTER]`
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::expect_used,
    clippy::format_push_string,
    clippy::indexing_slicing,
    clippy::missing_docs_in_private_items,
    clippy::needless_pass_by_value,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::unwrap_used,
    reason = "a test ends with the first thing that it did not expect"
)]

mod address;
mod callback;
mod connection;
mod cors;
mod faults;
mod fields;
mod form;
mod http;
mod limits;
mod policy;
mod rule;
mod shape;
mod signing;
mod success;

use std::sync::Arc;

use libtest_mimic::Arguments;
use standin::Options;

use crate::rule::{Table, World};

fn main() {
    let arguments = Arguments::from_args();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let shared = runtime
        .block_on(standin::start(Options::default()))
        .unwrap();
    let table = Table::default();
    let world = Arc::new(World {
        runtime,
        shared,
        table: table.clone(),
    });

    let rules = [
        shape::rules(),
        limits::rules(),
        signing::rules(),
        policy::rules(),
        fields::rules(),
        success::rules(),
        callback::rules(),
        connection::rules(),
        cors::rules(),
        address::rules(),
        faults::rules(),
    ];
    let trials = rules
        .into_iter()
        .flatten()
        .map(|rule| rule.into_trial(&world))
        .collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list && !arguments.quiet {
        rule::print(&table);
    }
    conclusion.exit();
}
