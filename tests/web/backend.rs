//! How parameters are asked for.

use oss_direct_upload::browser::{Ending, ParamsRequest, ParamsSource, UploadOptions, upload};
use oss_direct_upload::error::{Code, Phase};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::world::{
    ROUTE, done, failure, file, function, get, options, run, site, sleep, unique, wait_until,
};

pub(crate) fn with(params: ParamsSource) -> UploadOptions {
    let mut options = UploadOptions::new(params);
    options.retry.attempts = 1;
    options
}

/// A page's function that answers what the backend does.
pub(crate) fn asking_function(before: &str) -> ParamsSource {
    let url = format!("{}{ROUTE}?fileName=a&size=1&type=", site());
    ParamsSource::Function(function(&format!(
        "{before}; return fetch('{url}').then(response => response.json())"
    )))
}

#[wasm_bindgen_test]
async fn a_described_request() {
    let request = ParamsRequest::new(&format!("{}{ROUTE}?kept=1#fragment", site()))
        .method("GET")
        .header("Accept", "application/json")
        .credentials("omit")
        .query("album", "ü & co");
    let outcome = done(
        file("a.txt", 1, "text/plain"),
        with(ParamsSource::Request(request)),
    )
    .await;
    assert!(outcome.verified);
}

/// What the backend is asked, as text.
async fn asked(request: ParamsRequest) -> String {
    let fetch = get(&js_sys::global(), "fetch");
    let tell = "return a.text().then(body => Promise.reject([a.method, a.url, a.credentials, a.cache, a.headers.get('b'), body].join(' ') + '|'))";
    js_sys::Reflect::set(&js_sys::global(), &"fetch".into(), &function(tell)).unwrap();
    let error = failure(file("a", 1, ""), with(ParamsSource::Request(request))).await;
    js_sys::Reflect::set(&js_sys::global(), &"fetch".into(), &fetch).unwrap();
    error.to_string()
}

#[wasm_bindgen_test]
async fn a_request_is_described_step_by_step() {
    let plain = ParamsRequest::new("http://a.test/p");
    let table = [
        (
            plain.clone(),
            "GET http://a.test/p?fileName=a&size=1&type= same-origin no-store |.",
        ),
        (
            plain.clone().query("t", "1").query("t", "2"),
            "GET http://a.test/p?fileName=a&size=1&type=&t=1&t=2 same-origin no-store |.",
        ),
        (
            plain.clone().header("b", "1").header("B", "2").body("{}"),
            "POST http://a.test/p?fileName=a&size=1&type= same-origin no-store 2 {}|.",
        ),
        (
            plain.method("PUT").body("").credentials("include"),
            "PUT http://a.test/p?fileName=a&size=1&type= include no-store |.",
        ),
    ];
    for (request, expected) in table {
        let message = asked(request).await;
        assert!(message.ends_with(expected), "{message}");
    }
}

#[wasm_bindgen_test]
async fn a_function_gets_the_file_and_a_signal() {
    let checked = "if (a.file.name !== 'a.txt' || a.file.size !== 3 || a.file.type !== 'text/plain' || a.attempt !== 1 \
        || a.reason !== 'first' || a.signal.aborted) throw new Error(JSON.stringify(a))";
    let outcome = done(
        file("a.txt", 3, "text/plain"),
        with(asking_function(checked)),
    )
    .await;
    assert!(outcome.verified);
}

#[wasm_bindgen_test]
async fn its_signal_is_aborted_with_the_upload() {
    let source = function(
        "a.signal.onabort = () => { globalThis.seenAbort = a.signal.aborted }; globalThis.seenAbort = 'not yet'; return new Promise(() => {})",
    );
    let uploading = upload(
        file("a", 1, ""),
        with(ParamsSource::Function(source)),
        |_| {},
    );
    let seen = || get(&js_sys::global(), "seenAbort");
    wait_until(|| seen() == "not yet").await;
    drop(uploading);
    sleep(0).await;
    assert_eq!(seen(), true);
}

#[wasm_bindgen_test]
async fn what_a_function_throws_is_the_cause() {
    for body in ["throw 'no way'", "return Promise.reject('no way')"] {
        let options = with(ParamsSource::Function(function(body)));
        let Ending::Failed { error, cause } = run(file("a", 1, ""), options).await.0 else {
            panic!("it must fail");
        };
        assert_eq!(
            (error.code(), error.phase()),
            (Code::ParamsRefused, Phase::Params)
        );
        assert!(error.to_string().contains("no way"), "{error}");
        assert_eq!(cause.unwrap(), "no way");
    }
}

