// The static mirrors, as built into dist/: readable without scripts, in both languages and themes, on narrow screens, and
// leading to the same things in the checker.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { firstVisit } from "../size-budget.mjs";
import { mirrorsProgram } from "./core.mjs";
import { dist, pageTest } from "./harness.mjs";

// One of each kind, the list of each kind, and the front page; `at` is where the same stands in the checker.
const pages = [
  ["index.html", "#/"],
  ["rules.html", "#/rules"],
  ["consumers.html", "#/consumers"],
  ["errors.html", "#/errors"],
  ["media-types.html", "#/media-types"],
  ["examples.html", "#/examples"],
  ["privacy.html", "#/privacy"],
  ["offline.html", "#/offline"],
  ["rules/descriptor-size-negative.html", "#/rules/descriptor-size-negative"],
  ["rules/tar-setuid.html", "#/rules/tar-setuid"],
  ["consumers/umoci.html", "#/consumers/umoci"],
  ["errors/apptainer-no-layers.html", "#/errors/apptainer-no-layers"],
  ["media-types/application/vnd.oci.empty.v1+json.html", "#/media-types/application/vnd.oci.empty.v1%2Bjson"],
  ["examples/docker-save-24.html", "#/examples/docker-save-24"],
];
const address = (path) => path.replaceAll("+", "%2B");
const files = ["404.html", "mirrors.css", ...["en", "zh-CN"].flatMap((lang) => pages.map(([path]) => `${lang}/${path}`))];
// What stands where an address leads: a folder stands for its index.html.
const fileAt = (name) => decodeURIComponent(name).replace(/^$|(?<=\/)$/, "index.html");

for (const lang of ["en", "zh-CN"]) {
  for (const [theme, width] of [["light", 1280], ["dark", 320]]) {
    pageTest(`are read without scripts: ${lang}, ${theme}, ${width} wide`, { lang, theme, width, javaScript: false, files, timeout: 180_000 }, async (visit) => {
      const { page } = visit;
      for (const [path] of pages) {
        await page.goto(`${visit.address}${lang}/${address(path)}`);
        assert.equal(await page.locator("html").getAttribute("lang"), lang);
        assert.equal(await page.locator("h1").count(), 1, path);
        const text = await page.locator("main").innerText();
        assert.match(text, lang === "en" ? /[a-z]{3}/ : /\p{Script=Han}{3}/u, path);
        const [wide, there] = await Promise.all([page.locator("html").evaluate((root) => root.scrollWidth), page.locator("html").evaluate((root) => root.clientWidth)]);
        assert.ok(wide <= there, `${path} is ${wide} wide in a window of ${there}`);
        if (path.includes("/")) await visit.shot(`mirror-${path.split("/")[0]}-${lang}-${theme}-${width}`);
      }
    });
    pageTest(`are accessible: ${lang}, ${theme}, ${width} wide`, { lang, theme, width, files, timeout: 280_000 }, async (visit) => {
      // The longest lists are made of the same pieces as the others; one look at each is enough.
      const looked = theme === "light" ? pages : pages.filter(([path]) => !["rules.html", "errors.html", "consumers.html"].includes(path));
      for (const [path] of looked) {
        await visit.page.goto(`${visit.address}${lang}/${address(path)}`);
        await visit.axe();
      }
    });
  }

  pageTest(`lead to the same in the checker, in the same language: ${lang}`, { lang: lang === "en" ? "zh-CN" : "en", files, timeout: 240_000 }, async (visit) => {
    const { page } = visit;
    for (const [path, at] of pages) {
      await page.goto(`${visit.address}${lang}/${address(path)}`);
      const heading = (await page.locator("h1").innerText()).trim();
      await page.locator("a.checker").click();
      await page.waitForSelector("html[data-ready]", { state: "attached" });
      assert.equal(new URL(page.url()).pathname, "/pullcheck/");
      assert.ok(page.url().endsWith(`${at}?lang=${lang}`), page.url());
      await page.waitForFunction((wanted) => document.documentElement.lang === wanted, lang);
      // An example opens as a report; its own name stands in the banner above it.
      const named = path.startsWith("examples/") ? page.locator("aside.example strong") : page.locator("main h1");
      await named.first().waitFor();
      assert.ok((await named.first().innerText()).includes(heading), `${path}: ${await named.first().innerText()} is not ${heading}`);
    }
  });
}

