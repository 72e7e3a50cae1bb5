//! HTTP/1.1 by hand: where raw bytes matter, no client library may tidy them.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpStream},
    sync::{Arc, LazyLock},
    time::Duration,
};

use rustls::{ClientConfig, ClientConnection, ConfigBuilder, StreamOwned, pki_types::ServerName};
use rustls_platform_verifier::BuilderVerifierExt as _;
use url::Url;

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, _)| header == name)
            .map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What may be told of an error: its XML may hold the signature and what was signed.
    pub fn words(&self) -> String {
        let element = |name| self.element(name).unwrap_or_else(|| "-".to_owned());
        let [code, message, ec] = ["Code", "Message", "EC"].map(element);
        format!("{} {code} {ec} {message}", self.status)
    }

    /// Text of the XML element, entities replaced.
    pub fn element(&self, name: &str) -> Option<String> {
        let text = self.text();
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        let (value, _) = rest.split_once(&format!("</{name}>"))?;
        Some(
            value
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&"),
        )
    }

    fn read(stream: &mut impl Read) -> io::Result<Self> {
        let broken = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let mut bytes = Vec::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
                let mut lines = head.split("\r\n");
                let status = lines
                    .next()
                    .and_then(|line| line.split(' ').nth(1))
                    .and_then(|code| code.parse().ok());
                let headers: Vec<(String, String)> = lines
                    .filter_map(|line| line.split_once(':'))
                    .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
                    .collect();
                let mut answer = Self {
                    status: status.ok_or_else(broken)?,
                    headers,
                    body: bytes.split_off(end + 4),
                };
                if answer.status == 100 {
                    bytes = answer.body;
                    continue;
                }
                if answer.header("transfer-encoding") == Some("chunked") {
                    stream.read_to_end(&mut answer.body)?;
                    answer.body = without_chunks(&answer.body).ok_or_else(broken)?;
                    return Ok(answer);
                }
                let length = answer
                    .header("content-length")
                    .and_then(|text| text.parse().ok())
                    .unwrap_or(0);
                while answer.body.len() < length {
                    let count = stream.read(&mut buffer)?;
                    if count == 0 {
                        return Err(broken());
                    }
                    answer.body.extend_from_slice(&buffer[..count]);
                }
                return Ok(answer);
            }
            let count = stream.read(&mut buffer)?;
            if count == 0 {
                return Err(broken());
            }
            bytes.extend_from_slice(&buffer[..count]);
        }
    }
}

/// The cloud's proxies may answer so.
fn without_chunks(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(&rest[..end]).ok()?.split(';').next()?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(end + 2..end + 2 + size)?);
        rest = rest.get(end + 2 + size + 2..)?;
    }
}

/// A request as bytes.
#[derive(Clone, Debug)]
pub struct Raw {
    pub head: String,
    pub body: Vec<u8>,
}

/// What becomes of the connection after the bytes have been sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Waits for the answer.
    Listen,
    /// Says that it will send no more, and waits for the answer.
    HalfClose,
    /// Goes away.
    Close,
}

enum Connection {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

static TLS: LazyLock<Arc<ClientConfig>> = LazyLock::new(|| {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(ConfigBuilder::with_platform_verifier)
        .unwrap();
    Arc::new(config.with_no_client_auth())
});

impl Connection {
    fn open(origin: &str) -> io::Result<Self> {
        let url = Url::parse(origin).map_err(io::Error::other)?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let port = url.port_or_known_default().unwrap_or_default();
        // Names below `localhost` are this machine; not every resolver knows it.
        let address = if host.ends_with(".localhost") {
            "127.0.0.1"
        } else {
            &host
        };
        let stream = TcpStream::connect((address, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        stream.set_write_timeout(Some(Duration::from_secs(20)))?;
        if url.scheme() != "https" {
            return Ok(Self::Plain(stream));
        }
        let name = ServerName::try_from(host).map_err(io::Error::other)?;
        let tls = ClientConnection::new(TLS.clone(), name).map_err(io::Error::other)?;
        Ok(Self::Tls(Box::new(StreamOwned::new(tls, stream))))
    }

    /// Says that nothing more will be sent.
    fn half_close(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.shutdown(Shutdown::Write),
            Self::Tls(stream) => {
                stream.conn.send_close_notify();
                stream.flush()?;
                stream.sock.shutdown(Shutdown::Write)
            }
        }
    }
}

impl Read for Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            // Many servers close the connection without a word of TLS's.
            Self::Tls(stream) => match stream.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
                read => read,
            },
        }
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}

/// Sends, and reads the answer.
pub fn exchange(origin: &str, raw: &Raw, then: Then) -> io::Result<Answer> {
    let mut stream = Connection::open(origin)?;
    stream.write_all(raw.head.as_bytes())?;
    // Should the other side cut the connection meanwhile, it may have answered before.
    let sent = stream.write_all(&raw.body).and_then(|()| stream.flush());
    match then {
        Then::Listen => {}
        Then::HalfClose => stream.half_close()?,
        Then::Close => return Err(io::ErrorKind::ConnectionAborted.into()),
    }
    let answer = Answer::read(&mut stream);
    sent.and(answer)
}

/// Sends a request whose answer has no body, whatever its head says.
pub fn head(origin: &str, raw: &Raw) -> io::Result<Answer> {
    let mut stream = Connection::open(origin)?;
    stream.write_all(raw.head.as_bytes())?;
    stream.flush()?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes)
        .replace("content-length:", "x-content-length:")
        .replace("Content-Length:", "x-content-length:");
    Answer::read(&mut text.as_bytes())
}

pub fn get(origin: &str, target: &str) -> io::Result<Answer> {
    ask("GET", origin, target)
}

/// A request without a body.
pub fn ask(method: &str, origin: &str, target: &str) -> io::Result<Answer> {
    let host = origin.trim_start_matches("http://");
    let head = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    exchange(
        origin,
        &Raw {
            head,
            body: Vec::new(),
        },
        Then::Listen,
    )
}
