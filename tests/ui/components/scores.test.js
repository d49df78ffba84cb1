// Softmax as the learner drags it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { boundsOf, percentOf, softmax } from "../../../playground/ui/components/scores.js";

test("probabilities are in the proportion of the scores' powers, and one together", () => {
  const shares = softmax([Math.log(1), Math.log(2), Math.log(5)]);
  shares.forEach((share, number) => {
    assert(Math.abs(share - [0.125, 0.25, 0.625][number]) < 1e-12);
  });
});

test("only differences count, however large the scores are", () => {
  assert.deepEqual(softmax([1000, 1000]), [0.5, 0.5]);
  assert.deepEqual(softmax([-1000, 0]), [0, 1]);
});

test("a score can be dragged below all others, and well above", () => {
  assert.deepEqual(boundsOf([-3.4, 0, 4.2]), [-6, 11]);
});

test("a probability that would be rounded to nothing says that it is small", () => {
  const percent = (/** @type {number} */ share) => percentOf(share, "{value}%");
  assert.equal(percent(0.0004), "<0.1%");
  assert.equal(percent(0.0005), "0.1%");
  assert.equal(percent(0), "0.0%");
  assert.equal(percent(1), "100.0%");
});
