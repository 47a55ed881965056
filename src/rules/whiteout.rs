//! Rules `whiteout-*`: the entries by which a layer removes what lies below it. A whiteout is an empty file whose name is
//! `.wh.` and the name of what it removes.

use super::tar::stack::{Asks, Below, Part, ask, lone_layers, stacks};
use super::tar::{Wanted, compares_paths, count, each, notes, once, once_in};
use super::{Out, rules};
use crate::artifact::Inventory;
use crate::bytes::blob::Oddity;
use crate::limits;
use crate::text::Phrase;

use crate::examples::inputs::{layer, stack};
use crate::examples::tar::{dir, file};

rules! {
    "whiteout-empty-name" {
        severity: Error (Consumers),
        spec: "layer.md#whiteouts" since "main",
        needs: Blobs,
        title: "Whiteout of nothing" / "whiteout 没有名称",
        says: "The whiteout {entry} names nothing after `.wh.`." / "whiteout {entry} 在 `.wh.` 之后没有名称。",
        why: "Read to the letter, it would remove the folder that it lies in. umoci and containerd refuse it." / "照字面理解，它会删除自己所在的目录。umoci 和 containerd 会拒绝。",
        fix: "Take the entry out." / "删除该条目。",
        trigger: "a/.wh.",
        bad: || stack(&[&[dir("a/")], &[file("a/.wh.", b"")]]),
        good: || stack(&[&[dir("a/"), file("a/b", b"")], &[file("a/.wh.b", b"")]]),
        check: |inventory, out| each(inventory, out, |what| what == Oddity::WhiteoutEmptyName),
    }
    "whiteout-dot-name" {
        severity: Error (Consumers),
        spec: "layer.md#whiteouts" since "1.0",
        needs: Blobs,
        title: "Whiteout of `.` or `..`" / "whiteout 指向 `.` 或 `..`",
        says: "The whiteout {entry} names its own folder or the one above it." / "whiteout {entry} 指向自身所在的目录或上一级目录。",
        why: "containerd refuses it as an invalid whiteout name; others might remove more than was meant." / "containerd 会以无效的 whiteout 名称为由拒绝；其他程序可能会删掉更多内容。",
        fix: "Take the entry out, or write a whiteout of the folder where it lies." / "删除该条目，或在目录所在的位置写该目录的 whiteout。",
        trigger: "a/.wh..",
        bad: || stack(&[&[dir("a/")], &[file("a/.wh..", b"")]]),
        good: || stack(&[&[file("..a", b"")], &[file(".wh...a", b"")]]),
        check: |inventory, out| each(inventory, out, |what| what == Oddity::WhiteoutDotName),
    }
    "whiteout-not-empty" {
        severity: Warning (Must),
        spec: "layer.md#whiteouts" since "1.0",
        needs: Blobs,
        title: "Whiteout with content" / "whiteout 带有内容",
        says: "The whiteout {entry} has {detail} bytes of content." / "whiteout {entry} 带有 {detail} 字节的内容。",
        why: "A whiteout is an empty file. Consumers go by the name alone and drop the content: a file that was meant to be kept under this name is lost." / "whiteout 应当是空文件。使用方只看名称，会丢弃内容：如果本意是保留这个文件，它就丢失了。",
        fix: "Make it empty; rename the file if it is no whiteout." / "清空它；如果它并不是 whiteout，就换个名称。",
        bad: || stack(&[&[file("a", b"")], &[file(".wh.a", b"hello")]]),
        good: || stack(&[&[file("a", b"")], &[file(".wh.a", b"")]]),
        check: |inventory, out| each(inventory, out, |what| what == Oddity::WhiteoutNotEmpty),
    }
    "whiteout-not-regular" {
        severity: Warning (Must),
        spec: "layer.md#whiteouts" since "1.0",
        needs: Blobs,
        title: "Whiteout that is no file" / "whiteout 不是普通文件",
        says: "The whiteout {entry} is no regular file." / "whiteout {entry} 不是普通文件。",
        why: "A whiteout is an empty regular file. umoci takes any type, others may make what the entry says." / "whiteout 应当是空的普通文件。umoci 接受任何类型，其他程序可能会照条目创建。",
        fix: "Make it an empty file." / "改成空文件。",
        bad: || stack(&[&[file("a", b"")], &[dir(".wh.a/")]]),
        good: || stack(&[&[file("a", b"")], &[file(".wh.a", b"")]]),
        check: |inventory, out| each(inventory, out, |what| what == Oddity::WhiteoutNotRegular),
    }
    "whiteout-same-layer" {
        severity: Warning (Ambiguous),
        spec: "layer.md#whiteouts" since "1.0",
        needs: Blobs,
        title: "Whiteout of its own layer's content" / "whiteout 指向本层的内容",
        says: "The whiteout {entry} comes after what it names in the same layer." / "whiteout {entry} 排在本层中同名内容之后。",
        why: "A whiteout is for the layers below only. containerd and Docker go by the order of entries and remove what this layer brought." / "whiteout 只作用于下面各层。而 containerd 和 Docker 按条目顺序处理，会删掉本层刚写入的内容。",
        fix: "Put the whiteout first if the content is to stay, or take one of the two out." / "如果要保留内容，就把 whiteout 放到前面；否则去掉其中之一。",
        bad: || stack(&[&[file("a", b"")], &[file("a", b"1"), file(".wh.a", b"")]]),
        good: || stack(&[&[file("a", b"")], &[file(".wh.a", b""), file("a", b"1")]]),
        check: |inventory, out| {
            compares_paths(inventory, out);
            each(inventory, out, |what| what == Oddity::WhiteoutSameLayer);
        },
    }
    "whiteout-late" {
        severity: Info (Should),
        spec: "layer.md#whiteouts" since "1.0",
        needs: Blobs,
        title: "Whiteout after other entries of its folder" / "whiteout 排在同目录其他条目之后",
        says: "Whiteouts in the layer {layer} that come after other entries of their folder: {count}; the first is {entry}." / "层 {layer} 中排在同目录其他条目之后的 whiteout：{count} 个，第一个是 {entry}。",
        why: "The specification would have whiteouts first. Consumers take them in any order." / "规范建议把 whiteout 放在前面。使用方接受任何顺序。",
        fix: "Nothing to fix." / "无需修改。",
        fine: "As long as no whiteout names something of its own layer." / "只要 whiteout 不指向本层的内容，就没有问题。",
        bad: || stack(&[&[file("a", b"")], &[file("z", b""), file(".wh.a", b"")]]),
        good: || stack(&[&[file("a", b"")], &[file(".wh.a", b""), file("z", b"")]]),
        check: |inventory, out| {
            compares_paths(inventory, out);
            once(inventory, out, |what| what == Oddity::WhiteoutLate);
        },
    }
    "whiteout-nothing" {
        severity: Info (Note),
        spec: "layer.md#whiteouts" since "1.0",
        needs: Blobs,
        title: "Whiteout of what is not there" / "whiteout 指向不存在的内容",
        says: "The whiteout {entry} removes nothing: the layers below have no {hidden}." / "whiteout {entry} 没有删除任何内容：下面各层没有 {hidden}。",
        why: "It does nothing. It shows that the layer was made on top of other layers than these." / "它没有作用，但说明该层当初构建在别的层之上。",
        fix: "Nothing to fix; look whether the layers below are the right ones." / "无需修改；可以确认一下下面各层是否正确。",
        fine: "Legal: builders write it when a file came and went in one step." / "合法：文件在同一步骤中出现又消失时，构建工具就会写出它。",
        bad: || stack(&[&[file("a", b"")], &[file(".wh.never", b"")]]),
        good: || stack(&[&[file("a/b", b"")], &[file(".wh.a", b"")]]),
        check: |inventory, out| {
            let mut first: Vec<(String, usize, u64)> = Vec::new();
            ask(inventory, out, Asks::Whiteouts, &mut |layer, path, below, out| {
                if !matches!(below, Below::Nothing | Below::Removed) {
                    return;
                }
                if let Some((_, finding, others)) =
                    first.iter_mut().find(|(known, ..)| *known == layer.blob.path)
                {
                    *others += 1;
                    if let Some(finding) = out.findings.get_mut(*finding) {
                        finding.related.push(layer.at(&path.path, path.offset));
                        finding.related.truncate(limits::NOTES_PER_ODDITY);
                    }
                    return;
                }
                first.push((layer.blob.path.to_string(), out.findings.len(), 1));
                let says = Phrase::from(out.says)
                    .code("entry", &path.path)
                    .code("hidden", &path.asked);
                out.found_as(layer.at(&path.path, path.offset), says);
                layer.relate(out);
            });
            for (layer, finding, count) in first.into_iter().filter(|(.., count)| *count > 1) {
                if let Some(finding) = out.findings.get_mut(finding) {
                    let entry = finding.at.entry.clone().unwrap_or_default();
                    finding.says = crate::text::say(
                        "Whiteouts in the layer {layer} that remove nothing the layers below have: {count}; the first is {entry}.",
                        "层 {layer} 中没有删除下层任何内容的 whiteout：{count} 个，第一个是 {entry}。",
                    )
                    .code("layer", layer)
                    .count("count", count)
                    .code("entry", entry);
                }
            }
        },
    }
    "whiteout-base-layer" {
        severity: Info (Note),
        spec: "layer.md#whiteouts" since "1.0",
        needs: Blobs,
        title: "Whiteout in the lowest layer" / "最底层中的 whiteout",
        says: "Whiteouts in the layer {layer}, which is the lowest: {count}; the first is {entry}." / "最底层 {layer} 中的 whiteout：{count} 个，第一个是 {entry}。",
        why: "Nothing lies below that it could remove. Either the image was flattened badly, or layers are missing." / "它下面没有可以删除的内容。可能是镜像合并得不彻底，也可能缺少了层。",
        fix: "Nothing to fix; look whether a base layer is missing." / "无需修改；可以确认一下是否缺少基础层。",
        fine: "Legal: it removes nothing." / "合法：它不会删除任何内容。",
        bad: || layer(&[file(".wh.a", b""), file("b", b"")]),
        good: || stack(&[&[file("a", b"")], &[file(".wh.a", b"")]]),
        check: |inventory, out| base_layers(inventory, out),
    }
    "whiteout-opaque" {
        severity: Info (Should),
        spec: "layer.md#opaque-whiteout" since "1.0",
        needs: Blobs,
        title: "Opaque whiteouts" / "不透明 whiteout",
        says: "Opaque whiteouts in the layer {layer}: {count}; the first is {entry}." / "层 {layer} 中的不透明 whiteout：{count} 个，第一个是 {entry}。",
        why: "It hides all that the layers below have in the folder. Every consumer must take it; builders should rather write a whiteout for each file." / "它会隐藏下面各层在该目录中的全部内容。使用方必须支持；而构建工具更应当为每个文件分别写 whiteout。",
        fix: "Nothing to fix." / "无需修改。",
        fine: "Always legal: overlayfs builders write it when a folder is replaced." / "始终合法：基于 overlayfs 的构建工具在目录被替换时会写出它。",
        trigger: "a/.wh..wh..opq",
        bad: || stack(&[&[file("a/b", b"")], &[dir("a/"), file("a/.wh..wh..opq", b"")]]),
        good: || stack(&[&[file("a/b", b"")], &[dir("a/"), file("a/.wh.b", b"")]]),
        check: |inventory, out| once(inventory, out, |what| what == Oddity::Opaque),
    }
    "whiteout-parent-not-dir" {
        severity: Error (Consumers),
        spec: "layer.md#whiteouts" since "",
        needs: Blobs,
        title: "Whiteout below a file" / "whiteout 位于文件之下",
        says: "The whiteout {entry} lies below a name that the same layer made a file before." / "whiteout {entry} 位于同一层先前创建的文件之下。",
        why: "A file holds nothing that could be removed: unpacking stops with `not a directory`." / "文件之下没有可删除的内容：解包会以 `not a directory` 停止。",
        fix: "Take the entry out." / "删除该条目。",
        bad: || stack(&[&[dir("f/"), file("f/x", b"")], &[file("f", b""), file("f/.wh.x", b"")]]),
        good: || stack(&[&[dir("f/"), file("f/x", b"")], &[dir("f"), file("f/.wh.x", b"")]]),
        check: |inventory, out| {
            compares_paths(inventory, out);
            each(inventory, out, |what| what == Oddity::WhiteoutInFile);
        },
    }
    "whiteout-aufs-meta" {
        severity: Warning (Ambiguous),
        spec: "layer.md#whiteouts" since "",
        needs: Blobs,
        title: "Leftover of AUFS" / "AUFS 的遗留文件",
        says: "The entry {entry} bears a name that AUFS used for itself." / "条目 {entry} 使用了 AUFS 自用的名称。",
        why: "Docker passes over such entries; containerd takes them for whiteouts of names like `.wh.plnk`." / "Docker 会跳过这些条目；containerd 会把它们当作 `.wh.plnk` 之类名称的 whiteout。",
        fix: "Take the entries out; build from the mounted image, not from the folders of AUFS." / "删除这些条目；从挂载后的镜像构建，不要直接打包 AUFS 的目录。",
        bad: || layer(&[file(".wh..wh.plnk/1.2", b"")]),
        good: || layer(&[file("plnk/1.2", b"")]),
        check: |inventory, out| each(inventory, out, |what| what == Oddity::WhiteoutAufs),
    }
    "whiteout-visible-name" {
        severity: Info (Note),
        spec: "layer.md#whiteouts" since "1.0",
        needs: Blobs,
        title: "Folder that is named like a whiteout" / "目录名与 whiteout 相同",
        says: "Entries of the layer {layer} below a folder whose name begins with `.wh.`: {count}; the first is {entry}." / "层 {layer} 中位于名称以 `.wh.` 开头的目录之下的条目：{count} 个，第一个是 {entry}。",
        why: "An image cannot hold files or folders of such a name: they are taken for whiteouts, and what lies below them gets lost or makes unpacking fail." / "镜像无法存放这种名称的文件或目录：它们会被当作 whiteout，其下的内容会丢失，或导致解包失败。",
        fix: "Rename the folder before the image is built." / "构建镜像之前重命名该目录。",
        bad: || layer(&[file(".wh.x/a", b"")]),
        good: || layer(&[file("wh.x/a", b"")]),
        check: |inventory, out| once(inventory, out, |what| what == Oddity::WhiteoutFolder),
    }
}

/// Reports whiteouts of the lowest layer of each image.
fn base_layers(inventory: &Inventory, out: &mut Out) {
    lone_layers(inventory, out, Asks::Whiteouts);
    let wanted: Wanted = |what| matches!(what, Oddity::Whiteout);
    let mut seen = Vec::new();
    for stack in stacks(inventory) {
        let layer = match stack.into_iter().next() {
            Some(Part::Tar(layer)) => layer,
            Some(Part::Empty) | None => {
                out.looked();
                continue;
            }
            Some(Part::Unknown(missing)) => {
                out.missing(missing);
                continue;
            }
        };
        out.looked();
        if !(layer.tar.is_whole() && layer.facts.complete) {
            out.missing(layer.missing());
        }
        let any = count(&layer, wanted) > 0 && !notes(&layer, wanted).is_empty();
        if any && !seen.contains(&layer.blob.path) {
            seen.push(layer.blob.path.clone());
            once_in(
                &layer,
                out,
                wanted,
                limits::NOTES_PER_ODDITY,
                out.says.into(),
            );
        }
    }
}
