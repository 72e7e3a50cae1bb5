//! The stored objects: their bytes in files, the rest in memory.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use crc64fast::Digest;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tokio::{runtime::Handle, sync::mpsc, task::JoinHandle};

/// Bytes that are written at once: large writes take the kernel half the time of small ones.
const BLOCK: usize = 1024 * 1024;
/// Blocks of an upload, the one that is being filled included: enough that neither side waits long for the other.
const BLOCKS: usize = 4;

#[derive(Debug)]
pub(crate) struct Store {
    folder: TempDir,
    files: AtomicU64,
    objects: Mutex<BTreeMap<(String, String), Arc<Object>>>,
}

/// A file that is removed when nobody needs it any more, so that a refused upload leaves nothing.
#[derive(Debug)]
struct OwnFile(PathBuf);

impl Drop for OwnFile {
    fn drop(&mut self) {
        let path = std::mem::take(&mut self.0);
        // Should this fail, the folder is removed in the end.
        let remove = move || drop(fs::remove_file(path));
        // A large file takes a while, which nobody's answer should wait for.
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(remove)),
            Err(_) => remove(),
        }
    }
}

/// Bytes that have arrived completely, not yet an object.
#[derive(Debug)]
pub(crate) struct Content {
    file: OwnFile,
    pub(crate) size: u64,
    pub(crate) crc64: u64,
}

#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) content: Content,
    pub(crate) etag: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) metadata: BTreeMap<String, String>,
    sha256: OnceLock<String>,
}

impl Object {
    pub(crate) fn new(bucket: &str, key: &str, content: Content) -> Self {
        Self {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            content,
            // Not the MD5: OSS does not promise that.
            etag: format!("{:032X}", fastrand::u128(..)),
            headers: BTreeMap::new(),
            metadata: BTreeMap::new(),
            sha256: OnceLock::new(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.content.file.0
    }

    /// Lower-case hex. Computed when somebody asks, not while uploading. Blocks.
    pub(crate) fn sha256(&self) -> io::Result<String> {
        use std::fmt::Write as _;
        if let Some(known) = self.sha256.get() {
            return Ok(known.clone());
        }
        let mut file = File::open(self.path())?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 256 * 1024];
        loop {
            let count = file.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            hash.update(buffer.get(..count).unwrap_or_default());
        }
        let hex = hash.finalize().iter().fold(String::new(), |mut hex, byte| {
            // Writing to a String does not fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        Ok(self.sha256.get_or_init(|| hex).clone())
    }
}

impl Store {
    pub(crate) fn new(parent: Option<&Path>) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("standin-");
        let folder = match parent {
            Some(parent) => {
                fs::create_dir_all(parent)?;
                builder.tempdir_in(parent)?
            }
            None => builder.tempdir()?,
        };
        Ok(Self {
            folder,
            files: AtomicU64::new(0),
            objects: Mutex::default(),
        })
    }

    /// Begins to write a file. Nothing is an object before [`Store::put`].
    pub(crate) fn begin(&self) -> Writer {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.path().join(number.to_string());
        let (full, arriving) = mpsc::channel(BLOCKS);
        let (returning, empty) = mpsc::channel(BLOCKS);
        let task = tokio::task::spawn_blocking(move || write(path, arriving, &returning));
        Writer {
            block: Vec::new(),
            blocks: 1,
            full,
            empty,
            task,
        }
    }

    /// `None` if there is an object already and it must not be overwritten.
    pub(crate) fn put(&self, object: Object, overwrite: bool) -> Option<Arc<Object>> {
        let name = (object.bucket.clone(), object.key.clone());
        let mut objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        if !overwrite && objects.contains_key(&name) {
            return None;
        }
        let object = Arc::new(object);
        objects.insert(name, object.clone());
        Some(object)
    }

    pub(crate) fn get(&self, bucket: &str, key: &str) -> Option<Arc<Object>> {
        let objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        objects.get(&(bucket.to_owned(), key.to_owned())).cloned()
    }

    /// In the order of their names.
    pub(crate) fn all(&self) -> Vec<Arc<Object>> {
        self.objects
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect()
    }
}

/// Writes one file, on a thread of its own so that receiving and writing overlap.
///
/// What arrives is copied into a few blocks that are used again and again. Handing the pieces themselves to the thread
/// would spare the copy, but cost more: their memory would be fresh every time, and the kernel has to clear it.
#[derive(Debug)]
pub(crate) struct Writer {
    block: Vec<u8>,
    blocks: usize,
    full: mpsc::Sender<Vec<u8>>,
    /// Blocks that are written and can be filled again.
    empty: mpsc::Receiver<Vec<u8>>,
    task: JoinHandle<io::Result<Content>>,
}

impl Writer {
    pub(crate) async fn write(&mut self, mut piece: &[u8]) {
        while !piece.is_empty() {
            let (now, later) = piece.split_at(piece.len().min(BLOCK - self.block.len()));
            self.block.extend_from_slice(now);
            piece = later;
            if self.block.len() == BLOCK {
                self.next_block().await;
            }
        }
    }

    /// Should the thread have failed, [`Writer::finish`] tells why.
    async fn next_block(&mut self) {
        let _ = self.full.send(std::mem::take(&mut self.block)).await;
        if self.blocks < BLOCKS {
            self.blocks += 1;
            self.block = Vec::with_capacity(BLOCK);
        } else if let Some(block) = self.empty.recv().await {
            self.block = block;
        }
    }

    pub(crate) async fn finish(mut self) -> io::Result<Content> {
        let _ = self.full.send(std::mem::take(&mut self.block)).await;
        drop(self.full);
        self.task.await.map_err(io::Error::other)?
    }
}

fn write(
    path: PathBuf,
    mut arriving: mpsc::Receiver<Vec<u8>>,
    returning: &mpsc::Sender<Vec<u8>>,
) -> io::Result<Content> {
    let mut out = File::create_new(&path)?;
    let file = OwnFile(path);
    let mut size = 0;
    let mut crc64 = Digest::new();
    while let Some(mut block) = arriving.blocking_recv() {
        crc64.write(&block);
        out.write_all(&block)?;
        size += block.len() as u64;
        block.clear();
        // There is room for every block; at the end nobody takes them.
        let _ = returning.try_send(block);
    }
    Ok(Content {
        file,
        size,
        crc64: crc64.sum64(),
    })
}
