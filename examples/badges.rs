//! Writes the badges that stand beside the page into `www/badges/`: what `src/badge.rs` lists, in both languages.

use pullcheck::badge::BADGES;
use pullcheck::text::Lang;
use std::fs;
use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("www");
    fs::create_dir_all(folder.join("badges"))?;
    for badge in BADGES {
        for lang in [Lang::En, Lang::Zh] {
            fs::write(folder.join(badge.path(lang)), badge.svg(lang))?;
        }
    }
    Ok(())
}
