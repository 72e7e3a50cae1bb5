//! One file, awaited.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use futures_util::future::RemoteHandle;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

use super::file;
use super::options::UploadOptions;
use super::report::{Ending, Report};
use super::uploader::{Entry, UploadHandle, Uploader};

/// Uploads one file, from now on. `report` is told everything but the end, which is what the future gives.
///
/// ```no_run
/// # use oss_direct_upload::browser::{Ending, ParamsSource, UploadOptions, upload};
/// # async fn example(file: web_sys::File) {
/// let options = UploadOptions::new(ParamsSource::url("/api/upload-params"));
/// match upload(file.into(), options, |_report| {}).await {
///     Ending::Done { outcome, .. } => { /* outcome.object.key, outcome.verified, … */ }
///     Ending::Failed { error, .. } => { /* error.code(), words(&error, locale), … */ }
///     Ending::Refused(_) | Ending::Aborted(_) => {}
/// }
/// # }
/// ```
pub fn upload(file: Blob, options: UploadOptions, report: impl Fn(Report) + 'static) -> Uploading {
    let entry = Entry {
        facts: file::facts(&file),
        file,
        options,
        priority: 0,
        shares_params: false,
    };
    let (handle, run) = Uploader::new(1).enter(entry, Rc::new(report));
    let (run, ending) = run.remote_handle();
    spawn_local(run);
    Uploading { handle, ending }
}

/// An upload under way. Dropping it gives the upload up, and nothing is reported any more.
#[must_use = "dropping it gives the upload up"]
pub struct Uploading {
    handle: UploadHandle,
    ending: RemoteHandle<Ending>,
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

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Ending> {
        self.ending.poll_unpin(context)
    }
}
