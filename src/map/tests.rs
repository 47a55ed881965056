//! Tests of the map.

use super::*;
use crate::artifact::kinds::{InputKind, Packaging};
use crate::examples::gallery;
use crate::report::{Artifact, Input, Locus, Profile};
use crate::text::say;

fn part(depth: u32, role: &str, digest: &str, size: u64, content: Content) -> Described {
    Described {
        depth,
        role: role.to_string(),
        at: Some(Locus::whole("x")),
        path: None,
        media_type: None,
        digest: Some(digest.to_string()),
        size: Some(size),
        platform: None,
        content,
        compression: None,
        diff_id: None,
        declared_diff_id: None,
        measured_digest: None,
        measured_size: None,
        artifact_type: None,
        entries: None,
    }
}

fn report(artifacts: Vec<Vec<Described>>) -> Report {
    Report {
        input: Input {
            name: "x".to_string(),
            bytes: 0,
            kind: InputKind::OciLayout,
            packaging: Packaging::File,
            says: say("x", "x"),
        },
        complete: true,
        profile: Profile::default(),
        choices: BTreeMap::new(),
        artifacts: artifacts
            .into_iter()
            .map(|descriptors| Artifact {
                id: String::new(),
                name: None,
                kind: String::new(),
                says: say("x", "x"),
                media_type: None,
                digest: None,
                descriptors,
            })
            .collect(),
        findings: Vec::new(),
        rules: Vec::new(),
        verdicts: Vec::new(),
        coverage: Vec::new(),
        unreferenced: Vec::new(),
        unreferenced_left_out: 0,
    }
}

#[test]
fn lengths_tell_small_from_large_over_many_orders() {
    assert_eq!(length(0), SHORTEST);
    assert_eq!(length(1000), SHORTEST);
    assert_eq!(length(2), SHORTEST);
    assert_eq!(length(u64::MAX), LONGEST);
    // Each doubling adds the same, to a pixel.
    for power in 11..34_u32 {
        let step = length(1 << (power + 1)) - length(1 << power);
        assert_eq!(step, DOUBLING, "2^{power}");
    }
    // A thousandfold is nearly ten doublings, wherever it begins.
    for (small, large) in [(1_000, 1_000_000), (1_000_000, 1_000_000_000)] {
        let step = length(large) - length(small);
        assert!((79..=80).contains(&step), "{step}");
    }
    let mut last = 0;
    for bytes in (0..2_000_000).step_by(997) {
        assert!(length(bytes) >= last);
        last = length(bytes);
    }
}

#[test]
fn a_multi_platform_image_is_a_tree_and_what_is_shared_counts_once() {
    use Content::Verified as V;
    let map = Map::of(&report(vec![vec![
        part(0, "index", "i", 10, V),
        part(1, "manifest", "a", 20, V),
        part(2, "config", "ca", 1, V),
        part(2, "layer", "base", 100, V),
        part(2, "layer", "la", 7, Content::Missing),
        part(1, "manifest", "b", 20, V),
        part(2, "config", "cb", 1, V),
        part(2, "layer", "base", 100, V),
        part(2, "subject", "a", 20, V),
    ]]));
    assert_eq!((map.contents, map.bytes), (7, 10 + 40 + 2 + 100 + 7));
    assert_eq!(map.states, [(V, 6), (Content::Missing, 1)]);
    let root = &map.trees[0].root;
    assert_eq!((root.blocks.len(), root.bands.len()), (0, 2));
    let (a, b) = (&root.bands[0], &root.bands[1]);
    let numbers = |band: &Band| -> Vec<(usize, usize, usize, bool)> {
        let blocks = band.blocks.iter();
        blocks.map(|b| (b.number, b.of, b.named, b.again)).collect()
    };
    assert_eq!(
        numbers(a),
        [(1, 1, 1, false), (1, 2, 2, false), (2, 2, 1, false)]
    );
    assert_eq!(
        numbers(b),
        [(1, 1, 1, false), (1, 1, 2, true), (1, 1, 1, true)]
    );
    assert_eq!((a.bytes, b.bytes), (108, 101), "a subject is not held");
    assert_eq!(a.blocks[1].content, b.blocks[1].content);
}

