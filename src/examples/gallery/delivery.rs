//! Examples of what is delivered through registries and is no image: charts, manifests for GitOps, packages, models.

use super::examples;
use super::wasm::titled;
use crate::examples::{Layout, gzip, json, manifest, sha256, tar};
use crate::spec::media_type as mt;
use serde_json::{Value, json as object};

/// Manifests for Flux as a gzip tar.
pub fn flux_content() -> Vec<u8> {
    gzip(&tar(&[("deployment.yaml", "kind: Deployment\n")]))
}

fn flux(layers: impl FnOnce(&mut Layout) -> Vec<Value>) -> Layout {
    let mut layout = Layout::new();
    let config = layout.blob(mt::FLUX_CONFIG, b"{}");
    let layers = layers(&mut layout);
    let descriptor = layout.document(mt::OCI_MANIFEST, &manifest(config, &layers));
    layout.list(descriptor, "latest");
    layout
}

/// A Flux artifact with its one content layer.
pub fn flux_one() -> Layout {
    flux(|layout| vec![layout.blob(mt::FLUX_CONTENT, &flux_content())])
}

/// A Flux artifact whose content layer comes second, after a signed note that is no archive.
pub fn flux_second() -> Layout {
    flux(|layout| {
        let note = layout.blob(
            "application/vnd.example.note.v1+json",
            br#"{"note":"first"}"#,
        );
        vec![note, layout.blob(mt::FLUX_CONTENT, &flux_content())]
    })
}

/// A Flux artifact whose content layer was lost on the way.
pub fn flux_lost() -> Layout {
    let mut lost = json!(null);
    let mut layout = flux(|layout| {
        lost = layout.blob(mt::FLUX_CONTENT, &flux_content());
        vec![lost.clone()]
    });
    layout.lose(&lost);
    layout
}

/// A Helm chart with its provenance.
pub fn helm_chart() -> Layout {
    helm(mt::HELM_CONFIG, true)
}

fn helm(config_type: &str, provenance: bool) -> Layout {
    let mut layout = Layout::new();
    let chart = "apiVersion: v2\nname: demo\nversion: 0.1.0\n";
    let chart = gzip(&tar(&[("demo/Chart.yaml", chart)]));
    let mut layers = vec![layout.blob(mt::HELM_CHART, &chart)];
    if provenance {
        layers.push(layout.blob(
            "application/vnd.cncf.helm.chart.provenance.v1.prov",
            b"-----BEGIN PGP SIGNED MESSAGE-----\n",
        ));
    }
    let config = json!({ "name": "demo", "version": "0.1.0", "apiVersion": "v2" });
    let config = layout.document(config_type, &config);
    let mut document = manifest(config, &layers);
    document["annotations"] = json!({ "org.opencontainers.image.title": "demo",
        "org.opencontainers.image.version": "0.1.0",
        "org.opencontainers.image.created": "2025-01-02T03:04:05Z" });
    let descriptor = layout.document(mt::OCI_MANIFEST, &document);
    layout.list(descriptor, "0.1.0");
    layout
}

/// An artifact of a config and titled layers: `(media type, bytes)`, `(media type, bytes, title)`.
pub(super) fn artifact_of(config: (&str, &[u8]), layers: &[(&str, &[u8], &str)]) -> Layout {
    let mut layout = Layout::new();
    let config = layout.blob(config.0, config.1);
    let layers: Vec<Value> = layers
        .iter()
        .map(|(media_type, bytes, title)| titled(layout.blob(media_type, bytes), title))
        .collect();
    let descriptor = layout.document(mt::OCI_MANIFEST, &manifest(config, &layers));
    layout.list(descriptor, "v1");
    layout
}

