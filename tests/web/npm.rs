//! What `src/js` calls: options in, events out with the names of `index.d.ts`.

use js_sys::{Array, Function, Object, Reflect};
use oss_direct_upload::npm::{
    Listener, NormalOptions, Queue, Upload, normalize_params, parse_policy,
};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::world::{ROUTE, expect_outcomes, function, get, site, sleep, unique, wait_until};

const TYPES: &str = include_str!("../../src/js/index.d.ts");

/// Names of an interface's properties, and whether each may be missing.
fn interface(name: &str) -> Vec<(&'static str, bool)> {
    let start = TYPES.find(&format!("export interface {name} {{")).unwrap();
    let body = &TYPES[start..];
    let body = &body[..body.find("\n}").unwrap()];
    let property = |line: &'static str| {
        let name = line.strip_prefix("  ")?.split_once(':')?.0;
        let plain = name.trim_end_matches('?');
        let is_name = plain.chars().all(char::is_alphanumeric);
        is_name.then_some((plain, name.ends_with('?')))
    };
    body.lines().filter_map(property).collect()
}

/// Nothing but the interface's properties, and all that it promises; none of them `undefined`.
fn expect_interface(value: &JsValue, name: &str) {
    let expected = interface(name);
    let keys: Vec<String> = Object::keys(value.unchecked_ref::<Object>())
        .iter()
        .map(|key| key.as_string().unwrap())
        .collect();
    for key in &keys {
        let is_known = expected.iter().any(|(own, _)| own == key);
        assert!(is_known, "{name} has no {key}");
        assert!(!get(value, key).is_undefined(), "{name}.{key}");
    }
    for (own, is_optional) in expected {
        let is_there = keys.iter().any(|key| key == own);
        assert!(is_there || is_optional, "{name}.{own} is missing");
    }
}

fn eval(expression: &str) -> JsValue {
    let function = Function::new_no_args(&format!("return {expression}"));
    function.call0(&JsValue::UNDEFINED).unwrap()
}

/// As `src/js/options.js` makes them, with some of them replaced.
fn options(name: &str, size: u32, replaced: &str) -> NormalOptions {
    let url = format!("{}{ROUTE}", site());
    eval(&format!(
        "({{ file: new File([new Uint8Array({size})], 'x'), name: {name:?}, size: {size}, type: '', params: undefined, \
            request: {{ url: '{url}', method: 'GET', headers: [], credentials: 'same-origin', query: [], body: undefined }}, \
            key: undefined, contentType: undefined, fields: [], metadata: [['a', 'b'], ['c', 5], 7], callbackVars: [], \
            attempts: 2, minDelay: 5, maxDelay: 5, stallTimeout: 30000, verify: true, anonymous: false, watched: true, \
            allowedHosts: undefined, validate: undefined, limits: undefined, locale: 'en', priority: 0, \
            sharesParams: true, {replaced} }})"
    ))
    .unchecked_into()
}

/// Keeps what it hears in its list `heard`, as `[method, argument]`. Each of its methods does this in the end.
fn listener(end: &str) -> JsValue {
    eval(&format!(
        "Object.fromEntries([['heard', []], ...['state', 'progress', 'attempt', 'done', 'failed', 'refused'].map(name => \
            [name, function (detail) {{ this.heard.push([name, detail]); {end} }}])])"
    ))
}

struct Heard(JsValue);

impl Heard {
    fn all(&self, method: &str) -> Vec<JsValue> {
        let heard: Array = get(&self.0, "heard").unchecked_into();
        heard
            .iter()
            .map(JsCast::unchecked_into::<Array>)
            .filter(|entry| entry.get(0) == method)
            .map(|entry| entry.get(1))
            .collect()
    }

    async fn one(&self, method: &str) -> JsValue {
        wait_until(|| !self.all(method).is_empty()).await;
        let all = self.all(method);
        assert_eq!(all.len(), 1, "{method}");
        all[0].clone()
    }
}

fn add(options: &NormalOptions, end: &str) -> (Upload, Heard) {
    let listener = listener(end);
    let queue = Queue::new(f64::INFINITY);
    let upload = queue.add(options, listener.clone().unchecked_into::<Listener>());
    (upload, Heard(listener))
}

#[wasm_bindgen_test]
async fn a_success_has_the_names_of_the_types() {
    let (_upload, heard) = add(&options("fault=http503@1.bin", 70_000, ""), "");
    let result = heard.one("done").await;
    expect_interface(&result, "UploadResult");
    assert_eq!(get(&result, "attempts"), 2);
    assert!(get(&result, "crc64").is_string());
    for progress in heard.all("progress") {
        expect_interface(&progress, "UploadProgress");
    }
    let attempts = heard.all("attempt");
    assert_eq!(attempts.len(), 2);
    for attempt in &attempts {
        expect_interface(attempt, "UploadAttempt");
    }
    let retry_delay = get(&attempts[0], "retryDelay").as_f64().unwrap();
    assert!(retry_delay <= 5.0, "{retry_delay}");
    let error = get(&attempts[0], "error");
    assert_eq!(get(&error, "status"), 503);
    assert!(get(&attempts[1], "error").is_undefined());
    assert_eq!(heard.all("state").last().unwrap(), "done");
}

