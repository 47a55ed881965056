// Packs the program for the way to the browser: as one LZMA stream, in which the instructions of the module do not stand one
// after the other but in parts that are alike. www/unpack.js knows both and undoes them; its own text is run here on whatever
// is packed, so that nothing leaves the build that does not come back as it was.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";

const text = readFileSync(new URL("../www/unpack.js", import.meta.url), "utf8");
const { unlzma, walkCode, join, TABLE } = runInNewContext(`${text};({ unlzma, walkCode, join, TABLE })`, { Uint8Array });

// Where the contents of the code section stand in a module: [start, end].
function codeOf(module) {
  let at = 8;
  const number = () => {
    let value = 0, shift = 0, one;
    do {
      one = module[at++];
      value += (one & 127) * 2 ** shift;
      shift += 7;
    } while (one > 127);
    return value;
  };
  while (at < module.length) {
    const section = module[at++];
    const size = number();
    if (section === 10) return [at, at + size];
    at += size;
  }
  throw new Error("the module has no code");
}

// A table, the module without its code, the parts of the code, and what stands behind the module.
function parted(module, behind) {
  const [start, end] = codeOf(module);
  const code = module.subarray(start, end);
  const parts = Array.from({ length: TABLE / 4 - 1 }, () => ({ bytes: new Uint8Array(code.length), at: 0 }));
  walkCode(code, parts, false);
  const table = Buffer.alloc(TABLE);
  [start, ...parts.map((part) => part.at)].forEach((value, entry) => table.writeUInt32LE(value, entry * 4));
  return Buffer.concat([table, module.subarray(0, start), ...parts.map((part) => part.bytes.subarray(0, part.at)), module.subarray(end), behind]);
}

// The packed bytes of a module and of what is to come with it.
export function pack(module, behind = Buffer.alloc(0)) {
  // xz is on every Linux; what it makes here is the older format that takes a tenth of the code to unpack.
  const run = spawnSync("xz", ["--format=lzma", "--lzma1=preset=9e,lc=3,lp=0,pb=0,nice=273", "--stdout"], { input: parted(module, behind), maxBuffer: 64 << 20 });
  if (run.error || run.status !== 0) throw new Error(`xz: ${run.error?.message ?? run.stderr}`);
  const back = join(unlzma(run.stdout, module.length + behind.length + TABLE), TABLE);
  if (Buffer.compare(Buffer.from(back), Buffer.concat([module, behind])) !== 0) throw new Error("what was packed does not come back as it was");
  return run.stdout;
}
