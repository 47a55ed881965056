//! The structs of Go that documents are decoded into: the specification's, distribution's and Docker's. Data only; how a
//! document is held against them is `go_types`'.
//!
//! Read in opencontainers/image-spec `specs-go/v1` (v1.0.2 to v1.1.1), docker/distribution 2.8 `manifest/*`, `blobs.go`, moby
//! 20.10.24 `image/{image,rootfs}.go`, `api/types/container/config.go`, `image/tarexport/tarexport.go`.

use super::go_types::{Fields, Go, TEXT, TEXT_MAP, TEXTS};

const DIGEST: Go = Go::Text("digest.Digest");
const PORTS: Go = Go::Map("map[string]struct {}", &Go::Empty);

/// A platform in the specification's structs.
pub const PLATFORM: Go = Go::One("v1.Platform", PLATFORM_FIELDS);
const PLATFORM_FIELDS: Fields = &[
    ("architecture", TEXT),
    ("os", TEXT),
    ("os.version", TEXT),
    ("os.features", TEXTS),
    ("variant", TEXT),
];

const DESCRIPTOR: Go = Go::One(
    "v1.Descriptor",
    &[
        ("mediaType", TEXT),
        ("digest", DIGEST),
        ("size", Go::Whole("int64")),
        ("urls", TEXTS),
        ("annotations", TEXT_MAP),
        ("data", Go::Perhaps(&Go::Bytes)),
        ("platform", PLATFORM),
        ("artifactType", Go::Perhaps(&TEXT)),
    ],
);

/// An image manifest of the specification.
pub const MANIFEST: Go = Go::One(
    "v1.Manifest",
    &[
        ("Versioned:schemaVersion", Go::Whole("int")),
        ("mediaType", TEXT),
        ("artifactType", Go::Perhaps(&TEXT)),
        ("config", DESCRIPTOR),
        ("layers", Go::List(&DESCRIPTOR)),
        ("subject", Go::Perhaps(&DESCRIPTOR)),
        ("annotations", TEXT_MAP),
    ],
);

/// An image index of the specification.
pub const INDEX: Go = Go::One(
    "v1.Index",
    &[
        ("Versioned:schemaVersion", Go::Whole("int")),
        ("mediaType", TEXT),
        ("artifactType", Go::Perhaps(&TEXT)),
        ("manifests", Go::List(&DESCRIPTOR)),
        ("subject", Go::Perhaps(&DESCRIPTOR)),
        ("annotations", TEXT_MAP),
    ],
);

/// An image config of the specification.
pub const CONFIG: Go = Go::One(
    "v1.Image",
    &[
        ("created", Go::Time),
        ("author", TEXT),
        ("Platform:architecture", TEXT),
        ("Platform:os", TEXT),
        ("Platform:variant", Go::Perhaps(&TEXT)),
        ("Platform:os.version", Go::Perhaps(&TEXT)),
        ("Platform:os.features", Go::Perhaps(&TEXTS)),
        (
            "config",
            Go::One(
                "v1.ImageConfig",
                &[
                    ("User", TEXT),
                    ("ExposedPorts", PORTS),
                    ("Env", TEXTS),
                    ("Entrypoint", TEXTS),
                    ("Cmd", TEXTS),
                    ("Volumes", PORTS),
                    ("WorkingDir", TEXT),
                    ("Labels", TEXT_MAP),
                    ("StopSignal", TEXT),
                    ("ArgsEscaped", Go::Perhaps(&Go::Truth)),
                ],
            ),
        ),
        (
            "rootfs",
            Go::One(
                "v1.RootFS",
                &[("type", TEXT), ("diff_ids", Go::List(&DIGEST))],
            ),
        ),
        ("history", Go::List(&Go::One("v1.History", HISTORY))),
    ],
);
const HISTORY: Fields = &[
    ("created", Go::Time),
    ("created_by", TEXT),
    ("author", TEXT),
    ("comment", TEXT),
    ("empty_layer", Go::Truth),
];

/// distribution's descriptor.
const REFERENCE_FIELDS: Fields = &[
    ("mediaType", TEXT),
    ("size", Go::Whole("int64")),
    ("digest", DIGEST),
    ("urls", TEXTS),
    ("annotations", TEXT_MAP),
    ("platform", PLATFORM),
];
const REFERENCE: Go = Go::One("distribution.Descriptor", REFERENCE_FIELDS);

/// distribution's manifest of Docker's schema 2.
pub const DISTRIBUTION_DOCKER_MANIFEST: Go = Go::One(
    "schema2.Manifest",
    &[
        ("Versioned:schemaVersion", Go::Whole("int")),
        ("Versioned:mediaType", TEXT),
        ("config", REFERENCE),
        ("layers", Go::List(&REFERENCE)),
    ],
);

