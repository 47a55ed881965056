//! Names of images as `docker-archive:` takes them: in `RepoTags`, and after the path.

use super::Run;
use super::docker_archive::Archive;
use super::transport::Asked;
use crate::consumers::Stop;
use crate::consumers::go_archive::quoted;
use crate::place::Locus;
use crate::spec::reference;
use crate::text::say;

/// `Reader.List`: every tag of every image, and images without a tag by their position.
pub(in crate::consumers) fn docker_references(run: &mut Run) -> Result<Vec<Asked>, Stop> {
    let archive = Archive::open(run, &Asked::Only)?;
    let mut references = Vec::new();
    for (position, image) in archive.images.iter().enumerate() {
        let tags = image.tags();
        if tags.is_empty() {
            references.push(Asked::At(position));
        }
        for tag in tags {
            let error = name_error(tag);
            let tagless = tagged(tag) != normalized(tag) || tag.contains('@');
            let at = Some(
                archive
                    .document
                    .locus(&format!("{}/RepoTags", image.pointer)),
            );
            if error.is_some() || tagless {
                let because = say(
                    "{who} cannot take {tag} in `RepoTags` for an image name with a tag.",
                    "{who} 无法把 `RepoTags` 中的 {tag} 当作带标签的镜像名。",
                )
                .code("tag", tag);
                let text = match error.filter(|_| !tag.contains('@')) {
                    Some(error) => format!(
                        "Invalid tag {} in manifest item @{position}: {error}",
                        quoted(tag)
                    ),
                    None => format!("Invalid tag {tag} (…): does not contain a tag"),
                };
                return Err(run.refuse(text, because, at));
            }
            references.push(Asked::Named(tag.to_string()));
        }
    }
    Ok(references)
}

/// Why a text is no image name.
fn name_error(name: &str) -> Option<&'static str> {
    let whole = normalized(name);
    let path = whole.split_once('/').map_or("", |(_, path)| path);
    if path
        .split(':')
        .next()
        .is_some_and(|path| path.to_lowercase() != path)
    {
        Some("invalid reference format: repository name must be lowercase")
    } else if !reference::is_tagged(&tagged(name)) {
        Some("invalid reference format")
    } else {
        None
    }
}

/// `ParseReference`: a name with a tag, or none, which is `latest`.
pub(super) fn check_name(run: &mut Run, name: &str) -> Result<(), Stop> {
    let error = if name.contains('@') {
        format!("reference does not include a tag: {name}")
    } else {
        match name_error(name) {
            Some(error) => format!("docker-archive parsing reference: {error}"),
            None => return Ok(()),
        }
    };
    let because = say(
        "{who} cannot ask for the name {name}: it is no image name with a tag.",
        "{who} 无法用名称 {name} 指定镜像：它不是带标签的镜像名。",
    )
    .code("name", name);
    Err(run.refuse(error, because, Some(Locus::whole("manifest.json"))))
}

/// A name as it is asked for: normalized, and with a tag.
pub(super) fn tagged(name: &str) -> String {
    let whole = normalized(name);
    let last = whole.rsplit('/').next().unwrap_or_default();
    match last.contains(':') || last.contains('@') {
        true => whole,
        false => format!("{whole}:latest"),
    }
}

/// A name as `reference.ParseNormalizedNamed` shows it, as far as two names have to be compared.
pub(super) fn normalized(name: &str) -> String {
    let (domain, rest) = match name.split_once('/') {
        Some((domain, rest))
            if domain.contains(['.', ':'])
                || domain == "localhost"
                || domain.to_lowercase() != domain =>
        {
            (domain, rest)
        }
        _ => ("docker.io", name),
    };
    match (domain, rest.contains('/')) {
        ("docker.io" | "index.docker.io", false) => format!("docker.io/library/{rest}"),
        ("index.docker.io", true) => format!("docker.io/{rest}"),
        _ => format!("{domain}/{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalized_as_docker_does() {
        for (name, whole) in [
            ("a:1", "docker.io/library/a:1"),
            ("b/a:1", "docker.io/b/a:1"),
            ("localhost/a:1", "localhost/a:1"),
            ("r.io:5000/b/a:1", "r.io:5000/b/a:1"),
        ] {
            assert_eq!(normalized(name), whole);
        }
    }
}
