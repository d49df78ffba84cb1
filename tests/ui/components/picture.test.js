// A picture's pixels and the numbers beside its bars.

import assert from "node:assert/strict";
import { test } from "node:test";

import { colorsOf, percentOf } from "../../../playground/ui/components/picture.js";

test("each grey pixel is as much red as green and blue, and opaque", () => {
  const pixels = Buffer.from([0, 128, 255]).toString("base64");
  assert.deepEqual([...colorsOf(pixels)], [0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255]);
});

test("a probability is never rounded to nothing or to all", () => {
  const percent = (/** @type {number} */ share) => percentOf(share, "{value} %");
  assert.equal(percent(0.2345), "23.4 %");
  assert.equal(percent(0.0009), "<0.1 %");
  assert.equal(percent(0.9999), ">99.9 %");
  assert.equal(percent(0.001), "0.1 %");
  assert.equal(percent(1), "100.0 %", "a network that is sure to the last bit");
});
