// Makes the single file: the page as one document that works from file://, without a server, and can be sent to others.
// It holds what dist/ holds and nothing else, and its policy allows no request from the first byte on. What unpacks the
// program stands in it as it is; the program itself, its glue and the style sheet are one packed stream (setup/pack.mjs), which
// stands in it as text (www/carried.js reads it). Each inline text has its digest in the policy, those that are packed, too.
//
// The document is written in UTF-16 with a byte order mark, which browsers heed before anything that a server says of the
// encoding. Two bytes of the stream are nearly one character of it, so that they cost 0.3 % more than bytes would, and not the
// third that base64 costs. WebKit takes digests of inline code in the document's encoding and the others in UTF-8, as the
// specification has it: the policy names both. What unpacks is written two letters to a character, for the same reason; what a
// person may want to read (the policy, what closes the network, what stands before the program) is not.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pack } from "./pack.mjs";

const POLICY = (scripts, styles) =>
  `default-src 'none'; script-src 'wasm-unsafe-eval' ${scripts}; style-src ${styles}; img-src data:; worker-src blob:; base-uri 'none'; form-action 'none'`;
const digests = (text) => ["utf8", "utf16le"].map((encoding) => `'sha256-${createHash("sha256").update(text, encoding).digest("base64")}'`).join(" ");

// A document holds neither surrogates alone nor NUL, CR, <, byte order marks and noncharacters as they are; BASE units of UTF-16
// are left. This is one of them for each number below BASE, in their order; `numberOf` of www/carried.js is the way back.
const BASE = 63449;
const GAPS = [[0, 1], [0x0d, 1], [0x3c, 1], [0xd800, 0x801], [0xfdd0, 0x20], [0xfeff, 1]];
const unitOf = (number) => GAPS.reduce((unit, [from, count]) => (unit >= from ? unit + count : unit), number);

// Bytes as a text: what www/carried.js reads from the first unit on is written here from the last byte on, as in asymmetric
// numeral systems. A state takes in a byte after it has given off units, so that it stays below LOW * BASE, which is 31 bits.
const LOW = 2 ** 15;
export function inText(bytes) {
  const units = [];
  let state = LOW;
  const give = () => {
    units.push(unitOf(state % BASE));
    state = Math.floor(state / BASE);
  };
  for (let at = bytes.length - 1; at >= 0; at -= 1) {
    while (state >= (LOW / 256) * BASE) give();
    state = state * 256 + bytes[at];
  }
  while (state > 0) give();
  return Buffer.from(Uint16Array.from(units.reverse()).buffer).toString("utf16le");
}

// A script of ASCII alone, two letters to a character, and the script that writes it out again and runs it there and then.
function inPairs(text) {
  if (!/^[\n -~]*$/.test(text)) throw new Error("a script that is to be written in pairs holds more than ASCII");
  return Buffer.from(text.length % 2 ? `${text}\n` : text, "latin1").toString("utf16le");
}
const RUN_PAIRS = `const held = document.getElementById("unpack");
const script = document.createElement("script");
script.textContent = Array.from(held.textContent, (two) => String.fromCharCode(two.charCodeAt(0) & 255, two.charCodeAt(0) >> 8)).join("");
held.replaceWith(script);
`;

// What the document looks like until the style sheet is unpacked: a moment.
const FIRST_LOOK = ":root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}body{max-width:60rem;margin:2rem auto;padding:0 1rem}";

function replaced(text, pattern, by) {
  if (!pattern.test(text)) throw new Error(`index.html holds nothing like ${pattern}`);
  return text.replace(pattern, () => by);
}

// The document's bytes, from index.html and { glue, shell, unpack, boot, style } by name in `folder`, and the module.
export function singleFile(folder, names, wasm, carriedScript) {
  const read = (name) => readFileSync(join(folder, name), "utf8");
  // Comments and indentation are left behind. What a script says over several lines in one text keeps its meaning.
  const style = read(names.style).replace(/\/\*[^]*?\*\//g, "").replace(/\n\s*/g, "\n");
  const bare = (script) => script.replace(/^\s*\/\/.*\n/gm, "").replace(/\n\s*/g, "\n");
  const glue = `${bare(read(names.glue))}\nglobalThis.pullcheckGlue({ initSync, default: __wbg_init });\n`;
  const [shell, unpack, carried, boot] = [read(names.shell), read(names.unpack), carriedScript, read(names.boot)].map(bare);
  const pairs = inPairs(`"use strict";{${unpack}${carried}}`);
  const scripts = [shell, RUN_PAIRS, boot, Buffer.from(pairs, "utf16le").toString("latin1")];
  for (const text of scripts) if (/<\/script|<!--/i.test(text)) throw new Error("a script holds what ends a script element");
  const behind = [style, glue].map((text) => Buffer.from(text));
  const packed = pack(wasm, Buffer.concat(behind));

  let html = read("index.html");
  html = html.replace(/^\s*<meta name="pullcheck-files"[^>]*>\n/m, "");
  // The static pages do not come along.
  html = html.replace(/^\s*<link rel="canonical"[^>]*>\n/gm, "");
  html = replaced(html, /^\s*<link rel="alternate"[^>]*>\n/gm, "");
  // Nobody finds a file by what these say.
  html = replaced(html, /^\s*<meta (?:property="og:|name="description")[^>]*>\n/gm, "");
  html = replaced(html, /^\s*<p class="mirrors"[^>]*>.*<\/p>\n/gm, "");
  html = replaced(html, /^\s*<meta charset="utf-8" \/>\n/m, "");
  html = replaced(html, /(?<=http-equiv="Content-Security-Policy" content=")[^"]*/, POLICY([...scripts, glue].map(digests).join(" "), [FIRST_LOOK, style].map(digests).join(" ")));
  html = replaced(html, /<link rel="stylesheet"[^>]*>/, `<style>${FIRST_LOOK}</style>`);
  html = replaced(html, /\s*<script src=[^>]*><\/script>/g, "");
  html = replaced(html, /\s*<link rel="modulepreload"[^>]*>/, "");
  html = replaced(html, /\s*<link rel="pullcheck-program"[^>]*>/, "\n  ");
  // The shell's own script stands before what it is about.
  html = replaced(html, /\s*(?=<\/head>)/, `<script>${shell}</script>\n  `);
  const parts = [
    `<script type="text/plain" id="program" data-packed="${packed.length}" data-sizes="${[wasm, ...behind].map((part) => part.length).join(" ")}">${inText(packed)}</script>`,
    `<script type="text/plain" id="unpack">${pairs}</script>`,
    ...[RUN_PAIRS, boot].map((text) => `<script type="module">${text}</script>`),
  ];
  html = replaced(html, /(?=<\/body>)/, `${parts.join("\n")}\n  `);
  const left = html.replace(/<(script|style)\b[^>]*>[^]*?<\/\1>/g, "").match(/<[^>]*\s(?:src|href)=(?!"?(?:data:|#))[^>]*>/);
  if (left) throw new Error(`the single file still names another file: ${left[0]}`);
  return Buffer.from(`\ufeff${html}`, "utf16le");
}
