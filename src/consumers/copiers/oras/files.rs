//! oras-go's file store: where a title leads, and what becomes of a layer that is to be unpacked.

use super::{WHO, Words, is_empty, title};
use crate::artifact::{Missing, Why};
use crate::bytes::blob::{BlobFacts, EntryKind, Oddity};
use crate::consumers::go_archive::{Content, TarEnd, clean, quoted, tar_end};
use crate::consumers::oras_go::{self, Node, leads_out};
use crate::consumers::{Case, Refusal, Stop, Trace};
use crate::fixes::Fix;
use crate::text::{Phrase, say};

/// `io.deis.oras.content.unpack`.
const UNPACK: &str = "io.deis.oras.content.unpack";
/// `io.deis.oras.content.digest`: that of the uncompressed tar.
const UNCOMPRESSED: &str = "io.deis.oras.content.digest";
/// The folder that files are written to.
const FOLDER: &str = "DIRECTORY";

/// One pull into a folder.
pub(super) struct Pull<'a, 'b> {
    pub case: &'b Case<'a>,
    pub words: Words,
    pub traversal: bool,
    /// Titles written so far, each with its digest.
    pub written: Vec<(String, String)>,
    /// Parts without a title.
    pub skipped: u64,
}

impl<'a> Pull<'a, '_> {
    /// `Store.push` of one leaf, if it has a title.
    pub fn node(&mut self, trace: &mut Trace, node: &Node<'a>) -> Result<(), Stop> {
        let Some(name) = title(&node.descriptor) else {
            if is_empty(&node.descriptor) {
                trace.note(
                    say(
                        "{who} passes over the empty descriptor without a word.",
                        "{who} 略过空描述符，不作提示。",
                    )
                    .name("who", WHO),
                    node.at.clone(),
                );
            } else {
                self.skipped += 1;
                trace.note(
                    say(
                        "{who} passes over {digest} of type {type}: it has no title.",
                        "{who} 略过类型为 {type} 的 {digest}：没有标题。",
                    )
                    .name("who", WHO)
                    .code("digest", node.digest())
                    .code("type", node.media_type()),
                    node.at.clone(),
                );
            }
            return Ok(());
        };
        let content = oras_go::fetch(self.case, node, WHO)?;
        let other =
            |(written, digest): &(String, String)| written == name && digest != node.digest();
        if self.written.iter().any(other) {
            let because = say(
                "{who} finds the title {name} twice, for different content.",
                "{who} 读到两个内容不同的层使用同一标题 {name}。",
            )
            .code("name", name);
            return Err(refuse(
                trace,
                node,
                format!("{name}: duplicate name"),
                because,
            ));
        }
        if !self.traversal && leads_out(name) {
            return Err(self.traverses(trace, node, name));
        }
        let unpacked = node.descriptor.annotations.get(UNPACK).map(String::as_str) == Some("true");
        if unpacked {
            self.unpack(trace, node, name, content)?;
        }
        trace.pass(
            if unpacked {
                say(
                    "{who} unpacks {digest} into the folder {name}.",
                    "{who} 把 {digest} 解包到目录 {name}。",
                )
            } else {
                say(
                    "{who} writes {digest} to the file {name}.",
                    "{who} 把 {digest} 写入文件 {name}。",
                )
            }
            .name("who", WHO)
            .code("digest", node.digest())
            .code("name", name),
            node.at.clone(),
        );
        self.written
            .push((name.to_string(), node.digest().to_string()));
        Ok(())
    }

    fn traverses(&self, trace: &mut Trace, node: &Node, name: &str) -> Stop {
        let inner = "failed to resolve path for writing: path traversal disallowed";
        let error = match self.words {
            Words::Flag => format!(
                "use flag --allow-path-traversal to allow insecurely pulling files outside of working directory: {inner}"
            ),
            Words::Advice => format!(
                "{inner}\nPulling files outside of working directory is insecure and blocked by default. If you trust the content producer, use --allow-path-traversal to bypass this check."
            ),
        };
        let because = say(
            "{who} finds the title {name}, which leads out of the output folder.",
            "{who} 读到标题 {name}，它指向输出目录之外。",
        )
        .code("name", name);
        match refuse(trace, node, error, because) {
            Stop::Refuse(refusal) => Refusal::fix(
                *refusal,
                Fix::new(
                    "push-relative",
                    say(
                        "Push the files by relative names from inside their folder; only for a source that you trust, pull with `--allow-path-traversal`.",
                        "进入文件所在目录，用相对名称推送；仅在信任来源时，才用 `--allow-path-traversal` 拉取。",
                    ),
                ),
            )
            .into(),
            unknown => unknown,
        }
    }

    /// `extractTarGzip`.
    fn unpack(
        &self,
        trace: &mut Trace,
        node: &Node,
        name: &str,
        content: Content,
    ) -> Result<(), Stop> {
        let missing = |why: Why| Missing {
            what: node.digest().to_string(),
            why,
            at: node.at.clone(),
        };
        let failed = |trace: &mut Trace, error: &str| {
            let because = say(
                "{who} is told to unpack {name} as a gzip tar of that folder, and cannot.",
                "{who} 按要求把 {name} 作为该目录的 gzip tar 解包，但无法完成。",
            )
            .code("name", name);
            let error = format!("failed to extract tar to {FOLDER}/{name}: {error}");
            refuse(trace, node, error, because)
        };
        let facts = match content.gzip() {
            Ok(facts) => facts,
            Err(error) => return Err(failed(trace, error)),
        };
        let end = tar_end(facts).map_err(missing)?;
        if let Some(tar) = &facts.tar {
            if tar.entries != tar.listing.len() as u64 {
                return Err(missing(Why::BeyondLimits).into());
            }
            let folder = clean(name);
            if let Some(out) = tar.listing.iter().find(|e| !lies_in(&e.path, &folder)) {
                let error = format!("{} is outside of {}", quoted(&out.path), quoted(name));
                return Err(failed(trace, &error));
            }
            if has_links(facts) {
                // Links are compared with the folder on the way, hard links with the working folder of some versions.
                return Err(missing(Why::NotSettled).into());
            }
        }
        if let TarEnd::Error(error) | TarEnd::InBody(_, error) = end {
            return Err(failed(trace, &error));
        }
        let declared = node.descriptor.annotations.get(UNCOMPRESSED);
        let is_digest = |digest: &&String| crate::spec::digest(digest).is_some();
        let Some(declared) = declared.filter(is_digest) else {
            return Ok(());
        };
        match facts.diff_id() {
            Some(diff_id) if diff_id == declared => Ok(()),
            Some(_) if declared.starts_with("sha256:") => {
                Err(failed(trace, "content digest mismatch"))
            }
            _ => Err(missing(Why::NotSettled).into()),
        }
    }
}

fn has_links(facts: &BlobFacts) -> bool {
    facts.tar.as_ref().is_some_and(|tar| {
        tar.listing
            .iter()
            .any(|e| matches!(e.kind, EntryKind::HardLink | EntryKind::Symlink))
            || tar.count(Oddity::Symlink) > 0
    })
}

fn refuse(trace: &mut Trace, node: &Node, error: String, because: Phrase) -> Stop {
    let because = because.name("who", WHO);
    trace.fail(because.clone(), node.at.clone());
    Refusal::new(error, because, node.at.clone()).into()
}

/// `ensureBasePath`: whether an entry lies in the folder that the title names.
fn lies_in(path: &str, folder: &str) -> bool {
    let path = clean(path);
    folder == "." && !leads_out(&path)
        || path == folder
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_lie_in_the_folder_of_the_title() {
        assert!(lies_in("./dir/a", "dir") && lies_in("dir/", "dir"));
        assert!(!lies_in("directory/a", "dir") && !lies_in("dir/../a", "dir"));
    }
}
