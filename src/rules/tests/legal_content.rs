//! What many believe to be wrong with configs, annotations, layouts, archives and layers, and is legal: nothing of it is
//! reported as wrong. And what the rules of these subjects say of what real tools write.

use super::outcome;
use crate::examples::inputs::{self as input, annotated};
use crate::kit::{self, Files, Layout};
use crate::report::{Finding, Outcome, Report, Severity};
use crate::spec::media_type as mt;
use serde_json::{Value, json};

/// Findings above `info` of the subjects that this file is about.
fn above_info(report: &Report) -> Vec<&Finding> {
    let subjects = [
        "config-",
        "annotation-",
        "layout-",
        "archive-",
        "docker-archive-",
        "layer-",
    ];
    let ours = |f: &&Finding| subjects.iter().any(|subject| f.rule.starts_with(subject));
    report
        .findings
        .iter()
        .filter(ours)
        .filter(|f| f.severity != Severity::Info)
        .collect()
}

fn is_legal(what: &str, files: &Files) {
    let report = files.report();
    let found = above_info(&report);
    assert!(found.is_empty(), "{what}: {found:#?}");
}

/// Legal, and a note says so.
fn is_noted(what: &str, files: &Files, rule: &str) {
    let report = files.report();
    let found = above_info(&report);
    assert!(found.is_empty(), "{what}: {found:#?}");
    let notes = report.findings.iter().filter(|f| f.rule == rule).count();
    assert_eq!(notes, 1, "{what}: {rule}");
}

fn config(change: impl FnOnce(&mut Value)) -> Files {
    input::pasted(input::config(), change)
}

/// The severities with which a rule reports an input.
fn severities(files: &Files, rule: &str) -> Vec<Severity> {
    let report = files.report();
    let found = report.findings.iter().filter(|f| f.rule == rule);
    found.map(|f| f.severity).collect()
}

#[test]
fn no_history_and_no_created() {
    is_legal("neither", &config(|_| {}));
    is_legal("an empty history", &config(|c| c["history"] = json!([])));
    is_legal(
        "history without dates",
        &config(|c| c["history"] = json!([{ "created_by": "a" }])),
    );
}

#[test]
fn an_empty_index_and_an_empty_layout() {
    is_legal(
        "index",
        &input::pasted(input::index(), |i| i["manifests"] = json!([])),
    );
    let empty = input::archive_entries(&[("blobs/", "/")], &Layout::new().all());
    is_noted("layout", &empty, "layout-empty-index");
    // A folder shows no empty folders, so nothing is said of `blobs`.
    let folder = Layout::new().folder();
    is_noted("folder", &folder, "layout-empty-index");
    assert_eq!(
        outcome(&folder.report(), "layout-blobs-missing"),
        Outcome::NotRun
    );
}

#[test]
fn blobs_that_are_absent_or_that_nothing_refers_to() {
    let absent = input::layout_with(|l| {
        let mut path = String::new();
        input::gzip_blob(l, |(found, _)| path = found.clone());
        l.remove(&path);
    })
    .report();
    let found: Vec<_> = above_info(&absent)
        .iter()
        .map(|f| (f.rule.as_str(), f.severity))
        .collect();
    assert_eq!(found, [("layout-blob-missing", Severity::Warning)]);
    let unreferenced = input::layout_with(|l| {
        l.blob("a/b", b"old");
    });
    is_noted("unreferenced", &unreferenced, "layout-blob-unreferenced");
}

