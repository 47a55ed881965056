// What is looked at in a state of the page: what axe finds, widths, overlaps, targets, forced colours, movement, headings.
// Each look gives a list of what is wrong; every-state.mjs wants all lists empty.
import { AxeBuilder } from "@axe-core/playwright";

// Colours are all that a theme changes.
async function axe(page, theme) {
  const builder = new AxeBuilder({ page });
  if (theme === "dark") builder.withRules(["color-contrast", "link-in-text-block"]);
  const { violations } = await builder.analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `axe (${theme}) ${id}: ${node.html.slice(0, 200)}`));
}

// What reaches beyond the window to the right and is in nothing that scrolls by itself.
const sideways = (page) => page.evaluate(() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (element) => element !== document.body && element !== document.documentElement && /auto|scroll|hidden|clip/.test(getComputedStyle(element).overflowX);
  if (document.scrollingElement.scrollWidth <= width) return [];
  const found = [...document.body.querySelectorAll("*")].filter((element) => {
    if (element.getBoundingClientRect().right <= width + 1) return false;
    for (let up = element.parentElement; up; up = up.parentElement) if (scrolls(up)) return false;
    return true;
  });
  return [`${width} px wide, ${document.scrollingElement.scrollWidth} px needed: ${found.slice(0, 3).map((element) => element.outerHTML.slice(0, 120)).join(" … ")}`];
});

// Text that is cut by its own box, and texts that lie over each other.
const cutOrOverlapping = (page) => page.evaluate(() => {
  const wrong = [];
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !element.closest(".hidden, .skip, .offscreen, .drop-overlay");
  const top = document.querySelector("dialog[open]") ?? document.body;
  for (const element of top.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    const cut = (/hidden|clip/.test(style.overflowX) && element.scrollWidth > element.clientWidth + 1 && style.textOverflow !== "ellipsis")
      || (/hidden|clip/.test(style.overflowY) && element.scrollHeight > element.clientHeight + 1);
    // Rows of a document scroll within their box, and are measured anew when they are next drawn.
    if (cut && !element.closest(".source .track") && element.clientWidth > 2 && element.innerText?.trim() && seen(element)) wrong.push(`cut: ${element.outerHTML.slice(0, 120)}`);
  }
  // Lines of text, from above to below; those that float over the page are above the rest on purpose.
  const lines = [];
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || !parent || !seen(parent) || parent.closest("details.menu > ul, option, svg")) continue;
    // What is scrolled out of sight within a box of its own lies over nothing.
    let box;
    for (let up = parent; up && up !== top && !box; up = up.parentElement) if (/auto|scroll/.test(`${getComputedStyle(up).overflowY} ${getComputedStyle(up).overflowX}`)) box = up.getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const line of range.getClientRects()) {
      if (line.width < 2 || (box && (line.top < box.top || line.bottom > box.bottom || line.left < box.left || line.right > box.right))) continue;
      // The letters themselves take less than a line's height.
      const less = line.height * 0.22;
      lines.push({ node, left: line.left + 1, right: line.right - 1, top: line.top + less, bottom: line.bottom - less });
    }
  }
  lines.sort((a, b) => a.top - b.top);
  for (let first = 0; first < lines.length && wrong.length < 5; first += 1) {
    for (let second = first + 1; second < lines.length && lines[second].top < lines[first].bottom; second += 1) {
      const [a, b] = [lines[first], lines[second]];
      if (a.node !== b.node && a.left < b.right && b.left < a.right) wrong.push(`overlapping: “${a.node.data.trim().slice(0, 40)}” and “${b.node.data.trim().slice(0, 40)}”`);
    }
  }
  return wrong;
});

