// Makes the single file: the page as one document that works from file://, without a server, and can be sent to others.
// It holds what dist/ holds and nothing else: style sheet and scripts inline, each under its digest in the policy, the
// program as text (see www/carried.js and www/unpack.js for how it is unpacked). Its policy allows no request from the first
// byte on.
//
// The document is written in UTF-16 with a byte order mark, which browsers heed before anything that a server says of the
// encoding. Two bytes of the program are one character of it, so that they cost 3 % more than bytes would, and not the third
// that base64 costs. WebKit takes digests of inline code in the document's encoding and the others in UTF-8, as the
// specification has it: the policy names both.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const POLICY = (scripts, styles) =>
  `default-src 'none'; script-src 'wasm-unsafe-eval' ${scripts}; style-src ${styles}; img-src data:; worker-src blob:; base-uri 'none'; form-action 'none'`;
const digests = (text) => ["utf8", "utf16le"].map((encoding) => `'sha256-${createHash("sha256").update(text, encoding).digest("base64")}'`).join(" ");

// Two bytes become one UTF-16 code unit. What a document cannot hold as it is, or what has a meaning there (surrogates, NUL,
// CR, <, byte order marks, noncharacters), and the sign itself, follow the sign U+E000 with their topmost bit turned.
const SIGN = 0xe000;
const kept = (unit) => unit !== 0 && unit !== 0x0d && unit !== 0x3c && (unit < 0xd800 || unit > SIGN) && (unit < 0xfdd0 || unit > 0xfdef) && unit !== 0xfeff && unit < 0xfffe;
export function inText(bytes) {
  const units = [];
  for (let at = 0; at < bytes.length; at += 2) {
    const unit = bytes[at] | ((bytes[at + 1] ?? 0) << 8);
    if (kept(unit)) units.push(unit);
    else units.push(SIGN, unit ^ 0x8000);
  }
  return Buffer.from(Uint16Array.from(units).buffer).toString("utf16le");
}

// xz is on every Linux; what it makes here is the older format that takes a tenth of the code to unpack.
export function pack(bytes) {
  const run = spawnSync("xz", ["--format=lzma", "--lzma1=preset=9e,lc=4,lp=0,pb=0,nice=273", "--stdout"], { input: bytes, maxBuffer: 64 << 20 });
  if (run.error || run.status !== 0) throw new Error(`xz: ${run.error?.message ?? run.stderr}`);
  return run.stdout;
}

function replaced(text, pattern, by) {
  if (!pattern.test(text)) throw new Error(`index.html holds nothing like ${pattern}`);
  return text.replace(pattern, () => by);
}

// The document's bytes, from index.html and { glue, shell, unpack, boot, style } by name in `folder`, and the module.
export function singleFile(folder, names, wasm, carriedScript) {
  const read = (name) => readFileSync(join(folder, name), "utf8");
  const glue = `${read(names.glue)}\nglobalThis.pullcheckGlue({ initSync, default: __wbg_init });\n`;
  // Comments and indentation would count twice here. What a script says over several lines in one text keeps its meaning.
  const style = read(names.style).replace(/\/\*[^]*?\*\//g, "").replace(/\n\s*/g, "\n");
  const bare = (script) => script.replace(/^\s*\/\/.*\n/gm, "").replace(/\n\s*/g, "\n");
  const scripts = [read(names.shell), read(names.unpack), carriedScript, read(names.boot)].map(bare);
  for (const text of scripts) if (/<\/script|<!--/i.test(text)) throw new Error("a script holds what ends a script element");
  if (/<\/style/i.test(style)) throw new Error("the style sheet holds what ends a style element");
  const packed = pack(Buffer.concat([wasm, Buffer.from(glue)]));

  let html = read("index.html");
  html = html.replace(/^\s*<meta name="pullcheck-files"[^>]*>\n/m, "");
  // The static pages do not come along.
  html = html.replace(/^\s*<(?:link rel="canonical"|meta property="og:url")[^>]*>\n/gm, "");
  html = replaced(html, /^\s*<link rel="alternate"[^>]*>\n/gm, "");
  html = replaced(html, /^\s*<p class="mirrors"[^>]*>.*<\/p>\n/gm, "");
  html = replaced(html, /^\s*<meta charset="utf-8" \/>\n/m, "");
  html = replaced(html, /(?<=http-equiv="Content-Security-Policy" content=")[^"]*/, POLICY([...scripts, glue].map(digests).join(" "), digests(style)));
  html = replaced(html, /<link rel="stylesheet"[^>]*>/, `<style>${style}</style>`);
  html = replaced(html, /\s*<script src=[^>]*><\/script>/g, "");
  html = replaced(html, /\s*<link rel="modulepreload"[^>]*>/, "");
  html = replaced(html, /\s*<link rel="pullcheck-program"[^>]*>/, "\n  ");
  // The shell's own script stands before what it is about.
  const [shell, ...later] = scripts;
  html = replaced(html, /\s*(?=<\/head>)/, `<script>${shell}</script>\n  `);
  const parts = [
    `<script type="text/plain" id="program" data-packed="${packed.length}" data-wasm="${wasm.length}" data-glue="${Buffer.byteLength(glue)}">${inText(packed)}</script>`,
    ...later.map((text) => `<script type="module">${text}</script>`),
  ];
  html = replaced(html, /(?=<\/body>)/, `${parts.join("\n")}\n  `);
  const left = html.replace(/<(script|style)\b[^>]*>[^]*?<\/\1>/g, "").match(/<[^>]*\s(?:src|href)=(?!"?(?:data:|#))[^>]*>/);
  if (left) throw new Error(`the single file still names another file: ${left[0]}`);
  return Buffer.from(`\ufeff${html}`, "utf16le");
}
