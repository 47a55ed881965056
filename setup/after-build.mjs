// Runs after every `trunk build`, on the finished files before they become dist/: tidies what Trunk wrote into the
// document, checks what www/boot.js and the page's policy rely on, and adds what GitHub Pages needs. A build that breaks
// one of these is refused. Then makes the single file beside the page and the service worker.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { singleFile } from "./single-file.mjs";
import { builtNames, finishSite, singleName } from "./site.mjs";

const folder = process.env.TRUNK_STAGING_DIR;
const refuse = (why) => {
  console.error(`after-build: ${why}`);
  process.exit(1);
};

// Browsers check a digest on module preloads and on fetch(), but warn about one on a preload of another kind. boot.js
// hands it to fetch() instead. The empty element is what Trunk.toml puts in the place of Trunk's own script.
const html = readFileSync(join(folder, "index.html"), "utf8")
  .replace("<template></template>", "")
  .replace(/<link rel="preload"[^>]*type="application\/wasm"[^>]*>/, (link) => link.replace(" integrity=", " data-integrity="));
writeFileSync(join(folder, "index.html"), html);
const names = builtNames(folder);
const { wasm, glue } = names;

// The policy forbids these; a browser would only say so at run time.
if (/<script(?![^>]*\ssrc=)/i.test(html)) refuse("index.html has an inline script");
if (/<style|\sstyle=|\son[a-z]+=/i.test(html)) refuse("index.html has an inline style or event handler");
// The first thing in <head>, so that nothing is loaded before it holds.
if (!/<head>\s*<meta http-equiv="?Content-Security-Policy/i.test(html)) refuse("the policy is not the first thing in <head>");

for (const [name, what] of [[glue, 'rel="modulepreload"'], [wasm, 'type="application/wasm"']]) {
  const link = html.match(/<link[^>]*>/g)?.find((tag) => tag.includes(`./${name}`) && tag.includes(what));
  if (!link?.includes('integrity="sha384-')) refuse(`index.html does not preload ${name} with its digest`);
}
// Workers run the glue from its text, where no relative address leads anywhere.
if (/^\s*import\b(?!\s*\()|\bfrom\s*['"]/m.test(readFileSync(join(folder, glue), "utf8"))) refuse(`${glue} imports another file`);

// GitHub Pages: serve the files as they are.
writeFileSync(join(folder, ".nojekyll"), "");

// What other documents show of the page: pictures that nothing of the page itself asks for.
cpSync(fileURLToPath(new URL("../www/badges", import.meta.url)), join(folder, "badges"), { recursive: true });

const unpackScript = readFileSync(fileURLToPath(new URL("../www/unpack.js", import.meta.url)), "utf8");
writeFileSync(join(folder, singleName()), singleFile(folder, names, unpackScript));
finishSite(folder, [singleName()]);
