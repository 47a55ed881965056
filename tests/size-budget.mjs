// What a first visit downloads, weighed against tests/size-budget.json. Prints a table; exits 1 when a limit is passed.
// The page's own test (tests/page/shell.test.mjs) proves that the files counted here are the ones that a browser asks for.
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { singleName } from "../setup/site.mjs";

const dist = new URL("../dist/", import.meta.url);

// The document, every file that it names, and the service worker: what is loaded before the page is ready.
export function firstVisit() {
  const html = readFileSync(new URL("index.html", dist), "utf8");
  const loaded = html.replace(/<link rel="(?:alternate|canonical)"[^>]*>/g, "");
  const named = [...loaded.matchAll(/<(?:link|script|img)\b[^>]*?\s(?:href|src)="?([^"\s>]+)/g)].map((match) => match[1]);
  return ["index.html", ...new Set(named.filter((name) => name.startsWith("./")).map((name) => name.slice(2))), "sw.js"];
}

function weigh() {
  const budget = JSON.parse(readFileSync(new URL("size-budget.json", import.meta.url), "utf8"));
  const sums = {};
  const rows = [["file", "bytes", "gzip"]];
  for (const name of firstVisit()) {
    const bytes = readFileSync(new URL(name, dist));
    const weight = { raw: bytes.length, gzip: gzipSync(bytes, { level: 6 }).length };
    rows.push([name, weight.raw, weight.gzip]);
    for (const kind of [extname(name).slice(1), "total"]) {
      sums[kind] ??= { raw: 0, gzip: 0 };
      sums[kind].raw += weight.raw;
      sums[kind].gzip += weight.gzip;
    }
  }
  rows.push(["all", sums.total.raw, sums.total.gzip]);
  // The single file is no part of a first visit. It is sent around as it is, so its own bytes count.
  const single = readFileSync(new URL(singleName(), dist)).length;
  sums.single = { raw: single };
  rows.push([singleName(), single, ""]);
  for (const [name, raw, gzip] of rows) console.log(`size: ${String(name).padEnd(36)} ${String(raw).padStart(9)} ${String(gzip).padStart(9)}`);

  const passed = [];
  for (const kind of Object.keys(sums)) {
    if (!budget[kind]) passed.push(`${kind}: has no budget`);
    for (const [unit, limit] of Object.entries(budget[kind] ?? {})) {
      const share = Math.round((sums[kind][unit] / limit) * 100);
      console.log(`size: ${`budget ${kind} ${unit}`.padEnd(36)} ${String(limit).padStart(9)} ${`${share} %`.padStart(9)}`);
      if (sums[kind][unit] > limit) passed.push(`${kind}: ${sums[kind][unit]} bytes ${unit}, ${limit} allowed`);
    }
  }
  for (const line of passed) console.error(`size: OVER BUDGET ${line}`);
  return passed.length === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = weigh() ? 0 : 1;
