//! The fields of a form, up to its `file`.

use super::{
    body::{Body, Broken},
    error::{OssError, incomplete_body, invalid_argument, malformed_post, request_timeout},
    multipart::{Event, Multipart},
    part::PartHead,
};

/// One field's value in bytes, at most (EC 0006-00000111).
const MAX_VALUE: usize = 2 * 1024 * 1024;
/// All values before `file` in bytes, at most (EC 0006-00000112).
const MAX_VALUES: usize = 8 * 1024 * 1024;

/// The fields that mean something to OSS, besides those that begin with `x-oss-`: which of two would it obey?
const MEANINGFUL: [&str; 13] = [
    "key",
    "policy",
    "signature",
    "ossaccesskeyid",
    "awsaccesskeyid",
    "success_action_status",
    "success_action_redirect",
    "callback",
    "content-type",
    "content-disposition",
    "content-encoding",
    "cache-control",
    "expires",
];

/// Fields in the order in which they came; names in lower case, because OSS finds them whatever their case.
#[derive(Debug, Default)]
pub(crate) struct Form {
    fields: Vec<(String, String)>,
}

impl Form {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// The fields whose names begin with `prefix`, without it.
    pub(crate) fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().filter_map(move |(name, value)| {
            name.strip_prefix(prefix).map(|name| (name, value.as_str()))
        })
    }

    fn add(&mut self, name: &str, value: Vec<u8>) -> Result<(), OssError> {
        let name = name.to_lowercase();
        let counts = name.starts_with("x-oss-") || MEANINGFUL.contains(&name.as_str());
        if counts && self.get(&name).is_some() {
            return Err(invalid_argument(format!(
                "The bucket POST contains the field '{name}' more than once."
            )));
        }
        let value = String::from_utf8(value).map_err(|_| {
            if name == "key" {
                OssError::new(
                    400,
                    "InvalidObjectName",
                    "The specified object is not valid.",
                )
                .ec("0016-00000004")
            } else {
                malformed_post()
            }
        })?;
        self.fields.push((name, value));
        Ok(())
    }
}

/// Why reading went no further: OSS says so, or the body broke off.
#[derive(Debug)]
pub(crate) enum Stop {
    Refused(OssError),
    /// What OSS would say, should the client still listen.
    Cut(OssError),
    Reset,
    Stalled,
}

impl From<OssError> for Stop {
    fn from(error: OssError) -> Self {
        Self::Refused(error)
    }
}

impl From<Broken> for Stop {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Idle => Self::Refused(request_timeout()),
            Broken::Incomplete => Self::Cut(incomplete_body()),
            Broken::Reset => Self::Reset,
            Broken::Stalled => Self::Stalled,
        }
    }
}

/// Reads the fields up to the head of the part `file`.
pub(crate) async fn read(
    body: &mut Body,
    multipart: &mut Multipart,
) -> Result<(Form, PartHead), Stop> {
    let mut form = Form::default();
    let mut name = String::new();
    let mut value = Vec::new();
    let mut total = 0;
    loop {
        match multipart.next()? {
            Event::Part(head) if head.name.eq_ignore_ascii_case("file") => return Ok((form, head)),
            Event::Part(head) => name = head.name,
            Event::Data(bytes) => {
                if value.len() + bytes.len() > MAX_VALUE {
                    let message = "Your name of form field is too long.";
                    return Err(OssError::new(400, "FieldItemTooLong", message)
                        .ec("0006-00000111")
                        .into());
                }
                total += bytes.len();
                if total > MAX_VALUES {
                    let message =
                        "Your POST request fields preceding the upload file were too large.";
                    let error = OssError::new(400, "MaxPOSTPreDataLengthExceededError", message);
                    return Err(error.ec("0006-00000112").into());
                }
                value.extend_from_slice(&bytes);
            }
            Event::PartEnd => form.add(&name, std::mem::take(&mut value))?,
            Event::Finished => return Err(number_of_files().ec("0006-00000107").into()),
            Event::More => match body.next().await {
                Ok(Some(bytes)) => multipart.feed(bytes),
                Ok(None) => return Err(malformed_post().ec("0006-00000104").into()),
                // Among the fields a connection that was cut looks like a malformed form.
                Err(Broken::Incomplete) => {
                    return Err(Stop::Cut(malformed_post().ec("0006-00000104")));
                }
                Err(broken) => return Err(broken.into()),
            },
        }
    }
}

/// `file` is the last field, but for the button of an HTML form.
pub(crate) fn may_follow_file(name: &str) -> bool {
    name.eq_ignore_ascii_case("submit")
}

pub(crate) fn file_is_not_last() -> OssError {
    malformed_post().ec("0006-00000103")
}

pub(crate) fn number_of_files() -> OssError {
    let message = "POST requires exactly one file upload per request.";
    OssError::new(400, "IncorrectNumberOfFilesInPOSTRequest", message)
}
