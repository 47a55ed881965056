//! Runs a session and measures it: time, memory and steps stay within bounds, whatever the input.

use crate::kit;
use crate::kit::hostile::{END, Piece, Pieces, entry, header};
use crate::kit::{Layout, sha256};
use pullcheck::artifact::Measured;
use pullcheck::artifact::kinds::Packaging;
use pullcheck::bytes::source::ByteSource;
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

pub const MIB: usize = 1 << 20;

/// What a check may hold, in bytes, over what was held before.
pub const MEMORY: usize = 80 * MIB;

/// What a check may take here, where the product is hardly optimised.
pub const TIME: Duration = Duration::from_secs(60);

/// How a check went.
pub struct Run {
    pub report: Report,
    pub steps: u64,
    pub peak: usize,
    pub took: Duration,
    /// Expanded sizes of the compressed blobs.
    pub expanded: Vec<u64>,
}

impl Run {
    pub fn rules(&self) -> Vec<&str> {
        self.report
            .findings
            .iter()
            .map(|f| f.rule.as_str())
            .collect()
    }

    /// Neither silent nor taken by anybody: something is found, or said not to have been looked at, and nobody accepts.
    pub fn is_refused_or_unknown(&self) -> bool {
        let told = !self.report.findings.is_empty() || !self.report.coverage.is_empty();
        told && self
            .report
            .verdicts
            .iter()
            .all(|v| v.verdict != Decision::Accepts)
    }

    /// Nothing is found, nothing is left out, and no rule went unrun: what must not be said of bytes that were not read.
    pub fn looks_clean(&self) -> bool {
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

    pub fn within(self, steps: u64, memory: usize) -> Run {
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
pub fn run(given: impl FnOnce() -> Given) -> Run {
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

pub fn given(
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

pub fn one(source: impl ByteSource + Send + Sync + 'static) -> Given {
    given(
        "input",
        Packaging::File,
        vec![("input".to_string(), Box::new(source))],
    )
}

pub fn check(source: impl ByteSource + Send + Sync + 'static) -> Run {
    run(|| one(source))
}

/// A layout in a tar whose one layer is this, whatever it is; descriptor and place say its digest.
pub fn layout_with_layer(media_type: &str, layer: &Pieces, digest: &str) -> Pieces {
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

pub fn digest_of(source: &Pieces) -> String {
    sha256(&source.held())
}

pub const GIB: u64 = 1 << 30;

pub const BOMB: u64 = 10 * GIB / 16;
