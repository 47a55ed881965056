//! cosign looking for signatures and attestations: under a tag made from the image's digest, or as a bundle that refers
//! to it. It replays what is found and how it is shaped; no signature is verified here.
//!
//! Read in sigstore/cosign `pkg/oci/remote/remote.go` (`SignedEntity`, `suffixTag`), `pkg/oci/remote/signatures.go`
//! (`Bundle`, `Get`), `pkg/oci/internal/signature/layer.go`, `pkg/types/media.go`.

use crate::artifact::documents::{Claims, Descriptor, Manifest};
use crate::artifact::{Document, Missing, Why};
use crate::bytes::blob::Form;
use crate::consumers::pulled::{self, Pulled, Top, refuse};
use crate::consumers::remedies::{self, Names};
use crate::consumers::{Accept, Case, Consumer, Range, Scope, Source, Stop, Trace, Versions};
use crate::fixes::Fix;
use crate::place::Locus;
use crate::spec::media_type as mt;
use crate::text::{say, text};

const WHO: &str = "cosign";
const ENVELOPE: &str = "application/vnd.dsse.envelope.v1+json";
const BUNDLE: &str = "application/vnd.dev.sigstore.bundle";
const SIGNATURE: &str = "dev.cosignproject.cosign/signature";
/// `maxLayers`.
const MOST: usize = 1000;

/// cosign.
pub static COSIGN: Consumer = Consumer {
    id: "cosign",
    name: "cosign",
    about: text(
        "Looks for the signatures and attestations of an image: under the tag `sha256-….sig` or `.att`, or as a Sigstore bundle that refers to it. Whether they hold needs keys and is not checked here.",
        "查找镜像的签名与证明：位于标签 `sha256-….sig` 或 `.att` 下，或是指向该镜像的 Sigstore bundle。是否有效需要密钥验证，此处不检查。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "sigstore/cosign",
        path: "pkg/oci/remote/remote.go, pkg/oci/remote/signatures.go, pkg/oci/internal/signature/layer.go, pkg/types/media.go",
        at: "v3",
    }],
    settings: &[],
    ranges: &[Range {
        versions: Versions {
            shown: "≥ 2.0",
            spans: &[("2.0.0", "")],
        },
        label: text(
            "tags of signatures, and bundles (default since 3.0)",
            "签名标签，以及 bundle（3.0 起为默认）",
        ),
        replay,
    }],
    meant_for: |case| {
        pulled::any_manifest(case, is_signature)
            || pulled::root_digest(case).is_some_and(|digest| found_for(case, &digest).is_some())
    },
};

fn is_signature(manifest: &Manifest) -> bool {
    [mt::COSIGN_SIGNED, ENVELOPE, BUNDLE]
        .iter()
        .any(|kind| pulled::has_type(manifest, kind))
        || manifest.artifact_type.text().starts_with(BUNDLE)
}

fn replay(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    match pulled::top(case)? {
        Top::Manifest(pulled) if is_bundle(pulled.manifest) => bundle(trace, &pulled),
        Top::Manifest(pulled) if is_signature(pulled.manifest) => {
            signatures(trace, &pulled, &Names::of(case))
        }
        Top::Manifest(pulled) => image(case, trace, Locus::whole(&pulled.document.path)),
        Top::Index(document, _) | Top::Other(document) => {
            image(case, trace, Locus::whole(&document.path))
        }
    }
}

fn is_bundle(manifest: &Manifest) -> bool {
    manifest.artifact_type.text().starts_with(BUNDLE) || pulled::has_type(manifest, BUNDLE)
}

/// `Bundle`: one layer that is a bundle.
fn bundle(trace: &mut Trace, pulled: &Pulled) -> Result<Accept, Stop> {
    let [layer] = pulled.layers() else {
        return Err(refuse(
            trace,
            "expected exactly one layer",
            say(
                "{who} finds {count} layers; a bundle is exactly one.",
                "{who} 读到 {count} 个层；bundle 恰好是一个层。",
            )
            .name("who", WHO)
            .name("count", pulled.layers().len().to_string()),
            pulled.at_layers(),
        )
        .into());
    };
    let at = pulled.at(layer);
    if !layer.media_type().starts_with(BUNDLE) {
        return Err(refuse(
            trace,
            "expected bundle layer",
            say(
                "{who} finds a layer of type {found}; it needs one that begins with {type}.",
                "{who} 读到类型为 {found} 的层；它要求类型以 {type} 开头。",
            )
            .name("who", WHO)
            .code("found", layer.media_type())
            .code("type", BUNDLE),
            at,
        )
        .into());
    }
    json_bytes(pulled, layer)?;
    accept(trace, layer, at)
}

/// `sigs.Get`, then what verifying asks of each: the signature beside the payload. One of several is enough.
fn signatures(trace: &mut Trace, pulled: &Pulled, names: &Names) -> Result<Accept, Stop> {
    let layers = pulled.layers();
    let Some(first) = layers.first() else {
        return Err(unsettled(pulled.document).into());
    };
    if layers.len() > MOST {
        return Err(pulled.missing(first, Why::NotSettled).into());
    }
    let usable = |layer: &&Descriptor| {
        layer.media_type() == ENVELOPE || layer.annotations.contains_key(SIGNATURE)
    };
    let Some(layer) = layers.iter().find(usable) else {
        return Err(refuse(
            trace,
            format!(
                "signature layer {} is missing \"{SIGNATURE}\" annotation",
                first.digest()
            ),
            say(
                "{who} finds the payload and no annotation {key} beside it: the signature itself is gone.",
                "{who} 读到载荷，但没有注解 {key}：签名本身已丢失。",
            )
            .name("who", WHO)
            .code("key", SIGNATURE),
            pulled.at(first),
        )
        .fix(remedies::copy_verbatim(names))
        .fix(sign(names))
        .into());
    };
    json_bytes(pulled, layer)?;
    let at = pulled.at(layer);
    accept(trace, layer, at)
}

