//! The stored objects: their bytes in files, the rest in memory.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read as _, Write as _},
    path::Path,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use crc64fast::Digest;
use sha2::{Digest as _, Sha256};
use tokio::{sync::mpsc, task::JoinHandle};

use super::files::{Files, OwnFile};

/// Bytes that are written at once: large writes take the kernel half the time of small ones.
const BLOCK: usize = 1024 * 1024;
/// Blocks of an upload, the one that is being filled included: enough that neither side waits long for the other.
const BLOCKS: usize = 4;

#[derive(Debug)]
pub(crate) struct Store {
    files: Arc<Files>,
    objects: Mutex<BTreeMap<(String, String), Arc<Object>>>,
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
        self.content.file.path()
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
        Ok(Self {
            files: Files::new(parent)?,
            objects: Mutex::default(),
        })
    }

    /// Begins to write a file. Nothing is an object before [`Store::put`].
    pub(crate) fn begin(&self) -> Writer {
        let file = self.files.take();
        let (full, arriving) = mpsc::channel(BLOCKS);
        let (returning, empty) = mpsc::channel(BLOCKS);
        let task = tokio::task::spawn_blocking(move || write(file, arriving, &returning));
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

    /// Whether there was one. Its file goes when nobody reads it any more.
    pub(crate) fn remove(&self, bucket: &str, key: &str) -> bool {
        let mut objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        objects
            .remove(&(bucket.to_owned(), key.to_owned()))
            .is_some()
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
    file: OwnFile,
    mut arriving: mpsc::Receiver<Vec<u8>>,
    returning: &mpsc::Sender<Vec<u8>>,
) -> io::Result<Content> {
    let mut out = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(file.path())?;
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
    if out.metadata()?.len() > size {
        out.set_len(size)?;
    }
    Ok(Content {
        file,
        size,
        crc64: crc64.sum64(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn put(store: &Store, key: &str, bytes: &[u8]) -> Arc<Object> {
        let mut writer = store.begin();
        writer.write(bytes).await;
        let content = writer.finish().await.unwrap();
        store
            .put(Object::new("bucket", key, content), true)
            .unwrap()
    }

    #[tokio::test]
    async fn a_file_that_is_written_over_holds_the_new_bytes_alone() {
        let store = Store::new(None).unwrap();
        let long = put(&store, "a", &vec![b'l'; 3 * BLOCK + 5]).await;
        let path = long.path().to_owned();
        assert_eq!(long.content.size, 3 * BLOCK as u64 + 5);
        drop(long);
        put(&store, "a", b"short").await;
        // The first file is free now.
        let again = put(&store, "b", b"again").await;
        assert_eq!(again.path(), path);
        assert_eq!(std::fs::read(again.path()).unwrap(), b"again");
        assert_eq!(
            std::fs::read(store.get("bucket", "a").unwrap().path()).unwrap(),
            b"short"
        );
    }

    #[tokio::test]
    async fn a_file_in_use_is_not_written_over() {
        let store = Store::new(None).unwrap();
        let first = put(&store, "a", b"first").await;
        put(&store, "a", b"second").await;
        put(&store, "a", b"third").await;
        assert_eq!(std::fs::read(first.path()).unwrap(), b"first");
    }

    #[tokio::test]
    async fn the_folder_goes_with_the_store() {
        let store = Store::new(None).unwrap();
        let object = put(&store, "a", b"a").await;
        let folder = object.path().parent().unwrap().to_owned();
        drop(object);
        assert!(folder.exists());
        drop(store);
        assert!(!folder.exists());
    }
}
