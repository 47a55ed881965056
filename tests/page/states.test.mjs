// Every state of the page in English, and on paper.
import assert from "node:assert/strict";
import { everyState } from "./every-state.mjs";
import { pageTest } from "./harness.mjs";
import { prepare, states } from "./states.mjs";

everyState("en");

pageTest("on paper there are no controls, all problems with their places, and dark ink on white", { theme: "dark" }, async (visit) => {
  await prepare(visit);
  await visit.open();
  await states.find(({ name }) => name === "filtered to empty").reach(visit);
  const { page } = visit;
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.locator(".problem").first().waitFor();
  const paper = await page.evaluate(() => ({
    ground: getComputedStyle(document.body).backgroundColor,
    controls: [...document.querySelectorAll("button:not(.place, .plain, .part, .rest), input, select, textarea, dialog, nav")].filter((element) => element.checkVisibility() && !element.closest("tr.group")).map((element) => element.outerHTML.slice(0, 100)),
    problems: [...document.querySelectorAll(".problem")].filter((element) => element.checkVisibility()).map((element) => element.querySelector(".place")?.innerText ?? ""),
  }));
  assert.equal(paper.ground, "rgb(255, 255, 255)");
  assert.deepEqual(paper.controls, []);
  assert.ok(paper.problems.length >= 3, "the filter of the screen holds on paper");
  for (const place of paper.problems) assert.match(place, /\w/, "a problem without its place");
  assert.ok(paper.problems.some((place) => /\/\w/.test(place)), `no pointer in ${paper.problems}`);
});
