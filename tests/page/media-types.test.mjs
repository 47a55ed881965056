// The dictionary of media types: reached from any type on the screen, and from what is not known.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { input } from "./core.mjs";
import { pageTest } from "./harness.mjs";
import { FINAL } from "./verdict.mjs";

pageTest("a media type in a result leads to its page", {}, async (visit) => {
  const page = await visit.open();
  await visit.paste(readFileSync(input("manifest.json"), "utf8"));
  await page.waitForSelector(FINAL);
  const type = page.locator("a.type:visible").first();
  const name = await type.innerText();
  await type.click();
  await page.locator("h1.type").waitFor();
  assert.equal(await page.locator("h1.type").innerText(), name);
  assert.match(await page.locator("dl.facts").innerText(), /Written by/);
  await visit.axe();
  await page.goBack();
  await page.waitForSelector("#verdict");
});

pageTest("an unknown type is told what it may have been meant to be", { lang: "zh-CN" }, async (visit) => {
  const page = await visit.open("#/media-types/application/vnd.oci.image.layer.v1.tar.gzip");
  const meant = page.locator("a.type", { hasText: "application/vnd.oci.image.layer.v1.tar+gzip" });
  await meant.click();
  await page.locator("h1.type", { hasText: "tar+gzip" }).waitFor();
  assert.match(await page.locator(".lede").innerText(), /gzip 压缩/);
  await visit.axe();
});

pageTest("all media types are listed by whose they are", { theme: "dark", width: 360 }, async (visit) => {
  const page = await visit.open("#/media-types");
  assert.ok((await page.locator("ul.list a.type").count()) > 80);
  await visit.axe();
});
