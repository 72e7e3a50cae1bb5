//! One file, awaited.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::JsValue;
use web_sys::Blob;

use super::job::{Ending, Report};
use super::options::UploadOptions;
use super::uploader::{UploadHandle, Uploader};

/// Uploads one file. `report` hears of everything but the end, which is what the future gives.
///
/// ```no_run
/// # use oss_direct_upload::browser::{Ending, ParamsSource, UploadOptions, upload};
/// # async fn example(file: web_sys::File) {
/// let options = UploadOptions::new(ParamsSource::url("/api/upload-params"));
/// match upload(file.into(), options, |_report| {}).await {
///     Ending::Done { outcome, .. } => { /* outcome.key, outcome.verified, … */ }
///     Ending::Failed { error, .. } => { /* error.code, error.message, error.hint, … */ }
///     Ending::Refused(_) | Ending::Aborted(_) => {}
/// }
/// # }
/// ```
pub fn upload(file: Blob, options: UploadOptions, report: impl Fn(Report) + 'static) -> Uploading {
    let end = Rc::new(RefCell::new(End::default()));
    let ending = Rc::clone(&end);
    let handle = Uploader::new(1).add(file, options, 0, false, move |reported| match reported {
        Report::Ended(how) => {
            let waker = {
                let mut end = ending.borrow_mut();
                end.how = Some(how);
                end.waker.take()
            };
            if let Some(waker) = waker {
                waker.wake();
            }
        }
        other => report(other),
    });
    Uploading { handle, end }
}

#[derive(Default)]
struct End {
    how: Option<Ending>,
    waker: Option<Waker>,
}

/// An upload under way. Dropping it gives the upload up.
#[must_use = "dropping it gives the upload up"]
pub struct Uploading {
    handle: UploadHandle,
    end: Rc<RefCell<End>>,
}

impl Uploading {
    /// To pause, resume or abort it while it is awaited.
    #[must_use]
    pub fn handle(&self) -> UploadHandle {
        self.handle.clone()
    }
}

impl std::fmt::Debug for Uploading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Uploading").finish_non_exhaustive()
    }
}

impl Future for Uploading {
    type Output = Ending;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Ending> {
        let mut end = self.end.borrow_mut();
        if let Some(how) = end.how.take() {
            return Poll::Ready(how);
        }
        end.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Uploading {
    fn drop(&mut self) {
        self.handle.abort(JsValue::UNDEFINED);
    }
}
