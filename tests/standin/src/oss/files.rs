//! The files that hold the objects' bytes.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tempfile::TempDir;
use tokio::runtime::Handle;

/// Files that nobody needs any more and that wait to be written over, at most. Their room on disk and in memory is there
/// already: to make it anew costs about as much as to fill it.
const SPARE_FILES: usize = 4;

#[derive(Debug)]
pub(crate) struct Files {
    folder: TempDir,
    count: AtomicU64,
    spare: Mutex<Vec<PathBuf>>,
}

impl Files {
    /// In a temporary folder in `parent`, which goes when the last file does.
    pub(crate) fn new(parent: Option<&Path>) -> io::Result<Arc<Self>> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("standin-");
        let folder = match parent {
            Some(parent) => {
                fs::create_dir_all(parent)?;
                builder.tempdir_in(parent)?
            }
            None => builder.tempdir()?,
        };
        Ok(Arc::new(Self {
            folder,
            count: AtomicU64::new(0),
            spare: Mutex::default(),
        }))
    }

    /// A file of one's own: it may exist, with anything in it.
    pub(crate) fn take(self: &Arc<Self>) -> OwnFile {
        let spare = self.spare().pop();
        let path = spare.unwrap_or_else(|| {
            let number = self.count.fetch_add(1, Ordering::Relaxed);
            self.folder.path().join(number.to_string())
        });
        OwnFile {
            path,
            files: self.clone(),
        }
    }

    fn spare(&self) -> std::sync::MutexGuard<'_, Vec<PathBuf>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file that is given back when it is dropped, so that a refused upload leaves nothing.
#[derive(Debug)]
pub(crate) struct OwnFile {
    path: PathBuf,
    files: Arc<Files>,
}

impl OwnFile {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for OwnFile {
    fn drop(&mut self) {
        let path = std::mem::take(&mut self.path);
        let mut spare = self.files.spare();
        if spare.len() < SPARE_FILES {
            spare.push(path);
            return;
        }
        drop(spare);
        // Should this fail, the folder is removed in the end.
        let remove = move || drop(fs::remove_file(path));
        // A large file takes a while, which nobody's answer should wait for.
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(remove)),
            Err(_) => remove(),
        }
    }
}
