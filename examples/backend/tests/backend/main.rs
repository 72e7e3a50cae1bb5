//! The backend from outside: its routes, and where its keys come from.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on shall fail at once"
)]
#![allow(clippy::too_many_lines, reason = "tables are long")]

mod credentials;
mod routes;
mod support;
