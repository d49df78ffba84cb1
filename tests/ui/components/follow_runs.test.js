// When a page that Python draws has to be drawn anew.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isNews } from "../../../playground/ui/components/follow_runs.js";

/** @import { Message } from "../../../playground/ui/components/stream.js" */

const DRAWN = { id: "r1", state: "running", epochs: 2, generation: 0 };

/** @param {string} state */
const stateIs = (state) =>
  /** @type {Message} */ ({ kind: "state", state, ahead: 0, wait: 0, gave_way: false });

test("a look is news as soon as an epoch more has been trained", () => {
  assert.equal(isNews(DRAWN, { kind: "snapshot", epochs: 2.9 }, false), false);
  assert.equal(isNews(DRAWN, { kind: "snapshot", epochs: 3 }, false), true);
});

test("the first state is news if another one is drawn", () => {
  assert.equal(isNews(DRAWN, stateIs("finished"), true), true);
  assert.equal(isNews(DRAWN, stateIs("running"), true), false);
});

test("later states are told as a change, so that a class's pages are drawn one after the other", () => {
  assert.equal(isNews(DRAWN, stateIs("finished"), false), false);
  assert.equal(isNews(DRAWN, { kind: "changed" }, false), true);
});

test("a run that begins anew or cannot be read any more is news", () => {
  assert.equal(isNews(DRAWN, { kind: "restart", generation: 1 }, false), true);
  assert.equal(isNews(DRAWN, { kind: "gone" }, false), true);
});