#[test]
fn unknown_properties_files_and_types() {
    is_legal(
        "config",
        &config(|c| {
            c["com.example"] = json!({ "a": 1 });
            c["config"]["com.example"] = json!([1]);
            c["rootfs"]["com.example"] = json!(null);
        }),
    );
    let file = input::layout_with(|l| l.put("README", b"hello"));
    is_noted("file", &file, "layout-unknown-file");
    let typed = input::layout_with(|l| {
        let d = l.blob("application/xml", b"<a/>");
        l.list(d, "x");
    });
    is_noted("entry", &typed, "layout-index-descriptor-kind");
    let opaque = input::layout_with(|l| {
        let config = l.blob("application/vnd.acme.config", b"not json");
        let layer = l.blob("application/vnd.acme.layer", b"\x1f\x8bnot gzip");
        let d = l.document(mt::OCI_MANIFEST, &kit::manifest(config, &[layer]));
        l.list(d, "x");
    });
    is_legal("config and layers", &opaque);
}

#[test]
fn null_in_a_config() {
    is_legal(
        "top level",
        &config(|c| {
            for key in [
                "created",
                "author",
                "history",
                "variant",
                "os.version",
                "os.features",
            ] {
                c[key] = json!(null);
            }
            c["config"] = json!(null);
        }),
    );
    is_legal(
        "execution parameters",
        &config(|c| {
            c["config"] = json!({ "User": null, "ExposedPorts": null, "Env": null, "Entrypoint": null, "Cmd": null,
            "Volumes": null, "WorkingDir": null, "Labels": null, "StopSignal": null, "ArgsEscaped": null });
        }),
    );
    is_legal(
        "history",
        &config(|c| {
            c["history"] = json!([{ "created": null, "created_by": null, "author": null, "comment": null, "empty_layer": null }]);
        }),
    );
}

#[test]
fn ports_without_protocol() {
    is_legal(
        "port",
        &config(|c| c["config"]["ExposedPorts"] = json!({ "80": {} })),
    );
}

#[test]
fn neither_entrypoint_nor_command() {
    let files = config(|c| c["config"] = json!({ "Entrypoint": null, "Cmd": null }));
    is_noted("both null", &files, "config-no-command");
}

#[test]
fn empty_annotations_and_unknown_keys() {
    is_legal("no annotations", &annotated(json!({})));
    is_legal(
        "empty values",
        &annotated(json!({
            "com.example.a": "",
            "org.opencontainers.image.created": "",
            "org.opencontainers.image.url": "",
            "org.opencontainers.image.licenses": "",
            "org.opencontainers.image.base.digest": "",
            "org.opencontainers.image.base.name": "",
        })),
    );
    is_legal(
        "unknown keys",
        &annotated(json!({ "com.example.whatever": "x", "vnd.docker.reference.type": "x" })),
    );
    is_noted(
        "keys without a domain",
        &annotated(json!({ "a": "1", "b": "2" })),
        "annotation-key-namespace",
    );
}

#[test]
fn several_members_and_frames() {
    let tar = input::layer_tar();
    let (a, b) = tar.split_at(700);
    let gzip = [kit::gzip(a), kit::gzip(b)].concat();
    is_noted(
        "gzip",
        &input::image_of_layer(mt::OCI_TAR_GZIP, gzip, tar.clone()),
        "layer-gzip-multi-member",
    );
    let skip = b"\x50\x2a\x4d\x18\x04\0\0\0note".to_vec();
    let zstd = [skip, kit::zstd(a), kit::zstd(b)].concat();
    is_noted(
        "zstd",
        &input::image_of_layer(mt::OCI_TAR_ZSTD, zstd, tar),
        "layer-zstd-skippable",
    );
}

#[test]
fn empty_and_plain_layers() {
    let empty = vec![0; 1024];
    is_noted(
        "empty",
        &input::image_of_layer(mt::OCI_TAR_GZIP, kit::gzip(&empty), empty.clone()),
        "layer-empty",
    );
    is_noted(
        "empty and plain",
        &input::image_of_layer(mt::OCI_TAR, empty.clone(), empty),
        "layer-empty",
    );
    is_legal(
        "plain",
        &input::image_of_layer(mt::OCI_TAR, input::layer_tar(), input::layer_tar()),
    );
}

