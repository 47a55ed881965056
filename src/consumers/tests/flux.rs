//! Artifacts for Flux: which layer it takes, and what stops it from unpacking one.

use super::wasm::artifact;
use super::{accepts, chosen, commands, refuses, unknown};
use crate::kit::cases::{flux_content, flux_lost, flux_one, flux_second};
use crate::kit::{Layout, gzip, sha256, zstd};
use crate::report::Decision;
use crate::spec::media_type as mt;

const FLUX: &str = "flux-ocirepository@1.4";
const OUTER: &str = "failed to extract layer contents from artifact: ";

#[test]
fn the_only_layer_is_taken() {
    let says = accepts(&flux_one().tar().verdict(FLUX));
    assert!(says.contains("takes the only layer"), "{says}");
    assert!(says.contains(mt::FLUX_CONTENT) && says.contains(&sha256(&flux_content())));
}

#[test]
fn content_in_the_second_layer_is_refused_and_the_selector_given() {
    let verdict = flux_second().tar().verdict(FLUX);
    refuses(
        &verdict,
        &format!("{OUTER}requires gzip-compressed body: gzip: invalid header"),
    );
    assert_eq!(
        verdict.at.as_ref().and_then(|at| at.pointer.as_deref()),
        Some("/layers/0")
    );
    assert_eq!(
        commands(&verdict, "yaml"),
        [
            "spec:\n  layerSelector:\n    mediaType: application/vnd.cncf.flux.content.v1.tar+gzip\n    operation: extract"
        ]
    );
    let early = flux_second().tar().verdict("flux-ocirepository@0.29");
    assert!(!commands(&early, "yaml")[0].contains("operation"));
    let first = flux_second().tar().verdict("flux-ocirepository@0.27");
    assert!(commands(&first, "yaml").is_empty());
    assert!(!commands(&first, "flux").is_empty());
}

#[test]
fn of_two_content_layers_the_first_is_taken_and_the_other_can_be_selected() {
    let other = gzip(&crate::kit::tar(&[("other.yaml", "kind: Other\n")]));
    let layout = artifact(&[
        (mt::OCI_TAR_GZIP, &flux_content()),
        ("application/x.tar+gzip", &other),
    ]);
    let verdict = layout.tar().verdict(FLUX);
    let says = accepts(&verdict);
    assert!(says.contains("layer 1 of 2"), "{says}");
    assert!(commands(&verdict, "yaml")[0].contains("mediaType: application/x.tar+gzip"));
}

#[test]
fn a_lost_layer_is_unknown_by_digest_and_place() {
    let verdict = flux_lost().tar().verdict(FLUX);
    let says = unknown(&verdict);
    assert!(says.contains(&sha256(&flux_content())), "{says}");
    assert_eq!(verdict.at.unwrap().pointer.as_deref(), Some("/layers/0"));
}

#[test]
fn the_empty_layer_is_refused_even_when_it_was_not_given() {
    let layout = artifact(&[(mt::OCI_EMPTY, b"{}")]);
    let error = format!("{OUTER}requires gzip-compressed body: unexpected EOF");
    refuses(&layout.tar().verdict(FLUX), &error);
    let mut alone = layout;
    alone.lose(&serde_json::json!({ "digest": crate::spec::known::EMPTY_JSON }));
    refuses(&alone.tar().verdict(FLUX), &error);
}

#[test]
fn zstd_and_no_layers_are_refused() {
    let layout = artifact(&[(mt::OCI_TAR_ZSTD, &zstd(&crate::kit::tar(&[("a", "a")])))]);
    refuses(
        &layout.tar().verdict(FLUX),
        &format!("{OUTER}requires gzip-compressed body: gzip: invalid header"),
    );
    refuses(
        &artifact(&[]).tar().verdict(FLUX),
        "no layers found in artifact",
    );
    let verdict = flux_one().tar().verdict("flux-ocirepository@0.25");
    assert_eq!(verdict.verdict, Decision::Refuses);
}

/// A layer with one entry of a kind, after a regular file.
fn layer_with(kind: tar::EntryType, name: &str, mode: u32) -> Layout {
    let mut builder = tar::Builder::new(Vec::new());
    let mut file = tar::Header::new_gnu();
    file.set_size(1);
    file.set_mode(0o644);
    file.set_cksum();
    builder.append_data(&mut file, "a", &b"a"[..]).unwrap();
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(0);
    header.set_mode(mode);
    let field = &mut header.as_gnu_mut().unwrap().name;
    field[..name.len()].copy_from_slice(name.as_bytes());
    if kind.is_symlink() || kind.is_hard_link() {
        header.set_link_name("a").unwrap();
    }
    header.set_cksum();
    builder.append(&header, &b""[..]).unwrap();
    let bytes = gzip(&builder.into_inner().unwrap());
    artifact(&[(mt::OCI_TAR_GZIP, &bytes)])
}

