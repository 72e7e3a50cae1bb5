//! §1.1–1.3: the request, the parts of the form, and their order.

use crate::{
    form::{BOUNDARY, Part, Post},
    rule::{ANOTHER_BUCKET, Rule, new_key, refused, rule, stored},
};

pub fn rules() -> Vec<Rule> {
    vec![
        rule("§1.1", "the request line is POST /", |t| {
            let post = t.post().target("/some/object");
            t.case("POST /some/object", &post, refused(405, "MethodNotAllowed"));
        }),
        rule(
            "§1.1",
            "signatures in header and address are not looked at",
            |t| {
                let authorization = format!("OSS {}:wrong", t.account().id);
                let post = t.post().header("Authorization", &authorization);
                t.case("wrong Authorization", &post, stored(204));
                let post = t
                    .post()
                    .target("/?OSSAccessKeyId=x&Expires=1&Signature=wrong");
                t.case("wrong Signature in the address", &post, stored(204));
            },
        ),
        rule("§1.1", "the body is multipart/form-data", |t| {
            for (case, value) in [
                ("urlencoded", "application/x-www-form-urlencoded"),
                ("multipart/mixed", "multipart/mixed; boundary=a"),
            ] {
                let post = t.post().header("Content-Type", value);
                let message = "Bucket POST must be of the enclosure-type multipart/form-data.";
                t.case(
                    case,
                    &post,
                    refused(400, "RequestIsNotMultiPartContent").message(message),
                );
            }
            let mut post = t.post();
            post.headers.clear();
            t.case(
                "no Content-Type",
                &post,
                refused(400, "RequestIsNotMultiPartContent"),
            );
        }),
        rule("§1.1", "the Content-Type has a boundary", |t| {
            for (case, value) in [
                ("none", "multipart/form-data;".to_owned()),
                ("empty", "multipart/form-data; boundary=".to_owned()),
                (
                    "71 characters",
                    format!("multipart/form-data; boundary={}", "b".repeat(71)),
                ),
            ] {
                let post = t.post().header("Content-Type", &value);
                t.case(case, &post, refused(400, "MalformedPOSTRequest"));
            }
            let post = t.post().header(
                "Content-Type",
                &format!("Multipart/Form-Data; Boundary=\"{BOUNDARY}\""),
            );
            t.case("quoted, other case", &post, stored(204));
        }),
        rule("§1.1", "the body is well-formed", |t| {
            let message = "The body of your POST request is not well-formed multipart/form-data.";
            let malformed = || refused(400, "MalformedPOSTRequest").message(message);
            let good = t.post();
            let bytes = good.bytes();
            let text = String::from_utf8(bytes.clone()).unwrap();
            t.case("empty", &good.clone().body(""), malformed());
            t.case(
                "something before the first boundary",
                &good.clone().body(format!("x\r\n{text}")),
                malformed(),
            );
            let post = good
                .clone()
                .body(text.replace(&format!("{BOUNDARY}--"), BOUNDARY));
            t.case("no closing boundary", &post, malformed());
            let post = good.clone().body(text.replace("\r\n", "\n"));
            t.case("line feeds only", &post, malformed());
            let post = good
                .clone()
                .body(text.replace("form-data; name=\"key\"", "form-data"));
            t.case("a part without a name", &post, malformed());
            let post = good
                .clone()
                .body(text.replace("form-data; name=\"key\"", "attachment; name=\"key\""));
            t.case("a part that is no form-data", &post, malformed());
        }),
        rule("§1.1", "a part begins with Content-Disposition", |t| {
            let malformed = || refused(400, "MalformedPOSTRequest").ec("0006-00000109");
            let part = |head: &[&str]| Part {
                head: head.iter().map(|&line| line.to_owned()).collect(),
                content: b"a".to_vec(),
            };
            let post = t.post().insert(part(&["Content: form-data; name=\"a\""]));
            t.case("Content:", &post, malformed());
            let post = t.post().insert(part(&[
                "Content-Type: text/plain",
                "Content-Disposition: form-data; name=\"a\"",
            ]));
            t.case("Content-Type first", &post, malformed());
            let post = t.post().insert(part(&[
                "content-disposition: form-data; name=\"a\"",
                "Content-Type: text/plain",
            ]));
            t.case("other case, Content-Type second", &post, stored(204));
        }),
        rule(
            "§1.1",
            "the file part has no other header than Content-Type",
            |t| {
                let disposition = "Content-Disposition: form-data; name=\"file\"; filename=\"a\"";
                let post = t.post().file_head(&[disposition, "X-Custom: 1"]);
                let message = "The bucket POST contains unrecognized field name.";
                t.case(
                    "X-Custom",
                    &post,
                    refused(400, "InvalidArgument").message(message),
                );
                let post = t.post().file_head(&[
                    disposition,
                    "Content-Type: a/b",
                    "Content-Transfer-Encoding: base64",
                ]);
                t.case("Content-Transfer-Encoding", &post, stored(204));
            },
        ),
        rule(
            "§1.1",
            "the file part needs neither filename nor Content-Type",
            |t| {
                let post = t
                    .post()
                    .file_head(&["Content-Disposition: form-data; name=\"file\""]);
                t.case("plain string", &post, stored(204));
            },
        ),
        rule(
            "§1.1",
            "Content-MD5 is a header and covers the whole body",
            |t| {
                use base64::{Engine as _, prelude::BASE64_STANDARD};
                use md5::{Digest as _, Md5};
                let post = t.post();
                let md5 = BASE64_STANDARD.encode(Md5::digest(post.bytes()));
                t.case(
                    "of the body",
                    &post.header("Content-MD5", &md5),
                    stored(204),
                );
                let post = t.post();
                let md5 = BASE64_STANDARD.encode(Md5::digest(post.content()));
                let message = "The Content-MD5 you specified was invalid.";
                let post = post.header("Content-MD5", &md5);
                t.case(
                    "of the file",
                    &post,
                    refused(400, "InvalidDigest").message(message),
                );
                let post = t.post().header("Content-MD5", "nonsense");
                t.case("nonsense", &post, refused(400, "InvalidDigest"));
            },
        ),
        rule("§1.2", "field names have no case, values have", |t| {
            let post = t
                .post()
                .rename("OSSAccessKeyId", "ossaccesskeyid")
                .rename("Signature", "signature")
                .rename("policy", "POLICY")
                .rename("key", "Key");
            t.case("other case", &post, stored(204));
            let other = t.account().id.to_ascii_lowercase();
            let post = t.post().set("OSSAccessKeyId", other);
            t.case(
                "key id in other case",
                &post,
                refused(403, "InvalidAccessKeyId"),
            );
        }),
        rule("§1.3", "file is the last field", |t| {
            let not_last = || refused(400, "MalformedPOSTRequest").ec("0006-00000103");
            let key = new_key();
            let missing = "The bucket POST must contain the specified 'key'. If it is specified, please check the order of \
                           the fields";
            let post = t.post().without("key").append(Part::field("key", &key));
            t.case(
                "key after file",
                &post,
                refused(400, "InvalidArgument").message(missing),
            );
            let moved = |post: Post, names: &[&str]| {
                names.iter().fold(post, |post, name| {
                    let named = format!("name=\"{name}\"");
                    let part = post.parts.iter().find(|part| part.head[0].contains(&named));
                    let part = part.unwrap().clone();
                    post.without(name).append(part)
                })
            };
            for names in [
                &["Signature"][..],
                &["OSSAccessKeyId"],
                &["policy"],
                &["OSSAccessKeyId", "policy", "Signature"],
            ] {
                let post = moved(t.post(), names);
                t.case(
                    &format!("{} after file", names.join(", ")),
                    &post,
                    not_last(),
                );
            }
            if t.only_here("all that signs after file, public bucket", ANOTHER_BUCKET) {
                let post = moved(
                    Post::v1("public-bucket", &new_key()),
                    &["policy", "Signature", "OSSAccessKeyId"],
                );
                t.case(
                    "all that signs after file, public bucket",
                    &post,
                    not_last(),
                );
            }
            let v4 = t
                .post()
                .without("OSSAccessKeyId")
                .without("Signature")
                .set("x-oss-signature-version", "OSS4-HMAC-SHA256")
                .set("x-oss-credential", "a");
            let post = v4.clone().append(Part::field("x-oss-signature", "a"));
            t.case("x-oss-signature after file", &post, not_last());
            let post = v4.append(Part::field("submit", "Upload"));
            t.case(
                "submit after file, nothing signed",
                &post,
                refused(400, "InvalidArgument").ec("0002-00000703"),
            );
            for name in ["success_action_status", "name", "x-oss-meta-a", "callback"] {
                let post = t.post().append(Part::field(name, "201"));
                t.case(&format!("{name} after file"), &post, not_last());
            }
            if t.only_here("name after file, nothing signed", ANOTHER_BUCKET) {
                let post =
                    Post::anonymous("public-bucket", &new_key()).append(Part::field("name", "a"));
                t.case("name after file, nothing signed", &post, not_last());
            }
            let post = t.post().append(Part::field("submit", "Upload to OSS"));
            t.case("submit after file", &post, stored(204));
            let post = post.set("key", new_key()).append(Part::field("name", "a"));
            t.case("name after submit after file", &post, not_last());
        }),
        rule("§1.3", "there is exactly one file", |t| {
            let message = "POST requires exactly one file upload per request.";
            let code = "IncorrectNumberOfFilesInPOSTRequest";
            let post = t.post().append(Part::file("second"));
            t.case("two", &post, refused(400, code).message(message));
            let post = t.post().without("file");
            t.case(
                "none",
                &post,
                refused(400, code).message(message).ec("0006-00000107"),
            );
        }),
        rule("§1.3", "the fields before file come in any order", |t| {
            let mut post = t.post();
            let fields = post.parts.len() - 1;
            post.parts[..fields].reverse();
            t.case("reversed", &post, stored(204));
            post.parts[..fields].rotate_left(1);
            t.case("rotated", &post, stored(204));
        }),
        rule("§1.5", "a field that means something is given once", |t| {
            let post = t.post().insert(Part::field("Key", new_key()));
            t.case("key and Key", &post, refused(400, "InvalidArgument"));
            let post = t.post().set("name", "a").insert(Part::field("Name", "b"));
            t.case("name and Name", &post, stored(204));
        }),
    ]
}
