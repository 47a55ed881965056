// What a screen reader is given: roles and names in both languages, one outline of headings on every page, tables that name
// their cells, text that is not to be translated, titles; and what is said while a file is read.
import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { input } from "./core.mjs";
import { pageTest } from "./harness.mjs";
import { FINAL, chooserBy, focusComes, hear, heard, listen, spoken, strike, tabTo, times, tree } from "./keyboard.mjs";
import { tarHeader } from "./large.mjs";

const LANGUAGES = ["en", "zh-CN"];
const PAGES = ["", "#/rules", "#/rules/digest-syntax", "#/consumers", "#/consumers/higress-wasmplugin", "#/errors", "#/errors/istio-wasm-invalid-oci-image", "#/media-types", "#/media-types/application/vnd.oci.image.manifest.v1%2Bjson", "#/examples", "#/privacy", "#/offline", "#/no/such/page"];

// Whether a name is in a language.
function inLanguage(name, lang, what) {
  assert.match(name, /\S/, `${what} has no name`);
  assert.equal(/\p{Script=Han}/u.test(name), lang === "zh-CN", `${what}: ${name}`);
}

// One main heading, no level left out, one of each landmark, and names for all that can be used.
async function soundly(visit, lang) {
  const nodes = await tree(visit);
  const levels = nodes.filter(({ role }) => role === "heading").map(({ level }) => level);
  assert.equal(levels.filter((level) => level === 1).length, 1, `main headings: ${levels}`);
  assert.equal(levels[0], 1, `${levels}`);
  levels.forEach((level, at) => assert.ok(at === 0 || level <= levels[at - 1] + 1, `a level is left out: ${levels} (${at}, ${nodes.filter(({ role }) => role === "heading")[at].name})`));
  for (const role of ["banner", "main", "contentinfo"]) assert.equal(nodes.filter((node) => node.role === role).length, 1, role);
  const navigations = nodes.filter(({ role }) => role === "navigation").map(({ name }) => name);
  assert.equal(new Set(navigations).size, navigations.length, `parts of the same name: ${navigations}`);
  for (const { role, name } of nodes) {
    if (["button", "link", "textbox", "searchbox", "combobox", "checkbox", "tab", "table", "region", "navigation", "dialog"].includes(role)) assert.match(name, /\S/, `a ${role} without a name`);
  }
  const page = visit.page;
  const bare = await page.locator("table").evaluateAll((all) => all.filter((table) => !table.caption?.textContent.trim() || [...table.querySelectorAll("th")].some((th) => !th.scope)).map((table) => table.outerHTML.slice(0, 200)));
  assert.deepEqual(bare, [], "tables without a caption, or heads that do not say of what");
  const translated = await page.locator("code, pre, kbd").evaluateAll((all) => all.filter((code) => code.translate).map((code) => code.outerHTML.slice(0, 120)));
  assert.deepEqual(translated, [], "code that a translator would change");
  assert.equal(await page.evaluate(() => document.documentElement.lang), lang);
}

