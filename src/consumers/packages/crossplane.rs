//! Crossplane fetching a package: the first `package.yaml` in the layer that is marked as its base, or in the whole file
//! system where no layer is marked. The config is never looked at.
//!
//! Read in crossplane/crossplane-runtime `pkg/xpkg/client.go` (`Get`, `ExtractPackageYAML`) and `pkg/xpkg/name.go`.

use crate::artifact::documents::Manifest;
use crate::artifact::{Missing, Why};
use crate::bytes::blob::{BlobFacts, Compression};
use crate::consumers::ggcr::{self, Image, Layer, PlatformText, within};
use crate::consumers::go_archive::{self, Content, TarEnd, UNEXPECTED_EOF};
use crate::consumers::pulled::{self, refuse};
use crate::consumers::remedies::Names;
use crate::consumers::{Accept, Case, Consumer, Range, Scope, Source, Stop, Trace, Versions};
use crate::fixes::Fix;
use crate::place::Locus;
use crate::text::{say, text};

const WHO: &str = "Crossplane";
const KEY: &str = "io.crossplane.xpkg";
const BASE: &str = "base";
const FILE: &str = "package.yaml";
/// What is read of it at most (`maxPackageSize`).
const LARGEST: u64 = 200 << 20;

/// Crossplane.
pub static CROSSPLANE: Consumer = Consumer {
    id: "crossplane-xpkg",
    name: "Crossplane",
    about: text(
        "The package manager of Crossplane reads one file, `package.yaml`, from the layer annotated `io.crossplane.xpkg: base`. Without such a layer it searches the file system of the whole image.",
        "Crossplane 的包管理器只读取一个文件 `package.yaml`，取自带注解 `io.crossplane.xpkg: base` 的层。没有这样的层时，在整个镜像的文件系统中查找。",
    ),
    scope: Scope::Root,
    sources: &[Source {
        repository: "crossplane/crossplane-runtime",
        path: "pkg/xpkg/client.go, pkg/xpkg/name.go",
        at: "2026-08-19",
    }],
    settings: &[],
    ranges: &[Range {
        versions: Versions {
            shown: "2026",
            spans: &[("", "")],
        },
        label: text(
            "read in 2026; earlier versions use other words",
            "依据 2026 年的源码；更早版本的报错文字不同",
        ),
        replay,
    }],
    meant_for: |case| pulled::any_manifest(case, is_package),
};

fn is_package(manifest: &Manifest) -> bool {
    let marked =
        |layer: &crate::artifact::documents::Descriptor| layer.annotations.contains_key(KEY);
    manifest.layers().iter().any(marked)
}

fn replay(case: &Case, trace: &mut Trace) -> Result<Accept, Stop> {
    let names = Names::of(case);
    let fixed = |stop: Stop| match stop {
        Stop::Refuse(refusal) => refusal.fix(build(&names)).into(),
        unknown => unknown,
    };
    let fetch = format!("cannot fetch package {}: {{}}", names.reference);
    let image = ggcr::resolve(case, trace, WHO, PlatformText::Short)
        .map_err(|stop| fixed(within(pinned(case, stop, &names), &fetch)))?;
    let extract = format!(
        "cannot extract package content from {}: {{}}",
        names.reference
    );
    extract_package(case, trace, &image, &names).map_err(|stop| fixed(within(stop, &extract)))
}

/// It fetches by the digest that the tag has, so that errors name the digest.
fn pinned(case: &Case, stop: Stop, names: &Names) -> Stop {
    match (stop, pulled::root_digest(case)) {
        (Stop::Refuse(mut refusal), Some(digest)) => {
            let pinned = format!("{}@{digest}", names.repository);
            refusal.error = refusal.error.replace(&names.reference, &pinned);
            Stop::Refuse(refusal)
        }
        (stop, _) => stop,
    }
}

/// `ExtractPackageYAML`.
fn extract_package(
    case: &Case,
    trace: &mut Trace,
    image: &Image,
    names: &Names,
) -> Result<Accept, Stop> {
    image
        .parse(trace, WHO)
        .map_err(|stop| within(stop, "cannot get image manifest: {}"))?;
    let layers = image.layers();
    let marked = layers
        .iter()
        .find(|layer| layer.own.annotations.get(KEY).map(String::as_str) == Some(BASE));
    let Some(layer) = marked else {
        trace.note(
            say(
                "No layer has the annotation {annotation}; {who} searches the file system of the whole image.",
                "没有带注解 {annotation} 的层；{who} 在整个镜像的文件系统中查找。",
            )
            .name("who", WHO)
            .code("annotation", format!("{KEY}: {BASE}")),
            Some(image.document.locus("/layers")),
        );
        return flattened(case, trace, image, &layers, names);
    };
    let at = image.place(layer);
    trace.pass(
        say(
            "{who} takes the layer with the annotation {annotation}, {digest}.",
            "{who} 取带注解 {annotation} 的层 {digest}。",
        )
        .name("who", WHO)
        .code("annotation", format!("{KEY}: {BASE}"))
        .code("digest", layer.own.digest()),
        Some(at.clone()),
    );
    let unreadable = "cannot uncompress layer: {}";
    let content = image
        .open(case.inventory, layer, WHO, names)
        .map_err(|stop| within(stop, unreadable))?;
    if let Content::Measured(facts) = content
        && facts.head.starts_with(&[0x1f, 0x8b])
        && let Err(error) = content.gzip()
    {
        let because = say(
            "{who} finds a damaged gzip stream in {digest}.",
            "{who} 读到 {digest} 的 gzip 数据已损坏。",
        );
        let because = because.name("who", WHO).code("digest", layer.own.digest());
        let refusal = refuse(trace, error, because, at);
        return Err(within(refusal.into(), unreadable));
    }
    match search(content).map_err(|why| missing(layer, why, &at))? {
        Search::Found(size) => found(trace, layer, size, at),
        Search::Absent => Err(absent(trace, &at)),
        Search::Error(error) => Err(refuse(
            trace,
            format!("cannot read package contents: {error}"),
            say(
                "{who} finds no {file} before the layer's tar ends in an error.",
                "{who} 还没找到 {file}，该层的 tar 就已出错中断。",
            )
            .name("who", WHO)
            .code("file", FILE),
            at,
        )
        .into()),
    }
}

