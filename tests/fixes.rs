//! The commands that mend things, run as they are printed on the very artifact that was refused: they have to succeed, and
//! the consumer that refused has to accept what comes out. Only commands that begin with what the person has in hand can be
//! run so; "fetch it again from where it is whole" cannot.

mod kit;
mod peer;

use kit::{Files, good_layout};
use peer::{Registry, Scratch, check, have, output, write_folder};
use pullcheck::consumers;
use pullcheck::examples::gallery;
use pullcheck::report::{Decision, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The tools that Debian has.
const TOOLS: [&str; 3] = ["skopeo", "tar", "sh"];

/// What a command leaves behind, by the names that the commands use.
const LEFT: [&str; 5] = ["fixed", "fixed.tar", "layout", "image.tar", "plain.tar"];

/// A command for a refusal.
struct Trial {
    artifact: String,
    files: Files,
    consumer: String,
    command: String,
    fix: String,
}

/// Every command that can be run here, each once for an artifact and a consumer.
fn trials() -> Vec<Trial> {
    let mut given: Vec<(String, Files)> = gallery::all()
        .map(|example| (example.id.to_string(), example.files()))
        .collect();
    given.extend(shapes());
    given.extend(peer::artifacts::all().into_iter().filter_map(|artifact| {
        let items = artifact.items()?;
        Some((artifact.name.clone(), Files::tar("image.tar", &items)))
    }));
    let mut found = Vec::new();
    for (artifact, files) in given {
        let mut seen = BTreeSet::new();
        for verdict in files.report().verdicts {
            if verdict.verdict != Decision::Refuses {
                continue;
            }
            let consumer = exactly(&verdict);
            for fix in &verdict.fixes {
                for command in &fix.commands {
                    let text = command.text.clone();
                    let own = runnable(&text, &files.name) && TOOLS.contains(&&*command.tool);
                    if own && seen.insert((verdict.consumer.clone(), text.clone())) {
                        found.push(Trial {
                            artifact: artifact.clone(),
                            files: files.clone(),
                            consumer: consumer.clone(),
                            command: text,
                            fix: fix.id.clone(),
                        });
                    }
                }
            }
        }
    }
    found
}

/// Ordinary images in every wrapping that people have in hand.
fn shapes() -> Vec<(String, Files)> {
    let tar = good_layout().tar();
    let (_, bytes) = tar.items[0].clone();
    vec![
        ("layout as a tar".to_string(), tar),
        ("layout as a folder".to_string(), good_layout().folder()),
        (
            "layout as a tar.gz".to_string(),
            Files::file("image.tar.gz", kit::gzip(&bytes)),
        ),
        (
            "layout as a tar.zst".to_string(),
            Files::file("image.tar.zst", kit::zstd(&bytes)),
        ),
        (
            "docker-archive".to_string(),
            Files::tar("saved.tar", &kit::good_docker_archive()),
        ),
        ("buildx".to_string(), kit::cases::buildx_index().tar()),
        ("zstd layers".to_string(), kit::cases::zstd_image().tar()),
    ]
}

/// Whether a command begins with what is in hand, and names nothing that only the reader knows.
fn runnable(text: &str, file: &str) -> bool {
    let mine = [":", " ", "./"]
        .iter()
        .any(|before| text.contains(&format!("{before}{file}")));
    let elsewhere = text.contains("docker://") && !text.contains("docker://REGISTRY/");
    let places = [
        "SOURCE-REGISTRY",
        "NAME:",
        "DIGEST",
        "IMAGE",
        "FOLDER",
        "trivy",
        "apptainer",
        ":@",
        "-xOf",
    ];
    mine && !elsewhere && !places.iter().any(|place| text.contains(place))
}

/// The consumer and a version that the verdict is about.
fn exactly(verdict: &Verdict) -> String {
    let consumer = consumers::find(&verdict.consumer).unwrap();
    let range = consumer
        .ranges
        .iter()
        .find(|range| range.versions.shown == verdict.versions)
        .unwrap();
    match range.versions.spans.first() {
        Some((from, _)) if !from.is_empty() => format!("{}@{from}", consumer.id),
        Some((_, before)) if !before.is_empty() => format!("{}@0.0.1", consumer.id),
        _ => consumer.id.to_string(),
    }
}

/// skopeo as the tests need it: without a policy file, and with a registry that has no certificate.
fn wrap_skopeo(folder: &Path) {
    let script = "#!/bin/sh\nPATH=${PATH#*:}\nverb=$1\nshift\nexec skopeo --insecure-policy \"$verb\" --src-tls-verify=false --dest-tls-verify=false \"$@\"\n";
    let path = folder.join("skopeo");
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Runs a command as a person would, and gives what it left behind.
fn run(trial: &Trial, folder: &Path, registry: &Registry) -> Result<String, String> {
    write_folder(folder, &laid_out(&trial.files));
    let wrapper = folder.join("wrapper");
    fs::create_dir_all(&wrapper).unwrap();
    wrap_skopeo(&wrapper);
    let mut command = trial
        .command
        .replace("REGISTRY/REPO", &format!("{}/repo", registry.address()));
    let pushed = command
        .split_whitespace()
        .last()
        .filter(|word| word.starts_with("docker://"))
        .map(str::to_string);
    if let Some(pushed) = pushed {
        command.push_str(&format!("\nskopeo copy --all {pushed} oci:fixed:latest"));
    }
    let script = format!(
        "set -e\nexport PATH={}:$PATH\n{command}\n",
        wrapper.display()
    );
    let before: Vec<bool> = LEFT.iter().map(|name| folder.join(name).exists()).collect();
    let (succeeded, said) = output("bash", folder, &["-c", &script]);
    if !succeeded {
        return Err(said);
    }
    LEFT.iter()
        .zip(before)
        .find(|(name, before)| !before && folder.join(name).exists())
        .map(|(name, _)| (*name).to_string())
        .ok_or_else(|| format!("nothing new: {said}"))
}

/// The files as they lie on a disk: a folder under its own name.
fn laid_out(files: &Files) -> Vec<(String, Vec<u8>)> {
    match files.items.as_slice() {
        [(path, _)] if *path == files.name => files.items.clone(),
        items => items
            .iter()
            .map(|(path, bytes)| (format!("{}/{path}", files.name), bytes.clone()))
            .collect(),
    }
}

#[test]
fn what_is_mended_is_accepted() {
    if !["skopeo", "docker-registry", "zstd"]
        .iter()
        .all(|program| have(program))
    {
        return;
    }
    let place = Scratch::new("fixes-registry");
    let registry = Registry::start(place.path());
    let mut mended: BTreeMap<String, usize> = BTreeMap::new();
    let mut broken = Vec::new();
    for trial in trials() {
        let scratch = Scratch::new("fixes");
        let folder = scratch.path();
        let end = run(&trial, folder, &registry).and_then(|left| {
            let (_, report) = check(folder, &[&left, "--consumer", &trial.consumer]);
            let refused = report["verdicts"]
                .as_array()
                .unwrap()
                .iter()
                // What could not be settled from a version's source stays open, mended or not.
                .find(|verdict| verdict["verdict"] == "refuses")
                .map(|verdict| format!("{left}: {} {}", verdict["error"], verdict["because"]));
            refused.map_or(Ok(()), Err)
        });
        match end {
            Ok(()) => *mended.entry(trial.fix).or_default() += 1,
            Err(why) => broken.push(format!(
                "{} for {} ({}): {}\n    {}",
                trial.artifact,
                trial.consumer,
                trial.fix,
                trial.command,
                why.trim().lines().last().unwrap_or_default()
            )),
        }
    }
    assert!(
        broken.is_empty(),
        "{} of them:\n{}",
        broken.len(),
        broken.join("\n")
    );
    assert!(mended.values().sum::<usize>() >= 60, "{mended:?}");
}
