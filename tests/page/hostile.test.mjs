// Files made to hurt, dropped into the page: each ends in a report, nothing in them runs or becomes a link, and the page
// goes on working. The core's own tests hold many more (tests/hostile/).
import assert from "node:assert/strict";
import { input, report } from "./core.mjs";
import { pageTest } from "./harness.mjs";
import { FINAL } from "./verdict.mjs";

async function dropped(visit, name) {
  const page = await visit.open();
  await page.evaluate(() => {
    globalThis.ran = [];
    for (const name of ["alert", "confirm", "prompt", "open"]) globalThis[name] = (...words) => globalThis.ran.push([name, ...words]);
  });
  await visit.drop([input(name)]);
  await page.waitForSelector(FINAL, { timeout: 60_000 });
  return page;
}

// Nothing ran, and all that can be followed leads to this page or to http or https.
async function harmless(page) {
  assert.deepEqual(await page.evaluate(() => globalThis.ran), [], "something out of the file ran");
  const found = await page.evaluate(() => ({
    links: [...document.body.querySelectorAll("[href], [src], [action], [formaction]")].map((e) => e.href ?? e.src ?? e.action ?? e.formAction).filter((to) => typeof to === "string" && to),
    made: [...document.querySelectorAll("main img, main script, main iframe, main object, main embed, main [onerror], main [onclick], main [onload]")].length,
  }));
  assert.equal(found.made, 0, "markup out of the file became elements");
  for (const link of found.links) assert.match(link, /^(https?|blob):/, link);
}

for (const name of ["hostile-bomb.tar.gz", "hostile-bomb.tar.zst", "hostile-8-eib.tar", "hostile-circles.tar", "hostile-markup.tar", "hostile-link.tar", "hostile-steering.tar"]) {
  pageTest(`${name} ends in a report like the command line's, and the page goes on`, { timeout: 120_000 }, async (visit) => {
    const page = await dropped(visit, name);
    await harmless(page);
    const { says } = report(input(name)).input;
    const text = (await page.locator("main").innerText()).replace(/\s+/g, " ");
    assert.ok(text.includes(says.replaceAll("`", "")), `${says}\n--\n${text.slice(0, 2000)}`);
    // Every part that can be opened is opened.
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    await harmless(page);
    await visit.drop([input("higress-right.tar")]);
    await page.waitForFunction(() => document.querySelector("main").innerText.includes("higress-right.tar"));
    await page.waitForSelector(FINAL);
  });
}
