// The tree of what is in an artifact, and what lies inside its layers: opened, filtered, looked at, saved, with the mouse and
// with the keyboard alone, wide and narrow, with a hundred thousand entries.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { input, pullcheck } from "./core.mjs";
import { pageTest } from "./harness.mjs";
import { FINAL } from "./verdict.mjs";

// A tar entry; `link` makes it a symbolic link, a name that ends in a slash a folder.
function entry(name, body = Buffer.alloc(0), { link = "", mode = 0o644, flag } = {}) {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  const octal = (value, at, length) => header.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, length, "ascii");
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(body.length, 124, 12);
  octal(1709211900, 136, 12);
  header.write("        ", 148, 8, "ascii");
  header.write(flag ?? (link ? "2" : name.endsWith("/") ? "5" : "0"), 156, 1, "ascii");
  header.write(link, 157, 100);
  header.write("ustar\x0000", 257, 8, "latin1");
  octal(header.reduce((sum, byte) => sum + byte, 0), 148, 7);
  header[155] = 0x20;
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}
const tar = (...entries) => Buffer.concat([...entries, Buffer.alloc(1024)]);

// A zstd frame of raw blocks: not every Node that runs these tests compresses zstd.
function zstd(bytes) {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(bytes.length);
  const parts = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x80, 0x38]), size];
  for (let at = 0; at < bytes.length; at += 1 << 17) {
    const block = bytes.subarray(at, at + (1 << 17));
    const head = Buffer.alloc(4);
    head.writeUInt32LE((block.length << 3) | (at + block.length === bytes.length ? 1 : 0));
    parts.push(head.subarray(0, 3), block);
  }
  return Buffer.concat(parts);
}

// A core module for proxy-wasm: one import, two exports, a custom section.
function wasm() {
  const name = (text) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
  const section = (id, ...parts) => {
    const body = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([id, body.length]), body]);
  };
  return Buffer.concat([
    Buffer.from("\0asm\x01\0\0\0", "latin1"),
    section(0, name("producers"), Buffer.alloc(9)),
    section(2, Buffer.from([1]), name("env"), name("proxy_log"), Buffer.from([0, 0])),
    section(7, Buffer.from([2]), name("proxy_abi_version_0_2_1"), Buffer.from([0, 1]), name("memory"), Buffer.from([2, 0])),
  ]);
}

const binaryBody = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 37) & 255));
const layer = tar(
  entry("etc/"),
  entry("etc/hosts", Buffer.from("127.0.0.1 localhost\n层\n")),
  entry("etc/mtab", undefined, { link: "/proc/mounts" }),
  entry("usr/bin/tool", binaryBody, { mode: 0o4755 }),
  entry("../../escape", Buffer.from("out")),
  entry("etc/hosts", Buffer.from("again")),
  entry("var/.wh.cache"),
  entry("plugin.wasm", wasm()),
  entry("/absolute", Buffer.from("x")),
  entry("empty"),
);

