// What other documents use of the page: addresses that last, lines to copy, badges, frames on other sites; and what is left
// out of what one passes on. Nothing of it asks the network for anything once the page is ready.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { input } from "./core.mjs";
import { builtFiles, dist, pageTest } from "./harness.mjs";
import { FINAL } from "./verdict.mjs";

const published = (kind) => readFileSync(fileURLToPath(new URL(`../published/${kind}.txt`, import.meta.url)), "utf8").trim().split("\n");

// Walks through addresses in one page and gives those that do not show what they should.
async function walk(page, ids, room, shows) {
  return page.evaluate(async ({ ids, room, shows }) => {
    const wrong = [];
    for (const id of ids) {
      location.hash = `#/${room}/${encodeURIComponent(id).replaceAll("%2F", "/")}`;
      const there = () => [...document.querySelectorAll(shows)].some((element) => element.textContent.trim() === id);
      for (let tries = 0; !there() && tries < 400; tries += 1) await new Promise((done) => setTimeout(done, 5));
      const h1 = document.querySelector("main h1")?.textContent ?? "";
      if (!there() || !h1 || h1 === "Not found") wrong.push(`${id}: ${h1}`);
    }
    return wrong;
  }, { ids, room, shows });
}

for (const [kind, shows, least] of [
  ["rules", ".facts dd code", 285],
  ["errors", ".facts dd code", 229],
  ["consumers", ".facts dd code", 67],
  // One that is not known has a page, too, but no facts.
  ["media-types", "article:has(dl.facts) h1", 100],
]) {
  pageTest(`every id of ${kind} ever published opens its page`, { timeout: 240_000 }, async (visit) => {
    const page = await visit.open(`#/${kind}`);
    const ids = published(kind);
    assert.ok(ids.length >= least, `${ids.length}`);
    assert.deepEqual(await walk(page, ids, kind, shows), []);
    // A walk that finds everything would prove nothing.
    assert.equal((await walk(page, ["no-such-thing"], kind, shows)).length, 1);
  });
}

pageTest("every example ever published opens in the checker", { timeout: 240_000 }, async (visit) => {
  const page = await visit.open("#/examples");
  const ids = published("examples");
  assert.ok(ids.length >= 76);
  const wrong = await page.evaluate(async ({ ids, final }) => {
    const wrong = [];
    for (const id of ids) {
      location.hash = "#/examples";
      while (document.querySelector("aside.example")) await new Promise((done) => setTimeout(done, 5));
      location.hash = `#/examples/${id}`;
      const there = () => document.querySelector("aside.example") && document.querySelector(final);
      for (let tries = 0; !there() && tries < 2000; tries += 1) await new Promise((done) => setTimeout(done, 10));
      if (!there()) wrong.push(id);
    }
    return wrong;
  }, { ids, final: FINAL });
  assert.deepEqual(wrong, []);
});

pageTest("a search stands in an address", {}, async (visit) => {
  const page = await visit.open("#/errors?q=helm%20descriptor&lang=en");
  assert.equal(await page.locator("#error-filter").inputValue(), "helm descriptor");
  const found = await page.locator("article .list > li").count();
  assert.ok(found >= 1 && found < 40, `${found}`);
  await page.evaluate(() => { location.hash = "#/errors?q=number+of+layers+must+be+2+but+got+1"; });
  await page.getByRole("heading", { name: "These explain the text" }).waitFor();
  await page.evaluate(() => { location.hash = "#/errors"; });
  await page.waitForFunction(() => document.querySelector("#error-filter").value === "");
});

