// How long a person waits, and how long the page does not hear them. These are not stopwatch races: what is measured is
// printed, and a test fails only far above it. Where other programs take the processors away, a loop of known length takes
// longer too, and the limits grow with it.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { pageTest } from "./harness.mjs";
import { layout } from "./large.mjs";
import { FINAL, VERDICT } from "./verdict.mjs";

// Turns of the loop below that take a millisecond in Chromium on one idle core of a server of 2024.
const TURNS = 600_000;
// In the page, how many times slower than that the machine is.
const tools = () => {
  const loop = (turns) => {
    const began = performance.now();
    let value = 1;
    for (let turn = 0; turn < turns; turn += 1) {
      value ^= value << 13;
      value ^= value >>> 17;
      value ^= value << 5;
    }
    // The value is used, so that the loop cannot be left out.
    return performance.now() - began + (value === 0 ? 1 : 0);
  };
  globalThis.slowness = (turns) => {
    loop(turns);
    return loop(turns * 50) / 50;
  };
};
const slowness = async (page) => Math.max(1, await page.evaluate((turns) => globalThis.slowness(turns), TURNS));

const median = (numbers) => [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
// Prints a figure, and fails where it is beyond its limit on a machine so slow.
function hold(t, what, value, { target, limit, slow = 1, unit = "ms" }) {
  t.diagnostic(`${what}: ${value.toFixed(0)} ${unit} (target ${target}, limit ${limit}${slow > 1 ? ` × ${slow.toFixed(1)} for a busy machine` : ""})`);
  assert.ok(value <= limit * slow, `${what}: ${value.toFixed(0)} ${unit}, at most ${(limit * slow).toFixed(0)}`);
}

async function openWithTools(visit) {
  await visit.page.addInitScript(tools);
  return visit.open();
}

const digest = (sign) => `sha256:${sign.repeat(64)}`;
const layer = (sign, size) => ({ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: digest(sign), size });
// A manifest as people paste them; each number makes another text of another length.
const manifest = (number) =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: digest("a"), size: 7023 },
    layers: [layer("b", 32654), layer("c", 16724)],
  }).replace("{", `{${" ".repeat(number)}`);

pageTest("a pasted manifest has its full verdict at once", { timeout: 120_000 }, async (visit, t) => {
  const page = await openWithTools(visit);
  await visit.paste(manifest(0));
  await page.waitForSelector(FINAL);
  const slow = await slowness(page);
  const texts = Array.from({ length: 9 }, (_, number) => manifest(number + 1)).map((text) => ({ text, size: `${Buffer.byteLength(text)} B` }));
  const times = await page.evaluate(
    async ({ texts, verdict, final }) => {
      const times = { verdict: [], all: [] };
      for (const { text, size } of texts) {
        const began = performance.now();
        const shown = (what) => new Promise((done) => {
          const look = () => {
            if (!document.querySelector(what) || !document.querySelector("section.verdict .given")?.textContent.split("·").some((part) => part.trim() === size)) return;
            watch.disconnect();
            done(performance.now() - began);
          };
          const watch = new MutationObserver(look);
          watch.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
        });
        const [seen, whole] = [shown(verdict), shown(final)];
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", text);
        window.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        const [first, last] = await Promise.all([seen, whole]);
        times.verdict.push(first);
        times.all.push(last);
        await new Promise((done) => setTimeout(done, 50));
      }
      return times;
    },
    { texts, verdict: VERDICT, final: FINAL },
  );
  hold(t, "pasted manifest to full verdict, median of 9", median(times.verdict), { target: 30, limit: 100, slow });
  hold(t, "pasted manifest to every part of its report, median of 9", median(times.all), { target: 100, limit: 200, slow });
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  hold(t, "elements of the page with a report of one manifest", nodes, { target: 1500, limit: 2500, unit: "elements" });
});

// The tasks of the pages' main threads in a trace, by the processor time that they took: what other programs take does not
// count, so that this figure is nearly the same on a busy machine.
function tasks(trace) {
  const { traceEvents } = JSON.parse(trace);
  const threads = new Set(traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(({ pid, tid }) => `${pid} ${tid}`));
  return traceEvents.filter(({ name, pid, tid, tdur }) => /RunTask$/.test(name) && tdur !== undefined && threads.has(`${pid} ${tid}`)).map(({ tdur }) => tdur / 1000);
}

pageTest("hears the person while it reads a large image", { timeout: 180_000 }, async (visit, t) => {
  const page = await openWithTools(visit);
  const path = layout();
  await page.context().browser().startTracing(page, { categories: ["toplevel"] });
  await visit.drop([path]);
  await page.waitForSelector(FINAL, { timeout: 120_000 });
  const all = tasks(await page.context().browser().stopTracing());
  assert.ok(all.length > 100, "the trace holds tasks with their processor time");
  // A processor that is shared takes longer for the same, too.
  const slow = await slowness(page);
  hold(t, "longest task of the page while reading, processor time", Math.max(...all), { target: 50, limit: 100, slow });
});

pageTest("is ready soon, and sooner when it comes back", { timeout: 120_000 }, async (visit, t) => {
  const { page } = visit;
  await page.addInitScript(() => window.addEventListener("pullcheck-ready", () => (globalThis.readyAfter = performance.now())));
  await openWithTools(visit);
  const first = await page.evaluate(() => globalThis.readyAfter);
  const slow = await slowness(page);
  hold(t, "ready on a first visit, from this machine", first, { target: 1000, limit: 3000, slow });
  // The copy gets the unpacked module once the page is ready.
  await page.waitForFunction(async () => {
    for (const name of await caches.keys()) if ((await (await caches.open(name)).keys()).some(({ url }) => url.endsWith(".wasm"))) return true;
    return false;
  });
  const again = [];
  for (let visits = 0; visits < 3; visits += 1) {
    await page.goto("about:blank");
    await visit.open();
    again.push(await page.evaluate(() => globalThis.readyAfter));
  }
  hold(t, "ready on a later visit, median of 3", median(again), { target: 300, limit: 600, slow });
});
