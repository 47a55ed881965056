//! Why Go's decoder does not take a document for one of the library's structs. Texts only; which document is decoded into
//! what is for the caller to say.

use super::{Release, Series};
use crate::artifact::{Document, Missing};
use crate::consumers::go_decode::{self, Reader};
use crate::consumers::go_types::{self, Fields, Go, TEXT, TEXTS};

pub(super) use crate::consumers::go_structs::{
    CONFIG, DOCKER_CONFIG as DOCKER_ARCHIVE_CONFIG, INDEX as OCI_INDEX, MANIFEST as OCI_MANIFEST,
};

const DOCKER_DESCRIPTOR_FIELDS: Fields = &[
    ("mediaType", TEXT),
    ("size", Go::Whole("int64")),
    ("digest", Go::Text("digest.Digest")),
    ("urls", TEXTS),
];
const DOCKER_DESCRIPTOR: Go = Go::One("manifest.Schema2Descriptor", DOCKER_DESCRIPTOR_FIELDS);

/// A manifest of Docker's schema 2.
pub(super) const DOCKER_MANIFEST: Go = Go::One(
    "manifest.Schema2",
    &[
        ("schemaVersion", Go::Whole("int")),
        ("mediaType", TEXT),
        ("config", DOCKER_DESCRIPTOR),
        ("layers", Go::List(&DOCKER_DESCRIPTOR)),
    ],
);

/// Docker's manifest list.
pub(super) const DOCKER_LIST: Go = Go::One(
    "manifest.Schema2List",
    &[
        ("schemaVersion", Go::Whole("int")),
        ("mediaType", TEXT),
        (
            "manifests",
            Go::List(&Go::One(
                "manifest.Schema2ManifestDescriptor",
                &[
                    ("mediaType", TEXT),
                    ("size", Go::Whole("int64")),
                    ("digest", Go::Text("digest.Digest")),
                    ("urls", TEXTS),
                    (
                        "platform",
                        Go::One(
                            "manifest.Schema2PlatformSpec",
                            &[
                                ("architecture", TEXT),
                                ("os", TEXT),
                                ("os.version", TEXT),
                                ("os.features", TEXTS),
                                ("variant", TEXT),
                                ("features", TEXTS),
                            ],
                        ),
                    ),
                ],
            )),
        ),
    ],
);

/// `manifest.json` of a docker-archive.
pub(super) const DOCKER_ARCHIVE: Go = Go::List(&Go::One(
    "tarfile.ManifestItem",
    &[
        ("Config", TEXT),
        ("RepoTags", TEXTS),
        ("Layers", TEXTS),
        ("Parent", TEXT),
        (
            "LayerSources",
            Go::Map(
                "map[tarfile.layerID]descriptor",
                &Go::Perhaps(&DOCKER_DESCRIPTOR),
            ),
        ),
    ],
));

/// What is read to guess a manifest's type.
pub(super) const GUESSED: Go = Go::One(
    "",
    &[("mediaType", TEXT), ("schemaVersion", Go::Whole("int"))],
);

/// The same, of the config.
pub(super) const GUESSED_CONFIG: Go =
    Go::One("", &[("config", Go::One("", &[("mediaType", TEXT)]))]);

/// Any object.
pub(super) const OBJECT: Go = Go::One("", &[]);

/// Why Go does not decode a document into this struct; none where it does. What is printed in place of the ellipsis
/// differs from release to release, of Go and of the library. Not settled where only some releases know a field.
pub(super) fn error(
    document: &Document,
    kind: Go,
    series: Series,
) -> Result<Option<String>, Missing> {
    let error = read(document, kind, series, Reader::Whole)?;
    Ok(error.map(|error| shortened(&error)))
}

/// The same of the first value of a stream, for a struct of the specification that stands in no other: then Go's text is
/// known to its end.
pub(super) fn error_of_first(
    document: &Document,
    kind: Go,
    series: Series,
) -> Result<Option<String>, Missing> {
    read(document, kind, series, Reader::Stream)
}

fn read(
    document: &Document,
    kind: Go,
    series: Series,
    reader: Reader,
) -> Result<Option<String>, Missing> {
    let all_fields = series.from >= Release::V5_34;
    let decoded = go_decode::decode_knowing(document, kind, reader, all_fields)?;
    Ok(decoded.err())
}

/// Whether Go decodes a document into this struct.
pub(super) fn fits(document: &Document, kind: Go) -> bool {
    let root = document.json.root.as_ref();
    go_decode::syntax(document).is_none()
        && root.is_some_and(|root| go_types::mistyped(root, kind).is_none())
}

fn shortened(error: &str) -> String {
    const NUMBER: &str = "json: cannot unmarshal number ";
    match error.split_once(" into Go ") {
        Some((before, _)) if before.starts_with(NUMBER) => format!("{NUMBER}…"),
        Some((before, _)) => format!("{before} into Go …"),
        None => error.to_string(),
    }
}
