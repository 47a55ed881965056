// Keeps a copy of one release in this browser, so that the page opens without a network.
//
// The build writes the release and its files, each with its digest, in the place of the first two lines of code. All files
// of a release are kept together or not at all, and a digest that does not fit counts as a file that is not there: a copy is
// never a mix of two releases. What is kept is answered from the copy; anything else is left to the browser. Nothing is
// fetched but the files of that list, once, when the copy is made.
//
// It knows one message, "take over", and reads nothing of what the page shows.

const RELEASE = "";
const FILES = {}; // name → digest; "" is the document

const COPIES = `pullcheck ${self.registration.scope} `;
const COPY = COPIES + RELEASE;

// From the browser's own cache where it has the right bytes, as it does just after a first visit; else from the server.
async function fetchOnce(name) {
  const address = new URL(name || "./", self.registration.scope);
  const get = (cache) => fetch(address, { cache, integrity: FILES[name], credentials: "same-origin" });
  const response = await get("force-cache").catch(() => get("reload"));
  if (!response.ok) throw new Error(`${address}: HTTP ${response.status}`);
  return response;
}

async function makeCopy() {
  const names = Object.keys(FILES);
  const responses = await Promise.all(names.map(fetchOnce));
  const copy = await caches.open(COPY);
  await Promise.all(names.map((name, index) => copy.put(new URL(name || "./", self.registration.scope), responses[index])));
}

// Other releases of the page at this address; those of pages beside it on the same server are not ours to delete.
async function dropOtherCopies() {
  for (const name of await caches.keys()) {
    if (name.startsWith(COPIES) && name !== COPY) await caches.delete(name);
  }
}

// The name in FILES that an address stands for; undefined for what is not of this release.
function nameOf(address) {
  const { scope } = self.registration;
  const plain = address.split("#")[0];
  if (!plain.startsWith(scope)) return undefined;
  const rest = plain.slice(scope.length);
  const name = /^(index\.html)?(\?.*)?$/.test(rest) ? "" : rest;
  return Object.hasOwn(FILES, name) ? name : undefined;
}

// A copy that the browser has thrown away is answered as if there were none.
async function answer(request, name) {
  const kept = await caches.match(new URL(name || "./", self.registration.scope), { cacheName: COPY });
  return kept ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(makeCopy()));
self.addEventListener("activate", (event) => event.waitUntil(dropOtherCopies()));
self.addEventListener("message", ({ data }) => {
  if (data === "take over") self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const name = event.request.method === "GET" ? nameOf(event.request.url) : undefined;
  if (name !== undefined) event.respondWith(answer(event.request, name));
});
