//! §1.5 and §2: who signed.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use standin::Options;

use crate::{
    form::{Post, encode, expiration, policy, sign_v4},
    rule::{ANOTHER_BUCKET, Cases, Rule, new_key, refused, rule, stored},
    target::Account,
};

const STS_ID: &str = "STS.STANDIN";
const STS_SECRET: &str = "standin-sts-secret";
const STS_TOKEN: &str = "standin-security-token";
const UNKNOWN_KEY: &str = "The OSS Access Key Id you provided does not exist in our records.";
const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your key and \
                        signing method.";

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../vectors/post-policy.json")).unwrap()
}

/// Options under which now is then.
fn at(time: &str) -> Options {
    let offset = time
        .parse::<Timestamp>()
        .unwrap()
        .duration_since(Timestamp::now());
    Options {
        clock_offset: offset.as_secs(),
        ..Options::default()
    }
}

/// A V4 signer whose every value can be changed.
struct V4 {
    account: Account,
    date: String,
    day: String,
    conditions: Vec<Value>,
}

impl V4 {
    fn new(t: &Cases) -> Self {
        Self::aged(t, 0)
    }

    /// `x-oss-date` so many seconds ago.
    fn aged(t: &Cases, seconds: i64) -> Self {
        let time = Timestamp::now() - SignedDuration::from_secs(seconds);
        let date = time.strftime("%Y%m%dT%H%M%SZ").to_string();
        let day = date[..8].to_owned();
        Self {
            account: t.account().clone(),
            date,
            day,
            conditions: Vec::new(),
        }
    }

    fn credential(&self) -> String {
        format!(
            "{}/{}/{}/oss/aliyun_v4_request",
            self.account.id, self.day, self.account.region
        )
    }

    fn all_conditions(&self) -> Vec<Value> {
        let mut conditions = vec![
            json!({ "bucket": self.account.bucket }),
            json!({ "x-oss-signature-version": "OSS4-HMAC-SHA256" }),
            json!({ "x-oss-credential": self.credential() }),
            json!({ "x-oss-date": self.date }),
        ];
        conditions.extend(self.conditions.clone());
        conditions
    }

    fn sign(&self, post: Post) -> Post {
        self.sign_conditions(post, &self.all_conditions())
    }

    fn sign_conditions(&self, post: Post, conditions: &[Value]) -> Post {
        let text = encode(&policy(&json!(conditions)));
        post.without("OSSAccessKeyId")
            .without("Signature")
            .set("policy", &text)
            .set("x-oss-signature-version", "OSS4-HMAC-SHA256")
            .set("x-oss-credential", self.credential())
            .set("x-oss-date", &self.date)
            .set(
                "x-oss-signature",
                sign_v4(&self.account.secret, &self.day, &self.account.region, &text),
            )
    }
}

/// A flipped character: never what was there.
fn flipped(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    format!("{}{rest}", if first == "a" { "b" } else { "a" })
}

fn field(post: &Post, name: &str) -> String {
    let wanted = format!("name=\"{name}\"");
    let part = post
        .parts
        .iter()
        .find(|part| part.head[0].ends_with(&wanted))
        .unwrap();
    String::from_utf8(part.content.clone()).unwrap()
}

fn sts(t: &Cases) -> Post {
    let post = t.post();
    let text = encode(&policy(&json!([{ "bucket": t.bucket() }])));
    post.signed_v1_text(STS_ID, STS_SECRET, &text)
        .set("x-oss-security-token", STS_TOKEN)
}

const OWN_KEYS: &str = "needs keys of a known state";
const OWN_CLOCK: &str = "needs a clock of its own";

