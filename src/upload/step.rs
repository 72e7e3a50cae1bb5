//! What is to be done for an upload, where it stands, and what became of it.

use super::shared_params::AskReason;
use crate::error::{Error, StoredObject};
use crate::response::Uploaded;

/// What to do next. A new step ends whatever the one before started, except [`Step::Continue`].
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Nothing new: go on with what is under way.
    Continue,
    /// Ask for parameters.
    AskParams(AskReason),
    /// Post [`Upload::form`](super::Upload::form) to [`Upload::url`](super::Upload::url).
    Post,
    /// Finish computing the checksum.
    AwaitChecksum,
    /// Wait this many milliseconds.
    Wait(u64),
    /// Wait until the browser is online again, or this many milliseconds: what it says of itself is a hint.
    WaitOnline(u64),
    /// Rest until resumed.
    Rest,
    /// The file is stored.
    Done(Box<Outcome>),
    /// The upload failed for good.
    Fail(Error),
    /// The upload was given up.
    Aborted,
}

/// Where an upload stands, in the words of the public interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Its turn has not come.
    Queued,
    /// Parameters are asked for and checked.
    Preparing,
    /// The form is being posted.
    Uploading,
    /// Stored; the checksum is being finished.
    Verifying,
    /// Between two attempts, or offline.
    Waiting,
    /// Resting.
    Paused,
    /// Stored.
    Done,
    /// Failed for good.
    Failed,
    /// Given up.
    Aborted,
}

impl State {
    /// The name that JavaScript sees.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Preparing => "preparing",
            Self::Uploading => "uploading",
            Self::Verifying => "verifying",
            Self::Waiting => "waiting",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Aborted => "aborted",
        }
    }

    /// Whether nothing comes after it.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Aborted)
    }
}

/// A stored file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Where it is stored.
    pub object: StoredObject,
    /// What OSS answered.
    pub uploaded: Uploaded,
    /// The file's CRC-64/XZ, where computed.
    pub crc64: Option<u64>,
    /// Whether OSS's checksum was readable and equals the file's.
    pub verified: bool,
    /// How often the file was posted.
    pub posts: u32,
}

#[cfg(test)]
mod tests {
    use super::State;

    #[test]
    fn states_by_the_names_of_the_public_interface() {
        for (state, name, is_terminal) in [
            (State::Queued, "queued", false),
            (State::Preparing, "preparing", false),
            (State::Uploading, "uploading", false),
            (State::Verifying, "verifying", false),
            (State::Waiting, "waiting", false),
            (State::Paused, "paused", false),
            (State::Done, "done", true),
            (State::Failed, "failed", true),
            (State::Aborted, "aborted", true),
        ] {
            assert_eq!((state.as_str(), state.is_terminal()), (name, is_terminal));
        }
    }
}
