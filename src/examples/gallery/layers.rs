//! Examples of layers: how they are compressed, what their tars hold, what they delete.

use super::examples;
use crate::examples::inputs::{bytes, image_of_layer, layer, layer_tar, stack};
use crate::examples::tar::{dir, file, hardlink, symlink, without_end};
use crate::examples::{Files, gzip, tar};
use crate::spec::media_type as mt;

examples! {
    "layer-says-tar-is-gzip" bad "layer" {
        title: "A gzip layer that is called a plain tar" / "gzip 层被标成未压缩的 tar",
        about: "The type says `tar`, the bytes are gzip. Engines that look at the bytes run it, tools that trust the type read garbage." / "类型写的是 `tar`，字节却是 gzip。看字节的引擎能运行，相信类型的工具读到的是乱码。",
        file: "image.tar", breaks: ["layer-compression-mismatch"], refused: ["umoci"], accepted: [],
        make: || image_of_layer(mt::OCI_TAR, gzip(&layer_tar()), layer_tar()),
    }
    "layer-gzip-cut" bad "layer" {
        title: "A gzip stream without its end" / "没有结尾的 gzip 流",
        about: "The digest is right: the layer was already cut when it was pushed. The checksum at the end of the stream is missing." / "摘要是对的：层在推送时就已经被截断。流末尾的校验和没有了。",
        file: "image.tar", breaks: ["layer-gzip-truncated"], refused: ["umoci"], accepted: [],
        make: || {
            let mut stored = gzip(&layer_tar());
            stored.truncate(stored.len() - 12);
            image_of_layer(mt::OCI_TAR_GZIP, stored, layer_tar())
        },
    }
    "layer-alone" good "layer" {
        title: "A layer by itself" / "单独的一层",
        about: "A tar that no image stands around. Its entries are checked; what needs the layers below is not decided." / "没有镜像、只有一个 tar。会检查其中的条目；需要下层才能判断的，不下结论。",
        file: "layer.tar", breaks: [], refused: [], accepted: [],
        make: || Files::file("layer.tar", tar::tar(&[dir("etc/"), file("etc/motd", b"hello\n"), symlink("motd", "etc/motd")])),
    }
    "tar-leaves-the-root" bad "tar" {
        title: "An entry that leaves the root" / "跑出根目录的条目",
        about: "`../../etc/x`: unpacked without care it overwrites a file of the host. Engines refuse it or clip it; Pullcheck names the entry and its offset." / "`../../etc/x`：不加防备地解包，会覆盖宿主机的文件。引擎会拒绝或改写它；Pullcheck 给出条目及其偏移。",
        file: "image.tar", breaks: ["tar-path-escape"], refused: [], accepted: [],
        make: || layer(&[file("hello", b"hello"), file("../../etc/x", b"")]),
    }
    "tar-link-before-file" bad "tar" {
        title: "A hard link before the file it leads to" / "硬链接排在目标文件之前",
        about: "A tar is unpacked in its order, so the link has nothing to lead to yet. It comes from tools that sort entries by name." / "tar 按顺序解包，这时链接还没有目标。按名称给条目排序的工具会造成这种情况。",
        file: "image.tar", breaks: ["tar-hardlink-forward"], refused: [], accepted: [],
        make: || layer(&[hardlink("a", "hello"), file("hello", b"hello")]),
    }
    "tar-without-end" bad "tar" {
        title: "A tar without its end marker" / "没有结束标记的 tar",
        about: "The two blocks of zeros at the end are missing. Go's reader takes it, others report a broken archive." / "末尾缺少两个全零块。Go 的读取程序能接受，其他程序会报告归档损坏。",
        file: "image.tar", breaks: ["tar-end-missing"], refused: [], accepted: [],
        make: || bytes(without_end(&[file("hello", b"hello")])),
    }
    "whiteout-right" good "whiteout" {
        title: "A layer that deletes a file" / "删除文件的一层",
        about: "The upper layer holds `.wh.secret`: whoever runs the image does not see the file, whoever reads the lower layer does." / "上层有 `.wh.secret`：运行镜像的人看不到该文件，读取下层的人却能看到。",
        file: "image.tar", breaks: [], refused: [], accepted: ["umoci"],
        make: || stack(&[&[file("hello", b"hello"), file("secret", b"s3cret")], &[file(".wh.secret", b"")]]),
    }
    "whiteout-beside-its-file" bad "whiteout" {
        title: "A file and its deletion in one layer" / "同一层中既有文件又有它的删除标记",
        about: "`a` comes first, `.wh.a` after it. Whether the file is there in the end depends on who unpacks." / "先有 `a`，后有 `.wh.a`。最后文件还在不在，取决于由谁解包。",
        file: "image.tar", breaks: ["whiteout-same-layer"], refused: [], accepted: [],
        make: || stack(&[&[file("hello", b"hello"), file("a", b"")], &[file("a", b"1"), file(".wh.a", b"")]]),
    }
}
