//! What the person has in hand, as tools are told of it: it fills the places in the commands of remedies, so that what is
//! copied is about their own file, image and platform. A name that cannot be typed as it is stays a place-holder.
//!
//! Places: `{source}` skopeo's name for the image in hand; `{file}` the file or folder; `{tag}` the tag alone; `{name}`
//! name and tag; `{list}` what shows `index.json`; `{reference}` the name in a registry; `{decompress}` what writes the plain file; `{os}` and
//! `{arch}` the platform that was chosen.

use super::{Names, typeable};
use crate::artifact::documents::Claims;
use crate::artifact::kinds::{InputKind, Packaging};
use crate::consumers::containers_image::Transport;
use crate::consumers::libraries::platform::Wanted;
use crate::consumers::settings::PLATFORM;
use crate::consumers::{self, Case, Choices, Consumer, Range, Stop, Trace, holds};
use crate::fixes::Fix;
use std::cell::OnceCell;

/// What the person has in hand.
pub(in crate::consumers) struct Held {
    places: Vec<(&'static str, String)>,
    /// Whether it is an index without the platform that was chosen: then only a build gives one.
    lacks_platform: bool,
    /// Whether a platform can be chosen in it.
    chooses: bool,
}

impl Held {
    /// Fills the places in the remedies for a case of a consumer, and leaves out commands that could not work.
    pub fn fill_in(case: &Case, consumer: &Consumer, fixes: &mut Vec<Fix>) {
        if !fixes.is_empty() {
            Held::of(case, consumer).fill(case, fixes);
            let empty = |fix: &Fix| fix.commands.is_empty() && fix.id != "upgrade";
            let any = fixes.iter().any(|fix| !empty(fix));
            fixes.retain(|fix| !any || !empty(fix));
        }
    }

    fn of(case: &Case, consumer: &Consumer) -> Held {
        let inventory = case.inventory;
        let names = Names::of(case);
        let own = case
            .root
            .and_then(|root| root.name.as_deref())
            .map(str::trim)
            .filter(|name| !typeable(name, "").is_empty() && !name.contains('@'));
        let folder = matches!(inventory.packaging, Packaging::Folder);
        let usual = if folder { "DIR" } else { "image.tar" };
        // skopeo ends the path at a colon.
        let file = match typeable(&inventory.name, usual) {
            name if name.contains(':') => usual,
            name => name.trim_end_matches('/'),
        };
        let whole = matches!(
            inventory.packaging,
            Packaging::Tar | Packaging::Gzip | Packaging::Zstd
        );
        // Of a single image skopeo needs no name, and up to 1.18 it finds some only without.
        let several = inventory.roots.len() > 1;
        let chosen = own
            .filter(|_| several)
            .map_or_else(String::new, |name| format!(":{name}"));
        let source = match inventory.kind {
            InputKind::OciLayout if whole => format!("oci-archive:{file}{chosen}"),
            InputKind::OciLayout if folder => format!("oci:{file}{chosen}"),
            InputKind::DockerArchive | InputKind::DockerArchiveWithOciLayout if whole => {
                format!("docker-archive:{file}{chosen}")
            }
            _ if Transport::of(case) == Some(Transport::Folder) => format!("dir:{file}"),
            _ => format!("docker://{}", names.reference),
        };
        let index = inventory.blob_at("index.json");
        let index = index.and_then(|blob| inventory.entries.iter().find(|e| e.blob == Some(blob)));
        let index = index.map_or("index.json", |entry| entry.raw_path());
        let list = match folder {
            true => format!("cat {file}/index.json"),
            false => format!("tar -xOf {file} {}", typeable(index, "index.json")),
        };
        let tag = own.map_or("latest", |name| {
            let last = name.rsplit('/').next().unwrap_or(name);
            last.rsplit_once(':').map_or(
                if name.contains('/') { "latest" } else { name },
                |(_, tag)| tag,
            )
        });
        let plain = |name: &&str| {
            let repository = name.rsplit_once(':').map_or(*name, |(before, _)| before);
            !repository.contains(|c: char| c.is_ascii_uppercase())
        };
        let named = own.filter(|name| name.contains(['/', ':'])).filter(plain);
        let platform = consumer
            .settings
            .iter()
            .find(|setting| setting.id == PLATFORM.id)
            .map_or(PLATFORM.default, |setting| case.set(setting));
        let wanted = Wanted::read(platform);
        let part = |part: fn(&Wanted) -> &String, usual: &str| {
            wanted
                .as_ref()
                .map_or_else(|| usual.to_string(), |wanted| part(wanted).clone())
        };
        let lacks_platform = wanted.as_ref().is_some_and(|wanted| lacks(case, wanted));
        let decompress = match inventory.packaging {
            Packaging::Zstd => "zstd -dc",
            _ => "gunzip -c",
        };
        let places = vec![
            ("{source}", source),
            ("{list}", list),
            ("{file}", file.to_string()),
            ("{tag}", tag.to_string()),
            (
                "{name}",
                named.map_or_else(|| format!("NAME:{tag}"), str::to_string),
            ),
            ("{reference}", names.reference),
            ("{decompress}", decompress.to_string()),
            ("{os}", part(|wanted| &wanted.os, "linux")),
            ("{arch}", part(|wanted| &wanted.architecture, "amd64")),
        ];
        Held {
            places,
            lacks_platform,
            chooses: matches!(
                case.document().map(|document| &document.claims),
                Ok(Claims::Index(_)) | Err(_)
            ) || inventory.roots.len() > 1,
        }
    }

