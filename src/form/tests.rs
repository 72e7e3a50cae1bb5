use proptest::prelude::*;

use super::*;
use crate::error::{Code, Phase};
use crate::json::Json;
use crate::oss::Field;
use crate::params::{Key, ParamsRules};
use crate::text::{self, Locale};
use crate::upload::Notice;

const UNIQUE: Uuid = Uuid::from_u128(0x1234_5678_9abc_4ef0_9234_5678_9abc_def0);
const UUID: &str = "12345678-9abc-4ef0-9234-56789abcdef0";

fn params(answer: serde_json::Value) -> UploadParams {
    UploadParams::read(
        &Json::from(answer),
        &ParamsRules {
            anonymous: true,
            ..ParamsRules::default()
        },
        Json::parse,
    )
    .unwrap()
}

/// Parameters that allow everything under `u/`; their policy does not decode.
fn under(dir: &str) -> UploadParams {
    params(
        serde_json::json!({ "accessid": "id", "host": "https://demo.example.com", "policy": "****", "signature": "s", "dir": dir }),
    )
}

fn fixed(key: &str) -> UploadParams {
    params(
        serde_json::json!({ "accessid": "id", "host": "https://demo.example.com", "policy": "****", "signature": "s", "key": key }),
    )
}

fn file(name: &str) -> FileFacts {
    FileFacts {
        name: String::from(name),
        size: 3,
        content_type: String::from("text/plain"),
    }
}

pub(crate) fn pair(name: &str, value: &str) -> Pair {
    Pair::new(name, value)
}

/// Fields as pairs, to compare them.
pub(crate) fn rows<'a>(fields: impl IntoIterator<Item = &'a Field>) -> Vec<Pair> {
    fields
        .into_iter()
        .map(|field| pair(&field.name, &field.value))
        .collect()
}

fn key(key: &str) -> Extras {
    Extras {
        key: Some(String::from(key)),
        ..Extras::default()
    }
}

fn form(params: &UploadParams, name: &str, extras: &Extras) -> Result<PostForm, Error> {
    PostForm::new(params, &file(name), extras, UNIQUE)
}

fn plain(params: &UploadParams, name: &str) -> PostForm {
    form(params, name, &Extras::default()).unwrap()
}

fn refused(extras: &Extras) -> Error {
    let error = form(&under("u/"), "a.txt", extras).unwrap_err();
    assert_eq!(error.phase(), Phase::Check);
    error
}

/// A part of a form, read as RFC 7578 has it, by a reader that knows nothing of how it was written.
#[derive(Debug, PartialEq)]
struct Part {
    disposition: String,
    content_type: Option<String>,
    body: String,
}

fn parts(form: &PostForm, content: &str) -> Vec<Part> {
    let boundary = String::from(
        form.request_content_type()
            .strip_prefix("multipart/form-data; boundary=")
            .unwrap(),
    );
    let body = [form.head(), content.as_bytes(), &form.tail()].concat();
    assert_eq!(
        body.len() as u64,
        form.overhead_len() + content.len() as u64
    );
    let body = String::from_utf8(body).unwrap();
    let inner = body.strip_prefix(&format!("--{boundary}\r\n")).unwrap();
    let inner = inner
        .strip_suffix(&format!("\r\n--{boundary}--\r\n"))
        .unwrap();
    inner
        .split(&format!("\r\n--{boundary}\r\n"))
        .map(|part| {
            let (headers, body) = part.split_once("\r\n\r\n").unwrap();
            let mut headers = headers.split("\r\n");
            let disposition = headers
                .next()
                .unwrap()
                .strip_prefix("Content-Disposition: form-data; ")
                .unwrap();
            let content_type = headers
                .next()
                .map(|line| String::from(line.strip_prefix("Content-Type: ").unwrap()));
            assert_eq!(headers.next(), None);
            Part {
                disposition: String::from(disposition),
                content_type,
                body: String::from(body),
            }
        })
        .collect()
}

