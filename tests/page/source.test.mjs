// The view of a document: original bytes in colours, folding, the way to a problem and back, links, status line, search,
// the view laid out in lines, and documents of many megabytes, of which only the rows in view are in the page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { input } from "./core.mjs";
import { pageTest } from "./harness.mjs";
import { FINAL } from "./verdict.mjs";

const view = "pre.source";
const OF_INDEX = "application/vnd.oci.image.index.v1+json";
const OF_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const OF_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
const hex = (letter) => `sha256:${letter.repeat(64)}`;

const MANIFEST = {
  schemaVersion: 2,
  mediaType: OF_MANIFEST,
  config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: hex("a"), size: 7 },
  layers: [
    { mediaType: OF_LAYER, digest: hex("b"), size: -5 },
    { mediaType: OF_LAYER, digest: hex("c"), size: "8" },
  ],
  annotations: { "a/b": "清单 \u202e", tilde: "~" },
};
// High enough for all rows of it.
const tall = { height: 1400 };
const PRETTY = JSON.stringify(MANIFEST, null, 2);

async function pasted(visit, text) {
  const page = await visit.open();
  await visit.paste(text);
  await page.waitForSelector(FINAL);
  await page.waitForSelector(`${view} .rows .line`);
  return page;
}

async function dropped(visit, item) {
  const page = await visit.open();
  await visit.drop([item]);
  await page.waitForSelector(FINAL, { timeout: 60_000 });
  await page.waitForSelector(`${view} .rows .line`, { timeout: 60_000 });
  return page;
}

// The lines that are drawn, those that take several rows put together.
async function texts(page) {
  let last;
  for (;;) {
    const rows = await page.locator(`${view} .rows .line`).evaluateAll((all) => all.map((one) => [one.querySelector(".number").textContent.includes("↪"), one.querySelector(".text").textContent]));
    const lines = [];
    for (const [more, text] of rows) {
      if (more && lines.length > 0) lines[lines.length - 1] += text;
      else lines.push(text);
    }
    if (JSON.stringify(lines) === JSON.stringify(last)) return lines;
    last = lines;
    await page.waitForTimeout(120);
  }
}
const status = (page) => page.locator(".here .place-line").innerText();
const lineWith = (page, text) => page.locator(`${view} .rows .line`, { hasText: text });

pageTest("a document is shown as it is, in colours, with its line numbers and the exact places of findings", tall, async (visit) => {
  const page = await pasted(visit, PRETTY);
  const lines = PRETTY.split("\n");
  assert.deepEqual(await texts(page), lines);
  assert.deepEqual(await page.locator(`${view} .rows .number`).evaluateAll((all) => all.slice(0, 3).map((one) => one.textContent.match(/\d+/)[0])), ["1", "2", "3"]);
  assert.equal(await lineWith(page, '"schemaVersion"').locator(".key").first().textContent(), '"schemaVersion"');
  assert.equal(await lineWith(page, '"schemaVersion"').locator(".figure").first().textContent(), "2");
  // The number that is wrong is marked, and not its key.
  const wrong = lineWith(page, '"size": -5');
  assert.equal(await wrong.locator(".found").first().textContent(), "-5");
  assert.ok(await wrong.evaluate((line) => line.classList.contains("marked") && line.querySelector("button.number .sign") !== null));
  // What cannot be seen is shown by its number, and stays what it is.
  assert.equal(await page.locator(`${view} .numbered`).getAttribute("data-number"), "U+202E");
  assert.equal(await page.locator(`${view} .numbered`).textContent(), "\u202e");
  await visit.axe();
  await visit.shot("source-light");
});

pageTest("a document that is no JSON is shown too, in colours as far as it goes", { ...tall, theme: "dark" }, async (visit) => {
  const page = await pasted(visit, '{\n  "schemaVersion": 2,\n  "layers": [ oops\n  "more": 1\n}\n');
  assert.deepEqual((await texts(page)).slice(0, 5), ["{", '  "schemaVersion": 2,', '  "layers": [ oops', '  "more": 1', "}"]);
  assert.equal(await lineWith(page, "schemaVersion").locator(".key").count(), 1);
  assert.equal(await lineWith(page, "more").locator(".key, .figure").count(), 0);
  assert.equal(await page.locator(`${view} .found`).count() > 0, true, "the fault itself is marked");
  await visit.axe();
});

