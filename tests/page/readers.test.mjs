// The workers that measure blobs: they come with the work and go with it, whatever ends it; one that dies takes nothing
// with it but the blob that it was reading; a file that changes meanwhile is not reported as checked.
import assert from "node:assert/strict";
import { statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { input } from "./core.mjs";
import { pageTest } from "./harness.mjs";
import { LAYERS, folder, layout, tarOf } from "./large.mjs";

async function dropLarge(visit) {
  const path = layout();
  const page = await visit.open();
  await visit.drop([path]);
  const readers = Math.min(await page.evaluate(() => navigator.hardwareConcurrency), LAYERS);
  await until(() => page.workers().length === 1 + readers, () => `${page.workers().length} workers, not ${1 + readers}`);
  return { page, readers };
}

async function until(holds, otherwise) {
  for (const end = Date.now() + 10_000; !(await holds()); ) {
    assert.ok(Date.now() < end, otherwise());
    await new Promise((done) => setTimeout(done, 10));
  }
}

const onlyOne = (page) => until(() => page.workers().length === 1, () => `${page.workers().length} workers are left`);
const finished = (page) => page.waitForSelector(".effort", { state: "attached", timeout: 60_000 });

pageTest("as many readers as processors, gone when all is checked", { timeout: 120_000 }, async (visit) => {
  const { page, readers } = await dropLarge(visit);
  await page.waitForSelector("progress");
  await finished(page);
  await onlyOne(page);
  assert.match(await page.locator(".coverage").innerText(), /Every blob that was given was read to its end/);
  assert.equal(await page.locator(".effort").getAttribute("data-readers"), String(readers));
  assert.ok(Number(await page.locator(".effort").getAttribute("data-memory")) < 32 << 20);
});

pageTest("cancelling is immediate and keeps what is known", { lang: "zh-CN", timeout: 120_000 }, async (visit) => {
  const { page } = await dropLarge(visit);
  const began = Date.now();
  // At once, without the waiting for things to stand still that a click of Playwright's does.
  await page.locator("button.stop").first().dispatchEvent("click");
  await finished(page);
  assert.ok(Date.now() - began < 2000, `${Date.now() - began} ms`);
  await onlyOne(page);
  assert.match(await page.locator(".coverage").innerText(), /已停止/);
  assert.match(await page.locator(".result").innerText(), /amd64/);
});

pageTest("the next drop ends the readers of the one before", { timeout: 120_000 }, async (visit) => {
  const { page } = await dropLarge(visit);
  await visit.drop([input("higress-empty.tar")]);
  await finished(page);
  await onlyOne(page);
  assert.match(await page.locator("#verdict").innerText(), /Higress/);
});

pageTest("a reader that dies leaves its blob unchecked and all else checked", { timeout: 120_000 }, async (visit) => {
  const { page } = await dropLarge(visit);
  const unseen = page.locator(".coverage > ul > li");
  // On a busy computer all may have been read before the reader hears of its death: then once more.
  for (let times = 0; times < 4; times += 1) {
    if (times > 0) await dropLarge(visit);
    await page.workers().at(-1).evaluate(() => {
      setTimeout(() => {
        throw new Error("killed by the test");
      });
    });
    await finished(page);
    await onlyOne(page);
    if ((await unseen.count()) > 0) break;
  }
  assert.equal(await unseen.count(), 1);
  assert.match(await unseen.innerText(), /stopped working: .*killed by the test/);
  assert.doesNotMatch(await page.locator(".coverage").innerText(), /Every blob/);
});

pageTest("a file that changes while it is read is not reported as checked", { timeout: 120_000 }, async (visit) => {
  const path = join(folder, "layer.tar");
  writeFileSync(path, tarOf(200));
  const page = await visit.open();
  await visit.drop([path]);
  await page.waitForSelector(".result");
  truncateSync(path, statSync(path).size / 2);
  await finished(page);
  await onlyOne(page);
  assert.equal(await page.locator(".coverage > ul > li").count(), 1, await page.locator(".coverage").innerText());
  assert.match(await page.locator(".coverage > ul > li").innerText(), /layer\.tar: It could not be read/);
});
