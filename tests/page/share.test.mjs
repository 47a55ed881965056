// What people send to each other: links with and without documents, links that arrive damaged, saved reports that open
// again, files for others, and paper. Nothing of it asks the network for anything.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { input } from "./core.mjs";
import { pageTest } from "./harness.mjs";
import { FINAL } from "./verdict.mjs";

const manifest = () => readFileSync(input("manifest.json"), "utf8");
const SECRET = JSON.stringify({
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: `sha256:${"a".repeat(64)}`, size: 2 },
  layers: [],
  annotations: { "com.acme.team": "rocket", "org.opencontainers.image.source": "https://git.acme.internal/team/app" },
});

async function pasted(visit, text, hash = "") {
  const page = await visit.open(hash);
  await visit.paste(text);
  await page.waitForSelector(FINAL);
  return page;
}

// Opens the dialog and has the link carry the document; gives the link's fragment.
async function carrying(page) {
  await page.locator("button.share").click();
  await page.locator("#share-include").check();
  return fragment(page);
}

async function fragment(page) {
  await page.waitForFunction(() => document.querySelector("#share-link")?.value.includes("#/m/1."));
  return new URL(await page.locator("#share-link").inputValue()).hash;
}

// Goes to another address of the same page, as somebody does who opens a link in a tab that has the page.
async function go(page, hash) {
  await page.evaluate((value) => { location.hash = value; }, hash);
}

pageTest("a link carries a document and opens to the same answer", {}, async (visit) => {
  const page = await pasted(visit, manifest());
  const verdict = await page.locator("#verdict").innerText();
  const rows = await page.locator("table.matrix tbody tr").count();
  const link = await carrying(page);
  await visit.axe();
  await visit.shot("share-dialog-en-light");
  await page.keyboard.press("Escape");
  await page.locator("dialog.share").waitFor({ state: "hidden" });
  await go(page, link);
  await page.reload();
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  await page.waitForSelector(FINAL);
  assert.equal(await page.locator("#verdict").innerText(), verdict);
  assert.equal(await page.locator("table.matrix tbody tr").count(), rows);
  const banner = await page.locator("aside.shared").innerText();
  assert.match(banner, /Opened from a link/);
  assert.match(banner, new RegExp(`${Buffer.byteLength(manifest().trim())} bytes`));
  assert.match(banner, /nothing was sent/);
  assert.ok((await page.evaluate(() => location.hash)).startsWith("#/m/1."));
  await visit.axe();
});

pageTest("a link keeps what was set, and settings keep the link", {}, async (visit) => {
  const page = await pasted(visit, manifest());
  await page.locator("#target").selectOption("aws-lambda");
  await page.locator("tbody.own").waitFor();
  const link = await carrying(page);
  assert.match(link, /\?for=aws-lambda$/);
  await page.keyboard.press("Escape");
  await go(page, "#/");
  await go(page, link);
  await page.locator("aside.shared").waitFor();
  await page.locator("tbody.own").waitFor();
  await page.locator("#target").selectOption("");
  await page.locator("tbody.own").waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => location.hash), link.replace(/\?.*/, ""));
  await page.locator("aside.shared").waitFor();
});

for (const [lang, words] of [["en", /was cut: (\d+) of (\d+) characters/], ["zh-CN", /共 (\d+) 个字符，只收到 (\d+) 个/]]) {
  pageTest(`a cut link says how much of it arrived (${lang})`, { lang }, async (visit) => {
    const page = await pasted(visit, manifest());
    const link = await carrying(page);
    await page.keyboard.press("Escape");
    await go(page, link.slice(0, -40));
    await page.locator(".damaged h1").waitFor();
    const said = words.exec(await page.locator(".damaged h1").innerText());
    assert.ok(said);
    const numbers = [Number(said[1]), Number(said[2])].sort((a, b) => a - b);
    const payload = link.length - "#/m/1.xxxxxx.".length;
    assert.deepEqual(numbers, [payload - 40, payload]);
    // Neither a demo nor the report from before in its place.
    assert.equal(await page.locator(".result").count(), 0);
    await visit.axe();
    await visit.shot(`share-cut-${lang}`);
  });
}

