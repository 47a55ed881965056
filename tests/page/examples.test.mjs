// The gallery and the pages that teach: examples are made in the page and checked there, and what a rule's page says
// of before and after comes from such checks.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pageTest } from "./harness.mjs";
import { FINAL } from "./verdict.mjs";

pageTest("the gallery lists examples by what they are about, and one of them opens", {}, async (visit) => {
  const page = await visit.open();
  await page.locator("a", { hasText: "All examples, right and wrong" }).click();
  await page.locator("main ul.cards").first().waitFor();
  assert.ok((await page.locator("main ul.cards > li").count()) >= 40);
  assert.ok((await page.locator("main h2").count()) >= 20);
  await visit.axe();
  await page.locator("a", { hasText: "A wasm plugin whose layers are gone" }).click();
  await page.waitForSelector(FINAL);
  assert.equal(await page.evaluate(() => location.hash), "#/examples/higress-empty");
  assert.match(await page.locator("#verdict").innerText(), /refuse/);
  assert.match(await page.locator("aside.example").innerText(), /An example: A wasm plugin whose layers are gone/);
  await visit.axe();
  await visit.shot("example");
});

pageTest("an address of an example opened directly gives its verdict, in Chinese and narrow", { lang: "zh-CN", theme: "dark", width: 360 }, async (visit) => {
  const page = await visit.open("#/examples/flux-second");
  await page.waitForSelector(FINAL);
  assert.match(await page.locator("#verdict").innerText(), /Flux.*拒绝/s);
  assert.match(await page.locator("aside.example").innerText(), /示例：Flux 的内容层排在第二/);
  await visit.axe();
});

pageTest("going from one example to another checks the other, and its file can be saved", {}, async (visit) => {
  const page = await visit.open("#/examples/tar-device/broken");
  await page.waitForSelector(FINAL);
  await page.locator("a", { hasText: "Open the mended one" }).click();
  // The address changes before the page hears of it: what is said of the example comes with its check.
  await page.locator("aside.example", { hasText: "It keeps the rule" }).waitFor();
  assert.equal(await page.evaluate(() => location.hash), "#/examples/tar-device/mended");
  await page.waitForSelector(FINAL);
  assert.equal(await page.locator(".problem:has(a[href='#/rules/tar-device'])").count(), 0);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".save-example").click()]);
  assert.equal(download.suggestedFilename(), "image.tar");
  const bytes = readFileSync(await download.path());
  assert.equal(bytes.length % 512, 0);
  assert.match(bytes.toString("latin1"), /imageLayoutVersion/);
});

pageTest("a rule's page shows before and after, and who refuses", {}, async (visit) => {
  const page = await visit.open("#/rules/config-diff-id-order");
  const marked = page.locator("pre.source .marked");
  await marked.first().waitFor();
  assert.equal(await page.locator("pre:is(.source, .diff)").count(), 2);
  assert.match(await marked.first().innerText(), /sha256:[0-9a-f]{64}/);
  assert.match(await page.locator("main").innerText(), /Who refuses it[^]*umoci[^]*diffid mismatch/);
  await visit.axe();
  await visit.shot("rule");
  await page.locator("a", { hasText: "Open the broken example in the checker" }).click();
  await page.waitForSelector(FINAL);
  await page.locator(".problem:has(a[href='#/rules/config-diff-id-order'])").waitFor();
});

pageTest("a rule's page in Chinese", { lang: "zh-CN" }, async (visit) => {
  const page = await visit.open("#/rules/descriptor-size-negative");
  await page.locator("pre.source .marked").first().waitFor();
  assert.match(await page.locator("main").innerText(), /修复前：违反它的示例[^]*修复前后对比/);
  await visit.axe();
});

pageTest("an example that does not exist is not taken for another", {}, async (visit) => {
  const page = await visit.open("#/examples/no-such");
  assert.match(await page.locator("main").innerText(), /There is no example no-such/);
});
