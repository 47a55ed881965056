//! Rules `tar-hardlink-*` and `tar-symlink-*`: where the links of a layer lead. A hard link needs its target when it is
//! unpacked, a symbolic link not before it is followed.

use crate::bytes::blob::OpenPath;
use crate::bytes::blob::{Oddity, Presence};
use crate::rules::tar::stack::{Asks, Below, ask};
use crate::rules::tar::{TarLayer, compares_paths, each, layers, once, shown};
use crate::rules::{Out, rules};
use crate::text::Phrase;

use crate::examples::inputs::{layer, stack};
use crate::examples::tar::{dir, file, hardlink, symlink};

rules! {
    "tar-hardlink-missing" {
        severity: Error (Consumers),
        spec: "layer.md#hardlinks" since "1.0",
        needs: Blobs,
        title: "Hard link to nothing" / "硬链接没有目标",
        says: "The hard link {entry} points at {link}, which neither its layer nor any layer below has." / "硬链接 {entry} 指向 {link}，而本层和下面各层都没有它。",
        why: "containerd, Docker and umoci stop while they unpack: `link … no such file or directory`." / "containerd、Docker 和 umoci 解包时停止：`link … no such file or directory`。",
        fix: "Store the file itself instead of the link, or add the file before the link." / "把链接换成文件本身，或在链接之前加入该文件。",
        bad: || layer(&[hardlink("b", "nowhere")]),
        good: || layer(&[file("a", b""), hardlink("b", "./a"), hardlink("c", "/b")]),
        check: |inventory, out| ask(inventory, out, Asks::Links, &mut |layer, path, below, out| {
            if matches!(below, Below::Nothing) {
                open(layer, path, out);
            }
        }),
    }
    "tar-hardlink-lower" {
        severity: Warning (Should),
        spec: "layer.md#hardlinks" since "1.1.1",
        needs: Blobs,
        title: "Hard link into a lower layer" / "硬链接指向下层",
        says: "The hard link {entry} points at {link}, which only a lower layer has." / "硬链接 {entry} 指向 {link}，而只有下层才有它。",
        why: "The specification says that it may fail: where each layer is unpacked into a directory of its own, the target is not there." / "规范说明这可能失败：如果每一层各自解包到独立的目录，目标就不在那里。",
        fix: "Store the file in this layer, before the link." / "把该文件也放进本层，排在链接之前。",
        fine: "Docker and containerd unpack onto the layers below and find it." / "Docker 和 containerd 在下层之上解包，能找到目标。",
        bad: || stack(&[&[file("a", b"")], &[hardlink("b", "a")]]),
        good: || stack(&[&[file("a", b"")], &[file("a", b""), hardlink("b", "a")]]),
        check: |inventory, out| ask(inventory, out, Asks::Links, &mut |layer, path, below, out| {
            if matches!(below, Below::There(Presence::Symlink | Presence::Other)) {
                open(layer, path, out);
            }
        }),
    }
    "tar-hardlink-to-removed" {
        severity: Error (Consumers),
        spec: "layer.md#whiteouts" since "1.0",
        needs: Blobs,
        title: "Hard link to a removed file" / "硬链接指向已删除的文件",
        says: "The hard link {entry} points at {link}, which a layer below has and a whiteout removes." / "硬链接 {entry} 指向 {link}，它在下层存在，但已被 whiteout 删除。",
        why: "Once the whiteout is applied the target is gone, and unpacking stops: `no such file or directory`." / "应用 whiteout 之后目标就不存在了，解包会停止：`no such file or directory`。",
        fix: "Store the file itself instead of the link." / "把链接换成文件本身。",
        bad: || stack(&[&[file("a", b"")], &[file(".wh.a", b""), hardlink("b", "a")]]),
        good: || stack(&[&[file("a", b"")], &[file(".wh.a", b""), file("c", b""), hardlink("b", "c")]]),
        check: |inventory, out| ask(inventory, out, Asks::Links, &mut |layer, path, below, out| {
            if matches!(below, Below::Removed) {
                open(layer, path, out);
            }
        }),
    }
    "tar-hardlink-forward" {
        severity: Error (Consumers),
        spec: "layer.md#hardlinks" since "",
        needs: Blobs,
        title: "Hard link before its target" / "硬链接排在目标之前",
        says: "The hard link {entry} points at {link}, which comes later in the same layer." / "硬链接 {entry} 指向 {link}，而后者在同一层中排在它之后。",
        why: "Layers are unpacked in their order: containerd, Docker and umoci do not find the target yet and stop." / "层按顺序解包：containerd、Docker 和 umoci 此时还找不到目标，会停止。",
        fix: "Put the file before the link, as tar does when it packs both in one go." / "把文件放在链接之前；tar 一次打包两者时就是这个顺序。",
        bad: || layer(&[hardlink("b", "a"), file("a", b"")]),
        good: || layer(&[file("a", b""), hardlink("b", "a")]),
        check: |inventory, out| {
            links_are_known(inventory, out);
            each(inventory, out, |what| what == Oddity::HardLinkForward);
        },
    }
    "tar-hardlink-directory" {
        severity: Error (Must),
        spec: "layer.md#hardlinks" since "1.0",
        needs: Blobs,
        title: "Hard link to a directory" / "硬链接指向目录",
        says: "The hard link {entry} points at {link}, which is a directory." / "硬链接 {entry} 指向 {link}，而它是目录。",
        why: "No kernel makes hard links to directories: unpacking stops with `operation not permitted`." / "内核不允许给目录创建硬链接：解包会以 `operation not permitted` 停止。",
        fix: "Use a symbolic link." / "改用符号链接。",
        bad: || layer(&[dir("etc/"), hardlink("b", "etc")]),
        good: || layer(&[dir("etc/"), symlink("b", "etc")]),
        check: |inventory, out| {
            each(inventory, out, |what| what == Oddity::HardLinkDirectory);
            ask(inventory, out, Asks::Links, &mut |layer, path, below, out| {
                if matches!(below, Below::There(Presence::Dir)) {
                    open(layer, path, out);
                }
            });
        },
    }
    "tar-hardlink-escape" {
        severity: Error (Consumers),
        spec: "layer.md#hardlinks" since "",
        needs: Blobs,
        title: "Hard link leads out of the image" / "硬链接跳出镜像",
        says: "The hard link {entry} points at {link}, which leads out of the root of the image." / "硬链接 {entry} 指向 {link}，跳出了镜像的根目录。",
        why: "Docker refuses the layer as a breakout; containerd keeps the target inside the root, where another file or none stands." / "Docker 会把它当作越界而拒绝该层；containerd 会把目标限制在根目录内，那里可能是别的文件，也可能什么都没有。",
        fix: "Link to a path inside the image, or store the file." / "链接到镜像内的路径，或直接存放文件。",
        trigger: "../../x",
        bad: || layer(&[hardlink("b", "../../x")]),
        good: || layer(&[file("x", b""), hardlink("b", "a/../x")]),
        check: |inventory, out| each(inventory, out, |what| what == Oddity::HardLinkEscape),
    }
    "tar-symlink-outside" {
        severity: Info (Note),
        spec: "layer.md#file-types" since "",
        needs: Blobs,
        title: "Absolute and climbing symbolic links" / "绝对路径或含 `..` 的符号链接",
        says: "Symbolic links in the layer {layer} with an absolute target or with `..`: {count}; the first is {entry}, to {link}." / "层 {layer} 中目标为绝对路径或含 `..` 的符号链接：{count} 个，第一个是 {entry}，指向 {link}。",
        why: "In the container they are resolved from its own root. Who unpacks the layer by hand sees them point into the host." / "在容器里，它们从容器自己的根目录解析。手动解包该层时，它们会指向主机上的路径。",
        fix: "Nothing to fix." / "无需修改。",
        fine: "Legal, and found in nearly every image." / "合法，几乎每个镜像都有。",
        bad: || layer(&[symlink("bin", "/usr/bin")]),
        good: || layer(&[symlink("bin", "usr/bin")]),
        check: |inventory, out| once(inventory, out, |what| what == Oddity::SymlinkOutside),
    }
    "tar-symlink-loop" {
        severity: Info (Note),
        spec: "layer.md#file-types" since "",
        needs: Blobs,
        title: "Symbolic links in a circle" / "符号链接成环",
        says: "Circles of symbolic links in the layer {layer}: {count}; the first begins at {entry}." / "层 {layer} 中成环的符号链接：{count} 处，第一处从 {entry} 开始。",
        why: "Whoever follows one gets `too many levels of symbolic links`. Unpacking does not follow them." / "跟随这样的链接会得到 `too many levels of symbolic links`。解包时不会跟随。",
        fix: "Let one of them point at a file." / "让其中一个指向真正的文件。",
        fine: "Harmless until a program follows one; test suites contain some on purpose." / "只要没有程序跟随就无害；有些测试集特意包含这种链接。",
        bad: || layer(&[symlink("a", "b"), symlink("b", "a")]),
        good: || layer(&[file("c", b""), symlink("a", "b"), symlink("b", "c")]),
        check: |inventory, out| {
            for layer in layers(inventory, out) {
                if !(layer.tar.all_symlinks_followed && layer.tar.all_paths_compared) {
                    out.missing(layer.missing());
                }
            }
            once(inventory, out, |what| what == Oddity::SymlinkLoop);
        },
    }
    "tar-symlink-empty" {
        severity: Error (Consumers),
        spec: "layer.md#file-types" since "",
        needs: Blobs,
        title: "Symbolic link without a target" / "符号链接没有目标",
        says: "The symbolic link {entry} has no target." / "符号链接 {entry} 没有目标。",
        why: "No kernel makes such a link: unpacking stops with `no such file or directory`." / "内核无法创建这样的链接：解包会以 `no such file or directory` 停止。",
        fix: "Give it a target, or take it out." / "写上目标，或删除它。",
        bad: || layer(&[symlink("a", "")]),
        good: || layer(&[symlink("a", "b")]),
        check: |inventory, out| each(inventory, out, |what| what == Oddity::EmptyLink),
    }
}

/// Notes that not all hard links of a layer could be told apart.
fn links_are_known(inventory: &crate::artifact::Inventory, out: &mut Out) {
    compares_paths(inventory, out);
    for layer in layers(inventory, out) {
        if !layer.tar.all_links_kept {
            out.missing(layer.missing());
        }
    }
}

/// A finding about a hard link whose target other layers decide.
fn open(layer: &TarLayer, path: &OpenPath, out: &mut Out) {
    let says = Phrase::from(out.says)
        .code("entry", shown(&path.path))
        .code("link", shown(&path.asked));
    out.found_as(layer.at(&path.path, path.offset), says);
    layer.relate(out);
}
