//! Files as sources of bytes: positional reads, opened when first read. It never interprets what it reads.

use pullcheck::bytes::source::{ByteSource, ReadError};
use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Bytes that several threads may read.
pub type SharedSource = Arc<dyn ByteSource + Send + Sync>;

/// What went wrong while reading, in the order it happened. One list is shared by all files of an input.
#[derive(Clone, Default)]
pub struct Failures(Arc<Mutex<Vec<String>>>);

impl Failures {
    /// Notes a failure once and makes it an error for the reader.
    fn note(&self, path: &Path, error: &io::Error) -> ReadError {
        let message = format!("{}: {error}", path.display());
        // A thread that died while it held the list left it whole.
        let mut list = self.0.lock().unwrap_or_else(|held| held.into_inner());
        if !list.contains(&message) {
            list.push(message);
        }
        ReadError {
            message: error.to_string(),
        }
    }

    /// All failures so far.
    pub fn all(&self) -> Vec<String> {
        let list = self.0.lock().unwrap_or_else(|held| held.into_inner());
        list.clone()
    }
}

thread_local! {
    /// The one file that this thread has open by its path. A folder may hold more files than a process may have open,
    /// and a thread reads them one after the other.
    static OPEN: RefCell<Option<(PathBuf, File)>> = const { RefCell::new(None) };
}

/// A file of a known length, opened when it is read.
pub struct FileSource {
    path: PathBuf,
    length: u64,
    /// Open from the start, for a file that has no path to open it by.
    opened: Option<File>,
    failures: Failures,
}

impl FileSource {
    /// The file at `path`, `length` bytes long.
    pub fn new(path: PathBuf, length: u64, failures: Failures) -> FileSource {
        FileSource {
            path,
            length,
            opened: None,
            failures,
        }
    }

    /// A file that is open already, under the path that messages name.
    pub fn opened(file: File, path: PathBuf, length: u64, failures: Failures) -> FileSource {
        FileSource {
            opened: Some(file),
            ..FileSource::new(path, length, failures)
        }
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(file) = &self.opened {
            return positional(file, offset, buffer);
        }
        OPEN.with_borrow_mut(|open| {
            let same = open.as_ref().is_some_and(|(path, _)| *path == self.path);
            if !same {
                *open = Some((self.path.clone(), File::open(&self.path)?));
            }
            match open {
                Some((_, file)) => positional(file, offset, buffer),
                None => Ok(0),
            }
        })
    }
}

impl ByteSource for FileSource {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let rest = self.length.saturating_sub(offset);
        let wanted = usize::try_from(rest)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let Some(part) = buffer.get_mut(..wanted).filter(|part| !part.is_empty()) else {
            return Ok(0);
        };
        match self.read(offset, part) {
            // The length was taken when the input was opened; a file that shrinks meanwhile must not look complete.
            Ok(0) => Err(self.failures.note(
                &self.path,
                &io::Error::new(
                    io::ErrorKind::UnexpectedEof,
                    "the file became shorter while it was read",
                ),
            )),
            Ok(count) => Ok(count),
            Err(error) => Err(self.failures.note(&self.path, &error)),
        }
    }
}

/// Reads without moving a cursor.
#[cfg(unix)]
fn positional(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    use std::os::unix::fs::FileExt;
    retried(|| file.read_at(buffer, offset))
}

/// Reads at an offset; the cursor that this moves is used by nobody.
#[cfg(windows)]
fn positional(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    use std::os::windows::fs::FileExt;
    retried(|| file.seek_read(buffer, offset))
}

/// Reads at an offset with a seek, where threads do not share a file that is open.
#[cfg(not(any(unix, windows)))]
fn positional(mut file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    use std::io::{Read, Seek, SeekFrom};
    file.seek(SeekFrom::Start(offset))?;
    retried(|| file.read(buffer))
}

/// Does it again when a signal came in between.
fn retried(mut read: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match read() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// A file that is there and is deliberately not read.
pub struct NotFollowed {
    /// Its length in bytes.
    pub length: u64,
    /// Why, for the report.
    pub why: String,
}

impl ByteSource for NotFollowed {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, _offset: u64, _buffer: &mut [u8]) -> Result<usize, ReadError> {
        Err(ReadError {
            message: self.why.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pullcheck::bytes::source::read_range;

    #[test]
    fn one_open_file_serves_many_and_a_lost_file_is_an_error() {
        let folder = std::env::temp_dir().join(format!("pullcheck-file-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let failures = Failures::default();
        let source = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text).unwrap();
            FileSource::new(path, text.len() as u64, failures.clone())
        };
        let (a, b) = (source("a", "first"), source("b", "second"));
        for _ in 0..2 {
            assert_eq!(read_range(&a, 1..9, 99).unwrap(), b"irst");
            assert_eq!(read_range(&b, 0..3, 99).unwrap(), b"sec");
        }
        assert!(failures.all().is_empty());
        std::fs::write(folder.join("a"), "f").unwrap();
        assert!(read_range(&a, 0..9, 99).is_err());
        assert_eq!(failures.all().len(), 1);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
