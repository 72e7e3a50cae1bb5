//! One TCP connection of OSS: HTTP/1.1, and the means to cut it.

use std::{
    convert::Infallible,
    future::pending,
    io,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::Oss;

/// The most that is read at once. Larger reads are no faster, and each upload under way holds several of them.
const READ_BUFFER: usize = 256 * 1024;

/// By TLS if there is an acceptor for it.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    oss: Arc<Oss>,
    stop: CancellationToken,
) {
    let connections = TaskTracker::new();
    loop {
        let stream = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = stream else {
            // Out of file descriptors, say: not for long, it is to be hoped.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // An answer is small and complete: there is nothing to wait for. Should this fail, it is only slower.
        let _ = stream.set_nodelay(true);
        let line = Line {
            reset: CancellationToken::new(),
        };
        let stream = Resettable {
            stream,
            reset: line.reset.clone(),
        };
        let (tls, oss, stop) = (tls.clone(), oss.clone(), stop.clone());
        connections.spawn(async move {
            match tls {
                None => converse(stream, line, oss, stop).await,
                // Who does not trust the certificate goes away.
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        converse(stream, line, oss, stop).await;
                    }
                }
            }
        });
    }
    connections.close();
    connections.wait().await;
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    line: Line,
    oss: Arc<Oss>,
    stop: CancellationToken,
) {
    let service = service_fn(|request| {
        let (oss, line) = (oss.clone(), line.clone());
        async move { Ok::<_, Infallible>(oss.answer(request, line).await) }
    });
    let http = http1::Builder::new()
        // A client that has sent all it has to say may still listen: else nobody could read IncompleteBody.
        .half_close(true)
        .max_buf_size(READ_BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    let mut http = pin!(http);
    tokio::select! {
        biased;
        () = line.reset.cancelled() => return,
        _ = http.as_mut() => return,
        () = stop.cancelled() => http.as_mut().graceful_shutdown(),
    }
    tokio::select! {
        biased;
        () = line.reset.cancelled() => {}
        _ = http => {}
    }
}

/// A request's hold on its connection.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    reset: CancellationToken,
}

impl Line {
    /// Cuts the connection: the client gets a TCP reset. The caller's task ends here.
    pub(crate) async fn reset(&self) -> Infallible {
        self.reset.cancel();
        pending().await
    }
}

/// Sends a reset, not an orderly end, when it is dropped after [`Line::reset`].
struct Resettable {
    stream: TcpStream,
    reset: CancellationToken,
}

impl Drop for Resettable {
    fn drop(&mut self) {
        if self.reset.is_cancelled() {
            // Should this fail, the client sees an orderly end in the middle of an answer, which is an error as well.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Resettable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Resettable {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
