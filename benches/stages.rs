//! What each stage of a check costs, on the content that whole checks are measured with: `cargo bench`.

#[path = "../bench/content.rs"]
mod content;
#[path = "../tests/kit/mod.rs"]
mod kit;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use pullcheck::bytes::blob::{MeasureOptions, measure};
use pullcheck::bytes::codec::{Compression, Decoder};
use pullcheck::bytes::digest::{Algorithm, digest_of};
use pullcheck::bytes::json;
use pullcheck::bytes::sniff::sniff;
use pullcheck::bytes::tar::TarScanner;
use pullcheck::session::{Session, Step};
use std::hint::black_box;

fn tar_of(bytes: u64) -> Vec<u8> {
    let mut tar = Vec::new();
    content::make_tar(7, bytes, &mut |piece| tar.extend_from_slice(piece));
    tar
}

fn bytes(c: &mut Criterion) {
    let tar = tar_of(16_000_000);
    let mut group = c.benchmark_group("bytes");
    group.sample_size(20);
    group.throughput(Throughput::Bytes(tar.len() as u64));
    group.bench_function("sha256", |b| {
        b.iter(|| digest_of(Algorithm::Sha256, black_box(&tar)))
    });
    group.bench_function("sha512", |b| {
        b.iter(|| digest_of(Algorithm::Sha512, black_box(&tar)))
    });
    for (name, compression, packed) in [
        ("inflate", Compression::Gzip, kit::gzip(&tar)),
        ("unzstd", Compression::Zstd, kit::zstd(&tar)),
    ] {
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut decoder = Decoder::new(compression);
                let mut count = 0;
                let pushed = decoder.push(black_box(&packed), &mut |piece| count += piece.len());
                let defect = decoder.finish(&mut |piece| count += piece.len());
                assert!(pushed.is_ok() && defect.is_none() && count == tar.len());
            })
        });
        group.bench_function(BenchmarkId::new("measure", name), |b| {
            b.iter(|| measure(black_box(&packed), MeasureOptions::default()))
        });
    }
    group.bench_function("tar-scan", |b| {
        b.iter(|| {
            let mut scanner = TarScanner::new();
            let mut events = 0_u64;
            scanner.push(black_box(&tar), &mut |_| events += 1);
            assert!(scanner.finish().is_none());
            events
        })
    });
    group.finish();
    // Small entries are where scanning costs most: a header for each block of content.
    let small: Vec<u8> = (0..20_000)
        .flat_map(|i| kit::hostile::entry(&format!("etc/files/{i}"), b"small"))
        .collect();
    let mut group = c.benchmark_group("entries");
    group.throughput(Throughput::Elements(20_000));
    group.bench_function("tar-scan", |b| {
        b.iter(|| TarScanner::new().push(black_box(&small), &mut |_| {}))
    });
    group.bench_function("measure", |b| {
        b.iter(|| measure(black_box(&small), MeasureOptions::default()))
    });
    group.finish();
}

fn documents(c: &mut Criterion) {
    let mut layout = kit::Layout::new();
    for i in 0..500 {
        let layer = kit::gzip_layer("hello", format!("{i}").as_bytes());
        let image = layout.image(("linux", "amd64"), &[layer]);
        layout.list(image, &format!("v{i}"));
    }
    let index = layout.index.to_string().into_bytes();
    let mut group = c.benchmark_group("documents");
    group.throughput(Throughput::Bytes(index.len() as u64));
    group.bench_function("json", |b| b.iter(|| json::read(black_box(&index))));
    group.bench_function("sniff", |b| b.iter(|| sniff(black_box(&index[..512]))));
    group.finish();
    let mut group = c.benchmark_group("session");
    group.sample_size(20);
    for (name, files) in [
        ("one-image", kit::good_layout().tar()),
        ("500-images", layout.tar()),
    ] {
        // Survey, headers and documents, without any report.
        group.bench_function(BenchmarkId::new("survey", name), |b| {
            b.iter(|| {
                let mut session = Session::new(files.given(), Vec::new());
                while !session.inventory().gathered {
                    if let Step::Done(_) = session.step() {
                        break;
                    }
                }
            })
        });
        // Rules and consumers over an inventory that is complete: after the end, every step judges again.
        let mut session = Session::new(files.given(), Vec::new());
        while !matches!(session.step(), Step::Done(_)) {}
        group.bench_function(BenchmarkId::new("judge", name), |b| {
            b.iter(|| black_box(session.step()))
        });
    }
    group.finish();
}

criterion_group!(stages, bytes, documents);
criterion_main!(stages);
