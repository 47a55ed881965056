// What the tests of the page wait for: a verdict that is the last word, and every part of its report below it.
export const VERDICT = "section.verdict:not(:has(.provisional)) #verdict";
export const FINAL = `.result:not(.growing) > ${VERDICT}`;
