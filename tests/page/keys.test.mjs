// The page by keyboard alone: whole ways through it with no mouse, what is seen and heard on the way, and that keys can be
// turned off.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { input } from "./core.mjs";
import { pageTest } from "./harness.mjs";
import { FINAL, active, chooserBy, focusComes, hear, heard, listen, strike, tabTo, times, walk } from "./keyboard.mjs";

// A manifest with several problems, of which one stands where consumers refuse it.
const type = (name) => `application/vnd.oci.image.${name}`;
const MANIFEST = JSON.stringify(
  {
    schemaVersion: 2,
    mediaType: type("manifest.v1+json"),
    config: { mediaType: type("config.v1+json"), digest: `sha256:${"a".repeat(64)}`, size: 2 },
    layers: [
      { mediaType: "not a type", digest: `sha256:${"b".repeat(64)}`, size: 3 },
      { mediaType: type("layer.v1.tar+gzip"), digest: "sha256:short", size: -1 },
    ],
    annotations: { "org.opencontainers.image.created": "yesterday" },
  },
  null,
  2,
);

const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());
const language = (page, wanted) => page.waitForFunction((tag) => document.documentElement.lang === tag, wanted);
const noneOpen = (page) => page.waitForFunction(() => !document.querySelector("dialog[open]"));

async function pasted(visit, text = MANIFEST) {
  await listen(visit);
  const page = await visit.open();
  await visit.paste(text);
  await page.waitForSelector(FINAL);
  return page;
}

// From problem to problem until one has a command.
async function problemWithCommand(page) {
  const all = await page.locator(".problem").count();
  for (let at = 0; at < all; at++) {
    await strike(page, "n");
    if (await page.evaluate(() => Boolean(document.activeElement.querySelector(".block.command")))) return;
  }
  assert.fail("no problem has a command");
}

