//! Proofs of the dictionary: every sample finds its entry through every kind of noise, and nothing else finds one.

mod unrelated;
mod wrappers;

use super::answer::placeholders;
use super::*;
use crate::text::Lang;
use std::collections::BTreeSet;
use wrappers::{CUTS, WRAPPERS, build_log};

fn best(text: &str) -> Option<Match> {
    explain(text).into_iter().next()
}

/// Texts as people paste them, by the entry that they prove. They are not part of the program.
fn kept_for_tests() -> &'static BTreeMap<String, Vec<String>> {
    static KEPT: OnceLock<BTreeMap<String, Vec<String>>> = OnceLock::new();
    KEPT.get_or_init(|| serde_json::from_str(include_str!("tests/samples.json")).expect("read"))
}

/// The texts that prove an entry, that of its page first.
fn samples_of(entry: &Entry) -> impl Iterator<Item = &str> {
    let kept = kept_for_tests().get(&entry.id).into_iter().flatten();
    entry.sample.iter().chain(kept).map(String::as_str)
}

/// The first text that proves an entry.
fn sample_of(entry: &Entry) -> &str {
    samples_of(entry).next().expect("has a sample")
}

fn sample(id: &str) -> &'static str {
    sample_of(find(id).expect("known"))
}

fn samples() -> impl Iterator<Item = (&'static Entry, &'static str)> {
    all()
        .iter()
        .flat_map(|entry| samples_of(entry).map(move |text| (entry, text)))
}

#[test]
fn every_file_is_read() {
    assert_eq!(all().len(), COUNT);
    for file in FILES {
        if let Err(error) = serde_json::from_str::<Vec<Entry>>(file) {
            panic!("{error}: {}", &file[..80]);
        }
    }
    if let Err(error) = serde_json::from_str::<BTreeMap<String, Remedy>>(FIXES) {
        panic!("fixes.json: {error}");
    }
    assert!(all().len() >= 200, "{}", all().len());
}

#[test]
fn ids_are_unique_and_references_lead_somewhere() {
    let dictionary = dictionary();
    assert_eq!(dictionary.by_id.len(), all().len());
    for entry in all() {
        assert!((0..=5).contains(&entry.weight), "{}", entry.id);
        assert!(
            samples_of(entry).next().is_some() && !entry.fixes.is_empty(),
            "{}",
            entry.id
        );
        for id in &entry.more_specific_than {
            assert!(
                find(id).is_some_and(|other| other.id != entry.id),
                "{}: {id}",
                entry.id
            );
            assert!(
                !find(id).is_some_and(|other| other.more_specific_than.contains(&entry.id)),
                "{} and {id} each claim to be more specific",
                entry.id
            );
        }
        let cases = entry.cases.iter().flat_map(|case| &case.fixes);
        for id in entry.fixes.iter().chain(cases) {
            assert!(dictionary.remedies.contains_key(id), "{}: {id}", entry.id);
        }
    }
    for id in kept_for_tests().keys() {
        assert!(dictionary.by_id.contains_key(id), "samples of {id}");
    }
    for id in dictionary.remedies.keys() {
        let used = all().iter().any(|entry| {
            let cases = entry.cases.iter().flat_map(|case| &case.fixes);
            entry.fixes.iter().chain(cases).any(|used| used == id)
        });
        assert!(used, "nobody uses the remedy {id}");
    }
}

/// A text that only fills the message's template in costs every visitor its bytes and tells nobody anything.
#[test]
fn a_sample_of_the_page_shows_more_than_the_message() {
    for entry in all() {
        let Some(sample) = &entry.sample else {
            continue;
        };
        for message in entry.message.split(" | ") {
            let fixed: Vec<String> = message
                .trim_start_matches('…')
                .split('<')
                .enumerate()
                .map(|(at, piece)| match (at, piece.split_once('>')) {
                    (1.., Some((_, after))) => regex_lite::escape(after),
                    _ => regex_lite::escape(piece),
                })
                .collect();
            let plain = format!("^.{{0,60}}?{}.{{0,2}}$", fixed.join(".*?"));
            let plain = regex_lite::Regex::new(&plain).expect("compiles");
            assert!(
                !plain.is_match(sample),
                "{}: to src/errors/tests/samples.json with {sample}",
                entry.id
            );
        }
    }
}