pageTest("objects and arrays fold, say which problems they hide, and unfold for a place inside", tall, async (visit) => {
  const page = await pasted(visit, PRETTY);
  const all = (await texts(page)).length;
  const layers = lineWith(page, '"layers"');
  await layers.locator("button.fold").click();
  assert.equal(await layers.locator("button.fold").getAttribute("aria-expanded"), "false");
  assert.match(await layers.locator("button.folded").innerText(), /^… 10 lines, [2-9]\d* problems$/);
  assert.equal((await texts(page)).length, all - 10);
  assert.equal(await lineWith(page, '"size": -5').count(), 0);
  await page.locator(".problem button.place", { hasText: "/layers/0/size" }).first().click();
  await page.locator("#shown").waitFor();
  assert.equal(await page.locator("#shown").textContent(), "-5");
  assert.equal(await layers.locator("button.fold").getAttribute("aria-expanded"), "true");
  await page.locator("#fold-all").click();
  assert.deepEqual((await texts(page)).filter((line) => /^\s*[{}\]]/.test(line)).length, 5);
  await page.locator("#unfold-all").click();
  assert.equal((await texts(page)).length, all);
  assert.equal(await page.locator("#unfold-all").isDisabled(), true);
});

pageTest("from a problem to its place and back, and a choice where a row has several", tall, async (visit) => {
  const page = await pasted(visit, PRETTY);
  await page.locator(".problem button.place", { hasText: "/layers/0/size" }).first().click();
  assert.equal(await page.locator("#shown").textContent(), "-5");
  assert.equal(await page.evaluate(() => document.activeElement.matches("pre.source")), true);
  assert.match(await status(page), /^\/layers\/0\/size · line 13, column 15, byte \d+$/);
  const marks = lineWith(page, '"size": -5').locator("button.number");
  const several = await page.locator("#at-line li:has(.severity)").count();
  await marks.click();
  if (several > 1) {
    assert.equal(await page.evaluate(() => document.activeElement.closest("#at-line") !== null), true);
    await page.keyboard.press("Enter");
  }
  await page.waitForFunction(() => document.activeElement.id === "pointed");
  assert.match(await page.locator("#pointed").innerText(), /\/layers\/0\/size/);
});

pageTest("by keyboard alone: rows, folds, the problem of a row", { ...tall, lang: "zh-CN" }, async (visit) => {
  const page = await pasted(visit, PRETTY);
  await page.locator(view).focus();
  // Presses a key until the status line says this.
  const until = async (key, told) => {
    for (let step = 0; step < 30 && !told.test(await status(page)); step++) await page.keyboard.press(key);
    assert.match(await status(page), told);
  };
  await until("ArrowDown", /^\/layers · 第 9 行，第 3 列，第 \d+ 字节$/);
  await page.keyboard.press("ArrowLeft");
  assert.equal(await lineWith(page, '"layers"').locator("button.folded").count(), 1);
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.locator(`${view} button.folded`).count(), 0);
  await until("ArrowDown", /^\/layers\/0\/digest /);
  await page.keyboard.press("ArrowLeft");
  assert.match(await status(page), /^\/layers\/0 /, "left goes to what holds the row");
  await until("ArrowDown", /^\/layers\/0\/size /);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.closest("#at-line") !== null || document.activeElement.id === "pointed");
  if (await page.evaluate(() => document.activeElement.id !== "pointed")) await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.id === "pointed");
  await page.locator(view).focus();
  await page.keyboard.press("End");
  assert.match(await status(page), /第 25 行/);
  await page.keyboard.press("Home");
  assert.match(await status(page), /^整个文档 · 第 1 行，第 1 列，第 0 字节$/);
  await visit.axe();
});