// Controls of less than 24 by 24 px, unless they stand in a line of text or have that much room around them.
const small = (page) => page.evaluate(() => {
  // What lies over the page hides what is below it.
  const over = document.querySelector("details.menu[open]") ?? document;
  const controls = [...over.querySelectorAll("a[href], button, input, select, textarea, summary")].filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".hidden, .skip, .offscreen, .drop-overlay") && !element.disabled && getComputedStyle(element).clipPath === "none" && element.getBoundingClientRect().width > 2);
  const boxes = controls.map((element) => element.getBoundingClientRect());
  return controls.flatMap((element, at) => {
    const box = boxes[at];
    if (box.width >= 24 && box.height >= 24) return [];
    // A link in the text of a document, which a row may end in the middle of.
    if (element.closest(".source")) return [];
    if (element.tagName === "INPUT" && element.type === "checkbox" && element.closest("label")) return [];
    const around = element.parentElement.textContent.trim().length > element.textContent.trim().length;
    if (around && /^inline/.test(getComputedStyle(element).display)) return [];
    // A circle of 24 px around its middle touches no other control.
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const crowded = boxes.some((other, which) => which !== at && Math.hypot(Math.max(other.left - x, 0, x - other.right), Math.max(other.top - y, 0, y - other.bottom)) < 12);
    return crowded ? [`small target, ${Math.round(box.width)} × ${Math.round(box.height)}: ${element.outerHTML.slice(0, 120)}`] : [];
  });
});

const still = (page) => page.evaluate(() => document.getAnimations({ subtree: true }).filter((one) => one.playState === "running" && (one.effect?.getComputedTiming().duration ?? 0) > 0).map((one) => `moves: ${one.effect.target?.outerHTML.slice(0, 100)}`));

// With forced colours the browser drops grounds and keeps words and borders: what has neither is invisible.
const invisible = (page) => page.evaluate(() => {
  const wrong = [];
  for (const element of document.querySelectorAll("button, .button, .severity, .tally li, .cell > summary, span.cell, progress, .drop-overlay, section.verdict, .problem, .notice")) {
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(element);
    const drawn = getComputedStyle(element, "::before").content.length > 2; // a sign between quotes
    const words = drawn || (element.innerText ?? "").trim() !== "" || element.querySelector("svg, img") || element.tagName === "PROGRESS";
    if (!words) wrong.push(`nothing is left of ${element.outerHTML.slice(0, 100)}`);
    if (element.matches("section.verdict, .problem, .notice, .tally li") && parseFloat(style.borderTopWidth) === 0) wrong.push(`no border: ${element.outerHTML.slice(0, 100)}`);
  }
  return wrong;
});

const document_ = (page, lang) => page.evaluate((expected) => {
  const wrong = [];
  const root = document.documentElement;
  if (root.lang !== expected) wrong.push(`lang is ${root.lang}`);
  if (getComputedStyle(root).direction !== "ltr") wrong.push("the direction is not that of the language");
  const heads = [...document.querySelectorAll("h1")].filter((head) => head.checkVisibility());
  if (heads.length !== 1) wrong.push(`${heads.length} headings of the first level`);
  if (document.querySelectorAll("main").length !== 1) wrong.push("not one main");
  if (!document.title.includes("Pullcheck")) wrong.push(`title: ${document.title}`);
  // Words of the other language are marked, and code is not for translators.
  for (const code of document.querySelectorAll("main pre")) if (!code.closest("[translate=no]")) wrong.push(`may be translated: ${code.outerHTML.slice(0, 80)}`);
  return wrong;
}, lang);

// Looks at a state in all these ways, and leaves the page as it was.
export async function look(page, lang, raw) {
  const wrong = [];
  const add = (where, found) => wrong.push(...found.map((one) => `${where}: ${one}`));
  // Else colours would still be on their way when they are looked at.
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  add("light", await axe(page, "light"));
  add("document", raw ? [] : await document_(page, lang));
  add("targets", await small(page));
  await page.emulateMedia({ colorScheme: "dark" });
  add("dark", await axe(page, "dark"));
  await page.emulateMedia({ colorScheme: "light", forcedColors: "active" });
  add("forced colours", await invisible(page));
  add("reduced motion", await still(page));
  await page.emulateMedia({ colorScheme: "light", forcedColors: "none" });
  await page.setViewportSize({ width: 320, height: 640 });
  add("320 px", await sideways(page));
  add("320 px", await small(page));
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
  add("200 %", await sideways(page));
  add("200 %", await cutOrOverlapping(page));
  await page.evaluate(() => { document.documentElement.style.fontSize = ""; });
  return wrong;
}