#[test]
fn what_a_layout_may_look_like() {
    is_legal(
        "extra fields",
        &input::layout_with(|l| {
            l.put(
                "oci-layout",
                br#"{"imageLayoutVersion":"1.0.0","com.example":1}"#,
            );
        }),
    );
    is_legal("manifest.json beside it", &input::both(|_, _| {}));
    is_noted(
        "no entry for blobs/",
        &input::layout(),
        "layout-blobs-entry-missing",
    );
    let items: Vec<_> = kit::good_layout()
        .all()
        .into_iter()
        .map(|(p, b)| (format!("./{p}"), b))
        .collect();
    let others = [("./", "/"), ("./blobs/", "/"), ("./blobs/sha256/", "/")];
    is_noted(
        "names with ./",
        &input::archive_entries(&others, &items),
        "layout-dot-slash",
    );
}

#[test]
fn docker_types_in_an_oci_manifest() {
    let tar = input::layer_tar();
    let plain = input::image_of_layer(mt::DOCKER_TAR, kit::gzip(&tar), tar.clone());
    is_noted("plain type with gzip", &plain, "layer-docker-type-sniffed");
    is_legal(
        "gzip type",
        &input::image_of_layer(mt::DOCKER_TAR_GZIP, kit::gzip(&tar), tar),
    );
}

#[test]
fn an_attestation_is_no_image_without_a_command() {
    let files = kit::cases::buildx_index().tar();
    is_legal("attestation", &files);
    assert!(severities(&files, "config-no-command").is_empty());
    assert!(severities(&files, "config-command-not-found").is_empty());
}

/// A config as `docker build` and `docker buildx build` write it.
fn docker_config(diff_ids: Value) -> Value {
    json!({
        "architecture": "amd64", "os": "linux", "created": "2024-05-06T07:08:09.123456789Z", "author": "",
        "config": {
            "Hostname": "", "Domainname": "", "User": "", "AttachStdin": false, "AttachStdout": false,
            "AttachStderr": false, "ExposedPorts": { "8080/tcp": {} }, "Tty": false, "OpenStdin": false,
            "StdinOnce": false, "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            "Cmd": ["/hello"], "ArgsEscaped": true, "Image": "", "Volumes": { "/data": {} }, "WorkingDir": "/app",
            "Entrypoint": null, "OnBuild": null, "StopSignal": "SIGQUIT",
            "Healthcheck": { "Test": ["CMD-SHELL", "true"] },
            "Labels": { "maintainer": "x", "org.opencontainers.image.ref.name": "ubuntu",
                "org.opencontainers.image.version": "22.04" } },
        "history": [
            { "created": "2024-05-06T07:08:09Z", "created_by": "COPY hello / # buildkit", "comment": "buildkit.dockerfile.v0" },
            { "created": "2024-05-06T07:08:09Z", "created_by": "CMD [\"/hello\"]", "empty_layer": true } ],
        "rootfs": { "type": "layers", "diff_ids": diff_ids } })
}

#[test]
fn what_docker_writes() {
    let tar = input::layer_tar();
    let config = docker_config(json!([kit::sha256(&tar)]));
    is_legal("config", &input::given(config.clone()));
    is_legal(
        "image",
        &input::image(
            &[kit::gzip_layer("hello", b"hello")],
            |c| {
                let ids = c["rootfs"]["diff_ids"].clone();
                *c = docker_config(ids);
            },
            |_| {},
        ),
    );
    is_legal(
        "docker save up to 24",
        &input::archive_config(|c| {
            let ids = c["rootfs"]["diff_ids"].clone();
            *c = docker_config(ids);
        }),
    );
    is_legal(
        "containerd's names",
        &input::layout_with(|l| {
            l.index["manifests"][0]["annotations"] = json!({
            "io.containerd.image.name": "docker.io/library/example:v1",
            "org.opencontainers.image.ref.name": "docker.io/library/example:v1" });
        }),
    );
    let compressed = input::archive_with(|items| {
        let (_, bytes) = items
            .iter_mut()
            .find(|(p, _)| p.ends_with("layer.tar"))
            .unwrap();
        *bytes = kit::gzip(bytes);
    });
    is_noted(
        "gzip layers in an archive",
        &compressed,
        "docker-archive-layer-compressed",
    );
}