#[test]
fn parts_in_order_and_the_file_last() {
    let extras = Extras {
        fields: vec![
            pair("content-disposition", "attachment"),
            pair("success_action_status", "200"),
            pair("name", "x"),
        ],
        metadata: vec![pair("author", "作者")],
        callback_vars: vec![pair("user", "1")],
        ..Extras::default()
    };
    let form = form(&under("u/"), "a.txt", &extras).unwrap();
    let names: Vec<_> = parts(&form, "abc")
        .into_iter()
        .map(|part| (part.disposition, part.body))
        .collect();
    let field = |name: &str, value: &str| (format!("name=\"{name}\""), String::from(value));
    assert_eq!(
        names,
        [
            field("key", &format!("u/{UUID}/a.txt")),
            field("OSSAccessKeyId", "id"),
            field("policy", "****"),
            field("Signature", "s"),
            field("success_action_status", "200"),
            field("x-oss-content-type", "text/plain"),
            field("Content-Disposition", "attachment"),
            field("name", "x"),
            field("x-oss-meta-author", "作者"),
            field("x:user", "1"),
            (
                String::from("name=\"file\"; filename=\"a.txt\""),
                String::from("abc")
            ),
        ]
    );
    assert_eq!(
        parts(&form, "").last().unwrap().content_type.as_deref(),
        Some("text/plain")
    );
}

/// "multipart/form-data encoding algorithm" of the WHATWG HTML standard: `"`, CR and LF are escaped, UTF-8 stays.
#[test]
fn file_names_are_escaped() {
    for (name, escaped) in [
        ("报告 2026.pdf", "报告 2026.pdf"),
        ("🎉.png", "🎉.png"),
        ("a\"b.txt", "a%22b.txt"),
        ("a\r\nb.txt", "a%0D%0Ab.txt"),
        ("a%22b.txt", "a%22b.txt"),
        ("a\\", "a_"),
        ("a\u{0}\t\u{7f}b", "a___b"),
    ] {
        let form = plain(&fixed("k"), name);
        let parts = parts(&form, "abc");
        assert_eq!(
            parts.last().unwrap().disposition,
            format!("name=\"file\"; filename=\"{escaped}\"")
        );
    }
}

#[test]
fn keys_under_a_prefix() {
    for (name, key) in [
        ("a.txt", format!("u/{UUID}/a.txt")),
        ("报告 2026.pdf", format!("u/{UUID}/报告 2026.pdf")),
        ("a\"b.txt", format!("u/{UUID}/a\"b.txt")),
        ("a\r\nb.txt", format!("u/{UUID}/a__b.txt")),
        ("a/b\\c.txt", format!("u/{UUID}/a_b_c.txt")),
        ("..", format!("u/{UUID}/..")),
        ("", format!("u/{UUID}")),
    ] {
        assert_eq!(plain(&under("u/"), name).key(), key);
    }
    assert_eq!(plain(&under(""), "a.txt").key(), format!("{UUID}/a.txt"));
    for (own, stored) in [
        ("b.txt", "u/b.txt"),
        ("u/b.txt", "u/b.txt"),
        ("x/u/b.txt", "u/x/u/b.txt"),
    ] {
        let form = form(&under("u/"), "a.txt", &key(own)).unwrap();
        assert_eq!(
            (form.key(), rows(form.fields())[0].clone()),
            (stored, pair("key", stored))
        );
    }
}

#[test]
fn keys_that_cannot_be() {
    for (own, message) in [
        ("", "The object key is empty."),
        ("u/", "The object key is empty."),
        (
            "a\r\nb",
            "The object key \"a  b\" holds a control character.",
        ),
    ] {
        assert_eq!(refused(&key(own)).to_string(), message);
    }
    let error = form(&under(""), "a.txt", &key("/b")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "The object key \"/b\" begins with a slash, which OSS does not allow."
    );
    let error = form(&under("u/"), "a.txt", &key(&"k".repeat(1022))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "The object key has 1024 bytes, OSS allows at most 1023."
    );
    assert!(form(&under("u/"), "a.txt", &key(&"k".repeat(1021))).is_ok());
    // 255 bytes, the longest name of most file systems, is well within.
    assert!(form(&under("u/"), &"n".repeat(255), &Extras::default()).is_ok());
}

#[test]
fn a_fixed_key_allows_no_other() {
    assert!(form(&fixed("k"), "a.txt", &key("k")).is_ok());
    let error = form(&fixed("k"), "a.txt", &key("l")).unwrap_err();
    assert_eq!(error.code(), Code::PolicyViolation);
    assert_eq!(
        error.to_string(),
        "The parameters allow only the object key \"k\", but the page wants \"l\"."
    );
}

