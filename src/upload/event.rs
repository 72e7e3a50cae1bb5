//! What happens to an upload.

use super::shared_params::Issued;
use crate::error::Error;
use crate::response::Answer;

/// What a decision needs to know beside its event: the core has neither a clock nor randomness.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surroundings {
    /// The page's clock, in Unix milliseconds.
    pub now_ms: i64,
    /// From 0 to 1, for the jitter of delays.
    pub random: f64,
}

/// Why no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The connection ended, or never stood.
    Network,
    /// No byte moved for this many milliseconds, so the request was given up.
    Stalled(u32),
    /// The page's own Content-Security-Policy forbids the host.
    Blocked,
}

/// What happened in the world outside.
#[derive(Clone, Debug)]
pub enum Event {
    /// The upload's turn has come.
    Start,
    /// Parameters are here.
    Params {
        /// The parameters and their provenance.
        issued: Box<Issued>,
        /// The object key that the caller wants with them; `None` leaves it to the parameters.
        key: Option<String>,
    },
    /// Asking for parameters failed.
    ParamsFailed {
        /// Why.
        error: Error,
        /// Whether the browser thinks that it is online.
        online: bool,
    },
    /// OSS (or something in its place) answered the post.
    Answered(Box<Answer>),
    /// The post ended without an answer.
    Lost {
        /// How.
        loss: Loss,
        /// Whether the whole form may have been sent. `true` when nobody counted.
        all_sent: bool,
        /// Whether the browser thinks that it is online.
        online: bool,
    },
    /// The file's checksum is computed.
    Checksum(u64),
    /// The file cannot be read: moved, changed, or its permission withdrawn.
    FileUnreadable,
    /// The wait that a step asked for is over, or the browser is online again.
    WaitOver,
    /// The caller lets the upload rest.
    Pause,
    /// The caller lets it go on.
    Resume,
    /// The caller gives it up.
    Abort,
}
