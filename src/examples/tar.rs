//! Builds tars entry by entry, right or wrong on purpose, down to the bytes of a header: most of what is wanted here no
//! library would write. It reads no tar.

/// A tar of regular files.
pub fn of<N: AsRef<str>, B: AsRef<[u8]>>(items: &[(N, B)]) -> Vec<u8> {
    let files: Vec<TarEntry> = items
        .iter()
        .map(|(name, bytes)| file(name.as_ref(), bytes.as_ref()))
        .collect();
    tar(&files)
}

/// One entry. Boxed, so that a list of them is a list of pointers: examples hold hundreds.
#[derive(Clone)]
pub struct TarEntry(Box<Parts>);

/// What stands before an entry, its header, its body.
#[derive(Clone)]
struct Parts {
    before: Vec<u8>,
    header: [u8; 512],
    body: Vec<u8>,
    checksum: bool,
}

/// An entry with a type flag.
pub fn entry(flag: u8, path: impl AsRef<[u8]>) -> TarEntry {
    let path = path.as_ref();
    let mut header = [0; 512];
    let name = path.len().min(100);
    header[..name].copy_from_slice(&path[..name]);
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[329..337].copy_from_slice(b"0000000\0");
    header[337..345].copy_from_slice(b"0000000\0");
    header[156] = flag;
    let entry = TarEntry(Box::new(Parts {
        before: Vec::new(),
        header,
        body: Vec::new(),
        checksum: true,
    }));
    let mode = if flag == b'5' { 0o755 } else { 0o644 };
    let entry = entry.size(0).mode(mode).owner(0, 0).mtime(0);
    if path.len() > 100 {
        return entry.pax(&[("path", path)]);
    }
    entry
}

/// A regular file.
pub fn file(path: impl AsRef<[u8]>, body: &[u8]) -> TarEntry {
    let mut file = entry(b'0', path).size(body.len() as u64);
    file.0.body = body.to_vec();
    file
}

/// A directory.
pub fn dir(path: impl AsRef<[u8]>) -> TarEntry {
    entry(b'5', path)
}

/// A symbolic link.
pub fn symlink(path: impl AsRef<[u8]>, target: &str) -> TarEntry {
    entry(b'2', path).link(target)
}

/// A hard link.
pub fn hardlink(path: impl AsRef<[u8]>, target: &str) -> TarEntry {
    entry(b'1', path).link(target)
}

/// A character device.
pub fn device(path: impl AsRef<[u8]>, major: u64, minor: u64) -> TarEntry {
    entry(b'3', path).change(|header| {
        header[329..337].copy_from_slice(format!("{major:07o}\0").as_bytes());
        header[337..345].copy_from_slice(format!("{minor:07o}\0").as_bytes());
    })
}

/// A tar of these entries, with its end marker.
pub fn tar(entries: &[TarEntry]) -> Vec<u8> {
    let mut bytes = without_end(entries);
    bytes.extend_from_slice(&[0; 1024]);
    bytes
}

/// The same without its end marker.
pub fn without_end(entries: &[TarEntry]) -> Vec<u8> {
    entries.iter().flat_map(TarEntry::bytes).collect()
}

/// One pax record.
pub fn record(key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Vec<u8> {
    let (key, value) = (key.as_ref(), value.as_ref());
    // The length counts its own digits.
    let rest = key.len() + value.len() + 3;
    let mut length = rest + 1;
    while length != rest + length.to_string().len() {
        length += 1;
    }
    [format!("{length} ").as_bytes(), key, b"=", value, b"\n"].concat()
}

impl TarEntry {
    /// Declares a size, whatever the body has.
    pub fn size(self, size: u64) -> TarEntry {
        self.change(|header| {
            let field = &mut header[124..136];
            if size < 1 << 33 {
                field.copy_from_slice(format!("{size:011o}\0").as_bytes());
            } else {
                field.fill(0);
                field[0] = 0x80;
                field[4..].copy_from_slice(&size.to_be_bytes());
            }
        })
    }

    /// Sets the permission bits.
    pub fn mode(self, mode: u32) -> TarEntry {
        self.change(|header| header[100..108].copy_from_slice(format!("{mode:07o}\0").as_bytes()))
    }

    /// Sets owner and group.
    pub fn owner(self, uid: u32, gid: u32) -> TarEntry {
        self.change(|header| {
            header[108..116].copy_from_slice(format!("{uid:07o}\0").as_bytes());
            header[116..124].copy_from_slice(format!("{gid:07o}\0").as_bytes());
        })
    }

    /// Sets the time of the last change.
    pub fn mtime(self, seconds: i64) -> TarEntry {
        self.change(|header| {
            let field = &mut header[136..148];
            if let Ok(seconds) = u64::try_from(seconds) {
                field.copy_from_slice(format!("{seconds:011o}\0").as_bytes());
            } else {
                field.fill(0xFF);
                field[4..].copy_from_slice(&seconds.to_be_bytes());
            }
        })
    }

    /// Sets the target of a link.
    pub fn link(self, target: &str) -> TarEntry {
        let cut = &target.as_bytes()[..target.len().min(100)];
        let entry = self.change(|header| {
            header[157..257].fill(0);
            header[157..157 + cut.len()].copy_from_slice(cut);
        });
        if target.len() > 100 {
            return entry.pax(&[("linkpath", target.as_bytes())]);
        }
        entry
    }

    /// Changes the header; its checksum follows.
    pub fn change(mut self, change: impl FnOnce(&mut [u8; 512])) -> TarEntry {
        change(&mut self.0.header);
        self
    }

    /// Leaves the checksum as a zero.
    pub fn without_checksum(mut self) -> TarEntry {
        self.0.checksum = false;
        self
    }

    /// Without magic number, as before POSIX.
    pub fn v7(self) -> TarEntry {
        self.change(|header| header[257..512].fill(0))
    }

    /// Puts a pax header of these records in front.
    pub fn pax<V: AsRef<[u8]>>(self, records: &[(&str, V)]) -> TarEntry {
        let body: Vec<u8> = records.iter().flat_map(|(k, v)| record(k, v)).collect();
        self.after(file_of(b'x', "PaxHeaders/x", &body))
    }

    /// Puts a GNU long name in front.
    pub fn gnu_name(self, name: &str) -> TarEntry {
        let body = [name.as_bytes(), &[0]].concat();
        self.after(file_of(b'L', "././@LongLink", &body))
    }

    /// Puts another entry in front, as a part of this one.
    pub fn after(mut self, before: TarEntry) -> TarEntry {
        self.0.before.extend(before.bytes());
        self
    }

    /// The bytes of the entry, padded.
    pub fn bytes(&self) -> Vec<u8> {
        let mut header = self.0.header;
        header[148..156].fill(b' ');
        if self.0.checksum {
            let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
            header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
        let mut bytes = [self.0.before.as_slice(), &header, &self.0.body].concat();
        bytes.resize(bytes.len().next_multiple_of(512), 0);
        bytes
    }
}

/// A file with a type flag of its own, such as an extension header.
pub fn file_of(flag: u8, path: &str, body: &[u8]) -> TarEntry {
    file(path, body).change(|header| header[156] = flag)
}
