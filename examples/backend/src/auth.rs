//! Who may upload: the site's own sign-in decides.

use std::{future::Future, pin::Pin, time::Duration};

use axum::http::{HeaderMap, StatusCode, header, request::Parts};

use crate::Refusal;

/// Who asks.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// Fills `{user}` in templates of object keys.
    pub user: Option<String>,
}

/// The answer of [`Authorize`].
pub type Verdict<'a> = Pin<Box<dyn Future<Output = Result<Caller, Refusal>> + Send + 'a>>;

/// The site's own authentication. Asked before anything else is looked at.
pub trait Authorize: Send + Sync + 'static {
    /// Lets the request in, or refuses it.
    fn authorize<'a>(&'a self, request: &'a Parts) -> Verdict<'a>;
}

/// Lets everyone in.
#[derive(Clone, Copy, Debug)]
pub struct Anyone;

impl Authorize for Anyone {
    fn authorize<'a>(&'a self, _request: &'a Parts) -> Verdict<'a> {
        Box::pin(async { Ok(Caller::default()) })
    }
}

/// Asks an address of the site (`auth.url`), as nginx's `auth_request` does.
pub(crate) struct Ask {
    pub(crate) client: reqwest::Client,
    pub(crate) url: String,
}

/// A sign-in that takes longer than this is down.
const PATIENCE: Duration = Duration::from_secs(5);

impl Authorize for Ask {
    fn authorize<'a>(&'a self, request: &'a Parts) -> Verdict<'a> {
        Box::pin(async move {
            let mut ask = self.client.get(&self.url).timeout(PATIENCE);
            for name in [header::COOKIE, header::AUTHORIZATION] {
                for value in request.headers.get_all(&name) {
                    ask = ask.header(&name, value);
                }
            }
            let answer = ask.send().await.map_err(|error| {
                tracing::error!("auth.url did not answer: {}", error.without_url());
                unavailable("The site's sign-in did not answer.")
            })?;
            match answer.status() {
                status if status.is_success() => Ok(Caller {
                    user: user(answer.headers())?,
                }),
                StatusCode::UNAUTHORIZED => Err(Refusal::no_user()),
                StatusCode::FORBIDDEN => Err(Refusal::new(
                    StatusCode::FORBIDDEN,
                    "Forbidden",
                    "This user may not upload.",
                )),
                status => {
                    tracing::error!(status = status.as_u16(), "auth.url failed");
                    Err(unavailable("The site's sign-in failed."))
                }
            }
        })
    }
}

/// Whom the sign-in names. A name that cannot be read is nobody's: a folder must not be guessed.
fn user(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut names = headers.get_all("x-user").iter();
    let name = names.next().map(|name| str::from_utf8(name.as_bytes()));
    match (name, names.next()) {
        (None, _) => Ok(None),
        (Some(Ok(name)), None) => Ok((!name.is_empty()).then(|| name.to_owned())),
        _ => {
            tracing::error!("auth.url answered with an X-User that is not UTF-8, or with two");
            Err(unavailable("The site's sign-in names no one user."))
        }
    }
}

fn unavailable(message: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_GATEWAY, "AuthUnavailable", message)
}
