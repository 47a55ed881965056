//! containers-storage as a destination: every layer is unpacked, from some release on its diffID has to be the config's,
//! and the image is committed under the type that its manifest shows by itself. It unpacks nothing here.

use super::copy::One;
use super::manifests::{Form, Part};
use super::{Release, Run};
use crate::artifact::documents;
use crate::artifact::{Missing, Why};
use crate::bytes::blob::{BlobFacts, CodecDefect, Compression, Oddity};
use crate::consumers::Stop;
use crate::consumers::go_archive::quoted;
use crate::consumers::libraries::unpacking::{self, Detects, Stream};
use crate::spec::media_type as mt;
use crate::text::say;

/// What the layers before have left.
#[derive(Default)]
pub(super) struct Stored {
    seen: Vec<String>,
}

const DETECTS: Detects = Detects {
    zstd: true,
    bzip2_and_xz: true,
};

/// One layer: read to its end, compared, unpacked.
pub(super) fn layer<'a>(
    run: &mut Run<'_, 'a>,
    one: &One<'_, 'a>,
    position: usize,
    layer: &Part,
    stored: &mut Stored,
) -> Result<(), Stop> {
    let digest = layer.digest.as_str();
    let at = Some(layer.at.clone());
    if run.decrypts
        && layer
            .media_type
            .split('+')
            .skip(1)
            .any(|part| part == "encrypted")
    {
        let because = say(
            "{who} decrypts layers, and has no key for {digest}.",
            "{who} 会解密层，但没有 {digest} 的密钥。",
        )
        .code("digest", digest);
        if run.series.has(Release::V5_34, digest, at.as_ref())? {
            return Err(super::old_schema(digest, &layer.at).into());
        }
        return Err(run.refuse(
            format!("decrypting layer {digest}: missing private key needed for decryption"),
            because,
            at,
        ));
    }
    let reading = format!("reading blob {digest}");
    let Some(facts) = run
        .layer_facts(one, layer)
        .map_err(|stop| run.after(&reading, stop))?
    else {
        return Ok(());
    };
    // A registry's answer and its end come in one read, so that there the digest is compared first.
    let differs = facts.digest_like(digest) != Some(digest);
    let digest_first = differs && one.source.transport == super::Transport::Registry;
    if !digest_first && let Some(error) = late_codec_error(facts) {
        return Err(unpack_error(run, layer, error));
    }
    let again = stored.seen.iter().any(|seen| seen == digest);
    stored.seen.push(digest.to_string());
    if !again {
        run.verify(one, layer, facts).map_err(|stop| {
            if facts.size < 8 {
                return run.after(&reading, stop);
            }
            // A small file of an archive ends in the read that looks for its compression.
            let outer = if one.archived.is_some() {
                "writing blob: …: happened during read"
            } else {
                "writing blob: storing blob to file …: happened during read"
            };
            run.after(outer, stop)
        })?;
    }
    run.check_link(one, layer, facts, super::To::Storage)?;
    if let Some(tar) = facts.tar.as_deref() {
        let counts = &tar.oddity_counts;
        let other = counts.iter().find_map(|(oddity, _)| match oddity {
            Oddity::OtherType(flag) => Some(format!("unhandled tar header type {flag}")),
            Oddity::Duplicate { .. } => Some("duplicates of file paths not supported".to_string()),
            _ => None,
        });
        if let Some(error) = other {
            return Err(unpack_error(run, layer, &error));
        }
        let open = [Oddity::LinkTargetUnseen, Oddity::HardLinkDirectory];
        if open.iter().any(|oddity| tar.count(*oddity) > 0) {
            run.pending.get_or_insert(Missing {
                what: digest.to_string(),
                why: Why::NotSettled,
                at,
            });
            return Ok(());
        }
    }
    let diff_id = match unpacking::by_bytes(facts, DETECTS) {
        Stream::Good { diff_id } => diff_id.to_string(),
        Stream::Bad(error) | Stream::Late(error) => return Err(unpack_error(run, layer, error)),
        Stream::Trailing { .. } | Stream::Unclear => {
            run.pending.get_or_insert(Missing {
                what: digest.to_string(),
                why: Why::NotSettled,
                at,
            });
            return Ok(());
        }
    };
    compare(run, one, position, layer, &diff_id).map_err(|stop| run.after("writing blob", stop))?;
    run.pass(
        say(
            "{who} unpacks the layer {digest} of type {type}; what it is compressed with shows in its bytes.",
            "{who} 解包类型为 {type} 的层 {digest}；压缩方式由其字节判断。",
        )
        .code("digest", digest)
        .code("type", &layer.media_type),
        at,
    );
    Ok(())
}

