// The ways of people with a broken image through the page: drop, read, paste, in both languages. What stands on the
// screen is compared with what the command line says of the same bytes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { input, report } from "./core.mjs";
import { pageTest } from "./harness.mjs";
import { FINAL } from "./verdict.mjs";

// Drops a file and waits for the final report.
async function dropped(visit, name, hash) {
  const page = await visit.open(hash);
  await visit.drop([input(name)]);
  return finished(page);
}

async function finished(page) {
  await page.waitForSelector(FINAL);
  return page;
}

// Opens the trace of one consumer's verdict and gives its text. A row that says no versions is about all of them.
async function cell(page, consumer, versions) {
  for (const folded of await page.locator("table.matrix button[aria-expanded='false']").all()) await folded.click();
  for (const row of await page.locator("table.matrix tr:not(.group)", { hasText: consumer }).all()) {
    const shown = await row.locator(".versions").first().innerText();
    if (shown !== "" && !shown.includes(versions)) continue;
    await row.locator("summary").first().click();
    return row.innerText();
  }
  assert.fail(`no row for ${consumer} ${versions}`);
}

// All remedies, those behind the first few as well.
async function fixes(page) {
  const more = page.locator(".fixes > details > summary");
  if (await more.count()) await more.click();
  return page.locator(".fixes").innerText();
}

// The text of a person's three-line log.
const HIGRESS_LOG = [
  "2025-06-12T08:11:02.123456Z\terror\twasm\tcannot fetch Wasm module oci://registry.local/plugins/all-in-one:1.0.0: could not fetch Wasm binary: the given image is in invalid format as an OCI image: 2 errors occurred:",
  "\t* could not parse as compat variant: invalid media type application/vnd.oci.empty.v1+json (expect application/vnd.oci.image.layer.v1.tar+gzip)",
  "\t* could not parse as oci variant: number of layers must be 2 but got 1",
].join("\n");

pageTest("Higress, files gone: refuses with the whole text, and the pasted log leads to the same cause", {}, async (visit) => {
  const page = await dropped(visit, "higress-empty.tar");
  assert.match(await page.locator("#verdict").innerText(), /Higress.*refuse/s);
  const text = await cell(page, "Higress", "≥ ");
  assert.match(text, /could not parse as compat variant: invalid media type application\/vnd\.oci\.empty\.v1\+json \(expect application\/vnd\.oci\.image\.layer\.v1\.tar\+gzip\)/);
  assert.match(text, /could not parse as oci variant: number of layers must be 2 but got 1/);
  assert.match(await fixes(page), /oras cp/);
  await visit.axe();
  await visit.shot("higress-empty");
  await visit.paste(HIGRESS_LOG);
  await page.waitForFunction(() => location.hash.startsWith("#/explain"));
  await page.locator("main", { hasText: "produces this very error" }).waitFor();
  assert.match(await page.locator("main").innerText(), /oras/);
  await visit.axe();
  await visit.shot("higress-log");
});

// Envoy's log lines begin with a bracket, Flux's controllers write an object a line: neither is a document.
pageTest("a log that begins like JSON is a log", {}, async (visit) => {
  const page = await visit.open();
  const envoy = HIGRESS_LOG.replace(/^\S+\terror\twasm\t/, "[2025-06-12 08:11:02.123][1][error][wasm] ");
  assert.ok(envoy.startsWith("[2025"));
  for (const log of [envoy, JSON.stringify({ level: "error", ts: "2025-06-12T08:11:02Z", msg: HIGRESS_LOG }), `${JSON.stringify({ level: "info" })}\n${JSON.stringify({ error: HIGRESS_LOG })}`]) {
    await visit.paste(log);
    await page.waitForFunction(() => location.hash.startsWith("#/explain"));
    await page.locator("main", { hasText: "oras" }).waitFor();
    await page.evaluate(() => (location.hash = "#/"));
    await page.locator("#paste").waitFor();
  }
});

pageTest("Higress, another media type: refuses and gives the oras commands", {}, async (visit) => {
  const page = await dropped(visit, "higress-other-type.tar");
  const text = await cell(page, "Higress", "≥ ");
  assert.match(text, /invalid media type application\/gzip/);
  assert.match(await fixes(page), /oras push .*\n?.*plugin\.tar\.gz:application\/vnd\.oci\.image\.layer\.v1\.tar\+gzip/s);
});