    fn fill(&self, case: &Case, fixes: &mut [Fix]) {
        // Each of these replays somebody, so only a command that depends on it asks.
        let (copies, archives, store_loads) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        let copies = || *copies.get_or_init(|| copied_to(case, "oci"));
        let archives =
            || *archives.get_or_init(|| copied_to(case, "docker-archive") && fits_docker(case));
        let store_loads = || *store_loads.get_or_init(|| loads(case));
        for fix in fixes.iter_mut() {
            fix.commands.retain(|one| {
                let platform = one.tool == "docker" || !one.text.contains("{os}");
                let source = !one.text.contains("{source}");
                let archive = !(fix.id == "to-docker-archive" && one.tool == "skopeo");
                let store = fix.id != "docker-containerd-store";
                let chosen = !(fix.id == "single-platform" && one.tool == "skopeo");
                (platform || !self.lacks_platform)
                    && (source || copies())
                    && (archive || archives())
                    && (store || store_loads())
                    && (chosen || self.chooses)
            });
        }
        for command in fixes.iter_mut().flat_map(|fix| &mut fix.commands) {
            for (place, value) in &self.places {
                if command.text.contains(place) {
                    command.text = command.text.replace(place, value);
                }
            }
        }
    }
}

/// Whether the artifact is an index whose entries all name other platforms.
fn lacks(case: &Case, wanted: &Wanted) -> bool {
    let Ok(document) = case.document() else {
        return false;
    };
    let Claims::Index(index) = &document.claims else {
        return false;
    };
    index.manifests().iter().all(|entry| {
        entry.platform.value().is_some_and(|platform| {
            platform.os != wanted.os || platform.architecture != wanted.architecture
        })
    })
}

/// The skopeo of Debian 12, which many still have.
const STABLE: &str = "1.9.3";

/// Whether neither that skopeo nor the newest known here refuses to copy it there: a command that does it would fail.
fn copied_to(case: &Case, to: &str) -> bool {
    let Some(skopeo) = consumers::find("skopeo") else {
        return true;
    };
    // The commands give no name where there is one image only.
    let mut choices = Choices::default();
    let named = case.inventory.roots.len() > 1;
    let none = named || choices.read("skopeo.reference=none").is_ok();
    if !none || choices.read(&format!("skopeo.to={to}")).is_err() {
        return true;
    }
    let case = Case {
        consumer: skopeo.id,
        choices: &choices,
        ..*case
    };
    let refuses = |range: &Range| {
        let end = (range.replay)(&case, &mut Trace::default());
        matches!(end, Err(Stop::Refuse(_)))
    };
    let stable = skopeo
        .ranges
        .iter()
        .find(|range| holds(&range.versions, STABLE));
    !stable.into_iter().chain(skopeo.ranges.last()).any(refuses)
}

/// Whether Docker's containerd store takes it, and does not say of it that nothing can run.
fn loads(case: &Case) -> bool {
    let Some(docker) = consumers::find("docker-load-containerd") else {
        return true;
    };
    let case = Case {
        consumer: docker.id,
        ..*case
    };
    let helps = |range: &Range| match (range.replay)(&case, &mut Trace::default()) {
        Ok(accept) => !accept.fixes.iter().any(|fix| fix.id == "rebuild-image"),
        Err(stop) => !matches!(stop, Stop::Refuse(_)),
    };
    !case.inventory.roots.is_empty() && docker.ranges.iter().all(helps)
}

/// Whether the config of the image is for Linux and names the layers as they are, which no conversion changes and which
/// Docker looks at whenever it loads. What is not known is taken for right.
fn fits_docker(case: &Case) -> bool {
    let Ok(document) = case.document() else {
        return true;
    };
    let Claims::Manifest(manifest) = &document.claims else {
        return true;
    };
    let config = manifest.config.value();
    let Some(Ok(config)) = config.map(|d| case.inventory.target(document, d)) else {
        return true;
    };
    let Claims::Config(config) = &config.claims else {
        return true;
    };
    let (ids, layers) = (config.diff_ids(), manifest.layers());
    let right = layers.iter().zip(&ids).all(|(layer, id)| {
        let facts = case.inventory.facts(document, layer).ok();
        let own = facts.and_then(|facts| facts.diff_id());
        own.is_none_or(|own| own == *id)
    });
    matches!(config.os.text(), "" | "linux") && ids.len() == layers.len() && right
}
