//! Writes the inputs of the tests to a folder, for the tests of the page and for trying things by hand:
//! `cargo run --example fixtures -- FOLDER`. Nothing of it is kept in the repository.

#[path = "../tests/kit/mod.rs"]
mod kit;

use std::path::Path;

fn main() -> std::io::Result<()> {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: fixtures FOLDER");
        std::process::exit(2);
    };
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    for case in kit::cases::walks()
        .into_iter()
        .chain(kit::cases::odd_files())
    {
        for (_, bytes) in &case.files.items {
            std::fs::write(folder.join(case.name), bytes)?;
        }
    }
    std::fs::write(
        folder.join("docker-archive.tar"),
        kit::tar(&kit::good_docker_archive()),
    )?;
    for (name, bytes) in kit::hostile::samples() {
        std::fs::write(folder.join(name), bytes)?;
    }
    large_docker_archive(&folder.join("docker-archive-300mb.tar"))?;
    std::fs::write(folder.join("manifest.json"), kit::cases::lone_manifest())?;
    let layout = folder.join("layout");
    for (path, bytes) in kit::good_layout().all() {
        let path = layout.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, bytes)?;
    }
    std::fs::create_dir_all(folder.join("empty-folder"))?;
    println!("{}", folder.display());
    Ok(())
}

/// A docker-archive with one layer of 300 MB, its `manifest.json` last, as `docker save` writes it. The layer is a tar of
/// zeros, which takes no room on most disks.
fn large_docker_archive(path: &Path) -> std::io::Result<()> {
    use std::io::{Seek, SeekFrom, Write};
    const LAYER: u64 = 300_000_000 / 512 * 512;
    let block = vec![0; 1 << 20];
    let mut hasher = sha2::Sha256::default();
    let mut left = LAYER;
    while left > 0 {
        let part = left.min(block.len() as u64);
        sha2::Digest::update(&mut hasher, &block[..part as usize]);
        left -= part;
    }
    let hex: String = sha2::Digest::finalize(hasher)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let config = serde_json::json!({ "architecture": "amd64", "os": "linux", "config": { "Cmd": ["/hello"] },
        "rootfs": { "type": "layers", "diff_ids": [format!("sha256:{hex}")] } })
    .to_string();
    let config_name = format!(
        "{}.json",
        &kit::sha256(config.as_bytes())["sha256:".len()..]
    );
    let manifest = serde_json::json!([{ "Config": config_name, "RepoTags": ["large:v1"], "Layers": ["layer.tar"] }]);
    let mut file = std::fs::File::create(path)?;
    let mut header = tar::Header::new_ustar();
    header.set_path("layer.tar")?;
    header.set_size(LAYER);
    header.set_mode(0o644);
    header.set_cksum();
    file.write_all(header.as_bytes())?;
    file.seek(SeekFrom::Current(LAYER as i64))?;
    let rest = kit::tar(&[
        (config_name.as_str(), config),
        ("manifest.json", manifest.to_string()),
    ]);
    file.write_all(&rest)
}
