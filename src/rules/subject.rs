//! What a rule is about and where it comes from, read off its id and its place in the specification. It checks nothing.

use super::{Rule, all};
use crate::text::{Text, text};

/// The subjects, by the beginning of their rules' ids, in the order in which a reader meets them.
const SUBJECTS: [(&str, Text); 15] = [
    ("json-", text("JSON documents", "JSON 文档")),
    ("digest-", text("Digests", "摘要")),
    ("descriptor-", text("Descriptors", "描述符（descriptor）")),
    ("media-type-", text("Media types", "媒体类型")),
    ("manifest-", text("Manifests", "清单")),
    ("index-", text("Indexes", "索引")),
    ("platform-", text("Platforms", "平台")),
    ("config-", text("Configs", "配置")),
    ("annotation-", text("Annotations", "注解")),
    ("layout-", text("OCI layouts", "OCI 布局")),
    ("archive-", text("Archives", "归档")),
    ("docker-archive-", text("Docker archives", "Docker 归档")),
    ("layer-", text("Layers", "层")),
    ("tar-", text("Tar entries of layers", "层中的 tar 条目")),
    ("whiteout-", text("Whiteouts", "whiteout 文件")),
];

/// Place of the image specification's documents.
const IMAGE_SPEC: &str = "https://github.com/opencontainers/image-spec/blob/";

/// The subjects: the beginning of their rules' ids without its hyphen, and their names.
pub fn subjects() -> impl Iterator<Item = (&'static str, Text)> {
    let id = |start: &'static str| start.trim_end_matches('-');
    SUBJECTS.iter().map(move |(start, name)| (id(start), *name))
}

/// All rules by subject; each in the order of [`all`].
pub fn by_subject() -> impl Iterator<Item = (Text, Vec<&'static Rule>)> {
    SUBJECTS.iter().map(|(start, name)| {
        let rules = all().filter(|rule| rule.id.starts_with(start));
        (*name, rules.collect())
    })
}

impl Rule {
    /// The address of its place in the specification; none where it does not come from the image specification.
    pub fn address(&self) -> Option<String> {
        let (document, anchor) = self.spec.split_once('#').unwrap_or((self.spec, ""));
        if !document.ends_with(".md") {
            return None;
        }
        let version = if self.since == "main" {
            "main"
        } else {
            "v1.1.1"
        };
        let mut address = format!("{IMAGE_SPEC}{version}/{document}");
        if !anchor.is_empty() {
            address.push('#');
            address.push_str(anchor);
        }
        Some(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::find;

    #[test]
    fn every_rule_has_exactly_one_subject() {
        let mut ids: Vec<&str> = by_subject()
            .flat_map(|(_, rules)| rules)
            .map(|r| r.id)
            .collect();
        assert!(by_subject().all(|(_, rules)| !rules.is_empty()));
        let mut expected: Vec<&str> = all().map(|rule| rule.id).collect();
        ids.sort_unstable();
        expected.sort_unstable();
        assert_eq!(ids, expected);
    }

    #[test]
    fn addresses_lead_to_the_version_that_has_the_text() {
        let address = |id: &str| find(id).unwrap().address();
        assert_eq!(
            address("digest-syntax").as_deref(),
            Some("https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests")
        );
        assert!(address("digest-blake3-encoded").unwrap().contains("/main/"));
        assert_eq!(address("layer-gzip-truncated"), None);
    }
}
