// What makes dist/ more than what Trunk built: the names of the files beside the page, and the service worker that keeps a
// copy of this release. Called again whenever a file is put beside the page, because the document then changes.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

// The version in Cargo.toml.
export function version() {
  return readFileSync(join(root, "Cargo.toml"), "utf8").match(/^version = "([^"]+)"/m)[1];
}

export const singleName = () => `pullcheck-${version()}.html`;
export const zipName = () => `pullcheck-${version()}-site.zip`;

// The files of one release, all by names that hold a digest: { program, glue, shell, unpack, boot, style }.
export function builtNames(folder) {
  const files = readdirSync(folder);
  const one = (pattern) => {
    const found = files.filter((name) => pattern.test(name));
    if (found.length !== 1) throw new Error(`expected one file like ${pattern}, found: ${found.join(", ") || "none"}`);
    return found[0];
  };
  return { program: one(/^page-.*\.bin$/), glue: one(/^page-.*\.js$/), shell: one(/^shell-.*\.js$/), unpack: one(/^unpack-.*\.js$/), boot: one(/^boot-.*\.js$/), style: one(/^style-.*\.css$/) };
}

// Writes into the document which files for use elsewhere stand beside it, and the service worker of exactly these bytes.
export function finishSite(folder, beside) {
  const path = join(folder, "index.html");
  const html = readFileSync(path, "utf8").replace(/^\s*<meta name="pullcheck-files"[^>]*>\n/m, "");
  const line = `    <meta name="pullcheck-files" content="${beside.join(" ")}" />\n`;
  const finished = html.replace(/^(?=\s*<link rel="icon")/m, () => line);
  if (finished === html) throw new Error("index.html has no place for the names of the files beside it");
  writeFileSync(path, finished);

  const integrity = (name) => `sha384-${createHash("sha384").update(readFileSync(join(folder, name))).digest("base64")}`;
  const files = { "": integrity("index.html") };
  for (const name of Object.values(builtNames(folder))) files[name] = integrity(name);
  const list = JSON.stringify(files, null, 2);
  const release = `${version()} ${createHash("sha256").update(list).digest("hex").slice(0, 16)}`;
  const worker = readFileSync(join(root, "www/sw.js"), "utf8");
  const filled = worker.replace('const RELEASE = "";', `const RELEASE = ${JSON.stringify(release)};`).replace("const FILES = {};", () => `const FILES = ${list};`);
  if (!filled.includes(release) || !filled.includes(files[""])) throw new Error("www/sw.js has no place for the release and its files");
  writeFileSync(join(folder, "sw.js"), filled);
}
