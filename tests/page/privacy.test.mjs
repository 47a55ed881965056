// What the page says of privacy, done as it says: each check that it prints for its readers, and what the browser keeps
// after a whole way through it with a name that would be recognised anywhere.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { input } from "./core.mjs";
import { builtFiles, dist, pageTest } from "./harness.mjs";
import { FINAL, chooserBy, hear, listen, strike, tabTo } from "./keyboard.mjs";

const NEEDLE = "zebra7391";
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: `sha256:${"a".repeat(64)}`, size: 2 },
  layers: [{ mediaType: `application/x-${NEEDLE}`, digest: `sha256:${"b".repeat(64)}`, size: 3 }],
  annotations: { [`com.${NEEDLE}.name`]: `registry.${NEEDLE}.example/app` },
});

// All that the browser keeps for the page's address, as text by place.
const everything = (page) =>
  page.evaluate(async () => {
    const kept = {};
    for (const [name, storage] of [["local", localStorage], ["session", sessionStorage]]) for (const key of Object.keys(storage)) kept[`${name} ${key}`] = storage.getItem(key);
    for (const { name } of await indexedDB.databases()) kept[`database ${name}`] = "";
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const bytes = await (await cache.match(request)).arrayBuffer();
        kept[`cache ${name} ${request.url}`] = new TextDecoder("latin1").decode(bytes);
      }
    }
    const root = await navigator.storage.getDirectory();
    for await (const name of root.keys()) kept[`file ${name}`] = "";
    if (document.cookie) kept.cookie = document.cookie;
    if (history.state !== null) kept.history = JSON.stringify(history.state);
    if (window.name) kept.window = window.name;
    return kept;
  });

const OWN = ["local pullcheck.for", "local pullcheck.keys", "local pullcheck.lang", "local pullcheck.theme"];

pageTest("nothing of what is checked is kept, four choices are, and all is forgotten at a click", { timeout: 120_000 }, async (visit) => {
  await listen(visit);
  const page = await visit.open();
  // What would be found if it were kept: the search itself works.
  await page.evaluate((needle) => sessionStorage.setItem("control", needle), NEEDLE);
  assert.ok(JSON.stringify(await everything(page)).includes(NEEDLE));
  await page.evaluate(() => sessionStorage.clear());

  // A way through the page.
  await visit.drop([{ name: `${NEEDLE}.json`, bytes: manifest }]);
  await page.waitForSelector(FINAL);
  assert.match(await page.locator(".result").innerText(), new RegExp(NEEDLE), "the name is on the page");
  assert.ok(!(await page.title()).includes(NEEDLE));
  await tabTo(page, "#target");
  await page.keyboard.type("skopeo");
  await page.waitForFunction(() => location.hash.includes("for="));
  await page.evaluate(() => document.activeElement.blur());
  await strike(page, "t", "l");
  await page.waitForFunction(() => document.documentElement.lang === "zh-CN");
  await strike(page, "l", "/");
  await page.keyboard.type(NEEDLE);
  await page.locator(".actions .copy").first().click();
  await strike(page, "s");
  await page.locator("#share-include").check();
  await strike(page, "Escape", "e");
  await Promise.all([page.waitForEvent("download"), page.locator(".save-report").click()]);
  await strike(page, "?");
  await page.locator("#keys-on").uncheck();
  await strike(page, "Escape");
  await visit.paste(`${NEEDLE}: number of layers must be 2 but got 1`);
  await page.waitForFunction(() => document.title.startsWith("What an error means"));
  assert.ok(!(await page.title()).includes(NEEDLE));

  const kept = await everything(page);
  assert.deepEqual(Object.keys(kept).filter((name) => !name.startsWith("cache ")).sort(), OWN);
  for (const [place, text] of Object.entries(kept)) assert.ok(!`${place} ${text}`.includes(NEEDLE), `${place} holds the name`);
  assert.deepEqual(OWN.map((name) => JSON.parse(kept[name])).sort(), ["en", "light", "off", kept["local pullcheck.for"].slice(1, -1)].sort());
  assert.match(kept["local pullcheck.for"], /skopeo/);
  assert.ok(Object.keys(kept).some((name) => name.startsWith("cache ")), "there is a copy of the page");

  // The page lists just that, and forgets it.
  await page.locator("footer a[href='#/privacy']").click();
  const list = await page.locator("ul.kept").innerText();
  for (const name of OWN) assert.ok(list.includes(name.replace("local ", "")), list);
  assert.doesNotMatch(list, /not set/);
  assert.match(list, /light[^]*en[^]*skopeo[^]*off[^]*kept/);
  await tabTo(page, "button.forget");
  await strike(page, "Enter");
  await hear(page, /^Forgotten: the colours, the language, where you deploy to, whether single keys are shortcuts, the copy of the page\.$/);
  assert.deepEqual(await everything(page), {});
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), undefined, "the colours are the system's again");
  assert.equal((await page.locator("ul.kept").innerText()).match(/not set/g).length, 4);
  await strike(page, "?");
  await page.locator("dialog.keys[open]").waitFor();
  await strike(page, "Escape");
  await strike(page, "Enter");
  await page.waitForFunction(() => document.querySelector(".forgotten").textContent === "Nothing was kept.");
  await visit.axe();
});

