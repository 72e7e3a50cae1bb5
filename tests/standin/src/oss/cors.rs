//! A bucket's CORS rules: the first that matches wins, and without a match OSS says nothing of CORS at all.

use hyper::{
    HeaderMap, Method,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
        ACCESS_CONTROL_REQUEST_METHOD, HeaderName, HeaderValue, ORIGIN, VARY,
    },
};

use super::error::OssError;

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// Each holds at most one `*`.
    pub(crate) origins: &'static [&'static str],
    pub(crate) methods: &'static [&'static str],
    /// Request headers; each holds at most one `*`.
    pub(crate) headers: &'static [&'static str],
    pub(crate) expose: &'static [&'static str],
    pub(crate) max_age_seconds: u32,
    /// Says `Vary: Origin` always.
    pub(crate) vary: bool,
}

impl Rule {
    /// What `README.md` tells a bucket's owner to set, for every origin.
    pub(crate) fn permissive() -> Self {
        Self {
            origins: &["*"],
            methods: &["POST"],
            headers: &["*"],
            expose: &[
                "ETag",
                "x-oss-request-id",
                "x-oss-hash-crc64ecma",
                "x-oss-version-id",
                "x-oss-ec",
            ],
            max_age_seconds: 0,
            vary: false,
        }
    }

    /// Rules that overlap, to see which one wins.
    pub(crate) fn several() -> Vec<Self> {
        let rule = Self {
            max_age_seconds: 600,
            vary: true,
            ..Self::permissive()
        };
        vec![
            Self {
                origins: &["https://get.example"],
                methods: &["GET"],
                ..rule.clone()
            },
            Self {
                origins: &["https://*.example"],
                headers: &["x-oss-*"],
                expose: &["ETag"],
                ..rule.clone()
            },
            Self {
                origins: &["https://one.example"],
                expose: &["x-oss-request-id"],
                ..rule
            },
        ]
    }

    fn matches(&self, origin: &str, method: &str, headers: &[String]) -> bool {
        self.origins.iter().any(|pattern| glob(pattern, origin))
            && self.methods.contains(&method)
            && headers
                .iter()
                .all(|header| self.headers.iter().any(|pattern| glob(pattern, header)))
    }

    fn allowed_origin<'a>(&self, origin: &'a HeaderValue) -> std::borrow::Cow<'a, HeaderValue> {
        if self.origins.contains(&"*") {
            std::borrow::Cow::Owned(HeaderValue::from_static("*"))
        } else {
            std::borrow::Cow::Borrowed(origin)
        }
    }
}

/// `pattern` holds at most one `*`. Letters' case counts not: header names have none, and origins come in lower case.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_ascii_lowercase(), text.to_ascii_lowercase());
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// CORS headers of an answer to an actual request; none without a matching rule.
pub(crate) fn of_answer(rules: &[Rule], method: &Method, request: &HeaderMap) -> HeaderMap {
    let mut answer = HeaderMap::new();
    let Some(origin) = request.get(ORIGIN) else {
        return answer;
    };
    let Some(text) = text(request, ORIGIN) else {
        return answer;
    };
    let Some(rule) = rules
        .iter()
        .find(|rule| rule.matches(text, method.as_str(), &[]))
    else {
        return answer;
    };
    answer.insert(
        ACCESS_CONTROL_ALLOW_ORIGIN,
        rule.allowed_origin(origin).into_owned(),
    );
    list(&mut answer, ACCESS_CONTROL_ALLOW_METHODS, rule.methods);
    list(&mut answer, ACCESS_CONTROL_EXPOSE_HEADERS, rule.expose);
    answer.insert(ACCESS_CONTROL_MAX_AGE, rule.max_age_seconds.into());
    if rule.vary {
        answer.insert(VARY, HeaderValue::from_static("Origin"));
    }
    answer
}

/// Headers of an allowed preflight (`OptionObject`), or the refusal.
pub(crate) fn preflight(rules: &[Rule], request: &HeaderMap) -> Result<HeaderMap, OssError> {
    let bad = |what| {
        OssError::new(
            400,
            "BadRequest",
            format!("Insufficient information. {what} header needed."),
        )
    };
    let origin = request.get(ORIGIN).ok_or_else(|| bad("Origin request"))?;
    let method = text(request, ACCESS_CONTROL_REQUEST_METHOD)
        .ok_or_else(|| bad("Request Access-Control-Request-Method"))?;
    let headers: Vec<String> = text(request, ACCESS_CONTROL_REQUEST_HEADERS)
        .into_iter()
        .flat_map(|list| list.split(','))
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();

    if rules.is_empty() {
        return Err(forbidden(
            "CORSResponse: CORS is not enabled for this bucket.",
        ));
    }
    let origin_text = text(request, ORIGIN).unwrap_or_default();
    let rule = rules.iter().find(|rule| rule.matches(origin_text, method, &headers)).ok_or_else(|| {
        forbidden(
            "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, \
             request method / Access-Control-Request-Method or Access-Control-Requet-Headers are not whitelisted by \
             the resource's CORS spec.",
        )
    })?;
    let mut answer = HeaderMap::new();
    answer.insert(
        ACCESS_CONTROL_ALLOW_ORIGIN,
        rule.allowed_origin(origin).into_owned(),
    );
    list(&mut answer, ACCESS_CONTROL_ALLOW_METHODS, rule.methods);
    if let Some(headers) = request.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, headers.clone());
    }
    list(&mut answer, ACCESS_CONTROL_EXPOSE_HEADERS, rule.expose);
    answer.insert(ACCESS_CONTROL_MAX_AGE, rule.max_age_seconds.into());
    if rule.vary {
        answer.insert(VARY, HeaderValue::from_static("Origin"));
    }
    Ok(answer)
}

fn forbidden(message: &'static str) -> OssError {
    OssError::new(403, "AccessForbidden", message)
}

fn list(answer: &mut HeaderMap, name: HeaderName, items: &[&str]) {
    if let Ok(value) = HeaderValue::from_str(&items.join(", ")) {
        answer.insert(name, value);
    }
}
