// A picture of every state of the page, for people to look at: `make shots`. Each state is reached once in each language
// and taken in both themes and two widths, into target/shots/, with a sheet of all of them in index.html. Arguments are
// words that a state's name has to hold, to take only those.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Visit, endAll } from "./harness.mjs";
import { alone, prepare, states } from "./states.mjs";

const folder = fileURLToPath(new URL("../../target/shots", import.meta.url));
const LANGUAGES = ["en", "zh-CN"];
const THEMES = ["light", "dark"];
const WIDTHS = [1280, 360];
// Lists go on for dozens of screens; what stands side by side on a wide one is below each other on a narrow one.
const MOST = { 1280: 3600, 360: 9000 };

const words = process.argv.slice(2);
const wanted = ({ name }) => words.length === 0 || words.some((word) => name.includes(word));
const fileName = (name, lang, theme, width) => `${name.replace(/[^A-Za-z0-9]+/g, "-").toLowerCase()}.${lang}.${theme}.${width}.jpg`;

async function take(visit, name, lang) {
  for (const width of WIDTHS) {
    await visit.page.setViewportSize({ width, height: width < 600 ? 780 : 900 });
    for (const theme of THEMES) {
      await visit.page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      const height = await visit.page.evaluate(() => document.documentElement.scrollHeight);
      await visit.page.screenshot({
        path: join(folder, fileName(name, lang, theme, width)),
        type: "jpeg",
        quality: 80,
        fullPage: true,
        clip: { x: 0, y: 0, width, height: Math.min(height, MOST[width]) },
      });
    }
  }
  await visit.page.setViewportSize({ width: 1280, height: 900 });
}

// States that are not reached are told at the end; the others are taken all the same.
const missed = [];
async function attempt(name, lang, work) {
  try {
    await work();
  } catch (error) {
    missed.push(`${name} (${lang}): ${error.message.split("\n")[0]}`);
    return false;
  }
  return true;
}

async function inOnePage(lang) {
  let visit;
  for (const state of states.filter(wanted)) {
    if (!visit) {
      visit = await Visit.start({ lang, height: 900 });
      await prepare(visit);
      await visit.open();
    }
    const done = await attempt(state.name, lang, async () => {
      await state.reach(visit);
      await take(visit, state.name, lang);
      await state.leave?.(visit);
    });
    if (!done) {
      await visit.end();
      visit = undefined;
    }
  }
  await visit?.end();
}

async function eachAlone(lang) {
  for (const state of alone.filter(wanted)) {
    const visit = await Visit.start({ lang, height: 900, ...state.options });
    await attempt(state.name, lang, async () => {
      await prepare(visit);
      await state.before?.(visit);
      await state.reach(visit);
      await take(visit, state.name, lang);
    });
    await visit.end();
  }
}

const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
function sheet() {
  const rows = [...states, ...alone].filter(wanted).map(({ name }) => {
    const cells = LANGUAGES.flatMap((lang) => WIDTHS.flatMap((width) => THEMES.map((theme) => {
      const file = fileName(name, lang, theme, width);
      return `<a href="${file}"><img loading="lazy" src="${file}" class="w${width}" alt="${escaped(`${name}, ${lang}, ${theme}, ${width}`)}"></a>`;
    })));
    return `<h2>${escaped(name)}</h2><div>${cells.join("")}</div>`;
  });
  return `<!doctype html><meta charset="utf-8"><title>Pullcheck: every state</title>
<style>body{font:14px system-ui;margin:1rem;background:#888}div{display:flex;gap:8px;align-items:flex-start;overflow-x:auto}img{display:block;max-height:560px;object-fit:cover;object-position:top}.w1280{width:420px}.w360{width:150px}h2{margin:1.2rem 0 .4rem}</style>
${rows.join("\n")}
`;
}

const began = Date.now();
if (words.length === 0) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await Promise.all(LANGUAGES.map(async (lang) => {
  await inOnePage(lang);
  await eachAlone(lang);
}));
await endAll();
writeFileSync(join(folder, "index.html"), sheet());
console.log(`${join(folder, "index.html")}: ${[...states, ...alone].filter(wanted).length} states in ${Math.round((Date.now() - began) / 1000)} s`);
for (const line of missed) console.error(`not reached: ${line}`);
// The test runner that the harness brings along would wait for tests.
process.exit(missed.length ? 1 : 0);
