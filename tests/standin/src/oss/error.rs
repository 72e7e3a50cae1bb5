//! The errors that OSS documents for `PostObject`, and the XML in which it tells them.

use std::{borrow::Cow, fmt::Write as _};

use quick_xml::escape::partial_escape;

/// One answer of OSS that is not a success.
#[derive(Clone, Debug)]
pub(crate) struct OssError {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: Cow<'static, str>,
    /// Absent where no document shows the number.
    pub(crate) ec: Option<&'static str>,
    /// Elements that some codes add.
    pub(crate) details: Vec<(&'static str, String)>,
}

impl OssError {
    pub(crate) fn new(
        status: u16,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            ec: None,
            details: Vec::new(),
        }
    }

    pub(crate) fn ec(mut self, ec: &'static str) -> Self {
        self.ec = Some(ec);
        self
    }

    pub(crate) fn detail(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.details.push((name, value.into()));
        self
    }

    pub(crate) fn xml(&self, request_id: &str, host: &str) -> String {
        let mut xml = String::from(r#"<?xml version="1.0" encoding="UTF-8"?><Error>"#);
        let mut element = |name: &str, value: &str| {
            // Writing to a String does not fail.
            let _ = write!(xml, "<{name}>{}</{name}>", partial_escape(value));
        };
        element("Code", self.code);
        element("Message", &self.message);
        element("RequestId", request_id);
        element("HostId", host);
        for (name, value) in &self.details {
            element(name, value);
        }
        if let Some(ec) = self.ec {
            element("EC", ec);
            element(
                "RecommendDoc",
                &format!("https://api.aliyun.com/troubleshoot?q={ec}"),
            );
        }
        xml.push_str("</Error>");
        xml
    }
}

pub(crate) fn access_denied(message: impl Into<Cow<'static, str>>) -> OssError {
    OssError::new(403, "AccessDenied", message)
}

pub(crate) fn invalid_argument(message: impl Into<Cow<'static, str>>) -> OssError {
    OssError::new(400, "InvalidArgument", message)
}

pub(crate) fn malformed_post() -> OssError {
    let message = "The body of your POST request is not well-formed multipart/form-data.";
    OssError::new(400, "MalformedPOSTRequest", message)
}

pub(crate) fn policy_expired() -> OssError {
    access_denied("Invalid according to Policy: Policy expired.").ec("0006-00000213")
}

pub(crate) fn entity_too_large() -> OssError {
    OssError::new(
        400,
        "EntityTooLarge",
        "Your proposed upload exceeds the maximum allowed size.",
    )
    .ec("0006-00000003")
}

pub(crate) fn entity_too_small() -> OssError {
    OssError::new(
        400,
        "EntityTooSmall",
        "Your proposed upload smaller than the minimum allowed size.",
    )
    .ec("0006-00000004")
}

pub(crate) fn request_timeout() -> OssError {
    let message = "Your socket connection to the server was not read from or written to within the timeout period. \
                   Idle connections will be closed.";
    OssError::new(400, "RequestTimeout", message)
}

pub(crate) fn incomplete_body() -> OssError {
    let message =
        "You did not provide the number of bytes specified by the Content-Length HTTP header.";
    OssError::new(400, "IncompleteBody", message)
}

pub(crate) fn internal_error() -> OssError {
    OssError::new(
        500,
        "InternalError",
        "Please contact the server administrator, oss@service.aliyun.com.",
    )
}

pub(crate) fn invalid_digest() -> OssError {
    OssError::new(
        400,
        "InvalidDigest",
        "The Content-MD5 you specified was invalid.",
    )
}

pub(crate) fn method_not_allowed() -> OssError {
    OssError::new(
        405,
        "MethodNotAllowed",
        "The specified method is not allowed against this resource.",
    )
}

/// The object is stored all the same.
pub(crate) fn callback_failed(message: impl Into<Cow<'static, str>>) -> OssError {
    OssError::new(203, "CallbackFailed", message)
}