#[test]
fn what_umoci_and_buildah_write() {
    // umoci: history with an author; buildah: empty base annotations of an image from scratch.
    is_legal(
        "umoci",
        &config(|c| {
            c["history"] = json!([{ "author": "x", "created": "2024-05-06T07:08:09.1+02:00", "created_by": "umoci repack", "empty_layer": false }]);
        }),
    );
    is_legal(
        "buildah",
        &annotated(json!({
        "org.opencontainers.image.base.digest": "", "org.opencontainers.image.base.name": "" })),
    );
    is_legal(
        "buildah",
        &annotated(json!({
        "org.opencontainers.image.base.digest": kit::sha256(b"base"),
        "org.opencontainers.image.base.name": "docker.io/library/alpine:latest" })),
    );
}

#[test]
fn what_artifact_tools_write() {
    let artifact =
        |config: (&str, &[u8]), layers: &[(&str, Vec<u8>, Value)], annotations: Value| {
            let mut layout = Layout::new();
            let config = layout.blob(config.0, config.1);
            let layers: Vec<Value> = layers
                .iter()
                .map(|(t, bytes, annotations)| {
                    let mut d = layout.blob(t, bytes);
                    d["annotations"] = annotations.clone();
                    d
                })
                .collect();
            let mut document = kit::manifest(config, &layers);
            document["annotations"] = annotations;
            let d = layout.document(mt::OCI_MANIFEST, &document);
            layout.list(d, "v1");
            layout.tar()
        };
    let helm = kit::gzip(&kit::tar(&[("demo/Chart.yaml", "name: demo\n")]));
    is_legal(
        "helm",
        &artifact(
            (
                mt::HELM_CONFIG,
                br#"{"name":"demo","version":"0.1.0","apiVersion":"v2"}"#,
            ),
            &[(mt::HELM_CHART, helm, json!({}))],
            json!({ "org.opencontainers.image.title": "demo", "org.opencontainers.image.version": "0.1.0",
            "org.opencontainers.image.created": "2024-05-06T07:08:09+02:00",
            "org.opencontainers.image.source": "https://example.com/demo" }),
        ),
    );
    is_legal(
        "flux",
        &artifact(
            (mt::FLUX_CONFIG, b"{}"),
            &[(mt::FLUX_CONTENT, kit::cases::flux_content(), json!({}))],
            json!({ "org.opencontainers.image.created": "2024-05-06T07:08:09Z",
            "org.opencontainers.image.revision": "main@sha1:b3b00fe35424a45d373bf4c7214178bc36fd7872",
            "org.opencontainers.image.source": "ssh://git@example.com/demo" }),
        ),
    );
    is_legal(
        "oras",
        &artifact(
            (mt::OCI_EMPTY, b"{}"),
            &[(
                "application/vnd.oci.image.layer.v1.tar+gzip",
                kit::cases::plugin_tar_gz(),
                json!({
            "io.deis.oras.content.digest": kit::sha256(b"x"), "io.deis.oras.content.unpack": "true",
            "org.opencontainers.image.title": "dir" }),
            )],
            json!({ "org.opencontainers.image.created": "2024-05-06T07:08:09Z" }),
        ),
    );
    let cosign = json!({ "architecture": "", "created": "0001-01-01T00:00:00Z", "history": [{ "created": "0001-01-01T00:00:00Z" }],
        "os": "", "rootfs": { "type": "layers", "diff_ids": [kit::sha256(b"{}")] }, "config": {} });
    is_legal(
        "cosign",
        &artifact(
            (mt::OCI_CONFIG, cosign.to_string().as_bytes()),
            &[(
                "application/vnd.dev.cosign.simplesigning.v1+json",
                b"{}".to_vec(),
                json!({
            "dev.cosignproject.cosign/signature": "MEUC", "dev.sigstore.cosign/bundle": "{}" }),
            )],
            json!({}),
        ),
    );
}

