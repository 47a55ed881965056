// The page without a network: the copy that the browser keeps, how it meets a newer release, and how it is forgotten.
// "No network" is a server that has gone: whatever is asked for fails, and the test with it.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after } from "node:test";
import { finishSite, singleName } from "../../setup/site.mjs";
import { dist, pageTest } from "./harness.mjs";
import { checkSomething, journey } from "./journey.mjs";

// Takes the server away; what is asked of it from here on ends in an error of the browser.
async function disconnect(visit) {
  visit.server.closeAllConnections();
  await new Promise((done) => visit.server.close(done));
}

// What the only copy holds, by name.
const kept = (page) =>
  page.evaluate(async () => {
    const [name] = await caches.keys();
    const copy = await caches.open(name);
    return (await copy.keys()).map((request) => new URL(request.url).pathname.replace("/pullcheck/", "")).sort();
  });

const copies = (page) => page.evaluate(async () => (await caches.keys()).sort());

pageTest("after the first visit the whole journey works with the server gone", { timeout: 120_000 }, async (visit) => {
  const page = await visit.open();
  assert.equal((await copies(page)).length, 1);
  await disconnect(visit);
  const asked = visit.requests.length;
  await visit.open("#/offline");
  await page.reload();
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  assert.equal(await page.evaluate(() => navigator.serviceWorker.controller !== null), true);
  await visit.context.setOffline(true);
  await journey(visit);
  assert.equal(visit.requests.length, asked);
});

pageTest("the copy is made before the network is closed, and each file comes once", {}, async (visit) => {
  const page = await visit.open();
  const asked = visit.requests.length;
  await page.waitForTimeout(1500);
  assert.equal(visit.requests.length, asked, "a request after ready");
  const names = await kept(page);
  const files = visit.requests.map((path) => path.replace("/pullcheck/", "")).filter((name) => name !== "sw.js");
  // And the module as it is after unpacking, put there when the page was ready.
  assert.deepEqual(names.filter((name) => !name.endsWith(".wasm")), files.sort());
  assert.equal(names.length, files.length + 1);
});

pageTest("a later visit takes the unpacked module from the copy, and another one where it is not what was built", {}, async (visit) => {
  const page = await visit.open();
  const unpacked = async () => (await kept(page)).find((name) => name.endsWith(".wasm"));
  while (!(await unpacked())) await page.waitForTimeout(50);
  const address = visit.address + (await unpacked());
  // How often the page unpacked: each time a worker of that purpose was started.
  await page.addInitScript(() => {
    const post = Worker.prototype.postMessage;
    globalThis.unpackings = 0;
    Worker.prototype.postMessage = function (message, ...rest) {
      if (Array.isArray(message) && message[0] instanceof Uint8Array) globalThis.unpackings += 1;
      return post.call(this, message, ...rest);
    };
  });
  await visit.open("#/offline");
  await page.reload();
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  assert.equal(await page.evaluate(() => globalThis.unpackings), 0);
  await page.evaluate(async (address) => {
    for (const name of await caches.keys()) {
      const copy = await caches.open(name);
      const bytes = new Uint8Array(await (await copy.match(address)).arrayBuffer());
      bytes[bytes.length - 1] ^= 1;
      await copy.put(address, new Response(bytes));
    }
  }, address);
  await page.reload();
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  assert.equal(await page.evaluate(() => globalThis.unpackings), 1);
});

pageTest("a second visit asks the server for nothing but the service worker, and that is the browser's doing", {}, async (visit) => {
  await visit.open();
  const asked = visit.requests.length;
  await visit.page.goto("about:blank");
  const page = await visit.open();
  await page.waitForTimeout(2500);
  assert.deepEqual([...new Set(visit.requests.slice(asked))].filter((path) => path !== "/pullcheck/sw.js"), []);
});

for (const lang of ["en", "zh-CN"]) {
  pageTest(`says that there is no network, and where to get the page for use without one: ${lang}`, { lang }, async (visit) => {
    const page = await visit.open("#/offline");
    await page.locator(".reset-copy").waitFor();
    assert.deepEqual(await page.locator(".take-along a").evaluateAll((links) => links.map((link) => link.getAttribute("href"))), [`./${singleName()}`]);
    await visit.axe();
    await visit.shot(`offline-page-${lang}`);
    await visit.context.setOffline(true);
    await page.locator(".notice.offline").waitFor();
    assert.match(await page.locator(".notice.offline").innerText(), lang === "en" ? /everything still works/ : /一切照常可用/);
    await visit.axe();
    await visit.shot(`offline-badge-${lang}`);
    await visit.context.setOffline(false);
    await page.locator(".notice.offline").waitFor({ state: "detached" });
  });
}

