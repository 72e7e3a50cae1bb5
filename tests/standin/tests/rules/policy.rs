//! §3: the policy document.

use serde_json::{Value, json};

use crate::{
    form::{Post, expiration, policy},
    rule::{Cases, Expected, Rule, new_folder, refused, rule, stored},
    target::prefix,
};

fn invalid(ec: &'static str) -> Expected {
    refused(400, "InvalidPolicyDocument").ec(ec)
}

fn failed(condition: &str) -> Expected {
    let message = format!("Invalid according to Policy: Policy Condition failed: {condition}");
    refused(403, "AccessDenied")
        .ec("0006-00000227")
        .message(message)
}

/// A post whose policy is this text, in Base64.
fn with_text(t: &Cases, text: &str) -> Post {
    let base64 = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, text);
    t.post().signed_text(&base64)
}

fn with_conditions(t: &Cases, conditions: &Value) -> Post {
    t.post().signed_v1(&policy(conditions))
}

const SIMPLE: &str = "Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.";

pub fn rules() -> Vec<Rule> {
    vec![
        rule("§3.1", "the policy is Base64 of UTF-8 of JSON", |t| {
            let post = t.post().signed_text("not Base64!");
            t.case("not Base64", &post, invalid("0006-00000202"));
            let post = t.post().signed_text("e30");
            t.case("Base64 without its end", &post, invalid("0006-00000202"));
            let post = t.post().signed_text("/w==");
            t.case("not UTF-8", &post, invalid("0006-00000203"));
            let post = with_text(t, "expiration");
            let message = "Invalid Policy: Invalid JSON: unknown char e";
            t.case("not JSON", &post, invalid("0006-00000204").message(message));
            let text = format!(
                "{{\"expiration\":\"{}\",\"conditions\":[{{\"a\":\"b\"}} {{}}]}}",
                expiration(60)
            );
            let message = "Invalid Policy: Invalid JSON: , or ] expected";
            t.case(
                "a comma missing",
                &with_text(t, &text),
                invalid("0006-00000204").message(message),
            );
            let post = with_text(t, "[]");
            t.case("not an object", &post, invalid("0006-00000201"));
            let post = t.post().signed_text("");
            t.case(
                "empty, beside key id and signature",
                &post,
                invalid("0006-00000205"),
            );
        }),
        rule("§3.1", "the policy has expiration and conditions", |t| {
            let conditions = json!([{ "bucket": t.bucket() }]);
            let post = t.post().signed_v1(&json!({}));
            t.case("neither", &post, invalid("0006-00000209"));
            let post = t.post().signed_v1(&json!({ "expiration": expiration(60) }));
            t.case("no conditions", &post, invalid("0006-00000207"));
            let post = t.post().signed_v1(&json!({ "conditions": conditions }));
            t.case("no expiration", &post, invalid("0006-00000208"));
            let post = t
                .post()
                .signed_v1(&json!({ "expiration": 1, "conditions": conditions }));
            t.case("expiration is a number", &post, invalid("0006-00000210"));
            let post = t
                .post()
                .signed_v1(&json!({ "expiration": "", "conditions": conditions }));
            t.case("expiration is empty", &post, invalid("0006-00000211"));
            for (case, conditions) in [
                ("conditions are a map", json!({ "bucket": t.bucket() })),
                ("conditions are a number", json!(123)),
                ("conditions are a text", json!("[]")),
                ("conditions are null", json!(null)),
            ] {
                let post = t
                    .post()
                    .signed_v1(&json!({ "expiration": expiration(60), "conditions": conditions }));
                t.case(case, &post, invalid("0006-00000214"));
            }
        }),
        rule("§3.1", "expiration is ISO 8601 in GMT", |t| {
            for (case, text, good) in [
                ("with milliseconds", "2115-01-27T10:56:19.000Z", true),
                ("without", "2115-01-27T10:56:19Z", true),
                ("with an offset", "2115-01-27T10:56:19+08:00", false),
                ("with an offset of zero", "2115-01-27T10:56:19+00:00", false),
                ("a space instead of T, no Z", "2033-02-19 13:19:00", false),
                ("a space instead of T", "2115-01-27 10:56:19Z", false),
                ("no such day", "2115-02-30T10:56:19Z", false),
                ("no zone", "2115-01-27T10:56:19", false),
                ("no seconds", "2115-01-27T10:56Z", false),
                ("no dashes", "21150127T105619Z", false),
                ("a second too many", "2115-01-27T10:56:60Z", false),
                ("lower case", "2115-01-27t10:56:19z", false),
                ("an hour too many", "2115-01-27T24:00:00Z", false),
                ("a date", "2115-01-27", false),
                ("words", "tomorrow", false),
            ] {
                let post = t.post().signed_v1(
                    &json!({ "expiration": text, "conditions": [{ "bucket": t.bucket() }] }),
                );
                t.case(
                    case,
                    &post,
                    if good {
                        stored(204)
                    } else {
                        invalid("0006-00000212")
                    },
                );
            }
        }),
        rule("§3.1", "there is at least one condition", |t| {
            let post = with_conditions(t, &json!([]));
            t.case("none", &post, invalid("0006-00000215").message(SIMPLE));
        }),
        rule("§3.1", "a bucket condition is not required", |t| {
            let post = with_conditions(t, &json!([["content-length-range", 0, 1024]]));
            t.case("only a length", &post, stored(204));
        }),
        rule("§3.2", "a condition is a map of one or a list", |t| {
            let post = with_conditions(t, &json!([{}]));
            t.case(
                "{}",
                &post,
                refused(400, "InvalidPolicyDocument").message(SIMPLE),
            );
            let post = with_conditions(t, &json!([{ "bucket": t.bucket(), "key": "a" }]));
            t.case(
                "a map of two",
                &post,
                refused(400, "InvalidPolicyDocument").message(SIMPLE),
            );
            let post = with_conditions(t, &json!([123]));
            t.case("123", &post, invalid("0006-00000222"));
            let post = with_conditions(t, &json!([["$key"]]));
            t.case("a list without operator", &post, invalid("0006-00000216"));
            for (case, condition) in [
                ("an empty list", json!([])),
                ("a list of a field and a value", json!(["$key", "a"])),
                ("a number for an operator", json!([1, "$key", "a"])),
            ] {
                let post = with_conditions(t, &json!([condition]));
                t.case(case, &post, invalid("0006-00000216"));
            }
            for (case, operator) in [
                ("an operator that is none", "ends-with"),
                ("an operator in upper case", "EQ"),
                ("an empty operator", ""),
            ] {
                let post = with_conditions(t, &json!([[operator, "$key", "a"]]));
                t.case(case, &post, invalid("0006-00000217"));
            }
            let post = with_conditions(t, &json!([["eq", "$bucket", t.bucket(), "more"]]));
            t.case("an element too many", &post, invalid("0006-00000218"));
            let post = with_conditions(t, &json!([["eq", "$bucket"]]));
            t.case("an element too few", &post, invalid("0006-00000218"));
            let post = with_conditions(t, &json!([["content-length-range", 1]]));
            t.case("a range without maximum", &post, invalid("0006-00000218"));
        }),
        rule(
            "§3.2",
            "a condition's value has the operator's type",
            |t| {
                for (case, condition) in [
                    ("not-in with a string", json!(["not-in", "$key", "a"])),
                    ("in with numbers", json!(["in", "$key", [1]])),
                    ("eq with a list", json!(["eq", "$key", ["a"]])),
                    ("eq with a number", json!(["eq", "$key", 1])),
                    ("a map with a number", json!({ "key": 1 })),
                ] {
                    let post = with_conditions(t, &json!([condition]));
                    t.case(case, &post, invalid("0006-00000224"));
                }
            },
        ),
        rule(
            "§3.2",
            "content-length-range has two numbers in order",
            |t| {
                for (case, min, max, ec) in [
                    ("texts", json!("1"), json!("10"), "0006-00000220"),
                    ("minimum a text", json!("a"), json!(10), "0006-00000220"),
                    ("minimum negative", json!(-1), json!(10), "0006-00000220"),
                    ("minimum a fraction", json!(0.5), json!(10), "0006-00000220"),
                    ("maximum a text", json!(10), json!("test"), "0006-00000221"),
                    ("maximum negative", json!(0), json!(-1), "0006-00000221"),
                    ("maximum a fraction", json!(0), json!(1.5), "0006-00000221"),
                    (
                        "maximum below minimum",
                        json!(20),
                        json!(10),
                        "0006-00000219",
                    ),
                    ("minimum a list", json!([1]), json!("test"), "0006-00000223"),
                    ("maximum a map", json!(1), json!({}), "0006-00000223"),
                    ("maximum null", json!(1), json!(null), "0006-00000223"),
                    ("minimum a truth", json!(true), json!(1), "0006-00000223"),
                ] {
                    let condition = json!([["content-length-range", min, max]]);
                    t.case(case, &with_conditions(t, &condition), invalid(ec));
                }
                let post = with_conditions(t, &json!([["content-length-range", 5, 5]]));
                t.case("maximum and minimum alike", &post, stored(204));
            },
        ),
        rule(
            "§3.2",
            "content-length-range counts the file's bytes, both ends included",
            |t| {
                let large = "Your proposed upload exceeds the maximum allowed size.";
                let small = "Your proposed upload smaller than the minimum allowed size.";
                for (case, length, expected) in [
                    (
                        "0 of 1-10",
                        0,
                        refused(400, "EntityTooSmall")
                            .ec("0006-00000004")
                            .message(small),
                    ),
                    ("1 of 1-10", 1, stored(204)),
                    ("10 of 1-10", 10, stored(204)),
                    (
                        "11 of 1-10",
                        11,
                        refused(400, "EntityTooLarge")
                            .ec("0006-00000003")
                            .message(large),
                    ),
                    (
                        "3 MiB of 1-10",
                        3 << 20,
                        refused(400, "EntityTooLarge")
                            .ec("0006-00000003")
                            .message(large),
                    ),
                ] {
                    let post = with_conditions(t, &json!([["content-length-range", 1, 10]]));
                    t.case(case, &post.file(vec![b'f'; length]), expected);
                }
                let post = with_conditions(
                    t,
                    &json!([
                        ["content-length-range", 0, 9],
                        ["content-length-range", 5, 100]
                    ]),
                );
                t.case("5 of two ranges", &post.clone().file("12345"), stored(204));
                let post = with_conditions(
                    t,
                    &json!([
                        ["content-length-range", 0, 9],
                        ["content-length-range", 5, 100]
                    ]),
                );
                t.case(
                    "4 of two ranges",
                    &post.file("1234"),
                    refused(400, "EntityTooSmall").ec("0006-00000004"),
                );
            },
        ),
        rule("§3.2", "eq compares whole values", |t| {
            let with = |t: &Cases, condition: Value| {
                with_conditions(t, &json!([condition])).set("x-a", "value")
            };
            let post = with(t, json!(["eq", "$x-a", "value"]));
            t.case("list, equal", &post, stored(204));
            let post = with(t, json!(["eq", "$x-a", "Value"]));
            t.case(
                "list, other case",
                &post,
                failed(r#"["eq", "$x-a", "Value"]"#),
            );
            let post = with(t, json!({ "x-a": "value" }));
            t.case("map, equal", &post, stored(204));
            let post = with(t, json!({ "x-a": "valu" }));
            t.case(
                "map, only a part",
                &post,
                failed(r#"["eq", "$x-a", "valu"]"#),
            );
        }),
        rule("§3.2", "a field's name needs no dollar sign", |t| {
            // EC 0006-00000227 shows this condition and OSS's echo of it.
            let condition = json!([["eq", "success_action_status", "200"]]);
            let post = with_conditions(t, &condition).set("success_action_status", "200");
            t.case("met", &post, stored(200));
            let post = with_conditions(t, &condition).set("success_action_status", "201");
            t.case(
                "not met",
                &post,
                failed(r#"["eq", "$success_action_status", "200"]"#),
            );
        }),
        rule("§3.2", "starts-with compares beginnings", |t| {
            let with = |t: &Cases, start: &str| {
                with_conditions(t, &json!([["starts-with", "$x-a", start]]))
            };
            let post = with(t, "val").set("x-a", "value");
            t.case("the beginning", &post, stored(204));
            let post = with(t, "alue").set("x-a", "value");
            t.case(
                "not the beginning",
                &post,
                failed(r#"["starts-with", "$x-a", "alue"]"#),
            );
            let post = with(t, "").set("x-a", "value");
            t.case("nothing", &post, stored(204));
            let post = with(t, "");
            t.case(
                "nothing, field absent",
                &post,
                refused(403, "AccessDenied").ec("0006-00000226"),
            );
        }),
        rule("§3.2", "in and not-in compare with a list", |t| {
            let with = |t: &Cases, operator: &str| {
                with_conditions(
                    t,
                    &json!([[operator, "$content-type", ["image/jpg", "image/png"]]]),
                )
            };
            let typed = |post: Post, kind: &str| {
                post.file_head(&[
                    "Content-Disposition: form-data; name=\"file\"",
                    &format!("Content-Type: {kind}"),
                ])
            };
            let post = typed(with(t, "in"), "image/png");
            t.case("in the list", &post, stored(204));
            let post = typed(with(t, "in"), "image/gif");
            t.case(
                "not in the list",
                &post,
                failed(r#"["in", "$content-type", ["image/jpg", "image/png"]]"#),
            );
            let post = typed(with(t, "not-in"), "image/gif");
            t.case("not-in, not in the list", &post, stored(204));
            let post = typed(with(t, "not-in"), "image/jpg");
            t.case(
                "not-in, in the list",
                &post,
                failed(r#"["not-in", "$content-type", ["image/jpg", "image/png"]]"#),
            );
        }),
        rule("§3.2", "a field with a condition is in the form", |t| {
            for (case, condition) in [
                ("eq", json!(["eq", "$x-oss-meta-a", "1"])),
                ("map", json!({ "fileName": "a" })),
                ("not-in", json!(["not-in", "$cache-control", ["no-cache"]])),
            ] {
                let post = with_conditions(t, &json!([condition]));
                t.case(
                    case,
                    &post,
                    refused(403, "AccessDenied").ec("0006-00000226"),
                );
            }
            let post = with_conditions(t, &json!([{ "fileName": "a" }])).set("fileName", "a");
            t.case("a field OSS does not know", &post, stored(204));
        }),
        rule("§3.2", "names in conditions have no case", |t| {
            let post = with_conditions(t, &json!([["eq", "$cache-control", "no-store"]]))
                .set("Cache-Control", "no-store");
            t.case("$cache-control, Cache-Control", &post, stored(204));
            let post = with_conditions(t, &json!([["eq", "$Cache-Control", "no-store"]]))
                .set("cache-control", "no-store");
            t.case("$Cache-Control, cache-control", &post, stored(204));
        }),
        rule(
            "§3.2",
            "$content-type is the type the object will have",
            |t| {
                let condition = json!([["eq", "$content-type", "text/plain"]]);
                let post = with_conditions(t, &condition);
                t.case("of the file part", &post, stored(204));
                let post = with_conditions(t, &condition).set("Content-Type", "a/b");
                t.case("the file part wins over the field", &post, stored(204));
                let post = with_conditions(t, &condition).set("x-oss-content-type", "a/b");
                t.case(
                    "x-oss-content-type wins",
                    &post,
                    failed(r#"["eq", "$content-type", "text/plain"]"#),
                );
            },
        ),
        rule(
            "§3.2",
            "the bucket is the one addressed, and only eq may name it",
            |t| {
                let post = with_conditions(t, &json!([["eq", "$bucket", "other-bucket"]]));
                t.case(
                    "another bucket",
                    &post,
                    failed(r#"["eq", "$bucket", "other-bucket"]"#),
                );
                let post = with_conditions(t, &json!([{ "bucket": "other-bucket" }]))
                    .set("bucket", "other-bucket");
                t.case(
                    "a field bucket changes nothing",
                    &post,
                    failed(r#"["eq", "$bucket", "other-bucket"]"#),
                );
                let post = with_conditions(t, &json!([["starts-with", "$bucket", "demo"]]));
                t.case("starts-with", &post, refused(400, "InvalidPolicyDocument"));
            },
        ),
        rule("§3.2", "several conditions on a field all hold", |t| {
            let with = |t: &Cases, end: &str| {
                let post = t.post();
                let key = post.key();
                post.signed_v1(&policy(&json!([
                    ["starts-with", "$key", prefix()],
                    ["eq", "$key", format!("{key}{end}")]
                ])))
            };
            let post = with(t, "");
            t.case("both", &post, stored(204));
            let post = with(t, "x");
            t.case(
                "one",
                &post,
                refused(403, "AccessDenied").ec("0006-00000227"),
            );
        }),
        rule("§3.2", "conditions may name callback and variables", |t| {
            let post = with_conditions(t, &json!([["eq", "$x:name", "a"]])).set("x:name", "b");
            t.case("x:name", &post, failed(r#"["eq", "$x:name", "a"]"#));
            let post = with_conditions(t, &json!([["eq", "$callback", "a"]])).set("callback", "b");
            t.case("callback", &post, failed(r#"["eq", "$callback", "a"]"#));
        }),
        rule("§3.3", "an escaped dollar is a dollar", |t| {
            for (case, written) in [
                (r"\$", r"a\$b"),
                (r"\\$", r"a\\$b"),
                (r"\u0024", r"a\u0024b"),
            ] {
                let text = format!(
                    "{{\"expiration\":\"{}\",\"conditions\":[[\"eq\",\"$x-a\",\"{written}\"]]}}",
                    expiration(60)
                );
                let post = with_text(t, &text).set("x-a", "a$b");
                t.case(case, &post, stored(204));
            }
        }),
        rule("§3.4", "fields without a condition are not checked", |t| {
            let mut post = t.post();
            for name in [
                "name",
                "fileName",
                "Filename",
                "id",
                "x-oss-meta-a",
                "submit",
                "Cache-Control",
            ] {
                post = post.set(name, "anything");
            }
            t.case("seven more", &post, stored(204));
        }),
        rule(
            "§3.4",
            "conditions see the key before ${filename} is replaced",
            |t| {
                let key = format!("{}${{filename}}", new_folder());
                let conditions = json!([["eq", "$key", key]]);
                let post = t
                    .post()
                    .set("key", &key)
                    .filename("a.txt")
                    .signed_v1(&policy(&conditions));
                let answer = t.send(&post);
                let name = key.replace("${filename}", "a.txt");
                t.equal("eq the text as sent: status", &204, &answer.status);
                t.equal(
                    "stored under",
                    &b"hello".to_vec(),
                    &t.bytes(t.bucket(), &name),
                );
                let conditions = json!([["eq", "$key", name]]);
                let post = post.signed_v1(&policy(&conditions));
                t.case(
                    "eq the name",
                    &post,
                    refused(403, "AccessDenied").ec("0006-00000227"),
                );
            },
        ),
        rule("§0", "the signature is judged before the policy", |t| {
            let post = t.post();
            let id = t.account().id.clone();
            let post = post.signed_v1_text(&id, "other", "not Base64!");
            t.case("both wrong", &post, refused(403, "SignatureDoesNotMatch"));
            let expired =
                json!({ "expiration": expiration(-60), "conditions": [{ "bucket": "other" }] });
            let post = t.post().signed_v1(&expired);
            t.case(
                "expired, and a condition failed",
                &post,
                refused(403, "AccessDenied").ec("0006-00000213"),
            );
        }),
    ]
}
