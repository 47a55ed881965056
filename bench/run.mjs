// Measures whole checks beside native peers: `make bench`, or `node bench/run.mjs [--size MB] [--runs N] [--scale MB,MB]
// [--no-page] [--no-build] [--bomb MB] [--keep FOLDER]`. Makes its images from a seed (examples/bench_images.rs), runs all commands of a
// group by turns (A B C A B C …) after a warm-up, and prints medians with their spread and ratios as Markdown.
//
// Peak memory is VmHWM, read every 5 ms from /proc: the largest of the processes of a command.
import { spawn, spawnSync, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const value = (name, otherwise) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const size = Number(value("--size", 1036));
const runs = Number(value("--runs", 5));
const scale = value("--scale", "64,256,1024,4096").split(",").map(Number);
const withPage = !process.argv.includes("--no-page");
const work = value("--keep", "") || mkdtempSync(join(tmpdir(), "pullcheck-bench-"));
mkdirSync(work, { recursive: true });
if (!value("--keep", "")) process.on("exit", () => rmSync(work, { recursive: true, force: true }));

const say = (text) => console.error(`bench: ${text}`);
const tool = join(target, "release", "pullcheck");
const maker = join(target, "release", "examples", "bench_images");
const build = () => {
  say("building the command line and the maker of images");
  execFileSync("cargo", ["build", "--locked", "--release", "--bin", "pullcheck", "--example", "bench_images"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
};
if (!process.argv.includes("--no-build")) build();

// A folder with an image of this form and size in MB, made unless it is there.
function image(form, megabytes, layers = 4) {
  const folder = join(work, `${form}-${megabytes}-${layers}`);
  if (!existsSync(join(folder, "made"))) {
    say(`making ${megabytes} MB, ${form}, ${layers} layers`);
    execFileSync(maker, [folder, String(megabytes), form, String(layers)], { stdio: ["ignore", "ignore", "inherit"] });
    execFileSync("touch", [join(folder, "made")]);
  }
  return folder;
}
const layersOf = (folder) => {
  const index = JSON.parse(readFileSync(join(folder, "index.json")));
  const blob = (digest) => join(folder, "blobs", digest.replace(":", "/"));
  return JSON.parse(readFileSync(blob(index.manifests[0].digest))).layers.map((layer) => blob(layer.digest));
};

const installed = (name) => spawnSync("sh", ["-c", `command -v ${name}`]).status === 0;

// Processes of a command and their high-water marks.
function descendants(pid) {
  const found = [pid];
  for (const at of found) {
    try {
      found.push(...readFileSync(`/proc/${at}/task/${at}/children`, "utf8").split(" ").filter(Boolean).map(Number));
    } catch {
      // It has ended.
    }
  }
  return found;
}
function highWater(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function command(name, argv, { before = () => {}, accept = [0] } = {}) {
  return {
    name,
    async run() {
      before();
      let peak = 0;
      const began = process.hrtime.bigint();
      const child = spawn(argv[0], argv.slice(1), { stdio: ["ignore", "ignore", "pipe"] });
      let errors = "";
      child.stderr.on("data", (data) => (errors += data));
      const watch = setInterval(() => {
        for (const pid of descendants(child.pid)) peak = Math.max(peak, highWater(pid));
      }, 5);
      const status = await new Promise((done) => child.on("exit", done));
      const seconds = Number(process.hrtime.bigint() - began) / 1e9;
      clearInterval(watch);
      if (!accept.includes(status)) throw new Error(`${name} ended with ${status}: ${errors.slice(-500)}`);
      return { seconds, peak };
    },
  };
}
const missing = (name) => ({ name, missing: true });

const check = (name, path) => command(`pullcheck check (${name})`, [tool, "check", path, "--format", "json"], { accept: [0, 1] });
const piped = (unpack, folder) => {
  const each = layersOf(folder).map((layer) => `${unpack} -dc ${layer} | sha256sum`).join("; ");
  return installed(unpack) ? command(`${unpack} -dc \\| sha256sum`, ["bash", "-c", `set -e -o pipefail; ${each}`]) : missing(`${unpack} -dc \\| sha256sum`);
};
const cleared = (path) => () => rmSync(path, { recursive: true, force: true });

// The page in Chromium, as the tests of the page drive it.
let browser;
async function page(name, path) {
  const { serve } = await import("../setup/static-server.mjs");
  const { chromium } = await import("playwright-core");
  const dist = join(root, "dist");
  if (!existsSync(join(dist, "index.html"))) throw new Error("the page is not built: make dist");
  const found = [process.env.PULLCHECK_CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find((file) => file && existsSync(file));
  if (!found) return missing(`page in Chromium (${name})`);
  browser ??= await chromium.launch({
    executablePath: found,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
  });
  return {
    name: `page in Chromium (${name})`,
    async run() {
      const { server, address } = await serve(dist, { prefix: "/" });
      const context = await browser.newContext();
      context.setDefaultTimeout(600_000);
      const tab = await context.newPage();
      await tab.goto(address);
      await tab.waitForSelector("html[data-ready]", { state: "attached" });
      await tab.evaluate(() => {
        const verdict = "section.verdict:not(:has(.provisional)) #verdict";
        new MutationObserver(() => {
          if (globalThis.firstAt === undefined && document.querySelector("#verdict")) globalThis.firstAt = performance.now();
          if (globalThis.finalAt === undefined && document.querySelector(verdict)) globalThis.finalAt = performance.now();
        }).observe(document.documentElement, { childList: true, subtree: true, attributes: true });
        addEventListener("drop", () => (globalThis.droppedAt = performance.now()), { capture: true });
      });
      const devtools = await context.newCDPSession(tab);
      const data = { items: [], files: [path], dragOperationsMask: 1 };
      for (const type of ["dragEnter", "dragOver", "drop"]) await devtools.send("Input.dispatchDragEvent", { type, x: 200, y: 200, data });
      await tab.waitForFunction(() => globalThis.finalAt !== undefined);
      const told = await tab.evaluate(() => ({
        seconds: (finalAt - droppedAt) / 1000,
        first: (firstAt - droppedAt) / 1000,
        // The largest WebAssembly memory of any worker, in bytes.
        memory: document.querySelector(".effort")?.dataset.memory ?? null,
        verdict: document.querySelector("#verdict")?.innerText ?? "",
      }));
      await context.close();
      server.closeAllConnections();
      server.close();
      return { ...told, peak: null };
    },
  };
}

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const spread = (numbers, digits = 2) => `${Math.min(...numbers).toFixed(digits)} – **${median(numbers).toFixed(digits)}** – ${Math.max(...numbers).toFixed(digits)}`;

// Runs commands by turns and prints a table; ratios are to the reference within the same turn.
async function group(title, reference, commands, times = runs) {
  const results = new Map(commands.map((c) => [c.name, []]));
  for (let turn = -1; turn < times; turn++) {
    for (const c of commands) {
      if (c.missing) continue;
      const result = await c.run();
      if (turn >= 0) results.get(c.name).push(result);
    }
    say(`${title}: turn ${turn + 1} of ${times}`);
  }
  console.log(`\n### ${title}\n`);
  console.log(`| what | seconds (min – median – max) | ratio to \`${reference}\` | peak memory, MiB | first verdict, s | worker memory, MiB |`);
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const c of commands) {
    const own = results.get(c.name);
    if (c.missing) {
      console.log(`| ${c.name} | not installed | | | | |`);
      continue;
    }
    const base = results.get(reference) ?? [];
    const ratios = own.map((r, i) => r.seconds / base[i]?.seconds).filter(Number.isFinite);
    const memories = own.map((r) => r.memory).filter((m) => m !== null && m !== undefined).map((m) => Number(m) / (1 << 20));
    const isPage = own[0].first !== undefined;
    console.log(
      `| ${c.name} | ${spread(own.map((r) => r.seconds))} | ${ratios.length ? `${spread(ratios)} ×` : "–"} | ${own[0].peak === null ? "–" : spread(own.map((r) => r.peak), 0)} | ${isPage ? spread(own.map((r) => r.first), 3) : "–"} | ${isPage ? (memories.length ? spread(memories, 0) : "not reported") : "–"} |`,
    );
  }
  return results;
}

const cpu = cpus();
console.log(`## Measured on ${cpu[0].model}, ${cpu.length} processors, ${Math.round(totalmem() / 2 ** 30)} GiB, ${new Date().toISOString().slice(0, 10)}`);
console.log(`\nMedians of ${runs} runs by turns after a warm-up; ratios are taken within a turn. Images from a seed, 4 layers.`);

const gz = image("gzip", size);
const zst = image("zstd", size);
const stored = (folder) => layersOf(folder).reduce((sum, layer) => sum + statSync(layer).size, 0) / 1e6;
console.log(`${size} MB uncompressed are ${stored(gz).toFixed(0)} MB with gzip -6 (ratio ${(size / stored(gz)).toFixed(2)}), ${stored(zst).toFixed(0)} MB with zstd -3.`);

const copied = join(work, "copied");
const unpacked = join(work, "unpacked");
const gzipPeer = "gzip -dc \\| sha256sum";
const crane = installed("crane");
const gzipResults = await group(`${size} MB, gzip layers`, gzipPeer, [
  piped("gzip", gz),
  check("gzip layers", gz),
  ...(withPage ? [await page("gzip layers", gz)] : []),
  installed("skopeo") ? command("skopeo copy to dir:", ["skopeo", "--insecure-policy", "copy", "-q", `oci:${gz}:v1`, `dir:${copied}`], { before: cleared(copied) }) : missing("skopeo copy to dir:"),
  installed("umoci") ? command("umoci unpack", ["umoci", "unpack", "--rootless", "--image", `${gz}:v1`, unpacked], { before: cleared(unpacked) }) : missing("umoci unpack"),
  crane ? command("crane validate", ["crane", "validate", "--tarball", join(image("docker", size), "image.tar")]) : missing("crane validate"),
]);
if (!crane) {
  const ratio = (name) => {
    const own = gzipResults.get(name);
    return own?.length ? (median(own.map((r, i) => r.seconds / gzipResults.get(gzipPeer)[i].seconds)) / 3.4).toFixed(3) : "–";
  };
  console.log(
    `\n\`crane validate\` is not installed here. go-containerregistry's validate of a comparable image took 3.4 times as long as \`gzip -dc | sha256sum\` on a machine of this kind; *derived* from that and not measured: command line ${ratio("pullcheck check (gzip layers)")} ×, page ${ratio("page in Chromium (gzip layers)")} × of its time.`,
  );
}
await group(`${size} MB, zstd layers`, "zstd -dc \\| sha256sum", [piped("zstd", zst), check("zstd layers", zst), ...(withPage ? [await page("zstd layers", zst)] : [])]);

// Cost against size; metadata of large docker-archives; memory.
for (const megabytes of scale) {
  const large = image("gzip", megabytes);
  const docker = join(image("docker", megabytes), "image.tar");
  await group(
    `${megabytes} MB: cost against size`,
    gzipPeer,
    [piped("gzip", large), check("gzip layers", large), check("docker-archive", docker), ...(withPage ? [await page("gzip layers", large), await page("docker-archive", docker)] : [])],
    Math.min(runs, 3),
  );
  if (!value("--keep", "")) {
    rmSync(docker, { force: true });
    rmSync(join(docker, "..", "made"), { force: true });
  }
}
const one = image("gzip", size, 1);
await group(`${size} MB in one gzip layer`, gzipPeer, [piped("gzip", one), check("one gzip layer", one)]);

// Ten GiB of zeros in ten megabytes, and less.
const bombs = image("bomb", Number(value("--bomb", 10737)), 1);
for (const name of readdirSync(bombs).filter((name) => name.startsWith("bomb."))) {
  const path = join(bombs, name);
  const label = `${name}, ${(statSync(path).size / 1e6).toFixed(1)} MB`;
  await group(`10 GiB of zeros: ${name}`, "none", [check(label, path), ...(withPage ? [await page(label, path)] : [])], 1);
}
await browser?.close();