/// OSS puts the part's file name in place of `${filename}`: whatever the names are, `key()` is what it then stores.
#[test]
fn the_stored_key_is_known_beforehand() {
    for (params, name, field, stored, sent) in [
        // The backend's variable.
        (
            fixed("u/${filename}"),
            "a.txt",
            "u/${filename}",
            "u/a.txt",
            "a.txt",
        ),
        (
            fixed("u/${filename}"),
            "a/b\"\r.txt",
            "u/${filename}",
            "u/a_b__.txt",
            "a_b__.txt",
        ),
        (
            fixed("u/${filename}"),
            "",
            "u/${filename}",
            "u/file",
            "file",
        ),
        (
            fixed("u/${filename}"),
            "${filename}.txt",
            "u/${filename}",
            "u/${filename}.txt",
            "${filename}.txt",
        ),
        // The file's own name.
        (
            fixed("u/1/${filename}.txt"),
            "${filename}.txt",
            "u/1/${filename}.txt",
            "u/1/${filename}.txt",
            "${filename}",
        ),
        (under(""), "${filename}.txt", "", "", "${filename}"),
    ] {
        let form = plain(&params, name);
        let field = if field.is_empty() {
            format!("{UUID}/{name}")
        } else {
            String::from(field)
        };
        let stored = if stored.is_empty() {
            field.clone()
        } else {
            String::from(stored)
        };
        assert_eq!(rows(form.fields())[0], pair("key", &field));
        assert_eq!(form.key(), stored);
        let disposition = parts(&form, "").pop().unwrap().disposition;
        let file_name = disposition
            .strip_prefix("name=\"file\"; filename=\"")
            .unwrap()
            .strip_suffix('"')
            .unwrap();
        assert_eq!(file_name, sent);
        // PostObject documentation: the path is stripped from the file name, then it replaces the variable.
        let last = file_name.rsplit('/').next().unwrap();
        assert_eq!(field.replace("${filename}", last), stored);
    }
}

#[test]
fn the_type_is_the_same_everywhere() {
    let typed = |content_type: &str| Extras {
        content_type: Some(String::from(content_type)),
        ..Extras::default()
    };
    let field = |name: &str, value: &str| Extras {
        fields: vec![pair(name, value)],
        ..Extras::default()
    };
    let signed = params(serde_json::json!({
        "url": "https://demo.example.com", "fields": { "key": "k", "Content-Type": "image/gif", "OSSAccessKeyId": "id", "policy": "*", "Signature": "s" },
    }));
    for (params, own, extras, expected) in [
        (&fixed("k"), "text/plain", Extras::default(), "text/plain"),
        (&fixed("k"), "text/plain", typed("image/png"), "image/png"),
        (&fixed("k"), "text/plain", typed(""), "text/plain"),
        (
            &fixed("k"),
            "text/plain",
            field("Content-Type", "image/png"),
            "image/png",
        ),
        (
            &fixed("k"),
            "text/plain",
            field("X-OSS-content-type", "image/png"),
            "image/png",
        ),
        (&signed, "text/plain", Extras::default(), "image/gif"),
        (&signed, "text/plain", typed("image/png"), "image/png"),
    ] {
        let file = FileFacts {
            content_type: String::from(own),
            ..file("a")
        };
        let form = PostForm::new(params, &file, &extras, UNIQUE).unwrap();
        assert_eq!(form.content_type(), expected);
        assert_eq!(form.fields().get("x-oss-content-type"), Some(expected));
        assert!(
            form.fields()
                .get("Content-Type")
                .is_none_or(|value| value == expected)
        );
        assert_eq!(
            parts(&form, "").pop().unwrap().content_type.as_deref(),
            Some(expected)
        );
    }
    for unknown in ["", "a\r\nX-Evil: 1", "名"] {
        let file = FileFacts {
            content_type: String::from(unknown),
            ..file("a")
        };
        let form = PostForm::new(&fixed("k"), &file, &Extras::default(), UNIQUE).unwrap();
        assert_eq!(form.content_type(), "application/octet-stream");
        assert_eq!(form.fields().get("x-oss-content-type"), None);
        assert_eq!(
            parts(&form, "").pop().unwrap().content_type.as_deref(),
            Some("application/octet-stream")
        );
    }
    assert!(
        refused(&typed("a\r\nX-Evil: 1"))
            .to_string()
            .starts_with("\"a  X-Evil: 1\" is not a content type")
    );
}