for (const [lang, words] of [["en", { address: /\?lang=zh-CN$/, title: "Link to it, embed it" }], ["zh-CN", { address: /\?lang=zh-CN$/, title: "链接与嵌入" }]]) {
  pageTest(`the picker gives a link, a badge and a frame (${lang})`, { lang, theme: lang === "en" ? "light" : "dark" }, async (visit) => {
    const page = await visit.open();
    await page.locator("footer.bottom a[href='#/authors']").click();
    await page.getByRole("heading", { level: 1, name: words.title }).waitFor();
    await page.locator("#pick-filter").fill("umoci mediatype");
    await page.locator("#pick-one").selectOption("umoci-layer-mediatype");
    await page.locator("#pick-language").selectOption({ index: 2 });
    const blocks = () => page.locator(".picker .block pre").allInnerTexts();
    let [address, link, badge, frame] = await blocks();
    const site = visit.address;
    assert.equal(address, `${site}#/errors/umoci-layer-mediatype?lang=zh-CN`);
    assert.match(address, words.address);
    assert.equal(link, `[umoci 不解包这种类型的层](${address})`);
    assert.equal(badge, `[![这条报错：原因与修复](${site}badges/error.zh-CN.svg)](${address})`);
    assert.equal(frame, `<iframe src="${site}#/embed/errors/umoci-layer-mediatype?lang=zh-CN" title="umoci 不解包这种类型的层" width="100%" height="480" loading="lazy"></iframe>`);
    assert.equal(await page.locator(".frame-preview h1").innerText(), "umoci 不解包这种类型的层");
    await visit.axe();
    await visit.shot(`authors-${lang}`);
    await page.locator("#pick-markup").selectOption("reStructuredText");
    await page.locator("#pick-theme").selectOption({ index: 2 });
    [address, link, badge, frame] = await blocks();
    assert.equal(link, `\`umoci 不解包这种类型的层 <${address}>\`__`);
    assert.match(badge, /^\.\. image:: http.*\n {3}:alt: .*\n {3}:target: http/);
    assert.match(frame, /^\.\. raw:: html\n\n {3}<iframe src="[^"]*\?theme=dark&amp;lang=zh-CN"/);
    // What is copied is what is shown.
    await page.locator(".picker .block button.copy").nth(1).click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
  });
}

pageTest("the picker knows consumers with versions, rules, examples and searches", {}, async (visit) => {
  const page = await visit.open("#/authors");
  const address = () => page.locator(".picker .block pre").first().innerText();
  const title = () => page.locator(".frame-preview h1").innerText();
  await page.locator("#pick-thing").selectOption({ index: 2 });
  await page.locator("#pick-filter").fill("umoci");
  await page.locator("#pick-one").selectOption("umoci");
  await page.locator("#pick-version").fill("0.4.7");
  assert.ok((await address()).endsWith("#/consumers/umoci@0.4.7"));
  assert.equal(await title(), "umoci");
  await page.locator("#pick-thing").selectOption({ index: 1 });
  await page.locator("#pick-filter").fill("digest-syntax");
  assert.ok((await address()).endsWith("#/rules/digest-syntax"));
  await page.locator("#pick-thing").selectOption({ index: 3 });
  await page.locator("#pick-filter").fill("tekton-bundle-kind");
  assert.ok((await address()).endsWith("#/examples/tekton-bundle-kind"));
  await page.locator(".frame-preview #verdict").waitFor();
  await visit.axe();
  await page.locator("#pick-thing").selectOption({ index: 4 });
  assert.equal(await page.locator(".picker .block").count(), 0);
  await page.locator("#pick-filter").fill("layers must be 2");
  assert.ok((await address()).endsWith("#/errors?q=layers%20must%20be%202"));
  assert.equal(await page.locator(".frame-preview").count(), 0);
  await page.locator("#pick-thing").selectOption({ index: 0 });
  await page.locator("#pick-filter").fill("zzzzzz");
  await page.getByText("Nothing holds these words.").waitFor();
});

