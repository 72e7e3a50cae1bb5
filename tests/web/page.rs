//! Functions of the page's that check the file or name the object.

use oss_direct_upload::browser::{Ending, Key, ParamsSource, Validate};
use oss_direct_upload::error::{Code, Phase};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::backend::{asking_function, with};
use crate::world::{ROUTE, done, failure, file, function, get, options, run, unique};

#[wasm_bindgen_test]
async fn a_key_of_the_page_s_own() {
    let mut chosen = options(ROUTE);
    chosen.key = Key::Function(function("return b + a.name.toUpperCase()"));
    let name = unique();
    let outcome = done(file(&name, 1, ""), chosen.clone()).await;
    assert!(
        outcome.object.key.ends_with(&name.to_uppercase()),
        "{}",
        outcome.object.key
    );

    let mut fixed = options(ROUTE);
    fixed.key = Key::Fixed(format!("fixed/{name}"));
    assert!(
        done(file("a", 1, ""), fixed)
            .await
            .object
            .key
            .ends_with(&format!("fixed/{name}"))
    );

    chosen.key = Key::Function(function("return Promise.resolve(b + 'later/' + a.name)"));
    let later = done(file(&name, 1, ""), chosen.clone()).await;
    assert!(
        later.object.key.ends_with(&format!("later/{name}")),
        "{}",
        later.object.key
    );

    chosen.key = Key::Function(function("throw new RangeError('no name for that')"));
    let Ending::Refused(thrown) = run(file("a", 1, ""), chosen).await.0 else {
        panic!("it must be refused");
    };
    assert!(thrown.is_instance_of::<js_sys::RangeError>());
}

#[wasm_bindgen_test]
async fn a_key_that_is_no_text_is_a_type_error() {
    for body in [
        "return 5",
        "",
        "return null",
        "return ''",
        "return Promise.resolve({})",
    ] {
        let mut options = options(ROUTE);
        options.key = Key::Function(function(body));
        let Ending::Refused(thrown) = run(file("a", 1, ""), options).await.0 else {
            panic!("{body} must be refused");
        };
        assert!(thrown.is_instance_of::<js_sys::TypeError>(), "{body}");
    }
}

/// As `beforeUpload` of other libraries refuses.
#[wasm_bindgen_test]
async fn a_check_that_returns_false_refuses() {
    for body in ["return false", "return Promise.resolve(false)"] {
        let mut options = options(ROUTE);
        options.validate = Some(Validate::Function(function(body)));
        let error = failure(file("a", 1, ""), options).await;
        assert_eq!(
            (error.code(), error.phase()),
            (Code::PolicyViolation, Phase::Check)
        );
    }
    for body in ["return true", "return 0", "return ''"] {
        let mut options = options(ROUTE);
        options.validate = Some(Validate::Function(function(body)));
        assert!(done(file("a", 1, ""), options).await.verified, "{body}");
    }
}

#[wasm_bindgen_test]
async fn a_check_of_the_page_s_own_comes_before_any_request() {
    let mut options = with(ParamsSource::Function(function("globalThis.asked = true")));
    for body in ["throw 'too fat'", "return Promise.reject('too fat')"] {
        options.validate = Some(Validate::Function(function(body)));
        let Ending::Refused(thrown) = run(file("a", 1, ""), options.clone()).await.0 else {
            panic!("it must be refused");
        };
        assert_eq!(thrown, "too fat");
    }
    assert!(get(&js_sys::global(), "asked").is_undefined());
    let mut accepted = with(asking_function(""));
    accepted.validate = Some(Validate::Function(function("if (a.size !== 1) throw a")));
    assert!(done(file("a", 1, ""), accepted).await.verified);
}