pageTest("a changed link, one of a newer version and a stump say so", {}, async (visit) => {
  const page = await pasted(visit, manifest());
  const link = await carrying(page);
  await page.keyboard.press("Escape");
  const at = link.length - 20;
  const changed = link.slice(0, at) + (link[at] === "A" ? "B" : "A") + link.slice(at + 1);
  for (const [hash, words] of [
    [changed, /changed on its way/],
    ["#/m/2.abcdef.xyz", /newer version of Pullcheck: its form is 2/],
    ["#/m/1.abc", /almost nothing of it arrived/],
  ]) {
    await go(page, hash);
    await page.locator(".damaged h1", { hasText: words }).waitFor();
  }
  await visit.axe();
});

pageTest("the dialog by keyboard alone: nothing of the document is in the link until it is asked for", {}, async (visit) => {
  const page = await pasted(visit, SECRET);
  await page.locator("button.share").focus();
  await page.keyboard.press("Enter");
  await page.locator("dialog.share[open]").waitFor();
  const before = await page.locator("#share-link").inputValue();
  assert.match(before, /#\/check$/);
  // The focus is in the dialog and does not leave it.
  assert.ok(await page.evaluate(() => document.querySelector("dialog.share").contains(document.activeElement)));
  await page.locator("#share-include").focus();
  await page.keyboard.press("Space");
  await fragment(page);
  const listed = await page.locator("dialog .private").innerText();
  for (const name of ["com.acme.team: rocket", "https://git.acme.internal/team/app"]) assert.ok(listed.includes(name), listed);
  await page.keyboard.press("Escape");
  await page.locator("dialog.share[open]").waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement.className), "share");
});

pageTest("names are replaced by placeholders in one click, and the receiver is told", { lang: "zh-CN", theme: "dark" }, async (visit) => {
  const page = await pasted(visit, SECRET);
  const plain = await carrying(page);
  await page.locator("#share-redact").check();
  await page.waitForFunction((link) => !document.querySelector("#share-link").value.endsWith(link), plain);
  await page.locator("dialog details.carried summary").click();
  const carried = await page.locator("dialog details.carried pre").innerText();
  assert.doesNotMatch(carried, /acme|rocket/);
  await visit.axe();
  await visit.shot("share-redacted-zh-CN-dark");
  const link = await fragment(page);
  await page.keyboard.press("Escape");
  await go(page, "#/");
  await go(page, link);
  await page.waitForSelector(FINAL);
  assert.match(await page.locator("aside.shared").innerText(), /占位符/);
  await page.locator(".source").waitFor();
  assert.doesNotMatch(await page.locator("main").innerText(), /acme|rocket/);
});

pageTest("a link without content leads to a rule or a consumer", {}, async (visit) => {
  const page = await pasted(visit, SECRET);
  await page.locator("button.share").click();
  const options = await page.locator("#share-target option").allInnerTexts();
  assert.ok(options.some((name) => name.startsWith("rule: ")), options.join("\n"));
  await page.locator("#share-target").selectOption({ index: options.findIndex((name) => name.startsWith("rule: ")) });
  await page.waitForFunction(() => document.querySelector("#share-link").value.includes("#/rules/"));
});

