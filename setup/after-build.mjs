// Runs after every `trunk build`, on the finished files before they become dist/: tidies what Trunk wrote into the
// document, checks what www/boot.js and the page's policy rely on, and adds what GitHub Pages needs. A build that breaks
// one of these is refused. Then makes the single file beside the page and the service worker.
import { createHash } from "node:crypto";
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pack } from "./pack.mjs";
import { singleFile } from "./single-file.mjs";
import { builtNames, finishSite, singleName } from "./site.mjs";

const folder = process.env.TRUNK_STAGING_DIR;
const refuse = (why) => {
  console.error(`after-build: ${why}`);
  process.exit(1);
};

// Search engines want whole addresses. Where nobody says where the page will stand, relative ones have to do.
function atSite(html) {
  const site = process.env.PULLCHECK_SITE?.replace(/\/+$/, "");
  if (!site) return html;
  if (!/^https?:\/\/[!$%&'()*+,\-./:;=@\w~]+$/.test(site)) refuse(`PULLCHECK_SITE is no address of a page: ${site}`);
  const picture = preview(site);
  const whole = html.replace(/(<link rel="alternate" hreflang="[^"]*" href=")(?:\.\/)?/g, (_, begin) => `${begin}${site}/`);
  return whole.replace(/^(?=\s*<link rel="alternate")/m, () => `    <link rel="canonical" href="${site}/" />\n    <meta property="og:url" content="${site}/" />\n${picture}`);
}

// The picture that previews of links show: that of the README, one for each language. Its address has to be whole, so it is
// put beside the page only where that is known; nothing of the page itself asks for it. The static pages name it, too.
function preview(site) {
  const readme = readFileSync(fileURLToPath(new URL("../README.md", import.meta.url)), "utf8");
  for (const [lang, file] of [["zh-CN", "screenshot.zh-CN.png"], ["en", "screenshot.png"]]) cpSync(fileURLToPath(new URL(`../docs/${file}`, import.meta.url)), join(folder, `preview.${lang}.png`));
  const png = readFileSync(join(folder, "preview.en.png"));
  const shows = readme.match(/!\[([^\]"<&]+)\]\(docs\/screenshot\.png\)/)?.[1];
  if (png.toString("latin1", 1, 4) !== "PNG" || !shows) refuse("README.md has no picture for previews");
  const meta = [["og:image", `${site}/preview.en.png`], ["og:image:width", png.readUInt32BE(16)], ["og:image:height", png.readUInt32BE(20)], ["og:image:alt", shows]];
  return `${meta.map(([name, content]) => `    <meta property="${name}" content="${content}" />\n`).join("")}    <meta name="twitter:card" content="summary_large_image" />\n`;
}

// The module goes out packed (setup/pack.mjs): less than gzip, and the same from a server that packs nothing. Its link
// says how large it gets and which digest it then has. No browser acts upon a link of that kind: boot.js fetches the stream,
// and only where the browser's copy does not have the module. The empty element is what Trunk.toml puts in the place of
// Trunk's own script.
const digest = (bytes) => `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
const moduleName = readdirSync(folder).find((name) => name.endsWith("_bg.wasm"));
const module = readFileSync(join(folder, moduleName));
const packed = pack(module);
const program = `page-${createHash("sha256").update(packed).digest("hex").slice(0, 16)}.bin`;
writeFileSync(join(folder, program), packed);
rmSync(join(folder, moduleName));
const link = `<link rel="pullcheck-program" href="./${program}" data-integrity="${digest(packed)}" data-unpacked="./${moduleName}" data-size="${module.length}" data-digest="${digest(module)}">`;
const html = readFileSync(join(folder, "index.html"), "utf8")
  .replace("<template></template>", "")
  // The style sheet goes before it: the first picture needs that, and not this.
  .replace('<link rel="modulepreload"', '<link rel="modulepreload" fetchpriority="low"')
  .replace(/<link rel="preload"[^>]*type="application\/wasm"[^>]*>/, link);
writeFileSync(join(folder, "index.html"), atSite(html));
if (!html.includes(link)) refuse("index.html has no link of Trunk's to the module");
const names = builtNames(folder);
const { glue } = names;

// The policy forbids these; a browser would only say so at run time.
if (/<script(?![^>]*\ssrc=)/i.test(html)) refuse("index.html has an inline script");
if (/<style|\sstyle=|\son[a-z]+=/i.test(html)) refuse("index.html has an inline style or event handler");
// The first thing in <head>, so that nothing is loaded before it holds.
if (!/<head>\s*<meta http-equiv="?Content-Security-Policy/i.test(html)) refuse("the policy is not the first thing in <head>");

const glueLink = html.match(/<link[^>]*>/g)?.find((tag) => tag.includes(`./${glue}`) && tag.includes('rel="modulepreload"'));
if (!glueLink?.includes('integrity="sha384-')) refuse(`index.html does not preload ${glue} with its digest`);
// Workers run the glue from its text, where no relative address leads anywhere.
if (/^\s*import\b(?!\s*\()|\bfrom\s*['"]/m.test(readFileSync(join(folder, glue), "utf8"))) refuse(`${glue} imports another file`);

// GitHub Pages: serve the files as they are.
writeFileSync(join(folder, ".nojekyll"), "");

// What other documents show of the page: pictures that nothing of the page itself asks for.
cpSync(fileURLToPath(new URL("../www/badges", import.meta.url)), join(folder, "badges"), { recursive: true });

const carriedScript = readFileSync(fileURLToPath(new URL("../www/carried.js", import.meta.url)), "utf8");
writeFileSync(join(folder, singleName()), singleFile(folder, names, module, carriedScript));
finishSite(folder, [singleName()]);