#[test]
fn patterns_compile_and_hold_a_literal() {
    for (entry, patterns) in all().iter().zip(&dictionary().patterns) {
        for (pattern, score) in patterns {
            assert!(
                pattern.regex().is_some(),
                "{}: {}",
                entry.id,
                pattern.literal
            );
            assert!(
                pattern.literal.len() >= 6,
                "{}: {}",
                entry.id,
                pattern.literal
            );
            assert!((50..=100).contains(score), "{}", entry.id);
        }
    }
}

/// What goes wrong with a noisy sample, in a line; nothing if all is well.
fn complaint(entry: &Entry, plain: &Match, name: &str, noisy: &str) -> Option<String> {
    let all = explain(noisy);
    let Some(found) = all.first() else {
        return Some(format!("{} in {name}: nothing is found\n{noisy}", entry.id));
    };
    if found.id != entry.id {
        let ids: Vec<_> = all.iter().map(|m| (m.id.as_str(), m.score)).collect();
        return Some(format!("{} in {name}: {ids:?}\n{noisy}", entry.id));
    }
    if found.captures != plain.captures || found.case != plain.case {
        let (got, want) = (&found.captures, &plain.captures);
        return Some(format!(
            "{} in {name}: {got:?}, not {want:?}\n{noisy}",
            entry.id
        ));
    }
    let (start, end) = found.range?;
    let stretch = noisy.get(start..end).is_some_and(|text| !text.is_empty());
    let line = 1 + noisy[..start].matches('\n').count();
    (!stretch || found.line != line).then(|| format!("{} in {name}: wrong place", entry.id))
}

#[test]
fn every_sample_finds_its_entry_through_every_noise() {
    let mut complaints = Vec::new();
    for (entry, sample) in samples() {
        let Some(plain) = best(sample) else {
            complaints.push(format!("{} is not found: {sample}", entry.id));
            continue;
        };
        for (name, wrapper) in WRAPPERS {
            complaints.extend(complaint(entry, &plain, name, &wrapper(sample)));
        }
    }
    let some: Vec<&String> = complaints.iter().take(12).collect();
    assert!(complaints.is_empty(), "{}: {some:#?}", complaints.len());
}

/// A terminal cuts lines wherever they are full, also within words and digests.
#[test]
fn every_sample_finds_its_entry_through_cut_lines() {
    let mut complaints = Vec::new();
    for (entry, sample) in samples() {
        for (name, cut) in CUTS {
            let noisy = cut(sample);
            match best(&noisy) {
                Some(found) if found.id == entry.id => {}
                found => {
                    let id = found.map(|found| found.id);
                    complaints.push(format!("{} in {name}: {id:?}\n{noisy}", entry.id));
                }
            }
        }
    }
    let some: Vec<&String> = complaints.iter().take(12).collect();
    assert!(complaints.is_empty(), "{}: {some:#?}", complaints.len());
}

#[test]
fn every_error_of_a_log_is_reported_with_its_line() {
    let holds = |text: &str, other: &Entry| explain(text).iter().any(|m| m.id == other.id);
    let alike = |a: &Entry, b: &Entry| holds(sample_of(a), b) || holds(sample_of(b), a);
    let entries: Vec<&Entry> = all().iter().collect();
    for pair in entries.windows(2) {
        let [one, other] = pair else { continue };
        let alone: BTreeSet<String> = [one, other]
            .iter()
            .flat_map(|entry| explain(sample_of(entry)))
            .map(|found| found.id)
            .collect();
        let text = format!(
            "{}{}\n{}{}\n",
            build_log(8),
            sample_of(one),
            build_log(16),
            sample_of(other)
        );
        let found = explain(&text);
        let ids: BTreeSet<String> = found.iter().map(|found| found.id.clone()).collect();
        assert_eq!(ids, alone, "{text}");
        if alike(one, other) {
            continue;
        }
        for (entry, from) in [(one, 9), (other, 25 + sample_of(one).lines().count())] {
            let own = found
                .iter()
                .find(|found| found.id == entry.id)
                .expect("is there");
            let to = from + sample_of(entry).lines().count();
            assert!(
                (from..to).contains(&own.line),
                "{}: {}\n{text}",
                entry.id,
                own.line
            );
        }
    }
}

