//! The body of a POST as it arrives: counted, watched for silence, and slowed or broken off where asked.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use md5::{Digest as _, Md5};
use tokio::time::{Instant, sleep_until, timeout};

/// Why a body did not arrive to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The client sent nothing for too long.
    Idle,
    /// The client ended the connection before the declared length.
    Incomplete,
    /// A fault: cut the connection here.
    Reset,
    /// A fault: read no more.
    Stalled,
}

/// How a body is to be read, where not at full speed and to its end.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pace {
    pub(crate) reset_at: Option<u64>,
    pub(crate) stall_at: Option<u64>,
    pub(crate) bytes_per_second: Option<u64>,
}

#[derive(Debug)]
pub(crate) struct Body {
    incoming: Incoming,
    idle_timeout: Duration,
    received: u64,
    md5: Option<Md5>,
    pace: Pace,
    /// When the pace was set, and how much had been received then.
    since: (Instant, u64),
}

impl Body {
    /// `with_md5`: compute the MD5 of the whole body, for `Content-MD5`.
    pub(crate) fn new(incoming: Incoming, idle_timeout: Duration, with_md5: bool) -> Self {
        Self {
            incoming,
            idle_timeout,
            received: 0,
            md5: with_md5.then(Md5::new),
            pace: Pace::default(),
            since: (Instant::now(), 0),
        }
    }

    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    pub(crate) fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
        self.since = (Instant::now(), self.received);
    }

    /// The next bytes; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Broken> {
        if self.pace.reset_at.is_some_and(|at| self.received >= at) {
            return Err(Broken::Reset);
        }
        if self.pace.stall_at.is_some_and(|at| self.received >= at) {
            return Err(Broken::Stalled);
        }
        let bytes = loop {
            match timeout(self.idle_timeout, self.incoming.frame()).await {
                Err(_) => return Err(Broken::Idle),
                Ok(None) => return Ok(None),
                Ok(Some(Err(_))) => return Err(Broken::Incomplete),
                Ok(Some(Ok(frame))) => {
                    if let Ok(bytes) = frame.into_data() {
                        break bytes;
                    }
                }
            }
        };
        self.received += bytes.len() as u64;
        if let Some(md5) = &mut self.md5 {
            md5.update(&bytes);
        }
        if let Some(speed) = self.pace.bytes_per_second {
            let (start, before) = self.since;
            let milliseconds = (self.received - before).saturating_mul(1000) / speed.max(1);
            sleep_until(start + Duration::from_millis(milliseconds)).await;
        }
        Ok(Some(bytes))
    }

    /// MD5 of what has been received, if it was asked for.
    pub(crate) fn md5(&mut self) -> Option<[u8; 16]> {
        self.md5.take().map(|md5| md5.finalize().into())
    }

    /// Reads the rest while the answer is already under way: a client that is still sending when the connection is
    /// closed gets a reset and loses the answer.
    pub(crate) fn drain(mut self) {
        self.pace = Pace::default();
        tokio::spawn(async move { while let Ok(Some(_)) = self.next().await {} });
    }
}