#[wasm_bindgen_test]
async fn a_failure_has_the_names_of_the_types() {
    let (_upload, heard) = add(&options("fault=http500.bin", 10, "attempts: 1"), "");
    let failure = heard.one("failed").await;
    let message = get(&failure, "message");
    assert!(message.is_string());
    Reflect::delete_property(failure.unchecked_ref::<Object>(), &"message".into()).unwrap();
    expect_interface(&failure, "UploadErrorDetails");
    expect_interface(&get(&failure, "oss"), "OssRefusal");
    assert!(get(&failure, "requestId").is_string());
    assert!(get(&failure, "cause").is_undefined());
}

#[wasm_bindgen_test]
async fn what_the_page_s_functions_throw_is_kept_as_it_is() {
    let replaced = "request: undefined, params: () => { throw globalThis.thrownByParams = { a: 1 } }, attempts: 1";
    let (_upload, heard) = add(&options("a", 1, replaced), "");
    let failure = heard.one("failed").await;
    let thrown = get(&js_sys::global(), "thrownByParams");
    assert!(Object::is(&get(&failure, "cause"), &thrown));
    let (_upload, heard) = add(&options("a", 1, "validate: () => { throw 5 }"), "");
    assert_eq!(heard.one("refused").await, 5);
}

#[wasm_bindgen_test]
async fn limits_are_checked_before_anything_is_asked() {
    let replaced = "request: undefined, params: () => { globalThis.askedBeyondLimits = true }, \
                    limits: { minSize: undefined, maxSize: 0.5, accept: [] }";
    let (_upload, heard) = add(&options("a", 1, replaced), "");
    let failure = heard.one("failed").await;
    assert_eq!(get(&failure, "code"), "POLICY_VIOLATION");
    assert!(get(&js_sys::global(), "askedBeyondLimits").is_undefined());
}

#[wasm_bindgen_test]
async fn a_listener_that_throws_does_not_hinder_the_upload() {
    let id = unique();
    let (_upload, heard) = add(&options(&id, 1000, ""), "throw 'a fit'");
    heard.one("done").await;
    assert_eq!(heard.all("state").last().unwrap(), "done");
    expect_outcomes(&id, &["stored"]).await;
}

#[wasm_bindgen_test]
async fn nothing_is_heard_after_an_abort() {
    let id = unique();
    let name = format!("fault=slow@8000000.{id}.bin");
    let (upload, heard) = add(&options(&name, 32_000_000, ""), "");
    wait_until(|| !heard.all("progress").is_empty()).await;
    upload.abort();
    let count = get(&get(&heard.0, "heard"), "length");
    expect_outcomes(&id, &["cut"]).await;
    // These come too late, and to nothing.
    upload.pause();
    upload.resume();
    upload.watch();
    sleep(50).await;
    assert_eq!(get(&get(&heard.0, "heard"), "length"), count);
}

#[wasm_bindgen_test]
fn a_policy_has_the_names_of_the_types() {
    let json = r#"{"expiration":"2030-01-02T03:04:05.000Z","conditions":[{"bucket":"b"},["starts-with","$key","a/"],
        ["in","$content-type",["image/png"]],["not-in","$content-type",["text/html"]],["content-length-range",1,9007199254740991]]}"#;
    let base64 = function("return btoa(a)")
        .call1(&JsValue::UNDEFINED, &json.into())
        .unwrap();
    let policy = parse_policy(&base64.as_string().unwrap()).unwrap();
    expect_interface(&policy, "Policy");
    let expected = "[{\"operator\":\"eq\",\"field\":\"bucket\",\"value\":\"b\"},\
        {\"operator\":\"starts-with\",\"field\":\"key\",\"value\":\"a/\"},\
        {\"operator\":\"in\",\"field\":\"content-type\",\"values\":[\"image/png\"]},\
        {\"operator\":\"not-in\",\"field\":\"content-type\",\"values\":[\"text/html\"]}";
    let conditions = js_sys::JSON::stringify(&get(&policy, "conditions")).unwrap();
    let conditions = String::from(conditions);
    assert!(conditions.starts_with(expected), "{conditions}");
    let last: Array = get(&policy, "conditions").unchecked_into();
    assert_eq!(get(&last.get(4), "operator"), "content-length-range");
    assert_eq!(get(&last.get(4), "min"), 1);
    assert_eq!(get(&policy, "expiration"), "2030-01-02T03:04:05.000Z");
    let failure = parse_policy("!").unwrap_err();
    assert_eq!(get(&failure, "code"), "INVALID_PARAMS");
}

#[wasm_bindgen_test]
fn params_have_the_names_of_the_types() {
    let answer = "({ host: 'https://b.oss-cn-hangzhou.aliyuncs.com', dir: 'd/', policy: 'none', accessid: 'i', signature: 's' })";
    let params = normalize_params(&eval(answer), None, false).unwrap();
    expect_interface(&params, "NormalizedParams");
    assert_eq!(get(&params, "signatureVersion"), "V1");
    assert_eq!(get(&params, "dir"), "d/");
    let hosts = Array::of2(&"example.com".into(), &5.into());
    let forbidden = normalize_params(&eval(answer), Some(hosts), false).unwrap_err();
    assert_eq!(get(&forbidden, "code"), "FORBIDDEN_HOST");
    for wrong in [
        "undefined",
        "Symbol()",
        "() => {}",
        "5n",
        "({ get data() { throw 1 } })",
        "({ toJSON() { throw 1 } })",
        "(() => { const a = {}; a.a = a; return a })()",
    ] {
        let failure = normalize_params(&eval(wrong), None, false).unwrap_err();
        assert_eq!(get(&failure, "code"), "INVALID_PARAMS", "{wrong}");
    }
}
