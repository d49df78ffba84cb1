// What a learner has done is kept in the browser, where it keeps anything.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import keep from "../../../playground/ui/components/notes.js";

/** @type {Map<string, string>} */
let kept = new Map();
let writes = 0;
let isFull = false;
/** @type {[string, unknown][]} */
let told = [];

beforeEach(() => {
  kept = new Map();
  writes = 0;
  isFull = false;
  told = [];
});

const storage = {
  getItem: (/** @type {string} */ key) => {
    if (isFull) throw new Error("Nothing is kept here.");
    return kept.get(key) ?? null;
  },
  setItem: (/** @type {string} */ key, /** @type {string} */ value) => {
    writes += 1;
    if (isFull) throw new Error("Nothing is kept here.");
    kept.set(key, value);
  },
};
Object.defineProperty(globalThis, "localStorage", { value: storage });

/** @param {{write: boolean, notes?: object}} data */
const draw = (data) => {
  const setStateValue = (/** @type {string} */ name, /** @type {unknown} */ value) =>
    told.push([name, value]);
  keep(/** @type {any} */ ({ data, setStateValue }));
};

test("what was kept is told, and that there was nothing", () => {
  draw({ write: false });
  draw({ write: true, notes: { one: 1 } });
  draw({ write: false });
  assert.deepEqual(told, [
    ["stored", ""],
    ["stored", '{"one":1}'],
  ]);
});

test("the same is written once", () => {
  draw({ write: true, notes: { one: 1 } });
  draw({ write: true, notes: { one: 1 } });
  assert.equal(writes, 1);
});

test("a browser that keeps nothing costs nothing but that", () => {
  isFull = true;
  draw({ write: true, notes: { one: 1 } });
  draw({ write: false });
  assert.deepEqual(told, [["stored", ""]]);
});
