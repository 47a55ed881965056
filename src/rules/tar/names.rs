//! Rules `tar-path-*`, `tar-duplicate-path`, `tar-root-*` and `tar-parent-implicit`: the paths of a layer's entries.
//! Where links lead is not their matter.

use crate::bytes::blob::{Oddity, TarDefect};
use crate::place::Locus;
use crate::rules::rules;
use crate::rules::tar::{Wanted, compares_paths, count, each, layers, listed, notes, once, rest};
use crate::text::{Phrase, say};

use crate::examples::inputs::layer;
use crate::examples::tar::{dir, file, symlink};

rules! {
    "tar-duplicate-path" {
        severity: Error (Must),
        spec: "layer.md#distributable-format" since "1.0",
        needs: Blobs,
        title: "One path twice in a layer" / "同一层中路径重复",
        says: "The path of the entry {entry} was there before, in the same layer and the same spelling." / "条目 {entry} 的路径在同一层中已经出现过，写法也相同。",
        why: "The specification forbids it. Consumers unpack both and the later one wins; scanners and other readers may look at the first, and so see another image than the one that runs." / "规范禁止这样做。使用方会依次解包，以后出现的为准；扫描器等程序可能只看第一个，看到的就不是实际运行的内容。",
        fix: "Build the layer again so that each path has one entry; keep the last." / "重新构建该层，让每个路径只有一个条目；保留最后一个。",
        bad: || layer(&[file("a", b"1"), file("b", b""), file("./a", b"2")]),
        good: || layer(&[dir("a/"), file("a/b", b""), file("a/c", b""), file("b", b"")]),
        check: |inventory, out| {
            compares_paths(inventory, out);
            let wanted: Wanted = |what| matches!(what, Oddity::Duplicate { .. });
            for layer in layers(inventory, out) {
                let mut listed = 0;
                for note in notes(&layer, wanted) {
                    let says = match note.what {
                        Oddity::Duplicate { same_spelling: true } => out.says.into(),
                        _ => say(
                            "The path of the entry {entry} was there before, in the same layer and in another spelling.",
                            "条目 {entry} 的路径在同一层中已经出现过，只是写法不同。",
                        ),
                    };
                    layer.note(note, says, out);
                    listed += 1;
                }
                rest(&layer, count(&layer, wanted), listed, out);
            }
        },
    }
    "tar-path-escape" {
        severity: Error (Consumers),
        spec: "layer.md#distributable-format" since "",
        needs: Blobs,
        title: "Path leads out of the image" / "路径跳出镜像根目录",
        says: "The path of the entry {entry} leads out of the root of the image." / "条目 {entry} 的路径跳出了镜像的根目录。",
        why: "Docker refuses the layer as a breakout; containerd, umoci and containers/image keep the path inside the root, so the file lands somewhere else than written." / "Docker 会把它当作越界而拒绝该层；containerd、umoci 和 containers/image 会把路径限制在根目录内，文件因此落在别处。",
        fix: "Take the entry out, or write its path from the root of the image." / "删除该条目，或改用从镜像根目录算起的路径。",
        trigger: "../../etc/x",
        bad: || layer(&[file("../../etc/x", b"")]),
        good: || layer(&[file("a..b/...", b"")]),
        check: |inventory, out| each(inventory, out, |what| what == Oddity::EscapingName),
    }
    "tar-path-dotdot" {
        severity: Info (Note),
        spec: "layer.md#distributable-format" since "",
        needs: Blobs,
        title: "`..` in a path" / "路径中有 `..`",
        says: "Paths with `..` in the layer {layer}: {count}; the first is {entry}." / "层 {layer} 中带有 `..` 的路径：{count} 个，第一个是 {entry}。",
        why: "It stays inside the image, and consumers resolve it. Tools that refuse every `..` do not look that far: Flux stops at `../`." / "路径没有跳出镜像，使用方会自行解析。有的工具不做判断，见到 `..` 就拒绝，例如 Flux 遇到 `../` 就停止。",
        fix: "Write the path that it means." / "直接写出所指的路径。",
        fine: "Unless a tool refuses it; what it means is not in doubt." / "只要没有工具拒绝就没有问题，含义也没有歧义。",
        trigger: "a/../b",
        bad: || layer(&[file("a/../b", b"")]),
        good: || layer(&[file("b", b"")]),
        check: |inventory, out| once(inventory, out, |what| what == Oddity::ParentName),
    }
    "tar-path-absolute" {
        severity: Info (Note),
        spec: "layer.md#distributable-format" since "",
        needs: Blobs,
        title: "Absolute path" / "绝对路径",
        says: "Absolute paths in the layer {layer}: {count}; the first is {entry}." / "层 {layer} 中的绝对路径：{count} 个，第一个是 {entry}。",
        why: "Image tools take the slash in front away; Flux refuses such a name." / "镜像工具会去掉开头的斜杠；Flux 拒绝这样的名称。",
        fix: "Pack with relative paths: `tar -C DIR -cf layer.tar .`" / "用相对路径打包：`tar -C DIR -cf layer.tar .`",
        fine: "In an image that only container tools unpack." / "镜像只由容器工具解包时没有问题。",
        trigger: "/etc/x",
        bad: || layer(&[file("/etc/x", b"")]),
        good: || layer(&[file("./etc/x", b"")]),
        check: |inventory, out| once(inventory, out, |what| what == Oddity::AbsoluteName),
    }
    "tar-path-through-symlink" {
        severity: Warning (Ambiguous),
        spec: "layer.md#changeset-over-existing-files" since "1.0",
        needs: Blobs,
        title: "Path goes through a symbolic link" / "路径经过符号链接",
        says: "The entry {entry} lies below a name that the same layer made a symbolic link before." / "条目 {entry} 位于同一层先前创建的符号链接之下。",
        why: "Today's consumers follow the link inside the image. Others replace it by a folder, and earlier ones wrote outside the image through it: many security holes had this form." / "如今的使用方会在镜像内跟随该链接；也有程序会把链接换成目录，而更早的程序曾因此写到镜像之外，许多安全漏洞就是这样产生的。",
        fix: "Store the entry under the path that the link leads to." / "把条目存放在链接所指的路径下。",
        fine: "When link and entries come from the same trusted build and the consumers in use follow links, it works." / "链接与条目来自同一次可信的构建，且所用的使用方会跟随链接时，可以正常工作。",
        bad: || layer(&[symlink("l", "/etc"), file("l/passwd", b"")]),
        good: || layer(&[dir("etc/"), file("etc/passwd", b""), symlink("l", "/etc")]),
        check: |inventory, out| {
            compares_paths(inventory, out);
            each(inventory, out, |what| what == Oddity::ThroughSymlink);
        },
    }
    "tar-path-through-file" {
        severity: Error (Consumers),
        spec: "layer.md#changeset-over-existing-files" since "",
        needs: Blobs,
        title: "Path goes through a file" / "路径经过文件",
        says: "The entry {entry} lies below a name that the same layer made a file before." / "条目 {entry} 位于同一层先前创建的文件之下。",
        why: "A file holds no other files: unpacking stops with `not a directory`, or the file is replaced." / "文件之下不能再有文件：解包会以 `not a directory` 停止，或者该文件被替换掉。",
        fix: "Store a directory under that name, or give the file another one." / "用这个名称存放目录，或者给文件换个名称。",
        bad: || layer(&[file("a", b""), file("a/b", b"")]),
        good: || layer(&[dir("a"), file("a/b", b"")]),
        check: |inventory, out| {
            compares_paths(inventory, out);
            each(inventory, out, |what| what == Oddity::ThroughFile);
        },
    }
    "tar-path-long" {
        severity: Warning (Consumers),
        spec: "layer.md#distributable-format" since "",
        needs: Blobs,
        title: "Path too long for Linux" / "路径超出 Linux 的长度限制",
        says: "The path of the entry at byte {offset} of the layer {layer} is too long: Linux allows 255 bytes for a name and 4096 for a path." / "层 {layer} 中位于第 {offset} 字节的条目路径过长：Linux 的文件名不超过 255 字节，路径不超过 4096 字节。",
        why: "Unpacking stops with `file name too long`." / "解包会以 `file name too long` 停止。",
        fix: "Shorten the name." / "缩短名称。",
        bad: || layer(&[file("n".repeat(300), b"")]),
        good: || layer(&[file("n".repeat(255), b"")]),
        check: |inventory, out| {
            let wanted: Wanted = |what| what == Oddity::LongName;
            for layer in layers(inventory, out) {
                let mut listed = 0;
                for note in notes(&layer, wanted) {
                    let says = Phrase::from(out.says).count("offset", note.offset);
                    layer.note(note, says, out);
                    listed += 1;
                }
                rest(&layer, count(&layer, wanted), listed, out);
            }
        },
    }
    "tar-path-nul" {
        severity: Error (Must),
        spec: "layer.md#distributable-format" since "",
        needs: Blobs,
        title: "NUL in a name" / "名称中有 NUL",
        says: "The pax header at byte {offset} of the layer {layer} has a NUL byte inside a path, a link or the name of an attribute." / "层 {layer} 中第 {offset} 字节处的 pax 头部，在路径、链接或属性名称里有 NUL 字节。",
        why: "No file system can hold such a name. Go's reader stops with `archive/tar: invalid tar header`." / "没有文件系统能存放这样的名称。Go 的读取程序会以 `archive/tar: invalid tar header` 停止。",
        fix: "Rename the file and build the layer again." / "重命名该文件，再重新构建该层。",
        bad: || layer(&[file("a", b"").pax(&[("path", b"a\0b")])]),
        good: || layer(&[file("a", b"").pax(&[("path", b"a/b")])]),
        check: |inventory, out| {
            for layer in layers(inventory, out) {
                if let Some(TarDefect::PaxMalformed { at, nul: true }) = layer.tar.defect {
                    let place = Locus { offset: Some(at), ..Locus::whole(&layer.blob.path) };
                    out.found(place, |p| p.code("layer", &layer.blob.path).count("offset", at));
                    layer.relate(out);
                }
            }
        },
    }
    "tar-path-not-utf8" {
        severity: Info (Note),
        spec: "layer.md#distributable-format" since "",
        needs: Blobs,
        title: "Path that is not UTF-8" / "路径不是 UTF-8",
        says: "Paths in the layer {layer} that are not UTF-8: {count}; the first is {entry}." / "层 {layer} 中不是 UTF-8 的路径：{count} 个，第一个是 {entry}。",
        why: "Linux keeps the bytes. Tools that write paths into JSON, and Windows, put replacement characters in their place." / "Linux 会原样保留这些字节。把路径写进 JSON 的工具，以及 Windows，会换成替代字符。",
        fix: "Rename the files in UTF-8 where a tool trips over them." / "如果有工具因此出错，就把文件名改成 UTF-8。",
        fine: "On Linux; test suites and old packages hold such names on purpose." / "在 Linux 上没有问题；有些测试集和旧软件包本来就有这样的名称。",
        bad: || layer(&[file(b"r\xe9sum\xe9", b"")]),
        good: || layer(&[file("résumé", b"")]),
        check: |inventory, out| listed(inventory, out, |what| what == Oddity::NotUtf8),
    }
    "tar-path-backslash" {
        severity: Info (Note),
        spec: "layer.md#distributable-format" since "",
        needs: Blobs,
        title: "Backslash in a path" / "路径中有反斜杠",
        says: "Paths with a backslash in the layer {layer}: {count}; the first is {entry}." / "层 {layer} 中带有反斜杠的路径：{count} 个，第一个是 {entry}。",
        why: "On Linux it is a character like any other; on Windows it separates folders, and Flux refuses the name." / "在 Linux 上它是普通字符；在 Windows 上它是目录分隔符；Flux 拒绝这样的名称。",
        fix: "Rename the files if the image is for Windows or for Flux." / "如果镜像用于 Windows 或 Flux，就重命名这些文件。",
        fine: "In an image for Linux; systemd names units this way." / "用于 Linux 的镜像没有问题；systemd 的单元文件就这样命名。",
        trigger: "a\\b",
        bad: || layer(&[file("a\\b", b"")]),
        good: || layer(&[file("a/b", b"")]),
        check: |inventory, out| once(inventory, out, |what| what == Oddity::Backslash),
    }
    "tar-path-case-collision" {
        severity: Info (Note),
        spec: "layer.md#distributable-format" since "",
        needs: Blobs,
        title: "Paths that differ in case only" / "路径仅大小写不同",
        says: "Paths in the layer {layer} that differ from an earlier one in case only: {count}; the first is {entry}." / "层 {layer} 中与先前路径仅大小写不同的路径：{count} 个，第一个是 {entry}。",
        why: "Unpacked on macOS or Windows, one of them overwrites the other." / "在 macOS 或 Windows 上解包时，后一个会覆盖前一个。",
        fix: "Rename one of them if the layer is unpacked there." / "如果会在这些系统上解包，就重命名其中一个。",
        fine: "As long as the image is unpacked on Linux." / "只在 Linux 上解包时没有问题。",
        bad: || layer(&[file("README", b""), file("readme", b"")]),
        good: || layer(&[file("README", b""), file("a/readme", b"")]),
        check: |inventory, out| {
            compares_paths(inventory, out);
            listed(inventory, out, |what| what == Oddity::CaseTwin);
        },
    }
    "tar-root-entry" {
        severity: Info (Note),
        spec: "layer.md#distributable-format" since "",
        needs: Blobs,
        title: "Entry for the root itself" / "根目录自身的条目",
        says: "The layer {layer} has an entry for the root of the image: {entry}." / "层 {layer} 含有镜像根目录自身的条目：{entry}。",
        why: "It sets owner, mode and time of the root directory. `tar -C DIR -cf layer.tar .` writes one." / "它会设定根目录的属主、权限和时间。`tar -C DIR -cf layer.tar .` 就会写出这样的条目。",
        fix: "Nothing to fix; leave it out if the root is to stay as the layers below have it." / "无需修改；如果想保留下层的根目录属性，就去掉它。",
        fine: "Always legal." / "始终合法。",
        trigger: "./",
        bad: || layer(&[dir("./"), file("./a", b"")]),
        good: || layer(&[file("./a", b"")]),
        check: |inventory, out| once(inventory, out, |what| what == Oddity::RootEntry),
    }
    "tar-root-type" {
        severity: Error (Consumers),
        spec: "layer.md#distributable-format" since "",
        needs: Blobs,
        title: "Root is not a directory" / "根目录不是目录",
        says: "The entry {entry} makes the root of the image something else than a directory." / "条目 {entry} 把镜像的根目录变成了目录以外的东西。",
        why: "umoci refuses it as a malicious entry; others fail when they replace the root." / "umoci 会当作恶意条目而拒绝；其他程序在替换根目录时失败。",
        fix: "Make it a directory, or take it out." / "改成目录，或删除该条目。",
        bad: || layer(&[symlink("./", "etc")]),
        good: || layer(&[dir("/")]),
        check: |inventory, out| each(inventory, out, |what| what == Oddity::RootType),
    }
    "tar-parent-implicit" {
        severity: Info (Note),
        spec: "layer.md#distributable-format" since "",
        needs: Blobs,
        title: "Folders without an entry of their own" / "目录没有自己的条目",
        says: "Folders in the layer {layer} that have no entry of their own: {count}; the first is {entry}." / "层 {layer} 中没有自己条目的目录：{count} 个，第一个是 {entry}。",
        why: "Where no lower layer has the folder, consumers make it with an owner, mode and time of their choice." / "如果下层也没有该目录，使用方会自行创建，并自定属主、权限和时间。",
        fix: "Add entries for the folders if their mode or owner matters." / "如果目录的权限或属主重要，就为它们添加条目。",
        fine: "Legal and common: many build tools write files only." / "合法且常见：许多构建工具只写文件条目。",
        bad: || layer(&[file("a/b/c", b"")]),
        good: || layer(&[file("a/b", b""), dir("a/")]),
        check: |inventory, out| {
            compares_paths(inventory, out);
            once(inventory, out, |what| what == Oddity::ParentImplicit);
        },
    }
}
