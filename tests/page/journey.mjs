// One way through the page, gone in every place that it must work in: a file is dropped, the matrix opened, the report
// copied and saved, a rule looked up, the language switched, an error pasted.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { input } from "./core.mjs";

const FINAL = "section.verdict:not(:has(.provisional)) #verdict";

// Drops an image and waits for the final report.
export async function checkSomething(visit) {
  await visit.drop([input("higress-empty.tar")]);
  await visit.page.waitForSelector(FINAL);
}

export async function journey(visit) {
  const { page } = visit;
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
  await page.locator("details.menu > summary").click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".download-json").click()]);
  assert.equal(JSON.parse(readFileSync(await download.path(), "utf8")).input.name, "higress-empty.tar");
  // A rule and back.
  await page.evaluate(() => (location.hash = "#/rules/digest-syntax"));
  await page.locator("article.reference h1").waitFor();
  assert.match(await page.locator("main").innerText(), /digest-syntax/);
  await page.evaluate(() => (location.hash = "#/check"));
  await page.waitForSelector(FINAL);
  // The other language and back.
  await page.locator(".switches button[lang]").click();
  await page.waitForFunction(() => document.documentElement.lang === "zh-CN");
  assert.match(await page.locator("#verdict").innerText(), /拒绝/);
  await page.locator(".switches button[lang]").click();
  await page.waitForFunction(() => document.documentElement.lang === "en");
}
