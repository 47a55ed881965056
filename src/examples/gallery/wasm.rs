//! Examples of WebAssembly: plugins of proxies, and modules for hosts that run them.

use super::examples;
use crate::examples::{Files, Layout, WASM_MODULE, gzip, json, manifest, tar};
use crate::spec::media_type as mt;
use serde_json::{Value, json as object};

/// `plugin.tar.gz` with a `plugin.wasm` in it.
pub fn plugin_tar_gz() -> Vec<u8> {
    gzip(&tar(&[("plugin.wasm", WASM_MODULE)]))
}

/// A layer descriptor as ORAS writes it: with the file's name as title.
pub(super) fn titled(mut descriptor: Value, title: &str) -> Value {
    descriptor["annotations"]["org.opencontainers.image.title"] = json!(title);
    descriptor
}

/// An artifact manifest as ORAS 1.1 and later write it, tagged `1.0.0`.
fn oras_artifact(layout: &mut Layout, layers: &[Value]) {
    let config = layout.blob(mt::OCI_EMPTY, b"{}");
    let mut document = manifest(config, layers);
    document["artifactType"] = json!("application/vnd.unknown.artifact.v1");
    let descriptor = layout.document(mt::OCI_MANIFEST, &document);
    layout.list(descriptor, "1.0.0");
}

/// A Higress plugin whose files are gone: one layer, and that is the empty descriptor.
pub fn higress_empty() -> Layout {
    let mut layout = Layout::new();
    let layer = layout.blob(mt::OCI_EMPTY, b"{}");
    oras_artifact(&mut layout, &[layer]);
    layout
}

/// A Higress plugin whose one layer is all right but for its media type, as a plain `oras push plugin.tar.gz` gives it
/// another.
pub fn higress_other_type() -> Layout {
    let mut layout = Layout::new();
    let layer = layout.blob("application/gzip", &plugin_tar_gz());
    oras_artifact(&mut layout, &[titled(layer, "plugin.tar.gz")]);
    layout
}

/// A plugin with its documentation layers, the plugin at a place among them and under a file name.
fn higress_plugin(at: usize, file: &str) -> Layout {
    let mut layout = Layout::new();
    let spec = layout.blob(
        "application/vnd.module.wasm.spec.v1+yaml",
        b"apiVersion: 1.0.0\ninfo:\n  name: demo\n",
    );
    let readme = layout.blob("application/vnd.module.wasm.doc.v1+markdown", b"# demo\n");
    let content = gzip(&tar(&[(file, WASM_MODULE)]));
    let plugin = layout.blob(mt::OCI_TAR_GZIP, &content);
    let mut layers = vec![titled(spec, "spec.yaml"), titled(readme, "README.md")];
    layers.insert(at, titled(plugin, "plugin.tar.gz"));
    oras_artifact(&mut layout, &layers);
    layout
}

/// A right Higress plugin: spec and README first, `plugin.tar.gz` last.
pub fn higress_right() -> Layout {
    higress_plugin(2, "plugin.wasm")
}

/// The same with `plugin.tar.gz` first.
pub fn higress_not_last() -> Layout {
    higress_plugin(0, "plugin.wasm")
}

/// A plugin built like any image: `FROM scratch` and `COPY plugin.wasm`.
fn plugin_image() -> Layout {
    let mut layout = Layout::new();
    let tar = tar(&[("plugin.wasm", WASM_MODULE)]);
    let image = layout.image(("linux", "amd64"), &[(mt::OCI_TAR_GZIP, gzip(&tar), tar)]);
    layout.list(image, "v1");
    layout
}

/// A module as the CNCF's wasm artifact format has it; `extra` is a second layer.
fn wasm_module(extra: Option<&[u8]>) -> Layout {
    let mut layout = Layout::new();
    let module = layout.blob(mt::CNCF_WASM, WASM_MODULE);
    let config = object!({ "created": "2025-01-02T03:04:05Z", "architecture": "wasm", "os": "wasip1",
        "layerDigests": [module["digest"]] });
    let config = layout.document(mt::CNCF_WASM_CONFIG, &config);
    let mut layers = vec![module];
    if let Some(bytes) = extra {
        layers.push(titled(layout.blob("text/markdown", bytes), "README.md"));
    }
    let descriptor = layout.document(mt::OCI_MANIFEST, &manifest(config, &layers));
    layout.list(descriptor, "1.0.0");
    layout
}

/// A module as the CNCF's wasm artifact format has it.
pub fn wasm_artifact() -> Layout {
    wasm_module(None)
}

/// A Spin application: a lock file and a module.
fn spin_application() -> Layout {
    let mut layout = Layout::new();
    let lock = layout.blob(
        "application/vnd.fermyon.spin.application.v1+config",
        br#"{"spin_lock_version":1,"metadata":{"name":"demo"},"triggers":[],"components":[]}"#,
    );
    let module = layout.blob(mt::WASM_TO_OCI, WASM_MODULE);
    let config = object!({ "architecture": "wasm", "os": "wasip1",
        "rootfs": { "type": "layers", "diff_ids": [lock["digest"], module["digest"]] } });
    let config = layout.document(mt::OCI_CONFIG, &config);
    let descriptor = layout.document(mt::OCI_MANIFEST, &manifest(config, &[lock, module]));
    layout.list(descriptor, "v1");
    layout
}

