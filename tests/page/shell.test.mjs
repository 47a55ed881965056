// The page as a shell: it opens, loads what it should and no more, starts its worker, and says so when it cannot start.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtFiles, dist, pageTest } from "./harness.mjs";
import { firstVisit } from "../size-budget.mjs";
import { FINAL } from "./verdict.mjs";

const { program, shell, unpack, boot } = builtFiles();

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

// A program that comes when it is let go: { instead, release }, the first for the options of a test.
function heldBack() {
  let release;
  const answer = new Promise((done) => {
    release = () => done(undefined);
  });
  return { instead: (path) => (path === program ? answer : undefined), release: () => release() };
}
// Opens the page up to where it waits for its program.
async function openShell(visit, hash = "") {
  await visit.page.goto(visit.address + hash, { waitUntil: "commit" });
  await visit.page.locator("#boot-loading").waitFor();
  await visit.settle();
  return visit.page;
}
async function programComes(page, { release }) {
  release();
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  await page.waitForSelector("main:not(.boot)");
}

// What of the shell the program has, too: where it stands and what it says. Of the padlock's line only the first.
const SHARED = [".brand", "header nav a", "#language", "#theme", "header svg", ".lock", ".hero h1", ".hero .lede", ".drop", ".drop svg", ".drop h2", ".drop p", ".drop button", "form.paste", "form h2", "#paste", "form button", "form .choices > span", ".privacy", ".privacy a"];
const looks = (page) =>
  page.evaluate(
    (selectors) =>
      selectors.flatMap((selector) =>
        [...document.querySelectorAll(selector)].map((element) => {
          const { x, y, width, height } = element.getBoundingClientRect();
          const style = getComputedStyle(element);
          const text = selector === ".lock" ? "" : element.innerText?.replace(/\s+/g, " ").trim();
          return [selector, text, [x, y, width, height].map((value) => Math.round(value * 4) / 4).join(" "), style.color === "" ? "" : `${style.fontSize} ${style.backgroundColor}`].join(" | ");
        }),
      ),
    SHARED,
  );

for (const [lang, width, theme] of [["en", 1280, "light"], ["zh-CN", 1280, "dark"], ["en", 412, "dark"], ["zh-CN", 412, "light"], ["en", 320, "light"]]) {
  const held = heldBack();
  pageTest(`the program takes the shell's place and nothing moves: ${lang}, ${width} wide`, { lang, width, theme, instead: held.instead }, async (visit, t) => {
    await visit.page.addInitScript(() => {
      globalThis.seen = { "layout-shift": [], "largest-contentful-paint": [], paint: [] };
      for (const type of Object.keys(globalThis.seen)) {
        new PerformanceObserver((list) => globalThis.seen[type].push(...list.getEntries().map(({ name, startTime, element, value, sources = [] }) => ({ name, startTime, what: element?.className, value, moved: sources.map(({ node }) => node?.outerHTML ?? node?.data) })))).observe({ type, buffered: true });
      }
    });
    const page = await openShell(visit);
    await page.waitForFunction(() => globalThis.seen["largest-contentful-paint"].length > 0);
    await visit.axe();
    const before = await looks(page);
    const painted = await page.evaluate(() => globalThis.seen);
    await programComes(page, held);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 200))));
    assert.deepEqual(await looks(page), before);
    const seen = await page.evaluate(() => globalThis.seen);
    assert.deepEqual(seen["layout-shift"], [], "something moved");
    // The largest text is the shell's: the program draws none that is larger.
    assert.ok(before.length > 20 && painted.paint.some(({ name }) => name === "first-contentful-paint"));
    assert.equal(seen["largest-contentful-paint"].length, painted["largest-contentful-paint"].length, "the program draws something larger than the shell");
    t.diagnostic(`first contentful paint ${Math.round(painted.paint.at(-1).startTime)} ms, largest ${Math.round(painted["largest-contentful-paint"].at(-1).startTime)} ms`);
  });
}

