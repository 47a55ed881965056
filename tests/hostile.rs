//! Inputs made to hurt. Each ends in a report, within bounded steps, time and memory, and never looks checked where it
//! could not be. The full 10 GiB of the bombs are run by `make bench`; here they are a sixteenth of that.

mod kit;

use kit::hostile::{
    END, Fault, Fickle, LINK, MARKUP, Packing, Piece, Pieces, SHELL, STEERING, bomb, circles,
    claim, entry, filled_with, header, header_with_size, index, layout_of, link_header, pax,
    record,
};
use kit::{Files, Layout, descriptor, good_docker_archive, good_layout, gzip, sha256, tar, zstd};
use pullcheck::artifact::Measured;
use pullcheck::artifact::kinds::{Content, Packaging};
use pullcheck::bytes::source::{ByteSource, Memory};
use pullcheck::limits;
use pullcheck::render;
use pullcheck::report::{Decision, Outcome, Report, Severity};
use pullcheck::session::{Given, GivenFile, Session, Step};
use pullcheck::spec::media_type as mt;
use pullcheck::text::Lang;
use serde_json::json;
use std::alloc::{GlobalAlloc, Layout as Room, System};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// Counts what each thread holds, so that a test can bound it whatever its neighbours do.
struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn changed(bytes: isize) {
    // A thread that is ending counts no more.
    let _ = HELD.try_with(|held| {
        held.set(held.get() + bytes);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(held.get())));
    });
}

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, room: Room) -> *mut u8 {
        changed(room.size() as isize);
        unsafe { System.alloc(room) }
    }
    unsafe fn dealloc(&self, place: *mut u8, room: Room) {
        changed(-(room.size() as isize));
        unsafe { System.dealloc(place, room) }
    }
    unsafe fn realloc(&self, place: *mut u8, room: Room, size: usize) -> *mut u8 {
        changed(size as isize - room.size() as isize);
        unsafe { System.realloc(place, room, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const MIB: usize = 1 << 20;

/// What a check may hold, in bytes, over what was held before.
const MEMORY: usize = 64 * MIB;

/// What a check may take here, where the product is hardly optimised.
const TIME: Duration = Duration::from_secs(60);

/// How a check went.
struct Run {
    report: Report,
    steps: u64,
    peak: usize,
    took: Duration,
    /// Expanded sizes of the compressed blobs.
    expanded: Vec<u64>,
}

impl Run {
    fn rules(&self) -> Vec<&str> {
        self.report
            .findings
            .iter()
            .map(|f| f.rule.as_str())
            .collect()
    }

    /// Neither silent nor taken by anybody: something is found, or said not to have been looked at, and nobody accepts.
    fn is_refused_or_unknown(&self) -> bool {
        let told = !self.report.findings.is_empty() || !self.report.coverage.is_empty();
        told && self
            .report
            .verdicts
            .iter()
            .all(|v| v.verdict != Decision::Accepts)
    }

    /// Nothing is found, nothing is left out, and no rule went unrun: what must not be said of bytes that were not read.
    fn looks_clean(&self) -> bool {
        let errors = self
            .report
            .findings
            .iter()
            .any(|f| f.severity == Severity::Error);
        let unrun = self
            .report
            .rules
            .iter()
            .any(|r| r.outcome == Outcome::NotRun);
        !errors && !unrun && self.report.coverage.is_empty() && self.report.complete
    }

    fn within(self, steps: u64, memory: usize) -> Run {
        println!(
            "{} steps, peak {} KiB, {:?}, {:?}",
            self.steps,
            self.peak / 1024,
            self.took,
            self.rules()
        );
        assert!(self.steps <= steps, "{} steps, not {steps}", self.steps);
        assert!(
            self.peak <= memory,
            "peak {} MiB, not {}",
            self.peak / MIB,
            memory / MIB
        );
        assert!(self.took <= TIME, "took {:?}", self.took);
        self
    }
}

/// Checks, and counts what it costs; the report is rendered in both languages as well.
fn run(given: impl FnOnce() -> Given) -> Run {
    let given = given();
    let before = HELD.get();
    PEAK.set(before);
    let began = Instant::now();
    let mut session = Session::new(given, Vec::new());
    let mut steps = 0;
    let report = loop {
        steps += 1;
        if let Step::Done(report) = session.step() {
            break *report;
        }
    };
    let peak = usize::try_from(PEAK.get() - before).unwrap_or(0);
    let took = began.elapsed();
    for lang in [Lang::En, Lang::Zh] {
        assert!(render::json(&report, lang).is_object());
    }
    let expanded = session
        .inventory()
        .blobs
        .iter()
        .filter_map(|blob| match &blob.measured {
            Measured::Facts(facts) => facts.inner.as_ref().map(|inner| inner.size),
            Measured::Not(_) => None,
        })
        .collect();
    Run {
        report,
        steps,
        peak,
        took,
        expanded,
    }
}

fn given(
    name: &str,
    packaging: Packaging,
    sources: Vec<(String, Box<dyn ByteSource + Send + Sync>)>,
) -> Given {
    Given {
        name: name.to_string(),
        packaging,
        files: sources
            .into_iter()
            .map(|(path, source)| GivenFile { path, source })
            .collect(),
    }
}

fn one(source: impl ByteSource + Send + Sync + 'static) -> Given {
    given(
        "input",
        Packaging::File,
        vec![("input".to_string(), Box::new(source))],
    )
}

fn check(source: impl ByteSource + Send + Sync + 'static) -> Run {
    run(|| one(source))
}

/// A layout in a tar whose one layer is this, whatever it is; descriptor and place say its digest.
fn layout_with_layer(media_type: &str, layer: &Pieces, digest: &str) -> Pieces {
    let mut layout = Layout::new();
    let config = layout.document(
        mt::OCI_CONFIG,
        &json!({ "architecture": "amd64", "os": "linux",
            "rootfs": { "type": "layers", "diff_ids": [sha256(b"something else")] } }),
    );
    let descriptor = json!({ "mediaType": media_type, "digest": digest, "size": layer.len() });
    let manifest = layout.document(mt::OCI_MANIFEST, &kit::manifest(config, &[descriptor]));
    layout.list(manifest, "v1");
    let mut source = Pieces::new();
    for (path, bytes) in layout.all() {
        source = source.then(Piece::bytes(entry(&path, &bytes)));
    }
    let path = format!("blobs/{}", digest.replace(':', "/"));
    let length = layer.len();
    let mut with_layer = source.then(Piece::bytes(header(&path, b'0', length).to_vec()));
    let held = layer.held();
    with_layer = with_layer.then(Piece::bytes(held));
    let padding = (512 - length % 512) % 512;
    with_layer
        .then(Piece::Repeat([0].as_slice().into(), padding))
        .then(Piece::bytes(END.to_vec()))
}

fn digest_of(source: &Pieces) -> String {
    sha256(&source.held())
}

const GIB: u64 = 1 << 30;
const BOMB: u64 = 10 * GIB / 16;

#[test]
fn a_bomb_alone_is_expanded_in_fixed_buffers() {
    for packing in [Packing::Gzip, Packing::Zstd] {
        let source = bomb(packing, BOMB);
        let stored = source.len();
        assert!(stored < 1 << 20, "{packing:?}: {stored}");
        let run = check(source).within(200, 16 * MIB);
        assert_eq!(run.expanded, [BOMB + 512 + 1024], "{packing:?}");
    }
}

#[test]
fn a_bomb_as_a_layer_is_measured_to_its_end() {
    for (packing, media_type) in [
        (Packing::Gzip, mt::OCI_TAR_GZIP),
        (Packing::Zstd, mt::OCI_TAR_ZSTD),
    ] {
        let layer = bomb(packing, BOMB);
        let archive = layout_with_layer(media_type, &layer, &digest_of(&layer));
        let run = check(archive).within(200, 16 * MIB);
        assert_eq!(run.expanded, [BOMB + 512 + 1024], "{packing:?}");
        assert!(
            run.rules().contains(&"config-diff-id-mismatch") || !run.looks_clean(),
            "{:?}",
            run.rules()
        );
    }
}

#[test]
fn archives_in_archives_are_opened_once() {
    let mut bytes = good_layout().tar().items.remove(0).1;
    for depth in 0..60 {
        bytes = match depth % 3 {
            0 => gzip(&bytes),
            1 => tar(&[("image.tar.gz", bytes)]),
            _ => zstd(&bytes),
        };
    }
    let run = check(Memory(bytes)).within(200, 16 * MIB);
    assert!(run.report.artifacts.iter().all(|a| a.kind == "part"));
    // A tar in gzip in gzip, a hundred deep.
    let mut bytes = tar(&[("a", "a")]);
    for _ in 0..100 {
        bytes = gzip(&bytes);
    }
    check(Memory(bytes)).within(200, 16 * MIB);
}

#[test]
fn sizes_that_nobody_has_are_no_sizes() {
    let negative = [0xFF_u8; 12];
    let mut past_all = [0xFF_u8; 12];
    past_all[0] = 0x80;
    let octal = |text: &[u8; 12]| header_with_size("blobs/sha256/x", *text);
    let heads = [
        (
            "8 EiB less one",
            header("blobs/sha256/x", b'0', (1 << 63) - 1),
        ),
        ("16 EiB less one", header("blobs/sha256/x", b'0', u64::MAX)),
        (
            "beyond 64 bits",
            header_with_size("blobs/sha256/x", past_all),
        ),
        ("negative", header_with_size("blobs/sha256/x", negative)),
        ("negative octal", octal(b"-0000000001\0")),
        ("no number", octal(b"many bytes!\0")),
        ("all sevens", octal(b"777777777777")),
    ];
    for (name, head) in heads {
        let outer = Pieces::new()
            .then(Piece::bytes(entry(
                "oci-layout",
                br#"{"imageLayoutVersion":"1.0.0"}"#,
            )))
            .then(Piece::bytes(head.to_vec()))
            .then(Piece::bytes(entry("index.json", b"{}")))
            .then(Piece::bytes(END.to_vec()));
        let bytes = outer.held();
        for (form, run) in [
            ("plain", check(outer)),
            ("gzip", check(Memory(gzip(&bytes)))),
            ("zstd", check(Memory(zstd(&bytes)))),
        ] {
            let run = run.within(100, 16 * MIB);
            assert!(
                run.is_refused_or_unknown(),
                "{name} {form}: {:#?}",
                run.report
            );
            assert!(!run.looks_clean(), "{name} {form}");
        }
        let layer = Pieces::new().then(Piece::bytes(gzip(&[head.as_slice(), &[7; 700]].concat())));
        let archive = layout_with_layer(mt::OCI_TAR_GZIP, &layer, &digest_of(&layer));
        let run = check(archive).within(100, 16 * MIB);
        assert!(!run.looks_clean(), "{name}");
    }
}

#[test]
fn sizes_that_overlap_or_contradict_each_other_are_told() {
    // The size of the pax record rules: the next header lies in the body, or the body runs over the next header.
    for size in [
        "0",
        "1",
        "512",
        "1024",
        "99999999999999999999",
        "-1",
        "",
        "0x10",
        "1.5",
    ] {
        let mut bytes = pax(&record("size", size.as_bytes()));
        bytes.extend(entry("index.json", &[b'x'; 512]));
        bytes.extend(entry("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#));
        bytes.extend(END);
        let run = check(Memory(bytes.clone())).within(100, 16 * MIB);
        assert!(
            run.report.artifacts.iter().all(|a| a.kind == "part"),
            "{size}"
        );
        check(Memory(gzip(&bytes))).within(100, 16 * MIB);
    }
    let mut bytes = pax(&[record("size", b"7"), record("size", b"512")].concat());
    bytes.extend(entry("index.json", &[b'x'; 512]));
    bytes.extend(END);
    check(Memory(bytes)).within(100, 16 * MIB);
}

#[test]
fn an_endless_extension_header_is_not_held() {
    for flag in [b'x', b'g', b'L', b'K'] {
        let outer = Pieces::new()
            .then(Piece::bytes(entry(
                "oci-layout",
                br#"{"imageLayoutVersion":"1.0.0"}"#,
            )))
            .then(Piece::bytes(header("PaxHeaders/x", flag, 2 * GIB).to_vec()))
            .then(Piece::Repeat([b'7'; 512].as_slice().into(), 2 * GIB / 512))
            .then(Piece::bytes(entry("index.json", b"{}")))
            .then(Piece::bytes(END.to_vec()));
        let run = check(outer).within(100, 16 * MIB);
        assert!(run.is_refused_or_unknown(), "{flag}: {:#?}", run.report);
    }
    // As many as fit under the cap, one after another, with an entry only at the end.
    let long = pax(&record("comment", &vec![b'c'; 1 << 19]));
    let outer = Pieces::new()
        .then(Piece::Repeat(long.into(), 500))
        .then(Piece::bytes(entry("index.json", b"{}")))
        .then(Piece::bytes(END.to_vec()));
    check(outer).within(8000, 16 * MIB);
}

#[test]
fn a_million_entries_take_linear_time_and_flat_memory() {
    let made = |count: u64| {
        Pieces::new()
            .then(Piece::Made(
                count,
                512,
                std::sync::Arc::new(|i| header(&format!("etc/files/{i}"), b'0', 0).to_vec()),
            ))
            .then(Piece::bytes(END.to_vec()))
    };
    let few = check(made(125_000)).within(4000, MEMORY);
    let many = check(made(1_000_000)).within(20_000, MEMORY);
    assert!(many.steps <= few.steps * 9, "{} {}", few.steps, many.steps);
    assert!(
        many.took <= few.took * 40 + Duration::from_secs(1),
        "{:?} {:?}",
        few.took,
        many.took
    );
}

#[test]
fn a_layer_of_a_hundred_thousand_small_files_is_scanned() {
    let items = Pieces::new()
        .then(Piece::Made(
            100_000,
            1024,
            std::sync::Arc::new(|i| entry(&format!("usr/share/{}/{i}", i % 97), b"small")),
        ))
        .then(Piece::bytes(END.to_vec()));
    let bytes = items.held();
    let layer = Pieces::new().then(Piece::bytes(gzip(&bytes)));
    let archive = layout_with_layer(mt::OCI_TAR_GZIP, &layer, &digest_of(&layer));
    let run = check(archive).within(500, MEMORY);
    assert_eq!(run.expanded, [bytes.len() as u64]);
    let layers: Vec<_> = run.report.artifacts[0]
        .descriptors
        .iter()
        .filter(|d| d.role == "layer")
        .map(|d| (d.content, d.entries))
        .collect();
    assert_eq!(layers, [(Content::Verified, Some(100_000))]);
}

#[test]
fn two_hundred_layers_are_verified() {
    let mut layout = Layout::new();
    let layers: Vec<_> = (0..200)
        .map(|i| kit::gzip_layer(&format!("file{i}"), format!("{i}").as_bytes()))
        .collect();
    let image = layout.image(("linux", "amd64"), &layers);
    layout.list(image, "v1");
    let run = run(|| layout.tar().given()).within(5000, MEMORY);
    let verified = run.report.artifacts[0]
        .descriptors
        .iter()
        .filter(|d| d.content == Content::Verified)
        .count();
    assert_eq!(verified, 202);
}

#[test]
fn a_hundred_thousand_documents_end_in_a_report() {
    // Loose, each a manifest of its own.
    let documents = |count: u64| {
        given(
            "folder",
            Packaging::Folder,
            (0..count)
                .map(|i| {
                    let text = format!(
                        r#"{{"schemaVersion":2,"mediaType":"{}","layers":[],"annotations":{{"n":"{i}"}}}}"#,
                        mt::OCI_MANIFEST
                    );
                    let source: Box<dyn ByteSource + Send + Sync> = Box::new(Memory(text.into_bytes()));
                    (format!("documents/{i}.json"), source)
                })
                .collect(),
        )
    };
    let run = run(|| documents(100_000)).within(400_000, MEMORY);
    assert!(
        !run.report.coverage.is_empty(),
        "not all can have been read"
    );
    assert!(!run.looks_clean());
}

/// A layout of so many manifests, all listed in its index.
fn layout_of_manifests(count: u64) -> Memory {
    let manifest = |i: u64| {
        format!(r#"{{"schemaVersion":2,"layers":[],"annotations":{{"n":"{i:06}"}}}}"#).into_bytes()
    };
    let mut index = String::from(r#"{"schemaVersion":2,"manifests":["#);
    for i in 0..count {
        let bytes = manifest(i);
        let comma = if i == 0 { "" } else { "," };
        index.push_str(&format!(
            r#"{comma}{{"mediaType":"{}","digest":"{}","size":{}}}"#,
            mt::OCI_MANIFEST,
            sha256(&bytes),
            bytes.len()
        ));
    }
    index.push_str("]}");
    let items = Pieces::new()
        .then(Piece::bytes(entry(
            "oci-layout",
            br#"{"imageLayoutVersion":"1.0.0"}"#,
        )))
        .then(Piece::bytes(entry("index.json", index.as_bytes())))
        .then(Piece::Made(
            count,
            1024,
            std::sync::Arc::new(move |i| {
                let bytes = manifest(i);
                entry(
                    &format!("blobs/{}", sha256(&bytes).replace(':', "/")),
                    &bytes,
                )
            }),
        ))
        .then(Piece::bytes(END.to_vec()));
    Memory(items.held())
}

#[test]
fn a_layout_of_twenty_seven_thousand_manifests_is_read() {
    let run = check(layout_of_manifests(27_000)).within(100_000, MEMORY);
    assert!(!run.looks_clean());
    assert!(run.report.artifacts.len() > 30, "the index was read");
}

#[test]
fn a_layout_of_a_hundred_thousand_manifests_ends_in_a_report() {
    let run = check(layout_of_manifests(100_000)).within(400_000, MEMORY);
    assert!(run.is_refused_or_unknown(), "{:?}", run.rules());
    assert!(!run.looks_clean());
}

#[test]
fn a_document_beyond_our_caps_is_refused_by_nobody() {
    // Each is a layout whose index programs may well read.
    let many = format!(
        r#"{{"schemaVersion":2,"manifests":[],"x":[{}1]}}"#,
        "1,".repeat(limits::JSON_VALUES)
    );
    let deep = format!(
        r#"{{"schemaVersion":2,"manifests":[],"x":{}{}}}"#,
        "[".repeat(600),
        "]".repeat(600)
    );
    for index in [many, deep] {
        let mut layout = good_layout().all();
        layout.retain(|(path, _)| path != "index.json");
        layout.push(("index.json".to_string(), index.into_bytes()));
        let run = run(|| Files::tar("image.tar", &layout).given()).within(400, MEMORY);
        assert!(!run.looks_clean());
        assert!(!run.report.coverage.is_empty());
        assert!(!run.rules().contains(&"layout-index-invalid"));
        for verdict in &run.report.verdicts {
            // dive takes any config that it meets and never looks at an index.
            let dive = verdict.consumer == "dive";
            let accepted = verdict.verdict == Decision::Accepts;
            assert!(dive || !accepted, "{}", verdict.consumer);
            // Docker's classic loader and Trivy read `manifest.json` and never look at an index either.
            let other = !["docker-load-classic", "trivy-input"].contains(&&*verdict.consumer);
            let refused = other && verdict.verdict == Decision::Refuses;
            assert!(!refused, "{}: {:?}", verdict.consumer, verdict.error);
        }
    }
}

#[test]
fn indexes_that_name_themselves_and_each_other_end() {
    let files = circles();
    let run = run(|| files.given()).within(200, 16 * MIB);
    assert!(!run.looks_clean());
    for verdict in &run.report.verdicts {
        println!(
            "{} {} {:?}",
            verdict.consumer, verdict.versions, verdict.verdict
        );
    }
}

#[test]
fn an_index_both_wide_and_deep_is_not_walked_along_every_path() {
    // Eight levels of a hundred entries: 10^16 paths over eight small documents.
    let mut blobs = Vec::new();
    let mut below = claim(mt::OCI_MANIFEST, &sha256(b"nothing"));
    for _ in 0..8 {
        let document = index(&vec![below; 100]).to_string().into_bytes();
        below = descriptor(mt::OCI_INDEX, &document);
        blobs.push((
            format!("blobs/{}", sha256(&document).replace(':', "/")),
            document,
        ));
    }
    let root = index(&vec![below; 100]);
    let run = run(|| layout_of(&root, &blobs).given()).within(1500, MEMORY);
    assert!(!run.looks_clean());
    let listed: usize = run
        .report
        .artifacts
        .iter()
        .map(|a| a.descriptors.len())
        .sum();
    assert!(listed < 200_000, "{listed}");
}

#[test]
fn strings_of_a_megabyte_are_not_copied_about() {
    let long = "a".repeat(1 << 20);
    let mut layout = Layout::new();
    let layer = layout.blob(&format!("application/{long}"), b"layer");
    let mut layer = layer;
    layer["annotations"] = json!({ "org.opencontainers.image.title": long, "other": long });
    let mut document = kit::manifest(
        descriptor(&format!("application/vnd.{long}"), b"{}"),
        &[layer],
    );
    document["artifactType"] = json!(long);
    document["annotations"] = json!({ "org.opencontainers.image.created": long, "k": long });
    let mut manifest = layout.document(mt::OCI_MANIFEST, &document);
    manifest["platform"] = json!({ "os": long, "architecture": long, "variant": long });
    layout.list(manifest, &long);
    // Eleven such strings, each as bytes, in the tree and in the claims, and copies of what a judge looks at.
    let run = run(|| layout.tar().given()).within(200, 88 * MIB);
    assert!(!run.looks_clean());
    let size = serde_json::to_vec(&run.report).unwrap().len();
    assert!(size < 64 * MIB, "a report of {} MiB", size / MIB);
}

#[test]
fn names_that_steer_or_execute_stay_text() {
    for text in [
        MARKUP, SHELL, STEERING, LINK, "", " ", "\u{FFFD}", "{name}", "`code`", "{{", "%s%n",
    ] {
        let files = filled_with(text);
        let run = run(|| files.given()).within(200, 16 * MIB);
        assert!(!run.looks_clean(), "{text:?}");
        for verdict in &run.report.verdicts {
            for command in verdict.fixes.iter().flat_map(|fix| &fix.commands) {
                let shown = &command.text;
                assert!(
                    text.trim().is_empty() || !contains_unquoted(shown, text),
                    "{text:?} can be typed into a shell:\n{shown}"
                );
            }
        }
    }
}

/// Whether a command carries what would not stay one word in a shell.
fn contains_unquoted(command: &str, text: &str) -> bool {
    let bare: String = command.split('\'').step_by(2).collect();
    let dangerous = |c: char| ";&|$`<>\"\u{1B}\u{202E}\u{0}\u{7}\r(".contains(c);
    text.contains(dangerous)
        && bare.contains(dangerous)
        && ["touch /tmp/owned", "onerror", "[2J", "javascript:alert"]
            .iter()
            .any(|part| bare.contains(part))
}

#[test]
fn file_names_that_steer_stay_text() {
    for text in [
        MARKUP,
        STEERING,
        LINK,
        "..",
        "/",
        "a/../../b",
        "\u{202E}gpj.exe",
    ] {
        let name = text.replace('\0', "");
        let layer = gzip(&entry(&name, b"x"));
        let files = Files::loose(vec![
            (name.clone(), layer.clone()),
            (format!("{name}2"), b"{}".to_vec()),
        ]);
        run(|| files.given()).within(200, 16 * MIB);
        let archive = [
            entry(&name, b"x"),
            entry("index.json", b"{}"),
            entry("oci-layout", b"{}"),
            END.to_vec(),
        ]
        .concat();
        run(|| Files::file(&name, archive).given()).within(200, 16 * MIB);
    }
}

#[test]
fn digests_of_unknown_algorithms_are_not_verified() {
    for digest in [
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "sha3-256:a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a",
        "blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
        "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8",
        "sha256:../../../../etc/passwd",
        "sha256:",
        ":",
        "sha256",
        "SHA256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85",
        "sha512:00",
    ] {
        let layer = Pieces::new().then(Piece::bytes(gzip(&tar(&[("a", "a")]))));
        let archive = layout_with_layer(mt::OCI_TAR_GZIP, &layer, digest);
        let run = check(archive).within(200, 16 * MIB);
        for d in &run.report.artifacts[0].descriptors {
            let same = d.digest.as_deref() == Some(digest);
            assert!(!same || d.content != Content::Verified, "{digest}: {d:?}");
        }
        assert!(!run.looks_clean(), "{digest}: {:#?}", run.report.findings);
    }
}

#[test]
fn blobs_that_are_links_are_followed_no_further_than_readers_do() {
    let good = good_layout();
    for (name, kind, target) in [
        ("out of the archive", b'2', "../../../../../../etc/passwd"),
        ("absolute", b'2', "/etc/passwd"),
        ("itself", b'2', "."),
        ("a loop", b'2', "../../loop"),
        ("hard link to nothing", b'1', "nothing"),
        ("empty", b'2', ""),
    ] {
        let mut bytes = link_header("loop", b'2', "loop").to_vec();
        let mut links = 0;
        for (path, body) in good.all() {
            if path.starts_with("blobs/") && body.starts_with(&[0x1F, 0x8B]) {
                bytes.extend(link_header(&path, kind, target));
                links += 1;
            } else {
                bytes.extend(entry(&path, &body));
            }
        }
        assert_eq!(links, 1);
        bytes.extend(END);
        let run = check(Memory(bytes)).within(200, 16 * MIB);
        let layer = run.report.artifacts[0]
            .descriptors
            .iter()
            .find(|d| d.role == "layer")
            .unwrap();
        assert_ne!(layer.content, Content::Verified, "{name}");
        assert!(!run.looks_clean(), "{name}");
    }
    // A docker-archive whose layers are a chain of links longer than any.
    let mut bytes = Vec::new();
    for i in 0..1000 {
        bytes.extend(link_header(
            &format!("{i}/layer.tar"),
            b'2',
            &format!("../{}/layer.tar", i + 1),
        ));
    }
    let archive = json!([{ "Config": "0/layer.tar", "RepoTags": ["a:b"], "Layers": ["0/layer.tar", "999/layer.tar"] }]);
    bytes.extend(entry("manifest.json", archive.to_string().as_bytes()));
    bytes.extend(END);
    let run = check(Memory(bytes)).within(200, 16 * MIB);
    assert!(run.is_refused_or_unknown(), "{:?}", run.rules());
}

#[test]
fn what_follows_the_end_marker_is_not_taken_for_content() {
    let good = good_layout().all();
    let (last, first) = good.split_last().unwrap();
    assert_eq!(last.0, "index.json");
    let mut bytes = Vec::new();
    for (path, body) in first {
        bytes.extend(entry(path, body));
    }
    bytes.extend(END);
    bytes.extend(entry(&last.0, &last.1));
    bytes.extend(END);
    for (form, bytes) in [
        ("plain", bytes.clone()),
        ("gzip", gzip(&bytes)),
        ("zstd", zstd(&bytes)),
    ] {
        let run = check(Memory(bytes)).within(200, 16 * MIB);
        assert!(
            run.report.artifacts.is_empty(),
            "{form}: {:#?}",
            run.report.artifacts
        );
        assert!(!run.looks_clean(), "{form}");
    }
}

#[test]
fn files_that_change_or_vanish_while_they_are_read_are_not_verified() {
    let mut layout = Layout::new();
    let noise: Vec<u8> = (0..3_u32 << 20)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let image = layout.image(
        ("linux", "amd64"),
        &[
            kit::gzip_layer("noise", &noise),
            kit::zstd_layer("more", &noise),
        ],
    );
    layout.list(image, "v1");
    let plain = layout.tar().items.remove(0).1;
    let docker = tar(&good_docker_archive());
    let length = plain.len() as u64;
    for bytes in [plain.clone(), gzip(&plain), zstd(&plain), docker] {
        let healthy = check(Memory(bytes.clone())).report;
        for fault in [
            Fault::FailsAt(0),
            Fault::FailsAt(600),
            Fault::FailsAt(length / 2),
            Fault::EndsAt(0),
            Fault::EndsAt(700),
            Fault::EndsAt(length / 2),
            Fault::Grows(1000),
            Fault::TurnsAfter(1),
            Fault::TurnsAfter(2),
            Fault::TurnsAfter(5),
            Fault::VanishesAfter(1),
            Fault::VanishesAfter(2),
            Fault::VanishesAfter(5),
            Fault::EmptiesAfter(1),
            Fault::EmptiesAfter(5),
        ] {
            let run = check(Fickle::new(bytes.clone(), fault)).within(400, MEMORY);
            // A fault that no read met, or beyond what is needed, may change nothing; else it must show.
            if run.report.artifacts == healthy.artifacts && run.report.verdicts == healthy.verdicts
            {
                continue;
            }
            let only_a_part = run.report.artifacts.iter().all(|a| a.kind == "part");
            let accepted = run
                .report
                .verdicts
                .iter()
                .any(|v| v.verdict == Decision::Accepts);
            assert!(
                !run.looks_clean() || (only_a_part && !accepted),
                "{fault:?}: {:#?}",
                run.report
            );
        }
    }
    // In the middle of a layer, after everything else was right.
    let run = check(Fickle::new(plain.clone(), Fault::FailsAt(length / 2)));
    assert!(!run.looks_clean());
    assert!(
        run.report
            .verdicts
            .iter()
            .all(|v| v.verdict != Decision::Accepts),
        "{:#?}",
        run.report.verdicts
    );
    assert!(
        run.report
            .coverage
            .iter()
            .any(|c| c.why.render(Lang::En).contains("the file is gone")),
        "{:?}",
        run.report.coverage
    );
}

#[test]
fn folders_whose_files_vanish_are_not_verified() {
    for fault in [
        Fault::VanishesAfter(0),
        Fault::FailsAt(1),
        Fault::EndsAt(3),
        Fault::TurnsAfter(0),
        Fault::Grows(5),
    ] {
        let run = run(|| {
            given(
                "image",
                Packaging::Folder,
                good_layout()
                    .all()
                    .into_iter()
                    .map(|(path, bytes)| {
                        let source: Box<dyn ByteSource + Send + Sync> =
                            if path.starts_with("blobs/") {
                                Box::new(Fickle::new(bytes, fault))
                            } else {
                                Box::new(Memory(bytes))
                            };
                        (path, source)
                    })
                    .collect(),
            )
        })
        .within(200, 16 * MIB);
        assert!(!run.looks_clean(), "{fault:?}: {:#?}", run.report);
        // Other bytes under the right names are judged as they are: some loaders pass over such blobs.
        assert!(
            matches!(fault, Fault::TurnsAfter(_) | Fault::Grows(_))
                || run
                    .report
                    .verdicts
                    .iter()
                    .all(|v| v.verdict != Decision::Accepts),
            "{fault:?}: {:#?}",
            run.report.verdicts
        );
    }
}
