//! A form post, piece by piece, so that a rule can break exactly one piece.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::Sha256;

use crate::{http::Raw, target::Account};

pub const BOUNDARY: &str = "----standin-rules";

/// V1 as the documents have it.
pub fn sign_v1(secret: &str, policy: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(policy.as_bytes());
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

/// V4 as the documents have it.
pub fn sign_v4(secret: &str, day: &str, region: &str, policy: &str) -> String {
    let mut key = format!("aliyun_v4{secret}").into_bytes();
    for message in [day, region, "oss", "aliyun_v4_request", policy] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(message.as_bytes());
        key = mac.finalize().into_bytes().to_vec();
    }
    key.iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// So many seconds from now, as a policy has it.
pub fn expiration(seconds: i64) -> String {
    let time = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
    time.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

pub fn policy(conditions: &Value) -> Value {
    json!({ "expiration": expiration(3600), "conditions": conditions })
}

pub fn encode(policy: &Value) -> String {
    BASE64_STANDARD.encode(policy.to_string())
}

#[derive(Clone, Debug)]
pub struct Part {
    /// Header lines without line ends.
    pub head: Vec<String>,
    pub content: Vec<u8>,
}

impl Part {
    pub fn field(name: &str, value: impl AsRef<[u8]>) -> Self {
        Self {
            head: vec![format!("Content-Disposition: form-data; name=\"{name}\"")],
            content: value.as_ref().to_vec(),
        }
    }

    pub fn file(content: impl AsRef<[u8]>) -> Self {
        Self {
            head: vec![
                "Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"".to_owned(),
                "Content-Type: text/plain".to_owned(),
            ],
            content: content.as_ref().to_vec(),
        }
    }

    fn name(&self) -> &str {
        let (_, rest) = self.head[0].split_once("name=\"").unwrap_or_default();
        rest.split_once('"').unwrap_or_default().0
    }
}

/// A POST to OSS. Without changes it is signed, complete and right.
#[derive(Clone, Debug)]
pub struct Post {
    pub bucket: String,
    /// Whose bucket it is.
    pub account: Account,
    /// The bucket's unless given.
    pub host: Option<String>,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub boundary: String,
    pub parts: Vec<Part>,
    /// The whole body, instead of the parts.
    pub body: Option<Vec<u8>>,
    /// The declared length, instead of the body's.
    pub length: Option<u64>,
}

impl Post {
    /// To another bucket of the stand-in than most.
    pub fn anonymous(bucket: &str, key: &str) -> Self {
        Self::of(&Account::standin(bucket), key)
    }

    pub fn v1(bucket: &str, key: &str) -> Self {
        Self::anonymous(bucket, key).signed_v1(&policy(&json!([{ "bucket": bucket }])))
    }

    /// Without a signature.
    pub fn of(account: &Account, key: &str) -> Self {
        Self {
            bucket: account.bucket.clone(),
            account: account.clone(),
            host: None,
            target: "/".to_owned(),
            headers: Vec::new(),
            boundary: String::new(),
            parts: vec![Part::field("key", key), Part::file("hello")],
            body: None,
            length: None,
        }
        .boundary(BOUNDARY)
    }

    /// Another boundary than most have.
    pub fn boundary(mut self, boundary: &str) -> Self {
        boundary.clone_into(&mut self.boundary);
        let content_type = format!("multipart/form-data; boundary={boundary}");
        self.header("Content-Type", &content_type)
    }

    pub fn signed_v1(self, policy: &Value) -> Self {
        self.signed_text(&encode(policy))
    }

    /// By the account's own key.
    pub fn signed_text(self, policy: &str) -> Self {
        let Account {
            id, secret, token, ..
        } = self.account.clone();
        let signed = self.signed_v1_text(&id, &secret, policy);
        match token {
            Some(token) => signed.set("x-oss-security-token", token),
            None => signed,
        }
    }

    /// `policy`: the text as it is sent.
    pub fn signed_v1_text(self, id: &str, secret: &str, policy: &str) -> Self {
        let signature = sign_v1(secret, policy);
        self.set("OSSAccessKeyId", id)
            .set("policy", policy)
            .set("Signature", signature)
    }

    /// Sets the field's value, or adds the field before `file`.
    pub fn set(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        if let Some(part) = self.parts.iter_mut().find(|part| part.name() == name) {
            part.content = value.as_ref().to_vec();
            return self;
        }
        self.insert(Part::field(name, value))
    }

    pub fn insert(mut self, part: Part) -> Self {
        let file = self
            .parts
            .iter()
            .position(|part| part.name() == "file")
            .unwrap_or(self.parts.len());
        self.parts.insert(file, part);
        self
    }

    /// After `file`.
    pub fn append(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.parts.retain(|part| part.name() != name);
        self
    }

    /// Renames a field.
    pub fn rename(mut self, from: &str, to: &str) -> Self {
        for part in &mut self.parts {
            if part.name() == from {
                part.head[0] = part.head[0].replace(&format!("\"{from}\""), &format!("\"{to}\""));
            }
        }
        self
    }

    pub fn file(mut self, content: impl AsRef<[u8]>) -> Self {
        self.file_part().content = content.as_ref().to_vec();
        self
    }

    /// The file part's header lines.
    pub fn file_head(mut self, lines: &[&str]) -> Self {
        self.file_part().head = lines.iter().map(|&line| line.to_owned()).collect();
        self
    }

    pub fn filename(mut self, name: &str) -> Self {
        self.file_part().head[0] =
            format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"");
        self
    }

    fn file_part(&mut self) -> &mut Part {
        self.parts
            .iter_mut()
            .find(|part| part.name() == "file")
            .unwrap()
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers
            .retain(|(header, _)| !header.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn host(mut self, host: &str) -> Self {
        self.host = Some(host.to_owned());
        self
    }

    pub fn target(mut self, target: &str) -> Self {
        target.clone_into(&mut self.target);
        self
    }

    pub fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = Some(body.as_ref().to_vec());
        self
    }

    /// The bytes of the body.
    pub fn bytes(&self) -> Vec<u8> {
        if let Some(body) = &self.body {
            return body.clone();
        }
        let mut body = Vec::new();
        for part in &self.parts {
            body.extend_from_slice(
                format!("--{}\r\n{}\r\n\r\n", self.boundary, part.head.join("\r\n")).as_bytes(),
            );
            body.extend_from_slice(&part.content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        body
    }

    pub fn key(&self) -> String {
        let key = self
            .parts
            .iter()
            .find(|part| part.name().eq_ignore_ascii_case("key"));
        key.map(|part| String::from_utf8_lossy(&part.content).into_owned())
            .unwrap_or_default()
    }

    pub fn content(&self) -> Vec<u8> {
        self.parts
            .iter()
            .find(|part| part.name() == "file")
            .map(|part| part.content.clone())
            .unwrap_or_default()
    }

    pub fn host_header(&self) -> String {
        self.host
            .clone()
            .unwrap_or_else(|| format!("{}.{}", self.bucket, self.account.endpoint))
    }

    pub fn raw(&self) -> Raw {
        let body = self.bytes();
        let mut head = format!(
            "POST {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            self.target,
            self.host_header()
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self
            .headers
            .iter()
            .any(|(name, _)| name == "Transfer-Encoding")
        {
            let length = self.length.unwrap_or(body.len() as u64);
            head.push_str(&format!("Content-Length: {length}\r\n"));
        }
        head.push_str("\r\n");
        Raw { head, body }
    }
}
