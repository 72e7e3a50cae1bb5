//! HTTP/1.1 by hand: where raw bytes matter, no client library may tidy them.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpStream},
    time::Duration,
};

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

fn connect(origin: &str) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(origin.trim_start_matches("http://"))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream.set_write_timeout(Some(Duration::from_secs(20)))?;
    Ok(stream)
}

/// Sends, and reads the answer.
pub fn exchange(origin: &str, raw: &Raw, then: Then) -> io::Result<Answer> {
    let mut stream = connect(origin)?;
    stream.write_all(raw.head.as_bytes())?;
    // Should the other side cut the connection meanwhile, it may have answered before.
    let sent = stream.write_all(&raw.body);
    match then {
        Then::Listen => {}
        Then::HalfClose => stream.shutdown(Shutdown::Write)?,
        Then::Close => return Err(io::ErrorKind::ConnectionAborted.into()),
    }
    let answer = Answer::read(&mut stream);
    sent.and(answer)
}

/// Sends a request whose answer has no body, whatever its head says.
pub fn head(origin: &str, raw: &Raw) -> io::Result<Answer> {
    let mut stream = connect(origin)?;
    stream.write_all(raw.head.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes).replace("content-length:", "x-content-length:");
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