async function saved(page, button) {
  await page.locator("details.menu > summary").click();
  const download = page.waitForEvent("download");
  await page.locator(`button.${button}`).click();
  const file = await download;
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

pageTest("a saved report opens as it was, in both languages", {}, async (visit) => {
  const page = await visit.open();
  await visit.drop([input("buildx-index.tar")]);
  await page.waitForSelector(FINAL);
  const looks = async () => ({
    verdict: await page.locator("#verdict").innerText(),
    matrix: await page.locator("table.matrix").innerText(),
    problems: await page.locator("section.problems").innerText(),
    fixes: await page.locator("section.fixes").allInnerTexts(),
    source: await page.locator(".source").innerText(),
  });
  const before = await looks();
  const { name, text } = await saved(page, "save-report");
  assert.equal(name, "buildx-index.tar.pullcheck.json");
  await page.getByRole("button", { name: "简体中文" }).click();
  await page.waitForFunction(() => document.documentElement.lang === "zh-CN");
  const chinese = await looks();
  await page.getByRole("button", { name: "English" }).click();
  await page.reload();
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  await visit.drop([{ name: "from-a-friend.json", bytes: text }]);
  await page.locator("aside.opened").waitFor();
  assert.match(await page.locator("aside.opened").innerText(), /nothing was checked again/);
  assert.deepEqual(await looks(), before);
  assert.equal(await page.locator(".settings").count(), 0);
  await visit.axe();
  await page.getByRole("button", { name: "简体中文" }).click();
  await page.waitForFunction(() => document.documentElement.lang === "zh-CN");
  assert.deepEqual(await looks(), chinese);
  await visit.shot("reopened-zh-CN");
});

pageTest("a damaged, a changed and a foreign report say so", {}, async (visit) => {
  const page = await pasted(visit, manifest());
  const { text } = await saved(page, "save-report");
  const programs = await saved(page, "download-json");
  assert.equal(programs.name, "JSON.report.json");
  const changed = JSON.parse(text);
  changed.saved.of.report.complete = !changed.saved.of.report.complete;
  for (const [bytes, words] of [
    [text.slice(0, -200), /damaged/],
    [JSON.stringify(changed), /changed after it was saved/],
    [programs.text, /report for programs/],
  ]) {
    await visit.drop([{ name: "report.json", bytes }]);
    await page.locator(".notice[role=status]", { hasText: words }).waitFor();
    assert.equal(await page.locator("aside.opened").count(), 0);
  }
});

pageTest("exports: Markdown and SARIF of the report", {}, async (visit) => {
  const page = await pasted(visit, SECRET);
  const markdown = await saved(page, "save-markdown");
  assert.equal(markdown.name, "JSON.pullcheck.md");
  assert.match(markdown.text, /^## /);
  const sarif = await saved(page, "save-sarif");
  assert.equal(sarif.name, "JSON.sarif");
  const log = JSON.parse(sarif.text);
  assert.equal(log.version, "2.1.0");
  assert.ok(log.runs[0].results.length > 0);
  // The menu opens and closes by keyboard.
  await page.locator("details.menu > summary").focus();
  await page.keyboard.press("Enter");
  await page.locator("details.menu[open]").waitFor();
  await visit.axe();
  await page.keyboard.press("Escape");
  await page.locator("details.menu[open]").waitFor({ state: "detached" });
});

pageTest("on paper everything is unfolded and nothing can be pressed", { theme: "dark" }, async (visit) => {
  const page = await visit.open();
  await visit.drop([input("buildx-index.tar")]);
  await page.waitForSelector(FINAL);
  const folded = await page.locator("table.matrix tr.group button[aria-expanded=false]").count();
  await page.emulateMedia({ media: "print" });
  await page.waitForFunction(() => document.querySelectorAll("table.matrix tr.group button[aria-expanded=false]").length === 0);
  assert.ok(folded > 0, "nothing was folded before: choose another input");
  for (const gone of ["details.menu", "button.share", "button.copy", ".switches", "dialog", ".settings"]) {
    assert.equal(await page.locator(`${gone}:visible`).count(), 0, gone);
  }
  for (const there of ["#verdict", "table.matrix .reason", ".problem .place", "footer.bottom", "p.on-paper"]) {
    assert.ok((await page.locator(`${there}:visible`).count()) > 0, there);
  }
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  for (const format of ["A4", "Letter"]) {
    const pdf = await page.pdf({ format });
    assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
    // Nothing is wider than the paper.
    assert.ok(pdf.length > 10_000);
  }
  await visit.shot("print");
  await page.emulateMedia({ media: "screen" });
  await page.waitForFunction((n) => document.querySelectorAll("table.matrix tr.group button[aria-expanded=false]").length === n, folded);
});
