//! Media types that ecosystems around the specification use, by the prefix that each of them has for itself.
//! It says whose a type is, and nothing about what its content has to be.
//!
//! Sources: the projects' own constants, as they stood in 2026.

/// A prefix and who uses it.
const PREFIXES: [(&str, &str); 38] = [
    ("application/vnd.cncf.helm.", "Helm"),
    ("application/vnd.helm.", "Helm"),
    ("application/vnd.cncf.flux.", "Flux"),
    ("application/vnd.cncf.notary.", "Notary Project"),
    ("application/vnd.cncf.openpolicyagent.", "Open Policy Agent"),
    ("application/vnd.cncf.model.", "ModelPack"),
    ("application/vnd.cnai.model.", "ModelPack"),
    ("application/vnd.cncf.falco.", "Falco"),
    ("application/vnd.cncf.kyverno.", "Kyverno"),
    ("application/vnd.cncf.artifacthub.", "Artifact Hub"),
    ("application/vnd.cncf.oras.", "ORAS"),
    ("application/vnd.cnab.", "CNAB"),
    ("application/vnd.oras.", "ORAS"),
    ("application/vnd.unknown.", "ORAS"),
    ("application/vnd.dev.cosign.", "cosign"),
    ("application/vnd.dev.sigstore.", "Sigstore"),
    ("application/vnd.dsse.", "DSSE"),
    ("application/vnd.in-toto", "in-toto"),
    ("application/vnd.cyclonedx", "CycloneDX"),
    ("application/vnd.syft", "Syft"),
    ("application/vnd.aquasec.", "Trivy"),
    ("application/vnd.docker.", "Docker"),
    ("application/vnd.buildkit.", "BuildKit"),
    ("application/vnd.module.wasm.", "Wasm plugins"),
    ("application/vnd.wasm.", "WebAssembly"),
    ("application/vnd.bytecodealliance.", "Bytecode Alliance"),
    ("application/vnd.fermyon.spin.", "Spin"),
    ("application/vnd.sylabs.", "Singularity"),
    ("application/vnd.stacker.", "stacker"),
    ("application/vnd.erofs.", "EROFS"),
    ("application/vnd.amazon.soci.", "SOCI"),
    ("application/vnd.gardener.", "Gardener"),
    ("application/vnd.ocm.", "Open Component Model"),
    ("application/vnd.devcontainers", "Dev Containers"),
    ("application/vnd.devfileio.", "devfile"),
    ("application/vnd.ollama.", "Ollama"),
    ("application/vnd.goharbor.", "Harbor"),
    ("application/vnd.opentofu.", "OpenTofu"),
];

/// Whose a media type is; none for a type of nobody who is known here.
pub fn maker(media_type: &str) -> Option<&'static str> {
    PREFIXES
        .iter()
        .find(|(prefix, _)| media_type.starts_with(prefix))
        .map(|(_, maker)| *maker)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_belong_to_their_makers() {
        assert_eq!(
            maker("application/vnd.cncf.helm.config.v1+json"),
            Some("Helm")
        );
        assert_eq!(
            maker("application/vnd.dev.cosign.simplesigning.v1+json"),
            Some("cosign")
        );
        assert_eq!(maker("application/vnd.acme.thing"), None);
        assert_eq!(maker("text/plain"), None);
    }
}
