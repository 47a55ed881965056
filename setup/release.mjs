// `make release`: from dist/ to release/, which holds what is handed out: the single file, the site as a zip for servers of
// one's own, and SHA256SUMS of both. Nothing is compiled again. The same dist/ makes the same bytes.
//
// With --to FOLDER, that folder takes the place of release/; it is emptied first.
// With --beside, the zip and the sums are also put into dist/ beside the single file, and its document names them: for
// GitHub Pages.
import { createHash } from "node:crypto";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { finishSite, singleName, version, zipName } from "./site.mjs";
import { zip } from "./zip.mjs";

const SUMS = "SHA256SUMS";
const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: asked } = parseArgs({ options: { to: { type: "string" }, beside: { type: "boolean" } } });
const [dist, release] = [at("../dist"), asked.to ?? at("../release")];

// The site as its zip holds it: without the zip, and with a document that does not name it.
function packedSite() {
  const folder = mkdtempSync(join(tmpdir(), "pullcheck-site-"));
  try {
    cpSync(dist, folder, { recursive: true });
    for (const name of [zipName(), SUMS]) rmSync(join(folder, name), { force: true });
    finishSite(folder, [singleName()]);
    writeFileSync(join(folder, "README.txt"), readFileSync(at("README-server.txt"), "utf8").replaceAll("VERSION", version()));
    const names = readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile());
    return zip(names.sort().map((name) => [`pullcheck/${name.replaceAll("\\", "/")}`, readFileSync(join(folder, name))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (!existsSync(join(dist, singleName()))) throw new Error(`dist/ holds no ${singleName()}: make dist`);
rmSync(release, { recursive: true, force: true });
mkdirSync(release, { recursive: true });
copyFileSync(join(dist, singleName()), join(release, singleName()));
writeFileSync(join(release, zipName()), packedSite());
const names = [singleName(), zipName()];
const sums = names.map((name) => `${createHash("sha256").update(readFileSync(join(release, name))).digest("hex")}  ${name}\n`);
writeFileSync(join(release, SUMS), sums.join(""));
for (const name of [...names, SUMS]) console.log(`release: ${join(release, name)}  ${statSync(join(release, name)).size} bytes`);

if (asked.beside) {
  for (const name of [zipName(), SUMS]) copyFileSync(join(release, name), join(dist, name));
  finishSite(dist, [...names, SUMS]);
  console.log("release: put beside the page in dist/");
}