for (const lang of LANGUAGES) {
  pageTest(`outline, landmarks, tables, names and titles of every page to read: ${lang}`, { lang, timeout: 120_000 }, async (visit) => {
    const page = await visit.open();
    const titles = new Set();
    for (const hash of PAGES) {
      await page.evaluate((to) => (location.hash = to || "#/"), hash);
      await page.waitForFunction((to) => (document.title.startsWith("Pullcheck")) === (to === ""), hash);
      await soundly(visit, lang).catch((error) => assert.fail(`${hash}: ${error.message}`));
      const heading = (await page.locator("main h1").innerText()).trim();
      const title = await page.title();
      if (hash) assert.equal(title, `${heading} · Pullcheck`);
      assert.ok(!titles.has(title), `two pages are called ${title}`);
      titles.add(title);
    }
  });

  pageTest(`outline, landmarks, tables and names of reports: ${lang}`, { lang, timeout: 120_000 }, async (visit) => {
    const page = await visit.open();
    for (const name of ["flux-lost.tar", "hostile-circles.tar", "higress-right.tar", "empty.tar", "buildx-index.tar"]) {
      await visit.choose("#key-file", [input(name)]);
      await page.waitForFunction((wanted) => document.querySelector(".result:not(.growing) > section.verdict:not(:has(.provisional))")?.textContent.includes(wanted), name);
      await soundly(visit, lang).catch((error) => assert.fail(`${name}: ${error.message}`));
      const title = await page.title();
      assert.ok(!title.includes(name.split(".")[0]), `the title goes into the browser's history: ${title}`);
    }
  });

  pageTest(`roles and names of the main controls: ${lang}`, { lang }, async (visit) => {
    const page = await visit.open();
    const all = async (wanted) => {
      for (const [selector, role] of wanted) {
        const found = await spoken(visit, selector);
        assert.ok(!found.ignored, `${selector} is left out`);
        assert.equal(found.role, role, selector);
        if (role !== "main") inLanguage(found.name, lang, selector);
      }
    };
    await all([["a.skip", "link"], ["header nav", "navigation"], ["#theme", "button"], ["main", "main"], ["main h1", "heading"], [".drop .choices .primary", "button"], ["#paste", "textbox"], ["form.paste button[type=submit]", "button"], ["#keys-open", "button"], [".lock a", "link"]]);
    // The button to the other language is in the other language.
    inLanguage((await spoken(visit, "#language")).name, lang === "en" ? "zh-CN" : "en", "#language");
    await visit.choose("#key-file", [input("flux-lost.tar")]);
    await page.waitForSelector(FINAL);
    await all([["#verdict", "heading"], ["#target", "combobox"], ["button.share", "button"], ["#problem-filter", "searchbox"], ["#problem-0", "article"], ["section[aria-labelledby=sources]", "region"], ["#nav-report", "link"]]);
    // Cells of the matrix are told apart by what they say and of whom.
    const cells = await page.locator("table.matrix summary").evaluateAll((all) => all.map((one) => one.textContent.trim().replace(/\s+/g, " ")));
    assert.ok(cells.length > 5);
    assert.equal(new Set(cells).size, cells.length, "two cells of the same name");
    await strike(page, "?");
    await page.locator("dialog.keys[open]").waitFor();
    await all([["dialog.keys", "dialog"], ["#keys-on", "checkbox"], ["dialog.keys .close", "button"], ["dialog.keys table", "table"]]);
    await strike(page, "Escape", "s");
    await page.locator("dialog.share[open]").waitFor();
    await all([["dialog.share", "dialog"], ["#share-include", "checkbox"], ["#share-link", "textbox"], ["dialog.share .close", "button"]]);
  });
}

pageTest("a notice is said, and closing it loses nobody", {}, async (visit) => {
  await listen(visit);
  const page = await visit.open();
  await tabTo(page, "form.paste button[type=submit]");
  await strike(page, "Enter");
  await hear(page, /^There is no text to check/);
  await tabTo(page, ".notice button", { key: "Shift+Tab" });
  await strike(page, "Enter");
  await page.waitForFunction(() => !document.querySelector("main .notice"));
  await focusComes(page, "main");
});

