//! The gateway's own rules. What Alibaba's SDKs make of both actions is checked in `tests/cross`.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;
use standin::{Options, account};

use crate::http::{Answer, get, send};

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

fn escape(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// A call signed with HMAC-SHA1, the older way: the shorter of the two.
struct Call(Vec<(String, String)>);

impl Call {
    fn new(action: &str, version: &str, parameters: &[(&str, &str)]) -> Self {
        let nonce = uuid::Uuid::new_v4().to_string();
        let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let common = [
            ("Action", action),
            ("Version", version),
            ("Format", "json"),
            ("Timestamp", &now),
            ("SignatureNonce", &nonce),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureVersion", "1.0"),
            ("AccessKeyId", account::ACCESS_KEY_ID),
        ];
        let pairs = common.iter().chain(parameters);
        Self(
            pairs
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    fn temp() -> Self {
        Self::new(
            "CreateTempFileUploadUrl",
            "2017-09-08",
            &[("FileName", "a.txt")],
        )
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    fn path(&self) -> String {
        let mut pairs: Vec<String> = self
            .0
            .iter()
            .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
            .collect();
        pairs.sort();
        let query = pairs.join("&");
        let to_sign = format!("GET&%2F&{}", escape(&query));
        let mut mac =
            Hmac::<Sha1>::new_from_slice(format!("{}&", account::ACCESS_KEY_SECRET).as_bytes())
                .unwrap();
        mac.update(to_sign.as_bytes());
        let signature = BASE64.encode(mac.finalize().into_bytes());
        format!("/?{query}&Signature={}", escape(&signature))
    }

    async fn send(&self, standin: &standin::Running) -> Answer {
        get(standin.api(), &self.path()).await
    }
}

fn at(offset: SignedDuration) -> String {
    (Timestamp::now() + offset)
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

/// The table "Common error codes" of API Gateway: status, code and message; and the envelope of RPC errors.
#[tokio::test]
async fn each_error_of_the_table_has_its_status_code_message_and_envelope() {
    let standin = standin::start(Options::default()).await.unwrap();
    let cases = [
        (
            Call::temp().with("Action", "Nonsense"),
            404,
            "InvalidAction.NotFound",
            "Specified api is not found, please check your url and method.",
        ),
        (
            Call::temp().without("Action"),
            400,
            "MissingAction",
            "Action is mandatory for this action.",
        ),
        (
            Call::temp().with("Version", "2020-01-01"),
            400,
            "InvalidVersion",
            "Specified parameter Version is not valid.",
        ),
        (
            Call::temp().without("Timestamp"),
            400,
            "MissingTimestamp",
            "Timestamp is mandatory for this action.",
        ),
        (
            Call::temp().with("Timestamp", "yesterday"),
            400,
            "InvalidTimeStamp.Format",
            "Specified time stamp or date value is not well formatted.",
        ),
        (
            Call::temp().with("Timestamp", &at(SignedDuration::from_mins(-16))),
            400,
            "InvalidTimeStamp.Expired",
            "Specified time stamp or date value is expired.",
        ),
        (
            Call::temp().with("Timestamp", &at(SignedDuration::from_mins(16))),
            400,
            "InvalidTimeStamp.Expired",
            "Specified time stamp or date value is expired.",
        ),
        (
            Call::temp().without("AccessKeyId"),
            400,
            "MissingAccessKeyId",
            "AccessKeyId is mandatory for this action.",
        ),
        (
            Call::temp().with("AccessKeyId", "LTAInobody"),
            404,
            "InvalidAccessKeyId.NotFound",
            "Specified access key is not found.",
        ),
        (
            Call::temp().with("AccessKeyId", "STANDINDISABLED"),
            400,
            "InvalidAccessKeyId.Inactive",
            "Specified access key is disabled.",
        ),
        (
            Call::temp().with("SignatureMethod", "HMAC-MD5"),
            400,
            "InvalidSignatureMethod",
            "Specified signature method is not valid.",
        ),
        (
            Call::temp().without("SignatureNonce"),
            400,
            "MissingSignatureNonce",
            "SignatureNonce is mandatory for this action.",
        ),
        (
            Call::temp().without("FileName"),
            400,
            "MissingFileName",
            "FileName is mandatory for this action.",
        ),
        (
            Call::temp().with("AccessKeyId", "STANDINUNAVAILABLE"),
            503,
            "ServiceUnavailable",
            "The request has failed due to a temporary failure of the server.",
        ),
        (
            Call::temp().with("FileName", "fault=api-internal.txt"),
            500,
            "InternalError",
            "The request processing has failed due to some unknown error, exception or failure.",
        ),
    ];
    for (call, status, code, message) in cases {
        let answer = call.send(&standin).await;
        let body = answer.json();
        assert_eq!(
            (answer.status, body["Code"].as_str().unwrap()),
            (status, code),
            "{body}"
        );
        assert_eq!(body["Message"], message);
        let id = body["RequestId"].as_str().unwrap();
        assert_eq!(answer.headers["x-acs-request-id"], id);
        assert_eq!(
            format!("http://{}", body["HostId"].as_str().unwrap()),
            standin.api()
        );
        let recommend = body["Recommend"].as_str().unwrap();
        assert!(
            recommend.starts_with(&format!(
                "https://api.aliyun.com/troubleshoot?q={code}&product="
            )),
            "{recommend}"
        );
        assert!(
            recommend.ends_with(&format!("requestId={id}")),
            "{recommend}"
        );
    }
}

#[tokio::test]
async fn a_clock_may_be_wrong_by_fifteen_minutes() {
    let standin = standin::start(Options::default()).await.unwrap();
    for minutes in [-14, 14] {
        let call = Call::temp().with("Timestamp", &at(SignedDuration::from_mins(minutes)));
        assert_eq!(call.send(&standin).await.status, 200);
    }
    let late = standin::start(Options {
        clock_offset: 3600,
        ..Options::default()
    })
    .await
    .unwrap();
    assert_eq!(
        Call::temp().send(&late).await.code(),
        "InvalidTimeStamp.Expired"
    );
}

#[tokio::test]
async fn a_nonce_serves_once() {
    let standin = standin::start(Options::default()).await.unwrap();
    let path = Call::temp().path();
    assert_eq!(get(standin.api(), &path).await.status, 200);
    let again = get(standin.api(), &path).await;
    assert_eq!(
        (again.status, again.code().as_str()),
        (400, "SignatureNonceUsed")
    );
}

#[tokio::test]
async fn what_was_not_signed_is_refused() {
    let standin = standin::start(Options::default()).await.unwrap();
    let answer = get(standin.api(), &format!("{}&Extra=1", Call::temp().path())).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (400, "SignatureDoesNotMatch")
    );
    let answer = get(
        standin.api(),
        &Call::temp().path().replace("a.txt", "b.txt"),
    )
    .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (400, "SignatureDoesNotMatch")
    );
    // Another method was signed, and it is part of what is signed.
    let answer = send("POST", standin.api(), &Call::temp().path(), &[]).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (400, "SignatureDoesNotMatch")
    );
    let answer = send("PUT", standin.api(), &Call::temp().path(), &[]).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (405, "UnsupportedHTTPMethod")
    );
}

#[tokio::test]
async fn throttling_says_how_long_to_wait() {
    let standin = standin::start(Options::default()).await.unwrap();
    let answer = Call::temp()
        .with("AccessKeyId", "STANDINTHROTTLED")
        .send(&standin)
        .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (400, "Throttling.User")
    );
    assert_eq!(answer.headers["x-acs-retry-after"], "200");
}

