//! Folders of any files under the names that formats give a meaning to: every one gets an inventory and two reports, and
//! rendering them never falls over.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use pullcheck::artifact::kinds::Packaging;
use pullcheck::bytes::source::Memory;
use pullcheck::render;
use pullcheck::session::{Given, GivenFile, Session, Step};
use pullcheck::text::Lang;
use sha2::{Digest, Sha256};

#[derive(Arbitrary, Debug)]
struct Input {
    packaging: u8,
    files: Vec<(Name, Vec<u8>)>,
}

#[derive(Arbitrary, Debug)]
enum Name {
    Layout,
    Index,
    DockerManifest,
    Repositories,
    /// `blobs/sha256/` and the right digest.
    Blob,
    Any(String),
}

fuzz_target!(|input: Input| {
    let files = input
        .files
        .into_iter()
        .take(32)
        .map(|(name, bytes)| {
            let path = match name {
                Name::Layout => "oci-layout".to_string(),
                Name::Index => "index.json".to_string(),
                Name::DockerManifest => "manifest.json".to_string(),
                Name::Repositories => "repositories".to_string(),
                Name::Blob => {
                    let hex: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
                    format!("blobs/sha256/{hex}")
                }
                Name::Any(name) => name,
            };
            GivenFile {
                path,
                source: Box::new(Memory(bytes)),
            }
        })
        .collect();
    let packaging = [Packaging::Folder, Packaging::Files, Packaging::File, Packaging::Pasted][usize::from(input.packaging % 4)];
    let given = Given {
        name: "input".to_string(),
        packaging,
        files,
    };
    let mut session = Session::new(given, Vec::new());
    loop {
        let report = match session.step() {
            Step::Early(report) => report,
            Step::Done(report) => {
                render::json(&report, Lang::Zh);
                break;
            }
            _ => continue,
        };
        render::json(&report, Lang::En);
    }
});
