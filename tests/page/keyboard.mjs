// Hands and ears for tests without a mouse: what the keyboard reaches and how it looks there, what a voice would say, and
// the names that the browser gives to a screen reader.
import assert from "node:assert/strict";
export { FINAL } from "./verdict.mjs";

// Writes down all that a voice would say from now on: changes of live regions, and what gets the focus.
export async function listen(visit) {
  await visit.context.addInitScript(() => {
    const log = (globalThis.heard = []);
    const said = new WeakMap();
    const LIVE = "[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]";
    const look = (region) => {
      const words = region.textContent.trim().replace(/\s+/g, " ");
      // Of what is hidden, or lies behind a dialog, nothing is heard.
      if (said.get(region) === words || !region.isConnected || !region.checkVisibility()) return;
      const dialog = document.querySelector("dialog:modal");
      if (dialog && !dialog.contains(region)) return;
      said.set(region, words);
      if (words) log.push({ at: performance.now(), how: "live", words });
    };
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) {
        const around = (target.nodeType === 1 ? target : target.parentElement)?.closest(LIVE);
        if (around) look(around);
        for (const node of addedNodes) if (node.nodeType === 1) for (const region of [node, ...node.querySelectorAll("*")]) if (region.matches(LIVE)) look(region);
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
    document.addEventListener("focusin", ({ target }) => {
      log.push({ at: performance.now(), how: "focus", id: target.id, words: target.textContent.trim().replace(/\s+/g, " ") });
    });
  });
}

export const heard = (page) => page.evaluate(() => globalThis.heard);

// How often something was said since the log had so many entries.
export async function times(page, pattern, since = 0) {
  return (await heard(page)).slice(since).filter(({ words }) => pattern.test(words)).length;
}

// Waits until something is said.
export async function hear(page, pattern, since = 0) {
  const end = Date.now() + 10_000;
  while ((await times(page, pattern, since)) === 0) {
    assert.ok(Date.now() < end, `${pattern} was not said, but ${JSON.stringify((await heard(page)).slice(since))}`);
    await page.waitForTimeout(20);
  }
}

// What has the focus.
export const active = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return { id: element.id, tag: element.tagName.toLowerCase(), classes: element.className, words: element.textContent.trim().replace(/\s+/g, " ") };
  });

export async function focusComes(page, selector) {
  await page.waitForFunction((wanted) => document.activeElement.matches(wanted), selector).catch(async () => {
    assert.fail(`the focus is not on ${selector} but on ${JSON.stringify(await active(page))}`);
  });
}

// The picker that a key opens. The browser has to be told first to hand it over.
export async function chooserBy(page, key) {
  const opened = page.waitForEvent("filechooser");
  await page.waitForTimeout(200);
  await page.keyboard.press(key);
  return opened;
}

// Strikes keys one after the other.
export async function strike(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
}

// Goes on with Tab until something has the focus, as a person does; each stop on the way has to show where it is.
export async function tabTo(page, selector, { key = "Tab", most = 400 } = {}) {
  for (let stops = 0; stops < most; stops++) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`${most} times ${key} do not lead to ${selector}`);
}

// What has the focus, as an eye sees it: undefined where the page has none.
const stop = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (element === document.body || element === document.documentElement) return undefined;
    globalThis.stops ??= [];
    const before = globalThis.stops.at(-1);
    const again = globalThis.stops.includes(element);
    globalThis.stops.push(element);
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    const { top, bottom, left, right, width, height } = element.getBoundingClientRect();
    // Where the style sheet has the keys follow what is seen (`reading-flow`), that is the order to keep.
    const flows = (one) => (getComputedStyle(one).readingFlow ?? "normal") !== "normal";
    const ancestors = (one) => (one ? [one, ...ancestors(one.parentElement)] : []);
    const seenAfter = () => {
      const earlier = before.getBoundingClientRect();
      return top >= earlier.bottom - 4 || (bottom > earlier.top && left >= earlier.right - 4);
    };
    const after = () => (ancestors(element).some((one) => one.contains(before) && flows(one)) ? seenAfter() : Boolean(before.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING));
    const follows = !before || after();
    const words = `${element.tagName.toLowerCase()}#${element.id}.${element.className} ${element.textContent.trim().slice(0, 40)}`;
    const seen = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth && width > 0 && height > 0;
    return { words, ring: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && !/, 0\)$/.test(outlineColor), seen, follows, again, top: top + scrollY, bottom: bottom + scrollY };
  });

// Goes through the whole page with Tab, from its beginning to its end. Every stop has a ring and is in view, they come in
// the order of the document or as they are seen, nothing holds the focus, and nothing that can be used is left out. Gives the stops.
export async function walk(page, most = 1500) {
  await page.evaluate(() => {
    globalThis.stops = undefined;
    document.querySelector("a.skip").focus();
  });
  // Out of the page at its beginning, so that the next one is its first.
  await page.keyboard.press("Shift+Tab");
  const stops = [];
  for (;;) {
    assert.ok(stops.length < most, "no end of stops");
    await page.keyboard.press("Tab");
    const now = await stop(page);
    if (!now) break;
    if (now.again) {
      assert.ok(stops.length > 2, `the focus is held at ${now.words}`);
      break;
    }
    stops.push(now);
  }
  assert.deepEqual(stops.filter((s) => !s.ring).map((s) => s.words), [], "stops without a ring");
  assert.deepEqual(stops.filter((s) => !s.seen).map((s) => s.words), [], "stops out of view");
  assert.deepEqual(stops.filter((s) => !s.follows).map((s) => s.words), [], "stops out of order");
  const left = await page.evaluate(() => {
    const usable = "a[href], button:not(:disabled), input:not(:disabled), select, textarea, summary, [tabindex='0']";
    const all = [...document.querySelectorAll(usable)].filter((e) => e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true }) && !e.closest("dialog:not([open])"));
    return all.filter((e) => !globalThis.stops.includes(e)).map((e) => e.outerHTML.slice(0, 120));
  });
  assert.deepEqual(left, [], "what the keyboard does not reach");
  assert.equal(await page.locator("[tabindex]").evaluateAll((all) => all.filter((e) => e.tabIndex > 0).length), 0, "an order of its own");
  return stops;
}

// What a screen reader is given: { role, name, level } of all that is not left out, in order.
export async function tree(visit) {
  const devtools = await visit.context.newCDPSession(visit.page);
  const { nodes } = await devtools.send("Accessibility.getFullAXTree");
  await devtools.detach();
  return nodes
    .filter((node) => !node.ignored)
    .map((node) => ({
      role: node.role?.value,
      name: node.name?.value ?? "",
      level: node.properties?.find(({ name }) => name === "level")?.value.value,
    }));
}

// Role and name of one element, as a screen reader is given them.
export async function spoken(visit, selector) {
  const devtools = await visit.context.newCDPSession(visit.page);
  const { root } = await devtools.send("DOM.getDocument");
  const { nodeId } = await devtools.send("DOM.querySelector", { nodeId: root.nodeId, selector });
  assert.ok(nodeId, `nothing is ${selector}`);
  const { nodes } = await devtools.send("Accessibility.getPartialAXTree", { nodeId, fetchRelatives: false });
  await devtools.detach();
  return { role: nodes[0].role?.value, name: nodes[0].name?.value ?? "", ignored: nodes[0].ignored };
}