pageTest("the badges stand beside the page and are pictures", { files: readdirSync(join(dist, "badges")).map((name) => `badges/${name}`) }, async (visit) => {
  const page = await visit.open("#/authors");
  const files = readdirSync(join(dist, "badges"));
  assert.equal(files.length, 10);
  // Nothing of the page asks for them; another document does.
  for (const name of files) {
    const answer = await visit.context.request.get(`${visit.address}badges/${name}`);
    assert.equal(answer.headers()["content-type"], "image/svg+xml", name);
    assert.doesNotMatch(await answer.text(), /<script|style=|href=/);
  }
  const other = await visit.context.newPage();
  await other.setContent(files.map((name) => `<img src="${visit.address}badges/${name}">`).join(""));
  const sizes = await other.locator("img").evaluateAll((images) => Promise.all(images.map(async (image) => {
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  })));
  assert.ok(sizes.every(([width, height]) => width > 60 && height === 20), `${sizes}`);
  await other.close();
  const shown = await page.locator("ul.badges img").evaluateAll((images) => images.map((image) => image.complete && image.naturalWidth > 60));
  assert.deepEqual(shown, [true, true, true, true, true]);
});

// A page of another site with a frame in it.
async function framing(visit, hash, attributes = "") {
  const html = `<!doctype html><meta charset="utf-8"><title>Runbook</title><link rel="icon" href="data:,"><h1>Runbook</h1><iframe src="${visit.address}${hash}" width="100%" height="480" ${attributes} title="x"></iframe>`;
  const server = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end(html));
  await new Promise((ready) => server.listen(0, "127.0.0.3", ready));
  await visit.page.goto(`http://127.0.0.3:${server.address().port}/`);
  const frame = visit.page.frames().find((one) => one.url().startsWith(visit.address));
  await frame.waitForSelector("html[data-ready]", { state: "attached" });
  return { frame, server };
}

const close = (server) => new Promise((closed) => { server.closeAllConnections(); server.close(closed); });

for (const [room, id, lang, says] of [
  ["errors", "umoci-layer-mediatype", "en", "umoci"],
  ["rules", "digest-syntax", "zh-CN", "不是合法的摘要"],
  ["consumers", "umoci", "en", "umoci"],
  ["examples", "tekton-bundle-kind", "en", "will refuse"],
]) {
  pageTest(`a frame on another site shows ${room} and asks for nothing once it is ready`, { elsewhere: true, width: 700 }, async (visit) => {
    const { frame, server } = await framing(visit, `#/embed/${room}/${id}?lang=${lang}&theme=dark`);
    try {
      assert.notEqual(new URL(frame.url()).origin, new URL(visit.page.url()).origin);
      await frame.locator("main h1", { hasText: says }).first().waitFor();
      if (room === "examples") await frame.waitForSelector(FINAL);
      const asked = [...visit.requests];
      const { program } = builtFiles();
      assert.ok(asked.some((path) => path.endsWith(program)));
      assert.ok(!asked.some((path) => path.endsWith("sw.js")), "a frame keeps no copy");
      for (const chrome of ["header.top", "footer.bottom", ".skip", ".drop", ".actions button:visible", "nav.back:visible", "input[type=file]"]) {
        assert.equal(await frame.locator(chrome).count(), 0, chrome);
      }
      assert.equal(await frame.evaluate(() => document.documentElement.dataset.theme), "dark");
      assert.equal(await frame.evaluate(() => document.documentElement.lang), lang);
      // Nothing is wider than the frame.
      assert.ok(await frame.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      // The reader's place in the other page is theirs.
      assert.equal(await visit.page.evaluate(() => document.activeElement.tagName), "BODY");
      const out = frame.locator(".embed > .out a");
      assert.equal(await out.getAttribute("target"), "_blank");
      assert.match(await out.getAttribute("rel"), /noopener/);
      assert.equal(await out.getAttribute("href"), `${visit.address}#/${room}/${id}?lang=${lang}`);
      // A link to a thing that can be framed stays in the frame; all else opens elsewhere.
      const inner = frame.locator("main a[href^='#/rules/'], main a[href^='#/consumers/'], main a[href^='#/examples/']").first();
      const to = (await inner.getAttribute("href")).slice(1);
      await inner.click();
      await frame.waitForFunction((to) => location.hash.startsWith(`#/embed${to}?theme=dark`), to);
      assert.equal(await frame.locator("header.top").count(), 0);
      await visit.settle();
      assert.deepEqual(visit.requests, asked, "requests after ready");
      await visit.shot(`embed-${room}-${lang}`);
    } finally {
      await close(server);
    }
  });
}

pageTest("in a frame, other links open a tab of their own", { elsewhere: true }, async (visit) => {
  const { frame, server } = await framing(visit, "#/embed/errors/umoci-layer-mediatype?lang=en", 'sandbox="allow-scripts allow-same-origin allow-popups"');
  try {
    const opened = visit.context.waitForEvent("page");
    await frame.locator(".embed > .out a").click();
    const page = await opened;
    await page.waitForSelector("html[data-ready]", { state: "attached" });
    assert.ok(page.url().endsWith("#/errors/umoci-layer-mediatype?lang=en"));
    assert.equal(await page.evaluate(() => window.opener), null);
    await page.locator("header.top").waitFor();
    await page.close();
    // A media type has no framed form.
    const also = visit.context.waitForEvent("page");
    await frame.locator("main a[href^='#/media-types/']").first().click();
    const second = await also;
    await second.waitForSelector("html[data-ready]", { state: "attached" });
    assert.match(second.url(), /#\/media-types\//);
    await second.close();
    assert.match(frame.url(), /#\/embed\/errors\//);
  } finally {
    await close(server);
  }
});

pageTest("in a frame without clipboard, storage and drops nothing breaks", { elsewhere: true }, async (visit) => {
  await visit.context.addInitScript(() => {
    Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } });
    Object.defineProperty(navigator, "clipboard", { value: undefined });
    document.execCommand = () => false;
  });
  const { frame, server } = await framing(visit, "#/embed/errors/umoci-layer-mediatype?lang=en");
  try {
    const button = frame.locator(".block button.copy").first();
    await button.click();
    await frame.getByText("Selected: press Ctrl+C").waitFor();
    const shown = await frame.locator(".block pre").first().innerText();
    assert.equal(await frame.evaluate(() => getSelection().toString().trim()), shown.trim());
    const declined = await frame.evaluate(() => ["dragover", "drop"].map((name) => !window.dispatchEvent(new DragEvent(name, { cancelable: true, bubbles: true }))));
    assert.deepEqual(declined, [true, true]);
    assert.equal(await frame.locator(".drop-overlay").count(), 0);
  } finally {
    await close(server);
  }
});

