//! All that the core knows of a file. Its bytes never come here.

/// Name, size and type of the file to upload, as the page (or the user's disk) states them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileFacts {
    /// The file's own name, without a path. May hold any character: it is escaped where it is sent.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// Media type, such as `image/png`. Empty when the browser does not know one.
    pub content_type: String,
}
