// What a finger on a slider is about.

import assert from "node:assert/strict";
import { test } from "node:test";

import { gesture } from "../../../playground/ui/components/touch.js";

const FROM = { clientX: 100, clientY: 200 };

/**
 * @param {number} across
 * @param {number} along
 */
const moved = (across, along) => gesture(FROM, { clientX: 100 + across, clientY: 200 + along });

test("a finger rests while it has moved less than eight pixels", () => {
  assert.equal(moved(0, 0), "rest");
  assert.equal(moved(7, -7), "rest");
});

test("sideways is meant for the slider, to either side", () => {
  assert.equal(moved(9, 3), "across");
  assert.equal(moved(-20, 19), "across");
});

test("up and down, and exactly askew, is scrolling", () => {
  assert.equal(moved(3, 8), "along");
  assert.equal(moved(2, -30), "along");
  assert.equal(moved(12, 12), "along");
});