const digest = (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

// A layout with this layer in two manifests, a referrer, and a blob that nothing refers to; `index` may be changed.
function layout(stored, mediaType, change = (files) => files) {
  const files = [];
  const put = (bytes) => {
    const id = digest(bytes);
    files.push([`blobs/${id.replace(":", "/")}`, bytes]);
    return { digest: id, size: bytes.length };
  };
  const json = (value) => Buffer.from(JSON.stringify(value));
  const manifest = (architecture, rest = {}) => {
    const config = json({ architecture, os: "linux", rootfs: { type: "layers", diff_ids: [digest(architecture === "amd64" ? layer : Buffer.from("other"))] } });
    return json({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: { mediaType: "application/vnd.oci.image.config.v1+json", ...put(config) },
      layers: [{ mediaType, ...put(stored) }],
      ...rest,
    });
  };
  const type = "application/vnd.oci.image.manifest.v1+json";
  const amd = put(manifest("amd64", { annotations: { "org.example.built": "by <hand>" } }));
  const arm = put(manifest("arm64"));
  const sbom = json({
    schemaVersion: 2,
    mediaType: type,
    artifactType: "application/vnd.example.sbom",
    config: { mediaType: "application/vnd.oci.empty.v1+json", ...put(Buffer.from("{}")) },
    layers: [{ mediaType: "application/json", ...put(Buffer.from('{"sbom": true}')) }],
    subject: { mediaType: type, ...amd },
  });
  put(Buffer.from("nobody wants this"));
  const index = json({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [
      { mediaType: type, ...amd, platform: { os: "linux", architecture: "amd64" }, annotations: { "org.example.note": "hand made" } },
      { mediaType: type, ...arm, platform: { os: "linux", architecture: "arm64" } },
      { mediaType: type, ...put(sbom), artifactType: "application/vnd.example.sbom" },
    ],
  });
  const inner = put(index);
  const all = new Map([["oci-layout", Buffer.from('{"imageLayoutVersion":"1.0.0"}')], ...files]);
  all.set("index.json", json({ schemaVersion: 2, manifests: [{ mediaType: "application/vnd.oci.image.index.v1+json", ...inner, annotations: { "org.opencontainers.image.ref.name": "tree" } }] }));
  return tar(...change([...all]).map(([name, bytes]) => entry(name, bytes)));
}

async function checked(visit, item, hash) {
  const page = await visit.open(hash);
  await visit.drop([item]);
  await page.waitForSelector(FINAL);
  return page;
}

const part = (page, name, nth = 0) => page.locator("table.tree tbody > tr:not(.below)").filter({ has: page.locator("th").getByText(name, { exact: true }) }).nth(nth);

async function look(page, row) {
  await row.locator("button.open").click();
  await page.waitForSelector(".opened .what");
}

const file = (page, path) => page.locator(".entries tr.entry").filter({ has: page.locator(`button[title='${path}']`) });

async function saved(page, act) {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

pageTest("the tree: what hangs below what, states in words, what is the same, who refers to whom, what nobody refers to", {}, async (visit) => {
  const page = await checked(visit, { name: "image.tar", bytes: layout(gzipSync(layer), "application/vnd.oci.image.layer.v1.tar+gzip") });
  const amd = part(page, "Manifest linux/amd64");
  assert.match(await amd.innerText(), /OCI manifest/);
  assert.match(await amd.innerText(), /application\/vnd\.oci\.image\.manifest\.v1\+json/);
  assert.match(await amd.innerText(), /1 referrer/);
  assert.match(await amd.locator(".digest").innerText(), /✓\s*as declared/);
  const layers = page.locator("table.tree tbody > tr").filter({ has: page.locator("th").getByText("Layer 1", { exact: true }) });
  assert.equal(await layers.count(), 3);
  assert.match(await layers.nth(0).innerText(), /gzip · 10 entries/);
  assert.match(await layers.nth(0).innerText(), /✓\s*diffID matches/);
  assert.match(await layers.nth(0).innerText(), /the same content stands here 2 times/);
  assert.match(await layers.nth(1).innerText(), /✗\s*diffID differs/);
  // Annotations of the descriptor and of the document.
  await amd.getByRole("button", { name: /^Details/ }).click();
  const details = page.locator("tr.below").first();
  assert.match(await details.innerText(), /org\.example\.note\s+hand made/);
  assert.match(await details.innerText(), /org\.example\.built\s+by <hand>/);
  // From the manifest to its referrer, and back.
  await details.locator("dd", { hasText: "Manifest" }).getByRole("button").click();
  const sbom = page.locator("table.tree tbody > tr", { hasText: "application/vnd.example.sbom" }).first();
  await page.waitForFunction(() => document.activeElement?.id.startsWith("part-0-"));
  assert.equal(await page.evaluate(() => document.activeElement.id), await sbom.locator("[id^=part-]").first().getAttribute("id"));
  const subject = part(page, "Subject");
  await subject.getByRole("button", { name: /^Details/ }).click();
  await page.locator("tr.below dd").getByRole("button", { name: "Manifest linux/amd64" }).click();
  await page.waitForFunction(() => document.activeElement?.textContent === "Manifest linux/amd64");
  // Nothing refers to this one.
  assert.match(await page.locator(".loose").innerText(), /Not referred to: 1 \(17 B\)/);
  assert.match(await page.locator(".loose").innerText(), new RegExp(digest(Buffer.from("nobody wants this")).slice(7)));
  // Folding hides what hangs below, and the keyboard unfolds it.
  const before = await page.locator("table.tree tbody > tr").count();
  await page.getByRole("button", { name: "Fold Manifest linux/amd64" }).click();
  assert.equal(await page.locator("table.tree tbody > tr").count(), before - 2);
  await page.getByRole("button", { name: "Unfold Manifest linux/amd64" }).focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("table.tree tbody > tr").count(), before);
  await page.locator("section.contents").getByRole("button", { name: "Fold all", exact: true }).click();
  assert.equal(await page.locator("table.tree tbody > tr:not(.below)").count(), 4);
  await page.locator("section.contents").getByRole("button", { name: "Unfold all", exact: true }).click();
  // A role leads to its place in the source.
  await part(page, "Manifest linux/arm64").locator("button.place").click();
  await page.waitForSelector(".source mark");
  await visit.axe("section.contents");
  await visit.shot("tree");
});

pageTest("what differs says what it is instead", {}, async (visit) => {
  const image = layout(layer, "application/vnd.oci.image.layer.v1.tar", (files) => files.map(([path, bytes]) => [path, bytes === layer ? Buffer.concat([layer, Buffer.alloc(512)]) : bytes]));
  const page = await checked(visit, { name: "image.tar", bytes: image });
  const text = await part(page, "Layer 1").locator(".digest").innerText();
  assert.match(text, /✗\s*differs/);
  assert.match(text, new RegExp(`got ${digest(Buffer.concat([layer, Buffer.alloc(512)])).slice(0, 19)}`));
  assert.match(text, new RegExp(`got ${layer.length + 512} bytes`));
});

for (const [name, image] of [
  ["a layer of a plain archive", () => layout(gzipSync(layer), "application/vnd.oci.image.layer.v1.tar+gzip")],
  ["a layer in a compressed archive", () => gzipSync(layout(layer, "application/vnd.oci.image.layer.v1.tar"))],
  ["a zstd layer in a zstd archive", () => zstd(layout(zstd(layer), "application/vnd.oci.image.layer.v1.tar+zstd"))],
]) {
  pageTest(`${name}: entries, remarks with their rules, a preview, and a file that is saved byte for byte`, {}, async (visit) => {
    const page = await checked(visit, { name: "image.tar", bytes: image() });
    await look(page, part(page, "Layer 1"));
    await file(page, "empty").waitFor();
    assert.match(await page.locator(".opened .totals").innerText(), /10 entries\s+8 files.*\s+1 folder\s+1 symbolic link\s+1 whiteout/s);
    assert.match(await file(page, "usr/bin/tool").innerText(), /-rwsr-xr-x\s+0:0\s+2024-02-29 13:05/);
    assert.match(await file(page, "etc/mtab").innerText(), /→ [^]*\/proc\/mounts/);
    assert.equal(await file(page, "../../escape").locator("a.remark").getAttribute("href"), "#/rules/tar-path-escape");
    assert.equal(await file(page, "/absolute").locator("a.remark").getAttribute("href"), "#/rules/tar-path-absolute");
    assert.match(await file(page, "etc/hosts").nth(1).innerText(), /path was there before/);
    assert.match(await file(page, "var/.wh.cache").innerText(), /whiteout/);
    // Text is shown as text.
    await file(page, "etc/hosts").first().locator("button").click();
    assert.equal(await page.locator("pre.preview").innerText(), "127.0.0.1 localhost\n层\n");
    // Bytes are shown as bytes, and saved as they are.
    await file(page, "usr/bin/tool").locator("button").click();
    await page.locator(".chosen-entry h4", { hasText: "usr/bin/tool" }).waitFor();
    await page.locator(".chosen-entry > pre.hex").waitFor();
    const lines = (await page.locator("pre.hex").innerText()).trimEnd().split("\n");
    assert.equal(lines.length, 16);
    assert.match(lines[0], /^0000 {2}00 25 4a 6f 94 b9 de 03 {2}28 4d/);
    const { name, bytes } = await saved(page, () => page.getByRole("button", { name: "Save this file" }).click());
    assert.equal(name, "tool");
    assert.deepEqual(bytes, binaryBody);
    await page.getByText("Handed to the browser.").waitFor();
    // A module in the layer.
    await file(page, "plugin.wasm").locator("button").click();
    const facts = page.locator(".chosen-entry .wasm");
    await facts.waitFor();
    assert.match(await facts.innerText(), /Core module, version 1\s+proxy-wasm ABI\s+0\.2\.1/);
    await facts.getByText("Imports (1)").click();
    assert.match(await facts.innerText(), /env · proxy_log func/);
    // The filter, and only what has a remark.
    await page.locator(".sieve input[type=search]").fill("hosts");
    await page.getByText("2 entries fit").waitFor();
    assert.equal(await page.locator(".entries tr.entry").count(), 2);
    await page.locator(".sieve input[type=search]").fill("");
    await page.locator(".sieve input[type=checkbox]").check();
    await page.locator(".sieve .fit", { hasText: "entries fit" }).waitFor();
    const marked = await page.locator(".entries tr.entry th.path").allInnerTexts();
    assert.ok(marked.some((text) => text.includes("escape")) && !marked.some((text) => text.includes("plugin.wasm")), marked);
    await page.locator(".opened .close").click();
    assert.equal(await page.locator(".opened").count(), 0);
  });
}

pageTest("the page and the command line give the same file of a fixture", {}, async (visit) => {
  const page = await checked(visit, input("higress-right.tar"));
  await look(page, part(page, "Layer 3"));
  await file(page, "plugin.wasm").locator("button").click();
  const { bytes } = await saved(page, () => page.getByRole("button", { name: "Save this file" }).click());
  assert.deepEqual(bytes, pullcheck("cat", input("higress-right.tar"), "3", "plugin.wasm"));
  // What is no tar shows its text, and is saved as it is.
  await look(page, part(page, "Layer 1"));
  await page.locator("pre.preview").waitFor();
  assert.match(await page.locator("pre.preview").innerText(), /\w+:/);
});

pageTest("a loose module, a dropped folder, a cut layer", {}, async (visit) => {
  const page = await checked(visit, { name: "filter.wasm", bytes: wasm() });
  await look(page, part(page, "File"));
  assert.match(await page.locator(".opened").innerText(), /a WebAssembly core module[^]*proxy-wasm ABI\s+0\.2\.1/);
  const whole = await saved(page, () => page.getByRole("button", { name: "Save this file" }).click());
  assert.deepEqual(whole.bytes, wasm());
  await page.evaluate(() => (location.hash = "#/"));
  await page.locator("#paste").waitFor();
  await visit.drop([input("layout")]);
  await page.waitForSelector(FINAL);
  await look(page, part(page, "Layer 1"));
  await page.locator(".entries tr.entry button").first().waitFor();
  await page.evaluate(() => (location.hash = "#/"));
  await page.locator("#paste").waitFor();
  await visit.drop([{ name: "cut.tar.gz", bytes: gzipSync(layer).subarray(0, 400) }]);
  await page.waitForSelector(FINAL);
  await look(page, part(page, "File"));
  assert.match(await page.locator(".short-of").first().innerText(), /ends early/);
});

pageTest("a hundred thousand entries: smooth, few elements, any of them by keyboard, the filter finds the last", { timeout: 180_000 }, async (visit) => {
  const count = 100_000;
  const entries = Array.from({ length: count }, (_, at) => entry(`usr/share/folder-${at % 100}/file-${String(at).padStart(6, "0")}.txt`));
  const page = await checked(visit, { name: "many.tar.gz", bytes: gzipSync(tar(...entries), { level: 1 }) });
  await page.evaluate(() => {
    window.longest = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((task) => (window.longest = Math.max(window.longest, task.duration)))).observe({ entryTypes: ["longtask"] });
  });
  await look(page, part(page, "File"));
  await page.locator(".entries tr.entry button").first().waitFor();
  assert.equal(await page.locator(".entries table").getAttribute("aria-rowcount"), String(count + 1));
  for (const share of [0.1, 0.5, 0.9, 1, 0.3]) {
    await page.locator(".entries").evaluate((frame, share) => (frame.scrollTop = share * frame.scrollHeight), share);
    await page.waitForFunction(() => [...document.querySelectorAll(".entries tr.entry")].length > 10 && ![...document.querySelectorAll(".entries tr.entry")].some((row) => row.textContent.startsWith("…")));
    const nodes = await page.locator(".entries *").count();
    assert.ok(nodes < 1000, `${nodes} elements`);
  }
  await page.locator(".entries").evaluate((frame) => (frame.scrollTop = 0));
  await page.locator(".entries tr.entry button[tabindex='0']").focus();
  await page.keyboard.press("End");
  await page.waitForFunction((last) => document.activeElement?.title.endsWith(last), `file-0${count - 1}.txt`);
  await page.keyboard.press("ArrowUp");
  await page.waitForFunction((last) => document.activeElement?.title.endsWith(last), `file-0${count - 2}.txt`);
  await page.locator(".sieve input[type=search]").fill(`file-0${count - 1}`);
  await page.locator(".sieve .fit", { hasText: "1 entry fits" }).waitFor();
  const longest = await page.evaluate(() => window.longest);
  // Measured on a shared machine with an unoptimised build: what matters is that no task goes with the number of entries.
  assert.ok(longest < 300, `a task of ${longest} ms`);
  await visit.shot("tree-many");
});

