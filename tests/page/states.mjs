// Every state that the page can be in, and how it gets there: one list for the tests that hold of all of them
// (every-state.mjs) and for the pictures that people look at (`make shots`). A state that is not in this list is not
// designed. Nothing here asserts anything but that the state was reached.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { input } from "./core.mjs";
import { builtFiles } from "./harness.mjs";
import { FINAL } from "./verdict.mjs";

// --- ways

// Runs in the page before anything of it: remembers workers, and can hold back what is said to readers ("readers") or what
// the worker says after its first words on a job ("progress").
export async function prepare(visit) {
  await visit.context.addInitScript(() => {
    const control = { hold: "", session: undefined, heard: 0 };
    globalThis.workerControl = control;
    const Native = globalThis.Worker;
    globalThis.Worker = class extends Native {
      postMessage(message, ...rest) {
        if (message && "job" in message) Object.assign(control, { session: this, heard: 0 });
        if (control.hold === "readers" && message && "serve" in message) return;
        super.postMessage(message, ...rest);
      }
      addEventListener(name, listener, ...rest) {
        const heard = (event) => {
          if (name === "message" && control.hold === "progress" && this === control.session && (control.heard += 1) > 3) return;
          listener.call(this, event);
        };
        super.addEventListener(name, name === "message" ? heard : listener, ...rest);
      }
    };
    control.dies = () => control.session.dispatchEvent(new ErrorEvent("error", { message: "RuntimeError: unreachable", cancelable: true }));
  });
}

const hold = (visit, what) => visit.page.evaluate((value) => { globalThis.workerControl.hold = value; }, what);

// Goes to an address of the page that is open.
async function at(visit, hash, sign = "main h1") {
  // The page hears of it after the address has changed.
  await visit.page.evaluate((value) => new Promise((heard) => {
    if (location.hash === value) return heard();
    addEventListener("hashchange", () => setTimeout(heard), { once: true });
    location.hash = value;
  }), hash);
  await visit.page.locator(sign).first().waitFor();
}

// The page loaded anew: it knows nothing of what was there before.
async function fresh(visit, hash = "") {
  await visit.page.goto("about:blank");
  await visit.open(hash);
}

// Home, with nothing left of the state before.
async function home(visit) {
  await hold(visit, "");
  await at(visit, "#/", ".hero h1");
}

async function checked(visit, items) {
  await home(visit);
  await visit.drop(items);
  await visit.page.waitForSelector(FINAL);
}

// Without the clipboard, which a page over plain HTTP does not have.
async function submitted(visit, text) {
  await home(visit);
  await visit.page.fill("#paste", text);
  await visit.page.locator("form.paste button[type=submit]").click();
}

async function explained(visit, text) {
  await submitted(visit, text);
  await visit.page.waitForFunction(() => location.hash.startsWith("#/explain"));
  await visit.page.locator("main h1").waitFor();
}

const example = async (visit, id) => {
  await home(visit);
  await at(visit, `#/examples/${id}`, "aside.example");
  await visit.page.waitForSelector(FINAL);
};

// --- inputs that only these states need

const padded = (bytes, size) => Buffer.concat([bytes, Buffer.alloc(Math.max(0, size - bytes.length))]);