/// A model as `docker model package` writes it: its config names the weights in a `rootfs` of a type of its own.
fn docker_model() -> Layout {
    let weights = b"GGUF\x03\0\0\0\0\0\0\0\0\0\0\0";
    let config = object!({
        "config": { "format": "gguf", "quantization": "Q4_K_M" },
        "descriptor": { "created": "2025-01-02T03:04:05Z" },
        "rootfs": { "type": "rootfs", "diff_ids": [sha256(weights)] },
    });
    artifact_of(
        (
            "application/vnd.docker.ai.model.config.v0.1+json",
            config.to_string().as_bytes(),
        ),
        &[("application/vnd.docker.ai.gguf.v3", weights, "model.gguf")],
    )
}

/// A Crossplane package: an image whose layer of metadata is marked by an annotation, if it is.
fn crossplane(marked: bool) -> Layout {
    let mut layout = Layout::new();
    let package = "apiVersion: meta.pkg.crossplane.io/v1\nkind: Configuration\n";
    let tar = tar(&[("package.yaml", package)]);
    let config =
        crate::examples::image_config(("linux", "amd64"), &[crate::examples::sha256(&tar)]);
    let config = layout.document(mt::OCI_CONFIG, &config);
    let mut layer = layout.blob(mt::OCI_TAR_GZIP, &gzip(&tar));
    if marked {
        layer["annotations"] = json!({ "io.crossplane.xpkg": "base" });
    }
    let mut entry = layout.document(mt::OCI_MANIFEST, &manifest(config, &[layer]));
    entry["platform"] = json!({ "architecture": "amd64", "os": "linux" });
    layout.list(entry, "v1");
    layout
}

/// A Tekton bundle of one task; its kind as people write it, or as Tekton wants it.
fn tekton(kind: &str) -> Layout {
    let mut layout = Layout::new();
    let tar = tar(&[("task.yaml", "apiVersion: tekton.dev/v1\nkind: Task\n")]);
    let config =
        crate::examples::image_config(("linux", "amd64"), &[crate::examples::sha256(&tar)]);
    let config = layout.document(mt::OCI_CONFIG, &config);
    let mut layer = layout.blob(mt::OCI_TAR_GZIP, &gzip(&tar));
    layer["annotations"] = object!({ "dev.tekton.image.apiVersion": "v1",
        "dev.tekton.image.kind": kind, "dev.tekton.image.name": "build" });
    let entry = layout.document(mt::OCI_MANIFEST, &manifest(config, &[layer]));
    layout.list(entry, "v1");
    layout
}

