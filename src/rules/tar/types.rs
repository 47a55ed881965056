//! Rules about what the entries of a layer are and carry: kinds, attributes, owners, times. Paths and links have files
//! of their own.

use crate::artifact::documents::Config;
use crate::bytes::blob::Oddity;
use crate::limits;
use crate::rules::rules;
use crate::rules::tar::stack::{self, Part};
use crate::rules::tar::{Wanted, count, each, layers, listed, once, once_in};
use crate::rules::walk;
use crate::text::{Phrase, say};

use crate::examples::inputs::image;
use crate::examples::inputs::layer;
use crate::examples::{
    self,
    tar::{device, dir, entry, file, symlink, tar},
};
use crate::spec::media_type as mt;

rules! {
    "tar-type-unknown" {
        severity: Error (Consumers),
        spec: "layer.md#file-types" since "1.0",
        needs: Blobs,
        title: "Unknown type of entry" / "未知的条目类型",
        says: "The entry {entry} has the type flag {detail}, which container tools do not know." / "条目 {entry} 的类型标志是 {detail}，容器工具不认识这种类型。",
        why: "containerd, Docker and umoci stop there: `unhandled tar header type`." / "containerd、Docker 和 umoci 会在此停止：`unhandled tar header type`。",
        fix: "Pack the files with an ordinary tar: no volume label, no incremental and no multi-volume archive." / "用普通的 tar 重新打包，不要带卷标，也不要做成增量归档或多卷归档。",
        bad: || layer(&[entry(b'V', "label"), file("a", b"")]),
        good: || layer(&[file("a", b""), entry(b'7', "contiguous")]),
        check: |inventory, out| each(inventory, out, |what| matches!(what, Oddity::OtherType(_))),
    }
    "tar-sparse" {
        severity: Warning (Should),
        spec: "layer.md#file-attributes" since "1.0",
        needs: Blobs,
        title: "Sparse file" / "稀疏文件",
        says: "The entry {entry} is a sparse file in a pax form." / "条目 {entry} 是 pax 格式的稀疏文件。",
        why: "The specification says that sparse files SHOULD NOT be used, because support is uneven." / "规范指出不应（SHOULD NOT）使用稀疏文件，因为各种工具的支持并不一致。",
        fix: "Pack with tar without `--sparse`." / "打包时不要给 tar 加 `--sparse`。",
        fine: "Where every consumer in use is known to read it; readers written in Go do." / "确认所用的使用方都能读取时没有问题；用 Go 写的读取程序可以。",
        bad: || layer(&[file("a", b"").pax(&[("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0")])]),
        good: || layer(&[file("a", b"")]),
        check: |inventory, out| each(inventory, out, |what| what == Oddity::SparsePax),
    }
    "tar-sparse-gnu" {
        severity: Error (Consumers),
        spec: "layer.md#file-attributes" since "1.0",
        needs: Blobs,
        title: "Sparse file in the old GNU form" / "旧 GNU 格式的稀疏文件",
        says: "The entry {entry} is a sparse file in the old GNU form (type flag `S`)." / "条目 {entry} 是旧 GNU 格式的稀疏文件（类型标志 `S`）。",
        why: "containerd, Docker and umoci do not unpack this type: `unhandled tar header type`." / "containerd、Docker 和 umoci 不解包这种类型：`unhandled tar header type`。",
        fix: "Pack with tar without `--sparse`." / "打包时不要给 tar 加 `--sparse`。",
        bad: || layer(&[entry(b'S', "a")]),
        good: || layer(&[file("a", b"")]),
        check: |inventory, out| each(inventory, out, |what| what == Oddity::SparseGnu),
    }
    "tar-device" {
        severity: Info (Note),
        spec: "layer.md#file-types" since "1.0",
        needs: Blobs,
        title: "Device nodes" / "设备文件",
        says: "Device nodes in the layer {layer}: {count}; the first is {entry}." / "层 {layer} 中的设备文件：{count} 个，第一个是 {entry}。",
        why: "Making them needs privileges: rootless consumers leave them out, Flux refuses the layer." / "创建设备文件需要特权：rootless 的使用方会略过，Flux 会拒绝该层。",
        fix: "Leave them out: the runtime makes `/dev` anew for every container." / "去掉它们：运行时会为每个容器重新创建 `/dev`。",
        fine: "Legal; old base images hold a few under `dev/`." / "合法；较早的基础镜像在 `dev/` 下会有几个。",
        bad: || layer(&[device("null", 1, 3)]),
        good: || layer(&[file("null", b"")]),
        check: |inventory, out| listed(inventory, out, |what| what == Oddity::Device),
    }
    "tar-device-whiteout" {
        severity: Warning (Ambiguous),
        spec: "layer.md#whiteouts" since "1.0",
        needs: Blobs,
        title: "Device 0:0 used as a deletion" / "用 0:0 设备表示删除",
        says: "The entry {entry} is the character device 0:0." / "条目 {entry} 是字符设备 0:0。",
        why: "overlayfs reads this device as a deletion, so whether the file below is gone depends on how the layer is stored. In an image, deletions are `.wh.` files." / "overlayfs 把这种设备视为删除标记，于是下层文件是否消失取决于层的存储方式。镜像里的删除应当用 `.wh.` 文件表示。",
        fix: "Write a whiteout file `.wh.NAME`; build the layer from the merged view, not from an overlay's upper directory." / "改写成 whiteout 文件 `.wh.NAME`；从合并后的视图构建该层，不要直接打包 overlay 的 upper 目录。",
        bad: || layer(&[device("gone", 0, 0)]),
        good: || layer(&[device("null", 1, 3)]),
        check: |inventory, out| each(inventory, out, |what| what == Oddity::DeviceZero),
    }
    "tar-fifo" {
        severity: Info (Note),
        spec: "layer.md#file-types" since "1.0",
        needs: Blobs,
        title: "Named pipes" / "命名管道",
        says: "Named pipes in the layer {layer}: {count}; the first is {entry}." / "层 {layer} 中的命名管道：{count} 个，第一个是 {entry}。",
        why: "Image tools create them; Flux refuses the layer." / "镜像工具会创建它们；Flux 会拒绝该层。",
        fix: "Nothing to fix, unless the layer is for Flux." / "除非该层用于 Flux，否则无需修改。",
        fine: "Always legal in an image." / "在镜像中始终合法。",
        bad: || layer(&[entry(b'6', "pipe")]),
        good: || layer(&[file("pipe", b"")]),
        check: |inventory, out| once(inventory, out, |what| what == Oddity::Fifo),
    }
    "tar-data-on-non-file" {
        severity: Warning (Ambiguous),
        spec: "POSIX ustar" since "",
        needs: Blobs,
        title: "Size on something without content" / "没有内容的条目却带有大小",
        says: "The entry {entry} is no regular file, yet its header gives a size of {detail} bytes." / "条目 {entry} 不是普通文件，头部却写明大小为 {detail} 字节。",
        why: "Readers disagree whether so many bytes of content follow; one that takes the other view finds other entries in the same layer." / "读取程序对其后是否跟着这么多内容看法不一；看法不同，在同一层里读到的条目就不同。",
        fix: "Write the size 0." / "把大小写成 0。",
        bad: || layer(&[dir("a").size(512)]),
        good: || layer(&[dir("a")]),
        check: |inventory, out| each(inventory, out, |what| what == Oddity::DataOnNonFile),
    }
    "tar-xattr-overlay" {
        severity: Warning (Ambiguous),
        spec: "layer.md#file-attributes" since "",
        needs: Blobs,
        title: "Attribute that steers overlayfs" / "会影响 overlayfs 的扩展属性",
        says: "The entry {entry} has the extended attribute {detail}." / "条目 {entry} 带有扩展属性 {detail}。",
        why: "Where layers are stored as overlayfs directories, it hides files of lower layers or leads to others; elsewhere it does nothing. So the image differs from host to host." / "如果层以 overlayfs 目录的形式存储，该属性会隐藏下层文件或指向别处；换一种存储方式则没有作用。同一镜像在不同主机上因此会不一样。",
        fix: "Build the layer from the merged view, not from an overlay's upper directory." / "从合并后的视图构建该层，不要直接打包 overlay 的 upper 目录。",
        bad: || layer(&[dir("a").pax(&[("SCHILY.xattr.trusted.overlay.opaque", "y")])]),
        good: || layer(&[dir("a").pax(&[("SCHILY.xattr.user.note", "y")])]),
        check: |inventory, out| each(inventory, out, |what| what == Oddity::OverlayAttribute),
    }
    "tar-xattr-capability" {
        severity: Info (Note),
        spec: "layer.md#file-attributes" since "1.0",
        needs: Blobs,
        title: "File capabilities" / "文件 capability",
        says: "Files with capabilities in the layer {layer}: {count}; the first is {entry}." / "层 {layer} 中带有 capability 的文件：{count} 个，第一个是 {entry}。",
        why: "Such a program runs with more rights than who starts it. Rootless consumers may drop the attribute." / "这样的程序运行时拥有比启动者更多的权限。rootless 的使用方可能会丢掉该属性。",
        fix: "Nothing to fix; take the capability away if the program does not need it." / "无需修改；如果程序用不到，就去掉 capability。",
        fine: "When it is meant: `ping` has one in many images." / "有意为之就没有问题：许多镜像里的 `ping` 就带有 capability。",
        bad: || layer(&[file("ping", b"").pax(&[("SCHILY.xattr.security.capability", "x")])]),
        good: || layer(&[file("ping", b"")]),
        check: |inventory, out| listed(inventory, out, |what| what == Oddity::Capability),
    }
    "tar-setuid" {
        severity: Info (Note),
        spec: "layer.md#file-attributes" since "1.0",
        needs: Blobs,
        title: "Setuid and setgid files" / "setuid 与 setgid 文件",
        says: "Setuid or setgid files in the layer {layer}: {count}; the first is {entry} with mode {detail}." / "层 {layer} 中的 setuid 或 setgid 文件：{count} 个，第一个是 {entry}，权限为 {detail}。",
        why: "Such a program runs with the rights of its owner or group." / "这样的程序会以文件属主或属组的权限运行。",
        fix: "Nothing to fix; take the bit away where it is not needed." / "无需修改；如果不需要，就去掉该权限位。",
        fine: "Base images of distributions have a dozen: `su`, `passwd`, `mount`." / "发行版的基础镜像有十来个：`su`、`passwd`、`mount`。",
        bad: || layer(&[file("su", b"").mode(0o4755)]),
        good: || layer(&[file("su", b"").mode(0o755), dir("tmp").mode(0o1777)]),
        check: |inventory, out| listed(inventory, out, |what| what == Oddity::SetId),
    }
    "tar-id-large" {
        severity: Warning (Consumers),
        spec: "layer.md#file-attributes" since "",
        needs: Blobs,
        title: "Large user or group number" / "用户或用户组编号过大",
        says: "Entries of the layer {layer} with a user or group number above 65535: {count}; the first is {entry} with {detail}." / "层 {layer} 中用户或用户组编号超过 65535 的条目：{count} 个，第一个是 {entry}，编号为 {detail}。",
        why: "Rootless consumers map 65536 numbers as a rule, and cannot give the file to this one: `lchown: invalid argument`." / "rootless 的使用方通常只映射 65536 个编号，无法把文件交给这个编号：`lchown: invalid argument`。",
        fix: "Set owner and group to small numbers before building: `COPY --chown=0:0`, `tar --owner=0 --group=0`." / "构建前把属主和属组改为较小的编号：`COPY --chown=0:0`、`tar --owner=0 --group=0`。",
        fine: "When no rootless consumer unpacks the image, or its mapping is wide enough." / "没有 rootless 的使用方解包该镜像，或者映射范围足够大时没有问题。",
        bad: || layer(&[file("a", b"").pax(&[("uid", "831580115")])]),
        good: || layer(&[file("a", b"").owner(1000, 65_535)]),
        check: |inventory, out| {
            for layer in layers(inventory, out) {
                let impossible: Wanted = |what| what == Oddity::ImpossibleId;
                if count(&layer, impossible) > 0 {
                    let says = say(
                        "Entries of the layer {layer} with a user or group number that no system has: {count}; the first is {entry} with {detail}.",
                        "层 {layer} 中用户或用户组编号在任何系统上都不存在的条目：{count} 个，第一个是 {entry}，编号为 {detail}。",
                    );
                    once_in(&layer, out, impossible, limits::NOTES_PER_ODDITY, says);
                } else {
                    let large: Wanted = |what| what == Oddity::LargeId;
                    once_in(&layer, out, large, limits::NOTES_PER_ODDITY, out.says.into());
                }
            }
        },
    }
    "tar-mtime-odd" {
        severity: Info (Note),
        spec: "layer.md#file-attributes" since "",
        needs: Blobs,
        title: "Odd time of change" / "异常的修改时间",
        says: "Entries of the layer {layer} last changed before 1970 or after 2242: {count}; the first is {entry} with {detail}." / "层 {layer} 中修改时间早于 1970 年或晚于 2242 年的条目：{count} 个，第一个是 {entry}，时间值为 {detail}。",
        why: "containerd and some file systems put the nearest time that they can hold in its place." / "containerd 和某些文件系统会换成它们能表示的最接近的时间。",
        fix: "Nothing to fix; a build with a fixed `SOURCE_DATE_EPOCH` avoids it." / "无需修改；构建时固定 `SOURCE_DATE_EPOCH` 可以避免。",
        fine: "As long as no program in the image looks at the time." / "只要镜像中没有程序依赖该时间，就没有问题。",
        bad: || layer(&[file("a", b"").mtime(-1)]),
        good: || layer(&[file("a", b"").mtime(0)]),
        check: |inventory, out| once(inventory, out, |what| what == Oddity::OddTime),
    }
    "tar-windows-layout" {
        severity: Info (Note),
        spec: "layer.md#platform-specific-attributes" since "1.0",
        needs: Blobs,
        title: "Windows layer without `Files`" / "Windows 层中没有 `Files`",
        says: "The image is for Windows, but its layer {layer} has neither `Files/` nor `UtilityVM/` at its top." / "镜像面向 Windows，但它的层 {layer} 顶层既没有 `Files/` 也没有 `UtilityVM/`。",
        why: "Windows takes the file system of a layer from these two folders; what lies elsewhere does not show in the container." / "Windows 从这两个目录读取层的文件系统；放在别处的内容不会出现在容器里。",
        fix: "Build the layer on Windows or with `docker buildx`, or put the files under `Files/`." / "在 Windows 上或用 `docker buildx` 构建该层，或者把文件放到 `Files/` 下。",
        fine: "When the image only carries files and never runs." / "镜像只用来携带文件、不会运行时没有问题。",
        bad: || {
            let tar = tar(&[dir("etc/")]);
            let windows = |config: &mut serde_json::Value| config["os"] = serde_json::json!("windows");
            image(&[(mt::OCI_TAR_GZIP, examples::gzip(&tar), tar)], windows, |_| {})
        },
        good: || {
            let tar = tar(&[dir("Files/"), symlink("Files/a", "b")]);
            let windows = |config: &mut serde_json::Value| config["os"] = serde_json::json!("windows");
            image(&[(mt::OCI_TAR_GZIP, examples::gzip(&tar), tar)], windows, |_| {})
        },
        check: |inventory, out| {
            let mut seen = Vec::new();
            for image in walk::images(inventory) {
                let Some((_, config)) = out.known(image.config) else { continue };
                if !is_windows(config) {
                    continue;
                }
                for part in stack::of_manifest(inventory, image.document, image.manifest) {
                    match part {
                        Part::Unknown(missing) => out.missing(missing),
                        Part::Empty => out.looked(),
                        Part::Tar(layer) => {
                            out.looked();
                            if layer.tar.windows_root || layer.tar.entries == 0 {
                                continue;
                            }
                            if !(layer.tar.is_whole() && layer.facts.complete) {
                                out.missing(layer.missing());
                            } else if !seen.contains(&layer.blob.path) {
                                seen.push(layer.blob.path.clone());
                                let says = Phrase::from(out.says).code("layer", &layer.blob.path);
                                out.found_as(crate::place::Locus::whole(&layer.blob.path), says);
                                layer.relate(out);
                            }
                        }
                    }
                }
            }
        },
    }
}

fn is_windows(config: &Config) -> bool {
    config.os.text() == "windows"
}
