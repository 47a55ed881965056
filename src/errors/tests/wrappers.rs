//! What logs, terminals, chats and people do to a message on its way into a clipboard.

/// Breaks a text at every blank for which `at` says so.
fn wrap(text: &str, with: &str, every: usize) -> String {
    let mut out = String::new();
    for (count, word) in text.split(' ').enumerate() {
        if count > 0 {
            out.push_str(if count % every == 0 { with } else { " " });
        }
        out.push_str(word);
    }
    out
}

fn each_line(text: &str, prefix: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("{prefix}{line}")).collect();
    lines.join("\n")
}

fn json(text: &str) -> String {
    serde_json::to_string(text).expect("text is JSON")
}

/// A name and what is done to a text.
pub type Wrapper = (&'static str, fn(&str) -> String);

/// Noise that leaves every word and value readable.
pub const WRAPPERS: &[Wrapper] = &[
    ("as it is", |text| text.to_string()),
    ("colours", |text| {
        format!(
            "\u{1b}[1;31m{}\u{1b}[0m",
            text.replace(": ", ":\u{1b}[33m ")
        )
    }),
    ("colours whose escape was lost", |text| {
        format!("[31m{text}[0m")
    }),
    ("CRLF", |text| {
        format!("first\r\n{}\r\nlast\r\n", text.replace('\n', "\r\n"))
    }),
    ("timestamps", |text| {
        each_line(text, "2026-08-13T10:11:12.0000000Z ")
    }),
    ("local timestamps", |text| {
        each_line(text, "2026/08/13 10:11:12 ERROR ")
    }),
    ("JSON", |text| {
        format!(
            "{{\"level\":\"error\",\"ts\":1.5,\"msg\":{},\"code\":7}}",
            json(text)
        )
    }),
    ("JSON in JSON", |text| {
        format!(
            "{{\"log\":{}}}",
            json(&format!("{{\"msg\":{}}}", json(text)))
        )
    }),
    ("logfmt", |text| {
        format!("time=\"2026-08-13\" level=fatal msg={} node=a", json(text))
    }),
    ("journald", |text| {
        each_line(text, "Aug 13 10:11:12 node-1 containerd[812]: ")
    }),
    ("docker compose", |text| each_line(text, "web-1  | ")),
    ("kubectl logs --prefix", |text| {
        each_line(text, "[pod/web-6d4/app] ")
    }),
    ("Terraform", |text| {
        format!("╷\n│ Error: creating\n│ \n{}\n╵", each_line(text, "│ "))
    }),
    ("Terraform, wrapped", |text| {
        format!("╷\n{}\n╵", each_line(&wrap(text, "\n", 4), "│ "))
    }),
    ("kubectl describe, wrapped", |text| {
        format!(
            "Events:\n  Warning  Failed  {}",
            wrap(text, "\n                         ", 3)
        )
    }),
    ("wrapped at every blank", |text| wrap(text, "\n    ", 1)),
    ("YAML, single quotes", |text| {
        format!(
            "    message: '{}'\n    reason: Failed",
            text.replace('\'', "''")
        )
    }),
    ("BuildKit", |text| each_line(text, "#21 0.359 ")),
    ("a quotation", |text| each_line(text, "> ")),
    ("prose", |text| {
        format!(
            "Hello, since yesterday we see this:\n\n```\n{text}\n```\n\nWhat does it mean? Thank you."
        )
    }),
    ("Chinese prose", |text| {
        format!("你好，昨天开始出现这个报错：\n{text}\n请问是什么原因？")
    }),
    ("curly quotes", |text| {
        text.replace('\'', "’").replace('"', "”")
    }),
    ("entities", |text| {
        text.replace('&', "&amp;")
            .replace('"', "&#34;")
            .replace('\'', "&#39;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('+', "&#43;")
    }),
    ("blanks of another kind", |text| {
        text.replace(' ', "\u{a0} ")
    }),
    ("zero-width characters", |text| {
        text.replace(' ', " \u{200b}")
    }),
    ("kubectl get events", |text| {
        let line = |text: &str| {
            format!(
                "3m12s       Warning   Failed              pod/web-6d4b9c7f5-x2k8q      {text}\n"
            )
        };
        format!(
            "LAST SEEN   TYPE      REASON              OBJECT                       MESSAGE\n3m40s       Normal    Scheduled           pod/web-6d4b9c7f5-x2k8q      Successfully assigned default/web-6d4b9c7f5-x2k8q to node-1\n{}2m58s       Warning   BackOff             pod/web-6d4b9c7f5-x2k8q      Back-off pulling image \"nginx\"\n",
            line(&text.replace('\n', "\\n"))
        )
    }),
    ("kubectl describe, events", |text| {
        format!(
            "Events:\n  Type     Reason   Age                From     Message\n  ----     ------   ----               ----     -------\n  Warning  Failed   12s (x3 over 55s)  kubelet  {}\n  Warning  Failed   12s (x3 over 55s)  kubelet  Error: ErrImagePull",
            text.replace('\n', " ")
        )
    }),
    ("klog", |text| {
        each_line(
            text,
            "E0813 10:11:12.345678    1234 kuberuntime_image.go:55] ",
        )
    }),
    ("systemd with years", |text| {
        each_line(text, "2026-08-13T10:11:12+0200 node-1 dockerd[812]: ")
    }),
    ("GitHub Actions", |text| {
        each_line(text, "2026-08-13T10:11:12.1234567Z ##[error]")
    }),
    ("GitLab CI", |text| each_line(text, "\u{1b}[0K\u{1b}[31;1m")),
    ("JSON as Go escapes it", |text| {
        let inner = json(text)
            .replace('<', "\\u003c")
            .replace('>', "\\u003e")
            .replace('&', "\\u0026")
            .replace('\'', "\\u0027");
        format!("{{\"severity\":\"ERROR\",\"message\":{inner}}}")
    }),
    ("a Chinese sentence around it", |text| {
        format!("部署时提示“{text}”，换了镜像仓库也一样，求助。")
    }),
    ("corner brackets", |text| format!("报错内容为：「{text}」")),
    ("a cell of a Markdown table", |text| {
        format!(
            "| step | message |\n| --- | --- |\n| pull | {} |",
            text.replace('\n', "<br>")
        )
    }),
    ("Markdown escapes", |text| {
        text.replace('_', "\\_").replace('*', "\\*")
    }),
    ("indented code of Python", |text| {
        format!("stderr: b{}", json(text))
    }),
    ("two errors in a row", |text| format!("{text}\n{text}")),
    ("between unrelated lines", |text| {
        format!("{}{text}\n{}", build_log(40), build_log(40))
    }),
];

/// Lines of a build that are no error.
pub fn build_log(lines: usize) -> String {
    const STEPS: [&str; 8] = [
        "#7 [builder 3/9] RUN apt-get update && apt-get install -y ca-certificates",
        "#7 12.48 Get:14 http://deb.debian.org/debian bookworm/main amd64 libc6 amd64 2.36-9",
        "#9 [builder 5/9] COPY go.mod go.sum ./",
        "go: downloading github.com/opencontainers/image-spec v1.1.1",
        "#12 exporting to image",
        "#12 exporting layers 3.1s done",
        "#12 pushing manifest for registry.example/app:1.2@sha256:eb0495635521a07c170768de6c1b935c89ffd8e9954fe9bb0d6bea58bdb62777",
        "warning: unused variable: `manifest` (layers 1 to 3 of config are cached)",
    ];
    (0..lines)
        .map(|line| format!("{}\n", STEPS[line % 8]))
        .collect()
}

/// Noise that cuts words.
pub const CUTS: &[Wrapper] = &[
    ("80 columns", |text| cut(text, 80)),
    ("100 columns", |text| cut(text, 100)),
    ("120 columns", |text| cut(text, 120)),
    ("132 columns", |text| cut(text, 132)),
];

/// Cuts every line where `width` is full, as terminals do.
fn cut(text: &str, width: usize) -> String {
    let lines = text.lines().flat_map(|line| {
        let chars: Vec<char> = line.chars().collect();
        chars
            .chunks(width)
            .map(|piece| piece.iter().collect::<String>())
            .collect::<Vec<_>>()
    });
    lines.collect::<Vec<_>>().join("\n")
}
