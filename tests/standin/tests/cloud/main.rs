//! The API gateway, the reference backend around it, and the faults of what the backend answers.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on shall fail at once"
)]
#![allow(
    clippy::too_many_lines,
    clippy::print_stdout,
    reason = "tables are long, and what operator and browser see is worth a look"
)]

mod backend;
mod faults;
mod gateway;
mod http;
mod operator;
