//! One blob on its way into the content store: it has to be there, as long as it is said to be, and have its digest.

use super::super::content::Content;
use super::Pull;
use crate::artifact::documents::Descriptor;
use crate::artifact::{Missing, Why};
use crate::consumers::{Refusal, Stop, Trace};
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::say;

/// Fetches one blob into the content store.
pub(super) fn fetch(
    content: Content,
    d: &Descriptor,
    at: Option<Locus>,
    pull: &Pull,
    trace: &mut Trace,
) -> Result<(), Stop> {
    let digest = d.digest();
    let claimed = d.size.value().copied().unwrap_or_default();
    let refuse = |error: String, because, trace: &mut Trace| {
        let refusal = Refusal::new(error, because, at.clone());
        trace.fail(refusal.because.clone(), at.clone());
        Err(Stop::from(refusal))
    };
    if claimed == 0 {
        return refuse(
            format!(
                "unable to fetch descriptor ({digest}) which reports content size of zero: invalid argument"
            ),
            say(
                "containerd fetches nothing whose `size` is 0, and {digest} is listed so.",
                "containerd 不获取 `size` 为 0 的内容，而 {digest} 正是如此。",
            )
            .code("digest", digest),
            trace,
        );
    }
    let found = if digest.is_empty() {
        None
    } else {
        content.facts(digest, at.clone())?
    };
    let Some(facts) = found else {
        let is_document = mt::is_manifest(d.media_type()) || mt::is_index(d.media_type());
        let what = if is_document {
            let path = pull
                .names
                .blob_path(digest)
                .replacen("/blobs/", "/manifests/", 1);
            format!("content at https://{path} not found: not found")
        } else {
            format!(
                "could not fetch content descriptor {digest} ({}) from remote: not found",
                d.media_type()
            )
        };
        return refuse(
            format!("failed to copy: httpReadSeeker: failed open: {what}"),
            say(
                "The registry has to have {digest}; it does not.",
                "镜像仓库中必须有 {digest}；但没有。",
            )
            .code("digest", digest),
            trace,
        );
    };
    let actual = facts.size;
    let same = u64::try_from(claimed) == Ok(actual);
    if !same && u64::try_from(claimed).is_ok_and(|claimed| claimed > actual) {
        return refuse(
            "failed to read expected number of bytes: unexpected EOF".to_string(),
            say(
                "{digest} is listed with {claimed} bytes and has {actual}.",
                "{digest} 标注为 {claimed} 字节，实际为 {actual} 字节。",
            )
            .code("digest", digest)
            .name("claimed", claimed.to_string())
            .count("actual", actual),
            trace,
        );
    }
    let reference = format!("{}-{digest}", kind(d.media_type()));
    let commit = format!("failed commit on ref \"{reference}\": commit failed");
    if !same {
        return refuse(
            format!(
                "{commit}: \"{reference}\" failed size validation: {actual} != {claimed}: failed precondition"
            ),
            say(
                "{digest} is listed with {claimed} bytes and has {actual}.",
                "{digest} 标注为 {claimed} 字节，实际为 {actual} 字节。",
            )
            .code("digest", digest)
            .name("claimed", claimed.to_string())
            .count("actual", actual),
            trace,
        );
    }
    match facts.digest_like(digest) {
        Some(real) if real == digest => Ok(()),
        Some(real) => refuse(
            format!(
                "{commit}: unexpected commit digest {real}, expected {digest}: failed precondition"
            ),
            say(
                "What stands under {digest} has another digest: {real}.",
                "{digest} 名下的内容实际摘要为 {real}。",
            )
            .code("digest", digest)
            .code("real", real),
            trace,
        ),
        None => Err(Missing {
            what: digest.to_string(),
            why: Why::NotSettled,
            at,
        }
        .into()),
    }
}

/// `remotes.MakeRefKey`: what a download is called.
fn kind(media_type: &str) -> &'static str {
    if mt::is_manifest(media_type) {
        "manifest"
    } else if mt::is_index(media_type) {
        "index"
    } else if mt::is_layer(media_type) {
        "layer"
    } else if mt::is_image_config(media_type) {
        "config"
    } else {
        "unknown"
    }
}
