//! What `docker load` asks of its input before either image store reads it. It opens nothing in the archive.

use super::{Trace, containerd};
use crate::artifact::kinds::Packaging;
use crate::artifact::{Inventory, Missing, Why};
use crate::text::say;

/// Demands an archive, or a folder that stands for one, and says whether it is a folder. `first` is the file that the
/// store looks for first, named when there is no archive at all.
pub(in crate::consumers) fn archive(
    inventory: &Inventory,
    first: &str,
    trace: &mut Trace,
) -> Result<bool, Missing> {
    if !containerd::holds_files(inventory) {
        return Err(Missing {
            what: first.to_string(),
            why: Why::NotGiven,
            at: None,
        });
    }
    let folder = matches!(inventory.packaging, Packaging::Folder | Packaging::Files);
    if folder {
        trace.note(
            say(
                "`docker load` reads a tar; the folder is judged as if its files were packed at the root of one.",
                "`docker load` 读取 tar；这里按文件夹内容已打包在 tar 根目录来判断。",
            ),
            None,
        );
    }
    Ok(folder)
}
