//! Which entry of an index the library takes for a platform: its wanted platforms, from the best to the least.

use super::manifests::Got;
use super::{Release, Run};
use crate::artifact::documents::{Claim, Descriptor};
use crate::consumers::go_archive::quoted;
use crate::consumers::platform::Wanted;
use crate::consumers::settings::PLATFORM;
use crate::consumers::{Case, Stop};
use crate::spec::media_type as mt;
use crate::text::say;

/// Marks an entry whose layers are zstd, beside another for the same platform.
const ZSTD: &str = "io.github.containers.compression.zstd";

/// The platform of a case as the library gets it: an architecture without a variant stays without.
pub(in crate::consumers) fn wanted(case: &Case) -> Wanted {
    read_wanted(case.set(&PLATFORM))
}

fn read_wanted(text: &str) -> Wanted {
    let mut parts = text.split('/').map(str::to_ascii_lowercase);
    let mut next = || parts.next().unwrap_or_default();
    Wanted {
        os: next(),
        architecture: next(),
        variant: next(),
    }
}

/// Variants of an architecture, the most capable first.
fn variants(architecture: &str) -> &'static [&'static str] {
    match architecture {
        "arm" => &["v8", "v7", "v6", "v5"],
        "arm64" => &["v8"],
        _ => &[],
    }
}

/// `WantedPlatforms`: the variants to look for, the best first.
fn wanted_variants(wanted: &Wanted) -> Vec<String> {
    let known = variants(&wanted.architecture);
    let mut found: Vec<String> = Vec::new();
    if wanted.variant.is_empty() {
        found.push(String::new());
        found.extend(known.iter().map(|v| (*v).to_string()));
        return found;
    }
    match known.iter().position(|v| *v == wanted.variant) {
        Some(from) => found.extend(known.iter().skip(from).map(|v| (*v).to_string())),
        None => found.push(wanted.variant.clone()),
    }
    found.push(String::new());
    found
}

/// `ChooseInstance`: the entry of a list for the wanted platform.
pub(super) fn choose<'l>(
    run: &mut Run,
    got: &Got,
    entries: &'l [Descriptor],
) -> Result<&'l Descriptor, Stop> {
    let docker = got.media_type == mt::DOCKER_LIST;
    let variants = wanted_variants(&run.wanted);
    let rank = |entry: &Descriptor| -> Option<usize> {
        let platform = match &entry.platform {
            Claim::Is { value, .. } => value,
            // An entry without a platform comes last; Docker's lists read it as one of no platform.
            _ if docker => return None,
            _ => return Some(usize::MAX),
        };
        if platform.os != run.wanted.os || platform.architecture != run.wanted.architecture {
            return None;
        }
        let variant = platform.variant.as_deref().unwrap_or_default();
        variants.iter().position(|v| v == variant)
    };
    let best = entries.iter().filter_map(rank).min();
    let fitting = || entries.iter().filter(|e| best.is_some() && rank(e) == best);
    let is_zstd = |e: &&Descriptor| !docker && e.annotations.get(ZSTD).is_some_and(|v| v == "true");
    let found = match fitting().find(is_zstd) {
        Some(zstd) if fitting().count() > 1 => {
            let at = got.document.locus(&zstd.pointer);
            match run.series.has(Release::V5_34, zstd.digest(), Some(&at))? {
                true => Some(zstd),
                false => fitting().next(),
            }
        }
        _ => fitting().next(),
    };
    let shown = shown(&run.wanted);
    if let Some(entry) = found {
        let says = match entry.platform.value() {
            Some(_) => say(
                "{who} gets an index and takes the entry for {platform}, {digest}.",
                "{who} 得到一个索引，取其中 {platform} 的条目 {digest}。",
            ),
            None => say(
                "{who} gets an index without an entry for {platform} and takes the one that names no platform, {digest}.",
                "{who} 得到的索引中没有 {platform} 条目，于是取没有写平台的条目 {digest}。",
            ),
        };
        let says = says.code("platform", shown).code("digest", entry.digest());
        run.pass(says, Some(got.document.locus(&entry.pointer)));
        return Ok(entry);
    }
    let kind = if docker {
        "manifest list"
    } else {
        "image index"
    };
    let Wanted {
        os,
        architecture,
        variant,
    } = run.wanted.clone();
    let variant = quoted(&variant);
    let error = run.series.worded(
        format!(
            "no image found in {kind} for architecture {architecture}, variant {variant}, OS {os}"
        ),
        Release::V5_34,
        format!(
            "no image found in {kind} for architecture {}, variant {variant}, OS {}",
            quoted(&architecture),
            quoted(&os)
        ),
    );
    let because = say(
        "{who} needs an entry for {platform} and finds none in the index.",
        "{who} 需要 {platform} 的条目，而索引中没有。",
    )
    .code("platform", shown);
    Err(run.refuse(error, because, Some(got.document.locus("/manifests"))))
}

fn shown(wanted: &Wanted) -> String {
    match &*wanted.variant {
        "" => format!("{}/{}", wanted.os, wanted.architecture),
        variant => format!("{}/{}/{variant}", wanted.os, wanted.architecture),
    }
}

/// Whether a manifest is a list by the type that it is handed out with.
pub(super) fn reads_as_list(got: &Got) -> bool {
    matches!(&*got.media_type, mt::OCI_INDEX | mt::DOCKER_LIST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_are_wanted_in_the_order_of_the_library() {
        for (asked, expected) in [
            ("linux/amd64", vec![""]),
            ("linux/arm/v6", vec!["v6", "v5", ""]),
            ("linux/arm", vec!["", "v8", "v7", "v6", "v5"]),
            ("linux/arm64", vec!["", "v8"]),
            ("linux/armel/custom", vec!["custom", ""]),
        ] {
            let wanted = read_wanted(asked);
            assert_eq!(wanted_variants(&wanted), expected, "{asked}");
        }
    }
}
