//! What the tests share: files, the stand-in's addresses, and what it has seen.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Reflect};
use oss_direct_upload::browser::{Ending, ParamsSource, Report, UploadOptions, upload};
use oss_direct_upload::error::Error;
use oss_direct_upload::upload::Outcome;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

#[wasm_bindgen(inline_js = r"
    export const file = (name, size, type) => new File([new Uint8Array(size).fill(97)], name, { type })
    export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))
    export const getJson = async url => (await fetch(url)).json()
    export const unique = () => crypto.randomUUID()
    export function countListeners(target) {
      const counts = { now: 0, ever: 0 }
      for (const [name, step] of [['addEventListener', 1], ['removeEventListener', -1]]) {
        const method = target[name]
        target[name] = function (...args) {
          counts.now += step
          if (step === 1) counts.ever += 1
          return method.apply(this, args)
        }
      }
      return counts
    }
")]
extern "C" {
    pub(crate) fn file(name: &str, size: u32, content_type: &str) -> Blob;
    #[wasm_bindgen(js_name = sleep)]
    fn sleep_js(ms: u32) -> js_sys::Promise;
    #[wasm_bindgen(catch, js_name = getJson)]
    async fn get_json(url: &str) -> Result<JsValue, JsValue>;
    pub(crate) fn unique() -> String;
    #[wasm_bindgen(js_name = countListeners)]
    pub(crate) fn count_listeners(target: &JsValue) -> JsValue;
}

/// Where the stand-in is, as `npm run test:web` says at compile time. Without it these tests compile (for the
/// linter), but can only fail.
pub(crate) fn site() -> &'static str {
    option_env!("STANDIN_SITE").unwrap_or_default()
}

fn oss() -> &'static str {
    option_env!("STANDIN_OSS").unwrap_or_default()
}

/// The options of an upload through one of the backend's routes, without retry.
pub(crate) fn options(route: &str) -> UploadOptions {
    let mut options = UploadOptions::new(ParamsSource::url(format!("{}{route}", site())));
    options.retry.attempts = 1;
    options
}

/// Parameters with a prefix: file names that hold a fault become part of the key.
pub(crate) const ROUTE: &str = "/api/policy/v4";

pub(crate) async fn sleep(ms: u32) {
    JsFuture::from(sleep_js(ms)).await.unwrap();
}

/// Uploads, and gives all reports beside the end.
pub(crate) async fn run(file: Blob, options: UploadOptions) -> (Ending, Vec<Report>) {
    let reports = Rc::new(RefCell::new(Vec::new()));
    let heard = Rc::clone(&reports);
    let ending = upload(file, options, move |report| heard.borrow_mut().push(report)).await;
    (ending, reports.take())
}

pub(crate) async fn done(file: Blob, options: UploadOptions) -> Outcome {
    match run(file, options).await.0 {
        Ending::Done { outcome, .. } => outcome,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn failure(file: Blob, options: UploadOptions) -> Error {
    match run(file, options).await.0 {
        Ending::Failed { error, .. } => error,
        other => panic!("{other:?}"),
    }
}

/// What the stand-in saw of posts whose key holds `part`: `stored`, `refused`, `cut` or `fault`.
pub(crate) async fn outcomes(part: &str) -> Vec<String> {
    let url = format!("{}/-/requests?key={part}", oss());
    let list: Array = get_json(&url).await.unwrap().unchecked_into();
    list.iter()
        .map(|item| get(&item, "outcome").as_string().unwrap())
        .collect()
}

/// Waits until `is_so`, for at most half a minute: the machine may be slow.
pub(crate) async fn wait_until(is_so: impl Fn() -> bool) {
    for _ in 0..1500 {
        if is_so() {
            return;
        }
        sleep(20).await;
    }
    panic!("it did not come to that in half a minute");
}

/// Waits until the stand-in saw these posts.
pub(crate) async fn expect_outcomes(part: &str, expected: &[&str]) {
    for _ in 0..600 {
        if outcomes(part).await == expected {
            return;
        }
        sleep(50).await;
    }
    assert_eq!(outcomes(part).await, expected);
}

pub(crate) fn get(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap()
}

/// A JavaScript function with this body, called with `a` and `b`.
pub(crate) fn function(body: &str) -> js_sys::Function {
    js_sys::Function::new_with_args("a, b", body)
}
