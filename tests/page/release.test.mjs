// What is handed out: the files of `make release`, read by other means than those that made them, and the zip's site run
// as an intranet's server would serve it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync, inflateRawSync } from "node:zlib";
import { finishSite, singleName, zipName } from "../../setup/site.mjs";
import { dist, pageTest } from "./harness.mjs";

const script = fileURLToPath(new URL("../../setup/release.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "pullcheck-release-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const make = (name) => {
  execFileSync("node", [script, "--to", join(folder, name)]);
  return (file) => readFileSync(join(folder, name, file));
};
const made = make("one");

// Reads a ZIP archive by its list at the end, as unpackers do.
function unzip(bytes) {
  const end = bytes.lastIndexOf("PK\x05\x06", undefined, "latin1");
  assert.equal(end, bytes.length - 22);
  const files = new Map();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    assert.equal(bytes.toString("latin1", at, at + 4), "PK\x01\x02");
    const [packed, size, name] = [bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 24), bytes.readUInt16LE(at + 28)];
    const path = bytes.toString("utf8", at + 46, at + 46 + name);
    const local = bytes.readUInt32LE(at + 42);
    assert.equal(bytes.toString("latin1", local, local + 4), "PK\x03\x04");
    assert.deepEqual(bytes.subarray(local + 4, local + 30), bytes.subarray(at + 6, at + 32), `${path}: both headers say the same`);
    const content = inflateRawSync(bytes.subarray(local + 30 + name, local + 30 + name + packed));
    assert.equal(content.length, size, path);
    // The last eight bytes of a gzip stream are the same checksum, and the size.
    assert.equal(gzipSync(content, { level: 1 }).subarray(-8).readUInt32LE(), bytes.readUInt32LE(at + 16), path);
    files.set(path, content);
    at += 46 + name + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  assert.equal(at, end);
  return files;
}

test("the checksums are those of the files, and the same dist/ makes the same bytes", () => {
  const sums = made("SHA256SUMS").toString().trim().split("\n").map((line) => line.split("  "));
  assert.deepEqual(sums.map(([, name]) => name), [singleName(), zipName()]);
  for (const [hash, name] of sums) assert.equal(createHash("sha256").update(made(name)).digest("hex"), hash);
  assert.deepEqual(make("two")("SHA256SUMS"), made("SHA256SUMS"));
});

const site = unzip(made(zipName()));

test("the zip holds the whole site, and how to serve it", () => {
  const names = [...site.keys()].map((name) => name.replace(/^pullcheck\//, ""));
  const expected = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && ![zipName(), "SHA256SUMS"].includes(entry.name));
  assert.equal(names.length, expected.length + 1);
  for (const name of ["index.html", "sw.js", ".nojekyll", singleName()]) assert.ok(names.includes(name), name);
  assert.match(site.get("pullcheck/README.txt").toString(), /text\/javascript/);
  assert.doesNotMatch(site.get("pullcheck/README.txt").toString(), /VERSION/);
  assert.match(site.get("pullcheck/index.html").toString(), new RegExp(`name="pullcheck-files" content="${singleName()}"`));
});

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".bin": "application/octet-stream" };
for (const from of [undefined, "plain"]) {
  pageTest(
    `the zip's site runs from a server ${from === "plain" ? "over plain HTTP" : "that browsers trust, which keeps a copy"}`,
    {
      from,
      instead: (name) => {
        const body = site.get(`pullcheck/${name || "index.html"}`);
        return body ? { status: 200, type: TYPES[extname(name || "index.html")], body, headers: { "cache-control": "max-age=600" } } : { status: 404, type: "text/plain", body: "" };
      },
    },
    async (visit) => {
      const page = await visit.open("#/offline");
      await page.locator(".take-along a").waitFor();
      assert.equal(await page.evaluate(() => globalThis.pullcheck.copyState()), from === "plain" ? "unable" : "kept");
    },
  );
}

test("the service worker of a site with more files beside it fits its document", () => {
  const copy = mkdtempSync(join(folder, "site-"));
  for (const [name, body] of site) {
    const path = join(copy, name.replace(/^pullcheck\//, ""));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, body);
  }
  finishSite(copy, [singleName(), zipName()]);
  const worker = readFileSync(join(copy, "sw.js"), "utf8");
  const digest = createHash("sha384").update(readFileSync(join(copy, "index.html"))).digest("base64");
  assert.ok(worker.includes(`"": "sha384-${digest}"`));
  assert.doesNotMatch(worker, /const RELEASE = "";/);
});