#[test]
fn fields_that_cannot_be() {
    let field = |name: &str, value: &str| Extras {
        fields: vec![pair(name, value)],
        ..Extras::default()
    };
    let metadata = |name: &str, value: &str| Extras {
        metadata: vec![pair(name, value)],
        ..Extras::default()
    };
    let variable = |name: &str, value: &str| Extras {
        callback_vars: vec![pair(name, value)],
        ..Extras::default()
    };
    for (extras, named) in [
        (field("a\"; filename=\"x", ""), "a\"; filename=\"x"),
        (field("a\r\nX: 1", ""), "a  X: 1"),
        (field("", ""), "\"\""),
        (field("Policy", "x"), "`policy`"),
        (field("signature", "x"), "`Signature`"),
        (field("x_oss_security_token", "x"), "`x-oss-security-token`"),
        (field("key", "x"), "`key`"),
        (field("File", "x"), "`file`"),
        (
            field("success_action_redirect", "https://a.example"),
            "`success_action_redirect`",
        ),
        (field("Cache-Control", "a\r\nX: 1"), "`Cache-Control`"),
        (field("x-oss-meta-a b", "x"), "\"a b\""),
        (field(&"n".repeat(8193), "x"), "8 KB"),
        (field("note", &"v".repeat((2 << 20) + 1)), "`note`"),
        (field("callback", &"v".repeat(5121)), "`callback`"),
        (metadata("作者", "x"), "\"作者\""),
        (metadata("a:b", "x"), "\"a:b\""),
        (metadata("", "x"), "\"\""),
        (metadata("a", "x\ny"), "`x-oss-meta-a`"),
        (metadata("a", &"v".repeat(8192)), "metadata"),
        (variable("User", "x"), "\"User\""),
        (variable("a b", "x"), "\"a b\""),
    ] {
        let error = refused(&extras);
        assert_eq!(error.code(), Code::InvalidParams);
        assert!(error.to_string().contains(named), "{named}: {error}");
        assert!(!error.to_string().contains(['\r', '\n']));
    }
    let values = Extras {
        fields: (0..5)
            .map(|index| pair(&format!("f{index}"), &"v".repeat(2 << 20)))
            .collect(),
        ..Extras::default()
    };
    assert!(refused(&values).to_string().contains("8 MB"));
    assert!(form(&under("u/"), "a", &field("note", &"v".repeat(2 << 20))).is_ok());
    assert!(form(&under("u/"), "a", &field("note", "two\r\nlines")).is_ok());
    assert!(form(&under("u/"), "a", &field(&"n".repeat(8192), "x")).is_ok());
    let most = 8192 - "x-oss-meta-a".len();
    assert!(form(&under("u/"), "a", &metadata("a", &"v".repeat(most))).is_ok());
    assert!(form(&under("u/"), "a", &field("callback", &"v".repeat(5120))).is_ok());
    assert!(form(&under("u/"), "a", &field("callback", "two\nlines")).is_ok());
    // Exactly as much as all values may have.
    let filled = |rest: usize| Extras {
        fields: [2 << 20, 2 << 20, 2 << 20, rest]
            .into_iter()
            .enumerate()
            .map(|(index, len)| pair(&format!("f{index}"), &"v".repeat(len)))
            .collect(),
        ..Extras::default()
    };
    let empty = form(&under("u/"), "a", &filled(0)).unwrap();
    let values: usize = empty.fields().iter().map(|field| field.value.len()).sum();
    let rest = (8 << 20) - values;
    assert!(form(&under("u/"), "a", &filled(rest)).is_ok());
    assert!(form(&under("u/"), "a", &filled(rest + 1)).is_err());
}

#[test]
fn no_form_is_larger_than_5_gb() {
    let most = (5 << 30) - plain(&fixed("k"), "a").overhead_len();
    let at = |size| {
        PostForm::new(
            &fixed("k"),
            &FileFacts { size, ..file("a") },
            &Extras::default(),
            UNIQUE,
        )
    };
    assert!(at(most).is_ok());
    let error = at(most + 1).unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        (
            Code::PolicyViolation,
            "The file is too large: a form upload to OSS may have 5 GB at most."
        )
    );
    assert!(at(u64::MAX).is_err());
}

#[test]
fn the_boundary_is_in_no_field() {
    let boundary = |form: PostForm| {
        let content_type = form.request_content_type();
        String::from(content_type.split_once('=').unwrap().1)
    };
    let first = boundary(plain(&fixed("k"), "a"));
    // RFC 2046, 5.1.1: at most 70 characters.
    assert!(first.len() <= 60);
    let second = [&first, "-"].concat();
    assert_eq!(boundary(plain(&fixed("k"), &first)), second);
    let extras = Extras {
        fields: vec![pair("note", &["\r\n--", &second].concat())],
        ..Extras::default()
    };
    let third = [&first, "--"].concat();
    assert_eq!(boundary(form(&fixed("k"), "a", &extras).unwrap()), third);
}

