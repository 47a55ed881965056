// Starts the page: loads its two files, closes the network, and only then lets the program run.
//
// 1. Fetches, unpacks (www/unpack.js) and compiles the WebAssembly module and imports the generated glue beside it. Their
//    names and digests stand in the links that the build wrote into the document. The single file carries both in itself
//    (www/carried.js). After a first visit the module lies in the browser's copy as it is, and is only compiled.
// 2. Has the browser keep a copy for use without a network (www/sw.js), where it can: not on plain HTTP, not in a file.
// 3. Adds a second policy that allows no further request. From here on nothing can be sent, and no code of the program
//    has run yet.
// 4. Instantiates the module; its `main` draws the page. Workers run the same module, and a `main` that finds no window
//    takes a worker's part. A worker is started from a blob: address because only such a worker inherits this document's
//    policies; one with an address of its own would get the policy that its server sends, which is none.
//
// `globalThis.pullcheck` is what the program may use: startWorker(), takeDrops(), closedAt (when the network was closed, in
// milliseconds since 1970), workersRead (whether workers can read files), and of the copy copyState(), useNewer() and forgetCopy().
// A change of the copy's state is told by an event `pullcheck-copy` on the window.
// What comes before the program does is kept by www/shell.js.

const LOCK = "default-src 'none'; script-src 'wasm-unsafe-eval'; img-src data:; manifest-src data:; worker-src blob:; base-uri 'none'; form-action 'none'";

// --- loading
async function get(link) {
  const response = await fetch(link.href, { integrity: link.integrity || link.dataset.integrity, credentials: "same-origin" });
  if (!response.ok) throw new Error(`${link.href}: HTTP ${response.status}`);
  return response;
}

// How long the program may wait for the first picture, in milliseconds: where none comes, nobody looks.
const PICTURE_WAIT = 1000;

// Until the first picture is on the screen. What it needs does not share its way with the megabyte that comes after it.
function firstPicture() {
  return new Promise((done) => {
    if (document.hidden || !PerformanceObserver.supportedEntryTypes.includes("paint")) done();
    else new PerformanceObserver(done).observe({ type: "paint", buffered: true });
    setTimeout(done, PICTURE_WAIT);
  });
}

// The module's bytes, and whether the copy had them.
async function programOf(link) {
  const kept = await keptProgram(link);
  if (kept) return { bytes: kept, kept: true };
  await firstPicture();
  const packed = new Uint8Array(await (await get(link)).arrayBuffer());
  return { bytes: await globalThis.pullcheckUnpack(packed, Number(link.dataset.size)), kept: false };
}

// What the document itself asks for (style sheet, icon) must have come before the network closes.
function documentLoaded() {
  if (document.readyState === "complete") return Promise.resolve();
  return new Promise((done) => window.addEventListener("load", done, { once: true }));
}

async function fetched() {
  const glueLink = document.querySelector('link[rel="modulepreload"]');
  const programLink = document.querySelector('link[rel="pullcheck-program"]');
  const program = programOf(programLink);
  program.then(({ bytes, kept }) => !kept && window.addEventListener("pullcheck-ready", () => keepProgram(programLink, bytes)), () => {});
  const module = program.then(({ bytes }) => WebAssembly.compile(bytes));
  return Promise.all([module, import(glueLink.href), get(glueLink).then((response) => response.text())]);
}

// --- the copy for use without a network
// How long the start may wait for the copy to be made, in milliseconds. Its files have just come, so that it seldom takes a
// tenth of that; where it takes longer, the browser goes on with it by itself.
const COPY_WAIT = 5000;
const carried = globalThis.pullcheckCarried;
// In a frame of another page no copy is kept: that page's visitors did not ask for one, and browsers may forbid it.
const framed = window !== window.parent;
const workers = !carried && !framed && /^https?:$/.test(location.protocol) ? navigator.serviceWorker : undefined;
let registration;

// "single": this is the single file; "unable": no copy can be kept here (plain HTTP, a file, a browser's setting); "none":
// none is kept; "kept"; "newer": one is kept, and another of a newer release is ready to take its place.
function copyState() {
  if (carried) return "single";
  if (!workers) return "unable";
  if (!registration?.active && !registration?.waiting) return "none";
  return registration.active && registration.waiting ? "newer" : "kept";
}

function watch(worker) {
  worker?.addEventListener("statechange", () => window.dispatchEvent(new Event("pullcheck-copy")));
}

// Never fails: a browser that keeps no copy shows the page all the same.
async function keepCopy() {
  if (!workers) return;
  try {
    // Of a page that is kept already, the browser itself looks for a newer one. A page above this one may keep a copy, too.
    registration = await workers.getRegistration();
    if (registration?.scope !== new URL("./", location.href).href) registration = await workers.register("./sw.js");
    registration.addEventListener("updatefound", () => watch(registration.installing));
    watch(registration.installing);
    const first = registration.active ? undefined : registration.installing;
    if (first) {
      await new Promise((done) => {
        first.addEventListener("statechange", () => first.state !== "installing" && done());
        setTimeout(done, COPY_WAIT);
      });
    }
  } catch {
    registration = undefined;
  }
}

// The module lies unpacked in the copy of its release, under an address that no server knows.
const unpackedAddress = (link) => new URL(link.dataset.unpacked, location.href).href;

