//! §1.5 and §7.4: the fields that say something about the object.

use serde_json::json;

use crate::{
    form::Post,
    rule::{ANOTHER_BUCKET, Cases, Rule, new_folder, new_key, refused, rule, stored},
    target::prefix,
};

/// The stored object's header.
fn header(t: &Cases, post: &Post, name: &str) -> Option<String> {
    let object = t.object(&post.bucket, &post.key())?;
    object["headers"][name].as_str().map(str::to_owned)
}

pub fn rules() -> Vec<Rule> {
    vec![
        rule("§1.5", "the form has a key", |t| {
            let message = "The bucket POST must contain the specified 'key'. If it is specified, please check the order of the \
                           fields";
            let post = t.post().without("key");
            t.case(
                "none",
                &post,
                refused(400, "InvalidArgument").message(message),
            );
        }),
        rule(
            "§1.5",
            "${filename} is the last component of the file's name",
            |t| {
                for (case, filename, last) in [
                    ("b.jpg", "b.jpg", "b.jpg"),
                    ("a/b/c/b.jpg", "a/b/c/b.jpg", "b.jpg"),
                    ("报告 2026.pdf", "报告 2026.pdf", "报告 2026.pdf"),
                    ("${filename}", "${filename}", "${filename}"),
                ] {
                    let folder = new_folder();
                    let post = t
                        .post()
                        .set("key", format!("{folder}${{filename}}"))
                        .filename(filename);
                    t.send(&post);
                    t.equal(
                        case,
                        &b"hello".to_vec(),
                        &t.bytes(t.bucket(), &format!("{folder}{last}")),
                    );
                }
                let folder = new_folder();
                let post = t.post().set("key", format!("{folder}x${{filename}}"));
                t.send(&post.file_head(&["Content-Disposition: form-data; name=\"file\""]));
                t.equal(
                    "no filename",
                    &b"hello".to_vec(),
                    &t.bytes(t.bucket(), &format!("{folder}x")),
                );
            },
        ),
        rule(
            "§1.5",
            "the type is x-oss-content-type, else the file part's, else Content-Type's",
            |t| {
                let all = |t: &Cases| {
                    t.post()
                        .set("x-oss-content-type", "a/oss")
                        .set("Content-Type", "a/field")
                };
                let post = all(t);
                t.case("all three", &post, stored(204));
                t.equal(
                    "is",
                    &Some("a/oss".to_owned()),
                    &header(t, &post, "content-type"),
                );
                let post = all(t).without("x-oss-content-type");
                t.case("file part and field", &post, stored(204));
                t.equal(
                    "is",
                    &Some("text/plain".to_owned()),
                    &header(t, &post, "content-type"),
                );
                let untyped = ["Content-Disposition: form-data; name=\"file\"; filename=\"a\""];
                let post = all(t).without("x-oss-content-type").file_head(&untyped);
                t.case("field", &post, stored(204));
                t.equal(
                    "is",
                    &Some("a/field".to_owned()),
                    &header(t, &post, "content-type"),
                );
                let post = t.post().file_head(&untyped);
                t.case("none", &post, stored(204));
                t.equal(
                    "is",
                    &Some("application/octet-stream".to_owned()),
                    &header(t, &post, "content-type"),
                );
            },
        ),
        rule("§1.5", "the object keeps its headers", |t| {
            let headers = [
                ("Cache-Control", "no-store"),
                ("Content-Disposition", "attachment; filename=a"),
                ("Content-Encoding", "utf-8"),
                ("Expires", "Fri, 28 Feb 2031 05:38:42 GMT"),
            ];
            let post = headers
                .iter()
                .fold(t.post(), |post, (name, value)| post.set(name, value));
            t.case("four", &post, stored(204));
            for (name, value) in headers {
                t.equal(
                    name,
                    &Some(value.to_owned()),
                    &header(t, &post, &name.to_ascii_lowercase()),
                );
            }
        }),
        rule("§1.5", "the object keeps its metadata", |t| {
            let post = t
                .post()
                .set("x-oss-meta-uuid", "1")
                .set("X-Oss-Meta-Last-Modified-2", "!~ \"%E5%80%BC\"")
                .set("x-oss-meta-empty", "");
            t.case("three", &post, stored(204));
            let object = t.object(t.bucket(), &post.key()).unwrap();
            t.equal(
                "metadata",
                &json!({ "uuid": "1", "last-modified-2": "!~ \"%E5%80%BC\"", "empty": "" }),
                &object["metadata"],
            );
        }),
        rule(
            "§1.5",
            "metadata has names of letters, digits and hyphens",
            |t| {
                for name in ["my_key", "my key", "a.b", "a@b", "a:b", "名", "é", ""] {
                    let post = t.post().set(&format!("x-oss-meta-{name}"), "1");
                    t.case(
                        &format!("x-oss-meta-{name}"),
                        &post,
                        refused(400, "InvalidArgument").ec("0011-00000002"),
                    );
                }
            },
        ),
        rule("§1.5", "metadata has values of printable ASCII", |t| {
            for (case, value) in [
                ("Chinese", "值"),
                ("Latin-1", "é"),
                ("a tab", "a\tb"),
                ("a line end", "a\nb"),
                ("DEL", "a\u{7f}"),
            ] {
                let post = t.post().set("x-oss-meta-a", value);
                t.case(
                    case,
                    &post,
                    refused(400, "InvalidArgument").ec("0011-00000005"),
                );
            }
        }),
        rule(
            "§1.5",
            "x-oss-object-acl is one of four, and the field wins over the header",
            |t| {
                let post = t.post().set("x-oss-object-acl", "public");
                t.case("public", &post, refused(400, "InvalidArgument"));
                if !t.only_here(
                    "the four",
                    "an object's ACL takes a request more to see, and some of them make it public",
                ) {
                    return;
                }
                for acl in ["default", "private", "public-read", "public-read-write"] {
                    let post = t.post().set("x-oss-object-acl", acl);
                    t.case(acl, &post, stored(204));
                    t.equal(
                        "is",
                        &Some(acl.to_owned()),
                        &header(t, &post, "x-oss-object-acl"),
                    );
                }
                let post = t.post().header("x-oss-object-acl", "private");
                t.case("header", &post, stored(204));
                t.equal(
                    "is",
                    &Some("private".to_owned()),
                    &header(t, &post, "x-oss-object-acl"),
                );
                let post = t
                    .post()
                    .header("x-oss-object-acl", "private")
                    .set("x-oss-object-acl", "public-read");
                t.case("header and field", &post, stored(204));
                t.equal(
                    "is",
                    &Some("public-read".to_owned()),
                    &header(t, &post, "x-oss-object-acl"),
                );
            },
        ),
        rule("§1.5", "a bucket may block public access", |t| {
            let post = Post::v1("blocked-public-bucket", &new_key());
            t.case("no ACL", &post, stored(204));
            let post = Post::v1("blocked-public-bucket", &new_key())
                .set("x-oss-object-acl", "public-read");
            t.case("public-read", &post, refused(403, "AccessDenied"));
        })
        .only_here(ANOTHER_BUCKET),
        rule("§1.5", "x-oss-forbid-overwrite keeps what is there", |t| {
            let post = t.post().set("x-oss-forbid-overwrite", "true");
            t.case("nothing there", &post, stored(204));
            let answer = t.send(&post.clone().file("other"));
            let message = "The object you specified already exists and can not be overwritten.";
            let expected = refused(409, "FileAlreadyExists")
                .ec("0026-00000002")
                .message(message)
                .but_stored();
            t.judge("something there", &post, &answer, &expected);
            let post = post.set("x-oss-forbid-overwrite", "false").file("third");
            t.case("false", &post, stored(204));
            let post = t.post().set("x-oss-forbid-overwrite", "yes");
            t.case(
                "neither true nor false",
                &post,
                refused(400, "InvalidArgument").ec("0006-00000117"),
            );
            if t.only_here("versioned buckets", "needs a bucket with versioning") {
                for bucket in ["versioned-bucket", "suspended-bucket"] {
                    let post = Post::v1(bucket, &new_key()).set("x-oss-forbid-overwrite", "true");
                    t.send(&post);
                    t.case(bucket, &post.file("second"), stored(204));
                }
            }
        }),
        rule("§1.5", "x-oss-storage-class is one that exists", |t| {
            let post = t.post().set("x-oss-storage-class", "Standard");
            t.case("Standard", &post, stored(204));
            if t.only_here("the colder ones", "they are charged for a month or more") {
                for class in ["IA", "Archive", "ColdArchive", "DeepColdArchive"] {
                    let post = t.post().set("x-oss-storage-class", class);
                    t.case(class, &post, stored(204));
                }
            }
            let post = t.post().set("x-oss-storage-class", "Glacier");
            t.case("Glacier", &post, refused(400, "InvalidArgument"));
        }),
        rule(
            "§1.5",
            "encryption is echoed, and its algorithm exists",
            |t| {
                const ALGORITHM: &str = "x-oss-server-side-encryption";
                let post = t.post().set(ALGORITHM, "AES256");
                let answer = t.case("AES256", &post, stored(204));
                t.equal("echo", &Some("AES256"), &answer.header(ALGORITHM));
                let post = t.post().set(ALGORITHM, "ROT13");
                let message = "The encryption algorithm specified is not valid.";
                t.case(
                    "ROT13",
                    &post,
                    refused(400, "InvalidEncryptionAlgorithmError").message(message),
                );
                let key_id = format!("{ALGORITHM}-key-id");
                let post = t.post().set(&key_id, "9468da86");
                t.case("key id without KMS", &post, refused(400, "InvalidArgument"));
                let data = "x-oss-server-side-data-encryption";
                let post = t.post().set(ALGORITHM, "AES256").set(data, "SM4");
                t.case("AES256, data SM4", &post, refused(400, "InvalidArgument"));
                if !t.only_here(
                    "KMS and SM4",
                    "KMS is charged for, and not in every account",
                ) {
                    return;
                }
                for algorithm in ["KMS", "SM4"] {
                    let post = t.post().set(ALGORITHM, algorithm);
                    let answer = t.case(algorithm, &post, stored(204));
                    t.equal("echo", &Some(algorithm), &answer.header(ALGORITHM));
                }
                let post = t
                    .post()
                    .set(ALGORITHM, "KMS")
                    .set(&key_id, "9468da86-3509-4f8d-a61e-6eab1eac");
                let answer = t.case("KMS with key id", &post, stored(204));
                t.equal(
                    "echo",
                    &Some("9468da86-3509-4f8d-a61e-6eab1eac"),
                    &answer.header(&key_id),
                );
                let post = t.post().set(ALGORITHM, "KMS").set(data, "SM4");
                t.case("KMS, data SM4", &post, stored(204));
                let post = t.post().set(ALGORITHM, "KMS").set(data, "AES");
                t.case(
                    "KMS, data AES",
                    &post,
                    refused(400, "InvalidEncryptionAlgorithmError"),
                );
                let post = Post::v1("no-kms-bucket", &new_key()).set(ALGORITHM, "KMS");
                let message = "This user does not turn on KMS service.";
                t.case(
                    "KMS not enabled",
                    &post,
                    refused(403, "KmsServiceNotEnabled")
                        .ec("0005-00000218")
                        .message(message),
                );
                for name in [
                    "x-amz-server-side-encryption-aws-kms-key-id",
                    "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id",
                ] {
                    let post = t.post().set(name, "9468da86");
                    t.case(
                        name,
                        &post,
                        refused(400, "InvalidArgument").ec("0006-00000116"),
                    );
                }
            },
        ),
        rule(
            "§1.5",
            "x-oss-traffic-limit is within its range, and holds",
            |t| {
                for (limit, good) in [
                    ("819199", false),
                    ("819200", true),
                    ("838860800", true),
                    ("838860801", false),
                    ("x", false),
                    ("-819200", false),
                    ("819200.5", false),
                    ("", false),
                ] {
                    let post = t.post().set("x-oss-traffic-limit", limit);
                    t.case(
                        limit,
                        &post,
                        if good {
                            stored(204)
                        } else {
                            refused(400, "InvalidArgument").ec("0004-00000502")
                        },
                    );
                }
                let began = std::time::Instant::now();
                let post = t
                    .post()
                    .set("x-oss-traffic-limit", "819200")
                    .file(vec![0; 200 * 1024]);
                t.case("200 KiB at 100 KiB/s", &post, stored(204));
                // What came with the fields is not slowed.
                t.equal(
                    "takes more than a second",
                    &true,
                    &(began.elapsed().as_secs_f64() > 0.9),
                );
            },
        ),
        rule("§1.5", "x-oss-tagging is not allowed", |t| {
            let post = t.post().set("x-oss-tagging", "a=b");
            t.case("a=b", &post, refused(400, "InvalidArgument"));
        }),
        rule(
            "§7.4",
            "a key is 1 to 1023 bytes of UTF-8 that begin with no slash",
            |t| {
                let name =
                    |ec, message: &str| refused(400, "InvalidObjectName").ec(ec).message(message);
                let post = t.post().set("key", "");
                t.case(
                    "empty",
                    &post,
                    name("0016-00000001", "The Object name can not be empty."),
                );
                let long = format!("{:k<1023}", new_folder());
                let post = t.post().set("key", &long);
                t.case("1023 bytes", &post, stored(204));
                let post = t.post().set("key", format!("{long}k"));
                t.case(
                    "1024 bytes",
                    &post,
                    name(
                        "0016-00000003",
                        "The Length of Object name must be less than 1024.",
                    ),
                );
                let folder = new_folder();
                let many = "文".repeat((1024 - folder.len()).div_ceil(3));
                let post = t.post().set("key", format!("{folder}{many}"));
                t.case(
                    "fewer characters, more bytes",
                    &post,
                    name(
                        "0016-00000003",
                        "The Length of Object name must be less than 1024.",
                    ),
                );
                let invalid = "The specified object is not valid.";
                let post = t.post().set("key", [prefix().as_bytes(), b"\xff"].concat());
                t.case("not UTF-8", &post, name("0016-00000004", invalid));
                let post = t.post().set("key", format!("/{}", new_key()));
                t.case("/a", &post, name("0016-00000005", invalid));
                let post = t.post().set("key", format!("\\{}", new_key()));
                t.case("\\a", &post, name("0016-00000005", invalid));
                let post = t.post().set(
                    "key",
                    format!("{}a/../b//c?d=e#f%20 🎉\"<&>'.txt", new_folder()),
                );
                t.case("anything else", &post, stored(204));
            },
        ),
    ]
}