pageTest("one goes from page to page and from language to language by links alone", { javaScript: false, files, timeout: 60_000 }, async (visit) => {
  const { page } = visit;
  const here = () => page.url().replace(visit.address, "");
  await page.goto(visit.address);
  await page.locator('p.mirrors a[href="en/rules.html"]').click();
  assert.equal(here(), "en/rules.html");
  await page.locator('a[href="rules/descriptor-size-negative.html"]').click();
  await page.locator("header a.other").click();
  assert.equal(here(), "zh-CN/rules/descriptor-size-negative.html");
  await page.locator("nav.trail a").first().click();
  assert.equal(here(), "zh-CN/index.html");
  await page.locator('main a[href="consumers.html"]').click();
  assert.equal(here(), "zh-CN/consumers.html");
});

pageTest("print black on white, without what is clicked", { theme: "dark", javaScript: false, files }, async (visit) => {
  const { page } = visit;
  await page.goto(`${visit.address}en/rules/descriptor-size-negative.html`);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const colours = await page.locator("body").evaluate((body) => [getComputedStyle(body).color, getComputedStyle(body).backgroundColor]);
  assert.deepEqual(colours, ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]);
  assert.equal(await page.locator("a.checker").isVisible(), false);
  assert.equal(await page.locator("#fix").isVisible(), true);
});

pageTest("an address that leads nowhere is answered with words", { files, tolerate: [/status of 404/] }, async (visit) => {
  visit.options.files.push("en/rules/no-such-rule.html");
  await visit.page.goto(`${visit.address}en/rules/no-such-rule.html`);
  const text = await visit.page.locator("main").innerText();
  assert.match(text, /Nothing stands at this address/);
  assert.match(text, /此地址没有内容/);
  await visit.axe();
});

test("are no part of a first visit or of the browser's copy", () => {
  const html = readFileSync(join(dist, "sw.js"), "utf8");
  assert.doesNotMatch(html, /mirrors\.css|\/rules|zh-CN/);
  assert.ok(firstVisit().every((name) => !/^(en|zh-CN)\/|mirrors/.test(name)));
});

test("dist/ holds exactly the pages that the core makes, and the sitemap names each of them", () => {
  const folder = mkdtempSync(join(tmpdir(), "pullcheck-mirrors-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const site = "https://example.org/pullcheck";
  execFileSync(mirrorsProgram(), [folder], { env: { ...process.env, PULLCHECK_SITE: `${site}/` } });
  const list = (root) => ["en", "zh-CN"].flatMap((lang) => readdirSync(join(root, lang), { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name).slice(root.length + 1))).sort();
  assert.deepEqual(list(dist), list(folder));
  const map = readFileSync(join(folder, "sitemap.xml"), "utf8");
  const named = [...map.matchAll(/<loc>([^<]*)<\/loc>/g)].map((match) => match[1]);
  assert.equal(new Set(named).size, named.length);
  assert.deepEqual(named.map((one) => fileAt(one.replace(`${site}/`, ""))).sort(), ["index.html", ...list(dist)].sort());
  for (const one of [...map.matchAll(/href="([^"]*)"/g)]) assert.ok(existsSync(join(dist, fileAt(one[1].replace(`${site}/`, "")))), one[1]);
  assert.match(readFileSync(join(folder, "robots.txt"), "utf8"), /\nSitemap: https:\/\/example\.org\/pullcheck\/sitemap\.xml\n$/);
  // dist/ as it is: with a sitemap of its own only where it was told its site.
  assert.equal(existsSync(join(dist, "sitemap.xml")), readFileSync(join(dist, "robots.txt"), "utf8").includes("Sitemap:"));
  // Likewise the picture of previews.
  const front = readFileSync(join(dist, "index.html"), "utf8");
  const picture = front.match(/<meta property="?og:image"? content="([^"]*)"/)?.[1];
  assert.equal(picture !== undefined, front.includes('rel="canonical"'));
  for (const lang of ["en", "zh-CN"]) assert.equal(existsSync(join(dist, `preview.${lang}.png`)), picture !== undefined, lang);
  if (picture) assert.match(picture, /^https?:\/\/.*\/preview\.en\.png$/);
  sitemap = map;
});
let sitemap;

pageTest("a browser reads the sitemap as XML", { javaScript: true }, async (visit) => {
  const page = await visit.open();
  const read = await page.evaluate((text) => {
    const document = new DOMParser().parseFromString(text, "application/xml");
    const error = document.querySelector("parsererror")?.textContent ?? null;
    return { error, root: document.documentElement.localName, urls: document.getElementsByTagNameNS("http://www.sitemaps.org/schemas/sitemap/0.9", "url").length };
  }, sitemap);
  assert.equal(read.error, null);
  assert.equal(read.root, "urlset");
  assert.equal(read.urls, [...sitemap.matchAll(/<loc>/g)].length);
});
