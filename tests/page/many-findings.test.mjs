// Hundreds of findings in one document stay readable and fast: grouped by rule with their number, the first few shown.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pageTest } from "./harness.mjs";
import { FINAL } from "./verdict.mjs";

// A manifest with so many layers, every other one broken in three ways and the rest in two.
function broken(layers) {
  const type = (name) => `application/vnd.oci.image.${name}`;
  const layer = (at) => (at % 2 ? { mediaType: type("layer.v1.tar+gzip"), digest: `sha256:${at}`, size: "1" } : { mediaType: "bad", size: -1 });
  const config = { mediaType: type("config.v1+json"), digest: `sha256:${"ab".repeat(32)}`, size: 6 };
  return { schemaVersion: 2, mediaType: type("manifest.v1+json"), config, layers: Array.from({ length: layers }, (_, at) => layer(at)) };
}

const problem = (rule) => `.problem:has(a[href='#/rules/${rule}'])`;

async function checked(visit, text) {
  const page = await visit.open();
  const start = Date.now();
  await visit.paste(text);
  await page.waitForSelector(FINAL, { timeout: 20_000 });
  await page.waitForSelector(".problem");
  return { page, took: Date.now() - start };
}

pageTest("two hundred broken descriptors: one heading a rule with its number, five places, the rest on demand", {}, async (visit) => {
  const { page, took } = await checked(visit, JSON.stringify(broken(200), null, 1));
  assert.ok(took < 10_000, `${took} ms`);
  const one = page.locator(problem("digest-sha256-encoded"));
  assert.equal(await one.count(), 1);
  assert.match(await one.locator("h3").innerText(), /in 100 places$/);
  assert.equal(await one.locator(".places li").count(), 5);
  const button = one.locator("button.more");
  assert.equal(await button.innerText(), "Show all 100");
  assert.equal(await button.getAttribute("aria-expanded"), "false");
  await button.click();
  assert.equal(await one.locator(".places li").count(), 100);
  assert.equal(await button.getAttribute("aria-expanded"), "true");
  assert.equal(await button.evaluate((element) => element === document.activeElement), true, "the focus stays on the button");
  await button.click();
  assert.equal(await one.locator(".places li").count(), 5);
  // What all places share is said once.
  const same = page.locator(problem("json-type"));
  assert.equal(await same.locator(".places li").count(), 1);
  assert.equal(await same.locator(".places li .place").count(), 5);
  await visit.axe();
});

pageTest("beyond the cap of a rule the rest is counted", {}, async (visit) => {
  const { page } = await checked(visit, JSON.stringify(broken(600)));
  const one = page.locator(problem("digest-sha256-encoded"));
  assert.match(await one.locator("h3").innerText(), /in 300 places$/);
  assert.equal(await one.locator("button.more").innerText(), "Show all 100");
  assert.match(await one.locator(".beyond").innerText(), /^200 more/);
  // The document is one line, which every finding speaks of: the hint stays short.
  const hint = await page.locator(".source .line.marked").first().getAttribute("title");
  assert.ok(hint.split("\n").length <= 6, hint.slice(0, 500));
});

pageTest("more than fifty rules broken: each told once, worst first", {}, async (visit) => {
  const { page, took } = await checked(visit, readFileSync(new URL("many-rules.json", import.meta.url), "utf8"));
  assert.ok(took < 10_000, `${took} ms`);
  const told = await page.locator(".problem").evaluateAll((all) => all.map((one) => [one.className.match(/severity-(\w+)/)[1], one.querySelector(".rule a").textContent]));
  assert.ok(told.length >= 50, `${told.length}`);
  assert.equal(new Set(told.map((pair) => pair.join(" "))).size, told.length, "a rule is told twice");
  const order = told.map(([severity]) => ["error", "warning", "info"].indexOf(severity));
  assert.deepEqual(order, order.toSorted((a, b) => a - b), "the worst come first");
  await visit.axe();
});