async function digestOf(bytes) {
  const digest = await crypto.subtle.digest("SHA-384", bytes);
  return `sha384-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}

// The module out of the copy; nothing where there is none, or where it is not what the build made.
async function keptProgram(link) {
  if (!workers?.controller) return undefined;
  try {
    const kept = await caches.match(unpackedAddress(link));
    const bytes = await kept?.arrayBuffer();
    return bytes && (await digestOf(bytes)) === link.dataset.digest ? bytes : undefined;
  } catch {
    return undefined;
  }
}

// Puts the module into the copy that holds it packed, once the page is ready. Where that fails the next visit unpacks again.
async function keepProgram(link, bytes) {
  if (!workers) return;
  try {
    const scope = new URL("./", location.href).href;
    for (const name of await caches.keys()) {
      const copy = name.startsWith(`pullcheck ${scope} `) && (await caches.open(name));
      if (!copy || !(await copy.match(link.href))) continue;
      await copy.put(unpackedAddress(link), new Response(bytes, { headers: { "content-type": "application/wasm" } }));
    }
  } catch {
    // No room, or no copies here.
  }
}

// Starts the page anew with the newer release.
function useNewer() {
  const newer = registration?.waiting;
  newer?.addEventListener("statechange", () => newer.state === "activated" && location.reload());
  newer?.postMessage("take over");
}

// Deletes the copy. The next visit makes another one.
async function forgetCopy() {
  if (!registration) return;
  const { scope } = registration;
  await registration.unregister();
  registration = undefined;
  for (const name of await caches.keys()) {
    if (name.startsWith(`pullcheck ${scope} `)) await caches.delete(name);
  }
  window.dispatchEvent(new Event("pullcheck-copy"));
}

// What the browser needs to offer to install the page: written here and not fetched, because browsers ask for it late,
// when the network is closed.
function describeForInstalling() {
  if (!workers) return;
  const here = new URL("./", location.href).href;
  const icon = document.querySelector('link[rel="icon"]').href;
  const manifest = {
    name: "Pullcheck",
    short_name: "Pullcheck",
    id: here,
    start_url: here,
    scope: here,
    display: "standalone",
    background_color: "#ffffff",
    theme_color: "#0b5fad",
    icons: [{ src: icon, type: "image/svg+xml", sizes: "any", purpose: "any" }],
  };
  const link = document.createElement("link");
  link.rel = "manifest";
  link.href = `data:application/manifest+json,${encodeURIComponent(JSON.stringify(manifest))}`;
  document.head.append(link);
}

// --- closing
// Returns the time from which on nothing is let out.
function closeNetwork() {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = LOCK;
  document.head.append(policy);
  // No policy governs these in every browser, and the page has no use for them.
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) delete globalThis[name];
  return Date.now();
}

// A module's text as that of a script that is none: from file://, browsers start no module worker with a blob: address.
function asScript(text) {
  return `"use strict";\n${text.replace(/^export \{[^}]*\};?$/gm, "").replaceAll("import.meta.url", "location.href")}`;
}

// Whether a worker can read a file: in WebKit none can on a page from file://, though the page itself can.
function workersRead() {
  if (location.protocol !== "file:") return true;
  const text = `onmessage = ({ data }) => { let read = true; try { new FileReaderSync().readAsArrayBuffer(data); } catch { read = false; } postMessage(read); };`;
  const worker = new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
  return new Promise((done) => {
    worker.onmessage = ({ data }) => done(data);
    worker.onerror = () => done(false);
    worker.postMessage(new Blob(["?"]));
  }).finally(() => worker.terminate());
}

function showFailure(error) {
  document.getElementById("boot-loading")?.remove();
  const message = document.getElementById("boot-failed");
  if (message) message.hidden = false;
  const single = document.querySelector('meta[name="pullcheck-files"]')?.content.split(" ").find((name) => name.endsWith(".html"));
  const link = document.getElementById("boot-file");
  if (single && link) {
    link.href = `./${single}`;
    link.textContent = single;
    document.getElementById("boot-single").hidden = false;
  }
  const reason = document.getElementById("boot-reason");
  if (reason) reason.textContent = String(error?.message ?? error);
  document.documentElement.dataset.failed = "";
  console.error(error);
}

try {
  const [[module, glue, glueText], reading] = await Promise.all([carried ? carried() : fetched(), workersRead(), documentLoaded()]);
  await keepCopy();
  describeForInstalling();
  const closedAt = closeNetwork();

  const workerText = `${asScript(glueText)}\naddEventListener("message", ({ data }) => initSync({ module: data.module }), { once: true });\n`;
  const workerAddress = URL.createObjectURL(new Blob([workerText], { type: "text/javascript" }));
  // A worker that runs the same module; what is posted to it after this reaches the program's own handler.
  const startWorker = () => {
    const worker = new Worker(workerAddress);
    worker.postMessage({ module });
    return worker;
  };
  const { takeDrops } = globalThis.pullcheckShell;
  globalThis.pullcheck = Object.freeze({ startWorker, takeDrops, closedAt, workersRead: reading, copyState, useNewer, forgetCopy });

  await glue.default({ module_or_path: module });
  document.documentElement.dataset.ready = "";
  window.dispatchEvent(new Event("pullcheck-ready"));
} catch (error) {
  showFailure(error);
}