/// distribution's OCI manifest.
pub const DISTRIBUTION_OCI_MANIFEST: Go = Go::One(
    "ocischema.Manifest",
    &[
        ("Versioned:schemaVersion", Go::Whole("int")),
        ("Versioned:mediaType", TEXT),
        ("config", REFERENCE),
        ("layers", Go::List(&REFERENCE)),
        ("annotations", TEXT_MAP),
    ],
);

/// distribution's list or index.
pub const DISTRIBUTION_LIST: Go = Go::One(
    "manifestlist.ManifestList",
    &[
        ("Versioned:schemaVersion", Go::Whole("int")),
        ("Versioned:mediaType", TEXT),
        (
            "manifests",
            Go::List(&Go::One(
                "manifestlist.ManifestDescriptor",
                &[
                    ("Descriptor:mediaType", TEXT),
                    ("Descriptor:size", Go::Whole("int64")),
                    ("Descriptor:digest", DIGEST),
                    ("Descriptor:urls", TEXTS),
                    ("Descriptor:annotations", TEXT_MAP),
                    (
                        "platform",
                        Go::One(
                            "manifestlist.PlatformSpec",
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

/// The settings of a container in Docker's structs.
const SETTINGS: Go = Go::One(
    "container.Config",
    &[
        ("Hostname", TEXT),
        ("Domainname", TEXT),
        ("User", TEXT),
        ("AttachStdin", Go::Truth),
        ("AttachStdout", Go::Truth),
        ("AttachStderr", Go::Truth),
        ("ExposedPorts", Go::Map("nat.PortSet", &Go::Empty)),
        ("Tty", Go::Truth),
        ("OpenStdin", Go::Truth),
        ("StdinOnce", Go::Truth),
        ("Env", TEXTS),
        ("Cmd", Go::Words),
        (
            "Healthcheck",
            Go::One(
                "container.HealthConfig",
                &[
                    ("Test", TEXTS),
                    ("Interval", Go::Whole("time.Duration")),
                    ("Timeout", Go::Whole("time.Duration")),
                    ("StartPeriod", Go::Whole("time.Duration")),
                    ("StartInterval", Go::Perhaps(&Go::Whole("time.Duration"))),
                    ("Retries", Go::Whole("int")),
                ],
            ),
        ),
        ("ArgsEscaped", Go::Truth),
        ("Image", TEXT),
        ("Volumes", PORTS),
        ("WorkingDir", TEXT),
        ("Entrypoint", Go::Words),
        ("NetworkDisabled", Go::Truth),
        ("MacAddress", Go::Perhaps(&TEXT)),
        ("OnBuild", TEXTS),
        ("Labels", TEXT_MAP),
        ("StopSignal", TEXT),
        ("StopTimeout", Go::Whole("int")),
        ("Shell", Go::Words),
    ],
);

/// An image config in the structs of Docker's classic store.
pub const DOCKER_CONFIG: Go = Go::One(
    "image.Image",
    &[
        ("V1Image:id", TEXT),
        ("parent", Go::Text("image.ID")),
        ("V1Image:comment", TEXT),
        ("V1Image:created", Go::Time),
        ("V1Image:container", Go::Perhaps(&TEXT)),
        ("V1Image:container_config", Go::Perhaps(&SETTINGS)),
        ("V1Image:docker_version", TEXT),
        ("V1Image:author", TEXT),
        ("V1Image:config", SETTINGS),
        ("V1Image:architecture", TEXT),
        ("V1Image:variant", TEXT),
        ("V1Image:os", TEXT),
        ("V1Image:Size", Go::Perhaps(&Go::Whole("int64"))),
        (
            "rootfs",
            Go::One(
                "image.RootFS",
                &[
                    ("type", TEXT),
                    ("diff_ids", Go::List(&Go::Text("layer.DiffID"))),
                ],
            ),
        ),
        ("history", Go::List(&Go::One("image.History", HISTORY))),
        ("os.version", TEXT),
        ("os.features", TEXTS),
    ],
);

/// `manifest.json` of a docker-archive in the structs of Docker's classic store.
pub const DOCKER_ARCHIVE: Go = Go::List(&Go::One(
    "tarexport.manifestItem",
    &[
        ("Config", TEXT),
        ("RepoTags", TEXTS),
        ("Layers", TEXTS),
        ("Parent", Go::Text("image.ID")),
        (
            "LayerSources",
            Go::Map(
                "map[layer.DiffID]distribution.Descriptor",
                &Go::Perhaps(&REFERENCE),
            ),
        ),
    ],
));

/// `manifest.json` of a docker-archive as containerd reads it.
pub const CONTAINERD_ARCHIVE: Go = Go::List(&Go::One(
    "struct { Config string; RepoTags []string; Layers []string }",
    &[("Config", TEXT), ("RepoTags", TEXTS), ("Layers", TEXTS)],
));

/// `oci-layout` of the specification.
pub const LAYOUT: Go = Go::One("v1.ImageLayout", &[("imageLayoutVersion", TEXT)]);
