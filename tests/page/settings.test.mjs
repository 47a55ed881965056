// Where one deploys to, and what is set for the consumers: in the address, remembered, judged anew without reading again.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { input } from "./core.mjs";
import { pageTest } from "./harness.mjs";
import { FINAL } from "./verdict.mjs";

const manifest = () => readFileSync(input("manifest.json"), "utf8");

pageTest("the consumer deployed to leads the answer and is remembered", {}, async (visit) => {
  const page = await visit.open();
  await visit.paste(manifest());
  await page.waitForSelector(FINAL);
  assert.equal(await page.locator("tbody.own").count(), 0);
  await page.locator("#target").selectOption("aws-lambda");
  await page.locator("tbody.own").waitFor();
  assert.equal(await page.evaluate(() => location.hash), "#/check?for=aws-lambda");
  assert.match(await page.locator("#verdict").innerText(), /AWS Lambda/);
  assert.equal(await page.locator("tbody.own tr:not(.group) th a").first().innerText(), "AWS Lambda");
  await visit.axe();
  // It is there again for the next thing that is checked.
  await page.evaluate(() => { location.hash = "#/"; });
  await visit.paste(manifest());
  await page.locator("tbody.own").waitFor();
  assert.equal(await page.evaluate(() => location.hash), "#/check?for=aws-lambda");
  await page.locator("#target").selectOption("");
  await page.locator("tbody.own").waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => location.hash), "#/check");
});

pageTest("an address can ask for a version of the consumer", { lang: "zh-CN" }, async (visit) => {
  const page = await visit.open("#/check?for=umoci@0.4.7");
  await visit.paste(manifest());
  await page.locator("tbody.own").waitFor();
  assert.match(await page.locator("#verdict").innerText(), /umoci/);
  assert.match(await page.locator("#target").inputValue(), /umoci@0\.4\.7/);
});

pageTest("a setting that does not exist is not taken for another", {}, async (visit) => {
  const page = await visit.open("#/check?flux-ocirepository.nothing=1");
  assert.match(await page.locator("main h1").innerText(), /Not found/);
});
