//! The API gateway: both cloud APIs, RPC style.
//!
//! The order of the checks is that of the gateway's error table: action, time, key, token, signature, nonce; then
//! the account's standing; then the action's own parameters.

mod accounts;
mod actions;
mod envelope;
mod policy;
mod request;
mod signature;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::to_bytes,
    extract::{Request, State},
    response::Response,
};
use jiff::Timestamp;

use self::{
    envelope::{ApiError, Envelope, answer, refuse},
    request::Call,
};
use crate::{Addresses, Options};

/// A clock may be this wrong, either way.
const SKEW_SECONDS: i64 = 15 * 60;
/// Calls of these APIs carry a few hundred bytes.
const MAX_BODY: usize = 64 * 1024;

struct Gateway {
    endpoint: String,
    clock_offset: i64,
    /// Nonces that were used, and when: each serves once.
    nonces: Mutex<HashMap<String, i64>>,
    /// How often a fault that is counted was asked for.
    counts: Mutex<HashMap<String, u64>>,
}

pub(crate) fn router(options: &Options, addresses: &Addresses) -> Router {
    let gateway = Gateway {
        endpoint: addresses.endpoint.clone(),
        clock_offset: options.clock_offset,
        nonces: Mutex::default(),
        counts: Mutex::default(),
    };
    Router::new().fallback(serve).with_state(Arc::new(gateway))
}

async fn serve(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut envelope = Envelope::new(&parts.headers);
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return refuse(&envelope, &ApiError::INTERNAL);
    };
    match gateway.judge(&Call::new(&parts, &body), &mut envelope) {
        Ok(fields) => answer(&envelope, fields),
        Err(error) => refuse(&envelope, &error),
    }
}

impl Gateway {
    fn judge(&self, call: &Call, envelope: &mut Envelope) -> Result<actions::Fields, ApiError> {
        let action = actions::find(call)?;
        envelope.product = action.product;
        let now = self.now();
        check_time(&call.date()?, now)?;
        let account = accounts::find(call)?;
        signature::verify(call, account.secret)?;
        self.use_nonce(call.nonce()?, now.as_second())?;
        if let Some(error) = account.standing {
            return Err(error);
        }
        (action.run)(self, call, now)
    }

    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_second(now.as_second() + self.clock_offset).unwrap_or(now)
    }

    fn use_nonce(&self, nonce: &str, now: i64) -> Result<(), ApiError> {
        let mut nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        // Older ones are refused by their time.
        nonces.retain(|_, used| *used >= now - 2 * SKEW_SECONDS);
        match nonces.insert(nonce.to_owned(), now) {
            None => Ok(()),
            Some(_) => Err(ApiError::NONCE_USED),
        }
    }

    /// Whether a counted fault still has to happen.
    fn is_due(&self, what: &str, times: u64) -> bool {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(what.to_owned()).or_default();
        *count += 1;
        *count <= times
    }
}

fn check_time(date: &str, now: Timestamp) -> Result<(), ApiError> {
    let date: Timestamp = date.parse().map_err(|_| ApiError::TIME_FORMAT)?;
    if (date.as_second() - now.as_second()).abs() > SKEW_SECONDS {
        return Err(ApiError::TIME_EXPIRED);
    }
    Ok(())
}