pageTest("the padlock says since when, on every page, and by a clock that is right", {}, async (visit) => {
  const before = Date.now();
  const page = await visit.open();
  const after = Date.now();
  for (const hash of ["#/", "#/rules", "#/privacy", "#/examples/higress-empty", "#/no/such/page"]) {
    await page.evaluate((to) => (location.hash = to), hash);
    await page.locator("main h1").first().waitFor();
    const words = await page.locator("header .lock").innerText();
    const [, hours, minutes, seconds] = words.match(/^Network closed since (\d\d):(\d\d):(\d\d)\./) ?? assert.fail(words);
    assert.match(words, /never uploaded: the browser blocks every request of this page/);
    const closed = await page.evaluate(([h, m, s, day]) => new Date(day).setHours(h, m, s, 999), [+hours, +minutes, +seconds, before]);
    assert.ok(closed >= before && closed - 999 <= after, `${words}, opened from ${new Date(before).toISOString()} to ${new Date(after).toISOString()}`);
  }
});

// The four checks of the page, as a reader would carry them out. That a control exists for each is in its own line.
async function checks(visit) {
  const page = await visit.open("#/privacy");
  const items = page.locator("ol.checks > li");
  assert.equal(await items.count(), 4);
  return { page, items };
}

async function check(page, chosen = "higress-empty.tar") {
  const chooser = await chooserBy(page, "o");
  await chooser.setFiles(input(chosen));
  await page.waitForSelector(FINAL);
}

pageTest("check 1: no request appears while a file is checked", {}, async (visit) => {
  const { page, items } = await checks(visit);
  assert.match(await items.nth(0).innerText(), /network panel.*No request appears but blob:/s);
  const [asked, served] = [[], visit.requests.length];
  page.on("request", (request) => asked.push(request.url()));
  await check(page);
  await page.waitForTimeout(300);
  assert.deepEqual(asked.filter((url) => !url.startsWith("blob:")), []);
  assert.equal(visit.requests.length, served);
  assert.ok(page.workers().every((worker) => worker.url().startsWith("blob:")) && page.workers().length > 0);
});

pageTest("check 2: a file is checked without a network", {}, async (visit) => {
  const { page, items } = await checks(visit);
  assert.match(await items.nth(1).innerText(), /disconnect from the network, and check a file\. Everything still works/);
  await visit.context.setOffline(true);
  await check(page);
  assert.match(await page.locator("#verdict").innerText(), /Higress/);
});

pageTest("check 3: the policies stand where the page says", {}, async (visit) => {
  const { page, items } = await checks(visit);
  assert.match(await items.nth(2).innerText(), /first policy stands at its top.*second.*LOCK.*elements panel/s);
  const [first, second, ...more] = await page.locator("meta[http-equiv='Content-Security-Policy']").evaluateAll((all) => all.map((meta) => meta.content));
  assert.deepEqual(more, []);
  const html = readFileSync(join(dist, "index.html"), "utf8");
  assert.equal(html.match(/<meta http-equiv="Content-Security-Policy" content="([^"]+)"/)?.[1], first);
  assert.ok(html.indexOf(first) < 200, "the first stands at the top");
  assert.equal(readFileSync(join(dist, builtFiles().boot), "utf8").match(/const LOCK = "([^"]+)"/)?.[1], second);
  // It names default-src 'none' and nothing of what asks or sends.
  assert.match(second, /^default-src 'none';/);
  assert.doesNotMatch(second, /connect-src|https?:|'self'|\*/);
});

pageTest("check 4: what the page has its readers try is refused, and the policy named", { tolerate: [/policy: connect-src/, /Content Security Policy/] }, async (visit) => {
  const { page, items } = await checks(visit);
  const command = await items.nth(3).locator("pre").innerText();
  await page.evaluate(() => document.addEventListener("securitypolicyviolation", (event) => (globalThis.breach = { directive: event.effectiveDirective, policy: event.originalPolicy })));
  const served = visit.requests.length;
  // Into the console, which no policy binds.
  const devtools = await visit.context.newCDPSession(page);
  const { result } = await devtools.send("Runtime.evaluate", { expression: `${command}.then(() => "it went out", () => "refused")`, awaitPromise: true });
  assert.equal(result.value, "refused");
  const breach = await page.evaluate(() => globalThis.breach);
  assert.equal(breach.directive, "connect-src");
  assert.match(breach.policy, /default-src 'none'/);
  assert.equal(visit.requests.length, served);
});

pageTest("the single file says and keeps the same", { from: "file" }, async (visit) => {
  const page = await visit.open();
  assert.match(await page.locator("header .lock").innerText(), /^Network closed since \d\d:\d\d:\d\d\./);
  await page.evaluate(() => (location.hash = "#/privacy"));
  await page.locator("ul.kept").waitFor();
  assert.match(await page.locator("ul.kept").innerText(), /the copy of the page: none/);
  assert.equal(await page.locator("meta[http-equiv='Content-Security-Policy']").count(), 2);
});
