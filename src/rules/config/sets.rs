//! Rules `config-*` about ports, volumes and labels: objects that serve as sets, and one that is a map.

use crate::artifact::documents::Config;
use crate::artifact::{Document, Inventory};
use crate::bytes::json::{Member, Value};
use crate::report::Severity;
use crate::rules::annotation::sets::duplicates;
use crate::rules::{rules, walk};
use crate::text::say;

use crate::examples::inputs::{config, edited};

rules! {
    "config-set-type" {
        severity: Error (Schema),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Ports or volumes that are no set" / "端口或卷的写法不是集合",
        says: "{field} holds a JSON `{found}`; a set is written as an object whose values are all `{}`." / "{field} 的值是 JSON 的 `{found}`；集合应写成所有值都为 `{}` 的对象。",
        why: "Go decodes it into a map of empty structs, so an array or a string in its place makes every consumer written in Go refuse the whole config." / "Go 把它解码为值是空结构体的映射，因此写成数组或字符串会让所有用 Go 编写的使用方拒绝整个配置。",
        fix: "Write `{\"/data\": {}}` or `{\"8080/tcp\": {}}`." / "写成 `{\"/data\": {}}` 或 `{\"8080/tcp\": {}}`。",
        trigger: r#"{"config": {"Volumes": ["/data"]}}"#,
        bad: || edited(config, &[r#"/config/Volumes: ["/data"]"#]),
        good: || edited(config, &[r#"/config/Volumes: { "/data": {} }"#]),
        check: |inventory, out| {
            for (document, _) in walk::configs(inventory) {
                for name in SETS {
                    let pointer = format!("/config/{name}");
                    let Some(set) = walk::node_at(document, &pointer).filter(|node| !node.is_null()) else { continue };
                    out.looked();
                    if !matches!(set.value, Value::Object(_)) {
                        out.found(document.locus(&pointer), |p| p.code("field", name).name("found", set.kind()));
                        continue;
                    }
                    for member in set.members() {
                        if !matches!(member.value.value, Value::Object(_) | Value::Null) {
                            let below = format!("{pointer}/{}", walk::escape(&member.key));
                            out.found(document.locus_of(member.value.range.clone(), Some(&below)), |p| {
                                p.code("field", format!("{name} {}", member.key)).name("found", member.value.kind())
                            });
                        }
                    }
                }
            }
        },
    }
    "config-set-value" {
        severity: Info (Note),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Port or volume with a value that is ignored" / "端口或卷带有会被忽略的值",
        says: "{key} in {field} has a value other than the empty object; readers ignore it." / "{field} 中的 {key} 的值不是空对象；读取程序会忽略它。",
        why: "Only the keys of these objects mean something. Options written there, such as a host port or the name of a volume, never take effect." / "这些对象中只有键有意义。写在其中的选项，如主机端口或卷名，不会生效。",
        fix: "Write `{}`, and give such options when the container is started." / "写成 `{}`，并在启动容器时给出这些选项。",
        trigger: r#"{"config": {"ExposedPorts": {"80": {"a": 1}}}}"#,
        bad: || edited(config, &[r#"/config/ExposedPorts: { "80": { "a": 1 } }"#]),
        good: || edited(config, &[r#"/config/ExposedPorts: { "80": {} }"#]),
        check: |inventory, out| {
            for name in SETS {
                each_key(inventory, name, |document, _, pointer, member| {
                    out.looked();
                    let empty = matches!(&member.value.value, Value::Object(members) if members.is_empty());
                    let other_rule = !matches!(member.value.value, Value::Object(_) | Value::Null);
                    if !empty && !other_rule {
                        out.found(document.locus_of(member.value.range.clone(), Some(pointer)), |p| {
                            p.code("key", member.key.clone()).code("field", name)
                        });
                    }
                });
            }
        },
    }
    "config-exposed-port-format" {
        severity: Warning (Must),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Exposed port that is no port" / "暴露的端口写法不对",
        says: "The exposed port {found} is neither a number from 1 to 65535 nor such a number with `/tcp` or `/udp`." / "暴露的端口 {found} 既不是 1 到 65535 的数字，也不是这样的数字加 `/tcp` 或 `/udp`。",
        why: "Docker parses each port when it makes a container, and refuses with `invalid containerPort` or `invalid proto`; other tools leave such a port out and `-P` publishes nothing." / "Docker 在创建容器时会解析每个端口，报 `invalid containerPort` 或 `invalid proto` 并拒绝；其他工具会略过这样的端口，`-P` 也就没有端口可发布。",
        fix: "Write `8080/tcp`. Service names such as `http` are not looked up." / "写成 `8080/tcp`。`http` 之类的服务名不会被解析。",
        trigger: r#"{"config": {"ExposedPorts": {"http": {}}}}"#,
        bad: || edited(config, &[r#"/config/ExposedPorts: { "http": {}, "80": {} }"#]),
        good: || edited(config, &[r#"/config/ExposedPorts: { "80": {}, "53/udp": {}, "65535/tcp": {} }"#]),
        check: |inventory, out| {
            each_key(inventory, "ExposedPorts", |document, _, pointer, member| {
                out.looked();
                let at = document.locus_of(member.key_range.clone(), Some(pointer));
                match port(&member.key) {
                    Port::Right => {}
                    Port::Dockers => {
                        out.found_as(at, say(
                            "The exposed port {found} is written in a way that only Docker has: a range, or SCTP.",
                            "暴露的端口 {found} 采用了 Docker 独有的写法：端口范围或 SCTP。",
                        ).code("found", member.key.clone()));
                        out.weighs(Severity::Info);
                    }
                    Port::Wrong => out.found(at, |p| p.code("found", member.key.clone())),
                }
            });
        },
    }
    "config-volume-path" {
        severity: Warning (Consumers),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Volume that is no absolute path" / "卷不是绝对路径",
        says: "The volume {found} is no absolute path, and a mount needs one." / "卷 {found} 不是绝对路径，而挂载点必须是绝对路径。",
        why: "Each volume becomes the destination of a mount. Docker refuses the container with `mount path must be absolute`, Podman and CRI-O mount it below a folder of their choice or refuse." / "每个卷都会成为挂载的目标路径。Docker 会报 `mount path must be absolute` 并拒绝创建容器，Podman 和 CRI-O 则挂载到自选的目录之下，或拒绝。",
        fix: "Write the path from the root: `/data`." / "写成从根开始的路径：`/data`。",
        trigger: r#"{"config": {"Volumes": {"data": {}}}}"#,
        bad: || edited(config, &[r#"/config/Volumes: { "data": {} }"#]),
        good: || edited(config, &[r#"/config/Volumes: { "/data": {} }"#]),
        check: |inventory, out| {
            each_key(inventory, "Volumes", |document, config, pointer, member| {
                out.looked();
                if !super::is_absolute(config, &member.key) {
                    out.found(document.locus_of(member.key_range.clone(), Some(pointer)), |p| p.code("found", member.key.clone()));
                }
            });
        },
    }
    "config-labels" {
        severity: Error (Must),
        spec: "annotations.md#rules" since "1.0",
        needs: Documents,
        title: "Labels that are no map of strings" / "标签不是字符串映射",
        says: "The label {key} holds a JSON `{found}`; every value has to be a string." / "标签 {key} 的值是 JSON 的 `{found}`；所有的值都必须是字符串。",
        why: "Labels follow the rules of annotations. Go decodes them into a map of strings, and one number makes Docker and containerd refuse the whole config; of a label that is given twice, readers take different values." / "标签遵循注解的规则。Go 把它解码为字符串映射，只要有一个数字，Docker 和 containerd 就会拒绝整个配置；同一标签出现两次时，不同的读取程序取到的值不同。",
        fix: "Put each value in quotes, and keep each key once." / "给每个值加上引号，每个键只保留一次。",
        trigger: r#"{"config": {"Labels": {"com.example.build": 1}}}"#,
        bad: || edited(config, &[r#"/config/Labels: { "com.example.build": 1 }"#]),
        good: || edited(config, &[r#"/config/Labels: { "com.example.build": "1" }"#]),
        check: |inventory, out| {
            for (document, _) in walk::configs(inventory) {
                let pointer = "/config/Labels";
                let Some(labels) = walk::node_at(document, pointer).filter(|node| !node.is_null()) else { continue };
                out.looked();
                if !matches!(labels.value, Value::Object(_)) {
                    let says = say(
                        "`Labels` is a JSON `{found}`; it has to be an object whose values are strings.",
                        "`Labels` 是 JSON 的 `{found}`；它必须是值全为字符串的对象。",
                    );
                    out.found_as(document.locus(pointer), says.name("found", labels.kind()));
                    continue;
                }
                for member in labels.members().iter().filter(|member| member.value.as_str().is_none()) {
                    let below = format!("{pointer}/{}", walk::escape(&member.key));
                    out.found(document.locus_of(member.value.range.clone(), Some(&below)), |p| {
                        p.code("key", member.key.clone()).name("found", member.value.kind())
                    });
                }
                for double in duplicates(document, labels, pointer) {
                    let count = double.places.len() as u64 + 1;
                    out.found_as(double.last, say("The label {key} is given {count} times.", "标签 {key} 出现了 {count} 次。").code("key", double.key).count("count", count));
                    if let Some(last) = out.findings.last_mut() {
                        last.related = double.places;
                    }
                }
            }
        },
    }
}

/// The fields that are sets.
const SETS: [&str; 2] = ["ExposedPorts", "Volumes"];

/// Every key of one set of every config, with the pointer of its value.
fn each_key(
    inventory: &Inventory,
    set: &str,
    mut see: impl FnMut(&Document, &Config, &str, &Member),
) {
    for (document, config) in walk::configs(inventory) {
        let pointer = format!("/config/{set}");
        let Some(node) = walk::node_at(document, &pointer) else {
            continue;
        };
        for member in node.members() {
            let below = format!("{pointer}/{}", walk::escape(&member.key));
            see(document, config, &below, member);
        }
    }
}

/// How a port is written.
#[derive(Debug, PartialEq, Eq)]
enum Port {
    /// As the specification says.
    Right,
    /// As only Docker reads it.
    Dockers,
    /// As nobody reads it.
    Wrong,
}

fn port(text: &str) -> Port {
    let number = |digits: &str| {
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<u16>().ok().filter(|n| plain && *n > 0)
    };
    let (numbers, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let ours = matches!(protocol, "tcp" | "udp");
    if !ours && protocol != "sctp" {
        return Port::Wrong;
    }
    if number(numbers).is_some() {
        return if ours { Port::Right } else { Port::Dockers };
    }
    let range = numbers
        .split_once('-')
        .and_then(|(from, to)| Some((number(from)?, number(to)?)));
    match range {
        Some((from, to)) if from <= to => Port::Dockers,
        _ => Port::Wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::{Port, port};

    #[test]
    fn ports_are_read_as_the_specification_and_docker_do() {
        for text in ["80", "80/tcp", "65535/udp", "1"] {
            assert_eq!(port(text), Port::Right, "{text}");
        }
        for text in ["80/sctp", "80-90", "80-90/udp"] {
            assert_eq!(port(text), Port::Dockers, "{text}");
        }
        for text in [
            "",
            "http",
            "0",
            "65536/tcp",
            "80/TCP",
            "80/",
            "/tcp",
            "90-80",
            "+80",
            "80/icmp",
        ] {
            assert_eq!(port(text), Port::Wrong, "{text}");
        }
    }
}
