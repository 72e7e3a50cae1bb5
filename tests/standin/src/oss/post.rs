//! `PostObject`, step by step, in the order in which OSS is taken to judge.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hyper::{
    HeaderMap, Request,
    body::Incoming,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};

use super::{
    Oss,
    auth::{self, Signed},
    body::{Body, Pace},
    buckets::{Bucket, Versioning},
    callback::Callback,
    condition::Subject,
    connection::Line,
    error::{
        OssError, callback_failed, entity_too_large, internal_error, invalid_argument,
        invalid_digest, malformed_post,
    },
    faults::Faults,
    form::{self, Form, Stop},
    log::{Entry, Outcome},
    multipart::{Event, Multipart},
    part::PartHead,
    policy::Policy,
    reply::Reply,
    settings::{self, Settings},
    store::{Content, Object},
};

/// The whole body in bytes, at most.
const MAX_BODY: u64 = 5 * 1024 * 1024 * 1024;

/// A POST under way.
pub(crate) struct Post<'a> {
    pub(crate) oss: &'a Oss,
    pub(crate) bucket: &'a Bucket,
    /// As the request has it, with the port.
    pub(crate) host: &'a str,
    pub(crate) line: Line,
    pub(crate) faults: Faults,
    pub(crate) entry: Entry,
}

impl Post<'_> {
    /// The answer, and the faults that were asked for. What is left of the body is read meanwhile.
    pub(crate) async fn answer(mut self, request: Request<Incoming>) -> (Reply, Faults) {
        let (parts, incoming) = request.into_parts();
        let with_md5 = parts.headers.contains_key("content-md5");
        let mut body = Body::new(incoming, self.oss.idle_timeout, with_md5);
        let outcome = self.store(&parts.headers, &mut body).await;
        self.entry.seen.bytes = body.received();
        let reply = match outcome {
            Ok(reply) => {
                if self.entry.seen.outcome == Outcome::Stored && self.is_due("lost-answer") {
                    return self.reset().await;
                }
                reply
            }
            Err(Stop::Refused(error)) => {
                self.entry.seen.outcome = Outcome::Refused;
                Reply::Error(error)
            }
            Err(Stop::Cut(error)) => Reply::Error(error),
            Err(Stop::Reset) => {
                self.entry.seen.outcome = Outcome::Fault;
                return self.reset().await;
            }
            Err(Stop::Stalled) => {
                self.entry.seen.outcome = Outcome::Fault;
                drop(self.entry);
                std::future::pending().await
            }
        };
        body.drain();
        (reply, self.faults)
    }

    /// Logs what has been seen, and cuts the connection.
    async fn reset(self) -> (Reply, Faults) {
        drop(self.entry);
        match self.line.reset().await {}
    }

    fn is_due(&self, fault: &'static str) -> bool {
        let seen = &self.entry.seen;
        self.faults.is_due(
            fault,
            &self.oss.counts,
            &format!("{}/{}", seen.bucket, seen.key),
        )
    }

    async fn store(&mut self, request: &HeaderMap, body: &mut Body) -> Result<Reply, Stop> {
        if let Some(refusal) = self.bucket.refusal() {
            return Err(refusal.into());
        }
        let mut multipart = Multipart::new(&boundary(request)?);
        check_length(request)?;
        let (form, file) = form::read(body, &mut multipart).await?;
        let key = form.get("key").ok_or_else(|| {
            invalid_argument(
                "The bucket POST must contain the specified 'key'. If it is specified, please check the order of the \
                 fields",
            )
        })?;
        key.clone_into(&mut self.entry.seen.key);
        self.faults.in_text(key);
        self.faults
            .in_text(file.filename.as_deref().unwrap_or_default());
        if let Some(instead) = self
            .faults
            .instead(&self.oss.counts, &format!("{}/{key}", self.bucket.name))
        {
            self.entry.seen.outcome = Outcome::Fault;
            return Ok(Reply::Instead(instead));
        }

        let policy = match self.judge(&form, &file) {
            // Fields that are missing may follow `file`, which is another fault.
            Err(error) if auth::is_incomplete(&form) => {
                self.receive(body, &mut multipart, None).await?;
                return Err(error.into());
            }
            judged => judged?,
        };
        let name = settings::object_name(key, file.filename.as_deref())?;
        self.entry.seen.key.clone_from(&name);
        let settings = Settings::read(&form, &file, request, self.bucket)?;
        let callback = Callback::read(&form, self.oss.loopback_callbacks)?;

        let mut pace = Pace {
            bytes_per_second: settings.bytes_per_second,
            ..Pace::default()
        };
        self.faults.set_pace(&mut pace);
        body.set_pace(pace);
        let content = self.receive(body, &mut multipart, policy.as_ref()).await?;
        if let Some(policy) = &policy {
            policy.check_not_expired(self.oss.now())?;
        }
        check_md5(request, body)?;

        let mut object = Object::new(self.bucket.name, &name, content);
        object.headers = settings.headers;
        object.metadata = settings.metadata;
        // Versions make overwriting harmless: there the field has no effect.
        let may_overwrite = !settings.forbid_overwrite || self.bucket.versioning != Versioning::Off;
        let object = self.oss.store.put(object, may_overwrite).ok_or_else(|| {
            let message = "The object you specified already exists and can not be overwritten.";
            OssError::new(409, "FileAlreadyExists", message).ec("0026-00000002")
        })?;
        self.entry.seen.outcome = Outcome::Stored;
        Ok(self.stored(&form, &object, callback).await)
    }

    /// Whether the form may be uploaded at all, as far as the fields before `file` tell.
    fn judge(&self, form: &Form, file: &PartHead) -> Result<Option<Policy>, OssError> {
        let now = self.oss.now();
        let policy = match auth::authorize(form, now)? {
            Signed::Anonymous => {
                settings::allow_anonymous(self.bucket)?;
                return Ok(None);
            }
            Signed::V1 { policy } => Policy::decode(policy)?,
            Signed::V4 { policy } => {
                let policy = Policy::decode(policy)?;
                policy.needs_v4_conditions()?;
                policy
            }
        };
        policy.check_not_expired(now)?;
        policy.check(&Subject {
            form,
            bucket: self.bucket.name,
            content_type: settings::content_type(form, file),
        })?;
        Ok(Some(policy))
    }

    /// The bytes of `file`, and the rest of the body up to its end.
    async fn receive(
        &self,
        body: &mut Body,
        multipart: &mut Multipart,
        policy: Option<&Policy>,
    ) -> Result<Content, Stop> {
        let mut writer = self.oss.store.begin();
        let mut size: u64 = 0;
        let mut in_file = true;
        loop {
            match multipart.next()? {
                Event::Data(bytes) if in_file => {
                    size += bytes.len() as u64;
                    if let Some(policy) = policy {
                        policy.check_not_over(size)?;
                    }
                    writer.write(&bytes).await;
                }
                Event::Part(head) if head.name.eq_ignore_ascii_case("file") => {
                    return Err(form::number_of_files().into());
                }
                Event::Part(head) if !form::may_follow_file(&head.name) => {
                    return Err(form::file_is_not_last().into());
                }
                Event::Part(_) | Event::Data(_) => {}
                Event::PartEnd => in_file = false,
                Event::Finished => match body.next().await? {
                    Some(epilogue) => multipart.feed(epilogue),
                    None => break,
                },
                Event::More => match body.next().await? {
                    Some(bytes) => multipart.feed(bytes),
                    None => return Err(malformed_post().ec("0006-00000104").into()),
                },
            }
        }
        if let Some(policy) = policy {
            policy.check_not_under(size)?;
        }
        writer.finish().await.map_err(|_| internal_error().into())
    }

    /// The answer to an object that is stored.
    async fn stored(&self, form: &Form, object: &Object, callback: Option<Callback>) -> Reply {
        if self.is_due("callback-failed") {
            return Reply::Error(callback_failed("Error Status : 502."));
        }
        match callback {
            None => Reply::stored(self.bucket, self.host, form, object),
            Some(callback) => match callback.call(form, object, self.oss.callback_timeout).await {
                Ok(said) => Reply::called_back(self.bucket, object, said),
                Err(error) => Reply::Error(error),
            },
        }
    }
}