#[wasm_bindgen_test]
async fn what_a_function_returns_is_checked() {
    for body in [
        "",
        "return null",
        "return 5",
        "return () => {}",
        "return Symbol()",
        "return { get data() { throw 1 } }",
    ] {
        let error = failure(
            file("a", 1, ""),
            with(ParamsSource::Function(function(body))),
        )
        .await;
        assert_eq!(error.code(), Code::InvalidParams, "{body}: {error}");
    }
}

/// gloo-net 0.7 panics on a rejection that is no `Error`; tools that wrap `fetch` do reject so.
#[wasm_bindgen_test]
async fn a_wrapped_fetch_may_reject_with_anything() {
    let restore = get(&js_sys::global(), "fetch");
    for (body, message) in [
        ("return Promise.reject('blocked')", "blocked"),
        ("return Promise.resolve({})", "no reason"),
    ] {
        js_sys::Reflect::set(&js_sys::global(), &"fetch".into(), &function(body)).unwrap();
        let error = failure(file("a", 1, ""), options(ROUTE)).await;
        assert_eq!(error.code(), Code::Network);
        assert!(error.to_string().contains(message), "{error}");
    }
    js_sys::Reflect::set(&js_sys::global(), &"fetch".into(), &restore).unwrap();
    assert!(done(file("a", 1, ""), options(ROUTE)).await.verified);
}

#[wasm_bindgen_test]
async fn a_wrapped_fetch_may_throw_and_an_answer_may_break_off() {
    let restore = get(&js_sys::global(), "fetch");
    let table = [
        ("throw 'no fetch today'", "no fetch today"),
        ("return { then() { throw 'no then' } }", "no then"),
        (
            "return new Response(new ReadableStream({ pull() { throw 'cut' } }))",
            "cut",
        ),
        ("return { text: () => Promise.reject('cut') }", "cut"),
        ("return { text() { throw 5 } }", "no reason"),
        ("return { status: 200 }", "no reason"),
        ("return undefined", "no reason"),
    ];
    for (body, message) in table {
        js_sys::Reflect::set(&js_sys::global(), &"fetch".into(), &function(body)).unwrap();
        let error = failure(file("a", 1, ""), options(ROUTE)).await;
        assert_eq!(error.code(), Code::Network, "{body}");
        assert!(error.to_string().contains(message), "{body}: {error}");
    }
    js_sys::Reflect::set(&js_sys::global(), &"fetch".into(), &restore).unwrap();
    assert!(done(file("a", 1, ""), options(ROUTE)).await.verified);
}

/// Responses of another realm, and of tests that replace `fetch`: read by their shape.
#[wasm_bindgen_test]
async fn an_answer_needs_to_be_no_response() {
    let restore = get(&js_sys::global(), "fetch");
    js_sys::Reflect::set(&js_sys::global(), &"realFetch".into(), &restore).unwrap();
    for shape in [
        "{ status: real.status, headers: real.headers, text: async () => text }",
        "{ text: () => text }",
        "{ json: async () => JSON.parse(text) }",
        "{ status: 200, headers: null, text: async () => text }",
    ] {
        let body = format!(
            "return realFetch(a, b).then(async real => {{
                if (!a.url.includes('/api/')) return real
                const text = await real.text()
                return {shape}
            }})"
        );
        js_sys::Reflect::set(&js_sys::global(), &"fetch".into(), &function(&body)).unwrap();
        let (ending, _) = run(file("a", 1, ""), options(ROUTE)).await;
        js_sys::Reflect::set(&js_sys::global(), &"fetch".into(), &restore).unwrap();
        assert!(matches!(ending, Ending::Done { .. }), "{shape}: {ending:?}");
    }
}

/// A backend that accepts and never answers, and one whose answer never ends.
#[wasm_bindgen_test]
async fn neither_time_nor_length_of_an_answer_is_without_a_bound() {
    let mut hanging = options("/api/policy/v4?fault=hang");
    hanging.stall_timeout_ms = 300;
    let error = failure(file("a", 1, ""), hanging.clone()).await;
    assert_eq!(
        (error.code(), error.phase(), error.retryable),
        (Code::Stalled, Phase::Params, true)
    );
    // Once it answers again, the upload goes on.
    hanging.params = ParamsSource::url(format!(
        "{}/api/policy/v4?fault=hang%401&once={}",
        site(),
        unique()
    ));
    hanging.stall_timeout_ms = 3000;
    hanging.retry.attempts = 2;
    assert!(done(file("a", 1, ""), hanging).await.verified);

    let restore = get(&js_sys::global(), "fetch");
    for endless in [
        "return new Response(new ReadableStream({ pull: c => c.enqueue(new Uint8Array(65536)) }))",
        "return new Response('{}', { headers: { 'Content-Length': '2000000' } })",
        "return { text: () => 'x'.repeat(2000000) }",
    ] {
        js_sys::Reflect::set(&js_sys::global(), &"fetch".into(), &function(endless)).unwrap();
        let error = failure(file("a", 1, ""), options(ROUTE)).await;
        js_sys::Reflect::set(&js_sys::global(), &"fetch".into(), &restore).unwrap();
        assert_eq!(error.code(), Code::InvalidParams, "{endless}");
        assert!(error.to_string().contains("at most 1 MB"), "{error}");
    }
}

