// What the findings are judged by: chosen beside the problems, kept in the address, weighed without checking again.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { input } from "./core.mjs";
import { pageTest } from "./harness.mjs";
import { FINAL } from "./verdict.mjs";

// A manifest with what image-spec 1.1 forbids and 1.0 has no word for.
function newer() {
  const manifest = JSON.parse(readFileSync(input("manifest.json"), "utf8"));
  manifest.config.data = "not base64";
  return JSON.stringify(manifest);
}

const rule = ".problem:has(a[href='#/rules/descriptor-data-base64'])";

pageTest("another profile weighs the same findings, and the address says which", {}, async (visit) => {
  const page = await visit.open();
  await visit.paste(newer());
  await page.waitForSelector(FINAL);
  const problem = page.locator(rule);
  assert.match(await problem.innerText(), /^Error/);
  assert.match(await problem.locator(".rule").innerText(), /required since image-spec 1\.1/);
  const problems = await page.locator(".problem").count();
  await page.locator(".profiles a", { hasText: "image-spec 1.0" }).click();
  await page.locator(`${rule}.severity-info`).waitFor();
  assert.equal(await page.evaluate(() => location.hash), "#/check?profile=image-spec-1.0");
  assert.match(await problem.locator(".weighed").innerText(), /came with 1\.1/);
  assert.equal(await page.locator(".problem").count(), problems, "a profile hides nothing");
  assert.equal(await page.locator(".profiles [aria-current]").innerText(), "image-spec 1.0");
  await visit.axe();
  await page.goBack();
  await page.locator(`${rule}.severity-error`).waitFor();
});

pageTest("an address with a profile keeps it when something is checked", {}, async (visit) => {
  const page = await visit.open("#/check?profile=strict");
  await visit.paste(newer());
  await page.waitForSelector(FINAL);
  assert.equal(await page.evaluate(() => location.hash), "#/check?profile=strict");
  assert.equal(await page.locator(".profiles [aria-current]").innerText(), "strict");
});

pageTest("a profile that does not exist is not taken for another", {}, async (visit) => {
  const page = await visit.open("#/check?profile=image-spec-2.0");
  assert.match(await page.locator("main h1").innerText(), /Not found/);
});
