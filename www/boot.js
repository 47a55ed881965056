// Starts the page: loads its two files, closes the network, and only then lets the program run.
//
// 1. Fetches and compiles the WebAssembly module and imports the generated glue beside it. Their names and digests stand
//    in the preload links that the build wrote into the document.
// 2. Adds a second policy that allows no further request. From here on nothing can be sent, and no code of the program
//    has run yet.
// 3. Instantiates the module; its `main` draws the page. Workers run the same module, and a `main` that finds no window
//    takes a worker's part. A worker is started from a blob: address because only such a worker inherits this document's
//    policies; one with an address of its own would get the policy that its server sends, which is none.
//
// `globalThis.pullcheck` is what the program may use: startWorker() and takeDrops().
// It never reads a dropped file: it only keeps what was dropped until the program asks.

const LOCK = "default-src 'none'; script-src 'wasm-unsafe-eval'; img-src data:; worker-src blob:; base-uri 'none'; form-action 'none'";

// --- what is dropped before the program is there
let drops = [];
const keepDrop = (event) => {
  event.preventDefault();
  if (event.type !== "drop") return;
  // Entries and files must be taken now: the list is emptied when the event is over.
  const items = [...event.dataTransfer.items].map((item) => ({
    entry: item.webkitGetAsEntry?.() ?? null,
    file: item.kind === "file" ? item.getAsFile() : null,
  }));
  drops.push({ items, text: event.dataTransfer.getData("text/plain") });
};
const dropEvents = ["dragenter", "dragover", "drop"];
for (const name of dropEvents) window.addEventListener(name, keepDrop);

// Hands over what was dropped so far, each as { items: [{ entry, file }], text }, and leaves all later drops to the caller.
function takeDrops() {
  for (const name of dropEvents) window.removeEventListener(name, keepDrop);
  const taken = drops;
  drops = [];
  return taken;
}

// --- loading
async function get(link) {
  const response = await fetch(link.href, { integrity: link.integrity || link.dataset.integrity, credentials: "same-origin" });
  if (!response.ok) throw new Error(`${link.href}: HTTP ${response.status}`);
  return response;
}

async function compile(link) {
  const response = await get(link);
  // Where the server does not name the type, the streaming compiler refuses.
  const named = (response.headers.get("content-type") ?? "").split(";")[0].trim() === "application/wasm";
  if (named && WebAssembly.compileStreaming) return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

// What the document itself asks for (style sheet, icon) must have come before the network closes.
function documentLoaded() {
  if (document.readyState === "complete") return Promise.resolve();
  return new Promise((done) => window.addEventListener("load", done, { once: true }));
}

function closeNetwork() {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = LOCK;
  document.head.append(policy);
  // No policy governs these in every browser, and the page has no use for them.
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) delete globalThis[name];
}

function showFailure(error) {
  document.getElementById("boot-loading")?.remove();
  const message = document.getElementById("boot-failed");
  if (message) message.hidden = false;
  const reason = document.getElementById("boot-reason");
  if (reason) reason.textContent = String(error?.message ?? error);
  document.documentElement.dataset.failed = "";
  console.error(error);
}

try {
  const glueLink = document.querySelector('link[rel="modulepreload"]');
  const wasmLink = document.querySelector('link[rel="preload"][type="application/wasm"]');
  const [module, glue, glueText] = await Promise.all([
    compile(wasmLink),
    import(glueLink.href),
    get(glueLink).then((response) => response.text()),
    documentLoaded(),
  ]);
  closeNetwork();

  const workerText = `${glueText}\naddEventListener("message", ({ data }) => initSync({ module: data.module }), { once: true });\n`;
  const workerAddress = URL.createObjectURL(new Blob([workerText], { type: "text/javascript" }));
  // A worker that runs the same module; what is posted to it after this reaches the program's own handler.
  const startWorker = () => {
    const worker = new Worker(workerAddress, { type: "module" });
    worker.postMessage({ module });
    return worker;
  };
  globalThis.pullcheck = Object.freeze({ startWorker, takeDrops });

  await glue.default({ module_or_path: module });
  document.documentElement.dataset.ready = "";
  window.dispatchEvent(new Event("pullcheck-ready"));
} catch (error) {
  showFailure(error);
}
