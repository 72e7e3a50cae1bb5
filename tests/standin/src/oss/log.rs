//! What was seen of every POST, for tests of cancel and retry. Append-only.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    Stored,
    Refused,
    /// The client went away.
    Cut,
    /// As a fault asked for.
    Fault,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Seen {
    pub(crate) bucket: String,
    pub(crate) key: String,
    /// Of the request's body.
    pub(crate) bytes: u64,
    pub(crate) outcome: Outcome,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<Seen>>>);

impl Log {
    pub(crate) fn of_key(&self, part: &str) -> Vec<Seen> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter()
            .filter(|seen| seen.key.contains(part))
            .cloned()
            .collect()
    }

    pub(crate) fn begin(&self, bucket: &str) -> Entry {
        let seen = Seen {
            bucket: bucket.to_owned(),
            key: String::new(),
            bytes: 0,
            outcome: Outcome::Cut,
        };
        Entry {
            seen,
            log: self.clone(),
        }
    }
}

/// One POST under way. It is logged when it is dropped: hyper drops the handler of a client that went away.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) seen: Seen,
    log: Log,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.log
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(self.seen.clone());
    }
}
