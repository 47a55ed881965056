// What has to hold of every state of the page (states.mjs), in both languages: no violation that axe finds in either theme,
// no scrolling sideways at 320 px, no cut or overlapping text at twice the size, nothing that only a colour or a movement
// shows, targets large enough, one heading of the first level. One page goes through the states one after another; all
// that has to be looked at is looked at while a state is there.
import assert from "node:assert/strict";
import { pageTest } from "./harness.mjs";
import { look } from "./looks.mjs";
import { alone, prepare, states } from "./states.mjs";

const all = { timeout: 280_000 };
for (const lang of ["en", "zh-CN"]) {
  pageTest(`every state holds what is asked of all of them: ${lang}`, { ...all, lang }, async (visit) => {
    await prepare(visit);
    await visit.open();
    const wrong = [];
    for (const state of states) {
      try {
        await state.reach(visit);
        wrong.push(...(await look(visit.page, lang)).map((one) => `${state.name} · ${one}`));
        await state.leave?.(visit);
      } catch (error) {
        wrong.push(`${state.name} · not reached: ${error.message.split("\n")[0]}`);
        await visit.page.goto("about:blank");
        await visit.open();
      }
    }
    assert.deepEqual(wrong, []);
  });

  for (const state of alone) {
    pageTest(`${state.name}: holds what is asked of all states: ${lang}`, { ...state.options, lang }, async (visit) => {
      await prepare(visit);
      await state.before?.(visit);
      await state.reach(visit);
      assert.deepEqual(await look(visit.page, lang, state.raw), []);
    });
  }
}

pageTest("on paper there are no controls, all problems with their places, and dark ink on white", { theme: "dark" }, async (visit) => {
  await prepare(visit);
  await visit.open();
  await states.find(({ name }) => name === "filtered to empty").reach(visit);
  const { page } = visit;
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.locator(".problem").first().waitFor();
  const paper = await page.evaluate(() => ({
    ground: getComputedStyle(document.body).backgroundColor,
    controls: [...document.querySelectorAll("button:not(.place, .plain), input, select, textarea, dialog, nav")].filter((element) => element.checkVisibility() && !element.closest("tr.group")).map((element) => element.outerHTML.slice(0, 100)),
    problems: [...document.querySelectorAll(".problem")].filter((element) => element.checkVisibility()).map((element) => element.innerText),
  }));
  assert.equal(paper.ground, "rgb(255, 255, 255)");
  assert.deepEqual(paper.controls, []);
  assert.ok(paper.problems.length >= 3, "the filter of the screen holds on paper");
  for (const problem of paper.problems) assert.match(problem, /\/|line|第/, problem);
});