pageTest("Higress, right: accepts, and says which layer and which plugin.wasm", {}, async (visit) => {
  const page = await dropped(visit, "higress-right.tar");
  const text = await cell(page, "Higress", "≥ ");
  assert.match(text, /Accepts/);
  assert.match(text, /layer 3 of 3/);
  assert.match(text, /plugin\.wasm/);
});

pageTest("Higress, not last: refuses with the type of the last layer", {}, async (visit) => {
  const page = await dropped(visit, "higress-not-last.tar");
  assert.match(await cell(page, "Higress", "≥ "), /invalid media type application\/vnd\.module\.wasm\.doc\.v1\+markdown/);
});

pageTest("container2wasm: 0.6.0 refuses an index with an attestation, 0.6.2 says which child", {}, async (visit) => {
  const page = await dropped(visit, "buildx-index.tar");
  assert.match(await cell(page, "container2wasm", "≤ 0.6.0"), /unsupported mediatype application\/vnd\.oci\.image\.index\.v1\+json/);
  const verdict = report(input("buildx-index.tar")).verdicts.find((v) => v.consumer === "container2wasm" && v.versions.includes("0.6.2"));
  assert.equal(verdict.verdict, "accepts");
  const text = await cell(page, "container2wasm", "≥ 0.6.2");
  assert.match(text, /Accepts/);
  const child = /sha256:[0-9a-f]{64}/.exec(verdict.because)[0];
  assert.ok(text.includes(child), `${child} in ${text}`);
  await visit.shot("buildx-index");
  await visit.paste("panic: unsupported mediatype application/vnd.oci.image.index.v1+json");
  await page.waitForFunction(() => location.hash.startsWith("#/explain"));
  assert.match(await page.locator("main").innerText(), /0\.6\.2/);
});

pageTest("Flux: the content comes second, and the layerSelector is given", { lang: "zh-CN", theme: "dark" }, async (visit) => {
  const page = await dropped(visit, "flux-second.tar");
  assert.match(await page.locator("#verdict").innerText(), /Flux.*拒绝/s);
  assert.match(await fixes(page), /layerSelector:\s+mediaType: application\/vnd\.cncf\.flux\.content\.v1\.tar\+gzip/);
  await visit.axe();
  await visit.shot("flux-second-zh-dark");
});

pageTest("Flux: a lost layer is missing, with its place", {}, async (visit) => {
  const page = await dropped(visit, "flux-lost.tar");
  assert.match(await page.locator("#verdict").innerText(), /can.t tell|missing/is);
  assert.match(await page.locator("main").innerText(), /\/layers\/0/);
});

pageTest("zstd: umoci up to 0.4.7 refuses, 0.5.0 accepts; the pasted error says why", {}, async (visit) => {
  const page = await dropped(visit, "zstd-image.tar");
  const text = await cell(page, "umoci", "≤ 0.4.7");
  assert.match(text, /blob is not correct mediatype: application\/vnd\.oci\.image\.layer\.v1\.tar\+zstd/);
  assert.match(await cell(page, "umoci", "≥ 0.5"), /Accepts/);
  await visit.paste("Error: Failed instance creation: unpack rootfs: layer sha256:aa: blob is not correct mediatype: application/vnd.oci.image.layer.v1.tar+zstd");
  await page.waitForFunction(() => location.hash.startsWith("#/explain"));
  assert.match(await page.locator("main").innerText(), /zstd/);
});

pageTest("a pasted manifest alone: what needs blobs is unknown, and says what is missing", {}, async (visit) => {
  const page = await visit.open();
  await visit.paste(readFileSync(input("manifest.json"), "utf8"));
  await finished(page);
  const text = await page.locator("main").innerText();
  assert.match(text, /Can.t tell/);
  assert.match(text, /was not given/);
  await visit.shot("pasted-manifest");
});

pageTest("a folder is the same as its archive", {}, async (visit) => {
  const page = await dropped(visit, "layout");
  assert.match(await page.locator("main").innerText(), /An OCI image layout in a folder/);
});