// --- a file that takes long: a layout whose one layer is so many bytes of nothing, which take no room on most disks
const folder = mkdtempSync(join(tmpdir(), "pullcheck-voice-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const LARGE = 6e9;

function large() {
  const path = join(folder, "large.tar");
  const file = openSync(path, "w");
  let at = 0;
  const entry = (name, size, bytes) => {
    at += writeSync(file, tarHeader(name, size), 0, 512, at);
    if (bytes) writeSync(file, bytes, 0, size, at);
    at += Math.ceil(size / 512) * 512;
  };
  const json = (name, value) => {
    const bytes = Buffer.from(JSON.stringify(value));
    entry(name, bytes.length, bytes);
    return bytes.length;
  };
  const [manifest, config, layer] = ["c", "d", "e"].map((digit) => digit.repeat(64));
  const type = (name) => `application/vnd.oci.image.${name}`;
  json("oci-layout", { imageLayoutVersion: "1.0.0" });
  const value = { schemaVersion: 2, mediaType: type("manifest.v1+json"), config: { mediaType: type("config.v1+json"), digest: `sha256:${config}`, size: 2 }, layers: [{ mediaType: type("layer.v1.tar"), digest: `sha256:${layer}`, size: LARGE }] };
  json("index.json", { schemaVersion: 2, manifests: [{ mediaType: type("manifest.v1+json"), digest: `sha256:${manifest}`, size: JSON.stringify(value).length }] });
  json(`blobs/sha256/${manifest}`, value);
  json(`blobs/sha256/${config}`, {});
  entry(`blobs/sha256/${layer}`, LARGE);
  closeSync(file);
  truncateSync(path, at + 1024);
  return path;
}

pageTest("while a file is read: progress now and then, Escape asks, and the end is said once", { timeout: 120_000 }, async (visit) => {
  await listen(visit);
  const page = await visit.open();
  const chooser = await chooserBy(page, "o");
  await chooser.setFiles(large());
  await page.waitForSelector(".reading progress");
  await hear(page, /^Reading large\.tar$|will refuse/);
  assert.equal(await page.title(), "Reading · Pullcheck");
  const bar = await spoken(visit, ".reading progress");
  assert.equal(bar.role, "progressbar");
  assert.match(bar.name, /\S/);

  // Escape asks, twice: the first time reading goes on.
  await strike(page, "Escape");
  await focusComes(page, "dialog.ask .go-on");
  await visit.axe();
  await visit.shot("keys-ask");
  await strike(page, "Enter");
  await page.waitForFunction(() => !document.querySelector("dialog[open]"));
  assert.ok(await page.locator(".reading progress").isVisible(), "it went on");

  await page.waitForTimeout(5000);
  const spoke = (await heard(page)).filter(({ how, words }) => how === "live" && / of 6(\.0)? GB/.test(words));
  assert.ok(spoke.length >= 2, `progress is not told: ${JSON.stringify(await heard(page))}`);
  // Every two seconds; on a busy machine one may come late, and the next then sooner after it.
  spoke.slice(1).forEach((one, at) => assert.ok(one.at - spoke[at].at >= 1400, `after ${one.at - spoke[at].at} ms`));
  assert.ok(spoke.at(-1).at - spoke[0].at >= (spoke.length - 1) * 2000 - 600, JSON.stringify(spoke.map(({ at }) => at)));

  const told = (await heard(page)).length;
  await strike(page, "Escape");
  await focusComes(page, "dialog.ask .go-on");
  await tabTo(page, "dialog.ask .stop", { most: 2 });
  await strike(page, "Enter");
  await page.waitForFunction(() => !document.querySelector(".reading"));
  assert.match(await page.locator(".provisional").innerText(), /stopped before the end/);
  await focusComes(page, "#verdict");
  const verdict = (await page.locator("#verdict").innerText()).trim();
  await page.waitForTimeout(300);
  assert.equal((await heard(page)).slice(told).filter(({ words }) => words === verdict).length, 1, "the verdict is said once");
  // When nothing is read, Escape asks nothing.
  await strike(page, "Escape");
  assert.equal(await page.locator("dialog[open]").count(), 0);
});

pageTest("who is at work in an early report keeps the focus, and is told the verdict", { timeout: 120_000 }, async (visit) => {
  await listen(visit);
  const page = await visit.open();
  await visit.choose("#key-file", [large()]);
  await page.waitForSelector(".reading + .result #target");
  await tabTo(page, "#target");
  await strike(page, "Escape");
  await page.waitForTimeout(200);
  assert.equal(await page.locator("dialog[open]").count(), 0, "Escape belongs to the list");
  const told = (await heard(page)).length;
  await page.locator(".reading button.stop").first().dispatchEvent("click");
  await page.waitForFunction(() => !document.querySelector(".reading"));
  const verdict = (await page.locator("#verdict").innerText()).trim();
  await page.waitForTimeout(300);
  await focusComes(page, "#target");
  assert.equal(await times(page, new RegExp(`^${verdict.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`), told), 1);
});
