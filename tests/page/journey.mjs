// One way through the page, gone in every place that it must work in: a file is dropped, the matrix and all that is folded
// opened, the report copied, shared and saved in every form and opened again, every kind of page to read visited, the
// language and the colours switched, an error explained, an example checked. Nothing of it may ask the network for anything.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { input } from "./core.mjs";
import { FINAL } from "./verdict.mjs";

// An address of every kind of page to read, and words that stand there.
const READING = [
  ["#/rules", "Rules"],
  ["#/rules/digest-syntax", "digest-syntax"],
  ["#/consumers", "Flux"],
  ["#/consumers/umoci", "umoci"],
  ["#/consumers/umoci@0.4.7", "0.4.7"],
  ["#/errors", "Known errors"],
  ["#/errors/argocd-too-many-layers", "Argo CD"],
  ["#/media-types", "Media types"],
  ["#/media-types/application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.index.v1+json"],
  ["#/examples", "Examples"],
  ["#/privacy", "Content-Security-Policy"],
  ["#/offline", "Without a network"],
  ["#/no/such/page", "Not found"],
];

// Drops an image and waits for the final report.
export async function checkSomething(visit) {
  await visit.drop([input("higress-empty.tar")]);
  await visit.page.waitForSelector(FINAL);
}

export async function journey(visit) {
  const { page } = visit;
  const asked = visit.requests.length;
  await checkSomething(visit);
  assert.match(await page.locator("#verdict").innerText(), /Higress.*refuse/s);
  // The matrix and a trace.
  for (const folded of await page.locator("table.matrix button[aria-expanded='false']").all()) await folded.click();
  const row = page.locator("table.matrix tr:not(.group)", { has: page.locator("a[href^='#/consumers/higress']") }).last();
  await row.locator("summary").first().click();
  assert.match(await row.innerText(), /number of layers must be|invalid media type/);
  // Passing it on: the clipboard, by the browser's newer way or the older one, and a file.
  const copy = page.locator(".actions .copy").first();
  await copy.click();
  await page.waitForFunction(() => /^Copied/.test(document.querySelector(".actions .copy").textContent));
  const saved = async (button) => {
    await page.locator("details.menu > summary").click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(button).click()]);
    return readFileSync(await download.path(), "utf8");
  };
  assert.equal(JSON.parse(await saved(".download-json")).input.name, "higress-empty.tar");
  assert.equal(JSON.parse(await saved(".save-sarif")).version, "2.1.0");
  assert.match(await saved(".save-markdown"), /Higress/);
  const report = await saved(".save-report");
  // A link that carries a document.
  await page.locator("button.share").click();
  await page.locator("#share-include").check();
  await page.waitForFunction(() => document.querySelector("#share-link")?.value.includes("#/m/1."));
  const link = new URL(await page.locator("#share-link").inputValue()).hash;
  await page.keyboard.press("Escape");
  await page.locator("dialog.share").waitFor({ state: "hidden" });
  // All that is folded, layers among it.
  await page.evaluate(() => document.querySelectorAll("main details").forEach((details) => (details.open = true)));
  await page.evaluate(() => document.querySelectorAll("main details").forEach((details) => (details.open = false)));
  // Every kind of page to read, and back.
  for (const [hash, words] of READING) {
    await page.evaluate((value) => (location.hash = value), hash);
    await page.waitForFunction((value) => document.querySelector("article.reference h1") && document.querySelector("main").innerText.includes(value), words);
  }
  await page.evaluate(() => (location.hash = "#/check"));
  await page.waitForSelector(FINAL);
  // The other language and back.
  await page.locator(".switches button[lang]").click();
  await page.waitForFunction(() => document.documentElement.lang === "zh-CN");
  assert.match(await page.locator("#verdict").innerText(), /拒绝/);
  await page.locator(".switches button[lang]").click();
  await page.waitForFunction(() => document.documentElement.lang === "en");
  // The colours, round to where they were.
  for (const theme of ["light", "dark", undefined]) {
    await page.locator(".switches .theme").click();
    await page.waitForFunction((value) => document.documentElement.dataset.theme === value, theme);
  }
  // The link, the saved report, an example, an error.
  await page.evaluate((value) => (location.hash = value), link);
  await page.locator("aside.shared").waitFor();
  await page.waitForSelector(FINAL);
  await visit.drop([{ name: "report.json", bytes: report }]);
  await page.locator("aside.opened").waitFor();
  await page.evaluate(() => (location.hash = "#/examples/zstd-image"));
  await page.locator("aside.example").waitFor();
  await page.waitForSelector(FINAL);
  await page.evaluate(() => (location.hash = "#/"));
  await page.fill("#paste", "could not parse as oci variant: number of layers must be 2 but got 1");
  await page.locator("form.paste button[type=submit]").click();
  await page.waitForFunction(() => location.hash.startsWith("#/explain"));
  assert.match(await page.locator("main").innerText(), /Higress/);
  assert.deepEqual(visit.requests.slice(asked), [], "requests after the page was ready");
}
