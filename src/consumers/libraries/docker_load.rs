//! What programs that load archives ask of their input before they look for images in it: that it is a tar which can be read
//! to its end. It opens nothing in the archive.

use super::unpacking::{self, Detects, INVALID_TAR, Stream, UNEXPECTED_EOF};
use super::{Trace, containerd};
use crate::artifact::kinds::Packaging;
use crate::artifact::{Inventory, Missing, Why};
use crate::bytes::tar::TarDefect;
use crate::consumers::platform::Wanted;
use crate::consumers::{Case, Setting, Takes};
use crate::text::{say, text};

/// `docker load --platform`.
pub(in crate::consumers) const ONLY: Setting = Setting {
    id: "only",
    shared: false,
    name: text("What is loaded", "加载范围"),
    about: text(
        "Whether everything is loaded, or only the chosen platform (`docker load --platform`, since Engine 28).",
        "加载全部内容，还是只加载所选平台（`docker load --platform`，Engine 28 起）。",
    ),
    takes: Takes::OneOf(&[
        ("everything", text("everything", "全部")),
        ("platform", text("the chosen platform", "所选平台")),
    ]),
    default: "everything",
};

/// The platform that alone is loaded, where one is asked for.
pub(in crate::consumers) fn only(case: &Case) -> Option<Wanted> {
    (case.set(&ONLY) == "platform").then(|| Wanted::of(case))
}

/// Demands an archive, or a folder that stands for one, and says whether it is a folder. `first` is the file that the
/// store looks for first, named when there is no archive at all.
pub(in crate::consumers) fn archive(
    inventory: &Inventory,
    first: &str,
    trace: &mut Trace,
) -> Result<bool, Missing> {
    if !containerd::holds_files(inventory) && !is_no_document(inventory) {
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

/// Whether the input is one file that is no JSON: somebody may well have taken it for an archive.
fn is_no_document(inventory: &Inventory) -> bool {
    let [blob] = inventory.blobs.as_slice() else {
        return inventory.blobs.is_empty();
    };
    let document = blob.document.and_then(|id| inventory.documents.get(id));
    inventory.packaging == Packaging::File
        && document.is_none_or(|document| document.json.root.is_none())
}

/// Why the tar cannot be read to its end, in the words of Go's packages; none where it can.
pub(in crate::consumers) fn broken(inventory: &Inventory) -> Result<Option<&'static str>, Missing> {
    match &inventory.archive_defect {
        None => {}
        Some(defect) if defect.is_harmless() => {}
        Some(TarDefect::Truncated { .. }) => return Ok(Some(UNEXPECTED_EOF)),
        Some(TarDefect::EntryLimit) => {
            return Err(Missing {
                what: inventory.name.clone(),
                why: Why::NotSettled,
                at: None,
            });
        }
        Some(TarDefect::NameTooLong { .. }) => {
            return Ok(Some("archive/tar: header field too long"));
        }
        Some(_) => return Ok(Some(INVALID_TAR)),
    }
    // A tar without an image in it is one blob.
    let [blob] = inventory.blobs.as_slice() else {
        return Ok(None);
    };
    if inventory.is_container()
        || matches!(inventory.packaging, Packaging::Folder | Packaging::Files)
        || blob.size == 0
    {
        return Ok(None);
    }
    let facts = inventory.blob_facts(0, None)?;
    let detects = Detects {
        zstd: true,
        bzip2_and_xz: true,
    };
    match unpacking::by_bytes(facts, detects) {
        Stream::Good { .. } | Stream::Trailing { .. } => Ok(None),
        Stream::Bad(error) | Stream::Late(error) => Ok(Some(error)),
        Stream::Unclear => Err(Missing {
            what: inventory.name.clone(),
            why: Why::NotSettled,
            at: None,
        }),
    }
}
