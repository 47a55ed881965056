//! Logs that hold no known message: nothing may be found in them, be it the whole log or a line.

use super::super::explain;
use super::wrappers::build_log;

/// Lines of compilers, web servers, kernels, languages and services.
const LOGS: &str = include_str!("unrelated.log");

#[test]
fn no_line_of_an_unrelated_log_matches() {
    let lines: Vec<&str> = LOGS
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    assert!(lines.len() >= 300, "{}", lines.len());
    let mut wrong = Vec::new();
    for line in &lines {
        for found in explain(line) {
            wrong.push(format!("{}: {line}", found.id));
        }
    }
    for some in lines.chunks(40) {
        for found in explain(&some.join("\n")) {
            wrong.push(format!("{} in\n{}", found.id, some.join("\n")));
        }
    }
    for found in explain(LOGS) {
        wrong.push(format!("{} in the whole, line {}", found.id, found.line));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_no_known_message_matches_nothing() {
    let texts = [
        build_log(200),
        "镜像拉取失败".to_string(),
        "容器启动失败，请检查网络。层数不重要。".to_string(),
        "An image manifest lists a config and layers. The number of layers is free, and a media type says what each layer is. Docker load reads an archive with a manifest.json, while an OCI layout has an index.json.".to_string(),
        r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[{"mediaType":"application/vnd.module.wasm.content.layer.v1+wasm","digest":"sha256:eb0495635521a07c170768de6c1b935c89ffd8e9954fe9bb0d6bea58bdb62777","size":5}]}"#.to_string(),
        "image config file not found; layer 3 not found; tag v1 is invalid; unsupported platform".to_string(),
        "could not parse the manifest: unexpected end of file".to_string(),
        String::new(),
        "\\".to_string(),
        "&amp;&#x;\u{1b}[".to_string(),
    ];
    for text in texts {
        assert_eq!(explain(&text), Vec::new(), "{text}");
    }
}
