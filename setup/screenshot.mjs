// The pictures of the README, of the page in dist/ as a visitor gets it: `node setup/screenshot.mjs` after `make dist`, with the
// set-up of `make test` (a browser, and the command line tool in target/debug, which makes the plugin that is dropped).
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "./static-server.mjs";
import { FINAL } from "../tests/page/verdict.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const tool = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/pullcheck");
// What the README may carry: it is loaded by everybody who looks at it.
const MOST = 100_000;

const folder = mkdtempSync(join(tmpdir(), "pullcheck-shot-"));
const plugin = join(folder, "waf-plugin.tar");
execFileSync(tool, ["example", "higress-other-type", "--output", plugin]);
const { server, address } = await serve(join(root, "dist"));
const browser = await chromium.launch({
  executablePath: process.env.PULLCHECK_CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) => existsSync(path)),
  args: ["--no-sandbox", "--disable-gpu"],
});
let tooLarge = false;
for (const [lang, file] of [["en", "docs/screenshot.png"], ["zh-CN", "docs/screenshot.zh-CN.png"]]) {
  const page = await (await browser.newContext({ locale: lang, colorScheme: "light", viewport: { width: 1120, height: 850 }, deviceScaleFactor: 0.8 })).newPage();
  await page.goto(`${address}#/check?for=higress-wasmplugin`);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  await page.locator("input[type=file]").first().setInputFiles(plugin);
  await page.waitForSelector(FINAL);
  await page.evaluate(() => document.activeElement.blur());
  await page.screenshot({ path: join(root, file) });
  const { size } = statSync(join(root, file));
  console.log(`${file}: ${size} bytes`);
  tooLarge ||= size > MOST;
}
await browser.close();
server.close();
rmSync(folder, { recursive: true });
if (tooLarge) throw new Error(`a picture is larger than ${MOST} bytes`);
