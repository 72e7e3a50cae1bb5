//! Who is asked: the stand-in, or a bucket of the real OSS.

use std::sync::LazyLock;

use serde_json::Value;

use crate::{
    form::sign_v4,
    http::{self, Answer, Raw, Then},
};

/// A bucket, and a key that may write to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub bucket: String,
    /// What follows the bucket in the host.
    pub endpoint: String,
    pub region: String,
    pub id: String,
    pub secret: String,
    /// With a temporary key.
    pub token: Option<String>,
}

impl Account {
    /// The stand-in's, as its README tells them.
    pub fn standin(bucket: &str) -> Self {
        Self {
            bucket: bucket.to_owned(),
            endpoint: "oss.localhost".to_owned(),
            region: "cn-hangzhou".to_owned(),
            id: "STANDINACCESSKEYID".to_owned(),
            secret: "standin-access-key-secret".to_owned(),
            token: None,
        }
    }

    pub fn host(&self) -> String {
        format!("{}.{}", self.bucket, self.endpoint)
    }
}

#[derive(Clone, Debug)]
pub struct Target {
    pub account: Account,
    /// Where connections go.
    pub origin: String,
    pub is_standin: bool,
}

static PREFIX: LazyLock<String> =
    LazyLock::new(|| format!("oss-direct-upload-conformance/{:016x}/", fastrand::u64(..)));

/// All keys of this run begin so: in somebody's bucket they lie apart from all that is theirs.
pub fn prefix() -> &'static str {
    &PREFIX
}

impl Target {
    pub fn standin(origin: &str) -> Self {
        Self {
            account: Account::standin("demo-bucket"),
            origin: origin.to_owned(),
            is_standin: true,
        }
    }

    /// The stored object as the stand-in's `/-/objects` lists it.
    pub fn object(&self, bucket: &str, key: &str) -> Option<Value> {
        // A form without a key has no object.
        if key.is_empty() {
            return None;
        }
        if !self.is_standin {
            return described(&self.ask("HEAD", key, &[]), bucket, key);
        }
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("bucket", bucket)
            .append_pair("prefix", key)
            .finish();
        let listed = http::get(&self.origin, &format!("/-/objects?{query}")).unwrap();
        let listed: Vec<Value> = serde_json::from_slice(&listed.body).unwrap();
        listed.into_iter().find(|object| object["key"] == key)
    }

    pub fn bytes(&self, bucket: &str, key: &str) -> Vec<u8> {
        if !self.is_standin {
            return self.ask("GET", key, &[]).body;
        }
        let path = format!("/-/objects/{bucket}/{}", escaped(key, ""));
        http::get(&self.origin, &path).unwrap().body
    }

    /// Whether the stored object has these bytes. The cloud tells their CRC-64, which costs no traffic.
    pub fn holds(&self, bucket: &str, key: &str, content: &[u8]) -> bool {
        if self.is_standin {
            return self.bytes(bucket, key) == content;
        }
        let mut crc = crc64fast::Digest::new();
        crc.write(content);
        let expected = Value::from(crc.sum64().to_string());
        self.object(bucket, key)
            .is_some_and(|object| object["crc64"] == expected)
    }

    /// Deletes what this run stored, and what it sent under other keys; gives the keys that are still there.
    pub fn clean(&self, strays: &[String]) -> Result<Vec<String>, String> {
        for key in strays {
            self.ask("DELETE", key, &[]);
        }
        // A run stores less than one page of keys; one that cannot be deleted stays for ever.
        for _ in 0..5 {
            let keys = self.keys()?;
            if keys.is_empty() {
                break;
            }
            for key in keys {
                self.ask("DELETE", &key, &[]);
            }
        }
        self.keys()
    }

    /// The keys below the prefix: a page of them.
    fn keys(&self) -> Result<Vec<String>, String> {
        let query = [
            ("encoding-type", "url"),
            ("list-type", "2"),
            ("max-keys", "1000"),
            ("prefix", prefix()),
        ];
        let answer = self.ask("GET", "", &query);
        if answer.status != 200 {
            return Err(answer.words());
        }
        let text = answer.text();
        let between = text
            .split("<Key>")
            .skip(1)
            .filter_map(|rest| rest.split_once("</Key>"));
        Ok(between
            .map(|(key, _)| {
                percent_encoding::percent_decode_str(key)
                    .decode_utf8_lossy()
                    .into_owned()
            })
            .collect())
    }

    /// A request that is signed in its header, with V4 ("Include a V4 signature in the Authorization header").
    fn ask(&self, method: &str, key: &str, query: &[(&str, &str)]) -> Answer {
        let Account {
            bucket,
            region,
            id,
            secret,
            token,
            ..
        } = &self.account;
        let date = jiff::Timestamp::now()
            .strftime("%Y%m%dT%H%M%SZ")
            .to_string();
        let day = &date[..8];
        let path = escaped(key, "/");
        let query: Vec<String> = query
            .iter()
            .map(|(name, value)| format!("{name}={}", escaped(value, "")))
            .collect();
        let query = query.join("&");
        let mut headers = vec![
            ("x-oss-content-sha256", "UNSIGNED-PAYLOAD"),
            ("x-oss-date", &date),
        ];
        headers.extend(
            token
                .as_deref()
                .map(|token| ("x-oss-security-token", token)),
        );
        let lines = |end: &str| {
            headers.iter().fold(String::new(), |all, (name, value)| {
                format!("{all}{name}:{value}{end}")
            })
        };
        let request = format!(
            "{method}\n/{bucket}/{path}\n{query}\n{}\n\nUNSIGNED-PAYLOAD",
            lines("\n")
        );
        let scope = format!("{day}/{region}/oss/aliyun_v4_request");
        let hash = hex(&<sha2::Sha256 as sha2::Digest>::digest(request));
        let signature = sign_v4(
            secret,
            day,
            region,
            &format!("OSS4-HMAC-SHA256\n{date}\n{scope}\n{hash}"),
        );
        let mark = if query.is_empty() { "" } else { "?" };
        let raw = Raw {
            head: format!(
                "{method} /{path}{mark}{query} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAuthorization: OSS4-HMAC-SHA256 \
                 Credential={id}/{scope},Signature={signature}\r\n{}\r\n",
                self.account.host(),
                lines("\r\n"),
            ),
            body: Vec::new(),
        };
        let answer = if method == "HEAD" {
            http::head(&self.origin, &raw)
        } else {
            http::exchange(&self.origin, &raw, Then::Listen)
        };
        answer.unwrap_or_default()
    }
}

/// What HEAD tells of an object, in the shape of `/-/objects`.
fn described(answer: &Answer, bucket: &str, key: &str) -> Option<Value> {
    if answer.status != 200 {
        return None;
    }
    let all = |prefix: &str| {
        let named = answer
            .headers
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix(prefix)?, value)));
        named
            .map(|(name, value)| (name.to_owned(), Value::from(value.as_str())))
            .collect::<serde_json::Map<_, _>>()
    };
    Some(serde_json::json!({
        "bucket": bucket,
        "key": key,
        "size": answer.header("x-content-length").and_then(|size| size.parse::<u64>().ok()),
        "crc64": answer.header("x-oss-hash-crc64ecma"),
        "headers": all(""),
        "metadata": all("x-oss-meta-"),
    }))
}

/// Percent-encoded but for the unreserved characters of RFC 3986, and `kept`.
fn escaped(text: &str, kept: &str) -> String {
    let byte = |byte: u8| {
        let plain = byte.is_ascii_alphanumeric()
            || b"-_.~".contains(&byte)
            || kept.as_bytes().contains(&byte);
        if plain {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(byte).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