pageTest("by keyboard alone: from the tree into a layer, to a file, and back", {}, async (visit) => {
  const page = await checked(visit, { name: "image.tar", bytes: layout(gzipSync(layer), "application/vnd.oci.image.layer.v1.tar+gzip") });
  const open = part(page, "Layer 1").locator("button.open");
  await open.focus();
  await page.keyboard.press("Enter");
  await page.locator(".entries tr.entry button").first().waitFor();
  assert.equal(await open.getAttribute("aria-expanded"), "true");
  const reached = [];
  for (let press = 0; press < 6 && !(reached.at(-1) ?? "").startsWith("etc/"); press++) {
    await page.keyboard.press("Tab");
    reached.push(await page.evaluate(() => document.activeElement.title || document.activeElement.textContent || document.activeElement.type));
  }
  assert.equal(reached.at(-1), "etc/", reached.join(" | "));
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() => document.activeElement?.title === "etc/hosts");
  await page.keyboard.press("Enter");
  await page.locator("pre.preview").waitFor();
  await visit.axe("section.contents");
});

for (const theme of ["light", "dark"]) {
  pageTest(`opened layers in Chinese, ${theme}, at 320 pixels: no scrolling sideways, nothing that axe finds`, { lang: "zh-CN", theme, width: 320 }, async (visit) => {
    const page = await checked(visit, { name: "image.tar", bytes: layout(gzipSync(layer), "application/vnd.oci.image.layer.v1.tar+gzip") });
    await look(page, part(page, "层 1"));
    await file(page, "plugin.wasm").locator("button").click();
    await page.locator(".wasm").waitFor();
    assert.match(await page.locator(".opened").innerText(), /跳出根目录|核心模块/);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
    assert.equal(await page.locator(".entries").evaluate((frame) => frame.scrollWidth <= frame.clientWidth), true);
    await visit.axe("section.contents");
    await visit.shot(`tree-320-${theme}`);
  });
}

pageTest("a saved report and a pasted document say that the bytes are not here", {}, async (visit) => {
  const page = await visit.open();
  await visit.paste(readFileSync(input("manifest.json"), "utf8"));
  await page.waitForSelector(FINAL);
  assert.match(await page.locator(".absent").innerText(), /bytes of the layers are not here/);
  assert.equal(await page.locator("button.open").count(), 0);
  await page.evaluate(() => (location.hash = "#/"));
  await page.locator("#paste").waitFor();
  await visit.drop([{ name: "report.json", bytes: pullcheck("check", input("buildx-index.tar"), "--format", "saved") }]);
  await page.locator(".absent").waitFor();
  assert.match(await page.locator(".absent").innerText(), /not in a saved report/);
  assert.equal(await page.locator("button.open").count(), 0);
  // Its documents are there: details still tell their annotations.
  await part(page, "Manifest unknown/unknown").getByRole("button", { name: /^Details/ }).click();
  assert.match(await page.locator("tr.below").innerText(), /vnd\.docker\.reference\.type/);
});