// A tar of regular files.
export function tarOf(files) {
  const blocks = files.flatMap(([name, body]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write("0000644\0", 100);
    header.write(`${body.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("00000000000\0", 136);
    header.fill(" ", 148, 156);
    header.write("0ustar\x0000", 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, padded(Buffer.from(body), Math.ceil(body.length / 512) * 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const bundle = () => tarOf([
  ["install.sh", "#!/bin/sh\nset -e\nfor f in images/*.tar; do docker load -i \"$f\"; done\n"],
  ["images/redis-7.tar", tarOf([["manifest.json", "[]"]])],
  ["images/redis-exporter.tar", tarOf([["manifest.json", "[]"]])],
  ["values.yaml", "replicas: 1\n"],
]);
const manifest = () => readFileSync(input("manifest.json"), "utf8");
const private_ = () => JSON.stringify({
  ...JSON.parse(manifest()),
  annotations: { "com.acme.team": "rocket", "org.opencontainers.image.source": "https://git.acme.internal/team/app" },
}, null, 2);
const LOG = [
  "2025-06-12T08:11:02.123456Z\terror\twasm\tcannot fetch Wasm module oci://registry.local/plugins/all-in-one:1.0.0: could not fetch Wasm binary: the given image is in invalid format as an OCI image: 2 errors occurred:",
  "\t* could not parse as compat variant: invalid media type application/vnd.oci.empty.v1+json (expect application/vnd.oci.image.layer.v1.tar+gzip)",
  "\t* could not parse as oci variant: number of layers must be 2 but got 1",
].join("\n");

// A file that is no image, by what it holds.
const odd = (name, bytes) => ({ name: `unsupported: ${name}`, reach: (visit) => checked(visit, [typeof bytes === "function" ? { name: `${name.replaceAll(" ", "-")}.tar`, bytes: bytes() } : bytes]) });

// The link that the share dialog makes of a pasted manifest.
async function sharedLink(visit) {
  await submitted(visit, manifest());
  await visit.page.waitForSelector(FINAL);
  await visit.page.locator("button.share").click();
  await visit.page.locator("#share-include").check();
  await visit.page.waitForFunction(() => document.querySelector("#share-link")?.value.includes("#/m/1."));
  const { hash } = new URL(await visit.page.locator("#share-link").inputValue());
  await visit.page.locator("dialog.share button.close").click();
  return hash;
}

// A compressed archive whose `manifest.json` comes last: nothing is known before its end.
let compressed;
function late() {
  if (!compressed) {
    compressed = join(mkdtempSync(join(tmpdir(), "pullcheck-states-")), "registry-2.8.3-amd64.tar.gz");
    execFileSync("sh", ["-c", 'gzip -1 -c "$1" > "$2"', "sh", input("docker-archive-300mb.tar"), compressed]);
    process.on("exit", () => rmSync(dirname(compressed), { recursive: true, force: true }));
  }
  return compressed;
}

async function reading(visit) {
  await home(visit);
  await hold(visit, "progress");
  await visit.drop([late()]);
  await visit.page.waitForFunction(() => document.querySelector(".reading progress")?.value > 1);
}

async function partial(visit) {
  await home(visit);
  await hold(visit, "readers");
  await visit.drop([input("docker-archive-300mb.tar")]);
  await visit.page.locator("section.verdict .provisional").waitFor();
}

const unfold = async (visit) => {
  for (const folded of await visit.page.locator("table.matrix button[aria-expanded='false']").all()) await folded.click();
};

// --- the list

// States that one page goes through one after another, in any order.
export const states = [
  { name: "home", reach: home },
  { name: "home: report is gone", reach: async (visit) => { await fresh(visit, "#/check"); await visit.page.locator(".notice.gone").waitFor(); } },
  { name: "home: nothing to check", reach: async (visit) => { await submitted(visit, " "); await visit.page.locator(".notice").first().waitFor(); } },
  {
    name: "drag over",
    reach: async (visit) => { await home(visit); await visit.drop([input("higress-right.tar")], { release: false }); await visit.page.locator(".drop-overlay").waitFor(); },
    leave: async (visit) => { await visit.page.keyboard.press("Escape"); await visit.page.locator(".drop-overlay").waitFor({ state: "detached" }); },
  },
  { name: "reading", reach: reading },
  { name: "partial", reach: partial },
  { name: "stopped: early", reach: async (visit) => { await reading(visit); await visit.page.locator(".reading button").click(); await visit.page.waitForFunction(() => !document.querySelector(".reading progress")); } },
  { name: "stopped: with a part", reach: async (visit) => { await partial(visit); await visit.page.locator(".reading button").click(); await visit.page.waitForFunction(() => !document.querySelector(".reading") && document.querySelector(".provisional")); } },
  { name: "worker died: early", reach: async (visit) => { await reading(visit); await visit.page.evaluate(() => globalThis.workerControl.dies()); await visit.page.locator(".reading.failed").waitFor(); } },
  { name: "worker died: with a part", reach: async (visit) => { await partial(visit); await visit.page.evaluate(() => globalThis.workerControl.dies()); await visit.page.locator(".reading.failed").waitFor(); } },
  { name: "refused", reach: (visit) => checked(visit, [input("higress-empty.tar")]) },
  { name: "accepted with conditions", reach: (visit) => checked(visit, [input("higress-right.tar")]) },
  { name: "accepted", reach: (visit) => checked(visit, [input("flux-one.tar")]) },
  { name: "accepted where one deploys to", reach: async (visit) => { await home(visit); await at(visit, "#/check?for=flux-ocirepository"); await visit.drop([input("flux-one.tar")]); await visit.page.waitForSelector(FINAL); } },
  { name: "several platforms", reach: (visit) => checked(visit, [input("buildx-index.tar")]) },
  { name: "could not check", reach: (visit) => checked(visit, [input("flux-lost.tar")]) },
  { name: "pasted manifest", reach: async (visit) => { await submitted(visit, manifest()); await visit.page.waitForSelector(FINAL); } },
  { name: "JSON of another kind", reach: async (visit) => { await submitted(visit, '{"hello": "world"}'); await visit.page.waitForSelector(FINAL); } },
  { name: "many problems", reach: (visit) => checked(visit, [input("hostile-markup.tar")]) },
  {
    name: "filtered",
    reach: async (visit) => { await checked(visit, [input("buildx-index.tar")]); await visit.page.fill("#problem-filter", "platform"); },
  },
  {
    name: "filtered to empty",
    reach: async (visit) => { await checked(visit, [input("buildx-index.tar")]); await visit.page.fill("#problem-filter", "qqqq"); await visit.page.locator(".filtered-out").waitFor(); },
  },
  odd("installer bundle", bundle),
  odd("HTML page", input("page.tar")),
  odd("encrypted", () => padded(Buffer.from("Salted__\x01\x02\x03\x04\x05\x06\x07\x08"), 4096)),
  odd("gzip of one file", () => gzipSync("just one file\n")),
  odd("zip", input("image.zip")),
  odd("UTF-16", input("utf16.tar")),
  odd("empty", input("empty.tar")),
  odd("empty folder", input("empty-folder")),
  odd("cut off", input("truncated.tar")),
  odd("self-extracting script", () => "#!/bin/sh\n# This script was generated using Makeself 2.4.5\ntail -n +500 \"$0\" | tar xz\n"),
  odd("unknown bytes", () => Buffer.from([0, 1, 2, 3, 254, 255, 7, 9])),
  odd("lone layer", () => tarOf([["bin/hello", "hello"]])),
  odd("too deep", input("brackets.json")),
  { name: "document too large", reach: (visit) => checked(visit, [{ name: "index.json", bytes: `{"schemaVersion":2,"x":"${"y".repeat(9 << 20)}"}` }]) },
  { name: "link cut", reach: async (visit) => { const link = await sharedLink(visit); await home(visit); await at(visit, link.slice(0, -40), ".damaged h1"); } },
  { name: "link changed", reach: async (visit) => { await home(visit); await at(visit, "#/m/1.AAAAAA.abcdef", ".damaged h1"); } },
  { name: "link of a newer version", reach: async (visit) => { await home(visit); await at(visit, "#/m/2.AAAAAA.abcdef", ".damaged h1"); } },
  { name: "opened link", reach: async (visit) => { const link = await sharedLink(visit); await home(visit); await at(visit, link, "aside.shared"); await visit.page.waitForSelector(FINAL); } },
  {
    name: "opened report",
    reach: async (visit) => {
      await checked(visit, [input("higress-empty.tar")]);
      await visit.page.locator("details.menu > summary").click();
      const [download] = await Promise.all([visit.page.waitForEvent("download"), visit.page.locator(".save-report").click()]);
      const bytes = readFileSync(await download.path());
      await home(visit);
      await visit.drop([{ name: "report.json", bytes }]);
      await visit.page.locator("aside.opened").waitFor();
    },
  },
  { name: "report does not open", reach: async (visit) => { await submitted(visit, '{"schema":"pullcheck-report/9","version":"9.0.0"}'); await visit.page.locator(".notice, .verdict").first().waitFor(); } },
  { name: "explained error", reach: async (visit) => { await fresh(visit); await explained(visit, LOG); } },
  { name: "joined error", reach: async (visit) => { await checked(visit, [input("higress-empty.tar")]); await explained(visit, LOG); } },
  { name: "unknown error", reach: (visit) => explained(visit, "Something went wrong, try again later.") },
  { name: "pasted reference", reach: async (visit) => { await submitted(visit, "registry.example.com/team/app:1.4"); await visit.page.waitForFunction(() => location.hash.startsWith("#/explain")); } },
  {
    name: "share dialog",
    reach: async (visit) => { await submitted(visit, private_()); await visit.page.waitForSelector(FINAL); await visit.page.locator("button.share").click(); await visit.page.locator("dialog.share[open]").waitFor(); },
    leave: (visit) => visit.page.locator("dialog.share button.close").click(),
  },
  {
    name: "share dialog: redaction",
    reach: async (visit) => {
      await submitted(visit, private_());
      await visit.page.waitForSelector(FINAL);
      await visit.page.locator("button.share").click();
      await visit.page.locator("#share-include").check();
      await visit.page.locator("#share-redact").check();
      await visit.page.waitForFunction(() => document.querySelector("#share-link")?.value.includes("#/m/1."));
    },
    leave: (visit) => visit.page.locator("dialog.share button.close").click(),
  },
  { name: "export menu", reach: async (visit) => { await checked(visit, [input("higress-empty.tar")]); await visit.page.locator("details.menu > summary").click(); } },
  { name: "settings", reach: async (visit) => { await checked(visit, [input("buildx-index.tar")]); await visit.page.locator(".settings details > summary").click(); } },
  { name: "deployed to", reach: async (visit) => { await home(visit); await at(visit, "#/check?for=higress-wasmplugin"); await visit.drop([input("higress-empty.tar")]); await visit.page.waitForSelector(FINAL); } },
  { name: "matrix and traces open", reach: async (visit) => { await checked(visit, [input("zstd-image.tar")]); await unfold(visit); await visit.page.locator("table.matrix summary").first().click(); } },
  { name: "example", reach: (visit) => example(visit, "digest-syntax/broken") },
  { name: "rules", reach: (visit) => at(visit, "#/rules") },
  { name: "rule", reach: (visit) => at(visit, "#/rules/digest-syntax") },
  { name: "consumers", reach: (visit) => at(visit, "#/consumers") },
  { name: "consumer", reach: (visit) => at(visit, "#/consumers/umoci") },
  { name: "consumer of a version", reach: (visit) => at(visit, "#/consumers/umoci@0.4.7") },
  { name: "errors", reach: (visit) => at(visit, "#/errors") },
  { name: "errors: none found", reach: async (visit) => { await at(visit, "#/errors"); await visit.page.fill("#error-filter", "qqqqqq"); } },
  { name: "error", reach: (visit) => at(visit, "#/errors/argocd-too-many-layers") },
  { name: "media types", reach: (visit) => at(visit, "#/media-types") },
  { name: "media type", reach: (visit) => at(visit, "#/media-types/application/vnd.oci.image.manifest.v1+json") },
  { name: "media type that nobody knows", reach: (visit) => at(visit, "#/media-types/application/vnd.acme.unheard.of.v1+tar") },
  { name: "examples", reach: (visit) => at(visit, "#/examples") },
  { name: "privacy", reach: (visit) => at(visit, "#/privacy") },
  { name: "offline use", reach: (visit) => at(visit, "#/offline") },
  { name: "not found", reach: (visit) => at(visit, "#/nothing/here") },
  { name: "rule that is none", reach: (visit) => at(visit, "#/rules/no-such-rule") },
  {
    name: "offline",
    reach: async (visit) => { await home(visit); await visit.context.setOffline(true); await visit.page.locator(".notice.offline").waitFor(); },
    leave: async (visit) => { await visit.context.setOffline(false); await visit.page.locator(".notice.offline").waitFor({ state: "detached" }); },
  },
];

// Says in the page that a newer release waits, as `www/boot.js` would.
const newer = (visit) => visit.context.addInitScript(() => {
  const freeze = Object.freeze;
  Object.freeze = (value) => {
    if (value?.copyState) value.copyState = () => "newer";
    return freeze(value);
  };
});

const { program } = builtFiles();
const never = new Promise(() => {});
const goto = async (visit, sign) => {
  await visit.page.goto(visit.address, { waitUntil: "commit" });
  await visit.page.locator(sign).waitFor();
};

// States that need a page of their own, with options as `pageTest` takes them; `raw` where the program never runs.
export const alone = [
  { name: "boot", raw: true, options: { instead: (path) => (path === program ? never : undefined) }, reach: (visit) => goto(visit, "#boot-loading") },
  {
    name: "boot: a file is kept",
    raw: true,
    options: { instead: (path) => (path === program ? never : undefined) },
    reach: async (visit) => {
      await goto(visit, "#boot-loading");
      // Until its own script listens, the browser would open the file.
      await visit.page.waitForFunction(() => document.documentElement.hasAttribute("data-booting"));
      await visit.drop([{ name: "early.tar", bytes: "early" }]);
      await visit.page.locator("#boot-kept:not([hidden])").waitFor();
    },
  },
  {
    name: "boot failed",
    raw: true,
    options: { instead: (path) => (path === program ? { status: 404, type: "text/plain", body: "" } : undefined), tolerate: [/Failed to fetch/, /status of 404/, /SRI|integrity/] },
    reach: (visit) => goto(visit, "#boot-failed:not([hidden])"),
  },
  // Nothing can look into a page without scripts; tests/page/shell.test.mjs reads its words.
  { name: "no scripts", raw: true, unseen: true, options: { javaScript: false }, reach: async (visit) => { await visit.page.goto(visit.address); } },
  { name: "plain HTTP", options: { from: "plain" }, reach: (visit) => visit.open("#/offline") },
  { name: "single file", options: { from: "file" }, reach: (visit) => visit.open("#/offline") },
  { name: "a newer version is ready", options: {}, before: newer, reach: async (visit) => { await visit.open(); await visit.page.locator(".notice.newer").waitFor(); } },
];
