//! Forms as other people's clients write them: their policy's text to the byte, their fields' order, their parts' heads.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::{
    form::{Part, Post, expiration, sign_v1, sign_v4},
    rule::{Cases, Expected, Rule, new_folder, refused, rule},
    target::Account,
};

/// The account's signature under a policy's text.
struct Signed {
    policy: String,
    account: Account,
}

impl Signed {
    fn new(t: &Cases, policy: &str) -> Self {
        Self {
            policy: BASE64_STANDARD.encode(policy),
            account: t.account().clone(),
        }
    }

    fn v1(&self) -> String {
        sign_v1(&self.account.secret, &self.policy)
    }
}

/// What the samples for V4 compute first.
struct V4 {
    day: String,
    date: String,
    credential: String,
}

impl V4 {
    fn now(t: &Cases) -> Self {
        let date = jiff::Timestamp::now()
            .strftime("%Y%m%dT%H%M%SZ")
            .to_string();
        let day = date[..8].to_owned();
        let Account { id, region, .. } = t.account();
        let credential = format!("{id}/{day}/{region}/oss/aliyun_v4_request");
        Self {
            day,
            date,
            credential,
        }
    }

    /// The fields, in the order that all of the samples have.
    fn fields(&self, key: &str, signed: &Signed) -> Vec<(&'static str, String)> {
        let Account { secret, region, .. } = &signed.account;
        vec![
            ("key", key.to_owned()),
            ("policy", signed.policy.clone()),
            ("x-oss-signature-version", "OSS4-HMAC-SHA256".to_owned()),
            ("x-oss-credential", self.credential.clone()),
            ("x-oss-date", self.date.clone()),
            (
                "x-oss-signature",
                sign_v4(secret, &self.day, region, &signed.policy),
            ),
        ]
    }
}

/// A form with these fields in this order, then the file.
fn form(t: &Cases, fields: &[(&str, String)], file_head: &[&str], content: &str) -> Post {
    let mut post = t.unsigned();
    post.parts = fields
        .iter()
        .map(|(name, value)| Part::field(name, value))
        .chain([Part::file(content)])
        .collect();
    let post = post.file_head(file_head);
    match t.account().token.clone() {
        Some(token) => post.insert(Part::field("x-oss-security-token", token)),
        None => post,
    }
}

/// Stored as it is; with another key than the policy allows, or another policy than was signed, refused.
fn judge(t: &mut Cases, post: &Post, status: u16, object: &str) {
    let answer = t.send(post);
    t.equal("status", &status, &answer.status);
    let content = post.content();
    t.equal("stored", &content, &t.bytes(t.bucket(), object));
    let changed = post.clone().set("policy", "e30=");
    t.case(
        "another policy",
        &changed.set("key", new_key_beside(object)),
        mismatch(),
    );
}

fn new_key_beside(object: &str) -> String {
    format!("{object}.refused")
}

fn mismatch() -> Expected {
    refused(403, "SignatureDoesNotMatch").ec("0002-00000705")
}

fn elsewhere(t: &mut Cases, post: &Post) {
    let post = post.clone().set("key", new_folder() + "elsewhere");
    let expected = refused(403, "AccessDenied").ec("0006-00000227");
    t.case("a key that the policy does not allow", &post, expected);
}

