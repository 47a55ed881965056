// The workers that measure blobs: they come with the work and go with it, whatever ends it; one that dies takes nothing
// with it but the blob that it was reading; a file that changes meanwhile is not reported as checked.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { gzipSync } from "node:zlib";
import { input } from "./core.mjs";
import { pageTest } from "./harness.mjs";

const LAYERS = 4;
const folder = mkdtempSync(join(tmpdir(), "pullcheck-readers-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const sha256 = (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

// A tar with one file of so many bytes of noise.
function tarOf(megabytes) {
  const size = megabytes << 20;
  const header = Buffer.alloc(512);
  header.write("noise", 0);
  header.write("0000644\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.fill(" ", 148, 156);
  header.write("0ustar\x0000", 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, randomBytes(size), Buffer.alloc(1024)]);
}

// A layout with a few large layers, in a folder on disk. Made once.
let made;
function layout() {
  if (made) return made;
  made = join(folder, "layout");
  mkdirSync(join(made, "blobs/sha256"), { recursive: true });
  const put = (mediaType, bytes) => {
    const digest = sha256(bytes);
    writeFileSync(join(made, "blobs", digest.replace(":", "/")), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const tars = Array.from({ length: LAYERS }, (_, number) => tarOf(64 + number));
  const layers = tars.map((tar) => put("application/vnd.oci.image.layer.v1.tar+gzip", gzipSync(tar, { level: 0 })));
  const json = (value) => Buffer.from(JSON.stringify(value));
  const config = put("application/vnd.oci.image.config.v1+json", json({ architecture: "amd64", os: "linux", config: { Cmd: ["/noise"] }, rootfs: { type: "layers", diff_ids: tars.map(sha256) } }));
  const manifest = put(
    "application/vnd.oci.image.manifest.v1+json",
    json({ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", config, layers }),
  );
  writeFileSync(join(made, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(made, "index.json"), json({ schemaVersion: 2, manifests: [{ ...manifest, annotations: { "org.opencontainers.image.ref.name": "v1" } }] }));
  return made;
}

async function dropLarge(visit) {
  const path = layout();
  const page = await visit.open();
  await visit.drop([path]);
  const readers = Math.min(await page.evaluate(() => navigator.hardwareConcurrency), LAYERS);
  await until(() => page.workers().length === 1 + readers, () => `${page.workers().length} workers, not ${1 + readers}`);
  return { page, readers };
}

async function until(holds, otherwise) {
  for (const end = Date.now() + 10_000; !(await holds()); ) {
    assert.ok(Date.now() < end, otherwise());
    await new Promise((done) => setTimeout(done, 10));
  }
}

const onlyOne = (page) => until(() => page.workers().length === 1, () => `${page.workers().length} workers are left`);
const finished = (page) => page.waitForSelector(".effort", { state: "attached", timeout: 60_000 });

pageTest("as many readers as processors, gone when all is checked", { timeout: 120_000 }, async (visit) => {
  const { page, readers } = await dropLarge(visit);
  await page.waitForSelector("progress");
  await finished(page);
  await onlyOne(page);
  assert.match(await page.locator(".coverage").innerText(), /Every blob that was given was read to its end/);
  assert.equal(await page.locator(".effort").getAttribute("data-readers"), String(readers));
  assert.ok(Number(await page.locator(".effort").getAttribute("data-memory")) < 32 << 20);
});

pageTest("cancelling is immediate and keeps what is known", { lang: "zh-CN", timeout: 120_000 }, async (visit) => {
  const { page } = await dropLarge(visit);
  const began = Date.now();
  // At once, without the waiting for things to stand still that a click of Playwright's does.
  await page.getByRole("button", { name: "取消" }).dispatchEvent("click");
  await finished(page);
  assert.ok(Date.now() - began < 1000, `${Date.now() - began} ms`);
  await onlyOne(page);
  assert.match(await page.locator(".coverage").innerText(), /已停止/);
  assert.match(await page.locator(".result").innerText(), /amd64/);
});

pageTest("the next drop ends the readers of the one before", { timeout: 120_000 }, async (visit) => {
  const { page } = await dropLarge(visit);
  await visit.drop([input("higress-empty.tar")]);
  await finished(page);
  await onlyOne(page);
  assert.match(await page.locator("#verdict").innerText(), /Higress/);
});

pageTest("a reader that dies leaves its blob unchecked and all else checked", { timeout: 120_000 }, async (visit) => {
  const { page } = await dropLarge(visit);
  await page.workers().at(-1).evaluate(() => {
    setTimeout(() => {
      throw new Error("killed by the test");
    });
  });
  await finished(page);
  await onlyOne(page);
  const unseen = page.locator(".coverage > ul > li");
  assert.equal(await unseen.count(), 1);
  assert.match(await unseen.innerText(), /stopped working: .*killed by the test/);
  assert.doesNotMatch(await page.locator(".coverage").innerText(), /Every blob/);
});

pageTest("a file that changes while it is read is not reported as checked", { timeout: 120_000 }, async (visit) => {
  const path = join(folder, "layer.tar");
  writeFileSync(path, tarOf(200));
  const page = await visit.open();
  await visit.drop([path]);
  await page.waitForSelector(".result");
  truncateSync(path, statSync(path).size / 2);
  await finished(page);
  await onlyOne(page);
  assert.equal(await page.locator(".coverage > ul > li").count(), 1, await page.locator(".coverage").innerText());
  assert.match(await page.locator(".coverage > ul > li").innerText(), /layer\.tar: It could not be read/);
});
