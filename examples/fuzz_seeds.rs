//! Writes the seeds of the fuzz targets from the images that the tests are made of: `fuzz_seeds FOLDER`. Nothing of it is kept
//! in the repository.

#[path = "../tests/kit/mod.rs"]
mod kit;

use std::fs;
use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "corpus".to_string());
    let write = |target: &str, name: &str, bytes: &[u8]| {
        let folder = Path::new(&folder).join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), bytes)
    };
    let mut archives = Vec::new();
    for case in kit::cases::walks()
        .into_iter()
        .chain(kit::cases::odd_files())
    {
        for (_, bytes) in case.files.items {
            archives.push((case.name, bytes));
        }
    }
    archives.push(("docker-archive", kit::tar(&kit::good_docker_archive())));
    for (name, bytes) in &archives {
        for (form, bytes) in [
            ("plain", bytes.clone()),
            ("gz", kit::gzip(bytes)),
            ("zst", kit::zstd(bytes)),
        ] {
            // The first byte says where to stop.
            write(
                "session",
                &format!("{name}.{form}"),
                &[&[9], bytes.as_slice()].concat(),
            )?;
            write(
                "codecs",
                &format!("{name}.{form}"),
                &bytes[..bytes.len().min(4000)],
            )?;
        }
        write("tar", name, &bytes[..bytes.len().min(8000)])?;
        write("survey", name, &bytes[..bytes.len().min(8000)])?;
    }
    for (path, bytes) in kit::cases::buildx_index().all() {
        if bytes.starts_with(b"{") {
            write("json", &path.replace('/', "-"), &bytes)?;
        }
    }
    write("json", "manifest", kit::cases::lone_manifest().as_bytes())?;
    write(
        "json",
        "defects",
        b"\xEF\xBB\xBF{'a': 01, \"b\": [1,], // no\r\n \"b\": NaN}",
    )
}