pageTest("the copy can be reset, and the next visit makes another", {}, async (visit) => {
  const page = await visit.open("#/offline");
  await page.locator(".reset-copy").click();
  await page.waitForFunction(() => document.querySelector(".reset-outcome").textContent !== "");
  assert.deepEqual(await copies(page), []);
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
  await visit.axe();
  await page.reload();
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  assert.equal((await copies(page)).length, 1);
});

pageTest("can be installed, and no file is asked for that", {}, async (visit) => {
  const page = await visit.open();
  const devtools = await visit.context.newCDPSession(page);
  const { errors, data } = await devtools.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  assert.equal(manifest.start_url, visit.address);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  // A context of its own is what the browser calls incognito.
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito"), []);
});

pageTest("nothing gets out by way of the service worker", {}, async (visit) => {
  await visit.open();
  await visit.page.goto("about:blank");
  const page = await visit.open();
  await page.evaluate(async (address) => {
    const worker = navigator.serviceWorker.controller;
    for (const message of [address, { url: address }, ["take over", address], { type: "fetch", url: address }]) worker.postMessage(message);
  }, `${visit.address}out/message`);
  await page.waitForTimeout(1000);
  assert.deepEqual(visit.requests.filter((path) => path.includes("/out/")), []);
});

// --- a newer release: the same program with another style sheet, made as the build makes it
const newer = mkdtempSync(join(tmpdir(), "pullcheck-newer-"));
after(() => rmSync(newer, { recursive: true, force: true }));
const newStyle = "style-0123456789abcdef.css";
{
  cpSync(dist, newer, { recursive: true });
  const style = readdirSync(newer).find((name) => name.startsWith("style-"));
  renameSync(join(newer, style), join(newer, newStyle));
  const index = join(newer, "index.html");
  writeFileSync(index, readFileSync(index, "utf8").replaceAll(style, newStyle));
  finishSite(newer, []);
}
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".bin": "application/octet-stream" };

// The answers of a server that has been given the newer release, perhaps not all of it.
function deployed(missing = () => false) {
  const site = { on: false };
  site.instead = (name) => {
    if (!site.on) return undefined;
    const file = name || "index.html";
    if (missing(file)) return { status: 404, type: "text/plain", body: "" };
    return { status: 200, type: TYPES[extname(file)], body: readFileSync(join(newer, file)) };
  };
  return site;
}
const style = (page) => page.evaluate(() => document.querySelector('link[rel="stylesheet"]').getAttribute("href"));

const site = deployed();
pageTest("a newer release waits for a click, reloads nothing by itself, and then comes as a whole", { instead: (name) => site.instead(name), files: [newStyle], timeout: 120_000 }, async (visit) => {
  const page = await visit.open();
  const before = await style(page);
  site.on = true;
  await page.goto("about:blank");
  await visit.open();
  assert.equal(await style(page), before, "the copy answers");
  await page.evaluate(() => (globalThis.still = true));
  await checkSomething(visit);
  await page.locator(".notice.newer").waitFor({ timeout: 30_000 });
  await visit.axe();
  await visit.shot("offline-newer");
  await page.waitForTimeout(1000);
  assert.equal(await page.evaluate(() => globalThis.still), true, "it reloaded by itself");
  assert.ok(await page.locator("#verdict").isVisible());
  await page.locator(".use-newer").click();
  await page.waitForFunction((name) => document.querySelector('link[rel="stylesheet"]')?.getAttribute("href") === name && "ready" in document.documentElement.dataset, `./${newStyle}`);
  assert.equal(await page.evaluate(() => globalThis.still), undefined);
  assert.equal((await copies(page)).length, 1, "the old copy is gone");
  assert.equal(await page.locator(".notice.newer").count(), 0);
});

const partial = deployed((name) => name.endsWith(".css"));
pageTest("a release of which a file is missing never takes the place of a whole one", { instead: (name) => partial.instead(name), files: [newStyle], timeout: 120_000 }, async (visit) => {
  const page = await visit.open();
  const [before, kept] = [await style(page), await copies(page)];
  partial.on = true;
  await page.goto("about:blank");
  await visit.open();
  await page.waitForTimeout(3000);
  assert.ok(visit.requests.filter((path) => path.endsWith("/sw.js")).length > 1, "the browser looked for a newer release");
  assert.ok(visit.requests.some((path) => path.endsWith(newStyle)), "and tried to fetch it");
  assert.equal(await page.locator(".notice.newer").count(), 0);
  await page.reload();
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  assert.equal(await style(page), before);
  assert.deepEqual(await copies(page), kept);
});
