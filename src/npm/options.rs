//! Reads the options of an upload, which `src/js/options.js` has checked, copied and filled in.

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use crate::browser::{
    Entry, Key, Locale, ParamsRequest, ParamsSource, UploadOptions, Validate, number::whole,
};
use crate::file::{FileFacts, Limits};
use crate::form::{Extras, Pair};
use crate::params::ParamsRules;
use crate::upload::retry::RetryPolicy;

#[wasm_bindgen]
extern "C" {
    /// A plain object of `src/js/options.js`: every property is there, and of the type that stands here.
    #[derive(Debug)]
    pub type NormalOptions;
    #[wasm_bindgen(method, getter)]
    fn file(this: &NormalOptions) -> Blob;
    #[wasm_bindgen(method, getter)]
    fn name(this: &NormalOptions) -> String;
    #[wasm_bindgen(method, getter)]
    fn size(this: &NormalOptions) -> f64;
    #[wasm_bindgen(method, getter, js_name = "type")]
    fn content_type_of_file(this: &NormalOptions) -> String;
    #[wasm_bindgen(method, getter)]
    fn params(this: &NormalOptions) -> Option<Function>;
    #[wasm_bindgen(method, getter)]
    fn request(this: &NormalOptions) -> Option<NormalRequest>;
    /// Text or a function.
    #[wasm_bindgen(method, getter)]
    fn key(this: &NormalOptions) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = contentType)]
    fn content_type(this: &NormalOptions) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn fields(this: &NormalOptions) -> Array;
    #[wasm_bindgen(method, getter)]
    fn metadata(this: &NormalOptions) -> Array;
    #[wasm_bindgen(method, getter, js_name = callbackVars)]
    fn callback_vars(this: &NormalOptions) -> Array;
    #[wasm_bindgen(method, getter)]
    fn attempts(this: &NormalOptions) -> f64;
    #[wasm_bindgen(method, getter, js_name = minDelay)]
    fn min_delay(this: &NormalOptions) -> f64;
    #[wasm_bindgen(method, getter, js_name = maxDelay)]
    fn max_delay(this: &NormalOptions) -> f64;
    #[wasm_bindgen(method, getter, js_name = stallTimeout)]
    fn stall_timeout(this: &NormalOptions) -> f64;
    #[wasm_bindgen(method, getter, js_name = offlineTimeout)]
    fn offline_timeout(this: &NormalOptions) -> f64;
    #[wasm_bindgen(method, getter)]
    fn verify(this: &NormalOptions) -> bool;
    #[wasm_bindgen(method, getter)]
    fn anonymous(this: &NormalOptions) -> bool;
    #[wasm_bindgen(method, getter)]
    fn watched(this: &NormalOptions) -> bool;
    #[wasm_bindgen(method, getter, js_name = allowedHosts)]
    fn allowed_hosts(this: &NormalOptions) -> Option<Array>;
    #[wasm_bindgen(method, getter)]
    fn validate(this: &NormalOptions) -> Option<Function>;
    #[wasm_bindgen(method, getter)]
    fn limits(this: &NormalOptions) -> Option<NormalLimits>;
    #[wasm_bindgen(method, getter)]
    fn locale(this: &NormalOptions) -> String;
    #[wasm_bindgen(method, getter)]
    fn priority(this: &NormalOptions) -> f64;
    #[wasm_bindgen(method, getter, js_name = sharesParams)]
    fn shares_params(this: &NormalOptions) -> bool;

    type NormalRequest;
    #[wasm_bindgen(method, getter)]
    fn url(this: &NormalRequest) -> String;
    #[wasm_bindgen(method, getter)]
    fn method(this: &NormalRequest) -> String;
    #[wasm_bindgen(method, getter)]
    fn headers(this: &NormalRequest) -> Array;
    #[wasm_bindgen(method, getter)]
    fn credentials(this: &NormalRequest) -> String;
    #[wasm_bindgen(method, getter)]
    fn query(this: &NormalRequest) -> Array;
    #[wasm_bindgen(method, getter)]
    fn body(this: &NormalRequest) -> Option<String>;

    type NormalLimits;
    #[wasm_bindgen(method, getter, js_name = minSize)]
    fn min_size(this: &NormalLimits) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = maxSize)]
    fn max_size(this: &NormalLimits) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn accept(this: &NormalLimits) -> Array;
}

