//! The access keys of the stand-in's accounts; `tests/standin/README.md` lists them.

use super::{
    error::{OssError, access_denied},
    form::Form,
};
use crate::account::{ACCESS_KEY_ID, ACCESS_KEY_SECRET, STS_ACCESS_KEY_ID, STS_SECRET, STS_TOKEN};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Active,
    Disabled,
    /// Has not the permission oss:PutObject.
    MayNotWrite,
    /// Its security token has expired.
    Expired,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    id: &'static str,
    pub(super) secret: &'static str,
    token: Option<&'static str>,
    state: State,
}

const fn key(
    id: &'static str,
    secret: &'static str,
    token: Option<&'static str>,
    state: State,
) -> Key {
    Key {
        id,
        secret,
        token,
        state,
    }
}

const KEYS: [Key; 6] = [
    key(ACCESS_KEY_ID, ACCESS_KEY_SECRET, None, State::Active),
    key(
        STS_ACCESS_KEY_ID,
        STS_SECRET,
        Some(STS_TOKEN),
        State::Active,
    ),
    key(
        "STS.EXPIRED",
        STS_SECRET,
        Some("standin-expired-token"),
        State::Expired,
    ),
    key("STANDINDISABLED", ACCESS_KEY_SECRET, None, State::Disabled),
    key(
        "STANDINREADONLY",
        ACCESS_KEY_SECRET,
        None,
        State::MayNotWrite,
    ),
    // The secret of the signatures that SDKs publish (tests/vectors/post-policy.json).
    key(
        "AAAAAAAAAAAAAAAA",
        "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBB",
        None,
        State::Active,
    ),
];

/// Whether an AccessKey id may be spelt like this.
pub(super) fn is_acceptable(id: &str) -> bool {
    id.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._-*".contains(&byte))
}

/// The key, if its token is right.
pub(super) fn find(id: &str, form: &Form) -> Result<Key, OssError> {
    let refuse = |code, message| OssError::new(403, code, message);
    let unknown = || {
        let message = "The OSS Access Key Id you provided does not exist in our records.";
        refuse("InvalidAccessKeyId", message).detail("OSSAccessKeyId", id)
    };
    let key = KEYS
        .into_iter()
        .find(|key| key.id == id)
        .ok_or_else(unknown)?;
    if key.state == State::Disabled {
        let message = "The OSS Access Key Id you provided is disabled.";
        return Err(refuse("InvalidAccessKeyId", message).detail("OSSAccessKeyId", id));
    }
    // An empty token is none.
    match form
        .get("x-oss-security-token")
        .filter(|token| !token.is_empty())
    {
        None if key.token.is_some() => Err(unknown()),
        None => Ok(key),
        Some(token) if key.token == Some(token) => {
            if key.state == State::Expired {
                let message = "The security token you provided has expired.";
                return Err(refuse("SecurityTokenExpired", message));
            }
            Ok(key)
        }
        Some(token) if KEYS.iter().any(|key| key.token == Some(token)) => {
            let message = "The OSS access key id and security token you provided does not match.";
            Err(refuse("AccessKeyIdAndSecurityTokenNotMatch", message))
        }
        Some(_) => {
            let message = "The security token you provided is invalid.";
            Err(refuse("InvalidSecurityToken", message))
        }
    }
}

impl Key {
    pub(super) fn may_write(self) -> Result<(), OssError> {
        if self.state == State::MayNotWrite {
            Err(no_right())
        } else {
            Ok(())
        }
    }
}

/// For keys without permission, and for anonymous requests to a bucket that is not public.
pub(super) fn no_right() -> OssError {
    access_denied("You have no right to access this object because of bucket acl.")
}
