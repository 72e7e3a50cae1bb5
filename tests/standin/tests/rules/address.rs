//! §7: which bucket is meant, and what state it is in.

use crate::{
    form::Post,
    rule::{Rule, new_key, refused, rule, stored},
};

pub fn rules() -> Vec<Rule> {
    vec![
        rule("§7.1", "the bucket is the host's first label", |t| {
            for host in [
                "demo-bucket.oss.localhost",
                "Demo-Bucket.OSS.localhost:8081",
                "demo-bucket.oss-cn-hangzhou.aliyuncs.com",
                "demo-bucket.oss.aliyuncs.com",
                "demo-bucket.cn-hangzhou.oss.aliyuncs.com",
                "demo-bucket.oss-cn-hangzhou-internal.aliyuncs.com",
                "demo-bucket.cn-hangzhou-internal.oss.aliyuncs.com",
                "demo-bucket.vpc100-oss-cn-hangzhou.aliyuncs.com",
                "demo-bucket.s3.oss-cn-hangzhou.aliyuncs.com",
                "demo-bucket.s3.oss-cn-hangzhou-internal.aliyuncs.com",
            ] {
                let post = t.post().host(host);
                t.case(host, &post, stored(204));
            }
            let post = t.post().host("hbr-temp-bucket.oss.localhost");
            let message = "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$bucket\", \"demo-bucket\"]";
            t.case(
                "another bucket",
                &post,
                refused(403, "AccessDenied")
                    .ec("0006-00000227")
                    .message(message),
            );
        }),
        rule(
            "§7.1",
            "path-style only on an address of this machine",
            |t| {
                for host in ["127.0.0.1:8081", "localhost:8081", "[::1]:8081"] {
                    for target in ["/demo-bucket/", "/demo-bucket"] {
                        let post = t.post().host(host).target(target);
                        t.case(&format!("{host}{target}"), &post, stored(204));
                    }
                }
                let message = "The bucket you are attempting to access must be addressed using OSS third level domain.";
                let post = t.post().host("oss.localhost").target("/demo-bucket/");
                t.case(
                    "oss.localhost",
                    &post,
                    refused(403, "SecondLevelDomainForbidden").message(message),
                );
                for host in [
                    "oss-cn-hangzhou.aliyuncs.com",
                    "oss.aliyuncs.com",
                    "oss-cn-beijing.aliyuncs.com",
                    "cn-hangzhou.oss.aliyuncs.com",
                    "oss-cn-hangzhou-internal.aliyuncs.com",
                    "s3.oss-cn-hangzhou.aliyuncs.com",
                    "oss-accelerate.aliyuncs.com",
                    "oss-accelerate-overseas.aliyuncs.com",
                ] {
                    let post = t.post().host(host).target("/demo-bucket/");
                    t.case(host, &post, refused(403, "SecondLevelDomainForbidden"));
                }
                let post = t.post().host("127.0.0.1:8081").target("/");
                t.case("no bucket", &post, refused(400, "InvalidArgument"));
                let post = t
                    .post()
                    .host("127.0.0.1:8081")
                    .target("/demo-bucket/object");
                t.case("an object", &post, refused(405, "MethodNotAllowed"));
            },
        ),
        rule("§7.1", "a domain may be bound to a bucket", |t| {
            let post = Post::v1("domain-bucket", &new_key()).host("files.localhost");
            t.case("files.localhost", &post, stored(204));
            let post = t.post().host("files.localhost");
            let post = Post {
                bucket: "domain-bucket".to_owned(),
                ..post
            };
            t.case(
                "policy of another bucket",
                &post,
                refused(403, "AccessDenied").ec("0006-00000227"),
            );
            let post = t.post().host("example.com");
            let message = "Your host is invalid. Please use Open Storage Service standard host.";
            t.case(
                "a domain nobody bound",
                &post,
                refused(403, "NonStandardHostForbidden").message(message),
            );
            for host in [
                "demo-bucket.oss-cn-hangzhou.example.com",
                "demo-bucket.oss-cn-hangzhou.aliyuncs.com.example.com",
                "demo-bucket.x.oss-cn-hangzhou.aliyuncs.com",
                "demo-bucket.cn-hangzhou.aliyuncs.com",
                "demo-bucket.s3.aliyuncs.com",
                "demo-bucket.oss-.aliyuncs.com",
            ] {
                let post = t.post().host(host);
                t.case(host, &post, refused(403, "NonStandardHostForbidden"));
            }
        }),
        rule(
            "§7.1",
            "the endpoint is that of the bucket's region",
            |t| {
                let message = "The bucket you are attempting to access must be addressed using the specified endpoint. Please \
                           send all future requests to this endpoint.";
                for host in [
                    "demo-bucket.oss-cn-beijing.aliyuncs.com",
                    "demo-bucket.cn-beijing.oss.aliyuncs.com",
                    "demo-bucket.oss-cn-beijing-internal.aliyuncs.com",
                    "demo-bucket.s3.oss-cn-beijing.aliyuncs.com",
                ] {
                    let post = t.post().host(host);
                    t.case(host, &post, refused(403, "AccessDenied").message(message));
                }
            },
        ),
        rule("§7.1", "acceleration must be enabled", |t| {
            for endpoint in ["oss-accelerate", "oss-accelerate-overseas"] {
                let post = Post::v1("accelerated-bucket", &new_key())
                    .host(&format!("accelerated-bucket.{endpoint}.aliyuncs.com"));
                t.case(&format!("{endpoint}, enabled"), &post, stored(204));
                let post = t
                    .post()
                    .host(&format!("demo-bucket.{endpoint}.aliyuncs.com"));
                let message = "Transfer acceleration is disabled.";
                t.case(
                    &format!("{endpoint}, not enabled"),
                    &post,
                    refused(403, "TransferAccelerationDisabled").message(message),
                );
            }
        }),
        rule(
            "§7.3",
            "a bucket's name has 3 to 63 letters, digits and hyphens",
            |t| {
                let message = "The specified bucket is not valid.";
                for name in ["ab", "-abc", "abc-", "a_c", &"a".repeat(64)] {
                    let post = Post::v1(name, &new_key());
                    t.case(
                        name,
                        &post,
                        refused(400, "InvalidBucketName").message(message),
                    );
                }
                let post = t.post().host("127.0.0.1").target("/Demo-Bucket/");
                t.case(
                    "Demo-Bucket in the path",
                    &post,
                    refused(400, "InvalidBucketName").message(message),
                );
            },
        ),
        rule("§5.2", "the bucket exists", |t| {
            let message = "The specified bucket does not exist.";
            for name in ["no-such-bucket", &"a".repeat(63)] {
                let post = Post::v1(name, &new_key());
                t.case(name, &post, refused(404, "NoSuchBucket").message(message));
            }
        }),
        rule("§5.2", "the bucket's owner may have closed it", |t| {
            for (bucket, expected) in [
                ("arrears-bucket", refused(403, "UserDisable")),
                ("disabled-bucket", refused(403, "BucketDisable")),
                (
                    "policy-denied-bucket",
                    refused(403, "AccessDenied").message("Access denied by bucket policy."),
                ),
                (
                    "authorizer-denied-bucket",
                    refused(403, "AccessDenied").message("Access denied by authorizer's policy."),
                ),
                (
                    "referer-bucket",
                    refused(403, "AccessDenied")
                        .message("You are denied by bucket referer policy."),
                ),
                (
                    "worm-bucket",
                    refused(409, "FileImmutable").message("The object you specified is immutable."),
                ),
            ] {
                let post = Post::v1(bucket, &new_key());
                t.case(bucket, &post, expected);
            }
        }),
        rule("§5.1", "without a body the error is in x-oss-err", |t| {
            use base64::{Engine as _, prelude::BASE64_STANDARD};
            let mut raw = t.post().raw();
            raw.head = raw.head.replacen("POST", "HEAD", 1);
            let length = format!("Content-Length: {}", raw.body.len());
            raw.head = raw.head.replace(&length, "Content-Length: 0");
            raw.body.clear();
            let answer = crate::http::head(&t.oss, &raw).unwrap_or_default();
            let xml = BASE64_STANDARD
                .decode(answer.header("x-oss-err").unwrap_or_default())
                .unwrap_or_default();
            t.equal("status", &405, &answer.status);
            t.equal(
                "XML",
                &true,
                &String::from_utf8_lossy(&xml).contains("<Code>MethodNotAllowed</Code>"),
            );
        }),
        rule("§5.2", "only POST and OPTIONS are there", |t| {
            for method in ["GET", "PUT", "DELETE"] {
                let post = t.post();
                let mut raw = post.raw();
                raw.head = raw.head.replacen("POST", method, 1);
                let answer = crate::http::exchange(&t.oss, &raw, crate::http::Then::Listen)
                    .unwrap_or_default();
                t.judge(method, &post, &answer, &refused(405, "MethodNotAllowed"));
            }
        }),
    ]
}