/// Logins, networks and disks are no artifact's fault: whatever says something about an artifact comes before them.
#[test]
fn what_is_about_no_artifact_stands_behind() {
    let (outside, inside): (Vec<&Entry>, Vec<&Entry>) =
        all().iter().partition(|entry| entry.weight == 0);
    assert!(
        outside.len() >= 9
            && outside
                .iter()
                .all(|e| e.rules.is_empty() && e.consumers.is_empty())
    );
    for (at, entry) in outside.iter().enumerate() {
        for known in inside.iter().skip(at % 7).step_by(7) {
            let text = format!("{}\nretrying\n{}\n", sample_of(entry), sample_of(known));
            let found = explain(&text);
            let ids: Vec<&str> = found.iter().map(|found| found.id.as_str()).collect();
            assert!(ids.contains(&entry.id.as_str()), "{ids:?} in {text}");
            assert!(
                inside.iter().any(|one| one.id == ids[0]),
                "{ids:?} in {text}"
            );
        }
    }
}

#[test]
fn a_vaguer_reading_of_the_same_words_is_no_error_of_its_own() {
    let found = explain(sample("quay-mixed-index"));
    assert_eq!(found[0].within, None);
    assert_eq!(found[1].id, "registry-manifest-invalid");
    assert_eq!(found[1].within.as_deref(), Some("quay-mixed-index"));
}

#[test]
fn what_a_text_names_is_pulled_out() {
    let text = "x\n  Failed to pull image \"reg.io/a/b:1\": \u{1b}[31mno matching manifest for linux/arm64/v8 in the manifest list entries\nsha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a is application/vnd.oci.empty.v1+json\n";
    let named: Vec<(MentionKind, String, usize, bool)> = mentions(text)
        .into_iter()
        .map(|m| (m.kind, m.value, m.line, m.known.is_some()))
        .collect();
    let digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    assert_eq!(
        named,
        [
            (MentionKind::Reference, "reg.io/a/b:1".to_string(), 2, false),
            (MentionKind::Digest, digest.to_string(), 3, true),
            (
                MentionKind::MediaType,
                "application/vnd.oci.empty.v1+json".to_string(),
                3,
                false
            ),
            (
                MentionKind::Platform,
                "linux/arm64/v8".to_string(),
                2,
                false
            ),
        ]
    );
    let found = best(text).expect("found");
    assert_eq!(found.captures["platform"], "linux/arm64/v8");
    let commands = fixes(&found);
    let pull = commands
        .iter()
        .find(|fix| fix.id == "other-platform")
        .expect("is there");
    // Never the platform that is missing.
    assert_eq!(
        pull.commands[0].text,
        "docker pull --platform OS/ARCH reg.io/a/b:1"
    );
}

#[test]
fn search_looks_at_ids_words_consumers_and_both_languages() {
    assert_eq!(search("").len(), all().len());
    assert_eq!(search("  ").len(), all().len());
    let ids = |query: &str| -> Vec<&str> {
        search(query)
            .iter()
            .map(|entry| entry.id.as_str())
            .collect()
    };
    assert!(ids("HELM-OCI").contains(&"helm-config-mediatype"));
    assert!(ids("umoci zstd").contains(&"umoci-layer-mediatype"));
    assert!(ids("索引 平台").contains(&"docker-no-matching-manifest"));
    assert_eq!(ids("argocd-too-many-layers"), ["argocd-too-many-layers"]);
    assert_eq!(ids("there is no such word anywhere"), Vec::<&str>::new());
}

