//! Rules `json-*`: whether the documents are JSON that every reader reads alike.
//! They look at documents that the specifications define; JSON that is an artifact's own content is not judged.

pub(super) mod values;

use super::fields::{self, Want};
use super::walk;
use super::{Out, rules};
use crate::artifact::documents::Claims;
use crate::artifact::kinds::InputKind;
use crate::artifact::{Document, Inventory, Missing, Why};
use crate::bytes::json::{JsonDefect, SyntaxProblem, Value};
use crate::limits;
use crate::order;
use crate::place::Locus;
use crate::spec::{media_type as mt, spelling};
use crate::text::{Phrase, say};

use crate::examples::inputs::{config, edited, given, index, manifest, pasted};
use crate::examples::json;
use crate::examples::{self, Files, written};

rules! {
    "json-syntax" {
        severity: Error (Must),
        spec: "RFC 8259" since "1.0",
        needs: Documents,
        title: "Not JSON" / "不是 JSON",
        says: "`{path}` is not JSON from byte {offset} on." / "`{path}` 从第 {offset} 字节起不是合法的 JSON。",
        why: "Every reader stops here, so nothing that the document says takes effect." / "所有读取程序都会在此处停下，文档中的内容一概不会生效。",
        fix: "Correct the text at the place shown, then compute the digest and size of the document anew wherever it is referred to." / "修正所指位置的文本，并在所有引用该文档的地方重新计算摘要和大小。",
        trigger: r#"{"imageLayoutVersion": 1.0.0}"#,
        bad: || {
            let mut layout = examples::good_layout();
            layout.put("oci-layout", br#"{"imageLayoutVersion": 1.0.0}"#);
            layout.tar()
        },
        good: || examples::good_layout().tar(),
        check: syntax,
    }
    "json-not-utf8" {
        severity: Error (Must),
        spec: "RFC 8259" since "1.0",
        needs: Documents,
        title: "Not UTF-8" / "不是 UTF-8",
        says: "Byte {offset} of `{path}` is not UTF-8, the only encoding that JSON documents are exchanged in." / "`{path}` 的第 {offset} 字节不是 UTF-8，而交换 JSON 文档只能使用 UTF-8。",
        why: "Go programs replace the byte with U+FFFD without a word, other readers refuse the document, so two of them can read different values under one digest." / "Go 程序会悄悄把该字节替换为 U+FFFD，其他读取程序则会拒绝整个文档，于是同一摘要可能读出不同的值。",
        fix: "Save the document as UTF-8." / "将文档保存为 UTF-8。",
        trigger: r#"{"author":"\xff"}"#,
        bad: || {
            let mut bytes = written(&config()).into_bytes();
            bytes.truncate(bytes.len() - 2);
            bytes.extend_from_slice(b",\n  \"author\": \"\xff\"\n}");
            Files::file("config.json", bytes)
        },
        good: || pasted(config(), |c| c["author"] = json!("Zo\u{eb}")),
        check: encoding,
    }
    "json-bom" {
        severity: Error (Must),
        spec: "RFC 8259" since "1.0",
        needs: Documents,
        title: "Byte order mark in front of the document" / "文档开头有字节顺序标记",
        says: "`{path}` begins with a byte order mark, the three bytes `EF BB BF`." / "`{path}` 以字节顺序标记开头，即 `EF BB BF` 这三个字节。",
        why: "Go's JSON reader stops at the first of these bytes, so nearly all consumers refuse the document." / "Go 的 JSON 读取程序遇到第一个字节就会停下，因此几乎所有使用方都会拒绝该文档。",
        fix: "Remove the three bytes: save as UTF-8 without a byte order mark." / "去掉这三个字节：另存为不带字节顺序标记的 UTF-8。",
        trigger: "EF BB BF {…}",
        bad: || Files::file("index.json", [b"\xef\xbb\xbf", written(&index()).as_bytes()].concat()),
        good: || given(index()),
        check: |inventory, out| {
            for document in judged(inventory) {
                out.looked();
                if document.json.defects.contains(&JsonDefect::Bom) {
                    out.found(document.locus_of(0..3, None), |p| p.code("path", &document.path));
                }
            }
        },
    }
    "json-root-type" {
        severity: Error (Must),
        spec: "image-layout.md#content" since "1.0",
        needs: Documents,
        title: "The document is not an object" / "文档不是 JSON 对象",
        says: "`{path}` holds a JSON `{found}` where an object is required." / "`{path}` 的内容是 JSON 的 `{found}`，而此处必须是对象。",
        why: "Manifests, indexes, configs and layout headers are objects; decoders refuse anything else." / "清单、索引、配置和布局文件都是对象，解码程序会拒绝其他类型。",
        fix: "Write the document as one object." / "把文档写成一个对象。",
        trigger: "[]",
        bad: || {
            let mut layout = examples::good_layout();
            layout.put("index.json", b"[]");
            layout.tar()
        },
        good: || examples::good_layout().tar(),
        check: |inventory, out| {
            for document in demanded(inventory) {
                out.looked();
                let Some(root) = &document.json.root else { continue };
                if !matches!(root.value, Value::Object(_)) {
                    out.found(document.locus(""), |p| p.code("path", &document.path).code("found", root.kind()));
                }
            }
        },
    }
    "json-trailing-data" {
        severity: Error (Must),
        spec: "RFC 8259" since "1.0",
        needs: Documents,
        title: "Something follows the document" / "文档之后还有内容",
        says: "The JSON value of `{path}` has ended, and at byte {offset} more follows: `{found}`." / "`{path}` 的 JSON 值已经结束，但从第 {offset} 字节起还有内容：`{found}`。",
        why: "containerd, containers/image, the distribution registry and Docker refuse it; go-containerregistry, umoci and regclient stop reading after the first value and never see the rest." / "containerd、containers/image、distribution 镜像仓库和 Docker 会拒绝；go-containerregistry、umoci 和 regclient 读完第一个值就停止，看不到其余内容。",
        fix: "Remove what follows the closing bracket." / "删除右括号之后的内容。",
        trigger: "{…}{…}",
        bad: || Files::pasted(format!("{:#}\n{{}}", manifest())),
        good: || Files::pasted(format!("{:#}\n", manifest())),
        check: |inventory, out| {
            for document in judged(inventory) {
                out.looked();
                for defect in &document.json.defects {
                    if let JsonDefect::TrailingData { at } = defect {
                        out.found(document.locus_of(*at..document.bytes.len(), None), |p| {
                            p.code("path", &document.path)
                                .count("offset", *at as u64)
                                .code("found", excerpt(document, *at))
                        });
                    }
                }
            }
        },
    }
    "json-duplicate-key" {
        severity: Warning (Ambiguous),
        spec: "RFC 8259" since "1.0",
        needs: Documents,
        title: "One key twice in one object" / "同一对象中键重复",
        says: "The key `{key}` stands {count} times in one object." / "键 `{key}` 在同一个对象中出现了 {count} 次。",
        why: "Go takes the last value, some readers take the first and others refuse the document: two programs can see two images under one digest." / "Go 取最后一个值，有的读取程序取第一个，还有的会拒绝整个文档：同一摘要下，两个程序可能看到两个不同的镜像。",
        fix: "Keep one of them." / "只保留其中一个。",
        trigger: r#"{"layers":[],"layers":[…]}"#,
        bad: || Files::pasted(written(&manifest()).replacen("\"layers\":", "\"layers\": [],\n  \"layers\":", 1)),
        good: || given(manifest()),
        check: |inventory, out| {
            for document in judged(inventory) {
                let Some(root) = &document.json.root else { continue };
                out.looked();
                for double in root.duplicates() {
                    // The keys of annotations and labels MUST be unique, and rules of their own say so.
                    if double.pointer.ends_with("/annotations") || double.pointer == "/config/Labels" {
                        continue;
                    }
                    let pointer = format!("{}/{}", double.pointer, walk::escape(&double.key));
                    let mut places: Vec<Locus> = double
                        .ranges
                        .iter()
                        .map(|range| document.locus_of(range.clone(), Some(&pointer)))
                        .collect();
                    let Some(last) = places.pop() else { continue };
                    out.found_with(last, places, |p| {
                        p.code("key", double.key.clone()).count("count", double.ranges.len() as u64)
                    });
                }
            }
        },
    }
    "json-key-case" {
        severity: Warning (Ambiguous),
        spec: "considerations.md#extensibility" since "1.0",
        needs: Documents,
        title: "Key in another case" / "键名大小写不一致",
        says: "The key `{found}` differs from `{expected}` only in case." / "键 `{found}` 与 `{expected}` 只有大小写不同。",
        why: "Go matches keys in any case, so Go programs take it for the known field; programs in other languages, and the JSON schema, see an unknown field." / "Go 匹配键名时不区分大小写，因此 Go 程序会把它当作已知字段；其他语言的程序以及 JSON schema 则把它看作未知字段。",
        fix: "Write the key exactly as the specification spells it." / "键名的拼写应与规范完全一致。",
        trigger: r#"{"MediaType":…}"#,
        bad: || Files::pasted(written(&manifest()).replacen("\"config\":", "\"annotations\": {},\n  \"ArtifactType\": \"a/b\",\n  \"config\":", 1)),
        good: || given(manifest()),
        check: |inventory, out| {
            for document in judged(inventory) {
                fields::visit(document, &mut |seen| {
                    out.looked();
                    if seen.field.is_some() {
                        return;
                    }
                    let key = &seen.member.key;
                    let same = seen.shape.fields().iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
                    if let Some((name, _)) = same {
                        let at = document.locus_of(seen.member.key_range.clone(), Some(&seen.pointer));
                        out.found(at, |p| p.code("found", key.clone()).code("expected", *name));
                    }
                });
            }
        },
    }
    "json-near-miss-field" {
        severity: Info (Note),
        spec: "considerations.md#extensibility" since "1.0",
        needs: Documents,
        title: "Unknown key that looks like a slip" / "疑似拼错的键名",
        says: "The key `{found}` is not known here; `{expected}` is, and is spelt almost alike." / "此处没有名为 `{found}` 的已知键；拼写相近的已知键是 `{expected}`。",
        why: "Unknown fields are legal and ignored, so a slip has no effect and no error." / "未知字段合法，并且会被忽略，所以拼错既不会生效，也不会报错。",
        fix: "Rename the key if the known field was meant; otherwise nothing needs to change." / "如果本意是那个已知字段，改正键名；否则无需改动。",
        trigger: r#"{"anotations": {…}}"#,
        bad: || edited(manifest, &["/anotations: {}"]),
        good: || edited(manifest, &["/com.example.extra: {}"]),
        check: |inventory, out| {
            for document in judged(inventory) {
                fields::visit(document, &mut |seen| {
                    out.looked();
                    if seen.field.is_some() {
                        return;
                    }
                    let key = &seen.member.key;
                    let most = if key.chars().count() >= 8 { 2 } else { 1 };
                    let close = seen
                        .shape
                        .fields()
                        .iter()
                        .filter(|(name, _)| name.len() >= 4)
                        .filter(|(name, _)| seen.object.get(name).is_none())
                        .filter_map(|(name, _)| Some((spelling::distance(key, name, most)?, *name)))
                        .min();
                    if let Some((_, name)) = close.filter(|(edits, _)| *edits > 0) {
                        let at = document.locus_of(seen.member.key_range.clone(), Some(&seen.pointer));
                        out.found(at, |p| {
                            p.code("found", key.clone()).code("expected", name)
                        });
                    }
                });
            }
        },
    }
    "json-type" {
        severity: Error (Schema),
        spec: "descriptor.md#properties" since "1.0",
        needs: Documents,
        title: "Value of another JSON type" / "值的 JSON 类型不对",
        says: "`{field}` holds a JSON `{found}`; it must be of type `{expected}`." / "`{field}` 的值是 JSON 的 `{found}`，类型应为 `{expected}`。",
        why: "Go's decoders refuse the whole document with `cannot unmarshal … into Go struct field`." / "Go 的解码程序会拒绝整个文档，报错 `cannot unmarshal … into Go struct field`。",
        fix: "Write the value in the type shown: numbers without quotes, lists in brackets." / "按所示类型书写：数字不加引号，列表用方括号。",
        trigger: r#"{"size": "1470"}"#,
        bad: || edited(manifest, &[r#"/layers/0/size: "5""#]),
        good: || given(manifest()),
        check: |inventory, out| {
            for document in judged(inventory) {
                fields::visit(document, &mut |seen| {
                    let Some((name, want)) = seen.field else { return };
                    out.looked();
                    if fields::has_own_rule(seen.shape, name) {
                        return;
                    }
                    // A null is another rule's: configs may have it. An element that is null is no text, even there.
                    let Some((below, wanted, node)) = fields::mistyped(&seen.member.value, *want) else { return };
                    if node.is_null() && below.is_empty() {
                        return;
                    }
                    if seen.has_own_rule(&below) {
                        return;
                    }
                    let pointer = format!("{}{below}", seen.pointer);
                    out.found(document.locus_of(node.range.clone(), Some(&pointer)), |p| {
                        p.code("field", format!("{name}{below}")).code("found", node.kind()).code("expected", wanted)
                    });
                });
            }
        },
    }
    "json-null-value" {
        severity: Error (Schema),
        spec: "descriptor.md#properties" since "1.0",
        needs: Documents,
        title: "null where a value is typed" / "应有类型的字段为 null",
        says: "`{field}` is `null`; it must be of type `{expected}` or left out." / "`{field}` 为 `null`；它的类型应为 `{expected}`，否则应省略该字段。",
        why: "Go readers take null for an empty value, so most consumers go on; the published schema and strict readers refuse it. (In configs null is allowed.)" / "Go 程序把 null 当作空值，因此多数使用方会继续；官方 JSON schema 和严格的读取程序则会拒绝。（配置中允许 null。）",
        fix: "Leave the field out, or write `[]` or `{}`." / "省略该字段，或写成 `[]` 或 `{}`。",
        trigger: r#"{"layers": null}"#,
        bad: || edited(manifest, &["/layers: null"]),
        good: || edited(config, &["/config: null"]),
        check: |inventory, out| {
            for document in judged(inventory) {
                let index = matches!(document.claims, Claims::Index(_));
                fields::visit(document, &mut |seen| {
                    let Some((name, want)) = seen.field else { return };
                    if seen.shape.allows_null() {
                        return out.looked();
                    }
                    out.looked();
                    let own_rule = (index && seen.pointer == "/manifests") || fields::has_own_rule(seen.shape, name);
                    if seen.member.value.is_null() && *want != Want::Any && !own_rule {
                        out.found(document.locus(&seen.pointer), |p| p.code("field", *name).code("expected", want.name()));
                    }
                });
            }
        },
    }
    "json-number-form" {
        severity: Error (Consumers),
        spec: "descriptor.md#properties" since "1.0",
        needs: Documents,
        title: "Integer with fraction or exponent" / "整数写成了小数或指数形式",
        says: "`{field}` is written `{found}`; an integer must be written in digits alone." / "`{field}` 写作 `{found}`；整数只能由数字组成。",
        why: "Go's decoders refuse a number with a point or an exponent where an integer is wanted, even when its value is whole." / "在需要整数的地方，Go 的解码程序会拒绝带小数点或指数的数字，即使其值是整数。",
        fix: "Write plain digits: `1000`, not `1e3` or `1000.0`." / "只写数字：写 `1000`，不要写 `1e3` 或 `1000.0`。",
        trigger: r#"{"size": 1e3}"#,
        bad: || Files::pasted(written(&manifest()).replacen("\"size\": 5", "\"size\": 5.0", 1)),
        good: || given(manifest()),
        check: |inventory, out| {
            for document in judged(inventory) {
                fields::visit(document, &mut |seen| {
                    let Some((name, Want::Integer)) = seen.field else { return };
                    out.looked();
                    if let Value::Number(text) = &seen.member.value.value
                        && text.contains(['.', 'e', 'E'])
                    {
                        out.found(document.locus(&seen.pointer), |p| p.code("field", *name).code("found", text.clone()));
                    }
                });
            }
        },
    }
}

/// Documents that stand where the specifications demand an object.
fn demanded(inventory: &Inventory) -> Vec<&Document> {
    let mut ids = Vec::new();
    if walk::is_layout(inventory) {
        for name in ["oci-layout", "index.json"] {
            ids.extend(
                inventory
                    .blob_at(name)
                    .and_then(|id| inventory.blobs.get(id))
                    .and_then(|blob| blob.document),
            );
        }
    }
    for placed in walk::descriptors(inventory) {
        let media_type = placed.descriptor.media_type();
        let is_document = mt::is_index(media_type)
            || mt::is_manifest(media_type)
            || mt::is_image_config(media_type)
            || media_type == mt::OCI_ARTIFACT_MANIFEST;
        if is_document && let Ok(id) = inventory.content(placed.document, placed.descriptor) {
            ids.extend(inventory.blobs.get(id).and_then(|blob| blob.document));
        }
    }
    for (_, image) in walk::docker_images(inventory) {
        let blob = inventory.blob_at(image.config.text());
        ids.extend(
            blob.and_then(|id| inventory.blobs.get(id))
                .and_then(|blob| blob.document),
        );
    }
    order::own(&mut ids);
    ids.dedup();
    ids.into_iter()
        .filter_map(|id| inventory.documents.get(id))
        .collect()
}

/// Documents that the specifications define, by their place or by what they claim to be.
pub(super) fn judged(inventory: &Inventory) -> Vec<&Document> {
    let demanded = demanded(inventory);
    let lone = !inventory.is_container() && inventory.kind != InputKind::Text;
    inventory
        .documents
        .iter()
        .filter(|document| {
            !matches!(document.claims, Claims::Other)
                || lone
                || (walk::is_docker_archive(inventory) && document.path.ends_with("manifest.json"))
                || demanded.iter().any(|d| std::ptr::eq(*d, *document))
        })
        .collect()
}

fn syntax(inventory: &Inventory, out: &mut Out) {
    for document in judged(inventory) {
        out.looked();
        let path = document.path.clone();
        for defect in &document.json.defects {
            match defect {
                JsonDefect::Syntax { at, what } => {
                    let place = document.locus_of(
                        *at..at.saturating_add(1).min(document.bytes.len()).max(*at),
                        None,
                    );
                    let says = problem(*what)
                        .code("path", path.clone())
                        .count("offset", *at as u64)
                        .code("found", excerpt(document, *at));
                    out.found_as(place, says);
                }
                JsonDefect::Empty => out.found_as(
                    Locus::whole(&path),
                    say(
                        "{path} holds no JSON at all: it is empty.",
                        "{path} 没有任何 JSON 内容：它是空的。",
                    )
                    .code("path", path.clone()),
                ),
                JsonDefect::TooDeep { .. } => out.missing(unread(&path, limits::JSON_DEPTH)),
                JsonDefect::TooManyValues { .. } => out.missing(unread(&path, limits::JSON_VALUES)),
                JsonDefect::TooLarge { .. } => out.missing(unread(&path, limits::JSON_BYTES)),
                _ => {}
            }
        }
    }
}

fn unread(path: &str, limit: usize) -> Missing {
    Missing {
        what: path.to_string(),
        why: Why::TooLarge(limit as u64),
        at: Some(Locus::whole(path)),
    }
}

fn encoding(inventory: &Inventory, out: &mut Out) {
    for document in judged(inventory) {
        out.looked();
        for defect in &document.json.defects {
            match defect {
                JsonDefect::NotUtf8 { at } => {
                    let end = at.saturating_add(1);
                    out.found(document.locus_of(*at..end, None), |p| {
                        p.code("path", &document.path).count("offset", *at as u64)
                    });
                }
                JsonDefect::Utf16 => out.found_as(
                    document.locus_of(0..2, None),
                    say(
                        "{path} is UTF-16 or UTF-32 text; JSON documents are exchanged in UTF-8.",
                        "{path} 是 UTF-16 或 UTF-32 文本，而交换 JSON 文档要用 UTF-8。",
                    )
                    .code("path", &document.path),
                ),
                _ => {}
            }
        }
    }
}

/// A few characters of a document, from a byte on.
fn excerpt(document: &Document, at: usize) -> String {
    let end = at.saturating_add(24).min(document.bytes.len());
    let bytes = document.bytes.get(at..end).unwrap_or(&[]);
    let text = String::from_utf8_lossy(bytes);
    text.chars()
        .take(12)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// What does not fit, in words.
fn problem(what: SyntaxProblem) -> Phrase {
    match what {
        SyntaxProblem::UnexpectedEnd => say(
            "{path} ends at byte {offset}, inside a value that is not closed.",
            "{path} 在第 {offset} 字节处结束，此时仍有未闭合的值。",
        ),
        SyntaxProblem::UnclosedString => say(
            "{path} ends at byte {offset}, inside a string that has no closing quote.",
            "{path} 在第 {offset} 字节处结束，此时仍有缺少右引号的字符串。",
        ),
        SyntaxProblem::ExpectedValue => say(
            "{path} is not JSON: at byte {offset} a value should stand, not {found}.",
            "{path} 不是 JSON：第 {offset} 字节处应为一个值，而不是 {found}。",
        ),
        SyntaxProblem::ExpectedKey => say(
            "{path} is not JSON: at byte {offset} a key in double quotes should stand, not {found}.",
            "{path} 不是 JSON：第 {offset} 字节处应为双引号括起的键，而不是 {found}。",
        ),
        SyntaxProblem::ExpectedColon => say(
            "{path} is not JSON: at byte {offset} a colon should follow the key, not {found}.",
            "{path} 不是 JSON：第 {offset} 字节处，键之后应为冒号，而不是 {found}。",
        ),
        SyntaxProblem::ExpectedComma => say(
            "{path} is not JSON: at byte {offset} a comma or a closing bracket should stand, not {found}.",
            "{path} 不是 JSON：第 {offset} 字节处应为逗号或右括号，而不是 {found}。",
        ),
        SyntaxProblem::TrailingComma => say(
            "{path} is not JSON: at byte {offset} a comma stands before a closing bracket.",
            "{path} 不是 JSON：第 {offset} 字节处，右括号之前多了一个逗号。",
        ),
        SyntaxProblem::Comment => say(
            "{path} is not JSON: at byte {offset} a comment begins, and JSON has none.",
            "{path} 不是 JSON：第 {offset} 字节处开始了一段注释，而 JSON 没有注释。",
        ),
        SyntaxProblem::SingleQuote => say(
            "{path} is not JSON: at byte {offset} a string stands in single quotes; JSON knows double quotes only.",
            "{path} 不是 JSON：第 {offset} 字节处的字符串用了单引号，而 JSON 只认双引号。",
        ),
        SyntaxProblem::ControlCharacter => say(
            "{path} is not JSON: at byte {offset} a string holds a raw control character, such as a line break or tab.",
            "{path} 不是 JSON：第 {offset} 字节处，字符串中有未转义的控制字符，例如换行或制表符。",
        ),
        SyntaxProblem::BadEscape => say(
            "{path} is not JSON: at byte {offset} stands an escape that JSON does not have: {found}.",
            "{path} 不是 JSON：第 {offset} 字节处的转义写法是 JSON 没有的：{found}。",
        ),
        SyntaxProblem::LeadingZero => say(
            "{path} is not JSON: at byte {offset} a number begins with a zero that does not belong there: {found}.",
            "{path} 不是 JSON：第 {offset} 字节处的数字以多余的零开头：{found}。",
        ),
        SyntaxProblem::BadNumber => say(
            "{path} is not JSON: at byte {offset} stands a number that JSON does not write this way: {found}.",
            "{path} 不是 JSON：第 {offset} 字节处的数字不符合 JSON 的写法：{found}。",
        ),
        SyntaxProblem::BadLiteral => say(
            "{path} is not JSON: at byte {offset} stands {found}; the only bare words are `true`, `false` and `null`.",
            "{path} 不是 JSON：第 {offset} 字节处是 {found}，而不带引号的词只能是 `true`、`false` 和 `null`。",
        ),
        SyntaxProblem::WrongBracket => say(
            "{path} is not JSON: at byte {offset} the closing bracket is of the other kind: {found}.",
            "{path} 不是 JSON：第 {offset} 字节处的右括号种类不对：{found}。",
        ),
    }
}

/// The sentences of every syntax problem, for the test of the texts.
#[cfg(test)]
pub(super) fn problem_sentences() -> Vec<Phrase> {
    use SyntaxProblem::*;
    [
        UnexpectedEnd,
        UnclosedString,
        ExpectedValue,
        ExpectedKey,
        ExpectedColon,
        ExpectedComma,
        TrailingComma,
        Comment,
        SingleQuote,
        ControlCharacter,
        BadEscape,
        LeadingZero,
        BadNumber,
        BadLiteral,
        WrongBracket,
    ]
    .into_iter()
    .map(|what| {
        problem(what)
            .code("path", "a")
            .count("offset", 1)
            .code("found", "b")
    })
    .collect()
}
