// The page where it has no server, or one that browsers do not trust: the single file from the disk, and plain HTTP.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { pathToFileURL } from "node:url";
import { singleName } from "../../setup/site.mjs";
import { input } from "./core.mjs";
import { dist, pageTest } from "./harness.mjs";
import { journey } from "./journey.mjs";
import { FINAL } from "./verdict.mjs";

pageTest("the single file goes the whole journey from the disk", { from: "file", timeout: 120_000 }, async (visit) => {
  const page = await visit.open();
  assert.match(page.url(), /^file:/);
  await journey(visit);
  await visit.axe();
  await page.evaluate(() => (location.hash = "#/offline"));
  await page.locator(".copy-state").waitFor();
  assert.match(await page.locator(".copy-state").innerText(), /This is the single file/);
  assert.equal(await page.locator(".take-along, .reset-copy").count(), 0);
  assert.deepEqual(visit.requests, []);
});

pageTest("the single file says which way a folder goes where the browser does not open a dropped one, and that way works", { from: "file" }, async (visit) => {
  const page = await visit.open();
  await visit.drop([input("layout")]);
  await page.locator(".notice", { hasText: "Choose the folder with the button" }).waitFor();
  await visit.choose("#pick-folder", [input("layout")]);
  await page.waitForSelector(FINAL);
  assert.match(await page.locator("main").innerText(), /An OCI image layout in a folder/);
});

pageTest("where workers can read no file, as in WebKit from a disk, the page reads for them", { from: "file" }, async (visit) => {
  await visit.page.addInitScript(() => {
    let kept;
    Object.defineProperty(globalThis, "pullcheck", { get: () => kept, set: (given) => { kept = Object.freeze({ ...given, workersRead: false }); } });
  });
  const page = await visit.open();
  const posted = await page.evaluateHandle(() => {
    const posted = [];
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...rest) {
      for (const file of message.files ?? []) posted.push(file.constructor.name);
      return post.call(this, message, ...rest);
    };
    return posted;
  });
  await visit.choose("#pick-file", [input("zstd-image.tar")]);
  await page.waitForSelector(FINAL);
  assert.match(await page.locator("main").innerText(), /as declared/);
  await visit.paste('{"schemaVersion": 2, "manifests": []}');
  await page.locator("section.verdict .given", { hasText: "37 B" }).waitFor();
  await page.waitForSelector(FINAL);
  assert.deepEqual(await posted.jsonValue(), ["ArrayBuffer", "ArrayBuffer"]);
});

pageTest("the single file also works from a server that names another encoding", { instead: (name) => (name === singleName() ? { status: 200, type: "text/html; charset=utf-8", body: readFileSync(join(dist, name)) } : undefined), files: [singleName()] }, async (visit) => {
  const page = await visit.open(singleName());
  assert.equal(await page.evaluate(() => globalThis.pullcheck.copyState()), "single");
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
  assert.deepEqual(visit.requests, [`/pullcheck/${singleName()}`]);
});

// The file as it comes out of a broken transfer.
const scratch = mkdtempSync(join(tmpdir(), "pullcheck-single-"));
after(() => rmSync(scratch, { recursive: true, force: true }));
const text = readFileSync(join(dist, singleName()), "utf16le");
const start = text.indexOf('id="program"') + 2000;
const damages = {
  "one character of its program is another": text.slice(0, start) + (text[start] === "\u4e00" ? "\u4e01" : "\u4e00") + text.slice(start + 1),
  "a part of its program is missing": text.slice(0, start) + text.slice(start + 5000),
  "a script in it was changed": text.replace("const LOCK = \"default-src 'none';", "const LOCK = \"default-src *;"),
};
for (const [how, damaged] of Object.entries(damages)) {
  pageTest(`the single file does not run when ${how}`, { from: "file", tolerate: [/./] }, async (visit) => {
    assert.notEqual(damaged, text);
    const path = join(scratch, `${how.replaceAll(" ", "-")}.html`);
    writeFileSync(path, damaged, "utf16le");
    visit.address = pathToFileURL(path).href;
    await visit.page.goto(visit.address);
    await visit.page.waitForTimeout(3000);
    assert.equal(await visit.page.locator("html[data-ready]").count(), 0);
    // Where it is the script that was changed, nothing is left that could say so.
    if (!how.startsWith("a script")) assert.match(await visit.page.locator("#boot-failed").innerText(), /this file was cut|program (in this file )?(is damaged|ends too early)/);
  });
}

pageTest("nothing gets out of the single file", { from: "file", elsewhere: true, tolerate: [/policy: /, /./] }, async (visit) => {
  const page = await visit.open();
  const refused = await page.evaluate(async () => {
    const ways = {
      fetch: () => fetch("http://127.0.0.1:9/"),
      image: () => new Promise((done, refuse) => Object.assign(new Image(), { onload: done, onerror: () => refuse(new Error("refused")), src: "http://127.0.0.1:9/x.png" })),
      script: () => new Promise((done, refuse) => document.head.append(Object.assign(document.createElement("script"), { onload: done, onerror: () => refuse(new Error("refused")), src: "http://127.0.0.1:9/x.js" }))),
    };
    const broken = [];
    document.addEventListener("securitypolicyviolation", (event) => broken.push(event.effectiveDirective));
    for (const way of Object.values(ways)) await way().catch(() => {});
    return broken;
  });
  assert.deepEqual([...new Set(refused)].sort(), ["connect-src", "img-src", "script-src-elem"]);
});

pageTest("over plain HTTP the whole journey works and nothing complains", { from: "plain", timeout: 120_000 }, async (visit) => {
  const page = await visit.open();
  assert.deepEqual(await page.evaluate(() => [isSecureContext, "serviceWorker" in navigator, "clipboard" in navigator, globalThis.crypto.subtle === undefined]), [false, false, false, true]);
  assert.equal(await page.locator("link[rel=manifest]").count(), 0);
  await journey(visit);
  await visit.axe();
  await page.evaluate(() => (location.hash = "#/offline"));
  await page.locator(".copy-state").waitFor();
  assert.match(await page.locator(".copy-state").innerText(), /No copy can be kept here/);
  assert.equal(await page.locator(".reset-copy").count(), 0);
  await visit.shot("offline-plain-http");
  assert.ok(!visit.requests.some((path) => path.endsWith("sw.js")));
});
