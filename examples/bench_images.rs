//! Writes the images that speed is measured with, always the same for the same arguments:
//! `bench_images FOLDER MEGABYTES FORM [LAYERS]`, where FORM is `gzip` or `zstd` (an OCI layout with compressed layers),
//! `docker` (a docker-archive with plain layers, its manifest last) or `bomb` (a tar of MEGABYTES of zeros in gzip and
//! in zstd, a thousandth in size). Gives the layers' sizes. Nothing of it is kept in the repository.

#[path = "../bench/content.rs"]
mod content;
#[path = "../tests/kit/mod.rs"]
mod kit;

use kit::hostile::{Packing, bomb};
use pullcheck::bytes::source::ByteSource;
use pullcheck::spec::media_type as mt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, megabytes, form, rest @ ..] = arguments.as_slice() else {
        eprintln!("usage: bench_images FOLDER MEGABYTES gzip|zstd|docker|bomb [LAYERS]");
        std::process::exit(2);
    };
    let number = |text: &str| {
        text.parse::<u64>()
            .map_err(|e| io::Error::other(format!("{text}: {e}")))
    };
    let bytes = number(megabytes)? * 1_000_000;
    let layers = rest.first().map_or(Ok(4), |text| number(text))?;
    let folder = Path::new(folder);
    fs::create_dir_all(folder)?;
    match form.as_str() {
        "gzip" => layout(folder, bytes, layers, mt::OCI_TAR_GZIP),
        "zstd" => layout(folder, bytes, layers, mt::OCI_TAR_ZSTD),
        "docker" => docker_archive(folder, bytes, layers),
        "bomb" => bombs(folder, bytes),
        other => Err(io::Error::other(format!("no form {other}"))),
    }
}

/// Counts and hashes what passes through to a file.
struct Hashed {
    file: BufWriter<File>,
    digest: Sha256,
    bytes: u64,
}

impl Hashed {
    fn create(path: &Path) -> io::Result<Hashed> {
        Ok(Hashed {
            file: BufWriter::new(File::create(path)?),
            digest: Sha256::new(),
            bytes: 0,
        })
    }