/// The layer is no tar, or its compressed stream is broken. How that is said depends on the storage driver as well.
fn unpack_error(run: &mut Run, layer: &Part, error: &str) -> Stop {
    let because = say(
        "{who} cannot unpack the layer {digest}: {error}.",
        "{who} 无法解包层 {digest}：{error}。",
    )
    .code("digest", &layer.digest)
    .code("error", error);
    run.refuse(
        format!("writing blob: …{error}…"),
        because,
        Some(layer.at.clone()),
    )
}

/// What is wrong in the middle of a compressed stream, which is met before its end and so before its digest.
fn late_codec_error(facts: &BlobFacts) -> Option<&'static str> {
    facts.defects.iter().find_map(|defect| match defect {
        CodecDefect::BadChecksum { .. } if facts.compression == Compression::Gzip => {
            Some("gzip: invalid checksum")
        }
        CodecDefect::Corrupt { .. } if facts.compression == Compression::Gzip => {
            Some("flate: corrupt input")
        }
        _ => None,
    })
}

/// `commitLayer`'s comparison with the config.
fn compare<'a>(
    run: &mut Run<'_, 'a>,
    one: &One<'_, 'a>,
    position: usize,
    layer: &Part,
    diff_id: &str,
) -> Result<(), Stop> {
    let Some(document) = run.config(one)? else {
        return Ok(());
    };
    let config = document.json.root.as_ref().map(documents::config);
    let config = config.map(|config| {
        let ids = config.diff_ids();
        ids.iter().map(|id| (*id).to_string()).collect::<Vec<_>>()
    });
    let ids = config.unwrap_or_default();
    // None at all is let through.
    if ids.iter().all(String::is_empty) {
        return Ok(());
    }
    let at = document.locus("/rootfs/diff_ids");
    let expected = ids.get(position);
    if expected.is_some_and(|expected| expected == diff_id) {
        return Ok(());
    }
    if !run
        .series
        .has(Release::V5_34, "rootfs.diff_ids", Some(&at))?
    {
        let says = say(
            "{who} does not compare the diffID of the layer {digest} with the config's; they differ.",
            "{who} 不把层 {digest} 的 diffID 与配置比较；二者不同。",
        );
        run.note(says.code("digest", &layer.digest), Some(at));
        return Ok(());
    }
    let error = match expected {
        None => format!(
            "image config has only {} DiffID values, but a layer with index {position} exists",
            ids.len()
        ),
        Some(expected) => format!(
            "layer {position} (blob {}/\"\"/{}) does not match config's DiffID {}",
            quoted(&layer.digest),
            quoted(diff_id),
            quoted(expected)
        ),
    };
    let because = say(
        "{who} needs the config to name the diffID of every layer; that of {digest} is {actual}.",
        "{who} 要求配置写出每个层的 diffID；{digest} 的 diffID 为 {actual}。",
    )
    .code("digest", &layer.digest)
    .code("actual", diff_id);
    Err(run.refuse(error, because, Some(at)))
}

/// `Commit`: before v5.34 the manifest is read again by the type that it shows.
pub(super) fn commit(run: &mut Run, one: &One) -> Result<(), Stop> {
    let image = &one.image;
    let declared = match image.form {
        Form::Oci => mt::OCI_MANIFEST,
        Form::Docker => mt::DOCKER_MANIFEST,
    };
    if image.guessed == declared {
        return Ok(());
    }
    let at = image.config.at.clone();
    if run.series.has(Release::V5_34, &image.guessed, Some(&at))? {
        return Ok(());
    }
    // Read as something else, with an error of that form or with none.
    Err(super::old_schema(declared, &at).into())
}