#[tokio::test]
async fn counted_faults_end() {
    let standin = standin::start(Options::default()).await.unwrap();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let answer = Call::temp()
            .with("FileName", "fault=api-throttle@2.txt")
            .send(&standin)
            .await;
        seen.push(answer.status);
    }
    assert_eq!(seen, [400, 400, 200]);
}

/// tests/vectors/prepare-upload.json: the whole error table of the document.
#[tokio::test]
async fn prepare_upload_knows_every_error_of_its_table() {
    let standin = standin::start(Options::default()).await.unwrap();
    let prepare =
        |parameters: &[(&str, &str)]| Call::new("PrepareUpload", "2017-11-10", parameters);
    let asked_by = |id| prepare(&[("BucketName", "test")]).with("AccessKeyId", id);
    let calls = [
        ("InvalidBucketName", prepare(&[("BucketName", "No_Bucket")])),
        (
            "InvalidClientIp",
            prepare(&[("BucketName", "test"), ("ClientIp", "here")]),
        ),
        (
            "InvalidParameter.BucketName",
            prepare(&[("BucketName", "test"), ("BucketName", "test")]),
        ),
        ("NoSuchBucket", prepare(&[("BucketName", "nobodys")])),
        ("InvalidaliUid", asked_by("STANDINNOUID")),
        ("NoPermission", asked_by("STANDINNOPERMISSION")),
        ("AccessDenied", asked_by("STANDINDENIED")),
        ("UserDisable", asked_by("STANDINARREARS")),
    ];
    let vector: serde_json::Value =
        serde_json::from_str(include_str!("../../../vectors/prepare-upload.json")).unwrap();
    let mut documented: Vec<(u64, String, String)> = vector["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row[0].as_u64().unwrap(),
                row[1].as_str().unwrap().to_owned(),
                row[2].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    for (code, call) in calls {
        let answer = call.send(&standin).await;
        assert_eq!(answer.code(), code);
        let message = answer.json()["Message"].as_str().unwrap().to_owned();
        // `Invalid%s` is documented beside two of its cases: both rows count as seen by either.
        let before = documented.len();
        documented.retain(|(status, known, text)| {
            let parameter = code
                .strip_prefix(known.split("%s").next().unwrap())
                .unwrap_or_default();
            let same =
                known.replace("%s", parameter) == code && text.replace("%s", parameter) == message;
            !(same && u64::from(answer.status) == *status)
        });
        assert!(
            documented.len() < before || code == "InvalidClientIp",
            "{code}: {message} is not as documented"
        );
    }
    assert!(documented.is_empty(), "never seen: {documented:?}");
}
