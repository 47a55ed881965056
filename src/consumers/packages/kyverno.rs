//! `kyverno oci pull`: every layer of Kyverno's own type is written out as policies; what else there is, is passed over,
//! and an image without such a layer is no error.
//!
//! Read in kyverno/kyverno `cmd/cli/kubectl-kyverno/commands/oci/pull/options.go` (`execute`, `extractAndSavePolicies`).

use crate::artifact::{Missing, Why};
use crate::consumers::ggcr::{self, Layer, PlatformText, within};
use crate::consumers::pulled;
use crate::consumers::remedies::Names;
use crate::consumers::{Accept, Case, Consumer, Range, Scope, Source, Stop, Trace, Versions};
use crate::fixes::Fix;
use crate::text::{say, text};

const WHO: &str = "Kyverno";
const POLICY: &str = "application/vnd.cncf.kyverno.policy.layer.v1+yaml";
const PREFIX: &str = "application/vnd.cncf.kyverno.";

/// Kyverno.
pub static KYVERNO: Consumer = Consumer {
    id: "kyverno-oci",
    name: "Kyverno CLI",
    about: text(
        "`kyverno oci pull` writes the policies of an artifact to a folder: the YAML in every layer of its own type. Other layers are passed over without a word.",
        "`kyverno oci pull` 把制品中的策略写入文件夹：取自身类型的每个层中的 YAML。其他层一律跳过，不作提示。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "kyverno/kyverno",
        path: "cmd/cli/kubectl-kyverno/commands/oci/pull/options.go",
        at: "2026",
    }],
    settings: &[],
    ranges: &[Range {
        versions: Versions {
            shown: "2026",
            spans: &[("", "")],
        },
        label: text(
            "read in 2026; earlier versions were not compared",
            "依据 2026 年的源码；未与更早版本比较",
        ),
        replay,
    }],
    meant_for: |case| pulled::any_manifest(case, |manifest| pulled::has_type(manifest, PREFIX)),
};

fn replay(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let image = ggcr::resolve(case, trace, WHO, PlatformText::Short)
        .map_err(|stop| within(stop, "getting image: {}"))?;
    image
        .parse(trace, WHO)
        .map_err(|stop| within(stop, "getting image layers: {}"))?;
    let layers = image.layers();
    let policies: Vec<&Layer> = layers
        .iter()
        .filter(|layer| layer.found.media_type() == POLICY)
        .collect();
    let all = image.document.locus("/layers");
    let Some(first) = policies.first() else {
        trace.note(
            say(
                "No layer (of {count}) is of type {type}.",
                "共 {count} 层，没有类型为 {type} 的层。",
            )
            .count("count", layers.len() as u64)
            .code("type", POLICY),
            Some(all.clone()),
        );
        return Ok(Accept::using(
            say(
                "{who} ends without an error and writes nothing: no layer is of type {type}.",
                "{who} 不报错，但什么也不写：没有类型为 {type} 的层。",
            )
            .name("who", WHO)
            .code("type", POLICY),
            Some(all),
        )
        .fix(push(&names)));
    };
    for layer in &policies {
        let at = image.place(layer);
        image.open(case.inventory, layer, WHO, &names)?;
        trace.pass(
            say(
                "{who} reads the layer {digest} as policies in YAML.",
                "{who} 把层 {digest} 当作 YAML 策略读取。",
            )
            .name("who", WHO)
            .code("digest", layer.own.digest()),
            Some(at),
        );
    }
    trace.note(
        say(
            "Only policies of the API groups {a} and {b} are written; `ClusterPolicy` and other kinds of `kyverno.io` stop it.",
            "只写出 API 组为 {a} 和 {b} 的策略；遇到 `ClusterPolicy` 等 `kyverno.io` 类型会中止。",
        )
        .code("a", "policies.kyverno.io")
        .code("b", "admissionregistration.k8s.io"),
        Some(image.place(first)),
    );
    Err(Missing {
        what: first.own.digest().to_string(),
        why: Why::ContentNotRead,
        at: Some(image.place(first)),
    }
    .into())
}

fn push(names: &Names) -> Fix {
    Fix::new(
        "push-kyverno-policies",
        say(
            "Push the policies with Kyverno's own command, which gives the layers their type.",
            "用 Kyverno 自己的命令推送策略，由它写明层的类型。",
        ),
    )
    .with(
        "kyverno",
        format!(
            "kyverno oci push --image {} --policy POLICY.yaml",
            names.reference
        ),
    )
}
