//! What files are that hold no image: encrypted ones, installers, disks, programs, by their first bytes or their entries.
//! It names what the bytes show and guesses no further; it judges nothing.

use crate::artifact::{Blob, Inventory, survey};
use crate::bytes::blob::{BlobFacts, ListedEntry};
use crate::text::{Phrase, say};

/// What a single file is, by its first bytes; None where they tell nothing.
pub fn stranger(facts: &BlobFacts) -> Option<Phrase> {
    let begins = |magic: &[u8]| facts.head.starts_with(magic);
    // OpenSSL's `enc`, age, LUKS; OpenPGP in text, and a session key that opens with a passphrase (RFC 9580, 5.3).
    let sealed: [(&[u8], &str); 5] = [
        (b"Salted__", "OpenSSL"),
        (b"age-encryption.o", "age"),
        (b"LUKS\xBA\xBE", "LUKS"),
        (b"-----BEGIN PGP M", "OpenPGP"),
        (b"\x8C\x0D\x04", "OpenPGP"),
    ];
    if let Some((_, program)) = sealed.iter().find(|(magic, _)| begins(magic)) {
        return Some(
            say(
                "An encrypted file ({program}). What is inside cannot be seen without the key: decrypt it, and give what comes out.",
                "这是加密文件（{program}）。没有密钥就看不到其中的内容：请先解密，再提供解密后的文件。",
            )
            .name("program", *program),
        );
    }
    let pictures: [(&[u8], &str); 3] = [
        (b"\x89PNG", "PNG"),
        (b"\xFF\xD8\xFF", "JPEG"),
        (b"GIF8", "GIF"),
    ];
    if let Some((_, name)) = pictures.iter().find(|(magic, _)| begins(magic)) {
        return Some(
            say(
                "A picture ({name}), not a container image.",
                "这是图片（{name}），不是容器镜像。",
            )
            .name("name", *name),
        );
    }
    if begins(b"#!") {
        return Some(say(
            "A script, or an installer that unpacks itself; not an image. An installer carries its images inside: unpack it, often with `--extract` or `--noexec`, and give the image archive.",
            "这是脚本或自解压安装程序，不是镜像。安装程序把镜像放在自身内部：请先解包（常用参数为 `--extract` 或 `--noexec`），再提供其中的镜像归档。",
        ));
    }
    let disks: [(&[u8], &str); 4] = [
        (b"QFI\xFB", "qcow2"),
        (b"KDMV", "VMDK"),
        (b"conectix", "VHD"),
        (b"vhdxfile", "VHDX"),
    ];
    if let Some((_, name)) = disks.iter().find(|(magic, _)| begins(magic)) {
        return Some(
            say(
                "A disk of a virtual machine ({name}), not a container image.",
                "这是虚拟机磁盘（{name}），不是容器镜像。",
            )
            .name("name", *name),
        );
    }
    let packages: [(&[u8], &str); 4] = [
        (b"\xED\xAB\xEE\xDB", "RPM"),
        (b"MZ", "Windows"),
        (b"xar!", "macOS"),
        (b"Rar!\x1A\x07", "RAR"),
    ];
    let (_, name) = packages.iter().find(|(magic, _)| begins(magic))?;
    Some(
        say(
            "A package, program or archive of another kind ({name}), not an image. If it is an installer, the image archive is inside: unpack it, and give that.",
            "这是其他类型的软件包、程序或压缩包（{name}），不是镜像。如果它是安装程序，镜像归档在其内部：请先解包，再提供镜像归档。",
        )
        .name("name", *name),
    )
}

/// A compressed file with neither a tar nor a module in it, by the name that its header keeps.
pub fn compressed(inventory: &Inventory) -> Phrase {
    let facts = inventory.blobs.first().and_then(Blob::facts);
    let header = facts.and_then(|facts| facts.stream.as_ref()?.gzip.as_ref());
    match header.and_then(|header| header.name.as_ref()) {
        Some(name) => say(
            "One compressed file, {name}: neither a tar nor a WebAssembly module. Decompress it with `gunzip`, and give what comes out.",
            "压缩的单个文件 {name}，既不是 tar，也不是 WebAssembly 模块。请用 `gunzip` 解压后再提供。",
        )
        .code("name", name.clone()),
        None => say(
            "One compressed file: neither a tar nor a WebAssembly module. Decompress it, and give what comes out.",
            "压缩的单个文件，既不是 tar，也不是 WebAssembly 模块。请解压后再提供。",
        ),
    }
}

/// A tar that carries archives and is no root filesystem: an installer bundle, as they are made for machines without a
/// network. None where it is no such thing, or its entries are not all known.
pub fn bundle(inventory: &Inventory) -> Option<Phrase> {
    let facts = inventory.blobs.first().and_then(Blob::facts)?;
    let tar = facts.tar.as_ref()?;
    let paths = || {
        tar.listing
            .iter()
            .map(|entry: &ListedEntry| (entry.path.trim_start_matches("./"), entry.size))
    };
    let mut archives = paths().filter(|(path, size)| *size > 0 && survey::is_archive_name(path));
    let (first, _) = archives.next().filter(|_| !survey::is_root(&tar.listing))?;
    let more = archives.count() as u64;
    Some(match more {
        0 => say(
            "A bundle, not an image: the archive {path} is inside. Unpack it, and give that one.",
            "这是打包文件，不是镜像：其中有归档 {path}。请解包，再提供这个归档。",
        ),
        1 => say(
            "A bundle, not an image: {path} and one more archive are inside. Unpack it, and give one of them.",
            "这是打包文件，不是镜像：其中有 {path} 和另外一个归档。请解包，再提供其中一个。",
        ),
        _ => say(
            "A bundle, not an image: {path} and {n} more archives are inside. Unpack it, and give one of them.",
            "这是打包文件，不是镜像：其中有 {path} 和另外 {n} 个归档。请解包，再提供其中一个。",
        ),
    }
    .code("path", first)
    .count("n", more))
}
