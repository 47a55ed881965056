// Links into a report: to a problem, one of its places, a consumer, a part, a line. They are offered where whoever opens
// them has the same report, lead there with the focus, and say plainly where it is not there.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { input } from "./core.mjs";
import { pageTest } from "./harness.mjs";
import { FINAL } from "./verdict.mjs";

const go = (page, hash) => page.evaluate((to) => { location.hash = to; }, hash);
const hash = (page) => page.evaluate(() => location.hash);
const focused = (page, what) => page.waitForFunction((selector) => document.activeElement.matches(selector), what);
// The fragment that a button copies.
async function copied(page, button) {
  await button.click();
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).includes("#/"));
  const text = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(text.startsWith(await page.evaluate(() => location.href.split("#")[0])), text);
  return text.slice(text.indexOf("#"));
}
const inView = (page, selector) => page.evaluate((what) => {
  const { top, bottom } = document.querySelector(what).getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}, selector);

// A rule broken in many places.
function broken() {
  const manifest = JSON.parse(readFileSync(input("manifest.json"), "utf8"));
  const [layer] = manifest.layers;
  manifest.layers = Array.from({ length: 9 }, (_, at) => ({ ...layer, size: -1 - at }));
  return JSON.stringify(manifest, null, 2);
}
const problem = (rule) => `.problem:has(a[href='#/rules/${rule}'])`;

// Has it shared, and opens what the link carries.
async function shared(visit) {
  const page = await visit.open();
  await visit.paste(broken());
  await page.waitForSelector(FINAL);
  assert.equal(await page.locator(".problem .rule .copy, .places .copy").count(), 0, "what was dropped has no address");
  await page.locator("button.share").click();
  await page.locator("#share-include").check();
  await page.waitForFunction(() => document.querySelector("#share-link").value.includes("#/m/1."));
  const link = await page.locator("#share-link").inputValue();
  await page.keyboard.press("Escape");
  await go(page, link.slice(link.indexOf("#")));
  await page.waitForSelector(`main:has(aside.shared) ${FINAL}`);
  return page;
}

pageTest("a problem of an example has a link that leads back to it, and marks it", {}, async (visit) => {
  const page = await visit.open("#/examples/digest-syntax/broken");
  await page.waitForSelector(FINAL);
  const one = problem("digest-syntax");
  const link = await copied(page, page.locator(`${one} .rule .copy`));
  assert.equal(link, "#/examples/digest-syntax/broken?focus=digest-syntax");
  await go(page, "#/rules");
  await focused(page, "main h1");
  await go(page, link);
  await focused(page, `${one}.pointed`);
  assert.ok(await inView(page, `${one}.pointed`));
  await page.waitForSelector(FINAL);
  await focused(page, `${one}.pointed`);
  assert.equal(await page.locator("aside.example").count(), 1);
  await visit.axe();
});

