//! What the stand-in promises of OSS: each rule is a test, named after the rule, with the section of the fact sheet it
//! stands on. Every run ends with a table of all cases.
//!
//! `cargo test -p standin --test rules [FILTER]`; `npm run conformance` asks them of a bucket of the real OSS, too.
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
mod conformance;
mod connection;
mod cors;
mod faults;
mod fields;
mod foreign;
mod form;
mod http;
mod limits;
mod policy;
mod rule;
mod shape;
mod signing;
mod success;
mod target;

use std::{
    io::{Write as _, stderr},
    process::exit,
    sync::Arc,
};

use libtest_mimic::Arguments;
use standin::Options;

use crate::rule::{Rule, Table, World};

/// Every rule, in the order of the facts.
fn rules() -> Vec<Rule> {
    let other = "needs another host, bucket or operation than a form post to a plain bucket";
    let cors = "needs CORS rules that are known";
    let rules = [
        shape::rules(),
        limits::rules(),
        signing::rules(),
        policy::rules(),
        fields::rules(),
        success::rules(),
        callback::rules(),
        connection::rules(),
        foreign::rules(),
        only_here(cors::rules(), cors),
        only_here(address::rules(), other),
        only_here(faults::rules(), "faults are the stand-in's own"),
    ];
    rules.into_iter().flatten().collect()
}

fn only_here(rules: Vec<Rule>, reason: &'static str) -> Vec<Rule> {
    let mark = |rule: Rule| rule.only_here(reason);
    rules.into_iter().map(mark).collect()
}

fn main() {
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
    let mut given = std::env::args().skip(1).peekable();
    if given.next_if_eq("conformance").is_some() {
        if let Err(message) = conformance::run(&world, &rules(), given) {
            let _ = writeln!(stderr(), "{message}");
            exit(1);
        }
        return;
    }

    let arguments = Arguments::from_args();
    let trials = rules()
        .into_iter()
        .map(|rule| rule.into_trial(&world))
        .collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list && !arguments.quiet {
        rule::print(&table);
    }
    conclusion.exit();
}