pageTest("a frame takes no other targets", {}, async (visit) => {
  const page = await visit.open("#/embed/errors/umoci-layer-mediatype");
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "https://example.org/", "rules", "check", "m/1.abc", "embed/rules/digest-syntax", "errors/javascript:alert(1)"]) {
    await page.evaluate((value) => { location.hash = `#/embed/${value}`; }, bad);
    await page.getByRole("heading", { level: 1, name: "Not found" }).waitFor();
    const targets = await page.locator("a[href]").evaluateAll((links) => links.map((link) => link.href));
    assert.ok(targets.every((target) => target.startsWith(visit.address)), `${bad}: ${targets}`);
    await page.evaluate(() => { location.hash = "#/embed/errors/umoci-layer-mediatype"; });
    await page.locator(".embed h1", { hasText: "umoci" }).waitFor();
  }
  // Whatever a link in the page should ever hold: only the web is gone to.
  const stopped = await page.evaluate(() => ["data:text/html,x", "blob:x", "ftp://example.org/"].map((href) => {
    const link = document.createElement("a");
    link.href = href;
    document.querySelector("main").append(link);
    const click = new MouseEvent("click", { bubbles: true, cancelable: true });
    link.dispatchEvent(click);
    link.remove();
    return click.defaultPrevented;
  }));
  assert.deepEqual(stopped, [true, true, true]);
});

pageTest("the page allows being framed, and says so to nobody else", {}, async (visit) => {
  const page = await visit.open();
  const policies = await page.locator("meta[http-equiv]").evaluateAll((all) => all.map((one) => one.content).join(" "));
  assert.doesNotMatch(policies, /frame-ancestors|sandbox/);
});