pageTest("one of many places is unfolded, marked and entered; documents stay in the address", {}, async (visit) => {
  const page = await shared(visit);
  const before = await hash(page);
  const many = problem("descriptor-size-negative");
  const last = page.locator(`${many} .places > li`).last();
  await page.locator(`${many} button.more`).click();
  const text = await last.innerText();
  const link = await copied(page, last.locator(".copy"));
  assert.match(link, /^#\/m\/1\.[^?]+\?focus=descriptor-size-negative:[0-9a-f]{6}$/);
  assert.ok(link.startsWith(before));
  // As somebody else would: in a page that knows nothing of it.
  const other = await visit.context.newPage();
  await other.goto(page.url().split("#")[0] + link);
  await focused(other, "#pointed");
  assert.equal((await other.locator("#pointed").innerText()).replace(/Copied|Copy link/, ""), text.replace(/Copied|Copy link/, ""));
  assert.ok(await inView(other, "#pointed"));
  await other.close();
});

pageTest("a place or problem that is not there is said, and the verdict stands as ever", { lang: "zh-CN" }, async (visit) => {
  const page = await visit.open("#/examples/digest-syntax/broken?focus=digest-syntax:000000");
  await page.locator("main > [role=status].notice", { hasText: "没有那一处" }).waitFor();
  await page.waitForSelector(FINAL);
  await focused(page, "#verdict");
  assert.equal(await page.locator("#pointed, .pointed").count(), 0);
  await go(page, "#/examples/digest-syntax/mended?focus=digest-syntax");
  await page.locator("main > [role=status].notice", { hasText: "digest-syntax" }).waitFor();
  await go(page, "#/examples/digest-syntax/mended?focus=consumer/no-such");
  await page.locator("main > [role=status].notice", { hasText: "no-such" }).waitFor();
  await visit.axe();
});

pageTest("a consumer's verdict has a link that opens it", {}, async (visit) => {
  const page = await visit.open("#/examples/zstd-image");
  await page.waitForSelector(FINAL);
  const cell = page.locator("details.cell.refuses").first();
  await cell.locator("summary").click();
  const link = await copied(page, cell.locator(".copy", { hasText: "link" }));
  assert.match(link, /^#\/examples\/zstd-image\?focus=consumer\/[a-z0-9-]+$/);
  await go(page, "#/");
  await go(page, link);
  await focused(page, "tr.pointed");
  assert.ok(await page.locator("tr.pointed details.cell").first().evaluate((cell) => cell.open));
  assert.ok(await inView(page, "tr.pointed"));
});

pageTest("an example keeps what is set for it, and a setting keeps the example", {}, async (visit) => {
  const page = await visit.open("#/examples/zstd-image?for=umoci@0.4.7&focus=consumer/umoci");
  await page.locator("tbody.own").waitFor();
  await focused(page, "tbody.own tr.pointed");
  await page.locator("#target").selectOption("");
  await page.locator("tbody.own").waitFor({ state: "detached" });
  assert.equal(await hash(page), "#/examples/zstd-image");
  assert.equal(await page.locator("aside.example").count(), 1);
});

pageTest("a line of a document has a link", {}, async (visit) => {
  const page = await visit.open("#/examples/digest-syntax/broken?tab=source&line=3");
  await page.waitForSelector(FINAL);
  await focused(page, ".sources .source");
  await page.locator(".here .position", { hasText: "line 3," }).waitFor();
  const link = await copied(page, page.locator(".here .copy", { hasText: "link" }));
  assert.match(link, /^#\/examples\/digest-syntax\/broken\?tab=source&file=[^&]+&line=3$/);
  await go(page, `${link.replace(/line=3$/, "line=2")}`);
  await page.locator(".here .position", { hasText: "line 2," }).waitFor();
});

pageTest("the head leads to the parts that are there, by keyboard, and by address", {}, async (visit) => {
  const page = await visit.open();
  await visit.paste(broken());
  await page.waitForSelector(FINAL);
  const links = page.locator(".jumps a");
  const words = await links.allInnerTexts();
  assert.ok(words.includes(`${await page.locator(".problem").count()} problems`), words.join());
  assert.ok(!words.some((word) => word.includes("fix")) || (await page.locator(".fix").count()) > 0);
  await links.filter({ hasText: "problems" }).focus();
  await page.keyboard.press("Enter");
  await focused(page, "#problems");
  assert.ok(await inView(page, "#problems"));
  assert.equal(await hash(page), "#/check", "nothing is left behind in the way back");
  for (const name of await links.evaluateAll((all) => all.map((link) => new URLSearchParams(link.hash.split("?")[1]).get("tab")))) {
    await go(page, `#/check?tab=${name}`);
    await page.waitForFunction((id) => document.activeElement.id === id, name === "source" ? "sources" : name);
  }
  await page.setViewportSize({ width: 360, height: 800 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator(".jumps").isHidden());
});
