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