pageTest("digests and media types lead on; tabs go by arrow keys", tall, async (visit) => {
  const page = await dropped(visit, input("buildx-index.tar"));
  const tabs = page.locator("[role=tab]");
  assert.ok((await tabs.count()) >= 3);
  await tabs.first().click();
  await page.waitForFunction(() => document.querySelector("[role=tab]").getAttribute("aria-selected") === "true");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.activeElement.id === "tab-1" && document.activeElement.getAttribute("aria-selected") === "true");
  await page.keyboard.press("End");
  const last = (await tabs.count()) - 1;
  await page.waitForFunction((last) => document.activeElement.id === `tab-${last}`, last);
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.activeElement.id === "tab-0");
  // A digest of a document opens its tab.
  const index = page.locator("[role=tab]", { hasText: "index.json" }).first();
  await index.click();
  const link = page.locator(`${view} a[data-digest]`).first();
  const digest = await link.getAttribute("data-digest");
  await link.click();
  await page.waitForFunction((digest) => document.querySelector(".sources .path").textContent.includes(digest), digest);
  // A layer's digest leads to its row.
  await page.locator("[role=tab]", { hasText: /^manifest/ }).first().click();
  const layer = page.locator(`${view} a[data-digest]`).last();
  await layer.click();
  await page.waitForFunction(() => document.activeElement.closest(".contents, [role=tree]") !== null);
  const type = page.locator(`${view} a[href^='#/media-types/']`).first();
  const name = (await type.textContent()).replaceAll('"', "");
  await type.click();
  await page.waitForFunction(() => location.hash.startsWith("#/media-types/"));
  assert.match(await page.locator("main h1").innerText(), new RegExp(name.replaceAll(/[+.]/g, "\\$&")));
});

pageTest("what is folded in a document, and that it is laid out, outlasts a look at another one", tall, async (visit) => {
  const page = await visit.open("#/examples/flux-second");
  await page.waitForSelector(FINAL);
  const tabs = page.getByRole("tab");
  await tabs.first().waitFor();
  const folded = () => page.locator(`${view} button.folded`).allInnerTexts();
  await page.locator("#fold-all").click();
  const before = await folded();
  assert.ok(before.length > 0);
  const [here, there] = [page.locator("[role=tab][aria-selected=true]"), page.locator("[role=tab][aria-selected=false]").first()];
  const id = await here.getAttribute("id");
  await there.click();
  await page.waitForFunction((id) => document.getElementById(id).getAttribute("aria-selected") === "false", id);
  assert.deepEqual(await folded(), [], "the other one is as it was");
  await page.locator(`#${id}`).click();
  await page.waitForSelector(`${view} button.folded`);
  assert.deepEqual(await folded(), before);
  await page.locator("#formatted-view").click();
  await page.waitForFunction(() => document.querySelector("#formatted-view").textContent === "Original text");
  await page.getByRole("tab").nth(0).click();
  await page.getByRole("tab").nth(1).click();
  await page.locator(`#${id}`).click();
  assert.equal(await page.locator("#formatted-view").innerText(), "Original text");
});