#[test]
fn labels_weigh_less_than_annotations() {
    let rules = [
        (
            "annotation-created-format",
            "org.opencontainers.image.created",
            "yesterday",
        ),
        (
            "annotation-url-format",
            "org.opencontainers.image.source",
            "git@example.com:a/b",
        ),
        (
            "annotation-licenses-spdx",
            "org.opencontainers.image.licenses",
            "Apache 2",
        ),
    ];
    for (rule, key, value) in rules {
        assert_eq!(
            severities(&annotated(json!({ key: value })), rule),
            [Severity::Warning],
            "{rule}"
        );
        let labels = config(|c| c["config"]["Labels"] = json!({ key: value }));
        assert_eq!(severities(&labels, rule), [Severity::Info], "{rule}");
    }
}

#[test]
fn what_is_half_right_weighs_less() {
    let signal = |text: &str| {
        severities(
            &config(|c| c["config"]["StopSignal"] = json!(text)),
            "config-stop-signal",
        )
    };
    assert_eq!(signal("QUIT"), [Severity::Info]);
    assert_eq!(signal("sigquit"), [Severity::Info]);
    assert_eq!(signal("SIGFOO"), [Severity::Warning]);
    assert_eq!(signal("9"), []);
    let created = |text: &str| {
        severities(
            &config(|c| c["created"] = json!(text)),
            "config-created-format",
        )
    };
    assert_eq!(created("2024-01-02t03:04:05z"), [Severity::Warning]);
    assert_eq!(created(""), [Severity::Error]);
    let port = |text: &str| {
        severities(
            &config(|c| c["config"]["ExposedPorts"] = json!({ text: {} })),
            "config-exposed-port-format",
        )
    };
    assert_eq!(port("80/sctp"), [Severity::Info]);
    assert_eq!(port("80-90/tcp"), [Severity::Info]);
    assert_eq!(port("0"), [Severity::Warning]);
    let typo = annotated(json!({ "oci.opencontainers.image.created": "2024-01-02T03:04:05Z" }));
    assert_eq!(severities(&typo, "annotation-key-typo"), [Severity::Info]);
    let value = config(|c| c["config"]["Volumes"] = json!({ "/data": null }));
    assert_eq!(severities(&value, "config-set-value"), [Severity::Info]);
    assert_eq!(severities(&value, "config-set-type"), []);
}

#[test]
fn paths_of_windows_images() {
    let windows = |change: fn(&mut Value)| {
        config(|c| {
            c["os"] = json!("windows");
            change(c);
        })
    };
    is_legal(
        "drive",
        &windows(|c| {
            c["config"] = json!({ "WorkingDir": "C:\\app", "Volumes": { "C:\\data": {} }, "User": "ContainerUser", "Cmd": ["c:\\x.exe"] });
        }),
    );
    let relative = windows(|c| c["config"]["WorkingDir"] = json!("app"));
    assert_eq!(
        severities(&relative, "config-working-dir"),
        [Severity::Warning]
    );
}

/// An image of one layer with these files and links.
fn with_entries(others: &[(&str, &str)], config: impl FnOnce(&mut Value)) -> Report {
    let tar = input::archive_entries(others, &[]).items.remove(0).1;
    input::image(&[(mt::OCI_TAR, tar.clone(), tar)], config, |_| {}).report()
}

