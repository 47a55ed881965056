// What every test of the page stands on: the built dist/ served from a sub-path as GitHub Pages does, a fresh browser
// context for each test, and a watch that fails a test by itself on an error in the console, an uncaught exception, a
// breach of the page's policy, or a request that is not one of the files of the first visit, each asked for once.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";
import { serve } from "../../setup/static-server.mjs";
import { singleName } from "../../setup/site.mjs";
import { firstVisit } from "../size-budget.mjs";

export const dist = fileURLToPath(new URL("../../dist", import.meta.url));
const shots = fileURLToPath(new URL("../../target/shots", import.meta.url));
const PREFIX = "/pullcheck/";
// A name of no computer, for an address that browsers do not trust: they trust all of 127.0.0.0/8 as they do HTTPS.
const PLAIN = { host: "127.0.0.2", name: "pullcheck.test" };

const scratch = mkdtempSync(join(tmpdir(), "pullcheck-page-"));
let browser;
async function theBrowser() {
  browser ??= await chromium.launch({
    executablePath: process.env.PULLCHECK_CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path)),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", `--host-resolver-rules=MAP ${PLAIN.name} ${PLAIN.host}`],
  });
  return browser;
}
// Ends what all visits share.
export async function endAll() {
  await browser?.close();
  rmSync(scratch, { recursive: true, force: true });
}
after(endAll);

// pageTest(name, options, body): a test with a page of its own. `body` gets a Visit and node's test context.
// Options: lang ("en" or "zh-CN"), theme ("light" or "dark"), width, height, javaScript (false turns scripts off),
// instead (function from a name in dist/ to another answer than the file, see setup/static-server.mjs),
// from ("server", as usual; "file": the single file from the disk; "plain": plain HTTP under a name that is not trusted),
// files (names that may be asked for beside those of the first visit),
// elsewhere (true where the test itself watches requests to other servers),
// tolerate (list of patterns: console errors and exceptions that this test provokes on purpose; each must occur).
export function pageTest(name, options, body) {
  test(name, { timeout: options.timeout ?? 60_000 }, async (t) => {
    const visit = await Visit.start(options);
    try {
      await body(visit, t);
      await visit.settle();
      visit.assertClean();
    } finally {
      await visit.end();
    }
  });
}

