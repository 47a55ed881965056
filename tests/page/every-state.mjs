// What has to hold of every state of the page (states.mjs) in one language: no violation that axe finds in either theme,
// no scrolling sideways at 320 px, no cut or overlapping text at twice the size, nothing that only a colour or a movement
// shows, targets large enough, one heading of the first level (looks.mjs). A page goes through some states one after
// another; all that has to be looked at is looked at while a state is there. A file for each language calls this, so that
// both run at the same time.
import assert from "node:assert/strict";
import { pageTest } from "./harness.mjs";
import { look } from "./looks.mjs";
import { alone, prepare, states } from "./states.mjs";

// States of one test: what goes wrong in one of them does not hide the rest.
const TOGETHER = 8;

export function everyState(lang) {
  for (let first = 0; first < states.length; first += TOGETHER) {
    const these = states.slice(first, first + TOGETHER);
    pageTest(`${these[0].name} to ${these.at(-1).name} hold what is asked of all states: ${lang}`, { timeout: 240_000, lang }, async (visit) => {
      await prepare(visit);
      await visit.open();
      const wrong = [];
      for (const state of these) {
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
  }

  for (const state of alone.filter(({ unseen }) => !unseen)) {
    pageTest(`${state.name}: holds what is asked of all states: ${lang}`, { ...state.options, lang }, async (visit) => {
      await prepare(visit);
      await state.before?.(visit);
      await state.reach(visit);
      assert.deepEqual(await look(visit.page, lang, state.raw), []);
    });
  }
}
