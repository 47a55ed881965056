//! Input that can be read only once: kept in memory while it is small, in a temporary file when it is not.

use crate::file::{Failures, FileSource, SharedSource};
use crate::input::Input;
use pullcheck::bytes::sniff::{Form, sniff};
use pullcheck::bytes::source::{ByteSource, Memory};
use pullcheck::limits;
use pullcheck::report::Packaging;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// Bytes that are kept in memory: more than any document, fewer than most images.
const MEMORY_BYTES: u64 = 32 * 1024 * 1024;

/// Bytes that are taken at most. Larger inputs are better given as a file, which needs no copy.
const SPOOL_BYTES: u64 = 64 * 1024 * 1024 * 1024;

/// Bytes of an error text that are read. The core looks at far less of it.
const TEXT_BYTES: u64 = 16 * 1024 * 1024;

/// Reads all of `reader`. Text and JSON count as pasted, everything else as a file.
pub fn spool(mut reader: impl Read, name: &str) -> io::Result<Input> {
    let mut head = Vec::new();
    read_some(&mut reader, MEMORY_BYTES, &mut head)?;
    let form = sniff(head.get(..limits::SNIFF_BYTES).unwrap_or(&head));
    let packaging = match form {
        Form::Json | Form::Text => Packaging::Pasted,
        _ => Packaging::File,
    };
    let failures = Failures::default();
    let source: SharedSource = if (head.len() as u64) < MEMORY_BYTES {
        Arc::new(Memory(head))
    } else {
        Arc::new(to_disk(&head, reader, &failures)?)
    };
    let files = vec![(name.to_string(), source)];
    Ok(Input::of(name.to_string(), packaging, files, failures))
}

/// Reads an error text. UTF-16, as PowerShell writes it, is understood.
pub fn text(mut reader: impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    read_some(&mut reader, TEXT_BYTES, &mut bytes)?;
    Ok(decode(&bytes))
}

fn read_some(reader: &mut impl Read, most: u64, bytes: &mut Vec<u8>) -> io::Result<usize> {
    reader.take(most).read_to_end(bytes)
}

fn decode(bytes: &[u8]) -> String {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return String::from_utf8_lossy(bytes).into_owned(),
    };
    let (pairs, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().skip(1).map(|pair| unit(*pair)).collect();
    String::from_utf16_lossy(&units)
}

/// A temporary file that goes away with its owner.
struct Temporary {
    path: PathBuf,
    source: FileSource,
}

impl ByteSource for Temporary {
    fn len(&self) -> u64 {
        self.source.len()
    }

    fn read_at(
        &self,
        offset: u64,
        buffer: &mut [u8],
    ) -> Result<usize, pullcheck::bytes::source::ReadError> {
        self.source.read_at(offset, buffer)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // On Unix the name is gone already, and nothing is left to do.
        let _ = fs::remove_file(&self.path);
    }
}

fn to_disk(head: &[u8], reader: impl Read, failures: &Failures) -> io::Result<Temporary> {
    let (path, mut file) = create()?;
    // A file without a name disappears even if the process is killed. Windows does not allow it; `Drop` does it there.
    if cfg!(unix) {
        fs::remove_file(&path)?;
    }
    let copied = file.write_all(head).and_then(|()| {
        let rest = SPOOL_BYTES - MEMORY_BYTES;
        let copied = io::copy(&mut reader.take(rest.saturating_add(1)), &mut file)?;
        if copied > rest {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                "more than 64 GiB; give it as a file",
            ));
        }
        Ok(copied)
    });
    match copied {
        Ok(copied) => {
            let length = copied.saturating_add(head.len() as u64);
            let source = FileSource::opened(file, path.clone(), length, failures.clone());
            Ok(Temporary { path, source })
        }
        Err(error) => {
            drop(file);
            let _ = fs::remove_file(&path);
            Err(error)
        }
    }
}

/// Makes a new file in the folder for temporary files, readable by its owner alone.
fn create() -> io::Result<(PathBuf, File)> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let process = std::process::id();
    let mut number = 0_u32;
    loop {
        let path = std::env::temp_dir().join(format!("pullcheck-{process}-{number}.tmp"));
        match options.open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 1000 => {
                number += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pullcheck::bytes::source::read_range;

    #[test]
    fn large_input_goes_through_a_file_and_comes_back_whole() {
        let size = MEMORY_BYTES + 5;
        let input = spool(io::repeat(7).take(size), "stdin").unwrap();
        let source = &input.files[0].1;
        assert_eq!(source.len(), size);
        let tail = read_range(source.as_ref(), size - 9..size + 9, 99).unwrap();
        assert_eq!(tail, vec![7; 9]);
        assert_eq!(input.packaging, Packaging::File);
    }

    #[test]
    fn text_of_powershell_is_understood() {
        let bytes: Vec<u8> = "\u{feff}层 x"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(decode(&bytes), "层 x");
        assert_eq!(decode(b"a\xffb"), "a\u{fffd}b");
    }
}
