// The core beside the page: the inputs that it makes for the tests, and its own reports to compare with.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const built = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug");

// `cargo test` has built both already; alone, a test builds them itself.
function program(path, ...build) {
  const file = join(built, path);
  if (!existsSync(file)) execFileSync("cargo", ["build", "--locked", ...build], { cwd: root, stdio: "inherit" });
  return file;
}

// The program that writes the static mirrors (setup/mirrors.rs). setup/dist.sh has built it; cargo says whether it still fits.
export function mirrorsProgram() {
  execFileSync("cargo", ["build", "--locked", "--offline", "--quiet", "--no-default-features", "--features", "mirrors", "--bin", "mirrors"], { cwd: root, stdio: "inherit" });
  return join(built, "mirrors");
}

let folder;
// The path of a named input (see tests/kit/cases.rs and examples/fixtures.rs).
export function input(name) {
  if (!folder) {
    folder = mkdtempSync(join(tmpdir(), "pullcheck-inputs-"));
    execFileSync(program("examples/fixtures", "--example", "fixtures"), [folder]);
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  }
  return join(folder, name);
}

// What the command line writes for some arguments, byte for byte.
export function pullcheck(...args) {
  return spawnSync(program("pullcheck", "--bin", "pullcheck"), args, { maxBuffer: 64 << 20 }).stdout;
}

// What the command line says of a file, as JSON.
export function report(path, lang = "en") {
  return JSON.parse(pullcheck("check", path, "--format", "json", "--lang", lang).toString("utf8"));
}
