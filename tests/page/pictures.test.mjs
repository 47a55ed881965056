// The pictures: the map of what was given, the strips over versions, before and after of a mending. Each says in words and
// by structure what it shows by length and colour, and is walked with the keyboard.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { input } from "./core.mjs";
import { pageTest } from "./harness.mjs";
import { FINAL } from "./verdict.mjs";

const OCI = "application/vnd.oci.image.";

// A layout of two platforms that share a layer. Of the second, one layer is not there, and one is not as large as declared.
function layout() {
  const files = new Map();
  const put = (mediaType, bytes) => {
    const hex = createHash("sha256").update(bytes).digest("hex");
    files.set(`layout/blobs/sha256/${hex}`, Buffer.from(bytes));
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const layer = (size, byte) => put(`${OCI}layer.v1.tar`, Buffer.alloc(size, byte));
  const base = layer(300_000, 1);
  const manifest = (architecture, layers) => {
    const config = put(`${OCI}config.v1+json`, JSON.stringify({ architecture, os: "linux", config: {}, rootfs: { type: "layers", diff_ids: layers.map((one) => one.digest) } }));
    const text = JSON.stringify({ schemaVersion: 2, mediaType: `${OCI}manifest.v1+json`, config, layers }, null, 2);
    return { ...put(`${OCI}manifest.v1+json`, text), platform: { os: "linux", architecture } };
  };
  const gone = layer(20_000, 2);
  files.delete(`layout/blobs/sha256/${gone.digest.slice(7)}`);
  const wrong = layer(5_000, 3);
  const manifests = [manifest("amd64", [base, layer(1_000, 4)]), manifest("arm64", [base, gone, { ...wrong, size: 6_000 }])];
  const index = put(`${OCI}index.v1+json`, JSON.stringify({ schemaVersion: 2, mediaType: `${OCI}index.v1+json`, manifests }, null, 2));
  files.set("layout/index.json", Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [index] })));
  files.set("layout/oci-layout", Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
  return [...files].map(([name, bytes]) => ({ name, bytes }));
}

// A pasted manifest of 200 layers, the sizes over six orders of magnitude.
function many() {
  const hex = (n) => createHash("sha256").update(String(n)).digest("hex");
  const layers = Array.from({ length: 200 }, (_, n) => ({ mediaType: `${OCI}layer.v1.tar+gzip`, digest: `sha256:${hex(n)}`, size: 200 + 10 ** (3 + (n % 7)) }));
  return JSON.stringify({ schemaVersion: 2, mediaType: `${OCI}manifest.v1+json`, config: { mediaType: `${OCI}config.v1+json`, digest: `sha256:${hex("c")}`, size: 1200 }, layers }, null, 1);
}

// What a part is called, without the mark in its bar, which is hidden from screen readers.
const named = (text) => text.replaceAll(/\s+/g, " ").replace(/^[✓✗!–…] /, "").replaceAll(/ (?=[,，])/g, "").trim();
const names = async (page, scope) => (await page.locator(`${scope} button.part`).allInnerTexts()).map(named);
const widths = (page) => page.locator(".map .blocks button.part svg").evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
const noOverflow = async (page) => assert.deepEqual(await page.evaluate(() => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  return [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 120));
}), [], "wider than the window");

for (const theme of ["light", "dark"]) {
  pageTest(`the map shows documents, parts, what is shared and what is wrong, ${theme}`, { theme, lang: theme === "dark" ? "zh-CN" : "en" }, async (visit) => {
    const page = await visit.open();
    await visit.drop(layout());
    await page.waitForSelector(FINAL);
    const map = page.locator("section.map");
    await map.waitFor();
    // The tree: an index, two manifests with their platforms, their parts.
    assert.equal(await map.locator(".band").count(), 3);
    assert.equal(await map.locator(".bands .bands > .band").count(), 2);
    const parts = await names(page, ".map");
    if (theme === "light") {
      assert.equal(parts.length, 10);
      assert.match(parts[0], /^index .* as declared$/);
      assert.match(parts[3], /^layer 1 300 kB ×2, as declared$/);
      assert.match(parts[8], /^layer 2 20 kB, missing$/);
      assert.match(parts[9], /^layer 3 6 kB, differs$/);
      assert.match(await map.innerText(), /3 layers, 326(\.\d)? kB in all, 91 % of that in layer 1/);
      assert.match(await map.locator(".map-legend").innerText(), /7 as declared[\s\S]*1 missing[\s\S]*1 differs/);
    } else {
      assert.match(parts[8], /^第 2 层 20 kB，缺失$/);
      assert.match(await map.locator(".map-legend").innerText(), /1 项缺失/);
    }
    assert.match(await map.innerText(), /linux\/amd64[\s\S]*linux\/arm64/);
    // A state is a mark as well as a colour, and a border of its own.
    const marks = await map.locator(".blocks button.part").evaluateAll((all) => all.slice(-3).map((one) => [one.querySelector("svg text").textContent, getComputedStyle(one.querySelector("svg")).borderTopStyle]));
    assert.deepEqual(marks, [["✓", "solid"], ["!", "dashed"], ["✗", "solid"]]);
    // What is larger is longer; a part that was drawn before is as long again.
    const [config, base, small, , again, gone] = await widths(page);
    assert.ok(base > gone && gone > small && small >= config && base === again, `${[config, base, small, again, gone]}`);
    await visit.axe();
    await visit.shot(`map-${theme}`);
  });
}