pageTest("a manifest: verdict, problem, its place, its command, link, file, language, colours, a rule and back", { timeout: 120_000 }, async (visit) => {
  const page = await pasted(visit);
  await focusComes(page, "#verdict");
  const verdict = (await active(page)).words;
  assert.match(verdict, /refuse/);
  const saying = new RegExp(`^${verdict.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
  await page.waitForTimeout(300);
  assert.equal(await times(page, saying), 1, "the verdict is said once");
  assert.equal(await page.title(), "Refused · Pullcheck");

  // Problems, in both directions; at the ends it says so.
  await strike(page, "2");
  await focusComes(page, "#problems");
  await strike(page, "p");
  await focusComes(page, "#problem-0");
  await strike(page, "p");
  await hear(page, /That was the first problem/);
  await strike(page, "n");
  await focusComes(page, "#problem-1");
  await strike(page, "1", "n");
  await focusComes(page, "#problem-2");
  await strike(page, "p", "p");
  await focusComes(page, "#problem-0");

  // To its place in the document, and its command.
  if (!(await page.evaluate(() => Boolean(document.activeElement.querySelector(".block.command"))))) await problemWithCommand(page);
  const current = page.locator(".problem[aria-current]");
  assert.equal(await current.count(), 1);
  assert.match(await current.locator(".refused").innerText(), /because of what stands here/);
  await strike(page, "Enter");
  await focusComes(page, "section[aria-labelledby=sources] *");
  assert.equal(await page.locator("section[aria-labelledby=sources] mark").first().innerText(), '"not a type"');
  const before = (await heard(page)).length;
  await strike(page, "c");
  await hear(page, /^Copied$/, before);
  const command = await current.locator(".block.command pre").first().innerText();
  assert.equal((await clipboard(page)).trim(), command.trim());

  // A link that carries the document: the dialog keeps the focus and gives it back.
  await strike(page, "s");
  await focusComes(page, "dialog.share[open] *");
  await tabTo(page, "#share-include");
  await strike(page, "Space");
  await page.waitForFunction(() => document.querySelector("#share-link").value.includes("#/m/1."));
  const within = [];
  for (let at = 0; at < 25; at++) {
    await strike(page, "Tab");
    within.push(await page.evaluate(() => document.activeElement === document.body || Boolean(document.activeElement.closest("dialog.share"))));
  }
  assert.ok(within.every(Boolean), "the focus left the dialog");
  await tabTo(page, "dialog.share > .copy, dialog.share .copy");
  const link = (await heard(page)).length;
  await strike(page, "Enter");
  await hear(page, /^Copied$/, link);
  assert.match(await clipboard(page), /#\/m\/1\./);
  await strike(page, "l");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en", "keys do nothing behind a dialog");
  await strike(page, "Escape");
  await noneOpen(page);
  await focusComes(page, "button.share");

  // A file.
  await strike(page, "e");
  await focusComes(page, ".save-report");
  await tabTo(page, ".save-sarif", { most: 5 });
  const [download] = await Promise.all([page.waitForEvent("download"), strike(page, "Enter")]);
  assert.equal(JSON.parse(readFileSync(await download.path(), "utf8")).version, "2.1.0");
  await focusComes(page, "details.menu > summary");
  assert.equal(await page.locator("details.menu[open]").count(), 0);
  await strike(page, "e", "Escape");
  await focusComes(page, "details.menu > summary");
  assert.equal(await page.locator("details.menu[open]").count(), 0);

  // Language and colours, without leaving the place.
  await strike(page, "l");
  await language(page, "zh-CN");
  await hear(page, /^简体中文$/);
  assert.equal(await page.title(), "会被拒绝 · Pullcheck");
  await focusComes(page, "details.menu > summary");
  await strike(page, "t");
  await hear(page, /^配色：浅色$/);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "light");
  await strike(page, "l");
  await language(page, "en");
  await hear(page, /^English$/);

  // A rule's page and back.
  await strike(page, "1", "n");
  await tabTo(page, ".problem[aria-current] .rule a");
  const rule = await page.evaluate(() => document.activeElement.textContent);
  const told = (await heard(page)).length;
  await strike(page, "Enter");
  await page.locator("article.reference").waitFor();
  await focusComes(page, "main h1");
  const { words } = await active(page);
  assert.equal(await page.title(), `${words} · Pullcheck`);
  assert.equal((await heard(page)).slice(told).filter((one) => one.words === words).length, 1, "the heading is said once");
  assert.match(page.url(), new RegExp(`#/rules/${rule}$`));
  await strike(page, "g", "b");
  await focusComes(page, "#verdict");
  await strike(page, "g", "h");
  await page.waitForFunction(() => document.title === "Pullcheck: will it pull?");
  await focusComes(page, "main h1");
});

pageTest("another place to deploy to changes the verdict, which is said while the focus stays", {}, async (visit) => {
  const page = await pasted(visit);
  await tabTo(page, "#target");
  const [before, told] = [await page.locator("#verdict").innerText(), (await heard(page)).length];
  await page.keyboard.type("skopeo");
  await page.waitForFunction((words) => document.querySelector("#verdict").innerText !== words, before);
  const verdict = await page.locator("#verdict").innerText();
  await hear(page, new RegExp(`^${verdict.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`), told);
  await focusComes(page, "#target");
});

pageTest("an error: its meaning, the search, another error", {}, async (visit) => {
  await listen(visit);
  const page = await visit.open();
  await visit.paste("could not parse as oci variant: number of layers must be 2 but got 1");
  await page.waitForFunction(() => location.hash === "#/explain");
  await focusComes(page, "main h1");
  assert.equal(await page.title(), "What an error means · Pullcheck");
  await strike(page, "/");
  await focusComes(page, "#error-filter");
  await page.keyboard.type("layers");
  assert.equal(await page.locator("#error-filter").inputValue(), "layers", "letters go into the field");
  await hear(page, /contain its words/);
  await tabTo(page, "main .list a", { most: 3 });
  const { words } = await active(page);
  await strike(page, "Enter");
  await page.waitForFunction(() => /^#\/errors\/./.test(location.hash));
  await focusComes(page, "main h1");
  assert.equal((await active(page)).words, words);
});

pageTest("files and folders are chosen by key, on any page, the same one twice", {}, async (visit) => {
  await listen(visit);
  const page = await visit.open("#/rules");
  for (let time = 0; time < 2; time++) {
    const chooser = await chooserBy(page, "o");
    assert.ok(chooser.isMultiple());
    await chooser.setFiles(input("flux-lost.tar"));
    await page.waitForSelector(FINAL);
    await focusComes(page, "#verdict");
    await strike(page, "g", "r");
    await focusComes(page, "main h1");
  }
  const chooser = await chooserBy(page, "Shift+O");
  assert.equal(await chooser.element().getAttribute("webkitdirectory"), "");
  await chooser.setFiles(input("layout"));
  await page.waitForSelector(FINAL);
  assert.match(await page.locator("section.verdict").innerText(), /layout/);

  // Parts of the report, and its documents.
  for (const [key, id] of [["4", "contents"], ["3", "sources"], ["5", "contents ~ * tr[data-role=layer]"], ["1", "verdict"]]) {
    await strike(page, key);
    await focusComes(page, `#${id}`);
    assert.ok(await page.locator(`#${id}`).evaluate((e) => { const { top, bottom } = e.getBoundingClientRect(); return top >= -1 && bottom <= innerHeight + 1; }), `#${id} is not in view`);
  }
  const selected = () => page.locator("[role=tab][aria-selected=true]").getAttribute("id");
  await strike(page, "]");
  const one = await selected();
  await focusComes(page, `#${one}`);
  await strike(page, "[");
  const other = await selected();
  assert.notEqual(one, other);
  await focusComes(page, `#${other}`);
  // What is not there is said.
  await strike(page, "g", "h");
  await focusComes(page, "main h1");
  await strike(page, "n");
  await page.waitForTimeout(200);
  assert.equal(await page.locator("main .notice").count(), 0, "off a report its keys do nothing");
});

pageTest("an example from the gallery", {}, async (visit) => {
  await listen(visit);
  const page = await visit.open();
  await strike(page, "g", "x");
  await focusComes(page, "main h1");
  await tabTo(page, "main a[href^='#/examples/']");
  await strike(page, "Enter");
  await page.waitForSelector(FINAL);
  await focusComes(page, "#verdict");
  const { words } = await active(page);
  await page.waitForTimeout(300);
  assert.equal((await heard(page)).filter((one) => one.words === words).length, 1);
});

pageTest("the filter: what fits, nothing that fits, all again", {}, async (visit) => {
  const page = await pasted(visit);
  const all = await page.locator(".problem").count();
  assert.ok(all > 3);
  await strike(page, "/");
  await focusComes(page, "#problem-filter");
  await page.keyboard.type("digest-sha256");
  await page.waitForFunction((count) => document.querySelectorAll(".problem").length < count, all);
  const fitting = await page.locator(".problem").count();
  assert.ok(fitting >= 1);
  for (const rule of await page.locator(".problem .rule a").allInnerTexts()) assert.match(rule, /digest-sha256/);
  await hear(page, new RegExp(`^${all - fitting} hidden by the filter\\.`));
  // By place and by words of the sentence, too.
  await strike(page, "Control+A");
  await page.keyboard.type("/layers/1 digest");
  await page.waitForFunction(() => document.querySelectorAll(".problem").length > 0);
  await strike(page, "Control+A");
  await page.keyboard.type("nothing like this");
  await page.locator(".filtered-out").waitFor();
  assert.equal(await page.locator(".problem").count(), 0);
  assert.equal(await page.locator(".filtered-out").innerText(), `No problems match this filter (${all} hidden). Clear filter`);
  await visit.axe();
  await visit.shot("keys-filtered");
  await strike(page, "Escape");
  assert.equal(await page.locator(".problem").count(), all);
  await focusComes(page, "#problem-filter");
  await page.keyboard.type("nothing like this");
  await tabTo(page, ".clear-filter", { most: 2 });
  await strike(page, "Enter");
  await focusComes(page, "#problem-filter");
  assert.equal(await page.locator("#problem-filter").inputValue(), "");
  assert.equal(await page.locator(".problem").count(), all);
  // From anywhere else, Escape clears it as well.
  await page.keyboard.type("digest-sha256");
  await tabTo(page, ".problem .rule a");
  await strike(page, "Escape");
  await page.waitForFunction((count) => document.querySelectorAll(".problem").length === count, all);
});

pageTest("single keys can be turned off and on again, and stay so", {}, async (visit) => {
  await listen(visit);
  const page = await visit.open();
  await tabTo(page, "header a[href='#/errors']");
  await strike(page, "?");
  await focusComes(page, "dialog.keys .close");
  await tabTo(page, "#keys-on", { most: 3 });
  await strike(page, "Space", "Escape");
  await noneOpen(page);
  await focusComes(page, "header a[href='#/errors']");
  const nothing = async () => {
    await strike(page, "l", "t", "?", "g", "r", "/");
    await page.waitForTimeout(150);
    const { lang, dataset } = await page.evaluate(() => ({ lang: document.documentElement.lang, dataset: { ...document.documentElement.dataset } }));
    assert.deepEqual([lang, dataset.theme, await page.locator("dialog[open]").count(), new URL(page.url()).hash.replace("#/", "")], ["en", undefined, 0, ""]);
  };
  await nothing();
  await page.reload();
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  await nothing();
  // What is no single key works on, and the way back needs none.
  await tabTo(page, "#keys-open");
  await strike(page, "Enter");
  await focusComes(page, "dialog.keys .close");
  assert.equal(await page.locator("#keys-on").isChecked(), false);
  await tabTo(page, "#keys-on", { most: 3 });
  await strike(page, "Space", "Escape");
  await noneOpen(page);
  await focusComes(page, "#keys-open");
  await strike(page, "l");
  await language(page, "zh-CN");
});

pageTest("keys are left to fields, to lists and to the browser's own shortcuts", {}, async (visit) => {
  const page = await visit.open();
  const letters = "?oltngrsecp12345[]/";
  await tabTo(page, "#paste");
  await page.keyboard.type(letters);
  assert.equal(await page.locator("#paste").inputValue(), letters);
  assert.equal(await page.locator("dialog[open]").count(), 0);
  await strike(page, "Shift+Tab");
  await strike(page, "Control+l", "Alt+l", "Meta+l", "Control+?");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
  assert.equal(await page.locator("dialog[open]").count(), 0);
  // A first key that waits too long is forgotten, and so is one that another interrupts.
  await strike(page, "g");
  await page.waitForTimeout(2200);
  await strike(page, "r");
  await strike(page, "g", "q", "r");
  assert.equal(new URL(page.url()).hash.replace("#/", ""), "");
});

for (const lang of ["en", "zh-CN"]) {
  for (const theme of ["light", "dark"]) {
    pageTest(`the list of keys: ${lang}, ${theme}`, { lang, theme }, async (visit) => {
      const page = await visit.open();
      await strike(page, "?");
      await page.locator("dialog.keys[open]").waitFor();
      await visit.axe();
      await page.screenshot({ path: `target/keys-${lang}-${theme}.png` }).catch(() => {});
      const rows = await page.locator("dialog.keys tbody tr").evaluateAll((all) => all.map((row) => [row.querySelector("th").innerText, row.querySelector("td").innerText]));
      assert.ok(rows.length >= 28);
      for (const [keys, does] of rows) {
        assert.match(keys, /\S/);
        assert.equal(/\p{Script=Han}/u.test(does), lang === "zh-CN", does);
      }
      // The dialog keeps the focus.
      for (let at = 0; at < 8; at++) {
        await strike(page, at % 2 ? "Shift+Tab" : "Tab");
        assert.ok(await page.evaluate(() => document.activeElement === document.body || Boolean(document.activeElement.closest("dialog.keys"))));
      }
      await strike(page, "Escape");
      await noneOpen(page);
    });
  }
}

pageTest("every stop of the start page, in order, with a ring", {}, async (visit) => {
  const page = await visit.open();
  const stops = await walk(page);
  assert.match(stops[0].words, /skip/);
  assert.match(stops.at(-1).words, /keys-open/);
});

pageTest("every stop of a report, in order, with a ring; in one column also down the page", { width: 360, timeout: 180_000 }, async (visit) => {
  const page = await pasted(visit);
  const stops = await walk(page);
  assert.ok(stops.length > 60, `${stops.length} stops`);
  const main = stops.slice(1);
  const back = main.filter((one, at) => at > 0 && one.bottom < main[at - 1].top - 4).map((one) => one.words);
  assert.deepEqual(back, [], "stops above the one before");
});

for (const hash of ["#/rules/digest-syntax", "#/consumers/higress-wasmplugin", "#/errors/istio-wasm-invalid-oci-image", "#/privacy", "#/offline"]) {
  pageTest(`every stop of ${hash}, in order, with a ring`, { timeout: 120_000 }, async (visit) => {
    await walk(await visit.open(hash));
  });
}

pageTest("the skip link leads to the content", {}, async (visit) => {
  const page = await visit.open();
  await strike(page, "Tab", "Enter");
  await focusComes(page, "main");
  await strike(page, "Tab");
  assert.ok(await page.evaluate(() => Boolean(document.activeElement.closest("main"))));
});
