//! What is said of an entry that is out of the ordinary, and the rule that says more. Whether the rule was broken is the
//! report's to say.

use crate::bytes::blob::Oddity;
use crate::text::{Text, text};

/// A remark on an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remark {
    /// In a few words.
    pub says: Text,
    /// Id of the rule about it; none where there is none.
    pub rule: Option<&'static str>,
}

/// What is said of an oddity; nothing of what every layer has, and of what the kind of the entry says already.
pub fn remark(what: Oddity) -> Option<Remark> {
    let (says, rule) = match what {
        Oddity::EscapingName => (
            text("leads out of the root", "跳出根目录"),
            "tar-path-escape",
        ),
        Oddity::ParentName => (text("`..` in the path", "路径含 `..`"), "tar-path-dotdot"),
        Oddity::AbsoluteName => (text("absolute path", "绝对路径"), "tar-path-absolute"),
        Oddity::Duplicate { .. } => (
            text("path was there before", "路径重复出现"),
            "tar-duplicate-path",
        ),
        Oddity::ThroughSymlink => (
            text("below a symbolic link", "位于符号链接之下"),
            "tar-path-through-symlink",
        ),
        Oddity::ThroughFile => (
            text("below something that is no folder", "上级不是文件夹"),
            "tar-path-through-file",
        ),
        Oddity::LongName => (text("very long name", "名称过长"), "tar-path-long"),
        Oddity::NotUtf8 => (
            text("name is not UTF-8", "名称不是 UTF-8"),
            "tar-path-not-utf8",
        ),
        Oddity::Backslash => (
            text("backslash in the path", "路径含反斜杠"),
            "tar-path-backslash",
        ),
        Oddity::CaseTwin => (
            text(
                "differs from another only in case",
                "与另一路径仅大小写不同",
            ),
            "tar-path-case-collision",
        ),
        Oddity::RootType => (
            text("root that is no folder", "根目录不是文件夹"),
            "tar-root-type",
        ),
        Oddity::OtherType(_) => (text("unknown type", "未知类型"), "tar-type-unknown"),
        Oddity::SparsePax => (text("sparse file", "稀疏文件"), "tar-sparse"),
        Oddity::SparseGnu => (text("sparse file", "稀疏文件"), "tar-sparse-gnu"),
        Oddity::DeviceZero => (
            text(
                "device 0:0, a deletion to overlayfs",
                "设备 0:0，overlayfs 视为删除",
            ),
            "tar-device-whiteout",
        ),
        Oddity::DataOnNonFile => (
            text(
                "size on something without content",
                "无内容的类型却带有大小",
            ),
            "tar-data-on-non-file",
        ),
        Oddity::OverlayAttribute => (
            text(
                "attribute that overlayfs reads",
                "带有 overlayfs 读取的属性",
            ),
            "tar-xattr-overlay",
        ),
        Oddity::Capability => (text("file capability", "文件权能"), "tar-xattr-capability"),
        Oddity::SetId => (text("setuid or setgid", "setuid 或 setgid"), "tar-setuid"),
        Oddity::ImpossibleId | Oddity::LargeId => {
            (text("odd owner number", "属主编号异常"), "tar-id-large")
        }
        Oddity::OddTime => (text("odd time", "时间异常"), "tar-mtime-odd"),
        Oddity::HardLinkForward => (
            text("links to a later entry", "链接到之后的条目"),
            "tar-hardlink-forward",
        ),
        Oddity::HardLinkDirectory => (
            text("hard link to a folder", "硬链接到文件夹"),
            "tar-hardlink-directory",
        ),
        Oddity::HardLinkEscape => (
            text("link leads out of the root", "链接跳出根目录"),
            "tar-hardlink-escape",
        ),
        Oddity::SymlinkLoop => (text("link in a circle", "循环链接"), "tar-symlink-loop"),
        Oddity::EmptyLink => (
            text("link without a target", "链接没有目标"),
            "tar-symlink-empty",
        ),
        Oddity::PaxGlobal => (text("global pax header", "全局 pax 头"), "tar-pax-global"),
        Oddity::PaxUnknown => (text("unknown pax key", "未知的 pax 键"), "tar-pax-unknown"),
        Oddity::WhiteoutEmptyName => (
            text("whiteout without a name", "whiteout 没有名称"),
            "whiteout-empty-name",
        ),
        Oddity::WhiteoutDotName => (
            text("whiteout of `.` or `..`", "whiteout 指向 `.` 或 `..`"),
            "whiteout-dot-name",
        ),
        Oddity::WhiteoutNotEmpty => (
            text("whiteout with content", "whiteout 带有内容"),
            "whiteout-not-empty",
        ),
        Oddity::WhiteoutNotRegular => (
            text("whiteout that is no regular file", "whiteout 不是普通文件"),
            "whiteout-not-regular",
        ),
        Oddity::WhiteoutSameLayer => (
            text("removes what this layer has", "删除的内容就在本层中"),
            "whiteout-same-layer",
        ),
        Oddity::WhiteoutLate => (
            text(
                "whiteout after other entries of its folder",
                "whiteout 排在同一文件夹的其他条目之后",
            ),
            "whiteout-late",
        ),
        Oddity::WhiteoutInFile => (
            text("whiteout below a file", "whiteout 位于文件之下"),
            "whiteout-parent-not-dir",
        ),
        Oddity::WhiteoutAufs => (
            text("left over from AUFS", "AUFS 的遗留文件"),
            "whiteout-aufs-meta",
        ),
        Oddity::WhiteoutFolder => (
            text("folder named like a whiteout", "文件夹名称形似 whiteout"),
            "whiteout-visible-name",
        ),
        Oddity::EmptyName => {
            return Some(Remark {
                says: text("no name", "没有名称"),
                rule: None,
            });
        }
        Oddity::LinkTargetUnseen => {
            return Some(Remark {
                says: text("target is not in this layer", "目标不在本层中"),
                rule: None,
            });
        }
        _ => return None,
    };
    Some(Remark {
        says,
        rule: Some(rule),
    })
}