{
  const held = heldBack();
  pageTest("the language and the colours are switched by keyboard before the program is there", { lang: "fr", instead: held.instead }, async (visit) => {
    const page = await openShell(visit);
    const focus = async (id) => {
      for (let stops = 0; stops < 15; stops += 1) {
        await page.keyboard.press("Tab");
        if ((await page.evaluate(() => document.activeElement.id)) === id) return;
      }
      assert.fail(`the keyboard does not come to ${id}`);
    };
    assert.equal(await page.locator(".hero h1").innerText(), "Will it pull?");
    await focus("language");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator(".hero h1").innerText(), "这个镜像拉得下来吗？");
    assert.equal(await page.locator("#language").innerText(), "English");
    await focus("theme");
    await page.keyboard.press("Space");
    await page.keyboard.press("Space");
    assert.equal(await page.locator("#theme").getAttribute("aria-label"), "配色：深色");
    assert.deepEqual(await page.evaluate(() => [localStorage.getItem("pullcheck.lang"), localStorage.getItem("pullcheck.theme")]), ['"zh-CN"', '"dark"']);
    await visit.axe();
    await visit.shot("shell-switched");
    await programComes(page, held);
    assert.equal(await page.locator(".hero h1").innerText(), "这个镜像拉得下来吗？");
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
    assert.equal(await page.evaluate(() => document.activeElement.id), "theme", "the focus was lost");
    // They are the program's own switches now, and act once.
    await page.locator("#language").click();
    assert.equal(await page.locator(".hero h1").innerText(), "Will it pull?");
    await page.reload();
    await page.waitForSelector("html[data-ready]", { state: "attached" });
    assert.equal(await page.locator(".hero h1").innerText(), "Will it pull?");
  });
}

const json = '{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": []}';
const early = {
  "picked as a file": (visit) => visit.choose("#pick-file", [{ name: "early.json", bytes: json }]),
  "picked as a folder": (visit) => visit.page.locator("#pick-folder").setInputFiles(folder()),
  "pasted": (visit) => visit.paste(json),
  "typed and sent": async ({ page }) => {
    await page.locator("#paste").fill(json);
    await page.locator("form.paste button").click();
  },
};
const folder = () => {
  const path = join(mkdtempSync(join(tmpdir(), "pullcheck-early-")), "layout");
  mkdirSync(join(path, "blobs"), { recursive: true });
  writeFileSync(join(path, "index.json"), json);
  writeFileSync(join(path, "oci-layout"), '{"imageLayoutVersion": "1.0.0"}');
  return path;
};
for (const [how, give] of Object.entries(early)) {
  const held = heldBack();
  pageTest(`what is ${how} before the program is there is checked by it`, { instead: held.instead }, async (visit) => {
    const page = await openShell(visit);
    await give(visit);
    await page.locator("#boot-kept:not([hidden])").waitFor();
    assert.match(await page.locator("#boot-names").innerText(), /early\.json|layout|schemaVersion/);
    await programComes(page, held);
    await page.waitForSelector(FINAL);
    assert.match(await page.locator(".given").innerText(), how.includes("folder") ? /layout/ : /json/i);
  });
}

{
  const held = heldBack();
  pageTest("what is typed before the program is there stays, and the focus with it", { instead: held.instead }, async (visit) => {
    const page = await openShell(visit);
    await page.locator("#paste").click();
    await page.keyboard.type("could not parse");
    await programComes(page, held);
    assert.equal(await page.locator("#paste").inputValue(), "could not parse");
    await page.keyboard.type(" as");
    assert.match(await page.locator("#paste").inputValue(), / as$| as/);
  });
}

{
  const held = heldBack();
  pageTest("where an address leads elsewhere, the shell has the head and no first page", { instead: held.instead }, async (visit) => {
    const page = await openShell(visit, "#/rules/digest-syntax");
    assert.ok(await page.locator("header nav").isVisible());
    assert.ok(await page.locator(".elsewhere").isVisible());
    assert.equal(await page.locator(".hero").isVisible(), false);
    await visit.axe();
    await programComes(page, held);
    assert.ok(await page.locator("main h1").isVisible());
  });
}

const dropped = heldBack();
pageTest("a drop before the program has loaded is kept for it", { instead: dropped.instead }, async (visit) => {
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
  await openShell(visit);
  await visit.drop([{ name: "early.json", bytes: "{}" }, { name: "layout/index.json", bytes: "{}" }]);
  assert.equal(new URL(page.url()).pathname, "/pullcheck/", "the browser opened the dropped file instead");
  await programComes(page, dropped);
  const taken = await page.evaluate(() => {
    globalThis.pullcheck.takeDrops();
    return globalThis.dropsTaken;
  });
  assert.equal(taken.length, 1);
  assert.equal(taken[0][0], "/early.json 2");
  assert.match(taken[0][1], /^\/layout /);
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
  for (const script of [shell, unpack, boot]) assert.match(html, new RegExp(`<script src="./${script}"[^>]* integrity="sha384-`));
});
