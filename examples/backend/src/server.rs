//! Serves connections, none of which can hold the others up: each has to send and to read in time, and when all places
//! are taken, the one that has waited longest without a request makes room.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
    time::{sleep, timeout},
};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::{ServerLimits, metrics::Metrics};

/// After a stop, requests that are half sent get this long to be complete …
const GRACE: Duration = Duration::from_secs(2);
/// … and answers that are under way this long to end.
const DRAIN: Duration = Duration::from_secs(15);
/// Head of a request, in bytes: cookies are the longest part.
const MAX_HEAD: usize = 32 * 1024;
/// Descriptors for all that is no connection of a browser: the log, the listener, the runtime.
const OWN_DESCRIPTORS: u64 = 32;
/// A refused `accept` is tried again after this, not at once: it would only burn time.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// One connection.
struct Place {
    is_answering: Arc<AtomicBool>,
    task: AbortHandle,
}

pub(crate) struct Server {
    router: Router,
    timeout: Duration,
    places: usize,
    metrics: Arc<Metrics>,
    stopping: CancellationToken,
    /// By age, the oldest first.
    open: BTreeMap<u64, Place>,
    tasks: JoinSet<u64>,
    next: u64,
}

impl Server {
    pub(crate) fn new(router: Router, limits: &ServerLimits, metrics: Arc<Metrics>) -> Self {
        Self {
            router,
            timeout: Duration::from_secs(limits.timeout),
            places: places(limits.connections),
            metrics,
            stopping: CancellationToken::new(),
            open: BTreeMap::new(),
            tasks: JoinSet::new(),
            next: 0,
        }
    }

    /// Serves until `stop` is ready, then ends what is under way.
    pub(crate) async fn run(mut self, listener: TcpListener, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                Some(ended) = self.tasks.join_next() => self.forget(&ended),
                accepted = listener.accept() => self.admit(accepted).await,
            }
        }
        // Who comes now shall reach another instance.
        drop(listener);
        self.stopping.cancel();
        if timeout(GRACE, self.end()).await.is_ok() {
            return;
        }
        while self.make_room() {}
        if timeout(DRAIN, self.end()).await.is_err() {
            tracing::warn!("some answers did not end in time");
        }
    }

    async fn admit(&mut self, accepted: io::Result<(TcpStream, SocketAddr)>) {
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!("a connection could not be accepted: {error}");
                self.make_room();
                sleep(ACCEPT_AGAIN).await;
                return;
            }
        };
        if self.open.len() >= self.places && !self.make_room() {
            self.metrics.turned_away.inc();
            return;
        }
        let number = self.next;
        self.next += 1;
        let is_answering = Arc::new(AtomicBool::new(false));
        let connection = Connection {
            router: self.router.clone(),
            timeout: self.timeout,
            stopping: self.stopping.clone(),
            is_answering: is_answering.clone(),
        };
        let task = self.tasks.spawn(async move {
            connection.serve(stream, peer).await;
            number
        });
        self.open.insert(number, Place { is_answering, task });
        self.count();
    }

    /// Closes the oldest connection that is not answering; false if all are.
    fn make_room(&mut self) -> bool {
        let idle = |place: &Place| !place.is_answering.load(Ordering::Relaxed);
        let oldest = self.open.iter().find(|(_, place)| idle(place));
        let Some(number) = oldest.map(|(number, _)| *number) else {
            return false;
        };
        if let Some(place) = self.open.remove(&number) {
            place.task.abort();
            self.metrics.evicted.inc();
        }
        true
    }

    fn forget(&mut self, ended: &Result<u64, tokio::task::JoinError>) {
        match ended {
            Ok(number) => drop(self.open.remove(number)),
            Err(error) => self.open.retain(|_, place| place.task.id() != error.id()),
        }
        self.count();
    }

    fn count(&self) {
        let open = self.open.len().try_into().unwrap_or(i64::MAX);
        self.metrics.connections.set(open);
    }

    async fn end(&mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            self.forget(&ended);
        }
    }
}

/// As many as the operator allows and the machine can open; each may need a second descriptor to ask the cloud.
fn places(wanted: u64) -> usize {
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    let Ok((descriptors, _)) = rlimit::Resource::NOFILE.get() else {
        return wanted;
    };
    let possible = (descriptors.saturating_sub(OWN_DESCRIPTORS) / 2).max(1);
    let possible = usize::try_from(possible).unwrap_or(usize::MAX);
    if possible < wanted {
        tracing::warn!(
            descriptors,
            "server.connections is lowered from {wanted} to {possible}: raise the limit of open files"
        );
    }
    wanted.min(possible)
}

struct Connection {
    router: Router,
    timeout: Duration,
    stopping: CancellationToken,
    is_answering: Arc<AtomicBool>,
}

impl Connection {
    async fn serve(self, stream: TcpStream, peer: SocketAddr) {
        let Self {
            router,
            timeout,
            stopping,
            is_answering,
        } = self;
        // An answer is one small write: waiting for more would only delay it.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(timeout));
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            let answering = Answering::new(is_answering.clone());
            let answer = router.clone().oneshot(request);
            async move {
                let answer = answer.await;
                drop(answering);
                answer
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // Runs from the end of the answer before: a quiet connection ends by it, too.
            .header_read_timeout(timeout)
            .max_buf_size(MAX_HEAD)
            .serve_connection(TokioIo::new(Box::pin(stream)), service);
        tokio::pin!(connection);
        // What ends a connection is the browser's affair, and no error of ours.
        tokio::select! {
            _ = &mut connection => {}
            () = stopping.cancelled() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }
}

/// While it lives, its connection is not closed to make room.
struct Answering(Arc<AtomicBool>);

impl Answering {
    fn new(flag: Arc<AtomicBool>) -> Self {
        flag.store(true, Ordering::Relaxed);
        Self(flag)
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}