/// `mutate.Extract`: all layers from the top, less what is deleted or covered by a layer above.
fn flattened(
    case: &Case,
    trace: &mut Trace,
    image: &Image,
    layers: &[Layer],
    names: &Names,
) -> Result<Accept, Stop> {
    let mut deletes = false;
    for layer in layers.iter().rev() {
        let at = image.place(layer);
        let content = image.open(case.inventory, layer, WHO, names)?;
        let found_here = match search(content).map_err(|why| missing(layer, why, &at))? {
            Search::Found(size) => Some(size),
            Search::Absent => None,
            Search::Error(_) => return Err(missing(layer, Why::NotSettled, &at).into()),
        };
        if let Some(size) = found_here {
            if deletes {
                return Err(missing(layer, Why::NotSettled, &at).into());
            }
            return found(trace, layer, size, at);
        }
        deletes |= content
            .facts()
            .and_then(|facts| facts.tar.as_ref())
            .is_some_and(|tar| !tar.whiteouts.is_empty() || !tar.all_whiteouts_kept);
    }
    Err(absent(trace, &image.document.locus("/layers")))
}

/// How the search through a tar ends.
enum Search {
    /// With the file, of this size.
    Found(u64),
    /// At the clean end of the tar.
    Absent,
    /// With this error.
    Error(String),
}

fn search(content: Content) -> Result<Search, Why> {
    let Content::Measured(facts) = content else {
        return Ok(Search::Error(UNEXPECTED_EOF.to_string()));
    };
    let held = |tar: &crate::bytes::blob::TarFacts| {
        let mut files = tar.wanted.iter();
        files
            .find(|file| file.base_name == FILE)
            .map(|file| file.size)
    };
    if let Some(size) = facts.tar.as_ref().and_then(|tar| held(tar)) {
        return Ok(Search::Found(size));
    }
    if facts.tar.is_none() && facts.inner.is_none() {
        return plain_bytes(facts);
    }
    if facts.compression == Compression::Zstd && !facts.defects.is_empty() {
        return Err(Why::NotSettled);
    }
    Ok(match go_archive::tar_end(facts)? {
        TarEnd::Clean => Search::Absent,
        TarEnd::Error(error) | TarEnd::InBody(_, error) => Search::Error(error),
    })
}

/// Bytes that are neither compressed nor a tar, read as a tar.
fn plain_bytes(facts: &BlobFacts) -> Result<Search, Why> {
    if facts.compression != Compression::None {
        return Err(Why::NotSettled);
    }
    Ok(match facts.size {
        0 => Search::Absent,
        1..512 => Search::Error(UNEXPECTED_EOF.to_string()),
        _ => Search::Error("archive/tar: invalid tar header".to_string()),
    })
}

fn missing(layer: &Layer, why: Why, at: &Locus) -> Missing {
    Missing {
        what: layer.own.digest().to_string(),
        why,
        at: Some(at.clone()),
    }
}

fn found(trace: &mut Trace, layer: &Layer, size: u64, at: Locus) -> Result<Accept, Stop> {
    if size > LARGEST {
        // It reads so much and parses what it has.
        return Err(Missing {
            what: FILE.to_string(),
            why: Why::NotSettled,
            at: Some(at),
        }
        .into());
    }
    trace.pass(
        say("{who} finds {file} in it.", "{who} 在其中找到 {file}。")
            .name("who", WHO)
            .code("file", FILE),
        Some(at.clone()),
    );
    Ok(Accept::using(
        say(
            "{who} takes {file} from the layer {digest}. What the file says is not read here.",
            "{who} 从层 {digest} 取出 {file}。文件内容此处不读取。",
        )
        .name("who", WHO)
        .code("file", FILE)
        .code("digest", layer.own.digest()),
        Some(at),
    ))
}

fn absent(trace: &mut Trace, at: &Locus) -> Stop {
    refuse(
        trace,
        "package.yaml not found in package",
        say(
            "{who} goes through all entries and finds no {file}.",
            "{who} 看完全部条目，没有找到 {file}。",
        )
        .name("who", WHO)
        .code("file", FILE),
        at.clone(),
    )
    .into()
}

fn build(names: &Names) -> Fix {
    Fix::new(
        "build-xpkg",
        say(
            "Build and push the package with Crossplane's own command; copies have to keep the annotations of the layers, which `docker pull` and `docker push` drop.",
            "用 Crossplane 自己的命令构建并推送软件包；复制时须保留层的注解，而 `docker pull` 加 `docker push` 会丢失注解。",
        ),
    )
    .with(
        "crossplane",
        format!(
            "crossplane xpkg build --package-root=. --package-file=package.xpkg\ncrossplane xpkg push --package-files=package.xpkg {}",
            names.reference
        ),
    )
}