/// Of what was given itself nobody says what its digest has to be.
#[test]
fn what_nobody_declares_is_read_and_not_as_declared() {
    let text = r#"{"schemaVersion":2,"layers":[{"digest":"sha256:x","size":1000}]}"#;
    let map = Map::of(&crate::examples::Files::pasted(text).report());
    assert_eq!((map.read, map.contents), (1, 2));
    assert_eq!(map.states, [(Content::NotGiven, 1)]);
}

/// Two tags of one image: its layers are not shared by two documents, they are the same document again.
#[test]
fn the_same_manifest_under_two_names_is_one_document() {
    use Content::Verified as V;
    let image = vec![part(0, "manifest", "m", 5, V), part(1, "layer", "l", 9, V)];
    let map = Map::of(&report(vec![image.clone(), image]));
    assert_eq!((map.trees.len(), map.contents, map.bytes), (2, 2, 14));
    let [one, two] = [&map.trees[0].root, &map.trees[1].root];
    assert!(!one.document.again && two.document.again);
    assert_eq!((one.blocks[0].named, two.blocks[0].named), (1, 1));
}

#[test]
fn of_many_layers_those_in_trouble_and_the_largest_are_drawn_and_the_rest_is_counted() {
    let mut all = vec![part(0, "manifest", "m", 5, Content::Verified)];
    for at in 0..200_u64 {
        let state = if at == 150 {
            Content::Differs
        } else {
            Content::Verified
        };
        let size = if at == 199 { 1_000_000 } else { at };
        all.push(part(1, "layer", &format!("l{at}"), size, state));
    }
    let report = report(vec![all]);
    let map = Map::of(&report);
    let band = &map.trees[0].root;
    let (drawn, rest) = band.drawn(&report, 20);
    let numbers: Vec<usize> = drawn.iter().map(|b| b.number).collect();
    assert_eq!(drawn.len(), 20);
    assert!(numbers.contains(&151) && numbers.contains(&200));
    assert!(numbers.is_sorted());
    assert_eq!(rest.count, 180);
    let bytes = |blocks: &[&Block]| -> u64 {
        let sizes = blocks
            .iter()
            .filter_map(|b| Map::described(&report, b)?.size);
        sizes.sum()
    };
    assert_eq!(bytes(&drawn) + rest.bytes, band.bytes);
    assert!(band.is_troubled(&report));
    // To hide a single one saves nothing.
    assert_eq!(band.drawn(&report, 199).1.count, 0);
}

/// Every example of the gallery has a map that loses and doubles nothing.
#[test]
fn every_descriptor_stands_on_the_map_once() {
    fn collect(band: &Band, into: &mut Vec<(usize, usize)>) {
        let own = std::iter::once(&band.document).chain(&band.blocks);
        into.extend(own.map(|b| (b.artifact, b.descriptor)));
        band.bands.iter().for_each(|b| collect(b, into));
    }
    let mut parts = 0;
    for example in gallery::all() {
        let report = example.files().report();
        let map = Map::of(&report);
        let mut found = Vec::new();
        map.trees.iter().for_each(|t| collect(&t.root, &mut found));
        found.sort_unstable();
        let all: Vec<(usize, usize)> = report
            .artifacts
            .iter()
            .enumerate()
            .flat_map(|(a, one)| (0..one.descriptors.len()).map(move |d| (a, d)))
            .collect();
        assert_eq!(found, all, "{}", example.id);
        parts += all.len();
    }
    assert!(parts > 100, "{parts}");
}

#[test]
fn attestations_are_told_from_images() {
    let report = gallery::find("buildx-attestation")
        .unwrap()
        .files()
        .report();
    let map = Map::of(&report);
    let kinds: Vec<bool> = map.trees[0]
        .root
        .bands
        .iter()
        .map(|b| b.attestation)
        .collect();
    assert_eq!(kinds, [false, true]);
}