examples! {
    "flux-one" good "gitops" {
        title: "Manifests for Flux" / "供 Flux 使用的清单文件",
        about: "One content layer, as `flux push artifact` writes it." / "一个内容层，与 `flux push artifact` 写出的相同。",
        file: "manifests.tar", breaks: [], refused: [], accepted: ["flux-ocirepository"],
        make: || flux_one().tar(),
    }
    "flux-second" bad "gitops" {
        title: "Manifests for Flux behind another layer" / "Flux 的内容层排在第二",
        about: "Flux takes the first layer unless it is told otherwise, and the first one is a note. The report gives the `layerSelector`." / "若不另行指定，Flux 取第一层，而第一层是一段备注。报告会给出 `layerSelector`。",
        file: "manifests.tar", breaks: [], refused: ["flux-ocirepository"], accepted: [],
        make: || flux_second().tar(),
    }
    "flux-lost" bad "gitops" {
        title: "Manifests for Flux whose layer is gone" / "内容层已丢失的 Flux 制品",
        about: "The manifest came over, its layer did not. Pulling ends with the registry's word for a missing blob." / "清单复制过来了，层却没有。拉取时得到的是镜像仓库对缺失 blob 的报错。",
        file: "manifests.tar", breaks: ["layout-blob-missing"], refused: [], accepted: [],
        make: || flux_lost().tar(),
    }
    "argocd-chart" good "gitops" {
        title: "A chart for Argo CD" / "供 Argo CD 使用的 chart",
        about: "One layer of a type on Argo CD's list. A second one, such as a provenance file, is one too many for Argo CD 3.1." / "只有一层，类型在 Argo CD 的允许列表中。再加一层（例如 provenance 文件），Argo CD 3.1 就不接受了。",
        file: "chart.tar", breaks: [], refused: [], accepted: [],
        make: || helm(mt::HELM_CONFIG, false).tar(),
    }
    "helm-chart" good "packages" {
        title: "A Helm chart with its provenance" / "带 provenance 的 Helm chart",
        about: "Config, chart and signature file, as `helm push` writes them." / "配置、chart 与签名文件，与 `helm push` 写出的相同。",
        file: "chart.tar", breaks: [], refused: [], accepted: [],
        make: || helm_chart().tar(),
    }
    "helm-chart-other-config" bad "packages" {
        title: "A Helm chart pushed by hand" / "手工推送的 Helm chart",
        about: "`oras push` gave it an empty config. Helm looks for its own config type, and does not take the chart." / "`oras push` 给了它一个空配置。Helm 要找自己的配置类型，因此不接受这个 chart。",
        file: "chart.tar", breaks: ["manifest-artifact-type-required", "descriptor-empty-content"], refused: [], accepted: [],
        make: || helm(mt::OCI_EMPTY, false).tar(),
    }
    "crossplane-package" good "packages" {
        title: "A Crossplane package" / "一个 Crossplane 软件包",
        about: "The layer with `package.yaml` is marked by an annotation, so that nothing else has to be unpacked." / "含 `package.yaml` 的层用注解标出，无需解开其他层。",
        file: "package.tar", breaks: [], refused: [], accepted: [],
        make: || crossplane(true).tar(),
    }
    "tekton-bundle-kind" bad "packages" {
        title: "A Tekton bundle with `Task` in capitals" / "`Task` 首字母大写的 Tekton bundle",
        about: "The annotation `dev.tekton.image.kind` has to be lower case and singular; the kind inside the YAML is written otherwise." / "注解 `dev.tekton.image.kind` 必须小写且为单数；YAML 里的 kind 写法与它不同。",
        file: "bundle.tar", breaks: [], refused: [], accepted: [],
        make: || tekton("Task").tar(),
    }
    "falco-rules" good "packages" {
        title: "Rules for Falco" / "Falco 规则",
        about: "The type of the first layer decides what `falcoctl` takes it for." / "第一层的类型决定 `falcoctl` 把它当作什么。",
        file: "rules.tar", breaks: [], refused: [], accepted: [],
        make: || artifact_of(
            ("application/vnd.cncf.falco.rulesfile.config.v1+json", br#"{"name":"demo","version":"0.1.0"}"#),
            &[("application/vnd.cncf.falco.rulesfile.layer.v1+tar.gz", &gzip(&tar(&[("demo.yaml", "- macro: never\n")])), "demo.tar.gz")],
        ).tar(),
    }
    "docker-model" good "models" {
        title: "A model for Docker Model Runner" / "Docker Model Runner 的模型",
        about: "GGUF weights with a config of their own. `docker model pull` takes it, `docker pull` does not." / "GGUF 权重，配置类型自成一套。`docker model pull` 能取用，`docker pull` 不能。",
        file: "model.tar", breaks: [], refused: [], accepted: [],
        make: || docker_model().tar(),
    }
    "modelpack" good "models" {
        title: "A model in the CNCF's ModelPack format" / "CNCF ModelPack 格式的模型",
        about: "Weights as a layer of their own media type. Registries keep it like any artifact; what runs it has to know the format." / "权重是一个有专用媒体类型的层。镜像仓库会像其他制品一样保存；运行它的程序必须认识这种格式。",
        file: "model.tar", breaks: [], refused: [], accepted: [],
        make: || artifact_of(
            ("application/vnd.cncf.model.config.v1+json", br#"{"descriptor":{"name":"demo"},"modelfs":{"type":"layers","diffIds":[]}}"#),
            &[("application/vnd.cncf.model.weight.v1.raw", b"weights", "model.safetensors")],
        ).tar(),
    }
}