pageTest("go to a line, a byte, a pointer; search with a count; copy and save byte for byte", tall, async (visit) => {
  const page = await pasted(visit, PRETTY);
  const go = async (wish) => {
    await page.locator("#go-to").fill(wish);
    await page.locator("#go-to").press("Enter");
  };
  await go("/layers/1/digest");
  await page.waitForFunction(() => document.querySelector("#shown")?.textContent.includes("sha256"));
  assert.match(await status(page), /^\/layers\/1\/digest · line 17, column 17,/);
  await go("/annotations/a~1b");
  await page.waitForFunction(() => document.querySelector(".here code").textContent === "/annotations/a~1b");
  await go("2:4");
  assert.match(await status(page), /line 2, column 4, byte 5/);
  await go("@0");
  assert.match(await status(page), /byte 0/);
  await go("/no/such");
  assert.match(await page.locator("#go-to-wrong").innerText(), /no such place/);
  assert.equal(await page.locator("#go-to").getAttribute("aria-invalid"), "true");
  await page.locator("#search-document").fill("SHA256");
  await page.waitForFunction(() => document.querySelector(".search .count").textContent === "1 of 3");
  assert.equal(await page.locator(`${view} .hit`).count(), 3);
  await page.locator("#search-next").click();
  assert.equal(await page.locator(".search .count").innerText(), "2 of 3");
  await page.locator("#search-previous").click();
  await page.locator("#search-previous").click();
  assert.equal(await page.locator(".search .count").innerText(), "3 of 3");
  await page.locator("#search-document").fill("nowhere");
  await page.waitForFunction(() => document.querySelector(".search .count").textContent === "not found");
  await page.getByRole("button", { name: "Copy this document" }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), PRETTY);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".save-document").click()]);
  assert.equal(readFileSync(await download.path(), "utf8"), PRETTY);
  // A selection over rows is the original text, without numbers and marks.
  const [from, to] = [PRETTY.indexOf('"layers"'), PRETTY.indexOf("-5") + 2];
  await page.evaluate(([from, to]) => {
    const at = (byte) => {
      const spans = [...document.querySelectorAll("pre.source .rows [data-at]")].filter((one) => one.firstChild?.nodeType === 3);
      const span = spans.findLast((one) => Number(one.dataset.at) <= byte);
      return [span.firstChild, byte - Number(span.dataset.at)];
    };
    document.getSelection().setBaseAndExtent(...at(from), ...at(to));
  }, [from, to]);
  await page.keyboard.press("Control+C");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), PRETTY.slice(from, to));
});

pageTest("bytes that are no UTF-8 are saved as they are", tall, async (visit) => {
  const bytes = Buffer.concat([Buffer.from('{"schemaVersion": 2, "mediaType": "'), Buffer.from([0xff, 0xc3, 0x28]), Buffer.from(`", "layers": [], "x": "\ufffd"}\n`)]);
  const page = await dropped(visit, { name: "manifest.json", bytes });
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".save-document").click()]);
  assert.deepEqual(readFileSync(await download.path()), bytes);
});

pageTest("a single line is offered laid out in lines, which says what it is, with findings and links", tall, async (visit) => {
  const text = JSON.stringify(MANIFEST);
  const page = await pasted(visit, text);
  assert.deepEqual(await texts(page), [text]);
  await page.locator(".one-line button").click();
  await page.locator(".laid-out", { hasText: "not the original text" }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll("pre.source .rows .line").length > 15);
  assert.deepEqual(await texts(page), PRETTY.split("\n"));
  const wrong = lineWith(page, '"size": -5');
  assert.equal(await wrong.locator(".found").first().textContent(), "-5");
  await page.locator(".problem button.place", { hasText: "/layers/0/size" }).first().click();
  assert.equal(await page.locator("#shown").textContent(), "-5");
  const at = text.indexOf("-5");
  assert.match(await status(page), new RegExp(`^/layers/0/size · line 1, column ${at + 1}, byte ${at}$`), "places are those of the original");
  await lineWith(page, '"layers"').locator("button.fold").click();
  assert.match(await page.locator(`${view} button.folded`).innerText(), /10 lines/);
  await visit.axe();
  await visit.shot("source-formatted");
  await page.locator("#formatted-view").click();
  await page.waitForFunction(() => document.querySelector(".laid-out") === null);
  assert.deepEqual(await texts(page), [text]);
});

pageTest("at 320 pixels rows fit without scrolling sideways", { width: 320, height: 700, theme: "dark", lang: "zh-CN" }, async (visit) => {
  const page = await pasted(visit, PRETTY);
  const wide = await page.evaluate(() => {
    const one = document.querySelector("pre.source");
    return [one.scrollWidth - one.clientWidth, document.documentElement.scrollWidth - innerWidth];
  });
  assert.ok(wide.every((more) => more <= 0), `${wide}`);
  assert.deepEqual((await texts(page)).slice(0, 6), PRETTY.split("\n").slice(0, 6));
  await visit.axe();
  await visit.shot("source-320");
});

// A document of so many entries, laid out in lines or not.
function large(entries, indent) {
  const manifests = Array.from({ length: entries }, (_, at) => ({ mediaType: OF_MANIFEST, digest: `sha256:${at.toString(16).padStart(64, "0")}`, size: at }));
  return JSON.stringify({ schemaVersion: 2, mediaType: OF_INDEX, manifests }, null, indent);
}