pageTest("the map is walked with the keyboard, tells of each part, and leads to its place", {}, async (visit) => {
  const page = await visit.open();
  await visit.drop(layout());
  await page.waitForSelector(FINAL);
  // One stop of the Tab key, whatever the number of parts.
  assert.equal(await page.locator(".map [tabindex='0']").count(), 1);
  await page.locator("#map-0").focus();
  const focused = async () => named(await page.evaluate(() => document.activeElement.innerText));
  const detail = page.locator(".map-detail");
  await page.keyboard.press("ArrowRight");
  assert.match(await focused(), /^manifest/);
  assert.match(await detail.innerText(), /linux\/amd64/);
  await page.keyboard.press("ArrowDown");
  assert.match(await focused(), /^manifest/);
  assert.match(await detail.innerText(), /linux\/arm64/);
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowRight");
  assert.match(await focused(), /^config/);
  for (let step = 0; step < 3; step++) await page.keyboard.press("ArrowRight");
  assert.match(await focused(), /^layer 3/);
  await page.keyboard.press("ArrowRight");
  assert.match(await focused(), /^layer 3/, "the end is the end");
  assert.match(await detail.innerText(), /layer 3 of 3 · ✗ differs · 6000 bytes · measured: 5000 bytes/);
  assert.match(await detail.innerText(), /A layer as a plain tar/);
  // The Tab key comes back to where one was.
  assert.match(named(await page.locator(".map button[tabindex='0']").innerText()), /^layer 3/);
  await page.keyboard.press("ArrowUp");
  assert.match(await focused(), /^manifest/);
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.match(await detail.innerText(), /in 2 documents/);
  assert.equal(await page.locator(".map button.part.active").count(), 2, "the other place of what is shared is marked too");
  // A click shows the descriptor in its document.
  await page.keyboard.press("Enter");
  const shown = page.locator("#shown");
  await shown.waitFor();
  assert.match(await page.locator("#source, .source:has(#shown)").first().innerText(), /arm64|layers/);
  assert.match((await page.locator(".source mark").allInnerTexts()).join(""), /"size": 300000/);
});

pageTest("of 200 layers the largest are drawn, the rest is told and can be had", { timeout: 180_000 }, async (visit) => {
  const page = await visit.open();
  await visit.paste(many());
  await page.waitForSelector(FINAL);
  const map = page.locator("section.map");
  assert.match(await map.innerText(), /1 read, with nothing declared/);
  assert.match(await map.innerText(), /201 not given/);
  assert.equal(await map.locator(".blocks button.part").count(), 20);
  const rest = map.locator("button.rest");
  assert.match(await rest.innerText(), /^and 181 more parts, [\d.]+ GB$/);
  await rest.click();
  assert.equal(await map.locator(".blocks button.part").count(), 201);
  assert.equal(await map.locator("button.rest").count(), 0);
  // From two hundred bytes to a gigabyte: all are seen, and none is beyond the page.
  const all = await widths(page);
  assert.ok(Math.min(...all) >= 50 && Math.max(...all) <= 252 && Math.max(...all) >= 200, `${Math.min(...all)} – ${Math.max(...all)}`);
  assert.equal(new Set(all.map(Math.round)).size, 7, "each order of magnitude has its own length");
});

pageTest("on a narrow screen the map stands upright and nothing is wider than it", { width: 320, height: 640, lang: "zh-CN" }, async (visit) => {
  const page = await visit.open();
  await visit.drop(layout());
  await page.waitForSelector(FINAL);
  const left = await page.locator(".map .bands .bands .band:last-child .blocks > li").evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().left)));
  assert.equal(left.length, 4);
  assert.equal(new Set(left).size, 1, "one under the other");
  await noOverflow(page);
  await visit.axe();
  await visit.shot("map-narrow");
});

pageTest("on paper the map keeps its parts", {}, async (visit) => {
  const page = await visit.open();
  await visit.drop(layout());
  await page.waitForSelector(FINAL);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator(".map button.part").first().isVisible(), true);
  assert.equal(await page.locator(".map-detail").isVisible(), false);
});

