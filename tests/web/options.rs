//! Malformed options are refused by `src/js/options.js`, with the option's name, before anything happens.

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::world::get;

#[wasm_bindgen(module = "/src/js/options.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = checkOptions)]
    fn check_options(options: &JsValue, of: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = checkFile)]
    fn check_file(file: &JsValue) -> Result<(), JsValue>;
}

fn eval(expression: &str) -> JsValue {
    let function = js_sys::Function::new_no_args(&format!("return {expression}"));
    function.call0(&JsValue::UNDEFINED).unwrap()
}

fn refusal(options: &str) -> String {
    let Err(error) = check_options(&eval(options), "upload") else {
        panic!("{options} must be refused");
    };
    assert!(error.is_instance_of::<js_sys::TypeError>());
    get(&error, "message").as_string().unwrap()
}

#[wasm_bindgen_test]
fn the_message_says_what_is_given_and_what_is_expected() {
    assert_eq!(
        refusal("({ params: '/p', stallTimeout: '30s' })"),
        "`stallTimeout` is \"30s\", but has to be a number of milliseconds, 0 or more."
    );
    assert_eq!(
        refusal("({ params: '/p', retry: { attempts: 0 } })"),
        "`retry.attempts` is 0, but has to be a whole number, 1 or more."
    );
    assert_eq!(
        refusal("undefined"),
        "The options of upload is undefined, but has to be an object."
    );
    // Somebody passes the parameters themselves: they may not be shown.
    let parameters = refusal("({ params: { policy: 'eyJ', signature: 'c2VjcmV0' } })");
    assert!(
        parameters.starts_with("`params` is an object, but has to be the address"),
        "{parameters}"
    );
}

#[wasm_bindgen_test]
fn every_option_is_checked() {
    let wrong = [
        ("params", "''"),
        ("params", "5"),
        ("params", "{}"),
        ("params", "null"),
        ("params", "{ url: '/p', method: 1 }"),
        ("params", "{ url: '/p', headers: { a: 1 } }"),
        ("params", "{ url: '/p', credentials: 'yes' }"),
        ("params", "{ url: '/p', query: 'a=1' }"),
        ("params", "{ url: '/p', body: 5 }"),
        ("key", "''"),
        ("key", "5"),
        ("contentType", "5"),
        ("fields", "{ a: 1 }"),
        ("metadata", "'a'"),
        ("callbackVars", "{ a: null }"),
        ("signal", "{}"),
        ("signal", "new AbortController()"),
        ("onProgress", "{}"),
        ("onStateChange", "1"),
        ("onAttempt", "'a'"),
        ("retry", "true"),
        ("retry", "3"),
        ("retry", "{ attempts: 1.5 }"),
        ("retry", "{ minDelay: -1 }"),
        ("retry", "{ maxDelay: '1' }"),
        ("stallTimeout", "-1"),
        ("stallTimeout", "NaN"),
        ("verify", "'crc64'"),
        ("allowedHosts", "'a.com'"),
        ("allowedHosts", "[1]"),
        ("validate", "5"),
        ("validate", "{ maxSize: '1 MB' }"),
        ("validate", "{ accept: 'image/*' }"),
        ("anonymous", "1"),
        ("locale", "'fr'"),
        ("concurrency", "0"),
        ("concurrency", "'3'"),
        ("priority", "0.5"),
    ];
    for (name, value) in wrong {
        let message = refusal(&format!("({{ params: '/p', {name}: {value} }})"));
        assert!(
            message.starts_with(&format!("`{name}")),
            "{name}: {value}: {message}"
        );
    }
}

#[wasm_bindgen_test]
fn well_formed_options_pass() {
    let right = [
        "{ params: '/p' }",
        "{ params: new URL('https://example.com/p') }",
        "{ params: () => ({}) }",
        "{ params: { url: '/p', method: 'POST', headers: { a: '1' }, credentials: 'include', query: { a: '1' }, body: { a: 1 } } }",
        "{ params: '/p', key: 'a', contentType: '', fields: {}, metadata: { a: 'b' }, callbackVars: {}, \
           signal: new AbortController().signal, onProgress() {}, onStateChange() {}, onAttempt() {}, retry: false, \
           stallTimeout: 0, verify: false, allowedHosts: [], validate() {}, anonymous: true, locale: 'zh-CN', \
           concurrency: Infinity, priority: -3 }",
        "{ params: '/p', key: () => 'a', retry: { attempts: 2, minDelay: 0, maxDelay: 1.5 }, validate: { minSize: 1, maxSize: 2, accept: ['.csv'] } }",
        "{ params: '/p', signal: null, key: undefined }",
    ];
    for options in right {
        check_options(&eval(&format!("({options})")), "upload").unwrap();
    }
    check_options(&eval("({})"), "add").unwrap();
}

#[wasm_bindgen_test]
fn only_blobs_are_files() {
    for wrong in ["undefined", "null", "'path'", "{}", "{ size: 1 }", "[]"] {
        assert!(check_file(&eval(wrong)).is_err(), "{wrong}");
    }
    check_file(&eval("new Blob([])")).unwrap();
    check_file(&eval("new File([], 'a')")).unwrap();
}