fn accept(trace: &mut Trace, layer: &Descriptor, at: Locus) -> Result<Accept, Stop> {
    trace.pass(
        say(
            "{who} finds {type} in the shape that it reads.",
            "{who} 找到 {type}，格式是它能读取的。",
        )
        .name("who", WHO)
        .code("type", layer.media_type()),
        Some(at.clone()),
    );
    Ok(Accept::using(
        say(
            "{who} reads {type}, {digest}. Whether it holds needs a key or an identity, and is not checked here.",
            "{who} 读取 {type}，{digest}。是否有效需要密钥或身份来验证，此处不检查。",
        )
        .name("who", WHO)
        .code("type", layer.media_type())
        .code("digest", layer.digest()),
        Some(at),
    ))
}

/// The bytes have to be there and look like JSON.
fn json_bytes(pulled: &Pulled, layer: &Descriptor) -> Result<(), Missing> {
    match pulled.bytes(layer)?.facts() {
        Some(facts) if facts.form == Form::Json => Ok(()),
        _ => Err(pulled.missing(layer, Why::Unreadable)),
    }
}

/// Something that may be signed: `SignedEntity`, then what is given for its digest.
fn image(case: &Case, trace: &mut Trace, at: Locus) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let media_type = case.media_type()?;
    if !mt::is_index(&media_type) && !mt::is_manifest(&media_type) {
        return Err(refuse(
            trace,
            format!("unknown mime type: {media_type}"),
            say(
                "{who} finds a document of type {found}; it needs an OCI or Docker manifest or index.",
                "{who} 读到类型为 {found} 的文档；它需要 OCI 或 Docker 的清单或索引。",
            )
            .name("who", WHO)
            .code("found", &media_type),
            at,
        )
        .fix(
            Fix::new(
                "convert-and-sign",
                say(
                    "Convert the image to a current format, then sign it.",
                    "把镜像转换为现行格式，然后签名。",
                ),
            )
            .with(
                "skopeo",
                format!(
                    "skopeo copy --format v2s2 docker://{0} docker://{0}",
                    names.reference
                ),
            ),
        )
        .into());
    }
    let Some(digest) = pulled::root_digest(case) else {
        return Err(Missing {
            what: "manifest".to_string(),
            why: Why::NotGiven,
            at: Some(at),
        }
        .into());
    };
    let tag = format!("{}.sig", digest.replace(':', "-"));
    trace.note(
        say(
            "{who} looks for a signature under the tag {tag}, and for bundles that refer to {digest}.",
            "{who} 在标签 {tag} 下查找签名，并查找指向 {digest} 的 bundle。",
        )
        .name("who", WHO)
        .code("tag", &tag)
        .code("digest", &digest),
        Some(at.clone()),
    );
    let Some((name, place)) = found_for(case, &digest) else {
        return Err(Missing {
            what: tag,
            why: if case.inventory.is_container() {
                Why::NotInInput
            } else {
                Why::NotGiven
            },
            at: Some(at),
        }
        .into());
    };
    trace.pass(
        say("It is here: {name}.", "就在这里：{name}。").code("name", &name),
        Some(place.clone()),
    );
    Ok(Accept::using(
        say(
            "{who} finds {name} for this image. Whether it holds needs a key or an identity, and is not checked here.",
            "{who} 找到这个镜像的 {name}。是否有效需要密钥或身份来验证，此处不检查。",
        )
        .name("who", WHO)
        .code("name", name),
        Some(place),
    ))
}

/// What was given for a digest: a root under one of the tags made from it, or a bundle with it as subject.
fn found_for(case: &Case, digest: &str) -> Option<(String, Locus)> {
    let tag = digest.replace(':', "-");
    case.inventory.roots.iter().find_map(|root| {
        let document = case.inventory.root_document(root).ok()?;
        let Claims::Manifest(manifest) = &document.claims else {
            return None;
        };
        let name = root.name.as_deref().unwrap_or_default();
        let last = name.rsplit(':').next().unwrap_or_default();
        let tagged = [".sig", ".att"]
            .iter()
            .any(|ending| last.strip_suffix(ending) == Some(&tag));
        let refers = is_bundle(manifest)
            && manifest
                .subject
                .value()
                .is_some_and(|subject| subject.digest() == digest);
        let shown = if tagged {
            last.to_string()
        } else {
            manifest.artifact_type.text().to_string()
        };
        (tagged || refers).then(|| (shown, Locus::whole(&document.path)))
    })
}

fn unsettled(document: &Document) -> Missing {
    Missing {
        what: document.path.clone(),
        why: Why::NotSettled,
        at: Some(document.locus("/layers")),
    }
}

fn sign(names: &Names) -> Fix {
    Fix::new(
        "sign-again",
        say("Or sign the image again.", "或者重新对镜像签名。"),
    )
    .with(
        "cosign",
        format!("cosign sign {}@sha256:DIGEST", names.repository),
    )
}