#[test]
fn a_file_is_only_missed_where_all_is_known() {
    let rule = "config-command-not-found";
    let command = |path: &'static str| move |c: &mut Value| c["config"]["Cmd"] = json!([path]);
    let bin = [("usr/bin/tool", "busybox"), ("bin", "usr/bin")];
    let case = |path| outcome(&with_entries(&bin, command(path)), rule);
    assert_eq!(case("/usr/bin/tool"), Outcome::Clean);
    assert_eq!(case("/usr/bin/other"), Outcome::Found);
    assert_eq!(case("/bin/other"), Outcome::NotRun, "a link on the way");
    assert_eq!(case("/bin/../bin/other"), Outcome::NotRun);
    assert_eq!(case("tool"), Outcome::NotApplicable, "looked up in PATH");
    // A layer that is not here may have it.
    let gone = input::layout_with(|l| {
        let mut path = String::new();
        input::gzip_blob(l, |(found, _)| path = found.clone());
        l.remove(&path);
    });
    assert_eq!(outcome(&gone.report(), rule), Outcome::NotRun);
    assert_eq!(
        outcome(&input::given(input::config()).report(), rule),
        Outcome::NotApplicable
    );
    // Nor is more looked at than the listing of a layer holds.
    let many: Vec<(String, Vec<u8>)> = (0..=crate::limits::LISTED_ENTRIES)
        .map(|i| (format!("f{i}"), Vec::new()))
        .collect();
    let tar = kit::tar(&many);
    let large = input::image(
        &[(mt::OCI_TAR, tar.clone(), tar)],
        command("/missing"),
        |_| {},
    );
    assert_eq!(outcome(&large.report(), rule), Outcome::NotRun);
}

#[test]
fn a_user_is_only_unknown_where_there_is_no_list() {
    let rule = "config-user-unknown";
    let user = |name: &'static str| move |c: &mut Value| c["config"]["User"] = json!(name);
    let none = [("hello", "x")];
    assert_eq!(
        outcome(&with_entries(&none, user("app")), rule),
        Outcome::Found
    );
    assert_eq!(
        outcome(&with_entries(&none, user("1000:app")), rule),
        Outcome::Found
    );
    assert_eq!(
        outcome(&with_entries(&none, user("1000:1000")), rule),
        Outcome::Clean
    );
    assert_eq!(
        outcome(&with_entries(&none, user("root")), rule),
        Outcome::Clean
    );
    let list = [("etc/passwd", "x"), ("etc/group", "x")];
    assert_eq!(
        outcome(&with_entries(&list, user("app")), rule),
        Outcome::NotRun
    );
    assert_eq!(
        outcome(&with_entries(&[("etc", "private/etc")], user("app")), rule),
        Outcome::NotRun
    );
}

#[test]
fn a_config_without_the_type_of_one_is_left_alone() {
    let mut layout = Layout::new();
    let config = json!({ "architecture": "wasm", "os": "wasip1", "layerDigests": [] });
    let config = layout.document(mt::CNCF_WASM_CONFIG, &config);
    let module = layout.blob(mt::CNCF_WASM, kit::WASM_MODULE);
    let manifest = layout.document(mt::OCI_MANIFEST, &kit::manifest(config, &[module]));
    layout.list(manifest, "v1");
    let wasm = layout.tar();
    assert!(severities(&wasm, "config-no-command").is_empty());
    assert!(severities(&wasm, "config-imageid-note").is_empty());
}

#[test]
fn a_stream_of_an_archive_says_the_same_of_links() {
    let tar = input::layout().items.remove(0).1;
    let files = Files::file("image.tar.gz", kit::gzip(&tar));
    is_noted("compressed", &files, "archive-compressed");
    let (compressed, plain) = (files.report(), Files::file("image.tar", tar).report());
    for rule in ["archive-link-blob", "layout-blobs-entry-missing"] {
        assert_eq!(outcome(&compressed, rule), outcome(&plain, rule), "{rule}");
    }
}