const SECRET = JSON.stringify({
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: `sha256:${"a".repeat(64)}`, size: 2, urls: ["ftp://git.acme.internal/rocket"] },
  layers: [],
  annotations: { "com.acme.team": "rocket", "com.acme.team ": "rocket", "org.opencontainers.image.source": "https://git.acme.internal/team/app" },
});

async function exported(page, button) {
  await page.locator("details.menu > summary").click();
  const download = page.waitForEvent("download");
  await page.locator(button).click();
  return readFileSync(await (await download).path(), "utf8");
}

for (const lang of ["en", "zh-CN"]) {
  pageTest(`names are left out of everything that is exported, on request (${lang})`, { lang }, async (visit) => {
    const page = await visit.open();
    await visit.drop([{ name: "acme-rocket.json", bytes: SECRET }]);
    await page.waitForSelector(FINAL);
    const buttons = ["button.save-report", "button.save-markdown", "button.download-json", "button.save-sarif", "button.save-badge"];
    const secret = /acme|rocket/i;
    const before = await exported(page, "button.save-markdown");
    assert.match(before, secret);
    await page.locator("details.menu > summary").click();
    await page.locator("#leave-out-names").check();
    await visit.axe();
    await visit.shot(`export-menu-${lang}`);
    await page.keyboard.press("Escape");
    for (const button of buttons) assert.doesNotMatch(await exported(page, button), secret, button);
    const after = await exported(page, "button.save-markdown");
    // The answers stay.
    const rows = (text) => text.split("\n").filter((line) => /^\| .* \| [✓✗?] /.test(line)).map((line) => line.split("|").slice(1, 3).join("|"));
    assert.ok(rows(before).length > 3);
    assert.deepEqual(rows(after), rows(before));
    await page.locator(".actions > button.copy").click();
    await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith("## "));
    assert.doesNotMatch(await page.evaluate(() => navigator.clipboard.readText()), secret);
    // A saved report without names opens again.
    const saved = await exported(page, "button.save-report");
    await visit.drop([{ name: "again.json", bytes: saved }]);
    await page.locator("aside.opened").waitFor();
    assert.doesNotMatch(await page.locator("main").innerText(), secret);
  });
}

pageTest("a report's badge says what its headline says, with date and version", {}, async (visit) => {
  const page = await visit.open();
  await visit.paste(readFileSync(input("manifest.json"), "utf8"));
  await page.waitForSelector(FINAL);
  await page.locator("#target").selectOption("aws-lambda");
  await page.locator("tbody.own").waitFor();
  const head = (await page.locator("#verdict").innerText()).replace(/\.$/, "");
  const badge = await exported(page, "button.save-badge");
  assert.match(badge, /^<svg xmlns=/);
  assert.ok(badge.includes(head), `${head}: ${badge}`);
  assert.match(badge, /Pullcheck \d+\.\d+\.\d+ · \d{4}-\d\d-\d\d/);
  assert.match(badge, /[✓✗?] /);
  assert.match(head, /AWS Lambda/);
  // It is a picture that browsers show.
  const size = await page.evaluate(async (text) => {
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  }, badge);
  assert.ok(size[0] > 150 && size[1] === 20, `${size}`);
});

pageTest("placeholders in a link keep the answer", {}, async (visit) => {
  const page = await visit.open();
  await visit.paste(SECRET);
  await page.waitForSelector(FINAL);
  const verdict = await page.locator("#verdict").innerText();
  const tally = await page.locator("ul.tally").innerText();
  await page.locator("button.share").click();
  await page.locator("#share-include").check();
  await page.locator("#share-redact").check();
  await page.getByText("Every consumer and every rule answers as before.").waitFor();
  const link = new URL(await page.locator("#share-link").inputValue()).hash;
  await page.keyboard.press("Escape");
  await page.evaluate((value) => { location.hash = value; }, link);
  await page.locator("aside.shared").waitFor();
  await page.waitForSelector(FINAL);
  assert.equal(await page.locator("#verdict").innerText(), verdict);
  assert.equal(await page.locator("ul.tally").innerText(), tally);
  assert.doesNotMatch(await page.locator("main").innerText(), /acme|rocket/i);
});