#[test]
fn lines_cut_in_the_middle_of_words_are_joined() {
    for width in [60, 80, 100] {
        let sample = "ctr: wrong diff id calculated on extraction \"sha256:b4ad478450363f0a8020bb5552641fe6077e78fca48da4d77a979724a3ad2a72\"";
        let chars: Vec<char> = sample.chars().collect();
        let cut: Vec<String> = chars
            .chunks(width)
            .map(|line| line.iter().collect())
            .collect();
        let found = best(&cut.join("\n")).expect("found");
        assert_eq!(found.id, "containerd-wrong-diffid");
        assert_eq!(
            found.captures["got"],
            "sha256:b4ad478450363f0a8020bb5552641fe6077e78fca48da4d77a979724a3ad2a72"
        );
    }
}

#[test]
fn a_message_that_was_cut_at_its_end_is_known() {
    let whole = sample("istio-wasm-invalid-oci-image");
    let from = whole.find("(expect").expect("in the sample");
    for end in from..whole.len() {
        let found = best(&whole[..end]).expect("found");
        assert_eq!(found.id, "istio-wasm-invalid-oci-image");
        assert_eq!(
            found.captures["media_type"],
            "application/vnd.oci.empty.v1+json"
        );
        assert_eq!(found.case, Some(0));
    }
}

#[test]
fn escapes_of_paths_and_folded_yaml() {
    let windows = r"open C:\ProgramData\docker\tmp\docker-import-123456\repositories: The system cannot find the file specified.";
    assert_eq!(
        best(windows).expect("found").id,
        "docker-load-repositories-missing"
    );
    let folded = "message: \"failed to extract layer contents from artifact: requires gzip\\\n    -compressed body: gzip:\\\n    \\ invalid header\"";
    let found = best(folded).expect("found");
    assert_eq!(found.id, "flux-gzip-body");
    assert_eq!(found.captures["why"], "gzip: invalid header");
}

#[test]
fn the_type_of_the_last_layer_decides_the_cause() {
    let known = [
        (
            "application/vnd.oci.empty.v1+json",
            "real plugin layer is gone",
            "copy-verbatim",
        ),
        (
            "application/vnd.module.wasm.doc.v1+markdown",
            "order of the layers",
            "push-plugin-last",
        ),
        (
            "application/vnd.module.wasm.doc.v1.zh+markdown",
            "order of the layers",
            "push-plugin-last",
        ),
        (
            "application/vnd.module.wasm.spec.v1+yaml",
            "order of the layers",
            "push-plugin-last",
        ),
        (
            "application/vnd.module.wasm.icon.v1+png",
            "order of the layers",
            "push-plugin-last",
        ),
        (
            "application/vnd.oci.image.layer.v1.tar+zstd",
            "zstd",
            "recompress-gzip",
        ),
        (
            "application/vnd.oci.image.layer.v1.tar",
            "uncompressed tar",
            "push-plugin-tar",
        ),
        (
            "application/vnd.docker.image.rootfs.diff.tar.gzip",
            "mixed",
            "convert-oci",
        ),
        (
            "application/vnd.wasm.content.layer.v1+wasm",
            "wasm-to-oci",
            "push-plugin-tar",
        ),
        ("application/wasm", "wasm-to-oci", "push-plugin-tar"),
        (
            "application/vnd.module.wasm.content.layer.v1+wasm",
            "two layers",
            "push-wasm-two-layers",
        ),
        (
            "application/vnd.in-toto+json",
            "attestation",
            "keep-one-child",
        ),
        (
            "application/vnd.acme.thing",
            "The proxy needs",
            "push-plugin-tar",
        ),
    ];
    for (media_type, says, fix) in known {
        let text = format!(
            "could not parse as compat variant: invalid media type {media_type} (expect application/vnd.oci.image.layer.v1.tar+gzip)"
        );
        let found = best(&text).expect("found");
        assert_eq!(found.id, "istio-wasm-invalid-oci-image");
        assert_eq!(found.captures["media_type"], media_type);
        let words = cause(&found).expect("known").render(Lang::En);
        assert!(words.contains(says), "{media_type}: {words}");
        assert_eq!(fixes(&found)[0].id, fix, "{media_type}");
    }
}

