// `make engines`: the same journey in Firefox and in WebKit, which Safari shares, on the built page and on the single file. Both
// come from the system's packages (Debian: firefox-esr, webkit2gtk-driver, xvfb); they are large, so `make test` has Chromium
// alone. What is not installed fails, by name.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { singleName } from "../../setup/site.mjs";
import { serve } from "../../setup/static-server.mjs";
import { firefox, webkit } from "./driver.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = join(root, "dist");
const tool = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug/pullcheck");
for (const path of [join(dist, "index.html"), tool]) if (!existsSync(path)) throw new Error(`${path} is not there: make dist, cargo build`);

const PATIENCE = 60_000; // how long the page may take for a step, in milliseconds
const FINAL = "document.querySelector('section.verdict:not(:has(.provisional)) #verdict')";

// Where a program is: the first that exists.
const first = (paths) => paths.find((path) => existsSync(path));
const libraries = existsSync("/usr/lib") ? readdirSync("/usr/lib").filter((name) => name.includes("-linux-")) : [];
const ENGINES = {
  Firefox: [firefox, first([process.env.PULLCHECK_FIREFOX ?? "", "/usr/bin/firefox-esr", "/usr/bin/firefox"])],
  WebKit: [webkit, first(libraries.flatMap((name) => ["4.1", "4.0"].map((version) => `/usr/lib/${name}/webkit2gtk-${version}/MiniBrowser`)))],
};

const inputs = mkdtempSync(join(tmpdir(), "pullcheck-engines-"));
const file = join(inputs, "plugin.tar");
execFileSync(tool, ["example", "higress-other-type", "--output", file]);
let said = "";
try {
  said = execFileSync(tool, ["check", file], { encoding: "utf8" });
} catch ({ stdout }) {
  said = stdout; // somebody refuses it
}

// Somebody who would answer, if asked.
let asked = 0;
const listener = createServer((_, response) => {
  asked += 1;
  response.writeHead(200, { "access-control-allow-origin": "*" }).end();
});
await new Promise((done) => listener.listen(0, "127.0.0.1", done));
const witness = `http://127.0.0.1:${listener.address().port}/`;

// What a person does: opens the page, picks a file, reads the verdict, pastes a manifest; and the network stays closed.
async function journey(browser, address) {
  const until = async (what, condition) => {
    for (const end = Date.now() + PATIENCE; !(await browser.execute(`return Boolean(${condition})`)); ) {
      if (Date.now() > end) throw new Error(`${what}: not after ${PATIENCE / 1000} s; the page says: ${await browser.execute("return document.body.innerText.slice(0, 500)")}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  };
  await browser.open(address);
  await until("the page is ready", "'ready' in document.documentElement.dataset");
  await browser.type("#pick-file", file);
  await until("the verdict", FINAL);
  const verdict = await browser.execute(`return ${FINAL}.textContent`);
  assert.ok(said.includes(verdict), `the page says “${verdict}”, the command line does not`);
  assert.match(await browser.execute("return document.querySelector('main').innerText"), /as declared/, "the blobs were measured");
  const fetched = await browser.execute("return Promise.race([fetch(arguments[0]).then(() => 'fetched', () => 'refused'), new Promise((done) => setTimeout(done, 3000, 'hangs'))])", witness);
  assert.deepEqual([fetched, asked], ["refused", 0], "the network is closed");
  await browser.execute("location.hash = '#/'");
  await until("the first page", "document.getElementById('paste')");
  await browser.type("#paste", '{"schemaVersion": 2, "manifests": []}');
  await browser.execute("document.getElementById('paste').form.requestSubmit()");
  await until("the verdict on a pasted text", `${FINAL} && document.querySelector('section.verdict .given').textContent.includes('37 B')`);
}

const { server, address } = await serve(dist, { prefix: "/pullcheck/" });
let [passed, failed] = [0, 0];
for (const [name, [start, program]] of Object.entries(ENGINES)) {
  for (const [place, from] of [["a server", address], ["a disk, one file", pathToFileURL(join(dist, singleName())).href]]) {
    let browser;
    try {
      if (!program) throw new Error(`${name} is not installed (firefox-esr; webkit2gtk-driver and xvfb)`);
      browser = await start(program);
      await journey(browser, from);
      passed += 1;
      console.log(`engines: ${name} from ${place}: ok`);
    } catch (error) {
      failed += 1;
      console.log(`engines: ${name} from ${place}: FAILED: ${error.message}`);
    } finally {
      await browser?.end();
    }
  }
}
for (const one of [server, listener]) {
  one.closeAllConnections();
  one.close();
}
rmSync(inputs, { recursive: true });
console.log(`engines: ${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
