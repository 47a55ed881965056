//! Demands that no file can break, with the reason of each. Tests only.

use super::{Demand, Must, MustNot, Should, ShouldNot, Word, free};

const DESCRIPTORS: &str = "descriptor.md#oci-content-descriptors";
const DESCRIPTOR: &str = "descriptor.md#properties";
const VERIFICATION: &str = "descriptor.md#verification";
const MANIFEST: &str = "manifest.md#image-manifest-property-descriptions";
const INDEX: &str = "image-index.md#image-index-property-descriptions";
const CONFIG: &str = "config.md#properties";
const KEYS: &str = "annotations.md#pre-defined-annotation-keys";
const EXISTING: &str = "layer.md#changeset-over-existing-files";
const RESTRICTED: &str = "layer.md#non-distributable-layers";
const VERBATIM: &str = "conversion.md#verbatim-fields";
const FIELDS: &str = "conversion.md#annotation-fields";
const USER: &str = "conversion.md#configuser";
const OPTIONAL: &str = "conversion.md#optional-fields";
const NOTES: &str = "conversion.md#annotations";

/// The demands.
pub(super) const DEMANDS: &[Demand] = &[
    // descriptor.md
    others(
        DESCRIPTORS,
        Should,
        "formats embed descriptors to refer to content",
    ),
    others(DESCRIPTORS, Should, "other formats refer by descriptors"),
    reader(DESCRIPTOR, Should, "what is retrieved is verified"),
    reader(
        DESCRIPTOR,
        ShouldNot,
        "what has another length is not trusted",
    ),
    reader(DESCRIPTOR, Should, "embedded data is verified"),
    others(
        "descriptor.md#reserved",
        Should,
        "new fields are proposed here first",
    ),
    reader("descriptor.md#digests", Should, "unknown algorithms pass"),
    reader(
        VERIFICATION,
        Should,
        "content is verified before it is consumed",
    ),
    reader(
        VERIFICATION,
        Should,
        "the size is verified before the digest",
    ),
    reader(
        VERIFICATION,
        Should,
        "nothing heavy is done before the digest",
    ),
    others(
        "descriptor.md#registered-algorithms",
        Should,
        "a useful algorithm is submitted",
    ),
    reader("descriptor.md#sha-256", Must, "SHA-256 is implemented"),
    writer(
        "descriptor.md#embedded-content",
        MustNot,
        "data is not added where that changes digests",
    ),
    writer(
        "descriptor.md#embedded-content",
        MustNot,
        "registries add no data to manifests",
    ),
    // manifest.md
    reader(MANIFEST, MustNot, "unknown artifact types are no error"),
    reader(MANIFEST, MustNot, "a config of unknown type is not parsed"),
    reader(MANIFEST, MustNot, "an unknown type of config is no error"),
    reader(MANIFEST, Must, "the image config is supported"),
    reader(
        MANIFEST,
        Must,
        "the result is that of applying the layers in order",
    ),
    reader(MANIFEST, Must, "tar and tar+gzip layers are supported"),
    reader(MANIFEST, MustNot, "an unknown type of layer is no error"),
    // image-index.md
    reader(
        "image-index.md#oci-image-index-specification",
        Should,
        "consumers are prepared for indexes",
    ),
    reader(INDEX, Must, "manifests are supported as entries"),
    reader(INDEX, MustNot, "an unknown type of entry is no error"),
    reader(INDEX, Should, "values of GOARCH and GOOS are understood"),
    reader(
        INDEX,
        Should,
        "features and variants of the tables are understood",
    ),
    others(INDEX, Should, "features of other systems are submitted"),
    others(
        "image-index.md#platform-variants",
        Should,
        "variants beyond the table are submitted",
    ),
    reader(
        INDEX,
        Should,
        "of several entries that fit, the first is used",
    ),
    // image-layout.md
    reader("image-layout.md#content", Should, "a blob is opaque"),
    reader(
        "image-layout.md#indexjson-file",
        ShouldNot,
        "an unknown type of entry is no error",
    ),
    // config.md
    writer(
        "config.md#layer-diffid",
        Should,
        "layers are packed reproducibly",
    ),
    reader(CONFIG, Should, "values of GOARCH and GOOS are understood"),
    reader(
        CONFIG,
        Should,
        "features and variants of the tables are understood",
    ),
    reader(CONFIG, Should, "a container starts from these parameters"),
    reader(
        CONFIG,
        Should,
        "without an entry point, the first of Cmd is run",
    ),
    reader(CONFIG, Must, "an unknown type of rootfs is an error"),
    reader(CONFIG, Must, "unknown fields are ignored"),
    // annotations.md
    reader(
        "annotations.md#rules",
        MustNot,
        "an unknown key is no error",
    ),
    author(KEYS, Should, "the base is the immediate one"),
    author(
        KEYS,
        ShouldNot,
        "the base is none of the other images that were used",
    ),
    author(
        KEYS,
        Should,
        "the digest of the base is that of its manifest",
    ),
    // considerations.md
    reader(
        "considerations.md#extensibility",
        MustNot,
        "unknown media types and properties are no error when copying",
    ),
    reader(
        "considerations.md#extensibility",
        MustNot,
        "unknown properties are no error when processing",
    ),
    // layer.md
    author(
        "layer.md#file-attributes",
        Must,
        "a changed file comes with its attributes",
    ),
    reader(
        "layer.md#platform-specific-attributes",
        Must,
        "Windows reads its own attributes",
    ),
    writer(
        "layer.md#populate-a-comparison-filesystem",
        MustNot,
        "a snapshot leaves its original alone",
    ),
    reader(
        "layer.md#representing-changes",
        Must,
        "what a whiteout names is removed",
    ),
    reader(
        EXISTING,
        Must,
        "of two folders, the attributes are replaced",
    ),
    reader(EXISTING, Must, "anything else is removed and made anew"),
    reader("layer.md#whiteouts", Must, "a whiteout is hidden itself"),
    reader(
        "layer.md#opaque-whiteout",
        Must,
        "both kinds of whiteout are accepted",
    ),
    author(
        RESTRICTED,
        Should,
        "what may not be distributed has a type of its own",
    ),
    writer(RESTRICTED, ShouldNot, "such layers are not uploaded"),
    reader(
        RESTRICTED,
        ShouldNot,
        "the type does not keep them from being downloaded",
    ),
    reader(
        RESTRICTED,
        ShouldNot,
        "`urls` is not taken for the sign of them",
    ),
    // conversion.md
    reader(
        "conversion.md",
        Must,
        "the runtime's config is built from the image's",
    ),
    reader(
        "conversion.md",
        ShouldNot,
        "defaults change no variable of the environment",
    ),
    reader(
        VERBATIM,
        Must,
        "working folder, environment, arguments are taken over",
    ),
    reader(
        VERBATIM,
        ShouldNot,
        "no variable is added that the image has",
    ),
    reader(VERBATIM, Must, "Cmd is appended to Entrypoint"),
    reader(FIELDS, Must, "labels win over the fields"),
    converter("`os` becomes an annotation"),
    converter("`architecture` becomes an annotation"),
    converter("`variant` becomes an annotation"),
    converter("`os.version` becomes an annotation"),
    converter("`os.features` becomes an annotation"),
    converter("`author` becomes an annotation"),
    converter("`created` becomes an annotation"),
    converter("`StopSignal` becomes an annotation"),
    reader("conversion.md#parsed-fields", Should, "the user is parsed"),
    reader(USER, Must, "numbers of users and groups are taken over"),
    reader(USER, Should, "names are resolved in the container"),
    reader(USER, Should, "additional groups are set"),
    reader(USER, ShouldNot, "but not for numbers, nor beside a group"),
    reader(
        USER,
        Must,
        "a user that is not there is an error; `config-user-unknown` tells it before",
    ),
    reader(OPTIONAL, Should, "ports and volumes can be taken over"),
    reader(OPTIONAL, Should, "ports become an annotation"),
    reader(OPTIONAL, Should, "volumes become mounts"),
    reader(OPTIONAL, Should, "mounts are where the volumes are"),
    writer(
        OPTIONAL,
        ShouldNot,
        "what is in volumes is not in new images",
    ),
    reader(
        "conversion.md#configexposedports",
        Should,
        "the annotation of ports is set, unless it conflicts",
    ),
    reader(
        NOTES,
        ShouldNot,
        "annotations of manifests and indexes are not taken over",
    ),
    reader(NOTES, Must, "labels win over all of them"),
    reader(NOTES, MustNot, "annotations of the image are not changed"),
    reader(NOTES, Should, "the outcome is verified to be safe"),
    reader(NOTES, Should, "what is left out is said"),
    reader(
        NOTES,
        ShouldNot,
        "annotations are not dropped without a word",
    ),
];

/// One of the fields that a converter turns into annotations.
const fn converter(says: &'static str) -> Demand {
    reader(FIELDS, Must, says)
}

const fn reader(at: &'static str, word: Word, says: &'static str) -> Demand {
    let why = "asks something of a program that reads; no file shows it";
    free(at, word, says, why)
}

const fn writer(at: &'static str, word: Word, says: &'static str) -> Demand {
    let why = "asks something of a program that writes; what it wrote looks the same either way";
    free(at, word, says, why)
}

const fn author(at: &'static str, word: Word, says: &'static str) -> Demand {
    free(at, word, says, "only whoever made it knows what was meant")
}

const fn others(at: &'static str, word: Word, says: &'static str) -> Demand {
    free(at, word, says, "addressed to the authors of specifications")
}
