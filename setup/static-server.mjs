// Serves a folder of files over HTTP on the loopback address, as GitHub Pages would: right types, text packed with gzip,
// nothing but what is there, optionally under a sub-path. Used by `make serve` and by the page's tests; not meant to face a network.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".bin": "application/octet-stream",
  ".webmanifest": "application/manifest+json",
  ".xml": "application/xml",
};

const packed = promisify(gzip);
// What is worth packing: a kilobyte and more of text. The program is packed already.
const packs = (request, file, body) => body.length > 1024 && extname(file) in TYPES && extname(file) !== ".bin" && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");

// Starts serving `folder` under `prefix` ("/" or "/name/") at `host`; with port 0 the system chooses one.
// Resolves to { server, address }. `onRequest(method, path)` is told of every request that arrives; a test may answer some
// itself with `instead(path)`: { status, type, body, headers (optional) }, "drop" to break the connection, or undefined for the file.
export function serve(folder, { port = 0, host = "127.0.0.1", prefix = "/", onRequest = () => {}, instead = () => undefined } = {}) {
  const server = createServer(async (request, response) => {
    const answer = (status, body, headers = {}) => {
      response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers });
      response.end(request.method === "HEAD" ? undefined : body);
    };
    try {
      const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
      onRequest(request.method, path);
      const other = await instead(path);
      if (other === "drop") return request.socket.destroy();
      if (other) return answer(other.status, other.body, { "content-type": other.type, ...other.headers });
      if (request.method !== "GET" && request.method !== "HEAD") return answer(405, "method not allowed\n");
      if (`${path}/` === prefix) return answer(301, "", { location: prefix });
      if (!path.startsWith(prefix)) return answer(404, "not found\n");
      let file = normalize(join(folder, path.slice(prefix.length)));
      if (path.endsWith("/")) file = join(file, "index.html");
      if (!file.startsWith(normalize(folder + sep))) return answer(404, "not found\n");
      const body = await readFile(file);
      // Names of assets carry a digest of their content; pages do not.
      const cache = extname(file) === ".html" ? "no-cache" : "max-age=600";
      const headers = { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "cache-control": cache, vary: "accept-encoding" };
      if (packs(request, file, body)) answer(200, await packed(body), { ...headers, "content-encoding": "gzip" });
      else answer(200, body, headers);
    } catch (error) {
      if (error.code !== "ENOENT" && error.code !== "EISDIR") return answer(400, "not found\n");
      const page = await readFile(join(folder, "404.html")).catch(() => undefined);
      answer(404, page ?? "not found\n", page && { "content-type": TYPES[".html"] });
    }
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve({ server, address: `http://${host}:${server.address().port}${prefix}` }));
  });
}