/// The boundary of the request's multipart/form-data.
fn boundary(request: &HeaderMap) -> Result<String, OssError> {
    let not_multipart = || {
        let message = "Bucket POST must be of the enclosure-type multipart/form-data.";
        OssError::new(400, "RequestIsNotMultiPartContent", message)
    };
    let text = request
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(not_multipart)?;
    let (kind, parameters) = text.split_once(';').unwrap_or((text, ""));
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return Err(not_multipart());
    }
    parameters
        .split(';')
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))
        .map(|(_, value)| value.trim().trim_matches('"').to_owned())
        // RFC 2046: 1 to 70 characters.
        .filter(|boundary| (1..=70).contains(&boundary.len()))
        .ok_or_else(malformed_post)
}

fn check_length(request: &HeaderMap) -> Result<(), OssError> {
    let length = request
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    match length {
        None => {
            let message = "You must provide the Content-Length HTTP header.";
            Err(OssError::new(411, "MissingContentLength", message))
        }
        Some(length) if length > MAX_BODY => Err(entity_too_large()),
        Some(_) => Ok(()),
    }
}

/// `Content-MD5` covers the whole body, not the file.
fn check_md5(request: &HeaderMap, body: &mut Body) -> Result<(), OssError> {
    let Some(expected) = request.get("content-md5") else {
        return Ok(());
    };
    let actual = body.md5().map(|md5| BASE64_STANDARD.encode(md5));
    if actual.as_deref().map(str::as_bytes) == Some(expected.as_bytes()) {
        Ok(())
    } else {
        Err(invalid_digest())
    }
}