examples! {
    "higress-right" good "proxies" {
        title: "A wasm plugin as Higress wants it" / "符合 Higress 要求的 wasm 插件",
        about: "Spec and README come first, `plugin.tar.gz` last. Open the trace: it says which of the three layers is taken. Before 0.7.1 there had to be exactly one." / "spec 和 README 在前，`plugin.tar.gz` 在最后。展开步骤可以看到取的是三层中的哪一层。0.7.1 之前必须恰好只有一层。",
        file: "plugin.tar", breaks: ["manifest-image-with-empty-config"], refused: ["higress-wasmplugin"], accepted: ["higress-wasmplugin"],
        make: || higress_right().tar(),
    }
    "higress-empty" bad "proxies" {
        title: "A wasm plugin whose layers are gone" / "层已丢失的 wasm 插件",
        about: "One layer, and that is the empty JSON object: reported after an artifact was moved with `docker pull` and `docker push`. The error speaks of a media type and of two layers; the cause is that the plugin is not there." / "只有一层，内容是空的 JSON 对象：有人用 `docker pull` 再 `docker push` 搬运制品后遇到。报错说的是媒体类型和两个层，真正的原因是插件已经不在了。",
        file: "plugin.tar", breaks: [], refused: ["higress-wasmplugin", "istio-wasmplugin", "envoy-gateway-wasm"], accepted: [],
        make: || higress_empty().tar(),
    }
    "higress-other-type" bad "proxies" {
        title: "A wasm plugin pushed without a media type" / "推送时没有写媒体类型的 wasm 插件",
        about: "`oras push … plugin.tar.gz` names the layer `application/gzip`. The bytes are right; one word at the push is missing." / "`oras push … plugin.tar.gz` 会把层标为 `application/gzip`。字节没有问题，只是推送时少写了一个类型。",
        file: "plugin.tar", breaks: [], refused: ["higress-wasmplugin"], accepted: [],
        make: || higress_other_type().tar(),
    }
    "higress-not-last" bad "proxies" {
        title: "A wasm plugin with its README last" / "README 排在最后的 wasm 插件",
        about: "The last layer is the one that is loaded, and here it is the documentation." / "加载的是最后一层，而这里的最后一层是文档。",
        file: "plugin.tar", breaks: ["manifest-image-with-empty-config"], refused: ["higress-wasmplugin"], accepted: [],
        make: || higress_not_last().tar(),
    }
    "plugin-in-an-image" good "proxies" {
        title: "A wasm plugin built as an image" / "以镜像形式构建的 wasm 插件",
        about: "`FROM scratch` and `COPY plugin.wasm`: one gzip layer with the module in it. All three gateways take it." / "`FROM scratch` 加 `COPY plugin.wasm`：一个 gzip 层，模块就在其中。三种网关都接受。",
        file: "plugin.tar", breaks: [], refused: [], accepted: ["higress-wasmplugin", "istio-wasmplugin", "envoy-gateway-wasm"],
        make: || plugin_image().tar(),
    }
    "plugin-by-another-name" bad "proxies" {
        title: "A wasm plugin by another file name" / "文件名不对的 wasm 插件",
        about: "The last layer holds `main.wasm`. The gateways look for `plugin.wasm` and for nothing else." / "最后一层中的文件叫 `main.wasm`。网关只找 `plugin.wasm`，别的一概不看。",
        file: "plugin.tar", breaks: ["manifest-image-with-empty-config"], refused: ["higress-wasmplugin", "istio-wasmplugin", "envoy-gateway-wasm"], accepted: [],
        make: || higress_plugin(2, "main.wasm").tar(),
    }
    "wasm-module" good "wasm-hosts" {
        title: "A WebAssembly module by itself" / "单独的 WebAssembly 模块",
        about: "A `.wasm` file that no registry has seen: what it is, and how to push it for the host that should run it." / "一个还没有进过镜像仓库的 `.wasm` 文件：它是什么，以及怎样为运行它的宿主推送。",
        file: "module.wasm", breaks: [], refused: [], accepted: [],
        make: || Files::file("module.wasm", WASM_MODULE),
    }
    "wkg-right" good "wasm-hosts" {
        title: "A module as `wkg` pushes it" / "`wkg` 推送的模块",
        about: "The CNCF's format: a wasm config and one layer `application/wasm`. Hosts of wasm run it, gateways that look for `plugin.wasm` do not." / "CNCF 的格式：wasm 配置加一个 `application/wasm` 层。wasm 宿主能运行，要找 `plugin.wasm` 的网关则不行。",
        file: "module.tar", breaks: [], refused: ["higress-wasmplugin"], accepted: [],
        make: || wasm_artifact().tar(),
    }
    "wkg-two-layers" bad "wasm-hosts" {
        title: "A module with a README as second layer" / "附带 README 作为第二层的模块",
        about: "The format has exactly one layer. Documentation belongs into an artifact of its own that refers to this one." / "该格式只允许一层。文档应放进另一个制品，并引用这一个。",
        file: "module.tar", breaks: [], refused: [], accepted: [],
        make: || wasm_module(Some(b"# demo\n")).tar(),
    }
    "spin-application" good "wasm-hosts" {
        title: "A Spin application" / "一个 Spin 应用",
        about: "Its config is an image's, its layers are a lock file and a module: an image by its config and none for an engine." / "配置是镜像的配置，层却是锁文件和模块：看配置像镜像，对容器引擎来说却不是。",
        file: "application.tar", breaks: ["manifest-artifact-image-config"], refused: [], accepted: [],
        make: || spin_application().tar(),
    }
}