export class Visit {
  static async start(options) {
    const visit = new Visit();
    visit.options = options;
    visit.troubles = [];
    visit.requests = [];
    const { server, address } = await serve(dist, {
      prefix: PREFIX,
      host: options.from === "plain" ? PLAIN.host : "127.0.0.1",
      onRequest: (method, path) => visit.requests.push(path),
      instead: (path) => options.instead?.(path.slice(PREFIX.length)),
    });
    visit.server = server;
    visit.address = { file: pathToFileURL(join(dist, singleName())).href, plain: address.replace(PLAIN.host, PLAIN.name) }[options.from] ?? address;
    const { lang = "en", theme = "light", width = 1280, height = 800, javaScript = true } = options;
    visit.context = await (await theBrowser()).newContext({
      locale: lang,
      colorScheme: theme,
      viewport: { width, height },
      javaScriptEnabled: javaScript,
    });
    visit.context.setDefaultTimeout(15_000);
    if (!options.from) await visit.context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(address).origin });
    await visit.context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) =>
        console.error(`policy: ${event.effectiveDirective} ${event.blockedURI || event.sourceFile}`),
      );
    });
    visit.page = await visit.context.newPage();
    visit.page.on("console", (message) => {
      if (message.type() === "error") visit.troubles.push(`console: ${message.text()}`);
    });
    visit.page.on("pageerror", (error) => visit.troubles.push(`exception: ${error.stack ?? error}`));
    visit.page.on("crash", () => visit.troubles.push("the page crashed"));
    visit.page.on("request", (request) => {
      const url = request.url();
      if (/^(blob|data|about):/.test(url) || url.startsWith(visit.address) || options.elsewhere) return;
      visit.troubles.push(`request to elsewhere: ${url}`);
    });
    return visit;
  }

  // Opens the page (`hash` like "#/rules") and waits until it is ready, which is after the network was closed.
  async open(hash = "") {
    await this.page.goto(this.address + hash);
    await this.page.waitForSelector("html[data-ready], html[data-failed]", { state: "attached" });
    const failed = await this.page.evaluate(() => ("failed" in document.documentElement.dataset ? document.body.innerText : null));
    assert.equal(failed, null, `the page did not start: ${failed}`);
    return this.page;
  }

  // Each file of the first visit at most once for each time that the document was asked for, and nothing else. Whether the
  // service worker has changed is asked by the browser itself, whenever the page is opened from its copy.
  strayRequests() {
    const free = new Set(["sw.js", ...(this.options.files ?? [])].map((name) => PREFIX + name));
    const allowed = new Set(firstVisit().map((name) => PREFIX + name));
    const visits = this.requests.filter((path) => path === PREFIX).length;
    const counts = new Map();
    for (const path of this.requests) counts.set(path, (counts.get(path) ?? 0) + 1);
    return [...counts].filter(([path, count]) => path !== PREFIX && !free.has(path) && (!allowed.has(path) || count > visits)).map(([path, count]) => `${path} × ${count}`);
  }

  // Gives what was just started in the page a moment to reach the console or the server.
  async settle() {
    if (!this.page.isClosed()) await this.page.waitForTimeout(100);
  }

  assertClean() {
    const tolerate = this.options.tolerate ?? [];
    const unexpected = this.troubles.filter((trouble) => !tolerate.some((pattern) => pattern.test(trouble)));
    assert.deepEqual(unexpected, [], "troubles in the page");
    const unseen = tolerate.filter((pattern) => !this.troubles.some((trouble) => pattern.test(trouble)));
    assert.deepEqual(unseen, [], "troubles that this test expected and that did not occur");
    assert.deepEqual(this.strayRequests(), [], "requests beyond the first visit's files");
  }

  async end() {
    await this.context.close();
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  // Real drops through the browser's own drag and drop, files and folders alike, so that the page sees what a person's
  // drop gives it. Each item is a path of a file or folder, or { name, bytes } for a file to be made; a name may hold
  // slashes, then its topmost folder is what is dropped. With `release: false` the drag stays over the window; the browser's
  // protocol has no way to leave it again that the page would hear of.
  async drop(items, { x = 200, y = 200, release = true } = {}) {
    const data = { items: [], files: pathsOf(items), dragOperationsMask: 1 };
    const devtools = await this.context.newCDPSession(this.page);
    for (const type of ["dragEnter", "dragOver", ...(release ? ["drop"] : [])]) {
      await devtools.send("Input.dispatchDragEvent", { type, x, y, data });
    }
    await devtools.detach();
  }

  // Through the hidden input of a file picker.
  async choose(selector, items) {
    await this.page.locator(selector).setInputFiles(pathsOf(items));
  }

  // With the keyboard, from the clipboard.
  async paste(text) {
    await this.page.bringToFront();
    await this.page.evaluate((value) => navigator.clipboard.writeText(value), text);
    await this.page.keyboard.press("Control+V");
  }

  // Fails on any violation that axe finds, in the whole page or within an element.
  async axe(within) {
    const builder = new AxeBuilder({ page: this.page });
    const { violations } = await (within ? builder.include(within) : builder).analyze();
    const told = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => `    ${node.html}\n    ${node.failureSummary}`).join("\n")}`);
    assert.deepEqual(told, [], "accessibility violations");
  }

  // A picture for people to look at, in target/shots/.
  async shot(name) {
    mkdirSync(shots, { recursive: true });
    await this.page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  }
}

// Paths on disk for what is to be dropped or chosen.
function pathsOf(items) {
  let made;
  const paths = items.map((item) => {
    if (typeof item === "string") return item;
    made ??= mkdtempSync(join(scratch, "drop-"));
    const path = join(made, item.name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, item.bytes);
    return join(made, item.name.split("/")[0]);
  });
  return [...new Set(paths)];
}

// The built files by kind: { program, glue, shell, unpack, boot, css }, each a name in dist/.
export function builtFiles() {
  const files = firstVisit();
  const one = (pattern) => {
    const found = files.filter((name) => pattern.test(basename(name)));
    assert.equal(found.length, 1, `one file like ${pattern} in ${files}`);
    return found[0];
  };
  return { program: one(/\.bin$/), glue: one(/^page-.*\.js$/), shell: one(/^shell-.*\.js$/), unpack: one(/^unpack-.*\.js$/), boot: one(/^boot-.*\.js$/), css: one(/\.css$/) };
}
