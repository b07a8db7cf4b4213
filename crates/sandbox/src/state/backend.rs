//! The database's file.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;

use redb::backends::FileBackend;
use redb::{DatabaseError, StorageBackend};

/// A file whose writes are done when the system has taken them over. That survives a killed process; a machine without
/// power may lose the last half minute of a network that is made up. Waiting for the disk would make every answer of the
/// bank several milliseconds slower.
#[derive(Debug)]
pub(super) struct HandedOver(FileBackend);

impl HandedOver {
    /// Opens the file at `path`, or makes it.
    pub(super) fn open(path: &Path) -> Result<Self, DatabaseError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        FileBackend::new(options.open(path)?).map(Self)
    }
}

impl StorageBackend for HandedOver {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.0.sync_data()?;
        self.0.close()
    }
}
