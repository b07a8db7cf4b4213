//! Files with secrets: readable by their owner only, and never half written.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use vinculo_domain::Env;

/// Makes the data folder, for its owner only.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a secret file in one step, over an older one.
pub(crate) fn replace(path: &Path, text: &str, env: &Env) -> io::Result<()> {
    let temporary = write_beside(path, text, env)?;
    fs::rename(&temporary, path)
}

/// Writes a secret file unless there is one; whoever comes first wins. Returns false when there was one.
pub(super) fn create(path: &Path, text: &str, env: &Env) -> io::Result<bool> {
    let temporary = write_beside(path, text, env)?;
    let linked = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary)?;
    match linked {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

fn write_beside(path: &Path, text: &str, env: &Env) -> io::Result<PathBuf> {
    let temporary = path.with_extension(format!("{}.tmp", env.hex32()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(temporary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn the_first_writer_wins_and_only_the_owner_reads() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.key");
        let env = Env::system();
        assert!(create(&path, "one", &env).unwrap());
        assert!(!create(&path, "two", &env).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        replace(&path, "three", &env).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "three");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }
}