#[test]
fn one_cause_is_told_once() {
    let told = |files: &Files| {
        let errors = files
            .report()
            .findings
            .into_iter()
            .filter(|f| f.severity != Severity::Info);
        errors.map(|f| f.rule).collect::<Vec<_>>()
    };
    let twice = Files::pasted(input::manifest().to_string().replacen(
        '{',
        r#"{"annotations":{"a.b":"1","a.b":"2"},"#,
        1,
    ));
    assert_eq!(told(&twice), ["annotation-duplicate-key"]);
    assert_eq!(told(&annotated(json!(null))), ["annotation-not-map"]);
    assert_eq!(
        told(&config(|c| c["config"]["Labels"] = json!(["a"]))),
        ["config-labels"]
    );
    assert_eq!(
        told(&config(|c| c["config"]["Env"] = json!("A=1"))),
        ["config-section-type"]
    );
    assert_eq!(
        told(&config(|c| c["history"] = json!("x"))),
        ["config-history-type"]
    );
    assert_eq!(
        told(&config(|c| c["config"] = json!([]))),
        ["config-section-type"]
    );
    let tar = input::layer_tar();
    let once = kit::gzip(&tar);
    let double = input::image_of_layer(mt::OCI_TAR_GZIP, kit::gzip(&once), once);
    assert_eq!(told(&double), ["layer-double-compressed"]);
    let legacy = Files::tar(
        "image.tar",
        &[
            ("repositories".to_string(), b"{}".to_vec()),
            (format!("{}/json", "0".repeat(64)), b"{}".to_vec()),
        ],
    );
    assert_eq!(told(&legacy), ["docker-archive-legacy-only"]);
}

#[test]
fn what_earlier_changes_left_behind_is_no_image() {
    let files = input::layout_with(|l| {
        let image = l.image(("linux", "arm64"), &[kit::gzip_layer("old", b"old")]);
        assert!(image["digest"].is_string());
    });
    assert_eq!(severities(&files, "config-imageid-note"), [Severity::Info]);
}

#[test]
fn the_time_that_pgzip_writes_is_none() {
    let with_time = |time: u32| {
        let mut stored = kit::gzip(&input::layer_tar());
        stored[4..8].copy_from_slice(&time.to_le_bytes());
        let files = input::image_of_layer(mt::OCI_TAR_GZIP, stored, input::layer_tar());
        severities(&files, "layer-gzip-header-leak")
    };
    let year_one = -62_135_596_800_i64;
    assert_eq!(with_time(year_one.rem_euclid(1 << 32) as u32), []);
    assert_eq!(with_time(1_700_000_000), [Severity::Info]);
}

#[test]
fn a_table_of_contents_is_only_missed_where_it_cannot_be() {
    let rule = "layer-chunked-annotation";
    let end = |layer: (&'static str, Vec<u8>, Vec<u8>), key: &'static str, value: String| {
        let note = move |m: &mut Value| m["layers"][0]["annotations"] = json!({ key: value });
        outcome(&input::image(&[layer], |_| {}, note).report(), rule)
    };
    let (stargz, chunked) = (
        "containerd.io/snapshot/stargz/toc.digest",
        "io.github.containers.zstd-chunked.manifest-checksum",
    );
    let digest = || kit::sha256(b"table");
    let plain = || kit::gzip_layer("hello", b"hello");
    assert_eq!(end(plain(), stargz, digest()), Outcome::Found);
    assert_eq!(end(plain(), chunked, digest()), Outcome::Found);
    assert_eq!(
        end(plain(), stargz, "latest".to_string()),
        Outcome::Found,
        "no digest"
    );
    // A table that is there is not compared with the digest, and no pass is claimed.
    let table = kit::gzip_layer("stargz.index.json", b"{}");
    assert_eq!(end(table, stargz, digest()), Outcome::NotRun);
    let tar = input::layer_tar();
    let skip = b"\x50\x2a\x4d\x18\x04\0\0\0note".to_vec();
    let stored = [kit::zstd(&tar), skip].concat();
    let layer = (mt::OCI_TAR_ZSTD, stored, tar);
    assert_eq!(end(layer, chunked, digest()), Outcome::NotRun);
    assert_eq!(
        end(kit::zstd_layer("hello", b"hello"), chunked, digest()),
        Outcome::Found
    );
}