#[test]
fn symbolic_links_stop_early_versions_only() {
    let files = layer_with(tar::EntryType::Symlink, "link", 0o777).tar();
    refuses(
        &files.verdict("flux-ocirepository@1.0.1"),
        &format!("{OUTER}tar file entry link contained unsupported file type Lrwxrwxrwx"),
    );
    refuses(
        &files.verdict("flux-ocirepository@1.1.1"),
        &format!("{OUTER}tar file entry link is a symlink, which is not allowed in this context"),
    );
    accepts(&files.verdict("flux-ocirepository@1.1.2"));
}

#[test]
fn devices_and_pipes_stop_it_and_hard_links_do_not() {
    let pipe = layer_with(tar::EntryType::Fifo, "pipe", 0o644);
    refuses(
        &pipe.tar().verdict(FLUX),
        &format!("{OUTER}tar file entry pipe contained unsupported file type prw-r--r--"),
    );
    let block = layer_with(tar::EntryType::Block, "sda", 0o660);
    refuses(
        &block.tar().verdict(FLUX),
        &format!("{OUTER}tar file entry sda contained unsupported file type Drw-rw----"),
    );
    let character = layer_with(tar::EntryType::Char, "null", 0o666);
    refuses(
        &character.tar().verdict(FLUX),
        &format!("{OUTER}tar file entry null contained unsupported file type Dcrw-rw-rw-"),
    );
    accepts(
        &layer_with(tar::EntryType::Link, "hard", 0o644)
            .tar()
            .verdict(FLUX),
    );
}

#[test]
fn names_that_lead_elsewhere_stop_it() {
    for name in ["/etc/passwd", "../up", "a\\b"] {
        let files = layer_with(tar::EntryType::Regular, name, 0o644).tar();
        let quoted = name.replace('\\', "\\\\");
        refuses(
            &files.verdict(FLUX),
            &format!("{OUTER}tar contained invalid name error \"{quoted}\""),
        );
    }
}

#[test]
fn a_damaged_tar_stops_it() {
    let noise: Vec<u8> = (0..2048u32).map(|n| (n * 7 % 251) as u8).collect();
    refuses(
        &artifact(&[(mt::OCI_TAR_GZIP, &gzip(&noise))])
            .tar()
            .verdict(FLUX),
        &format!("{OUTER}tar error: archive/tar: invalid tar header"),
    );
    let tar = crate::kit::tar(&[("a.yaml", vec![b'a'; 3000])]);
    let cut = artifact(&[(mt::OCI_TAR_GZIP, &gzip(&tar[..1500]))]);
    refuses(
        &cut.tar().verdict(FLUX),
        &format!("{OUTER}error copying buffer: unexpected EOF"),
    );
    refuses(
        &cut.tar().verdict("flux-ocirepository@0.30"),
        &format!("{OUTER}error writing to DIRECTORY/a.yaml: unexpected EOF"),
    );
}

#[test]
fn a_chart_is_taken_with_advice_to_copy_it() {
    let layout = artifact(&[(mt::HELM_CHART, &flux_content())]);
    let verdict = layout.tar().verdict(FLUX);
    accepts(&verdict);
    assert!(commands(&verdict, "yaml")[0].ends_with("operation: copy"));
}

#[test]
fn a_selector_takes_the_first_layer_of_its_type() {
    let selected = format!("flux-ocirepository.layer-media-type={}", mt::FLUX_CONTENT);
    let second = flux_second().tar();
    let says = accepts(&chosen(&second, FLUX, &[&selected]));
    assert!(says.contains("layer 2 of 2"), "{says}");
    // Versions that know no selector take the first layer all the same.
    let early = chosen(&second, "flux-ocirepository@0.27", &[&selected]);
    assert_eq!(early.verdict, Decision::Refuses);
    let other = ["flux-ocirepository.layer-media-type=application/x"];
    let verdict = chosen(&second, FLUX, &other);
    refuses(
        &verdict,
        "failed to find layer with media type 'application/x' in artifact",
    );
    assert!(commands(&verdict, "yaml")[0].contains(mt::FLUX_CONTENT));
}

#[test]
fn a_layer_that_is_copied_may_hold_anything() {
    let copy = ["flux-ocirepository.layer-operation=copy"];
    let files = artifact(&[("application/x", b"some bytes here")]).tar();
    accepts(&chosen(&files, FLUX, &copy));
    // No operation before 0.30: the layer is unpacked.
    let early = chosen(&files, "flux-ocirepository@0.29", &copy);
    assert_eq!(early.verdict, Decision::Refuses);
    let lost = chosen(&flux_lost().tar(), FLUX, &copy);
    unknown(&lost);
}
