// A pasted log beside a loaded artifact, and the list of known errors with its search, as people use them.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { input } from "./core.mjs";
import { pageTest } from "./harness.mjs";
import { FINAL } from "./verdict.mjs";

const EMPTY_LAYER = "could not parse as compat variant: invalid media type application/vnd.oci.empty.v1+json (expect application/vnd.oci.image.layer.v1.tar+gzip)";

async function loaded(visit, name) {
  const page = await visit.open();
  await visit.drop([input(name)]);
  await page.waitForSelector(FINAL);
  return page;
}

async function pasted(visit, page, text) {
  await visit.paste(text);
  await page.waitForFunction(() => location.hash.startsWith("#/explain"));
  await page.locator("main .pasted").waitFor();
  return page.locator("main").innerText();
}

pageTest("a pasted error and its artifact: the place that proves it is one click away", {}, async (visit) => {
  const page = await loaded(visit, "higress-empty.tar");
  assert.match(await pasted(visit, page, EMPTY_LAYER), /produces this very error/);
  await visit.axe();
  await page.locator(".notice button.place").first().click();
  await page.waitForFunction(() => location.hash.startsWith("#/check"));
  await page.locator("#shown").waitFor();
});

pageTest("an error that the artifact does not show is not put on it", {}, async (visit) => {
  const page = await loaded(visit, "higress-right.tar");
  const text = "ctr: wrong diff id calculated on extraction \"sha256:b4ad478450363f0a8020bb5552641fe6077e78fca48da4d77a979724a3ad2a72\"";
  assert.doesNotMatch(await pasted(visit, page, text), /produces this very error/);
});

pageTest("every error of a log is told, with its line", {}, async (visit) => {
  const page = await visit.open();
  const log = ["one", EMPTY_LAYER, "two", "no matching manifest for linux/arm64 in the manifest list entries"].join("\n");
  const text = await pasted(visit, page, log);
  assert.match(text, /line 2\b/);
  assert.match(text, /Other errors in this text/);
  assert.match(text, /line 4\b/);
  assert.equal(await page.locator(".pasted mark").count(), 2);
});

pageTest("a log that is dropped is explained as a pasted one, whatever else is in it", {}, async (visit) => {
  const page = await visit.open();
  const folder = mkdtempSync(join(tmpdir(), "pullcheck-log-"));
  const log = join(folder, "build.log");
  writeFileSync(log, `step 1\n${EMPTY_LAYER}\nno space left on device\n`);
  await visit.drop([log]);
  await page.locator("main .pasted").waitFor();
  const text = await page.locator("main").innerText();
  assert.match(text, /line 2\b/);
  // What is about no artifact stands behind.
  assert.match(text, /Other errors in this text[^]*line 3\b/);
  await visit.axe();
  // A text without a known error is looked at as a file.
  writeFileSync(log, "all is well\n");
  await visit.drop([log]);
  await page.waitForSelector(FINAL);
  assert.match(await page.locator("#verdict").innerText(), /text/i);
  rmSync(folder, { recursive: true });
});

pageTest("a digest alone is said to be one, and a line of a Dockerfile names an image", { lang: "zh-CN" }, async (visit) => {
  const page = await visit.open();
  const digest = `sha256:${"ab".repeat(32)}`;
  const main = page.locator("main");
  await visit.paste(digest);
  await main.filter({ hasText: `REGISTRY/IMAGE@${digest}` }).waitFor();
  assert.match(await main.innerText(), /摘要/);
  assert.ok(!(await main.innerText()).includes(`docker pull ${digest}`));
  await visit.axe();
  await visit.paste("FROM nginx:1.25 AS web");
  await main.filter({ hasText: /skopeo copy .*docker:\/\/nginx:1\.25/ }).waitFor();
});

pageTest("known errors are searched by words, ids and consumers", { lang: "zh-CN" }, async (visit) => {
  const page = await visit.open("#/errors");
  const links = page.locator("main ul.list a");
  assert.ok((await links.count()) >= 145);
  await page.fill("#error-filter", "flux-ocirepository 层");
  await page.waitForFunction(() => document.querySelectorAll("main ul.list a").length < 60);
  assert.ok((await links.count()) > 0);
  await page.fill("#error-filter", "argocd-too-many-layers");
  await page.waitForFunction(() => document.querySelectorAll("main ul.list a").length === 1);
  await links.first().click();
  await page.waitForFunction(() => location.hash === "#/errors/argocd-too-many-layers" && !document.querySelector("#error-filter"));
  await visit.axe();
});