// Scrolls through a document and gives the longest task in milliseconds of the processor, which other programs that run do
// not lengthen, and the times between frames, which they do.
async function scrolled(visit) {
  const devtools = await visit.context.newCDPSession(visit.page);
  const tasks = [];
  devtools.on("Tracing.dataCollected", ({ value }) => tasks.push(...value.filter((event) => event.ph === "X" && event.tdur)));
  await devtools.send("Tracing.start", { categories: "devtools.timeline,disabled-by-default-devtools.timeline", transferMode: "ReportEvents" });
  const seen = await visit.page.evaluate(async () => {
    const element = document.querySelector("pre.source");
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    await frame();
    const gaps = [];
    let last = performance.now();
    let most = 0;
    const step = async (to) => {
      element.scrollTop = to;
      await frame();
      gaps.push(performance.now() - last);
      last = performance.now();
      most = Math.max(most, element.querySelectorAll("*").length);
    };
    for (let at = 0; at < 60; at++) await step(element.scrollTop + 100);
    for (let at = 0; at <= 60; at++) await step((at / 60) * element.scrollHeight);
    await frame();
    gaps.sort((a, b) => a - b);
    return { middle: gaps[gaps.length >> 1], most, text: element.querySelector(".rows .line:last-child .text").textContent };
  });
  const ended = new Promise((done) => devtools.once("Tracing.tracingComplete", done));
  await devtools.send("Tracing.end");
  await ended;
  await devtools.detach();
  const handlers = tasks.filter((task) => task.name === "EventDispatch" && task.args.data?.type === "scroll");
  assert.ok(handlers.length > 20, `${handlers.length} scroll events were traced`);
  return { longest: Math.max(...tasks.map((task) => task.tdur)) / 1000, ...seen };
}

function smooth(t, name, { longest, middle, most }) {
  t.diagnostic(`${name}: longest task ${longest.toFixed(1)} ms of the processor, frames ${middle.toFixed(1)} ms (middle), ${most} elements`);
  assert.ok(most < 1500, `${most} elements`);
  assert.ok(longest <= 50, `a task of ${longest} ms`);
}

for (const [name, indent] of [["many lines", 1], ["one line", 0]]) {
  pageTest(`a document of 5 MB on ${name} scrolls smoothly to its end`, { timeout: 180_000 }, async (visit, t) => {
    const text = large(indent ? 30_000 : 36_000, indent);
    const page = await dropped(visit, { name: "index.json", bytes: text });
    await page.waitForFunction(() => document.querySelector(".here .position") !== null, null, { timeout: 60_000 });
    const seen = await scrolled(visit);
    assert.ok(seen.text.endsWith("}"), `the end is reached: ${seen.text}`);
    smooth(t, `${(text.length / 1e6).toFixed(1)} MB, ${name}`, seen);
  });
}

pageTest("64 MB that nobody checks can be looked at, to the last line", { timeout: 300_000 }, async (visit, t) => {
  const text = large(370_000, 1);
  const page = await visit.open();
  await visit.drop([{ name: "index.json", bytes: text }]);
  await page.waitForSelector(FINAL, { timeout: 60_000 });
  await page.locator("#show-unread").click();
  await page.waitForFunction(() => document.querySelector(".here .position") !== null, null, { timeout: 120_000 });
  const seen = await scrolled(visit);
  assert.equal(seen.text, "}");
  smooth(t, `${(text.length / 1e6).toFixed(1)} MB`, seen);
  await page.locator("#go-to").fill("/manifests/369999/size");
  await page.locator("#go-to").press("Enter");
  await page.waitForFunction(() => document.querySelector("#shown")?.textContent === "369999");
  assert.match(await status(page), /^\/manifests\/369999\/size · line 1850003, /);
  await page.locator("#fold-all").click();
  await page.waitForFunction(() => document.querySelector("pre.source .rows").textContent.includes("1850000 lines"));
});