impl NormalOptions {
    /// The file, and all options but the listeners and the signal, which `src/js` keeps.
    pub(super) fn read(&self) -> Entry {
        Entry {
            file: self.file(),
            facts: FileFacts {
                name: self.name(),
                size: whole(self.size()),
                content_type: self.content_type_of_file(),
            },
            options: self.upload_options(),
            #[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
            priority: self.priority() as i32,
            shares_params: self.shares_params(),
        }
    }

    fn upload_options(&self) -> UploadOptions {
        UploadOptions {
            rules: ParamsRules {
                allowed_hosts: self.allowed_hosts().map(|hosts| texts(&hosts)),
                anonymous: self.anonymous(),
                ..ParamsRules::default()
            },
            key: key(&self.key()),
            extras: Extras {
                key: None,
                content_type: self.content_type(),
                fields: pairs(&self.fields()),
                metadata: pairs(&self.metadata()),
                callback_vars: pairs(&self.callback_vars()),
            },
            watched: self.watched(),
            retry: RetryPolicy {
                attempts: count(self.attempts()),
                min_delay_ms: count(self.min_delay()),
                max_delay_ms: count(self.max_delay()),
            },
            stall_timeout_ms: count(self.stall_timeout()),
            offline_timeout_ms: count(self.offline_timeout()),
            verify: self.verify(),
            validate: match (self.validate(), self.limits()) {
                (Some(function), _) => Some(Validate::Function(function)),
                (None, limits) => limits.map(|limits| Validate::Limits(limits.read())),
            },
            locale: match self.locale().as_str() {
                "zh-CN" => Locale::ZhCn,
                _ => Locale::En,
            },
            ..UploadOptions::new(self.source())
        }
    }

    fn source(&self) -> ParamsSource {
        match (self.params(), self.request()) {
            (Some(function), _) => ParamsSource::Function(function),
            (None, Some(request)) => ParamsSource::Request(request.read()),
            // There always is one of both. An upload without any fails when it asks.
            (None, None) => ParamsSource::url(""),
        }
    }
}

impl NormalRequest {
    fn read(&self) -> ParamsRequest {
        ParamsRequest {
            url: self.url(),
            method: Some(self.method()),
            headers: pairs(&self.headers()),
            credentials: Some(self.credentials()),
            query: pairs(&self.query()),
            body: self.body(),
        }
    }
}

impl NormalLimits {
    /// Sizes are whole numbers of bytes; limits need not be.
    fn read(&self) -> Limits {
        Limits {
            min_size: self.min_size().map(|size| whole(size.ceil())),
            max_size: self.max_size().map(whole),
            accept: texts(&self.accept()),
        }
    }
}

fn key(value: &JsValue) -> Key {
    match (value.dyn_ref::<Function>(), value.as_string()) {
        (Some(function), _) => Key::Function(function.clone()),
        (None, Some(key)) => Key::Fixed(key),
        (None, None) => Key::Default,
    }
}

/// What is no text is left out.
pub(super) fn texts(items: &Array) -> Vec<String> {
    items.iter().filter_map(|item| item.as_string()).collect()
}

/// Of `[name, value]` each; what is none is left out.
fn pairs(items: &Array) -> Vec<Pair> {
    let pair = |item: JsValue| {
        let pair = item.dyn_ref::<Array>()?;
        Some(Pair::new(
            pair.get(0).as_string()?,
            pair.get(1).as_string()?,
        ))
    };
    items.iter().filter_map(pair).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, which is what is wanted of huge numbers"
)]
fn count(number: f64) -> u32 {
    number as u32
}