pageTest("where versions answer differently a strip shows where, and the reader's own version", {}, async (visit) => {
  const page = await visit.open("#/check?for=container2wasm@0.6.1");
  await visit.choose("#pick-file", [input("buildx-index.tar")]);
  await page.waitForSelector(FINAL);
  const strip = page.locator("tbody.own .strip");
  await page.locator("tbody.own details.cell > summary").first().click();
  await strip.first().waitFor();
  const told = await strip.first().locator("li").evaluateAll((all) => all.map((one) => one.innerText.replaceAll(/\s+/g, " ").trim()));
  assert.deepEqual(told, ["✗ Refuses : ≤ 0.6.0", "? Can't tell : 0.6.1 ▲ yours: 0.6.1", "✓ Accepts : ≥ 0.6.2"]);
  assert.deepEqual(await strip.first().locator("li").evaluateAll((all) => all.map((one) => one.classList.contains("flip"))), [false, true, true]);
  assert.equal(await strip.first().locator("[aria-current]").count(), 1);
  assert.match(await page.locator(".strip-box").first().innerText(), /Newest source read: container2wasm\/container2wasm v0\.6\.2/);
  // Segments of equal length.
  const lengths = await strip.first().locator("li").evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().width)));
  assert.ok(Math.max(...lengths) - Math.min(...lengths) <= 2, `${lengths}`);
  await visit.axe();
  await visit.shot("strip");
  // Whose versions all answer alike has nothing to show.
  await page.locator("table.matrix tr", { hasText: "umoci" }).locator("summary").first().click();
  assert.equal(await page.locator("table.matrix tr", { hasText: "umoci" }).locator(".strip").count(), 0);
});

for (const [theme, width] of [["light", 1280], ["dark", 320]]) {
  pageTest(`the page of a consumer has a strip for each shape, ${theme}, ${width}`, { theme, width }, async (visit) => {
    const page = await visit.open("#/consumers/skopeo");
    const table = page.locator("table.strips");
    await table.waitFor();
    assert.ok((await table.locator("tbody tr").count()) >= 9);
    const columns = await table.locator("thead th").count();
    for (const spans of await table.locator("tbody tr").evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.colSpan)))) {
      assert.equal(spans.reduce((sum, one) => sum + one, 1), columns, "a strip is as long as there are versions");
    }
    const docker = table.locator("tbody tr", { hasText: "Docker's media types" });
    assert.match(await docker.innerText(), /✗ Refuses[\s\S]*✓ Accepts/);
    await noOverflow(page);
    await visit.axe();
    await visit.shot(`strips-${width}`);
  });
}

pageTest("a consumer that is not told apart by versions has no strips", {}, async (visit) => {
  const page = await visit.open("#/consumers/aws-lambda");
  await page.locator(".trials").waitFor();
  assert.equal(await page.locator("table.strips").count(), 0);
});

for (const [theme, width] of [["light", 1280], ["dark", 320]]) {
  pageTest(`the page of a rule shows before and after in one, ${theme}, ${width}`, { theme, width }, async (visit) => {
    const page = await visit.open("#/rules/descriptor-size-negative");
    const diff = page.locator("pre.diff");
    await diff.waitFor();
    assert.match(await diff.locator(".removed").innerText(), /11\s+−\s+removed:\s+"size": -1/);
    assert.match(await diff.locator(".added").innerText(), /11\s+\+\s+added:\s+"size": 5/);
    assert.deepEqual(await diff.locator("b").allInnerTexts(), ["-1", "5"]);
    assert.equal(await diff.locator(".fold").count(), 2);
    assert.match(await diff.locator(".fold").first().innerText(), /7 unchanged lines/);
    await noOverflow(page);
    await visit.axe();
  });
}

pageTest("a remedy whose outcome is known shows it, and one that is not shows nothing", {}, async (visit) => {
  const page = await visit.open();
  const digest = `sha256:${"a".repeat(64)}`;
  const mixed = { schemaVersion: 2, mediaType: `${OCI}manifest.v1+json`, config: { mediaType: "application/vnd.docker.container.image.v1+json", digest, size: 5 }, layers: [{ mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip", digest: `sha256:${"b".repeat(64)}`, size: 7 }] };
  await visit.paste(JSON.stringify(mixed));
  await page.waitForSelector(FINAL);
  const draft = page.locator("details.draft", { hasText: "regctl" }).first();
  await draft.locator("summary").click();
  const lines = (kind) => draft.locator(`pre.diff .${kind} .text`).allInnerTexts();
  assert.deepEqual((await lines("removed")).map((line) => line.trim()), ['"mediaType": "application/vnd.docker.container.image.v1+json",', '"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",']);
  assert.deepEqual((await lines("added")).map((line) => line.trim()), [`"mediaType": "${OCI}config.v1+json",`, `"mediaType": "${OCI}layer.v1.tar+gzip",`]);
  assert.ok((await page.locator("article.fix").count()) > (await page.locator("details.draft").count()));
  await visit.axe();
  await visit.shot("draft");
});