#[test]
fn what_the_policy_does_not_cover_is_told() {
    let policy = "eyJleHBpcmF0aW9uIjoiMjAzMy0xMi0wM1QxMzoxMjoxMloiLCJjb25kaXRpb25zIjpbWyJlcSIsIiR4LW9zcy1tZXRhLWEiLCIxIl1dfQ==";
    let signed = params(
        serde_json::json!({ "accessid": "id", "host": "https://demo.example.com", "policy": policy, "signature": "s", "dir": "" }),
    );
    let extras = Extras {
        metadata: vec![pair("a", "1"), pair("b", "2")],
        fields: vec![pair("x-oss-object-acl", "private")],
        ..Extras::default()
    };
    let uncovered = form(&signed, "a", &extras).unwrap().uncovered().to_vec();
    assert_eq!(uncovered, ["x-oss-object-acl", "x-oss-meta-b"]);
    let notice = Notice::FieldNotCovered {
        name: uncovered[1].clone(),
    };
    assert_eq!(
        text::notice(&notice, Locale::En),
        "The policy has no condition on `x-oss-meta-b`: whoever has these parameters may set it to anything."
    );
    assert!(
        form(&under("u/"), "a", &extras)
            .unwrap()
            .uncovered()
            .is_empty()
    );
}

#[test]
fn overwriting_and_callbacks() {
    let extras = Extras {
        fields: vec![
            pair("X-Oss-Forbid-Overwrite", "true"),
            pair("callback", "e30="),
        ],
        ..Extras::default()
    };
    let with = form(&under("u/"), "a", &extras).unwrap();
    assert!(with.forbids_overwrite() && with.has_callback());
    let without = plain(&under("u/"), "a");
    assert!(!without.forbids_overwrite() && !without.has_callback());
}

#[test]
fn debug_holds_no_value() {
    let debug = format!("{:?}", plain(&under("u/"), "a"));
    assert!(
        !debug.contains("****") && debug.contains("policy"),
        "{debug}"
    );
}

fn any_params() -> impl Strategy<Value = Key> {
    prop_oneof![
        any::<String>().prop_map(Key::Fixed),
        any::<String>().prop_map(Key::Prefix)
    ]
}

proptest! {
    /// Whatever the names and values: the form is refused, or its parts are read back as they were meant.
    #[test]
    fn what_is_printed_is_read_back(
        key in any_params(),
        name in prop_oneof![any::<String>(), "[a\"\r\n${filename}/.]{0,20}"],
        own in prop::option::of("[a-z/$]{0,9}"),
        more in prop::collection::vec(("[a-zA-Z:_\"\r\n -]{0,9}", any::<String>()), 0..4),
        metadata in prop::collection::vec((any::<String>(), any::<String>()), 0..2),
        content in any::<String>(),
        content_type in prop::option::of(any::<String>()),
    ) {
        let answer = match key {
            Key::Fixed(key) => serde_json::json!({ "host": "https://demo.example.com", "key": key, "dir": "" }),
            Key::Prefix(dir) => serde_json::json!({ "host": "https://demo.example.com", "dir": dir }),
        };
        let rules = ParamsRules { anonymous: true, ..ParamsRules::default() };
        let Ok(params) = UploadParams::read(&Json::from(answer), &rules, Json::parse) else { return Ok(()) };
        let pairs = |list: Vec<(String, String)>| list.into_iter().map(|(name, value)| pair(&name, &value)).collect();
        let extras = Extras { key: own, content_type, fields: pairs(more), metadata: pairs(metadata), callback_vars: Vec::new() };
        let file = FileFacts { name, size: 0, content_type: content.clone() };
        let Ok(form) = PostForm::new(&params, &file, &extras, UNIQUE) else { return Ok(()) };
        let mut parts = parts(&form, &content);
        let last = parts.pop().unwrap();
        prop_assert_eq!(last.body, content);
        prop_assert_eq!(last.content_type.as_deref(), Some(form.content_type()));
        let fields: Vec<_> = parts.into_iter().map(|part| {
            let name = part.disposition.strip_prefix("name=\"").unwrap().strip_suffix('"').unwrap();
            pair(name, &part.body)
        }).collect();
        prop_assert_eq!(fields, rows(form.fields()));
        prop_assert!(!form.key().is_empty() && form.key().len() <= 1023 && !form.key().starts_with(['/', '\\']));
    }
}
