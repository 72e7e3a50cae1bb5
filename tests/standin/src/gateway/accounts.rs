//! Which keys there are, and how their accounts stand.
//!
//! An account's standing cannot be asked for in a call, so there is a key for each: all have the same secret.

use super::{envelope::ApiError, request::Call};
use crate::account;

pub(super) struct Account {
    pub(super) secret: &'static str,
    /// What every call of this account is answered with.
    pub(super) standing: Option<ApiError>,
}

/// Keys whose accounts are not in good standing.
const STANDINGS: [(&str, ApiError); 7] = [
    ("STANDINARREARS", ApiError::USER_DISABLED),
    ("STANDINDENIED", ApiError::ACCESS_DENIED),
    ("STANDINFORBIDDEN", ApiError::FORBIDDEN),
    ("STANDINNOPERMISSION", ApiError::NO_PERMISSION),
    ("STANDINNOUID", ApiError::NO_ALI_UID),
    ("STANDINTHROTTLED", ApiError::THROTTLED),
    ("STANDINUNAVAILABLE", ApiError::UNAVAILABLE),
];
const DISABLED: &str = "STANDINDISABLED";
/// A temporary key, and its token, that were good once.
const EXPIRED_KEY: &str = "STS.EXPIRED";
const EXPIRED_TOKEN: &str = "standin-expired-token";

pub(super) fn find(call: &Call) -> Result<Account, ApiError> {
    let id = call
        .access_key_id()
        .ok_or_else(|| ApiError::missing("AccessKeyId"))?;
    let long_lived = |standing| Account {
        secret: account::ACCESS_KEY_SECRET,
        standing,
    };
    match (id, call.token()) {
        (DISABLED, _) => Err(ApiError::KEY_INACTIVE),
        (account::STS_ACCESS_KEY_ID, Some(account::STS_TOKEN)) => Ok(Account {
            secret: account::STS_SECRET,
            standing: None,
        }),
        (account::STS_ACCESS_KEY_ID | EXPIRED_KEY, Some(EXPIRED_TOKEN)) => {
            Err(ApiError::TOKEN_EXPIRED)
        }
        (account::STS_ACCESS_KEY_ID, Some(_)) => Err(ApiError::TOKEN_MALFORMED),
        (account::STS_ACCESS_KEY_ID, None) => Err(ApiError::NO_TOKEN),
        (account::ACCESS_KEY_ID, Some(_)) => Err(ApiError::TOKEN_MISMATCH),
        (account::ACCESS_KEY_ID, None) => Ok(long_lived(None)),
        (other, _) => STANDINGS
            .iter()
            .find(|(known, _)| *known == other)
            .map(|(_, standing)| long_lived(Some(standing.clone())))
            .ok_or(ApiError::NO_KEY),
    }
}