/// The page's own query wins.
#[wasm_bindgen_test]
async fn what_the_page_asks_with_is_not_added_again() {
    let restore = get(&js_sys::global(), "fetch");
    js_sys::Reflect::set(&js_sys::global(), &"fetch".into(), &function("throw a.url")).unwrap();
    let mut asked = Vec::new();
    for params in [
        ParamsRequest::new("http://a.test/p?type=avatar"),
        ParamsRequest::new("http://a.test/p?a=1&size=x#type=1"),
        ParamsRequest::new("http://a.test/p").query("fileName", "mine"),
    ] {
        let mut options = options(ROUTE);
        options.params = ParamsSource::Request(params);
        asked.push(failure(file("f", 1, "t/t"), options).await.to_string());
    }
    js_sys::Reflect::set(&js_sys::global(), &"fetch".into(), &restore).unwrap();
    for (asked, query) in asked.iter().zip([
        "/p?type=avatar&fileName=f&size=1.",
        "/p?a=1&size=x&fileName=f&type=t%2Ft#type=1.",
        "/p?size=1&type=t%2Ft&fileName=mine.",
    ]) {
        assert!(asked.ends_with(query), "{asked}");
    }
}

/// Neither the message nor the cause holds what a params function got from the backend and threw.
#[wasm_bindgen_test]
async fn what_is_thrown_shows_no_secret() {
    const TOKEN: &str = "CAIS-token-of-the-security-token-service";
    for thrown in [
        "({ securityToken: TOKEN, message: 'refused ' + TOKEN })",
        "Object.assign(new Error('no: ' + TOKEN), { response: { data: { security_token: TOKEN } } })",
        "new Error('answer was ' + JSON.stringify({ data: { 'x-oss-security-token': TOKEN } }))",
        "JSON.stringify({ SecurityToken: TOKEN })",
    ] {
        let mut options = options(ROUTE);
        let body = format!("const TOKEN = '{TOKEN}'; throw {thrown}");
        options.params = ParamsSource::Function(function(&body));
        let (ending, _) = run(file("a", 1, ""), options).await;
        let Ending::Failed { error, cause } = ending else {
            panic!("{thrown}: {ending:?}");
        };
        assert!(
            !format!("{error} {error:?}").contains(TOKEN),
            "{thrown}: {error}"
        );
        assert!(cause.is_none(), "{thrown}");
    }
}

#[wasm_bindgen_test]
async fn what_a_function_throws_may_be_anything() {
    for thrown in [
        "undefined",
        "null",
        "5",
        "Symbol()",
        "5n",
        "() => {}",
        "{}",
        "{ message: 5 }",
        "{ get message() { throw 1 } }",
        "Object.create(null)",
        "new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 1 } })",
    ] {
        let source = ParamsSource::Function(function(&format!("throw {thrown}")));
        let error = failure(file("a", 1, ""), with(source)).await;
        assert_eq!(
            (error.code(), error.retryable),
            (Code::ParamsRefused, false)
        );
        assert!(error.to_string().contains("no reason"), "{thrown}: {error}");
    }
}

#[wasm_bindgen_test]
async fn a_type_error_of_a_function_s_may_pass() {
    let source = "if (a.attempt === 1) throw new TypeError('Failed to fetch')";
    let mut options = with(asking_function(source));
    options.retry.attempts = 2;
    options.retry.min_delay_ms = 1;
    assert!(done(file("a", 1, ""), options).await.verified);
}

#[wasm_bindgen_test]
async fn a_request_that_cannot_be_made() {
    let request = ParamsRequest::new(&format!("{}{ROUTE}", site()));
    let table = [
        ParamsRequest::new("http://["),
        request.clone().method("NO METHOD"),
        request.clone().method("TRACE"),
        request.clone().header("a b", "1"),
        request.clone().header("a", "\n\0"),
        request.credentials("perhaps"),
    ];
    for request in table {
        let error = failure(file("a", 1, ""), with(ParamsSource::Request(request))).await;
        assert_eq!(
            (error.code(), error.retryable),
            (Code::ParamsRefused, false),
            "{error}"
        );
    }
}

#[wasm_bindgen_test]
async fn a_backend_that_is_not_there() {
    // Nothing listens on port 9, and browsers refuse to try.
    let error = failure(
        file("a", 1, ""),
        with(ParamsSource::url("http://127.0.0.1:9/")),
    )
    .await;
    assert_eq!((error.code(), error.retryable), (Code::Network, true));
}
