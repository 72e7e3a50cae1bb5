//! One upload from its start to its one end, without I/O: events go in, the next step comes out.
//!
//! The shell does what a [`Step`] says and brings back what came of it as the next [`Event`]. Everything that
//! decides over an upload (when to ask for parameters, when to refuse the file, whether to try again) is here.
//! Many uploads share a [`queue`] and, where they may, their parameters ([`shared_params`]).

mod event;
#[cfg(test)]
mod exploration;
mod machine;
mod notice;
pub mod progress;
pub mod queue;
pub mod retry;
mod rules;
pub mod shared_params;
mod step;
#[cfg(test)]
mod tests;

pub use event::{Event, Loss, Surroundings};
pub use machine::{Settings, Upload};
pub use notice::Notice;
pub use step::{Outcome, State, Step};
