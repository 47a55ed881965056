// Nothing gets out once the page is ready. Every way that a script, a worker or an element has of asking for something
// is tried in the page, against the page's own server and against another one; neither may hear of it. That the two
// servers would hear of it is proved by the control: the same ways from a page without a policy, where each must arrive.
//
// What no policy can stop, and what the page's own code must therefore never do with what it read: lead the person away
// (a link, a new window), or name a host in a `preconnect` or `dns-prefetch` hint.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { pageTest } from "./harness.mjs";

// Each way is run in the page with an address to reach; it returns or throws as soon as it was tried. Its name is in
// the address, which is how a server knows who reached it.
const WAYS = {
  fetch: (url) => fetch(url),
  "fetch-no-cors": (url) => fetch(url, { mode: "no-cors" }),
  "fetch-keepalive-post": (url) => fetch(url, { method: "POST", body: "secret", keepalive: true, mode: "no-cors" }),
  xhr: (url) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.send();
  },
  websocket: (url) => void new WebSocket(url.replace(/^http/, "ws")),
  "event-source": (url) => void new EventSource(url),
  beacon: (url) => void navigator.sendBeacon(url, "secret"),
  image: (url) => void (new Image().src = url),
  "svg-image": (url) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
    image.setAttribute("href", url);
    svg.append(image);
    document.body.append(svg);
  },
  "css-background": (url) => void (document.body.style.backgroundImage = `url("${url}")`),
  "constructed-style-sheet": (url) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`html { background-image: url("${url}") }`);
    document.adoptedStyleSheets.push(sheet);
  },
  font: (url) => new FontFace("out", `url("${url}")`).load(),
  audio: (url) => void (new Audio(url).preload = "auto"),
  script: (url) => document.head.append(Object.assign(document.createElement("script"), { src: url })),
  "module-script": (url) => document.head.append(Object.assign(document.createElement("script"), { type: "module", src: url })),
  "dynamic-import": (url) => import(url),
  "style-sheet": (url) => document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: url })),
  prefetch: (url) => document.head.append(Object.assign(document.createElement("link"), { rel: "prefetch", href: url })),
  "preload-image": (url) => document.head.append(Object.assign(document.createElement("link"), { rel: "preload", as: "image", href: url })),
  "module-preload": (url) => document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href: url })),
  frame: (url) => document.body.append(Object.assign(document.createElement("iframe"), { src: url })),
  object: (url) => document.body.append(Object.assign(document.createElement("object"), { data: url })),
  form: (url) => {
    const frame = Object.assign(document.createElement("iframe"), { name: "sink" });
    const form = Object.assign(document.createElement("form"), { action: url, method: "POST", target: "sink" });
    document.body.append(frame, form);
    form.submit();
  },
  ping: (url) => {
    const link = Object.assign(document.createElement("a"), { href: "#pinged", ping: url });
    document.body.append(link);
    link.click();
  },
  worker: (url) => void new Worker(url),
  "module-worker": (url) => void new Worker(url, { type: "module" }),
  "shared-worker": (url) => void new SharedWorker(url),
  "service-worker": (url) => navigator.serviceWorker.register(url),
  "cache-add": async (url) => (await caches.open("out")).add(url),
  "inline-frame-fetch": (url) => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    return frame.contentWindow.fetch(url, { mode: "no-cors" });
  },
};
// The same from inside a worker that was started from a blob: address.
const WORKER_WAYS = {
  "worker-fetch": (url) => `fetch(${url}, { mode: "no-cors" })`,
  "worker-xhr": (url) => `const r = new XMLHttpRequest(); r.open("GET", ${url}, false); r.send()`,
  "worker-websocket": (url) => `new WebSocket(${url}.replace(/^http/, "ws"))`,
  "worker-event-source": (url) => `new EventSource(${url})`,
  "worker-import-scripts": (url) => `importScripts(${url})`,
  "worker-dynamic-import": (url) => `import(${url})`,
  "worker-font": (url) => `new FontFace("out", 'url(' + ${url} + ')').load()`,
  "worker-worker": (url) => `new Worker(${url})`,
};

const names = [...Object.keys(WAYS), ...Object.keys(WORKER_WAYS)].sort();

test("the README says how many ways are tried", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  for (const words of [`try ${names.length} ways out of the page`, `的 ${names.length} 种途径`]) assert.ok(readme.includes(words), words);
});

// Runs in the page: starts every way at once, gives each a moment, and returns what became of each.
async function tryAll(base, ways, workerWays) {
  const pause = () => new Promise((done) => setTimeout(done, 1500, "no answer"));
  const outcome = (start) => Promise.race([start().then(() => "went through", (error) => `refused: ${error}`), pause()]);
  const workers = Object.entries(workerWays).map(([name, source]) => [
    name,
    async () => {
      const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
      await new Promise((_, refuse) => worker.addEventListener("error", (event) => refuse(event.message)));
    },
  ]);
  const pages = Object.entries(ways).map(([name, way]) => [name, async () => way(base + name)]);
  return Object.fromEntries(await Promise.all([...pages, ...workers].map(async ([name, start]) => [name, await outcome(start)])));
}

// The ways travel as text, in one expression: the page's policy forbids it to make code from text.
async function attempt(page, base) {
  const ways = Object.entries(WAYS).map(([name, way]) => `${JSON.stringify(name)}: ${way}`);
  const workerWays = Object.fromEntries(Object.entries(WORKER_WAYS).map(([name, way]) => [name, way(JSON.stringify(base + name))]));
  const outcomes = await page.evaluate(`(${tryAll})(${JSON.stringify(base)}, {${ways.join(",")}}, ${JSON.stringify(workerWays)})`);
  await page.waitForTimeout(1000);
  assert.deepEqual(Object.keys(outcomes).sort(), names, "every way was tried");
}

// A server of another origin that lets everything in, notes who came, and hands out a page without a policy.
const seen = new Set();
const elsewhere = createServer((request, response) => {
  const name = request.url.match(/^\/out\/([a-z-]+)/)?.[1];
  if (name) seen.add(name);
  response.writeHead(200, { "content-type": name ? "text/javascript" : "text/html", "access-control-allow-origin": "*" });
  response.end(name ? "" : "<!doctype html><title>control</title><body>");
});
let origin;
before(async () => {
  await new Promise((done) => elsewhere.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${elsewhere.address().port}`;
});
after(() => {
  elsewhere.closeAllConnections();
  elsewhere.close();
});

pageTest("control: from a page without a policy every way arrives", { elsewhere: true, tolerate: [/./] }, async (visit) => {
  seen.clear();
  await visit.page.goto(`${origin}/`);
  await attempt(visit.page, `${origin}/out/`);
  assert.deepEqual([...seen].sort(), names);
});

pageTest("nothing reaches another server", { elsewhere: true, tolerate: [/policy: /, /./] }, async (visit) => {
  seen.clear();
  await attempt(await visit.open(), `${origin}/out/`);
  assert.deepEqual([...seen], []);
});

pageTest("nothing reaches the page's own server", { tolerate: [/policy: /, /./] }, async (visit) => {
  await attempt(await visit.open(), `${visit.address}out/`);
  assert.deepEqual(
    visit.requests.filter((path) => path.includes("/out/")),
    [],
  );
});

pageTest("no peer-to-peer connections", {}, async (visit) => {
  const page = await visit.open();
  assert.equal(await page.evaluate(() => "RTCPeerConnection" in globalThis || "webkitRTCPeerConnection" in globalThis), false);
});
