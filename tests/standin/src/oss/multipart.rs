//! multipart/form-data as OSS reads it. Pure: bytes are fed, events come out.
//!
//! Written here because no crate tells what OSS tells apart: the order of a part's headers, the length of a name, what
//! comes after `file`.

use bytes::{Buf as _, Bytes, BytesMut};
use memchr::memmem::Finder;

use super::{
    error::{OssError, malformed_post},
    part::PartHead,
};

/// The longest head of a part: an oversized name must still be read to be named in the error.
const MAX_HEAD: usize = 64 * 1024;

#[derive(Debug)]
pub(crate) enum Event {
    Part(PartHead),
    /// Bytes of the current part.
    Data(Bytes),
    PartEnd,
    /// The closing boundary was there; what follows is of no interest.
    Finished,
    /// Feed more.
    More,
}

/// Names and contents of a whole body's parts, if it ends as it should; it comes in pieces of so many bytes. For those
/// who hold this reader against others.
#[must_use]
pub fn read_multipart(boundary: &str, body: &[u8], piece: usize) -> Option<Vec<(String, Vec<u8>)>> {
    let mut multipart = Multipart::new(boundary);
    let mut pieces = body.chunks(piece);
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    loop {
        match multipart.next().ok()? {
            Event::Part(head) => parts.push((head.name, Vec::new())),
            Event::Data(bytes) => parts.last_mut()?.1.extend_from_slice(&bytes),
            Event::PartEnd => {}
            Event::Finished => return Some(parts),
            Event::More => multipart.feed(Bytes::copy_from_slice(pieces.next()?)),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Start,
    AfterDelimiter,
    Head,
    Content,
    Finished,
}

#[derive(Debug)]
pub(crate) struct Multipart {
    /// CRLF and two hyphens before the boundary.
    delimiter: Finder<'static>,
    window: Bytes,
    state: State,
}

impl Multipart {
    pub(crate) fn new(boundary: &str) -> Self {
        let delimiter = Finder::new(&format!("\r\n--{boundary}")).into_owned();
        Self {
            delimiter,
            window: Bytes::new(),
            state: State::Start,
        }
    }

    pub(crate) fn feed(&mut self, bytes: Bytes) {
        if self.window.is_empty() {
            self.window = bytes;
        } else {
            let mut joined = BytesMut::with_capacity(self.window.len() + bytes.len());
            joined.extend_from_slice(&self.window);
            joined.extend_from_slice(&bytes);
            self.window = joined.freeze();
        }
    }

    pub(crate) fn next(&mut self) -> Result<Event, OssError> {
        loop {
            match self.state {
                State::Start => {
                    // The body begins with the delimiter, without the line break before it.
                    let first = self.delimiter.needle().get(2..).unwrap_or_default();
                    let Some(start) = self.window.get(..first.len()) else {
                        return self.more_of(first);
                    };
                    if start != first {
                        return Err(malformed_post());
                    }
                    self.window.advance(first.len());
                    self.state = State::AfterDelimiter;
                }
                State::AfterDelimiter => match self.window.get(..2) {
                    None => return Ok(Event::More),
                    Some(b"\r\n") => {
                        self.window.advance(2);
                        self.state = State::Head;
                    }
                    Some(b"--") => {
                        self.window.clear();
                        self.state = State::Finished;
                    }
                    Some(_) => return Err(malformed_post()),
                },
                State::Head => {
                    // A head without any line ends at once.
                    let end = if self.window.starts_with(b"\r\n") {
                        Some(0)
                    } else {
                        memchr::memmem::find(&self.window, b"\r\n\r\n").map(|at| at + 2)
                    };
                    let Some(end) = end else {
                        return if self.window.len() > MAX_HEAD {
                            Err(malformed_post())
                        } else {
                            Ok(Event::More)
                        };
                    };
                    let head = PartHead::parse(&self.window.split_to(end))?;
                    self.window.advance(2);
                    self.state = State::Content;
                    return Ok(Event::Part(head));
                }
                State::Content => {
                    if let Some(at) = self.delimiter.find(&self.window) {
                        if at > 0 {
                            return Ok(Event::Data(self.window.split_to(at)));
                        }
                        self.window.advance(self.delimiter.needle().len());
                        self.state = State::AfterDelimiter;
                        return Ok(Event::PartEnd);
                    }
                    let sure = self.window.len() - self.possible_start();
                    if sure > 0 {
                        return Ok(Event::Data(self.window.split_to(sure)));
                    }
                    return Ok(Event::More);
                }
                State::Finished => {
                    self.window.clear();
                    return Ok(Event::Finished);
                }
            }
        }
    }

    fn more_of(&self, expected: &[u8]) -> Result<Event, OssError> {
        if expected.starts_with(&self.window) {
            Ok(Event::More)
        } else {
            Err(malformed_post())
        }
    }

    /// How many bytes at the window's end may be the start of a delimiter.
    fn possible_start(&self) -> usize {
        let delimiter = self.delimiter.needle();
        let longest = self.window.len().min(delimiter.len() - 1);
        (1..=longest)
            .rev()
            .find(|&length| {
                self.window
                    .ends_with(delimiter.get(..length).unwrap_or_default())
            })
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Parts = Vec<(String, Vec<u8>)>;

    /// Names, contents, and whether the closing boundary was there.
    fn read(body: &[u8], chunk: usize) -> Result<(Parts, bool), OssError> {
        let mut multipart = Multipart::new("b");
        let mut chunks = body.chunks(chunk);
        let mut parts = Parts::new();
        loop {
            match multipart.next()? {
                Event::Part(head) => parts.push((head.name, Vec::new())),
                Event::Data(bytes) => parts.last_mut().unwrap().1.extend_from_slice(&bytes),
                Event::PartEnd => {}
                Event::Finished => return Ok((parts, true)),
                Event::More => match chunks.next() {
                    Some(bytes) => multipart.feed(Bytes::copy_from_slice(bytes)),
                    None => return Ok((parts, false)),
                },
            }
        }
    }

    #[test]
    fn content_is_the_same_however_the_bytes_are_cut() {
        let body = b"--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na\r\n-\r\n--B\r\r\n--b\r\n\
            Content-Disposition: form-data; name=\"file\"\r\n\r\n\r\n--b--\r\nafterwards";
        let expected = vec![
            ("key".to_owned(), b"a\r\n-\r\n--B\r".to_vec()),
            ("file".to_owned(), Vec::new()),
        ];
        for chunk in 1..=body.len() {
            assert_eq!(
                read(body, chunk).unwrap(),
                (expected.clone(), true),
                "chunks of {chunk}"
            );
        }
    }

    #[test]
    fn a_body_that_is_no_multipart_is_malformed() {
        for body in [
            "x--b\r\n",
            "\r\n--b\r\n",
            "--c",
            "--bxx",
            "--b\r\nContent-Disposition: form-data\r\n\r\n",
        ] {
            for chunk in [1, body.len()] {
                let code = read(body.as_bytes(), chunk).unwrap_err().code;
                assert_eq!(code, "MalformedPOSTRequest", "{body:?}");
            }
        }
    }

    #[test]
    fn without_the_closing_boundary_it_never_finishes() {
        let body = b"--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc\r\n--b";
        assert!(!read(body, 7).unwrap().1);
    }
}