#[test]
fn chinese_searches() {
    let known = [
        (
            "报错：层数必须为 2，但实际为 1",
            "istio-wasm-invalid-oci-image",
        ),
        ("层数必须为2", "istio-wasm-invalid-oci-image"),
        (
            "无法解析为 compat 变体：媒体类型无效",
            "istio-wasm-invalid-oci-image",
        ),
        ("压缩包中找不到 plugin.wasm", "istio-wasm-plugin-not-found"),
        ("无法识别的镜像格式", "containerd-unrecognized-image-format"),
        ("归档中不包含 manifest.json", "docker-load-no-manifest-json"),
        (
            "未找到媒体类型为“application/x”的层",
            "flux-layer-mediatype-not-found",
        ),
        ("无效的 tar 头", "tar-invalid-header"),
    ];
    for (text, id) in known {
        let found = best(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(found.id, id, "{text}");
        assert!(found.score < 60, "{text}");
    }
}

#[test]
fn hostile_texts_end_soon_and_harmlessly() {
    let mut texts: Vec<String> = [
        "a", "\n", "\\", "\u{1b}[", "[0;", "&amp;", "\"", "'", "层", "\r\n", "1:2:3 ", "│",
    ]
    .iter()
    .map(|piece| piece.repeat(2 * limits::ERROR_TEXT_BYTES / piece.len()))
    .collect();
    let literals: String = dictionary()
        .patterns
        .iter()
        .flatten()
        .map(|(pattern, _)| pattern.literal.replace(':', ": "))
        .collect();
    texts.push(literals.repeat(limits::ERROR_TEXT_BYTES / literals.len() + 2));
    let started = std::time::Instant::now();
    for text in &texts {
        explain(text);
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn of_a_huge_text_both_ends_are_read() {
    let sample = "\nctr: unrecognized image format\n";
    let filler = "x ".repeat(limits::ERROR_TEXT_BYTES);
    for text in [format!("{sample}{filler}"), format!("{filler}{sample}")] {
        let found = best(&text).expect("found");
        let (start, end) = found.range.expect("a match has a range");
        assert_eq!(&text[start..end], "unrecognized image format");
    }
}

#[test]
fn any_text_is_survived() {
    proptest::proptest!(|(text in "(?s).{0,400}", at in 0usize..200)| {
        explain(&text);
        let (_, sample) = samples().nth(at % samples().count()).expect("in range");
        let half = sample.len() / 2;
        let cut = (0..=half).rev().find(|at| sample.is_char_boundary(*at)).unwrap_or(0);
        for found in explain(&format!("{}{text}{}", &sample[..cut], &sample[cut..])) {
            cause(&found).expect("known").render(Lang::Zh);
            fixes(&found);
        }
    });
}

#[test]
fn vaguer_entries_stand_behind() {
    let text = sample("istio-wasm-plugin-not-found");
    let found = explain(text);
    assert_eq!(found[0].id, "istio-wasm-plugin-not-found");
    assert_eq!(found[1].id, "istio-wasm-invalid-oci-image");
    assert!(found[1].score + VAGUER <= found[0].score);
}

#[test]
fn what_a_shell_would_execute_never_gets_into_a_command() {
    let hostile = "The image manifest or layer media type for the source image $(reboot)&&x/y:1 is not supported";
    let found = best(hostile).expect("found");
    for fix in fixes(&found) {
        for command in fix.commands {
            assert!(!command.text.contains("reboot"), "{}", command.text);
        }
    }
    let harmless =
        "The image manifest or layer media type for the source image reg.io/x/y:1 is not supported";
    let commands = fixes(&best(harmless).expect("found"));
    assert!(
        commands[0].commands[0]
            .text
            .contains("-t reg.io/x/y:1 --push")
    );
}

#[test]
fn json_as_documented() {
    let found = best("could not parse as oci variant: number of layers must be 2 but got 3");
    let json = serde_json::to_value(found.expect("found")).expect("JSON");
    assert_eq!(json["id"], "istio-wasm-invalid-oci-image");
    assert_eq!(json["captures"]["layers"], "3");
    assert_eq!(json["score"], 100);
}

fn all_words() -> Vec<(String, &'static Words)> {
    let mut words = Vec::new();
    for entry in all() {
        assert!(placeholders(&entry.title.en).is_empty(), "{}", entry.id);
        for text in [&entry.title, &entry.cause, &entry.proof] {
            words.push((entry.id.clone(), text));
        }
        for case in &entry.cases {
            words.push((entry.id.clone(), &case.cause));
        }
    }
    for (id, remedy) in &dictionary().remedies {
        words.push((id.clone(), &remedy.title));
    }
    words
}

fn is_han(ch: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&ch)
}

#[test]
fn both_languages_say_the_same_with_the_same_values() {
    for (id, words) in all_words() {
        assert!(!words.en.is_empty() && words.zh.chars().any(is_han), "{id}");
        assert!(!words.en.chars().any(is_han), "{id}: {}", words.en);
        let mut en = placeholders(&words.en);
        let mut zh = placeholders(&words.zh);
        en.sort_unstable();
        zh.sort_unstable();
        assert_eq!(en, zh, "{id}");
        assert_eq!(words.en.matches('`').count() % 2, 0, "{id}");
        assert_eq!(words.zh.matches('`').count() % 2, 0, "{id}");
        for code in words.en.split('`').skip(1).step_by(2) {
            assert!(words.zh.contains(&format!("`{code}`")), "{id}: {code}");
        }
    }
}

#[test]
fn values_in_words_are_captured_by_a_pattern() {
    for (entry, sources) in all().iter().map(|entry| (entry, &entry.patterns)) {
        let mut names: Vec<String> = Vec::new();
        for source in sources {
            let re = match source {
                PatternSource::Plain(re) | PatternSource::Scored { re, .. } => re,
            };
            names.extend(
                Pattern::new(re)
                    .regex()
                    .expect("compiles")
                    .capture_names()
                    .flatten()
                    .map(str::to_string),
            );
        }
        let cases = entry.cases.iter().map(|case| &case.cause);
        for words in [&entry.cause, &entry.proof].into_iter().chain(cases) {
            for name in placeholders(&words.en) {
                assert!(
                    names.iter().any(|known| known == name),
                    "{}: {name}",
                    entry.id
                );
            }
        }
        for case in &entry.cases {
            assert!(
                names.contains(&case.when.capture),
                "{}: {}",
                entry.id,
                case.when.capture
            );
        }
    }
}

#[test]
fn the_tone() {
    for (id, words) in all_words() {
        for bad in ["please", "simply", "just ", "!", "！", "请"] {
            let text = words.en.to_lowercase();
            let exempt = bad == "!" && words.en.contains("`#!`");
            assert!(exempt || !text.contains(bad), "{id}: {bad}");
            assert!(
                exempt || bad == "请" && words.zh.contains("请求") || !words.zh.contains(bad),
                "{id}: {bad}"
            );
        }
        let chars: Vec<char> = words.zh.chars().collect();
        for pair in chars.windows(2) {
            let touches =
                |a: char, b: char| is_han(a) && (b.is_ascii_alphanumeric() || "`{".contains(b));
            let after =
                |a: char, b: char| (a.is_ascii_alphanumeric() || "`}".contains(a)) && is_han(b);
            assert!(
                !touches(pair[0], pair[1]) && !after(pair[0], pair[1]),
                "{id}: {}",
                words.zh
            );
            assert!(
                !(is_han(pair[0]) && ",;:!?(".contains(pair[1])),
                "{id}: {}",
                words.zh
            );
        }
    }
}
