//! Files that are made once and then read.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::SandboxError;

/// A folder of the network's data.
#[derive(Debug, Clone)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Opens the folder at `path`, or makes it.
    pub(crate) fn open(path: PathBuf) -> Result<Self, SandboxError> {
        fs::create_dir_all(&path).map_err(|source| SandboxError::File { path: path.clone(), source })?;
        Ok(Self(path))
    }

    /// Opens a folder inside this one.
    pub(crate) fn inside(&self, name: &str) -> Result<Self, SandboxError> {
        Self::open(self.0.join(name))
    }

    /// The path of a file in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Reads the file `name`, or makes it with what `make` returns. The file appears whole or not at all.
    pub(crate) fn once(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<String, SandboxError>,
    ) -> Result<String, SandboxError> {
        let path = self.path(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let text = make()?;
                write_whole(&path, &text).map_err(|source| SandboxError::File { path, source })?;
                Ok(text)
            }
            Err(source) => Err(SandboxError::File { path, source }),
        }
    }
}

impl Folder {
    /// Reads the file `name`, if there is one.
    pub(crate) fn get(&self, name: &str) -> Result<Option<String>, SandboxError> {
        let path = self.path(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(SandboxError::File { path, source }),
        }
    }

    /// Writes the file `name`, over an older one.
    pub(crate) fn put(&self, name: &str, text: &str) -> Result<(), SandboxError> {
        let path = self.path(name);
        write_whole(&path, text).map_err(|source| SandboxError::File { path, source })
    }
}

/// Writes a file that only its owner can read, under another name first.
fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&unfinished, path)
}
