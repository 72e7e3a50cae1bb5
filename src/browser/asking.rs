//! Everything before something is sent: the caller's own check, the parameters, the object key.

use std::rc::Rc;

use wasm_bindgen::JsValue;

use super::backend::{self, Failed};
use super::options::{Key, UploadOptions, Validate};
use super::page;
use super::shared::{Next, Seat};
use super::upload::Upload;
use crate::error::{Code, Error, Phase};
use crate::file::{Excess, FileFacts};
use crate::params::{self, UploadParams};
use crate::shared_params::{Issued, Why};
use crate::upload::{Event, Step};

/// Why the caller's own check does not let a file pass.
enum Objection {
    Excess(Excess),
    /// Its function threw this.
    Thrown(JsValue),
}

impl Upload {
    /// Gets parameters and the object key that goes with them.
    pub(super) async fn ask(&mut self, why: Why) -> Step {
        match self.prepared(why).await {
            Ok(event) => self.decide(event),
            Err(step) => step,
        }
    }

    async fn prepared(&mut self, why: Why) -> Result<Event, Step> {
        self.validate().await?;
        let issued = self.params(why).await?;
        // What an earlier request failed with has nothing to do with what may come.
        self.cause = None;
        let key = choose_key(
            Rc::clone(&self.options),
            self.machine.file().clone(),
            Rc::clone(&issued.params),
        );
        match self.attend(key).await? {
            Ok(key) => Ok(Event::Params { issued, key }),
            Err(thrown) => Err(self.refused_by_page(thrown)),
        }
    }

    /// Once an upload, and before anything is asked.
    async fn validate(&mut self) -> Result<(), Step> {
        if self.is_valid {
            return Ok(());
        }
        let check = check(Rc::clone(&self.options), self.machine.file().clone());
        match self.attend(check).await? {
            Ok(()) => {
                self.is_valid = true;
                Ok(())
            }
            Err(Objection::Excess(excess)) => Err(self.no_params(exceeds(&excess).into())),
            Err(Objection::Thrown(thrown)) => Err(self.refused_by_page(thrown)),
        }
    }

    /// From the cache, from the backend, or when another upload has got some.
    async fn params(&mut self, why: Why) -> Result<Box<Issued>, Step> {
        let seat = Seat::new(&self.pool, self.place.id());
        loop {
            let held = self.machine.issued().map(|issued| &issued.params);
            match seat.want(why, held) {
                Next::Take(issued) => return Ok(issued),
                Next::Wait(woken) => {
                    // A sender that is gone has nothing to say: look again.
                    if let Ok(Err(error)) = self.attend(woken).await? {
                        return Err(self.no_params(error.into()));
                    }
                }
                Next::Ask => {
                    self.asked += 1;
                    let options = Rc::clone(&self.options);
                    let file = self.machine.file().clone();
                    let asking = backend::ask(options, file, self.asked, why);
                    let answer = self.attend(asking).await?;
                    seat.answered(answer.as_ref().map_err(|failed| &failed.error));
                    return match answer {
                        Ok(issued) => Ok(Box::new(issued)),
                        Err(failed) => Err(self.no_params(failed)),
                    };
                }
            }
        }
    }
}

/// The caller's own check.
async fn check(options: Rc<UploadOptions>, file: FileFacts) -> Result<(), Objection> {
    match &options.validate {
        None => Ok(()),
        Some(Validate::Limits(limits)) => limits.check(&file).map_err(Objection::Excess),
        Some(Validate::Function(function)) => {
            let info = page::file_info(&file);
            let checked = page::call(function, &info, &JsValue::UNDEFINED).await;
            checked.map(|_| ()).map_err(Objection::Thrown)
        }
    }
}

/// The object key that the caller wants; `None` leaves it to the parameters. Fails with what its function threw.
async fn choose_key(
    options: Rc<UploadOptions>,
    file: FileFacts,
    params: Rc<UploadParams>,
) -> Result<Option<String>, JsValue> {
    match &options.key {
        Key::Default => Ok(None),
        Key::Fixed(key) => Ok(Some(key.clone())),
        Key::Function(function) => {
            let dir = match params.key() {
                params::Key::Prefix(dir) => dir,
                params::Key::Fixed(_) => "",
            };
            let key = page::call(function, &page::file_info(&file), &dir.into()).await?;
            Ok(key.as_string())
        }
    }
}

fn exceeds(excess: &Excess) -> Error {
    Error::new(Code::PolicyViolation, Phase::Check, excess.to_string())
}

/// It ends the upload; the caller gets what its own function threw instead.
pub(super) fn refused() -> Error {
    let message = "A function of the page's refused the file.";
    Error::new(Code::PolicyViolation, Phase::Check, message)
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, cause: None }
    }
}