pub fn rules() -> Vec<Rule> {
    vec![
        // aliyun/aliyun-oss-java-sdk: PolicyConditions.jsonize, OSSClient.generatePostPolicy; the form of PostPolicyTest.
        rule("foreign", "Java: PolicyConditions", |t| {
            let folder = new_folder();
            let escaped = folder.replace('/', "\\/");
            let policy = format!(
                r#"{{"expiration":"{}","conditions":[{{"bucket":"{}"}},["eq","$key","{escaped}\\${{filename}}"],["starts-with","$key","{escaped}"],["starts-with","$x-oss-meta-tag","dummy_etag"],["content-length-range",1,1024],["in","$content-type",["image\/jpg","image\/png"]],["not-in","$cache-control",["no-cache"]]]}}"#,
                expiration(3600),
                t.bucket()
            );
            let signed = Signed::new(t, &policy);
            let fields = [
                ("key", format!("{folder}${{filename}}")),
                ("Cache-Control", "no-store".to_owned()),
                ("x-oss-meta-tag", "dummy_etag_xxx".to_owned()),
                ("OSSAccessKeyId", t.account().id.clone()),
                ("policy", signed.policy.clone()),
                ("Signature", signed.v1()),
            ];
            let head = [
                "Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"",
                "Content-Type: image/jpg",
            ];
            let post = form(t, &fields, &head, "hello").boundary("9431149156168");
            judge(t, &post, 204, &format!("{folder}a.jpg"));
            elsewhere(t, &post);
        }),
        // aliyun/aliyun-oss-java-sdk: src/samples/PostObjectSample.java.
        rule("foreign", "Java: PostObjectSample", |t| {
            let key = new_folder() + "sample";
            let policy = r#"{"expiration": "2120-01-01T12:00:00.000Z","conditions": [["content-length-range", 0, 104857600]]}"#;
            let signed = Signed::new(t, policy);
            let fields = [
                ("key", key.clone()),
                (
                    "Content-Disposition",
                    "attachment;filename=/tmp/a.txt".to_owned(),
                ),
                ("OSSAccessKeyId", t.account().id.clone()),
                ("policy", signed.policy.clone()),
                ("Signature", signed.v1()),
            ];
            let head = [
                "Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"",
                "Content-Type: text/plain",
            ];
            let post = form(t, &fields, &head, "hello").boundary("9431149156168");
            judge(t, &post, 204, &key);
        }),
        // aliyun/aliyun-oss-csharp-sdk: sdk/Domain/PolicyConditions.cs, samples/Samples/PostPolicySample.cs. It escapes nothing but
        // the dollar, writes `\$`, which is no JSON, and ends its form with a button.
        rule("foreign", "C#: PolicyConditions", |t| {
            let folder = new_folder();
            let policy = format!(
                r#"{{"expiration":"{}","conditions":[{{"bucket":"{}"}},["eq","$key","{folder}\${{filename}}"],["starts-with","$key","{folder}"],["starts-with","$x-oss-meta-tag","dummy_etag"],["content-length-range",1,1024]]}}"#,
                expiration(600),
                t.bucket()
            );
            let signed = Signed::new(t, &policy);
            let fields = [
                ("key", format!("{folder}${{filename}}")),
                ("bucket", t.bucket().to_owned()),
                ("x-oss-meta-tag", "dummy_etag_xxx".to_owned()),
                ("OSSAccessKeyId", t.account().id.clone()),
                ("policy", signed.policy.clone()),
                ("Signature", signed.v1()),
            ];
            let head = ["Content-Disposition: form-data; name=\"file\"; filename=\"xxx\""];
            let post = form(t, &fields, &head, "这是一行简单的测试文本")
                .boundary("9431149156168")
                .append(Part::field("submit", "Upload to OSS"));
            judge(t, &post, 204, &format!("{folder}xxx"));
            elsewhere(t, &post);
        }),
        // aliyun/alibabacloud-oss-go-sdk-v2: sample/post_object.go. A Go map's names are sorted; the file is a plain field.
        rule("foreign", "Go v2: post_object.go", |t| {
            let key = new_folder() + "go";
            let v4 = V4::now(t);
            let policy = format!(
                r#"{{"conditions":[{{"bucket":"{}"}},{{"x-oss-signature-version":"OSS4-HMAC-SHA256"}},{{"x-oss-credential":"{}"}},{{"x-oss-date":"{}"}},["content-length-range",1,1024]],"expiration":"{}"}}"#,
                t.bucket(),
                v4.credential,
                v4.date,
                expiration(3600)
            );
            let fields = v4.fields(&key, &Signed::new(t, &policy));
            let head = ["Content-Disposition: form-data; name=\"file\""];
            let boundary = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2";
            let post = form(t, &fields, &head, "hi oss").boundary(boundary);
            judge(t, &post, 204, &key);
        }),
        // aliyun/alibabacloud-oss-php-sdk-v2: sample/PostObject.php.
        rule("foreign", "PHP v2: PostObject.php", |t| {
            let key = new_folder() + "php";
            let v4 = V4::now(t);
            let policy = format!(
                r#"{{"expiration":"{}","conditions":[{{"bucket":"{}"}},{{"x-oss-signature-version":"OSS4-HMAC-SHA256"}},{{"x-oss-credential":"{}"}},{{"x-oss-date":"{}"}},["content-length-range",1,1024]]}}"#,
                expiration(3600),
                t.bucket(),
                v4.credential,
                v4.date
            );
            let fields = v4.fields(&key, &Signed::new(t, &policy));
            let head = [
                "Content-Disposition: form-data; name=\"file\"; filename=\"file\"",
                "Content-Type: application/octet-stream",
            ];
            let post = form(t, &fields, &head, "hi oss").boundary("6925d1f2a3b4c");
            judge(t, &post, 204, &key);
        }),
        // aliyun/alibabacloud-oss-python-sdk-v2: sample/post_object.py. `json.dumps` puts a space after each comma and colon.
        rule("foreign", "Python v2: post_object.py", |t| {
            let key = new_folder() + "python";
            let v4 = V4::now(t);
            let policy = format!(
                r#"{{"expiration": "{}", "conditions": [{{"bucket": "{}"}}, {{"x-oss-signature-version": "OSS4-HMAC-SHA256"}}, {{"x-oss-credential": "{}"}}, {{"x-oss-date": "{}"}}, ["content-length-range", 1, 1024]]}}"#,
                expiration(3600),
                t.bucket(),
                v4.credential,
                v4.date
            );
            let fields = v4.fields(&key, &Signed::new(t, &policy));
            let head = ["Content-Disposition: form-data; name=\"file\""];
            let post = form(t, &fields, &head, "hi oss").boundary("31415926535");
            judge(t, &post, 204, &key);
        }),
        // boto/botocore: signers.py, generate_presigned_post, auth.py, HmacV1PostAuth; as it is, and with OSS's names.
        rule("foreign", "boto3: generate_presigned_post", |t| {
            let folder = new_folder();
            let seconds = expiration(3600).replace(".000Z", "Z");
            let policy = format!(
                r#"{{"expiration": "{seconds}", "conditions": [["content-length-range", 1, 1024], {{"bucket": "{}"}}, ["starts-with", "$key", "{folder}"]]}}"#,
                t.bucket()
            );
            let signed = Signed::new(t, &policy);
            let head = ["Content-Disposition: form-data; name=\"file\"; filename=\"boto.txt\""];
            for (id, signature) in [
                ("AWSAccessKeyId", "signature"),
                ("OSSAccessKeyId", "Signature"),
            ] {
                let fields = [
                    ("key", format!("{folder}{id}/${{filename}}")),
                    (id, t.account().id.clone()),
                    ("policy", signed.policy.clone()),
                    (signature, signed.v1()),
                ];
                let post =
                    form(t, &fields, &head, "hello").boundary("0123456789abcdef0123456789abcdef");
                judge(t, &post, 204, &format!("{folder}{id}/boto.txt"));
                elsewhere(t, &post);
            }
        }),
        // help.aliyun.com/zh/model-studio/get-temporary-file-url: the key follows what signs, and the file has no type.
        rule("foreign", "DashScope: fields of getPolicy", |t| {
            let folder = new_folder();
            let policy = format!(
                r#"{{"expiration":"{}","conditions":[["content-length-range",0,1073741824],["starts-with","$key","{folder}"],{{"bucket":"{}"}},{{"x-oss-object-acl":"private"}},{{"x-oss-forbid-overwrite":"true"}}]}}"#,
                expiration(300),
                t.bucket()
            );
            let signed = Signed::new(t, &policy);
            let key = format!("{folder}cat.png");
            let fields = [
                ("OSSAccessKeyId", t.account().id.clone()),
                ("Signature", signed.v1()),
                ("policy", signed.policy.clone()),
                ("x-oss-object-acl", "private".to_owned()),
                ("x-oss-forbid-overwrite", "true".to_owned()),
                ("key", key.clone()),
                ("success_action_status", "200".to_owned()),
            ];
            let head = ["Content-Disposition: form-data; name=\"file\"; filename=\"cat.png\""];
            let post =
                form(t, &fields, &head, "hello").boundary("0123456789abcdef0123456789abcdef");
            judge(t, &post, 200, &key);
            elsewhere(t, &post);
            let again = t.send(&post);
            t.judge(
                "a second time",
                &post,
                &again,
                &refused(409, "FileAlreadyExists").but_stored(),
            );
        }),
    ]
}