pageTest("300 MB: the metadata verdict stands in under a second, before the layer is read", { timeout: 120_000 }, async (visit) => {
  const page = await visit.open();
  const path = input("docker-archive-300mb.tar");
  await page.evaluate(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector("#verdict")) return;
      globalThis.firstVerdict = { at: performance.now(), provisional: !!document.querySelector(".provisional") };
      observer.disconnect();
    }).observe(document.body, { childList: true, subtree: true });
    addEventListener("drop", () => (globalThis.droppedAt = performance.now()), { capture: true });
  });
  await visit.drop([path]);
  await page.waitForFunction(() => globalThis.firstVerdict);
  const { took, provisional } = await page.evaluate(() => ({ took: firstVerdict.at - droppedAt, provisional: firstVerdict.provisional }));
  assert.ok(provisional, "the first verdict is marked as provisional");
  assert.ok(took < 1000, `${took} ms`);
  await page.waitForSelector(FINAL, { timeout: 100_000 });
});

for (const name of ["empty.tar", "truncated.tar", "page.tar", "image.zip", "brackets.json", "utf16.tar", "empty-folder"]) {
  pageTest(`${name} gets its own plain answer`, {}, async (visit) => {
    const page = await dropped(visit, name);
    const { says } = report(input(name)).input;
    const text = (await page.locator("main").innerText()).replace(/\s+/g, " ");
    assert.ok(text.includes(says.replaceAll("`", "")), `${says}\n--\n${text}`);
    assert.doesNotMatch(text, /Nothing in it breaks/);
  });
}

for (const [name, lang] of [["buildx-index.tar", "en"], ["higress-empty.tar", "zh-CN"], ["flux-lost.tar", "en"], ["truncated.tar", "en"], ["docker-archive.tar", "zh-CN"]]) {
  pageTest(`the page's report of ${name} is the command line's (${lang})`, { lang }, async (visit) => {
    const page = await dropped(visit, name);
    const download = page.waitForEvent("download");
    await page.locator("details.menu > summary").click();
    await page.locator("button.download-json").click();
    const saved = JSON.parse(readFileSync(await (await download).path(), "utf8"));
    assert.deepEqual(saved, report(input(name), lang));
  });
}

pageTest("a click on a place marks it in the document", {}, async (visit) => {
  const page = await dropped(visit, "buildx-index.tar");
  await page.locator(".problem:has(a[href='#/rules/index-attestation-platform']) button.place").first().click();
  await page.waitForSelector("#shown");
  assert.match(await page.locator("#shown").innerText(), /^\{/);
});

pageTest("switching the language keeps the report", {}, async (visit) => {
  const page = await dropped(visit, "higress-empty.tar");
  await page.getByRole("button", { name: "简体中文" }).click();
  await page.waitForFunction(() => document.documentElement.lang === "zh-CN");
  assert.match(await page.locator("#verdict").innerText(), /拒绝/);
  await visit.axe();
});

for (const lang of ["en", "zh-CN"]) {
  for (const [theme, width] of [["light", 1280], ["dark", 360]]) {
    pageTest(`every kind of page is accessible: ${lang}, ${theme}, ${width}`, { lang, theme, width }, async (visit) => {
      const page = await visit.open();
      for (const hash of ["#/", "#/rules", "#/rules/layout-blob-missing", "#/consumers", "#/consumers/higress-wasmplugin@2.1", "#/errors", "#/errors/istio-wasm-invalid-oci-image", "#/privacy", "#/no/such/page"]) {
        await page.evaluate((to) => (location.hash = to), hash);
        await page.waitForFunction((to) => location.hash === to && document.querySelectorAll("h1").length === 1, hash);
        await visit.axe();
        await visit.shot(`${hash.replace(/[#/@]+/g, "-")}-${lang}-${theme}-${width}`);
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `the page is ${wide} px wider than its window`);
      await visit.drop([input("buildx-index.tar")]);
      await finished(page);
      await visit.axe();
      await visit.shot(`report-${lang}-${theme}-${width}`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(over <= 0, `the report is ${over} px wider than its window`);
    });
  }
}