pub fn rules() -> Vec<Rule> {
    vec![
        rule(
            "§1.5",
            "without a signature only a public bucket takes objects",
            |t| {
                if t.only_here("public-read-write", ANOTHER_BUCKET) {
                    let post = Post::anonymous("public-bucket", &new_key());
                    t.case("public-read-write", &post, stored(204));
                }
                let post = t.unsigned();
                let message = "You have no right to access this object because of bucket acl.";
                t.case(
                    "private",
                    &post,
                    refused(403, "AccessDenied").message(message),
                );
            },
        ),
        rule("§1.5", "the signature version is one that exists", |t| {
            let post = t.post().set("x-oss-signature-version", "2");
            t.case(
                "2",
                &post,
                refused(400, "InvalidArgument").ec("0002-00000701"),
            );
            let post = t.post().set("x-oss-signature-version", "oss4-hmac-sha256");
            t.case(
                "in lower case",
                &post,
                refused(400, "InvalidArgument").ec("0002-00000701"),
            );
            let post = t.post().set("x-oss-signature-version", "OSS2");
            t.case("OSS2", &post, refused(501, "NotImplemented"));
        }),
        rule("§2.1", "V1's key id may have S3's name", |t| {
            let s3 = |t: &Cases| t.post().rename("OSSAccessKeyId", "AWSAccessKeyId");
            t.case("AWSAccessKeyId", &s3(t), stored(204));
            let post = s3(t).rename("AWSAccessKeyId", "awsaccesskeyid");
            t.case("in lower case", &post, stored(204));
            let post = s3(t).set("AWSAccessKeyId", "UNKNOWNKEY");
            t.case("unknown", &post, refused(403, "InvalidAccessKeyId"));
            let post = s3(t).set("AWSAccessKeyId", "");
            t.case(
                "empty",
                &post,
                refused(400, "InvalidArgument").ec("0002-00000707"),
            );
            let post = s3(t).without("Signature");
            t.case(
                "no Signature",
                &post,
                refused(400, "InvalidArgument").ec("0002-00000703"),
            );
            let id = t.account().id.clone();
            let post = t.post().set("AWSAccessKeyId", id);
            t.case("both names", &post, refused(400, "InvalidArgument"));
        }),
        rule(
            "§2.2",
            "S3's V4 is judged by its credential, and not offered",
            |t| {
                let day = V4::new(t).day;
                let Account { id, region, .. } = t.account().clone();
                let with = |t: &Cases, credential: &str| {
                    t.post()
                        .without("OSSAccessKeyId")
                        .without("Signature")
                        .set("x-amz-algorithm", "AWS4-HMAC-SHA256")
                        .set("x-amz-credential", credential)
                        .set("x-amz-date", V4::new(t).date)
                        .set("x-amz-signature", "0".repeat(64))
                };
                for (case, credential) in [
                    ("four parts", format!("{id}/{day}/{region}/aws4_request")),
                    (
                        "six parts",
                        format!("{id}/{day}/{region}/s3/x/aws4_request"),
                    ),
                    (
                        "OSS's end",
                        format!("{id}/{day}/{region}/oss/aliyun_v4_request"),
                    ),
                    (
                        "a tab in the key id",
                        format!("A\tB/{day}/{region}/s3/aws4_request"),
                    ),
                    ("no key id", format!("/{day}/{region}/s3/aws4_request")),
                    ("empty", String::new()),
                ] {
                    let post = with(t, &credential);
                    t.case(
                        case,
                        &post,
                        refused(400, "InvalidArgument").ec("0002-00000711"),
                    );
                }
                let post = with(t, "").without("x-amz-credential");
                t.case(
                    "none",
                    &post,
                    refused(400, "InvalidArgument").ec("0002-00000711"),
                );
                let post = with(t, &format!("{id}/{day}/{region}/s3/aws4_request"));
                t.case("right", &post, refused(501, "NotImplemented"));
                if t.only_here("to a public bucket", ANOTHER_BUCKET) {
                    let post = Post {
                        bucket: "public-bucket".to_owned(),
                        ..post
                    };
                    t.case("to a public bucket", &post, refused(501, "NotImplemented"));
                }
            },
        ),
        rule("§1.5", "a temporary key needs its token", |t| {
            let post = sts(t);
            t.case("with its token", &post, stored(204));
            let post = sts(t).without("x-oss-security-token");
            t.case(
                "without",
                &post,
                refused(403, "InvalidAccessKeyId").message(UNKNOWN_KEY),
            );
            let post = sts(t).set("x-oss-security-token", "other");
            let message = "The security token you provided is invalid.";
            t.case(
                "unknown token",
                &post,
                refused(403, "InvalidSecurityToken").message(message),
            );
            let post = sts(t).set("x-oss-security-token", "standin-expired-token");
            let message = "The OSS access key id and security token you provided does not match.";
            t.case(
                "another key's",
                &post,
                refused(403, "AccessKeyIdAndSecurityTokenNotMatch").message(message),
            );
            let text = encode(&policy(&json!([{ "bucket": t.bucket() }])));
            let post = t.post().signed_v1_text("STS.EXPIRED", STS_SECRET, &text);
            let post = post.set("x-oss-security-token", "standin-expired-token");
            let message = "The security token you provided has expired.";
            t.case(
                "expired",
                &post,
                refused(403, "SecurityTokenExpired").message(message),
            );
        })
        .only_here(OWN_KEYS),
        rule("§1.5", "a lasting key has no token", |t| {
            let is_lasting = t.account().token.is_none();
            if t.only_if(
                is_lasting,
                "empty token",
                "the key in use is a temporary one",
            ) {
                let post = t.post().set("x-oss-security-token", "");
                t.case("empty token", &post, stored(204));
            }
            if t.only_here("another key's", OWN_KEYS) {
                let post = t.post().set("x-oss-security-token", STS_TOKEN);
                t.case(
                    "another key's",
                    &post,
                    refused(403, "AccessKeyIdAndSecurityTokenNotMatch"),
                );
            }
        }),
        rule("§2.1", "the published V1 vectors are accepted", |t| {
            let vectors = vectors();
            let secret = vectors["secret"].as_str().unwrap();
            t.start(at("2020-03-19T03:00:00Z"));
            let form = |vector: &Value, key: &str| {
                Post::anonymous("gen-post-policy", key)
                    .set("OSSAccessKeyId", "AAAAAAAAAAAAAAAA")
                    .set("policy", vector["policy_base64"].as_str().unwrap())
                    .set("Signature", vector["signature"].as_str().unwrap())
                    .set("x-oss-meta-tag", "dummy_etag_1")
            };
            assert_eq!(secret, "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBB");
            let one = form(&vectors["v1"][0], "user/eric/${filename}").filename("one.txt");
            let answer = t.send(&one);
            t.equal("eq-and-starts-with: status", &204, &answer.status);
            t.equal(
                "eq-and-starts-with: object",
                &b"hello".to_vec(),
                &t.bytes("gen-post-policy", "user/eric/one.txt"),
            );
            let two = form(&vectors["v1"][1], "user/eric/two.txt")
                .set("Cache-Control", "no-store")
                .file_head(&[
                    "Content-Disposition: form-data; name=\"file\"; filename=\"two.jpg\"",
                    "Content-Type: image/jpg",
                ]);
            t.case("in-and-not-in", &two, stored(204));
            let post = two.set(
                "Signature",
                flipped(vectors["v1"][1]["signature"].as_str().unwrap()),
            );
            let post = post.set("key", "user/eric/three.txt");
            let expected = refused(403, "SignatureDoesNotMatch")
                .ec("0002-00000705")
                .message(MISMATCH);
            t.case("one character changed", &post, expected);
        })
        .only_here(OWN_CLOCK),
        rule(
            "§2.1",
            "each of the three V1 fields needs the others",
            |t| {
                let argument =
                    |ec, message: &str| refused(400, "InvalidArgument").ec(ec).message(message);
                let id = "Post request accessKeyId is empty.";
                let signature = "Post request signature is empty.";
                let post = t.post();
                t.case(
                    "no OSSAccessKeyId",
                    &post.clone().without("OSSAccessKeyId"),
                    argument("0002-00000706", id),
                );
                t.case(
                    "empty OSSAccessKeyId",
                    &post.clone().set("OSSAccessKeyId", ""),
                    argument("0002-00000707", id),
                );
                t.case(
                    "no Signature",
                    &post.clone().without("Signature"),
                    argument("0002-00000703", signature),
                );
                t.case(
                    "empty Signature",
                    &post.clone().set("Signature", ""),
                    argument("0002-00000704", signature),
                );
                let no_policy = refused(400, "InvalidArgument").ec("0002-00000702");
                t.case("no policy", &post.clone().without("policy"), no_policy);
                let empty_policy = refused(400, "InvalidPolicyDocument").ec("0006-00000205");
                t.case("empty policy", &post.set("policy", ""), empty_policy);
                if t.only_here("only one, public bucket", ANOTHER_BUCKET) {
                    let id = t.account().id.clone();
                    let post =
                        Post::anonymous("public-bucket", &new_key()).set("OSSAccessKeyId", id);
                    t.case(
                        "only one, public bucket",
                        &post,
                        argument("0002-00000703", signature),
                    );
                }
            },
        ),
        rule(
            "§2.1",
            "the signature is over the policy's text as it is sent",
            |t| {
                let post = t.post();
                let text = field(&post, "policy");
                let post = post.set("policy", format!("{text}\n"));
                t.case(
                    "a line end more",
                    &post,
                    refused(403, "SignatureDoesNotMatch").ec("0002-00000705"),
                );
                let spaced = format!(
                    "{{ \"expiration\" : \"2099-01-01T00:00:00Z\" ,\n\"conditions\" : [ {{ \"bucket\" : \"{}\" }} ] }}",
                    t.bucket()
                );
                let text = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, spaced);
                let post = t.post().signed_text(&text);
                t.case("JSON with spaces", &post, stored(204));
            },
        ),
        rule("§2.1", "the signature is right", |t| {
            let post = t.post();
            let wrong = flipped(&field(&post, "Signature"));
            let expected = refused(403, "SignatureDoesNotMatch")
                .ec("0002-00000705")
                .message(MISMATCH);
            let answer = t.case(
                "one character changed",
                &post.set("Signature", &wrong),
                expected,
            );
            let is_told = answer.element("SignatureProvided") == Some(wrong);
            t.equal("SignatureProvided", &true, &is_told);
            t.equal(
                "OSSAccessKeyId",
                &Some(t.account().id.clone()),
                &answer.element("OSSAccessKeyId"),
            );
        }),
        rule("§5.2", "the key exists, is enabled, and may write", |t| {
            let with_key = |t: &Cases, id: &str| {
                let text = encode(&policy(&json!([{ "bucket": t.bucket() }])));
                let secret = t.account().secret.clone();
                t.post().signed_v1_text(id, &secret, &text)
            };
            let post = with_key(t, "UNKNOWNKEY");
            t.case(
                "unknown",
                &post,
                refused(403, "InvalidAccessKeyId").message(UNKNOWN_KEY),
            );
            if t.only_here("disabled", OWN_KEYS) {
                let post = with_key(t, "STANDINDISABLED");
                let message = "The OSS Access Key Id you provided is disabled.";
                t.case(
                    "disabled",
                    &post,
                    refused(403, "InvalidAccessKeyId").message(message),
                );
            }
            let post = with_key(t, "STANDIN KEY");
            t.case("with a space", &post, refused(403, "InvalidAccessKeyId"));
            if t.only_here("without permission", OWN_KEYS) {
                let post = with_key(t, "STANDINREADONLY");
                let message = "You have no right to access this object because of bucket acl.";
                t.case(
                    "without permission",
                    &post,
                    refused(403, "AccessDenied").message(message),
                );
            }
        }),
        rule("§2.2", "the V4 vector is accepted", |t| {
            let vectors = vectors();
            let vector = &vectors["v4"][0];
            t.start(at("2023-12-03T12:20:00Z"));
            let text = |name: &str| vector[name].as_str().unwrap();
            let post = Post::anonymous("examplebucket", "user/eric/a.png")
                .set("policy", text("policy_base64"))
                .set("x-oss-signature-version", "OSS4-HMAC-SHA256")
                .set("x-oss-credential", text("x-oss-credential"))
                .set("x-oss-date", text("x-oss-date"))
                .set("x-oss-signature", text("x-oss-signature"))
                .file_head(&[
                    "Content-Disposition: form-data; name=\"file\"",
                    "Content-Type: image/png",
                ]);
            t.case("header-less-post-v4", &post, stored(204));
            let post = post
                .set("key", "user/eric/b.png")
                .set("x-oss-signature", flipped(text("x-oss-signature")));
            t.case(
                "one character changed",
                &post,
                refused(403, "SignatureDoesNotMatch").ec("0002-00000705"),
            );
        })
        .only_here(OWN_CLOCK),
        rule("§2.2", "V4 signs with day and region", |t| {
            let post = V4::new(t).sign(t.post());
            t.case("right", &post, stored(204));
            let mut v4 = V4::new(t);
            v4.account.region = format!("oss-{}", t.account().region);
            let post = v4.sign(t.post());
            t.case("region with oss-", &post, refused(400, "InvalidArgument"));
            let mut v4 = V4::new(t);
            "cn-nowhere".clone_into(&mut v4.account.region);
            let post = v4.sign(t.post());
            t.case("another region", &post, refused(400, "InvalidArgument"));
            let mut v4 = V4::new(t);
            "other".clone_into(&mut v4.account.secret);
            let post = v4.sign(t.post());
            t.case(
                "another secret",
                &post,
                refused(403, "SignatureDoesNotMatch"),
            );
        }),
        rule("§2.2", "V4 needs its fields", |t| {
            let post = V4::new(t).sign(t.post());
            let argument = |ec| refused(400, "InvalidArgument").ec(ec);
            t.case(
                "no policy",
                &post.clone().without("policy"),
                argument("0002-00000702"),
            );
            t.case(
                "no signature",
                &post.clone().without("x-oss-signature"),
                argument("0002-00000703"),
            );
            t.case(
                "empty signature",
                &post.clone().set("x-oss-signature", ""),
                argument("0002-00000704"),
            );
            t.case(
                "no credential",
                &post.clone().without("x-oss-credential"),
                argument("0002-00000710"),
            );
            t.case(
                "no date",
                &post.clone().without("x-oss-date"),
                argument("0002-00000709"),
            );
            let day = &V4::new(t).day;
            let Account { id, region, .. } = t.account().clone();
            let credential = format!("{id}/{day}/{region}/oss/aws4_request");
            let other = post.clone().set("x-oss-credential", credential);
            t.case(
                "credential for aws4_request",
                &other,
                argument("0002-00000710"),
            );
            let other = post.clone().set(
                "x-oss-credential",
                format!("/{day}/{region}/oss/aliyun_v4_request"),
            );
            t.case(
                "credential without key id",
                &other,
                argument("0002-00000708"),
            );
            for (case, id) in [
                ("a tab in the key id", format!("A\t{id}")),
                ("a line end in the key id", format!("\r{id}")),
                ("DEL in the key id", format!("{id}\u{7f}")),
                ("a space in the key id", format!("A {id}")),
            ] {
                let credential = format!("{id}/{day}/{region}/oss/aliyun_v4_request");
                let other = post.clone().set("x-oss-credential", credential);
                t.case(case, &other, argument("0002-00000708"));
            }
            let credential = format!("{id}/{day}/{region}/aliyun_v4_request");
            let other = post.clone().set("x-oss-credential", credential);
            t.case(
                "credential of four parts",
                &other,
                argument("0002-00000710"),
            );
            let other = post.clone().set("policy", "");
            let empty_policy = refused(400, "InvalidPolicyDocument").ec("0006-00000205");
            t.case("empty policy", &other, empty_policy);
            let other = post.set(
                "x-oss-credential",
                format!("{id}/today/{region}/oss/aliyun_v4_request"),
            );
            t.case(
                "credential without a day",
                &other,
                argument("0002-00000709"),
            );
        }),
        rule("§2.2", "the policy names what V4 signs with", |t| {
            let v4 = V4::new(t);
            let all = v4.all_conditions();
            for missing in ["x-oss-signature-version", "x-oss-credential", "x-oss-date"] {
                let conditions: Vec<Value> = all
                    .iter()
                    .filter(|item| item.get(missing).is_none())
                    .cloned()
                    .collect();
                let post = v4.sign_conditions(t.post(), &conditions);
                t.case(missing, &post, refused(400, "InvalidPolicyDocument"));
            }
            let mut conditions = all.clone();
            conditions[3] = json!({ "x-oss-date": "20200101T000000Z" });
            let post = v4.sign_conditions(t.post(), &conditions);
            let message = "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$x-oss-date\", \"20200101T000000Z\"]";
            let expected = refused(403, "AccessDenied")
                .ec("0006-00000227")
                .message(message);
            t.case("another x-oss-date", &post, expected);
        }),
        rule(
            "§2.2",
            "a V4 date is at most 15 minutes ahead and 7 days old",
            |t| {
                let refused = || refused(400, "InvalidArgument").ec("0002-00000709");
                for (case, seconds, good) in [
                    ("14 minutes ahead", -14 * 60, true),
                    ("16 minutes ahead", -16 * 60, false),
                    ("7 days old less a minute", 7 * 86400 - 60, true),
                    ("7 days old", 7 * 86400, false),
                ] {
                    let post = V4::aged(t, seconds).sign(t.post());
                    t.case(case, &post, if good { stored(204) } else { refused() });
                }
                let v4 = V4 {
                    day: "20200101".to_owned(),
                    ..V4::new(t)
                };
                let post = v4.sign(t.post());
                t.case("another day in the credential", &post, refused());
            },
        ),
        rule("§2.2", "V4 works with a temporary key", |t| {
            let mut v4 = V4::new(t);
            STS_ID.clone_into(&mut v4.account.id);
            STS_SECRET.clone_into(&mut v4.account.secret);
            v4.conditions = vec![json!({ "x-oss-security-token": STS_TOKEN })];
            let post = v4.sign(t.post()).set("x-oss-security-token", STS_TOKEN);
            t.case("with its token", &post, stored(204));
            let post = v4.sign(t.post()).set("x-oss-security-token", "other");
            t.case("with another", &post, refused(403, "InvalidSecurityToken"));
            let post = v4.sign(t.post());
            t.case("without", &post, refused(403, "InvalidAccessKeyId"));
        })
        .only_here(OWN_KEYS),
        rule("§3.1", "the policy has not expired on arrival", |t| {
            let bucket = t.bucket().to_owned();
            let expired = |seconds| json!({ "expiration": expiration(seconds), "conditions": [{ "bucket": bucket }] });
            let message = "Invalid according to Policy: Policy expired.";
            let post = t.post().signed_v1(&expired(-1));
            t.case(
                "a second ago",
                &post,
                refused(403, "AccessDenied")
                    .ec("0006-00000213")
                    .message(message),
            );
            let post = t.post().signed_v1(&expired(60));
            t.case("in a minute", &post, stored(204));
        }),
        rule(
            "§3.1",
            "the policy has not expired when all has arrived",
            |t| {
                // 200 KiB at 100 KiB/s.
                let account = t.account().clone();
                let slow = |seconds| {
                    let conditions = json!([{ "bucket": account.bucket }]);
                    Post::of(&account, &new_key())
                        .signed_v1(
                            &json!({ "expiration": expiration(seconds), "conditions": conditions }),
                        )
                        .set("x-oss-traffic-limit", "819200")
                        .file(vec![b'f'; 200 * 1024])
                };
                let expired = refused(403, "AccessDenied")
                    .ec("0006-00000213")
                    .message("Invalid according to Policy: Policy expired.");
                t.case("it ends while the file arrives", &slow(1), expired);
                t.case("it ends later", &slow(60), stored(204));
            },
        ),
    ]
}
