//! Rules `config-*` about what a container starts: the command, its folder, its user, its signal.
//! Whether a file is there is said only where every entry of every layer is known and no link leads elsewhere.

use super::stack::{self, Look};
use crate::artifact::documents::Config;
use crate::artifact::{Document, Missing, Why};
use crate::bytes::json::{Node, Value};
use crate::report::Severity;
use crate::rules::fields::{self, Shape, Want};
use crate::rules::{rules, walk};
use crate::text::say;

use crate::examples;
use crate::examples::inputs::{config, edited, given, image};
use crate::examples::json;

rules! {
    "config-section-type" {
        severity: Error (Schema),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Execution parameter of another JSON type" / "运行参数的 JSON 类型不对",
        says: "{field} holds a JSON `{found}`; it has to be of type `{expected}`." / "{field} 的值是 JSON 的 `{found}`，类型应为 `{expected}`。",
        why: "Docker, containerd, Podman and Kubernetes decode the config as a whole: one value of another type and the image cannot be loaded or run, however harmless the field. A user ID without quotes is the usual case." / "Docker、containerd、Podman 和 Kubernetes 会整体解码配置：只要有一个值类型不对，镜像就无法加载或运行，无论该字段多么无关紧要。最常见的是用户 ID 没有加引号。",
        fix: "Write `\"User\": \"1234\"`, not `1234`; lists in brackets; `true` without quotes. The digest of the config changes, so the manifest has to follow." / "写成 `\"User\": \"1234\"`，而不是 `1234`；列表用方括号；`true` 不加引号。配置的摘要会随之改变，清单也要相应修改。",
        trigger: r#"{"config": {"User": 1234}}"#,
        bad: || edited(config, &["/config/User: 1234"]),
        good: || edited(config, &[r#"/config/User: "1234""#]),
        check: |inventory, out| {
            for (document, _) in walk::configs(inventory) {
                let Some(section) = walk::node_at(document, "/config").filter(|node| !node.is_null()) else { continue };
                out.looked();
                if !matches!(section.value, Value::Object(_)) {
                    out.found(document.locus("/config"), |p| p.code("field", "config").name("found", section.kind()).name("expected", "object"));
                    continue;
                }
                for (name, want) in Shape::Execution.fields() {
                    let own = matches!(*name, "Entrypoint" | "Cmd") || matches!(want, Want::Map);
                    let Some(value) = section.get(name).filter(|_| !own) else { continue };
                    let Some((below, wanted, node)) = fields::mistyped(value, *want).filter(|(below, _, node)| !(below.is_empty() && node.is_null())) else { continue };
                    let pointer = format!("/config/{name}{below}");
                    out.found(document.locus_of(node.range.clone(), Some(&pointer)), |p| {
                        p.code("field", format!("{name}{below}")).name("found", node.kind()).name("expected", wanted)
                    });
                }
            }
        },
    }
    "config-entrypoint-type" {
        severity: Error (Schema),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Command that is no list of strings" / "命令不是字符串列表",
        says: "{field} holds a JSON `{found}`; a command is an array of strings, one for the program and one for each argument." / "{field} 的值是 JSON 的 `{found}`；命令应是字符串数组，程序和每个参数各占一项。",
        why: "The Dockerfile takes `CMD sh` and writes an array for it; a config has no such shorthand. Go decoders refuse the whole config, so the image cannot be loaded." / "Dockerfile 接受 `CMD sh` 并为它写出数组；配置中没有这种简写。Go 的解码程序会拒绝整个配置，镜像因此无法加载。",
        fix: "Write `[\"sh\"]`, or `[\"/bin/sh\", \"-c\", \"…\"]` for a line of shell." / "写成 `[\"sh\"]`；若是一行 shell 命令，写成 `[\"/bin/sh\", \"-c\", \"…\"]`。",
        trigger: r#"{"config": {"Cmd": "sh"}}"#,
        bad: || edited(config, &[r#"/config/Cmd: "sh""#]),
        good: || edited(config, &[r#"/config/Cmd: ["sh"]"#, "/config/Entrypoint: null"]),
        check: |inventory, out| {
            for (document, _) in walk::configs(inventory) {
                for name in ["Entrypoint", "Cmd"] {
                    let pointer = format!("/config/{name}");
                    let Some(value) = walk::node_at(document, &pointer).filter(|node| !node.is_null()) else { continue };
                    out.looked();
                    if let Some((below, _, node)) = fields::mistyped(value, Want::Texts) {
                        let place = document.locus_of(node.range.clone(), Some(&format!("{pointer}{below}")));
                        out.found(place, |p| p.code("field", format!("{name}{below}")).name("found", node.kind()));
                    }
                }
            }
        },
    }
    "config-no-command" {
        severity: Info (Note),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Image without a command" / "镜像没有默认命令",
        says: "The config has neither {entrypoint} nor {cmd}, so nothing says what a container of it starts." / "配置既没有 {entrypoint} 也没有 {cmd}，因此没有说明容器要启动什么。",
        why: "`docker run IMAGE` stops with `no command specified`, and a pod without `command` does not start." / "`docker run IMAGE` 会报 `no command specified`，没有写 `command` 的 Pod 也无法启动。",
        fix: "Add `ENTRYPOINT` or `CMD` to the Dockerfile, or `--config.cmd` with `umoci config`." / "在 Dockerfile 中加上 `ENTRYPOINT` 或 `CMD`，或使用 `umoci config` 的 `--config.cmd`。",
        fine: "It is right for images that are not started: bases to build on, Wasm plugins, files for an image volume. Whoever starts one can give the command." / "对不需要启动的镜像来说没有问题：用于构建的基础镜像、Wasm 插件、供镜像卷使用的文件。启动时也可以另行指定命令。",
        trigger: r#"{"config": {}}"#,
        bad: || edited(config, &["/config: {}"]),
        good: || given(config()),
        check: |inventory, out| {
            for (document, _) in super::of_root_filesystems(inventory) {
                out.looked();
                let given = |name: &str| walk::node_at(document, &format!("/config/{name}")).is_some_and(|node| !node.is_null() && !matches!(&node.value, Value::Array(items) if items.is_empty()));
                if !given("Entrypoint") && !given("Cmd") {
                    out.found(walk::field_or_object(document, "", "config"), |p| p.code("entrypoint", "Entrypoint").code("cmd", "Cmd"));
                }
            }
        },
    }
    "config-command-not-found" {
        severity: Info (Note),
        spec: "config.md#properties" since "1.0",
        needs: Blobs,
        title: "Program that no layer has" / "任何层中都没有要启动的程序",
        says: "A container starts {command}, and no layer of the image has a file at that path." / "容器要启动 {command}，而镜像的任何一层在该路径上都没有文件。",
        why: "Unless something is mounted there, the runtime stops with `exec: \"…\": stat …: no such file or directory`. Often a build step wrote the program elsewhere, or a multi-stage `COPY` was forgotten." / "除非有内容挂载到该处，否则运行时会报 `exec: \"…\": stat …: no such file or directory`。常见原因是构建步骤把程序写到了别处，或多阶段构建中漏了 `COPY`。",
        fix: "Correct the path, or copy the program into the image." / "改正路径，或把程序复制到镜像中。",
        fine: "It is right where a volume or a sidecar brings the program at run time." / "若程序在运行时由卷或边车容器提供，则没有问题。",
        trigger: r#"{"config": {"Entrypoint": ["/missing"]}}"#,
        bad: || image(&[examples::gzip_layer("hello", b"hello")], |c| c["config"]["Entrypoint"] = json!(["/missing"]), |_| {}),
        good: || image(&[examples::gzip_layer("hello", b"hello")], |_| {}, |_| {}),
        check: |inventory, out| {
            for stack in stack::all(inventory) {
                let Some((command, pointer)) = command(stack.document) else { continue };
                if !is_linux(stack.config) || !command.starts_with('/') {
                    continue;
                }
                match stack.look(command) {
                    Look::Here => out.looked(),
                    Look::Gone => out.found(stack.document.locus(&pointer), |p| p.code("command", command)),
                    Look::Unknown(missing) => out.missing(missing),
                }
            }
        },
    }
    "config-args-escaped" {
        severity: Info (Should),
        spec: "config.md#properties" since "1.1",
        needs: Documents,
        title: "`ArgsEscaped` is for Docker on Windows" / "`ArgsEscaped` 只用于 Windows 上的 Docker",
        says: "The config sets {field}, which is deprecated." / "配置设置了 {field}，该字段已弃用。",
        why: "Only Docker on Windows reads it: the arguments are then taken as one command line that is already escaped. Everywhere else it has no effect." / "只有 Windows 上的 Docker 会读取它：参数会被当作一整行已转义的命令行。在其他地方没有任何作用。",
        fix: "On Linux the field can go; on Windows write the command as a list of arguments." / "在 Linux 上可以去掉该字段；在 Windows 上把命令写成参数列表。",
        fine: "Docker's older builder wrote it into Linux images as well, where nobody looks at it." / "Docker 的旧版构建程序也会把它写进 Linux 镜像，在那里没有程序理会它。",
        trigger: r#"{"config": {"ArgsEscaped": true}}"#,
        bad: || edited(config, &["/config/ArgsEscaped: true"]),
        good: || edited(config, &["/config/ArgsEscaped: false"]),
        check: |inventory, out| {
            for (document, _) in walk::configs(inventory) {
                out.looked();
                if walk::node_at(document, "/config/ArgsEscaped").and_then(Node::as_bool) == Some(true) {
                    out.found(document.locus("/config/ArgsEscaped"), |p| p.code("field", "ArgsEscaped"));
                }
            }
        },
    }
    "config-working-dir" {
        severity: Warning (Consumers),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Working directory that is no absolute path" / "工作目录不是绝对路径",
        says: "`WorkingDir` is {found}; a process can only start in an absolute path." / "`WorkingDir` 是 {found}；进程只能在绝对路径中启动。",
        why: "It becomes `process.cwd` of the runtime, and runc stops with `Cwd must be an absolute path`. Docker puts a `/` in front by itself, so it shows only elsewhere." / "它会成为运行时的 `process.cwd`，runc 会报 `Cwd must be an absolute path`。Docker 会自行在前面补上 `/`，因此问题只在别处出现。",
        fix: "Write the path from the root: `/app`." / "写成从根开始的路径：`/app`。",
        trigger: r#"{"config": {"WorkingDir": "app"}}"#,
        bad: || edited(config, &[r#"/config/WorkingDir: "app""#]),
        good: || edited(config, &[r#"/config/WorkingDir: "/app""#]),
        check: |inventory, out| {
            for (document, config) in walk::configs(inventory) {
                let Some(path) = text(document, "/config/WorkingDir") else { continue };
                out.looked();
                if !super::is_absolute(config, path) {
                    out.found(document.locus("/config/WorkingDir"), |p| p.code("found", path));
                }
            }
        },
    }
    "config-user-format" {
        severity: Warning (Must),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "User in a form that nobody reads" / "用户的写法无法识别",
        says: "`User` is {found}; it has to be a name or number, and perhaps `:` and a group's name or number." / "`User` 是 {found}；应为用户名或用户编号，其后可加 `:` 和组名或组编号。",
        why: "Runtimes split it at the colon and stop at a third part or an empty one, so the container does not start; umoci already refuses to unpack the image." / "运行时按冒号拆分，遇到第三部分或空的部分就会停下，容器无法启动；umoci 在解包镜像时就会拒绝。",
        fix: "Write `1000`, `1000:1000`, `app` or `app:app`. An empty variable in `USER $UID:$GID` is the usual cause." / "写成 `1000`、`1000:1000`、`app` 或 `app:app`。常见原因是 `USER $UID:$GID` 中的变量为空。",
        trigger: r#"{"config": {"User": "a:b:c"}}"#,
        bad: || edited(config, &[r#"/config/User: "a:b:c""#]),
        good: || edited(config, &[r#"/config/User: "app:1000""#]),
        check: |inventory, out| {
            for (document, config) in walk::configs(inventory) {
                let user = config.user.text();
                if user.is_empty() {
                    continue;
                }
                out.looked();
                let parts: Vec<&str> = user.split(':').collect();
                if parts.len() > 2 || parts.iter().any(|part| part.is_empty()) {
                    out.found(document.locus("/config/User"), |p| p.code("found", user));
                }
            }
        },
    }
    "config-user-unknown" {
        severity: Warning (Must),
        spec: "config.md#properties" since "1.0",
        needs: Blobs,
        title: "User by name, in an image without a user list" / "用户以名称指定，但镜像中没有用户列表",
        says: "`User` names {name}, and no layer of the image has {file}, where the name would be looked up." / "`User` 指定了 {name}，而镜像的任何一层都没有用于查找该名称的 {file}。",
        why: "Runtimes need a number. Docker stops with `unable to find user …: no matching entries in passwd file`; Kubernetes with `runAsNonRoot` refuses any name, because it cannot see whether it is root." / "运行时需要编号。Docker 会报 `unable to find user …: no matching entries in passwd file`；设置了 `runAsNonRoot` 的 Kubernetes 会拒绝任何名称，因为无法判断它是否为 root。",
        fix: "Write the number: `USER 65532:65532`. Or copy `/etc/passwd` and `/etc/group` from the build stage." / "改写编号：`USER 65532:65532`；或从构建阶段复制 `/etc/passwd` 和 `/etc/group`。",
        trigger: r#"{"config": {"User": "app"}}"#,
        bad: || image(&[examples::gzip_layer("hello", b"hello")], |c| c["config"]["User"] = json!("app"), |_| {}),
        good: || image(&[examples::gzip_layer("hello", b"hello")], |c| c["config"]["User"] = json!("1000:1000"), |_| {}),
        check: |inventory, out| {
            for stack in stack::all(inventory) {
                if !is_linux(stack.config) || stack.config.user.text().is_empty() {
                    continue;
                }
                let parts = stack.config.user.text().split(':').zip(["/etc/passwd", "/etc/group"]);
                for (name, file) in parts {
                    // Some runtimes know root without being told.
                    if name == "root" || name.bytes().all(|b| b.is_ascii_digit()) {
                        out.looked();
                        continue;
                    }
                    match stack.look(file) {
                        Look::Gone => out.found(stack.document.locus("/config/User"), |p| p.code("name", name).code("file", file)),
                        Look::Unknown(missing) => out.missing(missing),
                        // The list is there; who stands in it is not known, because its content is not read.
                        Look::Here => out.missing(Missing {
                            what: file.to_string(),
                            why: Why::NotLookedUp,
                            at: Some(stack.document.locus("/config/User")),
                        }),
                    }
                }
            }
        },
    }
    "config-stop-signal" {
        severity: Warning (Must),
        spec: "config.md#properties" since "1.0",
        needs: Documents,
        title: "Stop signal that does not exist" / "停止信号不存在",
        says: "`StopSignal` is {found}, which is no signal; it has to be a name such as `SIGTERM` or `SIGRTMIN+3`, or a number." / "`StopSignal` 是 {found}，并不是信号；应为 `SIGTERM`、`SIGRTMIN+3` 之类的名称，或一个数字。",
        why: "The container starts, but cannot be told to stop: `docker stop` and the kubelet fall back to `SIGKILL` or report `Invalid signal`, and the program never gets to close its files." / "容器能够启动，却无法正常停止：`docker stop` 和 kubelet 会改用 `SIGKILL` 或报 `Invalid signal`，程序来不及收尾。",
        fix: "Name the signal as `kill -l` does, with `SIG` in front." / "按 `kill -l` 的名称书写，前面加 `SIG`。",
        trigger: r#"{"config": {"StopSignal": "QUIT!"}}"#,
        bad: || edited(config, &[r#"/config/StopSignal: "QUIT!""#]),
        good: || edited(config, &[r#"/config/StopSignal: "SIGRTMIN+3""#]),
        check: |inventory, out| {
            for (document, _) in walk::configs(inventory) {
                let Some(signal) = text(document, "/config/StopSignal") else { continue };
                out.looked();
                let at = document.locus("/config/StopSignal");
                if is_signal(signal) {
                    continue;
                }
                let expected = format!("SIG{}", signal.to_ascii_uppercase().trim_start_matches("SIG"));
                if is_signal(&expected) {
                    out.found_as(at, say(
                        "`StopSignal` is {found}; Docker understands it, the specification wants it written {expected}.",
                        "`StopSignal` 是 {found}；Docker 能够理解，但规范要求写作 {expected}。",
                    ).code("found", signal).code("expected", expected));
                    out.weighs(Severity::Info);
                } else {
                    out.found(at, |p| p.code("found", signal));
                }
            }
        },
    }
}

/// The text at a pointer, unless it is empty: the empty string means the same as no field.
fn text<'a>(document: &'a Document, pointer: &str) -> Option<&'a str> {
    walk::node_at(document, pointer)
        .and_then(Node::as_str)
        .filter(|text| !text.is_empty())
}

fn is_linux(config: &Config) -> bool {
    config.os.text() == "linux"
}

/// What a container starts, and where that stands.
fn command(document: &Document) -> Option<(&str, String)> {
    ["Entrypoint", "Cmd"].into_iter().find_map(|name| {
        let pointer = format!("/config/{name}");
        let items = walk::node_at(document, &pointer)?.items();
        let first = items.first()?.as_str()?;
        Some((first, format!("{pointer}/0")))
    })
}

/// The signals that Linux, BSD or Windows builds of the runtimes know by name, without `SIG`.
const SIGNALS: &[&str] = &[
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "EMT", "FPE", "HUP", "ILL", "INFO", "INT", "IO",
    "IOT", "KILL", "LOST", "LWP", "PIPE", "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP",
    "SYS", "TERM", "THR", "TRAP", "TSTP", "TTIN", "TTOU", "UNUSED", "URG", "USR1", "USR2",
    "VTALRM", "WINCH", "XCPU", "XFSZ",
];

/// Whether a text is `SIGNAME`, a real-time signal with its distance, or a number from 1 to 64.
fn is_signal(text: &str) -> bool {
    let number = |digits: &str, range: std::ops::RangeInclusive<u32>| {
        digits.bytes().all(|b| b.is_ascii_digit())
            && digits.parse().is_ok_and(|number| range.contains(&number))
    };
    let Some(name) = text.strip_prefix("SIG") else {
        return number(text, 1..=64);
    };
    let distance = |rest: &str, sign: char| {
        rest.is_empty() || rest.strip_prefix(sign).is_some_and(|n| number(n, 0..=30))
    };
    SIGNALS.contains(&name)
        || name.strip_prefix("RTMIN").is_some_and(|r| distance(r, '+'))
        || name.strip_prefix("RTMAX").is_some_and(|r| distance(r, '-'))
}

#[cfg(test)]
mod tests {
    use super::is_signal;

    #[test]
    fn signals_are_told_from_other_words() {
        for good in ["SIGTERM", "SIGRTMIN+3", "SIGRTMIN", "SIGRTMAX-1", "9", "64"] {
            assert!(is_signal(good), "{good}");
        }
        for bad in [
            "",
            "TERM",
            "SIGFOO",
            "SIG",
            "0",
            "65",
            "SIGRTMIN+31",
            "SIGRTMIN-3",
            "+3",
        ] {
            assert!(!is_signal(bad), "{bad}");
        }
    }
}