    fn finish(mut self) -> io::Result<(String, u64)> {
        self.file.flush()?;
        Ok((hex(self.digest), self.bytes))
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write_all(bytes)?;
        self.digest.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn hex(digest: Sha256) -> String {
    digest
        .finalize()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// What compresses.
enum Packer {
    Gzip(Box<flate2::write::GzEncoder<Hashed>>),
    Zstd(Box<zstd_safe::CCtx<'static>>, Vec<u8>, Hashed),
}

impl Packer {
    fn new(media_type: &str, out: Hashed) -> Packer {
        if media_type == mt::OCI_TAR_GZIP {
            let level = flate2::Compression::new(6);
            return Packer::Gzip(Box::new(flate2::write::GzEncoder::new(out, level)));
        }
        let mut context = zstd_safe::CCtx::create();
        context
            .set_parameter(zstd_safe::CParameter::CompressionLevel(3))
            .expect("a level that there is");
        Packer::Zstd(Box::new(context), vec![0; zstd_safe::CCtx::out_size()], out)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Packer::Gzip(encoder) => encoder.write_all(bytes),
            Packer::Zstd(context, buffer, out) => {
                let mut input = zstd_safe::InBuffer::around(bytes);
                while input.pos < bytes.len() {
                    let mut room = zstd_safe::OutBuffer::around(buffer.as_mut_slice());
                    context
                        .compress_stream(&mut room, &mut input)
                        .map_err(|code| io::Error::other(zstd_safe::get_error_name(code)))?;
                    out.write_all(room.as_slice())?;
                }
                Ok(())
            }
        }
    }

    fn finish(self) -> io::Result<(String, u64)> {
        match self {
            Packer::Gzip(encoder) => encoder.finish()?.finish(),
            Packer::Zstd(mut context, mut buffer, mut out) => loop {
                let mut room = zstd_safe::OutBuffer::around(buffer.as_mut_slice());
                let left = context
                    .end_stream(&mut room)
                    .map_err(|code| io::Error::other(zstd_safe::get_error_name(code)))?;
                out.write_all(room.as_slice())?;
                if left == 0 {
                    return out.finish();
                }
            },
        }
    }
}

fn config(diff_ids: &[String]) -> Vec<u8> {
    json!({ "architecture": "amd64", "os": "linux", "config": { "Cmd": ["/hello"] },
        "rootfs": { "type": "layers", "diff_ids": diff_ids } })
    .to_string()
    .into_bytes()
}

/// An OCI layout, its layers as large as each other before compression.
fn layout(folder: &Path, bytes: u64, layers: u64, media_type: &str) -> io::Result<()> {
    let blobs = folder.join("blobs/sha256");
    fs::create_dir_all(&blobs)?;
    let put = |bytes: &[u8], media_type: &str| -> io::Result<Value> {
        let digest = kit::sha256(bytes);
        fs::write(blobs.join(&digest["sha256:".len()..]), bytes)?;
        Ok(json!({ "mediaType": media_type, "digest": digest, "size": bytes.len() }))
    };
    let mut descriptors = Vec::new();
    let mut diff_ids = Vec::new();
    for layer in 0..layers {
        let partial = blobs.join("partial");
        let mut packer = Packer::new(media_type, Hashed::create(&partial)?);
        let mut plain = Sha256::new();
        let mut failed = Ok(());
        content::make_tar(layer + 1, bytes / layers, &mut |piece| {
            plain.update(piece);
            if failed.is_ok() {
                failed = packer.write(piece);
            }
        });
        failed?;
        let (digest, size) = packer.finish()?;
        fs::rename(partial, blobs.join(&digest))?;
        println!("{digest} {size}");
        descriptors.push(
            json!({ "mediaType": media_type, "digest": format!("sha256:{digest}"), "size": size }),
        );
        diff_ids.push(format!("sha256:{}", hex(plain)));
    }
    let config = put(&config(&diff_ids), mt::OCI_CONFIG)?;
    let manifest = kit::manifest(config, &descriptors).to_string();
    let mut entry = put(manifest.as_bytes(), mt::OCI_MANIFEST)?;
    entry["annotations"] = json!({ "org.opencontainers.image.ref.name": "v1" });
    let index = json!({ "schemaVersion": 2, "mediaType": mt::OCI_INDEX, "manifests": [entry] });
    fs::write(folder.join("index.json"), index.to_string())?;
    fs::write(
        folder.join("oci-layout"),
        r#"{"imageLayoutVersion":"1.0.0"}"#,
    )
}

/// A docker-archive as `docker save` wrote it before Engine 25: plain layers, `manifest.json` last.
fn docker_archive(folder: &Path, bytes: u64, layers: u64) -> io::Result<()> {
    let mut archive = tar::Builder::new(BufWriter::new(File::create(folder.join("image.tar"))?));
    let mut names = Vec::new();
    let mut diff_ids = Vec::new();
    for layer in 0..layers {
        let partial: PathBuf = folder.join("partial");
        let mut out = Hashed::create(&partial)?;
        let mut failed = Ok(());
        content::make_tar(layer + 1, bytes / layers, &mut |piece| {
            if failed.is_ok() {
                failed = out.write_all(piece);
            }
        });
        failed?;
        let (digest, _) = out.finish()?;
        let name = format!("{digest}/layer.tar");
        archive.append_path_with_name(&partial, &name)?;
        fs::remove_file(partial)?;
        names.push(name);
        diff_ids.push(format!("sha256:{digest}"));
    }
    let config = config(&diff_ids);
    let config_name = format!("{}.json", &kit::sha256(&config)["sha256:".len()..]);
    let manifest =
        json!([{ "Config": config_name, "RepoTags": ["bench:v1"], "Layers": names }]).to_string();
    for (name, body) in [
        (config_name.as_str(), config.as_slice()),
        ("manifest.json", manifest.as_bytes()),
    ] {
        let mut header = tar::Header::new_ustar();
        header.set_size(body.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, body)?;
    }
    archive.into_inner()?.flush()
}

/// Bombs, alone.
fn bombs(folder: &Path, bytes: u64) -> io::Result<()> {
    for (name, packing) in [
        ("bomb.tar.gz", Packing::Gzip),
        ("bomb.tar.zst", Packing::Zstd),
    ] {
        let source = bomb(packing, bytes);
        fs::write(folder.join(name), source.held())?;
        println!("{name} {}", source.len());
    }
    Ok(())
}
