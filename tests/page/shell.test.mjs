// The page as a shell: it opens, loads what it should and no more, starts its worker, and says so when it cannot start.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { builtFiles, dist, pageTest } from "./harness.mjs";
import { firstVisit } from "../size-budget.mjs";

const { program, unpack, boot } = builtFiles();

for (const lang of ["en", "zh-CN"]) {
  for (const theme of ["light", "dark"]) {
    pageTest(`opens and is accessible: ${lang}, ${theme}`, { lang, theme }, async (visit) => {
      const page = await visit.open();
      assert.match(await page.locator("#app").innerText(), /\S/);
      await visit.axe();
      await visit.shot(`shell-${lang}-${theme}`);
    });
  }
}

pageTest("asks for exactly the files that the size budget counts", {}, async (visit) => {
  await visit.open();
  const asked = visit.requests.map((path) => path.replace("/pullcheck/", "") || "index.html");
  assert.deepEqual(asked.sort(), firstVisit().sort());
});

pageTest("a worker runs the same module and says that it is ready", {}, async (visit) => {
  const page = await visit.open();
  const said = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const worker = globalThis.pullcheck.startWorker();
        worker.addEventListener("message", ({ data }) => resolve(data instanceof Uint8Array ? [...data] : String(data)), { once: true });
        worker.addEventListener("error", (event) => resolve(`error: ${event.message}`), { once: true });
        setTimeout(() => resolve("nothing within 10 s"), 10_000);
      }),
  );
  // The first kind of message, and the version of the messages.
  const version = Number(readFileSync(new URL("../../src/protocol.rs", import.meta.url), "utf8").match(/const VERSION: u32 = (\d+);/)[1]);
  assert.deepEqual(said, [0, version]);
});

pageTest("a drop before the program has loaded is kept for it", { instead: (path) => (path === program ? held.answer : undefined) }, async (visit) => {
  const { page } = visit;
  // Tells which drops the program took over, whether it has done so by the time of asking or not.
  await visit.context.addInitScript(() => {
    const freeze = Object.freeze;
    Object.freeze = (value) => {
      if (value?.takeDrops) {
        const { takeDrops } = value;
        globalThis.dropsTaken = [];
        value.takeDrops = () => {
          const drops = takeDrops();
          globalThis.dropsTaken.push(...drops.map(({ items }) => items.map(({ entry, file }) => `${entry?.fullPath} ${file?.size}`)));
          return drops;
        };
      }
      return freeze(value);
    };
  });
  await page.goto(visit.address, { waitUntil: "commit" });
  await page.locator("#boot-loading").waitFor();
  await visit.settle();
  await visit.drop([{ name: "early.json", bytes: "{}" }, { name: "layout/index.json", bytes: "{}" }]);
  assert.equal(new URL(page.url()).pathname, "/pullcheck/", "the browser opened the dropped file instead");
  held.release();
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  const taken = await page.evaluate(() => {
    globalThis.pullcheck.takeDrops();
    return globalThis.dropsTaken;
  });
  assert.equal(taken.length, 1);
  assert.equal(taken[0][0], "/early.json 2");
  assert.match(taken[0][1], /^\/layout /);
});
const held = {};
held.answer = new Promise((resolve) => {
  held.release = () => resolve(undefined);
});

const failures = {
  // A browser asks again by itself, some times, where the connection breaks.
  "cannot be fetched": { files: [program], instead: (path) => (path === program ? "drop" : undefined), tolerate: [/Failed to fetch/, /ERR_EMPTY_RESPONSE/] },
  "is not there": { instead: (path) => (path === program ? { status: 404, type: "text/plain", body: "" } : undefined), tolerate: [/Failed to fetch/, /status of 404/, /SRI|integrity/] },
  "was tampered with": {
    instead: (path) => {
      if (path !== program) return undefined;
      const body = readFileSync(join(dist, program));
      body[body.length - 1] ^= 1;
      return { status: 200, type: "application/octet-stream", body };
    },
    tolerate: [/integrity/i, /Failed to fetch/],
  },
};
for (const [how, options] of Object.entries(failures)) {
  pageTest(`says so in both languages when its program ${how}`, options, async (visit) => {
    const { page } = visit;
    await page.goto(visit.address);
    await page.waitForSelector("html[data-failed]", { state: "attached" });
    const message = page.locator("#boot-failed");
    assert.ok(await message.isVisible());
    const text = await message.innerText();
    assert.match(text, /could not load/);
    assert.match(text, /未能加载/);
    assert.equal(await page.locator("html[data-ready]").count(), 0);
    await visit.axe();
    await visit.shot(`shell-failed-${how.replaceAll(" ", "-")}`);
  });
}

pageTest(
  "starts whatever the server takes the program for",
  { instead: (path) => (path === program ? { status: 200, type: "text/plain; charset=gb18030", body: readFileSync(join(dist, program)) } : undefined) },
  async (visit) => {
    await visit.open();
  },
);

pageTest("says in both languages what it needs where scripts are off", { javaScript: false }, async (visit) => {
  await visit.page.goto(visit.address);
  const text = await visit.page.locator("body").innerText();
  assert.match(text, /needs JavaScript and WebAssembly/);
  assert.match(text, /需要 JavaScript 和 WebAssembly/);
});

pageTest("the document's policy is there before anything else and has no exception for inline code", {}, async () => {
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const policy = html.match(/<head>\s*<meta http-equiv="Content-Security-Policy" content="([^"]+)"/)?.[1];
  assert.ok(policy, "no policy at the top of <head>");
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|\*|https?:/);
  assert.match(policy, /^default-src 'none';/);
  for (const script of [unpack, boot]) assert.match(html, new RegExp(`<script src="./${script}"[^>]* integrity="sha384-`));
});
